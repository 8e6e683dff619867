package templates

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/mentorpost/mentorpost/program"
)

// view is one letter as its reader sees it: language, clock, zone.
type view struct {
	letter      *program.Letter
	facts       program.Facts
	line        program.Line   // the receipt line at hand, else zero
	more        []program.Line // further times that it is said for
	voice       *catalogue
	region      string
	zone        *time.Location
	partnerZone *time.Location // nil where it is not known
}

func newView(l *program.Letter, voice *catalogue) *view {
	v := &view{letter: l, facts: safeFacts(l.Facts), voice: voice}
	_, v.region, _ = strings.Cut(canonicalLocale(l.Facts.Locale), "-")
	if v.zone = location(l.Facts.Zone); v.zone == nil {
		v.zone = time.UTC
	}
	v.partnerZone = location(l.Facts.PartnerZone)
	return v
}

// start is the time at hand: that of the receipt line, else of the letter.
func (v *view) start() time.Time {
	if !v.line.Start.IsZero() {
		return v.line.Start
	}
	return v.facts.Start
}

func (v *view) end() time.Time {
	if !v.line.Start.IsZero() {
		return v.line.End
	}
	return v.facts.End
}

// each says the time at hand, and the further ones that a receipt line stands for.
func (v *view) each(say func(start, end time.Time) string) string {
	text := say(v.start(), v.end())
	for _, line := range v.more {
		text += "; " + say(line.Start, line.End)
	}
	return text
}

func (v *view) old() time.Time {
	if !v.line.Old.IsZero() {
		return v.line.Old
	}
	return v.facts.Old
}

func (v *view) oldEnd() time.Time {
	if !v.line.Old.IsZero() {
		return time.Time{}
	}
	return v.facts.OldEnd
}

func (v *view) short() time.Duration {
	if v.line.Short > 0 {
		return v.line.Short
	}
	return v.facts.Short
}

type valueFunc func(*view) string

// personValues are the values that are names.
var personValues = map[string]bool{"name": true, "partner": true, "partner.first": true}

// timesValues are the values that can name several times in one sentence.
var timesValues = map[string]bool{"start": true, "start.both": true}

// values are what a phrase can show.
var values = map[string]valueFunc{
	"name":           func(v *view) string { return v.facts.Name },
	"partner":        func(v *view) string { return v.facts.Partner },
	"partner.first":  func(v *view) string { return firstName(v.facts.Partner) },
	"program":        func(v *view) string { return v.facts.Program },
	"link":           func(v *view) string { return v.facts.Link },
	"start":          func(v *view) string { return v.each(v.moment) },
	"start.both":     func(v *view) string { return v.each(v.both) },
	"start.brief":    func(v *view) string { return v.brief(v.start()) },
	"start.day":      func(v *view) string { return v.dayOf(v.start()) },
	"start.clock":    func(v *view) string { return v.clockOf(v.start()) },
	"old":            func(v *view) string { return v.moment(v.old(), v.oldEnd()) },
	"old.both":       func(v *view) string { return v.both(v.old(), v.oldEnd()) },
	"old.brief":      func(v *view) string { return v.brief(v.old()) },
	"deadline":       func(v *view) string { return v.moment(v.facts.Deadline, time.Time{}) },
	"deadline.brief": func(v *view) string { return v.brief(v.facts.Deadline) },
	"notice":         func(v *view) string { return v.voice.duration(v.facts.Notice) },
	"given":          func(v *view) string { return v.voice.duration(v.facts.Given) },
	"short":          func(v *view) string { return v.voice.duration(v.short()) },
	"length":         func(v *view) string { return v.voice.duration(v.facts.Length) },
	"zone":           func(v *view) string { return v.city(v.zone) },
	"value":          func(v *view) string { return v.line.Value },
	"count":          func(v *view) string { return v.count() },
	"cadence":        func(v *view) string { return v.voice.words["cadence."+string(v.line.Cadence)] },
	"feed":           func(v *view) string { return v.facts.Feed },
	"value.zone":     func(v *view) string { return v.zoneName(v.line.Value) },
	"value.hours":    func(v *view) string { return v.hours(v.line.Value) },
	"value.day":      func(v *view) string { return v.day(v.line.Value) },
	"value.holiday":  func(v *view) string { return v.holidayName(v.line.Value) },
	"value.country":  func(v *view) string { return v.countryName(v.line.Value) },
	"value.language": func(v *view) string { return v.languageName(v.line.Value) },
	"slot.first":     func(v *view) string { return v.slotLabel(0) },
	"slot.example":   func(v *view) string { return v.slotLabel(min(1, len(v.facts.Slots)-1)) },
	"choice.first":   func(v *view) string { return v.choiceLabel(0) },
	"choice.example": func(v *view) string { return v.choiceLabel(min(1, len(v.facts.Choices)-1)) },
	"row":            func(v *view) string { return v.firstRow() },
	"row.first":      func(v *view) string { return v.rowLabel(0) },
	"row.example":    func(v *view) string { return v.rowLabel(min(1, len(v.facts.Rows)-1)) },
	"note.line":      func(v *view) string { return strings.ReplaceAll(v.facts.Note, "\n", " ") },
	"weekday":        func(v *view) string { return v.weekdayOf(v.start()) },
	"prompt":         func(v *view) string { return v.rotating("prompt") },
	"tip":            func(v *view) string { return v.rotating("tip") },
}

// rotating is this week's of the numbered wordings for the reader's role
// ("prompt.mentee.1").
func (v *view) rotating(key string) string {
	role := v.facts.Role
	if role != "mentor" {
		role = "mentee"
	}
	key += "." + role + "."
	count := 0
	for v.voice.words[key+strconv.Itoa(count+1)] != "" {
		count++
	}
	if count == 0 {
		return ""
	}
	week := int(max(0, v.letter.Created.Unix()) / (7 * 24 * 60 * 60))
	return v.voice.words[key+strconv.Itoa(week%count+1)]
}

// count is the number of a receipt line; empty where there is none to tell.
func (v *view) count() string {
	if v.line.Count == 0 {
		return ""
	}
	return strconv.Itoa(v.line.Count)
}

func (v *view) dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return v.date(t.In(v.zone))
}

func (v *view) weekdayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return v.voice.words.nth("weekdays", int(t.In(v.zone).Weekday()))
}

func (v *view) clockOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fill(v.voice.words["clock"], "clock", v.clock(t.In(v.zone)))
}

func (v *view) slotLabel(n int) string {
	if n < 0 || n >= len(v.facts.Slots) {
		return ""
	}
	return v.facts.Slots[n].Label
}

func (v *view) choiceLabel(n int) string {
	if n < 0 || n >= len(v.facts.Choices) {
		return ""
	}
	return v.facts.Choices[n].Label
}

// firstRow is the one row of a letter that has but one to name.
func (v *view) firstRow() string {
	if len(v.facts.Rows) == 0 {
		return ""
	}
	return v.facts.Rows[0]
}

// rowLabel is the number by which a listed action is named.
func (v *view) rowLabel(n int) string {
	if n < 0 || n >= len(v.facts.Rows) {
		return "1"
	}
	label, _ := numbered(n, v.facts.Rows[n])
	return label
}

// languageName names a language in the reader's own.
func (v *view) languageName(subtag string) string {
	if name, ok := v.voice.words["language."+strings.ToLower(subtag)]; ok {
		return name
	}
	return subtag
}

// holidayName names a public holiday that many countries share in the reader's
// language; others are called as their country does.
func (v *view) holidayName(name string) string {
	key := strings.NewReplacer("’", "", " ", "-").Replace(strings.ToLower(name))
	if shared, ok := v.voice.words["holiday."+key]; ok {
		return shared
	}
	return name
}

// countryName names the country of an ISO 3166-1 code in the reader's language.
func (v *view) countryName(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.Regions(v.voice.tag).Name(region); name != "" {
		return name
	}
	return code
}

func firstName(name string) string {
	first, _, _ := strings.Cut(name, " ")
	return first
}
