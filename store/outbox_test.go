package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// queue puts letters into the outbox.
func (s *testStore) queue(t testing.TB, letters ...program.Letter) {
	t.Helper()
	if err := s.Apply(context.Background(), Source{}, program.Outcome{Letters: letters}); err != nil {
		t.Fatal(err)
	}
}

// claimLetters claims all that may go at noon plus after.
func (s *testStore) claimLetters(t testing.TB, after time.Duration) []Outgoing {
	t.Helper()
	letters, err := s.ClaimLetters(context.Background(), noon.Add(after), 100, testLease)
	if err != nil {
		t.Fatal(err)
	}
	return letters
}

// claimLetter claims the only letter that may go at noon plus after.
func (s *testStore) claimLetter(t testing.TB, after time.Duration) Outgoing {
	t.Helper()
	letters := s.claimLetters(t, after)
	if len(letters) != 1 {
		t.Fatalf("claimed %d letters, want 1", len(letters))
	}
	return letters[0]
}

func TestALetterComesBackAsItWas(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		w := s.settled(t, "one")
		l := w.newLetter(w.ada, 1)
		l.SessionUID, l.InReplyTo, l.References = w.session.UID, "a@b", []string{"a@b"}
		l.Choices = []program.Choice{{Label: "1", Text: "nul \x00", Requests: []program.Request{{Type: program.Cancel, Span: [2]int{1, 2}}}}}
		l.HeldFrom, l.NotBefore = noon.Add(-time.Hour), noon
		l.Event = &program.Event{Method: "REQUEST", UID: w.session.UID, Sequence: 3, Stamp: noon, Start: noon, End: noon,
			Attendees: []program.Attendee{{Name: "Ada", PartStat: program.Accepted}}}
		l.Facts.Note = "line\nline"
		s.queue(t, l)
		same(t, s.claimLetter(t, 0).Letter, l)
	})
}

// letterCase is a rule about letters and how to see it kept.
type letterCase struct {
	name string
	do   func(t *testing.T, s *testStore, w world)
}

func letterCases(t *testing.T, cases []letterCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, s *testStore) { c.do(t, s, s.settled(t, "one")) })
		})
	}
}

func TestTheWayOfALetter(t *testing.T) {
	ctx := context.Background()
	letterCases(t, []letterCase{
		{"a letter held back is not claimed before its time", func(t *testing.T, s *testStore, w world) {
			l := w.newLetter(w.ada, 1)
			l.NotBefore = noon.Add(time.Hour)
			s.queue(t, l)
			if got := s.claimLetters(t, time.Hour-time.Microsecond); len(got) != 0 {
				t.Fatalf("claimed %v", got)
			}
			if next, err := s.NextLetter(ctx); err != nil || !next.Equal(l.NotBefore) {
				t.Errorf("next letter at %v: %v", next, err)
			}
			s.claimLetter(t, time.Hour)
		}},
		{"a letter is composed once, and each claim has the same bytes", func(t *testing.T, s *testStore, w world) {
			s.queue(t, w.newLetter(w.ada, 1))
			l := s.claimLetter(t, 0)
			if l.Raw != nil || l.Attempts != 1 {
				t.Fatalf("first claim: raw %q, attempts %d", l.Raw, l.Attempts)
			}
			for range 2 {
				want(t, nil, s.compose(l, "mail\x00\xff"))
			}
			want(t, ErrDuplicate, s.compose(l, "other"))
			want(t, nil, s.Retry(ctx, l.Letter.ID, l.Term, noon.Add(time.Minute), "451 later"))
			again := s.claimLetter(t, time.Minute)
			if string(again.Raw) != "mail\x00\xff" || again.Attempts != 2 || again.State != LetterRetry {
				t.Errorf("second claim: raw %q, attempts %d, state %s", again.Raw, again.Attempts, again.State)
			}
		}},
		{"a killed sender's letter is claimed again after the lease, and the old sender cannot write", func(t *testing.T, s *testStore, w world) {
			s.queue(t, w.newLetter(w.ada, 1))
			old := s.claimLetter(t, 0)
			if got := s.claimLetters(t, time.Hour); len(got) != 0 {
				t.Fatalf("claimed %v within the lease", got)
			}
			s.pass(testLease)
			again := s.claimLetter(t, 0)
			want(t, ErrLeaseLost, s.compose(old, "late"))
			want(t, ErrLeaseLost, s.sent(old, noon))
			want(t, ErrLeaseLost, s.Retry(ctx, old.Letter.ID, old.Term, noon, ""))
			want(t, nil, s.sent(again, noon))
			want(t, ErrLeaseLost, s.sent(again, noon))
			s.pass(testLease)
			if got := s.claimLetters(t, time.Hour); len(got) != 0 {
				t.Errorf("claimed %v after it was sent", got)
			}
		}},
		{"a letter that was put back has not been tried", func(t *testing.T, s *testStore, w world) {
			s.queue(t, w.newLetter(w.ada, 1))
			l := s.claimLetter(t, 0)
			want(t, nil, s.PutBack(ctx, l.Letter.ID, l.Term, noon.Add(time.Minute), "no connection"))
			want(t, ErrLeaseLost, s.PutBack(ctx, "nobody", l.Term, noon, ""))
			if got := s.claimLetters(t, 0); len(got) != 0 {
				t.Errorf("claimed %v before its time", got)
			}
			if again := s.claimLetter(t, time.Minute); again.Attempts != 1 || again.State != LetterQueued {
				t.Errorf("claimed again: attempts %d, state %s", again.Attempts, again.State)
			}
		}},
		{"a letter that is put off is tried again before a later one about the same session", func(t *testing.T, s *testStore, w world) {
			invitation, other, cancellation := w.newLetter(w.ada, 1), w.newLetter(w.ada, 2), w.newLetter(w.ada, 3)
			invitation.SessionUID, cancellation.SessionUID = w.session.UID, w.session.UID
			s.queue(t, invitation, other)
			for range 2 {
				l := s.claimLetter(t, 0)
				want(t, nil, s.Retry(ctx, l.Letter.ID, l.Term, noon.Add(time.Hour), "451 greylisted"))
			}
			s.queue(t, cancellation)
			for _, next := range []program.Letter{invitation, cancellation} {
				l := s.claimLetter(t, 0)
				if l.Letter.ID != next.ID {
					t.Fatalf("claimed %s, want %s", l.Letter.ID, next.ID)
				}
				want(t, nil, s.sent(l, noon))
			}
			if got := s.claimLetters(t, 0); len(got) != 0 {
				t.Errorf("claimed %v, which is about something else", got)
			}
		}},
		{"a refused letter is over", func(t *testing.T, s *testStore, w world) {
			s.queue(t, w.newLetter(w.ada, 1))
			l := s.claimLetter(t, 0)
			prompt := w.newLetter(w.tomas, 2)
			follows := program.Outcome{Letters: []program.Letter{prompt}}
			want(t, nil, s.Failed(ctx, l.Letter.ID, l.Term, "550 5.1.1 no such user", follows))
			want(t, ErrLeaseLost, s.Failed(ctx, l.Letter.ID, l.Term, "550 5.1.1 no such user", follows))
			if next := s.claimLetter(t, 0); next.Letter.ID != prompt.ID {
				t.Errorf("claimed %v, want what follows from the refusal", next)
			}
			got, err := s.Outbox(ctx, OutboxFilter{State: LetterFailed})
			if err != nil || len(got) != 1 || got[0].Reason != "550 5.1.1 no such user" || got[0].Settled.IsZero() {
				t.Errorf("failed letters %v: %v", got, err)
			}
		}},
	})
}

func TestLettersThatMayHaveArrived(t *testing.T) {
	ctx := context.Background()
	letterCases(t, []letterCase{
		{"evidence settles a letter of unknown fate", func(t *testing.T, s *testStore, w world) {
			s.queue(t, w.newLetter(w.ada, 1), w.newLetter(w.tomas, 1))
			for _, l := range s.claimLetters(t, 0) {
				want(t, nil, s.Unknown(ctx, l.Letter.ID, l.Term, noon.Add(time.Minute), "connection reset after the dot"))
			}
			want(t, nil, s.Arrived(ctx, []string{w.newLetter(w.ada, 1).MessageID, "never\x00heard@of"}))
			if l := s.claimLetter(t, time.Minute); l.Letter.To != w.tomas.ID || l.State != LetterUnknown {
				t.Errorf("claimed %v, want the letter without evidence", l)
			}
		}},
		{"evidence takes a letter from the worker that would send it again", func(t *testing.T, s *testStore, w world) {
			s.queue(t, w.newLetter(w.ada, 1))
			l := s.claimLetter(t, 0)
			want(t, nil, s.Arrived(ctx, []string{l.Letter.MessageID}))
			want(t, ErrLeaseLost, s.compose(l, "mail"))
		}},
		{"nothing that was never handed out has arrived", func(t *testing.T, s *testStore, w world) {
			l := w.newLetter(w.ada, 1)
			s.queue(t, l)
			want(t, nil, s.Arrived(ctx, []string{l.MessageID}))
			s.claimLetter(t, 0)
		}},
	})
}

func TestLettersThatAreRefusedByTheOutbox(t *testing.T) {
	ctx := context.Background()
	letterCases(t, []letterCase{
		{"a letter with the same Message-ID is refused", func(t *testing.T, s *testStore, w world) {
			l := w.newLetter(w.ada, 1)
			s.queue(t, l)
			l.ID = "another"
			want(t, ErrDuplicate, s.Apply(ctx, Source{}, program.Outcome{Letters: []program.Letter{l}}))
		}},
		{"a letter without Message-ID is refused", func(t *testing.T, s *testStore, w world) {
			l := w.newLetter(w.ada, 1)
			l.MessageID = ""
			if err := s.Apply(ctx, Source{}, program.Outcome{Letters: []program.Letter{l}}); err == nil {
				t.Error("it was queued")
			}
		}},
	})
}

// want checks the kind of an error.
func want(t testing.TB, kind, got error) {
	t.Helper()
	if !errors.Is(got, kind) {
		t.Errorf("got %v, want %v", got, kind)
	}
}

func TestLettersToOnePersonKeepTheirOrder(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		held := w.newLetter(w.ada, 2)
		held.NotBefore = noon.Add(time.Hour)
		s.queue(t, w.newLetter(w.ada, 1), held, w.newLetter(w.ada, 3), w.newLetter(w.tomas, 1))
		first := s.claimLetters(t, 0)
		if len(first) != 2 || first[0].Letter.ID != w.newLetter(w.ada, 1).ID || first[1].Letter.To != w.tomas.ID {
			t.Fatalf("claimed %d letters, want the first of each person", len(first))
		}
		if got := s.claimLetters(t, 0); len(got) != 0 {
			t.Fatalf("claimed %v while an earlier one is under way", got)
		}
		want(t, nil, s.sent(first[0], noon))
		third := s.claimLetter(t, 0)
		if third.Letter.ID != w.newLetter(w.ada, 3).ID {
			t.Errorf("claimed %s, want the third: the second is held back", third.Letter.ID)
		}
		want(t, nil, s.Retry(ctx, third.Letter.ID, third.Term, noon.Add(time.Hour), "450"))
		if next := s.claimLetter(t, time.Hour); next.Letter.ID != held.ID {
			t.Errorf("claimed %s, want the one that was queued earlier", next.Letter.ID)
		}
	})
}

func TestThreads(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		w := s.settled(t, "one")
		answer := w.newLetter(w.ada, 4)
		answer.InReplyTo, answer.References = "from-ada@example.net", []string{"x@y", "from-ada@example.net"}
		other := w.newLetter(w.ada, 5)
		other.About = program.Ref{Kind: program.RefSession, ID: w.session.ID}
		desk := program.Letter{ID: "desk1", MessageID: "desk1@x", Address: "ops@example.org", Created: noon}
		desk2, night := desk, desk
		desk2.ID, desk2.MessageID = "desk2", "desk2@x"
		night.ID, night.MessageID, night.Address = "night", "night@x", "night@example.org"
		s.queue(t, w.newLetter(w.ada, 1), w.newLetter(w.ada, 2), w.newLetter(w.tomas, 1), w.newLetter(w.ada, 3), answer, other, desk, desk2, night)
		id := func(n int) string { return w.newLetter(w.ada, n).MessageID }
		wanted := []struct {
			rule      string
			inReplyTo string
			refs      []string
		}{
			{"the first letter begins the thread", "", nil},
			{"the second answers the first", id(1), []string{id(1)}},
			{"another person's thread is another", "", nil},
			{"a later one answers the latest and names the first", id(2), []string{id(1), id(2)}},
			{"an answer to a mail stays one", "from-ada@example.net", answer.References},
			{"another subject is another thread", "", nil},
			{"a coordinator's first", "", nil},
			{"a coordinator's second", "desk1@x", []string{"desk1@x"}},
			{"another coordinator's first", "", nil},
		}
		letters, err := s.Outbox(context.Background(), OutboxFilter{})
		if err != nil || len(letters) != len(wanted) {
			t.Fatalf("%d letters: %v", len(letters), err)
		}
		for i, c := range wanted {
			if l := letters[i].Letter; l.InReplyTo != c.inReplyTo || !slices.Equal(l.References, c.refs) {
				t.Errorf("%s: In-Reply-To %q, References %q", c.rule, l.InReplyTo, l.References)
			}
		}
	})
}

func TestFindingLetters(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		offer, receipt, agenda, held := w.newLetter(w.ada, 1), w.newLetter(w.ada, 2), w.newLetter(w.ada, 3), w.newLetter(w.ada, 4)
		receipt.Purpose = ""
		agenda.Purpose, agenda.About = program.AboutAgenda, program.Ref{Kind: program.RefSession, ID: w.session.ID}
		held.NotBefore = noon.Add(time.Hour)
		s.queue(t, offer, receipt, agenda, held)
		if got, err := s.LatestQuestions(ctx, []Subject{{w.ada.ID, program.Ref{}}}); err != nil || len(got) != 1 || got[0] != nil {
			t.Errorf("before any went out: %v %v, want none", got, err)
		}
		for range 3 {
			l := s.claimLetter(t, 0)
			want(t, nil, s.sent(l, noon))
		}
		questions := []struct {
			rule   string
			about  Subject
			wanted program.ID
		}{
			{"of any subject, not one held back nor one that takes any text", Subject{w.ada.ID, program.Ref{Kind: program.RefPerson, ID: w.ada.ID}}, offer.ID},
			{"about the session, whatever it takes", Subject{w.ada.ID, agenda.About}, agenda.ID},
			{"about the pair, not a receipt", Subject{w.ada.ID, program.Ref{Kind: program.RefPair, ID: w.pair.ID}}, offer.ID},
			{"about nothing stands for anything", Subject{w.ada.ID, program.Ref{}}, offer.ID},
			{"not what another was asked", Subject{w.tomas.ID, program.Ref{Kind: program.RefPair, ID: w.pair.ID}}, ""},
		}
		var subjects []Subject
		for _, c := range questions {
			subjects = append(subjects, c.about)
		}
		latest, err := s.LatestQuestions(ctx, subjects)
		if err != nil || len(latest) != len(questions) {
			t.Fatalf("%d questions: %v", len(latest), err)
		}
		for i, c := range questions {
			var got program.ID
			if latest[i] != nil {
				got = latest[i].ID
			}
			if got != c.wanted {
				t.Errorf("%s: %q, want %q", c.rule, got, c.wanted)
			}
		}
		ids := []string{"unknown@example.org\x00"}
		for i := range 500 {
			ids = append(ids, fmt.Sprint(i))
		}
		for rule, none := range map[string][]string{"unknown ids": ids, "no ids": nil} {
			if got, err := s.LettersByMessageID(ctx, none); err != nil || len(got) != 0 {
				t.Errorf("%s: %v %v, want none", rule, got, err)
			}
		}
		found, err := s.LettersByMessageID(ctx, append([]string{receipt.MessageID, offer.MessageID}, ids...))
		if err != nil || len(found) != 2 || found[0].Letter.ID != offer.ID || found[1].Letter.ID != receipt.ID {
			t.Errorf("found %v, want the two in the order of the outbox: %v", found, err)
		}
	})
}
