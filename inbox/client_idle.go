package inbox

import (
	"context"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// IDLE is a hint, searching the truth: mail that arrives in the instant in
// which IDLE begins is not told by every server. So IDLE is left after a
// moment, and from then on every while, to search.
const (
	firstIdle = 250 * time.Millisecond
	laterIdle = time.Minute
)

// Idle waits until there is mail that Fetch has not returned, until maxWait
// has passed, or until ctx ends; only the last is an error. Without IDLE
// (RFC 2177) on the server it searches every while.
func (c *Client) Idle(ctx context.Context, maxWait time.Duration) error {
	deadline := time.Now().Add(maxWait)
	slice := c.idleSlices[0]
	for {
		if c.takeNews() {
			return nil
		}
		remaining := time.Until(deadline)
		if remaining <= 0 {
			return nil
		}
		wait := c.pause
		if c.caps.Has(imap.CapIdle) {
			wait = c.idleOnce
		}
		told, err := wait(ctx, min(slice, remaining))
		if err != nil || told {
			return err
		}
		found, err := c.search(ctx, c.next-1)
		if err != nil || len(found) > 0 {
			return err
		}
		slice = c.idleSlices[1]
	}
}

// idleOnce is one IDLE command.
func (c *Client) idleOnce(ctx context.Context, limit time.Duration) (told bool, err error) {
	var idle *imapclient.IdleCommand
	err = c.command(ctx, "begin IDLE", func() (err error) {
		idle, err = c.imap.Idle()
		return err
	})
	if err != nil {
		return false, err
	}
	told, waitErr := c.pause(ctx, limit)
	// A caller that ends the wait may go on with this connection, so IDLE is
	// left in order even then.
	err = c.guard(context.WithoutCancel(ctx), min(c.options.Timeout, farewell), "end IDLE", func() error {
		if err := idle.Close(); err != nil {
			return err
		}
		return idle.Wait()
	})
	if waitErr != nil {
		return false, waitErr
	}
	return told, err
}

// pause waits for news, for the end of the connection, or for a while.
func (c *Client) pause(ctx context.Context, limit time.Duration) (told bool, err error) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-c.news:
		return true, nil
	case <-c.imap.Closed():
		return false, nil // the next command says why
	case <-timer.C:
		return false, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// takeNews tells whether the server spoke of mail since the last time.
func (c *Client) takeNews() bool {
	select {
	case <-c.news:
		return true
	default:
		return false
	}
}
