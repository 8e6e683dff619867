package program

import "time"

// placeTimer has the calendars told where to meet the pair, or to mail one of
// the two, from now on.
func (p Pair) placeTimer(mark string, now time.Time) Timer {
	return Timer{Key: string(p.ID) + "/" + string(TimerPlace) + "/" + mark, Kind: TimerPlace, Due: now, Pair: p.ID}
}

// placeChanged sends both the entry of what is booked with the pair's new link,
// or in all of a person's pairs with their new address. SEQUENCE goes up, as it
// must where the place changes (RFC 5546 §2.1.4); nobody is asked for a new
// answer, since they come at the same time.
func (d *decision) placeChanged(t Timer) {
	if t.Pair == "" {
		for _, id := range d.LivePairs {
			d.timer(Pair{ID: id}.placeTimer(t.Key, d.now))
		}
		return
	}
	for _, s := range d.Sessions {
		if !s.Booked() || !s.Start.After(d.now) {
			continue
		}
		s.Sequence++
		for _, p := range []Person{d.Mentor, d.Mentee} {
			if answer := s.Answers[p.ID]; answer.PartStat != "" {
				answer.Sequence = s.Sequence
				s = s.withAnswer(p.ID, answer)
			}
		}
		d.keepSession(s)
		d.sessionTimers(s)
		if s.Status == SessionMoving {
			d.expiryTimer(s)
		}
		for _, to := range []Person{d.Mentor, d.Mentee} {
			l := d.sessionLetter(LetterUpdate, to, s)
			l.Event = d.event("REQUEST", s)
			d.post(l)
		}
	}
}
