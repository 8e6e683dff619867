package mailer

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ErrRate is returned for a rate that cannot be read.
var ErrRate = errors.New("not a rate such as 30/m")

var periods = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}

// limiter lets no more than a number of messages through in any stretch of its
// period. A nil limiter lets all through.
type limiter struct {
	period time.Duration
	now    func() time.Time

	mu   sync.Mutex
	last []time.Time // ring: when each of the last messages was let through
	next int         // the oldest of them
}

// parseRate reads "30/m"; an empty rate is none.
func parseRate(rate string) (*limiter, error) {
	if rate = strings.TrimSpace(rate); rate == "" {
		return nil, nil
	}
	count, unit, _ := strings.Cut(rate, "/")
	n, err := strconv.Atoi(strings.TrimSpace(count))
	period := periods[strings.TrimSpace(unit)]
	if err != nil || n < 1 || n > 1_000_000 || period == 0 {
		return nil, fmt.Errorf("rate %q: %w", rate, ErrRate)
	}
	return &limiter{period: period, now: time.Now, last: make([]time.Time, n)}, nil
}

// reserve takes the next place and says how long to wait for it.
func (l *limiter) reserve() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	at := l.last[l.next].Add(l.period)
	if at.Before(now) {
		at = now
	}
	l.last[l.next] = at
	l.next = (l.next + 1) % len(l.last)
	return at.Sub(now)
}

// wait blocks until a message may go, or until ctx ends.
func (l *limiter) wait(ctx context.Context) error {
	if l == nil {
		return nil
	}
	delay := l.reserve()
	if delay <= 0 {
		return nil
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait %s for the sending rate: %w: %w", delay.Round(time.Second), ErrTemporary, context.Cause(ctx))
	}
}
