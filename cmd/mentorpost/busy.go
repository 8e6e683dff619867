package main

import (
	"context"
	"crypto/rand"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// When calendars are read.
const (
	calendarAge      = 6 * time.Hour       // how old what is known of one may be
	calendarAhead    = 60 * 24 * time.Hour // how far busy times are kept
	calendarLease    = 10 * time.Minute    // outlasts a whole batch
	calendarBatch    = 8
	calendarRetry    = 15 * time.Minute // after the first failure, doubled by each
	calendarLastWait = 24 * time.Hour
)

// readCalendars reads those calendars again that are due, side by side. One
// that cannot be read is noted and tried later, and holds up no other.
func (s *service) readCalendars(ctx context.Context) error {
	claimed, err := s.store.ClaimCalendars(ctx, s.now(), calendarBatch, calendarLease)
	if err != nil {
		return err
	}
	reading, running := errgroup.WithContext(ctx)
	for _, c := range claimed {
		reading.Go(func() error { return s.readCalendar(running, c) })
	}
	return reading.Wait()
}

// readCalendar reads one, and tells its giver where they do not know yet how
// that goes.
func (s *service) readCalendar(ctx context.Context, c store.Calendar) error {
	about := program.Ref{Kind: program.RefPerson, ID: c.Person}
	owner, err := s.store.LoadCase(ctx, c.Person, about, s.settings, s.now())
	if err != nil {
		return err
	}
	own, err := s.store.OwnSessions(ctx, c.Person)
	if err != nil {
		return err
	}
	from := s.now()
	spans, err := s.calendars.busyTimes(ctx, c.Address,
		ics.Weeks{From: from, To: from.Add(calendarAhead), Zone: owner.Person.Location(), Own: own})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	now := s.now()
	result := store.CalendarResult{At: now, Due: now.Add(calendarAge), Busy: spans, Trouble: troubleOf(err)}
	if result.Trouble != "" {
		result.Due = now.Add(calendarWait(result.Trouble, c.Failures))
		// The address may hold a secret, so neither it nor an error that quotes
		// it goes into the log.
		s.log.Warn("cannot read a calendar", "person", c.Person, "why", result.Trouble, "failures", c.Failures+1, "again at", result.Due)
	}
	result.Follows, result.Told = owner.CalendarRead(program.CalendarReading{
		Host: c.Host(), Spans: len(spans), Trouble: result.Trouble, Failures: c.Failures + 1, Told: c.Told,
	}, rand.Text(), now)
	return s.store.SaveCalendar(ctx, c, result)
}

// calendarWait is how long to wait after a failure: longer each time, and a day
// at once where only its giver can help, since a wrong password that is tried
// often may lock its account.
func calendarWait(trouble program.CalendarTrouble, failures int) time.Duration {
	if trouble.Final() {
		return calendarLastWait
	}
	return min(calendarRetry<<min(failures, 10), calendarLastWait)
}
