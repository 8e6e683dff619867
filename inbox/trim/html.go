package trim

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTML finds the new text of a text/html mail. It uses what the elements of
// well-known mail programs tell beside what the words tell.
func HTML(source string) Result {
	lines := render(source)
	classify(lines)
	result := assemble(lines, false)
	if result.Text == "" && hasMark(lines, markSignature) {
		// Some programs let people write inside the signature's element.
		for i := range lines {
			if lines[i].kind = kindText; lines[i].mark == markSignature {
				lines[i].mark = markNone
			}
		}
		classify(lines)
		result = assemble(lines, false)
	}
	return result
}

// Render turns HTML into plain text, quotes marked with ">".
func Render(source string) string {
	var text strings.Builder
	for i, l := range render(source) {
		if i > 0 {
			text.WriteByte('\n')
		}
		text.WriteString(l.raw)
	}
	return strings.TrimSpace(text.String())
}

func hasMark(lines []line, m mark) bool {
	for _, l := range lines {
		if l.mark == m {
			return true
		}
	}
	return false
}

// deepestQuote bounds the quote marks written before a line.
const deepestQuote = 20

// effect is what an open element does to the text in it.
type effect uint8

const (
	effectNone effect = iota
	effectQuote
	effectAttribution
	effectUntilQuote // an attribution up to the first blockquote in it
	effectSignature
	effectHidden
	effectPre
)

// element is an open element.
type element struct {
	name   string
	effect effect
}

// renderer turns a stream of tokens into lines. It builds no tree: a mail has
// one reader and may be very deep.
type renderer struct {
	lines   []line
	current strings.Builder
	space   bool // a blank is due before the next word
	open    []element
	counts  map[string]int // open elements by name
	active  [effectPre + 1]int
	until   int // open effectUntilQuote elements that no quote has ended
}

func render(source string) []line {
	r := renderer{counts: make(map[string]int)}
	tokens := html.NewTokenizer(strings.NewReader(source))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			r.finish()
			return r.lines
		case html.TextToken:
			r.text(html.UnescapeString(string(tokens.Raw())))
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(tokens.Token())
		case html.EndTagToken:
			name, _ := tokens.TagName()
			r.end(string(name))
		}
	}
}

// start opens an element.
func (r *renderer) start(t html.Token) {
	switch t.DataAtom {
	case atom.Br:
		r.lineFeed()
		return
	case atom.Hr:
		r.breakLine()
		r.word("----------")
		r.breakLine()
		return
	case atom.Img:
		r.emoji(t)
		return
	case atom.Area, atom.Base, atom.Col, atom.Embed, atom.Input, atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return
	case atom.Td, atom.Th:
		r.space = true
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Ul, atom.Ol, atom.Table, atom.Blockquote, atom.Pre:
		r.blankLine()
	default:
		if isBlock(t.DataAtom) {
			r.breakLine()
		}
	}
	e := effectOf(t)
	if e == effectQuote || e == effectAttribution || e == effectUntilQuote || e == effectSignature {
		r.breakLine()
	}
	if isReference(t) {
		r.breakLine()
		r.lines = append(r.lines, line{mark: markBelow})
	}
	r.push(element{t.Data, e})
	if t.DataAtom == atom.Li {
		r.word("- ")
	}
}

func (r *renderer) push(e element) {
	r.open = append(r.open, e)
	r.counts[e.name]++
	r.active[e.effect]++
	switch e.effect {
	case effectUntilQuote:
		r.until++
	case effectQuote:
		r.until = 0
	}
}

// end closes an element and those left open in it.
func (r *renderer) end(name string) {
	if r.counts[name] == 0 {
		return
	}
	for {
		last := r.open[len(r.open)-1]
		r.open = r.open[:len(r.open)-1]
		if last.effect != effectNone {
			r.breakLine()
		}
		r.counts[last.name]--
		r.active[last.effect]--
		if last.effect == effectUntilQuote {
			r.until = max(0, r.until-1)
		}
		if last.name == name {
			break
		}
	}
	switch a := atom.Lookup([]byte(name)); {
	case a == atom.P || a == atom.Ul || a == atom.Ol || a == atom.Table || a == atom.Blockquote || a == atom.Pre || strings.HasPrefix(name, "h") && len(name) == 2:
		r.blankLine()
	case isBlock(a):
		r.breakLine()
	}
}

// text adds character data, white space folded (CSS 2.1 §16.6.1).
func (r *renderer) text(s string) {
	if r.active[effectHidden] > 0 {
		return
	}
	if r.active[effectPre] > 0 {
		r.preformatted(s)
		return
	}
	for s != "" {
		end := strings.IndexAny(s, " \t\r\n\f")
		if end == 0 {
			r.space = true
			s = strings.TrimLeft(s, " \t\r\n\f")
			continue
		}
		if end < 0 {
			end = len(s)
		}
		r.word(strings.ReplaceAll(s[:end], "\u00a0", " "))
		s = s[end:]
	}
}

func (r *renderer) preformatted(s string) {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for {
		before, after, found := strings.Cut(s, "\n")
		r.current.WriteString(before)
		if !found {
			return
		}
		r.lineFeed()
		s = after
	}
}

func (r *renderer) word(w string) {
	if r.space && r.current.Len() > 0 {
		r.current.WriteByte(' ')
	}
	r.space = false
	r.current.WriteString(w)
}

// emoji writes the picture of an emoji as its character: people answer with
// nothing but a thumb.
func (r *renderer) emoji(t html.Token) {
	for _, a := range t.Attr {
		if a.Key == "alt" && a.Val != "" && len(a.Val) <= 16 && utf8.RuneLen(firstRune(a.Val)) > 2 {
			r.word(a.Val)
		}
	}
}

// breakLine ends the current line where it holds something.
func (r *renderer) breakLine() {
	if r.isFull() {
		return
	}
	if strings.TrimSpace(r.current.String()) != "" {
		r.lineFeed()
	}
	r.current.Reset()
	r.space = false
}

// blankLine sets a blank line between paragraphs.
func (r *renderer) blankLine() {
	r.breakLine()
	if n := len(r.lines); n > 0 && r.lines[n-1].text != "" {
		r.lineFeed()
	}
}

// lineFeed ends the current line, be it empty.
func (r *renderer) lineFeed() {
	if r.isFull() {
		return
	}
	r.finish()
}

// isFull reports whether all lines that are looked at are there; what comes
// after them becomes one.
func (r *renderer) isFull() bool {
	if len(r.lines) < mostLines {
		return false
	}
	r.current.WriteByte('\n')
	r.space = false
	return true
}

// finish makes what has gathered a line.
func (r *renderer) finish() {
	text := strings.TrimRight(r.current.String(), " ")
	r.current.Reset()
	r.space = false
	l := line{raw: text, text: text, depth: min(r.active[effectQuote], deepestQuote)}
	if l.depth > 0 {
		l.raw = strings.Repeat(">", l.depth) + " " + text
	}
	if text != "" {
		switch {
		case l.depth > 0:
		case r.active[effectAttribution] > 0 || r.until > 0:
			l.mark = markAttribution
		case r.active[effectSignature] > 0:
			l.mark = markSignature
		}
	}
	r.lines = append(r.lines, l)
}

func isBlock(a atom.Atom) bool {
	switch a {
	case atom.Address, atom.Article, atom.Aside, atom.Body, atom.Center, atom.Dd, atom.Div, atom.Dl, atom.Dt, atom.Fieldset, atom.Figure,
		atom.Footer, atom.Form, atom.Header, atom.Html, atom.Li, atom.Main, atom.Nav, atom.Section, atom.Tr, atom.Caption, atom.Tbody, atom.Title, atom.Head:
		return true
	}
	return false
}
