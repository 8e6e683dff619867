package words

import "github.com/mentorpost/mentorpost/program"

// amount places "in two weeks", "three weeks from tomorrow", "a week on
// Thursday", "next three days".
func (r *resolver) amount(d *days) (stretch, bool) {
	rest := *d
	rest.slots &^= hasAmount
	if d.span {
		from := r.today + 1
		if d.unit == unitWeek {
			from = r.today.monday() + 7
		}
		n := civilDay(d.amount)
		switch d.unit {
		case unitWeek:
			n *= 7
		case unitMonth:
			from, n = r.today, (r.today.addMonths(int(d.amount)) - r.today)
		case unitDay, unitWorkday:
		default:
			return stretch{}, false
		}
		grain := program.GrainDay
		if d.unit == unitWeek {
			grain = program.GrainWeek
		} else if d.unit == unitMonth {
			grain = program.GrainMonth
		}
		return stretch{from, from + n, grain}, true
	}
	if d.fromLast {
		return r.nextToLast(d), true
	}
	from := r.today
	weekday := d.slots&hasWeekday != 0
	if rest.slots&dateSlots != 0 && d.anchored {
		if rest.slots&dateSlots&^hasWeekday != 0 {
			rest.slots &^= hasWeekday
		} else {
			weekday = false
		}
		s, ok := r.days(&rest)
		if !ok {
			return s, false
		}
		from = s.from
		r.others = r.others[:0]
	} else if d.shift && !d.fromNow && !r.Session.Start.IsZero() {
		from = dayOf(r.session())
	}
	day := from.add(int(d.amount), int(d.unit), d.before)
	if weekday {
		if d.unit == unitWeek {
			day = day.monday() + civilDay(d.weekday)
		} else {
			day += civilDay((int(d.weekday) - day.weekday() + 7) % 7)
		}
	}
	return oneDay(day), true
}

// nextToLast places "the day before" and "the week after" beside the time
// named before them, else beside the session.
func (r *resolver) nextToLast(d *days) stretch {
	from := r.last
	if from == 0 {
		from = dayOf(r.session())
	}
	day := from.add(1, int(d.unit), d.before)
	if d.unit == unitWeek {
		return stretch{day.monday(), day.monday() + 7, program.GrainWeek}
	}
	return oneDay(day)
}

// add moves a day by an amount of days, working days, weeks, months or years.
func (d civilDay) add(n, unit int, back bool) civilDay {
	if back {
		n = -n
	}
	switch unit {
	case unitWeek:
		return d + civilDay(7*n)
	case unitMonth:
		return d.addMonths(n)
	case unitQuarter:
		return d.addMonths(3 * n)
	case unitYear:
		return d.addMonths(12 * n)
	case unitWorkday:
		step := civilDay(1)
		if n < 0 {
			step, n = -1, -n
		}
		for n = min(n, 1000); n > 0; {
			if d += step; d.weekday() < 5 {
				n--
			}
		}
		return d
	}
	return d + civilDay(n)
}

// nth places "the first Monday of next month", "third week of January".
func (r *resolver) nth(d *days) (stretch, bool) {
	first := r.month(d)
	s, ok := nthIn(first, d)
	if ok && s.until <= r.today && d.slots&(hasYear|hasMonthRel) == 0 {
		s, ok = nthIn(first.addMonths(12), d)
	}
	return s, ok
}

func nthIn(first civilDay, d *days) (stretch, bool) {
	next := first.addMonths(1)
	switch {
	case d.nthDay && d.nth < 0:
		return oneDay(next - 1), true
	case d.nthDay:
		return oneDay(first + civilDay(d.nth) - 1), true
	case d.nthWeek:
		// A week is a month's first when most of its working days are in it.
		mon := first.monday()
		if first.weekday() > 1 {
			mon += 7
		}
		mon += civilDay(7 * (int(d.nth) - 1))
		more := civilDay(7 * (max(1, int(d.nthWeeks)) - 1))
		if d.nth < 0 {
			mon = (next - 1).monday()
			if (next - 1).weekday() < 3 {
				mon -= 7
			}
			mon -= more
		}
		return stretch{max(mon, first), mon + more + 7, program.GrainWeek}, true
	case d.nth < 0:
		last := next - 1
		return oneDay(last - civilDay((last.weekday()-int(d.weekday)+7)%7)), true
	}
	day := first + civilDay((int(d.weekday)-first.weekday()+7)%7+7*(int(d.nth)-1))
	return oneDay(day), day < next
}
