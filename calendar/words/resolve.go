package words

import (
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// stretch is a run of days, the last one not included.
type stretch struct {
	from, until civilDay
	grain       program.Grain
}

func oneDay(d civilDay) stretch { return stretch{d, d + 1, program.GrainDay} }

// resolver places mentions in the calendar.
type resolver struct {
	Context
	text       string
	today      civilDay
	now        time.Time // in the writer's zone
	monthFirst bool
	orderKnown bool // the region says how 3/4 is read

	elsewhere zoneHit // where the text says that its writer is
	stay      stretch // when they are there; empty where it is not said

	others []stretch // other readings of the date
	last   civilDay  // the day of the mention before, for lists in order
	why    string
}

// doubt notes another reading of the date.
func (r *resolver) doubt(s stretch, why string) {
	r.others = append(r.others, s)
	r.reason(why)
}

func (r *resolver) reason(why string) {
	if r.why == "" {
		r.why = why
	}
}

// resolve turns one mention into the times that it names: one, or one a day
// where a run of days shares a clock time ("Mon-Wed between 12 and 2").
func (r *resolver) resolve(dst []program.When, m *mention) []program.When {
	r.others, r.why = r.others[:0], ""
	if m.slots&hasAmount != 0 && m.unit == unitMinute {
		return r.shifted(dst, m)
	}
	if m.slots&hasSameDay != 0 {
		m = r.sameDay(m)
	}
	moved := m.slots&hasAmount != 0 && m.shift && !m.fromNow && !r.Session.Start.IsZero()
	if m.slots&hasSame != 0 || moved && m.slots&timeSlots == 0 {
		m = r.sameTime(m) // "push it by a week" keeps the clock time
	}
	s, ok := r.dateOf(m)
	if !ok {
		return dst
	}
	if m.slots&timeSlots == 0 {
		return append(dst, r.wholeDays(m, s))
	}
	if s.until-s.from > 1 && s.until-s.from <= 7 && m.slots&hasHabit == 0 {
		days := s
		for d := days.from; d < days.until; d++ {
			if days.grain == program.GrainWeek && d.weekday() > 4 {
				continue
			}
			others := r.others
			dst = append(dst, r.timeOn(m, oneDay(d)))
			r.others = others
		}
		return dst
	}
	if s.until-s.from > 7 {
		w := r.wholeDays(m, s)
		return append(dst, w)
	}
	return append(dst, r.timeOn(m, s))
}

// base is what every reading of a mention shares.
func (r *resolver) base(m *mention) program.When {
	return program.When{
		Text: r.text[m.start:m.end], Offset: m.start, Length: m.end - m.start, Negated: m.negated,
		Weekly: m.slots&hasHabit != 0, Days: m.habit, TimeOnly: m.slots&dateSlots == 0, Alternatives: []program.Span{},
	}
}

// wholeDays makes the time of a date without a clock time.
func (r *resolver) wholeDays(m *mention, s stretch) program.When {
	w := r.base(m)
	w.Grain, w.DateOnly = s.grain, true
	zone := r.zoneOf(m, &w)
	switch m.bound {
	case boundBefore:
		until := s.until
		if m.upTo {
			until = s.from
		}
		w.Start, w.End, w.OpenStart, w.Bounded = r.now.Truncate(time.Minute), until.at(0, zone), true, true
		if w.Start.After(w.End) {
			w.Start = s.from.at(0, zone)
		}
		r.reason("until then")
	case boundAfter:
		w.Start, w.End, w.OpenEnd = s.until.at(0, zone), (s.until+7).at(0, zone), true
		r.reason("after that day")
	default:
		w.Start, w.End = s.from.at(0, zone), s.until.at(0, zone)
		w.Bounded = m.slots&hasHigh != 0
	}
	if m.slots&dateSlots == hasWeekday && m.rel == relNone && s.from == r.today && m.bound == boundNone {
		r.doubt(oneDay(s.from+7), "today is such a day, and so is a week from now")
	}
	for _, o := range r.others {
		w.Alternatives = append(w.Alternatives, program.Span{Start: o.from.at(0, zone), End: o.until.at(0, zone)})
	}
	w.Why = r.why
	return w
}

// sameDay gives the mention the weekday of the session.
func (r *resolver) sameDay(m *mention) *mention {
	day := dayOf(r.session())
	same := *m
	same.slots &^= hasSameDay
	if same.slots&(hasWeek|hasAmount) == 0 {
		y, mo, d := day.civil()
		same.setDate(d, mo, y)
		return &same
	}
	same.weekday, same.rel = int8(day.weekday()), relNone
	same.set(hasWeekday)
	return &same
}

// sameTime gives the mention the clock time of the session, or of the moment
// of writing where there is none.
func (r *resolver) sameTime(m *mention) *mention {
	t := r.session()
	same := *m
	minute := t.Hour()*60 + t.Minute()
	same.from = clock{minute: int16(minute), exact: true, minutes: true}
	same.slots = same.slots&^hasSame | hasClock
	if same.slots&(dateSlots&^(hasWeek|hasAmount)) == 0 && same.slots&(hasWeek|hasAmount) != 0 {
		if same.slots&hasWeek != 0 {
			same.weekday = int8(dayOf(t).weekday())
			same.set(hasWeekday)
		}
	} else if same.slots&dateSlots == 0 {
		same.day, same.month, same.year = 0, 0, 0
		y, mo, d := dayOf(t).civil()
		same.setDate(d, mo, y)
	}
	return &same
}

// session is the start of the booked session in the writer's zone, or the
// moment of writing.
func (r *resolver) session() time.Time {
	if r.Session.Start.IsZero() {
		r.reason("no session to compare with; counted from when it was written")
		return r.now
	}
	return r.Session.Start.In(r.now.Location())
}

// shifted resolves amounts of minutes and hours: "in two hours", "an hour
// later", "push it 30 minutes".
func (r *resolver) shifted(dst []program.When, m *mention) []program.When {
	from := r.now
	if m.shift && !m.fromNow {
		from = r.session()
	}
	minutes := int(m.amount)
	if m.before {
		minutes = -minutes
	}
	t := from.Add(time.Duration(minutes) * time.Minute)
	if m.slots&dateSlots&^hasAmount != 0 {
		date := *m
		date.slots &^= hasAmount
		if s, ok := r.dateOf(&date); ok {
			if !m.fromNow || s.from != r.today {
				y, mo, d := s.from.civil()
				base := time.Date(y, time.Month(mo), d, from.Hour(), from.Minute(), 0, 0, from.Location())
				t = base.Add(time.Duration(minutes) * time.Minute)
			}
		}
	}
	w := r.base(m)
	w.Grain, w.Start, w.TimeOnly = program.GrainMinute, t, false
	if m.length > 0 {
		w.End = t.Add(time.Duration(m.length) * time.Minute)
		w.Bounded = true
	}
	w.Why = r.why
	return append(dst, w)
}

// dateOf finds the days that a mention names, the likeliest reading first.
func (r *resolver) dateOf(m *mention) (stretch, bool) {
	s, ok := r.days(&m.days)
	if !ok {
		return s, false
	}
	if m.slots&hasHabit != 0 {
		s = r.habit(m)
	}
	if m.link >= linkComma && m.slots&dateSlots == hasWeekday && m.rel == relNone && s.from < r.last && !r.bothThisWeek(s.from) {
		s = oneDay(s.from + 7) // "Monday or Tuesday" goes on
	}
	if m.slots&hasHabit == 0 {
		r.last = s.from
	}
	if m.weekOf {
		first := s.from.monday()
		if s.from.weekday() == 6 {
			first = s.from + 1
		}
		s = stretch{first, first + 7, program.GrainWeek}
	}
	if m.slots&hasHigh != 0 {
		if h, ok := r.highOf(m, s); ok {
			r.others = r.others[:0]
			s = stretch{s.from, h.until, program.GrainDay}
		}
	}
	if m.slots&hasEdge != 0 && m.days.edge == edgeRest {
		s.from = max(s.from, min(r.today, s.until-1))
	} else if m.slots&hasEdge != 0 {
		s = edgeOf(s, m.days.edge)
	}
	if m.slots&hasLength != 0 && m.lengthD > 0 && m.slots&timeSlots == 0 && s.grain == program.GrainDay {
		s.until = s.from + civilDay(m.lengthD)
	}
	return s, true
}

// bothThisWeek reports whether a day and the one before it on the list are
// still to come in this week: "Friday or Thursday" names its two days.
func (r *resolver) bothThisWeek(day civilDay) bool {
	return day > r.today && r.last < r.today.monday()+7
}

// highOf resolves the last day of a range: the first such day not before the
// range's start.
func (r *resolver) highOf(m *mention, s stretch) (stretch, bool) {
	h := m.high
	if h.slots&hasMonth == 0 && h.slots&hasDay != 0 {
		h.month, h.year = m.month, m.year
		h.slots |= m.slots & (hasMonth | hasYear)
		if h.slots&hasMonth == 0 {
			y, mo, d := s.from.civil()
			if int(h.day) < d {
				mo++
			}
			return oneDay(dateOf(y, mo, int(h.day))), true
		}
	}
	later := *r
	later.others = nil
	later.today = s.from
	if h.slots&hasWeekday != 0 && h.slots&(hasDay|hasWeek) == 0 {
		d := s.from + civilDay((int(h.weekday)-s.from.weekday()+7)%7)
		if d == s.from {
			d += 7
		}
		return oneDay(d), true
	}
	if h.slots&(hasOffset|hasWeek|hasMonthRel|hasAmount) != 0 {
		later.today = r.today
	}
	got, ok := later.days(&h)
	if ok && got.until <= s.from && h.slots&hasYear != 0 && m.slots&hasYear != 0 {
		return got, false
	}
	return got, ok && got.until > s.from
}

// edgeOf narrows a week or a month to its beginning, middle or end.
func edgeOf(s stretch, edge int8) stretch {
	n := s.until - s.from
	switch {
	case s.grain == program.GrainWeek:
		switch edge {
		case edgeEarly, edgeStart:
			return stretch{s.from, s.from + 3, program.GrainWeek}
		case edgeMid:
			return stretch{s.from + 1, s.from + 4, program.GrainWeek}
		case edgeLate:
			return stretch{s.from + 3, s.until, program.GrainWeek}
		case edgeEnd:
			return stretch{s.from + 4, s.until, program.GrainWeek}
		}
	case s.grain == program.GrainMonth:
		switch edge {
		case edgeEarly, edgeStart:
			return stretch{s.from, s.from + 10, program.GrainMonth}
		case edgeMid:
			return stretch{s.from + 10, s.from + 20, program.GrainMonth}
		case edgeLate, edgeEnd:
			return stretch{s.from + n - 10, s.until, program.GrainMonth}
		}
	}
	return s
}

// days finds the days that the date's words name.
func (r *resolver) days(d *days) (stretch, bool) {
	switch {
	case d.slots&hasAmount != 0:
		return r.amount(d)
	case d.slots&hasHabit != 0:
		return oneDay(r.today), true // placed by its weekdays
	case d.slots&hasNth != 0:
		return r.nth(d)
	case d.slots&hasHoliday != 0:
		return r.holiday(d)
	case d.slots&hasDay != 0:
		return r.dayOfMonth(d)
	case d.slots&hasOffset != 0:
		day := r.today + civilDay(d.offset)
		if d.slots&hasWeekday != 0 && day.weekday() != int(d.weekday) {
			r.doubt(oneDay(r.coming(int(d.weekday))), "the weekday and the day disagree")
		}
		return oneDay(day), true
	case d.slots&hasWeekday != 0:
		return r.weekday(d), true
	case d.slots&hasWeekend != 0:
		sat := r.today.monday() + 5 + civilDay(d.weekOff)*7
		if d.slots&hasWeek != 0 {
			sat = r.today.monday() + 5 + civilDay(d.weekOff)*7
		}
		return stretch{sat, sat + 2, program.GrainDay}, true
	case d.slots&hasWeek != 0:
		mon := r.today.monday() + civilDay(d.weekOff)*7
		return stretch{mon, mon + 7, program.GrainWeek}, true
	case d.slots&(hasMonth|hasMonthRel) != 0:
		first := r.month(d)
		return stretch{first, first.addMonths(1), program.GrainMonth}, true
	case d.slots&(hasYear|hasYearRel) != 0:
		return stretch{}, false // a year is no time to meet
	}
	return oneDay(r.today), true
}

// month finds the first day of the month that is named, this year's or the
// next one's where this year's is over.
func (r *resolver) month(d *days) civilDay {
	y, m, _ := r.today.civil()
	switch {
	case d.slots&hasMonthRel != 0:
		return dateOf(y, m+int(d.monthOff), 1)
	case d.slots&hasYear != 0:
		return dateOf(int(d.year), int(d.month), 1)
	case d.slots&hasYearRel != 0:
		return dateOf(y+int(d.yearOff), int(d.month), 1)
	case int(d.month) < m:
		y++
	}
	return dateOf(y, int(d.month), 1)
}

// coming is the next such weekday, today included.
func (r *resolver) coming(weekday int) civilDay {
	return r.today + civilDay((weekday-r.today.weekday()+7)%7)
}

// weekday places a weekday by its relation and its week.
func (r *resolver) weekday(d *days) stretch {
	w := int(d.weekday)
	week := r.today.monday() + civilDay(w)
	switch {
	case d.slots&hasWeek != 0:
		return oneDay(week + civilDay(d.weekOff)*7)
	case d.slots&(hasMonth|hasMonthRel) != 0:
		first := max(r.month(d), r.today)
		return oneDay(first + civilDay((w-first.weekday()+7)%7))
	}
	switch d.rel {
	case relNext:
		if week > r.today {
			r.doubt(oneDay(week), "“next” may mean the coming one or the one in the week after")
		}
		return oneDay(week + 7)
	case relThis:
		if week < r.today {
			return oneDay(week + 7)
		}
		return oneDay(week)
	case relLast:
		if week >= r.today {
			week -= 7
		}
		r.reason("the past is said")
		return oneDay(week)
	case relComing:
		day := r.coming(w)
		if day == r.today {
			day += 7
		}
		return oneDay(day)
	case relAfterNext, relInFortnight:
		day := r.coming(w)
		if day == r.today {
			day += 7
		}
		if d.rel == relInFortnight {
			day += 7
		}
		return oneDay(day + 7)
	}
	return oneDay(r.coming(w))
}

// dayOfMonth places a day of the month, with its month, year and weekday where
// they are named.
func (r *resolver) dayOfMonth(d *days) (stretch, bool) {
	if d.slots&(hasMonth|hasMonthRel) == 0 {
		return r.dayAlone(d)
	}
	var day civilDay
	y, _, _ := r.today.civil()
	switch {
	case d.slots&hasMonthRel != 0:
		fy, fm, _ := r.month(d).civil()
		day = dateOf(fy, fm, int(d.day))
	case d.slots&hasYear != 0:
		day = dateOf(int(d.year), int(d.month), int(d.day))
	case d.slots&hasYearRel != 0:
		day = dateOf(y+int(d.yearOff), int(d.month), int(d.day))
	default:
		day = r.today.future(int(d.day), int(d.month))
	}
	if d.numeric && d.slots&hasWeekday != 0 && d.slots&(hasYear|hasYearRel) == 0 && d.day <= 12 {
		if other := r.today.future(int(d.month), int(d.day)); day.weekday() != int(d.weekday) && other.weekday() == int(d.weekday) {
			if !r.orderKnown {
				return oneDay(other), true // the weekday settles it
			}
			if other < day { // likelier than the region's order, but not sure
				r.doubt(oneDay(day), "the weekday and the date disagree")
				return oneDay(other), true
			}
		}
	}
	if d.numeric {
		r.otherOrder(d, day)
	}
	if d.slots&hasWeekday != 0 && day.weekday() != int(d.weekday) {
		r.contradiction(d, day)
	}
	if d.slots&hasOffset != 0 && day != r.today+civilDay(d.offset) {
		r.doubt(oneDay(r.today+civilDay(d.offset)), "the day and its date disagree")
	}
	return oneDay(day), true
}

// otherOrder adds the other order of 3/4 where the region is unknown, or where
// an American wrote it and the other reading is near.
func (r *resolver) otherOrder(d *days, day civilDay) {
	if d.day > 12 || d.month > 12 {
		return
	}
	var other civilDay
	if d.slots&hasYear != 0 {
		other = dateOf(int(d.year), int(d.day), int(d.month))
	} else {
		other = r.today.future(int(d.month), int(d.day))
	}
	if d.slots&hasWeekday != 0 && day.weekday() == int(d.weekday) && other.weekday() != int(d.weekday) {
		return // the weekday settles it
	}
	near := other-r.today <= 21 && other >= r.today
	if !r.orderKnown || r.monthFirst && near {
		r.doubt(oneDay(other), "day and month could stand either way round")
	}
}

// contradiction adds the readings of a weekday that its date contradicts.
func (r *resolver) contradiction(d *days, day civilDay) {
	why := "the weekday and the date disagree"
	if d.numeric {
		other := r.today.future(int(d.month), int(d.day))
		if other.weekday() == int(d.weekday) {
			r.doubt(oneDay(other), why)
		}
	}
	// The nearest such weekday to the date, and the coming one.
	near := day + civilDay((int(d.weekday)-day.weekday()+10)%7-3)
	if near >= r.today {
		r.doubt(oneDay(near), why)
	}
	if c := r.coming(int(d.weekday)); c != near {
		r.doubt(oneDay(c), why)
	}
}

// dayAlone places a day of the month without a month: the next one, or with a
// weekday the next one on which both agree.
func (r *resolver) dayAlone(d *days) (stretch, bool) {
	y, m, today := r.today.civil()
	first := -1
	var plain civilDay
	for k := range 36 {
		mo := m + k
		fy, fm, _ := dateOf(y, mo, 1).civil()
		if int(d.day) > daysInMonth(fm, fy) || k == 0 && int(d.day) < today {
			continue
		}
		day := dateOf(fy, fm, int(d.day))
		if first < 0 {
			first, plain = k, day
		}
		if d.slots&hasWeekday == 0 {
			return oneDay(day), true
		}
		if day.weekday() == int(d.weekday) {
			if day != plain {
				why := "the weekday does not fit the next such day of a month"
				r.doubt(oneDay(plain), why)
				if c := r.coming(int(d.weekday)); c != day {
					r.doubt(oneDay(c), why)
				}
			}
			return oneDay(day), true
		}
	}
	return oneDay(plain), first >= 0
}

// habit places a recurring wish: the first such day of the coming week.
func (r *resolver) habit(m *mention) stretch {
	first := r.today.monday() + 7
	if m.slots&hasWeek != 0 {
		first = r.today.monday() + civilDay(m.weekOff)*7
	}
	for d := first; d < first+7; d++ {
		if m.habit&(1<<d.weekday()) != 0 {
			return oneDay(d)
		}
	}
	return oneDay(first)
}
