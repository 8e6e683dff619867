package program

import (
	"maps"
	"slices"
	"strings"
)

// beyondUndo are the lines about what no UNDO can call back, by what had been
// told: words that somebody else has read.
var beyondUndo = map[string]string{
	"help":              "undo-coordinator",
	"suggestion":        "undo-coordinator",
	"shared-by-partner": "undo-shared",
}

// corrections are the lines that tell the partner what no longer holds of what
// they had been told.
var corrections = map[string]string{
	string(LetterProposal):    "proposal-withdrawn",
	string(LetterMoveRequest): "move-withdrawn-by-partner",
	string(LetterMoveRefused): "answer-withdrawn-by-partner",
	"declined-by-partner":     "answer-withdrawn-by-partner",
	"withdrawn-by-partner":    "resumed-by-partner",
	"waived":                  "waiver-withdrawn-by-partner",
	string(LetterCharter):     "charter-withdrawn-by-partner",
	string(LetterActions):     "actions-withdrawn-by-partner",
	agendaSeen:                "agenda-withdrawn-by-partner",
}

// agendaSeen stands for an agenda that the mentor has had.
const agendaSeen = "agenda-seen"

// confess tells the writer what cannot be called back.
func (d *decision) confess(last LastRequest, reached []Told) {
	said := map[string]bool{}
	for _, told := range reached {
		if code := beyondUndo[told.What]; code != "" && !said[code] {
			said[code] = true
			d.line(Line{Code: code})
		}
	}
	if last.Destroyed {
		d.line(Line{Code: "undo-destroyed"})
	}
}

// correct tells the partner what no longer holds, and asks anew what waits for
// an answer again. It reports whether the partner has been told.
func (d *decision) correct(last LastRequest, reached []Told) bool {
	var about Session
	asks := false
	for _, t := range last.Traces {
		if s, ok := d.session(t.ID); ok {
			about, asks = s, asks || t.Part == "talk" && last.Act == ""
		}
	}
	if d.corrects {
		reached = append(reached, Told{To: d.partner().ID, What: agendaSeen})
	}
	var lines []Line
	for _, told := range reached {
		code := corrections[told.What]
		if told.To != d.partner().ID || code == "" || last.Act != "" && told.What != string(LetterCharter) && told.What != agendaSeen {
			continue // a booked time is taken back by mails of its own
		}
		if !slices.ContainsFunc(lines, func(l Line) bool { return l.Code == code }) {
			lines = append(lines, Line{Code: code, Start: about.Start, End: about.End})
		}
	}
	if len(lines) > 0 {
		d.postCorrection(about, lines)
	}
	if asks {
		d.asksAnew(about)
	}
	return len(lines) > 0
}

// postCorrection sends the partner the lines, with what stands instead.
func (d *decision) postCorrection(s Session, lines []Line) {
	l := d.letter(LetterReceipt, d.partner(), Ref{RefPair, d.Pair.ID})
	if s.ID != "" {
		l = d.sessionLetter(LetterReceipt, d.partner(), s)
	}
	l.Facts.Lines = lines
	for _, line := range lines {
		switch line.Code {
		case corrections[string(LetterCharter)]:
			l.Facts.Note = d.Pair.charterText(d.Pair.Charter.Said, d, longCharter)
		case corrections[string(LetterActions)]:
			l.Facts.Note = strings.Join(actionRows(d.openActions()), "\n")
		case corrections[agendaSeen]:
			l.Facts.Note, l.Event = s.Agenda, d.event("REQUEST", s)
		}
	}
	d.post(l)
}

// asksAnew puts the question again that was open before: to the writer what
// the partner asks or what we can offer, to the partner the earlier proposal.
func (d *decision) asksAnew(s Session) {
	to := d.person(s.Waiting)
	bid, waits := s.bid(d.Pair.Partner(to.ID))
	slots := upcoming(bid.Slots, d.now)
	switch {
	case s.Status == SessionConfirmed && s.Start.After(d.now):
		d.line(Line{Code: "move-withdrawn", Start: s.Start, End: s.End})
	case to.ID == "" || !s.Open():
	case s.Status == SessionMoving:
		change, _ := d.pending(s.ID, bid.By)
		change.Slots = slots
		d.moveTimers(s)
		d.postMoveRequest(s, to, change, "")
	case waits && len(slots) > 0:
		d.chaseLater(s, chaseFirst, 1)
		d.postProposal(s, to, slots, "")
	case to.ID == d.Person.ID:
		d.reoffer(s, "", nil, nil, nil)
	default:
		d.chaseLater(s, chaseFirst, 1) // the partner has the question still
	}
}

// withSettings puts a person's settings back.
func (p Person) withSettings(was Settled) Person {
	p.Zone, p.ZoneKnown, p.Locale, p.Hours = was.Zone, was.ZoneKnown, was.Locale, was.Hours
	p.Status, p.PausedUntil, p.Journal = was.Status, fromMicros(was.PausedUntil), was.Journal
	p.Calendar, p.Holidays, p.Aliases = was.Calendar, was.Holidays, strings.Fields(was.Aliases)
	return p
}

func settled(p Person) Settled {
	return Settled{p.Zone, p.ZoneKnown, p.Locale, p.Hours, p.Status, micros(p.PausedUntil), p.Journal, p.Calendar, strings.Join(p.Aliases, " "), p.Holidays}
}

// keepSettings writes settings that were put back, and has follow from them
// what does: nudges, and whether anything is looked for.
func (d *decision) keepSettings(p Person) {
	took := p.Status != d.Person.Status
	d.keepPerson(p)
	d.nextNudge(p)
	if took {
		d.startPairs("undo")
	}
}

// keepAbsences writes absences that were put back. A question for a time may
// have waited for the end of one.
func (d *decision) keepAbsences(p Person) {
	d.keepPerson(p)
	d.startPairs("undo")
}

// agendaBack gives a session its earlier agenda. Whoever has the later one in
// their calendar entry gets the entry again, under the same SEQUENCE, so that
// no answer is asked for anew (RFC 5546 §2.1.4).
func (d *decision) agendaBack(s Session, was agendaMarks) Session {
	changed, seen := s.Agenda != was.Agenda, s.AgendaState == AgendaSent && !d.recalled(LetterAgenda)
	s.Agenda, s.AgendaState = was.Agenda, was.State
	if !changed || !s.Booked() || !s.Start.After(d.now) {
		return s
	}
	if seen && d.Person.ID != d.Mentor.ID {
		d.corrects = true
		if s.Agenda != "" {
			s.AgendaState = AgendaSent
		}
	}
	l := d.sessionLetter(LetterReceipt, d.Person, s)
	l.Event = d.event("REQUEST", s)
	d.post(l)
	return s
}

// recalled reports whether a letter of the kind has been kept from going.
func (d *decision) recalled(kind Kind) bool {
	for _, id := range d.out.Drop.Letters {
		if slices.ContainsFunc(d.before.Last.Told, func(t Told) bool { return t.Letter == id && t.What == string(kind) }) {
			return true
		}
	}
	return false
}

// answerBack gives the writer's answer to the booked time back.
func (d *decision) answerBack(s Session, was Answer) Session {
	s.Answers = maps.Clone(s.Answers)
	if was == (Answer{}) {
		delete(s.Answers, d.Person.ID)
	} else {
		s.Answers[d.Person.ID] = was
	}
	return s
}

// talkBack gives a session its earlier proposals back. Once it has begun no
// move of it can wait for an answer.
func (d *decision) talkBack(s Session, was talk) Session {
	s.Status, s.Bids, s.Waiting = was.Status, was.Bids, was.Waiting
	if s.Status == SessionMoving && !s.Start.After(d.now) {
		s.Status, s.Bids, s.Waiting = SessionConfirmed, nil, ""
	}
	s.Round++
	return s
}

// dropSearch ends a search that the request began; the next one begins by
// itself, as it would have without.
func (d *decision) dropSearch(s Session) {
	d.close(s)
	d.lookAgain(s, true)
}

// changeBack puts a row of the ledger back. A move whose session has begun
// does not wait any more.
func (d *decision) changeBack(c Change, was ledgerMarks) Change {
	c.Outcome, c.Waived, c.Emergency = was.Outcome, was.Waived, was.Emergency
	if c.Outcome == ChangePending && !c.SessionStart.After(d.now) {
		c.Outcome = ChangeKept
	}
	return c
}

// withdrawChange ends a request that is taken back. The ledger keeps its row.
func (d *decision) withdrawChange(c Change) {
	c.Outcome = ChangeKept
	d.keepChange(c)
}

func (d *decision) dropAction(a Action) {
	d.guard()
	d.Actions = slices.DeleteFunc(slices.Clone(d.Actions), func(o Action) bool { return o.ID == a.ID })
	d.out.Drop.Actions = append(d.out.Drop.Actions, a)
}

func (d *decision) dropNote(n Note) {
	d.Notes = slices.DeleteFunc(slices.Clone(d.Notes), func(o Note) bool { return o.ID == n.ID })
	d.out.Drop.Notes = append(d.out.Drop.Notes, n)
}
