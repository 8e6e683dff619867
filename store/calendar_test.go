package store

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// gives has a person give the address of a calendar, as a mail of theirs does.
func (s *testStore) gives(t *testing.T, person program.ID, id program.ID, address string) {
	t.Helper()
	ctx := context.Background()
	p, err := s.FindPerson(ctx, person)
	want(t, nil, err)
	p.Calendar = id
	out := program.Outcome{People: []program.Person{p}}
	if address != "" {
		out.Given = []program.GivenCalendar{{ID: id, Person: person, Address: address}}
	}
	want(t, nil, s.Apply(ctx, Source{}, out))
}

func TestBusyTimesOfACalendarCountWhileItIsTheirs(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		s.Seal(make([]byte, 32))
		w := s.settled(t, "one")
		s.gives(t, w.ada.ID, "calendar", "https://ada:secret@cal.example.org/work/")
		claim := func(now time.Time) []Calendar {
			t.Helper()
			claimed, err := s.ClaimCalendars(ctx, now, 5, time.Minute)
			want(t, nil, err)
			return claimed
		}
		load := func() program.Case {
			c, err := s.LoadCase(ctx, w.tomas.ID, program.Ref{}, program.Settings{}, noon)
			want(t, nil, err)
			return c
		}
		claimed := claim(noon)
		same(t, claimed, []Calendar{{GivenCalendar: program.GivenCalendar{ID: "calendar", Person: w.ada.ID, Address: "https://ada:secret@cal.example.org/work/"}}})
		same(t, len(claim(noon)), 0) // somebody else reads it already
		span := program.Span{Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour)}
		past := program.Span{Start: noon.Add(-2 * time.Hour), End: noon.Add(-time.Hour)}
		want(t, nil, s.SaveCalendar(ctx, claimed[0], CalendarResult{At: noon, Due: noon.Add(6 * time.Hour), Busy: []program.Span{past, span}, Told: program.CalendarToldOf}))
		busy := []program.BusyTime{{Person: w.ada.ID, Span: span}}
		same(t, load().Busy, busy)
		own, err := s.LoadCase(ctx, w.ada.ID, program.Ref{}, program.Settings{}, noon)
		want(t, nil, err)
		same(t, own.Calendar, program.CalendarState{Host: "cal.example.org", Read: noon, Spans: 1})

		claimed = claim(noon.Add(6 * time.Hour))
		want(t, nil, s.SaveCalendar(ctx, claimed[0], CalendarResult{At: noon.Add(6 * time.Hour), Due: noon.Add(7 * time.Hour), Trouble: program.CalendarSlow, Told: program.CalendarToldOf}))
		same(t, load().Busy, busy) // a failure forgets nothing
		known := claim(noon.Add(7 * time.Hour))[0]
		same(t, []any{known.Fetched, known.Failures, known.Trouble}, []any{noon, 1, program.CalendarSlow})
		counts, err := s.Counts(ctx)
		want(t, nil, err)
		same(t, counts.Calendars, map[CalendarCondition]int{CalendarFailing: 1})

		s.gives(t, w.ada.ID, "", "")
		same(t, len(load().Busy), 0)
		same(t, len(claim(noon)), 0)
		s.gives(t, w.ada.ID, "calendar", "") // UNDO
		same(t, claim(noon.Add(time.Minute))[0].Address, "https://ada:secret@cal.example.org/work/")
		s.gives(t, w.ada.ID, "", "")
		claim(noon)
		claim(noon.Add(keptDropped))
		same(t, s.rows(t, `SELECT COUNT(*) FROM given_calendars`), 0)
	})
}

func (s *testStore) rows(t *testing.T, query string) (n int) {
	t.Helper()
	want(t, nil, s.read.Get(&n, query))
	return n
}

func TestAnAddressOfACalendarIsSealed(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		s.Seal(make([]byte, 32))
		w := s.settled(t, "one")
		s.gives(t, w.ada.ID, "calendar", "https://ada:secret@cal.example.org/work/")
		sealed := func() (b []byte) {
			want(t, nil, s.read.Get(&b, `SELECT sealed FROM given_calendars`))
			return b
		}
		if bytes.Contains(sealed(), []byte("secret")) {
			t.Error("the address stands there in the clear")
		}
		// As a database has it that is older than the seal.
		_, err := s.write.Exec(s.write.Rebind(`UPDATE given_calendars SET sealed = ?, host = ''`), []byte("https://cal.example.org/secret.ics"))
		want(t, nil, err)
		claimed, err := s.ClaimCalendars(ctx, noon, 5, time.Minute)
		want(t, nil, err)
		same(t, claimed[0].Address, "https://cal.example.org/secret.ics")
		if bytes.Contains(sealed(), []byte("secret")) {
			t.Error("the older address was not sealed")
		}
		s.Seal(append(make([]byte, 31), 1))
		_, err = s.ClaimCalendars(ctx, noon.Add(time.Hour), 5, time.Minute)
		want(t, ErrSealed, err)
	})
}

func TestForgettingTakesTheCalendarToo(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		s.Seal(make([]byte, 32))
		w := s.settled(t, "one")
		s.gives(t, w.ada.ID, "calendar", "https://example.org/busy.ics")
		claimed, err := s.ClaimCalendars(ctx, noon, 5, time.Minute)
		want(t, nil, err)
		want(t, nil, s.SaveCalendar(ctx, claimed[0], CalendarResult{At: noon, Due: noon, Busy: []program.Span{{Start: noon, End: noon.Add(time.Hour)}}}))
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Erase: w.ada.ID}))
		for _, query := range []string{`SELECT COUNT(*) FROM busy`, `SELECT COUNT(*) FROM given_calendars`, `SELECT COUNT(*) FROM people WHERE calendar <> ''`} {
			same(t, s.rows(t, query), 0)
		}
	})
}
