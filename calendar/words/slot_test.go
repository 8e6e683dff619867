package words

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// names are the weekdays, Monday first, and months of a language, as its
// letters write them.
var names = map[string]struct{ days, months []string }{
	"en": {[]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
		[]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}},
	"de": {[]string{"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
		[]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}},
	"fr": {[]string{"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"},
		[]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}},
	"es": {[]string{"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"},
		[]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}},
	"pt": {[]string{"segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"},
		[]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"}},
	"it": {[]string{"lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"},
		[]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"}},
	"nl": {[]string{"maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"},
		[]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}},
}

// forms are how a slot is written: weekday, day, month name, month, year, and
// start and end as clock times.
var forms = map[string][]string{
	"en": {"%[1]s %[2]d %[3]s %[5]d, %[6]s-%[7]s", "%[1]s, %[3]s %[2]d, %[5]d %[6]s–%[7]s", "%[1]s %[2]d %[3]s, %[6]s to %[7]s", "%[5]d-%02[4]d-%02[2]d %[6]s-%[7]s"},
	"de": {"%[1]s, %[2]d. %[3]s %[5]d, %[6]s-%[7]s", "%[1]s, %[2]d. %[3]s, von %[6]s bis %[7]s Uhr", "%[1]s, %[2]d.%[4]d.%[5]d, %[6]s–%[7]s Uhr"},
	"fr": {"%[1]s %[2]d %[3]s %[5]d, %[6]s-%[7]s", "%[1]s %[2]d %[3]s de %[6]s à %[7]s"},
	"es": {"%[1]s, %[2]d de %[3]s de %[5]d, %[6]s-%[7]s", "%[1]s %[2]d de %[3]s de %[6]s a %[7]s"},
	"pt": {"%[1]s, %[2]d de %[3]s de %[5]d, %[6]s-%[7]s", "%[1]s, %[2]d de %[3]s, das %[6]s às %[7]s"},
	"it": {"%[1]s %[2]d %[3]s %[5]d, %[6]s-%[7]s", "%[1]s %[2]d %[3]s, dalle %[6]s alle %[7]s"},
	"nl": {"%[1]s %[2]d %[3]s %[5]d, %[6]s-%[7]s", "%[1]s %[2]d %[3]s van %[6]s tot %[7]s uur"},
}

// Writing a slot in any form of any language and reading it back gives the
// same slot, and no doubt.
func TestSlotReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		locale := rapid.SampledFrom([]string{"en", "de", "fr", "es", "pt", "it", "nl"}).Draw(t, "locale")
		form := rapid.SampledFrom(forms[locale]).Draw(t, "form")
		zone := loadZone(rapid.SampledFrom([]string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"}).Draw(t, "zone"))
		at := time.Date(2026, 1, 1, 9, 0, 0, 0, zone).AddDate(0, 0, rapid.IntRange(0, 1000).Draw(t, "written"))
		day := at.AddDate(0, 0, rapid.IntRange(1, 300).Draw(t, "days ahead"))
		minutes := 15 * rapid.IntRange(8*4, 18*4).Draw(t, "quarter")
		start := time.Date(day.Year(), day.Month(), day.Day(), 0, minutes, 0, 0, zone)
		end := start.Add(time.Duration(15*rapid.IntRange(1, 8).Draw(t, "length")) * time.Minute)

		n := names[locale]
		text := fmt.Sprintf(form, n.days[(int(start.Weekday())+6)%7], start.Day(), n.months[start.Month()-1], int(start.Month()), start.Year(),
			start.Format("15:04"), end.Format("15:04"))
		got := Read(text, Context{At: at, Zone: zone, Locale: locale})
		if len(got) != 1 || !got[0].Start.Equal(start) || !got[0].End.Equal(end) || got[0].Ambiguous() {
			t.Fatalf("%q: got %s, want %v – %v", text, say(got), start, end)
		}
	})
}
