package store

import (
	"context"
	"errors"
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
