package store

import (
	"context"
	"errors"
	"testing"

	"github.com/mentorpost/mentorpost/program"
)

func TestWhatIsAppliedComesBack(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		if empty, err := s.IsNew(ctx); err != nil || !empty {
			t.Fatalf("a new database: empty %v, %v", empty, err)
		}
		w := s.settled(t, "one")
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Letters: []program.Letter{w.newLetter(w.ada, 9)}}))
		if empty, err := s.IsNew(ctx); err != nil || empty {
			t.Fatalf("with a letter: new %v, %v", empty, err)
		}
		got, err := s.LoadCase(ctx, w.tomas.ID, program.Ref{}, program.Settings{Name: "P"}, noon)
		if err != nil {
			t.Fatal(err)
		}
		want := program.Case{Settings: program.Settings{Name: "P"}, Person: w.tomas, Pair: w.pair, Mentor: w.ada, Mentee: w.tomas,
			LivePairs: []program.ID{w.pair.ID}, Sessions: []program.Session{w.session}}
		same(t, got, want)
	})
}

func TestApplyTwiceHasOneEffect(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		s.keep(t, mail(1, "Subject: yes\r\n\r\nB"))
		in := s.claimOne(t)
		out := program.Outcome{Letters: []program.Letter{w.newLetter(w.ada, 1)}, Record: acted(), Guard: program.Guard{Pair: w.pair.ID, Version: 1}}
		source := Source{Inbound: in.ID, Term: in.Term}
		if err := s.Apply(ctx, source, out); err != nil {
			t.Fatal(err)
		}
		if err := s.Apply(ctx, source, out); !errors.Is(err, ErrLeaseLost) {
			t.Fatalf("the second time: %v, want ErrLeaseLost", err)
		}
		letters, err := s.Outbox(ctx, OutboxFilter{})
		if err != nil || len(letters) != 1 {
			t.Fatalf("%d letters, want 1: %v", len(letters), err)
		}
	})
}
