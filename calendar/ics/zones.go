package ics

import (
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-ical"
)

// zones finds instants for wall times by what a calendar says about zones.
type zones struct {
	floating *time.Location
	embedded map[string]*ical.Component // VTIMEZONE by TZID in lower case
	known    map[string]zone            // what was looked up already
	steps    int                        // days of rules that may still be walked
}

// zone turns wall times into instants: by the rules of a place, or by those
// that the calendar brought along. The zero zone is unknown.
type zone struct {
	place *time.Location
	rules *definition
}

func (z zone) known() bool { return z.place != nil || z.rules != nil }

// instant is the wall time in the zone; false where the rules would take more
// steps than are left.
func (z zone) instant(w wall, steps *int) (time.Time, bool) {
	seconds := w.seconds()
	if z.place != nil {
		return atPlace(seconds, z.place), true
	}
	offset, ok := z.rules.offset(seconds, steps)
	return time.Unix(seconds-int64(offset), 0).UTC(), ok
}

// atPlace is the instant at which a wall clock at a place shows a time. Of two
// it is the first, and a time that is skipped counts by the offset before
// (RFC 5545 §3.3.5); time.Date promises neither.
func atPlace(wall int64, place *time.Location) time.Time {
	offsetAt := func(seconds int64) int64 {
		_, offset := time.Unix(seconds, 0).In(place).Zone()
		return int64(offset)
	}
	const day = 86400
	before := offsetAt(wall - day)
	if after := offsetAt(wall + day); after != before && offsetAt(wall-before) != before && offsetAt(wall-after) == after {
		return time.Unix(wall-after, 0).UTC()
	}
	return time.Unix(wall-before, 0).UTC()
}

// maxZones is how many different zones one calendar may name; looking for a
// strange one costs a few dozen lookups.
const maxZones = 64

func newZones(calendar *ical.Calendar, floating *time.Location, steps int) *zones {
	if floating == nil {
		floating = time.UTC
	}
	z := &zones{floating: floating, embedded: map[string]*ical.Component{}, known: map[string]zone{}, steps: steps}
	for _, child := range calendar.Children {
		if child.Name != ical.CompTimezone {
			continue
		}
		id := strings.ToLower(cleanID(propertyValue(child, ical.PropTimezoneID)))
		if _, ok := z.embedded[id]; !ok && id != "" {
			z.embedded[id] = child
		}
	}
	return z
}

// instant is the wall time in the zone that id names. Without a name it is a
// floating time; a date begins at midnight of the floating zone.
func (z *zones) instant(w wall, id string) (time.Time, bool) {
	id = cleanID(id)
	switch {
	case w.utc || w.fixed:
		return time.Unix(w.seconds()-int64(w.offset), 0).UTC(), true
	case id == "" || w.dateOnly:
		return zone{place: z.floating}.instant(w, &z.steps)
	}
	found := z.zone(id)
	if !found.known() {
		return time.Time{}, false
	}
	return found.instant(w, &z.steps)
}

// cleanID takes off what clients put around a name.
func cleanID(id string) string { return strings.Trim(id, " \t\"'\\") }

// zone looks a name up once for each calendar.
func (z *zones) zone(id string) zone {
	found, ok := z.known[id]
	if !ok && len(z.known) < maxZones {
		found = z.find(id)
		z.known[id] = found
	}
	return found
}

// find goes from the surest reading of a name to the least: a place of the
// IANA database, the rules in the calendar itself, the names of Windows, a
// place at the end of a path, and at last an offset in the name.
func (z *zones) find(id string) zone {
	if strings.Contains(id, "/") {
		if place := loadPlace(id); place != nil {
			return zone{place: place}
		}
	}
	alias := ""
	if component := z.embedded[strings.ToLower(id)]; component != nil {
		rules := readDefinition(component)
		if len(rules.observances) > 0 {
			return zone{rules: rules}
		}
		alias = cleanID(rules.alias)
	}
	for _, name := range []string{id, alias} {
		if place := namedPlace(name); place != nil {
			return zone{place: place}
		}
	}
	return zone{}
}

// namedPlace finds a place by everything but the calendar's own rules.
func namedPlace(name string) *time.Location {
	if name == "" {
		return nil
	}
	for _, find := range []func(string) *time.Location{
		loadPlace, windowsPlace, pathPlace, hyphenPlace, describedPlace, offsetPlace,
	} {
		if place := find(name); place != nil {
			return place
		}
	}
	return nil
}

// places keeps what loadPlace found: there are some six hundred names.
var places sync.Map

// loadPlace is a zone of the IANA database, in the usual capitals or not.
func loadPlace(name string) *time.Location {
	if len(name) > 64 || strings.Contains(name, "//") || strings.EqualFold(name, "local") || !isPlaceName(name) {
		return nil
	}
	if place, ok := places.Load(name); ok {
		return place.(*time.Location)
	}
	place, err := time.LoadLocation(name)
	if err != nil {
		if place, err = time.LoadLocation(capitalize(name)); err != nil {
			return nil
		}
		return place
	}
	places.Store(name, place)
	return place
}

func isPlaceName(name string) bool {
	for i := 0; i < len(name); i++ {
		if c := name[i]; !isNameByte(c) && c != '/' && c != '+' {
			return false
		}
	}
	return name != "" && name[0] != '/' && name[len(name)-1] != '/'
}

// capitalize writes europe/berlin and AMERICA/NEW_YORK as Europe/Berlin and
// America/New_York.
func capitalize(name string) string {
	b := []byte(strings.ToLower(name))
	for i := range b {
		if (i == 0 || b[i-1] == '/' || b[i-1] == '_' || b[i-1] == '-') && b[i] >= 'a' && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// pathPlace finds a place at the end of a longer name, as in
// /mozilla.org/20050126_1/Europe/Berlin or custom_Pacific/Fiji.
func pathPlace(name string) *time.Location {
	const parts = 3 // America/Indiana/Knox
	from := len(name)
	starts := make([]int, 0, parts)
	for len(starts) < parts && from > 0 {
		from = strings.LastIndexByte(name[:from], '/')
		starts = append(starts, from+1)
		if from < 0 {
			break
		}
	}
	shortest := 1
	if name[0] == '/' {
		shortest = 0 // a global name (RFC 5545 §3.2.19) may end in UTC or CET
	}
	for i := len(starts) - 1; i >= shortest; i-- {
		tail := name[starts[i]:]
		if place := loadPlace(tail); place != nil {
			return place
		}
		if _, after, ok := strings.Cut(tail, "_"); ok && strings.Contains(after, "/") {
			if place := loadPlace(after); place != nil {
				return place
			}
		}
	}
	return nil
}

// hyphenPlace reads US-Eastern, as RFC 2445's examples had it, for US/Eastern.
func hyphenPlace(name string) *time.Location {
	area, city, ok := strings.Cut(name, "-")
	if !ok || strings.Contains(name, "/") {
		return nil
	}
	return loadPlace(area + "/" + city)
}
