package program

import (
	"strconv"
	"time"
)

// Due decides what follows when a timer falls due. A timer whose session has
// moved on since it was set does nothing.
func (c Case) Due(t Timer, seed string, now time.Time) Outcome {
	d := newDecision(c, seed, now)
	d.out.Record = Record{Result: ResultActed, Reason: string(t.Kind), Session: t.Session}
	if t.Joins() {
		d.dueTogether(t)
	} else {
		d.dueAlone(t)
	}
	return d.out
}

func (d *decision) dueAlone(t Timer) {
	switch t.Kind {
	case TimerInvitation:
		d.invite(t)
	case TimerResume:
		d.resume()
	case TimerNextSession:
		d.nextSession()
	case TimerJournal:
		d.nudge(t)
	case TimerErase:
		d.erase(t)
	case TimerDigest:
		d.digest()
	case TimerStalled:
		d.stalled()
	case TimerPlace:
		d.placeChanged(t)
	case TimerEnd:
		d.endOfPeriod()
	case TimerKickOff:
		if t.Count > 0 {
			d.chaseKickOff(t)
			return
		}
		d.kickOff()
	case TimerCheckIn:
		d.checkIn(t)
	case TimerFeedback:
		if !d.postponed(t) {
			d.askFeedback(t)
		}
	default:
		if s, ok := d.session(t.Session); ok {
			d.dueInSession(t, s)
		}
	}
}

func (d *decision) dueInSession(t Timer, s Session) {
	switch t.Kind {
	case TimerChase:
		if s.Round == t.Round && s.Open() {
			d.chase(t, s)
		}
	case TimerChangeExpires:
		if s.Status == SessionMoving && s.Sequence == t.Sequence {
			d.expireMove(s)
		}
	case TimerAgendaRequest:
		if s.Booked() && s.Sequence == t.Sequence {
			d.askAgenda(t, s)
		}
	case TimerAgenda:
		if s.Booked() && s.Sequence == t.Sequence {
			d.sendAgenda(s)
		}
	case TimerClockShift:
		if s.Booked() && s.Sequence == t.Sequence {
			d.tellShift(s)
		}
	case TimerFreeUntil, TimerReminder, TimerTookPlace:
		if s.Booked() && s.Sequence == t.Sequence {
			d.aroundSession(t, s)
		}
	}
}

// aroundSession sends what falls due around a booked session, to both or to
// the person of the timer. What comes too late to be of use, as after a
// downtime, is left out.
func (d *decision) aroundSession(t Timer, s Session) {
	kind, purpose := LetterReminder, AboutSession
	switch t.Kind {
	case TimerFreeUntil:
		kind = LetterFreeUntil
		if !d.now.Before(s.Start.Add(-d.Settings.Notice)) {
			return
		}
	case TimerReminder:
		if !d.now.Before(s.Start) {
			return
		}
	case TimerTookPlace:
		kind, purpose = LetterTookPlace, AboutTookPlace
		d.lookOnward(s)
	}
	for _, to := range []Person{d.Mentor, d.Mentee} {
		if t.Person != "" && t.Person != to.ID {
			continue
		}
		l := d.sessionLetter(kind, to, s)
		l.Purpose = purpose
		if kind == LetterFreeUntil && !d.hold(&to, &l).Before(l.Facts.Deadline) {
			continue
		}
		d.post(l)
	}
}

// lookOnward begins the search for the next session three days after one,
// whether or not anybody says that it was held.
func (d *decision) lookOnward(s Session) {
	d.timer(Timer{
		Key: timerKey(s, TimerNextSession, 1), Kind: TimerNextSession,
		Due:    nextMorning(d.Mentee, d.now.AddDate(0, 0, 2)),
		Person: d.Mentee.ID, Pair: s.Pair, Session: s.ID, Sequence: s.Sequence,
	})
}

// chase repeats a question that nobody has answered: after three days, then
// after four more, and then the coordinator is told. Never more than twice.
func (d *decision) chase(t Timer, s Session) {
	to := d.person(s.Waiting)
	if to.ID == "" {
		return
	}
	if !s.Booked() && to.reachable(d.now).After(d.now) {
		s.Round++ // the timer that comes back is a new one
		d.keepSession(s)
		d.chaseLater(s, to.reachable(d.now).Sub(d.now), t.Count)
		return
	}
	if t.Count > maxChases {
		d.tellCoordinators("no-answer", to, d.person(d.Pair.Partner(to.ID)).named())
		return
	}
	if s.Booked() {
		d.chaseMove(s, to)
		return
	}
	if bid, ok := s.bid(d.Pair.Partner(to.ID)); ok {
		if slots := upcoming(bid.Slots, d.now); len(slots) > 0 {
			d.postProposal(s, to, slots, "chase")
			d.chaseAgain(t, s)
			return
		}
		s = s.withoutBid(bid.By)
	}
	slots := d.searchAhead(d.now.Add(leadTime), d.now).slots(maxOffers)
	d.keepSession(s)
	l := d.sessionLetter(LetterAskTimes, to, s)
	l.Purpose, l.Offered = AboutOffer, slots
	l.Facts.Slots, l.Facts.Reason = slots, "chase"
	d.post(l)
	d.chaseAgain(t, s)
}

// reachable is when a question can reach somebody who is paused or away: now,
// or the end of it; a pause without an end is looked at every day.
func (p Person) reachable(now time.Time) time.Time {
	const soon = time.Hour // after a pause has ended
	at := now
	if p.Status == PersonPaused {
		at = now.AddDate(0, 0, 1)
		if p.PausedUntil.After(now) {
			at = p.PausedUntil.Add(soon)
		}
	}
	if until := p.awayUntil(at); !until.IsZero() {
		at = until.Add(soon)
	}
	return at
}

func (d *decision) chaseAgain(t Timer, s Session) {
	d.keepSession(s)
	d.chaseLater(s, chaseAfter(t.Count), t.Count+1)
}

// chaseAfter is how long the nth chase may stay unanswered: until the next, or
// until the coordinator is told.
func chaseAfter(n int) time.Duration {
	if n == maxChases {
		return chaseGiveUp
	}
	return chaseSecond
}

func (d *decision) chaseMove(s Session, to Person) {
	by := d.Pair.Partner(to.ID)
	bid, ok := s.bid(by)
	slots := upcoming(bid.Slots, d.now)
	if !ok || len(slots) == 0 || !d.now.Before(s.Start) {
		return
	}
	c, _ := d.pending(s.ID, by)
	c.Slots = slots
	d.postMoveRequest(s, to, c, "chase")
}

func upcoming(slots []Slot, now time.Time) []Slot {
	var kept []Slot
	for _, slot := range slots {
		if slot.Start.After(now) {
			kept = append(kept, slot)
		}
	}
	return kept
}

// expireMove ends a move to which nobody has said anything: silence keeps the
// old time, and both are told.
func (d *decision) expireMove(s Session) {
	d.settlePending(s)
	bids := s.Bids
	s.Status, s.Bids, s.Waiting = SessionConfirmed, nil, ""
	s.Round++
	d.keepSession(s)
	if len(bids) == 0 || !d.now.Before(s.Start) {
		return
	}
	for _, to := range []Person{d.Mentor, d.Mentee} {
		l := d.sessionLetter(LetterNoAnswer, to, s)
		l.Facts.Old, l.Facts.OldEnd = s.Start, s.End
		l.Facts.Slots, l.Facts.ByReader = bids[0].Slots, bids[0].By == to.ID
		for _, bid := range bids {
			if bid.By == to.ID && bid.Counter {
				l.Event = d.event("DECLINECOUNTER", s)
			}
		}
		d.post(l)
	}
}

// invite asks a new person whether they join. It is asked twice more; after
// that the coordinator is told.
func (d *decision) invite(t Timer) {
	if d.Person.Status != PersonInvited {
		return
	}
	if t.Count > maxChases {
		d.tellCoordinators("no-answer", d.Person)
		return
	}
	l := d.letter(LetterInvitation, d.Person, Ref{RefPerson, d.Person.ID})
	l.Purpose = AboutInvitation
	if !d.Person.ZoneKnown {
		l.Facts.Asks = append(l.Facts.Asks, "zone")
	}
	if t.Count > 0 {
		l.Facts.Reason = "chase"
	}
	d.post(l)
	after := []time.Duration{chaseFirst, chaseSecond, chaseGiveUp}[t.Count]
	t.Count++
	t.Kind, t.Key, t.Due = TimerInvitation, invitationTimerKey(d.Person.ID, t.Count), d.now.Add(after)
	d.timer(t)
}

// invitationTimerKey names the timer of a person's invitation or its nth chase.
func invitationTimerKey(person ID, count int) string {
	return string(person) + "/" + string(TimerInvitation) + "/" + strconv.Itoa(count)
}

// resume ends a pause whose date has come.
func (d *decision) resume() {
	p := d.Person
	if p.Status != PersonPaused || p.PausedUntil.IsZero() || p.PausedUntil.After(d.now) {
		return
	}
	p.Status, p.PausedUntil = PersonActive, time.Time{}
	d.keepPerson(p)
	d.startPairs("resume")
}

// nextSession begins the search for a pair's next time, where both take part
// and none is under way.
func (d *decision) nextSession() {
	if d.Pair.ID != "" && (d.Mentor.Status == PersonLeft || d.Mentee.Status == PersonLeft) {
		d.partWays()
		return
	}
	if d.Pair.Status == PairActive && (d.Mentor.Status == PersonInvited || d.Mentee.Status == PersonInvited) {
		d.wait()
		return
	}
	if d.Pair.ID == "" || d.Mentor.Status != PersonActive || d.Mentee.Status != PersonActive {
		return
	}
	begins := d.Pair.Status == PairWaiting
	switch d.Pair.Status {
	case PairWaiting:
		d.Pair.Status = PairActive
		d.keepPair()
		d.stalledTimer(later(d.now, d.Pair.begins(d.Mentee.Location())), "first")
	case PairActive:
	default:
		return
	}
	d.kickOffTimer()
	for _, t := range d.Pair.periodTimers(d.Mentee, d.now) {
		d.timer(t)
	}
	if d.early() {
		return
	}
	var last Session
	for _, s := range d.Sessions {
		if s.Status == SessionProposed || s.Booked() && s.End.After(d.now) {
			return
		}
		last = s
	}
	reason := ""
	from := d.now.Add(leadTime)
	if !last.Start.IsZero() && last.Status != SessionCancelled {
		if onward := last.Start.AddDate(0, 0, d.Pair.Cadence.Days()-2); onward.After(from) {
			from = onward
		}
	} else if last.Status == SessionCancelled {
		reason = "cancelled"
	}
	if d.beyond(from) {
		return
	}
	if until := d.Mentee.awayUntil(d.now); !until.IsZero() {
		d.nextSessionAfter(until)
		return
	}
	slots, skips := d.nextSlots(last, from)
	s := d.newSession()
	d.offer(LetterAskTimes, reason, s, d.Mentee, slots, skipLines(skips, d.Mentee.ID)...)
	if len(slots) == 0 {
		d.tellNoOverlap(s, begins)
	}
}

// wait has a pair wait again until both have joined: one has taken that back.
func (d *decision) wait() {
	d.Pair.Status = PairWaiting
	d.keepPair()
	for _, s := range d.Sessions {
		if s.Status == SessionProposed {
			d.close(s)
		}
	}
}

// nextSessionAfter puts off the question for a next time until the mentee, whom
// it goes to, is back.
func (d *decision) nextSessionAfter(until time.Time) {
	due := nextMorning(d.Mentee, until.Add(-time.Second))
	d.timer(Timer{
		Key:  string(d.Pair.ID) + "/" + string(TimerNextSession) + "/back/" + due.Format(time.DateOnly),
		Kind: TimerNextSession, Due: due, Person: d.Mentee.ID, Pair: d.Pair.ID,
	})
}

// tellNoOverlap tells the coordinators, and as the pair begins the mentor too,
// that the hours of the two never meet, and asks for times that would do.
func (d *decision) tellNoOverlap(s Session, begins bool) {
	d.tellCoordinators("no-overlap", Person{}, d.Mentor.named(), d.Mentee.named())
	if begins {
		l := d.sessionLetter(LetterAskTimes, d.Mentor, s)
		l.Purpose, l.Facts.Reason = AboutOffer, "none"
		d.post(l)
	}
}

// partWays ends what a pair was looking for when one of the two has left:
// nobody is asked any more, and a booked time stands. Who stays is told.
func (d *decision) partWays() {
	for _, s := range d.Sessions {
		switch {
		case s.Status == SessionProposed:
			d.close(s)
		case s.Status == SessionMoving:
			d.settlePending(s)
			s.Status, s.Bids, s.Waiting = SessionConfirmed, nil, ""
			s.Round++
			d.keepSession(s)
		default:
			continue
		}
		for _, stays := range []Person{d.Mentor, d.Mentee} {
			if stays.Status != PersonLeft {
				l := d.sessionLetter(LetterReceipt, stays, s)
				l.Facts.Lines = []Line{{Code: "partner-left", Start: s.Start}}
				d.post(l)
			}
		}
	}
}

// settlePending ends the requests that still wait on a session, with the old
// time kept.
func (d *decision) settlePending(s Session) {
	for _, c := range d.Changes {
		if c.Session == s.ID && c.Outcome == ChangePending {
			c.Outcome = ChangeKept
			d.keepChange(c)
		}
	}
}

// Undelivered tells the coordinators that a letter was refused for good.
func Undelivered(settings Settings, l Letter, reason string, now time.Time) Outcome {
	d := newDecision(Case{Settings: settings}, "undelivered "+string(l.ID), now)
	d.tellCoordinators("undeliverable", Person{Name: l.Name, Email: l.Address}, reason)
	d.out.Record = Record{Result: ResultCoordinator, Reason: "refused: " + reason, Person: l.To}
	return d.out
}
