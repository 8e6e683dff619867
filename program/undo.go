package program

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"
)

// undoWithin is how long a request can be taken back.
const undoWithin = time.Hour

// LastRequest is what UNDO takes back: all that the person's last mail has
// changed. It is found by comparing the rows before and after, so that no
// request has to think of it.
type LastRequest struct {
	Person ID        `json:"-"` // whose it is
	At     time.Time `json:"at"`
	Pair   ID        `json:"pair,omitempty"`
	// Traces are what UNDO puts back as it was.
	Traces []Trace `json:"traces,omitempty"`
	// Entries are the journal entries that were written.
	Entries []ID `json:"entries,omitempty"`
	// Session is the one whose booked time was changed, and Act how: that is
	// taken back only as the notice rule and the partner allow. Start and End
	// are the time that was booked or cancelled, or the one before a move.
	Session ID         `json:"session,omitempty"`
	Act     SessionAct `json:"act,omitempty"`
	Start   time.Time  `json:"start,omitzero"`
	End     time.Time  `json:"end,omitzero"`
	// Told are the letters to others that came of the mail.
	Told []Told `json:"told,omitempty"`
	// Destroyed says that journal entries were deleted, which is for good.
	Destroyed bool `json:"destroyed,omitempty"`
}

// SessionAct is what a mail did to the booked time of a session.
type SessionAct string

// What can happen to a booked time.
const (
	ActBooked    SessionAct = "booked"
	ActMoved     SessionAct = "moved"
	ActCancelled SessionAct = "cancelled"
)

// Trace is a part of a row that a mail has changed: as it was before, and a
// mark of how the mail left it. Who has changed it since has the last word.
type Trace struct {
	Part string          `json:"part"`
	ID   ID              `json:"id"`
	Was  json.RawMessage `json:"was,omitempty"` // empty: there was no such row
	Left string          `json:"left"`
}

// Told is a letter to somebody else than the writer: what it said, and until
// when it waits for its reader's morning.
type Told struct {
	Letter ID        `json:"letter"`
	To     ID        `json:"to,omitempty"` // empty: the coordinators
	What   string    `json:"what"`         // the line that it brings, or its kind
	Until  time.Time `json:"until,omitzero"`
}

// Undoable reports whether UNDO can take anything of it back.
func (l LastRequest) Undoable() bool { return len(l.Traces) > 0 || len(l.Entries) > 0 || l.Act != "" }

// Undoes names the rows of one table that UNDO would put back, so that a store
// can show them in the case whatever their state.
func (c *Case) Undoes(part string) []ID {
	if c.Last == nil {
		return nil
	}
	var rows []ID
	for _, t := range c.Last.Traces {
		if t.Part == part {
			rows = append(rows, t.ID)
		}
	}
	return rows
}

// Recalls names the letters of the person's last request that may still wait
// for their readers' morning.
func (c *Case) Recalls(now time.Time) []ID {
	if c.Last == nil || now.Sub(c.Last.At) > undoWithin {
		return nil
	}
	var letters []ID
	for _, told := range c.Last.Told {
		if told.Until.After(now) {
			letters = append(letters, told.Letter)
		}
	}
	return letters
}

// remember keeps what UNDO would take back of this mail. A mail that has
// changed nothing leaves the one before to be the last.
func (d *decision) remember() {
	if d.in == nil || d.in.Proof == ProofNone || d.Person.ID == "" || d.forgets {
		return
	}
	last := LastRequest{Person: d.Person.ID, At: d.in.At, Pair: d.Pair.ID, Destroyed: len(d.out.DropEntries) > d.undone}
	for _, e := range d.out.Entries {
		last.Entries = append(last.Entries, e.ID)
	}
	d.rememberTime(&last)
	wrote := d.out.rows()
	was, is := d.before.rows(wrote), d.Case.rows(wrote)
	for _, part := range parts {
		if part.name == partAnswer && d.in.Kind == KindCalendar {
			continue // a button answers, and asks for nothing
		}
		last.Traces = append(last.Traces, part.traces(was, is, wrote, d.Person.ID, last.Session)...)
	}
	for i := min(d.said, len(d.out.Letters)); i < len(d.out.Letters); i++ {
		l := &d.out.Letters[i]
		if l.To == d.Person.ID {
			continue
		}
		told := Told{Letter: l.ID, To: l.To, What: l.tells()}
		if l.Event == nil || l.Kind == LetterAgenda {
			told.Until = l.NotBefore // a step of its calendar nobody may miss
		}
		last.Told = append(last.Told, told)
	}
	if !last.Undoable() && !last.Destroyed && len(last.Told) == 0 && !d.wrote() {
		return
	}
	if last.Act == "" && len(last.Traces) == 0 {
		last.Pair = ""
	}
	kept := last // what comes to nothing never leaves the stack
	d.out.Last, d.remembers = &kept, true
}

// offerUndo marks the mails back to the writer where UNDO takes back what they
// tell of.
func (d *decision) offerUndo() {
	if !d.remembers || !d.out.Last.Undoable() {
		return
	}
	for i := range d.out.Letters {
		if l := &d.out.Letters[i]; l.To == d.Person.ID {
			l.Facts.Undo = true
		}
	}
}

// wrote reports whether the mail has changed a row of the pair, if only in
// what is no state, as the count of questions.
func (d *decision) wrote() bool {
	return d.in.Kind == KindAnswer && !d.requests(Undo) && len(d.out.Sessions)+len(d.out.Pairs) > 0
}

// rememberTime notes what the mail did to a booked time.
func (d *decision) rememberTime(last *LastRequest) {
	for _, s := range d.Sessions {
		was := d.before.stored(s.ID)
		switch {
		case s.Booked() && !was.Booked():
			last.Act, last.Start, last.End = ActBooked, s.Start, s.End
		case s.Booked() && s.Sequence != was.Sequence:
			last.Act, last.Start, last.End = ActMoved, was.Start, was.End
		case s.Status == SessionCancelled && (was.Booked() || !s.Start.Equal(was.Start)): // booked by the same mail
			last.Act, last.Start, last.End = ActCancelled, s.Start, s.End
		default:
			continue
		}
		last.Session = s.ID
	}
}

// tells is what a letter says in a word: the line of a receipt, the reason of
// a prompt, else its kind.
func (l *Letter) tells() string {
	switch {
	case l.Kind == LetterReceipt && len(l.Facts.Lines) > 0:
		return l.Facts.Lines[0].Code
	case l.Kind == LetterCoordinatorPrompt:
		return l.Facts.Reason
	}
	return string(l.Kind)
}

// undo takes back the writer's last request, within the hour: all of it, or
// nothing where somebody has changed it since.
func (d *decision) undo() {
	last := d.Last
	if last == nil || d.at.Sub(last.At) > undoWithin || d.at.Before(last.At) {
		d.line(Line{Code: "undo-nothing"})
		return
	}
	if last.Pair != "" && last.Pair != d.Pair.ID {
		d.line(Line{Code: "which-pair"})
		return
	}
	d.forgetLast()
	defer d.fromHere()
	if !d.asLeft(last.Traces) {
		d.line(Line{Code: "undo-changed"})
		return
	}
	reached := d.recall(*last)
	took := d.putBack(*last)
	lines := len(d.lines)
	told := d.correct(*last, reached)
	d.confess(*last, reached)
	switch {
	case took && last.Act != "":
	case took && told:
		d.lines = slices.Insert(d.lines, lines, Line{Code: "undone-told"})
	case took:
		d.lines = slices.Insert(d.lines, lines, Line{Code: "undone"})
	case len(d.lines) == lines:
		d.line(Line{Code: "undo-nothing"})
	}
}

// forgetLast leaves nothing to be taken back.
func (d *decision) forgetLast() {
	d.Last, d.out.Last = nil, &LastRequest{Person: d.Person.ID}
}

// fromHere has what follows in the same mail count from here on, for the next
// UNDO.
func (d *decision) fromHere() {
	d.before = d.Case
	d.said, d.undone = len(d.out.Letters), len(d.out.DropEntries)
}

// asLeft reports whether all parts are still as the mail had left them.
func (d *decision) asLeft(traces []Trace) bool {
	is := d.Case.rows(everyTable)
	for _, t := range traces {
		part, ok := partNamed(t.Part)
		if !ok || mark(part.marks(is, t.ID, d.Person.ID)) != t.Left {
			return false
		}
	}
	return true
}

// putBack gives the rows the parts that they had before, and then has the
// booked time follow. It reports whether there was anything to do.
func (d *decision) putBack(last LastRequest) bool {
	took := len(last.Entries) > 0
	for _, e := range last.Entries {
		d.out.DropEntries = append(d.out.DropEntries, EntryDay{Person: d.Person.ID, Entry: e})
	}
	if s, ok := d.session(last.Session); ok && d.undoTime(last, s) {
		took = true
	} else if last.Act != "" {
		return took
	}
	again := *d // parts are called by way of a table, which takes what they get to the heap: no other decision pays for that
	for _, t := range last.Traces {
		part, _ := partNamed(t.Part)
		part.restore(&again, t.ID, t.Was)
		took = true
	}
	*d = again
	return took
}

// recall takes letters out of the outbox that have not gone yet, and says
// which have.
func (d *decision) recall(last LastRequest) []Told {
	var reached []Told
	for _, told := range last.Told {
		if slices.Contains(d.Waiting, told.Letter) {
			d.out.Drop.Letters = append(d.out.Drop.Letters, told.Letter)
		} else {
			reached = append(reached, told)
		}
	}
	return reached
}

// undoTime takes back what was done to a booked time, where that is still as
// it was left: both have it in their calendars, so it is done by a request
// like any other.
func (d *decision) undoTime(last LastRequest, s Session) bool {
	switch {
	case last.Act == ActBooked && s.Booked() && s.Start.Equal(last.Start) && s.Start.After(d.at):
		d.line(Line{Code: "undone"})
		if s.Agreed(d.Pair) {
			d.cancel(Request{Type: Cancel}, s) // the notice rule holds for it as for any
		} else {
			d.callOff(s, Change{}, false)
		}
	case last.Act == ActMoved && s.Status == SessionConfirmed && s.Start.After(d.at) && last.Start.After(d.now) && !s.Start.Equal(last.Start):
		d.line(Line{Code: "undone-move"})
		d.requestMove(s, []Slot{{Label: "A", Start: last.Start, End: last.End}}, false)
	case last.Act == ActCancelled && s.Status == SessionCancelled && last.Start.After(d.now):
		again := d.newSession()
		if open, ok := d.current(Ref{}); ok && open.Status == SessionProposed {
			again = open // the search for another time has begun already
		} else if ok && open.End.After(d.now) {
			return false // another time has been found already
		}
		d.line(Line{Code: "undone-cancel", Start: last.Start})
		d.proposeTo(again, []Slot{{Label: "A", Start: last.Start, End: last.End}})
	default:
		return false
	}
	return true
}

// mark is short for how a part is left; empty for none.
func mark(part any) string {
	if part == nil {
		return ""
	}
	text, err := json.Marshal(part)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return base64.RawStdEncoding.EncodeToString(sum[:9])
}
