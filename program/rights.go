package program

import "time"

// undoWithin is how long a request can be taken back.
const undoWithin = time.Hour

// LastRequest is what UNDO takes back: the settings as they were before, or
// the session that was acted on.
type LastRequest struct {
	At time.Time `json:"at"`
	// Settings are the person's own before the request, nil where it was not
	// about them.
	Settings *Settled `json:"settings,omitempty"`
	// Session, Act and Start name what was done to a session. Any other act
	// is there so that no earlier one is taken back in its place.
	Session ID        `json:"session,omitempty"`
	Act     string    `json:"act,omitempty"`    // booked, proposed, move-asked, cancelled
	Action  ID        `json:"action,omitempty"` // that was closed
	Entry   ID        `json:"entry,omitempty"`  // that was written
	Start   time.Time `json:"start,omitzero"`
	End     time.Time `json:"end,omitzero"`
}

// Settled are the settings that a person's mail can change.
type Settled struct {
	Zone        string        `json:"zone"`
	ZoneKnown   bool          `json:"zone_known"`
	Locale      string        `json:"locale"`
	Hours       Hours         `json:"hours"`
	Status      PersonStatus  `json:"status"`
	PausedUntil time.Time     `json:"paused_until,omitzero"`
	Journal     JournalRhythm `json:"journal"`
	Calendar    string        `json:"calendar,omitempty"`
}

func settled(p Person) *Settled {
	return &Settled{p.Zone, p.ZoneKnown, p.Locale, p.Hours, p.Status, p.PausedUntil, p.Journal, p.Calendar}
}

// LastClosed is the action that the person's last request has closed, if any:
// UNDO opens it again.
func (p Person) LastClosed() ID {
	if p.Last == nil {
		return ""
	}
	return p.Last.Action
}

// remember keeps what UNDO would take back: the last request of this mail.
func (d *decision) remember(last LastRequest) {
	if d.in == nil {
		return
	}
	last.At = d.at
	p := d.Person
	if p.Last != nil && p.Last.At.Equal(d.at) && p.Last.Settings != nil && last.Settings != nil {
		return // the first of several settings knows how all of them were
	}
	p.Last = &last
	d.keepPerson(p)
}

// undo takes back the writer's last request, within the hour.
func (d *decision) undo() {
	p := d.Person
	last := p.Last
	if last == nil || d.at.Sub(last.At) > undoWithin || d.at.Before(last.At) {
		d.line(Line{Code: "undo-nothing"})
		return
	}
	p.Last = nil
	if was := last.Settings; was != nil {
		p.Zone, p.ZoneKnown, p.Locale, p.Hours = was.Zone, was.ZoneKnown, was.Locale, was.Hours
		p.Status, p.PausedUntil, p.Journal = was.Status, was.PausedUntil, was.Journal
		p.Calendar = was.Calendar
		d.keepPerson(p)
		d.line(Line{Code: "undone"})
		d.nextNudge(p)
		return
	}
	d.keepPerson(p)
	if d.reopen(last.Action) {
		return
	}
	if last.Entry != "" {
		d.out.DropEntries = append(d.out.DropEntries, EntryDay{Person: p.ID, Entry: last.Entry})
		d.line(Line{Code: "undone"})
		return
	}
	s, ok := d.session(last.Session)
	if !ok || !d.undoSession(*last, s) {
		d.line(Line{Code: "undo-nothing"})
	}
}

// undoSession takes back what was done to a session, where that is still as
// it was left. What the partner has been told already is told to be undone.
func (d *decision) undoSession(last LastRequest, s Session) bool {
	switch {
	case last.Act == "proposed" && s.Status == SessionProposed:
		if _, mine := s.bid(d.Person.ID); !mine {
			return false
		}
		s = s.withoutBid(d.Person.ID)
		d.keepSession(s)
		l := d.sessionLetter(LetterReceipt, d.partner(), s)
		l.Facts.Lines = []Line{{Code: "proposal-withdrawn"}}
		d.post(l)
		d.line(Line{Code: "undone"})
		d.reoffer(s, "", nil, nil, nil)
	case last.Act == "move-asked" && s.Status == SessionMoving:
		if _, mine := s.bid(d.Person.ID); !mine {
			return false
		}
		d.line(Line{Code: "undone"})
		d.withdrawMove(s)
	case last.Act == "booked" && s.Booked() && s.Start.Equal(last.Start) && s.Start.After(d.at):
		d.line(Line{Code: "undone"})
		if s.Agreed(d.Pair) {
			d.cancel(Request{Type: Cancel}, s) // the notice rule holds for it as for any
		} else {
			d.callOff(s, Change{}, false)
		}
	case last.Act == "cancelled" && s.Status == SessionCancelled && last.Start.After(d.now):
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

// export sends everything that is held about the writer.
func (d *decision) export() {
	l := d.letter(LetterExport, d.Person, Ref{RefPerson, d.Person.ID})
	l.Attach = []string{AttachEverything}
	d.post(l)
}

// forgetConfirmed marks the second of the two mails that forgetting takes.
const forgetConfirmed = "confirmed"

// forget asks once more, and then lets nothing of the writer be left.
func (d *decision) forget(q Request) {
	if q.Value != forgetConfirmed {
		l := d.letter(LetterConfirm, d.Person, Ref{RefPerson, d.Person.ID})
		l.Purpose = AboutNothing
		l.Choices = []Choice{{Label: "1", Requests: []Request{{Type: Forget, Value: forgetConfirmed}}}}
		l.HeldFrom = d.at
		l.Facts.Reason = "forget"
		d.post(l)
		return
	}
	d.forgetNow()
}

// ForgetPerson lets nothing of a person be left, as the coordinator decides.
func (c Case) ForgetPerson(seed string, now time.Time) Outcome {
	d := newDecision(c, seed, now)
	d.forgetNow()
	return d.out
}

func (d *decision) forgetNow() {
	p := d.Person
	p.Status, p.Last = PersonLeft, nil
	d.keepPerson(p)
	l := d.letter(LetterGoodbye, p, Ref{RefPerson, p.ID})
	l.Facts.Reason = "forgotten"
	d.out.Letters = append(d.out.Letters, l) // the last one, whatever they had stopped
	for _, pair := range d.LivePairs {
		d.timer(Timer{
			Key: string(pair) + "/" + string(TimerErase), Kind: TimerErase, Due: d.now, Pair: pair, Person: p.ID,
		})
	}
	d.eraseLater(p, 0)
}

// eraseLater sets the erasure, which waits until the last letters are out.
func (d *decision) eraseLater(p Person, count int) {
	const again = 15 * time.Minute
	d.timer(Timer{
		Key:  string(p.ID) + "/" + string(TimerErase) + "/" + d.now.Format(time.RFC3339),
		Kind: TimerErase, Due: d.now.Add(again), Person: p.ID, Count: count,
	})
}

// erase ends the pairs of somebody who is forgotten, and then erases them.
func (d *decision) erase(t Timer) {
	const patience = 4 * 24 * 4 // four days of quarter hours: undeliverable by then
	switch {
	case d.Person.ID == "" || d.Person.Status != PersonLeft:
	case t.Pair != "":
		d.endPair() // and its goodbye tells the partner
	case d.Unsent > 0 && t.Count < patience:
		d.eraseLater(d.Person, t.Count+1)
	default:
		d.out.Erase = d.Person.ID
	}
}
