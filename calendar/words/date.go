package words

// date reads one date that starts at item i into f and returns the item after
// it, or 0.
func (p *parser) date(i int, f *mention) int {
	it := p.at(i)
	if it.shape == shapeNumber {
		for _, read := range [...]func(int, *mention) int{p.isoDate, p.dayMonth, p.numericDate, p.nth, p.ordinalDate, p.nextDayOf} {
			if next := read(i, f); next > 0 {
				return next
			}
		}
		return p.amount(i, f)
	}
	if it.entry == nil {
		return 0
	}
	for _, read := range [...]func(int, *mention) int{
		p.monthDay, p.nth, p.weekNumber, p.relative, p.dayMonth, p.weekday, p.dayWord, p.amount, p.ordinalDate, p.edged, p.weekOf, p.single,
	} {
		if next := read(i, f); next > 0 {
			return next
		}
		*f = mention{}
	}
	return 0
}

func (d *days) set(s slots) { d.slots |= s }

// isoDate reads 2027-01-26, 2027/1/26, 2027-sep-1, "2018 March 18", 20270126.
func (p *parser) isoDate(i int, f *mention) int {
	it := p.at(i)
	if it.digits == 8 {
		y, m, d := int(it.value)/10000, int(it.value)/100%100, int(it.value)%100
		if y < 1900 || y > 2200 || !validDay(d, m) {
			return 0
		}
		f.setDate(d, m, y)
		return p.isoClock(i+1, f)
	}
	if it.digits != 4 || it.value < 1900 || it.value > 2200 {
		return 0
	}
	if next := p.isoWeek(i, f); next > 0 {
		return next
	}
	j := i + 1
	sep := p.at(j).mark
	if sep == '-' || sep == '/' || sep == '.' {
		j++
	}
	month, named := p.at(j).entry.has(isMonth)
	if !named {
		if j == i+1 || p.at(j).shape != shapeNumber || p.at(j).digits > 2 {
			return 0
		}
		month = int(p.at(j).value)
	}
	j++
	if p.at(j).mark == sep && sep != 0 && p.at(j).shape == shapeMark {
		j++
	} else if !named {
		return 0
	}
	d := p.at(j)
	if d.shape != shapeNumber || d.digits > 2 || !validDay(int(d.value), month) {
		return 0
	}
	f.setDate(int(d.value), month, int(it.value))
	j++
	if p.at(j).is(isOrdinal) && p.joined(j) {
		j++
	}
	return p.isoClock(j, f)
}

// isoWeek reads "2026-W50" and "2026-W50-3" (ISO 8601 §4.1.4).
func (p *parser) isoWeek(i int, f *mention) int {
	j := i + 1
	if p.isMark(j, '-') && p.joined(j) {
		j++
	}
	w, n := p.at(j), p.at(j+1)
	if w.shape != shapeWord || w.space || w.end-w.start != 1 || p.text[w.start]|0x20 != 'w' || n.shape != shapeNumber || n.space || n.digits != 2 || n.value < 1 || n.value > 53 {
		return 0
	}
	monday := dateOf(int(p.at(i).value), 1, 4).monday() + 7*civilDay(n.value-1)
	off := (monday - p.today.monday()) / 7
	if off < -100 || off > 100 {
		return 0
	}
	f.weekOff = int8(off)
	f.set(hasWeek)
	if d := p.at(j + 3); p.isMark(j+2, '-') && p.joined(j+3) && d.digits == 1 && d.value >= 1 && d.value <= 7 {
		f.weekday = int8(d.value - 1)
		f.set(hasWeekday)
		return j + 4
	}
	return j + 2
}

// isoClock steps over the T between an ISO date and its clock time.
func (p *parser) isoClock(i int, f *mention) int {
	if t := p.at(i); t.space || t.shape == shapeMark {
		return p.highDate(i, f)
	}
	if p.isoTime(i) {
		return i + 1
	}
	return i
}

// isoTime reports whether the T between an ISO date and its clock time stands
// at i (ISO 8601, RFC 3339 §5.6).
func (p *parser) isoTime(i int) bool {
	t := p.at(i)
	return t.shape == shapeWord && !t.space && t.end-t.start == 1 && p.text[t.start]|0x20 == 't' &&
		p.at(i-1).shape == shapeNumber && p.at(i+1).shape == shapeNumber && p.joined(i+1)
}

func validDay(d, m int) bool { return m >= 1 && m <= 12 && d >= 1 && d <= daysInMonth(m, 2024) }

func (f *mention) setDate(d, m, y int) {
	f.day, f.month = int8(d), int8(m)
	f.set(hasDay | hasMonth)
	if y != 0 {
		f.year = int16(y)
		f.set(hasYear)
	}
}

// yearAt reads a year: 2027, '27 after an apostrophe, or two digits where
// short allows them.
func (p *parser) yearAt(i int, short bool) (year, next int) {
	it := p.at(i)
	if p.isMark(i, '\'') && p.at(i+1).shape == shapeNumber && p.at(i+1).digits == 2 && p.joined(i+1) {
		return 2000 + int(p.at(i+1).value), i + 2
	}
	if it.shape != shapeNumber || p.clockFollows(i) {
		return 0, 0
	}
	if it.digits == 4 && it.value >= 1900 && it.value <= 2200 {
		return int(it.value), i + 1
	}
	if short && it.digits == 2 {
		if it.value >= 70 {
			return 1900 + int(it.value), i + 1
		}
		return 2000 + int(it.value), i + 1
	}
	return 0, 0
}

// clockFollows reports whether the number at i begins "10:30" or "10am".
func (p *parser) clockFollows(i int) bool {
	if (p.isMark(i+1, ':')) && p.joined(i+1) && p.at(i+2).digits == 2 {
		return true
	}
	n := p.at(i + 1)
	if n.is(isMeridiem) && (n.end-n.start > 1 || !n.space) || n.is(isOClock) {
		return true
	}
	return n.is(isHours) && (p.joined(i+1) || !n.entry.weak)
}

// ordinalSuffix reports how many items the mark of an ordinal after the
// number at i takes: "14th", "14.", "1er", "1º".
func (p *parser) ordinalSuffix(i int) int {
	if s := p.at(i); s.is(isSuffix) && p.joined(i) {
		return 1
	}
	return 0
}

// dayAt reads a day of the month: "14", "14th", "the fourteenth".
func (p *parser) dayAt(i int) (day, next int, ordinal bool) {
	it := p.at(i)
	if it.shape == shapeNumber {
		if it.digits > 2 || it.value < 1 || it.value > 31 {
			return 0, 0, false
		}
		n := p.ordinalSuffix(i + 1)
		next = i + 1 + n
		if n == 0 && p.lang.traits.dotOrdinals && p.isMark(next, '.') && p.joined(next) && !(p.at(next+1).shape == shapeNumber && p.joined(next+1)) {
			return int(it.value), next + 1, true
		}
		return int(it.value), next, n > 0
	}
	if v, ok := it.entry.has(isOrdinal); ok && v > 0 {
		return v, i + 1, true
	}
	v, next, words := p.numberAt(i)
	if !words || v < 1 || v > 31 {
		return 0, 0, false
	}
	if v == 20 || v == 30 { // "twenty third"
		if u, ok := p.at(i + 1).entry.has(isOrdinal); ok && u < 10 {
			return v + u, i + 2, true
		}
	}
	return v, next, false
}

// monthAt reads a month, with its full stop.
func (p *parser) monthAt(i int) (month, next int) {
	v, ok := p.at(i).entry.has(isMonth)
	if !ok {
		return 0, 0
	}
	next = i + 1
	if p.isMark(next, '.') && p.joined(next) && p.at(i).entry.weak {
		next++
	}
	return v, next
}

// dayMonth reads "14 December 2026", "14th of March", "13 to 15 July",
// "the twenty third day of September".
func (p *parser) dayMonth(i int, f *mention) int {
	start := i
	if p.daysBeforeMonth(i) {
		f.day = int8(p.at(i).value)
		f.set(hasDay)
		return i + 1
	}
	if p.at(i).is(isThe) {
		i++
	}
	day, next, _ := p.dayAt(i)
	if next == 0 {
		return 0
	}
	high := 0
	if n, ok := p.rangeAnd(next, start); ok {
		if p.at(n).is(isThe) {
			n++
		}
		if d, after, _ := p.dayAt(n); after > 0 {
			if _, m := p.monthAt(p.overOf(after)); m > 0 {
				high, next = d, after
			}
		}
	}
	if u, ok := p.at(next).entry.has(isUnit); ok && u == unitDay && p.at(next+1).is(isOf) {
		next++
	}
	if after := p.dayOfRelative(day, next, f); after > 0 {
		return after
	}
	month, after := p.monthAt(p.overOf(next))
	if after == 0 || !validDay(day, month) {
		return 0
	}
	year := 0
	if y, n := p.yearAt(p.overComma(p.overOf(after)), false); n > 0 {
		year, after = y, n
	}
	f.setDate(day, month, year)
	if high > 0 {
		f.high = f.days
		f.high.day = int8(high)
		f.set(hasHigh)
		return after
	}
	return p.highDate(after, f)
}

// dayOfRelative reads the rest of "20th of the next month".
func (p *parser) dayOfRelative(day, i int, f *mention) int {
	if !p.at(i).is(isOf) {
		return 0
	}
	i = p.overSmall(i, (*item).ties)
	if next := p.monthPart(i, f); next > 0 && f.slots == hasMonthRel {
		f.day = int8(day)
		f.set(hasDay)
		return next
	}
	*f = mention{}
	return 0
}

// daysBeforeMonth reports whether the number at i begins a list that ends in
// a day and its month: "5, 6 or 7 December".
func (p *parser) daysBeforeMonth(i int) bool {
	if prev := p.at(i - 1); prev.is(isAt) && !prev.is(isOn) && p.open && p.cur.dated() && p.cur.slots&timeSlots == 0 {
		return false // "1 December at 9, 2 December at 11"
	}
	for k := range 6 {
		it := p.at(i)
		if it.shape != shapeNumber || it.digits > 2 || it.value < 1 || it.value > 31 {
			return false
		}
		if _, m := p.monthAt(p.overOf(i + 1)); m > 0 {
			return k > 0
		}
		sep := p.at(i + 1)
		if !sep.is(isOr) && !sep.is(isAnd) && sep.mark != ',' && sep.mark != '&' || !p.at(i+2).space {
			return false
		}
		i += 2
	}
	return false
}

// nextDayOf reads a further day of the month just named: "Dec 5, 6 or 7".
func (p *parser) nextDayOf(i int, f *mention) int {
	it := p.at(i)
	if !p.open || p.gap > 0 || p.pending < linkComma || it.shape != shapeNumber || it.digits > 2 || it.value < 1 || it.value > 31 ||
		p.cur.slots&(hasDay|hasMonth) == 0 || p.cur.slots&(timeSlots|hasHigh|hasWeekday|hasYear) != 0 || p.at(p.lastItem).shape != shapeNumber ||
		int(it.value) <= int(p.cur.day) || p.clockFollows(i) {
		return 0
	}
	n := p.at(i + 1)
	if i+1 < len(p.items) && !n.is(isOr) && !n.is(isAnd) && !n.is(isAt) && n.mark != ',' && n.mark != '.' && n.mark != '?' && n.mark != '&' && n.mark != '\n' {
		return 0
	}
	f.day = int8(it.value)
	f.set(hasDay)
	return i + 1
}

// overOf steps over what ties a day to its month: "of", "de", "-", "/".
func (p *parser) overOf(i int) int {
	it := p.at(i)
	if it.is(isOf) || it.shape == shapeMark && (it.mark == '-' || it.mark == '/' || it.mark == '.') && !it.space {
		i++
		if p.at(i).is(isThe) {
			i++
		}
	}
	return i
}

func (p *parser) overComma(i int) int {
	if p.isMark(i, ',') {
		return i + 1
	}
	return i
}

// rangeAnd reports whether item i stands between the ends of a range that may
// begin with "between" before item start: "between the 9th and the 11th".
func (p *parser) rangeAnd(i, start int) (next int, ok bool) {
	if p.at(i).is(isAnd) && p.at(start-1).is(isBetween) {
		return i + 1, true
	}
	return p.rangeMark(i)
}

// rangeMark reports whether item i stands between the ends of a range.
func (p *parser) rangeMark(i int) (next int, ok bool) {
	it := p.at(i)
	if it.shape == shapeMark && it.mark == '-' {
		return i + 1, true
	}
	if it.is(isUntil) || it.is(isTo) && !it.is(isBefore) && !it.is(isOf) {
		return i + 1, true
	}
	return i, false
}

// monthDay reads "December 14, 2026", "February the 15th", "July 13-15",
// "May twenty nine", "Oct.23".
func (p *parser) monthDay(i int, f *mention) int {
	month, next := p.monthAt(i)
	if next == 0 {
		return 0
	}
	j := next
	if m := p.at(j); m.shape == shapeMark && (m.mark == '-' || m.mark == '/' || m.mark == '.') && !m.space && p.joined(j+1) {
		j++
	}
	if p.at(j).is(isThe) {
		j++
	}
	day, after, ordinal := p.dayAt(j)
	if after == 0 || !ordinal && p.clockFollows(j) && !p.partFollows(j) || !validDay(day, month) {
		return 0
	}
	if !ordinal && p.at(after).is(isMonth) && p.at(j).shape == shapeNumber && p.at(j-1).space {
		return 0
	}
	year := 0
	high := 0
	if n, ok := p.rangeAnd(after, i); ok && !p.clockFollows(n) {
		if p.at(n).is(isThe) {
			n++
		}
		if d, end, _ := p.dayAt(n); end > 0 && d > day && !p.clockFollows(n) && !p.at(end).is(isMonth) && p.monthAfterOf(end) {
			high, after = d, end
		}
	}
	if y, n := p.yearAt(p.overComma(after), false); n > 0 {
		year, after = y, n
	}
	f.setDate(day, month, year)
	if high > 0 {
		f.high = f.days
		f.high.day = int8(high)
		f.set(hasHigh)
		return after
	}
	return p.highDate(after, f)
}

// partFollows reports whether AM or PM stands apart behind a day of the
// month: "Feb 5 AM" is the morning of that day.
func (p *parser) partFollows(i int) bool {
	n := p.at(i + 1)
	return n.is(isMeridiem) && n.space && n.end-n.start == 2
}

// monthAfterOf reports that no month of its own follows the day that ends at i.
func (p *parser) monthAfterOf(i int) bool {
	_, m := p.monthAt(p.overOf(i))
	return m == 0
}

// highDate reads the other end of a range of dates: "Aug 8 - Aug 12",
// "3 August to 12 September".
func (p *parser) highDate(i int, f *mention) int {
	n, ok := p.rangeMark(i)
	if !ok || p.inHigh {
		return i
	}
	p.inHigh = true
	defer func() { p.inHigh = false }()
	var g mention
	if p.at(n).is(isWeekday) && (p.isMark(n+1, ',') || p.isMark(n+1, '.')) {
		n += 2
	}
	for k := n; n-k < maxSmall && (p.at(n).is(isThe) || p.at(n).is(isWeekday) && (p.at(n+1).is(isMonth) || p.at(n+1).shape == shapeNumber)); {
		n++
	}
	next := 0
	for _, read := range [...]func(int, *mention) int{p.isoDate, p.dayMonth, p.monthDay, p.numericDate} {
		g = mention{}
		if next = read(n, &g); next > 0 && g.slots&hasDay != 0 && !(p.at(i).is(isAt) && p.isMark(n+1, '.')) {
			break // but "il 3 dicembre alle 9.15" names a clock time
		}
		next = 0
	}
	if next == 0 {
		return i
	}
	f.high = g.days
	f.set(hasHigh)
	if g.slots&hasYear != 0 && f.slots&hasYear == 0 {
		f.year = g.year
		f.set(hasYear)
	}
	return next
}

// ordinalDate reads a day without its month: "the 14th", "the thirty first".
func (p *parser) ordinalDate(i int, f *mention) int {
	j := i
	the := p.at(j).is(isThe)
	if the {
		j++
	}
	it := p.at(j)
	day, next, ordinal := p.dayAt(j)
	if next == 0 || !ordinal || day > 31 {
		return 0
	}
	if it.shape != shapeNumber && day < 4 && !p.cur.dated() {
		return 0 // "the second point"
	}
	if it.shape != shapeNumber && !the && !p.at(i-1).is(isWeekday) {
		return 0
	}
	if it.shape != shapeNumber && p.at(next).shape == shapeWord && p.at(next).entry == nil {
		return 0 // "the fifth chapter"
	}
	if !p.ordinalStands(j, next) {
		return 0
	}
	f.day = int8(day)
	f.set(hasDay)
	if n, ok := p.rangeAnd(next, i); ok {
		if p.at(n).is(isThe) {
			n++
		}
		if d, after, o := p.dayAt(n); after > 0 && o {
			f.high.day, f.high.slots = int8(d), hasDay
			f.set(hasHigh)
			return after
		}
	}
	return next
}

// ordinalStands reports that no noun follows the ordinal: "the 2nd chapter".
func (p *parser) ordinalStands(i, next int) bool {
	n := p.at(next)
	if n.is(isUnit) || n.is(isQuarter) {
		return false
	}
	if p.lang.traits.dotOrdinals && p.isMark(next-1, '.') && p.at(i).shape == shapeNumber {
		// "am 14." but not "1. Vorbereitung"
		return p.dateCue(i) || p.at(i-1).is(isUntil) || p.at(i-1).is(isThe)
	}
	return n.entry != nil || n.shape != shapeWord
}
