package store

import (
	"context"
	"sync"
	"time"

	"github.com/lib/pq"
)

// channel is the name under which PostgreSQL passes hints on.
const channel = "mentorpost"

// hintTimeout is how long a hint may take before it is not worth sending.
const hintTimeout = 5 * time.Second

// hints wakes those who wait for work. A hint may be lost or come twice;
// polling is the truth.
type hints struct {
	mu        sync.Mutex
	listeners map[chan struct{}]struct{}
	announce  chan struct{} // nil on SQLite
}

// wake fills a channel of one place without waiting.
func wake(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// hint tells this process's listeners, and through PostgreSQL those of others,
// that there may be work.
func (s *Store) hint() {
	s.hints.mu.Lock()
	defer s.hints.mu.Unlock()
	for to := range s.hints.listeners {
		wake(to)
	}
	if s.hints.announce != nil {
		wake(s.hints.announce)
	}
}

// startHints sends NOTIFY after commits, outside of them: within, it takes a
// lock that makes all committers wait for one another. Many commits share one.
func (s *Store) startHints() {
	s.hints.listeners = map[chan struct{}]struct{}{}
	if s.place.driver != driverPostgres {
		return
	}
	s.hints.announce = make(chan struct{}, 1)
	s.running.Go(func() {
		for {
			select {
			case <-s.closed:
				return
			case <-s.hints.announce:
			}
			ctx, cancel := context.WithTimeout(context.Background(), hintTimeout)
			_, _ = s.write.ExecContext(ctx, "NOTIFY "+channel) // a lost hint costs a poll's wait
			cancel()
		}
	})
}

// Listen returns a channel that receives after there may be new work, until
// ctx ends. It is a hint: keep polling, less often. On SQLite it tells of this
// process's work only. The channel is never closed.
func (s *Store) Listen(ctx context.Context) <-chan struct{} {
	to := make(chan struct{}, 1)
	s.hints.mu.Lock()
	s.hints.listeners[to] = struct{}{}
	s.hints.mu.Unlock()
	context.AfterFunc(ctx, func() {
		s.hints.mu.Lock()
		delete(s.hints.listeners, to)
		s.hints.mu.Unlock()
	})
	if s.place.driver == driverPostgres {
		s.running.Go(func() { s.forward(ctx, to) })
	}
	return to
}

// forward passes PostgreSQL's notifications on. The listener connects again by
// itself, and says so with a nil notification, since some may have been missed.
func (s *Store) forward(ctx context.Context, to chan struct{}) {
	listener := pq.NewListener(s.place.source, 200*time.Millisecond, 30*time.Second, nil)
	defer listener.Close()
	go func() { _ = listener.Listen(channel) }() // returns on Close at the latest
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.closed:
			return
		case _, open := <-listener.Notify:
			if !open {
				return
			}
			wake(to)
		}
	}
}
