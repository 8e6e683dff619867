package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/mentorpost/mentorpost/cmd/mentorpost/oauth"
	"github.com/mentorpost/mentorpost/cmd/mentorpost/postoffice"
	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/mailer"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
	"github.com/mentorpost/mentorpost/templates"
	"github.com/mentorpost/mentorpost/web"
)

// How long work is held, and how much of it at a time.
const (
	keepLease     = 30 * time.Second // of mails as they come in: so long they wait where this process is killed
	decideLease   = 2 * time.Minute
	sendLease     = 10 * time.Minute // outlasts every SMTP timeout
	batch         = 128
	commandPeriod = 60 * time.Second // deadline of one IMAP or SMTP command
)

// service is the running program: its parts, wired.
type service struct {
	config   Config
	settings program.Settings
	sealer   program.Sealer
	tokens   *oauth.Source
	store    *store.Store
	composer *mailer.Composer
	pool     *mailer.Pool
	office   *postoffice.Office // embedded mode only
	web      net.Listener       // of serve, where http.listen is set
	metrics  *web.Metrics
	imap     inbox.ClientOptions
	limits   inbox.Limits
	// calendars fetches those that people gave.
	calendars calendarReader
	// now is the clock that the rules go by: the real one, or the pass's.
	now    func() time.Time
	log    *slog.Logger
	counts counters
}

// counters count what one pass or one process has done.
type counters struct {
	mutex                          sync.Mutex
	kept, decided, due, sent, held int
	failures                       []string
	caughtUp                       time.Time // real time: when the mailbox was last read to its end
}

func (c *counters) add(n *int, by int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	*n += by
}

// total tells whether anything has happened between two looks.
func (c *counters) total() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.kept + c.decided + c.due + c.sent + c.held
}

// catchUp notes that the mailbox has been read to its end.
func (c *counters) catchUp(at time.Time) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.caughtUp = at
}

// lastCatchUp is when the mailbox was last read to its end, if it ever was.
func (c *counters) lastCatchUp() (at time.Time, ok bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.caughtUp, !c.caughtUp.IsZero()
}

// waiting notes a mail that could not be sent in this pass.
func (c *counters) waiting(reason string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.held++
	const most = 20
	if len(c.failures) < most {
		c.failures = append(c.failures, reason)
	}
}

// openService opens the database and the texts and wires the parts; it
// connects to no mail server yet. now is nil for the real clock.
func openService(ctx context.Context, config Config, now func() time.Time) (*service, error) {
	return openServiceAt(ctx, config, now, embeddedSMTP, embeddedIMAP)
}

// openServiceAt is openService with the addresses of the embedded mail server.
func openServiceAt(ctx context.Context, config Config, now func() time.Time, smtpAddr, imapAddr string) (*service, error) {
	if now == nil {
		now = time.Now
	}
	s := &service{config: config, settings: config.Settings(), now: now, limits: inbox.DefaultLimits(), log: slog.Default()}
	s.metrics = web.NewMetrics(s.standing)
	var err error
	if s.store, err = store.Open(ctx, config.Database.URL); err != nil {
		return nil, err
	}
	if err := s.open(ctx, smtpAddr, imapAddr); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *service) open(ctx context.Context, smtpAddr, imapAddr string) error {
	if err := s.store.Migrate(ctx); err != nil {
		return err
	}
	if err := s.unlock(ctx); err != nil {
		return err
	}
	if s.config.Embedded {
		if err := s.openOffice(smtpAddr, imapAddr); err != nil {
			return err
		}
	}
	if err := s.wireMailer(); err != nil {
		return err
	}
	return s.wireInbox()
}

// unlock has the store and the sealer use the program's key.
func (s *service) unlock(ctx context.Context) error {
	keys, err := s.config.unlock(ctx, s.store)
	if err != nil {
		return err
	}
	if keys.Unfinished {
		s.log.Warn("a change of the key was interrupted; stop the service and run mentorpost key rotate to finish it")
	}
	s.tokens = oauth.NewSource(s.config.OAuth, s.store)
	s.sealer, err = sealer(ctx, s.store, keys, s.now())
	return err
}

// unlock opens what is sealed in a database, and keeps others from changing
// the key while it is open.
func (c Config) unlock(ctx context.Context, database *store.Store) (store.Keys, error) {
	if err := database.Attend(ctx, false); errors.Is(err, store.ErrInUse) {
		return store.Keys{}, fmt.Errorf("%w: its key is being changed; start again when that is done", err)
	} else if err != nil {
		return store.Keys{}, err
	}
	empty, err := database.IsNew(ctx)
	if err != nil {
		return store.Keys{}, err
	}
	secrets, err := c.loadKeys(empty)
	if err != nil {
		return store.Keys{}, err
	}
	keys, err := database.Unlock(ctx, secrets)
	return keys, c.keyError(err)
}

// sealer seals with the present key; sessions keep the one that they began with.
func sealer(ctx context.Context, database *store.Store, keys store.Keys, now time.Time) (program.Sealer, error) {
	kept, err := database.KeptSessions(ctx, keys, now)
	return program.NewSealer(keys.Present, append(keys.Earlier, keys.Fresh...)...).Keeping(kept), err
}

// openOffice starts the embedded mail server beside the database.
func (s *service) openOffice(smtpAddr, imapAddr string) error {
	dir := ""
	if file, ok := strings.CutPrefix(s.config.Database.URL, "sqlite:"); ok && file != "" && file != ":memory:" {
		dir = strings.TrimSuffix(file, filepath.Ext(file)) + ".mail"
	}
	office, err := postoffice.Open(postoffice.Options{
		SMTPAddr: smtpAddr, IMAPAddr: imapAddr, Dir: dir, Password: postoffice.DefaultPassword, Now: s.now,
	})
	if err != nil {
		return fmt.Errorf("start the embedded mail server (is another one running?): %w", err)
	}
	s.useOffice(office)
	return nil
}

// The addresses of embedded mode.
const (
	embeddedSMTP = "127.0.0.1:1025"
	embeddedIMAP = "127.0.0.1:1143"
)

func (s *service) useOffice(office *postoffice.Office) {
	s.office = office
	user := strings.ReplaceAll(s.settings.Address, "@", "%40")
	s.config.IMAP.URL = "imap://" + user + "@" + office.IMAPAddr() + "/INBOX"
	s.config.IMAP.Password = postoffice.DefaultPassword
	s.config.SMTP.URL = "smtp://" + office.SMTPAddr()
}

func (s *service) wireMailer() error {
	texts, err := s.config.loadTemplates()
	if err != nil {
		return err
	}
	s.composer = &mailer.Composer{
		Settings: s.settings, Sealer: s.sealer, Templates: texts, PublicURL: s.config.HTTP.PublicURL,
	}
	if s.composer.Signer, err = s.config.loadSigner(); err != nil {
		return err
	}
	trust, err := trusted(s.config.SMTP.CertificatesFile)
	if err != nil {
		return err
	}
	s.pool, err = mailer.NewPool(mailer.PoolOptions{
		URL: s.config.SMTP.URL, Password: s.config.SMTP.Password, TLS: trust,
		Connections: s.config.SMTP.Connections, Rate: s.config.SMTP.Rate,
		Timeout: commandPeriod, Token: token(s.config.SMTP.Auth, s.tokens),
	})
	return err
}

// token is where a connection gets its access token from, nil where it signs
// in by password.
func token(auth string, source *oauth.Source) func(context.Context) (string, error) {
	if auth != "xoauth2" {
		return nil
	}
	return source.Token
}

func (s *service) wireInbox() error {
	trust, err := trusted(s.config.IMAP.CertificatesFile)
	s.imap = inbox.ClientOptions{
		URL: s.config.IMAP.URL, Password: s.config.IMAP.Password, TLS: trust, Timeout: commandPeriod,
		Token: token(s.config.IMAP.Auth, s.tokens), Logger: s.log, MaxBytes: int64(s.limits.Bytes),
	}
	return err
}

// loadTemplates reads the texts, with the program's own wording on top.
func (c Config) loadTemplates() (*templates.Set, error) {
	if c.Templates.Dir == "" {
		return templates.Load(nil)
	}
	set, err := templates.Load(os.DirFS(c.Templates.Dir))
	if err != nil {
		return nil, usageError{fmt.Errorf("templates in %s: %w", c.Templates.Dir, err)}
	}
	return set, nil
}

// loadSigner reads the DKIM key, where one is configured.
func (c Config) loadSigner() (*mailer.Signer, error) {
	if c.DKIM.KeyFile == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(c.DKIM.KeyFile)
	if err != nil {
		return nil, usageError{fmt.Errorf("read dkim.key_file: %w", err)}
	}
	signer, err := mailer.NewSigner(c.DKIM.Domain, c.DKIM.Selector, pem)
	if err != nil {
		return nil, usageError{fmt.Errorf("dkim.key_file %s: %w", c.DKIM.KeyFile, err)}
	}
	return signer, nil
}

// trusted is the TLS configuration with further authorities, nil where the
// system's own are enough.
func trusted(file string) (*tls.Config, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, usageError{fmt.Errorf("read certificates_file: %w", err)}
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, usagef("certificates_file %s: holds no PEM certificate", file)
	}
	return &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, nil
}

// close lets go of everything; safe on a half-opened service.
func (s *service) close() error {
	var errs []error
	if s.web != nil {
		if err := s.web.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	if s.pool != nil {
		errs = append(errs, s.pool.Close())
	}
	if s.office != nil {
		errs = append(errs, s.office.Close())
	}
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	return errors.Join(errs...)
}
