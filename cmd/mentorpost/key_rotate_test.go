package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// vaulted is a program whose database has one or more of everything that the
// key seals.
type vaulted struct {
	config  Config
	through *wire // to PostgreSQL; nil on SQLite
	session program.ID
	feed    string // as it was before the key was changed
	tag     string
}

const vaultedMails = 40

func newVaulted(t *testing.T, database string) *vaulted {
	t.Helper()
	dir := t.TempDir()
	v := &vaulted{}
	at := "sqlite:" + filepath.Join(dir, "mentorpost.db")
	if database == "postgresql" {
		at = servers.PostgreSQL(t)
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		v.through = layWire(t, u.Host)
		at = v.through.through(at)
	}
	path := filepath.Join(dir, "mentorpost.toml")
	if err := os.WriteFile(path, []byte("[program]\naddress = \"mentor@example.org\"\n[database]\nurl = \""+at+"\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if v.config, err = loadConfig(path, nil); err != nil {
		t.Fatal(err)
	}
	if err := makeKey(v.config.Secrets.KeyFile); err != nil {
		t.Fatal(err)
	}
	v.fill(t)
	return v
}

func (v *vaulted) fill(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	database, err := openSealed(ctx, v.config)
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	now := time.Now().UTC()
	mint := program.NewMint("vaulted")
	ada, tomas := mint.ID(), mint.ID()
	pair := mint.ID()
	v.session = mint.ID()
	letter := program.Letter{ID: "letterletter", MessageID: "letter@example.org", Kind: program.LetterWelcome, To: ada, Address: "ada@example.net", Created: now}
	err = database.Apply(ctx, store.Source{}, program.Outcome{
		People: []program.Person{
			{ID: ada, Email: "ada@example.net", Zone: "UTC", Status: program.PersonActive},
			{ID: tomas, Email: "tomas@example.net", Zone: "UTC", Status: program.PersonActive},
		},
		Pairs:    []program.Pair{{ID: pair, Mentor: ada, Mentee: tomas, Length: time.Hour, Cadence: program.Weekly, Status: program.PairActive}},
		Sessions: []program.Session{{ID: v.session, Pair: pair, UID: "session@example.org", Status: program.SessionConfirmed, Start: now.AddDate(0, 0, 3), End: now.AddDate(0, 0, 3).Add(time.Hour), Zone: "UTC", Created: now}},
		Letters:  []program.Letter{letter},
		Entries:  []program.Entry{{ID: "entryentryaa", Person: ada, Day: "2027-01-25", Created: now, Text: "a good week"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	claimed, err := database.ClaimLetters(ctx, now.Add(time.Second), 1, time.Minute)
	if err != nil || len(claimed) != 1 {
		t.Fatalf("claimed %d letters: %v", len(claimed), err)
	}
	composed := store.Composed{Letter: letter.ID, Term: claimed[0].Term, Raw: []byte("Subject: welcome\r\n\r\n")}
	if err := errors.Join(database.KeepComposed(ctx, []store.Composed{composed})...); err != nil {
		t.Fatal(err)
	}
	var mails []store.Inbound
	for uid := range uint32(vaultedMails) {
		mails = append(mails, store.Inbound{Mailbox: "INBOX", UIDValidity: 1, UID: uid + 1, At: now, Raw: fmt.Appendf(nil, "Subject: mail %d\r\n\r\n", uid+1)})
	}
	if _, err := database.Keep(ctx, mails, 0); err != nil {
		t.Fatal(err)
	}
	if err := database.KeepToken(ctx, "sign-in", store.Token{Refresh: "1//refresh"}); err != nil {
		t.Fatal(err)
	}
	seals := v.sealer(t, database)
	v.tag, v.feed = seals.Tag(ada, program.Ref{Kind: program.RefSession, ID: v.session}), seals.Feed(ada)
}

func (v *vaulted) sealer(t *testing.T, database *store.Store) program.Sealer {
	t.Helper()
	secrets, err := readKeys(v.config.Secrets.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := database.Unlock(t.Context(), secrets)
	if err != nil {
		t.Fatal(err)
	}
	seals, err := sealer(t.Context(), database, keys, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return seals
}

// works holds that key file and database fit and everything can be read, and
// that addresses and feeds of before are good.
func (v *vaulted) works(t *testing.T, when string) {
	t.Helper()
	ctx := t.Context()
	database, err := openSealed(ctx, v.config)
	if err != nil {
		t.Fatalf("%s: %v", when, err)
	}
	defer database.Close()
	for id := range int64(vaultedMails) {
		if in, err := database.InboundByID(ctx, id+1); err != nil || !bytes.HasPrefix(in.Raw, []byte("Subject: mail ")) {
			t.Fatalf("%s: mail %d: %q, %v", when, id+1, in.Raw, err)
		}
	}
	if _, raw, err := database.OutboxShow(ctx, "letterletter"); err != nil || !bytes.HasPrefix(raw, []byte("Subject: welcome")) {
		t.Errorf("%s: letter %q, %v", when, raw, err)
	}
	if token, err := database.Token(ctx, "sign-in"); err != nil || token.Refresh != "1//refresh" {
		t.Errorf("%s: sign-in %v", when, err)
	}
	seals := v.sealer(t, database)
	person, about, ok := seals.Open(v.tag)
	if !ok || about.ID != v.session {
		t.Errorf("%s: the session's address does not open", when)
	}
	if now := seals.Tag(person, about); now != v.tag {
		t.Errorf("%s: the session's address has changed", when)
	}
	if whose, ok := seals.OpenFeed(v.feed); !ok || whose != person {
		t.Errorf("%s: the feed does not open", when)
	}
	if entries, err := database.Entries(ctx, person); err != nil || len(entries) != 1 || entries[0].Text != "a good week" {
		t.Errorf("%s: journal %v", when, err)
	}
}

// finished holds that the change is done: the present key alone opens everything.
func (v *vaulted) finished(t *testing.T, keys int) {
	t.Helper()
	secrets, err := readKeys(v.config.Secrets.KeyFile)
	if err != nil || len(secrets) != keys {
		t.Fatalf("the file holds %d keys, want %d: %v", len(secrets), keys, err)
	}
	database, err := store.Open(t.Context(), v.config.Database.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	if found, err := database.Unlock(t.Context(), secrets[:1]); err != nil || found.Unfinished {
		t.Fatalf("unfinished %v, %v", found.Unfinished, err)
	}
	for id := range int64(vaultedMails) {
		if _, err := database.InboundByID(t.Context(), id+1); err != nil {
			t.Errorf("an earlier key is still needed: %v", err)
		}
	}
}

func (v *vaulted) rotate(t *testing.T) *process { return start(t, v.config.Path, "key", "rotate") }

// TestAKeyRotationThatIsKilled kills the command before each thing that it
// tells PostgreSQL. File and database must fit each time, and what is run next
// must finish the same change.
func TestAKeyRotationThatIsKilled(t *testing.T) {
	for _, words := range []string{
		"pg_try_advisory_lock", "UPDATE sessions SET seal", "INSERT INTO keys", "UPDATE journal_keys SET sealed",
		"UPDATE tokens SET sealed", "UPDATE raw_letters SET raw", "UPDATE raw_mails SET raw", "UPDATE keys SET sealed",
	} {
		t.Run("before "+words, func(t *testing.T) {
			v := newVaulted(t, "postgresql")
			killed := make(chan *process, 1)
			v.through.when(words, 1, false, func() { (<-killed).kill() })
			p := v.rotate(t)
			killed <- p
			if code := p.wait(t); code != -1 {
				t.Fatalf("it ended by itself with %d: %s%s", code, &p.out, &p.errs)
			}
			v.works(t, "after the kill")
			if p = v.rotate(t); p.wait(t) != exitDone {
				t.Fatalf("%s%s", &p.out, &p.errs)
			}
			v.works(t, "afterwards")
			v.finished(t, 2)
		})
	}
}

func TestAKeyRotationThatIsKilledAtRandomOnSQLite(t *testing.T) {
	v := newVaulted(t, "sqlite")
	draw := rand.New(rand.NewPCG(2027, 11))
	longest := time.Second
	for kill := range 8 {
		p := v.rotate(t)
		fate := time.AfterFunc(time.Duration(draw.Int64N(int64(longest))), p.kill)
		begun := time.Now()
		if p.wait(t) != -1 {
			longest = time.Since(begun)
		}
		fate.Stop()
		v.works(t, fmt.Sprintf("after kill %d", kill+1))
	}
	p := v.rotate(t)
	if p.wait(t) != exitDone || !strings.Contains(p.out.String(), "sealed again:") {
		t.Fatalf("%s%s", &p.out, &p.errs)
	}
	v.works(t, "afterwards")
	secrets, _ := readKeys(v.config.Secrets.KeyFile)
	v.finished(t, len(secrets))
}

func TestTheKeyIsNotChangedUnderARunningService(t *testing.T) {
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			v := newVaulted(t, database)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			running, err := openSealed(ctx, v.config)
			if err != nil {
				t.Fatal(err)
			}
			before, _ := os.ReadFile(v.config.Secrets.KeyFile)
			p := v.rotate(t)
			if code := p.wait(t); code != exitFailed || !strings.Contains(p.errs.String(), "stop serve and tick first") {
				t.Errorf("exit %d: %s", code, &p.errs)
			}
			if after, _ := os.ReadFile(v.config.Secrets.KeyFile); !bytes.Equal(before, after) {
				t.Error("the key file was changed")
			}
			if err := running.Close(); err != nil {
				t.Fatal(err)
			}
			if p = v.rotate(t); p.wait(t) != exitDone {
				t.Errorf("once it has stopped: %s", &p.errs)
			}
			v.works(t, "afterwards")
			v.finished(t, 2)
			if info, err := os.Stat(v.config.Secrets.KeyFile); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, %v", info.Mode(), err)
			}
		})
	}
}
