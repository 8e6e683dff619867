package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mentorpost/mentorpost/program"
)

func secret(name byte) []byte { return bytes.Repeat([]byte{name}, 32) }

// filled is a store with one of each thing that the secret has sealed.
func (s *testStore) filled(t *testing.T, key []byte) world {
	t.Helper()
	ctx := context.Background()
	if _, err := s.Unlock(ctx, [][]byte{key}); err != nil {
		t.Fatal(err)
	}
	w := s.settled(t, "one")
	s.keep(t, mail(1, "Subject: yes\r\n\r\nB"))
	want(t, nil, s.Apply(ctx, Source{}, program.Outcome{
		Letters: []program.Letter{w.newLetter(w.ada, 1)},
		Entries: []program.Entry{{ID: "entryentryaa", Person: w.ada.ID, Day: "2027-01-25", Created: noon, Text: "a good week"}},
	}))
	letters, err := s.ClaimLetters(ctx, noon, 10, testLease)
	if err != nil || len(letters) != 1 {
		t.Fatalf("claimed %d letters: %v", len(letters), err)
	}
	want(t, nil, errors.Join(s.KeepComposed(ctx, []Composed{
		{Letter: letters[0].Letter.ID, Term: letters[0].Term, Raw: []byte("Subject: hello\r\n\r\n")},
	})...))
	want(t, nil, s.KeepToken(ctx, "google", Token{Refresh: "1//refresh"}))
	return w
}

// opens holds that everything that was filled in can be read.
func (s *testStore) opens(t *testing.T, w world) {
	t.Helper()
	ctx := context.Background()
	if in, err := s.InboundByID(ctx, 1); err != nil || !strings.HasSuffix(string(in.Raw), "\r\nB") {
		t.Errorf("mail %q, %v", in.Raw, err)
	}
	if _, raw, err := s.OutboxShow(ctx, w.newLetter(w.ada, 1).ID); err != nil || string(raw) != "Subject: hello\r\n\r\n" {
		t.Errorf("letter %q, %v", raw, err)
	}
	if entries, err := s.Entries(ctx, w.ada.ID); err != nil || len(entries) != 1 || entries[0].Text != "a good week" {
		t.Errorf("journal %v, %v", entries, err)
	}
	if token, err := s.Token(ctx, "google"); err != nil || token.Refresh != "1//refresh" {
		t.Errorf("sign-in %v, %v", token, err)
	}
}

func TestARotatedKeySealsEverythingAgain(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.filled(t, secret(1))
		keys, err := s.Unlock(ctx, [][]byte{secret(1)})
		if err != nil {
			t.Fatal(err)
		}
		if keys, err = s.Rotate(ctx, keys, secret(2)); err != nil || !keys.Unfinished || !bytes.Equal(keys.Present, secret(2)) {
			t.Fatalf("rotated: unfinished %v, %v", keys.Unfinished, err)
		}
		s.opens(t, w) // before anything is sealed again
		done, err := s.Reseal(ctx)
		if want := map[string]int{"personal key": 1, "sign-in": 1, "letter": 1, "mail": 1}; err != nil || fmt.Sprint(done) != fmt.Sprint(want) {
			t.Errorf("sealed again %v, %v", done, err)
		}
		if done, err = s.Reseal(ctx); err != nil || done["mail"]+done["letter"] != 0 {
			t.Errorf("the second time there is nothing to do: %v, %v", done, err)
		}
		keys, err = s.Unlock(ctx, [][]byte{secret(2)}) // the earlier secret is gone
		if err != nil || keys.Unfinished {
			t.Fatalf("unfinished %v, %v", keys.Unfinished, err)
		}
		s.opens(t, w)
		if _, err := s.Unlock(ctx, [][]byte{secret(1)}); !errors.Is(err, ErrKey) {
			t.Errorf("the earlier secret alone: %v, want ErrKey", err)
		}
	})
}

func TestMoreThanABatchIsSealedAgain(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		keys, err := s.Unlock(ctx, [][]byte{secret(1)})
		if err != nil {
			t.Fatal(err)
		}
		const mails = 2*resealBatch + 1
		for uid := range uint32(mails) {
			s.keep(t, mail(uid+1, fmt.Sprintf("Subject: %d\r\n\r\n", uid)))
		}
		if _, err := s.Rotate(ctx, keys, secret(2)); err != nil {
			t.Fatal(err)
		}
		if done, err := s.Reseal(ctx); err != nil || done["mail"] != mails {
			t.Errorf("sealed again %v, %v", done, err)
		}
	})
}

func TestKeysTellWhichSecretFits(t *testing.T) {
	for _, c := range []struct {
		rule     string
		recorded bool // the database knows its key
		secrets  [][]byte
		present  []byte // nil: none fits
		fresh    int
	}{
		{"the recorded one is the present one", true, [][]byte{secret(1)}, secret(1), 0},
		{"a secret that the database does not know is fresh", true, [][]byte{secret(9), secret(1)}, secret(1), 1},
		{"another key does not fit", true, [][]byte{secret(9)}, nil, 0},
		{"without a record the one that opens fits", false, [][]byte{secret(9), secret(1)}, secret(1), 1},
		{"without a record another key is found out, too", false, [][]byte{secret(9)}, nil, 0},
	} {
		t.Run(c.rule, func(t *testing.T) {
			onEach(t, func(t *testing.T, s *testStore) {
				ctx := context.Background()
				s.filled(t, secret(1))
				if !c.recorded { // as a database from before the record has it
					if _, err := s.write.Exec(`DELETE FROM keys`); err != nil {
						t.Fatal(err)
					}
				}
				keys, err := s.Keys(ctx, c.secrets)
				if c.present == nil {
					if !errors.Is(err, ErrKey) {
						t.Errorf("got %v, want ErrKey", err)
					}
					return
				}
				if err != nil || !bytes.Equal(keys.Present, c.present) || len(keys.Fresh) != c.fresh {
					t.Errorf("present %x, %d fresh, %v", keys.Present, len(keys.Fresh), err)
				}
			})
		})
	}
}

func TestASessionKeepsTheKeyItBeganWith(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		keys, err := s.Unlock(ctx, [][]byte{secret(1)})
		if err != nil {
			t.Fatal(err)
		}
		first := s.settled(t, "first")
		if keys, err = s.Rotate(ctx, keys, secret(2)); err != nil {
			t.Fatal(err)
		}
		second := s.settled(t, "second")
		if keys, err = s.Rotate(ctx, keys, secret(3)); err != nil {
			t.Fatal(err)
		}
		third := s.settled(t, "third")
		kept, err := s.KeptSessions(ctx, keys, noon)
		if err != nil || !bytes.Equal(kept[first.session.ID], secret(1)) || !bytes.Equal(kept[second.session.ID], secret(2)) || len(kept) != 2 {
			t.Errorf("kept %x, %v", kept, err)
		}
		if _, there := kept[third.session.ID]; there {
			t.Error("a new session has an earlier key")
		}
		if kept, err = s.KeptSessions(ctx, keys, noon.AddDate(1, 0, 0)); err != nil || len(kept) != 0 {
			t.Errorf("sessions that are long over are kept: %d, %v", len(kept), err)
		}
	})
}

func TestADestroyedMailIsNotBroughtBack(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		s.filled(t, secret(1))
		keys, _ := s.Keys(ctx, [][]byte{secret(1)})
		if _, err := s.Rotate(ctx, keys, secret(2)); err != nil {
			t.Fatal(err)
		}
		kind := s.sealedKinds()[3]
		var rows []sealedRow
		want(t, nil, list(ctx, s.read, &rows, kind.page, beforeAll, resealBatch))
		if _, err := exec(ctx, s.write, `DELETE FROM raw_mails`); err != nil { // as a private mail is, once it is an entry
			t.Fatal(err)
		}
		if _, err := kind.reseal(ctx, s.write, rows); err != nil {
			t.Fatal(err)
		}
		if in, err := s.InboundByID(ctx, 1); err != nil || len(in.Raw) != 0 {
			t.Errorf("got %q, %v", in.Raw, err)
		}
	})
}

func TestAttendance(t *testing.T) {
	for name, address := range kinds() {
		if strings.Contains(name, "memory") { // nobody else can see it
			continue
		}
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			url := address(t)
			migrated(t, url)
			attend := func(alone bool) (*Store, error) {
				s, err := Open(ctx, url)
				if err != nil {
					t.Fatal(err)
				}
				return s, s.Attend(ctx, alone)
			}
			first, err := attend(false)
			want(t, nil, err)
			second, err := attend(false)
			want(t, nil, err)
			third, err := attend(true)
			want(t, ErrInUse, err)
			want(t, nil, errors.Join(first.Close(), second.Close()))
			want(t, nil, third.Attend(ctx, true))
			fourth, err := attend(false)
			want(t, ErrInUse, err)
			want(t, nil, errors.Join(third.Close(), fourth.Close()))
		})
	}
}

func TestTokens(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		s.Seal(secret(1))
		_, err := s.ClaimToken(ctx, "google", testLease)
		want(t, ErrNotFound, err)
		want(t, nil, s.KeepToken(ctx, "google", Token{Refresh: "r1"}))
		mine, err := s.ClaimToken(ctx, "google", testLease)
		want(t, nil, err)
		_, err = s.ClaimToken(ctx, "google", testLease)
		want(t, ErrLeaseLost, err)
		mine.Refresh = "r2"
		want(t, nil, s.KeepToken(ctx, "google", mine))
		late := mine // from before r2 was kept
		late.Refresh = "r3"
		want(t, ErrStale, s.KeepToken(ctx, "google", late))
		if token, err := s.Token(ctx, "google"); err != nil || token.Refresh != "r2" {
			t.Errorf("got %v, %v", token, err)
		}
		_, err = s.ClaimToken(ctx, "google", testLease)
		want(t, nil, err)
		want(t, nil, s.ReleaseToken(ctx, "google"))
		_, err = s.ClaimToken(ctx, "google", testLease)
		want(t, nil, err)
		s.pass(2 * testLease) // the worker was killed
		_, err = s.ClaimToken(ctx, "google", testLease)
		want(t, nil, err)
		var sealed []byte
		if err := s.read.Get(&sealed, `SELECT sealed FROM tokens`); err != nil || bytes.Contains(sealed, []byte("r2")) {
			t.Errorf("the token lies in the clear: %q, %v", sealed, err)
		}
	})
}
