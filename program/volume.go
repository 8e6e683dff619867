package program

import (
	"slices"
	"time"
)

const (
	// unsolicitedMost mails that nobody asked for go to a person in any
	// unsolicitedDays days of their calendar.
	unsolicitedMost = 2
	unsolicitedDays = 7
	// pressingWithin is how near a session makes its change worth a night.
	pressingWithin = 24 * time.Hour
	// beforeQuiet is how long before the quiet hours goes what they would make
	// useless, so that a pass a little later still finds it in time.
	beforeQuiet = time.Hour
)

// Unsolicited reports whether a mail counts against the weekly limit. Mails
// about sessions, and answers, do not.
func (l Letter) Unsolicited() bool {
	switch l.Kind {
	case LetterCheckIn, LetterFeedbackRequest, LetterJournalNudge, LetterDigest:
		return true
	case LetterKickOff:
		return l.Facts.Reason == "chase"
	}
	return false
}

// quietEnd is when the quiet hours end in which the instant lies; zero where
// it lies in none. A clock change in between moves it as it moves the clock.
func (p Person) quietEnd(t time.Time) time.Time {
	local := t.In(p.Location())
	minute := local.Hour()*60 + local.Minute()
	if p.Quiet.From == p.Quiet.To || !p.Quiet.Holds(minute) {
		return time.Time{}
	}
	day := local.Day()
	if minute >= p.Quiet.To {
		day++ // they pass midnight
	}
	end := time.Date(local.Year(), local.Month(), day, p.Quiet.To/60, p.Quiet.To%60, 0, 0, local.Location())
	if !end.After(t) {
		return time.Time{} // the clock has gone back over them
	}
	return end
}

// quietStart is when the quiet hours began in which the instant lies.
func (p Person) quietStart(t time.Time) time.Time {
	local := t.In(p.Location())
	day := local.Day()
	if local.Hour()*60+local.Minute() < p.Quiet.From {
		day--
	}
	return time.Date(local.Year(), local.Month(), day, p.Quiet.From/60, p.Quiet.From%60, 0, 0, local.Location())
}

// beforeNight moves an instant that lies in the person's quiet hours to
// before them, or to their end where it is too late for that.
func (p Person) beforeNight(due, now time.Time) time.Time {
	end := p.quietEnd(due)
	if end.IsZero() {
		return due
	}
	if early := p.quietStart(due).Add(-beforeQuiet); early.After(now) && p.quietEnd(early).IsZero() {
		return early
	}
	return end
}

// hold is the instant until which a letter waits for the reader's quiet hours
// to end; zero: it goes at once. Answers to the reader's own mail do not
// wait, nor the mail an hour before a session, nor its change on the last day.
func (d *decision) hold(to *Person, l *Letter) time.Time {
	if to.ID == "" || d.answers(to) || l.Kind == LetterReminder {
		return time.Time{}
	}
	if d.pressing(l) {
		return time.Time{}
	}
	return to.quietEnd(d.now)
}

// overslept reports whether a letter that only prepares a session would come
// when that has begun. The mail an hour before tells what is of use then.
func (l *Letter) overslept() bool {
	return (l.Kind == LetterAgendaRequest || l.Kind == LetterAgenda) && !l.NotBefore.Before(l.Facts.Start)
}

// pressing reports whether a letter tells of a change, asked for or made,
// less than a day before the session that it concerns.
func (d *decision) pressing(l *Letter) bool {
	switch l.Kind {
	case LetterReceipt:
		if s, ok := d.session(l.About.ID); !ok || !s.Booked() {
			return false
		}
	case LetterInvite, LetterUpdate, LetterCancel, LetterCancelLate, LetterMoveRequest, LetterMoveRefused,
		LetterMoveLate, LetterNoAnswer, LetterProposal:
	default:
		return false
	}
	near := func(t time.Time) bool { return t.After(d.now) && t.Sub(d.now) <= pressingWithin }
	return near(l.Facts.Start) || near(l.Facts.Old) ||
		slices.ContainsFunc(l.Facts.Slots, func(s Slot) bool { return near(s.Start) })
}

// sends is the last step of a letter: it waits for the morning where it must,
// and counts where nobody has asked for it.
func (d *decision) sends(to Person, l Letter) {
	l.NotBefore = d.hold(&to, &l)
	if l.overslept() {
		return
	}
	if d.in == nil && l.Unsolicited() {
		to.Unsolicited = to.withUnsolicited(later(d.now, l.NotBefore))
		d.keepPerson(to)
	}
	if d.out.Letters == nil {
		d.out.Letters = make([]Letter, 0, 2) // mostly one to each of the two
	}
	d.out.Letters = append(d.out.Letters, l)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// withUnsolicited adds an instant to the latest unsolicited mails.
func (p Person) withUnsolicited(t time.Time) []time.Time {
	all := append(slices.Clone(p.Unsolicited), t)
	return all[max(0, len(all)-unsolicitedMost):]
}

// roomAt is the first morning on which a further unsolicited mail may reach
// the person; the zero time where it may now. Days count on their calendar,
// so that neither a clock change nor a pass that came late shifts a weekly mail.
func (p Person) roomAt(now time.Time) time.Time {
	if len(p.Unsolicited) < unsolicitedMost {
		return time.Time{}
	}
	zone := p.Location()
	first, today := p.Unsolicited[len(p.Unsolicited)-unsolicitedMost].In(zone), now.In(zone)
	free := time.Date(first.Year(), first.Month(), first.Day()+unsolicitedDays, 0, 0, 0, 0, zone)
	if !free.After(today) {
		return time.Time{}
	}
	return time.Date(free.Year(), free.Month(), free.Day(), 9, 0, 0, 0, zone)
}

// full reports whether the person has had their unsolicited mails of the week.
func (d *decision) full(p Person) bool { return !p.roomAt(d.now).IsZero() }

// postponed sets a timer anew where its mail would be one too many this week,
// or would find nobody there. What comes weekly is left out instead, by
// whoever decides it.
func (d *decision) postponed(t Timer) bool {
	p := d.Person
	due := p.roomAt(d.now)
	if until := p.awayUntil(d.now); !until.IsZero() {
		away := until.In(p.Location())
		due = later(due, time.Date(away.Year(), away.Month(), away.Day(), 9, 0, 0, 0, away.Location()))
	}
	if due.IsZero() || !due.After(d.now) {
		return false
	}
	t.Key += "/" + due.Format(time.DateOnly)
	t.Due = due
	d.timer(t)
	return true
}
