package words

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// tables holds one file for each language. A language is nothing but its
// table: adding a file adds the language.
//
//go:embed languages/*.txt
var tables embed.FS

// meaning says what a word or a phrase does in a time.
type meaning uint8

// The meanings, each with the name it has in the tables.
const (
	noMeaning     meaning = iota
	isWeekday             // 0 Monday … 6 Sunday
	isWeekdays            // the same as a habit: "Mondays"
	isMonth               // 1–12
	isNumber              // 0–59
	isOrdinal             // 1–31
	isDay                 // days from today
	isPart                // part of the day
	isParts               // the same as a habit: "mornings"
	isDayPart             // today's, or tomorrow's, part in one word: "tonight"
	isMorrow              // tomorrow, or the morning after a day: "morgen"
	isUnit                // minute, hour, day …
	isHours               // hours of a clock or of a stretch: "uur", "heures"
	isOClock              // "o'clock", "Uhr"
	isRelative            // this, next, last, coming, after next
	isEdge                // early, mid, late, start, end, rest
	isEndOf               // the end of this week or month in one word: "eow"
	isMeridiem            // am, pm
	isHalf                // "half"
	isQuarter             // "quarter"
	isPast                // minutes after the hour
	isTo                  // minutes before the hour
	isPlus                // minutes added to the hour just named: "y media"
	isMinus               // minutes taken off the hour just named: "moins"
	isInstant             // noon, midnight, as minutes of the day
	isNow                 // now
	isWeekend             // weekend
	isHoliday             // a feast, by its number
	isAt                  // before a clock time
	isOn                  // before a date
	isIn                  // before an amount: "in two weeks"
	isFrom                // before the start of a range
	isUntil               // before the end of a range
	isBetween             // before both
	isAnd                 // joins
	isOr                  // joins alternatives
	isBut                 // turns to the contrary
	isAfter               // leaves the end open
	isBefore              // leaves the start open
	isLatest              // "no later than"
	isEarliest            // "not before"
	isAround              // makes it rough
	isFor                 // before a length
	isAgo                 // after an amount in the past
	isBack                // before an amount in the past: "vor zwei Tagen"
	isLater               // after an amount to come
	isEarlier             // after an amount towards the present
	isOf                  // ties the parts of a date
	isThe                 // article
	isGlue                // says nothing: "sometime"
	isEvery               // makes a habit
	isNot                 // denies what follows
	isExcept              // takes out what follows
	isRather              // denies the next time only
	isOff                 // denies what stands before
	isFine                // affirms, and ends a denial
	isMove                // moves from one time to another
	isSame                // "same time"
	isTimeWord            // "time" after a place
	isMine                // the writer's
	isYours               // the partner's
	isHere                // where the writer is
	isIsh                 // makes the clock rough, after it
	isWeekOf              // the week around a date
	isAny                 // any day
	isWorkdays            // Monday to Friday as a habit
	isOtherDays           // the days not named before
	isStop                // tells the language, nothing else
	isAsks                // asks whether a time would do: "would 11 on Thursday"
	isPrefer              // "plutôt 15h que 14h": the first is wanted …
	isThan                // … and what stands behind this is not
	isWeekNumber          // a week of the calendar: "KW 50"
	isRemark              // what follows is said of something else: "when I teach"
	isPlace               // "I'm in": a place may follow
	isShift               // "push it", "start": an amount shifts the session
	isSince               // towards the past
	isOne                 // the article as a number: "an hour"
	isDo                  // "could we do 4?"
	isSameDay             // "same day"
	isTowards             // before the day that something is moved to: "al jueves"
	isGreets              // before a day or a feast it only greets: "happy Friday"
	isWeekdayPart         // a weekday and a part of the day in one word
	isSuffix              // makes a number an ordinal: "14th"
)

var meaningNames = map[string]meaning{
	"weekday": isWeekday, "weekdays": isWeekdays, "month": isMonth, "number": isNumber, "ordinal": isOrdinal,
	"day": isDay, "part": isPart, "parts": isParts, "daypart": isDayPart, "morrow": isMorrow, "unit": isUnit,
	"hours": isHours, "oclock": isOClock, "relative": isRelative, "edge": isEdge, "endof": isEndOf, "meridiem": isMeridiem,
	"half": isHalf, "quarter": isQuarter, "past": isPast, "to": isTo, "plus": isPlus, "minus": isMinus,
	"instant": isInstant, "now": isNow, "weekend": isWeekend, "holiday": isHoliday, "at": isAt, "on": isOn,
	"in": isIn, "from": isFrom, "until": isUntil, "between": isBetween, "and": isAnd, "or": isOr, "but": isBut,
	"after": isAfter, "before": isBefore, "latest": isLatest, "earliest": isEarliest, "around": isAround,
	"for": isFor, "ago": isAgo, "back": isBack, "later": isLater, "earlier": isEarlier, "of": isOf, "the": isThe, "glue": isGlue,
	"every": isEvery, "not": isNot, "except": isExcept, "rather": isRather, "off": isOff, "fine": isFine,
	"move": isMove, "same": isSame, "timeword": isTimeWord, "mine": isMine, "yours": isYours, "here": isHere,
	"ish": isIsh, "weekof": isWeekOf, "any": isAny, "workdays": isWorkdays, "otherdays": isOtherDays,
	"stop": isStop, "remark": isRemark, "place": isPlace, "shift": isShift, "since": isSince,
	"suffix": isSuffix, "do": isDo, "prefer": isPrefer, "asks": isAsks, "than": isThan, "weekno": isWeekNumber, "sameday": isSameDay, "one": isOne, "greets": isGreets, "towards": isTowards,
}

// Values that the tables name by a word.
var valueNames = map[string]int{
	"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
	"morning": partMorning, "afternoon": partAfternoon, "evening": partEvening, "night": partNight,
	"lunch": partLunch, "day-end": partDayEnd, "breakfast": partBreakfast, "after-lunch": partAfterLunch,
	"after-work": partAfterWork, "before-lunch": partBeforeLunch, "first-thing": partFirstThing, "workday": partWorkday,
	"minute": unitMinute, "hour": unitHour, "days": unitDay, "workdays": unitWorkday, "week": unitWeek,
	"fortnight": unitFortnight, "month": unitMonth, "quarters": unitQuarter, "year": unitYear, "second": unitSecond,
	"this": relThis, "next": relNext, "last": relLast, "coming": relComing, "after-next": relAfterNext, "in-fortnight": relInFortnight,
	"early": edgeEarly, "mid": edgeMid, "late": edgeLate, "start": edgeStart, "end": edgeEnd, "rest": edgeRest,
	"am": 1, "pm": 2, "noon": 12 * 60, "midnight": 24 * 60, "yes": 1,
}

// Parts of the day.
const (
	partNone = iota
	partMorning
	partAfternoon
	partEvening
	partNight
	partLunch
	partDayEnd
	partBreakfast
	partAfterLunch
	partAfterWork
	partBeforeLunch
	partFirstThing
	partWorkday
)

// Units of an amount.
const (
	unitMinute = iota + 1
	unitHour
	unitDay
	unitWorkday
	unitWeek
	unitFortnight
	unitMonth
	unitQuarter
	unitYear
	unitSecond
)

// How a weekday, a week or a month relates to the present one.
const (
	relNone = iota
	relThis
	relNext
	relLast
	relComing
	relAfterNext
	relInFortnight
)

// Edges of a part, a week or a month.
const (
	edgeNone = iota
	edgeEarly
	edgeMid
	edgeLate
	edgeStart
	edgeEnd
	edgeRest
)

// sense is one meaning of a phrase, with its value.
type sense struct {
	meaning meaning
	value   int16
}

// entry is what the lexicon knows of a phrase: up to four senses, of which the
// place decides. A weak phrase means a time only beside another word of time:
// "sun", "do", "may".
type entry struct {
	weak   bool
	senses [4]sense
}

// has returns the value of the phrase in one of its senses.
func (e *entry) has(m meaning) (value int, ok bool) {
	if e == nil {
		return 0, false
	}
	for _, s := range &e.senses {
		if s.meaning == m {
			return int(s.value), true
		}
	}
	return 0, false
}

// add gives the phrase one more sense.
func (e *entry) add(s sense, weak bool) {
	for i := range e.senses {
		switch {
		case e.senses[i].meaning == s.meaning:
			return
		case e.senses[i].meaning == noMeaning || e.senses[i].meaning == isStop:
			e.senses[i] = s
			e.weak = e.weak || weak
			return
		}
	}
}

// language is one compiled table.
type language struct {
	tag      string
	traits   traits
	nodes    map[uint64]int32 // (node, word) → node of the phrase trie
	weekdays []compoundHead   // the full names, while the table is compiled
	leaf     []entry          // by node; one without a sense is no phrase
}

// compoundHead is a weekday's name that other words can be built on.
type compoundHead struct {
	word  string
	value int16
}

// traits are the few habits of a language that are not words.
type traits struct {
	halfBefore    bool // "halb drei" is 2:30
	halfAfter     bool // "half 5" is 5:30
	dotOrdinals   bool // "14." is the 14th
	relativeAfter bool // "martedì prossimo"
	articleHours  bool // "las dos", "dalle 15": an article may stand before the hour
}

// lexicon is all languages over one numbering of words.
type lexicon struct {
	ids       map[string]int32
	languages []*language
	votes     []uint16 // by word id: bit n is set where language n knows the word
	zones     zoneTable
}

var theLexicon = sync.OnceValue(buildLexicon)

func buildLexicon() *lexicon {
	lex := &lexicon{ids: map[string]int32{}, votes: make([]uint16, 1)}
	names, err := fs.Glob(tables, "languages/*.txt")
	if err != nil {
		panic(fmt.Errorf("list language tables: %w", err))
	}
	slices.Sort(names)
	for _, name := range names {
		text, err := tables.ReadFile(name)
		if err != nil {
			panic(fmt.Errorf("read language table: %w", err))
		}
		tag := strings.TrimSuffix(strings.TrimPrefix(name, "languages/"), ".txt")
		if err := lex.add(tag, string(text)); err != nil {
			panic(fmt.Errorf("compile language table %s: %w", name, err))
		}
	}
	lex.zones = buildZones(lex)
	lex.votes = append(lex.votes, make([]uint16, len(lex.ids)+1-len(lex.votes))...)
	return lex
}

// add compiles one table: lines of "meaning value: phrase, phrase", where a
// phrase that ends in ~ is weak, and "trait name" lines.
func (lex *lexicon) add(tag, text string) error {
	lang := &language{tag: tag, nodes: map[uint64]int32{}, leaf: make([]entry, 1)}
	bit := uint16(1) << len(lex.languages)
	for number, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		head, phrases, found := strings.Cut(line, ":")
		name, valueName, _ := strings.Cut(strings.TrimSpace(head), " ")
		if name == "trait" {
			if !lang.traits.set(valueName) {
				return fmt.Errorf("line %d: unknown trait %q", number+1, valueName)
			}
			continue
		}
		what, known := meaningNames[name]
		value, err := tableValue(valueName)
		if name == "compound" && found && err == nil {
			lex.compounds(lang, phrases, value, bit)
			continue
		}
		if !known || !found || err != nil {
			return fmt.Errorf("line %d: cannot read %q", number+1, line)
		}
		for phrase := range strings.SplitSeq(phrases, ",") {
			vote := bit
			if what == isHoliday {
				vote = 0 // "cinco de mayo" is said in English too
			}
			phrase, weak := strings.CutSuffix(strings.TrimSpace(phrase), "~")
			lex.phrase(lang, phrase, sense{what, int16(value)}, weak, vote)
			if what == isWeekday && !weak {
				lang.weekdays = append(lang.weekdays, compoundHead{phrase, int16(value)})
			}
		}
	}
	lex.languages = append(lex.languages, lang)
	return nil
}

// compounds enters the words that a weekday and a part of the day make
// together: "Freitagnachmittag". The weekdays must stand before them.
func (lex *lexicon) compounds(lang *language, endings string, part int, bit uint16) {
	for _, weekday := range lang.weekdays {
		for ending := range strings.SplitSeq(endings, ",") {
			s := sense{isWeekdayPart, weekday.value*16 + int16(part)}
			lex.phrase(lang, weekday.word+strings.TrimSpace(ending), s, false, bit)
		}
	}
}

func (t *traits) set(name string) bool {
	switch name {
	case "half-before":
		t.halfBefore = true
	case "half-after":
		t.halfAfter = true
	case "dot-ordinals":
		t.dotOrdinals = true
	case "relative-after":
		t.relativeAfter = true
	case "article-hours":
		t.articleHours = true
	default:
		return false
	}
	return true
}

// tableValue reads the value of a line: a number, a name, or for a part of a
// certain day both, "0 evening".
func tableValue(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	if value, known := valueNames[s]; known {
		return value, nil
	}
	if day, part, both := strings.Cut(s, " "); both {
		offset, err := strconv.Atoi(day)
		return offset*16 + valueNames[part], err
	}
	return strconv.Atoi(s)
}

// phrase enters one phrase into the trie of lang.
func (lex *lexicon) phrase(lang *language, phrase string, s sense, weak bool, bit uint16) {
	node := int32(0)
	for _, id := range lex.intern(phrase) {
		lex.votes[id] |= bit
		key := uint64(node)<<32 | uint64(id)
		next, known := lang.nodes[key]
		if !known {
			next = int32(len(lang.leaf))
			lang.leaf = append(lang.leaf, entry{})
			lang.nodes[key] = next
		}
		node = next
	}
	if node != 0 {
		lang.leaf[node].add(s, weak)
	}
}

// intern returns the ids of the words of a phrase, giving new words new ids.
func (lex *lexicon) intern(phrase string) []int32 {
	s := scanner{lex: lex}
	s.scan(phrase)
	var ids []int32
	for _, t := range s.tokens {
		if t.shape == shapeMark {
			continue
		}
		id := t.word
		if id == 0 {
			var folded []byte
			for _, r := range phrase[t.start:t.end] {
				folded = foldRune(folded, r)
			}
			word := string(folded)
			if id = lex.ids[word]; id == 0 { // it may stand twice in the phrase
				id = int32(len(lex.ids) + 1)
				lex.ids[word] = id
				lex.votes = append(lex.votes, 0)
			}
		}
		ids = append(ids, id)
	}
	return ids
}
