package inbox

import (
	"sort"
	"strings"
	"time"

	spoken "github.com/mentorpost/mentorpost/calendar/words"
	"github.com/mentorpost/mentorpost/inbox/trim"
	"github.com/mentorpost/mentorpost/program"
)

// Reader is what is known about the writer of a mail and what was asked of
// them. It is the context of one mail.
type Reader struct {
	At     time.Time      // when the mail was written
	Zone   *time.Location // the writer's zone; nil means UTC
	Locale string         // BCP 47; the text itself decides the language
	// PartnerZone is the zone that "your time" speaks of; nil where it is not
	// known.
	PartnerZone *time.Location
	Question    program.Question // purpose, offered slots, session
	// Length is the pair's session length. It gives proposals their end; where
	// it is zero the end stays open.
	Length time.Duration
}

// Read says what the new text of a mail asks for. Answers are the pieces of it
// that stand between quoted lines, with the lines they answer; there may be
// none. Read is pure and linear in the length of the text.
//
// It prefers a question to a guess: whatever would book, move or cancel on
// doubtful words comes with Ask and the reason why.
func Read(text string, answers []trim.Answer, r Reader) program.Understanding {
	d := newReading(text, r)
	answers = append(d.quotedLines(), answers...)
	if d.purpose == program.AboutJournal {
		d.readJournal()
		return d.result()
	}
	if own := trim.OwnPart(d.plain); len(own) < len(d.plain) && d.purpose != program.AboutAgenda {
		d.blank(len(own), len(d.plain)) // what somebody else wrote asks for nothing
	}
	d.readCommands()
	d.prepare()
	d.readSettings()
	switch d.purpose {
	case program.AboutInvitation:
		d.readInvitation()
	case program.AboutCharter:
		d.readCharter()
	case program.AboutOffer:
		d.readOffer(answers)
	case program.AboutAgenda:
		if !d.readChange(answers) {
			d.readAgenda()
		}
	case program.AboutTookPlace:
		d.readTookPlace()
	case program.AboutCheckIn:
		if !d.readChange(answers) {
			d.readCheckIn()
		}
	case program.AboutFeedback:
		d.readFeedback()
	default:
		d.readOpen(answers)
	}
	return d.result()
}

// tokenText is a text cut into words, with what its words stand for.
type tokenText struct {
	text    string
	tokens  []token
	clauses []clause
	ends    []int // the token after the sentence of each clause
	marks   []mark

	language languageSet // that it is read in
}

// mark says what a token stands for, besides its word.
type mark uint8

const (
	isTime mark = 1 << iota
	isDay       // of a time that is a day
	isLabel
	isTaken
)

// at reports whether token i is what a phrase calls <time>, <label> or <n>.
func (t *tokenText) at(i int, place string) bool {
	switch place {
	case "<n>":
		_, ok := t.smallNumber(t.tokens[i].word)
		return ok
	case "<label>":
		return t.marks[i]&isLabel != 0
	case "<time>":
		return t.marks[i]&isTime != 0
	case "<day>":
		return t.marks[i]&isDay != 0
	case "<language>":
		return phrases.names[t.tokens[i].word] != ""
	}
	return false
}

// sentenceEnd returns the token after the sentence that token i stands in.
func (t *tokenText) sentenceEnd(i int) int {
	if i >= len(t.tokens) {
		return len(t.tokens)
	}
	return t.ends[t.tokens[i].clause]
}

// reading is one text while it is being understood.
type reading struct {
	Reader
	tokenText
	purpose  program.Purpose
	plain    string // the text with what was already understood blanked out
	times    []timeAt
	hits     []hit
	away     *timeAt // when the writer is away, where that is the reason for something
	note     string  // words for the partner, under "TO <name>:"
	requests []program.Request
	ask      bool
	why      []string
}

// timeAt is a time with where it stands.
type timeAt struct {
	program.When
	from, to int // tokens
	clause   int
	used     bool
}

// wholeDay makes a time the day that it lies in.
func (t *timeAt) wholeDay(zone *time.Location) {
	day := t.Start.In(zone)
	t.Start, t.End = atClock(day, 0), atClock(day.AddDate(0, 0, 1), 0)
	t.Grain, t.DateOnly, t.Alternatives, t.Why = program.GrainDay, true, nil, ""
}

func newReading(text string, r Reader) *reading {
	if r.Zone == nil {
		r.Zone = time.UTC
	}
	d := &reading{Reader: r, plain: text, purpose: r.Question.Purpose}
	d.text = text
	if d.purpose == "" {
		d.purpose = program.AboutNothing
	}
	return d
}

// prepare cuts what is left of the text into words and finds the times and
// phrases in it.
func (d *reading) prepare() {
	d.tokens, d.clauses = split(d.plain, phrases)
	d.language = phrases.guess(d.tokens, d.Locale)
	d.respell()
	d.breakAtContrast()
	d.marks = make([]mark, len(d.tokens))
	d.ends = make([]int, len(d.clauses))
	for i := len(d.clauses) - 1; i >= 0; i-- {
		d.ends[i] = d.clauses[i].to
		if i+1 < len(d.clauses) && d.clauses[i+1].sentence == d.clauses[i].sentence {
			d.ends[i] = d.ends[i+1]
		}
	}
	d.findTimes()
	d.findEnds()
	d.findLabels()
	d.hits = phrases.find(&d.tokenText, d.language, relevant[d.purpose])
	for i, h := range d.hits {
		if (h.class == "move" || h.class == "zone" && phrases.movers[d.tokens[h.from].word]) && h.from > 0 && phrases.possessives[d.tokens[h.from-1].word] && !d.tokens[h.from].first {
			d.hits[i].class = "" // "my move to Berlin" moves no session
		}
	}
}

// findTimes reads the times and notes which words they cover.
func (d *reading) findTimes() {
	context := spoken.Context{At: d.At, Zone: d.Zone, Locale: d.Locale, PartnerZone: d.PartnerZone}
	if s := d.Question.Session; s != nil {
		context.Session = program.Span{Start: s.Start, End: s.End}
	} else if len(d.Question.Offered) == 1 {
		context.Session = program.Span{Start: d.Question.Offered[0].Start, End: d.Question.Offered[0].End}
	}
	for _, w := range spoken.Read(d.plain, context) {
		from := sort.Search(len(d.tokens), func(i int) bool { return d.tokens[i].end > w.Offset })
		to := from
		for to < len(d.tokens) && d.tokens[to].start < w.Offset+w.Length {
			d.marks[to] |= isTime
			if w.DateOnly {
				d.marks[to] |= isDay
			}
			to++
		}
		if from == to {
			continue
		}
		t := timeAt{When: w, from: from, to: to, clause: d.tokens[from].clause}
		if to-from > 1 && phrases.pronouns[d.tokens[to-1].word] {
			d.withoutPronoun(&t, context)
		}
		if w.Grain == program.GrainPartOfDay && w.Start.Before(d.At) && d.onlyWeekday(&t) {
			// "Friday morning", said on a Friday at eleven, is that of next week.
			t.Start, t.End = w.Start.AddDate(0, 0, 7), w.End.AddDate(0, 0, 7)
		}
		d.times = append(d.times, t)
	}
}

// withoutPronoun reads "the Monday one" and "the Friday afternoon one", which
// are no one o'clock.
func (d *reading) withoutPronoun(t *timeAt, context spoken.Context) {
	if isWeekday(d.tokens[t.to-2].word) {
		t.wholeDay(d.Zone)
		return
	}
	found := spoken.Read(d.plain[t.Offset:d.tokens[t.to-1].start], context)
	if len(found) == 1 && found[0].Grain == program.GrainPartOfDay {
		offset, length := t.Offset, t.Length
		t.When = found[0]
		t.Offset, t.Length = offset, length
	}
}

// result gathers what was understood.
func (d *reading) result() program.Understanding {
	d.giveAbsence()
	u := program.Understanding{Requests: onceEach(d.requests), Ask: d.ask, Why: strings.Join(d.why, "; ")}
	if d.note != "" {
		u.Requests = d.keepNote(u.Requests)
	}
	if len(u.Requests) == 0 && !u.Ask {
		u.Requests = []program.Request{{Type: program.None, Span: [2]int{0, 0}}}
	}
	return u
}

// onceEach drops requests that say the same again: people repeat themselves.
func onceEach(requests []program.Request) []program.Request {
	var kept []program.Request
	for _, q := range requests {
		twice := false
		for i := range kept {
			k := &kept[i]
			if k.Type != q.Type || k.Option != q.Option || k.Value != q.Value || len(q.Times) > 0 {
				continue
			}
			twice = true
			if k.Until == "" {
				k.Until = q.Until
			}
			if q.Type == program.Coordinator && q.Text != k.Text {
				k.Text += "\n" + q.Text
			}
			k.Span = join(k.Span, q.Span)
		}
		if !twice {
			kept = append(kept, q)
		}
	}
	return kept
}

// keepNote puts the words under "TO <name>:" with the proposal they belong to,
// which takes them along; without one they are words to share.
func (d *reading) keepNote(requests []program.Request) []program.Request {
	for i := range requests {
		switch requests[i].Type {
		case program.Propose, program.Move:
			requests[i].Text = d.note
			return requests
		}
	}
	return append(requests, program.Request{Type: program.Share, Text: d.note, Span: [2]int{0, len(d.text)}})
}

func (d *reading) add(q program.Request) { d.requests = append(d.requests, q) }

// doubt has a question go back.
func (d *reading) doubt(why string) {
	d.ask = true
	for _, w := range d.why {
		if w == why {
			return
		}
	}
	d.why = append(d.why, why)
}

// has reports whether any of the classes was found in clause c.
func (d *reading) has(c int, classes ...string) bool {
	_, ok := d.hitIn(d.clauses[c].from, d.clauses[c].to, classes...)
	return ok
}

// said reports whether any of the classes was found anywhere.
func (d *reading) said(classes ...string) bool {
	_, ok := d.hitIn(0, len(d.tokens), classes...)
	return ok
}

// negated reports whether a word like "not" stands right before a phrase.
func (d *reading) negated(h hit) bool {
	from := max(d.clauses[d.tokens[h.from].clause].from, h.from-3)
	for i := h.from - 1; i >= from; i-- {
		if phrases.negations[d.tokens[i].word]&d.language == 0 {
			continue
		}
		for _, other := range d.hitsAround(i, i+1) {
			if other.from <= i && i < other.to && other.to <= h.from && other.to-other.from > 1 && sentiments[other.class] != negative {
				return false // "no problem, works"
			}
		}
		return true
	}
	return false
}

// longestPhrase bounds how many words one phrase covers, gaps and all.
const longestPhrase = 40

// hitsBetween returns the phrases that begin at the tokens [from,to).
func (d *reading) hitsBetween(from, to int) []hit {
	first := sort.Search(len(d.hits), func(i int) bool { return d.hits[i].from >= from })
	end := first + sort.Search(len(d.hits)-first, func(i int) bool { return d.hits[first+i].from >= to })
	return d.hits[first:end]
}

// hitsAround returns the phrases that may cover one of the tokens [from,to).
func (d *reading) hitsAround(from, to int) []hit {
	return d.hitsBetween(from-longestPhrase, to)
}

// timesBetween returns the times that begin at the tokens [from,to).
func (d *reading) timesBetween(from, to int) []timeAt {
	first := sort.Search(len(d.times), func(i int) bool { return d.times[i].from >= from })
	end := first + sort.Search(len(d.times)-first, func(i int) bool { return d.times[first+i].from >= to })
	return d.times[first:end]
}

func (d *reading) hitIn(from, to int, classes ...string) (hit, bool) {
	for _, h := range d.hitsBetween(from, to) {
		for _, class := range classes {
			if h.class == class {
				return h, true
			}
		}
	}
	return hit{}, false
}

// hitsOf returns all hits of the classes in clause order.
func (d *reading) hitsOf(classes ...string) []hit {
	var found []hit
	for _, h := range d.hits {
		for _, class := range classes {
			if h.class == class {
				found = append(found, h)
				break
			}
		}
	}
	return found
}

// span gives the bytes that tokens from to stand in.
func (d *reading) span(from, to int) [2]int {
	if from >= to || to > len(d.tokens) {
		return [2]int{0, len(d.text)}
	}
	return [2]int{d.tokens[from].start, d.tokens[to-1].end}
}

func (d *reading) clauseSpan(c int) [2]int { return d.span(d.clauses[c].from, d.clauses[c].to) }

// sentenceSpan gives the bytes of the sentence around clause c.
func (d *reading) sentenceSpan(c int) [2]int {
	from := c
	for from > 0 && d.clauses[from-1].sentence == d.clauses[c].sentence {
		from--
	}
	return d.span(d.clauses[from].from, d.ends[c])
}

// sentenceStart returns the first token of the sentence around clause c.
func (d *reading) sentenceStart(c int) int {
	for c > 0 && d.clauses[c-1].sentence == d.clauses[c].sentence {
		c--
	}
	return d.clauses[c].from
}

// blank takes bytes out of what is still to be understood.
func (d *reading) blank(from, to int) {
	plain := []byte(d.plain)
	for i := from; i < to; i++ {
		if plain[i] != '\n' {
			plain[i] = ' '
		}
	}
	d.plain = string(plain)
}

// quotedLines takes quoted lines that were left in the text out of what is
// read, and returns what stands below each of them.
func (d *reading) quotedLines() []trim.Answer {
	if !strings.Contains(d.text, ">") {
		return nil
	}
	var answers []trim.Answer
	for _, l := range linesOf(d.text) {
		if quoted, found := strings.CutPrefix(strings.TrimSpace(l.text), ">"); found {
			answers = append(answers, trim.Answer{Quoted: strings.TrimSpace(quoted)})
			d.blank(l.start, l.end)
		} else if n := len(answers); n > 0 && strings.TrimSpace(l.text) != "" {
			answers[n-1].Text += l.text + "\n"
		}
	}
	return answers
}

// rest is the text without what was blanked out, for requests that keep words.
func (d *reading) rest() string { return strings.TrimSpace(d.plain) }
