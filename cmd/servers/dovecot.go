package servers

import (
	"crypto/x509"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// DovecotPassword opens every mailbox of a test's Dovecot.
const DovecotPassword = "secret"

// Dovecot is an IMAP server with TLS.
type Dovecot struct {
	Addr      string         // host and port of IMAPS
	PlainAddr string         // host and port of IMAP without TLS
	CAFile    string         // certificate to trust, PEM
	Pool      *x509.CertPool // the same
	Log       string         // path of the server's log

	account account
	dir     string
	mutex   sync.Mutex
	laid    int
}

// dovecotSettings is an IMAP server that one ordinary user runs alone: no
// chroot, no change of user.
const dovecotSettings = `base_dir = BASE/run
state_dir = BASE/state
log_path = BASE/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = USER
default_internal_group = GROUP
default_login_user = USER
first_valid_uid = 1
ssl = yes
ssl_cert = <BASE/cert.pem
ssl_key = <BASE/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain
passdb {
  driver = passwd-file
  args = scheme=PLAIN BASE/users
}
userdb {
  driver = static
  args = uid=USER gid=GROUP home=BASE/home/%u
}
mail_location = maildir:BASE/home/%u/Maildir
namespace inbox {
  inbox = yes
  separator = /
}
mailbox_idle_check_interval = 1 secs
service imap-login {
  chroot =
  inet_listener imap {
    port = PLAINPORT
  }
  inet_listener imaps {
    port = TLSPORT
    ssl = yes
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
`

// StartDovecot starts a Dovecot for one test.
func StartDovecot(t testing.TB) *Dovecot {
	t.Helper()
	program := binary(t, "dovecot")
	a := ordinary(t)
	dir := a.folder(t, "dovecot")
	cert := makeCertificate(t)
	ports := freePorts(t, 2)
	settings := strings.NewReplacer("BASE", dir, "USER", a.name, "GROUP", a.group,
		"PLAINPORT", strconv.Itoa(ports[0]), "TLSPORT", strconv.Itoa(ports[1])).Replace(dovecotSettings)
	for name, content := range map[string]string{
		"dovecot.conf": settings, "cert.pem": cert.certPEM, "key.pem": cert.keyPEM, "users": "",
	} {
		a.write(t, filepath.Join(dir, name), content)
	}
	server := a.start(t, dir, "TERM", program, "-F", "-c", filepath.Join(dir, "dovecot.conf"))
	t.Cleanup(server.stop)
	d := &Dovecot{
		PlainAddr: loopback(ports[0]), Addr: loopback(ports[1]),
		CAFile: filepath.Join(dir, "cert.pem"), Pool: cert.pool, Log: filepath.Join(dir, "dovecot.log"),
		account: a, dir: dir,
	}
	if err := server.ready(greets(d.PlainAddr)); err != nil {
		log, _ := os.ReadFile(d.Log)
		t.Fatalf("start Dovecot: %v\n%s", err, log)
	}
	return d
}

// User makes a mailbox; its password is DovecotPassword.
func (d *Dovecot) User(t testing.TB, name string) {
	t.Helper()
	d.mutex.Lock()
	defer d.mutex.Unlock()
	users, err := os.OpenFile(filepath.Join(d.dir, "users"), os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(users, "%s:{PLAIN}%s::::::\n", name, DovecotPassword)
	if closed := users.Close(); err == nil {
		err = closed
	}
	if err != nil {
		t.Fatalf("make mailbox %s: %v", name, err)
	}
}

// Lay puts a mail into a folder as a delivery agent would. The file keeps its
// time, which APPEND would not for an INTERNALDATE hours ahead of the clock.
func (d *Dovecot) Lay(t testing.TB, name, folder string, raw []byte, at time.Time) {
	t.Helper()
	maildir := d.maildir(name, folder)
	for _, sub := range []string{"tmp", "cur", "new"} {
		d.makeFolder(t, filepath.Join(maildir, sub))
	}
	d.mutex.Lock()
	d.laid++
	file := fmt.Sprintf("%d.M%d.localhost", at.Unix(), d.laid)
	d.mutex.Unlock()
	temporary := filepath.Join(maildir, "tmp", file)
	d.account.write(t, temporary, string(raw))
	if err := os.Chtimes(temporary, at, at); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(temporary, filepath.Join(maildir, "new", file)); err != nil {
		t.Fatal(err)
	}
}

// makeFolder makes a folder and those above it, all the account's own.
func (d *Dovecot) makeFolder(t testing.TB, path string) {
	t.Helper()
	if _, err := os.Stat(path); err == nil {
		return
	}
	d.makeFolder(t, filepath.Dir(path))
	if err := os.Mkdir(path, 0o700); err != nil && !os.IsExist(err) {
		t.Fatal(err)
	}
	if err := d.account.own(path); err != nil {
		t.Fatal(err)
	}
}

// Count tells how many mails lie in a folder.
func (d *Dovecot) Count(t testing.TB, name, folder string) int {
	t.Helper()
	count := 0
	for _, sub := range []string{"cur", "new"} {
		files, err := os.ReadDir(filepath.Join(d.maildir(name, folder), sub))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		count += len(files)
	}
	return count
}

// Renumber has the folder's mails get a new UIDVALIDITY and new UIDs, as after
// a server was moved or restored (RFC 9051 §2.3.1.1).
func (d *Dovecot) Renumber(t testing.TB, name, folder string) {
	t.Helper()
	// dovecot-uidvalidity in the root stays, so that the next one is another.
	root := d.maildir(name, folder)
	lists, _ := filepath.Glob(filepath.Join(root, "dovecot.index*"))
	lists = append(lists, filepath.Join(root, "dovecot-uidlist"))
	for _, list := range lists {
		if err := os.RemoveAll(list); err != nil {
			t.Fatal(err)
		}
	}
}

func (d *Dovecot) maildir(name, folder string) string {
	maildir := filepath.Join(d.dir, "home", name, "Maildir")
	if strings.EqualFold(folder, "INBOX") {
		return maildir
	}
	return filepath.Join(maildir, "."+strings.ReplaceAll(folder, "/", "."))
}

// Return moves all mails of one folder into another, as new ones.
func (d *Dovecot) Return(t testing.TB, name, from, to string) {
	t.Helper()
	for _, sub := range []string{"cur", "new"} {
		files, err := filepath.Glob(filepath.Join(d.maildir(name, from), sub, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			base, _, _ := strings.Cut(filepath.Base(file), ":")
			if err := os.Rename(file, filepath.Join(d.maildir(name, to), "new", base)); err != nil {
				t.Fatal(err)
			}
		}
	}
}
