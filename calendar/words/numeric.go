package words

// numericDate reads 26/1, 26.1., 1/26/2027, 26-01-2027.
func (p *parser) numericDate(i int, f *mention) int {
	a, sep, b := p.at(i), p.at(i+1), p.at(i+2)
	if a.digits > 2 || b.shape != shapeNumber || b.digits > 2 || sep.shape != shapeMark || sep.space != b.space && sep.mark != '.' {
		return 0
	}
	if sep.mark != '/' && sep.mark != '.' && sep.mark != '-' || a.value == 0 || b.value == 0 || a.value > 31 || b.value > 31 || a.value > 12 && b.value > 12 {
		return 0
	}
	next, year := i+3, 0
	if p.isMark(next, sep.mark) && p.at(next+1).shape == shapeNumber && p.at(next+1).space == b.space {
		y, after := p.yearAt(next+1, true)
		if after == 0 {
			return 0
		}
		year, next = y, after
		if p.isMark(next, sep.mark) && p.joined(next) && p.at(next+1).shape == shapeNumber && p.joined(next+1) {
			return 0 // a version, an address
		}
	} else if sep.mark == '.' && p.isMark(next, '.') && p.joined(next) {
		if p.at(next+1).shape == shapeNumber && p.joined(next+1) {
			return 0
		}
		if !p.numericFits(i, next+1, sep.mark, true) {
			return 0
		}
		next++
		if y, after := p.yearAt(next, false); after > 0 {
			year, next = y, after
		}
	} else if !p.numericFits(i, next, sep.mark, false) {
		return 0
	}
	f.numericDate(int(a.value), int(b.value), year, p.monthFirst || sep.mark == '-' && year == 0 && p.lang.tag == "en" && a.value <= 12, sep.mark == '.' && p.lang.tag != "en")
	return p.highDate(next, f)
}

// numericFits says whether day and month in figures without a year are a date
// there: 3.14 in a sentence is none, "on 3.14" is.
func (p *parser) numericFits(i, next int, sep byte, dotted bool) bool {
	if p.at(next).is(isUnit) || p.at(next).is(isHours) && p.joined(next) || p.at(next).is(isOClock) || p.at(next).is(isMeridiem) || p.isMark(next, '%') || p.isMark(next, ':') && p.joined(next) {
		return false
	}
	a, b := p.at(i), p.at(i+2)
	whole := i == 0 && next >= len(p.items)
	cue := whole || p.dateCue(i)
	switch sep {
	case '/':
		if a.value == 24 && b.value == 7 && !cue || p.at(next).is(isOf) && !cue {
			return false
		}
		return !p.isMark(next, '/') && !p.isMark(i-1, '/')
	case '.':
		if p.at(i-1).is(isAt) && !dotted {
			return false // "alle 9.15" is a clock time
		}
		if w, ok := p.at(i - 1).entry.has(isWeekday); ok && !dotted {
			return p.weekdayAgrees(w, int(a.value), int(b.value))
		}
		if p.isMark(i-1, '.') && p.joined(i-1) || b.value > 12 && a.value > 12 {
			return false
		}
		_, _, s := p.clockAt(p.skipSmall(next))
		prev := p.at(i - 1)
		free := prev.shape != shapeWord || prev.entry != nil // "Kapitel 4.2."
		return cue || p.lang.tag != "en" && dotted && free || dotted && (s == strongClock || p.at(next).is(isAt))
	}
	if a.space && b.space && !whole && !p.at(i-1).is(isOn) {
		return false
	}
	if w, ok := p.at(i - 1).entry.has(isWeekday); ok && !p.at(i-1).is(isOn) {
		return p.weekdayAgrees(w, int(a.value), int(b.value))
	}
	return whole && (b.value > 12 || a.value > 12) && !hoursLike(int(a.value), int(b.value)) || p.at(i-1).is(isOn)
}

// hoursLike reports whether a–b reads as hours rather than as a date: 9-17.
func hoursLike(a, b int) bool { return a >= 6 && b > a && b <= 24 }

// dateCue reports whether a date may be expected at i: after "on", a weekday
// or a comma behind one.
func (p *parser) dateCue(i int) bool {
	prev := p.at(i - 1)
	if prev.is(isThe) {
		prev = p.at(i - 2)
	}
	if prev.mark == ',' || prev.mark == '.' || prev.mark == '(' {
		prev = p.at(i - 2)
	}
	return prev.is(isOn) || prev.is(isWeekday) || prev.is(isUntil) || prev.is(isFrom) && p.lang.tag != "en"
}

func (p *parser) skipSmall(i int) int {
	return p.overSmall(i, func(it *item) bool { return it.mark == ',' || it.is(isAt) })
}

func (p *parser) weekdayAgrees(weekday, month, day int) bool {
	if !validDay(day, month) {
		month, day = day, month
	}
	if !validDay(day, month) {
		return false
	}
	d := p.today.future(day, month)
	return d.weekday() == weekday && d-p.today < 60
}

func (f *mention) numericDate(a, b, year int, monthFirst, certain bool) {
	day, month := a, b
	if monthFirst && a <= 12 || b > 12 {
		day, month = b, a
	}
	f.setDate(day, month, year)
	f.numeric = a <= 12 && b <= 12 && a != b && !certain
}
