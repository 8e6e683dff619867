package program

import (
	"slices"
	"time"
)

// newSession begins the search for a time.
func (d *decision) newSession() Session {
	id := d.mint.ID()
	return Session{
		ID: id, Pair: d.Pair.ID, UID: string(id) + "@" + d.Settings.domain(),
		Status: SessionProposed, Answers: map[ID]Answer{}, Created: d.now,
	}
}

// offer asks a person to pick one of up to three slots, or to write a time. The
// lines tell more about the slots.
func (d *decision) offer(kind Kind, reason string, s Session, to Person, slots []Slot, lines ...Line) {
	if len(slots) == 0 {
		reason = "none"
	}
	l := d.sessionLetter(kind, to, s)
	l.Purpose, l.Offered = AboutOffer, slots
	l.Facts.Slots, l.Facts.Reason, l.Facts.Lines = slots, reason, lines
	d.post(l)
	s.Waiting = to.ID
	s.Round++
	d.keepSession(s)
	if s.Status == SessionProposed {
		d.chaseLater(s, chaseFirst, 1)
	}
}

func (d *decision) chaseLater(s Session, after time.Duration, count int) {
	d.timer(Timer{
		Key: timerKey(s, TimerChase, count), Kind: TimerChase, Due: d.now.Add(after),
		Person: s.Waiting, Pair: s.Pair, Session: s.ID, Sequence: s.Sequence, Round: s.Round, Count: count,
	})
}

// search looks for slots that suit both.
func (d *decision) search(from, to time.Time) search {
	return search{
		from: from, to: d.noLater(to), length: d.Pair.Length, people: []Person{d.Mentor, d.Mentee},
		busy: append(d.booked(), d.shown()...), off: d.daysOff(),
	}
}

// booked are the times at which one of the two meets somebody already, or both
// one another.
func (d *decision) booked() []Span {
	busy := slices.Clone(d.Elsewhere)
	for _, s := range d.Sessions {
		if s.Booked() {
			busy = append(busy, Span{s.Start, s.End})
		}
	}
	return busy
}

// searchAhead looks for slots from an instant on, for two weeks after begins
// in which neither of the two is away.
func (d *decision) searchAhead(from, begins time.Time) search {
	to, last := begins.Add(aheadUsual), d.now.Add(aheadMost)
	for _, p := range []Person{d.Mentor, d.Mentee} {
		for _, away := range p.Absences {
			if away.Start.Before(to) && away.End.After(begins) {
				to = to.Add(away.End.Sub(later(away.Start, begins)))
			}
		}
	}
	if to.After(last) {
		to = later(last, begins.Add(aheadUsual))
	}
	return d.search(from, to)
}

// accept takes an offered slot, a partner's proposal, a partner's move, or
// the booked time.
func (d *decision) accept(q Request, s Session) {
	slots := d.open(s)
	switch {
	case q.Option != "":
		for _, slot := range slots {
			if slot.Label == q.Option {
				d.consent(s, slot)
				return
			}
		}
		d.askSlots(slots)
	case len(slots) == 1:
		d.consent(s, slots[0])
	case len(slots) > 1:
		d.askSlots(slots)
	case s.Booked():
		d.acceptBooked(s)
	default:
		d.line(Line{Code: "no-session"})
	}
}

// open lists the slots that the writer can say yes to: those of the letter
// they answer, else those that the partner proposes now.
func (d *decision) open(s Session) []Slot {
	if asked := d.in.Asked; asked != nil && len(asked.Offered) > 0 && asked.About.ID == s.ID {
		return asked.Offered
	}
	bid, _ := s.bid(d.partner().ID)
	return bid.Slots
}

func (d *decision) askSlots(slots []Slot) {
	if d.asks() {
		return
	}
	choices := []Choice{}
	for _, slot := range slots {
		choices = append(choices, Choice{Start: slot.Start, End: slot.End, Requests: []Request{{Type: Accept, Option: slot.Label}}})
	}
	reason := "which-slot"
	if len(choices) == 0 {
		choices, reason = d.usualChoices(), "unclear"
	}
	d.askChoices(reason, choices, slots)
}

func (d *decision) acceptBooked(s Session) {
	if !s.Start.After(d.at) {
		d.line(Line{Code: "past", Start: s.Start})
		return
	}
	d.keepSession(s.withAnswer(d.Person.ID, Answer{PartStat: Accepted, Sequence: s.Sequence}))
	d.line(Line{Code: "accepted", Start: s.Start, End: s.End})
}

// consent is the writer's yes to one slot.
func (d *decision) consent(s Session, slot Slot) {
	partner := d.partner()
	bid, _ := s.bid(partner.ID)
	_, proposed := shared([]Slot{slot}, bid.Slots)
	switch {
	case !s.Open():
		d.closed(s)
	case s.Booked() && s.Start.Equal(slot.Start):
		d.acceptBooked(s)
	case partner.Status == PersonLeft:
		d.partnerLeft(s, false)
	case s.Booked() && !s.Start.After(d.at):
		d.line(Line{Code: "past", Start: s.Start})
	case !slot.Start.After(d.now):
		d.tooLateFor(s, slot)
	case s.Booked() && !proposed && !d.offered():
		// The proposal has been withdrawn, answered or replaced meanwhile.
		d.line(Line{Code: "already-booked", Start: s.Start, End: s.End})
	case d.hindrance(slot) != "":
		d.hindered(s, slot)
	case s.Booked() && proposed:
		d.moveTo(s, slot, bid.Zone)
	case s.Booked():
		d.requestMove(s, []Slot{slot}, false)
	case proposed:
		d.book(s, slot, bid.Zone, "booked", d.Person.ID, partner.ID)
	case d.suitsBoth(slot):
		d.book(s, slot, d.Person.Location().String(), "booked", d.Person.ID)
		d.tellClash(slot)
	case d.taken(slot):
		d.line(Line{Code: hinderedTaken, Start: slot.Start})
		d.reoffer(s, hinderedTaken, []Slot{slot}, nil, nil)
	default:
		d.proposeTo(s, []Slot{slot})
	}
}

// closed tells the writer that the session is cancelled or over.
func (d *decision) closed(s Session) { d.line(closedLine(s)) }

func closedLine(s Session) Line {
	code := "past"
	if s.Status == SessionCancelled {
		code = "was-cancelled"
	}
	return Line{Code: code, Start: s.Start}
}

// offered reports whether the writer answers slots that we had found.
func (d *decision) offered() bool {
	asked := d.in.Asked
	return asked != nil && (asked.Kind == LetterOffer || asked.Kind == LetterAskTimes || asked.Kind == LetterChoices)
}

// suitsBoth reports whether an offered slot can be booked still. What a
// calendar shows since it was offered does not stand in the way: who picks it
// has chosen it, and the partner may decline freely.
func (d *decision) suitsBoth(slot Slot) bool {
	all := d.search(d.now, slot.End)
	all.length, all.busy, all.off = slot.End.Sub(slot.Start), d.booked(), d.partner().Absences
	return d.offered() && all.fits(slot.Start)
}

func (d *decision) taken(slot Slot) bool {
	span := Span{slot.Start, slot.End}
	return slices.ContainsFunc(d.booked(), span.overlaps) || slices.ContainsFunc(d.partner().Absences, span.overlaps)
}

// What keeps a time from being booked, whoever agrees to it.
const (
	hinderedTaken  = "taken"     // one of the two has a session of another pair then
	hinderedBeyond = "after-end" // the pair's program is over by then
)

// hindrance says what keeps the time from being booked; empty where nothing
// does.
func (d *decision) hindrance(slot Slot) string {
	switch {
	case slices.ContainsFunc(d.Elsewhere, Span{slot.Start, slot.End}.overlaps):
		return hinderedTaken
	case d.beyond(slot.Start):
		return hinderedBeyond
	}
	return ""
}

// hindered tells the writer what keeps times from being booked, and offers
// others.
func (d *decision) hindered(s Session, slots ...Slot) {
	d.lineEach(slots)
	reason := ""
	if d.hindrance(slots[0]) == hinderedTaken {
		reason = hinderedTaken
	}
	d.reoffer(s, reason, slots, nil, nil)
}

// lineEach puts on the receipt what keeps each of the times from being booked.
func (d *decision) lineEach(slots []Slot) {
	for _, slot := range slots {
		d.line(Line{Code: d.hindrance(slot), Start: slot.Start})
	}
}

// proposed are the times of a request that can be put to the partner, and
// those that cannot be booked.
func (d *decision) proposed(q Request, length time.Duration, busy []Span) (free, not []Slot) {
	for _, slot := range concrete(q.Times, length, d.partner(), busy, d.now) {
		if d.hindrance(slot) != "" {
			not = append(not, slot)
			continue
		}
		slot.Label = letterLabel(len(free))
		free = append(free, slot)
	}
	return free, not
}

func (d *decision) tooLateFor(s Session, slot Slot) {
	d.line(Line{Code: "past", Start: slot.Start})
	if s.Status == SessionProposed {
		d.reoffer(s, "past", nil, nil, nil)
	}
}

// book gives the session a time and invites both. code names the line that
// tells both why; consented are those whose yes is known.
func (d *decision) book(s Session, slot Slot, zone, code string, consented ...ID) {
	kind, old, oldEnd := LetterInvite, s.Start, s.End
	if !s.Start.IsZero() {
		kind = LetterUpdate
		s.Sequence++
	}
	s.Status, s.Start, s.End, s.Zone = SessionConfirmed, slot.Start.UTC(), slot.End.UTC(), zone
	s.Bids, s.Waiting = nil, ""
	s.Round++
	d.out.Calendars = []PersonGuard{{d.Mentor.ID, d.Mentor.Version}, {d.Mentee.ID, d.Mentee.Version}}
	s.Answers = map[ID]Answer{}
	for _, id := range consented {
		s.Answers[id] = Answer{PartStat: Accepted, Sequence: s.Sequence}
	}
	d.keepSession(s)
	d.sessionTimers(s)
	for _, to := range []Person{d.Mentor, d.Mentee} {
		l := d.sessionLetter(kind, to, s)
		l.Event = d.event("REQUEST", s)
		l.Facts.Old, l.Facts.OldEnd = old, oldEnd
		l.Facts.ByReader = to.ID == d.Person.ID
		l.Facts.Lines = []Line{{Code: code, Start: s.Start, End: s.End, Old: old}}
		d.post(l)
	}
}

// sessionTimers sets what falls due around a booked session.
func (d *decision) sessionTimers(s Session) {
	for _, t := range []struct {
		kind TimerKind
		due  time.Time
	}{
		{TimerReminder, s.Start.Add(-reminderAt)},
		{TimerTookPlace, s.End.Add(tookPlaceAt)},
	} {
		d.sessionTimer(s, t.kind, t.due, 0)
	}
	d.freeUntilTimers(s)
	d.shiftTimer(s)
	d.agendaTimers(s)
}

// freeUntilTimers tell each of the two, by their own clock, until when the
// session can be changed freely: never so late that the night makes it useless.
func (d *decision) freeUntilTimers(s Session) {
	deadline := s.Start.Add(-d.Settings.Notice)
	at := s.Start.Add(-freeUntilAt)
	for _, p := range []Person{d.Mentor, d.Mentee} {
		due := p.beforeNight(at, d.now)
		if at.Before(d.now) || !due.Before(deadline) {
			continue
		}
		d.timer(Timer{
			Key: timerKey(s, TimerFreeUntil, 0) + "/" + string(p.ID), Kind: TimerFreeUntil, Due: due,
			Person: p.ID, Pair: s.Pair, Session: s.ID, Sequence: s.Sequence, Round: s.Round,
		})
	}
}

// readerOf is whom a session's timer mails; nobody where it is for both.
func (d *decision) readerOf(kind TimerKind) ID {
	switch kind {
	case TimerAgendaRequest:
		return d.Mentee.ID
	case TimerAgenda:
		return d.Mentor.ID
	}
	return ""
}

// sessionTimer sets what falls due around a session as it is booked now. What
// would have been due already is left out.
func (d *decision) sessionTimer(s Session, kind TimerKind, due time.Time, count int) {
	if due.Before(d.now) {
		return
	}
	d.timer(Timer{
		Key: timerKey(s, kind, count), Kind: kind, Due: due, Person: d.readerOf(kind),
		Pair: s.Pair, Session: s.ID, Sequence: s.Sequence, Round: s.Round, Count: count,
	})
}

// propose brings times in the writer's own words to the partner. Times that
// cross with the partner's own in the mail are booked at once.
func (d *decision) propose(q Request, s Session) {
	if s.Booked() {
		d.move(q, s)
		return
	}
	if s.Status != SessionProposed {
		d.line(Line{Code: "no-session"})
		return
	}
	partner := d.partner()
	if partner.Status == PersonLeft {
		d.partnerLeft(s, false)
		return
	}
	slots, not := d.proposed(q, d.Pair.Length, d.search(d.now, d.now).busy)
	switch {
	case len(slots) > 0:
		d.lineEach(not)
	case len(not) > 0:
		d.hindered(s, not...)
		return
	default:
		d.noneOf(q, s)
		return
	}
	bid, _ := s.bid(partner.ID)
	if slot, crossing := shared(slots, bid.Slots); crossing {
		d.book(s, slot, bid.Zone, "booked-crossing", d.Person.ID, partner.ID)
		return
	}
	if d.in.Asked != nil && len(slots) == 1 {
		if slot, found := shared(slots, d.in.Asked.Offered); found && slot.Start.After(d.now) {
			d.consent(s, slot)
			return
		}
	}
	d.proposeTo(s, slots)
}

// noneOf answers a proposal of which no time can be used.
func (d *decision) noneOf(q Request, s Session) {
	for _, when := range q.Times {
		if !when.Negated && !when.Start.After(d.now) {
			d.line(Line{Code: "past", Start: when.Start})
			return
		}
	}
	d.constrain(q, s)
}

// proposeTo puts slots to the partner, in the partner's zone.
func (d *decision) proposeTo(s Session, slots []Slot) {
	partner := d.partner()
	s = s.withBid(Bid{By: d.Person.ID, Slots: slots, At: d.at, Zone: d.Person.Location().String()})
	s.Waiting = partner.ID
	s.Round++
	d.keepSession(s)
	d.postProposal(s, partner, slots, "")
	d.chaseLater(s, chaseFirst, 1)
	for _, slot := range slots {
		d.line(Line{Code: "proposed", Start: slot.Start, End: slot.End})
	}
	d.hintHours(slots)
	if partner.Status == PersonPaused {
		d.line(Line{Code: "partner-away", Start: partner.PausedUntil})
	} else if until := partner.awayUntil(d.now); !until.IsZero() {
		d.line(Line{Code: "partner-away", Start: until})
	}
}

// hintHours tells the writer which of the times that they propose lie outside
// their partner's usual hours. Whether one suits is the partner's to say.
func (d *decision) hintHours(slots []Slot) {
	for _, slot := range slots {
		if !d.partner().worksAt(Span{slot.Start, slot.End}) {
			d.line(Line{Code: "outside-hours", Start: slot.Start, End: slot.End})
		}
	}
}

func (d *decision) postProposal(s Session, to Person, slots []Slot, reason string) {
	l := d.sessionLetter(LetterProposal, to, s)
	l.Purpose, l.Offered = AboutOffer, slots
	l.Facts.Slots, l.Facts.Reason, l.Facts.Note = slots, reason, d.note(Propose)
	d.post(l)
}

// note is what the writer addressed to the partner by name ("TO Ada: …")
// beside a request. Nothing else that they write is passed on.
func (d *decision) note(beside RequestType) string {
	if d.in == nil {
		return ""
	}
	for _, q := range d.in.Requests {
		if q.Type == beside {
			return q.Text
		}
	}
	return ""
}

// constrain looks for other slots, within what the writer has said.
func (d *decision) constrain(q Request, s Session) {
	if s.Booked() && d.begun(s) {
		return
	}
	var within, without []Span
	for _, when := range q.Times {
		span := Span{when.Start, d.endOfTime(when)}
		if when.Negated {
			without = append(without, span)
		} else {
			within = append(within, span)
		}
	}
	d.line(Line{Code: "constrained", Value: q.Text})
	d.reoffer(s, "constrained", nil, within, without)
}

func (d *decision) endOfTime(when When) time.Time {
	switch {
	case !when.End.IsZero():
		return when.End
	case when.Grain == GrainDay:
		return dayOf(when.Start).End
	}
	return when.Start.Add(d.Pair.Length)
}

// reoffer sends the writer other slots than those that did not fit.
func (d *decision) reoffer(s Session, reason string, not []Slot, within, without []Span) {
	if !s.Open() {
		d.line(Line{Code: "no-session"})
		return
	}
	from := d.now.Add(leadTime)
	if len(within) > 0 {
		from = d.now.Add(constrainMin)
	}
	all := d.searchAhead(from, d.now)
	all.within, all.without = within, without
	for _, span := range within {
		if span.End.After(all.to) && span.End.Before(d.now.AddDate(0, 3, 0)) {
			all.to = d.noLater(span.End)
		}
	}
	for _, slot := range not {
		all.without = append(all.without, Span{slot.Start, slot.End})
	}
	d.offer(LetterOffer, reason, s, d.Person, all.slots(maxOffers))
}

// decline refuses what the writer was asked.
func (d *decision) decline(q Request, s Session) {
	_, theirs := s.bid(d.partner().ID)
	_, mine := s.bid(d.Person.ID)
	switch {
	case d.in.Asked != nil && d.in.Asked.Kind == LetterChoices && len(d.in.Asked.Choices) > 0:
		d.line(Line{Code: "nothing-changed"})
	case s.Status == SessionMoving && theirs:
		d.refuseMove(s)
	case s.Booked() && d.refusesOther(q, s):
		d.keepBooked(s)
	case s.Status == SessionMoving && mine:
		d.withdrawMove(s)
	case s.Booked():
		d.cancel(q, s)
	case s.Status == SessionProposed && theirs:
		d.refuseProposal(s)
	case s.Status == SessionProposed:
		var not []Slot
		if d.in.Asked != nil {
			not = d.in.Asked.Offered
		}
		d.line(Line{Code: "declined"})
		d.reoffer(s, "declined", not, nil, nil)
	default:
		d.line(Line{Code: "no-session"})
	}
}

// refusesOther reports whether the writer says no to times that a letter put
// to them, the booked one not among them. That calls nothing off: it may be a
// request that has been answered or withdrawn meanwhile, or slots for a move.
func (d *decision) refusesOther(q Request, s Session) bool {
	asked := d.in.Asked
	if asked == nil || asked.About.ID != s.ID {
		return false
	}
	for _, slot := range asked.Offered {
		if slot.Start.Equal(s.Start) && (q.Option == "" || q.Option == slot.Label) {
			return false
		}
	}
	return len(asked.Offered) > 0
}

// keepBooked lets the booked time stand. Who was looking for another gets
// further slots.
func (d *decision) keepBooked(s Session) {
	if d.in.Asked.Kind != LetterOffer || d.begun(s) {
		d.line(Line{Code: "already-booked", Start: s.Start, End: s.End})
		return
	}
	all := d.searchAhead(d.now.Add(leadTime), d.now)
	for _, slot := range d.in.Asked.Offered {
		all.without = append(all.without, Span{slot.Start, slot.End})
	}
	d.offer(LetterOffer, "declined", s, d.Person, all.slots(maxOffers))
}

// refuseProposal tells the proposer that no time fitted, and asks the one who
// refused which would.
func (d *decision) refuseProposal(s Session) {
	partner := d.partner()
	bid, _ := s.bid(partner.ID)
	s = s.withoutBid(partner.ID)
	d.keepSession(s)
	l := d.sessionLetter(LetterReceipt, partner, s)
	for _, slot := range bid.Slots {
		l.Facts.Lines = append(l.Facts.Lines, Line{Code: "declined-by-partner", Start: slot.Start, End: slot.End})
	}
	d.post(l)
	d.line(Line{Code: "declined"})
	d.reoffer(s, "declined", bid.Slots, nil, nil)
}
