package words

import "time"

// slots says which parts of a time a mention names.
type slots uint32

const (
	hasWeekday slots = 1 << iota
	hasDay           // day of the month
	hasMonth
	hasYear
	hasOffset   // today, tomorrow
	hasWeek     // this week, next week
	hasMonthRel // this month, next month
	hasNth      // first Monday of, first week of
	hasWeekend
	hasHoliday
	hasAmount // in two weeks
	hasHigh   // the end of a range of days
	hasPart
	hasClock
	hasZone
	hasLength
	hasSame // same time
	hasHabit
	hasEdge
	hasYearRel
	hasSameDay // the session's day
)

const (
	dateSlots = hasWeekday | hasDay | hasMonth | hasYear | hasOffset | hasWeek | hasMonthRel | hasNth |
		hasWeekend | hasHoliday | hasAmount | hasHigh | hasHabit | hasYearRel | hasSameDay
	timeSlots = hasPart | hasClock | hasSame
)

// days is a date as the words name it.
type days struct {
	slots    slots
	weekday  int8
	rel      int8 // how the weekday relates: relNone … relAfterNext
	weekOff  int8 // weeks from this one
	day      int8
	month    int8
	year     int16
	offset   int16
	monthOff int8
	yearOff  int8
	nth      int8 // 1–5, -1 for the last
	nthWeek  bool // the nth week, not the nth weekday
	nthWeeks int8 // so many from it on, or up to the last
	nthDay   bool // the nth (last) day
	weekOf   bool // the week around the date
	holiday  int8
	numeric  bool // day and month stand as numbers: their order is by region
	edge     int8
	amount   int32 // in units, or in minutes where the unit is an hour or less
	unit     int8
	anchored bool // the amount counts from the other date, not from now
	before   bool // the amount counts backwards
	span     bool // "next three days": the amount is how long it lasts
	fromNow  bool // counted from the moment of writing, not from a session
	shift    bool // counted from the session
	fromLast bool // counted from the time named before: "the week after"
}

// clock is a time of day as the words give it.
type clock struct {
	minute   int16 // of the day, or of the half day where that is open
	meridiem int8  // 0 not said, 1 am, 2 pm
	exact    bool  // the 24 hours are meant
	minutes  bool  // minutes were given
}

// bound says how the clock time bounds a stretch.
type bound int8

const (
	boundNone   bound = iota
	boundRange        // from the one to the other
	boundAfter        // open at the end
	boundBefore       // open at the start
)

// link says how a mention hangs on the one before it.
type link int8

const (
	linkNone  link = iota
	linkGap        // other words stand between, in the same sentence
	linkComma      // only a comma, or nothing
	linkAnd
	linkOr
)

// mention is one time as the words give it, before it is placed in a calendar.
type mention struct {
	days
	high     days // the last day of a range
	from, to clock
	bound    bound
	part     int8
	dayEdge  int8 // "early Friday"
	partEdge int8
	approx   bool
	length   int32 // minutes
	lengthD  int32 // days
	zone     *time.Location
	zoneName string
	yours    bool
	mine     bool // "my time": where the writer is
	negated  bool
	asked    bool  // a question mark ends its sentence
	prefixed bool  // denied by a word before it
	upTo     bool  // the bound is not included: "before Friday"
	remark   bool  // it says when the writer is somewhere: "I'm in Nairobi this month"
	dropped  bool  // a neighbour says it more exactly
	habit    uint8 // recurring weekdays, bit 0 Monday
	other    bool  // the days not named before
	link     link
	sentence int32
	clause   int32
	start    int // bytes
	end      int
	// what was taken over from a neighbour
	tookDate, tookClock bool
	clockLead           bool // the clock time stood before the date
}

// absorb merges f, which follows, into m. It reports false where the two name
// the same slot twice.
func (m *mention) absorb(f *mention) bool {
	if !m.fits(f) {
		return false
	}
	if f.days.slots&hasClock != 0 && m.slots&hasClock != 0 { // after … but before
		m.to, m.bound = f.from, boundRange
		if m.to == (clock{}) {
			m.to = f.to
		}
		m.end = f.end
		return true
	}
	m.days.absorb(&f.days)
	if f.slots&hasClock != 0 {
		m.from, m.to, m.bound = f.from, f.to, f.bound
	}
	if f.slots&hasPart != 0 {
		m.part, m.partEdge = f.part, f.partEdge
		if f.bound != boundNone && m.bound == boundNone {
			m.bound = f.bound
		}
	}
	if f.slots&hasHigh != 0 {
		m.high = f.high
	}
	if f.slots&hasLength != 0 {
		m.length, m.lengthD = f.length, f.lengthD
	}
	if f.slots&hasZone != 0 {
		m.zone, m.zoneName, m.yours = f.zone, f.zoneName, f.yours
	}
	m.approx = m.approx || f.approx
	m.mine = m.mine || f.mine
	m.dayEdge = max(m.dayEdge, f.dayEdge)
	m.habit |= f.habit
	m.other = m.other || f.other
	if m.end == 0 {
		m.start = f.start
	}
	m.start, m.end = min(m.start, f.start), max(m.end, f.end)
	return true
}

// fits reports whether m and f name different slots.
func (m *mention) fits(f *mention) bool {
	both := m.slots & f.slots
	if both == hasClock && m.bound == boundAfter && f.bound == boundBefore && f.slots&dateSlots == 0 {
		return true
	}
	if both == hasPart && m.part == f.part && f.slots == hasPart {
		return true
	}
	if both&^hasEdge != 0 {
		return false
	}
	if m.slots&hasHigh != 0 && f.slots&(dateSlots&^(hasYear|hasMonth|hasWeek|hasMonthRel)) != 0 {
		return false
	}
	if f.slots&hasHigh != 0 && m.slots&(dateSlots&^(hasWeekday|hasWeek)) != 0 {
		return false
	}
	if f.slots&hasSame != 0 && m.slots&(hasClock|hasPart) != 0 || m.slots&hasSame != 0 && f.slots&(hasClock|hasPart) != 0 {
		return false
	}
	return m.days.fits(&f.days)
}

// fits reports whether two dates can be one.
func (d *days) fits(f *days) bool {
	all := d.slots | f.slots
	has := func(s slots) bool { return all&s == s }
	switch {
	case has(hasOffset | hasWeek), has(hasOffset | hasMonthRel), has(hasOffset | hasNth), has(hasOffset | hasWeekend),
		has(hasWeek | hasDay), has(hasHoliday | hasDay), has(hasHoliday | hasWeek), has(hasWeekend | hasWeekday),
		has(hasWeekend | hasOffset):
		return false
	case has(hasAmount) && all&(dateSlots&^hasAmount) != 0:
		return !f.fromLast && d.amountFits(f)
	case has(hasHabit) && all&(hasDay|hasMonth|hasOffset|hasHoliday|hasAmount|hasNth) != 0:
		return false
	}
	return true
}

// amountFits lets "three weeks from" take its anchor, "today in one hour" its
// hour and "two months from today on Tuesday" its weekday.
func (d *days) amountFits(f *days) bool {
	if d.slots&dateSlots == 0 || f.slots&dateSlots == 0 {
		return true
	}
	if d.slots&hasAmount != 0 {
		if d.anchored && d.slots&(dateSlots&^hasAmount) == 0 {
			return true
		}
		return !d.span && f.slots&dateSlots == hasWeekday || d.span && f.slots&dateSlots&^(hasWeek|hasMonthRel|hasMonth|hasDay|hasOffset) == 0
	}
	if d.slots&dateSlots == hasOffset && f.fromNow {
		return true // "morgen in einer Woche"
	}
	return f.unit == unitMinute || d.slots&dateSlots == hasWeekday || f.anchored || f.shift
}

func (d *days) absorb(f *days) {
	if f.slots&hasWeekday != 0 {
		d.weekday, d.rel = f.weekday, f.rel
	}
	if f.slots&hasWeek != 0 {
		d.weekOff = f.weekOff
	}
	if f.slots&hasDay != 0 {
		d.day = f.day
	}
	if f.slots&hasMonth != 0 {
		d.month = f.month
	}
	if f.slots&hasYear != 0 {
		d.year = f.year
	}
	if f.slots&hasOffset != 0 {
		d.offset = f.offset
	}
	if f.slots&hasMonthRel != 0 {
		d.monthOff = f.monthOff
	}
	if f.slots&hasYearRel != 0 {
		d.yearOff = f.yearOff
	}
	if f.slots&hasNth != 0 {
		d.nth, d.nthWeek, d.nthWeeks, d.nthDay = f.nth, f.nthWeek, f.nthWeeks, f.nthDay
	}
	if f.slots&hasHoliday != 0 {
		d.holiday = f.holiday
	}
	if f.slots&hasAmount != 0 {
		f.anchored = f.anchored || f.fromNow && f.unit != unitMinute && d.slots&dateSlots == hasOffset
		d.amount, d.unit, d.anchored, d.before = f.amount, f.unit, f.anchored, f.before
		d.span, d.fromNow, d.shift, d.fromLast = f.span, f.fromNow, f.shift, f.fromLast
	}
	if f.slots&hasEdge != 0 {
		d.edge = f.edge
	}
	d.weekOf = d.weekOf || f.weekOf
	d.numeric = d.numeric || f.numeric
	d.slots |= f.slots
}
