package store

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

func TestStaleDecisionsWriteNothing(t *testing.T) {
	cases := []struct {
		name    string
		outcome func(w world) program.Outcome
	}{
		{"a person who changed meanwhile", func(w world) program.Outcome {
			w.ada.Version = 2
			return program.Outcome{People: []program.Person{w.ada}}
		}},
		{"a pair that changed meanwhile", func(w world) program.Outcome {
			w.pair.Version = 2
			return program.Outcome{Pairs: []program.Pair{w.pair}, Guard: program.Guard{Pair: w.pair.ID, Version: 2}}
		}},
		{"a session that changed meanwhile", func(w world) program.Outcome {
			w.session.Version = 2
			return program.Outcome{Sessions: []program.Session{w.session}}
		}},
		{"a ledger row that changed meanwhile", func(w world) program.Outcome {
			return program.Outcome{Changes: []program.Change{{ID: "gone", Version: 1}}}
		}},
		{"a guarded pair that was decided about meanwhile", func(w world) program.Outcome {
			return program.Outcome{Sessions: []program.Session{w.session}, Guard: program.Guard{Pair: w.pair.ID, Version: 2}}
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, s *testStore) {
				ctx := context.Background()
				w := s.settled(t, "one")
				s.keep(t, mail(1, "one"))
				in := s.claimOne(t)
				out := c.outcome(w)
				fresh := newWorld("two")
				out.People = append(out.People, fresh.ada)
				out.Letters = []program.Letter{w.newLetter(w.ada, 1)}
				out.Timers = []program.Timer{{Key: "k", Due: noon}}
				out.Record = acted()
				source := Source{Inbound: in.ID, Term: in.Term}
				want(t, ErrStale, s.Apply(ctx, source, out))
				counts, err := s.Counts(ctx)
				if err != nil || counts.People[program.PersonActive] != 1 || len(counts.Letters) != 0 || counts.Timers != 0 || counts.Inbound[""] != 1 {
					t.Errorf("something was written: %+v, %v", counts, err)
				}
				want(t, nil, s.Apply(ctx, source, program.Outcome{Record: acted()})) // decided again under the same claim
			})
		})
	}
}

func TestTwoDecisionsAboutOnePairExcludeEachOther(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		guard := program.Guard{Pair: w.pair.ID, Version: w.pair.Version}
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Letters: []program.Letter{w.newLetter(w.ada, 1)}, Guard: guard}))
		want(t, ErrStale, s.Apply(ctx, Source{}, program.Outcome{Letters: []program.Letter{w.newLetter(w.ada, 2)}, Guard: guard}))
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Guard: guard})) // nothing done, nothing to exclude
		got, err := s.LoadCase(ctx, w.ada.ID, program.Ref{}, program.Settings{}, noon)
		if err != nil || got.Pair.Version != guard.Version+1 {
			t.Errorf("pair version %d, want %d: %v", got.Pair.Version, guard.Version+1, err)
		}
	})
}

func TestWritingAgain(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		change := w.frozenChange()
		change.Version = 0
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Changes: []program.Change{change}}))
		w.ada.Name, w.ada.Email, w.ada.Aliases = "Ada\nL.\x00", "new@example.org", []string{"old@example.org", "new@example.org"}
		w.tomas.Undeliverable, w.tomas.PausedUntil = false, time.Time{}
		w.pair.Status, w.pair.Link = program.PairPaused, ""
		w.session.Status, w.session.Answers, w.session.Bids, w.session.Start = program.SessionProposed, nil, nil, time.Time{}
		change.Version, change.Outcome, change.Waived, change.Slots = 1, program.ChangeDone, true, nil
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{
			People: []program.Person{w.tomas, w.ada}, Pairs: []program.Pair{w.pair}, Sessions: []program.Session{w.session},
			Changes: []program.Change{change}, Guard: program.Guard{Pair: w.pair.ID, Version: 1},
		}))
		w.ada.Version, w.tomas.Version, w.pair.Version, w.session.Version, change.Version = 2, 2, 2, 2, 2
		w.ada.Name = "Ada\nL." // NUL cannot be kept
		got, err := s.LoadCase(ctx, w.ada.ID, program.Ref{Kind: program.RefPair, ID: w.pair.ID}, program.Settings{}, noon)
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, program.Case{Person: w.ada, Pair: w.pair, Mentor: w.ada, Mentee: w.tomas, LivePairs: []program.ID{w.pair.ID},
			Sessions: []program.Session{w.session}, Changes: []program.Change{change}})
		ledger, err := s.Ledger(ctx)
		if err != nil {
			t.Fatal(err)
		}
		same(t, ledger, []program.Change{change})
	})
}

func TestWhatMustBeUnique(t *testing.T) {
	fresh := newWorld("two")
	cases := []struct {
		name    string
		outcome func(w world) program.Outcome
	}{
		{"an address of another person", func(w world) program.Outcome {
			fresh := fresh
			fresh.ada.Email = w.tomas.Aliases[0]
			return fresh.outcome()
		}},
		{"an alias that is another person's address", func(w world) program.Outcome {
			w.ada.Aliases = []string{w.tomas.Email}
			return program.Outcome{People: []program.Person{w.ada}}
		}},
		{"a second live pair of the same two", func(w world) program.Outcome {
			w.pair.ID, w.pair.Version = "another", 0
			return program.Outcome{Pairs: []program.Pair{w.pair}}
		}},
		{"a new person with a known identifier", func(w world) program.Outcome {
			w.ada.Version = 0
			return program.Outcome{People: []program.Person{w.ada}}
		}},
		{"a session with a known UID", func(w world) program.Outcome {
			w.session.ID, w.session.Version = "another", 0
			return program.Outcome{Sessions: []program.Session{w.session}}
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, s *testStore) {
				w := s.settled(t, "one")
				want(t, ErrDuplicate, s.Apply(context.Background(), Source{}, c.outcome(w)))
				people, err := s.People(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				same(t, people, []program.Person{w.ada, w.tomas})
			})
		})
	}
}

func TestTheOwnerOfATakenAddressIsNamed(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		w := s.settled(t, "one")
		w.ada.Aliases = []string{w.tomas.Email}
		err := s.Apply(context.Background(), Source{}, program.Outcome{People: []program.Person{w.ada}})
		if err == nil || !strings.Contains(err.Error(), w.tomas.Email) || !strings.Contains(err.Error(), string(w.tomas.ID)) {
			t.Errorf("got %v, want the address and its owner", err)
		}
	})
}

func TestTwoPeopleMaySwapAnAddress(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		w.ada.Email, w.tomas.Email = w.tomas.Email, w.ada.Email
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{People: []program.Person{w.ada, w.tomas}}))
		if p, err := s.FindPersonByAddress(ctx, " "+strings.ToUpper(w.ada.Email)); err != nil || p.ID != w.ada.ID {
			t.Errorf("found %s: %v", p.ID, err)
		}
		_, err := s.FindPersonByAddress(ctx, "nobody\x00@example.org")
		want(t, ErrNotFound, err)
	})
}

func TestAnEndedPairMayBePairedAgain(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		w.pair.Status = program.PairEnded
		again := w.pair
		again.ID, again.Version, again.Status = "again", 0, program.PairActive
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Pairs: []program.Pair{w.pair}}))
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Pairs: []program.Pair{again}}))
		if pairs, err := s.Pairs(ctx); err != nil || len(pairs) != 2 {
			t.Errorf("%d pairs, want 2: %v", len(pairs), err)
		}
	})
}

func TestAnOutcomeOfAMailNeedsAResult(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		s.keep(t, mail(1, "one"))
		in := s.claimOne(t)
		if err := s.Apply(context.Background(), Source{Inbound: in.ID, Term: in.Term}, program.Outcome{}); err == nil {
			t.Error("a mail ended without a recorded outcome")
		}
	})
}

func TestThousandsAreImportedAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		mint := program.NewMint("import")
		var out program.Outcome
		for range 2001 {
			id := mint.ID()
			out.People = append(out.People, program.Person{ID: id, Email: string(id) + "@example.org", Status: program.PersonInvited})
			out.Timers = append(out.Timers, program.Timer{Key: "chase-invitation:" + string(id), Due: noon})
		}
		want(t, nil, s.Apply(ctx, Source{}, out))
		counts, err := s.Counts(ctx)
		if err != nil || counts.People[program.PersonInvited] != 2001 || counts.Timers != 2001 {
			t.Errorf("counts %+v: %v", counts, err)
		}
		out.People[0].Version = 1
		out.People[1].ID, out.People[1].Email = "other", out.People[2000].Email
		want(t, ErrDuplicate, s.Apply(ctx, Source{}, program.Outcome{People: out.People[:2]}))
	})
}

func TestApplyAll(t *testing.T) {
	cases := []struct {
		name  string
		spoil func(second *Decision)
		kind  error // of the second
	}{
		{"decisions that do not meet are all applied", func(*Decision) {}, nil},
		{"a stale decision does not hold up the others", func(d *Decision) { d.Outcome.Guard.Version++ }, ErrStale},
		{"a lost lease does not hold up the others", func(d *Decision) { d.Source.Term-- }, ErrLeaseLost},
		{"a letter that is there does not hold up the others", func(d *Decision) { d.Outcome.Letters[0].ID = "first" }, ErrDuplicate},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, s *testStore) {
				ctx := context.Background()
				s.keep(t, many(3)...)
				in, err := s.ClaimInbound(ctx, 3, testLease)
				if err != nil {
					t.Fatal(err)
				}
				var decisions []Decision
				for i, name := range []string{"first", "second", "third"} {
					w := s.settled(t, name)
					l := w.newLetter(w.ada, 1)
					l.ID = program.ID(name)
					decisions = append(decisions, Decision{Source{Inbound: in[i].ID, Term: in[i].Term}, program.Outcome{
						Letters: []program.Letter{l}, Record: acted(), Guard: program.Guard{Pair: w.pair.ID, Version: 1}}})
				}
				c.spoil(&decisions[1])
				errs := s.ApplyAll(ctx, decisions)
				want(t, nil, errs[0])
				want(t, c.kind, errs[1])
				want(t, nil, errs[2])
				wanted := 3
				if c.kind != nil {
					wanted = 2
				}
				if letters, err := s.Outbox(ctx, OutboxFilter{}); err != nil || len(letters) != wanted {
					t.Errorf("%d letters, want %d: %v", len(letters), wanted, err)
				}
			})
		})
	}
}

func TestNobodyIsBookedTwiceInOneBatch(t *testing.T) {
	booking := func(pair program.ID, w world) program.Outcome {
		return program.Outcome{Guard: program.Guard{Pair: pair, Version: 1}, Calendars: []program.PersonGuard{{Person: w.ada.ID, Version: 1}}}
	}
	for rule, second := range map[string]func(pair program.ID, w world) program.Outcome{
		"of two bookings of one mentor the second is decided again": booking,
		"so is one that changes the mentor besides": func(pair program.ID, w world) program.Outcome {
			out := booking(pair, w)
			out.People = []program.Person{w.ada}
			return out
		},
		"so is a change of the mentor without a booking": func(_ program.ID, w world) program.Outcome {
			return program.Outcome{People: []program.Person{w.ada}}
		},
	} {
		t.Run(rule, func(t *testing.T) {
			onEach(t, func(t *testing.T, s *testStore) {
				ctx := context.Background()
				w := s.settled(t, "one")
				other := s.settled(t, "two")
				errs := s.ApplyAll(ctx, []Decision{{Outcome: booking(w.pair.ID, w)}, {Outcome: second(other.pair.ID, w)}})
				want(t, nil, errs[0])
				want(t, ErrStale, errs[1])
				ada, err := s.FindPerson(ctx, w.ada.ID)
				want(t, nil, err)
				same(t, ada.Version, 2)
			})
		})
	}
}
