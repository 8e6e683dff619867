package postoffice

import (
	"bytes"
	"crypto/subtle"
	"fmt"
	"io"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// envelope is one SMTP session: who writes to whom.
type envelope struct {
	office     *Office
	connection *smtp.Conn
	from       string
	recipients []string
}

func (o *Office) newSMTPSession(c *smtp.Conn) (smtp.Session, error) {
	return &envelope{office: o, connection: c}, nil
}

// AuthMechanisms and Auth let a mail program sign in as it is set up to;
// nobody has to, since everything stays on this machine.
func (e *envelope) AuthMechanisms() []string { return []string{sasl.Plain} }

func (e *envelope) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, name, password string) error {
		if !e.office.opens(name, password) {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

// opens tells whether the password opens the mailbox of that name.
func (o *Office) opens(name, password string) bool {
	_, err := baseAddress(name)
	return err == nil && subtle.ConstantTimeCompare([]byte(password), []byte(o.options.Password)) == 1
}

func (e *envelope) Mail(from string, _ *smtp.MailOptions) error {
	e.from, e.recipients = from, nil
	return nil
}

func (e *envelope) Rcpt(to string, _ *smtp.RcptOptions) error {
	if _, err := baseAddress(to); err != nil {
		return &smtp.SMTPError{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 1, 3}, Message: "Bad recipient address"}
	}
	e.recipients = append(e.recipients, to)
	return nil
}

// Data keeps the mail for every recipient before the 250 goes out.
func (e *envelope) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err // go-smtp says 552 where the mail was too large
	}
	now := e.office.options.Now()
	for _, to := range e.recipients {
		if err := e.office.keep(to, append(e.trace(to, now), raw...), now); err != nil {
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Could not keep the mail"}
		}
	}
	return nil
}

// trace is what a final delivery writes on top of a mail: RFC 5321 §4.4.
func (e *envelope) trace(to string, now time.Time) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "Return-Path: <%s>\r\nDelivered-To: %s\r\n", e.from, to)
	fmt.Fprintf(&b, "Received: from %s by localhost with ESMTP;\r\n\t%s\r\n",
		e.connection.Hostname(), now.Format(time.RFC1123Z))
	return b.Bytes()
}

func (e *envelope) Reset() { e.from, e.recipients = "", nil }

func (e *envelope) Logout() error { return nil }
