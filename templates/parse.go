package templates

import (
	"fmt"
	"strings"
)

// A page is one kind of mail in one language.
type page struct {
	subjects []sentence
	blocks   []block
	says     map[string]bool // its insertions
}

// sentence is a phrase that is used where its condition holds; of several the
// first that holds is taken.
type sentence struct {
	when   condition
	phrase phrase
}

// blockKind says how a block of a page is laid out.
type blockKind int

const (
	paragraph blockKind = iota
	heading
	item   // one point of a list
	answer // one line of the panel that says how to answer
	insert // something that the facts hold: slots, a quotation, a table
)

// block is one paragraph, list item, answer line or insertion.
type block struct {
	kind   blockKind
	when   condition
	phrase phrase
	insert string // name of an insertion
}

// phrase is running text: fixed words and values, in order.
type phrase []segment

// segment is either fixed text or a value with what stands in where it is
// empty.
type segment struct {
	text     string
	value    valueFunc
	fallback string
	strong   bool
	person   bool   // a name, whose own writing direction is kept apart
	times    bool   // takes several times
	quote    string // openQuote or closeQuote, at the ends of an example
}

// parser collects the faults of one file.
type parser struct {
	file   string
	faults []string
}

func (p *parser) fault(line int, format string, args ...any) {
	p.faults = append(p.faults, fmt.Sprintf("%s:%d: %s", p.file, line, fmt.Sprintf(format, args...)))
}

// page reads subject lines, an empty line, and blocks apart by empty lines.
// Lines that begin with // are comments between writers.
func (p *parser) page(text string) *page {
	out := &page{says: map[string]bool{}}
	inBody := false
	var current []string
	first := 0
	flush := func() {
		if len(current) > 0 {
			out.blocks = append(out.blocks, p.block(first, current)...)
		}
		current = nil
	}
	for i, line := range splitLines(text) {
		number := i + 1
		switch {
		case strings.HasPrefix(line, "//"):
		case line == "":
			inBody = inBody || len(out.subjects) > 0
			flush()
		case !inBody:
			p.subject(number, line, out)
		default:
			if len(current) == 0 {
				first = number
			}
			current = append(current, line)
		}
	}
	flush()
	if len(out.subjects) == 0 {
		p.fault(1, "no subject line: write \"subject: …\" first")
	} else if !out.subjects[len(out.subjects)-1].when.always() {
		p.fault(1, "the last subject line must stand without a condition")
	}
	if len(out.blocks) == 0 {
		p.fault(1, "nothing below the subject")
	}
	for _, b := range out.blocks {
		out.says[b.insert] = true
	}
	return out
}

func (p *parser) subject(number int, line string, out *page) {
	rest, ok := strings.CutPrefix(line, "subject:")
	if !ok {
		p.fault(number, "expected \"subject: …\", then an empty line, found %q", line)
		return
	}
	out.subjects = append(out.subjects, p.sentence(number, rest))
}

// block reads the lines between two empty lines: one paragraph or heading, or
// a run of list items, answer lines or insertions, each with its own condition.
func (p *parser) block(first int, lines []string) []block {
	var out []block
	for i := 0; i < len(lines); {
		marker := markerOf(lines[i])
		text := strings.TrimSpace(strings.TrimPrefix(lines[i], marker))
		next := i + 1
		for next < len(lines) && marker != "@" && markerOf(lines[next]) == "" {
			text += " " + strings.TrimSpace(lines[next])
			next++
		}
		out = append(out, p.one(first+i, marker, text))
		i = next
	}
	return out
}

// markerOf returns the sign that a line begins with, or "".
func markerOf(line string) string {
	for _, marker := range []string{"# ", "- ", "> ", "@"} {
		if strings.HasPrefix(line, marker) {
			return marker
		}
	}
	return ""
}

func (p *parser) one(number int, marker, text string) block {
	var out block
	out.when, text = p.condition(number, text)
	switch marker {
	case "# ":
		out.kind = heading
	case "- ":
		out.kind = item
	case "> ":
		out.kind = answer
	case "@":
		out.kind, out.insert = insert, text
		if _, ok := insertions[text]; !ok {
			p.fault(number, "there is no insertion \"@%s\"", text)
		}
		return out
	}
	out.phrase = p.phrase(number, text)
	return out
}

// sentences reads "code: sentence" lines. Codes that stand in the file
// replace all sentences of the same code that were read before.
func (p *parser) sentences(text string, into map[string][]sentence) {
	read := map[string][]sentence{}
	lastLine := map[string]int{}
	for i, line := range splitLines(text) {
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		code, rest, ok := strings.Cut(line, ":")
		if !ok || strings.ContainsAny(code, " {[") {
			p.fault(i+1, "expected \"code: sentence\", found %q", line)
			continue
		}
		read[code] = append(read[code], p.sentence(i+1, rest))
		lastLine[code] = i + 1
	}
	for code, sentences := range read {
		if !sentences[len(sentences)-1].when.always() {
			p.fault(lastLine[code], "the last sentence of %q must stand without a condition", code)
		}
		into[code] = sentences
	}
}

func (p *parser) sentence(number int, text string) sentence {
	when, rest := p.condition(number, strings.TrimSpace(text))
	return sentence{when, p.phrase(number, rest)}
}

// words reads "key = value" lines.
func (p *parser) words(text string, into words) {
	for i, line := range splitLines(text) {
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		if !ok || key == "" {
			p.fault(i+1, "expected \"key = words\", found %q", line)
			continue
		}
		if why := checkWord(key, strings.TrimSpace(value)); why != "" {
			p.fault(i+1, "%s: %s", key, why)
			continue
		}
		into[key] = strings.TrimSpace(value)
	}
}

// phrase reads running text with {values}, *strong* words and `examples` of
// what can be answered. A backslash takes the next character as it is.
func (p *parser) phrase(number int, text string) phrase {
	var out phrase
	var fixed strings.Builder
	strong, example := false, false
	flush := func() {
		if fixed.Len() > 0 {
			out = append(out, segment{text: fixed.String(), strong: strong || example})
			fixed.Reset()
		}
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++
			fixed.WriteByte(text[i])
		case c == '*':
			flush()
			strong = !strong
		case c == '`':
			flush()
			example = !example
			end := closeQuote
			if example {
				end = openQuote
			}
			out = append(out, segment{quote: end})
		case c == '{':
			flush()
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				p.fault(number, "a { without its }")
				return out
			}
			out = append(out, p.value(number, text[i+1:i+end], strong || example))
			i += end
		case c == '}':
			p.fault(number, "a } without its {")
		default:
			fixed.WriteByte(c)
		}
	}
	flush()
	if strong || example {
		p.fault(number, "a * or ` without its partner (write \\* for the sign itself)")
	}
	if len(out) == 0 {
		p.fault(number, "no words here")
	}
	return out
}

// value reads name or name|words where it is empty.
func (p *parser) value(number int, text string, strong bool) segment {
	name, fallback, _ := strings.Cut(text, "|")
	name = strings.TrimSpace(name)
	value, ok := values[name]
	if !ok {
		p.fault(number, "there is no value {%s}", name)
		return segment{text: fallback}
	}
	return segment{value: value, fallback: fallback, strong: strong, person: personValues[name], times: timesValues[name]}
}

// splitLines takes a file apart, without trailing blanks, CR or a byte order mark.
func splitLines(text string) []string {
	lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " \t\r")
	}
	return lines
}
