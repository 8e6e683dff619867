package words

// relative reads "next Monday", "this week", "the coming month", "next three
// days", "this afternoon".
func (p *parser) relative(i int, f *mention) int {
	if p.at(i).is(isThe) {
		i++
	}
	rel, ok := p.at(i).entry.has(isRelative)
	if !ok {
		return 0
	}
	j := i + 1
	if p.at(j).is(isOr) && p.at(j+1).is(isRelative) { // "this or next week"
		if p.relativeTo(rel, j+2, f) > 0 {
			f.slots &^= hasHigh
			return j
		}
		return 0
	}
	for k := j; p.at(j).is(isRelative) && j-k < maxSmall; { // "this coming Friday"
		if r, _ := p.at(j).entry.has(isRelative); r != relThis {
			rel = r
		}
		j++
	}
	return p.relativeTo(rel, j, f)
}

// relativeTo reads what a relation relates: a weekday, a unit, a part.
func (p *parser) relativeTo(rel, j int, f *mention) int {
	it := p.at(j)
	if w, ok := it.entry.has(isWeekday); ok {
		f.weekday, f.rel = int8(w), int8(rel)
		f.set(hasWeekday)
		next := j + 1
		if it.entry.weak && p.isMark(next, '.') && p.joined(next) {
			next++
		}
		return p.weekdayRange(next, f)
	}
	if u, ok := it.entry.has(isUnit); ok {
		return p.relativeUnit(rel, u, j, f)
	}
	if it.is(isWeekend) {
		f.weekOff = int8(weeksOf(rel))
		if rel == relComing {
			f.weekOff = 0
		}
		f.set(hasWeekend)
		return j + 1
	}
	if part, ok := it.entry.has(isPart); ok && (rel == relThis || rel == relNext) && !it.is(isMeridiem) {
		if rel == relNext {
			f.offset = 1
		}
		f.part = int8(part)
		f.set(hasOffset | hasPart)
		return j + 1
	}
	if v, ok := it.entry.has(isEdge); ok && rel == relThis {
		if part, isIt := p.at(j + 1).entry.has(isPart); isIt {
			f.part, f.partEdge = int8(part), int8(v)
			f.set(hasOffset | hasPart)
			return j + 2
		}
	}
	if m, next := p.monthAt(j); next > 0 {
		f.month = int8(m)
		f.set(hasMonth)
		if rel == relLast {
			f.yearOff = -1
			f.set(hasYearRel)
		}
		return next
	}
	if h, ok := it.entry.has(isHoliday); ok {
		f.holiday = int8(h)
		f.set(hasHoliday)
		return j + 1
	}
	if n, next, _ := p.numberAt(j); next > 0 && (rel == relNext || rel == relComing) {
		if u, ok := p.at(next).entry.has(isUnit); ok && u >= unitDay && n > 0 && n < 1000 {
			f.amount, f.unit, f.span = int32(n), int8(u), true
			f.set(hasAmount)
			return next + 1
		}
	}
	return 0
}

func (p *parser) relativeUnit(rel, u, j int, f *mention) int {
	switch u {
	case unitWeek:
		f.weekOff = int8(weeksOf(rel))
		f.set(hasWeek)
	case unitFortnight:
		f.amount, f.unit = 2, unitWeek
		f.span = true
		f.set(hasAmount)
	case unitMonth:
		f.monthOff = int8(weeksOf(rel))
		f.set(hasMonthRel)
	case unitYear:
		f.yearOff = int8(weeksOf(rel))
		f.set(hasYearRel)
	case unitDay:
		if rel == relNext || rel == relComing {
			f.offset = 1
			f.set(hasOffset)
			break
		}
		return 0
	case unitHour, unitMinute:
		return 0
	default:
		return 0
	}
	return j + 1
}

// weeksOf turns a relation into a number of units from the present one.
func weeksOf(rel int) int {
	switch rel {
	case relNext, relComing:
		return 1
	case relLast:
		return -1
	case relAfterNext:
		return 2
	case relInFortnight:
		return 3
	}
	return 0
}

// nth reads "first Monday of next month", "third week of January", "last day
// of the month".
func (p *parser) nth(i int, f *mention) int {
	if p.at(i).is(isThe) {
		i++
	}
	n, next := p.nthAt(i)
	if next == 0 {
		return 0
	}
	weeks, next := p.weeksAt(next)
	it := p.at(next)
	w, named := it.entry.has(isWeekday)
	u, unit := it.entry.has(isUnit)
	switch {
	case named:
		f.weekday = int8(w)
		f.set(hasWeekday | hasNth)
	case unit && u == unitWeek, it.is(isWeekOf):
		f.nthWeek, f.nthWeeks = true, weeks
		f.set(hasNth)
	case unit && (u == unitDay || u == unitWorkday):
		f.nthDay = true
		f.set(hasNth)
	default:
		return 0
	}
	f.nth = int8(n)
	next++
	if part, ok := p.at(next).entry.has(isPart); ok {
		f.part = int8(part)
		f.set(hasPart)
		next++
	}
	if !p.at(next).is(isOf) && !p.at(next).is(isMonth) && !p.at(next).is(isRelative) && !it.is(isWeekOf) {
		return 0
	}
	next = p.overSmall(next, (*item).ties)
	return p.monthPart(next, f)
}

// weeksAt reads how many weeks a month's first or last ones are: "the first two
// weeks of August". It stays where it is, with 1, before anything else.
func (p *parser) weeksAt(i int) (weeks int8, next int) {
	const most = 4
	it := p.at(i)
	n, word := it.entry.has(isNumber)
	if it.shape == shapeNumber && it.digits == 1 {
		n, word = int(it.value), true
	}
	if u, unit := p.at(i + 1).entry.has(isUnit); word && unit && u == unitWeek && n > 1 && n <= most {
		return int8(n), i + 1
	}
	return 1, i
}

// monthPart reads the month of an nth weekday: a name, "next month", "the
// month".
func (p *parser) monthPart(i int, f *mention) int {
	if m, next := p.monthAt(i); next > 0 {
		f.month = int8(m)
		f.set(hasMonth)
		if y, n := p.yearAt(p.overComma(p.overOf(next)), false); n > 0 {
			f.year = int16(y)
			f.set(hasYear)
			return n
		}
		return next
	}
	off := 0
	if rel, ok := p.at(i).entry.has(isRelative); ok {
		off = weeksOf(rel)
		i++
	}
	if u, ok := p.at(i).entry.has(isUnit); ok && u == unitMonth {
		if rel, ok := p.at(i + 1).entry.has(isRelative); ok && p.lang.traits.relativeAfter {
			off = weeksOf(rel)
			i++
		}
		f.monthOff = int8(off)
		f.set(hasMonthRel)
		return i + 1
	}
	return 0
}

// nthAt reads which one: an ordinal up to five, or "last".
func (p *parser) nthAt(i int) (n, next int) {
	if rel, ok := p.at(i).entry.has(isRelative); ok && rel == relLast {
		return -1, i + 1
	}
	day, next, ordinal := p.dayAt(i)
	if next == 0 || !ordinal || day > 5 {
		return 0, 0
	}
	return day, next
}

// weekday reads a weekday, what relates it, its day of the month, and a range
// of weekdays.
func (p *parser) weekday(i int, f *mention) int {
	every := false
	if p.at(i).is(isEvery) && p.at(i+1).is(isWeekday) {
		every = true
		i++
	}
	if p.at(i).is(isThe) && p.at(i+1).is(isWeekday) {
		i++
	}
	it := p.at(i)
	if v, ok := it.entry.has(isWeekdayPart); ok {
		f.weekday, f.part = int8(v/16), int8(v%16)
		f.set(hasWeekday | hasPart)
		return i + 1
	}
	w, ok := it.entry.has(isWeekday)
	if habit, plural := it.entry.has(isWeekdays); !ok && plural {
		f.habit = 1 << habit
		f.set(hasHabit)
		return p.habitRange(i+1, habit, f)
	}
	if !ok || it.entry.weak && !every && !p.weekdayStands(i) {
		return 0
	}
	next := i + 1
	if it.entry.weak && p.isMark(next, '.') && p.joined(next) {
		next++
	}
	if every {
		f.habit = 1 << w
		f.set(hasHabit)
		return p.habitRange(next, w, f)
	}
	f.weekday = int8(w)
	f.set(hasWeekday)
	if rel, ok := p.at(next).entry.has(isRelative); ok && p.relativeBehind(next) {
		f.rel = int8(rel)
		return p.weekdayRange(next+1, f)
	}
	if u, ok := p.at(next).entry.has(isUnit); ok && (u == unitWeek || u == unitFortnight) && p.lang.tag == "en" && p.at(next).end-p.at(next).start > 3 {
		f.amount, f.unit, f.anchored = 1, unitWeek, true // "Thursday week"
		if u == unitFortnight {
			f.amount = 2
		}
		f.set(hasAmount)
		return next + 1
	}
	if d, after := p.bareDay(next, w); after > 0 {
		f.day = int8(d)
		f.set(hasDay)
		return p.bareDayRange(after, f)
	}
	return p.weekdayRange(next, f)
}

// relativeBehind reports whether the relation at i belongs to the word before
// it: "martedì prossimo", "Friday after next", but not "Monday next week".
func (p *parser) relativeBehind(i int) bool {
	n := p.at(i + 1)
	if n.is(isUnit) || n.is(isWeekday) || n.is(isWeekend) || n.is(isMonth) && !n.entry.weak {
		rel, _ := p.at(i).entry.has(isRelative)
		return rel >= relAfterNext
	}
	rel, _ := p.at(i).entry.has(isRelative)
	return p.lang.traits.relativeAfter || rel >= relAfterNext || rel == relNext && n.entry == nil && n.shape == shapeMark
}

// bareDay reads the day of the month in "Monday 21" and "Tue 3".
func (p *parser) bareDay(i, weekday int) (day, next int) {
	if p.isMark(i, ',') && p.lang.tag != "en" {
		i++
	}
	if p.at(i).is(isThe) && !p.at(i).is(isAt) {
		i++
	}
	it := p.at(i)
	if it.shape != shapeNumber || it.digits > 2 || it.value < 1 || it.value > 31 || p.clockFollows(i) || p.ordinalSuffix(i+1) > 0 {
		return 0, 0
	}
	after := i + 1
	dotted := p.lang.traits.dotOrdinals && p.isMark(after, '.') && p.joined(after) && p.goesOn(after+1)
	if dotted {
		after++ // "Donnerstag 26. um 16 Uhr"
	}
	if p.at(after).is(isAt) && (p.clockFollows(after+1) || p.at(after+1).shape == shapeNumber) && p.dayBeforeClock(i, after, weekday) {
		return int(it.value), after
	}
	n := p.at(i + 1)
	if n.is(isIsh) {
		return 0, 0
	}
	if n.shape == shapeMark && (n.mark == '/' || n.mark == '-' || n.mark == '.' && p.joined(i+1) && p.joined(i+2)) && p.at(i+2).shape == shapeNumber {
		return 0, 0
	}
	if _, m := p.monthAt(p.overOf(i + 1)); m > 0 {
		return 0, 0
	}
	if n.is(isUnit) || n.is(isUntil) && p.at(i+2).shape == shapeNumber && it.value <= 24 || n.is(isOr) && p.clockFollows(i+2) {
		return 0, 0
	}
	if (it.value <= 12 || it.value <= 24 && p.lang.tag != "en") && !p.nextDay(int(it.value), weekday, 45) {
		return 0, 0
	}
	return int(it.value), after
}

// goesOn reports whether a sentence goes on at i, behind the full stop of an
// ordinal.
func (p *parser) goesOn(i int) bool {
	it := p.at(i)
	return it.is(isAt) || it.is(isOr) || it.is(isAnd) || it.space && it.is(isMonth) || p.isMark(i, ',') || it.shape == shapeNumber && it.space && p.clockFollows(i)
}

// dayBeforeClock reports whether the number before "à 16h" and the like is a
// day of the month. Where the word also means "until" the number could be an
// hour: then it must lie behind the clock time, or the weekday must fit.
func (p *parser) dayBeforeClock(i, at, weekday int) bool {
	day := int(p.at(i).value)
	return !p.at(at).is(isUntil) || day >= int(p.at(at+1).value) || p.nextDay(day, weekday, 45)
}

// bareDayRange reads the other end of "Monday 12 - Friday 16".
func (p *parser) bareDayRange(i int, f *mention) int {
	n, ok := p.rangeMark(i)
	if !ok || !p.at(n).is(isWeekday) {
		return i
	}
	w, _ := p.at(n).entry.has(isWeekday)
	if d, after := p.bareDay(n+1, w); after > 0 {
		f.high.day, f.high.slots = int8(d), hasDay
		f.set(hasHigh)
		return after
	}
	var g mention
	if after := p.dayMonth(n+1, &g); after > 0 && g.slots&(hasDay|hasMonth|hasHigh) == hasDay|hasMonth {
		// "Monday 19 to Friday 23 July": one month for both, where the days allow
		if f.high = g.days; g.day > f.day {
			f.month, f.year = g.month, g.year
			f.set(g.slots & (hasMonth | hasYear))
		}
		f.set(hasHigh)
		return after
	}
	return i
}

// nextDay reports whether the coming such day of a month, within a number of
// days, is that weekday.
func (p *parser) nextDay(day, weekday, within int) bool {
	for k := range within {
		d := p.today + civilDay(k)
		if _, _, dd := d.civil(); dd == day {
			return d.weekday() == weekday
		}
	}
	return false
}

// weekdayStands reports whether a short weekday name is one there: beside a
// date, a clock time, a part of the day, a relation, another weekday or "on".
func (p *parser) weekdayStands(i int) bool {
	if len(p.items) == 1 || len(p.items) == 2 && p.isMark(i+1, '.') {
		return true
	}
	prev, next := p.at(i-1), p.at(i+1)
	if p.isMark(i+1, '.') && p.joined(i+1) || p.isMark(i+1, ',') {
		next = p.at(i + 2)
	}
	if p.isMark(i+1, '.') && p.isMark(i+2, ',') {
		next = p.at(i + 3)
	}
	if next.is(isGlue) && next.end-next.start > 2 && (i == 0 || prev.shape == shapeMark) && p.isName(i) {
		return true // "Fri please"
	}
	if p.isMark(i+1, '@') && p.at(i+2).shape == shapeNumber {
		return true
	}
	if prev.is(isOn) || prev.is(isRelative) || prev.is(isEvery) || next.is(isMeridiem) && next.end-next.start > 1 && next.space && !p.verbAm(i+1) {
		return true
	}
	if it := p.at(i); it.end-it.start == 2 && p.text[it.start] >= 'a' {
		return next.shape == shapeNumber && next.value <= 31 && next.value > 0 && p.shortDay(i)
	}
	if next.shape == shapeNumber && next.value <= 31 || next.timely() && !next.entry.weak || next.is(isMonth) || next.is(isAt) && p.at(i+2).shape == shapeNumber {
		return true
	}
	if next.is(isThe) && p.at(i+2).shape == shapeNumber && p.ordinalSuffix(i+3) > 0 {
		return true
	}
	if capital := p.text[p.at(i).start]; capital < 'A' || capital > 'Z' {
		return (next.is(isOr) || next.is(isUntil) || p.isMark(i+1, '-') || next.hyphen) && (p.at(i+2).is(isWeekday) || next.is(isWeekday)) || prev.is(isOr) && p.at(i-2).is(isWeekday)
	}
	if prev.is(isExcept) || prev.is(isNot) || prev.is(isOr) || prev.is(isUntil) || prev.is(isBetween) || prev.is(isFrom) || next.is(isOff) || next.is(isFine) || next.is(isOr) || next.is(isUntil) {
		return true
	}
	if p.isMark(i+1, '&') || p.isMark(i-1, '&') || p.isMark(i+1, '@') || p.isMark(i+1, '-') || p.isMark(i-1, '-') || p.isMark(i+1, '/') || p.isMark(i-1, '/') || p.isMark(i-1, ',') || p.isMark(i+1, ',') || next.is(isWeekday) || prev.is(isWeekday) || prev.timely() && !prev.entry.weak {
		return true
	}
	return i+1 >= len(p.items) || p.isMark(i+1, '?') || p.isMark(i+1, '\n')
}

// isName reports whether the weekday at i is longer than two letters, or
// written as a name: "Fri", "fri", "Mo", but not "so".
func (p *parser) isName(i int) bool {
	it := p.at(i)
	return it.end-it.start > 2 || p.text[it.start] < 'a'
}

// shortDay reports whether a date or a full clock time follows the two small
// letters at i: "di 9 mrt", "do 15:00", but not "so 3".
func (p *parser) shortDay(i int) bool {
	if p.isMark(i+1, '.') {
		i++
	}
	_, m := p.monthAt(p.overOf(i + 2))
	return m > 0 || p.clockFollows(i+1) || p.isMark(i+2, '/') || p.isMark(i+2, '.') || p.isMark(i+2, ':')
}

// timely reports whether the item speaks of time in itself.
func (it *item) timely() bool {
	return it.is(isWeekday) || it.is(isPart) || it.is(isDay) || it.is(isInstant) || it.is(isMonth) || it.is(isDayPart) || it.is(isRelative)
}

// weekdayRange reads the other end of "Mon-Wed", "Monday to Friday".
func (p *parser) weekdayRange(i int, f *mention) int {
	n, ok := p.rangeMark(i)
	if p.at(i).hyphen && p.at(i).is(isWeekday) {
		n, ok = i, true
	}
	if p.at(i).is(isAnd) && p.at(i-2).is(isBetween) {
		n, ok = i+1, true
	}
	if !ok || p.moving && p.at(i-2).is(isFrom) {
		return i
	}
	rel := relNone
	if r, isRel := p.at(n).entry.has(isRelative); isRel {
		rel = r
		n++
	}
	w, ok := p.at(n).entry.has(isWeekday)
	if !ok {
		return i
	}
	if p.at(n+1).shape == shapeNumber || p.at(n+1).is(isMonth) {
		return i // "Monday 4 to Friday 8 March"
	}
	f.high.weekday, f.high.rel, f.high.slots = int8(w), int8(rel), hasWeekday
	f.set(hasHigh)
	return n + 1
}

// habitRange reads "Mondays to Thursdays", "every Monday and Wednesday".
func (p *parser) habitRange(i, from int, f *mention) int {
	if n, ok := p.rangeMark(i); ok {
		to, plural := p.at(n).entry.has(isWeekdays)
		if !plural {
			to, plural = p.at(n).entry.has(isWeekday)
		}
		if plural {
			for d := from; ; d = (d + 1) % 7 {
				f.habit |= 1 << d
				if d == to {
					break
				}
			}
			return n + 1
		}
	}
	return i
}

// dayWord reads "today", "tomorrow", "tonight", "morgen".
func (p *parser) dayWord(i int, f *mention) int {
	it := p.at(i)
	if it.is(isThe) && (p.at(i + 1).is(isDay)) {
		return p.dayWord(i+1, f)
	}
	if v, ok := it.entry.has(isMorrow); ok {
		if p.cur.slots&(hasWeekday|hasOffset) != 0 && p.cur.slots&hasPart == 0 && p.gap == 0 && p.pending == linkNone {
			f.part = int8(v)
			f.set(hasPart)
			return i + 1
		}
		f.offset = 1
		f.set(hasOffset)
		return i + 1
	}
	if v, ok := it.entry.has(isDay); ok {
		f.offset = int16(v)
		f.set(hasOffset)
		if u, ok := p.at(i + 1).entry.has(isUnit); ok && u == unitWeek && p.lang.tag == "en" && p.at(i+1).end-p.at(i+1).start == 4 {
			f.offset += 7 // "tomorrow week"
			return i + 2
		}
		return i + 1
	}
	if v, ok := it.entry.has(isEdge); ok && p.at(i+1).is(isDayPart) { // "late tonight"
		next := p.dayWord(i+1, f)
		f.partEdge = int8(v)
		return next
	}
	if v, ok := it.entry.has(isDayPart); ok {
		f.offset, f.part = int16((v+160)/16-10), int8((v+160)%16)
		f.set(hasOffset | hasPart)
		return i + 1
	}
	return 0
}
