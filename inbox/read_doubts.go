package inbox

import (
	"sort"
	"unicode"
	"unicode/utf8"

	"github.com/mentorpost/mentorpost/program"
)

// believed reports whether what stands around a mention is understood, all of
// it: every word that says something of the slot must be known, and where
// nothing but "is" is said of it nobody may own the sentence but the writer.
// "I doubt that A works" and "my number is 1" are asked about.
func (d *reading) believed(m *mention) bool {
	if m.polarity != neutral && m.polarity != positive {
		return true
	}
	from, to := d.around(m)
	named := m.polarity == neutral || m.said.class == "pick"
	if named && !m.prefer && (d.otherMatter(m, from, to) || d.owned(from, to)) {
		return false
	}
	for i := from; i < to; i++ {
		if i != m.from && d.unexplained(i) {
			return false
		}
	}
	return true
}

// around gives the tokens that must be known for a mention to be believed:
// those that speak of it without the reason before ("I have a dentist at 3, so
// …") or after it ("… because I'm at home then"), and without another matter
// ("… and I'd like to talk about my thesis").
func (d *reading) around(m *mention) (from, to int) {
	from, to = m.reach[0], min(m.reach[1], m.reach[0]+longestPhrase)
	judged := m.polarity == positive
	for i := from; i < min(m.from, to); i++ {
		therefore := phrases.therefores[d.tokens[i].word]&d.language != 0
		if therefore || judged && m.said.from > i && d.joins(i) {
			from = i + 1
		}
	}
	for i := m.to; i < to; i++ {
		reason := phrases.becauses[d.tokens[i].word]&d.language != 0
		if judged && (m.said.from < m.from || i >= m.said.to) && (reason || d.joins(i)) {
			return from, i
		}
	}
	return from, to
}

// onlyReason drops what is said of a day only to give the reason for another
// choice: "I'm on the train on Friday so Thursday please", "I choose option 1
// because it leaves my Friday free".
func (d *reading) onlyReason(list []mention) {
	for i := 0; i+1 < len(list); i++ {
		m, next := &list[i], &list[i+1]
		if d.clauses[d.tokens[m.from].clause].sentence != d.clauses[d.tokens[next.from].clause].sentence {
			continue
		}
		if m.time != nil && m.polarity == neutral && d.speaks(m.to, next.from, phrases.therefores) && !d.believed(m) {
			m.polarity = regretted
		}
		if next.time != nil && next.polarity != negative && len(m.slots) > 0 && m.polarity != negative && d.speaks(m.to, next.from, phrases.becauses) {
			next.polarity = regretted
		}
	}
}

// owned reports whether the words of a stretch tell of somebody's own things:
// "my birthday", "you are", "their day".
func (d *reading) owned(from, to int) bool {
	for i := from; i < to; i++ {
		w := d.tokens[i].word
		if (phrases.possessives[w] || phrases.others[w]&d.language != 0) && d.marks[i]&(isTaken|isTime) == 0 && !d.covered(i) {
			return true
		}
	}
	return false
}

// unexplained reports whether nothing that is known explains a word: no time,
// no phrase, no word that only holds sentences together.
func (d *reading) unexplained(i int) bool {
	w := d.tokens[i].word
	return d.marks[i]&(isTaken|isTime|isLabel) == 0 && (phrases.common[w]|phrases.plain[w]|phrases.contrast[w]|phrases.therefores[w])&d.language == 0 &&
		!phrases.politeness[w] && !phrases.connectives[w] && !phrases.articles[w] && !phrases.closings[w] && !phrases.sessions[w] && !d.covered(i)
}

// name reports whether a word is written as names are within a sentence.
func (d *reading) name(i int) bool {
	letter, _ := utf8.DecodeRuneInString(d.text[d.tokens[i].start:])
	return unicode.IsUpper(letter) && !d.tokens[i].first
}

// corrected drops the mentions that are taken back by a later one: "B, sorry,
// I mean C". Where nothing follows, what was said before is asked about.
func (d *reading) corrected(list []mention) []mention {
	hits := d.hitsOf("correction")
	if len(hits) == 0 {
		return list
	}
	at := hits[len(hits)-1].from
	first := sort.Search(len(list), func(i int) bool { return list[i].from >= at })
	if first == len(list) && first > 0 {
		d.doubt("what was said is taken back: " + d.words(at, hits[len(hits)-1].to))
	}
	if first == len(list) {
		return list
	}
	return list[first:]
}

// corrects reports whether a mail names a slot and takes words of its own
// back, not an earlier mail.
func (d *reading) corrects() bool {
	if d.purpose != program.AboutOffer || !d.said("correction") {
		return false
	}
	return d.marked(0, len(d.tokens))
}

// echo gives a mention that only says "too" what was said of the one before
// it: "B is impossible, A too".
func (d *reading) echo(list []mention) {
	for i := 1; i < len(list); i++ {
		m, before := &list[i], list[i-1]
		if m.polarity == neutral && before.polarity != neutral && d.speaks(m.reach[0], m.reach[1], phrases.echoes) && d.clauses[d.tokens[m.from].clause].sentence == d.clauses[d.tokens[before.from].clause].sentence {
			m.polarity, m.said = before.polarity, before.said
		}
	}
}

// doubtLeaving asks where somebody seems to leave, or to have their data
// deleted, and the clause that says so says something else too: what cannot be
// undone by a next mail wants to be understood to the last word. One word
// alone is meant only where the whole mail is understood.
func (d *reading) doubtLeaving(from, to int, class string) {
	h, _ := d.hitIn(from, to, class)
	k := d.clauses[d.tokens[h.from].clause]
	end := min(k.to, d.sentenceEnd(h.from))
	if k.to-k.from == 1 {
		from, end = 0, len(d.tokens)
	} else {
		from = k.from
	}
	first := d.tokens[k.from].word
	other := phrases.others[first]&^phrases.common[first]&d.language != 0 // "she wants to leave"
	for i := from; i < end && !other; i++ {
		other = d.unexplained(i) && !phrases.atHome(d.tokens[i].word, class, d.language)
	}
	if other {
		d.doubt("it is not certain what “" + d.words(h.from, h.to) + "” is said of")
	}
}

// suspect reports whether a word stands between two tokens that refusals have
// and consent has not, in no phrase that is known: "great idea, terrible time".
func (d *reading) suspect(from, to int) bool {
	for i := from; i < to; i++ {
		if !d.unexplained(i) {
			continue
		}
		w, against := d.tokens[i].word, false
		for _, class := range []string{"unfit", "no", "doubt", "none-of", "refuse"} {
			against = against || phrases.atHome(w, class, d.language)
		}
		for _, class := range []string{"fit", "yes", "wish", "filler", "join"} {
			against = against && !phrases.atHome(w, class, d.language)
		}
		if against {
			return true
		}
	}
	return false
}

// refusesUnknown reports whether a bare "not" refuses, and what it is said of
// is not known: "not bad", "I can't imagine a better time".
func (d *reading) refusesUnknown() bool {
	for _, h := range d.hitsOf("not", "unfit") {
		last := d.tokens[h.to-1]
		if !last.last && phrases.negations[last.word]&d.language != 0 && d.unexplained(h.to) {
			return true
		}
	}
	return false
}

// otherMatter reports whether a clause says more around a mention than is
// understood: "at 10 I'm giving a talk" picks no slot.
func (d *reading) otherMatter(m *mention, from, to int) bool {
	words, small := 0, 0
	for i := from; i < to; i++ {
		w := d.tokens[i].word
		known := d.marks[i]&(isTime|isLabel|isTaken) != 0 || m.from <= i && i < m.to || phrases.politeness[w] || (phrases.plain[w]|phrases.contrast[w])&d.language != 0
		if known || d.classWithin(i, "fit", "yes", "pick", "wish", "request", "prefer", "option", "one", "filler", "noted", "first", "second", "third", "last", "otherwise", "article") {
			continue
		}
		if phrases.connectives[w] {
			small++
		} else {
			words++
		}
	}
	return words > 2 || words+small > 3
}

// leaveAt takes the clock time off a mention that only says with it when the
// writer has to go, and asks: "Friday works but I need to leave at 3".
func (d *reading) leaveAt(m *mention) {
	if m.time == nil || m.time.DateOnly || d.purpose != program.AboutOffer {
		return
	}
	if h, ok := d.hitIn(m.from-3, m.to, "leaving"); ok && h.to <= m.to && h.to >= m.from {
		d.doubt("the writer has to leave at a certain time")
		m.slots, m.time.used = d.farewell(m.time), true
	}
}

// tellsAbsence reports whether a day only says until when nothing suits, in a
// mail that refuses: "none of those, I'm at a conference till the 16th".
func tellsAbsence(m *mention) bool {
	return m.time != nil && m.time.DateOnly && m.time.OpenStart && len(m.slots) == 0
}

// strayHour reports whether a slot was picked by its day alone and a number
// that may be an hour stands in the same sentence, part of nothing.
func (d *reading) strayHour(v verdict) bool {
	last := -1
	for _, t := range v.loose {
		if d.clauses[t.clause].sentence == last {
			continue
		}
		last = d.clauses[t.clause].sentence
		for i := d.sentenceStart(t.clause); i < d.ends[t.clause]; i++ {
			k := d.tokens[i]
			if !isDigits(k.word) || len(k.word) > 2 || d.marks[i]&(isTime|isTaken|isLabel) != 0 || d.clauses[k.clause].item == k.word || d.classAt(i-1, "option") {
				continue
			}
			if next := i + 1; next < len(d.tokens) && (phrases.lengths[d.tokens[next].word] || phrases.units[d.tokens[next].word] > 0) {
				continue
			}
			return true
		}
	}
	return false
}

// takenBack reports whether a clause after the pick refuses and names nothing that it could
// refuse but what was picked: "my assistant says yes to Friday, but I'd rather
// not", "my husband: no it isn't".
func (d *reading) takenBack(picked [2]int) bool {
	const fewWords = 7
	sentence, names := -1, false // whether the sentence at hand names a slot or a time
	for c := range d.clauses {
		k := d.clauses[c]
		if k.sentence != sentence {
			sentence, names = k.sentence, d.marked(k.from, d.ends[c])
		}
		if d.taken(c) || d.tokens[k.from].start < picked[0] || k.to-k.from > fewWords || !d.has(c, "unfit", "no", "absent") {
			continue
		}
		if !names || k.contrast && k.from > 0 && !d.marked(k.from, k.to) {
			return true
		}
	}
	return false
}

// marked reports whether a time or a label stands between two tokens.
func (d *reading) marked(from, to int) bool {
	for i := from; i < to; i++ {
		if d.marks[i]&(isLabel|isTime) != 0 {
			return true
		}
	}
	return false
}
