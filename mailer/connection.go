package mailer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// connection is one session with the server (RFC 5321 §3.1). It belongs to one
// goroutine at a time.
type connection struct {
	client  *smtp.Client
	conn    net.Conn
	timeout time.Duration
	used    time.Time // when it last carried a message
	carried int       // how many messages it has carried
	broken  bool      // not to be used again
	stale   bool      // the server had given it up before this message
}

// dial opens a connection, with TLS and sign-in as the options ask.
func (p *Pool) dial(ctx context.Context) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, p.options.Timeout)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", p.server.address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	// The client knows no context: closing the connection wakes it up.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	client, err := p.greet(ctx, conn)
	if err != nil {
		_ = conn.Close()
		return nil, because(ctx, err)
	}
	if err := p.signIn(ctx, client); err != nil {
		_ = conn.Close()
		return nil, because(ctx, err)
	}
	return &connection{client: client, conn: conn, timeout: p.options.Timeout}, nil
}

// greet secures the connection and says EHLO.
func (p *Pool) greet(ctx context.Context, conn net.Conn) (*smtp.Client, error) {
	var client *smtp.Client
	switch {
	case p.server.implicit:
		secured := tls.Client(conn, p.tls())
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, fmt.Errorf("secure connection: %w", err)
		}
		client = smtp.NewClient(secured)
	case p.server.loopback && p.options.TLS == nil:
		client = smtp.NewClient(conn)
	default:
		// Never in the clear: a server, or someone between, that does not
		// offer STARTTLS is not used (RFC 8314 §4.1).
		secured, err := smtp.NewClientStartTLS(conn, p.tls())
		if err != nil {
			return nil, fmt.Errorf("start TLS: %w", err)
		}
		client = secured
	}
	client.CommandTimeout = p.options.Timeout
	client.SubmissionTimeout = 2 * p.options.Timeout
	if err := client.Hello(p.options.Hostname); err != nil {
		return nil, fmt.Errorf("greet: %w", err)
	}
	return client, nil
}

func (p *Pool) tls() *tls.Config {
	config := p.options.TLS.Clone()
	if config == nil {
		config = &tls.Config{}
	}
	if config.ServerName == "" {
		config.ServerName = p.server.host
	}
	if config.MinVersion == 0 {
		config.MinVersion = tls.VersionTLS12 // RFC 8996
	}
	return config
}

// because names the end of ctx as the reason, where it was.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w (%w)", context.Cause(ctx), err)
	}
	return err
}

// grace is how long the answer to a message may still take after ctx has
// ended: it is better to know than to send twice.
const grace = 5 * time.Second

// transfer sends one message over the connection (RFC 5321 §3.3).
func (c *connection) transfer(ctx context.Context, m Message) error {
	what := "send to " + m.To
	var past atomic.Bool // past the final dot
	stop := context.AfterFunc(ctx, func() {
		if past.Load() {
			_ = c.conn.SetDeadline(time.Now().Add(grace))
			return
		}
		_ = c.conn.Close()
	})
	defer stop()
	c.used = time.Now()
	c.carried++
	if err := c.envelope(m); err != nil {
		c.abandon(err)
		return judge(because(ctx, err), stepEnvelope, what)
	}
	data, err := c.client.Data()
	if err != nil {
		c.abandon(err)
		return judge(because(ctx, err), stepEnvelope, what)
	}
	_ = c.conn.SetWriteDeadline(time.Now().Add(c.timeout))
	if _, err := data.Write(m.Raw); err != nil {
		// Whatever follows on this connection would be taken for the rest of
		// this message.
		c.broken = true
		return judge(because(ctx, err), stepMessage, what)
	}
	past.Store(true)
	if err := data.Close(); err != nil {
		_, answered := errors.AsType[*smtp.SMTPError](err)
		c.broken = !answered || isClosing(err)
		if isUnwritten(err) {
			return judge(because(ctx, err), stepMessage, what)
		}
		return judge(because(ctx, err), stepAnswer, what)
	}
	c.used = time.Now()
	return nil
}

// isUnwritten reports whether the last octets of a message, and so its final
// dot, were never handed to the network.
func isUnwritten(err error) bool {
	failed, ok := errors.AsType[*net.OpError](err)
	return ok && failed.Op == "write"
}

var errUTF8 = &smtp.SMTPError{Code: 553, EnhancedCode: smtp.EnhancedCode{5, 6, 7}, Message: "the server does not take addresses beyond ASCII (SMTPUTF8)"}

// envelope says who sends to whom.
func (c *connection) envelope(m Message) error {
	options := &smtp.MailOptions{Size: int64(len(m.Raw)), UTF8: !isASCII(m.To)}
	if supported, _ := c.client.Extension("SMTPUTF8"); options.UTF8 && !supported {
		return errUTF8 // RFC 6531 §3.1
	}
	if limit, known := c.client.MaxMessageSize(); known && limit > 0 && len(m.Raw) > limit {
		return &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "the message is larger than the server takes"} // RFC 1870 §6.1
	}
	if err := c.client.Mail(m.From, options); err != nil {
		_, answered := errors.AsType[*smtp.SMTPError](err)
		c.stale = c.carried > 1 && (!answered || isClosing(err))
		return err
	}
	return c.client.Rcpt(m.To, nil)
}

// abandon ends a transaction that failed before its message: with RSET where
// the server still answers.
func (c *connection) abandon(err error) {
	if _, answered := errors.AsType[*smtp.SMTPError](err); !answered || isClosing(err) || c.client.Reset() != nil {
		c.broken = true
	}
}

// isClosing reports whether the server says that it closes the connection.
func isClosing(err error) bool {
	answer, ok := errors.AsType[*smtp.SMTPError](err)
	return ok && answer.Code == 421 // RFC 5321 §3.8
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > '~' })
}

func (c *connection) close() { _ = c.conn.Close() }

// quit takes leave (RFC 5321 §4.1.1.10), and does not insist on an answer.
func (c *connection) quit() {
	c.client.CommandTimeout = time.Second
	_ = c.client.Quit()
	c.close()
}
