package program

import (
	"slices"
	"strings"
	"time"
)

// Question is what the writer of an answer has to be understood against: the
// letter that they answer and the session that it is about. asked may be nil.
func (c Case) Question(asked *Letter, about Ref) Question {
	q := Question{Purpose: AboutNothing}
	if asked != nil {
		about = asked.About
		q.Purpose = asked.Purpose
		q.Offered = append(q.Offered, asked.Offered...)
		for _, choice := range asked.Choices {
			q.Offered = append(q.Offered, Slot{Label: choice.Label, Start: choice.Start, End: choice.End})
		}
	}
	if asked != nil && asked.Kind == LetterConfirm {
		q.Purpose = AboutInvitation // a yes or a no, as an invitation wants
		return q
	}
	if s, ok := c.current(about); ok && s.Booked() {
		_, moving := s.bid(c.Person.ID)
		q.Session = &Booked{UID: s.UID, Start: s.Start, End: s.End, Moving: moving}
		if q.Purpose == AboutNothing {
			q.Purpose = AboutSession
		}
	}
	return q
}

// current is the session that a mail about the subject concerns: the named
// one, else the newest that is open. The search for a time begins only when no
// session is ahead, so an older one that is still open lies in the past.
func (c Case) current(about Ref) (Session, bool) {
	var found Session
	for _, s := range c.Sessions {
		if about.Kind == RefSession && s.ID == about.ID {
			return s, true
		}
		if s.Open() {
			found = s
		}
	}
	return found, found.ID != "" && about.Kind != RefSession
}

// begunBy is the session that was last under way, which is the one that "it
// took place" means in a mail that answers none of ours.
func (c Case) begunBy(at time.Time) (Session, bool) {
	var found Session
	for _, s := range c.Sessions {
		if s.Booked() && !s.Start.After(at) {
			found = s
		}
	}
	return found, found.ID != ""
}

// Answer decides what follows from one mail. The outcome holds exactly one
// record, whatever the mail says.
func (c Case) Answer(r Received, now time.Time) Outcome {
	d := newDecision(c, r.Seed, now)
	d.in, d.at = &r, r.At
	d.before = c
	if c.Person.ID == "" {
		return d.aside("unknown sender "+r.From, true)
	}
	d.out.Record.Person = c.Person.ID
	d.heardFrom(r)
	switch r.Kind {
	case KindOwn:
		return d.aside("our own mail", false)
	case KindList:
		return d.aside("mailing-list mail", false)
	case KindBounce:
		return d.bounced()
	case KindComplaint:
		if r.Proof == ProofNone {
			return d.aside("not proven: complaint", true)
		}
		d.tellCoordinators("complaint", c.Person)
		return d.recorded(ResultCoordinator, "complaint about our mail", Ref{})
	case KindAutoReply:
		return d.away()
	}
	if c.Answered >= mostAnswered && r.Proof != ProofNone {
		return d.flooded()
	}
	switch r.Kind {
	case KindOversized, KindUnreadable:
		return d.unreadable()
	case KindCalendar:
		if r.Calendar == nil {
			return d.aside("calendar part cannot be read", true)
		}
		return d.answerCalendar(*r.Calendar)
	}
	d.veil()
	out := d.answerWords()
	if d.givesCalendar() {
		out.Record.Private, out.Record.Quarantine = true, false
	}
	return out
}

// recorded ends the decision with its one record.
func (d *decision) recorded(result Result, reason string, about Ref) Outcome {
	d.out.Record.Result, d.out.Record.Reason = result, reason
	if result != ResultStored && result != ResultAside {
		d.remember()
	}
	if s, ok := d.current(about); ok {
		d.out.Record.Session = s.ID
	}
	return d.finish(about)
}

// aside records that nothing follows, and why.
func (d *decision) aside(reason string, quarantine bool) Outcome {
	d.out.Record.Quarantine = quarantine
	return d.recorded(ResultAside, reason, d.in.About)
}

// flooded ends the exchange with a program that answers all that we send, and
// does not say that it is one (RFC 3834 §2). The first mail too many tells the
// coordinator, who can read them all.
func (d *decision) flooded() Outcome {
	const reason = "more than 60 mails within an hour"
	if d.Answered > mostAnswered {
		return d.aside(reason, true)
	}
	d.tellCoordinators("flood", d.Person)
	d.out.Record.Quarantine = true
	return d.recorded(ResultCoordinator, reason, Ref{})
}

// bounced suspends mail to an address that does not exist (RFC 3464). What
// cannot be delivered for the moment changes nothing.
func (d *decision) bounced() Outcome {
	b := d.in.Bounce
	if b == nil || !b.Permanent {
		return d.recorded(ResultStored, "bounce, not permanent", Ref{})
	}
	// Whoever sends a report, it speaks for the mail that it returns: without
	// that, or the address that the mail was to return to, anybody wrote it.
	if d.in.Proof != ProofSeal && d.in.Proof != ProofReference {
		return d.aside("not proven: bounce", true)
	}
	if b.Recipient != "" && !d.Person.Owns(b.Recipient) && d.in.Proof != ProofSeal {
		return d.aside("bounce of another address", false)
	}
	if !d.Person.Undeliverable {
		p := d.Person
		p.Undeliverable = true
		d.keepPerson(p)
		d.tellCoordinators("undeliverable", p, b.Status+" "+b.Reason)
	}
	return d.recorded(ResultCoordinator, "bounce: "+b.Recipient+" "+b.Status, Ref{})
}

// heardFrom takes mail up again to an address that had bounced, once its owner
// writes from it.
func (d *decision) heardFrom(r Received) {
	p := d.Person
	if p.Undeliverable && r.From == p.Email && r.Proof != ProofNone && (r.Kind == KindAnswer || r.Kind == KindCalendar) {
		p.Undeliverable = false
		d.keepPerson(p)
	}
}

// away notes an out-of-office reply. It is never answered (RFC 3834 §2), and
// no word in it is an answer.
func (d *decision) away() Outcome {
	if d.in.Proof == ProofNone || d.in.AwayUntil == "" {
		return d.recorded(ResultStored, "automatic reply", Ref{})
	}
	until, err := time.ParseInLocation(time.DateOnly, d.in.AwayUntil, d.Person.Location())
	if err != nil || !until.After(d.now) || until.After(d.now.AddDate(0, 6, 0)) || !until.After(d.Person.awayUntil(d.now)) {
		return d.recorded(ResultStored, "automatic reply", Ref{})
	}
	p := d.Person
	p.Absences = p.withAbsence(Span{d.now, until}, d.now)
	d.keepPerson(p)
	if partner := d.partner(); partner.ID != "" && partner.Status == PersonActive {
		l := d.letter(LetterReceipt, partner, Ref{RefPair, d.Pair.ID})
		l.Facts.Lines = []Line{{Code: "partner-away", Start: until}}
		d.post(l)
	}
	return d.recorded(ResultStored, "automatic reply: away until "+d.in.AwayUntil, Ref{})
}

func (d *decision) unreadable() Outcome {
	reason := string(d.in.Kind) + " mail"
	if d.in.Proof != ProofSeal && d.in.Proof != ProofDomain {
		return d.aside(reason, true)
	}
	l := d.letter(LetterHelp, d.Person, d.in.About)
	l.Facts.Reason = string(d.in.Kind)
	if d.in.TNEF {
		l.Facts.Reason = "tnef" // which the writer can switch off
	}
	d.post(l)
	d.out.Record.Quarantine = true
	return d.recorded(ResultAsked, reason, d.in.About) // and counts among what is answered in an hour
}

func (d *decision) answerWords() Outcome {
	r := d.in
	if r.Proof == ProofNone {
		return d.askRegistered()
	}
	for _, q := range settingsFirst(r.Requests) {
		if !r.Ask || q.Type.harmless() {
			d.do(q)
		}
	}
	if r.Ask && d.answeredAlready() {
		return d.recorded(ResultStored, "asks for nothing more", r.About)
	}
	if r.Ask && d.wantsMark() {
		d.postFeedback(d.Person, "mark")
		return d.recorded(ResultAsked, r.Why, r.About)
	}
	if r.Ask {
		d.askBack()
		if d.out.Record.Private {
			return d.recorded(ResultAsked, "an entry that may ask for something", r.About)
		}
		return d.recorded(ResultAsked, r.Why, r.About)
	}
	if len(r.Requests) == 0 || len(r.Requests) == 1 && r.Requests[0].Type == None {
		d.noAgenda()
		return d.recorded(ResultStored, "asks for nothing", r.About)
	}
	if d.asks() {
		return d.recorded(ResultAsked, "asked back", r.About)
	}
	return d.recorded(ResultActed, "", r.About)
}

// settingsFirst puts what changes how letters are written before what has
// letters written: "B works, and I'm in Tokyo now" is answered on Tokyo's
// clock. UNDO is about an earlier mail, so it comes before all.
func settingsFirst(requests []Request) []Request {
	if len(requests) < 2 {
		return requests
	}
	var settings, others []Request
	for _, q := range requests {
		switch q.Type {
		case Undo:
			settings = slices.Insert(settings, 0, q)
		case SetZone, SetHours, SetLanguage, SetCalendar, SetHolidays:
			settings = append(settings, q)
		default:
			others = append(others, q)
		}
	}
	return append(settings, others...)
}

// asks reports whether the writer is asked something back.
func (d *decision) asks() bool {
	for _, l := range d.out.Letters {
		if l.To == d.Person.ID && l.Kind == LetterChoices {
			return true
		}
	}
	return false
}

// harmless requests may be done while another part of the mail is in doubt.
func (t RequestType) harmless() bool {
	switch t {
	case SetZone, SetHours, SetLanguage, SetCalendar, SetHolidays, Help, Coordinator, Status, Agenda, Journal, Wrote, Feedback, CheckIn, Done, Drop, Suggest:
		return true
	}
	return false
}

// askRegistered asks the registered address about a mail that names it but
// proves nothing. Nothing changes until that answer has come.
func (d *decision) askRegistered() Outcome {
	r := d.in
	switch {
	case len(r.Requests) == 0 && !r.Ask:
		return d.aside("not proven and asks for nothing", true)
	case d.Person.Status == PersonLeft:
		return d.aside("not proven, in the name of somebody who has left", true)
	}
	if d.confirming() {
		return d.aside(confirmAwaited, true)
	}
	about := Ref{RefPerson, d.Person.ID}
	var offered []Slot
	if r.Asked != nil {
		about, offered = r.Asked.About, r.Asked.Offered
	}
	l := d.letter(LetterConfirm, d.Person, about)
	l.InReplyTo, l.References = "", nil // an unproven mail starts no thread with us
	l.Purpose, l.Offered = AboutNothing, offered
	l.Choices = []Choice{{Label: "1", Requests: withoutCalendars(r.Requests)}}
	l.HeldFrom = r.At
	l.Facts.Reason, l.Facts.Words = "unproven", excerpt(r.Text)
	if d.givesCalendar() {
		l.Facts.Lines = []Line{{Code: "calendar-again"}}
	}
	if !d.Person.Owns(r.From) {
		l.Facts.Rows = []string{r.From}
	}
	d.post(l)
	d.out.Record.Quarantine = true
	return d.recorded(ResultAsked, "not proven: the registered address is asked", Ref{})
}

const confirmAwaited = "not proven, and an earlier confirmation is not answered yet"

// confirming reports whether the person has been asked to confirm something
// and is silent: forged mails must not become a flood of ours (RFC 3834 §2).
func (d *decision) confirming() bool {
	return !d.Unconfirmed.IsZero() && d.now.Sub(d.Unconfirmed) < confirmEvery
}

// excerpt bounds the reader's own words where they are quoted back.
func excerpt(text string) string {
	const most = 600
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}

// do carries out one request.
func (d *decision) do(q Request) {
	if d.in.Asked != nil && d.in.Asked.Kind == LetterConfirm && d.confirm(q) {
		return
	}
	if q.Option != "" && (q.Type == Choose || q.Type == Accept) && d.pick(q.Option) {
		return
	}
	d.alsoAway(q)
	switch q.Type {
	case Join, Refuse, SetZone, SetHours, SetLanguage, SetCalendar, SetHolidays, Pause, Resume, Stop, Help, Coordinator, Status:
		d.doPerson(q)
	case Journal:
		d.journal(q)
	case Wrote:
		d.write(Entry{Wrote: true})
	case Undo:
		d.undo()
	case Export:
		d.export()
	case Forget:
		d.forget(q)
	case Charter, Agenda, Done, Drop, CheckIn, Feedback, Share, Suggest:
		d.doRhythm(q)
	case Agree:
		if d.aboutCharter() {
			d.inPair(q, d.agree)
			return
		}
		d.inSession(q, d.accept)
	case Accept, Choose:
		d.inSession(q, d.accept)
	case Decline:
		d.inSession(q, d.decline)
	case Propose:
		d.inSession(q, d.propose)
	case Constrain:
		d.inSession(q, d.constrain)
	case Move:
		d.inSession(q, d.move)
	case Cancel:
		d.inSession(q, d.cancel)
	case Waive:
		d.inSession(q, d.waive)
	case Held, Missed:
		d.inSession(q, d.tookPlace)
	case Emergency:
		if !d.requests(Move) && !d.requests(Cancel) { // else it marks the change beside it
			d.inSession(q, d.markEmergency)
		}
	case Confirm:
		if s, ok := d.current(d.in.About); ok && s.Booked() {
			d.inSession(q, d.accept) // "see you then"
		}
	case None:
	default:
		d.line(Line{Code: "not-understood", Value: q.Text})
	}
}

// doRhythm carries out a request about what comes around sessions and weekly.
func (d *decision) doRhythm(q Request) {
	switch q.Type {
	case Charter:
		d.inPair(q, d.charter)
	case Agenda:
		d.inSession(q, d.agenda)
	case Done, Drop:
		d.inPair(q, d.closeAction)
	case CheckIn:
		d.inPair(q, d.answerCheckIn)
	case Feedback:
		d.inPair(q, d.feedback)
	case Share:
		d.inPair(q, d.share)
	case Suggest:
		d.suggest(q)
	}
}

// inSession finds the session that a request is about.
func (d *decision) inSession(q Request, act func(Request, Session)) {
	about := d.in.About
	if d.in.Asked != nil {
		about = d.in.Asked.About
	}
	if d.Pair.ID == "" {
		d.withoutPair(q)
		return
	}
	s, ok := d.current(about)
	if about.Kind != RefSession && (q.Type == Held || q.Type == Missed) {
		s, ok = d.begunBy(d.at)
	}
	if q.Type == Propose || q.Type == Constrain {
		s, ok = d.sought(s, ok)
	}
	if !ok {
		d.line(Line{Code: "no-session"})
		return
	}
	act(q, s)
}

// sought is the session that suggested times are for. Where the one at hand was
// cancelled, and in answer to no mail about one, it is the one that a time is
// looked for; between two sessions the search begins with these times, as the
// mail about a cancellation says.
func (d *decision) sought(s Session, found bool) (Session, bool) {
	if found && s.Status != SessionCancelled {
		return s, true
	}
	if open, any := d.current(Ref{}); any {
		return open, open.Status == SessionProposed
	}
	both := d.Mentor.Status == PersonActive && d.Mentee.Status == PersonActive
	if !found || !both || d.Pair.Status != PairActive || d.beyond(d.now) {
		return s, found
	}
	return d.newSession(), true
}

// withoutPair answers a request whose pair is not clear.
func (d *decision) withoutPair(q Request) {
	switch {
	case d.in.Asked != nil && d.in.Asked.Purpose == AboutInvitation && q.Type == Accept:
		d.join()
	case d.in.Asked != nil && d.in.Asked.Purpose == AboutInvitation && q.Type == Decline:
		d.refuse()
	case len(d.LivePairs) > 1:
		d.line(Line{Code: "which-pair"})
	default:
		d.line(Line{Code: "no-session"})
	}
}

// confirm carries out what a confirmation had held back, or drops it.
func (d *decision) confirm(q Request) bool {
	asked := d.in.Asked
	switch q.Type {
	case Confirm, Accept, Join, Agree, Choose:
	case Decline, Refuse:
		d.line(Line{Code: "discarded"})
		return true
	default:
		return false
	}
	if asked.ConfirmsAddress() && !d.addAlias(asked.Facts.Words) {
		return true
	}
	d.replay(*asked, asked.Choices)
	return true
}

// addAlias takes an address from which the writer has answered as theirs.
func (d *decision) addAlias(address string) bool {
	p := d.Person
	switch {
	case d.in.Taken || d.partner().Owns(address):
		d.line(Line{Code: "alias-taken", Value: address})
		return false
	case !p.Owns(address):
		p.Aliases = append(append([]string(nil), p.Aliases...), strings.ToLower(address))
		d.keepPerson(p)
		d.line(Line{Code: "alias-added", Value: address})
	}
	return true
}
