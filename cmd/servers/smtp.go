package servers

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Security is how a scripted SMTP server encrypts.
type Security int

// The three ways of SMTP with and without TLS.
const (
	Plain    Security = iota // no TLS at all
	StartTLS                 // RFC 3207
	Implicit                 // RFC 8314 §3.3
)

// Answer is what a scripted server does at one point of a session. The zero
// Answer lets the session go on.
type Answer struct {
	Code       int               // reply code; 0: the ordinary one
	Enhanced   smtp.EnhancedCode // RFC 3463
	Text       string
	CloseFirst bool            // close the connection instead of answering
	CloseAfter bool            // DATA only: answer, then close the connection
	Wait       <-chan struct{} // answer only once it is closed: a slow server
}

// Script tells a server how to behave; its functions may be nil. They are
// called from several connections at once.
type Script struct {
	Security       Security
	User, Password string // both empty: AUTH is not offered
	MaxBytes       int64  // announced with SIZE; 0: none
	Connect        func() Answer
	Mail           func(from string) Answer
	Rcpt           func(to string) Answer
	Data           func(Received) Answer // the final dot has arrived
}

// Received is a mail whose final dot reached the server, however the server
// answered it.
type Received struct {
	From       string
	To         []string
	Raw        []byte
	User       string // signed in as
	TLS        bool
	Connection int // counts from 1
	Accepted   bool
}

// SMTPServer records what it is sent.
type SMTPServer struct {
	Addr   string
	CAFile string         // certificate to trust, PEM; without TLS empty
	Pool   *x509.CertPool // the same

	script      Script
	mutex       sync.Mutex
	received    []Received
	news        chan struct{} // closed and replaced at each mail
	connections int
}

// SMTP starts a recording SMTP server.
func SMTP(t testing.TB, script Script) *SMTPServer {
	t.Helper()
	s := &SMTPServer{script: script, news: make(chan struct{})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = listener.Addr().String()
	server := smtp.NewServer(smtp.BackendFunc(s.connect))
	server.Domain, server.AllowInsecureAuth = "localhost", true
	server.MaxMessageBytes, server.EnableSMTPUTF8, server.EnableDSN = script.MaxBytes, true, true
	server.ErrorLog = log.New(io.Discard, "", 0)
	if script.Security != Plain {
		cert := makeCertificate(t)
		s.CAFile, s.Pool = filepath.Join(t.TempDir(), "ca.pem"), cert.pool
		if err := os.WriteFile(s.CAFile, []byte(cert.certPEM), 0o600); err != nil {
			t.Fatal(err)
		}
		config := &tls.Config{Certificates: []tls.Certificate{cert.pair}}
		if script.Security == StartTLS {
			server.TLSConfig = config
		} else {
			listener = tls.NewListener(listener, config)
		}
	}
	var serving sync.WaitGroup
	serving.Go(func() { server.Serve(listener) })
	t.Cleanup(func() {
		listener.Close()
		server.Close()
		serving.Wait()
	})
	return s
}

// Mails is what was received up to now.
func (s *SMTPServer) Mails() []Received {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]Received(nil), s.received...)
}

// Connections counts those that were opened.
func (s *SMTPServer) Connections() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.connections
}

// Await waits until that many mails have been received.
func (s *SMTPServer) Await(t testing.TB, count int) []Received {
	t.Helper()
	deadline := time.After(startLimit)
	for {
		s.mutex.Lock()
		received, news := append([]Received(nil), s.received...), s.news
		s.mutex.Unlock()
		if len(received) >= count {
			return received
		}
		select {
		case <-news:
		case <-deadline:
			t.Fatalf("%d mails came, want %d", len(received), count)
		}
	}
}

func (s *SMTPServer) record(r Received) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.received = append(s.received, r)
	close(s.news)
	s.news = make(chan struct{})
}

// scripted is one SMTP session.
type scripted struct {
	server     *SMTPServer
	connection *smtp.Conn
	mail       Received
	hangUp     bool // when the answer to DATA is out
}

func (s *SMTPServer) connect(c *smtp.Conn) (smtp.Session, error) {
	s.mutex.Lock()
	s.connections++
	session := &scripted{server: s, connection: c, mail: Received{Connection: s.connections}}
	s.mutex.Unlock()
	if s.script.Connect == nil {
		return session, nil
	}
	return session, session.give(s.script.Connect())
}

// give carries out an answer.
func (s *scripted) give(a Answer) error {
	if a.Wait != nil {
		<-a.Wait
	}
	if a.CloseFirst {
		s.connection.Conn().Close()
	}
	s.hangUp = a.CloseAfter
	if a.Code == 0 || a.Code/100 == 2 {
		return nil
	}
	return &smtp.SMTPError{Code: a.Code, EnhancedCode: a.Enhanced, Message: a.Text}
}

func (s *scripted) AuthMechanisms() []string {
	if s.server.script.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *scripted) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, name, password string) error {
		if name != s.server.script.User || password != s.server.script.Password {
			return smtp.ErrAuthFailed
		}
		s.mail.User = name
		return nil
	}), nil
}

func (s *scripted) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.script.User != "" && s.mail.User == "" {
		return smtp.ErrAuthRequired
	}
	s.mail.From, s.mail.To = from, nil
	if s.server.script.Mail == nil {
		return nil
	}
	return s.give(s.server.script.Mail(from))
}

func (s *scripted) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.server.script.Rcpt != nil {
		if err := s.give(s.server.script.Rcpt(to)); err != nil {
			return err
		}
	}
	s.mail.To = append(s.mail.To, to)
	return nil
}

func (s *scripted) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	mail := s.mail
	mail.Raw, mail.To = raw, append([]string(nil), s.mail.To...)
	_, mail.TLS = s.connection.TLSConnectionState()
	answer := Answer{}
	if s.server.script.Data != nil {
		answer = s.server.script.Data(mail)
	}
	mail.Accepted = answer.Code == 0 || answer.Code/100 == 2
	s.server.record(mail)
	return s.give(answer)
}

// Reset comes after the answer to DATA went out.
func (s *scripted) Reset() {
	if s.hangUp {
		s.connection.Conn().Close()
	}
	s.mail.From, s.mail.To = "", nil
}

func (s *scripted) Logout() error { return nil }
