package program

import (
	"slices"
	"time"
)

// JoinWithin is how far ahead a mail takes what is due for the same person.
const JoinWithin = 12 * time.Hour

// Joins reports whether the timer's mail may be one with others that are due
// for the same person: those that prepare one session, and the chases of what
// a pair was asked as it began. Check-in, feedback and journal never are, since
// others read their answers; nor is what keeps its hour.
func (t Timer) Joins() bool { return t.Person != "" && (t.prepares() || t.chases()) }

// prepares reports whether the timer's mail prepares a session.
func (t Timer) prepares() bool {
	return t.Kind == TimerAgendaRequest || t.Kind == TimerFreeUntil || t.Kind == TimerAgenda
}

// chases reports whether the timer's mail repeats a question for times, or for
// what somebody expects, to the one who was asked.
func (t Timer) chases() bool {
	return (t.Kind == TimerChase || t.Kind == TimerKickOff) && t.Count > 0 && t.Count <= maxChases
}

// with reports whether two timers' mails can be one: those about the same
// session, since a mail has one reply address and that has one subject, and
// the chases of one pair.
func (t Timer) with(other Timer) bool {
	if t.Person == "" || t.Person != other.Person || t.Kind == other.Kind {
		return false
	}
	return t.prepares() && other.prepares() && t.Session == other.Session || t.chases() && other.chases() && t.Pair == other.Pair
}

// dueTogether decides about the timer and, where that sends a mail, about what
// is due soon for the same person, and makes one mail of what comes of them.
func (d *decision) dueTogether(t Timer) {
	d.gathers = t.Person
	d.dueAlone(t)
	for _, other := range d.Upcoming {
		before := len(d.gathered)
		if before == 0 || !t.with(other) || other.Due.Sub(d.now) > JoinWithin {
			continue
		}
		d.dueAlone(other)
		// The mentor's agenda can still grow until its own time comes, when
		// only what is new goes out.
		if len(d.gathered) > before && other.Kind != TimerAgenda {
			d.out.Consumed = append(d.out.Consumed, other.Key)
		}
	}
	d.gathers = ""
	if len(d.gathered) > 0 {
		whole := join(d.gathered)
		d.sends(d.person(whole.To), whole)
	}
}

// join makes one letter of several to one person: what wants an answer first.
func join(letters []Letter) Letter {
	rank := func(l Letter) int {
		return slices.Index([]Kind{LetterKickOff, LetterFreeUntil, LetterAgenda}, l.Kind) // -1: it asks first
	}
	slices.SortStableFunc(letters, func(a, b Letter) int { return rank(a) - rank(b) })
	whole := letters[0]
	if len(letters) == 1 {
		return whole
	}
	told := false // whether the agenda has a part of its own
	for _, l := range letters {
		told = told || l.Kind == LetterAgenda
	}
	for _, l := range letters {
		if told && l.Kind != LetterAgenda {
			l.Facts.Agenda = ""
		}
		whole.Parts = append(whole.Parts, Part{l.Kind, l.Facts})
		if whole.Event == nil {
			whole.Event = l.Event
		}
	}
	return whole
}
