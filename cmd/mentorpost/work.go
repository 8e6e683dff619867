package main

import (
	"context"
	"errors"
	"fmt"

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
		err = s.eachOf(len(claimed), func(i int) error {
			if err := s.fire(ctx, claimed[i]); err != nil {
				return fmt.Errorf("timer %s: %w", claimed[i].Timer.Key, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// eachOf does one piece of work after another. A piece that fails does not
// hold up those behind it; after three in a row the fault is not theirs.
func (s *service) eachOf(pieces int, do func(int) error) error {
	const most = 3
	var failed []error
	for i, inRow := 0, 0; i < pieces && inRow < most; i++ {
		err := do(i)
		if err == nil {
			inRow = 0
			continue
		}
		if inRow++; len(failed) < most {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// fire decides what follows from one timer and applies it, once.
func (s *service) fire(ctx context.Context, due store.Due) error {
	const attempts = 10
	for range attempts {
		case_, err := s.dueCase(ctx, due.Timer)
		if err != nil {
			return err
		}
		outcome := case_.Due(due.Timer, due.Seed, s.now())
		err = s.store.Apply(ctx, store.Source{Timer: due.Timer.Key, Term: due.Term}, outcome)
		if err == nil && outcome.Erase != "" {
			err = s.store.Scrub(ctx)
		}
		switch {
		case errors.Is(err, store.ErrStale):
			continue
		case errors.Is(err, store.ErrLeaseLost):
			return nil
		case err == nil:
			s.counts.add(&s.counts.due, 1)
		}
		return err
	}
	return store.ErrStale
}

// dueCase loads the case of a timer: its person's, or its pair's mentee's.
func (s *service) dueCase(ctx context.Context, t program.Timer) (program.Case, error) {
	about := program.Ref{Kind: program.RefPerson, ID: t.Person}
	switch {
	case t.Session != "":
		about = program.Ref{Kind: program.RefSession, ID: t.Session}
	case t.Pair != "":
		about = program.Ref{Kind: program.RefPair, ID: t.Pair}
	}
	case_, err := s.store.LoadCase(ctx, t.Person, about, s.settings, s.now())
	if err == nil && t.Kind == program.TimerCheckIn {
		case_.Reading, err = s.store.Reading(ctx)
	}
	if errors.Is(err, store.ErrNotFound) {
		return program.Case{Settings: s.settings}, nil
	}
	if err == nil && t.Kind == program.TimerErase {
		case_.Unsent, err = s.store.Unsent(ctx, t.Person)
	}
	return case_, err
}
