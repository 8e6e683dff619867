package web

import (
	"sync"
	"time"
)

// Wrong passwords are slowed down: after a few, each further one of the same
// source must wait for twice as long.
const (
	freeTries    = 5
	firstWait    = time.Second
	longestWait  = time.Minute
	forgetPeriod = time.Hour
	maxSources   = 10_000
)

// tries counts the attempts to sign in, by their source.
type tries struct {
	now   func() time.Time
	mutex sync.Mutex
	by    map[string]try
}

type try struct {
	count int
	next  time.Time // before it no password is looked at
}

func newTries(now func() time.Time) *tries { return &tries{now: now, by: map[string]try{}} }

// begin counts an attempt before it is looked at, so that many at once are
// many, and returns how long the source has to wait; zero: look at it.
func (t *tries) begin(source string) time.Duration {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	now := t.now()
	last, known := t.by[source]
	switch {
	case now.Before(last.next):
		return last.next.Sub(now)
	case known && now.Sub(last.next) > forgetPeriod:
		last = try{}
	case !known && len(t.by) >= maxSources && !t.forget(now):
		return longestWait // an attack from everywhere: newcomers wait
	}
	last.count++
	last.next = now
	if over := last.count - freeTries; over >= 0 {
		last.next = now.Add(min(firstWait<<min(over, 16), longestWait))
	}
	t.by[source] = last
	return 0
}

// succeed forgets the wrong passwords of a source that had the right one.
func (t *tries) succeed(source string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.by, source)
}

// forget makes room, and reports whether there is any.
func (t *tries) forget(now time.Time) bool {
	for source, last := range t.by {
		if now.Sub(last.next) > forgetPeriod {
			delete(t.by, source)
		}
	}
	return len(t.by) < maxSources
}
