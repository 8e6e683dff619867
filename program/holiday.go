package program

import "time"

// SetHolidays says whose public holidays are kept free for a person.
const SetHolidays RequestType = "holidays"

// HolidaysOff is the setting of somebody who works on public holidays.
const HolidaysOff = "off"

// Holiday is a day on which a person does not work because their country does
// not. Which ones there are comes in with the Case.
type Holiday struct {
	Person ID
	Day    Span // on the person's own clock
	Name   string
}

// setHolidays keeps which country's public holidays are kept free for the
// writer, or that none are.
func (d *decision) setHolidays(q Request) {
	if q.Value == "" {
		d.line(Line{Code: "holidays-unknown", Value: q.Text})
		return
	}
	p := d.Person
	p.Holidays = q.Value
	if q.Value == HolidaysOff {
		d.set(p, Line{Code: "holidays-off"})
		return
	}
	d.set(p, Line{Code: "holidays", Value: q.Value})
}

// holidays are those of the two that still count: a mail may just have said
// that somebody's do not.
func (d *decision) holidays() []Holiday {
	var kept []Holiday
	for _, h := range d.Holidays {
		if p := d.person(h.Person); p.ID != "" && p.Holidays != HolidaysOff {
			kept = append(kept, h)
		}
	}
	return kept
}

// daysOff are the holidays and absences of both: what we offer avoids them,
// while a time that somebody proposes or picks is their own choice.
func (d *decision) daysOff() []Span {
	var off []Span
	for _, h := range d.holidays() {
		off = append(off, h.Day)
	}
	for _, p := range []Person{d.Mentor, d.Mentee} {
		off = append(off, p.Absences...)
	}
	return off
}

// skipped tells why a date of the rhythm is let pass: a holiday, or else an
// absence, of one of the two or of both. ok is false where there is neither.
func (d *decision) skipped(start time.Time) (why skip, ok bool) {
	slot := Span{start, start.Add(d.Pair.Length)}
	why.start = start
	for _, h := range d.holidays() {
		if !slot.overlaps(h.Day) {
			continue
		}
		if why.name == "" {
			why.name = h.Name
		}
		why.who = append(why.who, h.Person)
	}
	if len(why.who) > 0 {
		return why, true
	}
	for _, p := range []Person{d.Mentor, d.Mentee} {
		for _, away := range p.Absences {
			if slot.overlaps(away) {
				why.who = append(why.who, p.ID)
				break
			}
		}
	}
	return why, len(why.who) > 0
}

// skip is a date of the rhythm that is let pass.
type skip struct {
	start time.Time
	name  string // of the holiday; empty for an absence
	who   []ID
}

// skipLines tell a reader which dates of the rhythm were let pass. An absence
// is told once, however many dates lie in it.
func skipLines(skips []skip, reader ID) []Line {
	var lines []Line
	for _, s := range skips {
		code := "holiday"
		if s.name == "" {
			code = "away"
		}
		switch {
		case len(s.who) > 1:
			code += "-both"
		case s.who[0] == reader:
			code += "-yours"
		default:
			code += "-partner"
		}
		if n := len(lines); s.name == "" && n > 0 && lines[n-1].Code == code {
			continue
		}
		lines = append(lines, Line{Code: code, Start: s.start, Value: s.name})
	}
	return lines
}
