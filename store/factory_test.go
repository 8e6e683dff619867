package store

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/program"
)

// onEach runs a test on every kind of database, each time on an empty one with
// the present schema.
func onEach(t *testing.T, test func(t *testing.T, s *testStore)) {
	t.Helper()
	for name, address := range kinds() {
		t.Run(name, func(t *testing.T) { test(t, migrated(t, address(t))) })
	}
}

// kinds are the databases that the store works with; each call of one gives
// the URL of a new empty database.
func kinds() map[string]func(testing.TB) string {
	return map[string]func(testing.TB) string{
		"SQLite":           sqliteFile,
		"SQLite in memory": func(testing.TB) string { return "sqlite::memory:" },
		"PostgreSQL":       servers.PostgreSQL,
	}
}

func sqliteFile(t testing.TB) string {
	return "sqlite:" + filepath.Join(t.TempDir(), "program 100%?#.db")
}

// testStore is a store whose lease clock the test moves.
type testStore struct {
	*Store
	url  string
	real atomic.Int64 // nanoseconds since 1970
}

func opened(t testing.TB, url string) *testStore {
	t.Helper()
	s, err := Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	ts := &testStore{Store: s, url: url}
	ts.real.Store(noon.UnixNano())
	s.clock = func() time.Time { return time.Unix(0, ts.real.Load()) }
	return ts
}

func migrated(t testing.TB, url string) *testStore {
	t.Helper()
	s := opened(t, url)
	if err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// pass moves the lease clock.
func (s *testStore) pass(d time.Duration) { s.real.Add(int64(d)) }

var noon = time.Date(2027, 1, 25, 12, 0, 0, 0, time.UTC)

// testLease is long enough for no test to outlast it by itself.
const testLease = time.Minute

// world is a mentor and a mentee with one session, as the outcome that adds them.
type world struct {
	ada, tomas program.Person
	pair       program.Pair
	session    program.Session
}

// newWorld makes people whose identifiers and addresses hold the name.
func newWorld(name string) world {
	mint := program.NewMint(name)
	w := world{
		ada: program.Person{ID: mint.ID(), Name: "Ada", Email: name + "-ada@example.org", Zone: "Europe/Berlin", ZoneKnown: true,
			Locale: "de", Hours: program.DefaultHours, Quiet: program.DefaultQuiet, Status: program.PersonActive},
		tomas: program.Person{ID: mint.ID(), Name: "Tomás", Email: name + "-tomas@example.org", Aliases: []string{name + "-tom@example.net"},
			Zone: "America/Sao_Paulo", Locale: "pt-BR", Hours: program.Hours{From: 600, To: 1080}, Quiet: program.DefaultQuiet, Unsolicited: []time.Time{noon},
			Status: program.PersonPaused, PausedUntil: noon.AddDate(0, 0, 3), Absences: []program.Span{{Start: noon, End: noon.AddDate(0, 0, 2)}}, Holidays: "PT", Undeliverable: true},
	}
	w.pair = program.Pair{ID: mint.ID(), Mentor: w.ada.ID, Mentee: w.tomas.ID, Length: 45 * time.Minute, Cadence: program.Weekly,
		Link: "https://meet.example.org/" + name, Start: "2027-01-01", End: "2027-06-30", Status: program.PairActive}
	w.session = program.Session{ID: mint.ID(), Pair: w.pair.ID, UID: name + "@example.org", Status: program.SessionConfirmed, Sequence: 2,
		Start: noon.AddDate(0, 0, 1), End: noon.AddDate(0, 0, 1).Add(45 * time.Minute), Zone: "Europe/Berlin",
		Answers: map[program.ID]program.Answer{w.ada.ID: {PartStat: program.Accepted, Sequence: 2, Stamp: noon}},
		Bids:    []program.Bid{{By: w.tomas.ID, Slots: []program.Slot{{Label: "A", Start: noon, End: noon.Add(time.Hour)}}, At: noon, Zone: "UTC"}},
		Waiting: w.tomas.ID, Round: 3, Created: noon}
	return w
}

func (w world) outcome() program.Outcome {
	return program.Outcome{People: []program.Person{w.ada, w.tomas}, Pairs: []program.Pair{w.pair}, Sessions: []program.Session{w.session}}
}

// stored raises the versions to what they are after the first write.
func (w world) stored() world {
	w.ada.Version, w.tomas.Version, w.pair.Version, w.session.Version = 1, 1, 1, 1
	return w
}

// settled adds a world to the store.
func (s *testStore) settled(t testing.TB, name string) world {
	t.Helper()
	w := newWorld(name)
	if err := s.Apply(context.Background(), Source{}, w.outcome()); err != nil {
		t.Fatal(err)
	}
	return w.stored()
}

// newLetter makes a letter to the person about the pair.
func (w world) newLetter(to program.Person, n int) program.Letter {
	id := program.NewMint(fmt.Sprintf("letter %s %d", to.ID, n)).ID()
	return program.Letter{
		ID: id, MessageID: string(id) + "@example.org", Kind: program.LetterOffer, To: to.ID, Address: to.Email, Name: to.Name,
		About: program.Ref{Kind: program.RefPair, ID: w.pair.ID}, Purpose: program.AboutOffer,
		Offered: []program.Slot{{Label: "A", Start: noon, End: noon.Add(time.Hour)}},
		Facts:   program.Facts{Name: to.Name, Zone: to.Zone}, Created: noon,
	}
}

func mail(uid uint32, raw string) Inbound {
	return Inbound{Mailbox: "INBOX", UIDValidity: 7, UID: uid, At: noon.Add(time.Duration(uid) * time.Second), Raw: []byte(raw)}
}

// keep keeps mails that are known to be new.
func (s *testStore) keep(t testing.TB, mails ...Inbound) {
	t.Helper()
	if kept, err := s.Keep(context.Background(), mails, 0); err != nil || len(kept) != len(mails) {
		t.Fatalf("kept %d of %d: %v", len(kept), len(mails), err)
	}
}

// claimOne claims the only undecided mail.
func (s *testStore) claimOne(t testing.TB) Inbound {
	t.Helper()
	in, err := s.ClaimInbound(context.Background(), 10, testLease)
	if err != nil || len(in) != 1 {
		t.Fatalf("claimed %d mails, want 1: %v", len(in), err)
	}
	return in[0]
}

func acted() program.Record { return program.Record{Result: program.ResultActed} }

// compose keeps the rendered mail of one letter.
func (s *testStore) compose(l Outgoing, raw string) error {
	return s.KeepComposed(context.Background(), []Composed{{l.Letter.ID, l.Term, []byte(raw)}})[0]
}

// sent records one letter as sent.
func (s *testStore) sent(l Outgoing, at time.Time) error {
	return s.Sent(context.Background(), []Handed{{l.Letter.ID, l.Term, at}})[0]
}
