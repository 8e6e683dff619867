package ics

import "bytes"

// property is a content line in its parts, as slices of the line.
type property struct {
	name   string // canonical, one of those we read
	params []parameter
	value  []byte
}

type parameter struct {
	name  string
	value []byte
}

// The limits of one property. go-ical's cost grows with the square of a
// parameter's length, so none that is long gets there.
const (
	maxParameters     = 16
	maxParameterValue = 512
	maxValue          = 64 << 10
)

// isDate names the properties whose value is a date, a time or a list of them.
// That tells which colon ends the parameters: a zone such as "(UTC+01:00)
// Amsterdam" is often written without quotation marks.
func isDate(name string) bool {
	switch name {
	case "DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "EXDATE", "DTSTAMP", originalStart:
		return true
	}
	return false
}

// splitName cuts the property name off a content line. It is false for a line
// that is none: no colon, or a name with other characters than RFC 5545 §3.1
// has. Blanks around the name are forgiven.
func splitName(line []byte) (name, rest []byte, ok bool) {
	end := bytes.IndexAny(line, ";:")
	if end <= 0 {
		return nil, nil, false
	}
	name = bytes.TrimSpace(line[:end])
	if len(name) == 0 {
		return nil, nil, false
	}
	for _, c := range name {
		if !isNameByte(c) {
			return nil, nil, false
		}
	}
	rest = line[end:]
	return name, rest, bytes.IndexByte(rest, ':') >= 0
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// splitRest reads ";NAME=value…:value" after a property name into p. It
// forgives what clients get wrong: a parameter without a value, text after a
// closing quotation mark, quotation marks escaped by a backslash or never
// closed. Its cost is linear.
func (p *property) splitRest(rest []byte) bool {
	p.params = p.params[:0]
	scan := parameterScanner{colons: 1}
	if isDate(p.name) {
		scan.colons = colonsToDate(rest)
	}
	for len(rest) > 0 && rest[0] == ';' {
		rest = rest[1:]
		end := bytes.IndexAny(rest, "=;:")
		if end < 0 {
			return false
		}
		name := rest[:end]
		rest = rest[end:]
		if rest[0] != '=' {
			continue // a parameter without a value says nothing
		}
		var value []byte
		value, rest = scan.value(rest[1:])
		if known := parameterName(name); known != "" && len(p.params) < maxParameters {
			p.params = append(p.params, parameter{known, value})
		}
	}
	if len(rest) == 0 || rest[0] != ':' {
		return false
	}
	p.value = bytes.TrimSpace(rest[1:])
	if len(p.value) > maxValue {
		p.value = p.value[:maxValue]
	}
	return true
}

// colonsToDate counts the colons up to the first that a date follows; 1 where
// none does.
func colonsToDate(rest []byte) int {
	for n := 1; ; n++ {
		_, after, ok := bytes.Cut(rest, []byte{':'})
		if !ok {
			return 1
		}
		if rest = after; looksLikeDate(bytes.TrimLeft(rest, " ")) {
			return n
		}
	}
}

// looksLikeDate reports whether s begins with 20270211 or 2027-02-11.
func looksLikeDate(s []byte) bool {
	if len(s) < len("20270211") {
		return false
	}
	for i, c := range s[:6] {
		if (c < '0' || c > '9') && (i != 4 || c != '-') {
			return false
		}
	}
	return true
}

// parameterScanner carries what is known about the rest of the line.
type parameterScanner struct {
	colons   int  // colons up to the one before the value, that one included
	unclosed bool // no further quotation mark closes anything
}

// value cuts one parameter value off, up to the semicolon or colon after it.
// Of a list it returns the whole, quotation marks included.
func (p *parameterScanner) value(s []byte) (value, rest []byte) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			i += p.quoted(s[i+1:])
		case ';':
			return s[:i], s[i:]
		case ':':
			if p.colons <= 1 {
				return s[:i], s[i:]
			}
			p.colons--
		}
	}
	return s, nil
}

// quoted returns how many octets the quoted text and its closing quotation
// mark take, 0 where nothing closes it.
func (p *parameterScanner) quoted(s []byte) int {
	if p.unclosed {
		return 0
	}
	end := closingQuote(s)
	if end < 0 {
		p.unclosed = true
		return 0
	}
	p.colons -= bytes.Count(s[:end], []byte{':'})
	return end + 1
}

// closingQuote finds the quotation mark that ends a quoted value: the first
// that no backslash precedes, or that a delimiter follows.
func closingQuote(s []byte) int {
	for i, c := range s {
		if c != '"' {
			continue
		}
		if i == 0 || s[i-1] != '\\' || i+1 < len(s) && (s[i+1] == ';' || s[i+1] == ':' || s[i+1] == ',') {
			return i
		}
	}
	return -1
}

// parameterName returns the canonical name of a parameter that is read here,
// else "".
func parameterName(name []byte) string {
	for _, known := range [...]string{
		"PARTSTAT", "TZID", "EMAIL", "SENT-BY", "DELEGATED-TO", "DELEGATED-FROM", "ENCODING", "FBTYPE",
		"X-RESPONSE-COMMENT",
	} {
		if len(name) == len(known) && bytes.EqualFold(name, []byte(known)) {
			return known
		}
	}
	return ""
}

// appendTo writes the property so that no line of it can harm go-ical: every
// parameter quoted, no quotation mark, control character or excess length.
func (p *property) appendTo(dst []byte) []byte {
	dst = append(dst, p.name...)
	for _, param := range p.params {
		dst = append(dst, ';')
		dst = append(dst, param.name...)
		dst = append(dst, '=', '"')
		value := param.value
		if len(value) > maxParameterValue {
			value = value[:maxParameterValue]
		}
		start := len(dst)
		dst = appendUTF8(dst, value)
		dst = append(withoutQuotes(dst, start), '"')
	}
	dst = append(dst, ':')
	dst = appendUTF8(dst, p.value)
	return append(dst, "\r\n"...)
}

// withoutQuotes removes quotation marks from dst[start:] in place.
func withoutQuotes(dst []byte, start int) []byte {
	if bytes.IndexByte(dst[start:], '"') < 0 {
		return dst
	}
	keep := dst[:start]
	for _, c := range dst[start:] {
		if c != '"' {
			keep = append(keep, c)
		}
	}
	return keep
}
