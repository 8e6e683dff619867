package program

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// world is a World in a test, with all that was decided in it.
type world struct {
	*World
	t       reporter
	in      ID // the pair that a test looks at
	letters []Letter
	records []Record
	entries []Entry
	erased  []ID
	mails   int
	from    int                        // letters before what a test looks at
	mute    []TimerKind                // that a test is not about
	late    time.Duration              // by which timers fire
	fires   func(Case, Timer, Outcome) // looks on as timers fire; may be nil
	decided func(Outcome)              // looks on at every outcome; may be nil
	reads   func(Letter)               // gets each letter at its time; may be nil
}

// reporter is what a world needs of a test, plain or by model.
type reporter interface {
	Helper()
	Error(...any)
	Errorf(string, ...any)
	Fatal(...any)
	Fatalf(string, ...any)
	Logf(string, ...any)
}

const (
	ada    = ID("adaadaadaada")
	tomas  = ID("tomastomasto")
	theirs = ID("pairpairpair")
	eve    = ID("eveeveeveeve")
	others = ID("anotherpair1") // Ada's and Eve's
)

func emptyWorld(t reporter, now time.Time) *world {
	return &world{t: t, in: theirs, World: NewWorld(Settings{
		Name: "Mentor Everywhere", Address: "mentor@example.org", Coordinators: []string{"ops@example.org"},
		Notice: 24 * time.Hour, Zone: "UTC", Locale: "en",
	}, now)}
}

// newWorld has Ada, a mentor in Berlin, and Tomás, a mentee in São Paulo,
// both active, at the given instant.
func newWorld(t reporter, now string) *world {
	w := emptyWorld(t, at(now))
	w.AddPerson(Person{ID: ada, Name: "Ada Lang", Email: "ada@example.net", Zone: "Europe/Berlin", ZoneKnown: true, Hours: DefaultHours, Quiet: DefaultQuiet, Status: PersonActive, Locale: "en-GB", Version: 1})
	w.AddPerson(Person{ID: tomas, Name: "Tomás Lima", Email: "tomas@example.com", Zone: "America/Sao_Paulo", ZoneKnown: true, Hours: DefaultHours, Quiet: DefaultQuiet, Status: PersonActive, Locale: "pt-BR", Version: 1})
	w.AddPair(Pair{ID: theirs, Mentor: ada, Mentee: tomas, Length: 45 * time.Minute, Cadence: Fortnightly, Link: "https://meet.example.org/ada", Status: PairWaiting, Version: 1})
	return w
}

// at reads RFC 3339.
func at(text string) time.Time {
	instant, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return instant
}

// pair, sessions and changes are those of the pair that a test looks at.
func (w *world) pair() Pair          { return w.Pairs[w.in] }
func (w *world) sessions() []Session { return w.Sessions[w.in] }
func (w *world) changes() []Change   { return w.Changes[w.in] }

// load is the person's case in the pair.
func (w *world) load(person ID) Case { return w.Case(person, Ref{RefPair, w.in}) }

// apply keeps an outcome, which no other can have made stale.
func (w *world) apply(out Outcome) {
	w.t.Helper()
	if out.Record.Result == "" {
		w.t.Fatalf("outcome has no record: %+v", out)
	}
	if err := w.Apply(out); err != nil {
		w.t.Fatalf("%s: %v", w.Now.Format(time.RFC3339), err)
	}
	w.records = append(w.records, out.Record)
	w.letters = append(w.letters, out.Letters...)
	if len(out.Drop.Letters) > 0 {
		w.letters = slices.DeleteFunc(w.letters, func(l Letter) bool { return slices.Contains(out.Drop.Letters, l.ID) })
	}
	w.entries = append(w.entries, out.Entries...)
	for _, drop := range out.DropEntries {
		w.entries = slices.DeleteFunc(w.entries, func(e Entry) bool {
			return e.Person == drop.Person && (e.ID == drop.Entry || drop.Entry == "" && e.Day == drop.Day)
		})
	}
	if out.Erase != "" {
		w.erased = append(w.erased, out.Erase)
	}
	if w.decided != nil {
		w.decided(out)
	}
}

// until lets the clock run, firing each timer at its instant.
func (w *world) until(now string) { w.t.Helper(); w.run(at(now)) }

func (w *world) run(to time.Time) {
	w.t.Helper()
	for range 100000 {
		timer, letter := w.next(to)
		switch {
		case timer != nil && !slices.Contains(w.mute, timer.Kind):
			w.fire(*timer)
		case letter != nil && w.reads != nil:
			w.reads(*letter)
		case timer == nil && letter == nil:
			return
		}
	}
	w.t.Fatal("timers never end")
}

func (w *world) fire(t Timer) {
	w.t.Helper()
	c := w.dueCase(t)
	out := c.Due(t, "timer "+t.Key, w.Now.Add(w.late))
	if w.fires != nil {
		w.fires(c, t, out)
	}
	w.apply(out)
}

// start has the pair begin.
func (w *world) start() {
	w.t.Helper()
	pair := w.pair()
	w.AddTimer(Timer{Key: "start " + string(pair.ID), Kind: TimerNextSession, Due: w.Now, Person: pair.Mentee, Pair: pair.ID})
	w.run(w.Now)
}

// rhythm are the kinds of mail that come besides the search for a time; they
// are answered by replying to them.
var rhythm = []Kind{LetterKickOff, LetterCharter, LetterAgendaRequest, LetterAgenda, LetterCheckIn, LetterFeedbackRequest}

// question is the latest letter to the person that wants an answer.
func (w *world) question(to ID) *Letter {
	for i := len(w.letters) - 1; i >= 0; i-- {
		if w.letters[i].To == to && w.letters[i].Purpose != "" && !slices.Contains(rhythm, w.letters[i].Kind) {
			l := w.letters[i]
			return &l
		}
	}
	return nil
}

// latest is the last letter of the kind to the person.
func (w *world) latest(kind Kind, to ID) Letter {
	w.t.Helper()
	for i := len(w.letters) - 1; i >= 0; i-- {
		if w.letters[i].To == to && w.letters[i].Kind == kind {
			return w.letters[i]
		}
	}
	w.t.Fatalf("no %s went to %s: %s", kind, to, w.kinds(0))
	return Letter{}
}

// replies has the person answer the last letter of the kind.
func (w *world) replies(person ID, kind Kind, requests ...Request) {
	w.t.Helper()
	asked := w.latest(kind, person)
	w.mail(person, func(r *Received) { r.Asked, r.About = &asked, asked.About }, requests...)
}

// says has the person answer their latest question, proven by its seal.
func (w *world) says(person ID, requests ...Request) { w.t.Helper(); w.mail(person, nil, requests...) }

func (w *world) mail(person ID, change func(*Received), requests ...Request) {
	w.t.Helper()
	w.mails++
	r := Received{
		Seed: fmt.Sprintf("mail %d", w.mails), At: w.Now, Written: w.Now, MessageID: fmt.Sprintf("m%d@example.com", w.mails),
		From: w.People[person].Email, Proof: ProofSeal, Kind: KindAnswer, Text: "…",
		Understanding: Understanding{Requests: requests}, Asked: w.question(person),
	}
	if r.Asked != nil {
		r.About = r.Asked.About
	}
	if change != nil {
		change(&r)
	}
	w.apply(w.load(person).Answer(r, w.Now))
}

// presses has the person press a button of their calendar.
func (w *world) presses(person ID, cal CalendarPart) {
	w.t.Helper()
	w.pressesFrom(w.People[person].Email, person, cal)
}

// pressesFrom has the button answer from an account that may not be known.
func (w *world) pressesFrom(account string, person ID, cal CalendarPart) {
	w.t.Helper()
	if cal.UID == "" {
		cal.UID = w.session().UID
	}
	if cal.Method == "" {
		cal.Method = "REPLY"
	}
	if cal.Attendee == "" {
		cal.Attendee = w.People[person].Email
	}
	w.mail(person, func(r *Received) { r.Kind, r.Calendar, r.From = KindCalendar, &cal, account })
}

func (w *world) session() Session { return w.sessions()[len(w.sessions())-1] }

func (w *world) kinds(from int) string {
	var names []string
	for _, l := range w.letters[from:] {
		to := strings.TrimSuffix(l.Address, "@example.net")
		names = append(names, string(l.Kind)+">"+strings.TrimSuffix(strings.TrimSuffix(to, "@example.com"), "@example.org"))
	}
	return strings.Join(names, " ")
}

// sessionKinds is what went out about finding and keeping a time.
func (w *world) sessionKinds() string {
	only := world{}
	for _, l := range w.letters {
		if !slices.Contains(rhythm, l.Kind) {
			only.letters = append(only.letters, l)
		}
	}
	return only.kinds(0)
}

// forgetLetters has a test look only at what follows.
func (w *world) forgetLetters() { w.from = len(w.letters) }

// edit changes a person behind the program's back.
func (w *world) edit(id ID, change func(*Person)) {
	p := w.People[id]
	change(&p)
	w.AddPerson(p)
}

// editPair changes the pair behind the program's back.
func (w *world) editPair(change func(*Pair)) {
	p := w.pair()
	change(&p)
	w.AddPair(p)
}

// also gives Ada another mentee, and a session with her at each start.
func (w *world) also(starts ...string) {
	w.AddPerson(Person{ID: eve, Name: "Eve Moss", Email: "eve@example.com", Zone: "Europe/London", ZoneKnown: true, Hours: DefaultHours, Quiet: DefaultQuiet, Status: PersonActive, Locale: "en-GB", Version: 1})
	w.AddPair(Pair{ID: others, Mentor: ada, Mentee: eve, Length: time.Hour, Cadence: Weekly, Status: PairActive, Version: 1})
	for _, start := range starts {
		w.AddSession(Session{ID: ID("eve " + start), Pair: others, UID: start + "@example.org", Status: SessionConfirmed, Start: at(start), End: at(start).Add(time.Hour), Zone: "Europe/London", Created: w.Now, Version: 1})
	}
}

// instant is one proposed start.
func instant(text string) When {
	return When{Start: at(text), Grain: GrainMinute, Text: text}
}

// booked is a world with a session at the start that both have accepted.
func booked(t reporter, now, start string) *world {
	w := newWorld(t, now)
	w.book(start)
	return w
}

// book has the pair begin with a session at the start that both have accepted.
func (w *world) book(start string) {
	w.t.Helper()
	w.start()
	w.says(tomas, Request{Type: Propose, Times: []When{instant(start)}})
	w.says(ada, Request{Type: Accept, Option: "A"})
	if got := w.session(); got.Status != SessionConfirmed || !got.Start.Equal(at(start)) {
		w.t.Fatalf("not booked: %+v", got)
	}
	w.letters = nil
}
