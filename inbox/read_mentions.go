package inbox

import (
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mentorpost/mentorpost/program"
)

// findEnds marks the greeting and what stands below the closing words: names,
// whose initials are no letters of slots.
func (d *reading) findEnds() {
	if len(d.clauses) == 0 {
		return
	}
	last := len(d.clauses) - 1
	for c := last; c >= 0 && c >= last-9; c-- {
		k := d.clauses[c]
		if k.to-k.from > 4 {
			return
		}
		if c < last && d.closing(k) && d.clauses[c+1].line > k.line {
			for i := d.clauses[c+1].from; i < len(d.tokens); i++ {
				d.marks[i] |= isTaken
			}
			return
		}
	}
}

// closing reports whether a clause only ends a letter.
func (d *reading) closing(k clause) bool {
	for i := k.from; i < k.to; i++ {
		if !phrases.closings[d.tokens[i].word] {
			return false
		}
	}
	return k.to-k.from > 1 || len(d.tokens[k.from].word) > 1 // an initial closes nothing
}

// findLabels marks the words that may be the letter or number of an offered
// slot. Whether they are is decided by the words around them.
func (d *reading) findLabels() {
	for i := range d.tokens {
		t := &d.tokens[i]
		if d.marks[i]&isTime != 0 || d.labelIndex(t) < 0 {
			continue
		}
		raw := d.text[t.start:t.end]
		if isDigits(raw) || raw == strings.ToUpper(raw) || d.clauses[t.clause].to-d.clauses[t.clause].from <= 3 {
			d.marks[i] |= isLabel
		}
	}
}

// labelIndex returns the offered slot whose label a word is, or -1.
func (d *reading) labelIndex(t *token) int {
	raw := d.text[t.start:t.end]
	if utf8.RuneCountInString(raw) > 2 || d.elided(t.end) {
		return -1
	}
	for i, slot := range d.Question.Offered {
		if strings.EqualFold(slot.Label, raw) {
			return i
		}
	}
	return -1
}

// elided reports whether a letter that ends there is only the beginning of a
// word: "c'est", but not "C's good".
func (d *reading) elided(end int) bool {
	rest := d.text[end:]
	after, apostrophe := strings.CutPrefix(rest, "'")
	if !apostrophe {
		after, apostrophe = strings.CutPrefix(rest, "’")
	}
	word := strings.IndexFunc(after, func(r rune) bool { return !unicode.IsLetter(r) })
	return apostrophe && (word < 0 && len(after) > 1 || word > 1)
}

// mentions lists the slots and times that the text names, in its order.
func (d *reading) mentions() []mention {
	var list []mention
	for i := range d.tokens {
		if d.marks[i]&isTaken != 0 {
			continue
		}
		if slot, ok := d.labelAt(i); ok {
			list = append(list, mention{from: i, to: i + 1, slots: []int{slot}})
		} else if slot, ok := d.ordinalAt(i); ok {
			list = append(list, mention{from: i, to: i + 1, slots: []int{slot}})
		}
	}
	labels := list
	for i := range d.times {
		t := &d.times[i]
		if t.used || d.overlaps(labels, t) || d.isLength(t) || d.over(t) && len(d.slotsAt(t)) == 0 {
			continue
		}
		if d.classCovers(t, "yes") {
			if slots := d.farewell(t); len(slots) > 0 {
				list = append(list, mention{from: t.from, to: t.to, slots: slots, time: t})
			}
			continue
		}
		list = append(list, mention{from: t.from, to: t.to, slots: d.slotsAt(t), time: t})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].from < list[j].from })
	return d.combine(list)
}

// isLength reports whether a time is only a length, "30 minutes", that nothing
// is moved by.
func (d *reading) isLength(t *timeAt) bool {
	if d.purpose != program.AboutOffer || t.to-t.from < 2 || phrases.withins[d.tokens[t.from].word] {
		return false
	}
	_, number := d.smallNumber(d.tokens[t.to-2].word)
	k := d.clauses[t.clause]
	return number && phrases.lengths[d.tokens[t.to-1].word] && t.Start.Before(d.At.Add(3*time.Hour)) && !d.speaksOf(k.from, k.to, phrases.shifts) && !d.said("forward")
}

// over reports whether a time is no longer ahead when the mail is written.
func (d *reading) over(t *timeAt) bool {
	if t.Ambiguous() || t.Weekly || t.TimeOnly && !t.End.IsZero() {
		return false
	}
	if t.End.IsZero() {
		return !t.Start.After(d.At)
	}
	return !t.End.After(d.At)
}

// classCovers reports whether one phrase of a class covers all of a time.
func (d *reading) classCovers(t *timeAt, class string) bool {
	for _, h := range d.hitsAround(t.from, t.to) {
		if h.class == class && h.from <= t.from && t.to <= h.to {
			return true
		}
	}
	return false
}

// farewell returns the slots of the day that a "see you on Thursday" names.
func (d *reading) farewell(t *timeAt) []int {
	day := t.Start
	if t.OpenStart && !t.End.IsZero() {
		day = t.End.Add(-time.Minute)
	}
	var slots []int
	for i, slot := range d.Question.Offered {
		if sameDay(slot.Start.In(d.Zone), day.In(d.Zone)) {
			slots = append(slots, i)
		}
	}
	return slots
}

func (d *reading) overlaps(list []mention, t *timeAt) bool {
	next := sort.Search(len(list), func(i int) bool { return list[i].to > t.from })
	return next < len(list) && list[next].time == nil && list[next].from < t.to
}

// labelAt decides whether token i names an offered slot by its letter or
// number: it stands alone, or after a word like "option", or with words of
// choice around it. An "a" within a sentence is an article.
func (d *reading) labelAt(i int) (int, bool) {
	t := &d.tokens[i]
	if d.greets(i) {
		return 0, false // "A presto!"
	}
	named := d.classAt(i-1, "option")
	if named || d.continuesNumbers(i) {
		if n, ok := d.smallNumber(t.word); ok && d.labelIndex(t) < 0 && d.marks[i]&isTime == 0 {
			return d.numbered(n)
		}
	}
	slot := d.labelIndex(t)
	if n, ok := d.smallNumber(t.word); ok && slot < 0 && !isDigits(t.word) && len(d.Question.Offered) > 1 && len(d.tokens) <= 3 && d.marks[i]&isTime == 0 && !d.classWithin(i, "any", "none-of") && d.aloneInClause(i) {
		return d.numbered(n) // "three please"
	}
	if slot < 0 && isDigits(t.word) && len(d.Question.Offered) > 1 && len(d.tokens) <= 3 && d.marks[i]&isTime == 0 && d.aloneInClause(i) {
		return d.numbered(t.word) // "2", where letters were offered
	}
	if slot < 0 {
		return 0, false
	}
	if d.marks[i]&isTime != 0 && !(named && d.timeWithin(i, i+1)) {
		return 0, false
	}
	raw := d.text[t.start:t.end]
	if d.clauses[t.clause].item == raw && t.first {
		return 0, false // the number of a list item
	}
	if named || d.aloneInClause(i) {
		return slot, true
	}
	follows := i+1 < len(d.tokens) && d.tokens[i+1].clause == t.clause
	next := i+1 >= len(d.tokens) || !follows || d.classAt(i+1, "fit", "unfit", "filler", "yes", "no", "prefer", "otherwise", "except", "pick") || phrases.connectives[d.tokens[i+1].word] || phrases.politeness[d.tokens[i+1].word]
	before := d.classAt(i-1, "pick", "fit", "except", "prefer", "unfit", "yes") || d.afterNot(i) || i > 0 && phrases.connectives[d.tokens[i-1].word]
	if isDigits(raw) {
		return slot, next && (t.first || before)
	}
	if raw != strings.ToUpper(raw) {
		return slot, next && (t.first || before) && !phrases.articles[t.word]
	}
	if phrases.articles[t.word] {
		said := d.classAt(i+1, "fit", "unfit", "yes", "no", "prefer", "otherwise", "pick") || i+1 < len(d.tokens) && phrases.joins[d.tokens[i+1].word]&d.language != 0
		// No article ends a clause.
		return slot, follows && said || before || t.last
	}
	return slot, true
}

// greets reports whether token i is part of a greeting or farewell of several
// words.
func (d *reading) greets(i int) bool {
	for _, h := range d.hitsAround(i, i+1) {
		if h.from <= i && i < h.to && h.to-h.from > 1 && (h.class == "filler" || h.class == "polite") {
			return true
		}
	}
	return false
}

// continuesNumbers reports whether token i goes on with "option 2 or 3".
func (d *reading) continuesNumbers(i int) bool {
	if i < 3 || phrases.joins[d.tokens[i-1].word]&d.language == 0 || !d.classAt(i-3, "option") {
		return false
	}
	_, number := d.smallNumber(d.tokens[i-2].word)
	return number
}

// numbered finds the slot for "option 2" or "option two".
func (d *reading) numbered(n string) (int, bool) {
	for i, slot := range d.Question.Offered {
		if slot.Label == n || len(n) == 1 && int(n[0]-'0') == i+1 && !isDigits(slot.Label) {
			return i, true
		}
	}
	return 0, false
}

func (d *reading) afterNot(i int) bool { return d.classWithin(i, "unfit", "except") }

// classWithin reports whether a phrase of the classes covers token i.
func (d *reading) classWithin(i int, classes ...string) bool {
	for _, h := range d.hitsAround(i, i+1) {
		if h.from <= i && i < h.to {
			for _, class := range classes {
				if h.class == class {
					return true
				}
			}
		}
	}
	return false
}

// classAt reports whether a phrase of the classes begins or ends at token i.
func (d *reading) classAt(i int, classes ...string) bool {
	if i < 0 || i >= len(d.tokens) {
		return false
	}
	for _, h := range d.hitsAround(i, i+1) {
		if h.from != i && h.to != i+1 {
			continue
		}
		for _, class := range classes {
			if h.class == class {
				return true
			}
		}
	}
	return false
}

// timeWithin reports whether the time at token from covers no more than the
// tokens given: then "option 2" is no two o'clock.
func (d *reading) timeWithin(from, to int) bool {
	for _, t := range d.timesBetween(from-longestPhrase, from+1) {
		if t.from <= from && from < t.to {
			return t.from >= from && t.to <= to
		}
	}
	return false
}

// aloneInClause reports whether the words around token i add nothing.
func (d *reading) aloneInClause(i int) bool {
	c := d.clauses[d.tokens[i].clause]
	if c.to-c.from > 6 {
		return false
	}
	for k := c.from; k < c.to; k++ {
		if k == i || phrases.politeness[d.tokens[k].word] || d.classWithin(k, "filler", "yes", "fit", "noted", "waive") {
			continue
		}
		return false
	}
	return true
}

// ordinalAt reads "the second one", "last option", "the first works".
func (d *reading) ordinalAt(i int) (int, bool) {
	n := len(d.Question.Offered)
	if lone, ok := d.loneOrdinal(i); ok {
		d.doubt("“" + d.words(i, i+1) + "” may be a slot or a day of the month")
		return lone, true
	}
	if n == 0 || d.marks[i]&isTime != 0 && !d.classAt(i+1, "option", "one") {
		return 0, false
	}
	slot := -1
	switch {
	case d.classAt(i, "first", "earliest"):
		slot = 0
	case d.classAt(i, "second"):
		slot = 1
	case d.classAt(i, "third"):
		slot = 2
	case d.classAt(i, "last"):
		slot = n - 1
	case d.classAt(i, "middle") && n == 3:
		slot = 1
	}
	if slot < 0 || slot >= n || d.classWithin(i, "prefer", "otherwise") || i > 0 && phrases.possessives[d.tokens[i-1].word] {
		return 0, false // "my first choice" is no first slot
	}
	if d.classAt(i+1, "one", "option") || d.classAt(i-1, "option") {
		return slot, true
	}
	t := d.tokens[i]
	ends := t.last || d.classAt(i+1, "fit", "unfit", "yes", "no", "filler", "prefer") || phrases.politeness[d.tokens[min(i+1, len(d.tokens)-1)].word] || phrases.connectives[d.tokens[min(i+1, len(d.tokens)-1)].word]
	return slot, ends && (t.first || d.classAt(i-1, "article"))
}

// loneOrdinal reads a mail that says no more than "2nd please": a slot, where
// none of them is on such a day of the month.
func (d *reading) loneOrdinal(i int) (int, bool) {
	word := d.tokens[i].word
	if len(d.Question.Offered) < 2 || d.marks[i]&isTime == 0 || !ordinal(word) || !d.timeWithin(i, i+1) || len(d.tokens) > 5 || !d.aloneInClause(i) {
		return 0, false
	}
	n, err := strconv.Atoi(strings.TrimRight(word, "abcdefghijklmnopqrstuvwxyz"))
	if err != nil || n < 1 || n > len(d.Question.Offered) {
		return 0, false
	}
	for _, slot := range d.Question.Offered {
		if slot.Start.In(d.Zone).Day() == n {
			return 0, false
		}
	}
	return n - 1, true
}

// slotsAt returns the offered slots that a time may mean.
func (d *reading) slotsAt(t *timeAt) []int {
	if t.Weekly || t.Grain == program.GrainPartOfDay && t.TimeOnly && d.has(t.clause, "only", "rule") {
		return nil // a habit picks no slot
	}
	var exact, loose []int
	dated := d.dated(t)
	for i, slot := range d.Question.Offered {
		start := slot.Start.In(d.Zone)
		for _, span := range t.readings() {
			switch t.Grain {
			case program.GrainMinute, program.GrainHour:
				if span.Start.Equal(slot.Start) {
					exact = append(exact, i)
				} else if own := span.Start.In(d.Zone); !dated || own.Weekday() == start.Weekday() && d.onlyWeekday(t) {
					if own.Hour() == start.Hour() && own.Minute() == start.Minute() {
						loose = append(loose, i)
					}
				}
			case program.GrainPartOfDay:
				if !slot.Start.Before(span.Start) && slot.Start.Before(span.End) {
					exact = append(exact, i)
				} else if own, end := span.Start.In(d.Zone), span.End.In(d.Zone); !dated && start.Hour() >= own.Hour() && start.Hour() < end.Hour() {
					loose = append(loose, i)
				}
			case program.GrainDay:
				if own := span.Start.In(d.Zone); sameDay(own, start) {
					exact = append(exact, i)
				} else if own.Weekday() == start.Weekday() && d.onlyWeekday(t) {
					loose = append(loose, i)
				}
			}
		}
	}
	if len(exact) > 0 {
		return union(nil, exact)
	}
	return union(nil, loose)
}

// readings are all that the words of a time may mean.
func (t *timeAt) readings() []program.Span {
	return append([]program.Span{{Start: t.Start, End: t.End}}, t.Alternatives...)
}

// dated reports whether the words of a time name a day.
func (d *reading) dated(t *timeAt) bool { return !t.TimeOnly }

// onlyWeekday reports whether a time is a weekday without a date.
func (d *reading) onlyWeekday(t *timeAt) bool {
	named, digits := false, 0
	for i := t.from; i < t.to; i++ {
		w := d.tokens[i].word
		switch {
		case isWeekday(w):
			named = true
		case phrases.dates[w] || ordinal(w):
			return false
		case isDigits(w):
			digits++
		}
	}
	switch t.Grain {
	case program.GrainMinute:
		return named && digits <= 2
	case program.GrainHour:
		return named && digits <= 1
	}
	return named && digits == 0
}

// isWeekday knows weekdays, alone and in compounds ("Montagmorgen").
func isWeekday(word string) bool {
	if phrases.weekdays[word] {
		return true
	}
	for end := 6; end <= min(len(word)-3, 10); end++ {
		if phrases.weekdays[word[:end]] {
			return true
		}
	}
	return false
}

// ordinal reports whether a word is a day of the month like "12th" or "1er".
func ordinal(word string) bool {
	letters := strings.TrimLeft(word, "0123456789")
	if letters == word {
		return false
	}
	switch letters {
	case "st", "nd", "rd", "th", "er", "ste", "de", "e":
		return true
	}
	return false
}

// combine merges a day and an hour that stand side by side and both speak of
// one slot: "Thursday, the 10:00 one".
func (d *reading) combine(list []mention) []mention {
	merged := list[:0]
	for _, m := range list {
		if n := len(merged); n > 0 && len(m.slots) > 0 && len(merged[n-1].slots) > 0 {
			last := &merged[n-1]
			same := d.clauses[d.tokens[last.from].clause].sentence == d.clauses[d.tokens[m.from].clause].sentence
			both := intersect(last.slots, m.slots)
			same = same && !d.speaks(last.to, m.from, phrases.therefores) // "I'm off on Friday, so B"
			if same && len(both) > 0 && (last.time != nil || m.time != nil) && m.from-last.to <= 4 {
				last.slots, last.to = both, m.to
				continue
			}
		}
		merged = append(merged, m)
	}
	return merged
}

func intersect(a, b []int) []int {
	var both []int
	for _, x := range a {
		if contains(b, x) {
			both = append(both, x)
		}
	}
	return both
}
