package program

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/sessions.md anew")

// staged is a row of Life brought to the point at which its event comes: the
// writer, and what happens.
type staged struct {
	writer ID
	before func(*world)
	event  func(*world)
}

const (
	lifeStart    = "2027-01-27T14:00:00Z"
	lifeThursday = "2027-01-28T14:00:00Z"
)

// afresh is a mail that answers no letter but is about the session.
func afresh(w *world, who ID, requests ...Request) {
	w.mail(who, func(r *Received) { r.Asked, r.About = nil, Ref{RefSession, w.session().ID} }, requests...)
}

// seek begins a program in which a time is looked for.
func seek(w *world) { w.start() }

// confirm books a session for both.
func confirm(w *world) {
	w.start()
	w.says(tomas, Request{Type: Propose, Times: []When{instant(lifeStart)}})
	w.says(ada, Request{Type: Accept, Option: "A"})
}

// asked is confirm and a request of the mentor's to move it, by words or button.
func asked(w *world) {
	confirm(w)
	afresh(w, ada, moveTo(lifeThursday))
}

func after(steps ...func(*world)) func(*world) {
	return func(w *world) {
		for _, step := range steps {
			step(w)
		}
	}
}

func clock(now string) func(*world) { return func(w *world) { w.run(at(now)) } }
func down(now string) func(*world)  { return func(w *world) { w.Now = at(now) } }
func strict(w *world)               { w.Settings.Strict = true }

func writes(who ID, q Request) func(*world) { return func(w *world) { afresh(w, who, q) } }

// answers is a mail that answers the latest letter of the kind.
func answers(who ID, kind Kind, q Request) func(*world) {
	return func(w *world) { w.replies(who, kind, q) }
}

func press(who ID, cal CalendarPart) func(*world) { return func(w *world) { w.presses(who, cal) } }
func fire(kind TimerKind) func(*world) {
	return func(w *world) {
		w.apply(w.load(tomas).Due(Timer{Key: "by hand", Kind: kind, Person: tomas, Pair: theirs, Session: w.session().ID, Sequence: w.session().Sequence, Round: w.session().Round, Count: 1}, "by hand", w.Now))
	}
}

func command(run func(Case, string, *world) Outcome) func(*world) {
	return func(w *world) {
		out := run(w.load(tomas), "command", w)
		out.Record.Result = ResultActed
		w.apply(out)
	}
}

var (
	endPair   = command(func(c Case, seed string, w *world) Outcome { return c.EndPair(seed, w.Now) })
	pausePair = command(func(c Case, seed string, w *world) Outcome { return c.PausePair(seed, w.Now) })
	waiveLate = command(func(c Case, seed string, w *world) Outcome {
		return c.WaiveLate(w.changes()[len(w.changes())-1].ID, seed, w.Now)
	})
	leaves = command(func(c Case, seed string, w *world) Outcome { return c.EndPerson(seed, w.Now) })
)

// stage tells for each row of Life how it comes about.
func stage(row Transition) (staged, bool) {
	propose := Request{Type: Propose, Times: []When{instant(lifeStart)}}
	tooLate := clock("2027-01-26T15:00:00Z")
	awake := clock("2027-01-18T12:00:00Z") // both: no letter waits for the morning
	unjoined := func(w *world) { w.edit(ada, func(p *Person) { p.Status = PersonInvited }) }
	began := clock("2027-01-27T14:10:00Z")
	stages := map[string]staged{
		" next-session the pair begins":                        {tomas, func(*world) {}, seek},
		" next-session both take part and no session is ahead": {tomas, after(confirm, writes(tomas, Request{Type: Cancel})), fire(TimerNextSession)},

		" propose the last session was cancelled, and the mail that said so is answered":   {tomas, after(confirm, writes(tomas, Request{Type: Cancel})), answers(tomas, LetterCancel, propose)},
		" constrain the last session was cancelled, and the mail that said so is answered": {tomas, after(confirm, writes(tomas, Request{Type: Cancel})), answers(tomas, LetterCancel, Request{Type: Constrain})},

		"proposed accept a slot of an offer, still free by the hours of both": {tomas, seek, answers(tomas, LetterAskTimes, Request{Type: Accept, Option: "A"})},
		"proposed accept a time that the partner proposed":                    {tomas, after(seek, writes(ada, propose)), writes(tomas, Request{Type: Accept})},
		"proposed propose ": {tomas, seek, writes(tomas, propose)},
		"proposed propose an instant that the partner has proposed too": {tomas, after(seek, writes(ada, propose)), writes(tomas, propose)},
		"proposed constrain ":                                                  {tomas, seek, writes(tomas, Request{Type: Constrain})},
		"proposed decline what we offered":                                     {tomas, seek, answers(tomas, LetterAskTimes, Request{Type: Decline})},
		"proposed decline what the partner proposed":                           {tomas, after(seek, writes(ada, propose)), writes(tomas, Request{Type: Decline})},
		"proposed chase three days of silence, then four":                      {tomas, seek, fire(TimerChase)},
		"proposed cancel ":                                                     {tomas, seek, writes(tomas, Request{Type: Cancel})},
		"proposed undo the writer's own proposal":                              {tomas, after(awake, seek, writes(tomas, propose)), writes(tomas, Request{Type: Undo})},
		"proposed undo the writer's no to the partner's proposal":              {tomas, after(awake, seek, writes(ada, propose), writes(tomas, Request{Type: Decline})), writes(tomas, Request{Type: Undo})},
		"proposed next-session one of the two has taken back that they joined": {tomas, after(seek, unjoined), fire(TimerNextSession)},
		"proposed next-session one of the two has left":                        {tomas, after(seek, leaves), fire(TimerNextSession)},
		"proposed pair paused ":                                                {tomas, seek, pausePair},
		"proposed pair ended ":                                                 {tomas, seek, endPair},

		"confirmed accept the booked time":                   {tomas, confirm, writes(tomas, Request{Type: Accept})},
		"confirmed accept a slot that we offered for a move": {tomas, after(confirm, writes(tomas, Request{Type: Move})), answers(tomas, LetterOffer, Request{Type: Accept, Option: "A"})},
		"confirmed REPLY ACCEPTED ":                          {tomas, confirm, press(tomas, CalendarPart{PartStat: Accepted})},
		"confirmed REPLY TENTATIVE ":                         {tomas, confirm, press(tomas, CalendarPart{PartStat: Tentative})},
		"confirmed REPLY DECLINED as cancel":                 {tomas, confirm, press(tomas, CalendarPart{PartStat: Declined})},
		"confirmed REPLY DELEGATED ":                         {tomas, confirm, press(tomas, CalendarPart{PartStat: Delegated})},
		"confirmed REFRESH ":                                 {tomas, confirm, press(tomas, CalendarPart{Method: "REFRESH"})},
		"confirmed move in time":                             {tomas, confirm, writes(tomas, moveTo(lifeThursday))},
		"confirmed move late, policy consent":                {tomas, after(confirm, tooLate), writes(tomas, moveTo(lifeThursday))},
		"confirmed move late, policy strict":                 {tomas, after(strict, confirm, tooLate), writes(tomas, moveTo(lifeThursday))},
		"confirmed late change waived a move that the strict policy refused, still ahead": {tomas, after(strict, confirm, tooLate, writes(tomas, moveTo(lifeThursday))), waiveLate},
		"confirmed COUNTER in time":                       {tomas, confirm, press(tomas, counterTo(lifeThursday))},
		"confirmed COUNTER late, policy strict":           {tomas, after(strict, confirm, tooLate), press(tomas, counterTo(lifeThursday))},
		"confirmed cancel in time":                        {tomas, confirm, writes(tomas, Request{Type: Cancel})},
		"confirmed cancel late":                           {tomas, after(confirm, tooLate), writes(tomas, Request{Type: Cancel})},
		"confirmed cancel after the start":                {tomas, after(confirm, began), writes(tomas, Request{Type: Cancel})},
		"confirmed undo booked by the writer":             {ada, confirm, writes(ada, Request{Type: Undo})},
		"confirmed undo a move that the writer agreed to": {tomas, after(awake, asked, writes(tomas, Request{Type: Accept})), writes(tomas, Request{Type: Undo})},
		"confirmed undo the writer's no to a move":        {tomas, after(awake, asked, writes(tomas, Request{Type: Decline})), writes(tomas, Request{Type: Undo})},
		"confirmed place the pair has another link or one of the two another address, before the start": {tomas, confirm, fire(TimerPlace)},
		"confirmed pair ended before the start":                                                         {tomas, confirm, endPair},
		"confirmed held after the start":                                                                {tomas, after(confirm, began), writes(tomas, Request{Type: Held})},
		"confirmed missed after the start":                                                              {tomas, after(confirm, began), writes(tomas, Request{Type: Missed})},

		"moving accept a time that the partner asked for":                                            {tomas, asked, writes(tomas, Request{Type: Accept})},
		"moving waive the one time that the partner asked for":                                       {tomas, asked, writes(tomas, Request{Type: Waive})},
		"moving move to a time that the partner asked for":                                           {tomas, asked, writes(tomas, moveTo(lifeThursday))},
		"moving COUNTER to a time that the partner asked for":                                        {tomas, asked, press(tomas, counterTo(lifeThursday))},
		"moving decline what the partner asked for":                                                  {tomas, asked, writes(tomas, Request{Type: Decline})},
		"moving decline what the partner asked for by COUNTER":                                       {tomas, after(confirm, press(ada, counterTo(lifeThursday))), writes(tomas, Request{Type: Decline})},
		"moving undo the writer's own request":                                                       {ada, after(awake, asked), writes(ada, Request{Type: Undo})},
		"moving change nobody has answered two hours before the start":                               {tomas, asked, fire(TimerChangeExpires)},
		"moving cancel in time":                                                                      {tomas, asked, writes(tomas, Request{Type: Cancel})},
		"moving REPLY DECLINED as cancel":                                                            {tomas, asked, press(tomas, CalendarPart{PartStat: Declined})},
		"moving next-session one of the two has left":                                                {tomas, after(asked, leaves), fire(TimerNextSession)},
		"moving place the pair has another link or one of the two another address, before the start": {tomas, asked, fire(TimerPlace)},
		"moving pair ended before the start":                                                         {tomas, asked, endPair},
		"moving held after the start, where the timer came late":                                     {tomas, after(asked, down("2027-01-27T14:10:00Z")), writes(tomas, Request{Type: Held})},
		"moving missed after the start, where the timer came late":                                   {tomas, after(asked, down("2027-01-27T14:10:00Z")), writes(tomas, Request{Type: Missed})},

		"cancelled undo the search that the writer had ended":                               {tomas, after(awake, seek, writes(tomas, Request{Type: Cancel})), writes(tomas, Request{Type: Undo})},
		" undo a session that the writer cancelled, for the same time":                      {tomas, after(awake, confirm, writes(tomas, Request{Type: Cancel})), writes(tomas, Request{Type: Undo})},
		"held undo by the one who said that it was held, before the partner has spoken":     {tomas, after(confirm, began, writes(tomas, Request{Type: Held})), writes(tomas, Request{Type: Undo})},
		"missed undo by the one who said that it was missed, before the partner has spoken": {tomas, after(confirm, began, writes(tomas, Request{Type: Missed})), writes(tomas, Request{Type: Undo})},
		"held missed by the one who said that it was held, before the partner has spoken":   {tomas, after(confirm, began, writes(tomas, Request{Type: Held})), writes(tomas, Request{Type: Missed})},
		"missed held by the one who said that it was missed, before the partner has spoken": {tomas, after(confirm, began, writes(tomas, Request{Type: Missed})), writes(tomas, Request{Type: Held})},
	}
	s, ok := stages[row.name()]
	return s, ok
}

func (row Transition) name() string { return string(row.From) + " " + row.Event + " " + row.If }

func TestEveryTransitionComesAboutAsTheTableSays(t *testing.T) {
	for _, row := range Life {
		t.Run(row.name(), func(t *testing.T) {
			s, ok := stage(row)
			if !ok {
				t.Fatal("nothing tells how this comes about")
			}
			w := newWorld(t, "2027-01-18T10:00:00Z")
			s.before(w)
			var was Session
			if len(w.sessions()) > 0 {
				was = w.session()
			}
			before := len(w.letters)
			s.event(w)
			is := w.session()
			if is.ID != was.ID {
				was = Session{}
			}
			got := Transition{was.Status, row.Event, row.If, is.Status, is.Sequence > was.Sequence, told(w.letters[before:], s.writer, row.Letters)}
			if fmt.Sprint(got) != fmt.Sprint(row) {
				t.Errorf("\n got %v\nwant %v", got, row)
			}
		})
	}
}

// told names the letters as Life does. Which name a reader goes by is the
// table's choice, where several fit.
func told(sent []Letter, writer ID, as []string) []string {
	var letters []string
	for i, l := range sent {
		names := map[ID][]string{ada: {"mentor"}, tomas: {"mentee"}}[l.To]
		if l.To == writer {
			names = append(names, "writer")
		} else {
			names = append(names, "partner")
		}
		entry := string(l.Kind) + " " + names[0]
		if i < len(as) && slices.Contains(names, strings.Split(strings.TrimPrefix(as[i], string(l.Kind)+" "), ",")[0]) {
			entry, _, _ = strings.Cut(as[i], ",")
		}
		if l.Event != nil && l.Event.Method == "DECLINECOUNTER" {
			entry += ", DECLINECOUNTER"
		}
		letters = append(letters, entry)
	}
	return letters
}

// follows reports whether Life leads from one status to the other by events
// that the causes hold, in as many steps as it takes.
func follows(from, to SessionStatus, causes []string) bool {
	reached := []SessionStatus{from}
	for i := 0; i < len(reached); i++ {
		for _, row := range Life {
			if row.From == reached[i] && slices.Contains(causes, row.Event) && !slices.Contains(reached, row.To) {
				reached = append(reached, row.To)
			}
		}
	}
	return slices.Contains(reached, to)
}

func TestSessionsPageIsWrittenFromTheTable(t *testing.T) {
	const page = "../docs/sessions.md"
	want := lifePage()
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil || string(got) != want {
		t.Errorf("%s is not current (%v); write it anew with go generate ./program", page, err)
	}
}

// lifePage is docs/sessions.md.
func lifePage() string {
	var b strings.Builder
	b.WriteString(`# The life of a session

A session has one UID for life and is in one state at a time. This page is written from the table in
` + "`program/life.go`" + ` by ` + "`go generate ./program`" + `; a test plays every row, and another holds random
programs against all of them.

- **Event**: a request in words (` + "`accept`, `move`, …" + `), a calendar button by its iTIP method (` + "`REPLY DECLINED`, `COUNTER`" + `),
  a timer (` + "`chase`, `change`, `next-session`" + `) or a coordinator's command.
- **SEQUENCE ↑**: the version in the calendars goes up, and they follow.
- **Letters**: the ` + "`Mentorpost-Kind`" + ` and who reads it. The *writer* is whoever asks, the *partner* the other one.
- **undo** takes back the writer's last mail, within the hour. Letters about it that still wait for their reader's
  morning are not sent; then the partner gets no correction either.
- What is not in the table changes nothing: the writer is told why, and the time stands.

| state | event | if | next state | SEQUENCE | letters |
| --- | --- | --- | --- | --- | --- |
`)
	for _, row := range Life {
		from, raises := "*"+string(row.From)+"*", ""
		if row.From == "" {
			from = "–"
		}
		if row.Raises {
			raises = "↑"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | *%s* | %s | %s |\n", from, row.Event, row.If, row.To, raises, strings.Join(row.Letters, "; "))
	}
	b.WriteString(lifeRules)
	return b.String()
}

// lifeRules is what the table's conditions rest on.
const lifeRules = `
## The conditions

- **Notice** is the session's start less the instant at which the mail server received the request, in elapsed time.
  Exactly the period is in time. The rule binds once both have said yes to the booked time; before that a change is free.
- **Processed late**: a request counts from its receipt, however late it is looked at. A cancellation that was received
  before the start stands even if it is looked at after it, and both are told. A request to move that can only be
  looked at after the start is kept as ` + "`kept`" + `: nobody was left to ask.
- **Several requests**: a newer one of the same person takes the place of the one that waits; the same one again
  changes nothing; one of each person may wait at once, and either can be accepted. Under the strict policy a late
  request is refused and leaves an earlier one waiting.
- **Silence** ends a request two hours before the start, or at the start where the partner would have had less than an
  hour. A request that came as COUNTER is then answered with DECLINECOUNTER.
- **Leaving** ends what is being looked for; a booked time stands until somebody cancels it.
- **The rhythm**: slot A of the next session is the last one's weekday and wall time, in the zone in which that was
  agreed, one cadence on. Where a clock change moves a session on one side's clock, that side is told a week ahead, or
  at once where it is nearer.
- **Days off**: holidays and absences change no session that is there. What we offer avoids them, a date of the rhythm
  in them is let pass, and the question for the next time waits until the mentee is back.
- **The pair's days**: nothing is looked for before its first day or booked after its last one, and on the morning
  after that the pair ends, as it does by a coordinator's command.
- **Whose answer**: an attendee of another address is asked about, and is theirs from then on if they say yes; so is the
  account that a DECLINED or a COUNTER comes from, where it is not known. Its ACCEPTED counts at once. Delegates are kept out.
- **What a calendar does not know** (a newer version, a cancellation, that nothing is delegated) it gets with the
  receipt, as the REQUEST or CANCEL that stands.
- **Coordinator**: ` + "`mentorpost waive ADDRESS`" + ` lets a late change pass; only the partner can consent to one that waits.
`

// BenchmarkSteps measures decisions: a session is booked, answered by button,
// asked to move, moved and cancelled, over and over. ns/op is a step, on all
// processors.
func BenchmarkSteps(b *testing.B) {
	w := newWorld(b, "2027-01-18T10:00:00Z")
	confirm(w)
	c := w.load(tomas)
	zero := 0
	cal := CalendarPart{Method: "REPLY", UID: w.session().UID, Attendee: c.Person.Email, PartStat: Accepted, Sequence: &zero}
	counter := counterTo(lifeThursday)
	counter.UID, counter.Attendee = cal.UID, cal.Attendee
	mails := []Received{
		{Kind: KindCalendar, Calendar: &cal},
		{Kind: KindCalendar, Calendar: &counter},
		{Kind: KindAnswer, Understanding: Understanding{Requests: []Request{moveTo(lifeThursday)}}},
		{Kind: KindAnswer, Understanding: Understanding{Requests: []Request{{Type: Accept}}}},
		{Kind: KindAnswer, Understanding: Understanding{Requests: []Request{{Type: Cancel}}}},
	}
	for i := range mails {
		mails[i].Seed, mails[i].At, mails[i].Proof = "bench", w.Now, ProofSeal
		mails[i].About = Ref{RefSession, w.session().ID}
	}
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) { // decisions share nothing
		for i := 0; pb.Next(); i++ {
			if out := c.Answer(mails[i%len(mails)], w.Now); out.Record.Result == "" {
				b.Error("no record")
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
}
