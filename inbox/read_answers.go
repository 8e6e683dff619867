package inbox

import (
	"slices"
	"strings"

	spoken "github.com/mentorpost/mentorpost/calendar/words"
	"github.com/mentorpost/mentorpost/program"
)

func (d *reading) whole() [2]int { return [2]int{0, len(d.text)} }

// asks reports whether the mail asks something back.
func (d *reading) asks() bool {
	for c := range d.clauses {
		if d.clauses[c].question && !d.taken(c) {
			return true
		}
	}
	return false
}

// readInvitation understands the answer to an invitation: whether its reader
// joins, and where and when they are to be found.
func (d *reading) readInvitation() {
	refused := false
	for _, q := range d.requests {
		if q.Type == program.Refuse || q.Type == program.Stop {
			return
		}
	}
	joined := d.said("join", "yes")
	for i := range d.times {
		t := &d.times[i]
		later := d.speaksOf(max(t.from-1, 0), t.to, phrases.starts)
		if joined && !t.used && later && t.DateOnly && t.Start.After(d.At) {
			d.doubt("the answer is for a later time")
			return
		}
	}
	if d.refuses("refuse") || d.refuses("no") && !joined {
		refused = true
	}
	switch {
	case refused && joined && !d.refusalLast(), !refused && !d.said("join") && d.refuses("no"):
		d.doubt("the answer says both yes and no")
	case refused:
		d.add(program.Request{Type: program.Refuse, Span: d.whole()})
		d.dropSettings()
		return
	case d.asks():
		d.doubt("the mail asks a question itself")
		return
	case d.said("doubt"):
		d.doubt("the answer is not certain yet")
		return
	case joined:
		d.requests = append([]program.Request{{Type: program.Join, Span: d.whole()}}, d.requests...)
	case len(d.requests) == 0:
		d.doubt("neither yes nor no was found")
		return
	}
	d.availability()
}

// refuses reports whether a refusal was found that is not part of where the
// writer is: "estou no Rio".
func (d *reading) refuses(class string) bool {
	for _, h := range d.hitsOf(class) {
		if !d.classWithin(h.from, "zone") {
			return true
		}
	}
	return false
}

// refusalLast reports whether the refusal is what the mail ends on: "I'd love
// to, but I can't".
func (d *reading) refusalLast() bool {
	last := ""
	for _, h := range d.hitsOf("join", "yes", "refuse", "no") {
		last = h.class
	}
	return last == "refuse" || last == "no"
}

func (d *reading) dropSettings() {
	kept := d.requests[:0]
	for _, q := range d.requests {
		if q.Type != program.SetZone && q.Type != program.SetHours {
			kept = append(kept, q)
		}
	}
	d.requests = kept
}

// partsOfDay are the hours that a part of the day stands for.
var partsOfDay = map[string]string{"mornings": "08:00-12:00", "afternoons": "12:00-18:00", "evenings": "18:00-21:00"}

// freeParts reads "mornings work best" where nothing was asked: only parts of
// the day, and of no day of the week.
func (d *reading) freeParts() bool {
	const workdays = 0b11111
	before := len(d.requests)
	for i := range d.times {
		if t := &d.times[i]; !t.used && (!t.Weekly || t.Days != workdays || t.Grain != program.GrainPartOfDay || t.Negated) {
			return false
		}
	}
	if len(d.times) > 0 && !d.asks() {
		d.availability()
	}
	return len(d.requests) > before
}

// availability reads the usual hours out of an answer: "mornings work best".
func (d *reading) availability() {
	for _, q := range d.requests {
		if q.Type == program.SetHours {
			return
		}
	}
	for _, t := range d.times {
		if t.used {
			continue
		}
		span := d.sentenceSpan(t.clause)
		if from, to, ok := spoken.ReadHours(d.plain[span[0]:span[1]]); ok {
			d.usualHours(t.clause, from+"-"+to, span)
			return
		}
	}
	for c := range d.clauses {
		span := d.clauseSpan(c)
		if d.taken(c) || d.clauses[c].to-d.clauses[c].from > 5 || !strings.ContainsAny(d.plain[span[0]:span[1]], "0123456789") {
			continue
		}
		if from, to, ok := spoken.ReadHours(d.plain[span[0]:span[1]]); ok { // "Leeds, 8 till 4"
			d.usualHours(c, from+"-"+to, span)
			return
		}
	}
	for _, h := range d.hitsOf("mornings", "afternoons", "evenings") {
		c := d.tokens[h.from].clause
		if !d.has(c, "best", "rule") && d.clauses[c].to-d.clauses[c].from > 4 {
			continue
		}
		d.add(program.Request{Type: program.SetHours, Value: partsOfDay[h.class], Text: d.words(d.clauses[c].from, d.clauses[c].to), Span: d.clauseSpan(c)})
		return
	}
}

// usualHours sets the hours that clause c tells, and the zone of a place that
// stands beside them: "Leeds, 8 till 4".
func (d *reading) usualHours(c int, value string, span [2]int) {
	d.add(program.Request{Type: program.SetHours, Value: value, Text: d.plain[span[0]:span[1]], Span: span})
	for _, q := range d.requests {
		if q.Type == program.SetZone {
			return
		}
	}
	d.zoneBeside(d.sentenceStart(c), d.ends[c], d.sentenceSpan(c))
}

// readCharter understands goals, timeline and rhythm, or the consent to them.
func (d *reading) readCharter() {
	if d.agreed() {
		return
	}
	switch {
	case d.said("agree") && !d.said("disagree") && !d.asks() && !d.objects() && len(d.tokens) <= 40:
		d.add(program.Request{Type: program.Agree, Span: d.whole()})
	case len(d.tokens) == 0 || d.onlyFiller() && len(d.tokens) < 6:
		if len(d.requests) == 0 {
			d.doubt("no goals and no consent were found")
		}
	case d.asks() && !d.said("agree", "disagree") && len(d.clauses) <= 3:
		d.doubt("the mail asks a question itself")
	default:
		d.add(program.Request{Type: program.Charter, Text: d.rest(), Span: d.whole()})
	}
}

// objects reports whether a "but" follows with something after it.
func (d *reading) objects() bool {
	for _, c := range d.clauses {
		if c.contrast && c.from > 0 && c.to-c.from > 2 {
			return true
		}
	}
	return false
}

func (d *reading) agreed() bool {
	for _, q := range d.requests {
		if q.Type == program.Agree {
			return true
		}
	}
	return false
}

// readAgenda keeps the mail as agenda, but for what is said about actions and
// about the session itself.
func (d *reading) readAgenda() {
	d.readActions(true)
	if d.sessionChange() {
		return
	}
	if d.said("nothing") && len(d.tokens) <= 12 {
		if len(d.requests) == 0 {
			d.add(program.Request{Type: program.None, Span: d.whole()})
		}
		return
	}
	if d.wordsLeft() > 0 {
		d.add(program.Request{Type: program.Agenda, Text: d.rest(), Span: d.whole()})
	}
}

// wordsLeft counts the words that were not understood as something else.
func (d *reading) wordsLeft() int {
	n := 0
	for i := range d.tokens {
		if d.marks[i]&isTaken == 0 && !phrases.politeness[d.tokens[i].word] {
			n++
		}
	}
	return n
}

// sessionChange reads a cancellation or a move out of an answer to another
// question; the session must be named, since such words also tell stories.
func (d *reading) sessionChange() bool {
	for _, h := range d.hitsOf("cancel", "move") {
		c := d.tokens[h.from].clause
		from, to := d.sentenceStart(c), d.ends[c]
		if !d.speaksOf(from, to, phrases.sessions) && !d.missesSession(from, to) || d.Question.Session == nil || d.clauses[c].item != "" {
			continue
		}
		if d.wonders(from, to) && d.strange(from, to) > 0 {
			continue // "How do I cancel a meeting politely?"
		}
		if h.class == "cancel" && len(d.clauses) <= 6 {
			return d.readCancel()
		}
		mentions := d.mentions()
		d.weigh(mentions)
		if targets := d.targets(d.tally(mentions).proposed); len(targets) > 0 && len(d.clauses) <= 6 {
			d.moveTo(targets)
			return true
		}
	}
	return false
}

// missesSession reports whether a sentence says that its writer cannot come on
// the day of the session.
func (d *reading) missesSession(from, to int) bool {
	s := d.Question.Session
	if _, absent := d.hitIn(from, to, "absent", "unfit"); s == nil || !absent {
		return false
	}
	times := d.timesBetween(from, to)
	for i := range times {
		if sameDay(times[i].Start.In(d.Zone), s.Start.In(d.Zone)) {
			return true
		}
	}
	return false
}

// readTookPlace understands whether a session was held, and what was agreed.
func (d *reading) readTookPlace() {
	kind := d.heldOrMissed()
	if d.bareAgainst(kind) || kind == program.Held && d.denies() {
		d.doubt("the answer says both yes and no")
	}
	lists := false
	for _, c := range d.clauses {
		lists = lists || c.item != ""
	}
	switch {
	case kind != program.None:
		d.add(program.Request{Type: kind, Text: d.rest(), Span: d.whole()})
	case d.asks():
		d.doubt("the mail asks a question itself")
	case lists || len(d.tokens) >= 8:
		d.add(program.Request{Type: program.Held, Text: d.rest(), Span: d.whole()})
		if !lists {
			d.doubt("it is not said whether the session was held")
		}
	case len(d.requests) == 0:
		d.doubt("it is not said whether the session was held")
	}
}

// denies reports whether the sentence that says a session was held goes on to
// a bare no: "we met the wrong Tomás, so no".
func (d *reading) denies() bool {
	held, _ := d.hitIn(0, len(d.tokens), "held")
	for _, h := range d.hitsBetween(held.to, d.sentenceEnd(held.from)) {
		k := d.clauses[d.tokens[h.from].clause]
		if h.class == "missed" && h.to == k.to && k.to-k.from <= 2 {
			return true
		}
	}
	return false
}

// bareAgainst reports whether a bare yes or no opens a mail whose next words
// say the contrary: "yes, it was cancelled".
func (d *reading) bareAgainst(kind program.RequestType) bool {
	hits := d.hitsOf("held", "missed")
	if kind == program.None || len(hits) < 2 || hits[0].from > 0 || hits[0].to > 1 {
		return false
	}
	for _, h := range hits[1:] {
		if h.class != hits[0].class && h.to-h.from > 1 && d.clauses[d.tokens[h.from].clause].item == "" && h.from <= 4 && !d.negated(h) {
			return true
		}
	}
	return false
}

// heldOrMissed goes by the first phrase that says either; one that says the
// session was missed counts more than one it overlaps with.
func (d *reading) heldOrMissed() program.RequestType {
	kind, end := program.None, 0
	for _, h := range d.hitsOf("held", "missed") {
		if d.clauses[d.tokens[h.from].clause].item != "" || kind != program.None && h.from >= end {
			continue
		}
		if h.class == "missed" || d.negated(h) {
			return program.Missed
		}
		kind, end = program.Held, h.to
	}
	return kind
}

// readCheckIn keeps the answer, and takes out of it what is said about actions.
func (d *reading) readCheckIn() {
	const fewWords = 8
	asked := slices.ContainsFunc(d.requests, func(q program.Request) bool { return q.Type != program.Done && q.Type != program.Drop })
	d.readActions(false)
	if d.wordsLeft() == 0 || asked && d.wordsLeft() < fewWords || d.onlyActions() {
		return // "PAUSE until May, please"
	}
	d.add(program.Request{Type: program.CheckIn, Text: d.rest(), Span: d.whole()})
}

// onlyActions reports whether a check-in says nothing but what became of the
// actions.
func (d *reading) onlyActions() bool {
	found := false
	for _, q := range d.requests {
		found = found || q.Type == program.Done || q.Type == program.Drop
	}
	if !found {
		return false
	}
	for c := range d.clauses {
		// A name below is no answer, and one word alone only where it praises.
		says := d.clauses[c].to-d.clauses[c].from > 1 || d.hasFit(c)
		if !d.taken(c) && says && !d.has(c, "done", "drop") {
			return false
		}
	}
	return true
}

// hasFit reports whether a clause is a word such as "good", which a check-in
// does not look for elsewhere.
func (d *reading) hasFit(c int) bool {
	for _, h := range phrases.find(&d.tokenText, d.language, classes("fit yes")) {
		if h.from >= d.clauses[c].from && h.to <= d.clauses[c].to {
			return true
		}
	}
	return false
}

// readFeedback finds the mark from 1 to 5 and keeps the words.
func (d *reading) readFeedback() {
	value := d.rating()
	if d.wordsLeft() == 0 {
		return
	}
	d.add(program.Request{Type: program.Feedback, Value: value, Text: d.rest(), Span: d.whole()})
	if value == "several" {
		d.requests[len(d.requests)-1].Value = ""
		d.doubt("more than one mark was found")
	}
	if value == "" {
		d.doubt("no mark from 1 to 5 was found")
	}
}

// rating finds the mark: a digit, else a number word that opens the answer.
func (d *reading) rating() string {
	items := 0
	for _, c := range d.clauses {
		if c.item != "" && d.tokens[c.from].word == c.item {
			items++
		}
	}
	const fewWords = 8
	inWords, first := "", ""
	for i, t := range d.tokens {
		n, ok := d.smallNumber(t.word)
		if !ok || len(n) != 1 || n < "1" || n > "5" || items > 1 && d.clauses[t.clause].item == n && t.first {
			continue
		}
		if isDigits(t.word) && first == "" {
			first = n
		} else if isDigits(t.word) && n != first && len(d.tokens) <= 6 && !d.said("rating") && d.text[t.start-1] != '/' {
			return "several"
		}
		short := len(d.tokens) <= fewWords && !phrases.pronouns[t.word] // "I'd give it a three"
		if (i <= 1 || short) && inWords == "" {
			inWords = n
		}
	}
	if first != "" {
		return first
	}
	return inWords
}

// readJournal keeps the mail as an entry. Nothing in it is acted on but a mail
// that is a command and nothing else.
func (d *reading) readJournal() {
	if len(linesOf(strings.TrimSpace(d.plain))) <= 3 {
		d.readCommands()
	} else {
		d.readCapitals()
	}
	if strings.TrimSpace(d.plain) == "" {
		if len(d.requests) == 0 {
			d.doubt("the mail is empty")
		}
		return
	}
	d.prepare()
	elsewhere := len(d.tokens) <= 6 || len(d.tokens) <= 30 && d.speaksOf(0, len(d.tokens), phrases.notebooks)
	if h, ok := d.hitIn(0, len(d.tokens), "wrote"); ok && elsewhere && h.from < 12 {
		d.add(program.Request{Type: program.Wrote, Span: d.whole()})
		return
	}
	if len(d.clauses) <= 3 && len(d.tokens) <= 25 {
		if h, ok := d.hitIn(0, len(d.tokens), "journal-off", "journal-weekly", "journal-fortnightly", "journal-monthly", "journal-export", "journal-delete"); ok {
			d.journalSetting(h.from, h.to, d.whole())
			return
		}
		if h, ok := d.hitIn(0, len(d.tokens), "stop", "pause"); ok && !d.negated(h) && d.pauseOrStop(0, 0, len(d.tokens), d.whole()) {
			return
		}
	}
	d.add(program.Request{Type: program.Journal, Text: d.rest(), Span: d.whole()})
	d.offerScheduling()
}

// readCapitals takes command lines out of a longer entry: only those that
// cannot be prose.
func (d *reading) readCapitals() {
	for _, l := range linesOf(d.text) {
		keyword, rest, capitals := keywordOf(l.text)
		if keyword == "" || !capitals || len(strings.Fields(l.text)) > 4 || len([]rune(strings.Fields(l.text)[0])) < 4 {
			continue
		}
		if d.command(keyword, strings.TrimLeft(rest, ": "), l, capitals) {
			d.blank(l.start, l.end)
		}
	}
}

// offerScheduling notes words in an entry that would change a session
// elsewhere: they are offered as a choice and never acted on.
func (d *reading) offerScheduling() {
	for _, h := range d.hitsOf("cancel", "move") {
		c := d.tokens[h.from].clause
		from, to := d.sentenceStart(c), d.ends[c]
		if d.speaksOf(from, to, phrases.sessions) {
			d.doubt("the entry speaks of changing a session: " + strings.TrimSpace(d.words(from, to)))
			return
		}
	}
}

// readActions reads which numbered actions are done or dropped, in words.
func (d *reading) readActions(strict bool) {
	for c := range d.clauses {
		k := d.clauses[c]
		if d.taken(c) || k.question {
			continue
		}
		h, ok := d.hitIn(k.from, k.to, "done", "drop")
		if !ok {
			continue
		}
		_, named := d.hitIn(k.from, k.to, "action")
		if _, share := d.hitIn(k.from, k.to, "rating"); share || h.class == "done" && d.negated(h) {
			continue // "3 out of 5 are done"
		}
		numbers := d.actionNumbers(k, h, named)
		if len(numbers) == 0 || strict && !named {
			continue
		}
		for _, n := range numbers {
			d.add(program.Request{Type: actionType(h.class), Option: n, Span: d.clauseSpan(c)})
		}
		d.take(k.from, k.to)
	}
}

// actionNumbers lists the numbers of actions that a clause names.
func (d *reading) actionNumbers(k clause, what hit, named bool) []string {
	var numbers []string
	before := false // the numbers stand before what is said of them
	for i := k.from; i < k.to; i++ {
		t := d.tokens[i]
		if i == what.from {
			before = len(numbers) > 0
		}
		if before && i > what.to && !t.last && !d.speaks(i, k.to, phrases.echoes) {
			break // "1 is done and 2 next week"
		}
		if n, ok := d.smallNumber(t.word); ok && (d.marks[i]&isTime == 0 || i > k.from && d.classWithin(i-1, "action") && isDigits(t.word) || n == t.word && len(n) == 1 && i-what.to <= 1 && i >= what.to && t.last) && (named || isDigits(t.word)) {
			numbers = append(numbers, n)
			continue
		}
		for n, class := range []string{"first", "second", "third"} {
			alone := d.purpose == program.AboutCheckIn && d.classAt(i-1, "article") && !d.classAt(i+1, "action") // "the second I'd like to drop"
			if d.classAt(i, class) && (named || alone || d.classAt(i+1, "one")) {
				numbers = append(numbers, string(rune('1'+n)))
			}
		}
	}
	return numbers
}
