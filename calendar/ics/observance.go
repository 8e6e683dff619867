package ics

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/emersion/go-ical"
)

// definition is a VTIMEZONE (RFC 5545 §3.6.5).
type definition struct {
	observances []observance
	alias       string // the name that it gives itself beside TZID
	years       map[int]yearTable
}

// yearTable is what a definition says about one year: an offset to begin with
// and the changes, in order.
type yearTable struct {
	first   int
	changes []change
}

// change is an onset: from this wall time on, the clock is to ahead of UTC.
type change struct {
	wall int64
	to   int
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
	d := &definition{alias: propertyValue(zone, "X-LIC-LOCATION"), years: map[int]yearTable{}}
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
		if r, ok := parseRule(prop.Value, dayOfWall(o.start)); ok {
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
// counts by the offset before (RFC 5545 §3.3.5). It is false when the steps
// did not suffice.
func (d *definition) offset(wall int64, steps *int) (int, bool) {
	year, _, _ := dayOfWall(wall).date()
	table, ok := d.years[year]
	if !ok {
		table = d.table(year, steps)
		if *steps <= 0 {
			return 0, false
		}
		d.years[year] = table
	}
	offset := table.first
	for _, c := range table.changes {
		if c.wall > wall {
			break
		}
		offset = c.to
	}
	return offset, true
}

func (d *definition) table(year int, steps *int) yearTable {
	first, last := dayOf(year, 1, 1), dayOf(year+1, 1, 1)
	t := yearTable{first: d.offsetAt(int64(first)*86400, steps)}
	for i := range d.observances {
		o := &d.observances[i]
		for onset := range o.onsets(first-1, last, steps) {
			if wall := onset + o.skipped(); wall > int64(first)*86400 {
				t.changes = append(t.changes, change{wall, o.to})
			}
		}
	}
	slices.SortStableFunc(t.changes, func(a, b change) int { return cmp.Compare(a.wall, b.wall) })
	return t
}

// offsetAt is the offset at one wall time: that of the observance whose last
// onset is the latest.
func (d *definition) offsetAt(wall int64, steps *int) int {
	var latest, earliest *observance
	var onset int64
	for i := range d.observances {
		o := &d.observances[i]
		if earliest == nil || o.start < earliest.start {
			earliest = o
		}
		if at, ok := o.lastOnset(wall-o.skipped(), steps); ok && (latest == nil || at > onset) {
			latest, onset = o, at
		}
	}
	if latest == nil {
		return earliest.from
	}
	return latest.to
}

// skipped is how many seconds the wall clock leaves out at an onset.
func (o *observance) skipped() int64 { return int64(max(o.to-o.from, 0)) }

// clock is the time of day of the onsets that a rule gives.
func (o *observance) clock() int64 { return o.start - int64(dayOfWall(o.start))*86400 }

// onsets walks through those between two days, in no order.
func (o *observance) onsets(first, last day, steps *int) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		inside := func(wall int64) bool { return dayOfWall(wall) >= first && dayOfWall(wall) <= last }
		if inside(o.start) && !yield(o.start) {
			return
		}
		*steps -= len(o.dates)
		for _, at := range o.dates {
			if inside(at) && !yield(at) {
				return
			}
		}
		for _, r := range o.rules {
			for d := range r.between(first, last, steps) {
				onset := int64(d)*86400 + o.clock()
				if r.hasUntil && onset > r.until {
					break
				}
				if !yield(onset) {
					return
				}
			}
		}
	}
}

// lastOnset is the latest onset that is not after a wall time.
func (o *observance) lastOnset(wall int64, steps *int) (int64, bool) {
	if wall < o.start {
		return 0, false
	}
	onset := o.start
	*steps -= len(o.dates)
	for _, at := range o.dates {
		if at <= wall && at > onset {
			onset = at
		}
	}
	for _, r := range o.rules {
		before := wall
		if r.hasUntil {
			before = min(before, r.until)
		}
		// A leap day may be eight years away.
		last := dayOfWall(before - o.clock())
		if d, ok := r.lastBefore(last, 8*366*r.interval, steps); ok {
			onset = max(onset, int64(d)*86400+o.clock())
		}
	}
	return onset, true
}

// dayOfWall is the day of a wall time.
func dayOfWall(wall int64) day { return day(floorDiv(int(wall), 86400)) }
