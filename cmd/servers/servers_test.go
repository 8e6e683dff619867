package servers

import (
	"bytes"
	"crypto/tls"
	"database/sql"
	"net"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

func TestDovecotKeepsTheTimeOfALaidMail(t *testing.T) {
	d := StartDovecot(t)
	d.User(t, "mentor@example.org")
	ahead := time.Now().Add(72 * time.Hour).Truncate(time.Second)
	d.Lay(t, "mentor@example.org", "INBOX", []byte("Subject: x\r\n\r\nhello\r\n"), ahead)

	client, err := imapclient.DialTLS(d.Addr, &imapclient.Options{TLSConfig: &tls.Config{RootCAs: d.Pool}})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Login("mentor@example.org", DovecotPassword).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	all, err := client.Fetch(imap.SeqSetNum(1), &imap.FetchOptions{InternalDate: true}).Collect()
	if err != nil || len(all) != 1 || !all[0].InternalDate.Equal(ahead) {
		t.Fatalf("fetched %+v, %v; want INTERNALDATE %v", all, err, ahead)
	}
}

func TestPostgreSQLGivesAFreshDatabase(t *testing.T) {
	for _, name := range []string{"the first", "the second"} {
		t.Run(name, func(t *testing.T) {
			db, err := sql.Open("postgres", PostgreSQL(t))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec("CREATE TABLE fresh (id BIGINT)"); err != nil {
				t.Fatal(err)
			}
		})
	}
}

var letter = []byte("From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\n\r\nhello\r\n")

func TestPostfixHandsMailOn(t *testing.T) {
	next := SMTP(t, Script{})
	postfix := StartPostfix(t, next.Addr)
	client, err := smtp.Dial(postfix.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.StartTLS(&tls.Config{RootCAs: postfix.Pool, ServerName: "localhost"}); err != nil {
		t.Fatal(err)
	}
	submit(t, client)
	if mail := next.Await(t, 1)[0]; mail.From != "a@example.org" || !bytes.Contains(mail.Raw, []byte("\r\nhello\r\n")) {
		t.Errorf("handed on %+v", mail)
	}
}

func submit(t *testing.T, client *smtp.Client) {
	t.Helper()
	if err := client.Mail("a@example.org"); err != nil {
		t.Fatal(err)
	}
	if err := client.Rcpt("b@example.org"); err != nil {
		t.Fatal(err)
	}
	w, err := client.Data()
	if err != nil {
		t.Fatal(err)
	}
	w.Write(letter)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSinkTakesMail(t *testing.T) {
	addr := Sink(t)
	Source(t, addr, 10, 2)
}

func TestScriptedAnswers(t *testing.T) {
	send := func(s *SMTPServer) error {
		return smtp.SendMail(s.Addr, nil, "a@example.org", []string{"b@example.org"}, letter)
	}
	t.Run("a 4xx at the final dot", func(t *testing.T) {
		s := SMTP(t, Script{Data: func(Received) Answer { return Answer{Code: 451, Text: "later"} }})
		if err := send(s); err == nil || !strings.HasPrefix(err.Error(), "451") {
			t.Errorf("got %v", err)
		}
		if mails := s.Mails(); len(mails) != 1 || mails[0].Accepted {
			t.Errorf("recorded %+v", mails)
		}
	})
	t.Run("the connection closes at the final dot", func(t *testing.T) {
		s := SMTP(t, Script{Data: func(Received) Answer { return Answer{CloseFirst: true} }})
		if err := send(s); err == nil {
			t.Error("sent")
		}
		if mails := s.Mails(); len(mails) != 1 || !mails[0].Accepted {
			t.Errorf("recorded %+v", mails)
		}
	})
	t.Run("the connection closes after the 250", func(t *testing.T) {
		s := SMTP(t, Script{Data: func(Received) Answer { return Answer{CloseAfter: true} }})
		client, err := smtp.Dial(s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		submit(t, client)
		if err := client.Noop(); err == nil {
			t.Error("the connection is open still")
		}
	})
	t.Run("an answer waits for its channel", func(t *testing.T) {
		wait := make(chan struct{})
		s := SMTP(t, Script{Data: func(Received) Answer { return Answer{Wait: wait} }})
		sent := make(chan error, 1)
		go func() { sent <- send(s) }()
		s.Await(t, 1)
		select {
		case err := <-sent:
			t.Fatalf("answered too early: %v", err)
		default:
		}
		close(wait)
		if err := <-sent; err != nil {
			t.Error(err)
		}
	})
	t.Run("a user has to sign in, over TLS", func(t *testing.T) {
		s := SMTP(t, Script{Security: Implicit, User: "u", Password: "p"})
		conn, err := tls.Dial("tcp", s.Addr, &tls.Config{RootCAs: s.Pool})
		if err != nil {
			t.Fatal(err)
		}
		host, _, _ := net.SplitHostPort(s.Addr)
		client, err := smtp.NewClient(conn, host)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		if err := client.Mail("a@example.org"); err == nil {
			t.Error("accepted without AUTH")
		}
		if err := client.Auth(smtp.PlainAuth("", "u", "p", host)); err != nil {
			t.Fatal(err)
		}
		submit(t, client)
		if mail := s.Await(t, 1)[0]; mail.User != "u" || !mail.TLS {
			t.Errorf("recorded %+v", mail)
		}
	})
}
