package inbox

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is one word of a text, folded so that spelling habits (capitals,
// accents, contractions, text-speak) do not matter to the phrases. A word that
// stands for two, as "can't" for "can not", gives two tokens with one place.
type token struct {
	word       string
	start, end int // bytes in the text
	clause     int
	first      bool // first word of its clause
	last       bool // last word of its clause
}

// A clause is a stretch between commas, dashes and words like "but". What is
// said about a time in one clause is not said about those of another.
type clause struct {
	from, to int // tokens
	sentence int
	question bool // its sentence ends in a question mark
	contrast bool // begins with a word like "but"
	line     int  // of the text, from 0
	item     string
}

// maxTokens bounds how much of a text is searched for requests. What lies
// beyond is kept as text, but nobody answers an offer after thirty pages.
const maxTokens = 12000

type splitter struct {
	text     string
	lexicon  *lexicon
	tokens   []token
	clauses  []clause
	sentence int
	line     int
	item     string
	from     int // first token of the running clause
	opened   int // first clause of the running sentence
}

// split cuts a text into folded words, clauses and sentences.
func split(text string, l *lexicon) ([]token, []clause) {
	s := &splitter{text: text, lexicon: l, tokens: make([]token, 0, len(text)/5+4)}
	s.listItem(0)
	for i := 0; i < len(text) && len(s.tokens) < maxTokens; {
		r, size := utf8.DecodeRuneInString(text[i:])
		if isWordRune(r) {
			i = s.word(i)
			continue
		}
		s.mark(i, r)
		i += size
	}
	s.endSentence(false)
	return s.tokens, s.clauses
}

// breakAtContrast begins a new clause at each word like "but", and notes for
// every token which clause it belongs to.
func (t *tokenText) breakAtContrast() {
	parted := make([]clause, 0, len(t.clauses)+4)
	for _, c := range t.clauses {
		for i := c.from; i < c.to; i++ {
			if phrases.contrast[t.tokens[i].word]&t.language == 0 {
				continue
			}
			if i > c.from {
				before := c
				before.to = i
				parted = append(parted, before)
				c.from = i
			}
			c.contrast = true
		}
		parted = append(parted, c)
	}
	t.clauses = parted
	// "Fine, but who else comes?" asks only from "but" on.
	for i := len(parted) - 2; i >= 0; i-- {
		next := parted[i+1]
		if next.sentence == parted[i].sentence && (next.contrast || !next.question) {
			parted[i].question = false
		}
	}
	for i, c := range parted {
		t.tokens[c.from].first, t.tokens[c.to-1].last = true, true
		for k := c.from; k < c.to; k++ {
			t.tokens[k].clause = i
		}
	}
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

func isApostrophe(r rune) bool { return r == '\'' || r == '’' || r == 'ʼ' || r == '`' }

// word reads the word at i and returns where it ends. Apostrophes within a
// word belong to it while its spelling table knows the whole; else they part
// it ("l'annuler").
func (s *splitter) word(i int) int {
	end, whole := s.wordEnd(i)
	if whole > end {
		if folded := fold(s.text[i:whole]); s.lexicon.spelling[folded] != nil {
			s.tokens = append(s.tokens, token{word: folded, start: i, end: whole})
			return whole
		}
	}
	s.tokens = append(s.tokens, token{word: fold(s.text[i:end]), start: i, end: end})
	return end
}

// respell writes out what the languages of the text write short.
func (t *tokenText) respell() {
	tokens := make([]token, 0, len(t.tokens)+8)
	for c := range t.clauses {
		k := &t.clauses[c]
		from := len(tokens)
		for _, raw := range t.tokens[k.from:k.to] {
			words := phrases.spelled(raw.word, t.language)
			if words == nil {
				tokens = append(tokens, raw)
			}
			for _, w := range words {
				tokens = append(tokens, token{word: w, start: raw.start, end: raw.end})
			}
		}
		k.from, k.to = from, len(tokens)
	}
	t.tokens = tokens
}

// wordEnd returns where the letters from i end, and where they end when an
// apostrophe and more letters follow.
func (s *splitter) wordEnd(i int) (end, whole int) {
	end = i
	for end < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[end:])
		if !isWordRune(r) {
			break
		}
		end += size
	}
	r, size := utf8.DecodeRuneInString(s.text[end:])
	if !isApostrophe(r) {
		return end, end
	}
	whole = end + size
	for whole < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[whole:])
		if !unicode.IsLetter(r) {
			break
		}
		whole += size
	}
	return end, whole
}

// mark handles what stands between words.
func (s *splitter) mark(i int, r rune) {
	switch r {
	case '\n':
		s.newLine(i)
	case '?', '？':
		s.endSentence(true)
	case '!', '…', '。', '！':
		s.endSentence(false)
	case '¿', '¡':
		s.endClause()
	case '.':
		if s.fullStop(i) {
			s.endSentence(false)
		}
	case ';':
		s.endSentence(false)
	case ',', '(', ')', '–', '—', ':':
		if !s.betweenDigits(i, utf8.RuneLen(r)) {
			s.endClause()
		}
	case '-':
		if s.spaced(i) {
			s.endClause()
		}
	}
}

// fullStop tells the end of a sentence from the point of "4.30", "27.11." or
// "e.g.".
func (s *splitter) fullStop(i int) bool {
	if i+1 < len(s.text) {
		next, _ := utf8.DecodeRuneInString(s.text[i+1:])
		if isWordRune(next) || next == ',' {
			return false
		}
	}
	if len(s.tokens) == s.from {
		return false
	}
	last := s.tokens[len(s.tokens)-1]
	if last.end != i {
		return true
	}
	clock := last.start > 0 && s.text[last.start-1] == ':' // "14:00. 15:00?"
	short := s.lexicon.abbreviations[last.word] || isDigits(last.word) && len(last.word) <= 2 && !clock
	return !(short && s.moreFollows(i+1))
}

// moreFollows reports whether the line goes on after i in lower case, with a
// digit or with a month ("3. März").
func (s *splitter) moreFollows(i int) bool {
	for i < len(s.text) && s.text[i] == ' ' {
		i++
	}
	if i >= len(s.text) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s.text[i:])
	return unicode.IsLower(r) || unicode.IsDigit(r) || s.lexicon.months[firstLetters(s.text[i:], 3)]
}

// firstLetters gives the first n letters of a text, folded.
func firstLetters(text string, n int) string {
	end := 0
	for ; n > 0 && end < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	return fold(text[:end])
}

func (s *splitter) betweenDigits(i, size int) bool {
	return i > 0 && i+size < len(s.text) && isDigit(s.text[i-1]) && isDigit(s.text[i+size])
}

// spaced reports whether a hyphen stands alone, as a dash does.
func (s *splitter) spaced(i int) bool {
	return (i == 0 || s.text[i-1] == ' ' || s.text[i-1] == '\n' || s.text[i-1] == '-') && (i+1 >= len(s.text) || s.text[i+1] == ' ' || s.text[i+1] == '-')
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// newLine ends the sentence, unless the line was only wrapped: long, and the
// next one goes on in lower case.
func (s *splitter) newLine(i int) {
	start := strings.LastIndexByte(s.text[:i], '\n') + 1
	next, _ := utf8.DecodeRuneInString(s.text[min(i+1, len(s.text)):])
	wrapped := i-start >= 55 && unicode.IsLower(next)
	if !wrapped {
		s.endSentence(false)
	}
	s.line++
	if !wrapped {
		s.listItem(i + 1)
	}
}

// listItem notes the number or bullet that opens the line at i.
func (s *splitter) listItem(i int) {
	s.item = ""
	line := s.text[i:]
	if end := strings.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	line = strings.TrimLeft(line, " \t")
	if strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "•") {
		s.item = "-"
		return
	}
	n := 0
	for n < len(line) && n < 3 && isDigit(line[n]) {
		n++
	}
	if n > 0 && n+1 < len(line) && (line[n] == '.' || line[n] == ')') && line[n+1] == ' ' {
		s.item = line[:n]
	}
}

func (s *splitter) endClause() {
	if len(s.tokens) == s.from {
		return
	}
	s.clauses = append(s.clauses, clause{from: s.from, to: len(s.tokens), sentence: s.sentence, line: s.line, item: s.item})
	s.from = len(s.tokens)
}

func (s *splitter) endSentence(question bool) {
	s.endClause()
	if s.opened == len(s.clauses) {
		return
	}
	for i := s.opened; i < len(s.clauses); i++ {
		s.clauses[i].question = question
	}
	s.opened = len(s.clauses)
	s.sentence++
}

// fold lower-cases a word and takes its accents off.
func fold(word string) string {
	plain := true
	for i := 0; i < len(word); i++ {
		if b := word[i]; b >= utf8.RuneSelf || b >= 'A' && b <= 'Z' {
			plain = false
			break
		}
	}
	if plain {
		return word
	}
	var out strings.Builder
	out.Grow(len(word))
	for _, r := range word {
		r = unicode.ToLower(r)
		if base, ok := withoutAccent[r]; ok {
			out.WriteString(base)
		} else if !unicode.IsMark(r) {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// withoutAccent maps the accented letters of European languages to the letters
// that people write in their place.
var withoutAccent = accentTable(
	"aàáâãäåāăą", "cçćč", "dďđ", "eèéêëēęě", "iìíîïī", "lł", "nñńň", "oòóôõöøō", "rř", "sśš", "tť", "uùúûüūů", "yýÿ", "zźżž",
)

func accentTable(rows ...string) map[rune]string {
	table := map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe"}
	for _, row := range rows {
		for _, r := range row[1:] {
			table[r] = row[:1]
		}
	}
	return table
}
