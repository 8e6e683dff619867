package words

// share lets neighbours that are joined take from each other what they leave
// out: the date of "Thursday at 3 or 4", the clock time of "Monday or Tuesday
// at 2pm", the month of "22nd or 23rd of March", the week, am and pm, the zone.
func share(out []mention) {
	for i := range out {
		forward(out, i)
	}
	for i := len(out) - 2; i >= 0; i-- {
		backward(&out[i], &out[i+1])
	}
	for i := range out {
		out[i].edgeToPart()
	}
	takeBack(out)
	habits(out)
	for i := range out {
		if i > 0 && out[i].slots&dateSlots == 0 {
			forward(out, i) // its neighbour may have taken a date meanwhile
		}
	}
}

// edgeToPart makes "early Friday" its morning and "late Friday" the end of its
// afternoon; where the part is named it is narrowed.
func (m *mention) edgeToPart() {
	if m.dayEdge == edgeNone || m.slots&(hasClock|hasSame) != 0 {
		return
	}
	if m.slots&hasPart == 0 {
		m.part = partMorning
		if m.dayEdge == edgeLate {
			m.part = partAfternoon
		}
		m.set(hasPart)
	}
	m.partEdge = m.dayEdge
}

// takeBack affirms the time that a comma sets against a denied one: "not
// Thursday, Friday at 3", but not "not Thursday, Friday or Monday".
func takeBack(out []mention) {
	for i := 1; i < len(out); i++ {
		m, prev := &out[i], &out[i-1]
		if !m.negated || !m.prefixed || m.link != linkComma || !prev.negated || prev.sentence != m.sentence {
			continue
		}
		if i+1 < len(out) && out[i+1].link >= linkAnd && out[i+1].negated && out[i+1].sentence == m.sentence {
			continue
		}
		if m.slots&timeSlots != 0 && prev.slots&timeSlots == 0 || m.asked {
			m.negated = false
		}
	}
}

// habits takes the denied weekdays out of the recurring wishes before them
// ("any day but Wednesday") and gives "the other days" their weekdays.
func habits(out []mention) {
	named := uint8(0)
	for i := range out {
		m := &out[i]
		if m.other {
			m.habit = 0x1f &^ named
		}
		named |= m.habit
		if !m.negated || m.slots&timeSlots != 0 {
			continue
		}
		days := m.habit
		if m.slots&dateSlots == hasWeekday {
			days = 1 << m.weekday
			named |= days
		}
		for k := range out[:i] {
			if out[k].slots&hasHabit != 0 && !out[k].negated && out[k].habit&^days != 0 {
				out[k].habit &^= days
			}
		}
	}
}

// forward lets mention i take from those before it.
func forward(out []mention, i int) {
	if i == 0 {
		return
	}
	m, prev := &out[i], &out[i-1]
	sameSentence := m.sentence == prev.sentence
	if m.slots&dateSlots == 0 && m.slots&(hasClock|hasPart|hasSame) != 0 {
		if before := i - 2; sameSentence && prev.negated && prev.prefixed && !m.negated && before >= 0 && m.link >= linkComma && out[before].waitsForClock(m) {
			m.takeDate(&out[before]) // "Monday instead of Thursday, at 11"
			out[before].dropped = true
			return
		}
		if sameSentence && prev.slots&dateSlots != 0 && (!prev.negated || m.negated || prev.slots&hasClock != 0) && prev.slots&hasHabit == 0 {
			m.takeDate(prev)
		}
	}
	if !sameSentence || m.link < linkComma {
		if sameSentence && m.slots&dateSlots == hasWeekday && m.rel == relNone && prev.slots&hasWeek != 0 && !prev.negated {
			m.weekOff = prev.weekOff
			m.set(hasWeek)
			prev.dropped = prev.slots == hasWeek // said more exactly here
		}
		prev.dropped = prev.dropped || sameSentence && prev.remark
		return
	}
	if m.slots&(hasDay|hasMonth|hasMonthRel) == hasDay && prev.slots&(hasMonth|hasDay) == hasMonth|hasDay {
		m.month, m.year = prev.month, prev.year
		m.slots |= prev.slots & (hasMonth | hasYear)
	}
	if m.slots&dateSlots == hasWeekday && m.rel == relNone && prev.slots&hasWeek != 0 {
		m.weekOff = prev.weekOff
		m.set(hasWeek)
	}
	if m.slots&dateSlots == hasWeekday && m.rel == relNone && prev.slots&hasWeekday != 0 && prev.rel == relNext && prev.slots&hasHigh == 0 {
		m.rel = relNext
	}
	if m.slots&(timeSlots|hasHabit) == 0 && m.slots&dateSlots != 0 && prev.slots&hasClock != 0 && prev.clockLead && m.link >= linkAnd {
		m.takeClock(prev)
	}
}

// waitsForClock reports whether a wanted date stands without a clock time in
// the sentence of m.
func (m *mention) waitsForClock(clock *mention) bool {
	return m.sentence == clock.sentence && !m.negated && !m.dropped && m.slots&dateSlots != 0 && m.slots&(timeSlots|hasHabit) == 0
}

// takeDate takes the date of a neighbour, and the part of the day that settles
// the hour.
func (m *mention) takeDate(from *mention) {
	slots := m.slots
	edge := m.days.edge
	m.days = from.days
	m.days.slots = slots | from.slots&(dateSlots|hasEdge)
	if slots&hasEdge != 0 {
		m.days.edge = edge
	}
	m.high = from.high
	m.habit, m.other = from.habit, from.other
	m.tookDate = true
	if m.slots&hasPart == 0 && m.slots&hasClock != 0 && from.slots&hasPart != 0 && m.from.meridiem == 0 {
		m.part = from.part
		m.set(hasPart)
	}
}

// takeClock takes the clock time of a neighbour.
func (m *mention) takeClock(from *mention) {
	m.slots |= from.slots & (timeSlots | hasLength)
	m.from, m.to, m.bound = from.from, from.to, from.bound
	m.part, m.partEdge = from.part, from.partEdge
	m.length = from.length
	m.approx = from.approx
	m.tookClock = true
}

// backward lets m take from the mention behind it.
func backward(m, next *mention) {
	if m.sentence != next.sentence || next.link < linkComma {
		return
	}
	if m.slots&(hasMonth|hasMonthRel) == 0 && m.slots&hasDay != 0 && next.slots&(hasDay|hasMonth) == hasDay|hasMonth && m.slots&hasWeekday == 0 {
		m.month, m.year = next.month, next.year
		m.slots |= next.slots & (hasMonth | hasYear)
	}
	if m.slots&(hasDay|hasMonth|hasYear) == hasDay|hasMonth && next.slots&(hasMonth|hasYear) == hasMonth|hasYear {
		m.year = next.year
		m.set(hasYear)
	}
	if m.slots&dateSlots == hasWeekday && m.rel == relNone && next.slots&(hasWeekday|hasWeek) == hasWeekday|hasWeek {
		m.weekOff = next.weekOff
		m.set(hasWeek)
	}
	if m.slots&timeSlots == 0 && m.slots&dateSlots != 0 && next.slots&timeSlots != 0 && next.slots&dateSlots != 0 && !next.tookDate &&
		m.negated == next.negated && (next.link >= linkAnd || next.link == linkComma && next.tookClock) && m.datesLike(next) {
		m.takeClock(next)
	}
	if m.slots&hasClock != 0 && next.slots&hasClock != 0 && m.slots&dateSlots == 0 && next.slots&dateSlots != 0 {
		m.takeDate(next)
	}
	if m.slots&hasPart == 0 && m.slots&hasClock != 0 && next.slots&(hasClock|hasPart) == hasClock|hasPart && next.link >= linkAnd && next.tookDate {
		m.part = next.part
		m.set(hasPart)
	}
	if next.slots&hasClock != 0 && m.slots&hasClock != 0 && m.from.meridiem == 0 && !m.from.exact && next.link >= linkAnd && m.bound != boundRange && next.bound != boundRange &&
		next.from.meridiem != 0 && next.tookDate && m.slots&hasPart == 0 {
		m.from.meridiem = next.from.meridiem
		if m.from.minute/60%12 > next.from.minute/60%12 && next.from.meridiem == 2 {
			m.from.meridiem = 1 // "11 or 1pm"
		}
	}
	if next.slots&hasZone != 0 && m.slots&hasZone == 0 && m.slots&hasClock != 0 {
		m.zone, m.zoneName, m.yours = next.zone, next.zoneName, next.yours
		m.set(hasZone)
	}
}

// datesLike reports whether both dates are single days, so that one clock time
// can serve both.
func (m *mention) datesLike(n *mention) bool {
	const wide = hasWeek | hasMonthRel | hasWeekend | hasHabit
	narrow := func(d *mention) bool {
		return d.slots&(hasWeekday|hasDay|hasOffset|hasHoliday|hasNth) != 0 || d.slots&hasHabit != 0
	}
	return narrow(m) && narrow(n) || m.slots&wide != 0 && m.slots&wide == n.slots&wide
}
