package inbox

import (
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// The working day that open wishes are read in: "mornings", "after four".
const (
	dayBegins = 8 * time.Hour
	dayEnds   = 18 * time.Hour
	lateEnds  = 21 * time.Hour // of wishes that begin after the working day
)

// windows turns a rule in words into stretches of time: each working day of
// the week or days it speaks of, within its hours, without what it excludes.
// A week or month on its own stays one stretch.
func (d *reading) windows(wanted, excluded []*timeAt) []program.When {
	var frames, hours []*timeAt
	for _, t := range wanted {
		switch {
		case t.Weekly, t.TimeOnly:
			hours = append(hours, t)
		case t.DateOnly:
			frames = append(frames, t)
		default:
			hours = append(hours, t)
		}
	}
	var list []program.When
	for _, t := range hours {
		switch {
		case !t.Weekly && !t.TimeOnly:
			list = append(list, d.withEnd(t.When))
		case len(frames) > 0 && !t.Weekly:
			for _, f := range frames {
				list = append(list, d.daily(t, f.Start, f.End)...)
			}
		default:
			from, to := d.comingWeek()
			list = append(list, d.daily(t, from, to)...)
		}
	}
	if len(hours) == 0 {
		for _, f := range frames {
			list = append(list, f.When)
		}
	}
	return d.exclude(list, excluded)
}

// comingWeek is the rest of this week up to its Wednesday, else the next one:
// what people mean who name days and no week.
func (d *reading) comingWeek() (from, to time.Time) {
	at := d.At.In(d.Zone)
	from = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, d.Zone)
	weekday := (int(at.Weekday()) + 6) % 7
	monday := from.AddDate(0, 0, -weekday)
	if weekday >= 3 {
		monday = monday.AddDate(0, 0, 7)
		from = monday
	}
	return from, monday.AddDate(0, 0, 7)
}

// daily repeats the hours of t on each day of a stretch that it is meant for:
// its own weekdays, else Monday to Friday.
func (d *reading) daily(t *timeAt, from, to time.Time) []program.When {
	days := t.Days
	if days == 0 {
		days = 1<<5 - 1
	}
	first, last := clockOf(t.Start.In(d.Zone)), dayEnds
	if !t.End.IsZero() {
		last = clockOf(t.End.In(d.Zone))
	}
	if t.DateOnly {
		first, last = dayBegins, dayEnds
	}
	if last <= first {
		last = max(dayEnds, first+time.Hour)
		if first >= dayEnds-time.Hour {
			last = lateEnds
		}
	}
	var list []program.When
	day := from.In(d.Zone)
	for n := 0; n < 31 && day.Before(to); n++ {
		if days>>((int(day.Weekday())+6)%7)&1 == 1 {
			w := t.When
			w.Start, w.End = atClock(day, first), atClock(day, last)
			if w.End.After(d.At) {
				list = append(list, w)
			}
		}
		day = time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, d.Zone)
	}
	return list
}

func clockOf(t time.Time) time.Duration {
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
}

// atClock gives the wall time on the day, whatever the clocks did before it.
func atClock(day time.Time, clock time.Duration) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, int(clock/time.Minute), 0, 0, day.Location())
}

// exclude takes days and hours out of stretches: "any day but Wednesday",
// "Thursday except 11-12".
func (d *reading) exclude(list []program.When, excluded []*timeAt) []program.When {
	for _, x := range excluded {
		var kept []program.When
		for _, w := range list {
			kept = append(kept, d.cut(w, x)...)
		}
		list = kept
	}
	return list
}

// cut takes one exclusion out of one stretch.
func (d *reading) cut(w program.When, x *timeAt) []program.When {
	start := w.Start.In(d.Zone)
	if x.DateOnly || x.Weekly {
		days := x.Days
		if days == 0 && d.onlyWeekday(x) {
			days = 1 << ((int(x.Start.In(d.Zone).Weekday()) + 6) % 7)
		}
		hit := days>>((int(start.Weekday())+6)%7)&1 == 1
		if days == 0 {
			hit = !start.Before(x.Start) && start.Before(x.End)
		}
		if hit && w.Grain != program.GrainWeek && w.Grain != program.GrainMonth {
			return nil
		}
		return []program.When{w}
	}
	if w.End.IsZero() || x.End.IsZero() || w.Grain == program.GrainWeek || w.Grain == program.GrainMonth {
		return []program.When{w}
	}
	from, to := x.Start, x.End
	if x.TimeOnly || !sameDay(x.Start.In(d.Zone), start) {
		from, to = atClock(start, clockOf(x.Start.In(d.Zone))), atClock(start, clockOf(x.End.In(d.Zone)))
	}
	if w.Grain == program.GrainDay {
		w.Start, w.End = atClock(start, dayBegins), atClock(start, dayEnds)
	}
	if !from.Before(w.End) || !to.After(w.Start) {
		return []program.When{w}
	}
	before, after := w, w
	before.End, after.Start = from, to
	var parts []program.When
	if before.Start.Before(before.End) {
		parts = append(parts, before)
	}
	if after.Start.Before(after.End) {
		parts = append(parts, after)
	}
	return parts
}
