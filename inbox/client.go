package inbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// The folders that mail is filed in once it has been dealt with.
const (
	FolderProcessed  = "Processed"
	FolderQuarantine = "Quarantine"
)

// keyword marks a mail that has been dealt with on a server where it cannot
// be taken out of the mailbox (RFC 9051 §2.3.2).
const keyword imap.Flag = "$Mentorpost"

// Bounds that ClientOptions leave open.
const (
	defaultTimeout  = time.Minute
	defaultMaxBytes = 26 << 20
	farewell        = 3 * time.Second // what a polite ending may take
)

var (
	// ErrSilent marks a command that the server did not answer in time. The
	// connection is closed: what it would say later belongs to nothing.
	ErrSilent = errors.New("the server did not answer in time")
	// ErrSignIn marks a name, password or token that the server refused.
	ErrSignIn = errors.New("sign-in refused")
	// ErrMailbox marks a mailbox that the server does not open for this user.
	ErrMailbox = errors.New("no such mailbox, or not for this user")
	// ErrAddress marks a URL that no mailbox can be reached by.
	ErrAddress = errors.New("not a mailbox URL")
	// ErrInsecure marks imap:// to another machine, where it would show the
	// password and the mails to everyone on the way.
	ErrInsecure = errors.New("imap:// is for this machine only; use imaps://")
)

// ClientOptions say which mailbox is read and how.
type ClientOptions struct {
	// URL is imaps://user@host:993/INBOX; imap:// is for loopback only. The
	// port and the mailbox may be left out.
	URL      string
	Password string
	TLS      *tls.Config // nil: the system's authorities
	// Timeout is how long the server may take for one command; 0: a minute.
	// Commands that carry mails have more time, by their size.
	Timeout time.Duration
	// Folders are made where they are missing; nil: FolderProcessed and
	// FolderQuarantine.
	Folders []string
	// Token gives a fresh access token; where it is set, sign-in is XOAUTH2.
	Token  func(context.Context) (string, error)
	Logger *slog.Logger // nil: silent
	// MaxBytes bounds one mail; of a larger one only the header is fetched.
	// 0: 26 MiB.
	MaxBytes int64
}

// Client is one connection to one mailbox, for one goroutine at a time. Every
// command has a deadline; after one has passed the connection is closed and
// each further command fails.
type Client struct {
	options ClientOptions
	mailbox string
	log     *slog.Logger

	raw    net.Conn // below TLS: closing it never waits for the peer
	imap   *imapclient.Client
	broken atomic.Bool
	news   chan struct{} // holds a token when the server told of mail

	caps        imap.CapSet
	validity    uint32
	next        imap.UID // all below has been seen by Fetch
	prefix      string   // of the personal namespace, such as "INBOX."
	keywordKept bool     // the mailbox keeps our keyword
	idleSlices  [2]time.Duration
	ending      sync.Once
}

// Dial connects, signs in, selects the mailbox and makes the folders that are
// missing.
func Dial(ctx context.Context, o ClientOptions) (*Client, error) {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.Folders == nil {
		o.Folders = []string{FolderProcessed, FolderQuarantine}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	at, err := parseMailboxURL(o.URL)
	if err != nil {
		return nil, err
	}
	c := &Client{
		options: o, mailbox: at.mailbox, log: o.Logger, next: 1,
		news: make(chan struct{}, 1), idleSlices: [2]time.Duration{firstIdle, laterIdle},
	}
	if err := c.connect(ctx, at); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{
		c.greet,
		func(ctx context.Context) error { return c.signIn(ctx, at.user) },
		c.open,
		c.makeFolders,
	} {
		if err := step(ctx); err != nil {
			c.Close()
			return nil, err
		}
	}
	return c, nil
}

// guard runs one exchange with the server under a deadline. The library waits
// without end for a silent server; closing the connection ends its wait.
func (c *Client) guard(ctx context.Context, limit time.Duration, act string, exchange func() error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrSilent)
	defer cancel()
	closed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(closed)
		c.broken.Store(true)
		c.raw.Close()
	})
	err := exchange()
	if !stop() {
		<-closed // nothing of the exchange outlives it
		return fmt.Errorf("%s: %w", act, context.Cause(ctx))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// command is guard with the ordinary deadline.
func (c *Client) command(ctx context.Context, act string, exchange func() error) error {
	return c.guard(ctx, c.options.Timeout, act, exchange)
}

// open selects the mailbox and learns what may be done there.
func (c *Client) open(ctx context.Context) error {
	return c.command(ctx, fmt.Sprintf("open mailbox %q", c.mailbox), func() error {
		data, err := c.imap.Select(c.mailbox, nil).Wait()
		if err != nil && refused(err) {
			return fmt.Errorf("%w: %w", ErrMailbox, err)
		}
		if err != nil {
			return err
		}
		if data.UIDValidity == 0 {
			// RFC 9051 §2.3.1.1: without it a UID names nothing for long.
			return errors.New("the server gives no UIDVALIDITY")
		}
		c.validity = data.UIDValidity
		c.keywordKept = slices.ContainsFunc(data.PermanentFlags, func(flag imap.Flag) bool {
			return flag == imap.FlagWildcard || strings.EqualFold(string(flag), string(keyword))
		})
		return nil
	})
}

// makeFolders makes those of the folders that are not there.
func (c *Client) makeFolders(ctx context.Context) error {
	if c.caps.Has(imap.CapNamespace) {
		err := c.command(ctx, "ask for the namespace", func() error {
			data, err := c.imap.Namespace().Wait()
			if err == nil && len(data.Personal) > 0 {
				c.prefix = data.Personal[0].Prefix
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, folder := range c.options.Folders {
		if err := c.makeFolder(ctx, c.path(folder)); err != nil {
			return err
		}
	}
	return nil
}

// path puts a folder into the personal namespace: some servers keep all
// folders below "INBOX." and refuse others.
func (c *Client) path(folder string) string {
	if strings.HasPrefix(folder, c.prefix) {
		return folder
	}
	return c.prefix + folder
}

// makeFolder makes a folder unless it is there. Another client may make it at
// the same time; then it is there, which is all that was wanted.
func (c *Client) makeFolder(ctx context.Context, path string) error {
	there, err := c.hasFolder(ctx, path)
	if err != nil || there {
		return err
	}
	err = c.command(ctx, fmt.Sprintf("make folder %q", path), func() error {
		return c.imap.Create(path, nil).Wait()
	})
	if err == nil {
		return nil
	}
	if there, again := c.hasFolder(ctx, path); again == nil && there {
		return nil
	}
	return err
}

func (c *Client) hasFolder(ctx context.Context, path string) (there bool, err error) {
	err = c.command(ctx, fmt.Sprintf("look for folder %q", path), func() error {
		found, err := c.imap.List("", path, nil).Collect()
		there = slices.ContainsFunc(found, func(data *imap.ListData) bool {
			return data.Mailbox == path && !slices.Contains(data.Attrs, imap.MailboxAttrNonExistent) &&
				!slices.Contains(data.Attrs, imap.MailboxAttrNoSelect)
		})
		return err
	})
	return there, err
}

// Mailbox is the name of the mailbox that is read.
func (c *Client) Mailbox() string { return c.mailbox }

// UIDValidity belongs to the mailbox as it was opened. Where it is not the
// one of an earlier time, UIDs of that time mean nothing any more
// (RFC 9051 §2.3.1.1).
func (c *Client) UIDValidity() uint32 { return c.validity }

// Capabilities lists what the server announces, in alphabetical order.
func (c *Client) Capabilities() []string {
	var names []string
	for name := range c.caps {
		names = append(names, string(name))
	}
	slices.Sort(names)
	return names
}

// Close says goodbye, where the connection is sound, and ends it.
func (c *Client) Close() error {
	c.ending.Do(func() {
		if !c.broken.Load() {
			c.guard(context.Background(), farewell, "sign out", func() error { return c.imap.Logout().Wait() })
		}
		c.raw.Close()
		c.imap.Close() // waits for the reader; the connection is closed already
	})
	return nil
}
