package servers

import (
	"crypto/x509"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Postfix's own test tools stand beside its commands.
var postfixFolders = []string{"/usr/sbin", "/usr/libexec/postfix", "/usr/lib/postfix/sbin"}

// Sink starts Postfix's smtp-sink, which takes any mail and keeps none, and
// returns its address: the fast peer of a benchmark.
func Sink(t testing.TB) string {
	t.Helper()
	program := binary(t, "smtp-sink", postfixFolders...)
	a := ordinary(t)
	dir := a.folder(t, "sink")
	addr := loopback(freePorts(t, 1)[0])
	server := a.start(t, dir, "TERM", program, addr, "1000")
	t.Cleanup(server.stop)
	if err := server.ready(greets(addr)); err != nil {
		t.Fatalf("start smtp-sink: %v", err)
	}
	return addr
}

// Source has Postfix's smtp-source send count mails over sessions
// connections, and tells how long it took: the yardstick of a benchmark.
func Source(t testing.TB, addr string, count, sessions int) time.Duration {
	t.Helper()
	program := binary(t, "smtp-source", postfixFolders...)
	began := time.Now()
	command := exec.Command(program, "-d", "-m", strconv.Itoa(count), "-s", strconv.Itoa(sessions),
		"-l", "2048", "-f", "a@localhost", "-t", "b@localhost", addr)
	if printed, err := command.CombinedOutput(); err != nil {
		t.Fatalf("run smtp-source: %v\n%s", err, printed)
	}
	return time.Since(began)
}

// Postfix is a submission server with STARTTLS that hands all mail on to
// another server.
type Postfix struct {
	Addr string
	Pool *x509.CertPool
	Log  string // path of the server's log
}

const postfixMain = `compatibility_level = 3.6
queue_directory = BASE/queue
data_directory = BASE/data
maillog_file = BASE/postfix.log
maillog_file_prefixes = BASE
mail_owner = postfix
setgid_group = postdrop
default_privs = nobody
myhostname = localhost
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_host_lookup = native
smtp_dns_support_level = disabled
relayhost = [127.0.0.1]:NEXT
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = BASE/cert.pem
smtpd_tls_key_file = BASE/key.pem
alias_maps =
local_recipient_maps =
smtputf8_enable = no
`

// postfixMaster runs every daemon outside a chroot.
const postfixMaster = `PORT inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`

// StartPostfix starts a Postfix whose relay is the server at next. Its master
// must be root; elsewhere the test is skipped.
func StartPostfix(t testing.TB, next string) *Postfix {
	t.Helper()
	program := binary(t, "postfix", postfixFolders...)
	if os.Getuid() != 0 {
		t.Skip("Postfix needs root")
	}
	dir, err := os.MkdirTemp("", "mentorpost-postfix-")
	if err != nil {
		t.Fatal(err)
	}
	port := freePorts(t, 1)[0]
	cert := makeCertificate(t)
	replace := strings.NewReplacer("BASE", dir, "PORT", loopback(port), "NEXT", next[strings.LastIndexByte(next, ':')+1:])
	root := account{name: "root"}
	for name, content := range map[string]string{
		"main.cf": replace.Replace(postfixMain), "master.cf": replace.Replace(postfixMaster),
		"cert.pem": cert.certPEM, "key.pem": cert.keyPEM,
	} {
		root.write(t, filepath.Join(dir, name), content)
	}
	if err := layPostfix(program, dir); err != nil {
		os.RemoveAll(dir)
		t.Fatalf("lay out Postfix: %v", err)
	}
	server := root.start(t, dir, "TERM", filepath.Join(daemons(program), "master"), "-d", "-c", dir)
	t.Cleanup(server.stop)
	p := &Postfix{Addr: loopback(port), Pool: cert.pool, Log: filepath.Join(dir, "postfix.log")}
	if err := server.ready(greets(p.Addr)); err != nil {
		log, _ := os.ReadFile(p.Log)
		t.Fatalf("start Postfix: %v\n%s", err, log)
	}
	return p
}

// layPostfix makes the folders of the queue.
func layPostfix(program, dir string) error {
	if err := os.Chmod(dir, 0o755); err != nil { // the daemons change their user
		return err
	}
	for _, name := range []string{"queue", "data"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			return err
		}
	}
	postfix, err := user.Lookup("postfix")
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(postfix.Uid)
	if err := os.Chown(filepath.Join(dir, "data"), uid, -1); err != nil {
		return err
	}
	check := exec.Command(program, "-c", dir, "check")
	if printed, err := check.CombinedOutput(); err != nil {
		return fmt.Errorf("check: %w\n%s", err, printed)
	}
	return nil
}

// daemons asks Postfix where its daemons are.
func daemons(program string) string {
	found, err := exec.Command(filepath.Join(filepath.Dir(program), "postconf"), "-d", "-h", "daemon_directory").Output()
	if err != nil {
		return "/usr/lib/postfix/sbin"
	}
	return strings.TrimSpace(string(found))
}
