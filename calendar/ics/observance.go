package ics

import (
	"strings"

	"github.com/emersion/go-ical"
)

// definition is a VTIMEZONE (RFC 5545 §3.6.5).
type definition struct {
	observances []observance
	alias       string // the name that it gives itself beside TZID
}

// observance is a STANDARD or DAYLIGHT part: from an onset on, the offset is
// to. Onsets are seconds on the wall clock that runs by the offset before.
type observance struct {
	from, to int // seconds east of UTC
	start    int64
	dates    []int64 // RDATE
	rules    []*rule
}

// readDefinition reads a VTIMEZONE; parts that cannot be read are left out.
func readDefinition(zone *ical.Component) *definition {
	d := &definition{alias: propertyValue(zone, "X-LIC-LOCATION")}
	if d.alias == "" {
		d.alias = propertyValue(zone, "TZID-ALIAS-OF")
	}
	for _, child := range zone.Children {
		if o, ok := readObservance(child); ok && len(d.observances) < 1000 {
			d.observances = append(d.observances, o)
		}
	}
	return d
}

func propertyValue(c *ical.Component, name string) string {
	if prop := c.Props.Get(name); prop != nil {
		return prop.Value
	}
	return ""
}

func readObservance(c *ical.Component) (observance, bool) {
	var o observance
	to, ok := parseOffset(propertyValue(c, ical.PropTimezoneOffsetTo))
	if !ok {
		return o, false
	}
	from, ok := parseOffset(propertyValue(c, ical.PropTimezoneOffsetFrom))
	if !ok {
		from = to
	}
	start, ok := parseWall(propertyValue(c, ical.PropDateTimeStart))
	if !ok {
		return o, false
	}
	o.from, o.to, o.start = from, to, start.seconds()
	if start.utc { // forbidden, but written
		o.start += int64(from)
	}
	for _, prop := range c.Props[ical.PropRecurrenceDates] {
		for value := range strings.SplitSeq(prop.Value, ",") {
			value, _, _ = strings.Cut(value, "/") // the start of a period
			if w, ok := parseWall(value); ok {
				if w.dateOnly {
					w.hour, w.minute, w.second = start.hour, start.minute, start.second
				}
				seconds := w.seconds()
				if w.utc {
					seconds += int64(from)
				}
				o.dates = append(o.dates, seconds)
			}
		}
	}
	for _, prop := range c.Props[ical.PropRecurrenceRule] {
		if r, ok := parseRule(prop.Value, day(floorDiv(int(o.start), 86400))); ok {
			if r.untilUTC {
				r.until += int64(from)
			}
			o.rules = append(o.rules, r)
		}
	}
	return o, true
}

// offset is how far the wall clock is ahead of UTC, in seconds. A wall time
// that a clock change repeats is the first of the two, and one that it skips
// counts by the offset before (RFC 5545 §3.3.5).
func (d *definition) offset(wall int64) int {
	var latest, earliest *observance
	var onset int64
	for i := range d.observances {
		o := &d.observances[i]
		if earliest == nil || o.start < earliest.start {
			earliest = o
		}
		skipped := int64(max(o.to-o.from, 0))
		if at, ok := o.lastOnset(wall - skipped); ok && (latest == nil || at > onset) {
			latest, onset = o, at
		}
	}
	if latest == nil {
		return earliest.from
	}
	return latest.to
}

// lastOnset is the latest onset that is not after a wall time.
func (o *observance) lastOnset(wall int64) (int64, bool) {
	if wall < o.start {
		return 0, false
	}
	onset := o.start
	for _, at := range o.dates {
		if at <= wall && at > onset {
			onset = at
		}
	}
	clock := int64(floorMod(int(o.start), 86400))
	for _, r := range o.rules {
		before := wall
		if r.hasUntil {
			before = min(before, r.until)
		}
		last := day(floorDiv(int(before-clock), 86400))
		// A leap day may be eight years away.
		if d, ok := r.lastBefore(last, 8*366*r.interval); ok {
			onset = max(onset, int64(d)*86400+clock)
		}
	}
	return onset, true
}

func floorMod(a, b int) int { return a - b*floorDiv(a, b) }
