// Package postoffice is a whole mail service in one process: an SMTP server
// that accepts mail for every address and an IMAP server where each of those
// addresses has a mailbox. Nothing leaves the machine. It lets a newcomer play
// mentor and mentee at once, and the demo run on real protocols.
package postoffice

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-smtp"
)

// DefaultPassword opens every mailbox unless Options name another.
const DefaultPassword = "mentorpost"

// defaultMaxBytes bounds one mail where Options set no bound.
const defaultMaxBytes = 25 << 20

// maxLine is generous beside the 998 octets of RFC 5322 §2.1.1: real mail
// programs write longer lines in HTML, and a newcomer's mail should arrive.
const maxLine = 64 << 10

// Options say where the office listens and what it keeps.
type Options struct {
	// SMTPAddr and IMAPAddr are host and port; port 0 picks a free one.
	SMTPAddr, IMAPAddr string
	// Dir keeps the mails so that a restart loses none. Empty: memory only.
	Dir string
	// Password opens every mailbox; empty means DefaultPassword.
	Password string
	// Now stamps arrivals (their INTERNALDATE); nil means time.Now.
	Now func() time.Time
	// MaxBytes bounds one mail; 0 means 25 MiB.
	MaxBytes int64
	// Deliver is told of each mail once it is kept, with the recipient as it
	// was addressed, plus-tag included. The SMTP answer waits for its return.
	Deliver func(recipient string, raw []byte)
}

// Office is a running post office.
type Office struct {
	options    Options
	smtp       *smtp.Server
	imap       *imapserver.Server
	smtpListen net.Listener
	imapListen net.Listener
	serving    sync.WaitGroup

	mutex    sync.Mutex
	accounts map[string]*account
}

// ErrAddress marks an address that no mailbox can be made for.
var ErrAddress = errors.New("not a mail address")

// Open loads what Dir holds and starts listening.
func Open(o Options) (*Office, error) {
	if o.Password == "" {
		o.Password = DefaultPassword
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	office := &Office{options: o, accounts: map[string]*account{}}
	if err := office.load(); err != nil {
		return nil, err
	}
	var err error
	if office.smtpListen, err = net.Listen("tcp", o.SMTPAddr); err != nil {
		return nil, fmt.Errorf("listen for SMTP: %w", err)
	}
	if office.imapListen, err = net.Listen("tcp", o.IMAPAddr); err != nil {
		office.smtpListen.Close()
		return nil, fmt.Errorf("listen for IMAP: %w", err)
	}
	office.serve()
	return office, nil
}

// serve starts both servers on the open listeners.
func (o *Office) serve() {
	silent := log.New(io.Discard, "", 0)

	o.smtp = smtp.NewServer(smtp.BackendFunc(o.newSMTPSession))
	o.smtp.Domain = "localhost"
	o.smtp.MaxMessageBytes = o.options.MaxBytes
	o.smtp.MaxLineLength = maxLine
	o.smtp.AllowInsecureAuth = true // loopback: there is no wire to listen on
	o.smtp.EnableSMTPUTF8 = true
	o.smtp.ErrorLog = silent

	o.imap = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &session{office: o}, nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapNamespace: {}, imap.CapUIDPlus: {},
			imap.CapMove: {}, imap.CapESearch: {},
		},
		Logger:       silent,
		InsecureAuth: true,
	})
	o.serving.Go(func() { o.smtp.Serve(o.smtpListen) })
	o.serving.Go(func() { o.imap.Serve(o.imapListen) })
}

// SMTPAddr is the host and port where mail is accepted.
func (o *Office) SMTPAddr() string { return o.smtpListen.Addr().String() }

// IMAPAddr is the host and port where mail is read.
func (o *Office) IMAPAddr() string { return o.imapListen.Addr().String() }

// Close stops both servers and their connections. What was kept stays kept.
func (o *Office) Close() error {
	o.smtpListen.Close()
	o.imapListen.Close()
	// The listeners are closed already; the servers report that once more.
	o.smtp.Close()
	o.imap.Close()
	o.serving.Wait()
	return nil
}

// Deliver puts a mail into the inbox of an address, with at as the instant
// of its arrival, and tells the Deliver hook.
func (o *Office) Deliver(to string, raw []byte, at time.Time) error {
	return o.keep(to, append([]byte("Delivered-To: "+to+"\r\n"), raw...), at)
}

// keep stores a mail that carries its trace already.
func (o *Office) keep(to string, raw []byte, at time.Time) error {
	account, err := o.account(to)
	if err != nil {
		return err
	}
	if _, err := account.add(inboxName, raw, at, nil); err != nil {
		return fmt.Errorf("deliver to %s: %w", to, err)
	}
	if o.options.Deliver != nil {
		o.options.Deliver(to, raw)
	}
	return nil
}

// Mail is one mail as it lies in a folder.
type Mail struct {
	UID uint32
	At  time.Time // INTERNALDATE
	Raw []byte
}

// Mails returns what lies in a folder of an address, oldest UID first. An
// address or folder that nobody has used yet is empty.
func (o *Office) Mails(address, folder string) []Mail {
	base, err := baseAddress(address)
	if err != nil {
		return nil
	}
	o.mutex.Lock()
	account := o.accounts[base]
	o.mutex.Unlock()
	if account == nil {
		return nil
	}
	return account.mails(folder)
}

// Addresses returns the base addresses that have a mailbox, in no order.
func (o *Office) Addresses() []string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	var all []string
	for address := range o.accounts {
		all = append(all, address)
	}
	return all
}

// account finds the mailbox of an address and makes it on first use.
func (o *Office) account(address string) (*account, error) {
	base, err := baseAddress(address)
	if err != nil {
		return nil, err
	}
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if a := o.accounts[base]; a != nil {
		return a, nil
	}
	dir := ""
	if o.options.Dir != "" {
		dir = filepath.Join(o.options.Dir, fileName(base))
	}
	a, err := newAccount(dir)
	if err != nil {
		return nil, fmt.Errorf("make mailbox of %s: %w", base, err)
	}
	o.accounts[base] = a
	return a, nil
}

// load reads every mailbox that an earlier run kept.
func (o *Office) load() error {
	if o.options.Dir == "" {
		return nil
	}
	if err := os.MkdirAll(o.options.Dir, 0o700); err != nil {
		return fmt.Errorf("make mail folder: %w", err)
	}
	entries, err := os.ReadDir(o.options.Dir)
	if err != nil {
		return fmt.Errorf("read mail folder: %w", err)
	}
	for _, entry := range entries {
		address, ok := nameOf(entry.Name())
		if !ok || !entry.IsDir() || !strings.Contains(address, "@") {
			continue
		}
		if _, err := o.account(address); err != nil {
			return err
		}
	}
	return nil
}

// baseAddress folds the case and takes a plus-tag away (RFC 5233 calls it the
// detail): every tagged form of an address reaches the same mailbox.
func baseAddress(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 || at == len(address)-1 || strings.ContainsAny(address, "\r\n\x00") {
		return "", fmt.Errorf("%q: %w", address, ErrAddress)
	}
	local, domain := address[:at], address[at+1:]
	if plus := strings.IndexByte(local, '+'); plus > 0 {
		local = local[:plus]
	}
	return strings.ToLower(local + "@" + domain), nil
}
