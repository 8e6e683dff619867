package inbox

import (
	"slices"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/inbox/trim"
	"github.com/mentorpost/mentorpost/program"
)

// readOpen understands a mail about a booked session, or about nothing that
// was asked.
func (d *reading) readOpen(answers []trim.Answer) {
	if len(d.Question.Offered) > 0 {
		d.readOffer(answers)
		return
	}
	if d.purpose == program.AboutNothing && d.Question.Session == nil && d.freeParts() {
		return
	}
	d.readActions(false)
	if d.said("emergency") {
		h, _ := d.hitIn(0, len(d.tokens), "emergency")
		d.add(program.Request{Type: program.Emergency, Span: d.clauseSpan(d.tokens[h.from].clause)})
	}
	before := len(d.requests)
	mentions := d.mentions()
	d.weigh(mentions)
	v := d.tally(mentions)
	d.bareHour(&v)
	targets := d.targets(v.proposed)
	switch {
	case d.said("late") && !d.said("cancel") && !(len(targets) > 0 && d.said("move")):
		d.doubt("being late changes nothing that is booked")
	case d.questionOnly():
		d.doubt("the mail asks a question itself")
	case len(targets) > 0 && d.Question.Session == nil && !d.said("cancel") && d.explicitMove():
		d.moveTo(targets)
	case len(targets) > 0 && d.Question.Session == nil && !d.said("cancel"):
		v.proposed = targets
		d.hesitate(&v)
		d.propose(v)
	case len(targets) > 0 && d.Question.Session != nil && (d.said("move", "unfit", "absent", "cancel", "request", "fit") || d.bare(targets)):
		d.hesitate(&v)
		d.moveTo(targets)
	case d.said("keep") && d.asks():
		d.doubt("the mail asks a question itself")
	case d.said("keep") && d.Question.Session != nil && d.Question.Session.Moving:
		// "let's keep the old time" takes the writer's own request back
		d.add(program.Request{Type: program.Decline, Span: [2]int{0, len(d.text)}})
	case d.said("keep"):
		d.add(program.Request{Type: program.None, Span: [2]int{0, len(d.text)}})
	case d.said("move") && (d.Question.Session != nil || len(d.requests) == 0):
		d.moveTo(nil)
	case d.readCancel():
	case d.purpose == program.AboutSession && d.said("waive") && !d.said("unfit", "absent"):
		h, _ := d.hitIn(0, len(d.tokens), "waive")
		d.add(program.Request{Type: program.Waive, Span: d.clauseSpan(d.tokens[h.from].clause)})
	case d.said("unfit", "absent") && d.Question.Session != nil && d.said("send-times"):
		d.moveTo(nil)
	case d.said("unfit", "absent") && d.Question.Session != nil:
		d.absence(v)
	}
	if len(d.requests) > before || d.ask || d.asksOf() && d.onlyFiller() {
		return
	}
	d.readConfirmation()
}

// readConfirmation reads the YES to whatever a mail asked to confirm.
func (d *reading) readConfirmation() {
	yes, no := d.consent()
	if yes && !no && d.purpose == program.AboutSession && !d.said("yes", "doubt") && !d.asks() {
		d.add(program.Request{Type: program.None, Span: [2]int{0, len(d.text)}})
		return // "Thursday works"
	}
	yes = yes && d.said("yes")
	switch {
	case len(d.requests) > 0 && !yes, d.asksOf() && d.purpose == program.AboutSession:
	case no && !yes:
		if d.purpose == program.AboutNothing && len(d.tokens) <= 6 {
			d.add(program.Request{Type: program.None, Span: [2]int{0, len(d.text)}})
			return
		}
		d.doubt("a refusal without anything to refuse")
	case yes && no:
		d.doubt("the answer says both yes and no")
	case yes && d.onlyAsked():
		d.doubt("the mail asks a question itself")
	case yes && d.said("doubt"):
		d.doubt("the answer is not certain yet")
	case yes:
		d.add(program.Request{Type: program.Confirm, Span: [2]int{0, len(d.text)}})
	case len(d.requests) == 0 && !d.onlyFiller():
		d.doubt("nothing was found that can be done")
	}
}

// asksOf reports whether something is asked of the service already. A message
// to the coordinator is none of it: the rest of the mail stands by itself.
func (d *reading) asksOf() bool {
	return slices.ContainsFunc(d.requests, func(q program.Request) bool { return q.Type != program.Coordinator })
}

// onlyFiller reports whether the text holds nothing but thanks and greetings.
func (d *reading) onlyFiller() bool {
	for i := range d.tokens {
		if d.marks[i]&isTaken != 0 || phrases.politeness[d.tokens[i].word] || d.classWithin(i, "filler", "noted", "yes", "waive") {
			continue
		}
		return false
	}
	return true
}

// questionOnly reports whether every sentence that is not filler asks
// something that no request answers.
func (d *reading) questionOnly() bool {
	asked := false
	for c := range d.clauses {
		if d.taken(c) {
			continue
		}
		from, to := d.sentenceStart(c), d.ends[c]
		if !d.clauses[c].question {
			if _, acts := d.hitIn(from, to, "cancel", "move", "unfit", "absent", "yes", "waive"); acts {
				return false
			}
			continue
		}
		if _, whether := d.hitIn(from, to, "whether"); whether {
			asked = true
		} else {
			return false
		}
	}
	return asked
}

// explicitMove reports whether the mail speaks of changing something booked.
func (d *reading) explicitMove() bool {
	for _, h := range d.hitsOf("move") {
		if !d.clauses[d.tokens[h.from].clause].contrast && phrases.movers[d.tokens[h.from].word] {
			return true
		}
	}
	return false
}

// bare reports whether a text is not much more than its times.
func (d *reading) bare(times []*timeAt) bool {
	covered := 0
	for _, t := range times {
		covered += t.to - t.from
	}
	for i := range d.tokens {
		if d.unexplained(i) && !d.name(i) {
			return false // "I moved house on Friday"
		}
	}
	return len(d.tokens)-covered <= 6
}

// targets are the proposed times without those that only say which session is
// meant: "move Thursday's session to Friday".
func (d *reading) targets(times []*timeAt) []*timeAt {
	s := d.Question.Session
	if s == nil {
		return times
	}
	var kept []*timeAt
	for _, t := range times {
		start := s.Start.In(d.Zone)
		names := !t.Ambiguous() && (t.Start.Equal(s.Start) || t.Grain == program.GrainDay && sameDay(t.Start.In(d.Zone), start) ||
			t.Grain == program.GrainPartOfDay && !s.Start.Before(t.Start) && s.Start.Before(t.End))
		if !names {
			d.notItself(t, start)
			kept = append(kept, t)
		}
	}
	return kept
}

// notItself settles a time with two readings one of which is the day of the
// session that is to be moved: "next Thursday" is then the other.
func (d *reading) notItself(t *timeAt, start time.Time) {
	readings := t.readings()
	if len(readings) != 2 {
		return
	}
	for i, span := range readings {
		if sameDay(span.Start.In(d.Zone), start) {
			other := readings[1-i]
			t.Start, t.End, t.Alternatives, t.Why = other.Start, other.End, nil, ""
			return
		}
	}
}

// moveTo asks to move the session to the times, or to some other time.
func (d *reading) moveTo(times []*timeAt) {
	q := program.Request{Type: program.Move, Span: [2]int{-1, -1}}
	for _, t := range times {
		q.Times = append(q.Times, d.withEnd(d.onSessionDay(t)))
		q.Span = join(q.Span, d.span(t.from, t.to))
		if t.Ambiguous() {
			d.doubt(t.Why)
		}
	}
	for _, h := range d.hitsOf("move", "cancel", "unfit", "absent") {
		q.Span = join(q.Span, d.span(h.from, h.to))
	}
	if len(times) == 0 {
		d.doubt("no new time is named")
	}
	if d.Question.Session == nil {
		d.doubt("it is not said which session is meant")
	}
	d.add(q)
}

// onSessionDay gives a time without a date the day of the session: "to 5pm",
// and turns what was brought forward.
func (d *reading) onSessionDay(t *timeAt) program.When {
	w := t.When
	s, ok := d.anchor()
	if !ok {
		return w
	}
	start := s.Start.In(d.Zone)
	if delta := w.Start.Sub(s.Start); d.said("forward") && delta > 0 && delta < 12*time.Hour && sameDay(w.Start.In(d.Zone), start) && !t.TimeOnly {
		w.Start = s.Start.Add(-delta)
		if !w.End.IsZero() {
			w.End = w.End.Add(-2 * delta)
		}
		return w
	}
	sameTime := d.said("same-time") && clockOf(w.Start.In(d.Zone)) == 0
	if sameTime || w.DateOnly && w.Grain == program.GrainDay && d.speaksOf(t.from, t.to, phrases.shifts) {
		w.Start, w.End, w.Grain = atClock(w.Start.In(d.Zone), clockOf(start)), time.Time{}, program.GrainMinute
		return w
	}
	if !w.TimeOnly || w.Weekly {
		return w
	}
	if w.OpenStart && !w.End.IsZero() && phrases.targets[d.tokens[t.from].word] {
		w.Start, w.End, w.OpenStart, w.Grain = w.End, time.Time{}, false, program.GrainMinute
	}
	length := w.End.Sub(w.Start)
	w.Start = atClock(start, clockOf(w.Start.In(d.Zone)))
	if !w.End.IsZero() {
		w.End = w.Start.Add(length)
	}
	return w
}

// anchor is what "an hour later" or "at the same time" is measured from: the
// one slot that is offered, else the booked session.
func (d *reading) anchor() (program.Span, bool) {
	if offered := d.Question.Offered; len(offered) == 1 {
		return program.Span{Start: offered[0].Start, End: offered[0].End}, true
	}
	if s := d.Question.Session; s != nil {
		return program.Span{Start: s.Start, End: s.End}, true
	}
	return program.Span{}, false
}

// readCancel reads that the session shall not be held.
func (d *reading) readCancel() bool {
	for _, h := range d.hitsOf("cancel") {
		c := d.tokens[h.from].clause
		if d.has(c, "keep", "regret") || d.negated(h) || h.to-h.from == 1 && d.topic(h) || h.to-h.from == 1 && d.ofOwn(h.to) {
			continue
		}
		d.add(program.Request{Type: program.Cancel, Span: d.sentenceSpan(c)})
		from, to := d.sentenceStart(c), d.ends[c]
		_, asks := d.hitIn(from, to, "whether")
		_, doubts := d.hitIn(from, to, "doubt")
		if d.clauses[c].question && asks || doubts {
			d.doubt("it is not certain that the session shall be cancelled")
		}
		if d.Question.Session == nil {
			d.doubt("it is not said which session is meant")
		}
		return true
	}
	return false
}

// topic reports whether a word like "cancel" only begins a name: "cancel
// culture is a topic".
func (d *reading) topic(h hit) bool {
	k := d.clauses[d.tokens[h.from].clause]
	return h.from == k.from && h.to+1 < k.to && d.unexplained(h.to) && d.classWithin(h.to+1, "one")
}

// ofOwn reports whether what is cancelled is a thing of the writer's own that
// is no session: "cancel my gym membership", "cancel the cake".
func (d *reading) ofOwn(i int) bool {
	if i+1 >= len(d.tokens) || d.tokens[i].last || d.tokens[i].clause != d.tokens[i-1].clause {
		return false
	}
	own := phrases.possessives[d.tokens[i].word] && d.tokens[i].word != "our"
	other := d.classAt(i, "article") && len(d.timesBetween(i, i+5)) == 0
	return (own || other) && !d.speaksOf(i, min(i+4, len(d.tokens)), phrases.sessions) && !d.namesTime(i+1)
}

// namesTime reports whether the word at i names a day or an hour: "my
// Thursday", "my 4pm", but not "my lunch".
func (d *reading) namesTime(i int) bool {
	w := d.tokens[i].word
	return d.marks[i]&isTime != 0 && (isWeekday(w) || phrases.dates[w] || strings.ContainsAny(w, "0123456789"))
}

// absence reads "I can't on Wednesday" about a booked session.
func (d *reading) absence(v verdict) {
	s := d.Question.Session
	for i := range d.times {
		t := &d.times[i]
		if elsewhere := !t.DateOnly && t.Grain != program.GrainPartOfDay && (t.Start.After(s.End) || t.Start.Equal(s.End) || !t.End.IsZero() && t.End.Before(s.Start)); !t.used && elsewhere {
			d.doubt("the hour that does not suit is not that of the session")
		}
		if !t.used && !d.over(t) && !sameDay(t.Start.In(d.Zone), s.Start.In(d.Zone)) && !(t.Start.Before(s.Start) && t.End.After(s.Start)) {
			d.doubt("the day that does not suit is not that of the session")
		}
	}
	if d.said("doubt") {
		d.doubt("it is not certain that the session cannot be held")
	}
	h, _ := d.hitIn(0, len(d.tokens), "unfit", "absent")
	d.add(program.Request{Type: program.Cancel, Span: d.sentenceSpan(d.tokens[h.from].clause)})
}

// taken reports whether all of clause c was understood before.
func (d *reading) taken(c int) bool { return d.marks[d.clauses[c].from]&isTaken != 0 }

// words gives the words of tokens from to as they stand in the text.
func (d *reading) words(from, to int) string {
	span := d.span(from, to)
	return d.text[span[0]:span[1]]
}
