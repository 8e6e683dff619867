package mailer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// PoolOptions say which server to use, and how.
type PoolOptions struct {
	// URL is smtps://user@host:465 for TLS from the start (RFC 8314 §3.3), or
	// smtp://user@host:587 for STARTTLS (RFC 3207), which is required but on
	// loopback. Without a user nothing signs in.
	URL      string
	Password string
	// Token, where set, gives a fresh OAuth2 access token for each connection.
	Token func(context.Context) (string, error)
	// TLS changes how the server is verified. With it, STARTTLS is required on
	// loopback too.
	TLS         *tls.Config
	Connections int // at most; 4 where zero
	// Rate is how many messages may go, such as "30/m"; empty: any number.
	Rate string
	// Timeout bounds each command; the answer to a message may take twice as
	// long. One minute where zero.
	Timeout  time.Duration
	Hostname string // for EHLO; the machine's name where empty
}

// ErrOptions is returned for options that cannot be used.
var ErrOptions = errors.New("invalid SMTP options")

// Pool sends messages to one server over a few connections that stay open
// between messages. Its methods may be called by several goroutines at once;
// each message has a connection to itself.
type Pool struct {
	options PoolOptions
	server  server
	rate    *limiter

	places chan struct{} // one entry for each connection that may be opened or used
	closed chan struct{}
	once   sync.Once

	mu   sync.Mutex
	idle []*connection // open ones, the one that was used last at the end
}

// server is where the URL points to.
type server struct {
	host, address string
	user          string
	implicit      bool // TLS from the start
	loopback      bool
}

// NewPool checks the options. It does not connect yet.
func NewPool(o PoolOptions) (*Pool, error) {
	target, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	rate, err := parseRate(o.Rate)
	if err != nil {
		return nil, err
	}
	if o.Connections <= 0 {
		o.Connections = 4
	}
	if o.Timeout <= 0 {
		o.Timeout = time.Minute
	}
	if o.Hostname == "" {
		o.Hostname = machineName()
	}
	p := &Pool{
		options: o, server: target, rate: rate,
		places: make(chan struct{}, o.Connections), closed: make(chan struct{}),
	}
	for range o.Connections {
		p.places <- struct{}{}
	}
	return p, nil
}

func parseURL(text string) (server, error) {
	u, err := url.Parse(text)
	if err != nil {
		// The URL stays out of the text: it may hold a password.
		return server{}, fmt.Errorf("smtp url: %w: it cannot be read", ErrOptions)
	}
	out := server{host: u.Hostname(), user: u.User.Username()}
	port := "587"
	switch u.Scheme {
	case "smtps":
		out.implicit, port = true, "465"
	case "smtp":
	default:
		return server{}, fmt.Errorf("smtp url: %w: scheme %q is neither smtp nor smtps", ErrOptions, u.Scheme)
	}
	if out.host == "" {
		return server{}, fmt.Errorf("smtp url: %w: it names no host", ErrOptions)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	out.address = net.JoinHostPort(out.host, port)
	ip := net.ParseIP(out.host)
	out.loopback = strings.EqualFold(out.host, "localhost") || ip != nil && ip.IsLoopback()
	return out, nil
}

// machineName is the name for EHLO (RFC 5321 §4.1.1.1).
func machineName() string {
	name, err := os.Hostname()
	if err != nil || name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "localhost"
	}
	return name
}

var errClosed = errors.New("the pool is closed")

// Send hands a message to the server. nil means that the server has taken it.
// Any error is an ErrTemporary, ErrPermanent, ErrUnknown or ErrUnreachable;
// after ErrUnknown the message may or may not have been taken.
func (p *Pool) Send(ctx context.Context, m Message) error {
	if err := p.rate.wait(ctx); err != nil {
		return err
	}
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	if c != nil {
		err := c.transfer(ctx, m)
		if !c.stale || ctx.Err() != nil {
			return p.settle(c, err)
		}
		// The server had closed the idle connection, and the message has not
		// reached it. A new connection tells more.
		c.close()
	}
	if c, err = p.dial(ctx); err != nil {
		p.places <- struct{}{}
		return fmt.Errorf("use %s: %w: %w", p.server.address, ErrUnreachable, err)
	}
	return p.settle(c, c.transfer(ctx, m))
}

// settle puts a connection back after a transfer, or closes it where its state
// is not certain.
func (p *Pool) settle(c *connection, err error) error {
	select {
	case <-p.closed:
		c.broken = true
	default:
	}
	if c.broken {
		c.close()
	} else {
		p.mu.Lock()
		p.idle = append(p.idle, c)
		p.mu.Unlock()
	}
	p.places <- struct{}{}
	return err
}

// The longest that a connection may have been idle to be used again: servers
// and firewalls forget those that stay silent.
const maxIdle = time.Minute

// take waits for a place and returns the connection that was used last, which
// is the least likely to have been given up; nil where one must be opened.
func (p *Pool) take(ctx context.Context) (*connection, error) {
	select {
	case <-p.closed:
		return nil, fmt.Errorf("send: %w: %w", ErrUnreachable, errClosed)
	default:
	}
	select {
	case <-p.places:
		return p.open(), nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a connection: %w: %w", ErrTemporary, context.Cause(ctx))
	case <-p.closed:
		return nil, fmt.Errorf("send: %w: %w", ErrUnreachable, errClosed)
	}
}

// open takes an idle connection, and closes those that were idle for too long.
func (p *Pool) open() *connection {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n := len(p.idle); n > 0; n = len(p.idle) {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		if time.Since(c.used) <= maxIdle {
			return c
		}
		c.close()
	}
	return nil
}

// Check opens a connection, with TLS and sign-in, and closes it again. The
// error is an ErrUnreachable.
func (p *Pool) Check(ctx context.Context) error {
	c, err := p.dial(ctx)
	if err != nil {
		return fmt.Errorf("use %s: %w: %w", p.server.address, ErrUnreachable, err)
	}
	c.quit()
	return nil
}

// Close takes leave of the server on every idle connection; those in use are
// closed when their message is through. It waits for them.
func (p *Pool) Close() error {
	p.once.Do(func() {
		close(p.closed)
		for range cap(p.places) {
			<-p.places
		}
		for _, c := range p.idle {
			c.quit()
		}
	})
	return nil
}
