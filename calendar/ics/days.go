package ics

// day counts days from 1 January 1970 in the proleptic Gregorian calendar. It
// has no zone and no clock, which is what recurrence rules are about.
type day int

// dayOf is the day of a date. Months beyond the year carry over.
func dayOf(year, month, dayOfMonth int) day {
	year += floorDiv(month-1, 12)
	month = (month-1)%12 + 1
	if month < 1 {
		month += 12
	}
	// Count from 1 March of year 0, so that the leap day comes last.
	if month <= 2 {
		year--
		month += 12
	}
	days := 365*year + floorDiv(year, 4) - floorDiv(year, 100) + floorDiv(year, 400)
	return day(days + (153*(month-3)+2)/5 + dayOfMonth - 1 - 719468)
}

// date is the year, month and day of the month.
func (d day) date() (year, month, dayOfMonth int) {
	n := int(d) + 719468
	era := floorDiv(n, 146097)
	n -= era * 146097
	year = (n - n/1460 + n/36524 - n/146096) / 365
	n -= 365*year + year/4 - year/100
	shifted := (5*n + 2) / 153
	dayOfMonth = n - (153*shifted+2)/5 + 1
	year += era * 400
	if month = shifted + 3; month > 12 {
		month -= 12
		year++
	}
	return year, month, dayOfMonth
}

// weekday is 0 for Sunday.
func (d day) weekday() int {
	w := (int(d) + 4) % 7
	if w < 0 {
		w += 7
	}
	return w
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// daysIn is the length of a month.
func daysIn(year, month int) int { return int(dayOf(year, month+1, 1) - dayOf(year, month, 1)) }

// isoWeek is the week of the year by ISO 8601, in which weeks begin on Monday
// and belong to the year that has their Thursday.
func (d day) isoWeek() int {
	thursday := d - day((d.weekday()+6)%7) + 3
	year, _, _ := thursday.date()
	return int(thursday-dayOf(year, 1, 1))/7 + 1
}
