package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// matter is something to decide about: a mail that was kept, or a timer that
// has fallen due.
type matter struct {
	source  store.Source
	subject store.Subject // zero where nobody is known
	answer  func(program.Case) program.Outcome
	tries   int
}

// preparation finds out, anew before each try, what matters are about.
type preparation func(ctx context.Context, matters []*matter) error

// decide decides about matters and applies what follows from each, once, and
// returns about how many. Those that have to do with the same person are
// decided about one after the other, in their order.
func (s *service) decide(ctx context.Context, matters []*matter, prepare preparation) (decided int, err error) {
	var failed []error
	for len(matters) > 0 {
		if prepare != nil {
			if err := prepare(ctx, matters); err != nil {
				return decided, err
			}
		}
		done, left, err := s.decideApart(ctx, matters)
		if err != nil {
			failed = append(failed, err)
		}
		decided, matters = decided+done, left
	}
	return decided, few(failed)
}

// decideApart decides about those matters that have nobody in common, in one
// commit. The others are left, in their order: they have to be decided about on
// the rows as they are then.
func (s *service) decideApart(ctx context.Context, matters []*matter) (done int, left []*matter, err error) {
	subjects := make([]store.Subject, len(matters))
	for i, m := range matters {
		subjects[i] = m.subject
	}
	cases, err := s.store.LoadCases(ctx, subjects, s.settings, s.now())
	if err != nil {
		return 0, nil, err
	}
	var apart []int
	again := make([]bool, len(matters))
	concerned := map[program.ID]bool{}
	for i := range matters {
		if again[i] = concerns(concerned, cases[i]); !again[i] {
			apart = append(apart, i)
		}
	}
	decisions := make([]store.Decision, len(apart))
	spread(len(apart), func(n int) {
		m := matters[apart[n]]
		decisions[n] = store.Decision{Source: m.source, Outcome: m.answer(cases[apart[n]])}
	})
	var failed []error
	for n, err := range s.store.ApplyAll(ctx, decisions) {
		m := matters[apart[n]]
		m.tries++
		switch {
		case err == nil:
			done++
		case errors.Is(err, store.ErrLeaseLost): // another worker has decided about it
		case errors.Is(err, store.ErrStale) && m.tries < mostTries:
			again[apart[n]] = true
		default:
			failed = append(failed, fmt.Errorf("decide about %v: %w", m.source, err))
		}
	}
	for i, m := range matters {
		if again[i] {
			left = append(left, m)
		}
	}
	return done, left, few(failed)
}

// mostTries bounds how often a decision is made again: each is lost only to
// another worker's on the same pair.
const mostTries = 10

// concerns notes whom a decision can change or must know unchanged, and reports
// whether an earlier one has to do with one of them.
func concerns(concerned map[program.ID]bool, c program.Case) bool {
	earlier := false
	for _, id := range []program.ID{c.Person.ID, c.Pair.Mentor, c.Pair.Mentee} {
		earlier = earlier || id != "" && concerned[id]
	}
	for _, id := range []program.ID{c.Person.ID, c.Pair.Mentor, c.Pair.Mentee} {
		concerned[id] = true
	}
	return earlier
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
