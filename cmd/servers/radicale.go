package servers

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// RadicalePassword opens the calendars of everybody on a test's Radicale.
const RadicalePassword = "app-password"

// Radicale is a CalDAV server with TLS, on which everybody sees what is theirs.
type Radicale struct {
	Addr string         // host and port
	Pool *x509.CertPool // to trust

	client *http.Client
}

const radicaleSettings = `[server]
hosts = ADDR
ssl = True
certificate = BASE/cert.pem
key = BASE/key.pem
[auth]
type = htpasswd
htpasswd_filename = BASE/users
htpasswd_encryption = plain
delay = 0
[rights]
type = owner_only
[storage]
filesystem_folder = BASE/collections
[logging]
level = warning
`

// StartRadicale starts a Radicale with these people for one test.
func StartRadicale(t testing.TB, people ...string) *Radicale {
	t.Helper()
	program := binary(t, "radicale")
	a := ordinary(t)
	dir := a.folder(t, "radicale")
	cert := makeCertificate(t)
	addr := loopback(freePorts(t, 1)[0])
	users := ""
	for _, name := range people {
		users += name + ":" + RadicalePassword + "\n"
	}
	for name, content := range map[string]string{
		"config": strings.NewReplacer("BASE", dir, "ADDR", addr).Replace(radicaleSettings),
		"users":  users, "cert.pem": cert.certPEM, "key.pem": cert.keyPEM,
	} {
		a.write(t, filepath.Join(dir, name), content)
	}
	server := a.start(t, dir, "TERM", program, "--config", filepath.Join(dir, "config"))
	t.Cleanup(server.stop)
	r := &Radicale{Addr: addr, Pool: cert.pool, client: &http.Client{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: cert.pool}},
	}}
	t.Cleanup(r.client.CloseIdleConnections)
	if err := server.ready(func(ctx context.Context) error {
		_, err := r.send(ctx, http.MethodOptions, "/", "", "")
		return err
	}); err != nil {
		t.Fatalf("start Radicale: %v", err)
	}
	return r
}

// Calendar makes a calendar of a person's.
func (r *Radicale) Calendar(t testing.TB, person, name string) {
	t.Helper()
	r.must(t, "MKCALENDAR", "/"+person+"/"+name+"/", person, "")
}

// Put puts an iCalendar object into a calendar.
func (r *Radicale) Put(t testing.TB, person, calendar, name, object string) {
	t.Helper()
	r.must(t, http.MethodPut, "/"+person+"/"+calendar+"/"+name+".ics", person, object)
}

func (r *Radicale) must(t testing.TB, method, path, person, body string) {
	t.Helper()
	if status, err := r.send(t.Context(), method, path, person, body); err != nil || status != http.StatusCreated {
		t.Fatalf("%s %s: %d, %v", method, path, status, err)
	}
}

// send asks the server for something and returns its status.
func (r *Radicale) send(ctx context.Context, method, path, person, body string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, method, "https://"+r.Addr+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "text/calendar")
	if person != "" {
		request.SetBasicAuth(person, RadicalePassword)
	}
	answer, err := r.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if answer.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s: %s", answer.Status, said)
	}
	return answer.StatusCode, err
}
