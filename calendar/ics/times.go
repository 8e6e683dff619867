package ics

import (
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// wall is a date and a time of day that no zone has been applied to.
type wall struct {
	year, month, day, hour, minute, second int
	dateOnly                               bool
	utc                                    bool
	offset                                 int // seconds east, where fixed
	fixed                                  bool
}

// seconds counts the wall clock's seconds from 1 January 1970, as if in UTC.
func (w wall) seconds() int64 {
	return int64(dayOf(w.year, w.month, w.day))*86400 + int64(w.hour*3600+w.minute*60+w.second)
}

// dayNumber is the wall time's day.
func (w wall) dayNumber() day { return dayOf(w.year, w.month, w.day) }

// onDay is the same time of day on another day.
func (w wall) onDay(d day) wall {
	w.year, w.month, w.day = d.date()
	return w
}

// dayOfTime is the day of an instant in UTC.
func dayOfTime(t time.Time) day { return day(floorDiv(int(t.Unix()), 86400)) }

// time reads a property as an instant in UTC. It is false, with a note, where
// the value or its zone cannot be understood.
func (r *reader) time(c *ical.Component, name string) (time.Time, bool) {
	prop := c.Props.Get(name)
	if prop == nil || prop.Value == "" {
		return time.Time{}, false
	}
	w, ok := parseWall(prop.Value)
	if !ok {
		r.note("%s cannot be read: %s", name, shorten(prop.Value))
		return time.Time{}, false
	}
	t, ok := r.zones.instant(w, prop.Params.Get(ical.PropTimezoneID))
	if !ok {
		r.note("%s: the zone %s is not known", name, shorten(prop.Params.Get(ical.PropTimezoneID)))
	}
	return t, ok
}

// parseWall reads DATE and DATE-TIME (RFC 5545 §3.3.4, §3.3.5), the forms of
// ISO 8601 with separators or an offset, and times without seconds.
func parseWall(value string) (wall, bool) {
	var w wall
	s := strings.TrimSpace(value)
	s = s[:w.cutZone(s)]
	date, clock, hasClock := strings.Cut(strings.ToUpper(s), "T")
	if !hasClock {
		date, clock, hasClock = strings.Cut(date, " ")
	}
	d, ok := digits(date, '-')
	if !ok || len(d) != 8 {
		return wall{}, false
	}
	w.year, w.month, w.day = number(d[:4]), number(d[4:6]), number(d[6:8])
	w.dateOnly = !hasClock
	if hasClock {
		clock, _, _ = strings.Cut(clock, ".")
		c, ok := digits(clock, ':')
		if !ok || len(c) != 6 && len(c) != 4 {
			return wall{}, false
		}
		w.hour, w.minute = number(c[:2]), number(c[2:4])
		if len(c) == 6 {
			w.second = min(number(c[4:6]), 59) // a leap second counts as the one before
		}
	}
	return w, w.exists()
}

// cutZone reads a trailing Z or UTC offset and returns where it begins. Only
// text after a T can hold an offset, lest the hyphens of a date are taken for
// one.
func (w *wall) cutZone(s string) int {
	if n := len(s); n > 0 && (s[n-1] == 'Z' || s[n-1] == 'z') {
		w.utc = true
		return n - 1
	}
	t := strings.IndexAny(s, "Tt")
	if t < 0 {
		return len(s)
	}
	sign := strings.IndexAny(s[t:], "+-")
	if sign < 0 {
		return len(s)
	}
	offset, ok := parseOffset(s[t+sign:])
	if !ok {
		return len(s)
	}
	w.offset, w.fixed = offset, true
	return t + sign
}

// exists reports whether the calendar has that date and the day that time.
func (w wall) exists() bool {
	return w.year > 0 && w.month >= 1 && w.month <= 12 && w.day >= 1 && w.day <= daysIn(w.year, w.month) &&
		w.hour < 24 && w.minute < 60
}

// digits leaves a separator out and is false for anything but digits.
func digits(s string, separator byte) (string, bool) {
	if strings.IndexByte(s, separator) >= 0 {
		s = strings.ReplaceAll(s, string(separator), "")
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return "", false
		}
	}
	return s, s != ""
}

// number is the value of a few digits.
func number(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// parseOffset reads a UTC-OFFSET (RFC 5545 §3.3.14) into seconds; hours
// alone, a colon, and a missing sign are forgiven.
func parseOffset(s string) (int, bool) {
	s = strings.TrimSpace(s)
	sign := 1
	if s != "" && (s[0] == '+' || s[0] == '-') {
		if s[0] == '-' {
			sign = -1
		}
		s = s[1:]
	}
	d, ok := digits(s, ':')
	if !ok {
		return 0, false
	}
	if len(d)%2 == 1 {
		d = "0" + d
	}
	if len(d) > 6 {
		return 0, false
	}
	seconds := number(d[:2]) * 3600
	if len(d) > 2 {
		seconds += number(d[2:4]) * 60
	}
	if len(d) > 4 {
		seconds += number(d[4:6])
	}
	return sign * seconds, seconds <= 18*3600
}

// maxDuration is the longest DURATION that is believed: a century.
const maxDuration = 36525 * 24 * time.Hour

// parseDuration reads DURATION (RFC 5545 §3.3.6). Days count 24 hours. It is
// false for what is none or longer than a century.
func parseDuration(value string) (time.Duration, bool) {
	s := strings.ToUpper(strings.TrimSpace(value))
	s, negative := strings.CutPrefix(s, "-")
	s = strings.TrimPrefix(s, "+")
	s, ok := strings.CutPrefix(s, "P")
	if !ok || s == "" {
		return 0, false
	}
	var total time.Duration
	for clock := false; s != ""; {
		if s[0] == 'T' {
			clock, s = true, s[1:]
			continue
		}
		end := 0
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		if end == 0 || end > 9 || end == len(s) {
			return 0, false
		}
		unit, count := durationUnit(s[end], clock), time.Duration(number(s[:end]))
		if unit == 0 || count > maxDuration/unit {
			return 0, false
		}
		if total += count * unit; total > maxDuration {
			return 0, false
		}
		s = s[end+1:]
	}
	if negative {
		total = -total
	}
	return total, true
}

// durationUnit is the length that a letter of DURATION stands for, before or
// after its T; 0 for a letter that is none.
func durationUnit(letter byte, clock bool) time.Duration {
	switch {
	case letter == 'W':
		return 7 * 24 * time.Hour
	case letter == 'D':
		return 24 * time.Hour
	case letter == 'H' && clock:
		return time.Hour
	case letter == 'M' && clock:
		return time.Minute
	case letter == 'S' && clock:
		return time.Second
	}
	return 0
}
