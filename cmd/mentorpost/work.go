package main

import (
	"context"
	"errors"
	"maps"
	"sync/atomic"
	"time"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// dueAll does all that has fallen due by the rules' clock.
func (s *service) dueAll(ctx context.Context) error {
	for {
		claimed, err := s.store.ClaimDue(ctx, s.now(), batch, decideLease)
		if err != nil || len(claimed) == 0 {
			return err
		}
		if err := s.fire(ctx, claimed); err != nil {
			return err
		}
	}
}

// fire decides what follows from timers and applies it.
func (s *service) fire(ctx context.Context, claimed []store.Due) error {
	matters := make([]*matter, len(claimed))
	soon := upcoming{}
	var erased atomic.Bool
	for i, due := range claimed {
		more, err := s.beside(ctx, due.Timer)
		if err != nil {
			return err
		}
		matters[i] = &matter{
			source:  store.Source{Timer: due.Timer.Key, Term: due.Term},
			subject: store.Subject{Person: due.Timer.Person, About: aboutTimer(due.Timer)},
			answer: func(c program.Case) program.Outcome {
				c.Unsent, c.Reading = more.Unsent, more.Reading
				c.Overview = more.Overview
				c.Upcoming = soon[due.Timer.Person]
				out := c.Due(due.Timer, due.Seed, s.now())
				if out.Erase != "" {
					erased.Store(true)
				}
				return out
			},
		}
	}
	timers := line{service: s, decided: &s.counts.due, prepare: func(ctx context.Context, matters []*matter) error {
		return s.lookAhead(ctx, claimed, matters, soon)
	}}
	err := errors.Join(timers.decide(ctx, matters), timers.finish(ctx))
	if err == nil && erased.Load() {
		err = s.store.Scrub(ctx)
	}
	return err
}

// beside loads what few timers need, and no case has by itself.
func (s *service) beside(ctx context.Context, t program.Timer) (c program.Case, err error) {
	switch t.Kind {
	case program.TimerErase:
		c.Unsent, err = s.store.Unsent(ctx, t.Person)
	case program.TimerDigest:
		c.Overview, err = s.overview(ctx)
	case program.TimerCheckIn:
		c.Reading, err = s.store.Reading(ctx)
	}
	return c, err
}

// aboutTimer is the subject of a timer: its session, its pair, or its person.
func aboutTimer(t program.Timer) program.Ref {
	switch {
	case t.Session != "":
		return program.Ref{Kind: program.RefSession, ID: t.Session}
	case t.Pair != "":
		return program.Ref{Kind: program.RefPair, ID: t.Pair}
	}
	return program.Ref{Kind: program.RefPerson, ID: t.Person}
}

// upcoming are the timers that fall due soon, by person.
type upcoming map[program.ID][]program.Timer

// lookAhead finds what is due soon for those whose timers may be joined to it,
// anew for each round: the one before has joined some.
func (s *service) lookAhead(ctx context.Context, claimed []store.Due, matters []*matter, soon upcoming) error {
	joins := map[string]bool{}
	for _, due := range claimed {
		joins[due.Timer.Key] = due.Timer.Joins()
	}
	var people []program.ID
	for _, m := range matters {
		if joins[m.source.Timer] {
			people = append(people, m.subject.Person)
		}
	}
	found, err := s.store.Upcoming(ctx, people, s.now().Add(program.JoinWithin))
	clear(soon)
	maps.Copy(soon, found)
	return err
}

// overview reads what a digest counts.
func (s *service) overview(ctx context.Context) (o program.Overview, err error) {
	const questions = 28 * 24 * time.Hour
	for _, read := range []func() error{
		func() (err error) { o.People, err = s.store.People(ctx); return err },
		func() (err error) { o.Pairs, err = s.store.Pairs(ctx); return err },
		func() (err error) { o.Sessions, err = s.store.Sessions(ctx); return err },
		func() (err error) { o.Changes, err = s.store.Ledger(ctx); return err },
		func() (err error) { o.Asked, o.Heard, err = s.store.Replies(ctx, s.now().Add(-questions)); return err },
		func() (err error) { o.Feedback, err = s.store.FeedbackTotals(ctx); return err },
	} {
		if err := read(); err != nil {
			return o, err
		}
	}
	return o, nil
}
