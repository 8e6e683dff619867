package words

import "math/bits"

// item is a token, or several that are one phrase, with its meaning.
type item struct {
	token
	entry *entry // nil where no table knows the word
}

// reader holds the buffers of one reading, so that texts can share them.
type reader struct {
	scanner
	items []item
	lang  *language
}

// is reports whether the item has the sense m.
func (it *item) is(m meaning) bool {
	_, ok := it.entry.has(m)
	return ok
}

// choose picks the language that knows most of the words; the locale's
// language wins where two know as many.
func (r *reader) choose(locale string) {
	var score [16]int
	for i := range r.tokens {
		t := &r.tokens[i]
		if t.shape != shapeWord || t.word == 0 {
			continue
		}
		votes := r.lex.votes[t.word]
		weight := 4
		if bits.OnesCount16(votes) == 1 {
			weight = 6 // a word of one language alone says more
		}
		for votes != 0 {
			n := bits.TrailingZeros16(votes)
			score[n] += weight
			votes &= votes - 1
		}
	}
	best := -1
	for n, lang := range r.lex.languages {
		if lang.tag == primaryTag(locale) {
			score[n] += score[n]/4 + 1
		}
		if lang.tag == "en" && best >= 0 && score[n] == score[best] {
			best = n
		}
		if best < 0 || score[n] > score[best] {
			best = n
		}
	}
	r.lang = r.lex.languages[best]
}

// primaryTag returns the language of a BCP 47 tag (RFC 5646 §2.2.1).
func primaryTag(locale string) string {
	for i := range len(locale) {
		if locale[i] == '-' || locale[i] == '_' {
			return locale[:i]
		}
	}
	return locale
}

// gather turns the tokens into items, the longest phrases first.
func (r *reader) gather() {
	r.items = r.items[:0]
	for i := 0; i < len(r.tokens); {
		t := &r.tokens[i]
		if t.word == 0 {
			r.items = append(r.items, item{token: *t})
			i++
			continue
		}
		e, n := r.match(i, r.lang)
		if n == 0 {
			e, n = r.foreign(i)
		}
		it := item{token: *t, entry: e}
		if n > 0 {
			last := &r.tokens[i+n-1]
			it.end = last.end
			if n > 1 {
				it.shape = shapeWord
			}
			i += n
		} else {
			i++
		}
		r.items = append(r.items, it)
	}
}

// match finds the longest phrase of lang that starts at token i and how many
// tokens it takes.
func (r *reader) match(i int, lang *language) (found *entry, taken int) {
	node := int32(0)
	for k := i; k < len(r.tokens) && k-i < 16; k++ {
		t := &r.tokens[k]
		if k > i && t.shape == shapeMark {
			// "a.m.", "w/c": marks within single letters are part of the phrase.
			if (t.mark == '.' || t.mark == '/') && r.tokens[k-1].end-r.tokens[k-1].start == 1 && !t.space {
				if found != nil && taken == k-i && t.mark == '.' && k > i+1 {
					taken++
				}
				continue
			}
			if t.mark == '\n' && k+1 < len(r.tokens) && r.tokens[k+1].shape == shapeWord {
				continue // a wrapped line
			}
			break
		}
		if t.word == 0 || k > i && t.shape == shapeNumber {
			break
		}
		next, ok := lang.nodes[uint64(node)<<32|uint64(t.word)]
		if !ok {
			break
		}
		node = next
		if e := &lang.leaf[node]; e.senses[0].meaning != noMeaning {
			found, taken = e, k-i+1
		}
	}
	if taken == 1 && r.tokens[i].shape == shapeNumber {
		return nil, 0 // a number alone is a number
	}
	return found, taken
}

// foreign finds a day or a month of another language: people mix them.
func (r *reader) foreign(i int) (*entry, int) {
	votes := r.lex.votes[r.tokens[i].word]
	for n, lang := range r.lex.languages {
		if votes&(1<<n) == 0 || lang == r.lang {
			continue
		}
		if e, taken := r.match(i, lang); e != nil && !e.weak {
			switch e.senses[0].meaning {
			case isWeekday, isMonth, isDay:
				return e, taken
			}
		}
	}
	return nil, 0
}

// maxSmall is how many small words may stand in a row before a date or a clock
// time ("some time on the"). It keeps the walk over a text linear.
const maxSmall = 4

// overSmall steps over small words.
func (p *parser) overSmall(i int, small func(*item) bool) int {
	for k := 0; k < maxSmall && small(p.at(i)); k++ {
		i++
	}
	return i
}

// ties reports whether the word ties the parts of a date: "of", "the".
func (it *item) ties() bool { return it.is(isOf) || it.is(isThe) }

// roughly reports whether the word makes an amount rough: "about the".
func (it *item) roughly() bool { return it.is(isAround) || it.is(isThe) }

// leadsDate reports whether the word may stand before a date.
func (it *item) leadsDate() bool {
	return it.is(isOn) || it.is(isIn) && !it.is(isShift) || it.is(isFrom) || it.is(isBetween) || it.is(isUntil) ||
		it.is(isLatest) || it.is(isAround) || it.is(isBefore) || it.is(isAfter)
}
