package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

func TestLoadCaseFindsThePair(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		one, two := s.settled(t, "one"), s.settled(t, "two")
		// Ada of the first pair mentors Tomás of the second as well, and once had an ended pair with him.
		second := program.Pair{ID: "second", Mentor: one.ada.ID, Mentee: two.tomas.ID, Status: program.PairWaiting}
		ended := program.Pair{ID: "ended", Mentor: one.ada.ID, Mentee: two.tomas.ID, Status: program.PairEnded}
		session := program.Session{ID: "ofsecond", Pair: "second", UID: "ofsecond", Status: program.SessionMoving,
			Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour)}
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Pairs: []program.Pair{second, ended}, Sessions: []program.Session{session}}))
		cases := []struct {
			rule   string
			person program.ID
			about  program.Ref
			pair   program.ID
			pairs  int
		}{
			{"the only live pair, where the subject names none", two.ada.ID, program.Ref{}, two.pair.ID, 1},
			{"no pair, where there are several", one.ada.ID, program.Ref{Kind: program.RefPerson, ID: one.ada.ID}, "", 2},
			{"the pair that the subject names", one.ada.ID, program.Ref{Kind: program.RefPair, ID: "second"}, "second", 2},
			{"the pair of the session that the subject names", one.ada.ID, program.Ref{Kind: program.RefSession, ID: "ofsecond"}, "second", 2},
			{"an ended pair, where the subject names it", one.ada.ID, program.Ref{Kind: program.RefPair, ID: "ended"}, "ended", 2},
			{"not the pair of others", one.ada.ID, program.Ref{Kind: program.RefPair, ID: two.pair.ID}, "", 2},
			{"the named pair for a timer of nobody's", "", program.Ref{Kind: program.RefPair, ID: "second"}, "second", 0},
			{"nothing for a session that is gone", one.ada.ID, program.Ref{Kind: program.RefSession, ID: "gone"}, "", 2},
		}
		for _, c := range cases {
			got, err := s.LoadCase(ctx, c.person, c.about, program.Settings{}, noon)
			if err != nil || got.Pair.ID != c.pair || len(got.LivePairs) != c.pairs || got.Person.ID != c.person {
				t.Errorf("%s: pair %q of %d, person %q: %v", c.rule, got.Pair.ID, len(got.LivePairs), got.Person.ID, err)
			}
			if got.Mentor.ID != got.Pair.Mentor || got.Mentee.ID != got.Pair.Mentee {
				t.Errorf("%s: mentor %q, mentee %q", c.rule, got.Mentor.ID, got.Mentee.ID)
			}
		}
		_, err := s.LoadCase(ctx, "nobody", program.Ref{}, program.Settings{}, noon)
		want(t, ErrNotFound, err)

		// All at once, and more than the same queries read, is each by itself.
		var subjects []Subject
		for i := range 2 * casesAtOnce {
			c := cases[i%len(cases)]
			subjects = append(subjects, Subject{c.person, c.about})
		}
		subjects = append(subjects, Subject{Person: "nobody"})
		all, err := s.LoadCases(ctx, subjects, program.Settings{}, noon)
		if err != nil || len(all) != len(subjects) || all[len(all)-1].Person.ID != "" {
			t.Fatalf("%d cases of %d: %v", len(all), len(subjects), err)
		}
		for i, about := range subjects[:len(subjects)-1] {
			alone, err := s.LoadCase(ctx, about.Person, about.About, program.Settings{}, noon)
			if err != nil {
				t.Fatal(err)
			}
			same(t, all[i], alone)
		}
	})
}

func TestLoadCaseReadsWhatHangsOnThePair(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w, other := s.settled(t, "one"), s.settled(t, "two")
		second := program.Pair{ID: "second", Mentor: w.ada.ID, Mentee: other.ada.ID, Status: program.PairActive}
		out := program.Outcome{Pairs: []program.Pair{second}}
		add := func(pair program.ID, name string, status program.SessionStatus, start time.Time, created int) {
			out.Sessions = append(out.Sessions, program.Session{ID: program.ID(name), Pair: pair, UID: name, Status: status,
				Start: start, End: start.Add(time.Hour), Created: noon.Add(time.Duration(created) * time.Minute)})
		}
		for i := range 5 {
			add(w.pair.ID, fmt.Sprint("held", i), program.SessionHeld, noon.AddDate(0, 0, -i), -10+i)
		}
		add(w.pair.ID, "sought", program.SessionProposed, time.Time{}, 1)
		add("second", "booked", program.SessionConfirmed, noon.Add(3*time.Hour), 0)
		add("second", "over", program.SessionConfirmed, noon.Add(-2*time.Hour), 0)
		add("second", "off", program.SessionCancelled, noon.Add(4*time.Hour), 0)
		late := func(name string, session program.ID, at time.Time, isLate, waived bool) {
			out.Changes = append(out.Changes, program.Change{ID: program.ID(name), Session: session, Pair: "second", Person: w.ada.ID,
				ReceivedAt: at, Late: isLate, Waived: waived})
		}
		late("counts", "booked", noon.AddDate(0, 0, -89), true, false)
		late("counts2", "sought", noon, true, false)
		late("old", "booked", noon.AddDate(0, 0, -90), true, false)
		late("waived", "booked", noon, true, true)
		late("intime", "held0", noon, false, false)
		want(t, nil, s.Apply(ctx, Source{}, out))

		got, err := s.LoadCase(ctx, w.ada.ID, program.Ref{Kind: program.RefSession, ID: "held0"}, program.Settings{}, noon)
		if err != nil {
			t.Fatal(err)
		}
		same(t, names(got.Sessions), []string{"held0", "held2", "held3", "held4", string(w.session.ID), "sought"})
		if got.LateChanges != 2 {
			t.Errorf("%d late changes, want 2", got.LateChanges)
		}
		if len(got.Changes) != 2 {
			t.Errorf("%d ledger rows, want those of the sessions shown: %v", len(got.Changes), got.Changes)
		}
		same(t, got.Elsewhere, []program.Span{{Start: noon.Add(3 * time.Hour), End: noon.Add(4 * time.Hour)}})
	})
}

func TestLoadCasesKeepsSubjectsApart(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w, other := s.settled(t, "one"), s.settled(t, "two")
		var out program.Outcome
		for i := range 5 {
			for _, of := range []world{w, other} {
				id := program.ID(fmt.Sprint(of.pair.ID, "-held", i))
				out.Sessions = append(out.Sessions, program.Session{ID: id, Pair: of.pair.ID, UID: string(id), Status: program.SessionHeld,
					Start: noon.AddDate(0, 0, -i), Created: noon.Add(time.Duration(i-10) * time.Minute)})
				out.Changes = append(out.Changes, program.Change{ID: id, Session: id, Pair: of.pair.ID, Person: of.ada.ID, ReceivedAt: noon})
			}
		}
		want(t, nil, s.Apply(ctx, Source{}, out))
		subjects := []Subject{
			{w.ada.ID, program.Ref{Kind: program.RefSession, ID: w.pair.ID + "-held0"}},
			{w.tomas.ID, program.Ref{}},
			{other.ada.ID, program.Ref{Kind: program.RefSession, ID: other.pair.ID + "-held1"}},
		}
		all, err := s.LoadCases(ctx, subjects, program.Settings{}, noon)
		if err != nil {
			t.Fatal(err)
		}
		for i, about := range subjects {
			alone, err := s.LoadCase(ctx, about.Person, about.About, program.Settings{}, noon)
			if err != nil || len(alone.Sessions) < 4 || len(alone.Changes) < 3 {
				t.Fatalf("%d sessions, %d changes: %v", len(alone.Sessions), len(alone.Changes), err)
			}
			same(t, all[i], alone)
		}
	})
}

func names(sessions []program.Session) []string {
	return each(sessions, func(s program.Session) string { return string(s.ID) })
}

func TestListsAreInAStableOrder(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		b, a := s.settled(t, "b"), s.settled(t, "a")
		people, err := s.People(ctx)
		if err != nil {
			t.Fatal(err)
		}
		same(t, people, []program.Person{a.ada, a.tomas, b.ada, b.tomas})
		pairs, err := s.Pairs(ctx)
		if err != nil {
			t.Fatal(err)
		}
		same(t, pairs, []program.Pair{a.pair, b.pair})
		sessions, err := s.Sessions(ctx)
		if err != nil || len(sessions) != 2 {
			t.Fatalf("sessions %v: %v", sessions, err)
		}
		found, err := s.FindSessionByUID(ctx, a.session.UID)
		if err != nil {
			t.Fatal(err)
		}
		same(t, found, a.session)
		s.queue(t, a.newLetter(a.ada, 1), a.newLetter(a.ada, 2), a.newLetter(a.tomas, 1))
		some, err := s.Outbox(ctx, OutboxFilter{Person: a.ada.ID, State: LetterQueued, Limit: 1, Offset: 1})
		if err != nil || len(some) != 1 || some[0].Letter.ID != a.newLetter(a.ada, 2).ID {
			t.Errorf("outbox %v: %v", some, err)
		}
	})
}

func TestHeardSince(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		for i, result := range []program.Result{program.ResultActed, program.ResultAside, program.ResultAsked, program.ResultStored, program.ResultActed} {
			s.keep(t, Inbound{Mailbox: "INBOX", UIDValidity: 7, UID: uint32(i + 1), At: noon.Add(time.Duration(i) * time.Minute), Raw: []byte{byte(i)}})
			in := s.claimOne(t)
			record := program.Record{Result: result, Person: w.ada.ID}
			want(t, nil, s.Apply(ctx, Source{Inbound: in.ID, Term: in.Term}, program.Outcome{Record: record}))
		}
		heard, err := s.HeardSince(ctx, []program.ID{w.ada.ID, w.tomas.ID}, noon)
		if err != nil || len(heard) != 2 || heard[0] != (Heard{w.ada.ID, noon.Add(2 * time.Minute)}) {
			t.Errorf("heard %v: %v", heard, err)
		}
	})
}

func TestUnconfirmed(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		none := func(rule string, since time.Time) {
			t.Helper()
			if _, err := s.Unconfirmed(ctx, w.ada.ID, since); !errors.Is(err, ErrNotFound) {
				t.Errorf("%s: %v, want ErrNotFound", rule, err)
			}
		}
		none("nobody was asked", noon.Add(-time.Hour))
		asked := w.newLetter(w.ada, 1)
		asked.Kind, asked.Created = program.LetterConfirm, noon
		s.queue(t, asked)
		if at, err := s.Unconfirmed(ctx, w.ada.ID, noon.Add(-time.Hour)); err != nil || !at.Equal(noon) {
			t.Errorf("asked at %v: %v", at, err)
		}
		none("asked too long ago", noon)
		s.keep(t, Inbound{Mailbox: "INBOX", UIDValidity: 7, UID: 1, At: noon.Add(time.Minute), Raw: []byte("yes")})
		in := s.claimOne(t)
		record := program.Record{Result: program.ResultActed, Person: w.ada.ID}
		want(t, nil, s.Apply(ctx, Source{Inbound: in.ID, Term: in.Term}, program.Outcome{Record: record}))
		none("answered since", noon.Add(-time.Hour))
	})
}
