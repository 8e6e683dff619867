package program

import (
	"testing"
	"time"
)

func operatedCase(now time.Time) Case {
	return Case{
		Settings:  Settings{Name: "Tandem", Address: "mentor@example.org", Notice: 24 * time.Hour, Locale: "en"},
		Person:    Person{ID: "a", Email: "ada@example.net", Name: "Ada", Status: PersonActive, Version: 1},
		Mentor:    Person{ID: "a", Email: "ada@example.net", Name: "Ada", Status: PersonActive, Version: 1},
		Mentee:    Person{ID: "t", Email: "tom@example.net", Name: "Tom", Status: PersonActive, Version: 1},
		Pair:      Pair{ID: "p", Mentor: "a", Mentee: "t", Length: time.Hour, Status: PairActive, Version: 1},
		LivePairs: []ID{"p"},
		Sessions: []Session{
			{ID: "past", Pair: "p", UID: "past@example.org", Status: SessionConfirmed, Start: now.Add(-time.Hour), End: now, Version: 1},
			{ID: "next", Pair: "p", UID: "next@example.org", Status: SessionMoving, Sequence: 1, Start: now.Add(time.Hour), End: now.Add(2 * time.Hour), Version: 1},
			{ID: "asked", Pair: "p", UID: "asked@example.org", Status: SessionProposed, Waiting: "t", Round: 1, Version: 1},
		},
		Changes: []Change{{ID: "c", Session: "next", Pair: "p", Person: "t", Kind: ChangeMove, Outcome: ChangePending, Version: 1}},
	}
}

func TestEndPairCancelsWhatLiesAhead(t *testing.T) {
	now := time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)
	out := operatedCase(now).EndPair("seed", now)
	if len(out.Pairs) != 1 || out.Pairs[0].Status != PairEnded {
		t.Errorf("pair: %+v", out.Pairs)
	}
	if len(out.Sessions) != 2 || out.Sessions[0].ID != "next" || out.Sessions[1].ID != "asked" {
		t.Fatalf("only what has not begun is cancelled: %+v", out.Sessions)
	}
	for _, s := range out.Sessions {
		if s.Status != SessionCancelled || s.Waiting != "" {
			t.Errorf("session: %+v", s)
		}
	}
	if out.Sessions[1].Round != 2 {
		t.Errorf("timers of the search must be out of date: %+v", out.Sessions[1])
	}
	if len(out.Changes) != 1 || out.Changes[0].Outcome != ChangeKept {
		t.Errorf("a move that waits is over: %+v", out.Changes)
	}
	if len(out.Letters) != 2 {
		t.Fatalf("letters: %+v", out.Letters)
	}
	for _, l := range out.Letters {
		if l.Kind != LetterCancel || l.Event == nil || l.Event.Method != "CANCEL" || l.Event.Sequence != 2 || l.Facts.Reason != "ended" || l.Facts.Partner != "" {
			t.Errorf("letter: %+v", l)
		}
	}
	ended := operatedCase(now)
	ended.Pair.Status = PairEnded
	if out := ended.EndPair("seed", now); len(out.Pairs)+len(out.Letters) > 0 {
		t.Errorf("an ended pair cannot end again: %+v", out)
	}
}

func TestPauseAndResume(t *testing.T) {
	now := time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC)
	until := now.AddDate(0, 0, 7)
	c := operatedCase(now)
	out := c.PausePerson(until, "seed", now)
	if len(out.People) != 1 || out.People[0].Status != PersonPaused || len(out.Timers) != 1 || out.Timers[0].Kind != TimerResume || !out.Timers[0].Due.Equal(until) {
		t.Errorf("pause a person: %+v", out)
	}
	c.Person = out.People[0]
	if again := c.PausePerson(until, "seed", now); len(again.People) != 0 {
		t.Errorf("paused already: %+v", again)
	}
	if out := c.ResumePerson("seed", now); len(out.People) != 1 || out.People[0].Status != PersonActive || len(out.Timers) != 1 || out.Timers[0].Kind != TimerNextSession {
		t.Errorf("resume a person: %+v", out)
	}
	c = operatedCase(now)
	out = c.PausePair("seed", now)
	if out.Pairs[0].Status != PairPaused || len(out.Sessions) != 1 || out.Sessions[0].ID != "asked" || len(out.Letters) != 0 {
		t.Errorf("a paused pair keeps its booked session and its search ends: %+v", out)
	}
	c.Pair = out.Pairs[0]
	if out := c.ResumePair("seed", now); out.Pairs[0].Status != PairWaiting || out.Timers[0].Kind != TimerNextSession || out.Timers[0].Pair != "p" {
		t.Errorf("resume a pair: %+v", out)
	}
	if out := operatedCase(now).ResumePair("seed", now); len(out.Pairs) != 0 {
		t.Errorf("a pair that is active cannot be resumed: %+v", out)
	}
	if out := operatedCase(now).EndPerson("seed", now); out.People[0].Status != PersonLeft {
		t.Errorf("end a person: %+v", out)
	}
}
