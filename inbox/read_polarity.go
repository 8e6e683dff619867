package inbox

// weigh finds what is said about each mention: the words after it up to the
// next one, else those before. Mentions joined by "and" or "or" share it.
func (d *reading) weigh(list []mention) {
	for first := 0; first < len(list); {
		last := first
		for last+1 < len(list) && d.joined(list[last], list[last+1]) {
			last++
		}
		d.weighGroup(list, first, last)
		first = last + 1
	}
}

// joined reports whether only words like "or" stand between two mentions.
func (d *reading) joined(a, b mention) bool {
	if d.clauses[d.tokens[a.from].clause].sentence != d.clauses[d.tokens[b.from].clause].sentence || b.from-a.to > 3 {
		return false
	}
	linked := d.tokens[a.from].clause == d.tokens[b.from].clause
	for i := a.to; i < b.from; i++ {
		if !phrases.connectives[d.tokens[i].word] {
			return false
		}
		linked = linked || phrases.joins[d.tokens[i].word]&d.language != 0
	}
	if !linked && d.judged(d.tokens[a.from].clause) {
		return false // "Thursday is off, Friday …"
	}
	return !d.clauses[d.tokens[b.from].clause].contrast
}

// joins reports whether token i is a word like "and" that denies nothing: the
// Spanish "ni" does, and the Portuguese "é" is no "e".
func (d *reading) joins(i int) bool {
	t := d.tokens[i]
	return phrases.joins[t.word]&d.language != 0 && phrases.negations[t.word]&d.language == 0 && t.end-t.start == len(t.word)
}

// judged reports whether clause c says anything about the times in it.
func (d *reading) judged(c int) bool {
	for _, h := range d.hitsBetween(d.clauses[c].from, d.clauses[c].to) {
		if _, ok := sentiments[h.class]; ok {
			return true
		}
	}
	return false
}

func (d *reading) weighGroup(list []mention, first, last int) {
	c := d.tokens[list[last].from].clause
	from, to := d.clauses[d.tokens[list[first].from].clause].from, d.clauses[c].to
	if first > 0 {
		from = max(from, list[first-1].to)
	}
	if last+1 < len(list) {
		to = min(to, list[last+1].from)
	}
	if end := list[last].to; end+1 < to && d.joins(end) {
		to = end // "B and please note that I'm away": the rest is another matter
	}
	p, said := d.polarityOf(list[first].from, list[last].to, from, to)
	for i := first; i <= last; i++ {
		m := &list[i]
		m.polarity, m.said, m.reach = p, said, [2]int{from, to}
		if m.time != nil && m.time.Negated && d.negates(d.tokens[m.from].clause) {
			m.polarity = negative
		}
		_, m.prefer = d.hitIn(from, to, "prefer")
		m.fallback = d.inReserve(list, i)
	}
}

// negates reports whether clause c itself holds a negation: the "not" of
// "Thursday not, Friday at ten?" is not said of Friday.
func (d *reading) negates(c int) bool {
	k := d.clauses[c]
	if k.contrast || d.has(c, "except", "not", "no", "none-of", "unfit", "absent") {
		return true
	}
	for i := k.from; i < k.to; i++ {
		if phrases.negations[d.tokens[i].word]&d.language != 0 {
			return true
		}
	}
	return false
}

// inReserve reports whether a mention is only what remains if another fails:
// "B, otherwise C", "C if that's not possible".
func (d *reading) inReserve(list []mention, i int) bool {
	m := list[i]
	from, to := d.sentenceStart(d.tokens[m.from].clause), d.clauses[d.tokens[m.to-1].clause].to
	if i > 0 {
		from = max(from, list[i-1].to)
	}
	if i+1 < len(list) {
		to = min(to, list[i+1].from)
	}
	for _, h := range d.hitsBetween(from, to) {
		if h.class != "otherwise" {
			continue
		}
		next := h.from >= m.to && i+1 < len(list) && list[i+1].from-h.to <= 1 // "A or failing that B"
		k := d.clauses[d.tokens[h.from].clause]
		last := h.to <= m.from && i > 0 && k.from != d.clauses[d.tokens[m.from].clause].from && list[i-1].from >= k.from // "A at a push, but B"
		if !next && !last {
			return true
		}
	}
	return false
}

// sentiments are the classes that say something about a time, and what.
var sentiments = map[string]polarity{
	"unfit": negative, "no": negative, "none-of": negative, "except": negative, "cancel": negative,
	"fit": positive, "yes": positive, "pick": positive, "regret": regretted, "doubt": doubtful, "not": negative, "absent": negative, "than": regretted,
}

// numberSign tells the "no" of "No. 2" from a refusal.
func (d *reading) numberSign(h hit, start int) bool {
	return h.to == start && h.to-h.from == 1 && d.tokens[h.from].word == "no" && isDigits(d.tokens[start].word)
}

// polarityOf looks for words about the tokens [start,end) within [from,to).
func (d *reading) polarityOf(start, end, from, to int) (best polarity, said hit) {
	if h, unsure := d.hitIn(from, to, "doubt"); unsure {
		return doubtful, h
	}
	distance := 1000
	for _, h := range d.hitsAround(from, to) {
		p, ok := sentiments[h.class]
		if !ok || h.from >= to || h.to <= from || !d.speaksTo(h, start, end) {
			continue
		}
		if p == positive && d.negated(h) {
			p = negative
		}
		if gap := distanceTo(h, start, end); gap < distance {
			best, said, distance = p, h, gap
		}
	}
	return best, said
}

// speaksTo reports whether a phrase can be about the tokens [start,end) at all.
func (d *reading) speaksTo(h hit, start, end int) bool {
	switch h.class {
	case "except":
		return h.from < end // it is said of what follows
	case "than":
		return h.to == start || h.from < start && start < h.to
	case "pick":
		return h.to == start || h.to == start-1 // not "I have an exam on …"
	}
	return !d.numberSign(h, start)
}

// distanceTo counts the words between a phrase and the tokens [start,end).
// What stands after them is more likely to speak of them than what stands
// before, and a comparison or a regret speaks of nothing else.
func distanceTo(h hit, start, end int) int {
	gap := 0
	switch {
	case h.from >= end:
		gap = h.from - end
	case h.to <= start:
		gap = start - h.to + 2
	}
	switch h.class {
	case "than":
		return gap - 5
	case "regret":
		return gap - 2
	}
	return gap
}
