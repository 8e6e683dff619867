package inbox

import (
	"sort"
	"strings"
)

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
var structural = classes("wish request whether article pick one option filler best action leaving earliest first second third last middle suggest rating zone hours language available")

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
	meaning = longest(meaning)
	kept := append(meaning, longest(unhidden(structure, meaning))...)
	sort.SliceStable(kept, func(i, j int) bool { return kept[i].from < kept[j].from })
	return kept
}

// unhidden drops the question words that a longer phrase holds: "why not", and
// the German "was" of "ist was dazwischengekommen", ask nothing.
func unhidden(structure, meaning []hit) []hit {
	kept := structure[:0]
	for _, h := range structure {
		first := sort.Search(len(meaning), func(i int) bool { return meaning[i].to > h.from })
		hidden := first < len(meaning) && meaning[first].from <= h.from && meaning[first].to-meaning[first].from > 1 && sentiments[meaning[first].class] != neutral
		if h.class != "whether" || h.to-h.from > 1 || !hidden {
			kept = append(kept, h)
		}
	}
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
	for _, place := range q.places {
		if t.at(i, place) {
			return true
		}
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
