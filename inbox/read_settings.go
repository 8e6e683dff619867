package inbox

import (
	"strconv"
	"strings"
	"time"

	spoken "github.com/mentorpost/mentorpost/calendar/words"
	"github.com/mentorpost/mentorpost/program"
)

// readSettings finds, sentence by sentence, what people ask of the service in
// their own words: to pause, to stop, to write in another language. Sentences
// that were understood are not looked at again.
func (d *reading) readSettings() {
	switch d.purpose {
	case program.AboutInvitation, program.AboutOffer, program.AboutSession, program.AboutCheckIn, program.AboutNothing:
	default:
		// Elsewhere people tell what they do, and "stop writing mails" may be
		// a plan of theirs. Only a short mail is meant for the service.
		if len(d.tokens) > 6 || d.purpose == program.AboutAgenda {
			return
		}
	}
	for c := 0; c < len(d.clauses); c = d.nextSentence(c) {
		from, to := d.clauses[c].from, d.ends[c]
		if d.setting(c, from, to) {
			d.take(d.afterCancel(from, to), to)
		}
	}
	d.readCalendar()
	d.readSuggestion()
}

// nextSentence returns the first clause of the sentence after clause c's.
func (d *reading) nextSentence(c int) int {
	for c < len(d.clauses) && d.clauses[c].to < d.ends[c] {
		c++
	}
	return c + 1
}

// afterCancel leaves a cancellation to be read that stands in the sentence
// before what is asked of the service: "cancel Thursday, and pause until May".
func (d *reading) afterCancel(from, to int) int {
	cancel, ok := d.hitIn(from, to, "cancel")
	asked, both := d.hitIn(from, to, "pause", "stop")
	if !ok || !both || d.Question.Session == nil || asked.from < cancel.from {
		return from
	}
	if k := d.clauses[d.tokens[asked.from].clause]; k.from > cancel.from {
		return k.from
	}
	return from
}

// take removes the phrases and times between two tokens from what is left.
func (d *reading) take(from, to int) {
	hits := d.hitsBetween(from, to)
	for i := range hits {
		hits[i].class = ""
	}
	d.useTimes(from, to)
	for i := from; i < to; i++ {
		d.marks[i] |= isTaken
	}
}

// setting reads one sentence. It returns true where nothing else is to be
// looked for in it.
func (d *reading) setting(c, from, to int) bool {
	span := d.sentenceSpan(c)
	in := func(classes ...string) bool {
		h, ok := d.hitIn(from, to, classes...)
		return ok && !d.negated(h)
	}
	switch {
	case d.clauses[c].question && in("whether") && !in("export", "status", "help", "coordinator", "language", "forget"):
		return false
	case in("journal-off", "journal-weekly", "journal-fortnightly", "journal-monthly", "journal-export", "journal-delete"):
		d.journalSetting(from, to, span)
	case in("stop") && d.speaksOf(from, to, phrases.journals):
		d.add(program.Request{Type: program.Journal, Value: "off", Span: span})
	case in("forget"):
		d.add(program.Request{Type: program.Forget, Span: span})
		d.doubtLeaving(from, to, "forget")
	case in("export"):
		d.add(program.Request{Type: program.Export, Span: span})
	case in("undo") && !d.corrects():
		d.add(program.Request{Type: program.Undo, Span: span})
	case d.readHolidays(from, to, span):
	case d.readAbsence(c, from, to, span):
	case in("stop", "pause") && !(d.clauses[c].question && in("help")):
		if in("language") {
			d.preferences(c, from, to, span)
		}
		return d.pauseOrStop(c, from, to, span)
	case d.leaving(from, to):
		return d.pauseOrStop(c, from, to, span)
	case in("resume") && !in("cancel", "move"):
		d.add(program.Request{Type: program.Resume, Span: span})
	case in("share") && !in("coordinator") && d.shareBehind(from, to):
	case in("coordinator") && d.purpose != program.AboutCharter:
		d.add(program.Request{Type: program.Coordinator, Text: d.text[span[0]:span[1]], Span: span})
	case in("status") && (d.purpose == program.AboutNothing || d.clauses[c].question && (d.purpose == program.AboutCheckIn || d.purpose == program.AboutSession)):
		d.add(program.Request{Type: program.Status, Span: span})
	case d.purpose == program.AboutNothing && in("help"):
		d.add(program.Request{Type: program.Help, Span: span})
	case d.purpose == program.AboutNothing && in("wrote"):
		d.add(program.Request{Type: program.Wrote, Span: span})
	default:
		d.preferences(c, from, to, span)
		return false
	}
	return true
}

// shareBehind reads the words behind "please share with Tomás:", to the end of
// their paragraph.
func (d *reading) shareBehind(from, to int) bool {
	h, _ := d.hitIn(from, to, "share")
	colon := strings.IndexByte(d.plain[d.tokens[h.from].start:d.tokens[to-1].end], ':')
	if colon < 0 {
		return false
	}
	start := d.tokens[h.from].start + colon + 1
	end := len(d.plain)
	if blank := strings.Index(d.plain[start:], "\n\n"); blank >= 0 {
		end = start + blank
	}
	words := strings.TrimSpace(d.plain[start:end])
	if words == "" {
		return false
	}
	d.add(program.Request{Type: program.Share, Text: words, Span: [2]int{d.tokens[h.from].start, end}})
	for i := to; i < len(d.tokens) && d.tokens[i].start < end; i++ {
		d.marks[i] |= isTaken
	}
	return true
}

// leaving tells a long absence, "on maternity leave until September", where
// nothing else was asked that an absence could answer.
func (d *reading) leaving(from, to int) bool {
	if d.purpose != program.AboutNothing && d.purpose != program.AboutCheckIn {
		return false
	}
	away := d.speaksOf(from, to, phrases.aways) && !d.speaks(from, to, phrases.gones) && (d.speaks(from, to, phrases.selves) || !d.speaks(from, to, phrases.others))
	_, back := d.hitIn(from, to, "back")
	until := back || d.untilAt(from, to) >= 0 || d.lengthIn(from, to) > 0
	times := d.timesBetween(from, to)
	for i := range times {
		until = until || times[i].DateOnly && times[i].End.Sub(times[i].Start) > 30*time.Hour && times[i].Bounded
	}
	_, schedule := d.hitIn(from, to, "move")
	schedule = schedule || d.speaksOf(from, to, phrases.sessions)
	return away && until && !schedule && d.Question.Session == nil
}

// pauseOrStop tells "stop the mails until September" from "stop the mails".
func (d *reading) pauseOrStop(c, from, to int, span [2]int) bool {
	text := d.plain[span[0]:span[1]]
	if t, ok := d.stretchIn(from, to); ok && t.Start.After(d.At) && t.End.Sub(t.Start) > aDay {
		d.add(d.pauseFor(t, span))
		return true
	}
	if at := d.untilAt(from, to); at >= 0 {
		until, sure := d.dateAfter(d.plain[d.tokens[at].end:span[1]])
		if until == "" && d.pausedUntil() {
			return true // "back on 1 March. Hold everything till then."
		}
		d.add(program.Request{Type: program.Pause, Until: until, Span: span})
		if !sure {
			d.doubt("the date until which to pause cannot be read")
		}
		return true
	}
	if days := d.lengthIn(from, to); days > 0 {
		d.add(program.Request{Type: program.Pause, Until: d.At.In(d.Zone).AddDate(0, 0, days).Format(time.DateOnly), Span: span})
		return true
	}
	if h, ok := d.hitIn(from, to, "back"); ok {
		until, sure := d.dateAfter(d.plain[d.tokens[h.from].start:span[1]])
		d.add(program.Request{Type: program.Pause, Until: until, Span: span})
		if !sure {
			d.doubt("the date until which to pause cannot be read")
		}
		return true
	}
	if _, ok := d.hitIn(from, to, "pause"); ok {
		until, sure := d.dateIn(text)
		d.add(program.Request{Type: program.Pause, Until: until, Span: span})
		if until != "" && !sure {
			d.doubt("the date until which to pause cannot be read")
		}
		return true
	}
	if _, ok := d.hitIn(from, to, "stop"); !ok {
		until, sure := d.dateIn(text)
		if until == "" {
			return false
		}
		d.add(program.Request{Type: program.Pause, Until: until, Span: span})
		if !sure {
			d.doubt("the date until which to pause cannot be read")
		}
		return true
	}
	if d.purpose == program.AboutInvitation {
		d.add(program.Request{Type: program.Refuse, Span: span})
		return true
	}
	d.add(program.Request{Type: program.Stop, Span: span})
	d.doubtLeaving(from, to, "stop")
	return true
}

// pausedUntil reports whether a pause with its end was read before.
func (d *reading) pausedUntil() bool {
	for _, q := range d.requests {
		if q.Type == program.Pause && q.Until != "" {
			return true
		}
	}
	return false
}

// speaksOf reports whether one of the words stands between two tokens.
func (d *reading) speaksOf(from, to int, set map[string]bool) bool {
	for i := from; i < to; i++ {
		if set[d.tokens[i].word] {
			return true
		}
	}
	return false
}

// speaks is speaksOf for words that count only in texts of their language.
func (d *reading) speaks(from, to int, set map[string]languageSet) bool {
	for i := from; i < to; i++ {
		if set[d.tokens[i].word]&d.language != 0 {
			return true
		}
	}
	return false
}

// untilAt finds a word like "until", or -1.
func (d *reading) untilAt(from, to int) int {
	for i := from; i < to; i++ {
		if phrases.untils[d.tokens[i].word]&d.language != 0 {
			return i
		}
	}
	return -1
}

// lengthIn reads a length like "two weeks" in days, 0 for none.
func (d *reading) lengthIn(from, to int) int {
	for i := from; i+1 < to; i++ {
		days := phrases.units[d.tokens[i+1].word]
		if n, ok := d.smallNumber(d.tokens[i].word); ok && days > 0 {
			count, _ := strconv.Atoi(n) // one or two digits
			return count * days
		}
	}
	return 0
}

var journalValues = map[string]string{
	"journal-off": "off", "journal-weekly": "weekly", "journal-fortnightly": "fortnightly",
	"journal-monthly": "monthly", "journal-export": "export", "journal-delete": "delete",
}

func (d *reading) journalSetting(from, to int, span [2]int) {
	var h hit
	for _, class := range []string{"journal-fortnightly", "journal-monthly", "journal-weekly", "journal-off", "journal-delete", "journal-export"} {
		if found, ok := d.hitIn(from, to, class); ok {
			h = found
			break
		}
	}
	q := program.Request{Type: program.Journal, Value: journalValues[h.class], Span: span}
	if q.Value == "delete" {
		day, sure := d.pastDate(d.text[span[0]:span[1]])
		q.Text, q.Until = day, day
		if !sure {
			d.doubt("which entry to delete cannot be read")
		}
	}
	d.add(q)
}

// preferences reads language, working hours and zone: a sentence may hold all
// three, and more.
func (d *reading) preferences(c, from, to int, span [2]int) {
	text := d.plain[span[0]:span[1]]
	if len(d.tokens) <= 4 && d.onlyLanguage() {
		return
	}
	if h, ok := d.hitIn(from, to, "language"); ok && d.purpose != program.AboutAgenda {
		for i := h.from; i < min(h.to+3, to); i++ {
			if name := phrases.names[d.tokens[i].word]; name != "" {
				d.add(program.Request{Type: program.SetLanguage, Value: name, Span: d.span(h.from, i+1)})
				break
			}
		}
	}
	switch d.purpose {
	case program.AboutInvitation, program.AboutNothing, program.AboutCheckIn, program.AboutSession, program.AboutOffer:
	default:
		return
	}
	_, stated := d.hitIn(from, to, "hours")
	if _, open := d.hitIn(from, to, "available"); open && (d.purpose == program.AboutNothing || d.purpose == program.AboutCheckIn) && !d.asksMove(from, to) {
		stated = true
	}
	if d.purpose == program.AboutInvitation && !stated {
		stated = d.placed(span)
	}
	if stated {
		if first, last, ok := spoken.ReadHours(text); ok {
			d.add(program.Request{Type: program.SetHours, Value: first + "-" + last, Span: span})
			d.useTimes(from, to)
			if d.zoneBeside(from, to, span) {
				return
			}
		}
	}
	d.zone(from, to, span)
}

// placed reports whether a sentence names a place where its writer is.
func (d *reading) placed(span [2]int) bool {
	_, ok := spoken.FindZone(d.plain[span[0]:span[1]])
	return ok
}

// zoneBeside reads the place where hours are kept: "9 to 5 in Dublin", "8:30
// to 16:30, Warsaw".
func (d *reading) zoneBeside(from, to int, span [2]int) bool {
	if _, said := d.place(from, to); said {
		return false
	}
	name, ok := spoken.FindZone(d.plain[span[0]:span[1]])
	for c := d.tokens[from].clause; c < len(d.clauses) && d.clauses[c].from < to && !ok; c++ {
		if k := d.clauses[c]; k.to-k.from <= 2 {
			name, ok = spoken.FindZone(d.words(k.from, k.to))
		}
	}
	if ok {
		d.add(program.Request{Type: program.SetZone, Value: name, Span: span})
	}
	return ok
}

// onlyLanguage reads a mail that names a language and nothing else.
func (d *reading) onlyLanguage() bool {
	name := ""
	for _, t := range d.tokens {
		if n := phrases.names[t.word]; n != "" {
			name = n
		} else if !phrases.politeness[t.word] && len(t.word) > 3 {
			return false
		}
	}
	if name == "" {
		return false
	}
	d.add(program.Request{Type: program.SetLanguage, Value: name, Span: [2]int{0, len(d.text)}})
	d.take(0, len(d.tokens))
	return true
}

func (d *reading) asksMove(from, to int) bool {
	_, ok := d.hitIn(from, to, "cancel", "move", "unfit")
	return ok
}

func (d *reading) useTimes(from, to int) {
	times := d.timesBetween(from, to)
	for i := range times {
		times[i].used = true
	}
}

// zone reads "I'm in Tokyo this week". Where the same sentence names a time to
// meet, the place only says whose clock is meant.
func (d *reading) zone(from, to int, span [2]int) {
	q, ok := d.place(from, to)
	if !ok {
		return
	}
	times := d.timesBetween(from, to)
	for i := range times {
		t := &times[i]
		if t.used || d.over(t) {
			continue
		}
		if d.purpose != program.AboutInvitation && (t.Grain == program.GrainMinute || t.Grain == program.GrainHour) {
			return
		}
		if t.DateOnly && t.End.Sub(t.Start) > 30*time.Hour {
			q.Until = t.End.Add(-1).Format("2006-01-02")
			t.used = true
		}
	}
	d.add(q)
}

// place finds the zone that a sentence says its writer is in.
func (d *reading) place(from, to int) (program.Request, bool) {
	for _, h := range d.hitsBetween(from, to) {
		if h.class != "zone" {
			continue
		}
		end := d.clauses[d.tokens[h.to-1].clause].to
		name, ok := spoken.FindZone(d.words(h.from, end))
		last := end
		for first := h.to; first < min(h.to+3, last) && !ok; first++ {
			if raw := d.words(first, first+1); len(raw) < 4 && raw == strings.ToLower(raw) {
				continue // an article or preposition
			}
			for n := min(3, last-first); n > 0 && !ok; n-- {
				// "I live in Chicago and …": the place alone
				end = first + n
				name, ok = spoken.FindZone("I'm in " + d.words(first, end))
			}
		}
		if ok {
			return program.Request{Type: program.SetZone, Value: name, Span: d.span(h.from, end)}, true
		}
	}
	return program.Request{}, false
}

// readSuggestion takes a link that comes with a recommendation.
func (d *reading) readSuggestion() {
	if d.purpose != program.AboutNothing && d.purpose != program.AboutCheckIn {
		return
	}
	for _, h := range d.hits {
		if h.class != "suggest" {
			continue
		}
		c := d.tokens[h.from].clause
		if at := strings.Index(d.plain, "://"); at >= 0 {
			start := strings.LastIndexAny(d.plain[:at], " \n\t<(") + 1
			end := at + len(link(d.plain[at:]))
			d.add(program.Request{Type: program.Suggest, Text: strings.TrimRight(d.plain[start:end], ".,;)>"), Span: [2]int{start, end}})
			d.take(d.sentenceStart(c), d.ends[c])
			return
		}
	}
}

func link(s string) string {
	if end := strings.IndexAny(s, " \n\t>"); end >= 0 {
		return s[:end]
	}
	return s
}
