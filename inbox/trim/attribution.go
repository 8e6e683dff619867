package trim

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of an attribution: mail programs wrap it over up to four lines,
// one of them may be blank.
const (
	attributionLines = 6
	attributionBytes = 500
)

// clues are what one line tells about being part of an attribution, found once
// so that every window of lines over it costs next to nothing.
type clues uint8

const (
	clueLead    clues = 1 << iota // it may begin an attribution
	clueEnd                       // it may end one
	clueVerb                      // it holds a verb of one
	clueDate                      // it holds a date
	clueAddress                   // it holds an address
	clueRead                      // the last three have been looked for
)

// cluesOf reads the ends of a line.
func cluesOf(raw string) clues {
	trimmed := strings.TrimSpace(raw)
	if trimmed == "" || len(raw) > attributionBytes {
		return 0
	}
	var c clues
	if mayLead(trimmed) {
		c |= clueLead
	}
	if endsAttribution(trimmed) {
		c |= clueEnd
	}
	return c
}

// readMiddle looks for the clues inside a line, once.
func (l *line) readMiddle() clues {
	if l.clues&clueRead == 0 {
		l.clues |= clueRead
		if hasDate(l.raw) {
			l.clues |= clueDate
		}
		if strings.IndexByte(l.raw, '@') >= 0 {
			l.clues |= clueAddress
		}
		// A wrapped line may begin with the verb.
		first, _, _ := strings.Cut(strings.TrimSpace(l.raw), " ")
		if verb, _ := findVerb("x " + l.raw); verb || known.openers[strings.ToLower(first)] {
			l.clues |= clueVerb
		}
	}
	return l.clues
}

// attributionAt reports whether an attribution ("On … Ada wrote:") begins at
// line i and how many lines it takes. Lines of it that begin with ">" are the
// closing bracket of a wrapped address, not quotes.
func attributionAt(lines []line, i int) (count int, ok bool) {
	if lines[i].clues&clueLead == 0 {
		return 0, false
	}
	if first := strings.TrimSpace(lines[i].raw); isDateLine(first) && (isGmailDate(first) || quoteFollows(lines, i+1)) {
		return 1, true
	}
	length := 0
	for j := i; j < len(lines) && j < i+attributionLines; j++ {
		l := lines[j]
		if isBlank(l.raw) && !wrapsOver(lines, j) {
			return 0, false
		}
		if length += len(l.raw); length > attributionBytes {
			return 0, false
		}
		if l.clues&clueEnd != 0 && isPromising(lines, i, j) {
			joined := joinLines(lines[i : j+1])
			if isAttribution(joined) || (isForeign(joined) || isBare(joined)) && quoteFollows(lines, j+1) {
				return j - i + 1, true
			}
		}
	}
	return 0, false
}

// runsOn reports whether the quoted mail begins on the line of its attribution,
// as Yahoo's apps write it: "On … Ada wrote:   Hello,".
func runsOn(raw string) bool {
	at := strings.Index(raw, ":  ")
	if at < 0 || at > attributionBytes || strings.TrimSpace(raw[at+1:]) == "" {
		return false
	}
	head := strings.TrimSpace(raw[:at+1])
	return mayLead(head) && endsAttribution(head) && strings.IndexByte(head, '@') > 0 && isAttribution(head)
}

// isPromising reports whether the clues of lines i to j are worth reading the
// lines together.
func isPromising(lines []line, i, j int) bool {
	var found clues
	for k := i; k <= j; k++ {
		found |= lines[k].readMiddle()
	}
	if found&clueVerb != 0 {
		return true
	}
	if found&clueDate == 0 || found&clueAddress == 0 {
		return false
	}
	last := lines[j].raw
	if !strings.HasSuffix(last, ":") {
		last = strings.TrimRight(last, directions)
	}
	return startsWithDigit(strings.TrimSpace(lines[i].raw)) || strings.HasSuffix(last, ">:") || quoteFollows(lines, j+1)
}

func joinLines(lines []line) string {
	var joined strings.Builder
	for _, l := range lines {
		if part := strings.TrimSpace(l.raw); part != "" {
			if joined.Len() > 0 {
				joined.WriteByte(' ')
			}
			joined.WriteString(part)
		}
	}
	return joined.String()
}

// isForeign tells an attribution of any language by its form: a date, a time
// and an address, with a colon at the end. It counts above a quote only.
func isForeign(joined string) bool {
	return hasAddress(joined) && hasDate(joined) && hasTime(joined)
}

// isBare tells "Ada Adler wrote:", the attribution of newsreaders: a name and a
// verb, nothing else; or a lead, a day and a verb ("On 8 Feb, Ada wrote:"). It
// counts above a quote only.
func isBare(joined string) bool {
	if verb, leading := findVerb(joined); verb && leading && strings.ContainsAny(joined, "0123456789") {
		return true
	}
	words := strings.Fields(strings.TrimRight(joined, ": "))
	if len(words) < 2 || len(words) > 5 || !known.verbs[strings.ToLower(words[len(words)-1])] {
		return false
	}
	for _, word := range words[:len(words)-1] {
		if !unicode.IsUpper(firstRune(word)) || pronouns[strings.ToLower(word)] {
			return false
		}
	}
	return true
}

// wrapsOver reports whether the attribution goes on behind the blank line j:
// Polymail sets the address apart.
func wrapsOver(lines []line, j int) bool {
	return j+1 < len(lines) && strings.HasPrefix(strings.TrimSpace(lines[j+1].raw), "<")
}

// quoteFollows reports whether the next line with text is quoted.
func quoteFollows(lines []line, j int) bool {
	for ; j < len(lines); j++ {
		if !isBlank(lines[j].raw) {
			return lines[j].depth > 0
		}
	}
	return false
}

// mayLead is the cheap test of an attribution's first line: a lead word, a
// weekday, a digit, dashes, or a name with an address behind it.
func mayLead(first string) bool {
	if first[0] >= utf8.RuneSelf || strings.IndexByte(" \t-_*>", first[0]) >= 0 {
		first = strings.TrimLeft(first, directions+"\t-—_*>\u00a0")
	}
	if first == "" {
		return false
	}
	if c := first[0]; '0' <= c && c <= '9' {
		return true
	}
	word := first
	if i := strings.IndexAny(first, " \t,"); i >= 0 {
		word = first[:i]
	}
	if len(word) <= 40 && isLead(strings.ToLower(strings.TrimRight(word, ".,"))) {
		return true
	}
	if strings.HasPrefix(word, "在") || strings.HasPrefix(word, "于") || strings.HasPrefix(word, "於") {
		return true
	}
	return strings.IndexByte(first, '<') >= 0 || strings.IndexByte(first, '@') >= 0 || endsAttribution(first)
}

func hasVerbEnd(s string) bool {
	if s == "" || s[len(s)-1] < utf8.RuneSelf && s[len(s)-1] != ':' && s[len(s)-1] != ',' {
		return false // these scripts are not ASCII
	}
	s = strings.TrimRight(s, " \t-:：,，")
	for _, verb := range known.verbEnds {
		if strings.HasSuffix(s, verb) {
			return true
		}
	}
	return false
}

// directions are the invisible marks around text that runs from the right, and
// blanks.
const directions = " \u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

func isLead(word string) bool { return known.leads[word] || known.openers[word] }

// endsAttribution is the cheap test of its last line.
func endsAttribution(last string) bool {
	if last == "" {
		return false
	}
	switch c := last[len(last)-1]; {
	case c == ':':
		return true
	case c >= utf8.RuneSelf:
		last = strings.TrimRight(last, directions)
	case !('a' <= c && c <= 'z' || c == ')' || c == '-' || c == ' '):
		return false // no verb ends so
	}
	if strings.HasSuffix(last, ":") || strings.HasSuffix(last, "：") {
		return true
	}
	bare := strings.TrimRight(last, " -—–")
	end := bare[strings.LastIndexAny(bare, " \t")+1:]
	return len(end) <= 40 && known.verbs[strings.ToLower(end)] || hasVerbEnd(bare)
}

// isAttribution weighs a whole candidate: a verb, and a date, an address or
// dashes around it.
func isAttribution(joined string) bool {
	body := strings.Trim(joined, directions+"\t-—–_*\u00a0")
	body = strings.TrimLeft(body, ">")
	dashed := strings.HasPrefix(joined, "--") && (strings.HasSuffix(joined, "--") || strings.HasSuffix(joined, "--:"))
	verb, leading := findVerb(body)
	date, address := hasDate(body), hasAddress(body)
	switch {
	case verb && dashed:
		return true
	case verb && date && (leading || address || hasTime(body)):
		return true
	case verb && address:
		return true
	}
	// Gmail without a verb: "2027-01-11 10:00 GMT+01:00 Ada <ada@example.org>:",
	// "пн, 11 янв. 2027 г. в 10:00, Ada <ada@example.org>:"
	return date && address && (startsWithDigit(body) && strings.HasSuffix(body, ":") || leading && strings.HasSuffix(body, ">:"))
}

// findVerb looks for a verb of any language, whole words only; leading tells
// that the text begins with a lead word or a date.
func findVerb(body string) (verb, leading bool) {
	before := ""
	for i, word := range strings.Fields(body) {
		clean := strings.ToLower(strings.Trim(word, `,.:;"'*<>[]-：，`))
		if i == 0 {
			verb = known.openers[clean]
			leading = known.leads[clean] || startsWithDigit(clean) || strings.HasPrefix(clean, "在") || strings.HasPrefix(clean, "于")
		}
		// "On Monday I wrote:" is the writer's own sentence.
		if len(clean) <= 40 && i > 0 && known.verbs[clean] && !pronouns[before] {
			verb = true
		}
		if verb && i > 0 && known.verbs[before] && pronouns[clean] {
			verb = false
		}
		before = clean
	}
	if !verb {
		trimmed := strings.TrimRight(body, " :：-,，")
		for _, end := range known.verbEnds {
			if strings.HasSuffix(trimmed, end) {
				return true, leading
			}
		}
	}
	return verb, leading
}

func startsWithDigit(s string) bool {
	return s != "" && '0' <= s[0] && s[0] <= '9'
}

// hasAddress finds an @ between letters.
func hasAddress(s string) bool {
	i := strings.IndexByte(s, '@')
	return i > 0 && i+1 < len(s) && s[i-1] > ' ' && s[i+1] > ' '
}

// hasDate finds a year, or two numbers joined as dates are.
func hasDate(s string) bool {
	for i := 0; i < len(s); {
		if s[i] < '0' || s[i] > '9' {
			i++
			continue
		}
		start := i
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
		}
		if n := i - start; n == 4 && (s[start] == '1' || s[start] == '2') {
			return true
		}
		if i+1 < len(s) && i-start <= 2 && strings.IndexByte("/.-", s[i]) >= 0 && '0' <= s[i+1] && s[i+1] <= '9' {
			return true
		}
	}
	return false
}

// hasTime finds digits, a colon or point, two digits.
func hasTime(s string) bool {
	for i := 1; i+2 < len(s); i++ {
		if (s[i] == ':' || s[i] == '.' || s[i] == 'h') && isDigitAt(s, i-1) && isDigitAt(s, i+1) && isDigitAt(s, i+2) {
			return true
		}
	}
	return false
}

func isDigitAt(s string, i int) bool { return '0' <= s[i] && s[i] <= '9' }

// isDateLine tells "2011/4/7 Ada <ada@example.org>", which is an attribution
// where a quote follows.
func isDateLine(s string) bool {
	return startsWithDigit(s) && len(s) < 200 && hasDate(s[:min(len(s), 12)]) && (strings.HasSuffix(s, ">") && hasAddress(s) || isGmailDate(s))
}

// isGmailDate tells the date that Gmail wrote in many languages:
// "2027-01-11 10:00 GMT+01:00 Ada".
func isGmailDate(s string) bool {
	if len(s) < 24 || !isDatePattern(s[:10]) {
		return false
	}
	rest := s[10:]
	return strings.HasPrefix(rest[min(6, len(rest)):], " GMT") && rest[0] == ' ' && rest[3] == ':'
}

// isDatePattern matches dddd-dd-dd.
func isDatePattern(s string) bool {
	for i := 0; i < len(s); i++ {
		if i == 4 || i == 7 {
			if s[i] != '-' {
				return false
			}
		} else if !isDigitAt(s, i) {
			return false
		}
	}
	return len(s) == 10
}

// sharedAttribution finds an attribution that a program set behind the
// writer's last line: "reply--- On Wed, … wrote:". It returns where the reply
// ends.
func sharedAttribution(raw string) (end int, ok bool) {
	if len(raw) > attributionBytes || !endsAttribution(strings.TrimSpace(raw)) {
		return 0, false
	}
	i := strings.Index(raw, "--")
	if i <= 0 || strings.TrimSpace(raw[:i]) == "" {
		return 0, false
	}
	rest := strings.TrimLeft(raw[i:], "- ")
	return i, unicode.IsUpper(firstRune(rest)) && mayLead(rest) && isAttribution(rest)
}
