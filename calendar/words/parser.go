package words

// parser walks over the items of one text and collects its mentions.
type parser struct {
	text       string
	items      []item
	lang       *language
	lex        *lexicon
	today      civilDay
	monthFirst bool

	out      []mention
	cur      mention // the mention being built
	open     bool    // there is one
	heldGap  int
	lastItem int  // the last item of the mention being built
	shifting int  // a word to shift a session by an amount stood before: 1 later, -1 earlier
	dash     bool // a dash stood since
	gap      int  // words since its end that speak of no time
	pending  link // what stood since its end
	sentence int32
	clause   int32
	inHigh   bool
	held     mention // a length before its time: "for 10 days from 18 December"
	anyCase  bool    // places may be written small
	loose    bool    // hours are asked for: a bare range is one

	deny     bool // what follows is denied
	denyOnce bool
	denyGap  int
	remark   int  // the item behind a place: a date there says when the writer is in it
	moving   bool // "move … from X to Y": X is the old time
	place    zoneHit
}

// maxGap is how many words may stand between a date and its clock time.
const maxGap = 12

func (p *parser) run() {
	for i := 0; i < len(p.items); {
		i = p.step(i)
	}
	p.flush()
}

// step reads what starts at item i and returns where to go on.
func (p *parser) step(i int) int {
	if next := p.skip(i); next > 0 {
		return next
	}
	var f mention
	for _, read := range [...]func(int, *mention) int{p.dated, p.lastingFor, p.bounded, p.timed, p.partOf, p.lasting, p.zoned, p.bare} {
		f = mention{}
		if next := read(i, &f); next > i {
			p.put(i, next, &f)
			return next
		}
	}
	return p.other(i)
}

// skip steps over numbers that are no times: list marks, prices, per cent.
func (p *parser) skip(i int) int {
	it := p.at(i)
	if it.shape == shapeLink {
		p.gap++
		return i + 1
	}
	if it.shape != shapeNumber {
		return 0
	}
	lineStart := i == 0 || p.isMark(i-1, '\n') || p.isMark(i-1, '>') || p.isMark(i-1, '(') && (i == 1 || p.isMark(i-2, '\n'))
	if lineStart && it.digits <= 2 && (p.isMark(i+1, ')') || p.isMark(i+1, '.') && p.joined(i+1) && p.at(i+2).space && !p.at(i+2).is(isMonth) && i+2 < len(p.items)) {
		return i + 2
	}
	if p.isMark(i-1, '#') || p.isMark(i-1, '$') || p.isMark(i+1, '%') || p.isMark(i-1, '+') && it.digits > 1 {
		p.gap++
		return i + 1
	}
	return 0
}

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
	if !ok && p.at(next).is(isAnd) && between {
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
	it, n := p.at(i), p.at(next)
	if it.shape == shapeNumber && it.value == 0 && s == bareClock || n.is(isUnit) || p.isMark(next, '%') || p.isMark(next, '/') || p.isMark(next, '$') {
		return false
	}
	if p.isMark(next, '.') && p.joined(next) && p.at(next+1).shape == shapeNumber && p.joined(next+1) || p.ordinalSuffix(next) > 0 {
		return false
	}
	if p.isMark(next, ':') && p.joined(next) || p.isMark(next, '-') && p.joined(next) && p.at(next+1).shape == shapeNumber && it.digits > 2 {
		return false
	}
	if _, m := p.monthAt(p.overOf(next)); m > 0 && it.shape == shapeNumber && s == bareClock {
		return false
	}
	dated := p.open && p.gap == 0 && p.cur.slots&dateSlots != 0
	ends := next >= len(p.items) || n.shape == shapeMark || n.entry != nil
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
	if p.clockOr(next) {
		return true
	}
	// "9 tomorrow evening", "3 on Friday"
	if it.digits == 4 && s == pairClock && it.value%5 == 0 && it.value < 1900 {
		return n.is(isDay) || n.is(isDayPart) || n.is(isOn) && p.dateStarts(next+1)
	}
	return s <= pairClock && it.digits <= 2 && (n.is(isDay) || n.is(isDayPart) || n.is(isPart) && !n.entry.weak || n.is(isRelative) && p.at(next+1).is(isPart))
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

// partOf reads a part of the day: "morning", "mornings", "late afternoon".
func (p *parser) partOf(i int, f *mention) int {
	j := i
	for j-i < maxSmall && (p.isAt(j) || p.at(j).is(isOn) || p.at(j).is(isThe) || p.at(j).is(isIn) && !p.at(j).is(isPart)) {
		j++
	}
	edge := edgeNone
	if v, ok := p.at(j).entry.has(isEdge); ok {
		edge = v
		j++
		j = p.overSmall(j, func(it *item) bool { return it.is(isThe) || it.is(isOf) && !it.is(isPart) })
	}
	it := p.at(j)
	if v, ok := it.entry.has(isParts); ok && edge == edgeNone {
		f.part, f.habit = int8(v), 0x1f
		f.set(hasPart | hasHabit)
		return j + 1
	}
	v, ok := it.entry.has(isPart)
	if m, am := it.entry.has(isMeridiem); !ok && am && p.open && p.gap == 0 && p.cur.slots&(hasDay|hasWeekday|hasOffset) != 0 &&
		p.cur.slots&timeSlots == 0 && it.end-it.start > 1 && p.pending == linkNone && edge == edgeNone && (p.text[it.start] < 'a' || p.lang.tag != "en") {
		v, ok = m, true // "Feb 5 AM"
	}
	if !ok {
		return 0
	}
	if it.entry.weak && !it.is(isMeridiem) && !(p.open && p.gap == 0 && p.cur.dated()) {
		return 0
	}
	if p.at(j + 1).is(isIsh) {
		j++
	}
	f.part, f.partEdge = int8(v), int8(edge)
	f.set(hasPart)
	return j + 1
}

// dated reads a date, after "on" and the like.
func (p *parser) dated(i int, f *mention) int {
	j := i
	for j-i < maxSmall && (p.isAt(j) || p.at(j).leadsDate()) {
		if next := p.amount(j, f); next > 0 {
			return next
		}
		*f = mention{}
		j++
	}
	edge := p.edgeOfDay(j)
	if edge != edgeNone {
		j++
	}
	next := p.date(j, f)
	if edge != edgeNone && (next == 0 || f.slots&(hasWeekday|hasOffset) == 0) {
		return 0
	}
	f.dayEdge = edge
	if next == 0 && p.at(i).is(isOn) {
		next = p.onDay(j, f)
	}
	if next == 0 || j == i || f.slots&hasHigh != 0 {
		return next
	}
	it := p.at(i)
	switch {
	case it.is(isUntil) && !it.is(isFrom) && !it.is(isAt) && !it.is(isOn) && (!it.is(isTo) || it.is(isBefore)), it.is(isLatest), it.is(isBefore) && !it.is(isOn):
		f.bound = boundBefore
		f.upTo = it.is(isBefore) && !it.is(isUntil) && !it.is(isLatest)
	case it.is(isAfter) && !it.is(isFrom):
		f.bound = boundAfter
	case it.is(isFrom) && p.moving:
		f.negated = true // the old time
	case it.is(isFrom) || it.is(isBetween):
		next = p.untilDate(next, f)
	}
	return next
}

// edgeOfDay reads the early or late that stands before a day: "early Friday
// morning", "late tomorrow".
func (p *parser) edgeOfDay(i int) int8 {
	v, ok := p.at(i).entry.has(isEdge)
	if n := p.at(i + 1); !ok || v != edgeEarly && v != edgeLate || !n.is(isWeekday) && !n.is(isDay) && !(n.is(isRelative) && p.at(i+2).is(isWeekday)) {
		return edgeNone
	}
	return int8(v)
}

// untilDate reads the end of "from Monday until the 15th".
func (p *parser) untilDate(i int, f *mention) int {
	n, ok := p.rangeMark(i)
	if !ok && p.at(i).is(isAnd) {
		n, ok = i+1, true
	}
	if !ok || f.slots&(hasClock|hasPart) != 0 {
		return i
	}
	if p.moving {
		return i
	}
	n = p.overSmall(n, func(it *item) bool { return it.is(isOn) })
	var g mention
	next := p.date(n, &g)
	if next == 0 || g.slots&dateSlots == 0 || g.slots&(hasPart|hasHigh) != 0 {
		return i
	}
	f.high = g.days
	f.set(hasHigh)
	return next
}

// onDay reads "on the 17", "on 15" where a clock time, or the end, follows.
func (p *parser) onDay(i int, f *mention) int {
	if p.at(i).is(isThe) {
		i++
	}
	it := p.at(i)
	if it.shape != shapeNumber || it.digits > 2 || it.value < 1 || it.value > 31 || p.clockFollows(i) {
		return 0
	}
	n := p.at(i + 1)
	if i+1 < len(p.items) && n.shape == shapeWord && n.entry == nil || n.is(isUnit) || p.isMark(i+1, '/') || p.isMark(i+1, '-') || p.isMark(i+1, '%') {
		return 0
	}
	f.day = int8(it.value)
	f.set(hasDay)
	return i + 1
}

// lastingFor reads a length behind "for", before its number can be an hour.
func (p *parser) lastingFor(i int, f *mention) int {
	if !p.at(i).is(isFor) || p.at(i).is(isBefore) {
		return 0
	}
	return p.lasting(i, f)
}

// lasting reads a length: "for 45 minutes". Lengths that belong to no time are
// stepped over, so that their numbers are not taken for hours.
func (p *parser) lasting(i int, f *mention) int {
	j, lead := i, false
	if p.at(i).is(isFor) {
		j, lead = i+1, true
		j = p.overSmall(j, (*item).roughly)
	}
	l, next := p.lengthAt(j)
	if next == 0 {
		return 0
	}
	if p.at(j).shape != shapeNumber && !lead && !p.at(j).is(isNumber) && !p.at(j).is(isOne) && !p.at(j).is(isHalf) {
		return 0
	}
	if l.unit == unitMinute {
		f.length = l.minutes
	} else {
		f.lengthD = l.inDays()
	}
	f.set(hasLength)
	return next
}

// inDays gives the length of days and weeks in days.
func (l length) inDays() int32 {
	switch l.unit {
	case unitWeek:
		return l.count * 7
	case unitDay, unitWorkday:
		return l.count
	}
	return 0
}

// bare reads "same time" and the like.
func (p *parser) bare(i int, f *mention) int {
	it := p.at(i)
	if it.is(isSame) {
		f.set(hasSame)
		return i + 1
	}
	if it.is(isSameDay) {
		f.set(hasSameDay)
		return i + 1
	}
	if it.is(isNow) {
		f.fromNow = true
		f.unit = unitMinute
		f.set(hasAmount)
		return i + 1
	}
	if it.is(isParts) {
		v, _ := it.entry.has(isParts)
		f.part, f.habit = int8(v), 0x1f
		f.set(hasPart | hasHabit)
		return i + 1
	}
	return 0
}

// other looks at what is no time: what joins, parts, denies and affirms.
func (p *parser) other(i int) int {
	it := p.at(i)
	if it.shape == shapeMark {
		p.mark(i)
		return i + 1
	}
	if it.entry == nil {
		p.word(i)
		return i + 1
	}
	switch {
	case it.is(isExcept), it.is(isBut) && p.open && p.gap == 0 && p.cur.slots&hasHabit != 0 && p.dateStarts(i+1):
		p.deny, p.denyGap = true, 0
		p.clause++
	case it.is(isRather):
		p.denyOnce, p.denyGap = true, 0
	case it.is(isFine):
		p.affirm()
	case it.is(isOff):
		p.denyBack()
	case it.is(isNot):
		p.deny, p.denyGap = true, 0
		p.gap++
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
		p.setZone(&p.cur, p.place, i, i+1)
	case p.silent(it):
	default:
		p.word(i)
	}
	return i + 1
}

// silent reports that the word neither parts a time nor says anything of it.
func (p *parser) silent(it *item) bool {
	return it.is(isAt) || it.is(isOn) || it.is(isIn) || it.is(isOf) || it.is(isThe) || it.is(isGlue) || it.is(isAround) ||
		it.is(isBetween) || it.is(isFrom) || it.is(isFor) || it.is(isEvery)
}

// word counts a word that speaks of no time.
func (p *parser) word(int) {
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
	p.deny, p.denyOnce, p.moving = false, false, false
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
		} else if f.slots == hasLength && held {
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
	p.cur.rather = p.denyOnce
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
	p.flush2()
}

// flush2 ends the mention and the clause.
func (p *parser) flush2() {
	p.flush()
	p.clause++
	p.gap++
	p.deny = false
}
