package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mentorpost/mentorpost/program"
)

// tally counts how often each thing was claimed.
type tallies struct {
	mu     sync.Mutex
	claims map[string]int
}

func (n *tallies) add(thing string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.claims[thing]++
}

// TestTwoWorkersNeverClaimTheSame lets workers of two stores on one database,
// as two processes have, empty each queue at once.
func TestTwoWorkersNeverClaimTheSame(t *testing.T) {
	const rows, workers = 200, 3
	ctx := context.Background()
	cases := []struct {
		name  string
		fill  func(t *testing.T, s *testStore)
		claim func(s *testStore) ([]string, error) // claims some and finishes them
	}{
		{"inbound mail", func(t *testing.T, s *testStore) { s.keep(t, many(rows)...) }, func(s *testStore) ([]string, error) {
			in, err := s.ClaimInbound(ctx, 7, testLease)
			return finish(in, err, func(in Inbound) (string, error) {
				return fmt.Sprint(in.ID), s.Apply(ctx, Source{Inbound: in.ID, Term: in.Term}, program.Outcome{Record: acted()})
			})
		}},
		{"timers", func(t *testing.T, s *testStore) {
			var out program.Outcome
			for i := range rows {
				out.Timers = append(out.Timers, program.Timer{Key: fmt.Sprint(i), Due: noon})
			}
			want(t, nil, s.Apply(ctx, Source{}, out))
		}, func(s *testStore) ([]string, error) {
			due, err := s.ClaimDue(ctx, noon, 7, testLease)
			return finish(due, err, func(d Due) (string, error) {
				return d.Timer.Key, s.Apply(ctx, Source{Timer: d.Timer.Key, Term: d.Term}, program.Outcome{})
			})
		}},
		{"letters", func(t *testing.T, s *testStore) {
			var letters []program.Letter
			for i := range rows {
				name := fmt.Sprint(i)
				letters = append(letters, program.Letter{ID: program.ID(name), MessageID: name, Address: fmt.Sprint(i % 50), Created: noon})
			}
			s.queue(t, letters...)
		}, func(s *testStore) ([]string, error) {
			letters, err := s.ClaimLetters(ctx, noon, 7, testLease)
			return finish(letters, err, func(l Outgoing) (string, error) {
				return string(l.Letter.ID), s.sent(l, noon)
			})
		}},
	}
	for _, c := range cases {
		for name, address := range kinds() {
			if name == "SQLite in memory" { // has one store only
				continue
			}
			t.Run(c.name+" on "+name, func(t *testing.T) {
				url := address(t)
				first := migrated(t, url)
				stores := []*testStore{first, opened(t, url)}
				c.fill(t, first)
				n := tallies{claims: map[string]int{}}
				var group errgroup.Group
				for i := range workers * len(stores) {
					group.Go(func() error { return n.work(stores[i%len(stores)], c.claim, rows) })
				}
				if err := group.Wait(); err != nil {
					t.Fatal(err)
				}
				for thing, claims := range n.claims {
					if claims != 1 {
						t.Errorf("%s was claimed %d times", thing, claims)
					}
				}
			})
		}
	}
}

// finish does the rest of the work on what was claimed.
func finish[T any](claimed []T, err error, do func(T) (string, error)) ([]string, error) {
	var things []string
	for _, c := range claimed {
		thing, failed := do(c)
		things, err = append(things, thing), errors.Join(err, failed)
	}
	return things, err
}

// work claims until all rows are claimed by somebody.
func (n *tallies) work(s *testStore, claim func(*testStore) ([]string, error), rows int) error {
	for {
		things, err := claim(s)
		if err != nil {
			return err
		}
		for _, thing := range things {
			n.add(thing)
		}
		n.mu.Lock()
		all := len(n.claims) == rows
		n.mu.Unlock()
		if all {
			return nil
		}
	}
}

// TestConcurrentDecisionsAboutOnePairAllCount lets workers decide about one
// pair at once, each again where another was first: no change is lost.
func TestConcurrentDecisionsAboutOnePairAllCount(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		const workers, decisions = 4, 10
		ctx := context.Background()
		w := s.settled(t, "one")
		decide := func() error {
			for {
				c, err := s.LoadCase(ctx, w.ada.ID, program.Ref{}, program.Settings{}, noon)
				if err != nil {
					return err
				}
				session := c.Sessions[0]
				session.Sequence++
				err = s.Apply(ctx, Source{}, program.Outcome{Sessions: []program.Session{session},
					Guard: program.Guard{Pair: c.Pair.ID, Version: c.Pair.Version}})
				if !errors.Is(err, ErrStale) {
					return err
				}
			}
		}
		var group errgroup.Group
		for range workers {
			group.Go(func() error {
				for range decisions {
					if err := decide(); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		found, err := s.FindSessionByUID(ctx, w.session.UID)
		if err != nil || found.Sequence != w.session.Sequence+workers*decisions {
			t.Errorf("sequence %d, want %d: %v", found.Sequence, w.session.Sequence+workers*decisions, err)
		}
	})
}

// TestOneHourIsBookedOnceAcrossPairs has the mentees of one mentor accept the
// same hour at once, each from rows that were read before anybody's yes was
// written. One gets it, and the others, on fresh rows, other hours to choose from.
func TestOneHourIsBookedOnceAcrossPairs(t *testing.T) {
	for name, address := range kinds() {
		if name == "SQLite in memory" { // has one store only
			continue
		}
		t.Run(name, func(t *testing.T) {
			const mentees = 6
			ctx := context.Background()
			url := address(t)
			stores := []*testStore{migrated(t, url), opened(t, url)}
			hour := program.Slot{Label: "A", Start: noon.AddDate(0, 0, 3), End: noon.AddDate(0, 0, 3).Add(time.Hour)}
			asked := stores[0].mentorOf(t, mentees, hour)
			var group errgroup.Group
			var read sync.WaitGroup
			read.Add(mentees)
			for i, letter := range asked {
				s := stores[i%len(stores)]
				group.Go(func() error {
					return s.accepts(letter, sync.OnceFunc(func() { read.Done(); read.Wait() }))
				})
			}
			if err := group.Wait(); err != nil {
				t.Fatal(err)
			}
			sessions, err := stores[0].Sessions(ctx)
			want(t, nil, err)
			sessions = slices.DeleteFunc(sessions, func(s program.Session) bool { return !s.Booked() })
			outbox, err := stores[0].Outbox(ctx, OutboxFilter{})
			want(t, nil, err)
			outbox = slices.DeleteFunc(outbox, func(q Queued) bool { return q.Letter.Facts.Reason != "taken" })
			if len(sessions) != 1 || len(outbox) != mentees-1 {
				t.Errorf("%d sessions are booked, want 1; %d mentees were offered other hours, want %d", len(sessions), len(outbox), mentees-1)
			}
		})
	}
}

// accepts decides about a yes to the letter's first slot until that is written.
// read is called whenever the rows have been read.
func (s *testStore) accepts(letter program.Letter, read func()) error {
	ctx := context.Background()
	for {
		c, err := s.LoadCase(ctx, letter.To, letter.About, program.Settings{Zone: "UTC"}, noon)
		if err != nil {
			return err
		}
		read()
		err = s.Apply(ctx, Source{}, c.Answer(program.Received{
			Seed: string(letter.ID), At: noon, Proof: program.ProofSeal, Kind: program.KindAnswer, Asked: &letter, About: letter.About,
			Understanding: program.Understanding{Requests: []program.Request{{Type: program.Accept, Option: "A"}}},
		}, noon))
		if !errors.Is(err, ErrStale) {
			return err
		}
	}
}

// mentorOf adds a mentor whose mentees have all been offered the same hour.
func (s *testStore) mentorOf(t *testing.T, mentees int, hour program.Slot) (asked []program.Letter) {
	t.Helper()
	mint := program.NewMint("mentor of many")
	person := func(name string) program.Person {
		return program.Person{ID: mint.ID(), Name: name, Email: name + "@example.org", Zone: "UTC", Hours: program.DefaultHours,
			Quiet: program.DefaultQuiet, Status: program.PersonActive}
	}
	out := program.Outcome{People: []program.Person{person("ada")}}
	mentor := out.People[0].ID
	for i := range mentees {
		mentee := person(fmt.Sprintf("mentee%d", i))
		pair := program.Pair{ID: mint.ID(), Mentor: mentor, Mentee: mentee.ID, Length: time.Hour, Cadence: program.Weekly, Status: program.PairActive}
		session := program.Session{ID: mint.ID(), Pair: pair.ID, UID: mentee.Email, Status: program.SessionProposed, Waiting: mentee.ID, Created: noon}
		out.People, out.Pairs, out.Sessions = append(out.People, mentee), append(out.Pairs, pair), append(out.Sessions, session)
		asked = append(asked, program.Letter{ID: mint.ID(), Kind: program.LetterAskTimes, To: mentee.ID, Purpose: program.AboutOffer,
			About: program.Ref{Kind: program.RefSession, ID: session.ID}, Offered: []program.Slot{hour}})
	}
	want(t, nil, s.Apply(context.Background(), Source{}, out))
	return asked
}

func TestDuplicatesKeptAtOnceAreKeptOnce(t *testing.T) {
	for name, address := range kinds() {
		if name == "SQLite in memory" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			url := address(t)
			stores := []*testStore{migrated(t, url), opened(t, url)}
			var group errgroup.Group
			for i := range 6 {
				mails := many(60)
				for j := range mails { // the same contents at other places
					mails[j].UIDValidity = uint32(i)
				}
				group.Go(func() error {
					_, err := stores[i%2].Keep(context.Background(), mails, 0)
					return err
				})
			}
			if err := group.Wait(); err != nil {
				t.Fatal(err)
			}
			counts, err := stores[0].Counts(context.Background())
			if err != nil || counts.Inbound[""] != 60 || counts.Inbound[program.ResultAside] != 5*60 {
				t.Errorf("counts %v, want 60 undecided and the rest aside: %v", counts.Inbound, err)
			}
		})
	}
}

func TestHints(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		hint := s.Listen(ctx)
		receive := func(after string) {
			t.Helper()
			select {
			case <-hint:
			case <-ctx.Done():
				t.Fatalf("no hint after %s", after)
			}
		}
		s.keep(t, mail(1, "one"))
		receive("a mail was kept")
		s.settled(t, "one")
		receive("an outcome was applied")
	})
}

func TestPostgreSQLHintsCrossProcesses(t *testing.T) {
	url := kinds()["PostgreSQL"](t)
	here, there := migrated(t, url), opened(t, url)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	hint := there.Listen(ctx)
	for uid := uint32(1); ; uid++ { // until the listener is connected
		here.keep(t, mail(uid, fmt.Sprint(uid)))
		retry, stop := context.WithTimeout(ctx, 100*time.Millisecond)
		select {
		case <-hint:
			stop()
			return
		case <-retry.Done():
			stop()
		}
		if ctx.Err() != nil {
			t.Fatal("no hint came from the other process")
		}
	}
}

func TestAfterTheServerDroppedAllConnectionsWorkGoesOn(t *testing.T) {
	s := migrated(t, kinds()["PostgreSQL"](t))
	ctx := context.Background()
	s.settled(t, "one")
	var group errgroup.Group
	for range 4 { // several connections lie in the pool
		group.Go(func() error { _, err := s.People(ctx); return err })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	other := opened(t, s.url)
	if _, err := other.write.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
		t.Fatal(err)
	}
	s.settled(t, "two")
	if people, err := s.People(ctx); err != nil || len(people) != 4 {
		t.Errorf("%d people, want 4: %v", len(people), err)
	}
}

func TestWhoStartsAloneInheritsTheClaimsOfTheKilled(t *testing.T) {
	for name, address := range kinds() {
		if name == "SQLite in memory" { // has one store only
			continue
		}
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			url := address(t)
			killed, beside := migrated(t, url), opened(t, url)
			want(t, nil, killed.Attend(ctx, false))
			if kept, err := killed.Keep(ctx, many(3), testLease); err != nil || len(kept) != 3 {
				t.Fatalf("kept %v: %v", kept, err)
			}
			want(t, nil, beside.Attend(ctx, false))
			if got, err := beside.ClaimInbound(ctx, 10, testLease); err != nil || len(got) != 0 {
				t.Fatalf("beside another at work it claimed %v: %v", got, err)
			}
			for _, s := range []*testStore{killed, beside} {
				want(t, nil, s.attending.Close())
				s.attending = nil
			}
			var group errgroup.Group
			heirs := []*testStore{opened(t, url), opened(t, url)}
			for _, heir := range heirs { // at the same instant
				group.Go(func() error { return heir.Attend(ctx, false) })
			}
			want(t, nil, group.Wait())
			if got, err := heirs[0].ClaimInbound(ctx, 10, testLease); err != nil || len(got) != 3 || got[0].Term != 2 {
				t.Errorf("who starts alone claimed %v, want all at once: %v", got, err)
			}
		})
	}
}
