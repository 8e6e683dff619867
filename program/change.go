package program

import (
	"slices"
	"time"
)

// change begins a row of the notice ledger for the writer's request.
func (d *decision) change(kind ChangeKind, s Session) Change {
	notice := d.Settings.CheckNotice(s.Start, d.at)
	return Change{
		ID: d.mint.ID(), Session: s.ID, Pair: s.Pair, Person: d.Person.ID, Kind: kind,
		ReceivedAt: d.at, SessionStart: s.Start, Notice: notice.Given, Late: notice.Late,
		Outcome: ChangePending, Emergency: d.emergency(),
	}
}

// emergency reports whether the mail marks its change as one.
func (d *decision) emergency() bool {
	for _, q := range d.in.Requests {
		if q.Type == Emergency {
			return true
		}
	}
	return false
}

// move asks for another time of a booked session.
func (d *decision) move(q Request, s Session) {
	if !s.Booked() {
		d.propose(q, s)
		return
	}
	if d.begun(s) {
		return
	}
	slots, not := d.proposed(q, s.End.Sub(s.Start), slices.Concat(d.shown(), d.Elsewhere))
	switch {
	case len(slots) == 0 && len(not) > 0 && q.Counter:
		d.declineCounter(s, d.hindrance(not[0]))
		return
	case len(slots) == 0 && len(not) > 0:
		d.hindered(s, not...)
		return
	case len(slots) == 0 && q.Counter:
		d.declineCounter(s, "past")
		return
	case len(slots) == 0:
		d.offerMove(q, s)
		return
	}
	d.lineEach(not)
	d.requestMove(s, slots, q.Counter)
}

// begun tells the writer that a session which has started cannot be changed,
// not even by a late yes to what an earlier mail had asked for.
func (d *decision) begun(s Session) bool {
	if s.Start.After(d.in.At) {
		return false
	}
	d.line(Line{Code: "past", Start: s.Start})
	return true
}

// offerMove finds slots for a move without a time. The old time stands.
func (d *decision) offerMove(q Request, s Session) {
	for _, when := range q.Times {
		if !when.Negated && !when.Start.After(d.now) {
			d.line(Line{Code: "past", Start: when.Start})
			return
		}
	}
	slots := d.searchAhead(d.now.Add(leadTime), d.now).slots(maxOffers)
	d.offer(LetterOffer, "move", s, d.Person, slots)
}

// requestMove asks the partner for consent to a move. Until that comes the
// old time stands, in time or late; a policy may refuse a late one outright.
func (d *decision) requestMove(s Session, slots []Slot, counter bool) {
	partner := d.partner()
	change := d.change(ChangeMove, s)
	change.Slots, change.Counter = slots, counter
	// The rule covers confirmed sessions only, and the one who asked first:
	// another time put to a partner who wants to move is an answer.
	_, asked := d.pending(s.ID, partner.ID)
	answers := asked && d.in.Asked != nil && d.in.Asked.Kind == LetterMoveRequest
	bound := s.Agreed(d.Pair) && !answers
	if !bound {
		change.Late = false
	}
	if theirs, ok := s.bid(partner.ID); ok {
		if slot, crossing := shared(slots, theirs.Slots); crossing {
			change.Outcome = ChangeDone
			d.record(bound, change)
			d.moveTo(s, slot, theirs.Zone)
			return
		}
	}
	mine, asked := s.bid(d.Person.ID)
	switch {
	case partner.Status == PersonLeft:
		d.partnerLeft(s, counter)
		return
	case asked && sameStarts(mine.Slots, slots):
		d.line(Line{Code: "move-pending", Old: s.Start})
		return
	case !s.Start.After(d.now):
		d.overtaken(s, change, bound)
		return
	case change.Late && d.Settings.Strict:
		d.refuseLate(s, change)
		return
	}
	d.supersede(s)
	d.record(bound, change)
	s = s.withBid(Bid{By: d.Person.ID, Slots: slots, At: d.at, Zone: d.Person.Location().String(), Counter: counter})
	s.Status, s.Waiting = SessionMoving, partner.ID
	s.Round++
	d.keepSession(s)
	d.moveTimers(s)
	d.postMoveRequest(s, partner, change, "")
	if change.Late {
		d.postMoveLate(s, change)
	} else {
		for _, slot := range slots {
			d.line(Line{Code: "move-asked", Old: s.Start, Start: slot.Start, End: slot.End})
		}
	}
	d.hintHours(slots)
}

// sameStarts reports whether both lists propose the same times.
func sameStarts(a, b []Slot) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].Start.Equal(b[i].Start) {
			return false
		}
	}
	return true
}

// overtaken ends a request that came before the start and could only be looked
// at after it: nobody was left to ask, so the old time stood.
func (d *decision) overtaken(s Session, c Change, bound bool) {
	c.Outcome = ChangeKept
	d.record(bound, c)
	if c.Counter {
		d.declineCounter(s, "begun")
	}
	d.line(Line{Code: "past", Start: s.Start})
}

// partnerLeft tells the writer that there is nobody to ask any more.
func (d *decision) partnerLeft(s Session, counter bool) {
	if counter {
		d.declineCounter(s, "partner")
	}
	d.line(Line{Code: "partner-left", Start: s.Start})
}

// record keeps a change in the ledger where the rule binds.
func (d *decision) record(bound bool, c Change) {
	if bound {
		d.keepChange(c)
	}
}

// supersede ends the writer's earlier request that still waits: the newer
// one takes its place.
func (d *decision) supersede(s Session) {
	if earlier, ok := d.pending(s.ID, d.Person.ID); ok {
		earlier.Outcome = ChangeKept
		d.keepChange(earlier)
	}
}

// moveTimers chase the partner once where there is time, and end the request
// where nobody answers.
func (d *decision) moveTimers(s Session) {
	if due := d.now.Add(24 * time.Hour); due.Before(s.Start.Add(-24 * time.Hour)) {
		d.chaseLater(s, 24*time.Hour, maxChases)
	}
	d.expiryTimer(s)
}

// expiryTimer ends a request for a move that nobody answers.
func (d *decision) expiryTimer(s Session) {
	due := s.Start.Add(-undecidedAt)
	if due.Before(d.now.Add(decideIn)) {
		due = s.Start
	}
	d.timer(Timer{
		Key: timerKey(s, TimerChangeExpires, 0), Kind: TimerChangeExpires, Due: due,
		Pair: s.Pair, Session: s.ID, Sequence: s.Sequence, Round: s.Round,
	})
}

func (d *decision) postMoveRequest(s Session, to Person, c Change, reason string) {
	l := d.sessionLetter(LetterMoveRequest, to, s)
	l.Purpose, l.Offered = AboutOffer, c.Slots
	l.Facts.Old, l.Facts.OldEnd = s.Start, s.End
	l.Facts.Slots, l.Facts.Reason, l.Facts.Note = c.Slots, reason, d.note(Move)
	l.Facts.Given = c.Notice
	if c.Late {
		l.Facts.Short = d.Settings.Notice - c.Notice
	}
	d.post(l)
}

// postMoveLate tells the requester the exact shortfall.
func (d *decision) postMoveLate(s Session, c Change) {
	l := d.sessionLetter(LetterMoveLate, d.Person, s)
	l.Facts.Old, l.Facts.OldEnd = s.Start, s.End
	l.Facts.Slots, l.Facts.ByReader = c.Slots, true
	l.Facts.Given, l.Facts.Short = c.Notice, d.Settings.Notice-c.Notice
	d.post(l)
}

// refuseLate is the strict policy.
func (d *decision) refuseLate(s Session, c Change) {
	c.Outcome = ChangeRefused
	d.keepChange(c)
	l := d.sessionLetter(LetterMoveRefused, d.Person, s)
	l.Facts.Reason, l.Facts.Slots, l.Facts.ByReader = "strict", c.Slots, true
	l.Facts.Old, l.Facts.OldEnd = s.Start, s.End
	l.Facts.Given, l.Facts.Short = c.Notice, d.Settings.Notice-c.Notice
	if c.Counter {
		l.Event = d.event("DECLINECOUNTER", s)
	}
	d.post(l)
}

// moveTo gives a booked session the time that both have agreed to.
func (d *decision) moveTo(s Session, slot Slot, zone string) {
	_, mine := d.pending(s.ID, d.Person.ID)
	_, theirs := d.pending(s.ID, d.partner().ID)
	both := mine && theirs // then the other's request has come to nothing
	for _, c := range d.Changes {
		if c.Session == s.ID && c.Outcome == ChangePending {
			c.Outcome = ChangeKept
			if _, meant := shared(c.Slots, []Slot{slot}); meant || !both {
				c.Outcome = ChangeDone
			}
			d.keepChange(c)
		}
	}
	d.book(s, slot, zone, "moved", d.Person.ID, d.partner().ID)
}

// refuseMove keeps the old time against the partner's request.
func (d *decision) refuseMove(s Session) {
	partner := d.partner()
	bid, _ := s.bid(partner.ID)
	l := d.sessionLetter(LetterMoveRefused, partner, s)
	l.Facts.Reason, l.Facts.Slots = "partner", bid.Slots
	l.Facts.Old, l.Facts.OldEnd = s.Start, s.End
	if c, ok := d.pending(s.ID, partner.ID); ok {
		c.Outcome = ChangeRefused
		d.keepChange(c)
	}
	if bid.Counter {
		l.Event = d.event("DECLINECOUNTER", s)
	}
	d.post(l)
	d.endMove(s, partner.ID)
	d.line(Line{Code: "move-kept-by-you", Start: s.Start, End: s.End})
}

// withdrawMove takes the writer's own request back: the old time stands.
func (d *decision) withdrawMove(s Session) {
	d.supersede(s)
	d.endMove(s, d.Person.ID)
	d.line(Line{Code: "move-withdrawn", Start: s.Start, End: s.End})
	l := d.sessionLetter(LetterReceipt, d.partner(), s)
	l.Facts.Lines = []Line{{Code: "move-withdrawn-by-partner", Start: s.Start, End: s.End}}
	d.post(l)
}

// markEmergency marks the writer's latest change of the session, where the
// word came in a mail of its own.
func (d *decision) markEmergency(_ Request, s Session) {
	for i := len(d.Changes) - 1; i >= 0; i-- {
		if c := d.Changes[i]; c.Session == s.ID && c.Person == d.Person.ID {
			c.Emergency = true
			d.keepChange(c)
			d.line(Line{Code: "emergency"})
			return
		}
	}
	d.line(Line{Code: "nothing-changed"})
}

// endMove takes a request for a move off the session.
func (d *decision) endMove(s Session, by ID) {
	s = s.withoutBid(by)
	s.Waiting = ""
	if len(s.Bids) == 0 {
		s.Status = SessionConfirmed
	} else {
		s.Waiting = d.Pair.Partner(s.Bids[0].By) // who had asked for another time at once
	}
	s.Round++
	d.keepSession(s)
}

// cancel calls a booked session off, at once whether in time or late, or ends
// the search for a time.
func (d *decision) cancel(_ Request, s Session) {
	if s.Status == SessionProposed {
		d.withdraw(s)
		return
	}
	if !s.Booked() {
		d.line(Line{Code: "no-session"})
		return
	}
	if d.begun(s) {
		return
	}
	bound := s.Agreed(d.Pair)
	change := d.change(ChangeCancel, s)
	change.Outcome = ChangeDone
	change.Late = change.Late && bound
	d.record(bound, change)
	d.callOff(s, change, bound)
	if change.Late {
		d.promptLate()
	}
}

// callOff takes a booked session out of both calendars.
func (d *decision) callOff(s Session, change Change, bound bool) {
	d.settlePending(s)
	s.Status, s.Bids, s.Waiting = SessionCancelled, nil, ""
	s.Sequence++
	s.Round++
	d.keepSession(s)
	d.postCancel(s, change)
	d.lookAgain(s, bound)
}

func (d *decision) postCancel(s Session, c Change) {
	for _, to := range []Person{d.Person, d.partner()} {
		kind, mine := LetterCancel, to.ID == d.Person.ID
		if c.Late && !mine {
			kind = LetterCancelLate
		}
		l := d.sessionLetter(kind, to, s)
		l.Event = d.event("CANCEL", s)
		l.Facts.ByReader = mine
		l.Facts.Given = c.Notice
		if c.Late {
			l.Facts.Short = d.Settings.Notice - c.Notice
		}
		if c.Late && mine {
			l.Facts.Lines = []Line{{Code: "cancelled-late", Start: s.Start, End: s.End, Short: l.Facts.Short, Late: true}}
		}
		d.post(l)
	}
}

// lookAgain sets the search for another time: at once where an offer was
// declined, the next morning where a session was called off.
func (d *decision) lookAgain(s Session, tomorrow bool) {
	due := d.now
	if tomorrow {
		due = nextMorning(d.Mentee, d.now)
	}
	d.timer(Timer{
		Key: timerKey(s, TimerNextSession, 0), Kind: TimerNextSession, Due: due,
		Person: d.Mentee.ID, Pair: s.Pair, Session: s.ID, Sequence: s.Sequence,
	})
}

// nextMorning is nine o'clock of the person's next day.
func nextMorning(p Person, now time.Time) time.Time {
	local := now.In(p.Location())
	return time.Date(local.Year(), local.Month(), local.Day()+1, 9, 0, 0, 0, local.Location())
}

// withdraw ends the search for a time; the next one begins in its turn.
func (d *decision) withdraw(s Session) {
	s.Status, s.Bids, s.Waiting = SessionCancelled, nil, ""
	s.Round++
	d.keepSession(s)
	d.line(Line{Code: "withdrawn"})
	l := d.sessionLetter(LetterReceipt, d.partner(), s)
	l.Facts.Lines = []Line{{Code: "withdrawn-by-partner"}}
	d.post(l)
	d.timer(Timer{
		Key: timerKey(s, TimerNextSession, 0), Kind: TimerNextSession,
		Due:    nextMorning(d.Mentee, d.now.AddDate(0, 0, d.Pair.Cadence.Days()-1)),
		Person: d.Mentee.ID, Pair: s.Pair, Session: s.ID, Sequence: s.Sequence,
	})
}

// promptLate tells the coordinator of a person's third late change in ninety
// days.
func (d *decision) promptLate() {
	const many = 3
	if d.LateChanges+1 == many {
		d.tellCoordinators("late-changes", d.Person)
	}
}

// waive lets the partner's late change pass. Said to a move that still waits
// for consent, it is the consent.
func (d *decision) waive(q Request, s Session) {
	partner := d.partner()
	bid, _ := s.bid(partner.ID)
	if s.Status == SessionMoving && len(bid.Slots) > 0 {
		d.waiveChange(s, partner)
		if !d.alsoAccepts() {
			d.accept(Request{Type: Accept, Option: q.Option}, s)
		}
		return
	}
	if d.waiveChange(s, partner) {
		d.line(Line{Code: "waived-by-you", Start: s.Start})
		l := d.sessionLetter(LetterReceipt, partner, s)
		l.Facts.Lines = []Line{{Code: "waived", Start: s.Start}}
		d.post(l)
		return
	}
	if s.Booked() {
		d.acceptBooked(s)
		return
	}
	d.line(Line{Code: "nothing-changed"})
}

func (d *decision) alsoAccepts() bool {
	for _, q := range d.in.Requests {
		if q.Type == Accept {
			return true
		}
	}
	return false
}

// waiveChange marks the partner's latest late change of the session.
func (d *decision) waiveChange(s Session, partner Person) bool {
	for i := len(d.Changes) - 1; i >= 0; i-- {
		c := d.Changes[i]
		if c.Session == s.ID && c.Person == partner.ID && c.Late && !c.Waived && c.Outcome != ChangeRefused {
			c.Waived = true
			d.keepChange(c)
			return true
		}
	}
	return false
}
