package store

import (
	"context"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

func TestBusyTimesOfACalendarCountWhileItIsTheirs(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		w.ada.Calendar = "https://example.org/busy.ics"
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{People: []program.Person{w.ada}}))
		claimed, err := s.ClaimCalendars(ctx, noon, 5, time.Minute)
		want(t, nil, err)
		same(t, claimed, []Calendar{{Person: w.ada.ID, URL: w.ada.Calendar}})
		again, err := s.ClaimCalendars(ctx, noon, 5, time.Minute)
		want(t, nil, err)
		same(t, len(again), 0) // somebody else reads it already
		span := program.Span{Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour)}
		past := program.Span{Start: noon.Add(-2 * time.Hour), End: noon.Add(-time.Hour)}
		want(t, nil, s.SaveBusy(ctx, claimed[0], []program.Span{past, span}, noon, noon.Add(6*time.Hour)))
		busy := func() []program.Span {
			c, err := s.LoadCase(ctx, w.tomas.ID, program.Ref{}, program.Settings{}, noon)
			want(t, nil, err)
			return c.Busy
		}
		same(t, busy(), []program.Span{span})

		claimed, err = s.ClaimCalendars(ctx, noon.Add(6*time.Hour), 5, time.Minute)
		want(t, nil, err)
		want(t, nil, s.SaveCalendarFailure(ctx, claimed[0], "gone", noon.Add(7*time.Hour)))
		same(t, busy(), []program.Span{span}) // a failure forgets nothing
		known, err := s.Calendars(ctx)
		want(t, nil, err)
		same(t, known, []Calendar{{Person: w.ada.ID, URL: w.ada.Calendar, Fetched: noon, Failures: 1, Reason: "gone"}})

		w.ada, err = s.FindPerson(ctx, w.ada.ID)
		want(t, nil, err)
		w.ada.Calendar = ""
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{People: []program.Person{w.ada}}))
		same(t, len(busy()), 0)
		_, err = s.ClaimCalendars(ctx, noon, 5, time.Minute)
		want(t, nil, err)
		known, err = s.Calendars(ctx)
		want(t, nil, err)
		same(t, len(known), 0)
	})
}

func TestForgettingTakesTheCalendarToo(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		w.ada.Calendar = "https://example.org/busy.ics"
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{People: []program.Person{w.ada}}))
		claimed, err := s.ClaimCalendars(ctx, noon, 5, time.Minute)
		want(t, nil, err)
		want(t, nil, s.SaveBusy(ctx, claimed[0], []program.Span{{Start: noon, End: noon.Add(time.Hour)}}, noon, noon))
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Erase: w.ada.ID}))
		for _, query := range []string{`SELECT COUNT(*) FROM busy`, `SELECT COUNT(*) FROM calendars`, `SELECT COUNT(*) FROM people WHERE calendar <> ''`} {
			var left int
			want(t, nil, s.read.Get(&left, query))
			same(t, left, 0)
		}
	})
}
