package templates

import (
	"errors"
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"github.com/mentorpost/mentorpost/program"
)

var update = flag.Bool("update", false, "write the golden files anew")

func load(t testing.TB) *Set {
	t.Helper()
	set, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func render(t testing.TB, set *Set, l program.Letter) Text {
	t.Helper()
	text, err := set.Render(l)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestGolden(t *testing.T) {
	set := load(t)
	for _, locale := range set.Locales() {
		for _, kind := range set.Kinds() {
			text := render(t, set, Sample(kind, locale))
			golden := "Subject: " + text.Subject + "\n\n" + text.Plain
			if text.Summary != "" {
				golden += "\nSUMMARY: " + text.Summary + "\nDESCRIPTION: " + text.Description + "\n"
			}
			compare(t, filepath.Join("testdata", locale, string(kind)+".txt"), golden)
			if locale == DefaultLocale {
				compare(t, filepath.Join("testdata", locale, string(kind)+".html"), text.HTML)
			}
		}
	}
}

// TestGoldenCalendar shows what people hear about a calendar that they gave.
func TestGoldenCalendar(t *testing.T) {
	set := load(t)
	for name, c := range map[string]struct {
		kind   program.Kind
		reason program.CalendarTrouble
		line   program.Line
	}{
		"calendar-read":    {program.LetterPreferences, "", program.Line{Code: "calendar", Value: "dav.example.org", Count: 12}},
		"calendar-later":   {program.LetterPreferences, program.CalendarSlow, program.Line{Code: "calendar-later", Value: "dav.example.org"}},
		"calendar-refused": {program.LetterPreferences, program.CalendarRefused, program.Line{Code: "calendar-failed", Value: "dav.example.org"}},
		"calendar-clash":   {program.LetterInvite, "", program.Line{Code: "calendar-clash"}},
		"calendar-status":  {program.LetterStatus, "", program.Line{Code: "status-calendar", Value: "dav.example.org", Start: time.Date(2027, 1, 18, 6, 0, 0, 0, time.UTC)}},
	} {
		for _, locale := range set.Locales() {
			l := Sample(c.kind, locale)
			l.Facts.Reason, l.Facts.Lines = string(c.reason), []program.Line{c.line}
			l.Facts.Feed = "https://mentor.example.org/calendar/f2abcdefghijk.ics"
			text := render(t, set, l)
			compare(t, filepath.Join("testdata", locale, name+".txt"), "Subject: "+text.Subject+"\n\n"+text.Plain)
		}
	}
}

func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (go test ./templates -update writes it)", err)
	}
	if string(want) != got {
		t.Errorf("%s differs (go test ./templates -update, then read the diff):\n%s", path, got)
	}
}

// reasonsOf lists the variants that the English page of a kind knows, none, and
// one that nobody knows.
func reasonsOf(t *testing.T, kind program.Kind) []string {
	t.Helper()
	page, err := embedded.ReadFile(DefaultLocale + "/" + string(kind) + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	out := []string{"", "never heard of"}
	for _, found := range regexp.MustCompile(`reason=([a-z|-]+)`).FindAllStringSubmatch(string(page), -1) {
		for _, reason := range strings.Split(found[1], "|") {
			if !slices.Contains(out, reason) {
				out = append(out, reason)
			}
		}
	}
	return out
}

// everything yields each kind in each language with each reason, with full
// facts, with the sample's, and with hardly any.
func everything(t *testing.T, set *Set, check func(name string, l program.Letter, text Text)) {
	for _, locale := range set.Locales() {
		for _, kind := range set.Kinds() {
			for _, reason := range reasonsOf(t, kind) {
				letters := map[string]program.Letter{"sample": Sample(kind, locale), "bare": {Kind: kind, Facts: program.Facts{Locale: locale}}}
				full := Sample(kind, locale)
				moved(&full, time.Date(2027, 3, 28, 0, 30, 0, 0, time.UTC))
				full.Facts.Slots, full.Facts.Rows = nil, nil
				offer(&full, full.Facts.Start, 1)
				actions(&full)
				full.Facts.Words, full.Facts.Note, full.Facts.Agenda = "One\nTwo", "Three", "Four"
				full.Facts.Deadline, full.Facts.ByReader, full.Facts.Asks = full.Facts.Start, true, []string{"zone", "hours"}
				full.Facts.Given, full.Facts.Short = time.Hour, 23*time.Hour
				letters["full"] = full
				for name, l := range letters {
					l.Facts.Reason = reason
					check(fmt.Sprintf("%s/%s/%s/%s", locale, kind, reason, name), l, render(t, set, l))
				}
			}
		}
	}
}

func TestEveryVariantIsFitToBeSent(t *testing.T) {
	remote := regexp.MustCompile(`(?i)<(img|link|script|iframe|object|video|audio|source|form)|url\(|@import|\bsrc=|background=|@font-face`)
	leftover := regexp.MustCompile(`[{}\[\]*` + "`" + `]|%!|  \S|\s[,;.]|<nil>`)
	set := load(t)
	everything(t, set, func(name string, l program.Letter, text Text) {
		if text.Subject == "" || strings.ContainsAny(text.Subject, "\r\n") || len([]rune(text.Subject)) > 150 || strings.HasSuffix(text.Subject, " ") {
			t.Errorf("%s: subject %q", name, text.Subject)
		}
		if found := leftover.FindString(text.Subject); found != "" {
			t.Errorf("%s: %q left in subject %q", name, found, text.Subject)
		}
		for _, line := range strings.Split(text.Plain, "\n") {
			if columns(line) > 78 && !strings.Contains(line, "://") {
				t.Errorf("%s: %d columns: %q", name, columns(line), line)
			}
			if found := leftover.FindString(strings.TrimLeft(line, " ->ABC0123456789:")); found != "" && !strings.Contains(line, ":  ") {
				t.Errorf("%s: %q left in %q", name, found, line)
			}
		}
		if found := remote.FindString(text.HTML); found != "" {
			t.Errorf("%s: %q in HTML", name, found)
		}
		answer := set.languages[l.Facts.Locale].words["answer"]
		if strings.Count(text.Plain, answer) != 1 {
			t.Errorf("%s does not say how to answer:\n%s", name, text.Plain)
		}
	})
}

func TestBothPartsSayTheSame(t *testing.T) {
	tag := regexp.MustCompile(`(?s)<!--.*?-->|<(style|title).*?</(style|title)>|<[^>]*>`)
	marks := strings.NewReplacer("“", "", "”", "", "„", "", "«", "", "»", "", "\u00a0", " ", "\u202f", " ")
	plainMarks := regexp.MustCompile(`(?m)^-- $|^> |^- |^(\s*[\pL\d ]{1,12}):  `)
	set := load(t)
	everything(t, set, func(name string, l program.Letter, text Text) {
		if strings.Contains(name, "full") || l.Facts.Link != "" {
			return // a link shown by a card is not said again in the text part
		}
		inHTML := strings.Fields(marks.Replace(html.UnescapeString(tag.ReplaceAllString(text.HTML, " "))))
		inPlain := strings.Fields(marks.Replace(plainMarks.ReplaceAllString(text.Plain, "$1 ")))
		if a, b := strings.Join(inHTML, ""), strings.Join(inPlain, ""); a != b {
			t.Fatalf("%s: HTML says\n%s\nand text says\n%s", name, a, b)
		}
	})
}

func TestHostileValuesDoNoHarm(t *testing.T) {
	set := load(t)
	hostile := "Eve\r\nBcc: x@example.org\u202eevil\u2066 <script>alert(1)</script> \"' {name} *bold* [x] \x00\x1b[31m\u0085"
	for _, kind := range set.Kinds() {
		l := Sample(kind, "en")
		booked(&l, l.Created)
		f := &l.Facts
		f.Name, f.Partner, f.Program = hostile, hostile, hostile
		f.Words, f.Note, f.Agenda, f.Rows = hostile, hostile, hostile, []string{hostile}
		f.Link = `https://example.org/"><script>alert(1)</script>`
		f.Lines = []program.Line{{Code: "noted", Value: hostile}, {Code: hostile, Value: hostile}}
		f.Choices = []program.Choice{{Label: hostile, Text: hostile}}
		f.Zone, f.PartnerZone, f.Locale = "../../etc/passwd", hostile, "en"
		text := render(t, set, l)
		if strings.ContainsAny(text.Subject+text.Summary, "\r\n") {
			t.Errorf("%s: subject %q, summary %q", kind, text.Subject, text.Summary)
		}
		for _, part := range []string{text.Subject, text.Plain, text.HTML, text.Summary, text.Description} {
			if strings.ContainsAny(part, "\u202e\u2066\x00\x1b\r\u0085") {
				t.Errorf("%s: control characters in %q", kind, part)
			}
		}
		if strings.Contains(text.HTML, "<script") || strings.Contains(text.HTML, `href="https://example.org/"`) {
			t.Errorf("%s: HTML injection:\n%s", kind, text.HTML)
		}
	}
}

func TestLongValuesAreCutAndBroken(t *testing.T) {
	set := load(t)
	l := Sample(program.LetterStatus, "en")
	l.Facts.Partner = strings.Repeat("名", 500)
	l.Facts.Rows = []string{strings.Repeat("x", 5000)}
	text := render(t, set, l)
	for _, line := range strings.Split(text.Plain, "\n") {
		if columns(line) > 78 {
			t.Errorf("%d columns: %q", columns(line), line)
		}
	}
	if len(text.HTML) > 30_000 {
		t.Errorf("%d bytes of HTML", len(text.HTML))
	}
}

func TestTimesAreSaidInBothZones(t *testing.T) {
	set := load(t)
	for _, c := range []struct {
		name, locale, zone, partnerZone string
		start                           time.Time
		want                            []string
	}{
		{"reader first, partner second", "en", "America/Sao_Paulo", "Europe/Berlin", time.Date(2027, 1, 27, 15, 30, 0, 0, time.UTC),
			[]string{"Wednesday 27 January, 12:30–13:30, São Paulo time", "16:30–17:30 for Ada in Berlin"}},
		{"American dates and clock", "en-US", "America/New_York", "Europe/Berlin", time.Date(2027, 1, 27, 16, 30, 0, 0, time.UTC),
			[]string{"Wednesday, January 27, 11:30 am–12:30 pm, New York time", "5:30 pm–6:30 pm for Ada in Berlin"}},
		{"noon is said as noon", "en-US", "America/New_York", "", time.Date(2027, 1, 27, 16, 0, 0, 0, time.UTC), []string{"11:00 am–12:00 noon"}},
		{"another day for the partner is said", "en", "America/Los_Angeles", "Asia/Tokyo", time.Date(2027, 1, 27, 23, 0, 0, 0, time.UTC),
			[]string{"Wednesday 27 January, 15:00–16:00", "Thursday 28 January, 08:00–09:00 for Ada in Tokyo"}},
		{"another year is said", "en", "Europe/Berlin", "", time.Date(2028, 1, 5, 9, 0, 0, 0, time.UTC), []string{"Wednesday 5 January 2028, 10:00–11:00, Berlin time"}},
		{"an hour that occurs twice has its offset", "en", "Europe/Berlin", "", time.Date(2027, 10, 31, 0, 30, 0, 0, time.UTC), []string{"02:30 (UTC+2)–02:30 (UTC+1)"}},
		{"UTC has no city", "en", "UTC", "Etc/GMT+3", time.Date(2027, 1, 27, 15, 30, 0, 0, time.UTC), []string{"15:30–16:30, UTC", "12:30–13:30 for Ada, UTC−3"}},
		{"an unknown zone is UTC", "en", "Mars/Olympus", "", time.Date(2027, 1, 27, 15, 30, 0, 0, time.UTC), []string{"15:30–16:30, UTC"}},
		{"an unknown language is English", "xx", "Europe/Kyiv", "", time.Date(2027, 1, 27, 15, 30, 0, 0, time.UTC), []string{"17:30–18:30, Kyiv time"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := Sample(program.LetterReminder, c.locale)
			l.Facts.Zone, l.Facts.PartnerZone, l.Facts.Start, l.Facts.End = c.zone, c.partnerZone, c.start, c.start.Add(time.Hour)
			text := strings.Join(strings.Fields(render(t, set, l).Plain), " ")
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in:\n%s", want, text)
				}
			}
		})
	}
}

func TestDurationsAreExact(t *testing.T) {
	en := load(t).languages["en"]
	for d, want := range map[time.Duration]string{
		time.Minute: "1 minute", 24 * time.Hour: "24 hours", 48 * time.Hour: "48 hours", 72 * time.Hour: "3 days", time.Second: "1 second",
		23*time.Hour + 59*time.Minute: "23 hours and 59 minutes", time.Hour + time.Second: "1 hour and 1 second", 0: "", time.Millisecond: "1 second",
	} {
		if got := en.duration(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestReceiptSentences(t *testing.T) {
	codes := strings.Fields(`joined refused zone hours language paused resumed stopped booked booked-crossing accepted tentative declined
		proposed constrained withdrawn move-asked moved move-refused-partner move-refused-strict move-kept move-pending cancelled cancelled-late
		waived waived-by-you emergency picked not-understood nothing-changed already-booked past no-session which-pair stale older-answer status-session held
		missed coordinator-told helped not-yours unproven discarded agenda-kept noted taken share suggested calendar calendar-off calendar-refused holiday-partner holiday-yours holiday-both away-partner away-yours away-both absence absence-day absence-too-far booked-within holidays holidays-off holidays-unknown calendar-later calendar-failed calendar-again status-calendar undone undone-told outside-hours undone-cancel undone-move undo-nothing undo-changed undo-shared undo-coordinator undo-destroyed
		proposal-withdrawn move-withdrawn-by-partner answer-withdrawn-by-partner resumed-by-partner waiver-withdrawn-by-partner
		charter-withdrawn-by-partner actions-withdrawn-by-partner agenda-withdrawn-by-partner exported wrote journal-kept order-unproven order-paired
		order-paused order-ended order-approved order-unchanged order-nobody order-waived order-waives-none order-which order-choice-move order-choice-cancel order-refused
		note-beside order-left order-not-suggested order-pair-self order-pair-already order-person-invited order-person-active order-person-paused order-person-left
		order-pair-waiting order-pair-active order-pair-paused order-pair-ended`)
	set := load(t)
	for _, locale := range set.Locales() {
		for _, code := range codes {
			if _, ok := set.languages[locale].lines[code]; !ok {
				t.Errorf("%s: no sentence for %q", locale, code)
			}
		}
	}
	l := Sample(program.LetterReceipt, "en")
	l.Facts.Lines = []program.Line{{Code: "move-asked", Start: l.Created, Old: l.Created.Add(time.Hour), Late: true, Short: time.Minute}}
	if text := strings.Join(strings.Fields(render(t, set, l).Plain), " "); !strings.Contains(text, "1 minute short of the 24 hours") {
		t.Errorf("the exact shortfall is not said:\n%s", text)
	}
}

func TestReceiptLinesTravelInWhateverMailAnswers(t *testing.T) {
	set := load(t)
	for _, locale := range set.Locales() {
		for _, kind := range set.Kinds() {
			l := Sample(kind, locale)
			l.Facts.Lines = []program.Line{{Code: "noted", Value: "only this once"}}
			for _, code := range said[kind] {
				l.Facts.Lines = append(l.Facts.Lines, program.Line{Code: code, Value: "said by the text itself"})
			}
			text := render(t, set, l)
			if n := strings.Count(text.Plain, "only this once"); n != 1 {
				t.Errorf("%s/%s says a line %d times:\n%s", locale, kind, n, text.Plain)
			}
			if strings.Contains(text.Plain, "said by the text itself") {
				t.Errorf("%s/%s repeats itself:\n%s", locale, kind, text.Plain)
			}
		}
	}
}

func TestOverrides(t *testing.T) {
	set, err := Load(fstest.MapFS{
		"en/receipt.txt": {Data: []byte("subject: Got it\n\nOur own words, {name}.\n\n> Just reply.\n")},
		"en/lines.txt":   {Data: []byte("noted: Aye.\n")},
		"en/words.txt":   {Data: []byte("greeting = Ahoy {name}!\n")},
		"nl/receipt.txt": {Data: []byte("subject: Genoteerd\n\nBedankt.\n\n@lines\n\n> Antwoord gewoon.\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	text := render(t, set, Sample(program.LetterReceipt, "en-GB"))
	if text.Subject != "Got it" || !strings.Contains(text.Plain, "Our own words, Tomás.") || !strings.Contains(text.Plain, "Ahoy Tomás!") {
		t.Errorf("%q\n%s", text.Subject, text.Plain)
	}
	if got := render(t, set, Sample(program.LetterReceipt, "nl-BE")).Subject; got != "Genoteerd" {
		t.Errorf("a new language: %q", got)
	}
	if got := render(t, set, Sample(program.LetterInvite, "nl")).Plain; !strings.Contains(got, "Your session is booked") {
		t.Errorf("a kind that the new language lacks: %s", got)
	}
	if !slices.Contains(set.Locales(), "nl") {
		t.Errorf("locales %v", set.Locales())
	}
}

func TestFaultsNameFileAndLine(t *testing.T) {
	for _, c := range []struct{ name, file, data, want string }{
		{"unknown value", "en/help.txt", "subject: Help\n\nHello\n{nobody} there\n", "en/help.txt:3: there is no value {nobody}"},
		{"unknown fact", "en/help.txt", "subject: Help\n\n[moon] Hello\n", "en/help.txt:3: there is no fact \"moon\""},
		{"unknown insertion", "de/help.txt", "subject: Hilfe\n\n@moon\n", "de/help.txt:3: there is no insertion \"@moon\""},
		{"open brace", "en/help.txt", "subject: Help {name\n\nHello\n", "en/help.txt:1: a { without its }"},
		{"open star", "en/help.txt", "subject: Help\n\nHello *you\n", "en/help.txt:3: a * or `"},
		{"no subject", "en/help.txt", "Hello\n", "en/help.txt:1: expected \"subject:"},
		{"every subject on a condition", "en/help.txt", "subject: [partner] Help\n\nHello\n", "en/help.txt:1: the last subject"},
		{"no such kind", "en/hepl.txt", "subject: Help\n\nHello\n", "en/hepl.txt:1: \"hepl\" is not a kind of mail"},
		{"no such locale", "english/help.txt", "subject: Help\n\nHello\n", "\"english\" is not a locale"},
		{"six weekdays", "en/words.txt", "\nweekdays = a, b, c, d, e, f\n", "en/words.txt:2: weekdays: 7 words wanted, found 6"},
		{"word with a wrong value", "en/words.txt", "date = {weekday} {moon}\n", "en/words.txt:1: date: there is no value {moon}"},
		{"line without a code", "en/lines.txt", "noted: Noted.\nwhat is this\n", "en/lines.txt:2: expected"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(fstest.MapFS{c.file: {Data: []byte(c.data)}})
			if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestEveryLanguageIsComplete(t *testing.T) {
	set := load(t)
	for _, locale := range set.Locales() {
		for _, kind := range append(set.Kinds(), eventPage) {
			if set.languages[locale].pages[string(kind)] == nil {
				t.Errorf("%s has no page for %s", locale, kind)
			}
		}
		files, err := embedded.ReadFile(locale + "/" + wordsFile)
		if err != nil {
			t.Error(err)
			continue
		}
		for key := range set.languages[DefaultLocale].words {
			if base, _, regional := strings.Cut(key, "@"); !regional && !strings.Contains("\n"+string(files), "\n"+base+" =") {
				t.Errorf("%s lacks the words %q", locale, key)
			}
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, name := range []string{"en/offer.txt", "en/words.txt", "en/lines.txt"} {
		data, err := embedded.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(name, string(data))
	}
	f.Fuzz(func(t *testing.T, name, data string) {
		set, err := Load(fstest.MapFS{name: {Data: []byte(data)}})
		if err != nil {
			return
		}
		if _, err := set.Render(Sample(program.LetterOffer, "en")); err != nil {
			t.Error(err)
		}
	})
}

func FuzzRender(f *testing.F) {
	set := load(f)
	f.Add("status", "de", "Ada\r\nBcc: x", "3. Read\u202e", "line\n\n\u2028two", "https://example.org/\"", "Europe/Berlin", int64(1_800_000_000))
	f.Add("choices", "en-US", "", "09:00-17:30", "", "http://a", "Etc/GMT+3", int64(-1))
	f.Fuzz(func(t *testing.T, kind, locale, name, row, words, link, zone string, at int64) {
		start := time.Unix(at%(1<<36), 0)
		l := program.Letter{Kind: program.Kind(kind), SessionUID: name, Created: start, Facts: program.Facts{
			Program: name, Name: name, Partner: name, Locale: locale, Zone: zone, PartnerZone: zone, Start: start, End: start.Add(time.Hour),
			Rows: []string{row, words}, Words: words, Note: words, Agenda: words, Link: link, Reason: row,
			Lines:   []program.Line{{Code: kind, Value: row, Start: start}},
			Choices: []program.Choice{{Label: row, Text: words}}, Slots: []program.Slot{{Label: name, Start: start}},
		}}
		text, err := set.Render(l)
		if err != nil {
			return
		}
		for _, part := range []string{text.Subject, text.Summary} {
			if strings.ContainsAny(part, "\r\n") {
				t.Errorf("more than one line: %q", part)
			}
		}
		for _, part := range []string{text.Subject, text.Plain, text.HTML, text.Description} {
			if !utf8.ValidString(part) || strings.ContainsAny(part, "\r\x00\x1b\u202e\u2066") {
				t.Errorf("not fit to be shown: %q", part)
			}
		}
		if strings.Contains(strings.ToLower(text.HTML), "<script") || strings.Contains(text.HTML, "javascript:\"") {
			t.Errorf("HTML injection: %q", text.HTML)
		}
		for _, line := range strings.Split(text.Plain, "\n") {
			if columns(line) > 78 && !strings.Contains(line, "://") {
				t.Errorf("%d columns: %q", columns(line), line)
			}
		}
	})
}

// BenchmarkRender renders every kind in turn, with both parts.
func BenchmarkRender(b *testing.B) {
	set := load(b)
	var letters []program.Letter
	for _, kind := range set.Kinds() {
		letters = append(letters, Sample(kind, "en"))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := set.Render(letters[i%len(letters)]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

func TestAReceiptListsSeveralTimesInOneSentence(t *testing.T) {
	set := load(t)
	l := Sample(program.LetterReceipt, "en")
	start := l.Facts.Lines[0].Start
	at := func(code string, days int) program.Line {
		from := start.AddDate(0, 0, days)
		return program.Line{Code: code, Start: from, End: from.Add(time.Hour)}
	}
	l.Facts.Lines = []program.Line{at("proposed", 0), at("proposed", 1), at("proposed", 2), at("taken", 3), {Code: "zone", Value: "Europe/Lisbon"}, {Code: "zone", Value: "Europe/Berlin"}}
	text := strings.Join(strings.Fields(render(t, set, l).Plain), " ")
	for sentence, times := range map[string]int{"Proposed to": 1, "It is booked as soon as": 1, "no longer free": 1, "Your time zone is now": 2} {
		if got := strings.Count(text, sentence); got != times {
			t.Errorf("%q is said %d times, want %d:\n%s", sentence, got, times, text)
		}
	}
	for _, day := range []string{"27 January", "28 January", "29 January", "30 January"} {
		if !strings.Contains(text, day) {
			t.Errorf("%s is not named:\n%s", day, text)
		}
	}
}

func TestUNDOIsOfferedExactlyWhereTheDecisionHasSomethingToTakeBack(t *testing.T) {
	set := load(t)
	for _, locale := range set.Locales() {
		for _, kind := range []program.Kind{program.LetterReceipt, program.LetterPreferences} {
			for _, offered := range []bool{true, false} {
				l := Sample(kind, locale)
				l.Facts.Undo = offered
				if text := render(t, set, l); strings.Contains(text.Plain, "UNDO") != offered {
					t.Errorf("%s %s, offered %v:\n%s", locale, kind, offered, text.Plain)
				}
			}
		}
	}
}

func TestACancellationIsStatedOnce(t *testing.T) {
	set := load(t)
	for _, locale := range set.Locales() {
		l := Sample(program.LetterCancel, locale)
		l.Facts.ByReader, l.Facts.Short = true, 61*time.Minute
		without := render(t, set, l).Plain
		l.Facts.Lines = []program.Line{{Code: "cancelled-late", Start: l.Facts.Start, End: l.Facts.End, Short: l.Facts.Short, Late: true}}
		if with := render(t, set, l).Plain; with != without {
			t.Errorf("%s: the receipt line is said besides the text:\n%s", locale, with)
		}
	}
}
