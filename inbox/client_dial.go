package inbox

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// place is a mailbox URL taken apart.
type place struct {
	secure        bool
	host, port    string
	user, mailbox string
}

// parseMailboxURL reads imaps://user@host:993/INBOX (RFC 5092, as far as a
// person writes it).
func parseMailboxURL(text string) (place, error) {
	u, err := url.Parse(text)
	if err != nil {
		// url.Parse repeats the text, which may hold a password.
		return place{}, fmt.Errorf("read mailbox URL: %w", ErrAddress)
	}
	at := place{host: u.Hostname(), port: u.Port(), mailbox: strings.TrimPrefix(u.Path, "/")}
	if u.User != nil {
		at.user = u.User.Username()
	}
	switch u.Scheme {
	case "imaps":
		at.secure = true
	case "imap":
	default:
		return place{}, fmt.Errorf("read mailbox URL: scheme %q: %w", u.Scheme, ErrAddress)
	}
	if at.host == "" || at.user == "" {
		return place{}, fmt.Errorf("read mailbox URL: it needs a user and a host: %w", ErrAddress)
	}
	if at.port == "" {
		at.port = map[bool]string{true: "993", false: "143"}[at.secure]
	}
	if at.mailbox == "" {
		at.mailbox = "INBOX"
	}
	return at, nil
}

// connect opens the connection, with TLS unless the server is on this machine
// and the URL says so.
func (c *Client) connect(ctx context.Context, at place) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.options.Timeout, ErrSilent)
	defer cancel()
	addr := net.JoinHostPort(at.host, at.port)
	if ip := net.ParseIP(at.host); !at.secure && at.host != "localhost" && !ip.IsLoopback() {
		return fmt.Errorf("connect to %s: %w", addr, ErrInsecure)
	}
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("connect to %s: %w", addr, err)
	}
	// A name is only as good as what it leads to.
	if tcp, ok := raw.RemoteAddr().(*net.TCPAddr); !at.secure && (!ok || !tcp.IP.IsLoopback()) {
		raw.Close()
		return fmt.Errorf("connect to %s: %w", addr, ErrInsecure)
	}
	conn := raw
	if at.secure {
		config := &tls.Config{}
		if c.options.TLS != nil {
			config = c.options.TLS.Clone()
		}
		if config.ServerName == "" {
			config.ServerName = at.host
		}
		config.NextProtos = []string{"imap"} // RFC 7301, against cross-protocol attacks
		secured := tls.Client(raw, config)
		if err := secured.HandshakeContext(ctx); err != nil {
			raw.Close()
			return fmt.Errorf("secure the connection to %s: %w", addr, err)
		}
		conn = secured
	}
	c.raw = raw
	c.imap = imapclient.New(conn, &imapclient.Options{
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: c.told},
	})
	return nil
}

// told is called by the reader when the server speaks of the mailbox by
// itself: EXISTS means news.
func (c *Client) told(data *imapclient.UnilateralDataMailbox) {
	if data.NumMessages == nil {
		return
	}
	select {
	case c.news <- struct{}{}:
	default: // told already
	}
}

// greet waits for the server's first words and asks what it can do.
func (c *Client) greet(ctx context.Context) error {
	if err := c.command(ctx, "wait for the greeting", c.imap.WaitGreeting); err != nil {
		return err
	}
	return c.askCapabilities(ctx)
}

// askCapabilities asks rather than to believe what came along with another
// answer: the set changes with sign-in (RFC 9051 §6.1.1).
func (c *Client) askCapabilities(ctx context.Context) error {
	return c.command(ctx, "ask for capabilities", func() (err error) {
		c.caps, err = c.imap.Capability().Wait()
		return err
	})
}

// signIn proves who we are, by token where there is one, else by password.
func (c *Client) signIn(ctx context.Context, user string) error {
	if c.imap.State() == imap.ConnStateAuthenticated { // RFC 9051 §7.1.4: PREAUTH
		return nil
	}
	prove, err := c.proof(ctx, user)
	if err != nil {
		return err
	}
	if err := c.command(ctx, "sign in as "+user, prove); err != nil {
		c.broken.Store(true) // an exchange may be left half-way: no goodbye
		if refused(err) {
			return fmt.Errorf("%w: %w", err, ErrSignIn)
		}
		return err
	}
	return c.askCapabilities(ctx)
}

// proof chooses how to sign in.
func (c *Client) proof(ctx context.Context, user string) (func() error, error) {
	if c.options.Token != nil {
		token, err := c.options.Token(ctx)
		if err != nil {
			return nil, fmt.Errorf("get an access token: %w", err)
		}
		return func() error { return c.imap.Authenticate(&xoauth2{user: user, token: token}) }, nil
	}
	// PLAIN speaks UTF-8 (RFC 4616 §2); LOGIN says nothing of charsets.
	if c.caps.Has("AUTH=PLAIN") {
		return func() error { return c.imap.Authenticate(sasl.NewPlainClient("", user, c.options.Password)) }, nil
	}
	if c.caps.Has(imap.CapLoginDisabled) {
		return nil, fmt.Errorf("sign in as %s: the server takes no password here: %w", user, ErrSignIn)
	}
	return func() error { return c.imap.Login(user, c.options.Password).Wait() }, nil
}

// xoauth2 is the SASL mechanism of Google and Microsoft for access tokens.
type xoauth2 struct{ user, token string }

// Start sends the whole proof at once.
func (x *xoauth2) Start() (mechanism string, response []byte, err error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next is asked only where the token was refused: the challenge says why.
func (x *xoauth2) Next(challenge []byte) ([]byte, error) {
	var why struct{ Status, Schemes, Scope string }
	if json.Unmarshal(challenge, &why) != nil || why.Status == "" {
		why.Status = "no reason given"
	}
	return nil, fmt.Errorf("the token was refused (status %s): %w", why.Status, ErrSignIn)
}
