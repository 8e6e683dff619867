package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mentorpost/mentorpost/program"
)

// benchmarkEach runs a benchmark on the databases that live on disk.
func benchmarkEach(b *testing.B, bench func(b *testing.B, s *testStore)) {
	for name, address := range kinds() {
		if name == "SQLite in memory" {
			continue
		}
		b.Run(name, func(b *testing.B) { bench(b, migrated(b, address(b))) })
	}
}

// worlds adds n pairs and their people.
func (s *testStore) worlds(b *testing.B, n int) []world {
	b.Helper()
	all := make([]world, n)
	var out program.Outcome
	for i := range all {
		w := newWorld(fmt.Sprint("w", i))
		out.People = append(out.People, w.ada, w.tomas)
		out.Pairs = append(out.Pairs, w.pair)
		out.Sessions = append(out.Sessions, w.session)
		all[i] = w.stored()
	}
	want(b, nil, s.Apply(context.Background(), Source{}, out))
	return all
}

// BenchmarkMail measures the way of a mail through the store: kept, claimed,
// its sender and case read, and an outcome with a changed session, a ledger
// row, two letters and two timers applied; batches of 100, four workers.
func BenchmarkMail(b *testing.B) {
	benchmarkEach(b, func(b *testing.B, s *testStore) {
		ctx := context.Background()
		worlds := s.worlds(b, 500)
		body := strings.Repeat("x", 2000)
		var uid, decided atomic.Int64
		b.ResetTimer()
		for decided.Load() < int64(b.N) {
			mails := make([]Inbound, min(100, b.N-int(decided.Load())))
			for i := range mails {
				mails[i] = mail(uint32(uid.Add(1)), fmt.Sprint(uid.Load(), body))
			}
			s.keep(b, mails...)
			claimed, err := s.ClaimInbound(ctx, 100, testLease)
			if err != nil {
				b.Fatal(err)
			}
			var group errgroup.Group
			group.SetLimit(4)
			for _, in := range claimed {
				group.Go(func() error { return s.decideOne(ctx, in, worlds[in.ID%500]) })
			}
			if err := group.Wait(); err != nil {
				b.Fatal(err)
			}
			decided.Add(int64(len(claimed)))
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
	})
}

// decideOne does what a decision about a mail asks of the store.
func (s *testStore) decideOne(ctx context.Context, in Inbound, w world) error {
	for {
		person, err := s.FindPersonByAddress(ctx, w.ada.Email)
		if err != nil {
			return err
		}
		c, err := s.LoadCase(ctx, person.ID, program.Ref{Kind: program.RefSession, ID: w.session.ID}, program.Settings{}, noon)
		if err != nil {
			return err
		}
		mint := program.NewMint(in.Seed)
		session := c.Sessions[0]
		session.Sequence++
		out := program.Outcome{Sessions: []program.Session{session}, Record: acted(), Guard: program.Guard{Pair: c.Pair.ID, Version: c.Pair.Version}}
		out.Changes = []program.Change{{ID: mint.ID(), Session: session.ID, Pair: c.Pair.ID, Person: person.ID, ReceivedAt: noon.AddDate(-1, 0, 0)}}
		for _, to := range []program.Person{c.Mentor, c.Mentee} {
			l := w.newLetter(to, 0)
			l.ID = mint.ID()
			l.MessageID = string(l.ID) + "@example.org"
			out.Letters = append(out.Letters, l)
			out.Timers = append(out.Timers, program.Timer{Key: "chase:" + string(l.ID), Due: noon})
		}
		err = s.Apply(ctx, Source{Inbound: in.ID, Term: in.Term}, out)
		if !errors.Is(err, ErrStale) {
			return err
		}
	}
}

// BenchmarkNothingDue measures a look at the timers when none of 100,000 is due.
func BenchmarkNothingDue(b *testing.B) {
	benchmarkEach(b, func(b *testing.B, s *testStore) {
		ctx := context.Background()
		s.laterTimers(b, 100_000)
		for b.Loop() {
			if due, err := s.ClaimDue(ctx, noon, 100, testLease); err != nil || len(due) != 0 {
				b.Fatal(len(due), err)
			}
			if letters, err := s.ClaimLetters(ctx, noon, 100, testLease); err != nil || len(letters) != 0 {
				b.Fatal(len(letters), err)
			}
			if in, err := s.ClaimInbound(ctx, 100, testLease); err != nil || len(in) != 0 {
				b.Fatal(len(in), err)
			}
		}
	})
}

// laterTimers sets timers that are due after noon, in several commits.
func (s *testStore) laterTimers(b *testing.B, n int) {
	b.Helper()
	for done := 0; done < n; done += 10_000 {
		var out program.Outcome
		for i := range 10_000 {
			out.Timers = append(out.Timers, program.Timer{Key: fmt.Sprint("later", done+i), Due: noon.Add(time.Duration(done+i+1) * time.Second)})
		}
		want(b, nil, s.Apply(context.Background(), Source{}, out))
	}
}

// BenchmarkOutbox measures letters claimed in batches of 100 and then composed
// and sent one by one, each with its own commits, by four workers.
func BenchmarkOutbox(b *testing.B) {
	benchmarkEach(b, func(b *testing.B, s *testStore) {
		ctx := context.Background()
		w := newWorld("one")
		var letters []program.Letter
		for i := range b.N {
			l := w.newLetter(w.ada, i)
			l.To, l.Address = program.ID(fmt.Sprint(i)), fmt.Sprint(i)
			letters = append(letters, l)
		}
		s.queue(b, letters...)
		raw := []byte(strings.Repeat("x", 8000))
		b.ResetTimer()
		for sent := 0; sent < b.N; {
			claimed, err := s.ClaimLetters(ctx, noon, 100, testLease)
			if err != nil {
				b.Fatal(err)
			}
			var group errgroup.Group
			group.SetLimit(4)
			for _, l := range claimed {
				group.Go(func() error {
					if err := s.KeepComposed(ctx, l.Letter.ID, l.Term, raw); err != nil {
						return err
					}
					return s.Sent(ctx, l.Letter.ID, l.Term, noon)
				})
			}
			if err := group.Wait(); err != nil {
				b.Fatal(err)
			}
			sent += len(claimed)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "letters/s")
	})
}
