package main

import (
	"slices"
	"time"

	"github.com/mentorpost/mentorpost/calendar/holidays"
	"github.com/mentorpost/mentorpost/program"
)

// holidaysAhead is how far a case tells holidays: beyond whatever is offered.
const holidaysAhead = 200 * 24 * time.Hour

// withHolidays tells a case of a pair the public holidays of both.
func withHolidays(c *program.Case, now time.Time) {
	if c.Pair.ID == "" {
		return
	}
	from, to := now.AddDate(0, 0, -1), now.Add(holidaysAhead)
	c.Holidays = slices.Concat(holidays.Of(c.Mentor, from, to), holidays.Of(c.Mentee, from, to))
}

// holidaysNamed says whose public holidays are kept free for a person.
func holidaysNamed(p program.Person) string {
	if p.Holidays != "" {
		return p.Holidays
	}
	if country := holidays.CountryOf(p.Zone); country != "" {
		return country + " (by zone)"
	}
	return "none known"
}

// absences are the first and last days on which a person is away.
func absences(p program.Person) []string {
	var found []string
	for _, away := range p.Absences {
		zone := p.Location()
		found = append(found, away.Start.In(zone).Format(time.DateOnly)+" to "+away.End.Add(-time.Second).In(zone).Format(time.DateOnly))
	}
	return found
}
