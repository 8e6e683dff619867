package words

// bounded reads "after 4pm", "before 11", "until 2", "by Friday 5pm", "not
// before ten".
func (p *parser) bounded(i int, f *mention) int {
	it := p.at(i)
	b := boundNone
	switch {
	case it.is(isEarliest) && !it.is(isFrom):
		b = boundAfter
	case it.is(isLatest):
		b = boundBefore
	case it.is(isBefore):
		b = boundBefore
	case it.is(isAfter):
		b = boundAfter
	case it.is(isUntil) && !it.is(isAt) && !it.is(isTo): // not "yes to the 10:00"
		b = boundBefore
	case it.is(isFrom) && !it.is(isOf):
		b = boundAfter
	default:
		return 0
	}
	j := i + 1
	for k := j; j-k < maxSmall && (p.isAt(j) || p.at(j).is(isThe) && !p.lang.traits.articleHours || p.at(j).is(isAround)); {
		j++
	}
	if next := p.clockRange(j, i, f); next > 0 {
		return next // "from 2 to 4"
	}
	c, next, s := p.clockAt(j)
	if s == noClock || s < strongClock && !p.clockLikely(j, next, s, true) {
		return p.boundedPart(j, b, f)
	}
	f.set(hasClock)
	f.bound = b
	if b == boundBefore {
		f.to = c
	} else {
		f.from = c
	}
	return next
}

// boundedPart reads "after lunch" and "before noon" where the part is named.
func (p *parser) boundedPart(j int, b bound, f *mention) int {
	part, ok := p.at(j).entry.has(isPart)
	if !ok || p.at(j).entry.weak || b == boundNone {
		return 0
	}
	_, starts := p.at(j - 1).entry.has(isUntil)
	if starts && b == boundBefore || p.at(j-1).is(isBefore) || p.at(j-1).is(isAfter) {
		f.part = int8(part)
		f.bound = b
		f.set(hasPart)
		return j + 1
	}
	return 0
}

// timed reads a clock time or a range of two.
func (p *parser) timed(i int, f *mention) int {
	j, lead := i, false
	if p.movesTo(j) {
		lead = true
		j++
	}
	for j-i < maxSmall && (p.isAt(j) || p.at(j).is(isBetween) || p.at(j).is(isAround)) {
		lead = true
		j++
	}
	if lead && p.at(j).is(isAround) {
		j++
	}
	if next := p.clockRange(j, i, f); next > 0 {
		return next
	}
	c, next, s := p.clockAt(j)
	if s == noClock || s < strongClock && !p.clockLikely(j, next, s, lead) {
		return 0
	}
	f.from = c
	f.set(hasClock)
	if p.at(next).is(isLater) && p.lateTail(next) {
		f.bound = boundAfter // "3 pm or later"
		next++
	} else if p.at(next).is(isEarlier) && p.at(next).is(isOr) {
		f.from, f.to, f.bound = clock{}, c, boundBefore
		next++
	}
	return next
}

// movesTo reports whether "to" at i leads to the new hour of what is moved:
// "push Thursday to 5".
func (p *parser) movesTo(i int) bool {
	it := p.at(i)
	return p.moving && it.is(isTo) && it.is(isUntil) && (p.at(i+1).shape == shapeNumber || p.at(i+1).is(isNumber))
}

func (p *parser) lateTail(i int) bool { return p.at(i).is(isLater) && !p.at(i).is(isAfter) }

// isAt reports whether "at" or a lone @ stands at i.
func (p *parser) isAt(i int) bool { return p.at(i).is(isAt) || p.isMark(i, '@') && !p.address(i) }

// address reports that the @ at i is part of a mail address.
func (p *parser) address(i int) bool {
	return p.isMark(i, '@') && p.joined(i) && i > 0 && p.joined(i+1) && p.at(i+1).shape == shapeWord
}

// clockRange reads "2-4pm", "from 9 till 10:30", "between 3:30 and 6".
func (p *parser) clockRange(i, lead int, f *mention) int {
	c, next, s := p.clockAt(i)
	if s == noClock {
		return 0
	}
	between := lead < i && p.at(i-1).is(isBetween) || p.at(i-1).is(isBetween)
	n, ok := p.rangeMark(next)
	dash := ok && p.isMark(next, '-')
	if dash && p.joined(next) && p.isoTime(i-1) {
		return 0 // "T15:00-05:00": an offset
	}
	if !ok && (p.at(next).is(isAnd) || p.isMark(next, '&')) && between {
		n, ok = next+1, true
	}
	if !ok {
		return 0
	}
	for k := n; n-k < maxSmall && (p.at(n).is(isAround) || p.isAt(n)); {
		n++
	}
	d, after, t := p.clockAt(n)
	if t == noClock || p.isMark(n, '\n') {
		return 0
	}
	if s < strongClock && t < strongClock && !p.loose {
		led := lead < i || between || p.at(lead).is(isFrom) || p.at(lead).is(isBetween)
		if !p.rangeLikely(i, after, s, t, dash, led) {
			return 0
		}
	}
	if p.at(after).is(isUnit) || p.isMark(after, '%') {
		return 0
	}
	f.from, f.to, f.bound = c, d, boundRange
	f.set(hasClock)
	return after
}

// rangeLikely says whether two doubtful clock times and a dash are a range of
// hours there: beside a date, or alone; not "2-3 questions".
func (p *parser) rangeLikely(i, after int, s, t strength, dash, led bool) bool {
	a, b := p.at(i), p.at(after-1)
	if a.shape == shapeNumber && a.value == 0 && s == bareClock || b.shape == shapeNumber && b.value == 0 && t == bareClock {
		return false
	}
	if a.digits >= 3 && s == pairClock && a.end-a.start >= 3 && (b.digits < 4 || a.digits < 4) || b.digits == 3 {
		return false // "555-0123"
	}
	if p.isMark(after, '-') && p.joined(after) || p.isMark(i-1, '-') && p.joined(i-1) || p.isMark(after, '/') || p.isMark(i-1, '/') {
		return false // a telephone number, a date
	}
	n := p.at(after)
	ends := after >= len(p.items) || n.shape == shapeMark || n.entry != nil && !n.is(isUnit)
	if led {
		return ends || p.cur.dated() && p.open
	}
	if p.open && p.gap == 0 && p.cur.slots&dateSlots != 0 && p.cur.slots&hasClock == 0 {
		return true
	}
	if p.open && p.gap == 0 && p.pending >= linkComma && p.cur.slots&hasClock != 0 && p.cur.bound == boundRange {
		return true
	}
	if i == 0 && after >= len(p.items) {
		return true
	}
	if s == pairClock && t == pairClock && a.digits == 4 {
		return false // "2025-2026"
	}
	// "6-8 next Monday", "9-17 Uhr"
	return p.dateStarts(after) || p.at(i-1).is(isExcept) || s == pairClock && t == pairClock && ends
}

// dateStarts reports whether a date stands at i, perhaps after "on".
func (p *parser) dateStarts(i int) bool {
	i = p.overSmall(i, func(it *item) bool { return it.is(isOn) || it.mark == ',' || it.is(isThe) })
	it := p.at(i)
	return it.timely() && !it.is(isPart) || it.is(isPart) && !it.entry.weak
}

// clockLikely says whether a doubtful clock time is one there.
func (p *parser) clockLikely(i, next int, s strength, led bool) bool {
	if p.countsOther(i, next, s) {
		return false
	}
	it, n := p.at(i), p.at(next)
	if s == pairClock && p.at(i-1).is(isThe) && p.isMark(i+1, '.') && it.value >= 8 && p.at(i+2).value%5 == 0 && (next >= len(p.items) || n.shape == shapeMark) {
		return true // "I'll take the 14.30"
	}
	dated := p.open && p.gap == 0 && p.cur.slots&dateSlots != 0
	ends := next >= len(p.items) || n.shape == shapeMark || n.entry != nil
	if s == bareClock && it.shape == shapeNumber && n.is(isOn) && p.at(next+1).is(isWeekday) && (p.at(i-1).is(isAsks) || p.at(i-1).is(isDo)) {
		return true // "would 11 on Thursday work"
	}
	if p.at(i-1).is(isRather) && s == bareClock && it.shape == shapeNumber && ends && p.clockBefore() {
		return true // "11 on Thursday instead of 10"
	}
	if p.at(i-1).is(isDo) && !led {
		return s == bareClock && it.shape == shapeNumber && (next >= len(p.items) || n.shape == shapeMark && n.mark != '.' || p.isMark(next, '.') && p.at(next+1).space) && p.clockBefore()
	}
	if led {
		if s == pairClock && it.digits >= 3 {
			return dated || p.isAt(i-1) && ends
		}
		return dated || ends
	}
	if dated && p.cur.slots&hasClock == 0 && p.pending <= linkComma {
		if s == bareClock && p.cur.slots&^(hasOffset|hasPart|hasWeekday|hasWeek) != 0 && p.cur.slots&(hasDay|hasMonth) == 0 {
			return false
		}
		return s == pairClock && (it.digits != 4 || it.value%5 == 0) || ends
	}
	if p.open && p.gap == 0 && p.pending >= linkComma && p.cur.slots&hasClock != 0 {
		return (p.pending == linkOr || p.pending == linkAnd || s > bareClock) && ends && n.entry == nil || p.pending == linkOr && ends || p.clockOr(next) && ends
	}
	if s == pairClock && it.shape != shapeNumber {
		return p.at(i-1).is(isFrom) || p.at(i-1).is(isAround) || p.clockOr(next)
	}
	if p.clockOr(next) || s == bareClock && (p.clockOn(next) || p.opensOn(i, next)) {
		return true
	}
	// "9 tomorrow evening", "3 on Friday"
	if it.digits == 4 && s == pairClock && it.value%5 == 0 && it.value < 1900 {
		return n.is(isDay) || n.is(isDayPart) || n.is(isWeekday) || n.is(isOn) && p.dateStarts(next+1)
	}
	return s <= pairClock && it.digits <= 2 && (n.is(isDay) || n.is(isDayPart) || n.is(isPart) && !n.entry.weak || n.is(isRelative) && p.at(next+1).is(isPart))
}

// countsOther reports whether the number at i is plainly no hour: a length, a
// share, a version, an ordinal, a day before its month, people.
func (p *parser) countsOther(i, next int, s strength) bool {
	it, n := p.at(i), p.at(next)
	if it.shape == shapeNumber && it.value == 0 && s == bareClock || n.is(isUnit) || p.isMark(next, '%') || p.isMark(next, '/') || p.isMark(next, '$') {
		return true
	}
	if p.isMark(next, '.') && p.joined(next) && p.at(next+1).shape == shapeNumber && p.joined(next+1) || p.ordinalSuffix(next) > 0 {
		return true
	}
	if p.isMark(next, ':') && p.joined(next) || p.isMark(next, '-') && p.joined(next) && p.at(next+1).shape == shapeNumber && it.digits > 2 {
		return true
	}
	if _, m := p.monthAt(p.overOf(next)); m > 0 && it.shape == shapeNumber && s == bareClock {
		return true
	}
	if n.is(isOf) && !n.is(isIn) && !n.is(isFor) && !n.is(isFrom) && !p.dateStarts(next+1) && p.lang.tag == "en" {
		return true // "before two of us"
	}
	if far, ok := p.rangeMark(next); s == bareClock && (ok || n.is(isAnd) && p.at(i-1).is(isBetween)) {
		if !ok {
			far = next + 1
		}
		if _, _, t := p.clockAt(far); t == bareClock {
			return true // "from 3 to 5 people": the range was none
		}
	}
	return false
}

// clockOn reports whether "or" and another bare hour follow at i that stand on
// a day: "9 or 10 on Friday".
func (p *parser) clockOn(i int) bool {
	it := p.at(i + 1)
	hour := func(it *item) bool { return it.shape == shapeNumber && it.digits <= 2 && it.value > 0 && it.value < 24 }
	switch {
	case p.at(i).is(isOr) && hour(it):
		return p.at(i+2).is(isOn) && p.at(i+3).is(isWeekday) && hour(p.at(i-1))
	case p.at(i).is(isOn) && it.is(isWeekday):
		return hour(p.at(i-1)) && p.at(i-2).is(isOr) && hour(p.at(i-3))
	}
	return false
}

// opensOn reports whether a bare hour at i opens its clause and a day follows:
// "11 on Thursday would be perfect".
func (p *parser) opensOn(i, next int) bool {
	it, prev := p.at(i), p.at(i-1)
	opens := i == 0 || prev.shape == shapeMark || prev.is(isBut) || prev.is(isAnd) || prev.is(isFine)
	return opens && it.shape == shapeNumber && it.digits <= 2 && it.value > 0 && it.value < 24 && p.at(next).is(isOn) && p.at(next+1).is(isWeekday)
}

// clockBefore reports whether a clock time stood before in the sentence.
func (p *parser) clockBefore() bool {
	if p.open {
		return p.cur.slots&hasClock != 0
	}
	n := len(p.out)
	return n > 0 && p.out[n-1].sentence == p.sentence && p.out[n-1].slots&hasClock != 0
}

// clockOr reports whether "or 4pm" follows: "3 or 4pm".
func (p *parser) clockOr(i int) bool {
	if !p.at(i).is(isOr) && !p.at(i).is(isAnd) && !p.isMark(i, '/') && !p.isMark(i, ',') {
		return false
	}
	_, _, s := p.clockAt(i + 1)
	return s == strongClock
}
