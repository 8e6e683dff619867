package words

// strength says how surely some items are a clock time. A bare number is one
// only where its neighbours speak of time.
type strength int8

const (
	noClock     strength = iota
	bareClock            // "3"
	pairClock            // "three thirty", "3 15", "1500", "15.00"
	strongClock          // "3:00", "3pm", "15h", "noon"
)

// at returns the item at i, or an empty one beyond the end.
func (p *parser) at(i int) *item {
	if i < 0 || i >= len(p.items) {
		return &nothing
	}
	return &p.items[i]
}

var nothing = item{token: token{shape: shapeMark, mark: 0, space: true}}

func (p *parser) isMark(i int, mark byte) bool {
	it := p.at(i)
	return it.shape == shapeMark && it.mark == mark
}

// joined reports whether item i follows its neighbour without a blank.
func (p *parser) joined(i int) bool { return !p.at(i).space }

// numberAt reads digits or number words: "21", "twenty-one".
func (p *parser) numberAt(i int) (value, next int, words bool) {
	it := p.at(i)
	if it.shape == shapeNumber {
		return int(it.value), i + 1, false
	}
	v, ok := it.entry.has(isNumber)
	if !ok {
		return 0, 0, false
	}
	next = i + 1
	if v >= 20 && v%10 == 0 {
		if u, ok := p.at(next).entry.has(isNumber); ok && u > 0 && u < 10 {
			v, next = v+u, next+1
		}
	}
	return v, next, true
}

// clockAt reads one clock time.
func (p *parser) clockAt(i int) (c clock, next int, s strength) {
	for range 3 {
		it := p.at(i)
		if it.is(isAround) && !it.is(isAt) || it.is(isThe) && (p.at(i+1).shape == shapeNumber || p.at(i+1).is(isNumber)) && p.lang.traits.articleHours {
			i++
			continue
		}
		break
	}
	if c, next, s = p.relativeClock(i); s == noClock {
		return p.plainClock(i)
	}
	return p.clockTail(c, next, s)
}

// instant reads noon and midnight.
func (p *parser) instant(v, i int) (clock, int, strength) {
	c, next := clock{minute: int16(v), exact: true}, i+1
	if plus, ok := p.at(next).entry.has(isPlus); ok && plus > 0 { // "midi et demi"
		c.minute, c.minutes, next = c.minute+int16(plus), true, next+1
	}
	return c, next, strongClock
}

// digitClock reads a clock time that starts with digits.
func (p *parser) digitClock(i int) (clock, int, strength) {
	it := p.at(i)
	v, n := int(it.value), it.digits
	second := p.at(i + 2)
	switch {
	case n <= 2 && (p.isMark(i+1, ':') || p.isMark(i+1, '.')) && p.joined(i+1) && p.joined(i+2) &&
		second.shape == shapeNumber && second.digits == 2 && second.value < 60 && v <= 24:
		s := strongClock
		if p.isMark(i+1, '.') {
			s = pairClock
		}
		next := i + 3
		if p.isMark(next, ':') && p.joined(next) && p.at(next+1).digits == 2 {
			next += 2 // seconds
		} else if p.isMark(next, ':') && p.joined(next) || p.isMark(next, '.') && p.joined(next) && p.joined(next+1) && p.at(next+1).shape == shapeNumber {
			return clock{}, 0, noClock // a version, an address
		}
		c := clock{minute: int16(v*60) + int16(second.value), minutes: true}
		c.exact = v == 0 || v > 12 || n == 2 && v < 10
		return c, next, s
	case n <= 2 && v <= 24 && p.at(i+1).is(isHours) && p.hourMark(i):
		return p.hourLetter(i)
	case n <= 2 && v <= 24:
		return p.bareHour(i)
	case (n == 3 || n == 4) && v/100 <= 24 && v%100 < 60:
		c := clock{minute: int16(v/100*60 + v%100), minutes: true}
		c.exact = n == 4 && (v/100 > 12 || v/100 < 10)
		return c, i + 1, pairClock
	}
	return clock{}, 0, noClock
}

// hourMark reports whether the hours word after the number at i makes it a
// clock time, not a length: "15h", "14 heures" without "in" or "for".
func (p *parser) hourMark(i int) bool {
	if p.at(i+1).entry.weak && !p.joined(i+1) {
		return p.lang.tag != "en"
	}
	return true
}

// hourLetter reads "15h", "9h30", "14 uur 30", "10 Uhr 15".
func (p *parser) hourLetter(i int) (clock, int, strength) {
	v := int(p.at(i).value)
	c := clock{minute: int16(v * 60), exact: v > 12 || v == 0 || p.at(i).digits == 2 && v < 10}
	next := i + 2
	m := p.at(next)
	if m.shape == shapeNumber && m.digits == 2 && m.value < 60 {
		c.minute += int16(m.value)
		c.minutes = true
		next++
		if min, ok := p.at(next).entry.has(isUnit); ok && min == unitMinute && p.joined(next) {
			next++
		}
		if p.lang.tag == "en" {
			c.exact = true
		}
	}
	return c, next, strongClock
}

// bareHour reads a number that may be an hour, with minutes after a blank.
func (p *parser) bareHour(i int) (clock, int, strength) {
	it := p.at(i)
	v := int(it.value)
	c := clock{minute: int16(v * 60), exact: v > 12 || v == 0 || it.digits == 2 && v < 10}
	m := p.at(i + 1)
	if m.shape == shapeNumber && m.space && m.digits == 2 && m.value < 60 && !p.isMark(i+2, ':') && !p.isMark(i+2, '/') && v > 0 {
		c.minute += int16(m.value)
		c.minutes = true
		return c, i + 2, pairClock
	}
	if w, after, words := p.numberAt(i + 1); words && w >= 10 && w < 60 && v > 0 && v <= 12 && m.space && !p.at(after).is(isUnit) { // "3 thirty"
		c.minute += int16(w)
		c.minutes = true
		return c, after, pairClock
	}
	return c, i + 1, bareClock
}

// wordClock reads "three", "three thirty", "seven oh five".
func (p *parser) wordClock(i int) (clock, int, strength) {
	v, next, words := p.numberAt(i)
	if !words || v > 24 {
		return clock{}, 0, noClock
	}
	c := clock{minute: int16(v * 60), exact: v > 12 || v == 0}
	if p.at(next).is(isHours) && !p.at(next).entry.weak {
		next++
		if m, after, ok := p.numberAt(next); ok && m < 60 && m > 0 {
			c.minute, c.minutes, next = c.minute+int16(m), true, after
		}
		return c, next, strongClock
	}
	if v <= 12 && v > 0 {
		j := next
		if z := p.at(j); z.shape == shapeWord && z.entry != nil && z.is(isGlue) && z.end-z.start == 2 {
			j++ // "oh"
		}
		if m, after, ok := p.numberAt(j); ok && m > 0 && m < 60 && !p.at(after).is(isUnit) {
			c.minute, c.minutes = c.minute+int16(m), true
			return c, after, pairClock
		}
	}
	return c, next, bareClock
}

// relativeClock reads "half past two", "quarter to", "20 min past eight",
// "half 5", "halb drei", "tien voor half drie".
func (p *parser) relativeClock(i int) (clock, int, strength) {
	if c, after, ok := p.besideClock(i); ok {
		return c, after, strongClock
	}
	minutes, next := p.minutesAt(i)
	if next > 0 && minutes < 60 {
		sign := 0
		if p.at(next).is(isPast) {
			sign = 1
		} else if p.at(next).is(isTo) && !p.fraction(next) && !p.rangeTo(i, next) {
			sign = -1
		}
		if sign != 0 {
			if c, after, ok := p.hourAt(next+1, true); ok {
				return p.shifted(c, sign*minutes), after, strongClock
			}
		}
	}
	if v, ok := p.at(i).entry.has(isQuarter); ok && p.lang.traits.halfBefore {
		if c, after, ok := p.hourAt(i+1, false); ok && !p.at(after).is(isUnit) { // "dreiviertel vier"
			return p.shifted(c, max(v, 15)-60), after, strongClock
		}
	}
	if p.at(i).is(isHalf) && (p.lang.traits.halfBefore || p.lang.traits.halfAfter) {
		if c, after, ok := p.hourAt(i+1, false); ok && !p.at(after).is(isUnit) {
			minutes := 30
			if p.lang.traits.halfBefore {
				minutes = -30
			}
			return p.shifted(c, minutes), after, strongClock
		}
	}
	return clock{}, 0, noClock
}

// besideClock reads "an hour before 3pm", "ten minutes after noon": a length,
// and on which side of a clock time it lies.
func (p *parser) besideClock(i int) (clock, int, bool) {
	l, next := p.lengthAt(i)
	if next == 0 || l.unit != unitMinute || !p.clockBeside(next) {
		return clock{}, 0, false
	}
	c, after, _ := p.plainClock(next + 1)
	minutes := int(l.minutes)
	if p.at(next).is(isBefore) {
		minutes = -minutes
	}
	if c.meridiem == 2 && c.minute < 12*60 {
		c.minute += 12 * 60
	}
	c.minute = int16((int(c.minute) + minutes + 48*60) % (24 * 60))
	c.exact, c.minutes = c.exact || c.meridiem != 0, true
	c.meridiem = 0
	return c, after, true
}

// clockBeside reports whether a sure clock time stands behind the "before" or
// "after" at i.
func (p *parser) clockBeside(i int) bool {
	it := p.at(i)
	if !it.is(isBefore) && !it.is(isAfter) || it.is(isFrom) {
		return false
	}
	_, _, s := p.plainClock(i + 1)
	return s == strongClock
}

// plainClock reads a clock time that does not hang on another one: noon,
// "3pm", "15:30".
func (p *parser) plainClock(i int) (c clock, next int, s strength) {
	if v, ok := p.at(i).entry.has(isInstant); ok {
		return p.instant(v, i)
	}
	if p.at(i).shape == shapeNumber {
		c, next, s = p.digitClock(i)
	} else {
		c, next, s = p.wordClock(i)
	}
	if s == noClock {
		return clock{}, 0, noClock
	}
	return p.clockTail(c, next, s)
}

// rangeTo reports whether "to" after the number at i ends a range: "10 to
// 11am", but not "20 to 11" or "10 minutes to 11".
func (p *parser) rangeTo(i, to int) bool {
	if !p.at(to).is(isUntil) || p.at(to-1).is(isUnit) || p.at(i).is(isQuarter) || p.at(i).is(isHalf) {
		return false
	}
	it := p.at(i)
	return it.shape == shapeNumber && it.value <= 12 || p.at(i-1).is(isFrom)
}

// fraction reports whether the word at i only ties a fraction to what it is
// of: "half of", which is no clock time.
func (p *parser) fraction(i int) bool { return p.at(i).is(isOf) && p.at(i-1).is(isHalf) }

// minutesAt reads the minutes before "past" and "to".
func (p *parser) minutesAt(i int) (minutes, next int) {
	it := p.at(i)
	switch {
	case it.is(isHalf):
		return 30, i + 1
	case it.is(isQuarter):
		v, _ := it.entry.has(isQuarter)
		return max(v, 15), i + 1
	}
	v, next, _ := p.numberAt(i)
	if next == 0 || v == 0 {
		return 0, 0
	}
	if u, ok := p.at(next).entry.has(isUnit); ok && u == unitMinute {
		next++
	}
	return v, next
}

// hourAt reads the hour after "past" or "to": a number up to 24, noon, or in
// some languages another half ("fünf vor halb drei").
func (p *parser) hourAt(i int, half bool) (clock, int, bool) {
	if v, ok := p.at(i).entry.has(isInstant); ok {
		c, next, _ := p.instant(v, i)
		return c, next, true
	}
	if half && p.lang.traits.halfBefore && p.at(i).is(isHalf) {
		c, next, s := p.relativeClock(i)
		return c, next, s != noClock
	}
	if p.at(i).is(isThe) && p.lang.traits.articleHours {
		i++
	}
	v, next, words := p.numberAt(i)
	if next == 0 || v > 24 || v == 0 || !words && p.at(i).digits > 2 {
		return clock{}, 0, false
	}
	if p.isMark(next, ':') && p.joined(next) {
		return clock{}, 0, false
	}
	return clock{minute: int16(v * 60), exact: v > 12}, next, true
}

func (p *parser) shifted(c clock, minutes int) clock {
	c.minute += int16(minutes)
	if c.minute < 60 && !c.exact {
		c.minute += 12 * 60 // a quarter to one
	}
	c.minutes = true
	return c
}

// clockTail reads what follows a clock time: o'clock, am, pm, "ish".
func (p *parser) clockTail(c clock, next int, s strength) (clock, int, strength) {
	for {
		it := p.at(next)
		if it.shape != shapeWord || it.entry == nil {
			return c, next, s
		}
		v, meridiem := it.entry.has(isMeridiem)
		named, isNamed := it.entry.has(isInstant)
		switch {
		case isNamed && c.minute%(12*60) == 0 && c.meridiem == 0: // "12:00 noon"
			return clock{minute: int16(named), exact: true}, next + 1, strongClock
		case it.is(isOClock):
			s = strongClock
			next++
			if m := p.at(next); m.shape == shapeNumber && m.digits == 2 && m.value < 60 && !c.minutes && p.lang.tag != "en" {
				c.minute, c.minutes = c.minute+int16(m.value), true
				next++
			} else if v, after, words := p.numberAt(next); words && v > 0 && v < 60 && !c.minutes && p.lang.tag != "en" && !p.at(after).is(isUnit) && !p.at(after).is(isOClock) {
				c.minute, c.minutes, next = c.minute+int16(v), true, after // "zehn Uhr fünfundvierzig"
			}
			continue
		case meridiem && c.meridiem == 0 && (it.end-it.start > 1 && p.text[it.start] < 0x80 || !it.space) && !c.longNumber():
			if h := c.minute / 60; h <= 12 {
				c.meridiem = int8(v)
			}
			c.exact = c.exact && c.minute >= 13*60
			s = strongClock
		case c.minutes && (it.is(isHours) && (p.lang.tag != "en" || !it.space) || p.hundredHours(next)):
			s = strongClock
		case it.is(isAnd) && p.lang.traits.articleHours && !c.minutes && p.minutesAfterAnd(next+1): // "alle 16 e 30"
			next++
			c.minute, c.minutes, s = c.minute+int16(p.at(next).value), true, strongClock
		case it.is(isAnd) && p.lang.traits.articleHours && !c.minutes && p.minutesInWords(next+1) > 0: // "dez e quarenta e cinco"
			v, after, _ := p.tensAndUnits(next + 1)
			c.minute, c.minutes, s = c.minute+int16(v), true, strongClock
			next = after
			continue
		case it.is(isIsh):
			if s == bareClock {
				s = strongClock
			}
		case (it.is(isPlus) || it.is(isMinus)) && !c.minutes:
			c2, after, ok := p.plusMinus(c, next)
			if !ok {
				return c, next, s
			}
			c, next, s = c2, after, strongClock
			continue
		default:
			return c, next, s
		}
		next++
	}
}

// minutesAfterAnd reports whether the number behind "and" is minutes: more
// than an hour could be, in steps of five, or a quarter.
func (p *parser) minutesAfterAnd(i int) bool {
	it := p.at(i)
	return it.shape == shapeNumber && it.digits == 2 && it.value < 60 && it.value%5 == 0 && (it.value > 24 || it.value == 15) &&
		!p.clockFollows(i) && !p.at(i+1).is(isUnit) && !p.at(i+1).is(isMonth)
}

// minutesInWords returns the minutes in words at i that may follow an hour and
// "and": more than twenty, so that "nove e dez" stays two hours; else 0.
func (p *parser) minutesInWords(i int) int {
	v, next, words := p.tensAndUnits(i)
	if !words || v <= 24 || v >= 60 || p.at(next).is(isUnit) || p.clockFollows(next-1) {
		return 0
	}
	return v
}

// tensAndUnits reads "quarenta e cinco" or a plain number.
func (p *parser) tensAndUnits(i int) (value, next int, words bool) {
	value, next, words = p.numberAt(i)
	if words && value >= 20 && value%10 == 0 && p.at(next).is(isAnd) {
		if u, after, ok := p.numberAt(next + 1); ok && u > 0 && u < 10 {
			return value + u, after, true
		}
	}
	return value, next, words
}

// hundredHours reports whether "hours" at i only ends a time on the 24-hour
// clock: "1500 hrs".
func (p *parser) hundredHours(i int) bool {
	u, ok := p.at(i).entry.has(isUnit)
	return ok && u == unitHour && (p.at(i-1).digits == 4 || p.isMark(i-2, ':'))
}

func (c clock) longNumber() bool { return c.minute > 24*60 }

// plusMinus reads "y media", "et quart", "meno dieci" after an hour.
func (p *parser) plusMinus(c clock, i int) (clock, int, bool) {
	if v, ok := p.at(i).entry.has(isPlus); ok && v > 0 {
		return p.shifted(c, v), i + 1, true
	}
	v, ok := p.at(i).entry.has(isMinus)
	if !ok {
		return c, i, false
	}
	if v > 0 {
		return p.shifted(c, -v), i + 1, true
	}
	if m, next, _ := p.numberAt(i + 1); next > 0 && m > 0 && m < 60 && !p.isMark(next, ':') {
		return p.shifted(c, -m), next, true
	}
	return c, i, false
}
