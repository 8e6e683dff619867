package program

import (
	"slices"
	"strconv"
	"time"
)

const (
	slotStep  = 30 * time.Minute
	maxOffers = 3
)

// search describes which times would do.
type search struct {
	from, to time.Time
	length   time.Duration
	people   []Person
	busy     []Span
	// off are holidays and absences, which only what we offer has to avoid.
	off []Span
	// within limits the slots to these spans, where there are any; without
	// keeps them out of those.
	within, without []Span
}

// slots returns up to max times that suit everybody, on different days as far
// as possible and at different hours, earliest first, labelled A, B, C.
func (s search) slots(max int) []Slot {
	var days [][]time.Time
	for day := s.from.UTC().Truncate(24 * time.Hour); day.Before(s.to); day = day.AddDate(0, 0, 1) {
		if starts := s.startsOn(day); len(starts) > 0 {
			days = append(days, starts)
		}
	}
	return label(s.spread(days, max), s.length)
}

// spread takes one start of each of the first days, at a different part of
// the common hours each time, and then further ones of the same days.
func (s search) spread(days [][]time.Time, max int) []time.Time {
	var picked []time.Time
	for round := 0; len(picked) < max && round < max; round++ {
		for i, starts := range days {
			if len(picked) == max {
				break
			}
			at := (len(starts) * ((i + round) % max)) / max
			if start := wholeHour(starts, at); !contains(picked, start) {
				picked = append(picked, start)
			}
		}
	}
	sortTimes(picked)
	return picked
}

// wholeHour prefers a start on the hour next to the one at index i.
func wholeHour(starts []time.Time, i int) time.Time {
	for _, j := range []int{i, i + 1, i - 1} {
		if j >= 0 && j < len(starts) && starts[j].Minute() == 0 {
			return starts[j]
		}
	}
	return starts[i]
}

func (s search) startsOn(day time.Time) []time.Time {
	var starts []time.Time
	for start := day; start.Before(day.Add(24 * time.Hour)); start = start.Add(slotStep) {
		if s.fits(start) {
			starts = append(starts, start)
		}
	}
	return starts
}

func (s search) fits(start time.Time) bool {
	slot := Span{start, start.Add(s.length)}
	if start.Before(s.from) || slot.End.After(s.to) {
		return false
	}
	for _, p := range s.people {
		if !p.worksAt(slot) {
			return false
		}
	}
	if slices.ContainsFunc(s.busy, slot.overlaps) || slices.ContainsFunc(s.off, slot.overlaps) || slices.ContainsFunc(s.without, slot.overlaps) {
		return false
	}
	for _, w := range s.within {
		if w.covers(slot) {
			return true
		}
	}
	return len(s.within) == 0
}

// worksAt reports whether the slot lies in the person's working hours on a
// weekday, by the wall clock of their zone.
func (p Person) worksAt(slot Span) bool {
	from := slot.Start.In(p.Location())
	if day := from.Weekday(); day == time.Saturday || day == time.Sunday {
		return false
	}
	hour, minute, _ := from.Clock()
	begin := hour*60 + minute
	end := begin + int(slot.End.Sub(slot.Start)/time.Minute)
	return p.Hours.From <= begin && end <= p.Hours.To && p.Hours.From < p.Hours.To
}

func (s Span) overlaps(o Span) bool { return s.Start.Before(o.End) && o.Start.Before(s.End) }

// byStart puts the earlier span first.
func byStart(a, b Span) int { return a.Start.Compare(b.Start) }

func (s Span) covers(o Span) bool { return !o.Start.Before(s.Start) && !o.End.After(s.End) }

func label(starts []time.Time, length time.Duration) []Slot {
	slots := make([]Slot, len(starts))
	for i, start := range starts {
		slots[i] = Slot{Label: letterLabel(i), Start: start, End: start.Add(length)}
	}
	return slots
}

// letterLabel is A, B, C … and beyond Z a number.
func letterLabel(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return strconv.Itoa(i + 1)
}

func contains(times []time.Time, t time.Time) bool {
	for _, other := range times {
		if other.Equal(t) {
			return true
		}
	}
	return false
}

func sortTimes(times []time.Time) {
	for i := 1; i < len(times); i++ {
		for j := i; j > 0 && times[j].Before(times[j-1]); j-- {
			times[j], times[j-1] = times[j-1], times[j]
		}
	}
}

// shared returns the first slot of a whose start some slot of b has too.
func shared(a, b []Slot) (Slot, bool) {
	for _, x := range a {
		for _, y := range b {
			if x.Start.Equal(y.Start) {
				return x, true
			}
		}
	}
	return Slot{}, false
}

// concrete turns the times of a proposal into labelled slots of the session's
// length. A time that is longer than a session, as a morning is, becomes the
// starts in it that suit the partner, else its beginning.
func concrete(times []When, length time.Duration, partner Person, busy []Span, after time.Time) []Slot {
	const most = 5
	var spans []Span
	for _, when := range times {
		if when.Negated || when.Ambiguous() {
			continue
		}
		switch {
		case when.End.IsZero() && when.Grain == GrainDay:
			spans = append(spans, within(dayOf(when.Start), length, partner, busy, after)...)
		case when.End.IsZero() || when.Grain == GrainMinute && when.End.Sub(when.Start) <= 3*time.Hour && when.Bounded:
			end := when.End
			if end.IsZero() {
				end = when.Start.Add(length)
			}
			spans = append(spans, Span{when.Start, end})
		case when.End.Sub(when.Start) <= length+slotStep:
			spans = append(spans, Span{when.Start, when.Start.Add(length)})
		default:
			spans = append(spans, within(Span{when.Start, when.End}, length, partner, busy, after)...)
		}
	}
	slots := []Slot{}
	for _, span := range spans {
		if len(slots) < most && span.Start.After(after) {
			slots = append(slots, Slot{Label: letterLabel(len(slots)), Start: span.Start, End: span.End})
		}
	}
	return slots
}

func dayOf(t time.Time) Span {
	start := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	return Span{start, start.AddDate(0, 0, 1)}
}

// within lists up to three starts inside a long span, such as a morning.
func within(span Span, length time.Duration, partner Person, busy []Span, after time.Time) []Span {
	from := span.Start
	if from.Before(after) {
		from = after
	}
	s := search{from: from, to: span.End, length: length, people: []Person{partner}, busy: busy}
	found := s.slots(maxOffers)
	if len(found) == 0 && span.Start.After(after) {
		return []Span{{span.Start, span.Start.Add(length)}}
	}
	spans := make([]Span, len(found))
	for i, slot := range found {
		spans[i] = Span{slot.Start, slot.End}
	}
	return spans
}
