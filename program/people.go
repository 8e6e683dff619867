package program

import "time"

// doPerson carries out a request that concerns the writer alone.
func (d *decision) doPerson(q Request) {
	p := d.Person
	switch q.Type {
	case Join:
		d.join()
		return
	case Refuse:
		d.refuse()
		return
	case SetZone:
		d.setZone(q.Value)
		return
	case SetHours:
		hours, err := ParseHours(q.Value)
		if err != nil || q.Value == "" {
			d.line(Line{Code: "not-understood", Value: q.Text})
			return
		}
		p.Hours = hours
		d.set(p, Line{Code: "hours", Value: hours.String()})
		return
	case SetLanguage:
		p.Locale = q.Value
		d.set(p, Line{Code: "language", Value: q.Value})
		return
	case SetCalendar:
		d.setCalendar(q)
		return
	case SetHolidays:
		d.setHolidays(q)
		return
	case Pause:
		d.pause(q)
		return
	case Resume:
		d.comeBack()
		return
	case Stop:
		p.Status, p.Calendar = PersonLeft, "" // which is not read any more
		d.set(p, Line{Code: "stopped"})
		d.settle = false
		d.goodbye(p)
		d.startPairs("stop")
		return
	case Help:
		if q.Text == "" {
			d.post(d.letter(LetterHelp, p, d.in.About))
			return
		}
	case Status:
		d.status()
		return
	}
	d.passOn(q.Text, "help", p)
	d.line(Line{Code: "coordinator-told"})
}

// set keeps a setting and puts it on the receipt.
func (d *decision) set(p Person, l Line) {
	if len(d.lines) == 0 {
		d.settle = true
	}
	d.keepPerson(p)
	d.line(l)
}

func (d *decision) setZone(zone string) {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" {
		d.line(Line{Code: "not-understood", Value: zone})
		return
	}
	p := d.Person
	p.Zone, p.ZoneKnown = zone, true
	d.set(p, Line{Code: "zone", Value: zone})
}

// join takes an invited person in, and asks for what is not yet known.
func (d *decision) join() {
	p := d.Person
	if p.Status == PersonActive {
		d.line(Line{Code: "nothing-changed"})
		return
	}
	p.Status, p.PausedUntil = PersonActive, time.Time{}
	d.keepPerson(p)
	l := d.letter(LetterWelcome, p, Ref{RefPerson, p.ID})
	l.Purpose = AboutNothing // the invitation is answered
	if !p.ZoneKnown && !d.requests(SetZone) {
		l.Facts.Asks = append(l.Facts.Asks, "zone")
	}
	d.post(l)
	d.line(Line{Code: "joined"})
	d.startPairs("join")
	d.nextNudge(p)
}

func (d *decision) requests(t RequestType) bool {
	for _, q := range d.in.Requests {
		if q.Type == t {
			return true
		}
	}
	return false
}

// startPairs has each of the person's pairs looked at: those in which both
// have joined begin, and in those that one has left nothing is looked for.
func (d *decision) startPairs(why string) {
	for _, id := range d.LivePairs {
		d.timer(Timer{
			Key:  string(id) + "/" + why + "/" + string(d.mint.ID()),
			Kind: TimerNextSession, Due: d.now, Pair: id, Person: d.Person.ID,
		})
	}
}

// refuse lets an invited person go.
func (d *decision) refuse() {
	p := d.Person
	p.Status = PersonLeft
	d.keepPerson(p)
	d.goodbye(p)
	d.line(Line{Code: "refused"})
	d.startPairs("refuse")
	d.tellCoordinators("declined-invitation", p)
}

// goodbye ends the mails to a person; an answer to it can take them back in.
func (d *decision) goodbye(p Person) {
	l := d.letter(LetterGoodbye, p, Ref{RefPerson, p.ID})
	l.Purpose = AboutInvitation
	d.post(l)
}

// pause stops all but booked sessions: at once, or for the stretch of days to
// come that the writer names.
func (d *decision) pause(q Request) {
	if away, ok := absenceOf(q); ok && away.Start.After(d.now) {
		d.keepAbsence(away)
		return
	}
	p := d.Person
	p.Status, p.PausedUntil = PersonPaused, time.Time{}
	if until, err := time.ParseInLocation(time.DateOnly, q.Until, p.Location()); err == nil && until.After(d.now) {
		p.PausedUntil = until
		d.timer(Timer{
			Key: string(p.ID) + "/resume/" + string(d.mint.ID()), Kind: TimerResume, Due: until, Person: p.ID,
		})
	}
	d.set(p, Line{Code: "paused", Start: p.PausedUntil})
	if !p.PausedUntil.IsZero() {
		d.tellBookedWithin(Span{d.now, p.PausedUntil})
	}
}

// status tells the writer what is held about the pair's sessions.
func (d *decision) status() {
	l := d.letter(LetterStatus, d.Person, d.in.About)
	for _, s := range d.Sessions {
		if s.Open() && (s.Booked() || s.Status == SessionProposed) {
			l.Facts.Lines = append(l.Facts.Lines, Line{Code: "status-session", Start: s.Start, End: s.End, Value: string(s.Status)})
		}
	}
	l.Facts.Rows = []string{d.Person.Location().String(), d.Person.Hours.String(), string(d.Person.Status), "holidays " + d.Person.Holidays}
	for _, away := range d.Person.Absences {
		if away.End.After(d.now) {
			first, last := away.Start.In(d.Person.Location()), lastDay(away, d.Person)
			l.Facts.Rows = append(l.Facts.Rows, "away "+first.Format(time.DateOnly)+" "+last.Format(time.DateOnly))
		}
	}
	d.statusCalendar(&l)
	d.post(l)
}
