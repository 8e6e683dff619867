// Package holidays tells on which days people of a country do not work: the
// public holidays that hold in all of it. It is pure: a country and a stretch
// of days in, named days out. Dates come from github.com/rickar/cal, held here
// to what is nationwide and brought up to the laws of today.
package holidays

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rickar/cal/v2"

	"github.com/mentorpost/mentorpost/program"
)

// Countries are those whose holidays are known, by ISO 3166-1 code.
func Countries() []string {
	known := make([]string, 0, len(countries))
	for code := range countries {
		known = append(known, code)
	}
	slices.Sort(known)
	return known
}

// Known reports whether the country's holidays are known.
func Known(country string) bool {
	_, ok := countries[country]
	return ok
}

// CountryOf is the country in which an IANA zone lies; empty where its
// holidays are not known, and for zones of no country ("UTC").
func CountryOf(zone string) string { return countryByZone[zone] }

// Of are the holidays that a person has between two instants, in their zone,
// earliest first. Their setting tells the country, else their zone does.
func Of(p program.Person, from, to time.Time) []program.Holiday {
	country := p.Holidays
	switch country {
	case program.HolidaysOff:
		return nil
	case "":
		country = CountryOf(p.Zone)
	}
	if !Known(country) {
		return nil
	}
	zone := p.Location()
	from, to = from.In(zone), to.In(zone)
	first, last := civil(from), civil(to)
	var found []program.Holiday
	for year := from.Year(); year <= to.Year(); year++ {
		for _, d := range daysOf(country, year) {
			if d.date < first || d.date > last {
				continue
			}
			year, month, day := d.date.ymd()
			found = append(found, program.Holiday{
				Person: p.ID, Name: d.name,
				Day: program.Span{
					Start: time.Date(year, month, day, 0, 0, 0, 0, zone),
					End:   time.Date(year, month, day+1, 0, 0, 0, 0, zone),
				},
			})
		}
	}
	return found
}

// date is a day of the calendar as a number that sorts, as 20261225.
type date int

func civil(t time.Time) date {
	year, month, day := t.Date()
	return date(year*10000 + int(month)*100 + day)
}

func (d date) ymd() (year int, month time.Month, day int) {
	return int(d) / 10000, time.Month(int(d) / 100 % 100), int(d) % 100
}

// day is one holiday of a year.
type day struct {
	date date
	name string
}

// calculated keeps the years that were asked for, since the days around Easter
// are reckoned anew each time. Countries and years are few.
var calculated sync.Map

type countryYear struct {
	country string
	year    int
}

// daysOf lists the days of a year on which the country does not work, by date,
// each once. A holiday that is kept on another day, as one at a weekend may be,
// is both: in some countries people are off on either.
func daysOf(country string, year int) []day {
	if known, ok := calculated.Load(countryYear{country, year}); ok {
		return known.([]day)
	}
	var days []day
	// 1 January may be kept on 31 December, and the other way round.
	for _, of := range []int{year - 1, year, year + 1} {
		for _, h := range countries[country] {
			actual, observed := h.Calc(of)
			for _, t := range []time.Time{actual, observed} {
				if !t.IsZero() && t.Year() == year {
					days = append(days, day{civil(t), nameOf(h, actual)})
				}
			}
		}
	}
	slices.SortStableFunc(days, func(a, b day) int { return int(a.date - b.date) })
	days = slices.CompactFunc(days, func(a, b day) bool { return a.date == b.date })
	calculated.Store(countryYear{country, year}, days)
	return days
}

// The names that many countries share are written in English here, and said in
// the reader's language where they are shown. Others stand as their country
// writes them.
var sharedByDate = map[[2]int]string{
	{1, 1}: "New Year’s Day", {1, 6}: "Epiphany", {5, 1}: "Labour Day", {8, 15}: "Assumption Day",
	{11, 1}: "All Saints’ Day", {12, 8}: "Immaculate Conception", {12, 24}: "Christmas Eve",
	{12, 25}: "Christmas Day", {12, 26}: "Boxing Day", {12, 31}: "New Year’s Eve",
}

var sharedByEaster = map[int]string{
	-47: "Carnival Tuesday", -3: "Maundy Thursday", -2: "Good Friday", 0: "Easter Sunday", 1: "Easter Monday",
	39: "Ascension Day", 49: "Whit Sunday", 50: "Whit Monday", 60: "Corpus Christi",
}

// Shared lists the names that are said in the reader's language.
func Shared() []string {
	var names []string
	for _, name := range sharedByDate {
		names = append(names, name)
	}
	for _, name := range sharedByEaster {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// nameOf is the shared name of a holiday that falls on the day, else its own.
func nameOf(h *cal.Holiday, actual time.Time) string {
	if name, ok := ownNames[h]; ok {
		return name
	}
	if name, ok := sharedByDate[[2]int{int(h.Month), h.Day}]; ok {
		return name
	}
	if h.Month == 0 && actual.Equal(cal.CalcEasterOffset(h, actual.Year())) {
		if name, ok := sharedByEaster[h.Offset]; ok {
			return name
		}
	}
	return strings.TrimSpace(h.Name)
}
