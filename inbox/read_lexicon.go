package inbox

import (
	"embed"
	"fmt"
	"path"
	"sort"
	"strconv"
	"strings"
)

// The phrases of each language are data: phrases/<language>.txt. The head of
// phrases/en.txt tells how a line is written.
//
//go:embed phrases/*.txt
var phraseFiles embed.FS

// lexicon is the phrases of all languages, ready for matching.
type lexicon struct {
	languages     []string
	spelling      map[string][]spelling  // "can't" → can, not
	contrast      map[string]languageSet // words like "but"
	abbreviations map[string]bool
	months        map[string]bool
	weekdays      map[string]bool // and words like "tomorrow": they make a time a date
	dates         map[string]bool
	dayNames      map[string]languageSet
	numbers       map[string]numeral // "two" → 2
	politeness    map[string]bool    // words that add nothing: "please"
	connectives   map[string]bool    // words between times or letters: "or", "on"
	articles      map[string]bool    // one-letter words that are no slot: "a"
	joins         map[string]bool    // "and", "or"
	closings      map[string]bool    // words that end a letter
	negations     map[string]languageSet
	untils        map[string]languageSet
	movers        map[string]bool        // verbs of moving what is booked
	starts        map[string]bool        // "from" a day on
	shifts        map[string]bool        // "later", "earlier"
	sessions      map[string]bool        // "session", "call"
	possessives   map[string]bool        // "my"
	aways         map[string]bool        // "holiday"
	pronouns      map[string]bool        // "one", which is no hour after a weekday
	targets       map[string]bool        // "to" before a new time
	journals      map[string]bool        // "journal", "diary"
	endings       map[string]bool        // "end" of the month
	rhythms       map[string]string      // of the journal: "every two weeks"
	common        map[string]languageSet // words that tell a language
	keywords      map[string]string      // command word of any language → command
	names         map[string]string      // name of a language → its subtag
	words         map[string][]*phrase   // by their first word
	stems         map[string][]*phrase   // by the first three bytes of their first stem
	places        map[string][]*phrase   // by what stands first: <n>, <label>, <time>
}

// languageSet is a set of languages, one bit each.
type languageSet uint16

// spelling is what a word of a language is short for.
type spelling struct {
	language languageSet
	words    []string
}

// spelled writes a word out, nil where it is no short form in the languages.
func (l *lexicon) spelled(word string, languages languageSet) []string {
	for _, s := range l.spelling[word] {
		if s.language&languages != 0 {
			return s.words
		}
	}
	return nil
}

// numeral is a number word: "once" is eleven in Spanish only.
type numeral struct {
	digits    string
	languages languageSet
}

// A phrase is one way to say something.
type phrase struct {
	class    string
	language languageSet
	parts    []part
	anchored bool // begins a clause
	closed   bool // ends a clause
}

// A part of a phrase matches one word, or a gap.
type part struct {
	words    []string
	stems    []string
	place    string // <n>, <label> or <time>
	optional bool
	gap      int // up to so many words of the same sentence
}

// A hit is a phrase found in a text.
type hit struct {
	class    string
	from, to int // tokens
}

var phrases = mustLoad()

func mustLoad() *lexicon {
	l, err := loadLexicon()
	if err != nil {
		panic(err) // embedded data: a mistake in it is a mistake in the program
	}
	return l
}

func loadLexicon() (*lexicon, error) {
	l := &lexicon{
		spelling: map[string][]spelling{}, contrast: map[string]languageSet{}, abbreviations: map[string]bool{}, months: map[string]bool{}, weekdays: map[string]bool{}, dayNames: map[string]languageSet{}, dates: map[string]bool{}, numbers: map[string]numeral{},
		politeness: map[string]bool{}, connectives: map[string]bool{}, rhythms: map[string]string{}, articles: map[string]bool{},
		joins: map[string]bool{}, closings: map[string]bool{}, negations: map[string]languageSet{}, untils: map[string]languageSet{},
		journals: map[string]bool{}, movers: map[string]bool{}, targets: map[string]bool{}, aways: map[string]bool{}, possessives: map[string]bool{}, sessions: map[string]bool{}, pronouns: map[string]bool{}, starts: map[string]bool{}, shifts: map[string]bool{}, endings: map[string]bool{},
		common: map[string]languageSet{}, keywords: map[string]string{}, names: map[string]string{},
		words: map[string][]*phrase{}, stems: map[string][]*phrase{}, places: map[string][]*phrase{},
	}
	files, err := phraseFiles.ReadDir("phrases")
	if err != nil {
		return nil, fmt.Errorf("list phrases: %w", err)
	}
	for _, f := range files {
		data, err := phraseFiles.ReadFile(path.Join("phrases", f.Name()))
		if err != nil {
			return nil, fmt.Errorf("read phrases: %w", err)
		}
		l.languages = append(l.languages, strings.TrimSuffix(f.Name(), ".txt"))
		if err := l.load(string(data), languageSet(1)<<(len(l.languages)-1)); err != nil {
			return nil, fmt.Errorf("phrases %s: %w", f.Name(), err)
		}
	}
	return l, nil
}

func (l *lexicon) load(data string, language languageSet) error {
	section := ""
	for n, line := range strings.Split(data, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
		default:
			if err := l.line(section, line, language); err != nil {
				return fmt.Errorf("line %d: %w", n+1, err)
			}
		}
	}
	return nil
}

func (l *lexicon) line(section, line string, language languageSet) error {
	switch section {
	case "spelling":
		left, right, _ := strings.Cut(line, "=")
		for _, w := range strings.Fields(left) {
			s := spelling{language, strings.Fields(fold(right))}
			l.spelling[fold(w)] = append(l.spelling[fold(w)], s)
			if curly := strings.ReplaceAll(fold(w), "'", "’"); curly != fold(w) {
				l.spelling[curly] = append(l.spelling[curly], s)
			}
		}
	case "contrast":
		for _, w := range strings.Fields(line) {
			l.contrast[fold(w)] |= language
		}
	case "abbreviations":
		fill(l.abbreviations, line)
	case "months":
		fill(l.months, line)
	case "common":
		for _, w := range strings.Fields(line) {
			l.common[fold(w)] |= language
		}
	case "keywords":
		left, right, _ := strings.Cut(line, "=")
		for _, w := range strings.Split(left, ",") {
			l.keywords[fold(strings.TrimSpace(w))] = strings.TrimSpace(right)
		}
	case "closing":
		fill(l.closings, line)
	case "negation":
		for _, w := range strings.Fields(line) {
			l.negations[fold(w)] |= language
		}
	case "untils":
		for _, w := range strings.Fields(line) {
			l.untils[fold(w)] |= language
		}
	case "journals":
		fill(l.journals, line)
	case "aways":
		fill(l.aways, line)
	case "pronouns":
		fill(l.pronouns, line)
	case "sessions":
		fill(l.sessions, line)
	case "possessives":
		fill(l.possessives, line)
	case "starts":
		fill(l.starts, line)
	case "shifts":
		fill(l.shifts, line)
	case "targets":
		fill(l.targets, line)
	case "movers":
		fill(l.movers, line)
	case "endings":
		fill(l.endings, line)
	case "joins":
		fill(l.joins, line)
	case "articles":
		fill(l.articles, line)
	case "politeness":
		fill(l.politeness, line)
	case "connectives":
		fill(l.connectives, line)
	case "rhythms":
		left, right, _ := strings.Cut(line, "=")
		for _, w := range strings.Fields(left) {
			l.rhythms[fold(w)] = strings.TrimSpace(right)
		}
	case "dates":
		fill(l.dates, line)
		for _, w := range strings.Fields(line) {
			l.dayNames[fold(w)] |= language
		}
	case "numbers":
		for n, w := range strings.Fields(line) {
			known := l.numbers[fold(w)]
			l.numbers[fold(w)] = numeral{strconv.Itoa(n + 1), known.languages | language}
		}
	case "weekdays":
		fill(l.weekdays, line)
		for _, w := range strings.Fields(line) {
			l.dayNames[fold(w)] |= language
		}
	case "names":
		left, right, _ := strings.Cut(line, "=")
		for _, w := range strings.Fields(left) {
			l.names[fold(w)] = strings.TrimSpace(right)
		}
	case "":
		return fmt.Errorf("phrase %q before the first section", line)
	default:
		return l.phrase(section, line, language)
	}
	return nil
}

func fill(set map[string]bool, line string) {
	for _, w := range strings.Fields(line) {
		set[fold(w)] = true
	}
}

// phrase adds one line, and the spelling of it without umlauts ("koennen").
func (l *lexicon) phrase(class, line string, language languageSet) error {
	lines := []string{line}
	if strings.ContainsAny(line, "äöü") {
		lines = append(lines, strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue").Replace(line))
	}
	for _, field := range strings.Fields(line) {
		if strings.Contains(field, "|") && strings.Contains(field, "'") {
			return fmt.Errorf("%q in %q: a choice is between single words", field, line)
		}
	}
	for _, line := range lines {
		p, err := l.compile(line, language)
		if err != nil {
			return err
		}
		p.class, p.language = class, language
		if err := l.index(p); err != nil {
			return fmt.Errorf("%w in %q", err, line)
		}
	}
	return nil
}

func (l *lexicon) compile(line string, language languageSet) (*phrase, error) {
	p := &phrase{}
	for _, field := range strings.Fields(line) {
		switch {
		case field == "^":
			p.anchored = true
		case field == "$":
			p.closed = true
		case field == "..":
			p.parts = append(p.parts, part{gap: 3})
		case field == "...":
			p.parts = append(p.parts, part{gap: 7})
		default:
			p.parts = append(p.parts, l.compilePart(field, language)...)
		}
	}
	if len(p.parts) == 0 || p.parts[0].gap > 0 {
		return nil, fmt.Errorf("phrase %q begins with nothing that can be looked up", line)
	}
	return p, nil
}

// compilePart reads one field of a phrase: "a|b*", optional with a question
// mark. An apostrophe parts a word as it does in a text ("d'accord").
func (l *lexicon) compilePart(field string, language languageSet) []part {
	var q part
	if strings.HasSuffix(field, "?") {
		q.optional, field = true, strings.TrimSuffix(field, "?")
	}
	if strings.HasPrefix(field, "<") {
		q.place = field
		return []part{q}
	}
	if words := l.spelled(fold(field), language); words != nil {
		var parts []part
		for _, w := range words {
			parts = append(parts, part{words: []string{w}, optional: q.optional})
		}
		return parts
	}
	if !strings.Contains(field, "|") && strings.Contains(field, "'") {
		var parts []part
		for _, w := range strings.Split(field, "'") {
			parts = append(parts, l.compilePart(w, language)...)
		}
		return parts
	}
	for _, w := range strings.Split(field, "|") {
		if strings.HasSuffix(w, "*") {
			q.stems = append(q.stems, fold(strings.TrimSuffix(w, "*")))
		} else {
			q.words = append(q.words, fold(w))
		}
	}
	return []part{q}
}

// index files a phrase under what it may begin with.
func (l *lexicon) index(p *phrase) error {
	for i, first := range p.parts {
		rest := *p
		rest.parts = p.parts[i:]
		for _, w := range first.words {
			l.words[w] = append(l.words[w], &rest)
		}
		for _, s := range first.stems {
			if len(s) < 3 {
				return fmt.Errorf("stem %q is too short to begin a phrase", s)
			}
			l.stems[s[:3]] = append(l.stems[s[:3]], &rest)
		}
		if first.place != "" {
			l.places[first.place] = append(l.places[first.place], &rest)
		}
		if !first.optional {
			return nil
		}
	}
	return fmt.Errorf("every part of the phrase is optional")
}

// find returns the phrases of the languages in a text, in its order, without
// those that stand inside a longer one: "no problem" hides "no".
//
// Only the classes that an answer of this purpose can hold are looked for.
func (l *lexicon) find(t *tokenText, languages languageSet, classes map[string]bool) []hit {
	var hits []hit
	f := filter{languages, classes}
	for i := range t.tokens {
		word := t.tokens[i].word
		hits = l.try(hits, l.words[word], t, i, f)
		if len(word) >= 3 {
			hits = l.try(hits, l.stems[word[:3]], t, i, f)
		}
		for _, place := range places {
			if t.at(i, place) {
				hits = l.try(hits, l.places[place], t, i, f)
			}
		}
	}
	return apart(hits)
}

// structural are the classes that say how a sentence is made, not what it
// says: they do not hide a phrase that means something.
var structural = classes("wish request whether article pick one option filler best action earliest first second third last middle suggest rating")

// apart keeps the longest phrases of each sort, in the order of the text.
func apart(hits []hit) []hit {
	var meaning, structure []hit
	for _, h := range hits {
		if structural[h.class] {
			structure = append(structure, h)
		} else {
			meaning = append(meaning, h)
		}
	}
	kept := append(longest(meaning), longest(structure)...)
	sort.SliceStable(kept, func(i, j int) bool { return kept[i].from < kept[j].from })
	return kept
}

// filter says which phrases count in a text.
type filter struct {
	languages languageSet
	classes   map[string]bool
}

var places = []string{"<n>", "<label>", "<time>", "<day>", "<language>"}

func (l *lexicon) try(hits []hit, candidates []*phrase, t *tokenText, i int, f filter) []hit {
	for _, p := range candidates {
		if p.language&f.languages == 0 || !f.classes[p.class] || p.anchored && !t.tokens[i].first {
			continue
		}
		if end := p.match(t, 0, i); end > i {
			hits = append(hits, hit{p.class, i, end})
		}
	}
	return hits
}

// match returns the token after the phrase whose part k begins at token i, or
// -1. Phrases are short and gaps small, so the search is bounded.
func (p *phrase) match(t *tokenText, k, i int) int {
	if k == len(p.parts) {
		if p.closed && !t.tokens[i-1].last {
			return -1
		}
		return i
	}
	q := &p.parts[k]
	if q.gap > 0 {
		for skip := 0; skip <= q.gap; skip++ {
			if end := p.match(t, k+1, i+skip); end >= 0 {
				return end
			}
			// "It did happen" does not lie in "it did not happen".
			if i+skip >= t.sentenceEnd(i-1) || t.tokens[i+skip].last || phrases.negations[t.tokens[i+skip].word]&p.language != 0 {
				break
			}
		}
		return -1
	}
	if i < t.sentenceEnd(max(i-1, 0)) || k == 0 {
		if q.matches(t, i) {
			if end := p.match(t, k+1, i+1); end >= 0 {
				return end
			}
		}
	}
	if q.optional {
		return p.match(t, k+1, i)
	}
	return -1
}

func (q *part) matches(t *tokenText, i int) bool {
	if i >= len(t.tokens) {
		return false
	}
	if q.place != "" {
		return t.at(i, q.place)
	}
	word := t.tokens[i].word
	for _, w := range q.words {
		if w == word {
			return true
		}
	}
	for _, s := range q.stems {
		if strings.HasPrefix(word, s) {
			return true
		}
	}
	return false
}

// longest drops each hit that a longer one contains or overlaps with. Hits in
// the same place may differ in class: the purpose decides between them.
func longest(hits []hit) []hit {
	sort.SliceStable(hits, func(i, j int) bool {
		if hits[i].from != hits[j].from {
			return hits[i].from < hits[j].from
		}
		return hits[i].to > hits[j].to
	})
	kept := hits[:0]
	for _, h := range hits {
		lost := false
		for n := len(kept) - 1; n >= 0 && kept[n].to > h.from; n-- {
			k := kept[n]
			if k.from == h.from && k.to == h.to {
				lost = lost || k.class == h.class
				continue
			}
			if k.to-k.from >= h.to-h.from {
				lost = true
				break
			}
			kept = append(kept[:n], kept[n+1:]...)
		}
		if !lost {
			kept = append(kept, h)
		}
	}
	return kept
}
