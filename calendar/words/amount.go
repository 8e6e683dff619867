package words

// length reads "45 minutes", "2.5 hrs", "3 hours 30 minutes", "half an hour".
type length struct {
	minutes int32 // for minutes and hours
	count   int32 // for longer units
	unit    int8
}

// lengthAt reads a length that starts at item i.
func (p *parser) lengthAt(i int) (l length, next int) {
	if minutes, next := p.quarterHours(i); next > 0 {
		return length{minutes: int32(minutes), unit: unitMinute}, next
	}
	tenths, next := p.tenthsAt(i)
	if next == 0 {
		return length{}, 0
	}
	if p.isMark(next, '\'') && p.at(i).shape == shapeNumber && p.joined(next) { // 30'
		return length{minutes: int32(tenths / 10), unit: unitMinute}, next + 1
	}
	if p.isMark(next, '-') && p.joined(next) { // "30-minute"
		next++
	}
	u, ok := p.at(next).entry.has(isUnit)
	if !ok {
		if !p.at(next).is(isHours) {
			return length{}, 0
		}
		u = unitHour
	}
	next++
	switch u {
	case unitSecond:
		return length{}, 0
	case unitMinute:
		return length{minutes: int32(tenths / 10), unit: unitMinute}, next
	case unitHour:
		minutes := tenths * 6
		if m := p.at(next); m.shape == shapeNumber && m.digits == 2 && m.value < 60 && p.joined(next) { // "1h30"
			return length{minutes: int32(minutes) + int32(m.value), unit: unitMinute}, next + 1
		}
		if half := p.overHalf(next); half > 0 { // "an hour and a half"
			return length{minutes: int32(minutes + 30), unit: unitMinute}, half
		}
		if p.at(next).is(isPlus) {
			v, _ := p.at(next).entry.has(isPlus)
			return length{minutes: int32(minutes + v), unit: unitMinute}, next + 1
		}
		j := next
		if p.at(j).is(isAnd) {
			j++
		}
		if m, after := p.tenthsAt(j); after > 0 {
			if mu, ok := p.at(after).entry.has(isUnit); ok && mu == unitMinute {
				return length{minutes: int32(minutes + m/10), unit: unitMinute}, after + 1
			}
		}
		return length{minutes: int32(minutes), unit: unitMinute}, next
	case unitFortnight:
		return length{count: int32(tenths / 5), unit: unitWeek}, next
	}
	if tenths%10 != 0 && u == unitWeek { // "one and a half weeks"
		return length{count: int32(tenths * 7 / 10), unit: unitDay}, next
	}
	return length{count: int32(tenths / 10), unit: int8(u)}, next
}

// quarterHours reads "a quarter of an hour", "three quarters of an hour".
func (p *parser) quarterHours(i int) (minutes, next int) {
	v, ok := p.at(i).entry.has(isQuarter)
	if !ok {
		return 0, 0
	}
	next = i + 1
	next = p.overSmall(next, func(it *item) bool { return it.is(isOf) || it.is(isOne) })
	if u, ok := p.at(next).entry.has(isUnit); !ok || u != unitHour {
		return 0, 0
	}
	return max(v, 15), next + 1
}

// tenthsAt reads a number in tenths: "2.5" is 25, "half a" is 5.
func (p *parser) tenthsAt(i int) (tenths, next int) {
	if p.at(i).is(isHalf) {
		next = i + 1
		if p.at(next).is(isOne) {
			next++
		}
		return 5, next
	}
	if p.at(i).is(isOne) {
		if p.at(i+1).is(isNumber) && !p.at(i+1).is(isOne) {
			i++ // "a few"
		} else if next = p.overHalf(i + 1); next > 0 {
			return 15, next // "one and a half"
		} else {
			return 10, i + 1
		}
	}
	v, next, words := p.numberAt(i)
	if next == 0 || v > 9999 || !words && p.at(i).digits > 4 {
		return 0, 0
	}
	tenths = v * 10
	if !words && (p.isMark(next, '.') || p.isMark(next, ',')) && p.joined(next) && p.joined(next+1) && p.at(next+1).shape == shapeNumber && p.at(next+1).digits == 1 {
		return tenths + int(p.at(next+1).value), next + 2
	}
	if after := p.overHalf(next); after > 0 { // "two and a half hours"
		return tenths + 5, after
	}
	if p.at(next).is(isGlue) && p.at(next+1).is(isUnit) { // "two more minutes"
		next++
	}
	return tenths, next
}

// overHalf steps over "and a half", 0 where it does not stand at i.
func (p *parser) overHalf(i int) int {
	if !p.at(i).is(isAnd) {
		return 0
	}
	if i++; p.at(i).is(isOne) {
		i++
	}
	if !p.at(i).is(isHalf) {
		return 0
	}
	return i + 1
}

// amount reads how far away a time is: "in two weeks", "an hour later", "three
// weeks from tomorrow", "a week on Thursday", "vor zwei Tagen".
func (p *parser) amount(i int, f *mention) int {
	if next := p.weekdaysAway(i, f); next > 0 {
		return next
	}
	prefix, j := p.at(i), i
	shifts := prefix.is(isShift) || p.shifting != 0 && prefix.is(isLatest) // "push it by"
	led := shifts || prefix.is(isIn) || prefix.is(isBack) || prefix.is(isAfter)
	if led {
		j = p.overSmall(i+1, (*item).roughly)
		if prefix.is(isShift) && (p.at(j).is(isFor) || p.at(j).is(isLatest)) {
			j++
		}
	}
	l, next := p.lengthAt(j)
	if next == 0 {
		if after := p.nextToLast(i, f); after > 0 {
			return after
		}
		l, next = p.oneAt(i)
	}
	if next == 0 || prefix.is(isAfter) && p.at(next-1).is(isHours) {
		return 0 // "à partir de 9h" names a clock time
	}
	f.amount, f.unit = l.count, l.unit
	if l.unit == unitMinute {
		f.amount = l.minutes
	}
	f.set(hasAmount)
	if shifts {
		return p.shiftBy(prefix, next, f)
	}
	if after := p.amountFrom(prefix, l, next, f); after > 0 {
		return after
	}
	if led && prefix.is(isBack) && !prefix.is(isIn) && (!prefix.is(isBefore) || l.unit != unitMinute) {
		f.before, f.fromNow = true, true
		return next
	}
	if led && (prefix.is(isIn) || prefix.is(isAfter)) {
		f.fromNow = true
		return next
	}
	return 0
}

// shiftBy reads what follows the amount of "push it an hour later".
func (p *parser) shiftBy(prefix *item, next int, f *mention) int {
	f.shift = true
	v, _ := prefix.entry.has(isShift)
	f.before = v < 0 || !prefix.is(isShift) && p.shifting < 0
	switch after := p.at(next); {
	case after.is(isEarlier):
		f.before = true
		return next + 1
	case after.is(isLater):
		return next + 1
	}
	return next
}

// amountFrom reads the word behind an amount that says from where it counts:
// "ago", "later", "from", "before", "on".
func (p *parser) amountFrom(prefix *item, l length, next int, f *mention) int {
	after := p.at(next)
	if l.unit == unitMinute && p.clockBeside(next) {
		return 0 // "an hour before 3pm" is a clock time
	}
	anchored := p.anchorAt(next + 1)
	v, later := after.entry.has(isLater)
	switch {
	case after.is(isAgo) && !after.is(isAfter):
		f.before, f.fromNow = true, true
	case (after.is(isBefore) || after.is(isEarlier)) && anchored:
		f.before, f.anchored = true, true
	case after.is(isEarlier):
		f.before, f.shift = true, true
	case (after.is(isAfter) || after.is(isFrom) || after.is(isOn) || after.is(isSince)) && l.unit != unitMinute && anchored:
		f.anchored = true
	case l.unit == unitWeek && (after.is(isDay) || after.is(isWeekday) && !prefix.is(isIn)) && p.lang.tag == "en":
		f.anchored = true // "a week today", "two weeks Monday"
		return next
	case later && v > 0: // "from now"
		f.fromNow = true
	case later:
		f.shift = !prefix.is(isIn)
	default:
		return 0
	}
	return next + 1
}

// oneAt reads "the day" in "the day after Christmas", "day after tmrw".
func (p *parser) oneAt(i int) (length, int) {
	if p.at(i).is(isThe) {
		i++
	}
	u, ok := p.at(i).entry.has(isUnit)
	n := p.at(i + 1)
	if !ok || u != unitDay && u != unitWeek || !n.is(isAfter) && !n.is(isBefore) || !p.anchorAt(i+2) {
		return length{}, 0
	}
	return length{count: 1, unit: int8(u)}, i + 1
}

// nextToLast reads "the week after" and "the day before" with nothing behind:
// they count from the time named before them.
func (p *parser) nextToLast(i int, f *mention) int {
	if !p.at(i).is(isThe) {
		return 0
	}
	u, ok := p.at(i + 1).entry.has(isUnit)
	rel := p.at(i + 2)
	if !ok || u != unitDay && u != unitWeek || !rel.is(isAfter) && !rel.is(isBefore) || p.anchorAt(i+3) {
		return 0
	}
	if n := p.at(i + 3); i+3 < len(p.items) && n.shape != shapeMark && !n.is(isOr) && !n.is(isAnd) && !n.is(isFine) && !n.is(isOff) && !(n.is(isAt) && p.clockFollows(i+4)) && !(n.is(isAt) && p.at(i+4).shape == shapeNumber) {
		return 0
	}
	f.amount, f.unit, f.before, f.fromLast = 1, int8(u), !rel.is(isAfter), true
	f.set(hasAmount)
	return i + 3
}

// anchorAt reports whether a date starts at i that an amount can count from.
func (p *parser) anchorAt(i int) bool {
	i = p.overSmall(i, (*item).ties)
	it := p.at(i)
	return it.is(isWeekday) || it.is(isDay) || it.is(isMonth) || it.is(isHoliday) || it.is(isNow) || it.is(isRelative) && p.at(i+1).is(isWeekday) ||
		it.shape == shapeNumber && (p.isMark(i+1, '/') || p.isMark(i+1, '-') || p.at(i+1).is(isMonth) || p.at(p.overOf(i+1)).is(isMonth) || p.ordinalSuffix(i+1) > 0) ||
		it.is(isOrdinal)
}

// weekdaysAway reads "three Fridays from now".
func (p *parser) weekdaysAway(i int, f *mention) int {
	n, next, _ := p.numberAt(i)
	if next == 0 || n < 1 || n > 52 {
		return 0
	}
	w, ok := p.at(next).entry.has(isWeekdays)
	if !ok {
		w, ok = p.at(next).entry.has(isWeekday)
	}
	if !ok || !p.at(next+1).is(isLater) || p.at(next+1).is(isAfter) {
		return 0
	}
	f.weekday, f.rel = int8(w), relComing
	f.amount, f.unit, f.anchored = int32(n-1), unitWeek, true
	f.set(hasWeekday | hasAmount)
	return next + 2
}
