package words

// other looks at what is no time: what joins, parts, denies and affirms.
func (p *parser) other(i int) int {
	it := p.at(i)
	if it.shape == shapeMark {
		p.mark(i)
		return i + 1
	}
	if it.entry == nil {
		p.word()
		return i + 1
	}
	p.prefers = p.prefers || it.is(isPrefer)
	switch {
	case it.is(isExcept), it.is(isBut) && p.manyDays() && p.dateStarts(i+1):
		p.deny, p.denyGap = true, 0
		p.clause++
	case it.is(isRather), it.is(isThan) && p.prefers && p.open && p.gap == 0 && p.cur.slots&timeSlots != 0:
		p.denyOnce, p.denyGap = true, 0
		p.prefers = false
	case it.is(isFine):
		p.affirm()
	case it.is(isOff):
		p.denyBack()
	case it.is(isNot) && p.deniesBefore(i):
		p.denyBack()
	case it.is(isNot) && !it.entry.weak: // not "no, giovedì va bene"
		if !p.deny { // not in "neither … nor"
			p.gap++
		}
		p.deny, p.denyGap = true, 0
	case it.is(isBut) && p.open && p.cur.bound == boundAfter && p.at(i+1).is(isBefore): // "after 9 but before 11"
	case it.is(isBut):
		p.deny = false
		p.clause++
		p.gap++
	case it.is(isOr):
		p.pending = max(p.pending, linkOr)
	case it.is(isAnd):
		p.pending = max(p.pending, linkAnd)
	case it.is(isMove), it.is(isShift):
		p.moving = true
		p.shifting = 1
		if v, _ := it.entry.has(isShift); v < 0 {
			p.shifting = -1
		}
		p.gap++
	case it.is(isPlace):
		p.gap++
		if hit, n := p.zoneName(i + 1); n > 0 {
			p.place = hit
			p.remark = i + 1 + n
			return p.remark
		}
	case it.is(isHere) && p.place.iana != "" && p.open && p.cur.slots&hasClock != 0:
		p.cur.setZone(p.place)
	case p.silent(it):
	default:
		p.word()
	}
	return i + 1
}

// deniesBefore reports whether the "no" at i is said of the day before it:
// "el jueves no, mejor el viernes", "Donnerstag nicht, Freitag gern".
func (p *parser) deniesBefore(i int) bool {
	n := p.at(i + 1)
	ends := i+1 >= len(p.items) || n.shape == shapeMark && (n.mark == ',' || n.mark == ';' || n.mark == '.') || n.is(isBut)
	return p.open && p.gap == 0 && p.pending == linkNone && p.cur.dated() && !p.cur.negated && ends
}

// silent reports that the word neither parts a time nor says anything of it.
func (p *parser) silent(it *item) bool {
	return it.is(isAt) || it.is(isOn) || it.is(isIn) || it.is(isOf) || it.is(isThe) || it.is(isGlue) || it.is(isAround) ||
		it.is(isBetween) || it.is(isFrom) || it.is(isFor) || it.is(isEvery)
}

// word counts a word that speaks of no time.
func (p *parser) word() {
	p.gap++
	p.denyGap++
	if p.denyGap > 8 {
		p.deny, p.denyOnce = false, false
	}
}

// mark looks at punctuation.
func (p *parser) mark(i int) {
	switch it := p.at(i); it.mark {
	case ';':
		if p.at(i + 1).space {
			p.flush()
			p.clause++
			p.gap, p.pending, p.deny, p.denyOnce = p.gap+1, linkNone, false, false
		}
	case '.', '!', '?':
		if i+1 >= len(p.items) || p.at(i+1).space || p.at(i+1).shape == shapeMark {
			p.endSentence(it.mark)
		}
	case '\n':
		if p.isMark(i+1, '\n') || p.isMark(i+1, '>') || p.isMark(i+1, '-') || p.isMark(i+1, '*') {
			p.endSentence('\n')
			return
		}
		p.pending = max(p.pending, linkComma)
	case '&', '+':
		p.pending = max(p.pending, linkAnd)
	case ',', ':':
		p.pending = max(p.pending, linkComma)
	case '/':
		p.pending = max(p.pending, linkOr)
	case '-':
		p.pending = max(p.pending, linkComma)
		p.dash = true
	case '(', ')', '"', '\'', '*', '_', '[', ']':
	default:
		p.gap++
	}
}

func (p *parser) endSentence(mark byte) {
	p.flush()
	p.held = mention{}
	p.sentence++
	p.clause++
	p.gap, p.pending = 0, linkNone
	p.deny, p.denyOnce, p.moving, p.prefers = false, false, false, false
	for k := len(p.out) - 1; mark == '?' && k >= 0 && p.out[k].sentence == p.sentence-1; k-- {
		p.out[k].asked = true
	}
	p.shifting = 0
}

// flush ends the mention being built.
func (p *parser) flush() {
	if p.open {
		p.out = append(p.out, p.cur)
	}
	p.open = false
	p.cur = mention{}
}

// put adds what was read from items i to next.
func (p *parser) put(i, next int, f *mention) {
	held := p.at(i).is(isFor)
	p.lastItem = next - 1
	for i+1 < next && (p.at(i).is(isOf) && !p.at(i).is(isIn) || p.at(i).is(isThe) && p.at(i+1).is(isThe)) {
		i++
	}
	f.start, f.end = p.at(i).start, p.at(next-1).end
	if f.slots == hasZone || f.slots == hasLength {
		if p.open && p.cur.slots&f.slots == 0 && p.gap <= 3 && (f.slots != hasZone || p.cur.slots&timeSlots != 0) {
			p.cur.absorb(f)
		} else if f.slots == hasLength && (held || p.at(next).is(isFrom) || p.at(next).is(isOn) && p.dateStarts(next+1)) {
			p.held = *f
			p.heldGap = p.gap
		}
		return
	}
	if p.held.slots != 0 {
		if p.gap == p.heldGap && f.slots&hasLength == 0 {
			start := p.held.start
			f.length, f.lengthD = p.held.length, p.held.lengthD
			f.set(hasLength)
			f.start = start
		}
		p.held = mention{}
	}
	if p.dash && p.joinRange(f) {
		return
	}
	p.dash = false
	denied := f.negated || p.deny && p.denyGap <= 8 || p.denyOnce
	timeOnly := p.cur.slots&dateSlots == 0
	if p.open && p.merges(f, denied) && p.cur.absorb(f) {
		p.cur.clockLead = p.cur.clockLead || timeOnly && p.cur.dated() && p.cur.slots&hasClock != 0
		p.gap, p.pending = 0, linkNone
		return
	}
	l := p.pending
	if p.gap > 0 {
		l = linkGap
	} else if l == linkNone {
		l = linkComma
	}
	if !p.open {
		l = linkNone
	}
	p.flush()
	p.cur, p.open = *f, true
	p.cur.link, p.cur.sentence, p.cur.clause = l, p.sentence, p.clause
	p.cur.negated, p.cur.prefixed = denied, denied
	p.cur.remark = i > 0 && i == p.remark
	p.denyOnce = false
	p.gap, p.pending = 0, linkNone
}

// joinRange makes a range of two clock times with a dash between them where
// something stood between: "15:00 GMT - 18:00 GMT".
func (p *parser) joinRange(f *mention) bool {
	p.dash = false
	if !p.open || p.gap > 0 || p.cur.slots&hasClock == 0 || p.cur.bound != boundNone || f.slots != hasClock || f.bound != boundNone {
		return false
	}
	p.cur.to, p.cur.bound, p.cur.end = f.from, boundRange, f.end
	p.pending = linkNone
	p.cur.slots &^= hasZone // said again behind the end
	return true
}

// merges reports whether f may belong to the mention being built.
func (p *parser) merges(f *mention, denied bool) bool {
	if p.cur.negated != denied {
		return false
	}
	if p.pending >= linkAnd {
		return p.cur.bound == boundAfter && f.bound == boundBefore && p.gap == 0
	}
	if p.gap == 0 {
		if p.pending == linkComma && f.slots&timeSlots == 0 && p.cur.slots&timeSlots != 0 && p.cur.slots&dateSlots != 0 {
			// "19:30 on Fri, Sep 20", but not "Tuesday 3pm, next week Monday"
			return p.cur.slots&dateSlots == hasWeekday && f.slots&hasDay != 0 && f.slots&hasWeekday == 0
		}
		return true
	}
	if p.gap > maxGap {
		return false
	}
	cd, ct := p.cur.slots&dateSlots, p.cur.slots&timeSlots
	fd, ft := f.slots&dateSlots, f.slots&timeSlots
	switch {
	case cd != 0 && ct == 0 && fd == 0:
		// "next week … 3pm Thursday": the clock time waits for its day.
		return cd&^(hasWeek|hasMonthRel|hasMonth) != 0 || f.slots&hasClock == 0
	case cd == 0 && ct != 0 && ft == 0:
		return true
	case cd&^(hasWeek|hasMonthRel) == 0 && ct == 0 && fd&(hasWeekday|hasDay) != 0:
		return true
	}
	return ct == 0 && f.bound != boundNone && fd == 0
}

func (m *mention) dated() bool { return m.slots&dateSlots != 0 }

// affirm ends a denial; right after a time that only a comma ties to a denied
// one it takes the denial back: "not Thursday, Friday works".
func (p *parser) affirm() {
	if p.open && p.gap == 0 && p.cur.negated && p.cur.link == linkComma {
		p.cur.negated = false
	}
	p.deny, p.denyOnce = false, false
	p.clause++
	p.gap++
}

// denyBack denies the times of the clause before it: "Thursday is off".
func (p *parser) denyBack() {
	if !p.open || p.gap > 6 {
		p.deny, p.denyGap = true, 0
		p.gap++
		return
	}
	p.cur.negated = true
	if p.cur.link >= linkComma {
		for k := len(p.out) - 1; k >= 0; k-- {
			m := &p.out[k]
			if m.sentence != p.sentence || m.clause != p.clause {
				break
			}
			m.negated = true
			if m.link < linkComma {
				break
			}
		}
	}
	p.endClause()
}

// endClause ends the mention and the clause.
func (p *parser) endClause() {
	p.flush()
	p.clause++
	p.gap++
	p.deny = false
}

// manyDays reports whether several days have just been named, out of which
// "but" takes one: "any day but", "any morning next week but".
func (p *parser) manyDays() bool {
	const single = hasWeekday | hasDay | hasClock
	wide := p.cur.slots&hasHabit != 0 || p.cur.slots&hasWeek != 0 && p.cur.slots&single == 0
	return p.open && p.gap == 0 && !p.deny && wide
}
