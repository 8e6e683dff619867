package ics

import (
	"time"
	"unicode/utf8"
)

// lineLimit is the longest line in octets, line break excluded (RFC 5545
// §3.1).
const lineLimit = 75

// writer builds content lines. A line is gathered unfolded in line and folded
// into out when it ends.
type writer struct {
	out  []byte
	line []byte
}

func newWriter(size int) *writer {
	return &writer{out: make([]byte, 0, size), line: make([]byte, 0, 1024)}
}

// raw writes a property whose name and value are known to be safe.
func (w *writer) raw(name, value string) {
	w.begin(name)
	w.add(":")
	w.add(value)
	w.end()
}

// text writes a property with a TEXT value.
func (w *writer) text(name, value string) {
	w.begin(name)
	w.add(":")
	w.line = appendText(w.line, value)
	w.end()
}

func (w *writer) optionalText(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

// time writes a property with a DATE-TIME in UTC (RFC 5545 §3.3.5, form 2).
func (w *writer) time(name string, t time.Time) {
	w.begin(name)
	w.add(":")
	w.line = t.UTC().AppendFormat(w.line, "20060102T150405Z")
	w.end()
}

func (w *writer) begin(name string) { w.line = append(w.line[:0], name...) }

func (w *writer) add(s string) { w.line = append(w.line, s...) }

// commonName adds the CN parameter, quoted, where there is a name.
func (w *writer) commonName(name string) {
	if name == "" {
		return
	}
	w.add(`;CN="`)
	w.line = appendParameter(w.line, name)
	w.add(`"`)
}

// mailto ends a line with a calendar user address (RFC 5545 §3.3.3).
func (w *writer) mailto(address string) {
	w.add(":mailto:")
	w.line = appendMailto(w.line, address)
	w.end()
}

// end folds the line into out: at most 75 octets, never inside a UTF-8
// sequence (RFC 5545 §3.1).
func (w *writer) end() {
	rest, room := w.line, lineLimit
	for len(rest) > room {
		cut := room
		for cut > room-utf8.UTFMax && !utf8.RuneStart(rest[cut]) {
			cut--
		}
		w.out = append(w.out, rest[:cut]...)
		w.out = append(w.out, "\r\n "...)
		rest, room = rest[cut:], lineLimit-1 // the leading blank counts
	}
	w.out = append(w.out, rest...)
	w.out = append(w.out, "\r\n"...)
}

// plain marks the octets that stand for themselves in TEXT.
var plain = func() (table [256]bool) {
	for c := range table {
		table[c] = c >= ' ' && c < 0x7f && c != '\\' && c != ';' && c != ','
	}
	table['\t'] = true
	return table
}()

// appendText escapes TEXT (RFC 5545 §3.3.11). Every kind of line break becomes
// \n, other control characters are left out, and broken UTF-8 becomes U+FFFD.
func appendText(dst []byte, s string) []byte {
	for len(s) > 0 {
		n := 0
		for n < len(s) && plain[s[n]] {
			n++
		}
		dst = append(dst, s[:n]...)
		if s = s[n:]; s == "" {
			break
		}
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == '\\' || r == ';' || r == ',':
			dst = append(dst, '\\', byte(r))
		case r == '\r' && len(s) > 1 && s[1] == '\n':
			// The line feed that follows stands for both.
		case isLineBreak(r):
			dst = append(dst, `\n`...)
		case isControl(r):
		default:
			dst = utf8.AppendRune(dst, r)
		}
		s = s[size:]
	}
	return dst
}

// appendParameter encodes the inside of a quoted parameter value by RFC 6868:
// ^' for a quotation mark, ^n for a line break, ^^ for the caret.
func appendParameter(dst []byte, s string) []byte {
	for i, r := range s {
		switch {
		case r == '"':
			dst = append(dst, "^'"...)
		case r == '^':
			dst = append(dst, "^^"...)
		case r == '\r' && i+1 < len(s) && s[i+1] == '\n':
			// The line feed that follows stands for both.
		case isLineBreak(r):
			dst = append(dst, "^n"...)
		case isControl(r):
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// appendMailto writes an address as RFC 6068 §2 wants it: octets that a URI
// cannot have are percent-encoded.
func appendMailto(dst []byte, address string) []byte {
	const hex = "0123456789ABCDEF"
	for i := 0; i < len(address); i++ {
		switch c := address[i]; {
		case c <= ' ', c >= 0x7f, c == '%', c == '?', c == '#', c == '"', c == '\\',
			c == '<', c == '>', c == '[', c == ']', c == '^', c == '`', c == '{', c == '|', c == '}':
			dst = append(dst, '%', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// isLineBreak reports whether some reader may end a line at r: beside CR and
// LF those that Unicode defines.
func isLineBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

// isControl reports CONTROL of RFC 5545 §3.1, and the C1 set. A tab is none.
func isControl(r rune) bool {
	return r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0
}
