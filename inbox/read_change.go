package inbox

import (
	"github.com/mentorpost/mentorpost/inbox/trim"
	"github.com/mentorpost/mentorpost/program"
)

const (
	// longestChange is how many words an answer has at most that is nothing but
	// a change of the session. A longer one may only talk about changes.
	longestChange = 25
	// strangeWords are how many words a short answer may have besides those
	// that change a session, and still be asked about: "my daughter is ill".
	strangeWords = 3
)

// readChange reads an answer that has nothing to do with what was asked, but
// changes the session that is ahead: "I have to cancel." What says a little
// more may be one, and is asked about; whatever else has a subject of its own
// is an answer.
func (d *reading) readChange(answers []trim.Answer) bool {
	s := d.Question.Session
	if s == nil || !s.Start.After(d.At) || len(d.requests) > 0 || len(d.tokens) > longestChange {
		return false
	}
	about := d.Reader
	about.Question.Purpose, about.Question.Offered = program.AboutSession, nil
	change := newReading(d.plain, about)
	change.prepare()
	strange, ok := change.besidesChange()
	if !ok || strange > strangeWords {
		return false
	}
	change.readOpen(answers)
	for _, q := range change.requests {
		switch q.Type {
		case program.Move, program.Cancel, program.Emergency:
		default:
			return false
		}
	}
	switch {
	case len(change.requests) == 0 && !change.ask:
		return false
	case !change.ask && (strange == 0 || change.namesChange()):
		d.requests = change.requests
	default:
		d.doubt("the answer may mean a change of the session")
	}
	return true
}

// namesChange reports whether the words say what they are about: the session,
// or its new time.
func (d *reading) namesChange() bool {
	for _, q := range d.requests {
		if len(q.Times) > 0 {
			return true
		}
	}
	for _, h := range d.hitsOf("cancel", "move") {
		c := d.tokens[h.from].clause
		if d.speaksOf(d.sentenceStart(c), d.ends[c], phrases.sessions) {
			return true
		}
	}
	return false
}

// besidesChange counts the words that neither change a session nor hold a
// sentence together. ok is false where the words that would change one have
// another object, or only ask how something is done.
func (d *reading) besidesChange() (strange int, ok bool) {
	for _, h := range d.hitsOf("cancel", "move", "absent", "unfit", "late") {
		c := d.tokens[h.from].clause
		if d.clauses[c].item != "" {
			return 0, false
		}
		from, to := d.sentenceStart(c), d.ends[c]
		if d.wonders(from, to) && (d.strange(from, to) > 0 || !d.speaksOf(from, to, phrases.sessions)) {
			return 0, false
		}
		if d.strange(d.clauses[c].from, d.clauses[c].to) > 0 {
			return 0, false
		}
		ok = ok || h.class != "late"
	}
	return d.strange(0, len(d.tokens)), ok
}

// wonders reports whether a sentence begins as questions about a subject do.
func (d *reading) wonders(from, to int) bool {
	h, asks := d.hitIn(from, to, "whether")
	return asks && h.from == from && (h.to-h.from == 1 || d.clauses[d.tokens[from].clause].question)
}

// strange counts the words of [from,to) that are of no use in a change of a
// session. Those of a greeting and of a name below are none.
func (d *reading) strange(from, to int) int {
	const fewWords = 3
	n, last := 0, len(d.clauses)-1
	for i := from; i < to; i++ {
		c := d.tokens[i].clause
		short := d.clauses[c].to-d.clauses[c].from <= fewWords && last > 0
		if short && (c == 0 && (d.clauses[1].line > 0 || phrases.closings[d.tokens[0].word] || phrases.politeness[d.tokens[0].word]) || c == last && d.clauses[c].line > d.clauses[c-1].line) {
			continue
		}
		w := d.tokens[i].word
		known := d.marks[i]&(isTaken|isTime|isLabel) != 0 || phrases.common[w] != 0 || phrases.politeness[w] || phrases.sessions[w] || phrases.possessives[w] ||
			phrases.shifts[w] || phrases.targets[w] || phrases.connectives[w] || phrases.negations[w] != 0 || phrases.articles[w] || phrases.closings[w]
		if !known && !d.covered(i) {
			n++
		}
	}
	return n
}

// covered reports whether a phrase of any class covers the word.
func (d *reading) covered(i int) bool {
	for _, h := range d.hitsAround(i, i+1) {
		if h.from <= i && i < h.to && h.class != "" {
			return true
		}
	}
	return false
}
