package program

import (
	"maps"
	"time"
)

// SessionStatus is the state of a session.
type SessionStatus string

// The states of a session.
const (
	SessionProposed  SessionStatus = "proposed"  // a time is being looked for
	SessionConfirmed SessionStatus = "confirmed" // booked
	SessionMoving    SessionStatus = "moving"    // booked; a move waits for consent
	SessionCancelled SessionStatus = "cancelled"
	SessionHeld      SessionStatus = "held"
	SessionMissed    SessionStatus = "missed"
)

// Session is one meeting of a pair, from the first search for a time on.
// It has one UID for life.
type Session struct {
	ID     ID
	Pair   ID
	UID    string // RFC 5545 §3.8.4.7
	Status SessionStatus
	// Sequence is the SEQUENCE of the last invitation sent (RFC 5546 §2.1.4).
	Sequence int
	// Start and End are the booked time; zero while none is.
	Start, End time.Time
	// Zone is the IANA zone in whose wall time the session was agreed.
	Zone string
	// Answers holds what each person has said to the booked time.
	Answers map[ID]Answer
	// Bids are the live proposals while a time is looked for, oldest first.
	Bids []Bid
	// Waiting is the person whose answer is awaited while a time is looked
	// for; empty where nobody's is.
	Waiting ID
	// Agenda is what the mentee wants to talk about, all answers in order.
	Agenda string
	// AgendaState says how far the question for it is.
	AgendaState AgendaState
	// TookPlace is what each has said afterwards: SessionHeld or SessionMissed.
	TookPlace map[ID]SessionStatus
	// Round counts the questions put for this session, so that a timer of an
	// earlier question can tell that it is out of date.
	Round   int
	Created time.Time
	Version int
}

// AgendaState says how far the question for a session's agenda is.
type AgendaState string

// The states of an agenda.
const (
	AgendaUnasked  AgendaState = ""
	AgendaAsked    AgendaState = "asked"
	AgendaAnswered AgendaState = "answered" // the mentor has not seen the latest answer
	AgendaSent     AgendaState = "sent"     // the mentor has
)

// Answer is one person's answer to the booked time.
type Answer struct {
	PartStat PartStat  `json:"partstat"`
	Sequence int       `json:"sequence"`
	Stamp    time.Time `json:"stamp,omitzero"` // DTSTAMP of a calendar answer
}

// Bid is a set of times that one person can make.
type Bid struct {
	By    ID        `json:"by"`
	Slots []Slot    `json:"slots"`
	At    time.Time `json:"at"`
	Zone  string    `json:"zone"`
	// Counter is true for a move that came as METHOD:COUNTER, whose refusal
	// is answered with DECLINECOUNTER (RFC 5546 §3.2.8).
	Counter bool `json:"counter,omitempty"`
}

// Booked reports whether the session has a time that stands.
func (s Session) Booked() bool {
	return s.Status == SessionConfirmed || s.Status == SessionMoving
}

// Open reports whether anything can still happen to the session.
func (s Session) Open() bool { return s.Booked() || s.Status == SessionProposed }

// withAnswer returns the session with the person's answer to its time.
func (s Session) withAnswer(who ID, a Answer) Session {
	answers := make(map[ID]Answer, 2)
	maps.Copy(answers, s.Answers)
	answers[who] = a
	s.Answers = answers
	return s
}

// Agreed reports whether both have answered the booked time with yes. The
// notice rule binds from then on.
func (s Session) Agreed(p Pair) bool {
	return s.Answers[p.Mentor].PartStat == Accepted && s.Answers[p.Mentee].PartStat == Accepted
}

// ChangeKind says what a change would do to a booked session.
type ChangeKind string

// The kinds of change.
const (
	ChangeMove   ChangeKind = "move"
	ChangeCancel ChangeKind = "cancel"
)

// ChangeOutcome says what became of a change.
type ChangeOutcome string

// The outcomes of a change.
const (
	ChangeDone    ChangeOutcome = "done"
	ChangeRefused ChangeOutcome = "refused"
	ChangePending ChangeOutcome = "pending"
	ChangeKept    ChangeOutcome = "kept" // nobody answered: the old time stood
)

// Change is one row of the notice ledger: somebody asked to move or cancel a
// confirmed session.
type Change struct {
	ID           ID
	Session      ID
	Pair         ID
	Person       ID
	Kind         ChangeKind
	ReceivedAt   time.Time // IMAP INTERNALDATE of the request
	SessionStart time.Time
	Notice       time.Duration // SessionStart − ReceivedAt, elapsed
	Late         bool
	Outcome      ChangeOutcome
	Waived       bool
	Emergency    bool
	// Slots are the times that a move proposes.
	Slots []Slot
	// Counter is true where the move came as METHOD:COUNTER, whose refusal is
	// answered with DECLINECOUNTER (RFC 5546 §3.2.8).
	Counter bool
	Version int
}
