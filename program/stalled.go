package program

import "time"

// stalledAfter is how long a pair may go without a session, held or booked,
// until the coordinators are told.
const stalledAfter = 21 * 24 * time.Hour

// stalledTimer has a pair looked at when it would have gone three weeks from
// the instant without a session. The first look is set once in a pair's life.
func (d *decision) stalledTimer(from time.Time, look string) {
	d.timer(Timer{
		Key:  string(d.Pair.ID) + "/" + string(TimerStalled) + "/" + look,
		Kind: TimerStalled, Due: from.Add(stalledAfter), Pair: d.Pair.ID,
	})
}

// stalled tells the coordinators of a pair that has not met for three weeks
// and has nothing booked, and looks again three weeks later.
func (d *decision) stalled() {
	if d.Pair.ID == "" || d.Pair.Status == PairEnded {
		return
	}
	var last time.Time // the end of the last session, held or booked
	for _, s := range d.Sessions {
		if !s.End.IsZero() && s.Status != SessionCancelled && s.Status != SessionMissed {
			last = later(last, s.End)
		}
	}
	if last.Add(stalledAfter).After(d.now) {
		d.stalledTimer(last, d.now.UTC().Format(time.RFC3339))
		return
	}
	d.stalledTimer(d.now, d.now.UTC().Format(time.RFC3339))
	if d.Pair.Status == PairActive && d.Mentor.Status == PersonActive && d.Mentee.Status == PersonActive {
		d.tellCoordinators("stalled", Person{}, d.Mentor.named(), d.Mentee.named())
	}
}
