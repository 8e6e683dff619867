package words

import (
	"fmt"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// FindZone finds the zone or the place that a text says its writer is in
// ("I'm in Lisbon", "Lagos here", "TIMEZONE Europe/Lisbon", "UTC+2") and
// returns its IANA name.
func FindZone(text string) (iana string, ok bool) {
	s := pool.Get().(*scratch)
	defer pool.Put(s)
	s.scan(text)
	s.choose("")
	s.gather()
	p := &s.parser
	*p = parser{text: text, items: s.items, lang: s.lang, lex: s.lex, out: p.out[:0]}
	best := 0
	for i := 0; i < len(p.items); {
		hit, n := p.zoneNamed(i)
		if n == 0 {
			i++
			continue
		}
		if rank := p.placeRank(i, n, hit); rank > best {
			best, iana = rank, hit.zone()
		}
		i += n
	}
	p.text = ""
	return iana, best > 0
}

// zoneNamed reads a zone at item i, in lower case too where words before it
// say that a place follows.
func (p *parser) zoneNamed(i int) (zoneHit, int) {
	if hit, n := p.zoneName(i); n > 0 {
		return hit, n
	}
	if !p.at(i-1).is(isPlace) && len(p.items) > 2 {
		return zoneHit{}, 0
	}
	p.anyCase = true
	defer func() { p.anyCase = false }()
	return p.placeAt(i)
}

// placeRank says how surely the place at i is where the writer is: 0 not at
// all.
func (p *parser) placeRank(i, n int, hit zoneHit) int {
	prev, next := p.at(i-1), p.at(i+n)
	if prev.is(isThe) && !prev.is(isIn) {
		prev = p.at(i - 2)
	}
	switch {
	case prev.is(isPlace):
		return 5
	case next.is(isHere), next.is(isTimeWord), prev.is(isTimeWord), strings.Contains(hit.name, "/"):
		return 4
	case len(p.items)-n <= 2:
		return 3
	case prev.is(isIn) || prev.is(isAt) || prev.is(isUntil):
		return 2
	case hit.fixed:
		return 1
	}
	return 0
}

// zone names the hit as IANA does; fixed offsets are the Etc zones, whose
// signs are turned round.
func (h zoneHit) zone() string {
	if !h.fixed {
		return h.iana
	}
	if name, ok := homes[strings.ToUpper(h.name)]; ok {
		return name
	}
	if h.offset == 0 {
		return "UTC"
	}
	return fmt.Sprintf("Etc/GMT%+d", -h.offset/3600)
}

// homes are the zones in which a person who names an abbreviation lives.
var homes = map[string]string{
	"CET": "Europe/Paris", "CEST": "Europe/Paris", "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin", "BST": "Europe/London",
	"WET": "Europe/Lisbon", "WEST": "Europe/Lisbon", "EET": "Europe/Athens", "EEST": "Europe/Athens", "MSK": "Europe/Moscow",
	"EST": "America/New_York", "EDT": "America/New_York", "CST": "America/Chicago", "CDT": "America/Chicago",
	"MST": "America/Denver", "MDT": "America/Denver", "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles",
	"IST": "Asia/Kolkata", "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong", "JST": "Asia/Tokyo", "KST": "Asia/Seoul",
	"AEST": "Australia/Sydney", "AEDT": "Australia/Sydney", "AWST": "Australia/Perth", "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
	"SAST": "Africa/Johannesburg", "WAT": "Africa/Lagos", "EAT": "Africa/Nairobi", "CAT": "Africa/Maputo", "PKT": "Asia/Karachi",
	"BRT": "America/Sao_Paulo", "ART": "America/Argentina/Buenos_Aires", "COT": "America/Bogota", "PET": "America/Lima", "CLT": "America/Santiago",
	"AST": "America/Halifax", "ADT": "America/Halifax", "NST": "America/St_Johns", "NDT": "America/St_Johns", "HST": "Pacific/Honolulu",
	"AKST": "America/Anchorage", "AKDT": "America/Anchorage", "ACST": "Australia/Darwin", "GST": "Asia/Dubai", "PHT": "Asia/Manila", "WIB": "Asia/Jakarta", "ICT": "Asia/Bangkok",
}

// ReadHours reads working hours ("9-17", "7am to 3pm", "mornings") as a pair
// of wall times HH:MM.
func ReadHours(text string) (from, to string, ok bool) {
	// Any day without a clock change serves to place the hours.
	at := time.Date(2026, time.June, 15, 0, 0, 0, 0, time.UTC)
	for _, w := range read(text, Context{At: at}, true) {
		if from, to, ok := hoursIn(w); ok {
			return from, to, true
		}
	}
	return "", "", false
}

// hoursIn takes the wall times of a stretch within a day.
func hoursIn(w program.When) (from, to string, ok bool) {
	if w.Negated || w.DateOnly || w.End.IsZero() || w.End.Sub(w.Start) < time.Hour || w.End.Sub(w.Start) >= 24*time.Hour {
		return "", "", false
	}
	return w.Start.Format("15:04"), w.End.Format("15:04"), true
}
