package words

import (
	_ "embed"
	"strings"
	"time"
)

// zoneHit is a zone that a text names: an IANA name, or an offset.
type zoneHit struct {
	iana   string
	offset int // seconds east of UTC, where fixed
	fixed  bool
	name   string
}

// zoneTable finds zones by their names and by the places in them.
type zoneTable struct {
	places *language // a phrase trie: value is the index into iana
	iana   []string
	abbr   map[int32]abbreviation
}

//go:embed zones.txt
var zoneText string

// abbreviation is a zone's abbreviation: what it means alone, and for some
// regions.
type abbreviation struct {
	hit   zoneHit
	lower bool // also taken in lower case, right after a clock time
}

// buildZones compiles the table of places: "IANA/Name: place, place" a line. A
// place behind ~ is one only before "time": "Indian time".
func buildZones(lex *lexicon) zoneTable {
	z := zoneTable{places: &language{nodes: map[uint64]int32{}, leaf: make([]entry, 1)}, abbr: map[int32]abbreviation{}}
	for line := range strings.SplitSeq(zoneText, "\n") {
		iana, names, ok := strings.Cut(line, ":")
		if !ok || line[0] == '#' {
			continue
		}
		for name := range strings.SplitSeq(names, ",") {
			name, weak := strings.CutPrefix(strings.TrimSpace(name), "~")
			lex.phrase(z.places, name, sense{isPlace, int16(len(z.iana))}, weak, 0)
		}
		z.iana = append(z.iana, iana)
	}
	for name, a := range abbreviations {
		for _, id := range lex.intern(name) {
			z.abbr[id] = a
		}
	}
	return z
}

func hours(h float64) abbreviation {
	return abbreviation{hit: zoneHit{offset: int(h * 3600), fixed: true}}
}

func region(iana string) abbreviation { return abbreviation{hit: zoneHit{iana: iana}} }

func (a abbreviation) anyCase() abbreviation { a.lower = true; return a }

// abbreviations are those in common use. One that names standard or summer
// time is an offset, one that names a region is the region's wall time.
var abbreviations = map[string]abbreviation{
	"UTC": hours(0).anyCase(), "GMT": hours(0).anyCase(), "Z": hours(0), "WET": hours(0), "WEST": hours(1),
	"BST": hours(1), "CET": hours(1).anyCase(), "CEST": hours(2).anyCase(), "MEZ": hours(1).anyCase(), "MESZ": hours(2).anyCase(),
	"EET": hours(2), "EEST": hours(3), "MSK": hours(3), "SAST": hours(2), "WAT": hours(1), "CAT": hours(2), "EAT": hours(3),
	"IST": hours(5.5), "PKT": hours(5), "GST": hours(4), "ICT": hours(7), "WIB": hours(7), "SGT": hours(8), "HKT": hours(8), "PHT": hours(8), "AWST": hours(8),
	"JST": hours(9), "KST": hours(9), "ACST": hours(9.5), "AEST": hours(10), "AEDT": hours(11), "NZST": hours(12), "NZDT": hours(13),
	"EST": hours(-5).anyCase(), "EDT": hours(-4).anyCase(), "CST": hours(-6).anyCase(), "CDT": hours(-5).anyCase(),
	"MST": hours(-7).anyCase(), "MDT": hours(-6).anyCase(), "PST": hours(-8).anyCase(), "PDT": hours(-7).anyCase(),
	"AKST": hours(-9), "AKDT": hours(-8), "HST": hours(-10), "AST": hours(-4), "ADT": hours(-3), "NST": hours(-3.5), "NDT": hours(-2.5),
	"BRT": hours(-3), "ART": hours(-3), "COT": hours(-5), "PET": hours(-5), "CLT": hours(-4), "VET": hours(-4),
	"ET": region("America/New_York").anyCase(), "CT": region("America/Chicago"), "MT": region("America/Denver"), "PT": region("America/Los_Angeles").anyCase(),
	"EASTERN": region("America/New_York").anyCase(), "PACIFIC": region("America/Los_Angeles").anyCase(),
	"MOUNTAIN": region("America/Denver").anyCase(), "CENTRAL": region("America/Chicago").anyCase(), "AET": region("Australia/Sydney"), "NZT": region("Pacific/Auckland"),
}

// zoned reads a zone after a clock time: "ET", "(IST)", "UTC+2", "London
// time", "my time".
func (p *parser) zoned(i int, f *mention) int {
	if (p.joined(i) || p.wideOffset(i)) && (p.isMark(i, '+') || p.isMark(i, '-')) && p.open && p.gap == 0 && p.cur.slots&hasClock != 0 && p.cur.from.minutes {
		if n, taken := p.offsetAt(i); taken > 0 { // "T15:00+02:00"
			f.setZone(zoneHit{offset: n, fixed: true})
			return i + taken
		}
	}
	if !p.open || p.cur.slots&timeSlots == 0 || p.gap > 2 {
		return 0
	}
	j := i
	j = p.overSmall(j, func(it *item) bool { return it.mark == '(' || it.is(isIn) || it.ties() })
	it := p.at(j)
	switch {
	case it.is(isMine):
		f.mine = true
		return p.closeParen(j + 1)
	case it.is(isYours):
		if p.at(j).entry.weak {
			return 0
		}
		f.yours = true
		f.set(hasZone)
		return p.closeParen(j + 1)
	case it.is(isTimeWord) && p.at(j+1).shape == shapeWord:
		k := j + 1
		k = p.overSmall(k, func(it *item) bool { return it.is(isIn) || it.ties() })
		if hit, n := p.zoneName(k); n > 0 {
			f.setZone(hit)
			return p.closeParen(k + n)
		}
		return 0
	}
	hit, n := p.zoneName(j)
	if n == 0 {
		return 0
	}
	j += n
	j = p.overSmall(j, func(it *item) bool { return it.is(isTimeWord) })
	f.setZone(hit)
	return p.closeParen(j)
}

// wideOffset reports whether the sign at i, apart from the clock time, begins
// an offset of four digits (RFC 5322 §3.3): "14:00 +0100", not "14:00 -1530".
func (p *parser) wideOffset(i int) bool {
	n := p.at(i + 1)
	return p.joined(i+1) && n.digits == 4 && (p.isMark(i, '+') && n.value <= 1400 || p.isMark(i, '-') && n.value <= 1200 && p.text[n.start] == '0')
}

func (p *parser) closeParen(i int) int {
	if p.isMark(i, ')') {
		return i + 1
	}
	return i
}

func (m *mention) setZone(hit zoneHit) {
	m.set(hasZone)
	m.zoneName = hit.name
	m.zone = hit.location()
}

// location returns the zone as Go knows it.
func (h zoneHit) location() *time.Location {
	if h.fixed {
		if h.offset == 0 {
			return time.UTC
		}
		return time.FixedZone(h.name, h.offset)
	}
	return loadZone(h.iana)
}

// zoneName reads a zone or a place at item i and how many items it takes.
func (p *parser) zoneName(i int) (zoneHit, int) {
	it := p.at(i)
	if it.shape != shapeWord {
		return zoneHit{}, 0
	}
	name := p.text[it.start:it.end]
	hit, n := p.placeAt(i)
	if n > 1 {
		return hit, n // "Central European", not "Central"
	}
	if a, ok := p.lex.zones.abbr[it.word]; ok && it.word != 0 {
		if upper := strings.ToUpper(name) == name; (upper || a.lower && p.lang.tag == "en" && it.entry == nil) && !p.partOfName(i) {
			hit := a.hit
			hit.name = strings.ToUpper(name)
			if n, taken := p.offsetAt(i + 1); taken > 0 && hit.fixed && hit.offset == 0 {
				hit.offset = n
				hit.name = p.text[it.start:p.at(i+taken).end]
				return hit, 1 + taken
			}
			return hit, 1
		}
	}
	return hit, n
}

// partOfName reports whether the word at i and the one behind it are a name:
// "Central Park" is no zone.
func (p *parser) partOfName(i int) bool {
	it, n := p.at(i), p.at(i+1)
	capital := func(it *item) bool {
		return it.shape == shapeWord && it.entry == nil && p.text[it.start] >= 'A' && p.text[it.start] <= 'Z'
	}
	return it.end-it.start > 4 && capital(it) && capital(n)
}

// offsetAt reads "+2", "-05:30".
func (p *parser) offsetAt(i int) (seconds, taken int) {
	sign := 0
	switch {
	case p.isMark(i, '+'):
		sign = 1
	case p.isMark(i, '-') && p.joined(i):
		sign = -1
	}
	n := p.at(i + 1)
	if sign == 0 || n.shape != shapeNumber || n.digits > 4 {
		return 0, 0
	}
	h, m := int(n.value), 0
	if n.digits > 2 {
		h, m = h/100, h%100
	}
	taken = 2
	if p.isMark(i+2, ':') && p.joined(i+2) && p.at(i+3).digits == 2 {
		m, taken = int(p.at(i+3).value), 4
	}
	if h > 14 || m > 59 {
		return 0, 0
	}
	return sign * (h*3600 + m*60), taken
}

// placeAt finds the longest place name that starts at item i.
func (p *parser) placeAt(i int) (zoneHit, int) {
	z := &p.lex.zones
	if p.at(i).shape != shapeWord {
		return zoneHit{}, 0
	}
	small := !p.anyCase && p.text[p.at(i).start] >= 'a' && p.text[p.at(i).start] <= 'z'
	node := int32(0)
	var hit zoneHit
	taken := 0
	for k := i; k < len(p.items); k++ {
		it := p.at(k)
		if it.shape == shapeMark && (it.mark == '/' || it.mark == '_') && k > i {
			continue
		}
		if it.shape != shapeWord || it.word == 0 {
			break
		}
		next, ok := z.places.nodes[uint64(node)<<32|uint64(it.word)]
		if !ok {
			break
		}
		node = next
		if v, ok := z.places.leaf[node].has(isPlace); ok && (!small && !z.places.leaf[node].weak || p.at(k+1).is(isTimeWord)) {
			hit, taken = zoneHit{iana: z.iana[v], name: p.text[p.at(i).start:it.end]}, k-i+1
		}
	}
	return hit, taken
}
