package templates

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// The columns of the text part. Lines are broken at wrapAt; RFC 5322 §2.1.1
// asks for 78, which leaves room for what a reply puts before them.
const wrapAt = 72

// plain writes the text/plain part. It is complete without the HTML part, and
// reads well aloud: no rules, no boxes, no marks around words.
func (v *view) plain(nodes []node) string {
	w := &wrapper{}
	w.out.Grow(2048)
	w.paragraph(flat(v.greeting()))
	shown := "" // the link that a card has shown needs no line of its own
	for i := range nodes {
		if nodes[i].kind == nodeButton && nodes[i].url == shown {
			continue
		}
		for _, r := range nodes[i].rows {
			if r.url != "" {
				shown = r.url
			}
		}
		nodes[i].wrap(w, v.voice.words["answer"])
	}
	w.paragraph(v.sender())
	w.out.WriteString("\n-- \n") // RFC 3676 §4.3: what follows is no part of the letter
	w.wrap("", "", v.footer())
	return w.out.String()
}

// wrap writes one node into the text part.
func (n *node) wrap(w *wrapper, answerTitle string) {
	switch n.kind {
	case nodeList:
		w.gap()
		for _, it := range n.items {
			w.wrap("- ", "  ", flat(it))
		}
	case nodeAnswer:
		w.paragraph(answerTitle)
		for _, it := range n.items {
			w.wrap("  ", "  ", flat(it))
		}
	case nodeSlots, nodeCard:
		w.table(n.rows)
	case nodeQuote:
		w.gap()
		for _, line := range n.lines {
			w.wrap("> ", "> ", line)
		}
	case nodeButton:
		w.paragraph(flat(n.spans) + ":\n" + n.url)
	default:
		w.paragraph(flat(n.spans))
	}
}

// unwrapped is the node's text for a calendar entry, whose lines the calendar
// program wraps itself.
func (n *node) unwrapped() string {
	var lines []string
	switch n.kind {
	case nodeList, nodeAnswer:
		for _, it := range n.items {
			lines = append(lines, flat(it))
		}
	case nodeSlots, nodeCard:
		for _, r := range n.rows {
			lines = append(lines, r.label+": "+flat(r.main))
		}
	case nodeQuote:
		lines = n.lines
	case nodeButton:
		lines = []string{flat(n.spans) + ": " + n.url}
	default:
		lines = []string{flat(n.spans)}
	}
	return strings.Join(lines, "\n")
}

// wrapper writes lines of limited width.
type wrapper struct{ out strings.Builder }

// gap leaves an empty line before the next block.
func (w *wrapper) gap() {
	if w.out.Len() > 0 {
		w.out.WriteByte('\n')
	}
}

func (w *wrapper) paragraph(text string) {
	w.gap()
	for _, line := range strings.Split(text, "\n") {
		w.wrap("", "", line)
	}
}

// table writes labelled entries; what belongs to an entry stands below it,
// indented alike.
func (w *wrapper) table(rows []row) {
	w.gap()
	labelWidth := 0
	for _, r := range rows {
		labelWidth = max(labelWidth, columns(r.label))
	}
	indent := strings.Repeat(" ", labelWidth+3)
	for _, r := range rows {
		label := r.label + ":" + strings.Repeat(" ", labelWidth+2-columns(r.label))
		w.wrap(label, indent, flat(r.main))
		if r.second != "" {
			w.wrap(indent, indent, r.second)
		}
	}
}

// wrap writes one logical line, broken at blanks. A word that is too long for
// a line is broken inside, unless it is a link.
func (w *wrapper) wrap(first, rest, text string) {
	prefix, used, fresh := first, columns(first), true
	w.out.WriteString(first)
	for _, word := range strings.FieldsFunc(text, isBlank) {
		size := columns(word)
		if !fresh && used+1+size > wrapAt {
			prefix = rest
			w.out.WriteString("\n" + prefix)
			used, fresh = columns(prefix), true
		}
		if !fresh {
			w.out.WriteByte(' ')
			used++
		}
		for used+size > wrapAt && size > 1 && webURL(word) == "" {
			cut := cutAt(word, max(1, wrapAt-used))
			w.out.WriteString(word[:cut] + "\n" + rest)
			word, used = word[cut:], columns(rest)
			size = columns(word)
		}
		w.out.WriteString(word)
		used, fresh = used+size, false
	}
	w.out.WriteByte('\n')
}

// isBlank reports where a line may be broken: not at a no-break space, which
// French has before some of its marks.
func isBlank(r rune) bool { return r == ' ' }

// cutAt returns the bytes of a word that fill a number of columns.
func cutAt(word string, room int) int {
	for i, r := range word {
		room -= runeColumns(r)
		if room < 0 && i > 0 {
			return i
		}
	}
	return len(word)
}

// columns is the width of a text on a screen of fixed pitch.
func columns(text string) int {
	n := 0
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			for _, r := range text[i:] {
				n += runeColumns(r)
			}
			return n
		}
		n++
	}
	return n
}

// runeColumns is 0 for marks that stand on another sign, 2 for East Asian
// wide signs and emoji (UAX #11), else 1.
func runeColumns(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
