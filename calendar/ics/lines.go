package ics

import "bytes"

// lines walks through content lines: it ends physical lines at CRLF, LF, a
// bare CR or CRCRLF, skips empty ones and unfolds (RFC 5545 §3.1). Folds in the
// middle of a UTF-8 sequence need no care, since octets are joined.
type lines struct {
	rest  []byte // what has not been cut into chunks
	chunk []byte // up to a line feed; may still hold bare CRs
	ahead []byte // the physical line after the current one
	more  bool   // whether ahead is one
	joint []byte // room to unfold in
}

func newLines(text []byte) *lines {
	l := &lines{rest: text}
	l.ahead, l.more = l.physical()
	return l
}

// next returns the next content line, valid until the call after. Each octet
// is looked at a fixed number of times.
func (l *lines) next() ([]byte, bool) {
	if !l.more {
		return nil, false
	}
	line := l.ahead
	l.ahead, l.more = l.physical()
	if !l.continues() {
		return line, true
	}
	l.joint = append(l.joint[:0], line...)
	for l.continues() {
		l.joint = append(l.joint, l.ahead[1:]...)
		l.ahead, l.more = l.physical()
	}
	return l.joint, true
}

func (l *lines) continues() bool {
	return l.more && (l.ahead[0] == ' ' || l.ahead[0] == '\t')
}

// physical returns the next line that is not empty, without its end.
func (l *lines) physical() ([]byte, bool) {
	for {
		for len(l.chunk) == 0 {
			if len(l.rest) == 0 {
				return nil, false
			}
			l.chunk, l.rest, _ = bytes.Cut(l.rest, []byte{'\n'})
		}
		var line []byte
		line, l.chunk, _ = bytes.Cut(l.chunk, []byte{'\r'})
		if len(line) > 0 {
			return line, true
		}
	}
}
