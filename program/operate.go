package program

import "time"

// What a coordinator decides from the command line. Each of these is pure and
// harmless to repeat: an outcome that changes nothing has no rows.

// PausePerson stops the nudges to a person until the instant, or until they
// resume where it is zero. Booked sessions stand.
func (c Case) PausePerson(until time.Time, seed string, now time.Time) Outcome {
	d := newDecision(c, seed, now)
	p := d.Person
	if p.Status == PersonLeft || p.Status == PersonPaused && p.PausedUntil.Equal(until) {
		return d.out
	}
	p.Status, p.PausedUntil = PersonPaused, until
	d.keepPerson(p)
	if !until.IsZero() {
		d.timer(Timer{
			Key: string(p.ID) + "/resume/" + string(d.mint.ID()), Kind: TimerResume, Due: until, Person: p.ID,
		})
	}
	return d.out
}

// ResumePerson takes a paused person back, and looks for their next sessions.
func (c Case) ResumePerson(seed string, now time.Time) Outcome {
	d := newDecision(c, seed, now)
	p := d.Person
	if p.Status != PersonPaused {
		return d.out
	}
	p.Status, p.PausedUntil = PersonActive, time.Time{}
	d.keepPerson(p)
	d.startPairs("resume")
	return d.out
}

// EndPerson lets a person go. Their pairs are ended first, one by one.
func (c Case) EndPerson(seed string, now time.Time) Outcome {
	d := newDecision(c, seed, now)
	p := d.Person
	if p.Status == PersonLeft {
		return d.out
	}
	p.Status, p.PausedUntil, p.Calendar = PersonLeft, time.Time{}, ""
	d.keepPerson(p)
	return d.out
}

// PausePair stops the search for a pair's next session. A booked one stands.
func (c Case) PausePair(seed string, now time.Time) Outcome {
	d := newDecision(c, seed, now)
	if d.Pair.Status != PairActive && d.Pair.Status != PairWaiting {
		return d.out
	}
	d.Pair.Status = PairPaused
	d.keepPair()
	for _, s := range d.Sessions {
		if s.Status == SessionProposed {
			d.close(s)
		}
	}
	return d.out
}

// ResumePair takes a paused pair up again and looks for its next session.
func (c Case) ResumePair(seed string, now time.Time) Outcome {
	d := newDecision(c, seed, now)
	if d.Pair.Status != PairPaused {
		return d.out
	}
	d.Pair.Status = PairWaiting // until it is seen that both take part
	d.keepPair()
	d.timer(nextSessionNow(d.Pair, "resume/"+string(d.mint.ID()), now))
	return d.out
}

// EndPair ends a pair: the search for a time stops, and a booked session that
// has not begun is cancelled, so that it leaves both calendars.
func (c Case) EndPair(seed string, now time.Time) Outcome {
	d := newDecision(c, seed, now)
	d.endPair()
	return d.out
}

func (d *decision) endPair() {
	if d.Pair.ID == "" || d.Pair.Status == PairEnded {
		return
	}
	began := d.Pair.Status != PairWaiting
	d.Pair.Status = PairEnded
	d.keepPair()
	last := map[ID][]Letter{}
	for _, s := range d.Sessions {
		switch {
		case s.Status == SessionProposed:
			d.close(s)
		case s.Booked() && s.Start.After(d.now):
			d.endBooked(s, last)
		}
	}
	for _, to := range []Person{d.Mentor, d.Mentee} {
		if began && to.Status != PersonLeft {
			last[to.ID] = append(last[to.ID], d.endGoodbye(to))
		}
		if len(last[to.ID]) > 0 {
			d.post(join(last[to.ID]))
		}
	}
}

// endGoodbye thanks one of the two at the end of their program.
func (d *decision) endGoodbye(to Person) Letter {
	l := d.letter(LetterGoodbye, to, Ref{RefPair, d.Pair.ID})
	l.Purpose = AboutNothing // unlike a STOP, it is not answered with JOIN
	l.Facts.Reason = "ended"
	return l
}

// WaiveLate is a coordinator's word that a person's late change does not count
// against them. A move that the strict policy refused is put to the partner
// after all, where its session and a time of it are still ahead.
func (c Case) WaiveLate(change ID, seed string, now time.Time) Outcome {
	d := newDecision(c, seed, now)
	for _, row := range d.Changes {
		if row.ID != change || row.Person != d.Person.ID || !row.Late || row.Waived {
			continue
		}
		row.Waived = true
		s, _ := d.session(row.Session)
		slots := upcoming(row.Slots, now)
		_, asked := s.bid(d.Person.ID)
		if row.Outcome == ChangeRefused && d.Settings.Strict && s.Booked() && s.Start.After(now) && len(slots) > 0 && !asked && s.Start.Equal(row.SessionStart) {
			row.Outcome, row.Slots = ChangePending, slots
			s = s.withBid(Bid{By: d.Person.ID, Slots: slots, At: row.ReceivedAt, Zone: d.Person.Location().String()})
			s.Status, s.Waiting = SessionMoving, d.partner().ID
			s.Round++
			d.keepSession(s)
			d.moveTimers(s)
			d.postMoveRequest(s, d.partner(), row, "")
		}
		d.keepChange(row)
		l := d.sessionLetter(LetterReceipt, d.Person, s)
		l.Facts.Lines = []Line{{Code: "waived-by-coordinator", Start: row.SessionStart}}
		d.post(l)
	}
	return d.out
}

// close ends the search for a time. Whoever answers yet is told so.
func (d *decision) close(s Session) {
	s.Status, s.Bids, s.Waiting = SessionCancelled, nil, ""
	s.Round++
	d.keepSession(s)
}

// endBooked cancels a booked session for a reason that is nobody's, and adds
// what tells both to their last letters.
func (d *decision) endBooked(s Session, last map[ID][]Letter) {
	d.settlePending(s)
	s.Sequence++
	d.close(s)
	s, _ = d.session(s.ID)
	for _, to := range []Person{d.Mentor, d.Mentee} {
		l := d.sessionLetter(LetterCancel, to, s)
		l.Event = d.event("CANCEL", s)
		l.Facts.Reason = "ended"
		l.Facts.Partner = "" // it was not the partner who cancelled
		last[to.ID] = append(last[to.ID], l)
	}
}

// nextSessionNow has a pair looked at at once: where both take part, the
// search for a time begins.
func nextSessionNow(pair Pair, why string, now time.Time) Timer {
	return Timer{
		Key: string(pair.ID) + "/" + why, Kind: TimerNextSession, Due: now, Pair: pair.ID, Person: pair.Mentee,
	}
}
