package program

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// mentoring is a program that lives under random mails, buttons, silence and
// clocks, beside what an observer knows about it: both calendars as they were
// replayed from the letters, and what each person has ever said yes to.
type mentoring struct {
	*world
	calendars map[ID]*calendar
	undated   []Letter // calendar letters that are still under way
	seen      int      // letters that have been looked at
	sequence  map[ID]int
	yes       map[ID][]Span // spans of time that each has agreed to in a proven mail
	sent      []Received    // for mail that arrives a second time
	writers   []ID          // of sent
	held      held
	lost      map[ID]bool // whose calendars have missed a letter, to a bounced address
}

// TestRandomProgramsKeepTheRules holds the rules of sessions against random
// programs. What is checked after every step stands in model_rules_test.go.
func TestRandomProgramsKeepTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := newMentoring(t)
		t.Repeat(map[string]func(*rapid.T){
			"words":     m.words,
			"an answer": m.answer,
			"button":    m.button,
			"again":     m.again,
			"automatic": m.automatic,
			"time":      m.time,
			"downtime":  m.downtime,
			"operator":  m.operator,
			"":          m.check,
		})
	})
}

// newMentoring begins shortly before a clock change of one side or neither.
func newMentoring(t *rapid.T) *mentoring {
	begin := rapid.SampledFrom([]string{"2027-03-08T10:00:00Z", "2027-03-22T10:00:00Z", "2027-10-25T07:30:00Z", "2027-06-01T23:30:00Z"}).Draw(t, "begin")
	w := newWorld(t, begin)
	w.Settings.Strict = rapid.Bool().Draw(t, "strict")
	mentee := w.People[tomas]
	mentee.Zone = rapid.SampledFrom([]string{"America/Sao_Paulo", "America/New_York", "Europe/Lisbon", "Australia/Lord_Howe"}).Draw(t, "zone")
	w.People[tomas] = mentee
	w.also()
	m := &mentoring{world: w, sequence: map[ID]int{}, yes: map[ID][]Span{}, calendars: map[ID]*calendar{}, lost: map[ID]bool{}}
	for id := range w.People {
		m.calendars[id] = &calendar{entries: map[string]calendarEntry{}}
	}
	m.held = newHeld(w)
	w.decided, w.reads = m.held.follow, m.reads
	for _, id := range []ID{others, theirs} {
		w.in = id
		w.editPair(func(p *Pair) { p.Status = PairWaiting })
		w.start()
	}
	return m
}

// reads holds each letter against the hours and the weeks of its reader, where
// no downtime has held it up.
func (m *mentoring) reads(l Letter) {
	if !m.erasedBefore(l.To) && !m.Now.After(l.Date()) {
		m.held.letter(l)
	}
}

// someone is one of a pair's two, and has the model look at that pair.
func (m *mentoring) someone(t *rapid.T) ID {
	m.somePair(t)
	both := slices.DeleteFunc([]ID{m.pair().Mentor, m.pair().Mentee}, m.erasedBefore)
	if len(both) == 0 {
		t.Skip("both are forgotten")
	}
	return rapid.SampledFrom(both).Draw(t, "who")
}

func (m *mentoring) somePair(t *rapid.T) {
	m.in = rapid.SampledFrom([]ID{theirs, theirs, others}).Draw(t, "pair")
	if len(m.sessions()) == 0 {
		t.Skip("no session yet")
	}
}

func (m *mentoring) erasedBefore(id ID) bool { return slices.Contains(m.erased, id) }

// times are instants that a mail may name: around the session, and around now.
func (m *mentoring) times(t *rapid.T) []When {
	base := m.Now.Truncate(time.Hour)
	if len(m.sessions()) > 0 && rapid.Bool().Draw(t, "around the session") && !m.session().Start.IsZero() {
		base = m.session().Start
	}
	var elsewhere []Session // at the times of which somebody may not be free
	for _, id := range []ID{theirs, others} {
		for _, s := range m.Sessions[id] {
			if id != m.in && s.Booked() {
				elsewhere = append(elsewhere, s)
			}
		}
	}
	var times []When
	for range rapid.IntRange(0, 2).Draw(t, "how many times") {
		start := base.Add(time.Duration(rapid.IntRange(-30, 60).Draw(t, "hours")) * time.Hour)
		if len(elsewhere) > 0 && rapid.IntRange(0, 3).Draw(t, "as another pair") == 0 {
			start = elsewhere[0].Start
		}
		when := When{Start: start, Grain: GrainMinute, Text: "then", Negated: rapid.IntRange(0, 5).Draw(t, "not") == 0}
		if rapid.IntRange(0, 3).Draw(t, "long") == 0 {
			when.Grain, when.End = GrainPartOfDay, start.Add(5*time.Hour)
		}
		if rapid.IntRange(0, 7).Draw(t, "in doubt") == 0 {
			when.Alternatives = []Span{{Start: start.Add(7 * 24 * time.Hour)}}
		}
		times = append(times, when)
	}
	return times
}

var sessionRequests = []RequestType{Accept, Accept, Decline, Propose, Constrain, Move, Move, Cancel, Choose, Waive, Emergency, Confirm, Undo, Held, Missed, SetHours, SetZone}

var otherRequests = []RequestType{
	Agenda, Done, Drop, Charter, Agree, Join, Refuse, Pause, Resume, SetZone, SetHours, SetLanguage, SetCalendar, Stop,
	Help, Coordinator, Status, Export, Suggest, Share, Wrote, Journal, CheckIn, Feedback, None, Forget,
}

// request is one random request. Requests that end a program are rare, so
// that programs live.
func (m *mentoring) request(t *rapid.T, who ID) Request {
	kinds := sessionRequests
	if rapid.IntRange(0, 6).Draw(t, "other") == 0 {
		kinds = otherRequests
	}
	q := Request{Type: rapid.SampledFrom(kinds).Draw(t, "request")}
	switch q.Type {
	case Accept:
		q.Option = rapid.SampledFrom([]string{"", "A", "B", "C"}).Draw(t, "option")
	case Choose:
		q.Option = rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "option")
	case Propose, Constrain, Move, Decline, Cancel:
		q.Times = m.times(t)
	case SetZone:
		q.Value = rapid.SampledFrom([]string{"Asia/Tokyo", "Europe/London", "Nowhere/At_All", "America/New_York"}).Draw(t, "value")
	case SetHours:
		q.Value = rapid.SampledFrom([]string{"08:00-12:00", "13:00-21:00", "never"}).Draw(t, "value")
	case Pause:
		q.Until = m.Now.AddDate(0, 0, rapid.IntRange(-1, 20).Draw(t, "days")).Format(time.DateOnly)
	case Agenda, Charter, CheckIn, Feedback, Share, Help, Coordinator:
		q.Text = "words of " + string(who)
	case Journal:
		q.Value = rapid.SampledFrom([]string{"off", "weekly", ""}).Draw(t, "value")
	}
	return q
}

// words is a mail in the writer's own words, about something of the past.
func (m *mentoring) words(t *rapid.T) {
	who := m.someone(t)
	var requests []Request
	for range rapid.IntRange(1, 2).Draw(t, "requests") {
		requests = append(requests, m.request(t, who))
	}
	r := m.received(who, requests)
	r.Asked = m.asked(t, who)
	if r.Asked != nil {
		r.About = r.Asked.About
	}
	r.Ask = rapid.IntRange(0, 9).Draw(t, "in doubt") == 0
	r.Proof = rapid.SampledFrom([]Proof{ProofSeal, ProofSeal, ProofSeal, ProofReference, ProofDomain, ProofNone}).Draw(t, "proof")
	r.At = m.before(t, r.Asked)
	m.deliver(t, who, r)
}

// answer is a plain yes, no or number to the latest question.
func (m *mentoring) answer(t *rapid.T) {
	who := m.someone(t)
	asked := m.question(who)
	if asked == nil {
		t.Skip("nothing was asked")
	}
	q := rapid.SampledFrom([]Request{
		{Type: Accept}, {Type: Accept, Option: "A"}, {Type: Accept, Option: "B"}, {Type: Decline},
		{Type: Choose, Option: "1"}, {Type: Confirm}, {Type: Waive},
	}).Draw(t, "answer")
	r := m.received(who, []Request{q})
	r.Asked, r.About = asked, asked.About
	m.deliver(t, who, r)
}

func (m *mentoring) received(who ID, requests []Request) Received {
	return Received{
		At: m.Now, Written: m.Now, From: m.People[who].Email, Proof: ProofSeal, About: Ref{RefPair, m.in},
		Kind: KindAnswer, Text: "words of " + string(who), Understanding: Understanding{Requests: requests},
	}
}

// asked is a letter that the mail answers: often the latest, at times an
// older one, at times none.
func (m *mentoring) asked(t *rapid.T, who ID) *Letter {
	var questions []Letter
	for _, l := range m.letters {
		if l.To == who && l.Purpose != "" {
			questions = append(questions, l)
		}
	}
	if len(questions) == 0 || rapid.IntRange(0, 4).Draw(t, "afresh") == 0 {
		return nil
	}
	back := rapid.SampledFrom([]int{1, 1, 1, 2, 3, 5, 8}).Draw(t, "back")
	l := questions[len(questions)-min(back, len(questions))]
	return &l
}

// before is when the mail server received the mail: now, or some time ago
// where the service was down, but not before the letter that it answers.
func (m *mentoring) before(t *rapid.T, asked *Letter) time.Time {
	received := m.Now.Add(-time.Duration(rapid.SampledFrom([]int{0, 0, 0, 20, 90, 600}).Draw(t, "minutes ago")) * time.Minute)
	if asked != nil && received.Before(asked.Created) {
		return asked.Created
	}
	return received
}

// button is a calendar program's answer, as real ones send them.
func (m *mentoring) button(t *rapid.T) {
	who := m.someone(t)
	s := m.sessions()[max(0, len(m.sessions())-1-rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "sessions back"))]
	cal := CalendarPart{
		Method: rapid.SampledFrom([]string{"REPLY", "REPLY", "REPLY", "COUNTER", "COUNTER", "REFRESH", "PUBLISH", "ADD", "NONSENSE"}).Draw(t, "method"),
		UID:    s.UID, Attendee: m.People[who].Email, Start: s.Start, End: s.End,
		PartStat: rapid.SampledFrom([]PartStat{Accepted, Accepted, Tentative, Declined, Delegated}).Draw(t, "partstat"),
		Stamp:    m.Now.Add(-time.Duration(rapid.IntRange(0, 90).Draw(t, "stamped minutes ago")) * time.Minute),
	}
	if back := rapid.IntRange(-1, 2).Draw(t, "versions back"); back >= 0 {
		sequence := max(0, s.Sequence-back)
		cal.Sequence = &sequence
	}
	switch rapid.IntRange(0, 9).Draw(t, "oddity") {
	case 0:
		cal.Attendee = "somebody@else.example"
	case 1:
		cal.UID = "unknown@example.org"
	case 2:
		cal.Attendee = m.People[m.pair().Partner(who)].Email
	case 3:
		cal.DelegatedFrom, cal.Attendee = m.People[who].Email, "assistant@example.net"
	}
	if cal.Method == "COUNTER" {
		cal.Start = s.Start.Add(time.Duration(rapid.IntRange(-40, 40).Draw(t, "counter hours")) * time.Hour)
		cal.End = cal.Start.Add(45 * time.Minute)
		if s.Start.IsZero() {
			cal.Start, cal.End = m.Now.Add(50*time.Hour), time.Time{}
		}
	}
	r := m.received(who, nil)
	r.Kind, r.Calendar, r.About = KindCalendar, &cal, Ref{RefSession, s.ID}
	r.Proof = rapid.SampledFrom([]Proof{ProofSeal, ProofSeal, ProofSeal, ProofNone}).Draw(t, "proof")
	if rapid.IntRange(0, 7).Draw(t, "account") == 0 {
		r.From = "elsewhere@else.example"
	}
	r.At = m.before(t, nil)
	if r.At.Before(s.Created) {
		r.At = m.Now
	}
	m.deliver(t, who, r)
}

// again is a mail that arrives a second time, perhaps much later.
func (m *mentoring) again(t *rapid.T) {
	if len(m.sent) == 0 {
		t.Skip("no mail yet")
	}
	i := rapid.IntRange(0, len(m.sent)-1).Draw(t, "which mail")
	if m.erasedBefore(m.writers[i]) {
		t.Skip("its writer is forgotten")
	}
	r := m.sent[i]
	r.At = m.Now
	m.deliver(t, m.writers[i], r)
}

// automatic mail asks for nothing.
func (m *mentoring) automatic(t *rapid.T) {
	who := m.someone(t)
	r := m.received(who, nil)
	r.Kind = rapid.SampledFrom([]MailKind{KindAutoReply, KindBounce, KindList, KindOwn, KindOversized, KindUnreadable, KindComplaint}).Draw(t, "kind")
	if r.Kind == KindAutoReply {
		r.AwayUntil = m.Now.AddDate(0, 0, 4).Format(time.DateOnly)
	}
	if r.Kind == KindBounce && rapid.Bool().Draw(t, "permanent") {
		r.Bounce = &Bounce{Recipient: m.People[who].Email, Status: "5.1.1", Permanent: true}
		m.lost[who] = r.Proof != ProofNone || m.lost[who]
	}
	before := m.booked()
	m.deliver(t, who, r)
	m.unmoved(before, string(r.Kind))
}

// time passes, and all that falls due is done in its turn.
func (m *mentoring) time(t *rapid.T) {
	minutes := rapid.SampledFrom([]int{1, 30, 119, 24 * 60, 3 * 24 * 60, 8 * 24 * 60}).Draw(t, "minutes")
	to := m.Now.Add(time.Duration(minutes) * time.Minute)
	m.somePair(t)
	if s := m.sessions()[len(m.sessions())-1]; s.Booked() && rapid.IntRange(0, 3).Draw(t, "to the limit") == 0 {
		limit := s.Start.Add(-m.Settings.Notice + time.Duration(rapid.IntRange(-1, 1).Draw(t, "seconds past it"))*time.Second)
		if limit.After(m.Now) {
			to = limit
		}
	}
	m.pass(t, to)
}

// pass lets the service work until the instant.
func (m *mentoring) pass(t *rapid.T, to time.Time) {
	before := m.booked()
	ended := false // by a wish to be forgotten, which cancels what is booked
	m.fires = func(c Case, timer Timer, out Outcome) {
		ended = ended || timer.Kind == TimerErase
		causes := []string{string(timer.Kind)}
		if timer.Kind == TimerErase {
			causes = append(causes, "pair ended")
		}
		m.inLife(t, c, out, causes)
		for _, l := range out.Letters {
			m.wanted(t, out, l, false)
			m.forgets(t, l)
		}
	}
	m.run(to)
	if !ended {
		m.unmoved(before, "time")
	}
}

// downtime passes with nothing done: what falls due in it comes late.
func (m *mentoring) downtime(t *rapid.T) {
	m.pass(t, m.Now)
	m.Now = m.Now.Add(time.Duration(rapid.SampledFrom([]int{10, 45, 200, 26 * 60}).Draw(t, "minutes down")) * time.Minute)
}

// operator is what a coordinator does, seldom.
func (m *mentoring) operator(t *rapid.T) {
	m.somePair(t)
	c, seed := m.load(m.pair().Mentee), fmt.Sprintf("operator %d", len(m.records))
	var out Outcome
	switch rapid.IntRange(0, 14).Draw(t, "command") {
	case 13:
		out = m.anotherLink(t, seed)
	case 14:
		out = m.repaired(t, seed)
	case 0:
		out = c.PausePair(seed, m.Now)
	case 1, 2:
		out = c.ResumePair(seed, m.Now)
	case 3:
		out = c.PausePerson(m.Now.AddDate(0, 0, 3), seed, m.Now)
	case 4, 5:
		out = c.ResumePerson(seed, m.Now)
	case 6:
		out = c.EndPerson(seed, m.Now)
	case 8, 9:
		if len(m.changes()) > 0 {
			row := m.changes()[rapid.IntRange(0, len(m.changes())-1).Draw(t, "row")]
			out = m.load(row.Person).WaiveLate(row.ID, seed, m.Now)
		}
	case 7:
		if rapid.IntRange(0, 3).Draw(t, "end") == 0 {
			out = c.EndPair(seed, m.Now)
		}
	default:
		t.Skip("nothing to do")
	}
	out.Record.Result = ResultActed // an operator's command is not a mail
	m.apply(out)
}

// anotherLink imports the pair with another video link.
func (m *mentoring) anotherLink(t *rapid.T, seed string) Outcome {
	p := m.pair()
	link := fmt.Sprintf("https://meet.example.org/%d", len(m.records))
	row := PairRow{Mentor: m.People[p.Mentor].Email, Mentee: m.People[p.Mentee].Email, Link: link}
	if m.erasedBefore(p.Mentor) || m.erasedBefore(p.Mentee) {
		t.Skip("one of them is forgotten")
	}
	out, _, _ := ImportPairs([]PairRow{row}, []Person{m.People[p.Mentor], m.People[p.Mentee]}, []Pair{p}, seed, m.Now)
	return out
}

// repaired gives somebody whose address has bounced a new one.
func (m *mentoring) repaired(t *rapid.T, seed string) Outcome {
	var everybody []Person
	var rows []PersonRow
	for _, id := range []ID{ada, tomas, eve} {
		p := m.People[id]
		everybody = append(everybody, p)
		if p.Undeliverable && !m.erasedBefore(id) {
			row := PersonRow{Email: fmt.Sprintf("%d-%s", len(m.records), p.Email), Name: p.Name, Aliases: []string{p.Email}}
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		t.Skip("no address has bounced")
	}
	out, _, wrong := ImportPeople(rows, everybody, m.Settings, seed, m.Now)
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return out
}

// deliver has the service decide about a mail, and holds the outcome against
// the mail.
func (m *mentoring) deliver(t *rapid.T, who ID, r Received) {
	m.mails++
	r.Seed, r.MessageID = fmt.Sprintf("mail %d", m.mails), fmt.Sprintf("m%d@example.com", m.mails)
	if len(m.sent) < 40 {
		m.sent, m.writers = append(m.sent, r), append(m.writers, who)
	}
	if r.Proof != ProofNone {
		m.hears(who, r)
	}
	c := m.Case(who, r.About)
	if r.Kind == KindAnswer && rapid.IntRange(0, 3).Draw(t, "repeatable") == 0 {
		m.repeatable(c, r)
	}
	out := c.Answer(r, m.Now)
	m.outcome(t, c, r, out)
	m.inLife(t, c, out, causesOf(c, r))
	m.apply(out)
}

// hears notes what a proven mail says yes to: the times that it names, and
// those of the letter that it answers.
func (m *mentoring) hears(who ID, r Received) {
	for _, q := range r.Requests {
		m.agrees(who, q)
	}
	if r.Calendar != nil {
		m.yes[who] = append(m.yes[who], Span{Start: r.Calendar.Start})
	}
	if s, ok := m.Case(who, r.About).current(r.About); ok {
		for _, bid := range s.Bids {
			for _, slot := range bid.Slots {
				if bid.By != who {
					m.yes[who] = append(m.yes[who], Span{Start: slot.Start})
				}
			}
		}
	}
	if r.Asked == nil {
		return
	}
	for _, slot := range r.Asked.Offered {
		m.yes[who] = append(m.yes[who], Span{Start: slot.Start})
	}
	for _, choice := range r.Asked.Choices {
		for _, q := range choice.Requests {
			m.agrees(who, q)
		}
	}
	if last := m.Last[who]; last != nil && slices.ContainsFunc(r.Requests, func(q Request) bool { return q.Type == Undo }) {
		m.yes[who] = append(m.yes[who], Span{Start: last.Start})
	}
}

// causesOf are the events of Life that a mail can be.
func causesOf(c Case, r Received) []string {
	var causes []string
	if cal := r.Calendar; cal != nil {
		causes = append(causes, cal.Method, cal.Method+" "+string(cal.PartStat))
		if cal.Method == "COUNTER" { // its time may be the partner's
			causes = append(causes, "move")
		}
	}
	requests := slices.Clone(r.Requests)
	if r.Asked != nil {
		for _, choice := range r.Asked.Choices {
			requests = append(requests, choice.Requests...)
		}
	}
	for _, q := range requests {
		causes = append(causes, string(q.Type))
		switch q.Type {
		case Choose, Agree, Confirm, Join:
			causes = append(causes, "accept")
		case Decline: // of a booked session
			causes = append(causes, "cancel")
		case Propose, Constrain: // of a booked session
			causes = append(causes, "move")
		case Move: // where no time is booked yet
			causes = append(causes, "propose")
		}
	}
	return causes
}

func (m *mentoring) agrees(who ID, q Request) {
	for _, when := range q.Times {
		if !when.Negated {
			m.yes[who] = append(m.yes[who], Span{when.Start, when.End})
			m.yes[who] = append(m.yes[who], when.Alternatives...)
		}
	}
}
