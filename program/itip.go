package program

import "strings"

// answerCalendar decides what follows from an iTIP message (RFC 5546). A
// button and the same answer in words are the same event; no thank-you mail
// answers a button.
func (d *decision) answerCalendar(cal CalendarPart) Outcome {
	s, ok := d.byUID(cal.UID)
	switch {
	case !ok && cal.Method == "REQUEST" && d.in.Proof != ProofNone && d.Person.Owns(d.in.From) && d.Pair.ID != "" && cal.Start.After(d.now):
		return d.ownInvitation(cal)
	case !ok:
		return d.aside("calendar answer to an unknown UID", true)
	}
	about := Ref{RefSession, s.ID}
	switch {
	case cal.Attendee != "" && d.partner().Owns(cal.Attendee):
		return d.aside("calendar answer in the partner's name by the other's address", true)
	case d.in.Proof == ProofNone:
		return d.askRegisteredCalendar(cal, about)
	case cal.Attendee != "" && !d.Person.Owns(cal.Attendee):
		return d.foreign(cal, about)
	}
	switch cal.Method {
	case "REPLY":
		return d.replied(cal, s)
	case "COUNTER":
		return d.countered(cal, s)
	case "REFRESH":
		return d.refreshed(s)
	case "REQUEST", "ADD", "CANCEL", "DECLINECOUNTER", "PUBLISH": // RFC 5546 §1.4
		return d.aside("calendar method "+cal.Method+" is the organizer's", true)
	}
	return d.aside("calendar method "+cal.Method+" is unknown", true)
}

// ownInvitation takes an invitation of the writer's own calendar for what it
// mostly is, a proposal, and asks whether it is one. The entry itself is not
// accepted: a session has one organizer.
func (d *decision) ownInvitation(cal CalendarPart) Outcome {
	proposal := When{Start: cal.Start, Grain: GrainMinute}
	choice := Choice{
		Label: "1", Start: cal.Start, End: cal.Start.Add(d.Pair.Length),
		Requests: []Request{{Type: Propose, Times: []When{proposal}}},
	}
	about := d.in.About
	l := d.letter(LetterChoices, d.Person, about)
	if s, ok := d.current(about); ok {
		l = d.sessionLetter(LetterChoices, d.Person, s)
	}
	l.Purpose, l.HeldFrom = AboutOffer, d.at
	l.Choices = []Choice{choice}
	l.Facts.Reason, l.Facts.Choices = "own-invitation", l.Choices
	d.post(l)
	return d.recorded(ResultAsked, "an invitation of the writer's own calendar", about)
}

// foreign decides about the answer of somebody who is not the invited person:
// a delegate is kept out, any other address is asked about.
func (d *decision) foreign(cal CalendarPart, about Ref) Outcome {
	if cal.DelegatedFrom == "" {
		return d.askAlias(cal, about, cal.Attendee)
	}
	// RFC 5546 §4.2.5: the last one of the chain answers.
	s, _ := d.session(about.ID)
	d.putRight(s, Line{Code: "not-delegable", Start: s.Start})
	return d.recorded(ResultStored, "calendar: "+cal.Attendee+" answers for "+cal.DelegatedFrom+"; a session is not delegated", about)
}

func (d *decision) byUID(uid string) (Session, bool) {
	for _, s := range d.Sessions {
		if s.UID == uid {
			return s, true
		}
	}
	return Session{}, false
}

// asWords is what a calendar answer means in words.
func asWords(cal CalendarPart) []Request {
	switch {
	case cal.Method == "COUNTER" && !cal.Start.IsZero():
		return []Request{{Type: Move, Counter: true, Times: []When{{Start: cal.Start, End: cal.End, Grain: GrainMinute, Bounded: true}}}}
	case cal.PartStat == Accepted:
		return []Request{{Type: Accept}}
	case cal.PartStat == Declined:
		return []Request{{Type: Cancel}}
	}
	return nil
}

// askRegisteredCalendar treats an unproven button like unproven words.
func (d *decision) askRegisteredCalendar(cal CalendarPart, about Ref) Outcome {
	if requests := asWords(cal); len(requests) > 0 && d.Person.Status != PersonLeft {
		if d.confirming() {
			return d.aside(confirmAwaited, true)
		}
		d.postHeld("unproven", about, requests, "")
		d.out.Record.Quarantine = true
		return d.recorded(ResultAsked, "not proven: the registered address is asked", about)
	}
	return d.aside("not proven", true)
}

// heldAddress marks the question whether an address is the reader's. Its
// answer is kept as an alias.
const heldAddress = "address"

// ConfirmsAddress reports whether the letter asks its reader if the address
// in Facts.Words is theirs.
func (l Letter) ConfirmsAddress() bool {
	return l.Kind == LetterConfirm && l.Facts.Reason == heldAddress
}

// askAlias asks the registered address whether the answer of another address
// is theirs: people answer from another account, and invitations are forwarded.
func (d *decision) askAlias(cal CalendarPart, about Ref, address string) Outcome {
	requests := asWords(cal)
	if len(requests) == 0 {
		return d.aside("calendar answer of "+address+", who is not invited", true)
	}
	if d.confirming() {
		return d.aside(confirmAwaited, true)
	}
	d.postHeld(heldAddress, about, requests, address)
	return d.recorded(ResultAsked, "answer of an address that is not registered: "+address, about)
}

// postHeld asks for a confirmation by the registered address.
func (d *decision) postHeld(reason string, about Ref, requests []Request, words string) {
	l := d.letter(LetterConfirm, d.Person, about)
	if s, ok := d.session(about.ID); ok {
		l = d.sessionLetter(LetterConfirm, d.Person, s)
	}
	l.InReplyTo, l.References = "", nil
	l.Purpose = AboutNothing
	l.Choices = []Choice{{Label: "1", Requests: requests}}
	l.HeldFrom = d.at
	l.Facts.Reason, l.Facts.Words = reason, words
	d.post(l)
}

// fromElsewhere reports whether an answer comes from an account that is not
// known as its attendee's. Calendars answer from whatever account they were set
// up with, and invitations are forwarded: what reaches the sealed address so may
// be the attendee's or that of anybody who has seen their invitation. A yes does
// no harm; what takes the booked time away, or asks the partner for another
// one, has to be theirs.
func (d *decision) fromElsewhere() bool { return !d.Person.Owns(d.in.From) }

// stale reports whether a reply answers an earlier version of the invitation.
func stale(cal CalendarPart, s Session) bool {
	if cal.Sequence != nil {
		return *cal.Sequence < s.Sequence
	}
	about := cal.Start
	if cal.Method == "COUNTER" {
		about = cal.Original
	}
	return !about.IsZero() && !about.Equal(s.Start)
}

// replied takes a REPLY. Of several the one with the latest DTSTAMP counts
// (RFC 5546 §2.1.5).
func (d *decision) replied(cal CalendarPart, s Session) Outcome {
	about := Ref{RefSession, s.ID}
	known := s.Answers[d.Person.ID]
	switch {
	case !s.Booked():
		d.putRight(s, closedLine(s))
		return d.recorded(ResultStored, "calendar answer to a session that is "+string(s.Status), about)
	case stale(cal, s):
		d.putRight(s, Line{Code: "stale", Start: s.Start, End: s.End})
		return d.recorded(ResultStored, "calendar answer to an earlier version", about)
	case known.Sequence == s.Sequence && !cal.Stamp.IsZero() && cal.Stamp.Before(known.Stamp):
		if cal.PartStat == Declined {
			// The clocks of two devices may differ: whoever means it must know.
			d.putRight(s, Line{Code: "older-answer", Start: s.Start, End: s.End})
		}
		return d.recorded(ResultStored, "older than the answer already known", about)
	case !s.Start.After(d.at):
		d.line(Line{Code: "past", Start: s.Start})
		return d.recorded(ResultStored, "calendar answer after the start", about)
	}
	switch cal.PartStat {
	case Accepted, Tentative:
		answer := Answer{PartStat: cal.PartStat, Sequence: s.Sequence, Stamp: cal.Stamp}
		if cal.PartStat == Tentative && known.PartStat == Accepted {
			// TENTATIVE changes nothing: an agreed session stays agreed.
			answer.PartStat, answer.Sequence = Accepted, known.Sequence
		}
		d.keepSession(s.withAnswer(d.Person.ID, answer))
		if cal.PartStat == Tentative && !d.fromElsewhere() {
			d.noteBeside(cal)
		}
		return d.recorded(ResultActed, "calendar: "+string(cal.PartStat), about)
	case Declined:
		if d.fromElsewhere() {
			return d.askAlias(cal, about, d.in.From)
		}
		d.cancel(Request{Type: Cancel}, s)
		d.noteBeside(cal)
		return d.recorded(ResultActed, "calendar: DECLINED", about)
	case Delegated:
		d.putRight(s, Line{Code: "not-delegable", Start: s.Start})
		return d.recorded(ResultStored, "calendar: delegated to "+cal.DelegatedTo+", which a session is not", about)
	}
	return d.recorded(ResultStored, "calendar: "+string(cal.PartStat), about)
}

// noteBeside tells the writer that what they wrote beside a button (COMMENT,
// RFC 5545 §3.8.1.4) was not acted on, and how it would be. A calendar writes
// nothing there by itself.
func (d *decision) noteBeside(cal CalendarPart) {
	if note := strings.Join(strings.Fields(cal.Comment), " "); note != "" {
		d.line(Line{Code: "note-beside", Value: brief(note)})
	}
}

// brief is the beginning of a text, for a line of a receipt.
func brief(text string) string {
	const most = 120
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return text
}

// countered takes a COUNTER as a request to move. It may refer to the version
// that the sender has; one that proposes the present time proposes nothing.
func (d *decision) countered(cal CalendarPart, s Session) Outcome {
	about := Ref{RefSession, s.ID}
	switch {
	case !s.Booked():
		d.putRight(s, closedLine(s))
		return d.recorded(ResultStored, "COUNTER to a session that is "+string(s.Status), about)
	case cal.Start.IsZero() || cal.Start.Equal(s.Start) && (cal.End.IsZero() || cal.End.Equal(s.End)):
		return d.recorded(ResultStored, "COUNTER without another time", about)
	case stale(cal, s):
		d.putRight(s, Line{Code: "stale", Start: s.Start, End: s.End})
		return d.recorded(ResultStored, "COUNTER to an earlier version", about)
	case !s.Start.After(d.at):
		d.line(Line{Code: "past", Start: s.Start})
		return d.recorded(ResultStored, "COUNTER after the start", about)
	case cal.Start.Equal(s.Start):
		d.declineCounter(s, "length") // which is the pair's, not the session's
		return d.recorded(ResultActed, "COUNTER to another length", about)
	case !cal.Start.After(d.now):
		d.declineCounter(s, "past")
		return d.recorded(ResultActed, "COUNTER to a time that has passed", about)
	case d.fromElsewhere():
		return d.askAlias(cal, about, d.in.From)
	}
	end := cal.End
	if !end.After(cal.Start) {
		end = cal.Start.Add(s.End.Sub(s.Start))
	}
	slot := Slot{Label: "A", Start: cal.Start, End: end}
	if hindrance := d.hindrance(slot); hindrance != "" {
		d.declineCounter(s, hindrance)
		return d.recorded(ResultActed, "COUNTER to a time that cannot be booked: "+hindrance, about)
	}
	d.requestMove(s, []Slot{slot}, true)
	return d.recorded(ResultActed, "calendar: COUNTER", about)
}

// putRight tells the writer something that their calendar does not know, with
// the entry as it stands where there is one: it shows another version, or one of
// the two answers that it cannot have.
func (d *decision) putRight(s Session, line Line) {
	d.line(line)
	method := currentMethod(s)
	if method == "" {
		return
	}
	l := d.sessionLetter(LetterReceipt, d.Person, s)
	l.Event = d.event(method, s)
	d.post(l)
}

// currentMethod is the method that tells a session's time as it stands; none
// where it has none, or is over.
func currentMethod(s Session) string {
	switch {
	case s.Booked():
		return "REQUEST"
	case s.Status == SessionCancelled && !s.Start.IsZero():
		return "CANCEL"
	}
	return ""
}

// declineCounter refuses a proposal that the service itself cannot pass on.
func (d *decision) declineCounter(s Session, reason string) {
	l := d.sessionLetter(LetterMoveRefused, d.Person, s)
	l.Facts.Reason, l.Facts.ByReader = reason, true
	l.Facts.Old, l.Facts.OldEnd = s.Start, s.End
	l.Event = d.event("DECLINECOUNTER", s)
	d.post(l)
}

// refreshed answers a REFRESH with the current REQUEST (RFC 5546 §3.2.6).
func (d *decision) refreshed(s Session) Outcome {
	about := Ref{RefSession, s.ID}
	kind, method := LetterUpdate, currentMethod(s)
	switch method {
	case "":
		return d.recorded(ResultStored, "REFRESH of a session that is "+string(s.Status), about)
	case "CANCEL":
		kind = LetterCancel
	}
	l := d.sessionLetter(kind, d.Person, s)
	l.Event = d.event(method, s)
	l.Facts.Reason, l.Facts.ByReader = "refresh", true
	d.post(l)
	return d.recorded(ResultActed, "calendar: REFRESH", about)
}
