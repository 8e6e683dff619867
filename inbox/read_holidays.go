package inbox

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/mentorpost/mentorpost/calendar/holidays"
	"github.com/mentorpost/mentorpost/program"
)

// holidaysCommand handles HOLIDAYS with a country or off. A country that is not
// known is passed on as it stands, so that its writer hears so.
func (d *reading) holidaysCommand(rest string, capitals bool, q program.Request) bool {
	q.Type = program.SetHolidays
	first, more, _ := strings.Cut(rest, " ")
	if phrases.rhythms[fold(strings.Trim(first, ",;"))] == program.HolidaysOff && (more == "" || d.polite(more)) {
		q.Value = program.HolidaysOff
	} else if q.Value = countryNamed(rest); q.Value == "" {
		if !capitals || rest == "" {
			return false
		}
		q.Text = rest
	}
	d.add(q)
	return true
}

// readHolidays reads "don't skip public holidays for me" and "my public holidays
// are those of France".
func (d *reading) readHolidays(from, to int, span [2]int) bool {
	q := program.Request{Type: program.SetHolidays, Value: program.HolidaysOff, Span: span}
	if _, off := d.hitIn(from, to, "holidays-off"); off {
		d.add(q)
		return true
	}
	h, of := d.hitIn(from, to, "holidays-of")
	for i := h.to; of && i < to; i++ {
		for n := min(3, to-i); n > 0; n-- {
			if q.Value = countryNamed(d.words(i, i+n)); q.Value != "" && len(d.words(i, i+n)) > 2 {
				d.add(q)
				return true
			}
		}
	}
	return false
}

// countryNamed is the code of the country whose holidays are known that a text
// names: "FR", "France", "the UK".
func countryNamed(text string) string {
	text = strings.Trim(fold(text), " .,;:!\"'")
	text = strings.TrimPrefix(text, "the ")
	return countryNames()[text]
}

// countryNames are the codes of countries by their names in every language that
// is read, without capitals.
var countryNames = sync.OnceValue(func() map[string]string {
	codes := map[string]string{
		"uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "usa": "US", "america": "US",
		"england und wales": "GB", "grossbritannien": "GB", "angleterre": "GB", "inglaterra": "GB", "inghilterra": "GB", "engeland": "GB",
		"holland": "NL", "eeuu": "US", "eua": "US", "czech republic": "CZ", "tschechische republik": "CZ",
	}
	for _, code := range holidays.Countries() {
		codes[fold(code)] = code
		region := language.MustParseRegion(code)
		for _, tag := range phrases.languages {
			codes[fold(display.Regions(language.Make(tag)).Name(region))] = code
		}
	}
	return codes
})
