// Package words reads the times that people write in their own words.
//
// It is pure: a text and what is known about its writer go in, times come
// out. It reads no clock, and it keeps every reading that the words allow, so
// that whoever asked can ask back instead of guessing.
//
// A text is cut into tokens, tokens into phrases by the table of its language,
// phrases into mentions of dates and clock times; neighbours lend each other
// what they leave out; each mention is then placed in the calendar. Every step
// goes over the text once.
package words

import (
	"strings"
	"sync"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// Context is what a reader of times must know about the writer. The zero
// value of a field means that it is not known.
type Context struct {
	At     time.Time      // when the text was written
	Zone   *time.Location // the writer's zone; nil means UTC
	Locale string         // BCP 47, "en-GB": decides 3/4 and hints at the language
	// Session is the booked session that "same time", "an hour later" and
	// "push it an hour" speak of.
	Session program.Span
	// PartnerZone is the zone that "your time" speaks of.
	PartnerZone *time.Location
}

// scratch is what one reading needs and the next one can use again.
type scratch struct {
	reader
	parser   parser
	resolver resolver
}

var pool = sync.Pool{New: func() any {
	s := new(scratch)
	s.lex = theLexicon()
	return s
}}

// Read returns the times that text names, in the order of the text.
func Read(text string, c Context) []program.When { return read(text, c, false) }

// read reads a text; loose where hours were asked for, so that two bare
// numbers are a range of them.
func read(text string, c Context, loose bool) []program.When {
	s := pool.Get().(*scratch)
	defer pool.Put(s)
	s.scan(text)
	s.choose(c.Locale)
	s.gather()
	r := &s.resolver
	r.prepare(text, c, s.lang)
	p := &s.parser
	*p = parser{
		text: text, items: s.items, lang: s.lang, lex: s.lex, out: p.out[:0], today: r.today, monthFirst: r.monthFirst,
		loose: loose,
	}
	p.run()
	share(p.out)
	r.travels(p)
	var times []program.When
	for i := range p.out {
		if m := &p.out[i]; m.slots&(dateSlots|timeSlots) != 0 && !m.dropped {
			times = onceInZones(r.resolve(times, m), m)
		}
	}
	r.text, p.text = "", ""
	return times
}

// travels notes where the text says that its writer is, and when.
func (r *resolver) travels(p *parser) {
	r.elsewhere = p.place
	for i := range p.out {
		if p.out[i].remark {
			r.stay, _ = r.dateOf(&p.out[i])
			r.last = 0
			p.out[i].dropped = p.out[i].dropped || p.out[i].slots&timeSlots == 0 && len(p.out) > 1
			break
		}
	}
}

// onceInZones drops a time that only repeats the one before it in another
// zone: "9am EST / 2pm GMT on Friday".
func onceInZones(times []program.When, m *mention) []program.When {
	n := len(times)
	if n < 2 || m.link < linkComma || m.slots&hasZone == 0 {
		return times
	}
	a, b := times[n-2], times[n-1]
	if a.Start.Equal(b.Start) && a.End.Equal(b.End) && a.Negated == b.Negated {
		return times[:n-1]
	}
	return times
}

// prepare sets the resolver to a text and its writer.
func (r *resolver) prepare(text string, c Context, lang *language) {
	zone := c.Zone
	if zone == nil {
		zone = time.UTC
	}
	others := r.others
	*r = resolver{Context: c, text: text, now: c.At.In(zone), others: others[:0]}
	r.today = dayOf(r.now)
	r.monthFirst, r.orderKnown = monthFirst(c.Locale)
	if !r.orderKnown && lang.tag != "en" {
		r.monthFirst, r.orderKnown = false, true
	}
}

// monthFirst reports whether 3/4 is March 4 in a locale's region and whether
// the region says so at all (CLDR: the United States, its territories, the
// Philippines and a few islands write the month first).
func monthFirst(locale string) (first, known bool) {
	lang, region, _ := strings.Cut(strings.ReplaceAll(locale, "_", "-"), "-")
	if i := strings.LastIndexByte(region, '-'); i >= 0 {
		region = region[i+1:]
	}
	switch strings.ToUpper(region) {
	case "":
		return strings.EqualFold(lang, "en") || lang == "", lang != "" && !strings.EqualFold(lang, "en")
	case "US", "PH", "PR", "GU", "AS", "VI", "MP", "FM", "MH", "PW", "UM":
		return true, true
	}
	return false, true
}
