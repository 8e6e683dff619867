package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// matter is something to decide about: a mail that was kept, or a timer that
// has fallen due.
type matter struct {
	source  store.Source
	mail    *incoming     // nil for a timer
	subject store.Subject // zero where nobody is known
	answer  func(program.Case) program.Outcome
	tries   int
}

// preparation finds out, anew before each try, what matters are about.
type preparation func(ctx context.Context, matters []*matter) error

// line decides about matters, some after others, and applies what follows from
// each, once. Those that have to do with the same person are decided about one
// after the other, in their order. While the database writes what follows from
// some, those after them are decided about that have nobody in common with them.
type line struct {
	service *service
	prepare preparation
	decided *int // of the service's counters
	flight  *flight
}

// flight is decisions on their way into the database.
type flight struct {
	matters   []*matter
	decisions []store.Decision
	concerned map[program.ID]bool // whom they can change, or must know unchanged
	errs      chan []error
}

// decide returns when all is decided, and all but the last is applied.
func (l *line) decide(ctx context.Context, matters []*matter) error {
	var failed []error
	for len(matters) > 0 {
		next, left, err := l.decideApart(ctx, matters)
		if err != nil {
			return errors.Join(append(failed, err)...)
		}
		stale, err := l.land()
		failed = append(failed, err)
		next.errs = make(chan []error, 1)
		l.flight = next
		go func() { next.errs <- l.service.store.ApplyAll(ctx, next.decisions) }()
		if len(stale)+len(left) > 0 { // to be decided about on the rows as they will be
			again, err := l.land()
			failed = append(failed, err)
			stale = append(stale, again...)
		}
		matters = append(stale, left...)
	}
	return few(slices.DeleteFunc(failed, func(err error) bool { return err == nil }))
}

// finish waits until all that was decided is applied. What has become stale at
// the very end is decided about again.
func (l *line) finish(ctx context.Context) error {
	var failed []error
	for l.flight != nil {
		stale, err := l.land()
		failed = append(failed, err, l.decide(ctx, stale))
	}
	return errors.Join(failed...)
}

// decideApart decides about those matters that have nobody in common with each
// other, nor with what is on its way. The others are left, in their order: they
// have to be decided about on the rows as they are then.
func (l *line) decideApart(ctx context.Context, matters []*matter) (next *flight, left []*matter, err error) {
	all := matters
	matters, left = firsts(all)
	if l.prepare != nil {
		if err := l.prepare(ctx, matters); err != nil {
			return nil, nil, err
		}
	}
	subjects := make([]store.Subject, len(matters))
	for i, m := range matters {
		subjects[i] = m.subject
	}
	cases, err := l.service.store.LoadCases(ctx, subjects, l.service.settings, l.service.now())
	if err != nil {
		return nil, nil, err
	}
	next = &flight{concerned: map[program.ID]bool{}}
	waiting := map[program.ID]bool{} // whom those concern that are left
	var apart []program.Case
	for i, m := range matters {
		if l.flight.concerns(cases[i]) || next.concerns(cases[i]) || concerns(waiting, cases[i]) {
			left = append(left, m)
			note(waiting, cases[i])
			continue
		}
		next.matters, apart = append(next.matters, m), append(apart, cases[i])
		note(next.concerned, cases[i])
	}
	next.decisions = make([]store.Decision, len(apart))
	now := l.service.now()
	spread(len(apart), func(n int) {
		withHolidays(&apart[n], now)
		next.decisions[n] = store.Decision{Source: next.matters[n].source, Outcome: next.matters[n].answer(apart[n])}
	})
	return next, inPlace(all, left), nil
}

// firsts parts the first mail of each sender from those after it, which have
// to wait in any case: ten thousand of one must not be looked at with each.
// Reports, which are about others than their senders, are all looked at.
func firsts(matters []*matter) (first, behind []*matter) {
	known := map[string]bool{}
	for _, m := range matters {
		if m.mail == nil || m.mail.Sender == "" || automatic(m.mail.mail.Kind) {
			first = append(first, m)
			continue
		}
		if known[m.mail.Sender] {
			behind = append(behind, m)
			continue
		}
		known[m.mail.Sender] = true
		first = append(first, m)
	}
	return first, behind
}

// inPlace puts matters that are left back into the order that they came in.
func inPlace(matters, left []*matter) []*matter {
	wanted := make(map[*matter]bool, len(left))
	for _, m := range left {
		wanted[m] = true
	}
	return slices.DeleteFunc(slices.Clone(matters), func(m *matter) bool { return !wanted[m] })
}

// land waits for what is on its way, and returns what has to be decided about
// again, since others have written meanwhile.
func (l *line) land() (stale []*matter, err error) {
	if l.flight == nil {
		return nil, nil
	}
	var failed []error
	done := 0
	for i, err := range <-l.flight.errs {
		m := l.flight.matters[i]
		m.tries++
		switch {
		case err == nil:
			done++
		case errors.Is(err, store.ErrLeaseLost): // another worker has decided about it
		case errors.Is(err, store.ErrStale) && m.tries < mostTries:
			stale = append(stale, m)
		default:
			failed = append(failed, fmt.Errorf("decide about %v: %w", m.source, err))
		}
	}
	l.flight = nil
	l.service.counts.add(l.decided, done)
	return stale, few(failed)
}

// mostTries bounds how often a decision is made again: each is lost only to
// another worker's on the same pair.
const mostTries = 10

// concerns reports whether the decisions have to do with a person of the case.
func (f *flight) concerns(c program.Case) bool { return f != nil && concerns(f.concerned, c) }

// concerns reports whether one of the people is of the case.
func concerns(people map[program.ID]bool, c program.Case) bool {
	return people[c.Person.ID] || people[c.Pair.Mentor] || people[c.Pair.Mentee]
}

// note adds the people of a case.
func note(people map[program.ID]bool, c program.Case) {
	for _, id := range []program.ID{c.Person.ID, c.Pair.Mentor, c.Pair.Mentee} {
		if id != "" {
			people[id] = true
		}
	}
}

// few joins the first of many errors, which are mostly the same.
func few(errs []error) error { return errors.Join(errs[:min(len(errs), 3)]...) }

// spread does something n times, on all cores.
func spread(n int, do func(int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	workers.Wait()
}
