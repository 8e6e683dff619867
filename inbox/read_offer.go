package inbox

import (
	"strings"
	"time"

	spoken "github.com/mentorpost/mentorpost/calendar/words"
	"github.com/mentorpost/mentorpost/inbox/trim"
	"github.com/mentorpost/mentorpost/program"
)

// mention is a slot or a time that the text speaks of.
type mention struct {
	from, to int
	slots    []int   // offered slots that are meant; empty where none is
	time     *timeAt // nil for a letter, a number, an ordinal
	polarity polarity
	prefer   bool   // named as the best
	fallback bool   // only if nothing else can be had
	said     hit    // the phrase that tells its polarity
	reach    [2]int // the tokens that speak of it
}

type polarity int

const (
	neutral polarity = iota
	positive
	negative
	doubtful
	regretted // "Thursday would have been better"
)

// readOffer understands the answer to an offer of slots, or to the question
// for times where none were offered.
func (d *reading) readOffer(answers []trim.Answer) {
	if len(answers) == 0 {
		answers = d.labelledLines()
	}
	if d.readBetween(answers) {
		return
	}
	if d.Question.Session != nil && d.readCancel() {
		return
	}
	mentions := d.corrected(d.mentions())
	d.weigh(mentions)
	d.echo(mentions)
	d.onlyReason(mentions)
	d.decideOffer(mentions)
}

// verdict is what a set of mentions amounts to.
type verdict struct {
	accepted, preferred, fallback, declined []int
	proposed, excluded                      []*timeAt
	loose                                   []*timeAt // days and parts of days in which one slot lies
	unclear                                 []string  // mentions of slots in words that are not understood
	refusedTimes                            int
	doubt                                   bool
	span                                    [2]int
}

func (d *reading) tally(mentions []mention) verdict {
	v := verdict{span: [2]int{-1, -1}}
	sure := d.firstSure(mentions)
	refuses := d.said("unfit", "none-of", "no", "absent") && !d.said("rule")
	for i := range mentions {
		m := &mentions[i]
		if m.time != nil && d.purpose != program.AboutOffer && d.has(d.tokens[m.from].clause, "past") {
			continue // "thanks for the session on Thursday"
		}
		if m.time != nil && d.countsFromNothing(m.time) {
			d.doubt("it is not said from which time to count")
			continue
		}
		if sure >= 0 && i != sure && d.inPassing(m, mentions[sure]) || refuses && tellsAbsence(m) {
			continue
		}
		d.leaveAt(m)
		if len(m.slots) > 0 && !d.believed(m) {
			v.unclear = append(v.unclear, d.words(m.from, m.to))
		}
		if m.time != nil && m.time == d.away {
			m.polarity = negative // "I'm on holiday from 3 to 14 August"
		}
		switch m.polarity {
		case regretted:
			continue
		case negative:
			if k := d.clauses[d.tokens[m.from].clause]; m.time == nil && m.from > k.from && d.unexplained(m.from-1) {
				d.doubt("“" + d.words(m.from-1, m.to) + "” may be no slot") // "room 2 is booked"
			}
			v.declined = append(v.declined, m.slots...)
			v.refusedTimes++
			if m.time != nil {
				v.excluded = append(v.excluded, m.time)
			}
			continue
		case doubtful:
			v.doubt = true
			d.doubt("the answer is not certain yet")
			if m.time != nil && m.time.DateOnly && len(m.slots) == 0 {
				continue // "I'll tell you tomorrow"
			}
		}
		if len(m.slots) == 0 {
			if m.time != nil && !m.time.used {
				v.proposed = append(v.proposed, m.time)
			}
			continue
		}
		v.span = join(v.span, d.span(m.from, m.to))
		if m.time != nil && (m.time.Grain == program.GrainDay || m.time.Grain == program.GrainPartOfDay) {
			v.loose = append(v.loose, m.time)
		}
		v.pick(m)
	}
	v.accepted = without(v.accepted, v.declined)
	return v
}

// pick counts the slots of a mention for what they are to the writer.
func (v *verdict) pick(m *mention) {
	switch {
	case m.fallback:
		v.fallback = union(v.fallback, m.slots)
	case m.prefer:
		v.preferred = union(v.preferred, m.slots)
	default:
		v.accepted = union(v.accepted, m.slots)
	}
}

// countsFromNothing reports whether a time is so much later or earlier than
// the offered times, of which there are several: "an hour later".
func (d *reading) countsFromNothing(t *timeAt) bool {
	return len(d.Question.Offered) > 1 && d.Question.Session == nil && !t.DateOnly && !t.TimeOnly && !t.OpenEnd && !t.OpenStart && d.speaksOf(t.from, t.to, phrases.shifts)
}

// firstSure finds the mention that is an answer beyond doubt: a letter or
// number, or a time that is said to suit.
func (d *reading) firstSure(mentions []mention) int {
	for i, m := range mentions {
		if m.polarity == positive || m.time == nil && m.polarity == neutral {
			return i
		}
	}
	return -1
}

// inPassing reports whether a time is only talked of, in a sentence of its own:
// "B please. I have an exam on the 12th."
func (d *reading) inPassing(m *mention, sure mention) bool {
	k := d.clauses[d.tokens[m.from].clause]
	if m.time == nil || m.polarity != neutral || k.question || d.has(d.tokens[m.from].clause, "rule", "best", "prefer", "available") {
		return false
	}
	near := d.clauses[d.tokens[sure.from].clause]
	if k.sentence == near.sentence && (sure.time != nil || k.from == near.from) {
		return false
	}
	return phrases.joins[d.tokens[k.from].word]&d.language == 0 && !m.fallback && !m.prefer
}

// decideOffer turns what was said about slots and times into requests.
func (d *reading) decideOffer(mentions []mention) {
	v := d.tally(mentions)
	d.keepsSession(&v)
	d.bareHour(&v)
	d.hesitate(&v)
	picked := v.accepted
	if len(v.preferred) > 0 {
		picked = v.preferred
	} else if len(picked) == 0 {
		picked = v.fallback
		if len(picked) > 0 {
			d.doubt("only a second choice is named")
		}
	}
	switch {
	case len(picked) > 0 && len(v.proposed) > 0:
		d.pickAndPropose(picked, v)
	case len(picked) > 0:
		d.pick(picked, v)
	case len(v.proposed) > 0:
		d.propose(v)
	case d.onlyExcludes(v):
		d.add(program.Request{Type: program.Constrain, Times: d.windows([]*timeAt{d.anyWorkingDay()}, v.excluded), Text: d.rest(), Span: d.whole()})
	default:
		d.answerWhole(v)
	}
}

// keepsSession reads "please keep Wednesday" about a booked session that was
// to be moved: the day of the session is not proposed but kept.
func (d *reading) keepsSession(v *verdict) {
	s := d.Question.Session
	if s == nil {
		return
	}
	var kept []*timeAt
	for _, t := range v.proposed {
		day := s.Start.In(d.Zone)
		same := sameDay(t.Start.In(d.Zone), day) || d.onlyWeekday(t) && t.Start.In(d.Zone).Weekday() == day.Weekday()
		if same && (t.DateOnly || t.Start.Equal(s.Start)) || d.said("keep") {
			v.refusedTimes++
			continue
		}
		kept = append(kept, t)
	}
	v.proposed = kept
}

// bareHour reads "could it be 11 instead?": a number alone, where one slot or
// session is spoken of and another time asked for.
func (d *reading) bareHour(v *verdict) {
	anchor, ok := d.anchor()
	if !ok || len(v.proposed) > 0 || len(d.times) > 0 || !d.said("move", "request") || d.said("hours") {
		return
	}
	for i, t := range d.tokens {
		if !isDigits(t.word) || len(t.word) > 2 || d.marks[i]&(isTaken|isTime) != 0 || d.labelIndex(&t) >= 0 || i+1 < len(d.tokens) && d.tokens[i+1].clause == t.clause && !d.classAt(i+1, "move", "filler", "fit", "than") {
			continue
		}
		found := spoken.Read("at "+t.word, spoken.Context{At: anchor.Start.Add(-24 * time.Hour), Zone: d.Zone, Locale: "en-GB"})
		if len(found) != 1 {
			return
		}
		w := found[0]
		w.Text, w.Offset, w.Length, w.TimeOnly = t.word, t.start, t.end-t.start, true
		v.proposed = append(v.proposed, &timeAt{When: w, from: i, to: i + 1, clause: t.clause})
		return
	}
}

// onlyExcludes reports whether an answer says nothing but what does not suit,
// as a rule: "not before ten and never on Fridays".
func (d *reading) onlyExcludes(v verdict) bool {
	if d.said("none-of") || d.ask {
		return false
	}
	for _, t := range v.excluded {
		if t.Weekly || !d.said("absent", "no") && (t.TimeOnly && (t.OpenStart || t.OpenEnd) || d.said("rule")) {
			return true
		}
	}
	return false
}

// anyWorkingDay is the wish of those who exclude and wish nothing.
func (d *reading) anyWorkingDay() *timeAt {
	day := d.At.In(d.Zone)
	w := program.When{Grain: program.GrainPartOfDay, Start: atClock(day, dayBegins), End: atClock(day, dayEnds), Weekly: true, OpenStart: true, OpenEnd: true}
	return &timeAt{When: w}
}

// hesitate asks where the mail asks something itself or puts conditions.
func (d *reading) hesitate(v *verdict) {
	for _, h := range d.hitsOf("otherwise") {
		for i := h.from; i < h.to; i++ {
			if h.to-h.from > 2 && d.marks[i]&(isTime|isLabel) != 0 && d.tokens[h.from].first {
				d.doubt("the answer depends on something: " + d.words(h.from, h.to))
				break
			}
		}
	}
	for c := range d.clauses {
		k := &d.clauses[c]
		if d.taken(c) {
			continue
		}
		from, to := d.sentenceStart(c), d.ends[c]
		if _, asks := d.hitIn(from, to, "whether"); k.question && asks {
			d.doubt("the mail asks a question itself")
		}
		if h, ok := d.hitIn(k.from, k.to, "doubt"); ok {
			v.doubt = true
			d.doubt("the answer depends on something: " + d.words(h.from, h.to))
		}
	}
}

// pick accepts the slots that were picked; several are asked about.
func (d *reading) pick(picked []int, v verdict) {
	if d.onlyAsked() {
		d.doubt("the offered time is asked about, not picked")
	}
	for i, q := range d.requests {
		if q.Type == program.Undo {
			// "Wrong button, I meant C": the new choice says it all.
			d.requests = append(d.requests[:i], d.requests[i+1:]...)
			break
		}
	}
	for _, words := range v.unclear {
		d.doubt("what is said of “" + words + "” is not clear")
	}
	if len(picked) > 1 {
		d.doubt("several of the offered times were picked")
	}
	if len(v.preferred) > 0 && len(v.accepted) > 0 && d.asks() {
		d.doubt("it is asked which of the offered times is meant")
	}
	if d.strayHour(v) {
		d.doubt("a number beside the day may be another hour")
	}
	if d.takenBack(v.span) {
		d.doubt("the answer says both yes and no")
	}
	for _, i := range picked {
		d.add(program.Request{Type: d.acceptType(), Option: d.Question.Offered[i].Label, Span: v.span})
	}
}

// onlyAsked reports whether everything that is not filler is asked, and not
// in the way that people ask for what they want ("could I have B?").
func (d *reading) onlyAsked() bool {
	asked := false
	for c := range d.clauses {
		k := d.clauses[c]
		if d.taken(c) || d.fillerClause(c) {
			continue
		}
		if !k.question {
			return false
		}
		asked = true
		if _, polite := d.hitIn(d.sentenceStart(c), d.ends[c], "wish"); polite {
			return false
		}
	}
	return asked
}

// fillerClause reports whether a clause adds nothing: "hi Ada", "thanks".
func (d *reading) fillerClause(c int) bool {
	for i := d.clauses[c].from; i < d.clauses[c].to; i++ {
		if !phrases.politeness[d.tokens[i].word] && !d.classWithin(i, "filler", "noted") {
			return false
		}
	}
	return true
}

// acceptType is accept for slots, and choice for what was numbered by a
// question of another kind.
func (d *reading) acceptType() program.RequestType {
	if d.purpose == program.AboutOffer {
		return program.Accept
	}
	return program.Choose
}

// pickAndPropose decides between a slot and a time of the writer's own in one
// mail: "Wednesday works but could we make it 15:00?" proposes.
func (d *reading) pickAndPropose(picked []int, v verdict) {
	if len(v.loose) == len(picked) && len(v.loose) > 0 && !d.said("move", "prefer", "unfit") {
		// "Thursday at 3, or Friday morning": both are the writer's own times.
		v.proposed = append(v.proposed, v.loose...)
		d.propose(v)
		return
	}
	day := d.Question.Offered[picked[0]].Start.In(d.Zone)
	moved := len(picked) == 1
	for _, t := range v.proposed {
		if !sameDay(t.Start.In(d.Zone), day) {
			moved = false
		}
	}
	if moved && d.said("move", "request", "prefer", "unfit") {
		d.propose(v)
		return
	}
	d.pick(picked, v)
	d.propose(v)
	d.doubt("an offered time and another one are named")
}

// propose makes one request of all the times of the writer's own.
func (d *reading) propose(v verdict) {
	q := program.Request{Type: d.proposalType(v.proposed), Span: [2]int{-1, -1}}
	if q.Type == program.Constrain {
		q.Times = d.windows(v.proposed, v.excluded)
	}
	var hours []*timeAt
	for _, x := range v.excluded {
		if x.TimeOnly {
			hours = append(hours, x)
		}
	}
	for _, t := range v.proposed {
		if q.Type == program.Propose && len(hours) > 0 && t.DateOnly {
			q.Times = append(q.Times, d.exclude([]program.When{t.When}, hours)...)
		} else if q.Type == program.Propose {
			q.Times = append(q.Times, d.withEnd(d.onSessionDay(t)))
		}
		q.Span = join(q.Span, d.span(t.from, t.to))
		if t.Ambiguous() {
			d.doubt(t.Why)
		}
	}
	if v.doubt {
		d.doubt("the times are not certain yet")
	}
	if q.Type == program.Constrain {
		q.Text = strings.TrimSpace(d.plain)
	}
	d.add(q)
}

// withEnd gives an instant the length of the pair's sessions.
func (d *reading) withEnd(w program.When) program.When {
	if w.End.IsZero() && d.Length > 0 && (w.Grain == program.GrainMinute || w.Grain == program.GrainHour) {
		w.End = w.Start.Add(d.Length)
	}
	return w
}

// proposalType tells times that can be booked as they stand from rules like
// "any day after four".
func (d *reading) proposalType(times []*timeAt) program.RequestType {
	if d.ruled() {
		return program.Constrain
	}
	places := map[int]int{}
	for _, t := range times {
		places[t.Offset]++
		if t.Weekly || t.Grain == program.GrainWeek || t.Grain == program.GrainMonth || places[t.Offset] > 2 {
			return program.Constrain
		}
		if (t.OpenStart || t.OpenEnd) && !d.dated(t) {
			return program.Constrain
		}
	}
	return program.Propose
}

// ruled reports whether the mail speaks of what is so in general. "Are you
// free on Wednesday?" does not.
func (d *reading) ruled() bool {
	for _, h := range d.hitsOf("rule", "send-times") {
		if !d.classWithin(h.from, "request") {
			return true
		}
	}
	return false
}

// answerWhole reads an answer that names neither slot nor time.
func (d *reading) answerWhole(v verdict) {
	all := len(d.Question.Offered)
	span := [2]int{0, len(d.text)}
	yes, no := d.consent()
	if d.unread() {
		d.doubt("a day is named that cannot be read")
	}
	switch {
	case d.ask:
		if len(v.declined) > 0 {
			d.declineSlots(v.declined, span)
		}
	case len(v.declined) > 0 && len(v.declined) < all:
		d.declineSlots(v.declined, span)
		d.doubt("some of the offered times were refused and none picked")
	case all > 1 && !yes && len(v.declined) == 0 && d.onlyHours(v):
		d.doubt("it is said what does not suit on one day, and nothing of the others")
	case all == 0 && v.refusedTimes > 0:
		d.add(program.Request{Type: program.Constrain, Text: d.rest(), Span: span})
		d.doubt("it is said what does not suit, and nothing that does")
	case no && !yes && !d.said("none-of") && len(v.declined) == 0 && d.refusesUnknown():
		d.doubt("what is refused is not clear")
	case d.said("none-of") || len(v.declined) > 0 || no && !yes:
		d.add(program.Request{Type: program.Decline, Span: span})
	case no:
		d.doubt("the answer says both yes and no")
	case yes && all > 0 && d.onlyAsked():
		d.doubt("the mail asks a question itself")
	case yes && d.said("move", "send-times") && d.Question.Session == nil:
		d.doubt("the answer agrees and asks for another time")
	case yes && d.suspect(0, len(d.tokens)):
		d.doubt("the answer is not clear")
	case yes && all == 1:
		d.add(program.Request{Type: program.Accept, Option: d.Question.Offered[0].Label, Span: span})
	case yes || d.said("any"):
		d.add(program.Request{Type: program.Accept, Span: span})
		d.doubt("it is not said which of the offered times is meant")
	case v.refusedTimes > 0:
		d.add(program.Request{Type: program.Decline, Span: span})
	case d.said("send-times"):
		d.add(program.Request{Type: program.Decline, Span: span})
	case d.said("move"):
		d.doubt("another time is wanted and none named")
	case len(d.requests) == 0:
		d.doubt("no answer to the offered times was found")
	}
}

// onlyHours reports whether all that is refused are hours of single days, "not
// before 11 on Thursday".
func (d *reading) onlyHours(v verdict) bool {
	for _, t := range v.excluded {
		if t.TimeOnly || t.DateOnly || t.Weekly || !t.OpenStart && !t.OpenEnd {
			return false
		}
	}
	return len(v.excluded) > 0 && !d.said("none-of")
}

// unread reports whether a weekday or month stands in the text that is part
// of no time. Whatever else the text says, it says something about that day.
func (d *reading) unread() bool {
	for i := range d.tokens {
		if d.marks[i]&(isTime|isTaken) == 0 && len(d.tokens[i].word) > 4 && phrases.dayNames[d.tokens[i].word]&d.language != 0 {
			return true
		}
	}
	return false
}

func (d *reading) declineSlots(slots []int, span [2]int) {
	for _, i := range slots {
		d.add(program.Request{Type: program.Decline, Option: d.Question.Offered[i].Label, Span: span})
	}
}

// consent weighs the words of the whole mail: yes, no, both or neither.
func (d *reading) consent() (yes, no bool) {
	for c := range d.clauses {
		k := &d.clauses[c]
		if d.taken(c) || d.has(c, "regret") {
			continue
		}
		if d.has(c, "unfit", "no", "none-of", "keep", "absent", "not", "except") {
			no = true
			if _, both := d.hitIn(k.from, k.to, "no"); both && d.has(c, "yes") {
				yes = true
			}
			continue
		}
		if k.question && !d.has(c, "yes", "waive") {
			continue
		}
		for _, h := range d.hitsBetween(k.from, k.to) {
			if h.class != "yes" && h.class != "fit" && h.class != "waive" {
				continue
			}
			if d.negated(h) {
				no = true
			} else {
				yes = true
			}
		}
	}
	return yes, no
}
