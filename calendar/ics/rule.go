package ics

import (
	"iter"
	"slices"
	"strconv"
	"strings"
)

// rule is a recurrence rule (RFC 5545 §3.3.10) with a frequency of days or
// longer. It is asked day by day whether it falls on that day. So a question
// costs as many steps as days lie in its window, whatever the rule says: rules
// that never fall (30 February) or that stand still (INTERVAL=0) do no harm.
type rule struct {
	frequency  frequency
	interval   int
	count      int   // 0 where unlimited
	until      int64 // seconds, in UTC where untilUTC, else on the wall
	hasUntil   bool
	untilUTC   bool
	weekStart  int
	byMonth    uint16 // bit n for month n
	byMonthDay []int
	byDay      []weekdayNumber
	byYearDay  []int
	byWeek     []int
	bySetPos   []int

	start day

	// The days of the period last asked about that fit, for BYSETPOS.
	period      day
	periodDays  []day
	periodKnown bool
}

type frequency int

const (
	daily frequency = iota
	weekly
	monthly
	yearly
)

// weekdayNumber is an element of BYDAY: a weekday, 0 for Sunday, and which one
// of the month or year, 0 for each.
type weekdayNumber struct{ weekday, nth int }

var weekdays = map[string]int{"SU": 0, "MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6}

// parseRule reads a rule whose first day is start. It is false for a frequency
// below a day and for what cannot be read.
func parseRule(value string, start day) (*rule, bool) {
	r := &rule{interval: 1, weekStart: 1, frequency: -1, start: start}
	for part := range strings.SplitSeq(strings.ToUpper(value), ";") {
		name, list, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			continue
		}
		if !r.set(name, list) {
			return nil, false
		}
	}
	if r.frequency < daily {
		return nil, false
	}
	r.inherit()
	return r, true
}

func (r *rule) set(name, list string) (ok bool) {
	switch name {
	case "FREQ":
		r.frequency = frequency(slices.Index([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}, list))
		return r.frequency >= daily
	case "INTERVAL":
		n, err := strconv.Atoi(list)
		r.interval = max(n, 1) // 0 is forbidden and read as 1
		return err == nil && n <= 10000
	case "COUNT":
		n, err := strconv.Atoi(list)
		r.count = n
		return err == nil && n > 0
	case "UNTIL":
		return r.setUntil(list)
	case "WKST":
		r.weekStart, ok = weekdays[list]
		return ok
	case "BYMONTH":
		var months []int
		months, ok = numbers(list, 1, 12)
		for _, m := range months {
			r.byMonth |= 1 << max(m, 0)
		}
		return ok && !slices.ContainsFunc(months, func(m int) bool { return m < 0 })
	case "BYMONTHDAY":
		r.byMonthDay, ok = numbers(list, 1, 31)
	case "BYYEARDAY":
		r.byYearDay, ok = numbers(list, 1, 366)
	case "BYWEEKNO":
		r.byWeek, ok = numbers(list, 1, 53)
	case "BYSETPOS":
		r.bySetPos, ok = numbers(list, 1, 366)
	case "BYDAY":
		r.byDay, ok = parseByDay(list)
	default:
		// BYHOUR and smaller, and extensions, do not choose the day.
		return true
	}
	return ok
}

func (r *rule) setUntil(value string) bool {
	w, ok := parseWall(value)
	if !ok {
		return false
	}
	if w.dateOnly {
		w.hour, w.minute, w.second = 23, 59, 59
	}
	r.until, r.hasUntil, r.untilUTC = w.seconds(), true, w.utc
	return true
}

// numbers reads a list of numbers whose magnitude is in a range.
func numbers(list string, low, high int) ([]int, bool) {
	var all []int
	for s := range strings.SplitSeq(list, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if magnitude := max(n, -n); err != nil || magnitude < low || magnitude > high || len(all) == 400 {
			return nil, false
		}
		all = append(all, n)
	}
	return all, true
}

func parseByDay(list string) ([]weekdayNumber, bool) {
	var all []weekdayNumber
	for s := range strings.SplitSeq(list, ",") {
		s = strings.TrimSpace(s)
		if len(s) < 2 || len(all) == 400 {
			return nil, false
		}
		weekday, ok := weekdays[s[len(s)-2:]]
		if !ok {
			return nil, false
		}
		nth := 0
		if s = s[:len(s)-2]; s != "" {
			n, err := strconv.Atoi(s)
			if err != nil || n < -53 || n > 53 {
				return nil, false
			}
			nth = n
		}
		all = append(all, weekdayNumber{weekday, nth})
	}
	return all, true
}

// inherit takes from the start what the rule leaves open (RFC 5545 §3.3.10).
func (r *rule) inherit() {
	if len(r.byDay)+len(r.byMonthDay)+len(r.byYearDay)+len(r.byWeek) > 0 {
		return
	}
	_, month, dayOfMonth := r.start.date()
	switch r.frequency {
	case weekly:
		r.byDay = []weekdayNumber{{weekday: r.start.weekday()}}
	case monthly:
		r.byMonthDay = []int{dayOfMonth}
	case yearly:
		r.byMonthDay = []int{dayOfMonth}
		if r.byMonth == 0 {
			r.byMonth = 1 << month
		}
	}
}

// falls reports whether the rule falls on a day, COUNT and UNTIL aside.
func (r *rule) falls(d day) bool {
	if d < r.start || !r.inInterval(d) || !r.fits(d) {
		return false
	}
	if len(r.bySetPos) == 0 {
		return true
	}
	return r.inPosition(d)
}

// inInterval reports whether the day's period is one that INTERVAL lets in.
func (r *rule) inInterval(d day) bool {
	if r.interval == 1 {
		return true
	}
	switch r.frequency {
	case daily:
		return int(d-r.start)%r.interval == 0
	case weekly:
		return int(r.week(d)-r.week(r.start))/7%r.interval == 0
	}
	year, month, _ := d.date()
	firstYear, firstMonth, _ := r.start.date()
	if r.frequency == yearly {
		return (year-firstYear)%r.interval == 0
	}
	return (12*(year-firstYear)+month-firstMonth)%r.interval == 0
}

// week is the first day of a day's week.
func (r *rule) week(d day) day { return d - day((d.weekday()-r.weekStart+7)%7) }

// fits reports whether a day passes every BY… part but BYSETPOS.
func (r *rule) fits(d day) bool {
	year, month, dayOfMonth := d.date()
	if r.byMonth != 0 && r.byMonth&(1<<month) == 0 {
		return false
	}
	if len(r.byMonthDay) > 0 && !fromEither(r.byMonthDay, dayOfMonth, daysIn(year, month)) {
		return false
	}
	if len(r.byYearDay) > 0 {
		first := dayOf(year, 1, 1)
		if !fromEither(r.byYearDay, int(d-first)+1, int(dayOf(year+1, 1, 1)-first)) {
			return false
		}
	}
	if len(r.byWeek) > 0 && !slices.Contains(r.byWeek, d.isoWeek()) {
		return false
	}
	return len(r.byDay) == 0 || r.fitsByDay(d, year, month, dayOfMonth)
}

// fromEither reports whether the n-th of length is in a list that counts from
// the front or, below zero, from the back.
func fromEither(list []int, n, length int) bool {
	return slices.Contains(list, n) || slices.Contains(list, n-length-1)
}

func (r *rule) fitsByDay(d day, year, month, dayOfMonth int) bool {
	weekday := d.weekday()
	for _, want := range r.byDay {
		if want.weekday != weekday {
			continue
		}
		if want.nth == 0 || r.frequency < monthly {
			return true
		}
		n, length := dayOfMonth, 0
		if r.frequency == yearly && r.byMonth == 0 {
			// Without a month the number counts within the year.
			first := dayOf(year, 1, 1)
			n, length = int(d-first)+1, int(dayOf(year+1, 1, 1)-first)
		} else {
			length = daysIn(year, month)
		}
		if want.nth == (n-1)/7+1 || want.nth == -((length-n)/7+1) {
			return true
		}
	}
	return false
}

// inPosition reports whether BYSETPOS picks the day out of its period.
func (r *rule) inPosition(d day) bool {
	first, last := r.periodOf(d)
	if !r.periodKnown || r.period != first {
		r.period, r.periodKnown = first, true
		r.periodDays = r.periodDays[:0]
		for each := first; each <= last; each++ {
			if r.fits(each) {
				r.periodDays = append(r.periodDays, each)
			}
		}
	}
	n, _ := slices.BinarySearch(r.periodDays, d)
	return fromEither(r.bySetPos, n+1, len(r.periodDays))
}

// periodOf is the first and the last day of a day's period.
func (r *rule) periodOf(d day) (first, last day) {
	year, month, _ := d.date()
	switch r.frequency {
	case weekly:
		return r.week(d), r.week(d) + 6
	case monthly:
		return dayOf(year, month, 1), dayOf(year, month+1, 1) - 1
	case yearly:
		return dayOf(year, 1, 1), dayOf(year+1, 1, 1) - 1
	}
	return d, d
}

// maxDays is how many days a rule with COUNT is walked at most from its start,
// three centuries. Rules without are only walked within the window in question.
const maxDays = 110_000

// between walks through the days from first to last on which the rule falls,
// COUNT heeded and UNTIL not. Each day looked at takes one of the steps, and
// with the last of them the walk ends.
func (r *rule) between(first, last day, steps *int) iter.Seq[day] {
	if r.count > 0 {
		last = min(last, r.start+maxDays)
	}
	return func(yield func(day) bool) {
		from := max(first, r.start)
		if r.count > 0 {
			from = r.start // the count begins there
		}
		n := 0
		for d := from; d <= last && *steps > 0; *steps-- {
			year, month, dayOfMonth := d.date()
			if r.byMonth != 0 && r.byMonth&(1<<month) == 0 {
				d += day(daysIn(year, month) - dayOfMonth + 1)
				continue
			}
			if r.falls(d) {
				if n++; r.count > 0 && n > r.count || d >= first && !yield(d) {
					return
				}
			}
			d++
		}
	}
}

// lastBefore is the last day up to d on which the rule falls, at most so many
// days back.
func (r *rule) lastBefore(d day, back int, steps *int) (found day, ok bool) {
	if r.count > 0 {
		for each := range r.between(r.start, d, steps) {
			found, ok = each, true
		}
		return found, ok
	}
	for each := d; each >= r.start && each > d-day(back) && *steps > 0; *steps-- {
		if r.falls(each) {
			return each, true
		}
		step := 1
		if _, month, dayOfMonth := each.date(); r.byMonth != 0 && r.byMonth&(1<<month) == 0 {
			step = dayOfMonth // the whole month is out
		}
		each -= day(step)
	}
	return 0, false
}
