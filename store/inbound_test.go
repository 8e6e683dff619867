package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

func TestKeep(t *testing.T) {
	moved := mail(4, "one")
	moved.UIDValidity = 8
	other := mail(1, "other words")
	other.Mailbox = "Archive"
	long := mail(9, strings.Repeat("x", 3<<20))
	cases := []struct {
		name              string
		first, second     []Inbound
		kept              int
		undecided, unread int // after both; unread are those set aside as duplicates
	}{
		{"mails in any number are kept in one go", many(120), nil, 0, 120, 0},
		{"the same place a second time is passed over", many(3), many(3), 0, 3, 0},
		{"the same place with other content is passed over", []Inbound{mail(1, "one")}, []Inbound{mail(1, "two")}, 0, 1, 0},
		{"the same content at another UID is set aside", []Inbound{mail(1, "one")}, []Inbound{mail(2, "one"), mail(3, "three")}, 2, 2, 1},
		{"the same content twice in one go is set aside once", []Inbound{mail(1, "one"), mail(2, "one")}, nil, 0, 1, 1},
		{"after a change of UIDVALIDITY the same content is set aside", []Inbound{mail(4, "one")}, []Inbound{moved}, 1, 1, 1},
		{"the same UID in another mailbox is another mail", []Inbound{mail(1, "one")}, []Inbound{other}, 1, 2, 0},
		{"an empty mail is a mail", []Inbound{mail(1, "")}, nil, 0, 1, 0},
		{"a long mail is a mail", []Inbound{long}, nil, 0, 1, 0},
		{"long mails are kept in several statements", []Inbound{long, mail(10, strings.Repeat("z", 15<<20)), mail(11, "short")}, nil, 0, 3, 0},
		{"no mail is no error", nil, nil, 0, 0, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, s *testStore) {
				ctx := context.Background()
				s.keep(t, c.first...)
				if kept, err := s.Keep(ctx, c.second, 0); err != nil || len(kept) != c.kept {
					t.Fatalf("the second time kept %d, want %d: %v", len(kept), c.kept, err)
				}
				undecided, err := s.ClaimInbound(ctx, 1000, testLease)
				if err != nil || len(undecided) != c.undecided {
					t.Errorf("%d undecided, want %d: %v", len(undecided), c.undecided, err)
				}
				counts, err := s.Counts(ctx)
				if err != nil || counts.Inbound[program.ResultAside] != c.unread {
					t.Errorf("%d set aside, want %d: %v", counts.Inbound[program.ResultAside], c.unread, err)
				}
			})
		})
	}
}

// many are mails of different content with UIDs from 1.
func many(n int) []Inbound {
	mails := make([]Inbound, n)
	for i := range mails {
		mails[i] = mail(uint32(i+1), strings.Repeat("y", i+1))
	}
	return mails
}

func TestRawMailComesBackByteByByte(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		raw := "Subject: \xe9\x00\r\n\r\n\xff\xfe\r.\n"
		in := mail(1, raw)
		in.Mailbox = "INBOX\x00\xff" // what a server should never name a mailbox
		s.keep(t, in)
		got := s.claimOne(t)
		if string(got.Raw) != raw {
			t.Errorf("raw mail %q, want %q", got.Raw, raw)
		}
		if got.Mailbox != "INBOX\uFFFD" {
			t.Errorf("mailbox %q, want NUL dropped and the odd byte replaced", got.Mailbox)
		}
		if !got.At.Equal(in.At) || len(got.Seed) != 32 || len(got.Hash) != 64 || got.Term != 1 {
			t.Errorf("claimed %v", got)
		}
		if uid, err := s.HighestUID(context.Background(), in.Mailbox, 7); err != nil || uid != 1 {
			t.Errorf("highest UID %d, want 1: %v", uid, err)
		}
	})
}

func TestADuplicateShowsItsOriginal(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		s.keep(t, mail(1, "one"))
		s.keep(t, mail(4_000_000_000, "one"))
		original := s.claimOne(t)
		filings, err := s.ClaimUnfiled(ctx, "INBOX", 7, 10, testLease)
		if err != nil || len(filings) != 1 || filings[0].UID != 4_000_000_000 {
			t.Fatalf("to file %v, want the duplicate: %v", filings, err)
		}
		duplicate, err := s.InboundByID(ctx, filings[0].ID)
		if err != nil || !bytes.Equal(duplicate.Raw, original.Raw) || duplicate.DuplicateOf != original.ID ||
			duplicate.Result != program.ResultAside || !strings.HasPrefix(duplicate.Reason, "duplicate of ") {
			t.Errorf("duplicate %v: %v", duplicate, err)
		}
	})
}

func TestClaimsOfInboundMail(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		late, early := mail(1, "late"), mail(2, "early")
		late.At, early.At = noon.Add(time.Hour), noon
		s.keep(t, late, early)
		first, err := s.ClaimInbound(ctx, 1, testLease)
		if err != nil || len(first) != 1 || string(first[0].Raw) != "early" {
			t.Fatalf("claimed %v, want the oldest INTERNALDATE first: %v", first, err)
		}
		if second := s.claimOne(t); string(second.Raw) != "late" {
			t.Fatalf("claimed %q, want what is not claimed yet", second.Raw)
		}
		if third, err := s.ClaimInbound(ctx, 10, testLease); err != nil || len(third) != 0 {
			t.Fatalf("claimed %v before a lease ended: %v", third, err)
		}
		s.pass(testLease) // both workers were killed
		again, err := s.ClaimInbound(ctx, 10, testLease)
		if err != nil || len(again) != 2 || again[0].Term != first[0].Term+1 || again[0].Seed != first[0].Seed {
			t.Fatalf("after the leases %v, want both with a new term and the same seed: %v", again, err)
		}
		old := Source{Inbound: first[0].ID, Term: first[0].Term}
		if err := s.Apply(ctx, old, program.Outcome{Record: acted()}); !errors.Is(err, ErrLeaseLost) {
			t.Errorf("the old worker wrote: %v, want ErrLeaseLost", err)
		}
		if err := s.Apply(ctx, Source{Inbound: again[0].ID, Term: again[0].Term}, program.Outcome{Record: acted()}); err != nil {
			t.Errorf("the new worker: %v", err)
		}
	})
}

func TestWhoKeepsAMailDecidesAboutIt(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		s.keep(t, mail(1, "known"))
		late, early := mail(2, "late"), mail(3, "early")
		late.At = early.At.Add(time.Hour)
		kept, err := s.Keep(ctx, []Inbound{late, early, mail(4, "known")}, testLease)
		if err != nil || len(kept) != 3 {
			t.Fatalf("kept %d, want three: %v", len(kept), err)
		}
		slices.SortStableFunc(kept, func(a, b Inbound) int { return cmp.Compare(a.DuplicateOf, b.DuplicateOf) })
		first, second, duplicate := kept[0], kept[1], kept[2]
		if string(first.Raw) != "early" || string(second.Raw) != "late" || first.Term != 1 || second.Term != 1 {
			t.Errorf("kept %v, want both claimed, the oldest INTERNALDATE first", kept)
		}
		if duplicate.DuplicateOf == 0 || duplicate.Term != 0 || len(duplicate.Raw) != 0 {
			t.Errorf("the duplicate came as %v, want it set aside", duplicate)
		}
		if others := s.claimOne(t); string(others.Raw) != "known" {
			t.Errorf("claimed %q, want only what was kept without a lease", others.Raw)
		}
		if err := s.Apply(ctx, Source{Inbound: first.ID, Term: first.Term}, program.Outcome{Record: acted()}); err != nil {
			t.Errorf("decide by the claim that came with keeping: %v", err)
		}
		s.pass(testLease) // the worker was killed
		if again, err := s.ClaimInbound(ctx, 10, testLease); err != nil || len(again) != 2 || again[1].Seed != second.Seed || again[1].Term != 2 {
			t.Errorf("after the lease %v, want the rest with a new term and the same seed: %v", again, err)
		}
	})
}

func TestAPersonsMailsAreDecidedInTheirOrder(t *testing.T) {
	from := func(sender string, uid uint32, at time.Time) Inbound {
		in := mail(uid, fmt.Sprint(sender, uid))
		in.Sender, in.At = sender, at
		return in
	}
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		first, err := s.Keep(ctx, []Inbound{from("ada@example.org", 1, noon), from("ada@example.org", 2, noon)}, testLease)
		if err != nil || len(first) != 2 || first[0].Term != 1 || first[1].Term != 1 {
			t.Fatalf("kept %v, want both in one hand: %v", first, err)
		}
		later, err := s.Keep(ctx, []Inbound{from("ada@example.org", 3, noon), from("tomas@example.org", 4, noon), from("", 5, noon)}, testLease)
		if err != nil || len(later) != 3 || later[0].Term != 0 || later[1].Term != 1 || later[2].Term != 1 {
			t.Fatalf("kept %v, want only what follows one of the same sender left: %v", later, err)
		}
		s.keep(t, from("ada@example.org", 6, noon.Add(-time.Hour)), from("", 7, noon))
		if got, err := s.ClaimInbound(ctx, 10, testLease); err != nil || len(got) != 2 || got[0].UID != 6 || got[1].UID != 7 {
			t.Fatalf("another worker claimed %v, want nothing that follows what the first is at: %v", got, err)
		}
		for _, in := range first {
			want(t, nil, s.Apply(ctx, Source{Inbound: in.ID, Term: in.Term}, program.Outcome{Record: acted()}))
		}
		if got, err := s.ClaimInbound(ctx, 10, testLease); err != nil || len(got) != 0 {
			t.Fatalf("claimed %v while an earlier one is undecided: %v", got, err)
		}
		s.pass(testLease) // both workers were killed
		got, err := s.ClaimInbound(ctx, 10, testLease)
		if err != nil || len(got) != 5 || got[0].UID != 6 || got[1].UID != 3 {
			t.Errorf("after the leases %v, want all that is left, in its order: %v", got, err)
		}
		decided, err := s.InboundByID(ctx, first[0].ID)
		if err != nil || decided.Sender != "" {
			t.Errorf("the sender of a decided mail is %q, want it forgotten: %v", decided.Sender, err)
		}
	})
}

func TestFiling(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		s.keep(t, mail(1, "one"))
		if filings, err := s.ClaimUnfiled(ctx, "INBOX", 7, 10, testLease); err != nil || len(filings) != 0 {
			t.Fatalf("to file %v before it is decided: %v", filings, err)
		}
		in := s.claimOne(t)
		record := program.Record{Result: program.ResultAside, Reason: "too large", Quarantine: true}
		if err := s.Apply(ctx, Source{Inbound: in.ID, Term: in.Term}, program.Outcome{Record: record}); err != nil {
			t.Fatal(err)
		}
		filings, err := s.ClaimUnfiled(ctx, "INBOX", 7, 10, testLease)
		if err != nil || len(filings) != 1 || filings[0] != (Filing{in.ID, 1, true}) {
			t.Fatalf("to file %v: %v", filings, err)
		}
		if filings, err := s.ClaimUnfiled(ctx, "INBOX", 7, 10, testLease); err != nil || len(filings) != 0 {
			t.Fatalf("to file %v, while another does it: %v", filings, err)
		}
		for range 2 { // safe to repeat
			if err := s.Filed(ctx, []int64{in.ID}); err != nil {
				t.Fatal(err)
			}
		}
		if filings, err := s.ClaimUnfiled(ctx, "INBOX", 7, 10, testLease); err != nil || len(filings) != 0 {
			t.Fatalf("to file %v after filing: %v", filings, err)
		}
		quarantined, err := s.Quarantine(ctx)
		if err != nil || len(quarantined) != 1 || quarantined[0].Reason != "too large" || quarantined[0].Filed.IsZero() {
			t.Fatalf("quarantine %v: %v", quarantined, err)
		}
		if shown, err := s.QuarantineShow(ctx, in.ID); err != nil || string(shown.Raw) != "one" {
			t.Errorf("shown %v: %v", shown, err)
		}
		if _, err := s.QuarantineShow(ctx, in.ID+1); !errors.Is(err, ErrNotFound) {
			t.Errorf("a mail that is not there: %v, want ErrNotFound", err)
		}
	})
}

func TestADuplicateOfAMailThatWasDestroyedIsShownWithoutBytes(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		s.keep(t, mail(1, "an entry"))
		original := s.claimOne(t)
		private := program.Outcome{Record: program.Record{Result: program.ResultActed, Private: true}}
		want(t, nil, s.Apply(ctx, Source{Inbound: original.ID, Term: original.Term}, private))
		kept, err := s.Keep(ctx, []Inbound{mail(2, "an entry")}, 0)
		want(t, nil, err)
		copied, err := s.InboundByID(ctx, kept[0].ID)
		want(t, nil, err)
		same(t, copied.DuplicateOf, original.ID)
		same(t, len(copied.Raw), 0)
	})
}
