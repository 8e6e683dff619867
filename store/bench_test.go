package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
// row, two letters and two timers applied; batches of 100, four workers, which
// apply each outcome by itself or those of 25 mails together.
func BenchmarkMail(b *testing.B) {
	for _, together := range []int{1, 25} {
		b.Run(fmt.Sprintf("together=%d", together), func(b *testing.B) {
			benchmarkEach(b, func(b *testing.B, s *testStore) { s.benchmarkMail(b, together) })
		})
	}
}

func (s *testStore) benchmarkMail(b *testing.B, together int) {
	ctx := context.Background()
	worlds := s.worlds(b, 500)
	body := strings.Repeat("x", 2000)
	uid := 0
	b.ResetTimer()
	for decided := 0; decided < b.N; {
		mails := make([]Inbound, min(100, b.N-decided))
		for i := range mails {
			uid++
			mails[i] = mail(uint32(uid), fmt.Sprint(uid, body))
		}
		s.keep(b, mails...)
		claimed, err := s.ClaimInbound(ctx, 100, testLease)
		if err != nil {
			b.Fatal(err)
		}
		var group errgroup.Group
		group.SetLimit(4)
		for some := range slices.Chunk(claimed, together) {
			group.Go(func() error { return s.decideSome(ctx, some, worlds) })
		}
		if err := group.Wait(); err != nil {
			b.Fatal(err)
		}
		decided += len(claimed)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

// decideSome does what decisions about mails of different pairs ask of the store.
func (s *testStore) decideSome(ctx context.Context, mails []Inbound, worlds []world) error {
	var decisions []Decision
	for _, in := range mails {
		w := worlds[in.ID%int64(len(worlds))]
		person, err := s.FindPersonByAddress(ctx, w.ada.Email)
		if err != nil {
			return err
		}
		c, err := s.LoadCase(ctx, person.ID, program.Ref{Kind: program.RefSession, ID: w.session.ID}, program.Settings{}, noon)
		if err != nil {
			return err
		}
		decisions = append(decisions, Decision{Source{Inbound: in.ID, Term: in.Term}, w.decision(c, in.Seed)})
	}
	return errors.Join(s.ApplyAll(ctx, decisions)...)
}

// decision is an outcome of the usual size.
func (w world) decision(c program.Case, seed string) program.Outcome {
	mint := program.NewMint(seed)
	session := c.Sessions[0]
	session.Sequence++
	out := program.Outcome{Sessions: []program.Session{session}, Record: acted(), Guard: program.Guard{Pair: c.Pair.ID, Version: c.Pair.Version}}
	out.Changes = []program.Change{{ID: mint.ID(), Session: session.ID, Pair: c.Pair.ID, Person: c.Person.ID, ReceivedAt: noon.AddDate(-1, 0, 0)}}
	for _, to := range []program.Person{c.Mentor, c.Mentee} {
		l := w.newLetter(to, 0)
		l.ID = mint.ID()
		l.MessageID = string(l.ID) + "@example.org"
		out.Letters = append(out.Letters, l)
		out.Timers = append(out.Timers, program.Timer{Key: "chase:" + string(l.ID), Due: noon})
	}
	return out
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
		raw := strings.Repeat("x", 8000)
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
					if err := s.compose(l, raw); err != nil {
						return err
					}
					return s.sent(l, noon)
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
