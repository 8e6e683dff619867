package inbox

import "github.com/mentorpost/mentorpost/program"

// otherMatter reports whether a clause says more around a mention than is
// understood: "at 10 I'm giving a talk" picks no slot.
func (d *reading) otherMatter(m *mention) bool {
	k := d.clauses[d.tokens[m.from].clause]
	words, small := 0, 0
	for i := k.from; i < min(k.to, k.from+longestPhrase); i++ {
		if d.marks[i]&(isTime|isLabel|isTaken) != 0 || m.from <= i && i < m.to || phrases.politeness[d.tokens[i].word] ||
			d.classWithin(i, "fit", "yes", "pick", "wish", "request", "prefer", "option", "one", "filler", "noted", "first", "second", "third", "last", "otherwise", "article") {
			continue
		}
		if phrases.connectives[d.tokens[i].word] {
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

// takenBack reports whether a "but" follows that refuses and names nothing:
// "my assistant says yes to Friday, but I'd rather not".
func (d *reading) takenBack() bool {
	for c := range d.clauses {
		k := d.clauses[c]
		if !k.contrast || k.from == 0 || d.taken(c) || !d.has(c, "unfit", "no") || len(d.timesBetween(k.from, k.to)) > 0 {
			continue
		}
		labels := false
		for i := k.from; i < k.to; i++ {
			labels = labels || d.marks[i]&(isLabel|isTime) != 0
		}
		if !labels && k.to-k.from <= 7 {
			return true
		}
	}
	return false
}
