package inbox

import (
	"embed"
	"fmt"
	"path"
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
	numbers       map[string]numeral     // "two" → 2
	politeness    map[string]bool        // words that add nothing: "please"
	connectives   map[string]bool        // words between times or letters: "or", "on"
	articles      map[string]bool        // one-letter words that are no slot: "a"
	joins         map[string]languageSet // "and", "or"
	closings      map[string]bool        // words that end a letter
	negations     map[string]languageSet
	untils        map[string]languageSet
	movers        map[string]bool                   // verbs of moving what is booked
	starts        map[string]bool                   // "from" a day on
	shifts        map[string]bool                   // "later", "earlier"
	sessions      map[string]bool                   // "session", "call"
	possessives   map[string]bool                   // "my"
	notebooks     map[string]bool                   // where people write by hand
	units         map[string]int                    // "week", in days
	lengths       map[string]bool                   // "minutes"
	withins       map[string]bool                   // "in" an hour
	aways         map[string]bool                   // "holiday"
	absences      map[string]languageSet            // "off", which is one only beside its days
	gones         map[string]languageSet            // "was", of what is over
	selves        map[string]languageSet            // "I"
	others        map[string]languageSet            // "she", whose absence it is then
	plain         map[string]languageSet            // "calendar": words that turn no answer
	echoes        map[string]languageSet            // "too", which says again what was said
	therefores    map[string]languageSet            // "so", which parts a reason from what follows
	becauses      map[string]languageSet            // "because", behind which a reason stands
	pronouns      map[string]bool                   // "one", which is no hour after a weekday
	targets       map[string]bool                   // "to" before a new time
	journals      map[string]bool                   // "journal", "diary"
	endings       map[string]bool                   // "end" of the month
	rhythms       map[string]string                 // of the journal: "every two weeks"
	common        map[string]languageSet            // words that tell a language
	keywords      map[string]string                 // command word of any language → command
	names         map[string]string                 // name of a language → its subtag
	homes         map[string]map[string]languageSet // class → words of its phrases; stems end in *
	words         map[string][]*phrase              // by their first word
	stems         map[string][]*phrase              // by the first three bytes of their first stem
	places        map[string][]*phrase              // by what stands first: <n>, <label>, <time>
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
	places   []string // <n>, <label>, <time> …
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
		joins: map[string]languageSet{}, closings: map[string]bool{}, negations: map[string]languageSet{}, untils: map[string]languageSet{},
		journals: map[string]bool{}, movers: map[string]bool{}, targets: map[string]bool{}, aways: map[string]bool{}, absences: map[string]languageSet{}, gones: map[string]languageSet{}, selves: map[string]languageSet{}, others: map[string]languageSet{}, plain: map[string]languageSet{}, echoes: map[string]languageSet{}, becauses: map[string]languageSet{}, therefores: map[string]languageSet{}, withins: map[string]bool{}, lengths: map[string]bool{}, notebooks: map[string]bool{}, units: map[string]int{}, possessives: map[string]bool{}, sessions: map[string]bool{}, pronouns: map[string]bool{}, starts: map[string]bool{}, shifts: map[string]bool{}, endings: map[string]bool{},
		common: map[string]languageSet{}, keywords: map[string]string{}, names: map[string]string{},
		homes: map[string]map[string]languageSet{},
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
	if list, ok := l.lists()[section]; ok {
		fill(list, line)
		return nil
	}
	if list, ok := l.listsByLanguage()[section]; ok {
		for _, w := range strings.Fields(line) {
			list[fold(w)] |= language
		}
		return nil
	}
	left, right, _ := strings.Cut(line, "=")
	right = strings.TrimSpace(right)
	switch section {
	case "":
		return fmt.Errorf("phrase %q before the first section", line)
	case "spelling":
		l.spell(left, right, language)
	case "keywords":
		for _, w := range strings.Split(left, ",") {
			l.keywords[fold(strings.TrimSpace(w))] = right
		}
	case "rhythms":
		assign(l.rhythms, left, right)
	case "names":
		assign(l.names, left, right)
	case "units":
		days, err := strconv.Atoi(right)
		if err != nil {
			return fmt.Errorf("read length in days: %w", err)
		}
		assign(l.units, left, days)
	case "weekdays", "dates":
		l.dayNamed(section, line, language)
	case "numbers":
		for n, w := range strings.Fields(line) {
			known := l.numbers[fold(w)]
			l.numbers[fold(w)] = numeral{strconv.Itoa(n + 1), known.languages | language}
		}
	default:
		return l.phrase(section, line, language)
	}
	return nil
}

// lists are the sections of single words that count in every language.
func (l *lexicon) lists() map[string]map[string]bool {
	return map[string]map[string]bool{
		"abbreviations": l.abbreviations, "months": l.months, "aways": l.aways, "pronouns": l.pronouns, "possessives": l.possessives,
		"sessions": l.sessions, "notebooks": l.notebooks, "starts": l.starts, "shifts": l.shifts, "targets": l.targets, "movers": l.movers,
		"journals": l.journals, "endings": l.endings, "closing": l.closings, "articles": l.articles,
		"lengths": l.lengths, "withins": l.withins, "politeness": l.politeness, "connectives": l.connectives,
	}
}

// listsByLanguage are those that count only in texts of their language.
func (l *lexicon) listsByLanguage() map[string]map[string]languageSet {
	return map[string]map[string]languageSet{"contrast": l.contrast, "common": l.common, "negation": l.negations, "untils": l.untils,
		"absences": l.absences, "gones": l.gones, "joins": l.joins, "selves": l.selves, "others": l.others, "plain": l.plain, "echoes": l.echoes, "becauses": l.becauses, "therefores": l.therefores}
}

func (l *lexicon) spell(short, long string, language languageSet) {
	for _, w := range strings.Fields(short) {
		s := spelling{language, strings.Fields(fold(long))}
		l.spelling[fold(w)] = append(l.spelling[fold(w)], s)
		if curly := strings.ReplaceAll(fold(w), "'", "’"); curly != fold(w) {
			l.spelling[curly] = append(l.spelling[curly], s)
		}
	}
}

func (l *lexicon) dayNamed(section, line string, language languageSet) {
	list := l.weekdays
	if section == "dates" {
		list = l.dates
	}
	fill(list, line)
	for _, w := range strings.Fields(line) {
		l.dayNames[fold(w)] |= language
	}
}

func assign[T any](table map[string]T, words string, value T) {
	for _, w := range strings.Fields(words) {
		table[fold(w)] = value
	}
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
		l.settle(p)
		if err := l.index(p); err != nil {
			return fmt.Errorf("%w in %q", err, line)
		}
	}
	return nil
}

// settle notes which words are at home in a class of phrases.
func (l *lexicon) settle(p *phrase) {
	if l.homes[p.class] == nil {
		l.homes[p.class] = map[string]languageSet{}
	}
	for _, q := range p.parts {
		for _, w := range q.words {
			l.homes[p.class][w] |= p.language
		}
		for _, s := range q.stems {
			l.homes[p.class][s+"*"] |= p.language
		}
	}
}

// atHome reports whether some phrase of a class has a word.
func (l *lexicon) atHome(word, class string, language languageSet) bool {
	words := l.homes[class]
	if words[word]&language != 0 {
		return true
	}
	for end := 3; end <= len(word); end++ {
		if words[word[:end]+"*"]&language != 0 {
			return true
		}
	}
	return false
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
		if strings.HasPrefix(w, "<") {
			q.places = append(q.places, w)
		} else if strings.HasSuffix(w, "*") {
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
		for _, place := range first.places {
			l.places[place] = append(l.places[place], &rest)
		}
		if !first.optional {
			return nil
		}
	}
	return fmt.Errorf("every part of the phrase is optional")
}
