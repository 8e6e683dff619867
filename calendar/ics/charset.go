package ics

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"unicode/utf16"
	"unicode/utf8"
)

// plainText turns what stands in the calendar part into lines of ASCII,
// UTF-8 or an eight-bit charset: it undoes UTF-16 and a transfer encoding that
// a mail program left on, and drops a byte order mark. Notes tell what it did.
func plainText(raw []byte) ([]byte, []string) {
	var notes []string
	if text, ok := decodeUTF16(raw); ok {
		raw, notes = text, append(notes, "converted from UTF-16")
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if text, ok := decodeBase64(raw); ok {
		raw, notes = text, append(notes, "undid base64")
	} else if text, ok := decodeQuotedPrintable(raw); ok {
		raw, notes = text, append(notes, "undid quoted-printable")
	}
	return raw, notes
}

// decodeUTF16 reads UTF-16 with a byte order mark, or without one where the
// first two characters are ASCII.
func decodeUTF16(raw []byte) ([]byte, bool) {
	if len(raw) < 4 {
		return nil, false
	}
	var high int // which octet of a pair is the high one
	switch {
	case raw[0] == 0xff && raw[1] == 0xfe:
		high, raw = 1, raw[2:]
	case raw[0] == 0xfe && raw[1] == 0xff:
		high, raw = 0, raw[2:]
	case raw[0] != 0 && raw[1] == 0 && raw[2] != 0 && raw[3] == 0:
		high = 1
	case raw[0] == 0 && raw[1] != 0 && raw[2] == 0 && raw[3] != 0:
		high = 0
	default:
		return nil, false
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i+high])<<8 | uint16(raw[2*i+1-high])
	}
	text := make([]byte, 0, len(raw))
	for _, r := range utf16.Decode(units) {
		text = utf8.AppendRune(text, r)
	}
	return text, true
}

// base64Begin is how BEGIN:VCALENDAR begins in base64.
var base64Begin = []byte("QkVHSU46VkNBTEVOREFS")

func decodeBase64(raw []byte) ([]byte, bool) {
	raw = bytes.TrimSpace(raw)
	if !bytes.HasPrefix(raw, base64Begin) {
		return nil, false
	}
	text, _ := io.ReadAll(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(raw)))
	return text, len(text) > 0
}

// quotedSigns are what quoted-printable makes of the parameters and line ends
// that every calendar message has, and what stands in none that is not encoded.
var quotedSigns = [][]byte{
	[]byte("PARTSTAT=3D"), []byte("VALUE=3D"), []byte("TZID=3D"), []byte("CN=3D"), []byte("VCALENDAR=0D"),
}

func decodeQuotedPrintable(raw []byte) ([]byte, bool) {
	if bytes.IndexByte(raw, '=') < 0 {
		return nil, false
	}
	for _, sign := range quotedSigns {
		if bytes.Contains(raw, sign) {
			text, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(raw)))
			return text, len(text) > 0
		}
	}
	return nil, false
}

// appendUTF8 adds a line to dst: as it is where it is UTF-8, else read as
// windows-1252, which holds ISO 8859-1. Control characters are left out.
func appendUTF8(dst, line []byte) []byte {
	if isClean(line) {
		return append(dst, line...)
	}
	valid := utf8.Valid(line)
	for i := 0; i < len(line); {
		r, size := rune(line[i]), 1
		if valid {
			r, size = utf8.DecodeRune(line[i:])
		} else if r >= 0x80 && r < 0xa0 {
			r = windows1252[r-0x80]
		}
		if !isControl(r) {
			dst = utf8.AppendRune(dst, r)
		}
		i += size
	}
	return dst
}

// isClean reports whether a line is printable ASCII and tabs.
func isClean(line []byte) bool {
	for _, c := range line {
		if c < ' ' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}

// windows1252 is the part of that charset that ISO 8859-1 does not share;
// U+0081 and four more are not assigned and count as control characters.
var windows1252 = [32]rune{
	'€', 0x81, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0x8d, 'Ž', 0x8f,
	0x90, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0x9d, 'ž', 'Ÿ',
}

// unquotePrintable undoes the transfer encoding that vCalendar 1.0 puts on
// single values. What is not UTF-8 afterwards is read as windows-1252.
func unquotePrintable(value string) string {
	text, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader([]byte(value))))
	if utf8.Valid(text) {
		return string(text)
	}
	return string(appendUTF8(nil, text))
}
