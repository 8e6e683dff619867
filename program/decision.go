package program

import (
	"slices"
	"strconv"
	"time"
)

// decision gathers what follows from one mail or one timer. It never writes
// into the case's rows, since these may be shared: a row that changes takes its
// place in a copy of them.
type decision struct {
	Case
	now   time.Time
	mint  Mint
	in    *Received // nil where a timer decides
	at    time.Time // the instant that the notice rule counts from
	out   Outcome
	lines []Line // the receipt for the writer
	// gathers is the person whose letters are gathered, to be sent as one.
	gathers  ID
	gathered []Letter
	settle   bool // lines are settings only: the receipt is a "preferences" mail
	awaited  bool // the person has asked for what is told here, though no mail of theirs is at hand

	// before is the case as the mail found it, or as UNDO in it has left it;
	// said and undone count the letters and dropped entries until then.
	before       Case
	said, undone int
	remembers    bool // UNDO is about this mail from now on
	corrects     bool // the mentor has had an agenda that is taken back
	forgets      bool // nothing of the writer may be left, UNDO neither
}

func newDecision(c Case, seed string, now time.Time) *decision {
	return &decision{Case: c, now: now, at: now, mint: Mint{seed: seed}}
}

// partner is the other person of the writer's pair.
func (d *decision) partner() Person { return d.person(d.Pair.Partner(d.Person.ID)) }

func (d *decision) person(id ID) Person {
	switch id {
	case d.Person.ID:
		return d.Person
	case d.Mentor.ID:
		return d.Mentor
	case d.Mentee.ID:
		return d.Mentee
	}
	return Person{}
}

// keepPerson writes a person's row, and keeps every copy in the case alike.
func (d *decision) keepPerson(p Person) {
	for _, held := range []*Person{&d.Person, &d.Mentor, &d.Mentee} {
		if held.ID == p.ID {
			*held = p
		}
	}
	d.out.People = upsert(d.out.People, p, func(a Person) bool { return a.ID == p.ID })
}

// keepPair writes the pair's row.
func (d *decision) keepPair() {
	d.out.Guard = Guard{} // the row's own version guards it
	d.out.Pairs = upsert(d.out.Pairs, d.Pair, func(a Pair) bool { return a.ID == d.Pair.ID })
}

// guard makes two decisions on the same pair at once exclude each other.
// Every decision about a session asks for it.
func (d *decision) guard() {
	if len(d.out.Pairs) == 0 {
		d.out.Guard = Guard{Pair: d.Pair.ID, Version: d.Pair.Version}
	}
}

func (d *decision) keepSession(s Session) {
	d.guard()
	d.Sessions = withRow(d.Sessions, s, func(a Session) bool { return a.ID == s.ID })
	d.out.Sessions = upsert(d.out.Sessions, s, func(a Session) bool { return a.ID == s.ID })
}

func (d *decision) keepChange(c Change) {
	d.guard()
	d.Changes = withRow(d.Changes, c, func(a Change) bool { return a.ID == c.ID })
	d.out.Changes = upsert(d.out.Changes, c, func(a Change) bool { return a.ID == c.ID })
}

func (d *decision) keepAction(a Action) {
	d.guard()
	d.Actions = withRow(d.Actions, a, func(b Action) bool { return a.ID == b.ID })
	d.out.Actions = upsert(d.out.Actions, a, func(b Action) bool { return a.ID == b.ID })
}

// keepNote keeps a note, the latest of the writer's first.
func (d *decision) keepNote(n Note) {
	same := func(b Note) bool { return n.ID == b.ID }
	if !slices.ContainsFunc(d.Notes, same) {
		d.Notes = append([]Note{n}, d.Notes...)
	}
	d.Notes = withRow(d.Notes, n, same)
	d.out.Notes = upsert(d.out.Notes, n, same)
}

func upsert[T any](rows []T, row T, same func(T) bool) []T {
	for i := range rows {
		if same(rows[i]) {
			rows[i] = row
			return rows
		}
	}
	return append(rows, row)
}

// withRow is upsert on a copy: the rows that are given stay as they are.
func withRow[T any](rows []T, row T, same func(T) bool) []T {
	return upsert(slices.Clone(rows), row, same)
}

// session returns the pair's session with the ID.
func (d *decision) session(id ID) (Session, bool) {
	for _, s := range d.Sessions {
		if s.ID == id {
			return s, true
		}
	}
	return Session{}, false
}

// pending is the person's move of the session that waits for an answer.
func (d *decision) pending(session, by ID) (Change, bool) {
	for _, c := range d.Changes {
		if c.Session == session && c.Person == by && c.Outcome == ChangePending {
			return c, true
		}
	}
	return Change{}, false
}

// bid is the person's live proposal for the session.
func (s Session) bid(by ID) (Bid, bool) {
	for _, b := range s.Bids {
		if b.By == by {
			return b, true
		}
	}
	return Bid{}, false
}

// withBid returns the session with the person's earlier proposal replaced.
func (s Session) withBid(b Bid) Session {
	s = s.withoutBid(b.By)
	s.Bids = append(s.Bids, b)
	return s
}

func (s Session) withoutBid(by ID) Session {
	var kept []Bid
	for _, b := range s.Bids {
		if b.By != by {
			kept = append(kept, b)
		}
	}
	s.Bids = kept
	return s
}

func (d *decision) line(l Line) { d.lines = append(d.lines, l) }

func (d *decision) timer(t Timer) { d.out.Timers = append(d.out.Timers, t) }

// letter begins a letter to a person of the case. The letter is not sent
// until post is called with it.
func (d *decision) letter(kind Kind, to Person, about Ref) Letter {
	id := d.mint.ID()
	l := Letter{
		ID:        id,
		MessageID: string(id) + "@" + d.Settings.domain(),
		Kind:      kind,
		To:        to.ID,
		Address:   to.Email,
		Name:      to.Name,
		About:     about,
		Created:   d.now,
		Facts: Facts{
			Program: d.Settings.Name,
			Name:    to.First(),
			Zone:    to.Location().String(),
			Locale:  to.Locale,
			Notice:  d.Settings.Notice,
		},
	}
	if l.Facts.Locale == "" {
		l.Facts.Locale = d.Settings.Locale
	}
	if d.Pair.Has(to.ID) {
		partner := d.person(d.Pair.Partner(to.ID))
		l.Facts.Partner, l.Facts.PartnerZone = partner.Name, partner.Location().String()
		l.Facts.Link, l.Facts.Length = d.Pair.Link, d.Pair.Length
		l.Facts.Role = "mentee"
		if to.ID == d.Pair.Mentor {
			l.Facts.Role = "mentor"
		}
	}
	if d.in != nil && to.ID == d.Person.ID {
		l.InReplyTo, l.References = d.in.MessageID, d.in.References
	}
	return l
}

// sessionLetter begins a letter about a session.
func (d *decision) sessionLetter(kind Kind, to Person, s Session) Letter {
	l := d.letter(kind, to, Ref{RefSession, s.ID})
	l.SessionUID = s.UID
	l.Purpose = AboutSession
	l.Facts.Start, l.Facts.End = s.Start, s.End
	l.Facts.Agenda = s.Agenda
	l.Facts.Charter = d.Pair.charterText(d.Pair.Charter.Stands, d, shortCharter)
	if !s.Start.IsZero() {
		l.Facts.Deadline = s.Start.Add(-d.Settings.Notice)
	}
	return l
}

// post queues a letter unless its reader must not be mailed.
func (d *decision) post(l Letter) {
	to := d.person(l.To)
	if l.To != "" && !d.mayMail(&to, &l) {
		return
	}
	if d.gathers != "" && l.To == d.gathers {
		d.gathered = append(d.gathered, l)
		return
	}
	d.sends(to, l)
}

// answers reports whether a letter to somebody answers what they have asked.
func (d *decision) answers(to *Person) bool {
	return (d.in != nil || d.awaited) && to.ID == d.Person.ID
}

// mayMail holds back what somebody has asked not to get. Answers to a
// person's own mail always go out, where it is proven to be theirs.
func (d *decision) mayMail(to *Person, l *Letter) bool {
	answer := d.answers(to) && (d.in == nil || d.in.Proof != ProofNone)
	switch {
	case to.Undeliverable:
		return false
	case answer:
		return true
	case to.Status == PersonLeft:
		return l.Kind == LetterCancel || l.Kind == LetterCancelLate
	case to.Status == PersonPaused:
		return l.SessionUID != "" && !l.Facts.Start.IsZero()
	}
	return true
}

// tellCoordinators queues a prompt to every coordinator about a person, or
// where that is nobody about the rows.
func (d *decision) tellCoordinators(reason string, about Person, rows ...string) {
	d.passOn("", reason, about, rows...)
}

// passOn does the same with the person's own words.
func (d *decision) passOn(words, reason string, about Person, rows ...string) {
	if about.Email != "" {
		rows = append([]string{about.named()}, rows...)
	}
	for _, address := range d.Settings.Coordinators {
		l := d.letter(LetterCoordinatorPrompt, Person{Email: address, Zone: d.Settings.Zone, Locale: d.Settings.Locale}, Ref{})
		l.InReplyTo, l.References = "", nil
		l.Facts.Role = "coordinator"
		l.Facts.Partner, l.Facts.Reason, l.Facts.Rows, l.Facts.Note = about.Name, reason, rows, words
		d.post(l)
	}
}

// finish turns the lines of the receipt into part of the mail that goes to
// the writer anyway, or into a receipt of their own: one mail back.
func (d *decision) finish(about Ref) Outcome {
	d.onReadersClock()
	defer d.offerUndo()
	if len(d.lines) == 0 {
		return d.out
	}
	for i := range d.out.Letters {
		l := &d.out.Letters[i]
		if l.To == d.Person.ID && l.To != "" {
			l.Facts.Lines = append(l.Facts.Lines, d.lines...)
			return d.out
		}
	}
	kind := LetterReceipt
	if d.settle {
		kind = LetterPreferences
	}
	l := d.letter(kind, d.Person, about)
	if about.Kind == RefSession {
		if s, ok := d.session(about.ID); ok {
			l = d.sessionLetter(kind, d.Person, s)
		}
	}
	l.Facts.Lines = d.lines
	d.post(l)
	return d.out
}

// onReadersClock writes the letters on the clocks and in the languages that
// hold when all of the mail is done: a setting may come after what it bears on.
func (d *decision) onReadersClock() {
	if len(d.out.People) == 0 {
		return
	}
	for i := range d.out.Letters {
		l := &d.out.Letters[i]
		reader := d.person(l.To)
		if l.To == "" || reader.ID == "" {
			continue
		}
		l.Facts.Zone = reader.Location().String()
		if reader.Locale != "" {
			l.Facts.Locale = reader.Locale
		}
		if l.Facts.PartnerZone != "" {
			l.Facts.PartnerZone = d.person(d.Pair.Partner(l.To)).Location().String()
		}
	}
}

// event is the calendar message for one recipient of the session.
func (d *decision) event(method string, s Session) *Event {
	return &Event{
		Method: method, UID: s.UID, Sequence: s.Sequence, Stamp: d.now,
		Start: s.Start, End: s.End, Location: d.Pair.Link,
		Attendees: []Attendee{s.attendee(&d.Mentor), s.attendee(&d.Mentee)},
	}
}

// attendee is a person with what they have said to the booked time.
func (s *Session) attendee(p *Person) Attendee {
	stat := s.Answers[p.ID].PartStat
	if stat == "" {
		stat = NeedsAction
	}
	return Attendee{Name: p.Name, Address: p.Email, PartStat: stat}
}

func timerKey(s Session, kind TimerKind, count int) string {
	return string(s.ID) + "/" + string(kind) + "/" + strconv.Itoa(s.Sequence) + "." + strconv.Itoa(s.Round) + "." + strconv.Itoa(count)
}
