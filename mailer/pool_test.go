package mailer

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var note = Message{From: "mentor+tag@example.org", To: "ada@example.com", Raw: []byte("Subject: hello\r\n\r\n.one\r\n..two\r\nend\r\n")}

func newPool(t testing.TB, o PoolOptions) *Pool {
	t.Helper()
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	p, err := NewPool(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func TestAnswersOfTheServerDecideWhatBecomesOfAMessage(t *testing.T) {
	large := note
	large.Raw = []byte("Subject: large\r\n\r\n" + strings.Repeat(strings.Repeat("x", 76)+"\r\n", 400_000))
	for _, c := range []struct {
		name    string
		answers map[string][]string
		message Message
		timeout time.Duration
		want    error  // nil: taken
		text    string // the server's answer, as it is told
	}{
		{"250 is taken", nil, note, 0, nil, ""},
		{"250 and a closed connection is taken", map[string][]string{"DOT": {"250 taken+" + hangUp}}, note, 0, nil, ""},
		{"4yz for the receiver is temporary", map[string][]string{"RCPT": {"450 4.2.0 greylisted"}}, note, 0, ErrTemporary, "450 4.2.0 greylisted"},
		{"5yz for the receiver is permanent", map[string][]string{"RCPT": {"550 5.1.1 no such user"}}, note, 0, ErrPermanent, "550 5.1.1 no such user"},
		{"5yz for the sender is permanent", map[string][]string{"MAIL": {"550 5.7.1 not you"}}, note, 0, ErrPermanent, "550 5.7.1 not you"},
		{"a server that wants a sign-in cannot be used", map[string][]string{"MAIL": {"530 5.7.0 authenticate first"}}, note, 0, ErrUnreachable, "530"},
		{"4yz after the dot is temporary", map[string][]string{"DOT": {"451 4.3.0 try later"}}, note, 0, ErrTemporary, "451 4.3.0 try later"},
		{"5yz after the dot is permanent", map[string][]string{"DOT": {"554 5.6.0 not that"}}, note, 0, ErrPermanent, "554 5.6.0 not that"},
		{"an answer of several lines is told on one", map[string][]string{"DOT": {"554-5.6.0 not\r\n554 5.6.0 that"}}, note, 0, ErrPermanent, "554 5.6.0 not that"},
		{"closed before the message is temporary", map[string][]string{"DATA": {hangUp}}, note, 0, ErrTemporary, ""},
		{"closed amid the message is temporary", map[string][]string{"DATA": {"354 go+" + hangUp}}, large, 0, ErrTemporary, ""},
		{"closed after the dot is unknown", map[string][]string{"DOT": {hangUp}}, note, 0, ErrUnknown, ""},
		{"silence before the message is temporary", map[string][]string{"RCPT": {silent}}, note, 50 * time.Millisecond, ErrTemporary, ""},
		{"silence after the dot is unknown", map[string][]string{"DOT": {silent}}, note, 50 * time.Millisecond, ErrUnknown, ""},
		{"an answer after the dot that is none is unknown", map[string][]string{"DOT": {"354 what?"}}, note, 0, ErrUnknown, ""},
		{"a greeting of refusal means it cannot be used", map[string][]string{"GREETING": {"554 5.3.2 closed today"}}, note, 0, ErrUnreachable, "closed today"},
		{"silence at the greeting means it cannot be used", map[string][]string{"GREETING": {silent}}, note, 50 * time.Millisecond, ErrUnreachable, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := startScripted(t, script{answers: c.answers})
			p := newPool(t, PoolOptions{URL: "smtp://" + server.address, Timeout: c.timeout})
			err := p.Send(t.Context(), c.message)
			if !errors.Is(err, c.want) || c.want != nil && !strings.Contains(err.Error(), c.text) {
				t.Fatalf("got %v, want %v with %q", err, c.want, c.text)
			}
			for _, kind := range []error{ErrTemporary, ErrPermanent, ErrUnknown, ErrUnreachable} {
				if kind != c.want && errors.Is(err, kind) {
					t.Errorf("%v is a %v too", err, kind)
				}
			}
		})
	}
}

func TestMessageArrivesAsItIs(t *testing.T) {
	server := startScripted(t, script{})
	p := newPool(t, PoolOptions{URL: "smtp://" + server.address})
	for range 3 {
		if err := p.Send(t.Context(), note); err != nil {
			t.Fatal(err)
		}
	}
	connections, verbs, messages := server.seen()
	want := strings.ReplaceAll(string(note.Raw), "\r\n", "\n")
	if len(messages) != 3 || messages[0] != want {
		t.Errorf("arrived: %q", messages)
	}
	if want := "EHLO MAIL RCPT DATA MAIL RCPT DATA MAIL RCPT DATA"; connections != 1 || verbs != want {
		t.Errorf("%d connections, %s; want one and no further commands", connections, verbs)
	}
}

func TestConnections(t *testing.T) {
	for _, c := range []struct {
		name        string
		answers     map[string][]string
		results     []error // of one message after the other
		connections int
	}{
		{"a refused receiver keeps the connection", map[string][]string{"RCPT": {"550 no", ""}}, []error{ErrPermanent, nil}, 1},
		{"a refused message keeps the connection", map[string][]string{"DOT": {"554 no", ""}}, []error{ErrPermanent, nil}, 1},
		{"a server that closes after 250 is called again", map[string][]string{"DOT": {"250 ok+" + hangUp}}, []error{nil, nil, nil}, 3},
		{"421 to an old connection is no answer to the message", map[string][]string{"MAIL": {"", "421 too many+" + hangUp, ""}}, []error{nil, nil}, 2},
		{"421 to a new connection is temporary", map[string][]string{"MAIL": {"421 busy+" + hangUp, ""}}, []error{ErrTemporary, nil}, 2},
		{"a lost answer drops the connection", map[string][]string{"DOT": {"nonsense", ""}}, []error{ErrUnknown, nil}, 2},
		{"a server without RSET is called again", map[string][]string{"RCPT": {"450 no", ""}, "RSET": {"502 what?"}}, []error{ErrTemporary, nil}, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := startScripted(t, script{answers: c.answers})
			p := newPool(t, PoolOptions{URL: "smtp://" + server.address, Connections: 1})
			for i, want := range c.results {
				if err := p.Send(t.Context(), note); !errors.Is(err, want) {
					t.Fatalf("message %d: %v, want %v", i+1, err, want)
				}
			}
			if connections, verbs, _ := server.seen(); connections != c.connections {
				t.Errorf("%d connections, want %d: %s", connections, c.connections, verbs)
			}
		})
	}
}

func TestNoMoreConnectionsThanAllowed(t *testing.T) {
	server := startScripted(t, script{})
	p := newPool(t, PoolOptions{URL: "smtp://" + server.address, Connections: 3})
	var senders sync.WaitGroup
	for range 30 {
		senders.Go(func() {
			if err := p.Send(t.Context(), note); err != nil {
				t.Error(err)
			}
		})
	}
	senders.Wait()
	if connections, _, messages := server.seen(); connections > 3 || len(messages) != 30 {
		t.Errorf("%d connections, %d messages", connections, len(messages))
	}
}

func TestTLS(t *testing.T) {
	certified, trusting := certify(t)
	offered := script{extensions: []string{"STARTTLS"}, certified: certified}
	for _, c := range []struct {
		name   string
		script script
		scheme string
		trust  bool
		remote bool // as if the server were not on loopback
		want   error
		secure bool
	}{
		{"on loopback plain is enough", script{}, "smtp", false, false, nil, false},
		{"elsewhere a server without STARTTLS is not used", script{}, "smtp", false, true, ErrUnreachable, false},
		{"STARTTLS with a trusted certificate", offered, "smtp", true, true, nil, true},
		{"STARTTLS with a strange certificate is not used", offered, "smtp", false, true, ErrUnreachable, false},
		{"trust that is given asks for STARTTLS on loopback too", script{}, "smtp", true, false, ErrUnreachable, false},
		{"smtps with a trusted certificate", script{certified: certified, implicit: true}, "smtps", true, true, nil, true},
		{"smtps with a strange certificate is not used", script{certified: certified, implicit: true}, "smtps", false, false, ErrUnreachable, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := startScripted(t, c.script)
			o := PoolOptions{URL: c.scheme + "://" + server.address}
			if c.trust {
				o.TLS = trusting
			}
			p := newPool(t, o)
			p.server.loopback = !c.remote
			err := p.Send(t.Context(), note)
			_, verbs, messages := server.seen()
			if !errors.Is(err, c.want) || (err == nil) != (len(messages) == 1) {
				t.Errorf("got %v after %s, want %v", err, verbs, c.want)
			}
			if err != nil && strings.Contains(verbs, "MAIL") {
				t.Errorf("an unsecured server was told of the message: %s", verbs)
			}
		})
	}
}

func TestSignIn(t *testing.T) {
	for _, c := range []struct {
		name, extension, user, password, token string
		answers                                map[string][]string
		want                                   error
		verbs                                  string
	}{
		{"without a user nothing signs in", "AUTH PLAIN", "", "", "", nil, nil, "EHLO QUIT"},
		{"PLAIN", "AUTH LOGIN PLAIN", "me@example.org", "secret", "", nil, nil, "EHLO AUTH QUIT"},
		{"LOGIN where there is nothing else", "AUTH LOGIN", "me@example.org", "secret", "",
			map[string][]string{"AUTH": {"334 " + base64.StdEncoding.EncodeToString([]byte("Password:"))}, strings.ToUpper(base64.StdEncoding.EncodeToString([]byte("secret"))): {"235 welcome"}}, nil, ""},
		{"a wrong password", "AUTH PLAIN", "me@example.org", "wrong", "", map[string][]string{"AUTH": {"535 5.7.8 no"}}, ErrUnreachable, ""},
		{"a server without a usable mechanism", "AUTH GSSAPI", "me@example.org", "secret", "", nil, ErrUnreachable, ""},
		{"XOAUTH2 with a token", "AUTH LOGIN XOAUTH2", "me@example.org", "", "token", nil, nil, "EHLO AUTH QUIT"},
		{"an expired token", "AUTH XOAUTH2", "me@example.org", "", "old", map[string][]string{"AUTH": {"334 eyJzdGF0dXMiOiI0MDEifQ=="}, "": {"535 5.7.8 expired"}}, ErrUnreachable, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := startScripted(t, script{extensions: []string{c.extension}, answers: c.answers})
			o := PoolOptions{URL: "smtp://" + server.address, Password: c.password}
			if c.user != "" {
				o.URL = "smtp://" + strings.ReplaceAll(c.user, "@", "%40") + "@" + server.address
			}
			if c.token != "" {
				o.Token = func(context.Context) (string, error) { return c.token, nil }
			}
			err := newPool(t, o).Check(t.Context())
			_, verbs, _ := server.seen()
			if !errors.Is(err, c.want) || c.verbs != "" && verbs != c.verbs {
				t.Errorf("got %v after %s, want %v after %s", err, verbs, c.want, c.verbs)
			}
			if err != nil && c.password != "" && strings.Contains(err.Error(), c.password) {
				t.Errorf("the password stands in the error: %v", err)
			}
		})
	}
}

func TestUnreachableServer(t *testing.T) {
	p := newPool(t, PoolOptions{URL: "smtp://127.0.0.1:1"})
	if err := p.Send(t.Context(), note); !errors.Is(err, ErrUnreachable) {
		t.Errorf("got %v", err)
	}
	if err := p.Check(t.Context()); !errors.Is(err, ErrUnreachable) {
		t.Errorf("got %v", err)
	}
	_ = p.Close()
	if err := p.Send(t.Context(), note); !errors.Is(err, ErrUnreachable) {
		t.Errorf("after Close: %v", err)
	}
}

func TestAnEndedContextStopsAWaitingSend(t *testing.T) {
	server := startScripted(t, script{answers: map[string][]string{"MAIL": {silent}}})
	p := newPool(t, PoolOptions{URL: "smtp://" + server.address, Connections: 1})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := p.Send(ctx, note); !errors.Is(err, ErrTemporary) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestOptionsThatCannotBeUsed(t *testing.T) {
	for _, o := range []PoolOptions{
		{URL: ""}, {URL: "imap://example.org"}, {URL: "smtp://"}, {URL: "smtp://a b"},
	} {
		if _, err := NewPool(o); !errors.Is(err, ErrOptions) {
			t.Errorf("%q: %v", o.URL, err)
		}
	}
	for _, rate := range []string{"30", "/m", "0/m", "-1/s", "30/w", "many/m"} {
		if _, err := NewPool(PoolOptions{URL: "smtps://example.org", Rate: rate}); !errors.Is(err, ErrRate) {
			t.Errorf("rate %q: %v", rate, err)
		}
	}
}

func TestRateHoldsInAnyStretchOfItsPeriod(t *testing.T) {
	l, err := parseRate("3/m")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 1, 18, 9, 0, 0, 0, time.UTC)
	l.now = func() time.Time { return now }
	for i, want := range []time.Duration{0, 0, 0, time.Minute, time.Minute, time.Minute, 2 * time.Minute} {
		if got := l.reserve(); got != want {
			t.Errorf("message %d waits %v, want %v", i+1, got, want)
		}
	}
	now = now.Add(10 * time.Minute)
	if got := l.reserve(); got != 0 {
		t.Errorf("after a pause: %v, want no wait", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	now = now.Add(-9 * time.Minute)
	if err := l.wait(ctx); !errors.Is(err, ErrTemporary) {
		t.Errorf("an ended context: %v", err)
	}
}

func TestBackoffGrowsAndGivesUpAfterFourDays(t *testing.T) {
	var total time.Duration
	for attempt := 1; attempt < MaxAttempts; attempt++ {
		wait := Backoff(attempt)
		if wait < Backoff(attempt-1) || wait > longest {
			t.Errorf("after attempt %d: %v", attempt, wait)
		}
		total += wait
	}
	if Backoff(0) != time.Minute || Backoff(1) != time.Minute || Backoff(2) != 2*time.Minute || Backoff(1000) != longest {
		t.Error("wrong ends")
	}
	if total < 90*time.Hour || total > 102*time.Hour {
		t.Errorf("gives up after %v", total)
	}
}

// BenchmarkSend sends to postfix's smtp-sink over one and four connections.
func BenchmarkSend(b *testing.B) {
	address := startSink(b)
	m, err := newComposer(b).Compose(sample("invite"))
	if err != nil {
		b.Fatal(err)
	}
	for _, connections := range []int{1, 4} {
		b.Run(map[int]string{1: "one connection", 4: "four connections"}[connections], func(b *testing.B) {
			p := newPool(b, PoolOptions{URL: "smtp://" + address, Connections: connections})
			work := make(chan struct{})
			var senders sync.WaitGroup
			for range connections {
				senders.Go(func() {
					for range work {
						if err := p.Send(context.Background(), m); err != nil {
							b.Error(err)
						}
					}
				})
			}
			b.ResetTimer()
			for range b.N {
				work <- struct{}{}
			}
			close(work)
			senders.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
		})
	}
}

// startSink starts postfix's smtp-sink, which takes all and keeps nothing.
func startSink(t testing.TB) (address string) {
	t.Helper()
	sink, err := exec.LookPath("smtp-sink")
	if err != nil {
		t.Skip("smtp-sink is not installed")
	}
	address = "127.0.0.1:" + freePort(t)
	arguments := []string{address, "100"}
	if os.Geteuid() == 0 {
		arguments = append([]string{"-u", "nobody"}, arguments...)
	}
	command := exec.Command(sink, arguments...)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for p := newPool(t, PoolOptions{URL: "smtp://" + address}); p.Check(ctx) != nil; {
		if ctx.Err() != nil {
			t.Fatal("smtp-sink does not answer")
		}
	}
	return address
}

func TestPostfixTakesMessages(t *testing.T) {
	p := newPool(t, PoolOptions{URL: "smtp://" + startSink(t), Connections: 2})
	c := newComposer(t)
	for _, kind := range c.Templates.Kinds() {
		m, err := c.Compose(sample(kind))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Send(t.Context(), m); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
