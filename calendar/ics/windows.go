package ics

import (
	"strings"
	"time"
)

// windowsPlace reads a zone name of Windows: as it is, its daylight form,
// without "Standard Time" (Outlook 2003), or with the number that Exchange
// adds to a second zone of the same name.
func windowsPlace(name string) *time.Location {
	name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "tzone://Microsoft/")))
	if base := strings.TrimRight(name, "0123456789"); strings.HasSuffix(base, "time ") {
		name = strings.TrimSpace(base)
	}
	for _, word := range []string{" daylight time", " summer time"} {
		if base, ok := strings.CutSuffix(name, word); ok {
			name = base + " standard time"
		}
	}
	for _, candidate := range []string{name, name + " standard time"} {
		if place, ok := windowsPlaces[candidate]; ok {
			return loadPlace(place)
		}
	}
	return nil
}

// describedPlace reads the name that Windows shows to people, as Outlook and
// Exchange write it into TZID: "(UTC+01:00) Amsterdam, Berlin, Bern, Rome",
// with GMT, without the offset, or with another list of cities. A city counts
// only where its standard time is the offset that stands before it.
func describedPlace(name string) *time.Location {
	offset, hasOffset, cities := cutOffset(name)
	fits := func(place *time.Location) bool {
		return place != nil && (!hasOffset || standardOffset(place) == offset)
	}
	pieces := strings.FieldsFunc(cities, func(r rune) bool { return r == ',' || r == ';' || r == ':' || r == '(' || r == '/' })
	for i, piece := range pieces {
		if i == 8 {
			break
		}
		piece = strings.TrimSpace(piece)
		if known, ok := describedPlaces[strings.ToLower(piece)]; ok {
			if place := loadPlace(known); fits(place) {
				return place
			}
		}
		if place := windowsPlace(piece); fits(place) {
			return place
		}
		city := strings.ReplaceAll(piece, " ", "_")
		if city == "" {
			continue
		}
		for _, area := range []string{"Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian"} {
			if place := loadPlace(area + "/" + city); fits(place) {
				return place
			}
		}
	}
	return nil
}

// cutOffset takes "(UTC+01:00)" or "(GMT -05.00)" off the front of a name.
func cutOffset(name string) (offset int, ok bool, rest string) {
	inside, ok := strings.CutPrefix(name, "(")
	if !ok {
		return 0, false, name
	}
	inside, rest, ok = strings.Cut(inside, ")")
	if !ok {
		return 0, false, name
	}
	offset, ok = namedOffset(inside)
	return offset, ok, rest
}

// namedOffset reads UTC+01:00, GMT -5, or an offset alone; UTC alone is 0.
func namedOffset(s string) (int, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	name := strings.TrimPrefix(strings.TrimPrefix(s, "UTC"), "GMT")
	sign := strings.TrimSpace(name)
	if sign == "" {
		return 0, s != ""
	}
	if sign[0] != '+' && sign[0] != '-' {
		return 0, false
	}
	return parseOffset(strings.ReplaceAll(sign, ".", ":"))
}

// offsetPlace reads a name that is nothing but an offset, or one that begins
// with an offset in parentheses and goes on with words that nobody knows.
func offsetPlace(name string) *time.Location {
	offset, ok, _ := cutOffset(name)
	if !ok {
		if offset, ok = namedOffset(name); !ok {
			return nil
		}
	}
	return time.FixedZone(name, offset)
}

// standardOffset is a place's offset outside summer time, in seconds. The
// year only has to be one whose rules are settled.
func standardOffset(place *time.Location) int {
	_, january := time.Date(2024, 1, 1, 0, 0, 0, 0, place).Zone()
	_, july := time.Date(2024, 7, 1, 0, 0, 0, 0, place).Zone()
	return min(january, july)
}
