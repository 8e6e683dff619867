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
	prefers  bool // a word of preference stood before
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
	if next := p.greeting(i); next > 0 {
		p.word()
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

// greeting steps over "happy Friday", "have a great weekend", "frohe Ostern":
// the day is no time to meet. A weak word greets only at the start of a clause.
func (p *parser) greeting(i int) int {
	it := p.at(i)
	if !it.is(isGreets) || it.entry.weak && i > 0 && p.at(i-1).shape != shapeMark && !p.at(i-1).is(isAnd) {
		return 0
	}
	named := func(it *item) bool {
		return it.is(isWeekday) || it.is(isPart) || it.is(isWeekend) || it.is(isHoliday) || it.is(isUnit) || it.is(isWeekdayPart)
	}
	next := p.overSmall(i+1, func(it *item) bool {
		_, edge := it.entry.has(isEdge)
		return it.is(isThe) || it.ties() || it.is(isYours) || edge
	})
	if !named(p.at(next)) {
		return 0
	}
	if next++; named(p.at(next)) {
		next++ // "Friday evening"
	}
	if p.isAt(next) {
		return 0
	}
	return next
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
	if prev := p.at(i - 1); !it.space && prev.shape == shapeWord && prev.entry == nil && i > 0 && !p.isoTime(i-1) { // "SW1A"
		p.gap++
		return i + 1
	}
	if p.isMark(i-1, '#') || p.isMark(i-1, '$') || p.isMark(i+1, '%') || p.isMark(i-1, '+') && it.digits > 1 {
		p.gap++
		return i + 1
	}
	return 0
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
		p.cur.slots&timeSlots == 0 && it.end-it.start > 1 && p.pending == linkNone && edge == edgeNone && (p.text[it.start] < 'a' || p.lang.tag != "en" || (p.at(j-1).shape != shapeNumber || p.cur.slots&(hasDay|hasMonth) == hasDay|hasMonth && p.at(p.lastItem).end == p.at(j-1).end) && !p.verbAm(j)) {
		v, ok = m, true // "Feb 5 AM", "Tuesday pm"
	}
	if !ok {
		return 0
	}
	if it.entry.weak && !it.is(isMeridiem) && !(p.open && p.gap == 0 && p.cur.dated()) && !p.dateStarts(j+1) {
		return 0
	}
	if p.at(j + 1).is(isIsh) {
		j++
	}
	f.part, f.partEdge = int8(v), int8(edge)
	f.set(hasPart)
	return j + 1
}

// verbAm reports whether "am" at i is what "I" is: "Thursday am I in class".
func (p *parser) verbAm(i int) bool {
	n := p.at(i + 1)
	return n.shape == shapeWord && n.end-n.start == 1 && p.text[n.start]|0x20 == 'i'
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
	case it.is(isUntil) && (it.is(isTowards) || p.moving && p.open):
	case it.is(isUntil) && !it.is(isFrom) && !it.is(isAt) && !it.is(isOn) && (!it.is(isTo) || it.is(isBefore) || it.entry.weak), it.is(isLatest), it.is(isBefore) && !it.is(isOn):
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
	if _, which := p.nthAt(i); which > 0 {
		return edgeNone // "il primo martedì di dicembre"
	}
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
	if it.is(isSameDay) && !(p.open && p.gap == 0 && p.cur.slots&(hasAmount|hasWeek|hasDay) == hasAmount) { // "in a fortnight, same day"
		f.set(hasSameDay)
		return i + 1
	}
	if it.is(isNow) && !p.loose {
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
