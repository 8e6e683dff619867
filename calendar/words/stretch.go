package words

// edged reads "early next week", "end of March", "late afternoon".
func (p *parser) edged(i int, f *mention) int {
	v, ok := p.at(i).entry.has(isEdge)
	if !ok {
		return 0
	}
	j := i + 1
	j = p.overSmall(j, (*item).ties)
	if part, ok := p.at(j).entry.has(isPart); ok && !p.at(j).entry.weak {
		f.part, f.partEdge = int8(part), int8(v)
		f.set(hasPart)
		return j + 1
	}
	f.edge = int8(v)
	next := p.relative(j, f)
	if next > 0 && f.slots&(hasWeek|hasMonthRel|hasMonth) != 0 {
		f.set(hasEdge)
		return next
	}
	*f = mention{}
	f.edge = int8(v)
	f.set(hasEdge)
	if m, next := p.monthAt(j); next > 0 {
		f.month = int8(m)
		f.set(hasMonth)
		if y, n := p.yearAt(p.overComma(next), false); n > 0 {
			f.year = int16(y)
			f.set(hasYear)
			next = n
		}
		return next
	}
	if u, ok := p.at(j).entry.has(isUnit); ok && (u == unitWeek || u == unitMonth) {
		if rel, ok := p.at(j + 1).entry.has(isRelative); ok && p.lang.traits.relativeAfter {
			return p.relativeUnit(rel, u, j+1, f)
		}
		return p.relativeUnit(relThis, u, j, f)
	}
	return 0
}

// weekOf reads "the week of July 23", "w/c Feb 4".
func (p *parser) weekOf(i int, f *mention) int {
	if !p.at(i).is(isWeekOf) {
		return 0
	}
	j := i + 1
	if p.at(j).is(isOn) {
		j++
	}
	next := p.date(j, f)
	if next == 0 || f.slots&(hasDay|hasWeekday|hasHoliday|hasOffset) == 0 {
		return 0
	}
	f.weekOf = true
	return next
}

// weekNumber reads "KW 50" and, from the tenth week on or beside a weekday,
// "week 50": the week of the calendar (ISO 8601 §4.4.4), never "week 3 of the
// course".
func (p *parser) weekNumber(i int, f *mention) int {
	j := p.overSmall(i, func(it *item) bool { return it.is(isThe) })
	u, week := p.at(j).entry.has(isUnit)
	n := p.at(j + 1)
	sure := p.at(j).is(isWeekNumber)
	if !sure && !(week && u == unitWeek) || n.shape != shapeNumber || n.digits > 2 || n.value < 1 || n.value > 53 {
		return 0
	}
	after := p.at(j + 2)
	if after.is(isOf) && !after.is(isOn) && !after.is(isAt) || p.clockFollows(j+1) || p.isMark(j+2, '/') || p.isMark(j+2, '-') || p.isMark(j+2, '%') {
		return 0
	}
	if !sure && n.value < 10 && p.cur.slots&dateSlots != hasWeekday && !after.is(isWeekday) {
		return 0
	}
	f.weekOff = int8((p.today.weekNumbered(int(n.value)) - p.today.monday()) / 7)
	f.set(hasWeek)
	return j + 2
}

// single reads the dates that are one word: a month, a weekend, a feast.
func (p *parser) single(i int, f *mention) int {
	if p.at(i).is(isThe) && (p.at(i+1).is(isWeekend) || p.at(i+1).is(isUnit)) {
		i++
	}
	it := p.at(i)
	switch {
	case it.is(isWeekend):
		if rel, ok := p.at(i + 1).entry.has(isRelative); ok && p.relativeBehind(i+1) {
			return p.relativeTo(rel, i, f) + 1
		}
		f.set(hasWeekend)
	case it.is(isEndOf):
		u, _ := it.entry.has(isEndOf)
		f.edge = edgeEnd
		f.set(hasEdge)
		return p.relativeUnit(relThis, u, i, f)
	case it.is(isHoliday):
		v, _ := it.entry.has(isHoliday)
		f.holiday = int8(v)
		f.set(hasHoliday)
		if y, n := p.yearAt(i+1, false); n > 0 {
			f.year = int16(y)
			f.set(hasYear)
			return n
		}
	case it.is(isWorkdays):
		f.habit = 0x1f
		f.set(hasHabit)
	case it.is(isOtherDays):
		f.other = true
		f.set(hasHabit)
	case it.is(isAny):
		f.habit = 0x1f
		f.set(hasHabit)
	case it.is(isUnit):
		u, _ := it.entry.has(isUnit)
		if rel, ok := p.at(i + 1).entry.has(isRelative); ok && p.relativeBehind(i+1) {
			if p.relativeUnit(rel, u, i, f) > 0 {
				return i + 2
			}
		}
		return 0
	case it.is(isMonth):
		return p.monthAlone(i, f)
	default:
		return 0
	}
	return i + 1
}

// monthAlone reads a month without a day. A name that is also another word
// needs a year or a preposition beside it.
func (p *parser) monthAlone(i int, f *mention) int {
	m, next := p.monthAt(i)
	year, after := p.yearAt(p.overComma(p.overOf(next)), false)
	if after > 0 {
		f.year = int16(year)
		f.set(hasYear)
		next = after
	} else if p.at(i).entry.weak {
		prev := p.at(i - 1)
		upper := p.text[p.at(i).start] >= 'A' && p.text[p.at(i).start] <= 'Z'
		if !upper || !prev.is(isIn) && !prev.is(isOf) && !prev.is(isUntil) && !prev.is(isRelative) && !prev.is(isFrom) && !prev.is(isOr) && !prev.is(isFine) && len(p.items) > 1 {
			return 0
		}
	}
	if p.at(next).is(isRelative) && p.lang.traits.relativeAfter && p.relativeBehind(next) {
		next++ // "marzo próximo" is the next one anyway
	}
	f.month = int8(m)
	f.set(hasMonth)
	return next
}
