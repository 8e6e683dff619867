package words

import (
	"unicode"
	"unicode/utf8"
)

// shape sorts tokens by their letters alone, before any language is known.
type shape uint8

const (
	shapeWord   shape = iota // letters
	shapeNumber              // digits
	shapeMark                // one punctuation mark
	shapeLink                // an address, taken as a whole
)

// token is a word, a number or a mark, and where it stands.
type token struct {
	start, end int
	shape      shape
	mark       byte  // the mark, dashes folded to '-' and new lines to '\n'
	space      bool  // white space, or the text's edge, stands before it
	hyphen     bool  // a hyphen ties it to the word before: "mid-day"
	digits     uint8 // how many digits a number has
	value      int32 // the number
	word       int32 // the word's id in the lexicon, 0 where no table has it
}

// maxDigits bounds the numbers that can be part of a time: 20270126T1530 is
// written in two runs of at most eight digits.
const maxDigits = 8

// scanner cuts a text into tokens. It is reused from text to text.
type scanner struct {
	text   string
	tokens []token
	fold   []byte // the folded letters of one word
	lex    *lexicon
}

// scan cuts text into tokens in one pass.
func (s *scanner) scan(text string) {
	s.text, s.tokens = text, s.tokens[:0]
	space := true
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\r':
			space = true
			i++
			continue
		case c >= '0' && c <= '9':
			i = s.number(i, space)
		case c < utf8.RuneSelf && !isLetter(c):
			s.tokens = append(s.tokens, token{start: i, end: i + 1, shape: shapeMark, mark: c, space: space})
			i++
		default:
			next, blank := s.letters(i, space)
			i = next
			if blank {
				space = true
				continue
			}
		}
		space = i > 0 && text[i-1] == '\n'
	}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// number takes a run of digits.
func (s *scanner) number(i int, space bool) int {
	start, value := i, int32(0)
	for i < len(s.text) && s.text[i] >= '0' && s.text[i] <= '9' {
		if i-start < maxDigits {
			value = value*10 + int32(s.text[i]-'0')
		}
		i++
	}
	digits := min(i-start, 255)
	s.tokens = append(s.tokens, token{
		start: start, end: i, shape: shapeNumber, space: space,
		digits: uint8(digits), value: value, word: s.lex.ids[s.text[start:i]],
	})
	return i
}

// letters takes a word, an address, or a mark beyond ASCII. It reports blank
// where the rune is white space or has no width.
func (s *scanner) letters(i int, space bool) (next int, blank bool) {
	if end := linkEnd(s.text, i); end > i {
		s.tokens = append(s.tokens, token{start: i, end: end, shape: shapeLink, space: space})
		return end, false
	}
	start := i
	s.fold = s.fold[:0]
	for i < len(s.text) {
		if c := s.text[i]; c < utf8.RuneSelf {
			if !isLetter(c) {
				break
			}
			s.fold = append(s.fold, c|0x20)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[i:])
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
			break
		}
		s.fold = foldRune(s.fold, r)
		i += size
	}
	if i == start {
		return s.wideMark(i, space)
	}
	s.tokens = append(s.tokens, token{
		start: start, end: i, shape: shapeWord, space: space,
		hyphen: s.tied(start), word: s.lex.ids[string(s.fold)],
	})
	if s.tokens[len(s.tokens)-1].hyphen {
		// The hyphen itself is no longer of interest.
		s.tokens[len(s.tokens)-2] = s.tokens[len(s.tokens)-1]
		s.tokens = s.tokens[:len(s.tokens)-1]
	}
	return s.apostrophe(i), false
}

// tied reports whether a word that starts at i hangs on the word before it
// by a hyphen without blanks.
func (s *scanner) tied(i int) bool {
	n := len(s.tokens)
	return n >= 2 && s.tokens[n-1].mark == '-' && s.tokens[n-1].end == i && s.text[i-1] == '-' &&
		!s.tokens[n-1].space && s.tokens[n-2].shape == shapeWord
}

// apostrophe steps over an apostrophe behind a word that goes on: "o'clock" is
// two words.
func (s *scanner) apostrophe(i int) int {
	rest := s.text[i:]
	size := 0
	switch {
	case len(rest) > 1 && rest[0] == '\'':
		size = 1
	case len(rest) > 3 && rest[:3] == "’":
		size = 3
	default:
		return i
	}
	if c := rest[size]; isLetter(c) || c >= 0xC3 || c >= '0' && c <= '9' { // "all'11"
		return i + size
	}
	return i
}

// wideMark takes a mark beyond ASCII, folding dashes and quotes.
func (s *scanner) wideMark(i int, space bool) (next int, blank bool) {
	r, size := utf8.DecodeRuneInString(s.text[i:])
	mark := byte(0)
	switch r {
	case '–', '—', '‐', '‑', '−', '→':
		mark = '-'
	case '’', '‘', '′':
		mark = '\''
	case '…':
		mark = ','
	case '•', '·':
		mark = '\n'
	case '€', '£', '¥':
		mark = '$'
	case '½':
		mark = 'h'
	default:
		if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u2060' {
			return i + size, true
		}
	}
	s.tokens = append(s.tokens, token{start: i, end: i + size, shape: shapeMark, mark: mark, space: space})
	return i + size, false
}

// linkEnd returns where an address that starts at i ends, or i.
func linkEnd(text string, i int) int {
	rest := text[i:]
	if !hasPrefixFold(rest, "http://") && !hasPrefixFold(rest, "https://") &&
		!hasPrefixFold(rest, "www.") && !hasPrefixFold(rest, "mailto:") {
		return i
	}
	for i < len(text) && text[i] > ' ' {
		i++
	}
	return i
}

func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) || s[0]|0x20 != prefix[0] {
		return false
	}
	for i := range len(prefix) {
		c := s[i]
		if isLetter(c) {
			c |= 0x20
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}

// foldRune appends the letter without case and accent, so that "März",
// "marz" and "MÄRZ" are one word.
func foldRune(dst []byte, r rune) []byte {
	switch {
	case r >= 0xC0 && r < 0x180:
		if plain := plainLatin[r-0xC0]; plain != 0 {
			return append(dst, plain)
		}
		switch r {
		case 'ß':
			return append(dst, "ss"...)
		case 'æ', 'Æ':
			return append(dst, "ae"...)
		case 'œ', 'Œ':
			return append(dst, "oe"...)
		}
	case unicode.Is(unicode.Mn, r):
		return dst
	}
	return utf8.AppendRune(dst, unicode.ToLower(r))
}

// plainLatin maps U+00C0–U+017F to the ASCII letter beneath the accent.
var plainLatin = func() (table [0x180 - 0xC0]byte) {
	for plain, accented := range map[byte]string{
		'a': "ÀÁÂÃÄÅàáâãäåĀāĂăĄą", 'c': "ÇçĆćĈĉĊċČč", 'd': "ĎďĐđ",
		'e': "ÈÉÊËèéêëĒēĔĕĖėĘęĚě", 'g': "ĜĝĞğĠġĢģ", 'h': "ĤĥĦħ",
		'i': "ÌÍÎÏìíîïĨĩĪīĬĭĮįİı", 'j': "Ĵĵ", 'k': "Ķķ", 'l': "ĹĺĻļĽľĿŀŁł",
		'n': "ÑñŃńŅņŇň", 'o': "ÒÓÔÕÖØòóôõöøŌōŎŏŐő", 'r': "ŔŕŖŗŘř",
		's': "ŚśŜŝŞşŠš", 't': "ŢţŤťŦŧ", 'u': "ÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲų",
		'w': "Ŵŵ", 'y': "ÝýÿŶŷŸ", 'z': "ŹźŻżŽž",
	} {
		for _, r := range accented {
			table[r-0xC0] = plain
		}
	}
	return table
}()
