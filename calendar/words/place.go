package words

import (
	"strings"
	"sync"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// hoursOf are the bounds of the parts of the day, in minutes. They are the
// program's policy, not the writer's words.
var hoursOf = [...][2]int16{
	partMorning: {8 * 60, 12 * 60}, partAfternoon: {12 * 60, 18 * 60}, partEvening: {18 * 60, 21 * 60},
	partNight: {20 * 60, 23*60 + 59}, partLunch: {12 * 60, 14 * 60}, partDayEnd: {17 * 60, 18 * 60}, partBreakfast: {8 * 60, 10 * 60},
	partAfterLunch: {13 * 60, 18 * 60}, partAfterWork: {18 * 60, 21 * 60}, partBeforeLunch: {8 * 60, 12 * 60},
	partFirstThing: {8 * 60, 10 * 60}, partWorkday: {8 * 60, 18 * 60},
}

const (
	dayStart = 8 * 60
	dayEnd   = 18 * 60
	lateEnd  = 21 * 60
)

// reading is one way to read the clock times of a mention.
type reading struct {
	from, to int // minutes of the day; to is -1 for an instant
}

// timeOn places the mention's clock time or part of the day on a day.
func (r *resolver) timeOn(m *mention, s stretch) program.When {
	w := r.base(m)
	zone := r.zoneOf(m, &w)
	var readings [2]reading
	n := 0
	if m.slots&hasClock != 0 {
		n = r.clockReadings(m, &w, &readings)
	} else {
		readings[0], n = partReading(m, &w), 1
	}
	day := s.from
	if m.slots&dateSlots == 0 {
		day = r.dayFor(m, readings[0], zone)
	} else if m.slots&hasWeekday != 0 && m.slots&dateSlots == hasWeekday && m.rel == relNone && day == r.today && r.begun(day, m, readings[0], zone) {
		day += 7
	}
	w.Start, w.End = r.place(day, readings[0], zone, &w)
	if n > 1 {
		a, b := readings[1].span(day, zone)
		w.Alternatives = append(w.Alternatives, program.Span{Start: a, End: b})
	}
	if day == r.today && r.eitherWeek(m) {
		a, b := readings[0].span(day+7, zone)
		w.Alternatives = append(w.Alternatives, program.Span{Start: a, End: b})
		w.Why = "today is such a day, and so is a week from now"
	}
	if m.zone == nil && !m.mine && !m.yours && r.away(day) {
		a, b := readings[0].span(day, loadZone(r.elsewhere.iana))
		if !a.Equal(w.Start) {
			w.Alternatives = append(w.Alternatives, program.Span{Start: a, End: b})
			w.Why = "it is not said whether that is the time at home or in " + r.elsewhere.name
		}
	}
	if home := r.season(m, w.Start, zone); home != nil {
		a, b := readings[0].span(day, home)
		w.Alternatives = append(w.Alternatives, program.Span{Start: a, End: b})
		w.Why = m.zoneName + " is not what the clocks there show on that day"
	}
	for _, o := range r.others {
		a, b := readings[0].span(o.from, zone)
		w.Alternatives = append(w.Alternatives, program.Span{Start: a, End: b})
	}
	if w.Why == "" {
		w.Why = r.why
	}
	return w
}

// eitherWeek reports whether a weekday that today is may as well be the one in
// a week: not where the session is today.
func (r *resolver) eitherWeek(m *mention) bool {
	return m.slots&dateSlots == hasWeekday && m.rel == relNone && (r.Session.Start.IsZero() || dayOf(r.session()) != r.today)
}

// over reports whether that time of the day has passed.
func (r *resolver) over(day civilDay, got reading, zone *time.Location) bool {
	t := day.at(got.from, zone)
	if got.to >= 0 {
		t = day.at(got.to, zone)
	}
	return t.Before(r.now)
}

// dayFor finds the day of a clock time without a date: today, or tomorrow
// where today's has passed.
func (r *resolver) dayFor(m *mention, got reading, zone *time.Location) civilDay {
	day := r.today
	if r.begun(day, m, got, zone) {
		day++
	}
	return day
}

// begun reports whether that time of the day has begun, or where only its end
// is named, whether it has passed.
func (r *resolver) begun(day civilDay, m *mention, got reading, zone *time.Location) bool {
	return m.bound != boundBefore && day.at(got.from, zone).Before(r.now) || r.over(day, got, zone)
}

func (g reading) span(day civilDay, zone *time.Location) (from, to time.Time) {
	from = day.at(g.from, zone)
	if g.to >= 0 {
		if to = day.at(g.to, zone); to.Before(from) { // over a clock change
			to = from.Add(time.Duration(g.to-g.from) * time.Minute)
		}
	}
	return from, to
}

// place turns wall times into instants, noting the other reading where a clock
// change skips or repeats them.
func (r *resolver) place(day civilDay, got reading, zone *time.Location, w *program.When) (from, to time.Time) {
	from, to = got.span(day, zone)
	if other, why := otherInstant(from, day, got.from); why != "" {
		alternative := program.Span{Start: other}
		if !to.IsZero() {
			alternative.End = other.Add(to.Sub(from))
		}
		w.Alternatives = append(w.Alternatives, alternative)
		w.Why = why
	}
	return from, to
}

// otherInstant finds the second instant of a wall time that is repeated, or
// the other side of a gap that skips it.
func otherInstant(t time.Time, day civilDay, minute int) (time.Time, string) {
	_, before := t.Add(-4 * time.Hour).Zone()
	_, after := t.Add(4 * time.Hour).Zone()
	if before == after {
		return time.Time{}, ""
	}
	wall := time.Duration(minute) * time.Minute
	y, m, d := day.civil()
	utc := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Add(wall)
	a := utc.Add(-time.Duration(before) * time.Second).In(t.Location())
	b := utc.Add(-time.Duration(after) * time.Second).In(t.Location())
	same := func(x time.Time) bool { return x.Hour()*60+x.Minute() == minute%(24*60) }
	switch {
	case same(a) && same(b) && !a.Equal(b):
		if t.Equal(a) {
			return b, "the clocks go back: this time comes twice"
		}
		return a, "the clocks go back: this time comes twice"
	case !same(a) && !same(b):
		if t.Equal(a) {
			return b, "the clocks go forward: this time is skipped"
		}
		return a, "the clocks go forward: this time is skipped"
	}
	return time.Time{}, ""
}

// partReading gives the hours of a part of the day.
func partReading(m *mention, w *program.When) reading {
	h := hoursOf[m.part]
	from, to := int(h[0]), int(h[1])
	switch m.partEdge {
	case edgeEarly, edgeStart:
		to = from + (to-from)/2
	case edgeMid:
		from, to = from+(to-from)/4, to-(to-from)/4
	case edgeLate, edgeEnd:
		from = from + (to-from)/2
	}
	w.Grain, w.OpenStart, w.OpenEnd = program.GrainPartOfDay, true, true
	switch m.bound {
	case boundBefore:
		from, to = dayStart, from
	case boundAfter:
		from, to = to, openEnd(to)
	}
	return reading{from, to}
}

// openEnd is where "after X" ends: with the working day, or late.
func openEnd(from int) int {
	switch {
	case from < 17*60:
		return dayEnd
	case from < lateEnd:
		return lateEnd
	}
	return max(from, 24*60)
}

// clockReadings gives the likeliest reading of the clock times, and a second
// one where the hour could be morning or evening.
func (r *resolver) clockReadings(m *mention, w *program.When, out *[2]reading) int {
	w.Grain = program.GrainHour
	if m.from.minutes || m.to.minutes {
		w.Grain = program.GrainMinute
	}
	switch m.bound {
	case boundBefore:
		to, open := m.to.hour(m.part)
		out[0] = reading{min(dayStart, to-60), to}
		if to <= dayStart {
			out[0].from = 0
		}
		if w.OpenStart = true; m.slots&hasPart != 0 {
			out[0].from = min(int(hoursOf[m.part][0]), to)
		}
		if open {
			out[1] = reading{dayStart, to + 12*60}
			w.Why = "the hour could be in the morning or in the evening"
			return 2
		}
		return 1
	case boundRange:
		w.Bounded = true
		return r.rangeReadings(m, w, out)
	}
	from, open := m.from.hour(m.part)
	out[0] = reading{from, -1}
	if m.length > 0 {
		w.Bounded = true
		out[0].to = from + int(m.length)
	} else if m.bound == boundAfter {
		w.OpenEnd = true
		out[0].to = openEnd(from)
		if m.slots&hasPart != 0 && int(hoursOf[m.part][1]) > from {
			out[0].to = int(hoursOf[m.part][1])
		}
	}
	if !open {
		return 1
	}
	out[1] = reading{from + 12*60, out[0].to}
	if out[1].to >= 0 {
		out[1].to += 12 * 60
	}
	w.Why = "the hour could be in the morning or in the evening"
	return 2
}

// rangeReadings reads the ends of a range: each may lend the other its half of
// the day.
func (r *resolver) rangeReadings(m *mention, w *program.When, out *[2]reading) int {
	from, to := m.from, m.to
	part := m.part
	if from.meridiem == 0 && !from.exact && to.meridiem != 0 && m.slots&hasPart == 0 {
		end := to.fixed()
		from.meridiem = to.meridiem
		if from.fixed() >= end {
			from.meridiem = 3 - to.meridiem
		}
	}
	a, open := from.hour(part)
	if open && from.meridiem == 0 && to.exact && to.fixed() > 12*60 && m.slots&hasPart == 0 {
		open = false
	}
	b := to.after(a)
	if from.meridiem == 0 && !from.exact && to.exact && m.slots&hasPart == 0 && a > to.fixed() && int(from.minute) < to.fixed() {
		a = int(from.minute)
		b = to.fixed()
	}
	out[0] = reading{a, b}
	if open && from.meridiem == 0 {
		out[1] = reading{a + 12*60, b + 12*60}
		if b+12*60 > 24*60 {
			return 1
		}
		w.Why = "the hours could be in the morning or in the evening"
		return 2
	}
	return 1
}

// fixed is the minute of the day of a clock whose half of the day is known.
func (c clock) fixed() int {
	minute := int(c.minute)
	switch c.meridiem {
	case 1:
		if minute >= 12*60 && minute < 13*60 {
			minute -= 12 * 60
		}
	case 2:
		if minute < 12*60 {
			minute += 12 * 60
		}
	}
	return minute
}

// after is the first such clock time after a minute of the day.
func (c clock) after(from int) int {
	t := c.fixed()
	if c.meridiem == 0 && !c.exact {
		for t <= from && t < 24*60 {
			t += 12 * 60
		}
		if t > 24*60 {
			t = c.fixed() + 24*60
		}
		if t-12*60 > from {
			t -= 12 * 60
		}
		return t
	}
	if t <= from {
		t += 24 * 60
	}
	return t
}

// hour finds the minute of the day of one clock time and whether its half of
// the day is open. Bare hours from one to six are in the afternoon, from eight
// to eleven in the morning, twelve is noon, seven is open.
func (c clock) hour(part int8) (minute int, open bool) {
	if c.meridiem != 0 || c.exact {
		return c.fixed(), false
	}
	minute = int(c.minute)
	h := minute / 60
	if h > 12 || h == 0 {
		return minute, false
	}
	switch part {
	case partMorning, partBreakfast, partFirstThing, partBeforeLunch:
		return minute, false // twelve "in the morning" is when it ends
	case partAfternoon, partEvening, partAfterLunch, partAfterWork, partDayEnd:
		if h < 12 {
			minute += 12 * 60
		} else if part == partEvening {
			minute += 12 * 60
		}
		return minute, false
	case partNight:
		if h >= 5 && h < 12 {
			minute += 12 * 60
		} else if h == 12 {
			minute = 24*60 + minute%60
		}
		return minute, false
	case partLunch:
		if h < 6 {
			minute += 12 * 60
		}
		return minute, false
	}
	switch {
	case h <= 6:
		return minute + 12*60, false
	case h == 7:
		return minute, true
	}
	return minute, false
}

// zoneOf chooses the zone in which the clock time is meant.
func (r *resolver) zoneOf(m *mention, w *program.When) *time.Location {
	own := r.now.Location()
	switch {
	case m.yours && r.PartnerZone != nil:
		return r.PartnerZone
	case m.yours:
		w.Why, w.Unsettled = "“your time” is the partner's zone, which is not known here", true
		return own
	case m.mine && r.elsewhere.iana != "":
		return loadZone(r.elsewhere.iana)
	case m.zone == nil:
		return own
	}
	// The abbreviation of the writer's own zone, whatever the season.
	if name, _ := r.now.Zone(); strings.EqualFold(name, m.zoneName) {
		return own
	}
	return m.zone
}

// away reports whether the text says that its writer is elsewhere on a day.
func (r *resolver) away(day civilDay) bool {
	return r.elsewhere.iana != "" && (r.stay.until == 0 || r.stay.from <= day && day < r.stay.until)
}

// season finds the zone behind an abbreviation of winter or summer time that
// is not in force on the day: "3pm PST" in July is more likely meant by the
// clocks of California. It returns nil where both agree.
func (r *resolver) season(m *mention, start time.Time, zone *time.Location) *time.Location {
	if m.zone == nil || zone != m.zone {
		return nil
	}
	name, ok := homes[m.zoneName]
	if !ok {
		return nil
	}
	home := loadZone(name)
	_, named := start.Zone()
	if _, shown := start.In(home).Zone(); shown == named {
		return nil
	}
	return home
}

var zones sync.Map // IANA name → *time.Location

// loadZone finds a zone by its IANA name; an unknown one is UTC.
func loadZone(name string) *time.Location {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, z)
	return z
}
