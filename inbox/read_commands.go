package inbox

import (
	"strings"
	"time"
	"unicode/utf8"

	spoken "github.com/mentorpost/mentorpost/calendar/words"
	"github.com/mentorpost/mentorpost/program"
)

// line is one line of a text with its place.
type line struct {
	text       string
	start, end int
}

func linesOf(text string) []line {
	var lines []line
	for start := 0; start <= len(text); {
		end := strings.IndexByte(text[start:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += start
		}
		lines = append(lines, line{text[start:end], start, end})
		start = end + 1
	}
	return lines
}

// readCommands finds the lines that are commands: a keyword of any language,
// in capitals with whatever follows, or in any case where nothing but the
// command stands on the line.
func (d *reading) readCommands() {
	lines := cutAtAddressees(linesOf(d.plain))
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if d.readNote(l) {
			d.blank(l.start, l.end)
			continue
		}
		keyword, rest, capitals := keywordOf(l.text)
		if keyword == "" {
			continue
		}
		if keyword == "calendar" && strings.Trim(rest, " :\r") == "" && i+1 < len(lines) && strings.Contains(lines[i+1].text, "://") {
			i++ // the address was too long for the line
			rest, l.end = lines[i].text, lines[i].end
		}
		if keyword == "coordinator" || keyword == "help" && strings.HasPrefix(rest, ":") {
			if strings.HasPrefix(rest, ":") || keyword == "coordinator" && capitals && rest != "" {
				end := d.messageEnd(lines, i)
				d.message(l, rest, end)
				d.blank(l.start, end)
				for i+1 < len(lines) && lines[i+1].start < end {
					i++
				}
				continue
			}
		}
		if sentence, more := firstSentence(rest); more && (keyword == "done" || keyword == "drop") {
			l.end -= len(rest) - len(sentence)
			rest = sentence
		}
		if d.command(keyword, strings.TrimLeft(rest, ": "), l, capitals) {
			d.blank(l.start, l.end)
		}
	}
}

// cutAtAddressees cuts lines before a sentence that is addressed to somebody:
// "Yes. TO Tomás: fine with me. COORDINATOR: thank you."
func cutAtAddressees(lines []line) []line {
	var cut []line
	for _, l := range lines {
		begin := 0
		for i := 1; i+1 < len(l.text); i++ {
			if l.text[i] != ' ' || strings.IndexByte(".!?;", l.text[i-1]) < 0 {
				continue
			}
			if addressee(l.text[i+1:]) && strings.TrimSpace(l.text[begin:i]) != "" {
				cut = append(cut, line{l.text[begin:i], l.start + begin, l.start + i})
				begin = i + 1
			}
		}
		cut = append(cut, line{l.text[begin:], l.start + begin, l.end})
	}
	return cut
}

// addressee reports whether a text begins with whom it is for, in capitals.
func addressee(text string) bool {
	const longest = 60
	name, _, found := strings.Cut(text[:min(len(text), longest)], ":")
	if !found {
		return false
	}
	if strings.HasPrefix(name, "TO ") {
		return len(strings.Fields(name)) <= 4
	}
	keyword, rest, capitals := keywordOf(name + ":")
	return capitals && rest == ":" && (keyword == "coordinator" || keyword == "help")
}

// firstSentence cuts "2. It went well" after its first sentence.
func firstSentence(text string) (sentence string, more bool) {
	for i := 0; i+1 < len(text); i++ {
		if (text[i] == '.' || text[i] == '!') && text[i+1] == ' ' {
			return text[:i+1], true
		}
	}
	return text, false
}

// readNote takes "TO Yusuf: words" as a note for the partner.
func (d *reading) readNote(l line) bool {
	text := strings.TrimSpace(l.text)
	name, words, found := strings.Cut(text, ":")
	if !found || len(name) > 60 || len(name) < 4 || !strings.EqualFold(name[:3], "to ") || strings.TrimSpace(words) == "" {
		return false
	}
	if name[:2] != "TO" && len(strings.Fields(name)) > 3 {
		return false
	}
	if d.note != "" {
		d.note += "\n"
	}
	d.note += strings.TrimSpace(words)
	return true
}

// messageEnd returns where the message that line i opens ends: at the next
// command in capitals, or with the text.
func (d *reading) messageEnd(lines []line, i int) int {
	for _, l := range lines[i+1:] {
		if keyword, _, capitals := keywordOf(l.text); keyword != "" && capitals || addressee(strings.TrimSpace(l.text)) {
			return l.start
		}
	}
	return len(d.text)
}

// message passes words to the coordinator.
func (d *reading) message(l line, rest string, end int) {
	text := strings.TrimSpace(strings.TrimLeft(rest, ": "))
	if end > l.end {
		text = strings.TrimSpace(text + d.text[l.end:end])
	}
	d.add(program.Request{Type: program.Coordinator, Text: text, Span: [2]int{l.start, end}})
}

// keywordOf returns the command that a line begins with, what follows it, and
// whether it stands in capitals.
func keywordOf(text string) (keyword, rest string, capitals bool) {
	trimmed := strings.TrimLeft(text, " \t*-•>\"“„»«'")
	end := 0
	for end < len(trimmed) && end < 24 {
		r, size := utf8.DecodeRuneInString(trimmed[end:])
		if !isWordRune(r) {
			break
		}
		end += size
	}
	if end == 0 {
		return "", "", false
	}
	first := trimmed[:end]
	if second := nextWord(trimmed[end:]); second != "" {
		both := first + " " + second
		if k := phrases.keywords[fold(both)]; k != "" {
			at := strings.Index(trimmed[end:], second) + end + len(second)
			return k, trimmed[at:], both == strings.ToUpper(both)
		}
	}
	if k := phrases.keywords[fold(first)]; k != "" {
		return k, trimmed[end:], first == strings.ToUpper(first)
	}
	return "", "", false
}

func nextWord(s string) string {
	s = strings.TrimLeft(s, " ")
	end := strings.IndexFunc(s, func(r rune) bool { return !isWordRune(r) })
	if end < 0 {
		end = len(s)
	}
	return s[:end]
}

// command adds what a command line asks for. It returns false where the line
// only looks like one ("Stop me if I'm wrong").
func (d *reading) command(keyword, rest string, l line, capitals bool) bool {
	rest = strings.TrimRight(strings.TrimSpace(rest), ".!\"”“«»'*")
	span := [2]int{l.start, l.end}
	q := program.Request{Span: span}
	bare := rest == "" || d.polite(rest)
	switch keyword {
	case "stop", "resume", "help", "status", "undo", "export", "forget", "wrote", "agree", "join":
		return d.bareCommand(keyword, rest, bare, capitals, q)
	case "emergency":
		if !capitals && !bare {
			return false
		}
		q.Type = program.Emergency
		d.add(q)
		return bare
	case "pause":
		return d.pauseCommand(rest, bare, capitals, q)
	case "zone", "hours", "language":
		return d.settingCommand(keyword, rest, capitals, q)
	case "journal":
		return d.journalCommand(rest, q)
	case "calendar":
		return d.calendarCommand(rest, capitals, q)
	case "holidays":
		return d.holidaysCommand(rest, capitals, q)
	case "suggest", "share":
		return d.textCommand(keyword, rest, capitals, q)
	case "done", "drop":
		return d.actionCommand(keyword, rest, capitals, q)
	}
	return false
}

// polite reports whether a rest of a line adds nothing: "please", "thanks".
func (d *reading) polite(rest string) bool {
	tokens, _ := split(rest, phrases)
	if len(tokens) > 4 {
		return false
	}
	for _, t := range tokens {
		if !phrases.politeness[t.word] {
			return false
		}
	}
	return true
}

var bareTypes = map[string]program.RequestType{
	"stop": program.Stop, "resume": program.Resume, "join": program.Join, "help": program.Help, "status": program.Status, "undo": program.Undo,
	"export": program.Export, "forget": program.Forget, "wrote": program.Wrote, "agree": program.Agree,
}

// bareCommand handles the commands that stand alone.
func (d *reading) bareCommand(keyword, rest string, bare, capitals bool, q program.Request) bool {
	if keyword == "agree" && d.purpose != program.AboutCharter && !capitals {
		return false
	}
	if !bare && !(capitals && keyword == "wrote") {
		if next, more, _ := keywordOf(strings.TrimLeft(rest, ",;/&+ ")); capitals && next != "" {
			// "STATUS, EXPORT": several commands on one line
			q.Type = bareTypes[keyword]
			d.add(q)
			return d.command(next, strings.TrimLeft(more, ": "), line{"", q.Span[0], q.Span[1]}, true)
		}
		return false
	}
	q.Type = bareTypes[keyword]
	if keyword == "wrote" {
		q.Text = rest
	}
	d.add(q)
	return true
}

func (d *reading) pauseCommand(rest string, bare, capitals bool, q program.Request) bool {
	q.Type = program.Pause
	if bare {
		d.add(q)
		return true
	}
	var until string
	var sure bool
	if word := nextWord(rest); phrases.untils[fold(word)] != 0 {
		until, sure = d.dateAfter(strings.TrimSpace(rest)[len(word):])
	} else {
		until, sure = d.dateIn(rest)
	}
	if until == "" && !capitals {
		return false
	}
	q.Until = until
	if found := spoken.Read(rest, d.context()); len(found) == 1 && wholeDays(found[0]) && found[0].Start.After(d.At) && phrases.untils[fold(nextWord(rest))] == 0 {
		if w := found[0]; w.End.Sub(w.Start) > aDay {
			q.Times = found // PAUSE 3-14 August
		}
	}
	d.add(q)
	if !sure {
		d.doubt("the date until which to pause cannot be read")
	}
	return true
}

// context is what times in a text are read against.
func (d *reading) context() spoken.Context {
	return spoken.Context{At: d.At, Zone: d.Zone, Locale: d.Locale}
}

func (d *reading) settingCommand(keyword, rest string, capitals bool, q program.Request) bool {
	switch keyword {
	case "zone":
		q.Type = program.SetZone
		q.Value = zoneNamed(rest)
	case "hours":
		q.Type = program.SetHours
		if from, to, ok := spoken.ReadHours(rest); ok {
			q.Value = from + "-" + to
		}
	case "language":
		q.Type = program.SetLanguage
		q.Value = languageNamed(rest)
	}
	if q.Value == "" {
		if !capitals {
			return false
		}
		d.doubt("the setting cannot be read")
		q.Text = rest
	}
	d.add(q)
	return true
}

// zoneNamed returns the IANA name for "Europe/Lisbon" or a place in words.
func zoneNamed(text string) string {
	text = strings.TrimSpace(text)
	if strings.Contains(text, "/") {
		if loc, err := time.LoadLocation(text); err == nil {
			return loc.String()
		}
	}
	if zone, ok := spoken.FindZone(text); ok {
		return zone
	}
	if zone, ok := spoken.FindZone("I'm in " + text); ok {
		return zone
	}
	return ""
}

// languageNamed returns the subtag for "de", "de-AT", "German" or "Deutsch".
func languageNamed(text string) string {
	word := fold(nextWord(text))
	if name := phrases.names[word]; name != "" {
		return name
	}
	for _, tag := range phrases.languages {
		if tag == word {
			return tag
		}
	}
	return ""
}

func (d *reading) journalCommand(rest string, q program.Request) bool {
	word := fold(nextWord(rest))
	value := phrases.rhythms[word]
	if value == "" {
		return false
	}
	q.Type, q.Value = program.Journal, value
	if value == "delete" {
		q.Text = strings.TrimSpace(rest[strings.Index(fold(rest), word)+len(word):])
		q.Until, _ = d.pastDate(q.Text)
		if q.Until != "" {
			q.Text = q.Until
		}
	}
	d.add(q)
	return true
}

func (d *reading) textCommand(keyword, rest string, capitals bool, q program.Request) bool {
	if keyword == "suggest" {
		if !capitals && !strings.Contains(rest, "://") && !strings.Contains(rest, "www.") || rest == "" {
			return false
		}
		q.Type = program.Suggest
	} else {
		if !capitals {
			return false
		}
		q.Type = program.Share
	}
	q.Text = rest
	d.add(q)
	return true
}

// actionCommand handles DONE 2, DROP 3 and 4, DONE 1, DROP 2.
func (d *reading) actionCommand(keyword, rest string, capitals bool, q program.Request) bool {
	tokens, _ := split(rest, phrases)
	var found []program.Request
	kind := actionType(keyword)
	for _, t := range tokens {
		if n, ok := d.smallNumber(t.word); ok {
			found = append(found, program.Request{Type: kind, Option: n, Span: q.Span})
		} else if next := phrases.keywords[t.word]; next == "done" || next == "drop" {
			kind = actionType(next)
		} else if !phrases.connectives[t.word] && !phrases.politeness[t.word] {
			if !capitals || len(found) == 0 {
				return false
			}
			break // the number is followed by words about it
		}
	}
	d.requests = append(d.requests, found...)
	return len(found) > 0
}

func actionType(keyword string) program.RequestType {
	if keyword == "done" {
		return program.Done
	}
	return program.Drop
}

// dateAfter reads the date that follows a word like "until": the first day of
// what it names ("until April"), unless the end of it is named.
func (d *reading) dateAfter(text string) (string, bool) {
	found := spoken.Read(text, d.context())
	if len(found) == 0 {
		return "", false
	}
	w := found[0]
	for _, next := range found[1:] {
		if !w.Start.After(d.At) {
			w = next
		}
	}
	day := w.Start
	if w.OpenStart && !w.End.IsZero() {
		day = w.End.Add(-time.Minute)
	}
	for _, word := range strings.Fields(w.Text) {
		if phrases.endings[fold(word)] && !w.End.IsZero() {
			day = w.End.Add(-time.Minute)
		}
	}
	return day.Format(time.DateOnly), !w.Ambiguous()
}

// dateIn reads the one date that words name, for "until …". The second result
// is false where there is none or more than one reading.
func (d *reading) dateIn(text string) (string, bool) {
	found := spoken.Read(text, d.context())
	var last *program.When
	for i := range found {
		if !found[i].Negated {
			last = &found[i]
		}
	}
	if last == nil {
		return "", false
	}
	day := last.Start
	switch {
	case last.OpenStart && !last.End.IsZero():
		day = last.End
		if day.Hour() == 0 && day.Minute() == 0 {
			day = day.Add(-time.Minute)
		}
	case last.Grain == program.GrainMonth || last.Grain == program.GrainWeek:
		day = last.End.Add(-time.Minute) // "for all of March"
	case last.Bounded && !last.End.IsZero() && last.End.Sub(last.Start) > 36*time.Hour:
		day = last.End.Add(-time.Minute)
	}
	return day.Format(time.DateOnly), !last.Ambiguous()
}

// pastDate reads the date of an entry: ISO, or in words with the past meant.
func (d *reading) pastDate(text string) (string, bool) {
	for _, field := range strings.Fields(text) {
		if t, err := time.Parse(time.DateOnly, strings.Trim(field, ".,")); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	found := spoken.Read(text, d.context())
	if len(found) != 1 {
		return "", false
	}
	day := found[0].Start
	if day.After(d.At) && day.AddDate(-1, 0, 0).Before(d.At) && strings.ContainsAny(text, "0123456789") {
		day = day.AddDate(-1, 0, 0)
	}
	return day.Format(time.DateOnly), !found[0].Ambiguous()
}
