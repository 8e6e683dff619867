package program

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// longestAbsence is how far ahead an absence may end.
	longestAbsence = 400 * 24 * time.Hour
	// mostAbsences are kept for one person; the earliest give way.
	mostAbsences = 20
)

// awayUntil is when an absence ends that holds at the instant, with those that
// follow upon it; the zero time where there is none.
func (p Person) awayUntil(at time.Time) time.Time {
	var until time.Time
	for _, away := range p.Absences { // earliest first
		if !away.Start.After(later(at, until)) && away.End.After(later(at, until)) {
			until = away.End
		}
	}
	return until
}

// isAway reports whether somebody is away at the instant.
func (p Person) isAway(at time.Time) bool { return !p.awayUntil(at).IsZero() }

// withAbsence adds an absence to those that are not over yet. One that
// overlaps another makes it longer; one that begins with another states its end
// anew.
func (p Person) withAbsence(away Span, now time.Time) []Span {
	var kept []Span
	for _, other := range p.Absences {
		switch {
		case !other.End.After(now):
		case other.Start.Equal(away.Start):
		case away.Start.After(other.End) || other.Start.After(away.End):
			kept = append(kept, other)
		default:
			if other.Start.Before(away.Start) {
				away.Start = other.Start
			}
			away.End = later(away.End, other.End)
		}
	}
	kept = append(kept, away)
	slices.SortFunc(kept, byStart)
	return kept[max(0, len(kept)-mostAbsences):]
}

// absenceOf is the stretch of days that a request says its writer is away; ok
// is false where it says none.
func absenceOf(q Request) (away Span, ok bool) {
	for _, when := range q.Times {
		if !when.Ambiguous() && when.End.After(when.Start) {
			return Span{when.Start.UTC(), when.End.UTC()}, true
		}
	}
	return Span{}, false
}

// keepAbsence keeps that the writer is away, and tells which booked sessions
// lie in it. Those stand: nothing is moved by itself.
func (d *decision) keepAbsence(away Span) {
	if len(d.lines) == 0 {
		d.settle = true // the receipt shows settings
	}
	if d.addAbsence(away) {
		d.tellBookedWithin(away)
	}
}

// addAbsence keeps that the writer is away, unless that is over or too far off.
func (d *decision) addAbsence(away Span) bool {
	p := d.Person
	switch {
	case !away.End.After(d.now):
		d.line(Line{Code: "nothing-changed"})
		return false
	case away.End.After(d.now.Add(longestAbsence)):
		d.line(Line{Code: "absence-too-far"})
		return false
	}
	p.Absences = p.withAbsence(away, d.now)
	d.keepPerson(p)
	d.line(absenceLine(away, p))
	return true
}

func absenceLine(away Span, p Person) Line {
	l := Line{Code: "absence", Start: away.Start, Value: lastDay(away, p).Format(time.DateOnly)}
	if away.Start.In(p.Location()).Format(time.DateOnly) == l.Value {
		l.Code = "absence-day"
	}
	return l
}

// comeBack ends the writer's pause, and the absence that has begun. Others that
// they have told ahead stay, and are named; they are meant where nothing has
// begun yet.
func (d *decision) comeBack() {
	p := d.Person
	if begun := p.Status == PersonPaused || p.isAway(d.now); begun {
		p.Absences = slices.DeleteFunc(slices.Clone(p.Absences), func(away Span) bool { return !away.Start.After(d.now) })
	} else {
		p.Absences = nil
	}
	p.Status, p.PausedUntil = PersonActive, time.Time{}
	d.set(p, Line{Code: "resumed"})
	for _, away := range p.Absences {
		d.line(absenceLine(away, p))
	}
	d.startPairs("resume")
}

// alsoAway keeps an absence that a request gives as its reason: "I can't, I'm on
// holiday from 3 to 14 August". Until tells it from times that merely do not
// suit. What becomes of a session the request itself says.
func (d *decision) alsoAway(q Request) {
	switch q.Type {
	case Decline, Constrain, Cancel, Move, Propose, Join:
	default:
		return
	}
	q.Times = slices.DeleteFunc(slices.Clone(q.Times), func(w When) bool { return !w.Negated })
	if away, ok := absenceOf(q); ok && q.Until != "" {
		d.addAbsence(away)
	}
}

// tellBookedWithin names the booked sessions in a stretch of days.
func (d *decision) tellBookedWithin(away Span) {
	for _, s := range d.Sessions {
		if s.Booked() && s.Start.After(d.at) && away.overlaps(Span{s.Start, s.End}) {
			d.line(Line{Code: "booked-within", Start: s.Start, End: s.End})
		}
	}
}

// lastDay is the last day of an absence on the person's clock.
func lastDay(away Span, p Person) time.Time { return away.End.Add(-time.Second).In(p.Location()) }

// spansText writes spans as a text that can be compared, and spansOf reads it.
func spansText(spans []Span) string {
	var out []string
	for _, s := range spans {
		out = append(out, strconv.FormatInt(micros(s.Start), 10)+"-"+strconv.FormatInt(micros(s.End), 10))
	}
	return strings.Join(out, " ")
}

func spansOf(text string) []Span {
	var spans []Span
	for _, field := range strings.Fields(text) {
		start, end, _ := strings.Cut(field, "-")
		from, _ := strconv.ParseInt(start, 10, 64)
		to, _ := strconv.ParseInt(end, 10, 64)
		spans = append(spans, Span{fromMicros(from), fromMicros(to)})
	}
	return spans
}
