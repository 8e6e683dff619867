package program

import (
	"bytes"
	"encoding/json"
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
	if r.Proof == ProofNone && (len(out.Sessions)+len(out.Changes)+len(out.People)+len(out.Pairs)+len(out.Timers) > 0) {
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
		m.wanted(t, out, l, l.To == c.Person.ID && r.Proof != ProofNone)
		if r.Kind != KindCalendar { // which may name an address of its own, even one of a partner who is forgotten
			m.forgets(t, l)
		}
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
	mentor, mentee := m.said(c.Mentor.ID, s.Start), m.said(c.Mentee.ID, s.Start)
	if !mentor && !mentee || old.Booked() && !(mentor && mentee) {
		t.Fatalf("session %s went from %s to %s without consent (mentor %v, mentee %v)", s.ID, old.Start, s.Start, mentor, mentee)
	}
	// A pick from an offer: the other's own hours stand for them until they answer.
	if !mentor && !c.Mentor.worksAt(slot) || !mentee && !c.Mentee.worksAt(slot) {
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

// wanted holds a letter against what its reader wants to get: whoever has left
// only hears of cancellations, whoever pauses only of booked sessions, and
// nobody gets anything at an address that has bounced.
func (m *mentoring) wanted(t *rapid.T, out Outcome, l Letter, own bool) {
	if l.To == "" || l.Facts.Reason == "forgotten" { // the one mail that says that it is the last
		return
	}
	reader := m.People[l.To]
	for _, p := range out.People {
		if p.ID == l.To && p.Status == PersonActive {
			reader.Status = PersonActive
		}
		if p.ID == l.To {
			reader.Undeliverable = p.Undeliverable
		}
	}
	about := l.SessionUID != "" && !l.Facts.Start.IsZero()
	switch {
	case reader.Undeliverable || m.erasedBefore(l.To):
		t.Fatalf("%s letter to %s, where mail cannot reach %s", l.Kind, l.Address, reader.Name)
	case own || reader.Status == PersonActive || reader.Status == PersonPaused && about:
	case reader.Status == PersonLeft && cancellation(l):
	default:
		t.Fatalf("%s letter to %s, who is %s", l.Kind, reader.Name, reader.Status)
	}
}

// forgets holds that no letter names anybody who is forgotten.
func (m *mentoring) forgets(t *rapid.T, l Letter) {
	if l.Kind == LetterConfirm {
		return // it tells its reader the address that stood in their own mail
	}
	for _, id := range m.erased {
		whole, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		for _, fact := range facts[id] {
			if bytes.Contains(whole, []byte(fact)) {
				t.Fatalf("%s letter to %s tells %q of somebody who is forgotten: %s", l.Kind, l.Address, fact, whole)
			}
		}
	}
}

// facts are what a letter could tell of each person.
var facts = map[ID][]string{
	ada:   {"Ada", "ada@example.net", "words of " + string(ada)},
	tomas: {"Tomás", "tomas@example.com", "words of " + string(tomas)},
	eve:   {"Eve Moss", "eve@example.com", "words of " + string(eve)},
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

// booked are the sessions with a time, of all pairs, for comparison.
func (m *mentoring) booked() map[ID]time.Time {
	starts := map[ID]time.Time{}
	for _, sessions := range m.Sessions {
		for _, s := range sessions {
			if s.Booked() {
				starts[s.ID] = s.Start
			}
		}
	}
	return starts
}

// unmoved holds that silence and automatic mail neither move nor cancel.
func (m *mentoring) unmoved(before map[ID]time.Time, by string) {
	for _, sessions := range m.Sessions {
		for _, s := range sessions {
			if start, ok := before[s.ID]; ok && (!s.Booked() || !s.Start.Equal(start)) {
				m.t.Fatalf("%s changed session %s: was %s, is %s %s", by, s.ID, start, s.Status, s.Start)
			}
		}
	}
}

// check holds the whole program against the rules, after every step.
func (m *mentoring) check(t *rapid.T) {
	m.t = t
	m.carry(t)
	var booked []Session
	for _, pair := range []ID{theirs, others} {
		m.in = pair
		m.checkPair(t)
		for _, s := range m.sessions() {
			if s.Booked() {
				booked = append(booked, s)
			}
		}
	}
	for i, a := range booked { // Ada is in both pairs
		for _, b := range booked[:i] {
			if (Span{a.Start, a.End}).overlaps(Span{b.Start, b.End}) {
				t.Fatalf("somebody is booked twice at once: %+v and %+v", a, b)
			}
		}
	}
}

func (m *mentoring) checkPair(t *rapid.T) {
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
		for _, who := range []ID{m.pair().Mentor, m.pair().Mentee} {
			if !m.lost[who] {
				m.same(t, s, who)
			}
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
		m.onClockOf(t, m.People[l.To], l.Kind, l.Facts.Zone)
		m.onClockOf(t, m.partnerIn(l), l.Kind, l.Facts.PartnerZone)
		if l.Event != nil {
			m.undated = append(m.undated, l)
		}
	}
	m.seen = len(m.letters)
	if len(m.undated) > 1 {
		m.undated = rapid.Permutation(m.undated).Draw(t, "order of delivery")
	}
	for _, l := range m.undated {
		m.calendars[l.To].owner = l.Address
		if err := m.calendars[l.To].receive(*l.Event); err != nil {
			t.Fatalf("%s letter: %v", l.Kind, err)
		}
	}
	m.undated = nil
}

// onClockOf holds that a letter tells a person's times in their zone.
func (m *mentoring) onClockOf(t *rapid.T, p Person, kind Kind, zone string) {
	if p.ID != "" && !m.erasedBefore(p.ID) && zone != "" && zone != p.Location().String() {
		t.Fatalf("%s letter has times of %s in %s, theirs is %s", kind, p.Name, zone, p.Zone)
	}
}

// partnerIn is the reader's partner in the pair that a letter is about; nobody
// where it names none.
func (m *mentoring) partnerIn(l Letter) Person {
	pair := l.About.ID
	if l.About.Kind == RefSession {
		pair = m.pairOf[l.About.ID]
	}
	if p, ok := m.Pairs[pair]; ok {
		return m.People[p.Partner(l.To)]
	}
	return Person{}
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
