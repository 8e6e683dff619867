package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/mentorpost/mentorpost/program"
)

func TestFourStartersMigrateOnce(t *testing.T) {
	for name, address := range kinds() {
		if strings.Contains(name, "memory") { // has one starter only
			continue
		}
		t.Run(name, func(t *testing.T) {
			url := address(t)
			var starters errgroup.Group
			for range 4 {
				s := opened(t, url)
				starters.Go(func() error {
					if _, _, err := s.Version(context.Background()); err != nil {
						return err
					}
					return s.Migrate(context.Background())
				})
			}
			if err := starters.Wait(); err != nil {
				t.Fatal(err)
			}
			s := opened(t, url)
			have, want, err := s.Version(context.Background())
			if err != nil || have != want || want == 0 {
				t.Fatalf("schema %d, want %d: %v", have, want, err)
			}
			var applied int
			if err := s.read.Get(&applied, `SELECT COUNT(*) FROM goose_db_version WHERE version_id > 0`); err != nil || applied != int(want) {
				t.Errorf("%d migrations were applied, want each of %d once: %v", applied, want, err)
			}
		})
	}
}

func TestANewerSchemaIsRefused(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		if _, err := s.write.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)`); err != nil {
			t.Fatal(err)
		}
		err := s.Migrate(context.Background())
		if err == nil || !strings.Contains(err.Error(), "newer program") {
			t.Errorf("got %v, want the advice to run the newer program", err)
		}
	})
}

// TestAFrozenFirstDatabaseUpgrades opens a database as the first schema had it,
// from dumps that are never changed, and finds everything in it.
func TestAFrozenFirstDatabaseUpgrades(t *testing.T) {
	for name, address := range kinds() {
		t.Run(name, func(t *testing.T) {
			url := address(t)
			s := opened(t, url)
			file := filepath.Join("testdata", "first-schema", s.place.driver+".sql")
			restore(t, s.write.DB, file)
			ctx := context.Background()
			if have, _, err := s.Version(ctx); err != nil || have != 1 {
				t.Fatalf("the dump has schema %d, want 1: %v", have, err)
			}
			if err := s.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			checkFrozen(t, s)
		})
	}
}

func restore(t *testing.T, db *sql.DB, file string) {
	t.Helper()
	dump, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for statement := range strings.SplitSeq(string(dump), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// checkFrozen finds each thing that the frozen database holds, and works on it.
func checkFrozen(t *testing.T, s *testStore) {
	t.Helper()
	ctx := context.Background()
	w := newWorld("frozen").stored()
	w.tomas.Unsolicited, w.tomas.Holidays = nil, "" // younger than the frozen schema
	w.tomas.Absences[0].Start = w.tomas.Absences[0].End.AddDate(0, 0, -184)
	got, err := s.LoadCase(ctx, w.tomas.ID, program.Ref{Kind: program.RefSession, ID: w.session.ID}, program.Settings{}, noon)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got.Person, w.tomas)
	same(t, got.Pair, w.pair)
	same(t, got.Sessions, []program.Session{w.session})
	same(t, got.Changes, []program.Change{w.frozenChange()})
	in, err := s.ClaimInbound(ctx, 10, testLease)
	if err != nil || len(in) != 1 || string(in[0].Raw) != "Subject: frozen\r\n\r\n\x00\xff" {
		t.Errorf("undecided mail %v: %v", in, err)
	}
	due, err := s.ClaimDue(ctx, noon, 10, testLease)
	if err != nil || len(due) != 1 {
		t.Fatalf("due timers %v: %v", due, err)
	}
	same(t, due[0].Timer, w.frozenTimer())
	letters, err := s.ClaimLetters(ctx, noon, 10, testLease)
	if err != nil || len(letters) != 1 {
		t.Fatalf("letters %v: %v", letters, err)
	}
	same(t, letters[0].Letter, w.newLetter(w.ada, 1))
}

func (w world) frozenChange() program.Change {
	return program.Change{ID: "frozenchange", Session: w.session.ID, Pair: w.pair.ID, Person: w.ada.ID, Kind: program.ChangeMove,
		ReceivedAt: noon, SessionStart: w.session.Start, Notice: w.session.Start.Sub(noon), Late: true, Outcome: program.ChangePending,
		Emergency: true, Counter: true, Slots: []program.Slot{{Label: "A", Start: noon, End: noon}}, Version: 1}
}

func (w world) frozenTimer() program.Timer {
	return program.Timer{Key: "reminder:frozen", Kind: program.TimerReminder, Due: noon, Person: w.ada.ID, Pair: w.pair.ID,
		Session: w.session.ID, Sequence: 2, Round: 3, Count: 1}
}

func TestMigrationsAreNumberedOnceAndAlike(t *testing.T) {
	names := map[string][]string{}
	for _, folder := range []string{"migrations/sqlite", "migrations/postgres"} {
		entries, err := migrations.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for n, entry := range entries {
			if number := fmt.Sprintf("%05d_", n+1); !strings.HasPrefix(entry.Name(), number) {
				t.Errorf("%s/%s is not %s", folder, entry.Name(), number)
			}
			names[folder] = append(names[folder], entry.Name())
		}
	}
	same(t, names["migrations/sqlite"], names["migrations/postgres"])
}

// TestWhatTheFifthSchemaHeldIsThereStill goes back to where mails lay in their
// rows and the addresses of calendars in the clear, and up again.
func TestWhatTheFifthSchemaHeldIsThereStill(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		s.Seal([]byte("the program's secret"))
		w := s.settled(t, "one")
		s.keep(t, mail(1, "a mail"))
		s.queue(t, w.newLetter(w.ada, 1))
		l := s.claimLetter(t, 0)
		want(t, nil, s.compose(l, "a letter"))
		p, err := s.provider()
		want(t, nil, err)
		_, err = p.DownTo(ctx, 5)
		want(t, nil, err)
		const address = "https://ada:secret@dav.example.org/work/"
		for _, change := range []struct {
			query string
			args  []any
		}{
			{`UPDATE people SET calendar = ?, last_request = ? WHERE id = ?`, []any{address,
				`{"at":"2027-01-25T12:00:00Z","settings":{"zone":"UTC","paused_until":"2027-02-01T00:00:00Z","calendar":"` + address + `"}}`, string(w.ada.ID)}},
			{`UPDATE people SET away_until = ?, last_request = ? WHERE id = ?`, []any{noon.UnixMicro(),
				`{"at":"2027-01-25T12:00:00Z","act":"proposed","session":"` + string(w.session.ID) + `"}`, string(w.tomas.ID)}},
			{`INSERT INTO calendars (person, url, due, fetched, failures, reason) VALUES (?, ?, 0, 1, 0, '')`, []any{string(w.ada.ID), address}},
			{`INSERT INTO busy (person, start_at, end_at) VALUES (?, 1, 2)`, []any{string(w.ada.ID)}},
		} {
			_, err := s.write.Exec(s.write.Rebind(change.query), change.args...)
			want(t, nil, err)
		}
		want(t, nil, s.Migrate(ctx))
		in, err := s.InboundByID(ctx, 1)
		want(t, nil, err)
		same(t, string(in.Raw), "a mail")
		_, raw, err := s.OutboxShow(ctx, l.Letter.ID)
		want(t, nil, err)
		same(t, string(raw), "a letter")
		calendars, err := s.ClaimCalendars(ctx, noon, 5, testLease)
		want(t, nil, err)
		same(t, len(calendars), 1)
		same(t, calendars[0].Address, address)
		var sealed []byte
		want(t, nil, s.read.Get(&sealed, `SELECT sealed FROM given_calendars`))
		if strings.Contains(string(sealed), "secret") {
			t.Error("the address stands in the clear")
		}
		people, err := s.People(ctx)
		want(t, nil, err)
		for _, p := range people {
			if p.ID == w.tomas.ID {
				same(t, p.Absences, []program.Span{{Start: noon.AddDate(0, 0, -184), End: noon}})
			}
		}
	})
}
