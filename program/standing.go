package program

import "time"

// shiftToldAt is how long before a session a person is told that the clocks
// have moved it on theirs.
const shiftToldAt = 7 * 24 * time.Hour

// standing is the next time of a pair's rhythm: the weekday and wall time of
// the last session, in the zone in which that was agreed, one cadence on. Where
// pauses have let that pass, it is the first such time that is still to come;
// where it is a holiday or somebody is away, it is a week later, whatever the
// cadence, so that no month is lost. skips are the dates that were let pass so.
// ok is false where it does not suit both, or where a clock change skips it.
func (d *decision) standing(last Session) (start time.Time, skips []skip, ok bool) {
	const tries = 60 // more than a year of weeks
	zone := Person{Zone: last.Zone}.Location()
	then := last.Start.In(zone)
	days := d.Pair.Cadence.Days()
	for range tries {
		next := time.Date(then.Year(), then.Month(), then.Day()+days, then.Hour(), then.Minute(), 0, 0, zone)
		if next.Before(d.now.Add(leadTime)) {
			days += d.Pair.Cadence.Days()
			continue
		}
		if why, off := d.skipped(next); off {
			skips = append(skips, why)
			days += 7
			continue
		}
		all := d.search(d.now, next.Add(d.Pair.Length))
		return next, skips, sameClock(next, then) && all.fits(next)
	}
	return time.Time{}, nil, false
}

// nextSlots are the slots for a pair's next session: the one of the standing
// rhythm first, where it is free, and others beside it. skips are the dates
// that the rhythm has let pass before that one.
func (d *decision) nextSlots(last Session, from time.Time) (slots []Slot, skips []skip) {
	all := d.searchAhead(from, from)
	start, ok := time.Time{}, false
	if !last.Start.IsZero() && last.Status != SessionCancelled {
		start, skips, ok = d.standing(last)
	}
	if !ok {
		return all.slots(maxOffers), nil
	}
	day := dayOf(start)
	all.without = []Span{day}
	starts := []time.Time{start}
	for _, slot := range all.slots(maxOffers - 1) {
		starts = append(starts, slot.Start)
	}
	return label(starts, d.Pair.Length), skips
}

// sameClock reports whether both instants show the same time of the day.
func sameClock(a, b time.Time) bool {
	return a.Hour() == b.Hour() && a.Minute() == b.Minute()
}

// shifted finds whose clock has moved between the pair's last session and this
// one: it shows the other hour while the partner's shows the same. Where both
// differ, they have chosen another hour.
func (d *decision) shifted(s Session) (who Person, last Session, ok bool) {
	for _, other := range d.Sessions {
		if other.ID != s.ID && other.Status != SessionCancelled && other.Start.Before(s.Start) && other.Start.After(last.Start) {
			last = other
		}
	}
	if last.Start.IsZero() {
		return Person{}, Session{}, false
	}
	differs := func(p Person) bool {
		return !sameClock(s.Start.In(p.Location()), last.Start.In(p.Location()))
	}
	switch mentor, mentee := differs(d.Mentor), differs(d.Mentee); {
	case mentor && !mentee:
		return d.Mentor, last, true
	case mentee && !mentor:
		return d.Mentee, last, true
	}
	return Person{}, Session{}, false
}

// shiftTimer has the side whose clock moves told a week ahead; where the
// session is nearer than that, at once.
func (d *decision) shiftTimer(s Session) {
	if _, _, ok := d.shifted(s); !ok {
		return
	}
	due := s.Start.Add(-shiftToldAt)
	if due.Before(d.now) {
		due = d.now
	}
	d.sessionTimer(s, TimerClockShift, due, 0)
}

// tellShift tells the side whose clock moves.
func (d *decision) tellShift(s Session) {
	who, last, ok := d.shifted(s)
	if !ok || !s.Start.After(d.now) {
		return
	}
	l := d.sessionLetter(LetterReceipt, who, s)
	l.Facts.Lines = []Line{{Code: "clock-shift", Start: s.Start, End: s.End, Old: last.Start}}
	d.post(l)
}
