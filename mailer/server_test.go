package mailer

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
)

// What a scripted server can do instead of answering.
const (
	hangUp = "(hang up)"
	silent = "(say nothing)"
)

// script is an SMTP server's behaviour: what it answers to each verb, one
// answer after the other; the last stays. DOT is the end of a message. A "+"
// before hangUp hangs up after the answer.
type script struct {
	extensions []string
	answers    map[string][]string
	certified  *tls.Config
	implicit   bool
}

// scripted is a running scripted server.
type scripted struct {
	script
	address string
	done    chan struct{}

	mu          sync.Mutex
	connections int
	verbs       []string
	messages    []string
}

func startScripted(t testing.TB, s script) *scripted {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	out := &scripted{script: s, address: listener.Addr().String(), done: make(chan struct{})}
	var sessions sync.WaitGroup
	sessions.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			sessions.Go(func() { out.serve(conn) })
		}
	})
	t.Cleanup(func() {
		close(out.done)
		_ = listener.Close()
		sessions.Wait()
	})
	return out
}

func (s *scripted) serve(conn net.Conn) {
	// The end of the test ends sessions that wait for a command.
	finished := make(chan struct{})
	defer close(finished)
	go func() {
		select {
		case <-s.done:
		case <-finished:
		}
		_ = conn.Close()
	}()
	s.mu.Lock()
	s.connections++
	s.mu.Unlock()
	if s.implicit {
		conn = tls.Server(conn, s.certified)
	}
	reader := bufio.NewReader(conn)
	if !s.answer(conn, "GREETING", "220 scripted.example.org ESMTP") {
		return
	}
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		s.note(verb)
		switch verb {
		case "EHLO":
			if !s.answer(conn, verb, s.greeting()) {
				return
			}
		case "STARTTLS":
			if !s.answer(conn, verb, "220 go ahead") {
				return
			}
			conn = tls.Server(conn, s.certified)
			reader = bufio.NewReader(conn)
		case "DATA":
			if !s.answer(conn, verb, "354 go ahead") {
				return
			}
			message, err := io.ReadAll(textproto.NewReader(reader).DotReader())
			if err != nil {
				return
			}
			s.mu.Lock()
			s.messages = append(s.messages, string(message))
			s.mu.Unlock()
			if !s.answer(conn, "DOT", "250 2.0.0 taken") {
				return
			}
		case "AUTH":
			if !s.answer(conn, verb, "235 2.7.0 welcome") {
				return
			}
		default:
			if !s.answer(conn, verb, "250 2.0.0 fine") {
				return
			}
		}
	}
}

// greeting is the answer to EHLO: one line for each extension.
func (s *scripted) greeting() string {
	lines := append([]string{"scripted.example.org"}, s.extensions...)
	for i := range lines {
		separator := "-"
		if i == len(lines)-1 {
			separator = " "
		}
		lines[i] = "250" + separator + lines[i]
	}
	return strings.Join(lines, "\r\n")
}

func (s *scripted) note(verb string) {
	s.mu.Lock()
	s.verbs = append(s.verbs, verb)
	s.mu.Unlock()
}

// answer gives the next scripted answer to a verb; false ends the session.
func (s *scripted) answer(conn net.Conn, verb, usual string) bool {
	s.mu.Lock()
	text := usual
	if list := s.answers[verb]; len(list) > 0 {
		if list[0] != "" {
			text = list[0]
		}
		if len(list) > 1 {
			s.answers[verb] = list[1:]
		}
	}
	s.mu.Unlock()
	if text == silent {
		<-s.done
		return false
	}
	text, last := strings.CutSuffix(text, "+"+hangUp)
	if text != hangUp {
		_, _ = io.WriteString(conn, text+"\r\n")
	}
	if last || text == hangUp {
		_ = conn.Close()
		return false
	}
	return true
}

// seen returns how many connections there were, the verbs and the messages.
func (s *scripted) seen() (int, string, []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections, strings.Join(s.verbs, " "), append([]string(nil), s.messages...)
}

// certify makes a certificate for 127.0.0.1 and the trust in it.
func certify(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "scripted"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: roots}
}

// freePort returns a port that nothing listens on.
func freePort(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}
