package program

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"time"
)

// The parts whose rows a store must show to UNDO whatever their state, and the
// writer's answer to a booked time.
const (
	PartAction     = "action"
	PartNote       = "note"
	PartSuggestion = "suggestion"
	partAnswer     = "answer"
)

// part is one thing that mails change in the rows of a table.
type part struct {
	name    string
	traces  func(was, is, wrote rows, writer, booked ID) []Trace
	marks   func(is rows, row, writer ID) any // nil: there is no such row
	restore func(d *decision, row ID, was []byte)
}

// parts are all that UNDO puts back. A column that requests learn to change
// wants its line here, and nothing else.
var parts []part

func init() { // the parts restore by decisions that in turn can be undone
	parts = slices.Concat(personParts(), pairParts(), sessionParts(), rowParts())
}

// personParts are what requests change of their writer.
func personParts() []part {
	return []part{
		piece[Person, Settled]{
			name: "settings",
			same: equal[Settled],
			of:   func(r rows) []Person { return r.people },
			id:   func(p Person) ID { return p.ID },
			get:  func(p Person, _ ID) Settled { return settled(p) },
			set:  func(_ *decision, p Person, was Settled) Person { return p.withSettings(was) },
			keep: (*decision).keepSettings,
		}.part(),
		piece[Person, string]{
			name: "absences",
			same: equal[string],
			of:   func(r rows) []Person { return r.people },
			id:   func(p Person) ID { return p.ID },
			get:  func(p Person, _ ID) string { return spansText(p.Absences) },
			set:  func(_ *decision, p Person, was string) Person { p.Absences = spansOf(was); return p },
			keep: (*decision).keepAbsences,
		}.part(),
	}
}

// pairParts are what they change of a pair.
func pairParts() []part {
	return []part{
		piece[Pair, CharterText]{
			name: "charter",
			same: func(a, b CharterText) bool { return reflect.DeepEqual(a, b) },
			of:   func(r rows) []Pair { return r.pairs },
			id:   func(p Pair) ID { return p.ID },
			get:  func(p Pair, _ ID) CharterText { return p.Charter },
			set:  func(_ *decision, p Pair, was CharterText) Pair { p.Charter = was; return p },
			keep: func(d *decision, p Pair) { d.Pair = p; d.keepPair() },
		}.part(),
		piece[Pair, int64]{
			name: "first-held",
			same: equal[int64],
			of:   func(r rows) []Pair { return r.pairs },
			id:   func(p Pair) ID { return p.ID },
			get:  func(p Pair, _ ID) int64 { return micros(p.FirstHeld) },
			set:  func(_ *decision, p Pair, was int64) Pair { p.FirstHeld = fromMicros(was); return p },
			keep: func(d *decision, p Pair) { d.Pair = p; d.keepPair() },
		}.part(),
	}
}

// sessionParts are what they change of a session, besides its booked time.
func sessionParts() []part {
	return []part{
		ofSession(piece[Session, agendaMarks]{
			name: "agenda",
			same: equal[agendaMarks],
			get:  func(s Session, _ ID) agendaMarks { return agendaMarks{s.Agenda, s.AgendaState} },
			seen: func(a agendaMarks) any { return a.Agenda },
			set:  (*decision).agendaBack,
		}),
		ofSession(piece[Session, map[ID]SessionStatus]{
			name:  "took-place",
			same:  maps.Equal[map[ID]SessionStatus, map[ID]SessionStatus],
			skips: withItsTime,
			get:   func(s Session, _ ID) map[ID]SessionStatus { return s.TookPlace },
			set:   func(_ *decision, s Session, was map[ID]SessionStatus) Session { s.TookPlace = was; return s },
		}),
		ofSession(piece[Session, Answer]{
			name:  partAnswer,
			same:  equal[Answer],
			skips: withItsTime,
			get:   func(s Session, writer ID) Answer { return s.Answers[writer] },
			set:   (*decision).answerBack,
		}),
		ofSession(piece[Session, talk]{
			name:  "talk",
			same:  sameTalk,
			skips: withItsTime,
			get:   func(s Session, _ ID) talk { return talk{s.Status, s.Bids, s.Waiting} },
			set:   (*decision).talkBack,
			drop:  (*decision).dropSearch,
		}),
	}
}

// rowParts are what they write in rows of their own.
func rowParts() []part {
	return []part{
		piece[Change, ledgerMarks]{
			name:  "change",
			same:  equal[ledgerMarks],
			skips: forTheRecord,
			of:    func(r rows) []Change { return r.changes },
			id:    func(c Change) ID { return c.ID },
			get:   func(c Change, _ ID) ledgerMarks { return ledgerMarks{c.Outcome, c.Waived, c.Emergency} },
			set:   (*decision).changeBack,
			keep:  (*decision).keepChange,
			drop:  (*decision).withdrawChange,
		}.part(),
		piece[Action, actionMarks]{
			name: PartAction,
			same: equal[actionMarks],
			of:   func(r rows) []Action { return r.actions },
			id:   func(a Action) ID { return a.ID },
			get:  func(a Action, _ ID) actionMarks { return actionMarks{a.Text, a.Status} },
			set: func(_ *decision, a Action, was actionMarks) Action {
				a.Text, a.Status = was.Text, was.Status
				return a
			},
			keep: (*decision).keepAction,
			drop: (*decision).dropAction,
		}.part(),
		piece[Note, noteMarks]{
			name: PartNote,
			same: equal[noteMarks],
			of:   func(r rows) []Note { return r.notes },
			id:   func(n Note) ID { return n.ID },
			get:  func(n Note, _ ID) noteMarks { return noteMarks{n.Text, n.Score, n.Shared} },
			set: func(_ *decision, n Note, was noteMarks) Note {
				n.Text, n.Score, n.Shared = was.Text, was.Score, was.Shared
				return n
			},
			keep: (*decision).keepNote,
			drop: (*decision).dropNote,
		}.part(),
		piece[Suggestion, bool]{
			name: PartSuggestion,
			same: equal[bool],
			of:   func(r rows) []Suggestion { return r.suggestions },
			id:   func(s Suggestion) ID { return s.ID },
			get:  func(s Suggestion, _ ID) bool { return s.Approved },
			drop: func(d *decision, s Suggestion) {
				d.Suggested = slices.DeleteFunc(slices.Clone(d.Suggested), func(o Suggestion) bool { return o.ID == s.ID })
				d.out.Drop.Suggestions = append(d.out.Drop.Suggestions, s)
			},
		}.part(),
	}
}

func partNamed(name string) (part, bool) {
	for _, p := range parts {
		if p.name == name {
			return p, true
		}
	}
	return part{}, false
}

// rows are those that mails change, of a case or of an outcome.
type rows struct {
	people      []Person
	pairs       []Pair
	sessions    []Session
	changes     []Change
	actions     []Action
	notes       []Note
	suggestions []Suggestion
}

// everyTable asks for the rows of all tables.
var everyTable = rows{people: make([]Person, 1), pairs: make([]Pair, 1)}

// rows are the case's in the tables of the others: a single row is copied only
// where it is compared with one.
func (c *Case) rows(others rows) rows {
	held := rows{sessions: c.Sessions, changes: c.Changes, actions: c.Actions, notes: c.Notes, suggestions: c.Suggested}
	if len(others.people) > 0 {
		held.people = []Person{c.Person}
	}
	if len(others.pairs) > 0 {
		held.pairs = []Pair{c.Pair}
	}
	return held
}

// rows are those that the outcome writes.
func (o *Outcome) rows() rows {
	return rows{o.People, o.Pairs, o.Sessions, o.Changes, o.Actions, o.Notes, o.Suggestions}
}

// stored is the session as the case has it; zero where it has none such.
func (c *Case) stored(id ID) Session {
	for _, s := range c.Sessions {
		if s.ID == id {
			return s
		}
	}
	return Session{}
}

// piece describes a part P of a row R. What is left out cannot happen.
type piece[R, P any] struct {
	name  string
	of    func(rows) []R
	id    func(R) ID
	get   func(r R, writer ID) P
	same  func(a, b P) bool
	seen  func(P) any               // what of it nobody may have changed since; all of it
	skips func(r R, booked ID) bool // what is not put back; nothing. booked is the session whose time was changed
	set   func(d *decision, r R, was P) R
	keep  func(*decision, R)
	drop  func(*decision, R) // takes a row away that the mail had begun
}

// ofSession is a part of a session's row.
func ofSession[P any](p piece[Session, P]) part {
	p.of = func(r rows) []Session { return r.sessions }
	p.id = func(s Session) ID { return s.ID }
	p.keep = (*decision).keepSession
	return p.part()
}

func (p piece[R, P]) find(all rows, id ID) (R, bool) {
	found := p.of(all)
	i := slices.IndexFunc(found, func(r R) bool { return p.id(r) == id })
	if i < 0 {
		var none R
		return none, false
	}
	return found[i], true
}

func (p piece[R, P]) part() part {
	return part{
		name:   p.name,
		traces: p.traces,
		marks: func(is rows, row, writer ID) any {
			r, ok := p.find(is, row)
			if !ok {
				return nil
			}
			return p.mark(p.get(r, writer))
		},
		restore: func(d *decision, row ID, was []byte) {
			r, ok := p.find(d.Case.rows(everyTable), row)
			var before P
			switch {
			case !ok:
			case len(was) == 0:
				p.drop(d, r)
			case json.Unmarshal(was, &before) == nil:
				p.keep(d, p.set(d, r, before))
			}
		},
	}
}

func (p piece[R, P]) mark(value P) any {
	if p.seen != nil {
		return p.seen(value)
	}
	return value
}

// traces compares the rows that were written with what they were.
func (p piece[R, P]) traces(was, is, wrote rows, writer, booked ID) []Trace {
	var traces []Trace
	for _, written := range p.of(wrote) {
		now, ok := p.find(is, p.id(written)) // not somebody else's
		if !ok || p.skips != nil && p.skips(now, booked) {
			continue
		}
		left := p.get(now, writer)
		t := Trace{Part: p.name, ID: p.id(now)}
		if row, known := p.find(was, t.ID); known {
			before := p.get(row, writer)
			if p.same(before, left) {
				continue
			}
			t.Was, _ = json.Marshal(before) // of plain values, which cannot fail
		} else if p.drop == nil {
			continue
		}
		t.Left = mark(p.mark(left))
		traces = append(traces, t)
	}
	return traces
}

// equal is sameness of what can be compared.
func equal[P comparable](a, b P) bool { return a == b }

// withItsTime leaves out what follows a booked time, which is taken back by a
// request like any other.
func withItsTime(s Session, booked ID) bool { return s.ID == booked }

// forTheRecord leaves out what the ledger keeps for good.
func forTheRecord(c Change, booked ID) bool {
	return c.Session == booked || c.Version == 0 && c.Outcome != ChangePending
}

func sameTalk(a, b talk) bool {
	return a.Status == b.Status && a.Waiting == b.Waiting && slices.EqualFunc(a.Bids, b.Bids, func(x, y Bid) bool {
		return x.By == y.By && x.At.Equal(y.At) && sameStarts(x.Slots, y.Slots)
	})
}

// Settled are the settings that a person's mail can change.
type Settled struct {
	Zone        string        `json:"zone"`
	ZoneKnown   bool          `json:"zone_known"`
	Locale      string        `json:"locale"`
	Hours       Hours         `json:"hours"`
	Status      PersonStatus  `json:"status"`
	PausedUntil int64         `json:"paused_until"` // Unix microseconds
	Journal     JournalRhythm `json:"journal"`
	Calendar    ID            `json:"calendar,omitempty"`
	Aliases     string        `json:"aliases,omitempty"` // separated by spaces
	Holidays    string        `json:"holidays,omitempty"`
}

// ledgerMarks, agendaMarks, actionMarks and noteMarks are what requests change in a row
// that is there already.
type (
	ledgerMarks struct {
		Outcome   ChangeOutcome `json:"outcome"`
		Waived    bool          `json:"waived"`
		Emergency bool          `json:"emergency"`
	}
	agendaMarks struct {
		Agenda string      `json:"agenda"`
		State  AgendaState `json:"state"`
	}
	actionMarks struct {
		Text   string       `json:"text"`
		Status ActionStatus `json:"status"`
	}
	noteMarks struct {
		Text   string `json:"text"`
		Score  int    `json:"score"`
		Shared bool   `json:"shared"`
	}
)

// talk is how far a session is besides its booked time: who proposes what, and
// who is to answer.
type talk struct {
	Status  SessionStatus `json:"status"`
	Bids    []Bid         `json:"bids,omitempty"`
	Waiting ID            `json:"waiting,omitempty"`
}

// micros is an instant as stores keep it; 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
