package inbox

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// toUTF8 turns text into UTF-8: by its declaration where the bytes bear it
// out, else by evidence. Text that is UTF-8 beyond chance is taken as that,
// whatever was declared; text declared UTF-8 that is not is taken for
// Windows-1252, the commonest lie.
func toUTF8(raw []byte, declared string) string {
	if text, ok := byMark(raw); ok {
		return text
	}
	declared = strings.ToLower(strings.Trim(declared, " \t\"'"))
	if strings.HasPrefix(declared, "utf-16") && bytes.IndexByte(raw, 0) >= 0 {
		wide, _ := charsetNamed(declared)
		return decodeWith(wide, raw)
	}
	if isASCII(raw) && !isShifted(raw, declared) {
		return string(raw)
	}
	if isShifted(raw, declared) {
		return decodeWith(japanese.ISO2022JP, raw)
	}
	valid := utf8.Valid(trimRune(raw))
	named, known := charsetNamed(declared)
	switch {
	case valid && (!known || isSingleByte(declared) || hasManyRunes(raw)):
		return strings.ToValidUTF8(string(raw), "")
	case known && named != encoding.Encoding(unicode.UTF8):
		return decodeWith(named, raw)
	case valid:
		return strings.ToValidUTF8(string(raw), "")
	}
	return decodeWith(charmap.Windows1252, raw)
}

// byMark decodes text that begins with a byte order mark.
func byMark(raw []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		if utf8.Valid(trimRune(raw)) {
			return strings.ToValidUTF8(string(raw[3:]), ""), true
		}
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return decodeWith(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), raw), true
	}
	return "", false
}

// trimRune leaves out a last character that a limit cut in two.
func trimRune(raw []byte) []byte {
	for i := 1; i <= utf8.UTFMax && i <= len(raw); i++ {
		if utf8.RuneStart(raw[len(raw)-i]) {
			if !utf8.FullRune(raw[len(raw)-i:]) {
				return raw[:len(raw)-i]
			}
			break
		}
	}
	return raw
}

// isShifted tells ISO-2022-JP, which is seven-bit text with escapes.
func isShifted(raw []byte, declared string) bool {
	return strings.HasPrefix(declared, "iso-2022-jp") || declared == "" && bytes.Contains(raw, []byte("\x1b$"))
}

func charsetNamed(name string) (encoding.Encoding, bool) {
	switch name {
	case "", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown-8bit", "x-unknown", "binary", "8bit", "default":
		return nil, false
	case "utf8", "utf-8":
		return unicode.UTF8, true
	case "cp1252", "ansi", "iso-8859-1", "latin1":
		// ISO-8859-1 is read as its superset, as everyone does.
		return charmap.Windows1252, true
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), true
	case "utf-16be", "utf-16":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), true
	}
	found, err := htmlindex.Get(name)
	return found, err == nil && found != encoding.Replacement
}

// isSingleByte tells charsets in which any bytes are text, so that valid
// UTF-8 is better evidence than the declaration.
func isSingleByte(name string) bool {
	return strings.HasPrefix(name, "iso-8859") || strings.HasPrefix(name, "windows-") ||
		strings.HasPrefix(name, "koi8") || strings.HasPrefix(name, "latin") || strings.HasPrefix(name, "cp125")
}

// evidentRunes is the number of characters beyond ASCII from which on text that
// is valid UTF-8 is no other charset by chance.
const evidentRunes = 5

func hasManyRunes(raw []byte) bool {
	count := 0
	for _, c := range raw {
		if c >= 0xc2 {
			if count++; count >= evidentRunes {
				return true
			}
		}
	}
	return false
}

func decodeWith(e encoding.Encoding, raw []byte) string {
	text, err := e.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return string(text)
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
