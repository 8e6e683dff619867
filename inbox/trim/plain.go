package trim

import (
	"strings"
)

// Plain finds the new text of a text/plain mail. Flowed lines (RFC 3676) must
// have been joined before.
func Plain(text string) Result {
	lines := splitLines(text)
	classify(lines)
	return assemble(lines, isDoubtful(lines))
}

// piece is a run of new text with the quote above it.
type piece struct {
	quoted []string
	text   []string
}

// assembler walks over classified lines and gathers the new text.
type assembler struct {
	lines   []line
	pieces  []piece
	written bool // new text has been seen
	quoting bool // the lines being passed are a quote
	loose   bool // quotes stay: nobody can tell whose they are
}

// assemble keeps what the writer added. Three things are quotes: lines marked
// with ">"; what follows an attribution, header block or divider without such
// marks, to the end; and, where marks follow, the marked lines only.
func assemble(lines []line, loose bool) Result {
	a := assembler{lines: lines, pieces: []piece{{}}, loose: loose}
	for i := 0; i < len(lines); {
		next := a.step(i)
		if next < 0 {
			break
		}
		i = next
	}
	return a.result()
}

// step takes the line at i and returns where to go on, -1 at the end of all
// new text.
func (a *assembler) step(i int) int {
	l := a.lines[i]
	switch l.kind {
	case kindSignature, kindFooter:
		return i + 1
	case kindAttribution, kindHeader, kindDivider, kindForward:
		return a.passMark(i)
	case kindQuote:
		if a.loose {
			a.keep(l.raw)
			return i + 1
		}
		return a.passQuote(i)
	case kindBlank:
		if !a.quoting {
			a.keep(l.raw)
		}
		return i + 1
	}
	a.begin()
	a.keep(l.raw)
	a.written = true
	return i + 1
}

// passMark goes over the lines that stand above a quote. Where quote marks
// follow, those tell what is quoted. Where none follow, all the rest is
// quoted; but a mail that begins with a mark and goes on unmarked is kept,
// because nothing tells where its writer begins.
func (a *assembler) passMark(i int) int {
	for i < len(a.lines) && isMark(a.lines[i].kind) {
		i++
	}
	next := i
	for next < len(a.lines) && a.lines[next].kind == kindBlank {
		next++
	}
	switch {
	case next == len(a.lines):
		return -1
	case isMark(a.lines[next].kind):
		return next
	case a.lines[next].kind == kindQuote && !a.loose:
		return next
	case a.lines[next].kind == kindQuote:
		return i
	case a.written:
		return -1
	}
	a.loose = true
	return i
}

func isMark(k kind) bool {
	return k == kindAttribution || k == kindHeader || k == kindDivider || k == kindForward
}

// passQuote goes over a run of quoted lines with the blank lines behind it and
// remembers it as what the next text answers to.
func (a *assembler) passQuote(i int) int {
	a.quoting = true
	last := &a.pieces[len(a.pieces)-1]
	if len(last.text) > 0 && !allBlank(last.text) {
		a.pieces = append(a.pieces, piece{})
		last = &a.pieces[len(a.pieces)-1]
	}
	for i < len(a.lines) && (a.lines[i].kind == kindQuote || a.isBroken(i)) {
		last.quoted = append(last.quoted, a.lines[i].text)
		i++
	}
	return i
}

// isBroken tells a line that belongs to the quote around it: a link that a
// mail program wrapped without setting a quote mark.
func (a *assembler) isBroken(i int) bool {
	if a.lines[i].kind != kindText || i == 0 || i+1 >= len(a.lines) || a.lines[i+1].kind != kindQuote {
		return false
	}
	above, here := a.lines[i-1].text, strings.TrimSpace(a.lines[i].raw)
	if strings.HasPrefix(here, "(http") || strings.HasPrefix(here, "<http") || strings.HasPrefix(here, "[http") {
		return true
	}
	open := strings.LastIndexAny(above, "(<[")
	return open >= 0 && strings.Contains(above[open:], "http") && !strings.ContainsAny(above[open:], ")>]")
}

// begin ends a quote where new text begins.
func (a *assembler) begin() { a.quoting = false }

func (a *assembler) keep(raw string) {
	last := &a.pieces[len(a.pieces)-1]
	last.text = append(last.text, raw)
}

// shortQuote is the number of quoted lines from which on a mail program, and
// not a hand, must have set the marks.
const shortQuote = 3

// isDoubtful reports whether nothing tells whose the quoted lines are: no
// attribution, a line or two with the writer's text going on below them; or a
// mail that has no other line.
func isDoubtful(lines []line) bool {
	run, after, long, text := 0, false, false, false
	for _, l := range lines {
		switch l.kind {
		case kindAttribution, kindHeader, kindDivider, kindForward:
			return false
		case kindQuote:
			after = false
			run++
			long = long || run >= shortQuote
		case kindText, kindCode:
			after = after || run > 0
			run, text = 0, true
		}
	}
	if !text {
		return run > 0 && !isAttributedInside(lines)
	}
	return after && !long
}

// isAttributedInside reports whether the quote begins with its own
// attribution, as Apple Mail's do.
func isAttributedInside(lines []line) bool {
	inner := make([]line, 0, attributionLines)
	for _, l := range lines {
		if l.kind == kindQuote && !isBlank(l.text) && len(inner) < attributionLines {
			inner = append(inner, line{raw: l.text, text: l.text, clues: cluesOf(l.text)})
		}
	}
	for i := range inner {
		if _, ok := attributionAt(inner, i); ok {
			return true
		}
	}
	return false
}

// result joins the pieces.
func (a *assembler) result() Result {
	var text strings.Builder
	var answers []Answer
	for i, p := range a.pieces {
		if i > 0 && text.Len() > 0 {
			text.WriteByte('\n')
		}
		text.WriteString(strings.Join(p.text, "\n"))
		if piece := strings.TrimSpace(strings.Join(p.text, "\n")); piece != "" {
			answers = append(answers, Answer{Quoted: strings.TrimSpace(strings.Join(p.quoted, "\n")), Text: piece})
		}
	}
	result := Result{Text: strings.TrimSpace(text.String())}
	if len(answers) > 1 || len(answers) == 1 && answers[0].Quoted != "" {
		result.Answers = answers
	}
	return result
}

func allBlank(lines []string) bool {
	for _, l := range lines {
		if !isBlank(l) {
			return false
		}
	}
	return true
}
