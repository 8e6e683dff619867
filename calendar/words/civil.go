package words

import "time"

// civilDay is a day of the proleptic Gregorian calendar, as the number of days
// since 1 January 1970, which was a Thursday.
type civilDay int

// dateOf returns the day; months and days beyond their range carry over.
func dateOf(year, month, day int) civilDay {
	m := month - 1
	year += m / 12
	if m %= 12; m < 0 {
		m, year = m+12, year-1
	}
	month = m + 1
	y := year
	if month <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := (153*((month+9)%12)+2)/5 + day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return civilDay(era*146097 + doe - 719468)
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// civil returns year, month and day.
func (d civilDay) civil() (year, month, day int) {
	z := int(d) + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	month = (mp+2)%12 + 1
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, doy - (153*mp+2)/5 + 1
}

// weekday returns 0 for Monday … 6 for Sunday.
func (d civilDay) weekday() int { return ((int(d)+3)%7 + 7) % 7 }

// monday returns the first day of its ISO week.
func (d civilDay) monday() civilDay { return d - civilDay(d.weekday()) }

// dayOf returns the day on which t falls in its own zone.
func dayOf(t time.Time) civilDay {
	y, m, d := t.Date()
	return dateOf(y, int(m), d)
}

// at returns the instant of a wall time of the day.
func (d civilDay) at(minute int, zone *time.Location) time.Time {
	y, m, day := d.civil()
	return time.Date(y, time.Month(m), day, 0, minute, 0, 0, zone)
}

// addMonths moves by months and stays within the month: 31 January and a month
// is the last of February.
func (d civilDay) addMonths(n int) civilDay {
	y, m, day := d.civil()
	m += n
	first := dateOf(y, m, 1)
	fy, fm, _ := first.civil()
	return first + civilDay(min(day, daysInMonth(fm, fy))-1)
}

func daysInMonth(month, year int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// future is the next such date, d included. 29 February waits for a leap year.
func (d civilDay) future(day, month int) civilDay {
	y, _, _ := d.civil()
	for k := range 9 {
		if day > daysInMonth(month, y+k) {
			continue
		}
		if got := dateOf(y+k, month, day); got >= d {
			return got
		}
	}
	return dateOf(y, month, day)
}

// weekNumbered is the Monday of the week of that number (ISO 8601): this
// year's, or the next one's where this year's is over.
func (d civilDay) weekNumbered(n int) civilDay {
	y, _, _ := d.civil()
	first := func(year int) civilDay { return dateOf(year, 1, 4).monday() + civilDay(7*(n-1)) }
	if monday := first(y); monday >= d.monday() {
		return monday
	}
	return first(y + 1)
}
