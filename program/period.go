package program

import "time"

// begins is when a pair's first session is looked for, where its program has a
// first day that is yet to come: nine in the morning of it. Pairs.csv gives
// the days; they are the mentee's, whose clock the pair's other timers run by.
func (p Pair) begins(zone *time.Location) time.Time {
	first, err := time.ParseInLocation(time.DateOnly, p.Start, zone)
	if err != nil {
		return time.Time{}
	}
	return time.Date(first.Year(), first.Month(), first.Day(), 9, 0, 0, 0, zone)
}

// over is the midnight after the last day of a pair's program; zero where it
// has none.
func (p Pair) over(zone *time.Location) time.Time {
	last, err := time.ParseInLocation(time.DateOnly, p.End, zone)
	if err != nil {
		return time.Time{}
	}
	return last.AddDate(0, 0, 1)
}

// early reports whether the pair's program has not begun yet.
func (d *decision) early() bool { return d.Pair.begins(d.Mentee.Location()).After(d.now) }

// beyond reports whether an instant lies after the pair's program.
func (d *decision) beyond(t time.Time) bool {
	over := d.Pair.over(d.Mentee.Location())
	return !over.IsZero() && !t.Before(over)
}

// noLater is the instant, or the end of the pair's program where that is first.
func (d *decision) noLater(t time.Time) time.Time {
	if d.beyond(t) {
		return d.Pair.over(d.Mentee.Location())
	}
	return t
}

// periodTimers have the pair looked at on its first day, and ended on the
// morning after its last one. A day that changes brings timers of its own.
func (p Pair) periodTimers(mentee Person, now time.Time) []Timer {
	var timers []Timer
	set := func(kind TimerKind, due time.Time) {
		timers = append(timers, Timer{
			Key:  string(p.ID) + "/" + string(kind) + "/" + due.UTC().Format(time.RFC3339),
			Kind: kind, Due: due, Pair: p.ID, Person: p.Mentee,
		})
	}
	zone := mentee.Location()
	if begins := p.begins(zone); begins.After(now) {
		set(TimerNextSession, begins)
	}
	if over := p.over(zone); !over.IsZero() {
		set(TimerEnd, nextMorning(mentee, over.Add(-time.Second)))
	}
	return timers
}

// endOfPeriod ends the pair whose last day has passed. Where that is still to
// come, on the clock that the mentee has now or by another row of pairs.csv, it
// looks again.
func (d *decision) endOfPeriod() {
	if d.beyond(d.now) {
		d.endPair()
		return
	}
	for _, t := range d.Pair.periodTimers(d.Mentee, d.now) {
		d.timer(t)
	}
}
