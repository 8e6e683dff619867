package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

func TestTimers(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		if _, err := s.NextDue(ctx); !errors.Is(err, ErrNotFound) {
			t.Fatalf("with no timer set: %v, want ErrNotFound", err)
		}
		set := func(timers ...program.Timer) {
			t.Helper()
			want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Timers: timers}))
		}
		claim := func(now time.Time, wanted ...string) []Due {
			t.Helper()
			due, err := s.ClaimDue(ctx, now, 10, testLease)
			if err != nil || len(due) != len(wanted) {
				t.Fatalf("claimed %v, want %v: %v", due, wanted, err)
			}
			for i := range due {
				if due[i].Timer.Key != wanted[i] {
					t.Fatalf("claimed %s, want %s", due[i].Timer.Key, wanted[i])
				}
			}
			return due
		}
		late := newWorld("frozen").frozenTimer()
		late.Due = noon.Add(time.Hour)
		set(late, program.Timer{Key: "early", Due: noon}, program.Timer{Key: "early", Due: noon.Add(-time.Hour)})
		if next, err := s.NextDue(ctx); err != nil || !next.Equal(noon) {
			t.Fatalf("next due %v, want %v: a timer set twice is set once: %v", next, noon, err)
		}
		claim(noon.Add(-time.Microsecond))
		early := claim(noon, "early")[0]
		claim(noon)
		s.pass(testLease)
		again := claim(noon.Add(time.Hour), "early", late.Key)
		same(t, again[1].Timer, late)
		if again[0].Seed != early.Seed || len(early.Seed) != 32 {
			t.Errorf("seeds %q and %q, want the same on each claim", early.Seed, again[0].Seed)
		}
		want(t, ErrLeaseLost, s.Apply(ctx, Source{Timer: "early", Term: early.Term}, program.Outcome{}))
		want(t, nil, s.Apply(ctx, Source{Timer: "early", Term: again[0].Term}, program.Outcome{}))
		want(t, ErrLeaseLost, s.Apply(ctx, Source{Timer: "early", Term: again[0].Term}, program.Outcome{}))
		set(program.Timer{Key: "early", Due: noon})
		s.pass(testLease)
		claim(noon.Add(time.Hour), late.Key) // what has fired is not set again
	})
}

func TestJoinedTimers(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		timer := func(key string, person program.ID, after time.Duration) program.Timer {
			return program.Timer{Key: key, Kind: program.TimerFreeUntil, Due: noon.Add(after), Person: person}
		}
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Timers: []program.Timer{
			timer("second", w.ada.ID, time.Hour), timer("first", w.ada.ID, 0), timer("far", w.ada.ID, 13*time.Hour), timer("other's", w.tomas.ID, 0),
		}}))
		keys := func(until time.Duration) string {
			t.Helper()
			found, err := s.Upcoming(ctx, []program.ID{w.ada.ID}, noon.Add(until))
			want(t, nil, err)
			var keys []string
			for _, timer := range found[w.ada.ID] {
				keys = append(keys, timer.Key)
			}
			return strings.Join(keys, " ")
		}
		if got := keys(12 * time.Hour); got != "first second" {
			t.Errorf("due within twelve hours: %s", got)
		}
		due, err := s.ClaimDue(ctx, noon.Add(time.Hour), 10, testLease)
		want(t, nil, err)
		terms := map[string]int64{}
		for _, d := range due {
			terms[d.Timer.Key] = d.Term
		}
		joined := program.Outcome{Consumed: []string{"second"}}
		want(t, nil, s.Apply(ctx, Source{Timer: "first", Term: terms["first"]}, joined))
		want(t, ErrLeaseLost, s.Apply(ctx, Source{Timer: "second", Term: terms["second"]}, program.Outcome{}))
		want(t, ErrStale, s.Apply(ctx, Source{Timer: "other's", Term: terms["other's"]}, joined)) // it has fired already
		if got := keys(24 * time.Hour); got != "far" {
			t.Errorf("what has fired or was joined is due again: %s", got)
		}
	})
}

// TestWhateverMayBeJoinedIsFound holds the store's list of kinds to the rule.
func TestWhateverMayBeJoinedIsFound(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		for _, kind := range []program.TimerKind{
			program.TimerChase, program.TimerChangeExpires, program.TimerFreeUntil, program.TimerReminder, program.TimerTookPlace,
			program.TimerNextSession, program.TimerResume, program.TimerKickOff, program.TimerAgendaRequest, program.TimerClockShift,
			program.TimerAgenda, program.TimerCheckIn, program.TimerFeedback, program.TimerJournal, program.TimerEnd,
			program.TimerPlace, program.TimerStalled, program.TimerDigest, program.TimerErase,
		} {
			timer := program.Timer{Key: string(kind), Kind: kind, Due: noon, Person: w.ada.ID, Count: 1}
			want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Timers: []program.Timer{timer}}))
			upcoming, err := s.Upcoming(ctx, []program.ID{w.ada.ID}, noon)
			want(t, nil, err)
			found := slices.ContainsFunc(upcoming[w.ada.ID], func(t program.Timer) bool { return t.Kind == kind })
			if found != timer.Joins() {
				t.Errorf("%s: found %v, may be joined %v", kind, found, timer.Joins())
			}
		}
	})
}

func TestWhatWaitsGoesWithWhatCannot(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		letters := make([]program.Letter, 4)
		for i := range letters {
			letters[i] = w.newLetter(w.ada, i+1)
			letters[i].SessionUID = w.session.UID
		}
		letters[0].NotBefore = noon.Add(8 * time.Hour)
		letters[1].NotBefore, letters[1].SessionUID = noon.Add(8*time.Hour), "another@example.org"
		letters[2].NotBefore = noon.Add(8 * time.Hour)
		letters[2].Parts = []program.Part{{Kind: program.LetterAgendaRequest}, {Kind: program.LetterFreeUntil}}
		s.queue(t, letters[:3]...)
		if due, err := s.ClaimLetters(ctx, noon.Add(time.Hour), 10, testLease); err != nil || len(due) != 0 {
			t.Fatalf("%d letters go in the night: %v", len(due), err)
		}
		s.queue(t, letters[3])
		for _, i := range []int{0, 2, 3} {
			due, err := s.ClaimLetters(ctx, noon.Add(time.Hour), 10, testLease)
			if err != nil || len(due) != 1 || due[0].Letter.ID != letters[i].ID {
				t.Fatalf("%d letters go, want the one about the same session, in order: %v", len(due), err)
			}
			same(t, due[0].Letter.Parts, letters[i].Parts)
			want(t, nil, s.sent(due[0], noon))
		}
		if due, err := s.ClaimLetters(ctx, noon.Add(time.Hour), 10, testLease); err != nil || len(due) != 0 {
			t.Errorf("%d letters about other sessions go too: %v", len(due), err)
		}
	})
}
