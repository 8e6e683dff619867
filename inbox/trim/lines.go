package trim

import "strings"

// mark is what the structure of an HTML mail tells about a line, which plain
// text has to tell by its words.
type mark uint8

const (
	markNone        mark = iota
	markAttribution      // the mail program's line above a quote
	markSignature        // inside the mail program's signature element
	markBelow            // the quoted mail begins here
)

// line is one line of a mail.
type line struct {
	raw   string // as it stands
	text  string // without its quote marks
	depth int    // how many quote marks it bears
	mark  mark
	kind  kind
	clues clues
}

// kind is what a line turned out to be.
type kind uint8

const (
	kindText kind = iota
	kindBlank
	kindQuote       // marked as quoted
	kindAttribution // "On … Ada wrote:"
	kindHeader      // of a quoted mail
	kindDivider     // "-----Original Message-----"
	kindForward     // the same above a forwarded mail
	kindSignature   // from "-- " on
	kindFooter      // appended by a program or company
	kindCode        // inside a fence: never anything else
)

// mostLines bounds the lines that are looked at one by one; people's mail has
// a few hundred. What comes after is one line, quoted or not as it begins.
const mostLines = 20_000

// splitLines splits text and counts the quote marks of each line.
func splitLines(text string) []line {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	lines := make([]line, 0, min(strings.Count(text, "\n"), mostLines)+2)
	for {
		raw, rest, found := strings.Cut(text, "\n")
		depth, content := unquote(raw)
		if len(lines) >= mostLines {
			return append(lines, line{raw: text, text: text, depth: depth})
		}
		if end, ok := sharedAttribution(raw); ok && depth == 0 {
			lines = append(lines, line{raw: raw[:end], text: raw[:end]})
			raw, content = raw[end:], raw[end:]
		}
		lines = append(lines, line{raw: raw, text: content, depth: depth})
		if !found {
			return lines
		}
		text = rest
	}
}

// unquote counts the ">" that begin a line, blanks between them, and returns
// what stands behind.
func unquote(raw string) (depth int, content string) {
	content = raw
	for {
		trimmed := strings.TrimLeft(content, " \t\u00a0")
		if !strings.HasPrefix(trimmed, ">") {
			break
		}
		content = trimmed[1:]
		depth++
	}
	if depth == 0 {
		return 0, raw
	}
	return depth, strings.TrimPrefix(content, " ")
}
