package inbox

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"
)

// Backoff is how Watch waits: between attempts after a failure, and for mail.
type Backoff struct {
	First time.Duration // after the first failure; doubled by each further one
	Most  time.Duration // never longer than this
	Wait  time.Duration // for mail, before the mailbox is looked through anyway
	// Failed is told of each failure and of the wait that follows; it may be
	// nil.
	Failed func(err error, wait time.Duration)
}

// DefaultBackoff waits from one second up to five minutes, and two minutes
// for mail.
func DefaultBackoff() Backoff {
	return Backoff{First: time.Second, Most: 5 * time.Minute, Wait: 2 * time.Minute, Failed: func(err error, wait time.Duration) {
		slog.Warn("the mailbox cannot be read, trying again", "error", err, "in", wait)
	}}
}

// Watch keeps a mailbox read until ctx ends: it dials, calls each to catch up
// with what is there, waits for mail, and calls each again. After a failure,
// of each too, it dials anew, later each time until an each has succeeded. It
// returns ctx's error and no other.
func Watch(ctx context.Context, dial func(context.Context) (*Client, error), each func(context.Context, *Client) error, backoff Backoff) error {
	failures := 0
	for {
		caughtUp, err := attend(ctx, dial, each, backoff.Wait)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if caughtUp {
			failures = 0
		}
		wait := backoff.after(failures)
		failures++
		if backoff.Failed != nil {
			backoff.Failed(err, wait)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// attend is one connection's life. It ends with an error, always.
func attend(ctx context.Context, dial func(context.Context) (*Client, error), each func(context.Context, *Client) error, wait time.Duration) (caughtUp bool, err error) {
	client, err := dial(ctx)
	if err != nil {
		return false, err
	}
	defer client.Close()
	for {
		if err := each(ctx, client); err != nil {
			return caughtUp, err
		}
		caughtUp = true
		if err := client.Idle(ctx, wait); err != nil {
			return caughtUp, err
		}
	}
}

// after is the wait that follows a number of failures: doubled each time, the
// upper half of it by chance, so that many clients of a server that was away
// do not all come back in the same instant.
func (b Backoff) after(failures int) time.Duration {
	wait := b.Most
	if failures < 30 {
		wait = min(b.First<<failures, b.Most)
	}
	return wait/2 + time.Duration(rand.Int64N(int64(wait/2)+1))
}
