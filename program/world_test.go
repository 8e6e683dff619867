package program

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// world is a program in memory: it keeps rows as a store would, runs due
// timers by its clock and collects the letters. It stands in for no server:
// it only holds what the decisions say.
type world struct {
	t        reporter
	settings Settings
	now      time.Time
	people   map[ID]Person
	pair     Pair
	sessions []Session
	changes  []Change
	timers   []Timer
	fired    map[string]bool
	letters  []Letter
	records  []Record
	actions  []Action
	notes    []Note
	links    []Suggestion
	entries  []Entry
	erased   []ID
	mails    int
	from     int           // letters before what a test looks at
	mute     []TimerKind   // that a test is not about
	late     time.Duration // by which timers fire
	others   []ID          // live pairs that everybody has besides
	busy     []Span
	// elsewhere are sessions that one of the two has in another pair.
	elsewhere []Span
	fires     func(Case, Timer, Outcome) // looks on as timers fire; may be nil
}

// reporter is what a world needs of a test, plain or by model.
type reporter interface {
	Helper()
	Error(...any)
	Errorf(string, ...any)
	Fatal(...any)
	Fatalf(string, ...any)
}

const (
	ada   = ID("adaadaadaada")
	tomas = ID("tomastomasto")
)

// newWorld has Ada, a mentor in Berlin, and Tomás, a mentee in São Paulo,
// both active, at the given instant.
func newWorld(t reporter, now string) *world {
	w := &world{
		t: t, now: at(now), people: map[ID]Person{}, fired: map[string]bool{},
		settings: Settings{
			Name: "Mentor Everywhere", Address: "mentor@example.org", Coordinators: []string{"ops@example.org"},
			Notice: 24 * time.Hour, Zone: "UTC", Locale: "en",
		},
	}
	w.people[ada] = Person{ID: ada, Name: "Ada Lang", Email: "ada@example.net", Zone: "Europe/Berlin", ZoneKnown: true, Hours: DefaultHours, Quiet: DefaultQuiet, Status: PersonActive, Locale: "en-GB", Version: 1}
	w.people[tomas] = Person{ID: tomas, Name: "Tomás Lima", Email: "tomas@example.com", Zone: "America/Sao_Paulo", ZoneKnown: true, Hours: DefaultHours, Quiet: DefaultQuiet, Status: PersonActive, Locale: "pt-BR", Version: 1}
	w.pair = Pair{ID: "pairpairpair", Mentor: ada, Mentee: tomas, Length: 45 * time.Minute, Cadence: Fortnightly, Link: "https://meet.example.org/ada", Status: PairWaiting, Version: 1}
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

func (w *world) load(person ID) Case {
	c := Case{
		Settings: w.settings, Person: w.people[person], Pair: w.pair, LivePairs: append(slices.Clone(w.others), w.pair.ID),
		Mentor: w.people[ada], Mentee: w.people[tomas], Busy: w.busy, Elsewhere: w.elsewhere,
		Sessions: slices.Clone(w.sessions), Changes: slices.Clone(w.changes),
	}
	for _, a := range w.actions {
		if a.Status == ActionOpen || a.ID == c.Person.LastClosed() {
			c.Actions = append(c.Actions, a)
		}
	}
	for _, n := range slices.Backward(w.notes) {
		if n.Person == person && !n.Shared && len(c.Notes) < 3 {
			c.Notes = append(c.Notes, n)
		}
	}
	for _, s := range w.links {
		if s.Approved {
			c.Reading = append(c.Reading, s)
		}
	}
	for _, change := range w.changes {
		if change.Person == person && change.Late && !change.Waived && w.now.Sub(change.ReceivedAt) < 90*24*time.Hour {
			c.LateChanges++
		}
	}
	return c
}

// apply keeps an outcome, holding what a store would hold.
func (w *world) apply(out Outcome) {
	w.t.Helper()
	if out.Record.Result == "" {
		w.t.Fatalf("outcome has no record: %+v", out)
	}
	w.records = append(w.records, out.Record)
	for _, p := range out.People {
		if p.Version != w.people[p.ID].Version {
			w.t.Fatalf("person %s decided on version %d, stored %d", p.ID, p.Version, w.people[p.ID].Version)
		}
		p.Version++
		w.people[p.ID] = p
	}
	for _, p := range out.Pairs {
		p.Version++
		w.pair = p
	}
	for _, s := range out.Sessions {
		s.Version++
		w.sessions = upsert(w.sessions, s, func(a Session) bool { return a.ID == s.ID })
	}
	for _, c := range out.Changes {
		c.Version++
		w.changes = upsert(w.changes, c, func(a Change) bool { return a.ID == c.ID })
	}
	for _, a := range out.Actions {
		a.Version++
		w.actions = upsert(w.actions, a, func(b Action) bool { return a.ID == b.ID })
	}
	for _, n := range out.Notes {
		n.Version++
		w.notes = upsert(w.notes, n, func(b Note) bool { return n.ID == b.ID })
	}
	w.links = append(w.links, out.Suggestions...)
	for _, key := range out.Consumed {
		if !slices.ContainsFunc(w.timers, func(t Timer) bool { return t.Key == key }) {
			w.t.Fatalf("timer %s was joined, and has fired already", key)
		}
		w.timers, w.fired[key] = slices.DeleteFunc(w.timers, func(t Timer) bool { return t.Key == key }), true
	}
	for _, t := range out.Timers {
		if !w.fired[t.Key] && !slices.ContainsFunc(w.timers, func(a Timer) bool { return a.Key == t.Key }) {
			w.timers = append(w.timers, t)
		}
	}
	w.letters = append(w.letters, out.Letters...)
	w.entries = append(w.entries, out.Entries...)
	for _, drop := range out.DropEntries {
		w.entries = slices.DeleteFunc(w.entries, func(e Entry) bool {
			return e.Person == drop.Person && (e.ID == drop.Entry || drop.Entry == "" && e.Day == drop.Day)
		})
	}
	if out.Erase != "" {
		w.erased = append(w.erased, out.Erase)
	}
}

// until lets the clock run, firing each timer at its instant.
func (w *world) until(now string) { w.t.Helper(); w.run(at(now)) }

func (w *world) run(to time.Time) {
	w.t.Helper()
	for range 10000 {
		next := -1
		for i, t := range w.timers {
			if !t.Due.After(to) && (next < 0 || t.Due.Before(w.timers[next].Due)) {
				next = i
			}
		}
		if next < 0 {
			w.now = to
			return
		}
		t := w.timers[next]
		w.timers = slices.Delete(w.timers, next, next+1)
		w.fired[t.Key] = true
		if t.Due.After(w.now) {
			w.now = t.Due
		}
		person := t.Person
		if person == "" {
			person = tomas
		}
		if slices.Contains(w.mute, t.Kind) {
			continue
		}
		c := w.load(person)
		for _, other := range w.timers {
			if other.Person == person && other.Due.Sub(w.now) <= JoinWithin {
				c.Upcoming = append(c.Upcoming, other)
			}
		}
		out := c.Due(t, "timer "+t.Key, w.now.Add(w.late))
		if w.fires != nil {
			w.fires(c, t, out)
		}
		w.apply(out)
	}
	w.t.Fatal("timers never end")
}

// start has the pair begin.
func (w *world) start() {
	w.t.Helper()
	w.timers = append(w.timers, Timer{Key: "start", Kind: TimerNextSession, Due: w.now, Person: tomas, Pair: w.pair.ID})
	w.run(w.now)
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
		Seed: fmt.Sprintf("mail %d", w.mails), At: w.now, Written: w.now, MessageID: fmt.Sprintf("m%d@example.com", w.mails),
		From: w.people[person].Email, Proof: ProofSeal, Kind: KindAnswer, Text: "…",
		Understanding: Understanding{Requests: requests}, Asked: w.question(person),
	}
	if r.Asked != nil {
		r.About = r.Asked.About
	}
	if change != nil {
		change(&r)
	}
	w.apply(w.load(person).Answer(r, w.now))
}

// presses has the person press a button of their calendar.
func (w *world) presses(person ID, cal CalendarPart) {
	w.t.Helper()
	w.pressesFrom(w.people[person].Email, person, cal)
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
		cal.Attendee = w.people[person].Email
	}
	w.mail(person, func(r *Received) { r.Kind, r.Calendar, r.From = KindCalendar, &cal, account })
}

func (w *world) session() Session { return w.sessions[len(w.sessions)-1] }

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
	p := w.people[id]
	change(&p)
	w.people[id] = p
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
