package inbox

import (
	"slices"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// aDay is longer than any day, be the clock changed in it.
const aDay = 36 * time.Hour

// readAbsence reads in a sentence that its writer will be away for some days:
// "I'm on holiday from 3 to 14 August", "away next week". It returns true where
// that is all the sentence says; where it gives the reason for something else,
// the days are kept for that.
func (d *reading) readAbsence(c, from, to int, span [2]int) bool {
	t, ok := d.stretchIn(from, to)
	if !ok {
		return false
	}
	if d.speaks(from, to, phrases.gones) && d.speaksOf(from, to, phrases.aways) {
		t.used = true // "I was on holiday from 3 to 14 July"
		return false
	}
	if d.clauses[c].question {
		return false
	}
	if !d.saysAway(from, to, t) {
		return false
	}
	if !d.onlyAbsence(from, to, t) {
		t.Negated = true // it is no time to meet
		d.away = t
		hits := d.hitsAround(t.from, t.to)
		for i := range hits {
			if h := &hits[i]; h.from < t.to && h.to > t.from && (h.class == "yes" || h.class == "fit") {
				h.class = "" // "bis 20. Februar" is no "see you on 20 February"
			}
		}
		return false
	}
	if !t.Start.After(d.At) && d.Question.Session == nil {
		return false // it has begun: a pause
	}
	d.add(d.pauseFor(t, span))
	return true
}

// onlyAbsence reports whether a sentence that tells an absence wants nothing
// else, and does not answer what was asked.
func (d *reading) onlyAbsence(from, to int, t *timeAt) bool {
	_, more := d.hitIn(from, to, "cancel", "move", "send-times", "stop", "pause")
	if _, elsewhere := d.place(from, to); more || elsewhere || len(d.Question.Offered) > 0 {
		return false
	}
	switch d.purpose {
	case program.AboutNothing, program.AboutCheckIn:
		return true
	case program.AboutSession: // a day alone is a refusal of that day
		return t.End.Sub(t.Start) > aDay && !d.said("cancel", "move", "send-times") && !d.refusedElsewhere(from, to)
	}
	return false
}

// pauseFor is the request to be left alone in a stretch of days: at once where
// it has begun.
func (d *reading) pauseFor(t *timeAt, span [2]int) program.Request {
	q := program.Request{Type: program.Pause, Until: lastDay(t.When), Span: span}
	if t.Start.After(d.At) {
		q.Times = []program.When{t.When}
	}
	return q
}

// lastDay is the last day of a stretch.
func lastDay(w program.When) string { return w.End.Add(-time.Minute).Format(time.DateOnly) }

// stretchIn is the one stretch of whole days that a sentence names. The day of
// a return ends it: "I leave on 3 August and am back on 15 August".
func (d *reading) stretchIn(from, to int) (*timeAt, bool) {
	var days []*timeAt
	times := d.timesBetween(from, to)
	for i := range times {
		if t := &times[i]; !t.used {
			days = append(days, t)
		}
	}
	if len(days) == 0 || len(days) > 2 || !wholeDays(days[0].When) {
		return nil, false
	}
	first := days[0]
	if len(days) == 2 {
		_, back := d.hitIn(first.to, days[1].to, "back")
		if !back || !wholeDays(days[1].When) || !days[1].Start.After(first.Start) {
			return nil, false
		}
		whole := *first
		whole.End, whole.to = days[1].Start, days[1].to
		return &whole, true
	}
	d.endBefore(first)
	return first, first.End.After(d.At)
}

// endBefore ends a stretch "from September until December" where December
// begins.
func (d *reading) endBefore(t *timeAt) {
	at := d.untilAt(t.from, t.to)
	if at < 0 || at+2 != t.to || t.End.Day() != 1 {
		return
	}
	if month := d.tokens[at+1].word; !isWeekday(month) && !strings.ContainsAny(month, "0123456789") {
		t.End = t.End.AddDate(0, -1, 0)
	}
}

// wholeDays reports whether a time is a stretch of days with both ends, or one
// that ends and has begun. A month alone is too vague: "we go away in August".
func wholeDays(w program.When) bool {
	return (w.DateOnly || w.Grain == program.GrainWeek || w.Grain == program.GrainDay) && w.Grain != program.GrainMonth &&
		!w.Ambiguous() && !w.OpenEnd && !w.Weekly && w.End.Sub(w.Start) >= 20*time.Hour
}

// saysAway reports whether a sentence says that its writer is away in the
// stretch: it names an absence, now or to come, and nobody else's.
func (d *reading) saysAway(from, to int, t *timeAt) bool {
	const short = 4 // words: "away 20 Dec to 3 Jan"
	away := d.speaksOf(from, to, phrases.aways)
	if d.speaks(from, to, phrases.gones) || !away && !d.speaks(from, to, phrases.absences) {
		return false
	}
	return d.speaks(from, to, phrases.selves) || away && to-from-(t.to-t.from) <= short && !d.speaks(from, to, phrases.others)
}

// refusedElsewhere reports whether another sentence says that a time does not
// suit: then that is what the mail is about.
func (d *reading) refusedElsewhere(from, to int) bool {
	return slices.ContainsFunc(d.hitsOf("unfit", "absent"), func(h hit) bool {
		if h.from < from || h.from >= to {
			return true
		}
		end := min(h.to+1, to) // the absence may stand right behind it: "je suis en | vacances"
		return !d.speaksOf(h.from, end, phrases.aways) && !d.speaks(h.from, end, phrases.absences)
	})
}

// giveAbsence puts the days for which the writer is away, as days that do not
// suit, with the request for which they are the reason.
func (d *reading) giveAbsence() {
	if d.away == nil || d.away.End.Sub(d.away.Start) <= aDay {
		return // that day alone does not suit
	}
	for i := range d.requests {
		q := &d.requests[i]
		switch q.Type {
		case program.Decline, program.Constrain, program.Cancel, program.Move, program.Propose, program.Join:
		default:
			continue
		}
		away := d.away.When
		away.Negated = true
		q.Until = lastDay(away)
		q.Times = slices.DeleteFunc(slices.Clone(q.Times), func(w program.When) bool { return w.Negated && w.Offset == away.Offset })
		q.Times = append(q.Times, away)
		return
	}
}
