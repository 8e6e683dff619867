package program

import (
	"reflect"
	"time"

	"pgregory.net/rapid"
)

// said reports whether the person has agreed to the start in a proven mail.
func (m *mentoring) said(who ID, start time.Time) bool {
	for _, span := range m.yes[who] {
		if span.Start.Equal(start) || !start.Before(span.Start) && start.Before(span.End) {
			return true
		}
	}
	return false
}

// outcome holds what follows from one mail against the rules, before it is
// applied.
func (m *mentoring) outcome(t *rapid.T, c Case, r Received, out Outcome) {
	switch out.Record.Result {
	case ResultActed, ResultAsked, ResultStored, ResultCoordinator, ResultAside:
	default:
		t.Fatalf("a mail has the outcome %q", out.Record.Result)
	}
	if r.Proof == ProofNone && (len(out.Sessions)+len(out.Changes)+len(out.People)+len(out.Pairs)+len(out.Timers) > 0) && r.Kind != KindBounce {
		t.Fatalf("an unproven %s changed something: %+v", r.Kind, out)
	}
	for _, s := range out.Sessions {
		m.consented(t, c, s)
		if was, _ := c.current(Ref{RefSession, s.ID}); !c.Person.Owns(r.From) && s.Status != was.Status {
			t.Fatalf("a %s from an unknown account made a session that was %s %s", r.Kind, was.Status, s.Status)
		}
	}
	for _, change := range out.Changes {
		m.measured(t, c, r, change)
	}
	for _, l := range out.Letters {
		m.welcome(t, c, r, l)
	}
}

// inLife holds what became of each session against the table of transitions.
func (m *mentoring) inLife(t *rapid.T, c Case, out Outcome, causes []string) {
	for _, s := range out.Sessions {
		was := SessionStatus("")
		for _, known := range c.Sessions {
			if known.ID == s.ID {
				was = known.Status
			}
		}
		if was != s.Status && !follows(was, s.Status, causes) {
			t.Fatalf("session %s went from %q to %q by %q, which no row of Life says", s.ID, was, s.Status, causes)
		}
	}
}

// consented holds a time that is new on a session against what both have said.
func (m *mentoring) consented(t *rapid.T, c Case, s Session) {
	old := Session{}
	for _, known := range c.Sessions {
		if known.ID == s.ID {
			old = known
		}
	}
	if !s.Booked() || s.Start.Equal(old.Start) {
		return
	}
	slot := Span{s.Start, s.End}
	mentor, mentee := m.said(ada, s.Start), m.said(tomas, s.Start)
	if !mentor && !mentee || old.Booked() && !(mentor && mentee) {
		t.Fatalf("session %s went from %s to %s without consent (mentor %v, mentee %v)", s.ID, old.Start, s.Start, mentor, mentee)
	}
	// A pick from an offer: the other's own hours stand for them until they answer.
	if !mentor && !m.People[ada].worksAt(slot) || !mentee && !m.People[tomas].worksAt(slot) {
		t.Fatalf("session %s booked at %s against hours (mentor %v, mentee %v)", s.ID, s.Start, mentor, mentee)
	}
}

// measured holds a row of the ledger against the mail that it is about.
func (m *mentoring) measured(t *rapid.T, c Case, r Received, change Change) {
	for _, known := range c.Changes {
		if known.ID == change.ID {
			if !known.ReceivedAt.Equal(change.ReceivedAt) || known.Notice != change.Notice || known.Late != change.Late {
				t.Fatalf("a ledger row's measure changed: %+v to %+v", known, change)
			}
			return
		}
	}
	held := r.Asked != nil && change.ReceivedAt.Equal(r.Asked.HeldFrom)
	if !change.ReceivedAt.Equal(r.At) && !held {
		t.Fatalf("notice counts from %s, received %s", change.ReceivedAt, r.At)
	}
	if change.Notice != change.SessionStart.Sub(change.ReceivedAt) || change.Late != (change.Notice < m.Settings.Notice) {
		t.Fatalf("ledger row measures wrongly: %+v", change)
	}
	if change.Notice <= 0 {
		t.Fatalf("a session changed after its start: %+v", change)
	}
}

// welcome holds a letter against what its reader wants to get.
func (m *mentoring) welcome(t *rapid.T, c Case, r Received, l Letter) {
	if l.To == "" {
		return
	}
	own := l.To == c.Person.ID && r.Proof != ProofNone
	if m.People[l.To].Status == PersonLeft && !own && !cancellation(l) {
		t.Fatalf("%s letter to somebody who has left", l.Kind)
	}
}

func cancellation(l Letter) bool {
	return (l.Kind == LetterCancel || l.Kind == LetterCancelLate) && l.Event != nil && l.Event.Method == "CANCEL"
}

// repeatable holds that the same mail in the same case decides the same, so
// that a decision can be taken again after a crash.
func (m *mentoring) repeatable(c Case, r Received) {
	if first, second := c.Answer(r, m.Now), c.Answer(r, m.Now); !reflect.DeepEqual(first, second) {
		m.t.Fatalf("one mail decided twice differs:\n%+v\n%+v", first, second)
	}
}

// booked are the sessions with a time, for comparison.
func (m *mentoring) booked() map[ID]time.Time {
	starts := map[ID]time.Time{}
	for _, s := range m.sessions() {
		if s.Booked() {
			starts[s.ID] = s.Start
		}
	}
	return starts
}

// unmoved holds that silence and automatic mail neither move nor cancel.
func (m *mentoring) unmoved(before map[ID]time.Time, by string) {
	for _, s := range m.sessions() {
		if start, ok := before[s.ID]; ok && (!s.Booked() || !s.Start.Equal(start)) {
			m.t.Fatalf("%s changed session %s: was %s, is %s %s", by, s.ID, start, s.Status, s.Start)
		}
	}
}

// check holds the whole program against the rules, after every step.
func (m *mentoring) check(t *rapid.T) {
	m.t = t
	m.carry(t)
	open := 0
	for _, s := range m.sessions() {
		m.consistent(t, s)
		if s.Sequence < m.sequence[s.ID] {
			t.Fatalf("SEQUENCE of %s fell from %d to %d", s.ID, m.sequence[s.ID], s.Sequence)
		}
		m.sequence[s.ID] = s.Sequence
		if s.Status == SessionProposed || s.Booked() && s.End.After(m.Now) {
			open++
		}
		for _, who := range []ID{ada, tomas} {
			m.same(t, s, who)
		}
	}
	if open > 1 {
		t.Fatalf("%d sessions of one pair are open: %+v", open, m.sessions())
	}
}

// carry brings the letters since the last step to the calendars, in an order
// of its own, and looks at each once.
func (m *mentoring) carry(t *rapid.T) {
	for _, l := range m.letters[m.seen:] {
		if l.To == "" {
			continue
		}
		reader, partner := m.People[l.To], m.People[m.pair().Partner(l.To)]
		if l.Facts.Zone != reader.Location().String() || l.Facts.PartnerZone != "" && l.Facts.PartnerZone != partner.Location().String() {
			t.Fatalf("%s letter to %s in the zones %s and %s, theirs are %s and %s", l.Kind, reader.Name, l.Facts.Zone, l.Facts.PartnerZone, reader.Zone, partner.Zone)
		}
		if l.Event != nil {
			m.undated = append(m.undated, l)
		}
	}
	m.seen = len(m.letters)
	if len(m.undated) > 1 {
		m.undated = rapid.Permutation(m.undated).Draw(t, "order of delivery")
	}
	for _, l := range m.undated {
		if err := m.calendars[l.To].receive(*l.Event); err != nil {
			t.Fatalf("%s letter: %v", l.Kind, err)
		}
	}
	m.undated = nil
}

// same holds one person's calendar against the session.
func (m *mentoring) same(t *rapid.T, s Session, who ID) {
	start, shown := m.calendars[who].shows(s.UID)
	stands := !s.Start.IsZero() && s.Status != SessionCancelled && s.Status != SessionProposed
	if shown != stands || shown && !start.Equal(s.Start) {
		t.Fatalf("calendar of %s shows %v %s, the session is %s %s", who, shown, start, s.Status, s.Start)
	}
}

// consistent holds the parts of a session against one another.
func (m *mentoring) consistent(t *rapid.T, s Session) {
	if (s.Status == SessionMoving) != (len(s.Bids) > 0) && s.Status != SessionProposed {
		t.Fatalf("%s session has %d requests to move", s.Status, len(s.Bids))
	}
	for _, c := range m.changes() {
		if _, waits := s.bid(c.Person); c.Session == s.ID && c.Outcome == ChangePending && !waits {
			t.Fatalf("ledger row waits on a %s session: %+v", s.Status, c)
		}
	}
	if s.Status == SessionMoving && s.Waiting == "" {
		t.Fatalf("a request to move waits for nobody")
	}
	if s.Booked() && s.Zone == "" {
		t.Fatalf("a booked session has no zone")
	}
}
