package program

import (
	"container/heap"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrStale is World's answer to an outcome that was decided on rows which have
// changed since.
var ErrStale = errors.New("changed since it was read")

// World is a program in memory: it keeps rows as a store does, runs timers and
// delivers letters by a clock of its own. It shows what decisions lead to over
// weeks, without any server. A World is not safe for concurrent use.
type World struct {
	Settings Settings
	Now      time.Time
	People   map[ID]Person
	Pairs    map[ID]Pair
	// Sessions, Changes and Actions are those of each pair, oldest first.
	Sessions map[ID][]Session
	Changes  map[ID][]Change
	Actions  map[ID][]Action
	// Notes are each person's, oldest first.
	Notes       map[ID][]Note
	Suggestions []Suggestion
	// Last is what each person's UNDO takes back.
	Last map[ID]*LastRequest
	// Busy is when each person's own calendar says that they are.
	Busy map[ID][]Span
	// Holidays are each person's.
	Holidays map[ID][]Holiday

	pairsOf map[ID][]ID    // by person
	pairOf  map[ID]ID      // by session
	soon    map[ID][]Timer // by person: those whose mails may be joined
	timers  queue[Timer]
	set     map[string]bool // the keys of all timers ever set
	gone    map[string]bool // of those that have fired, or were joined to another
	letters queue[Letter]
	due     map[ID]time.Time // when a waiting letter may go
	// unconfirmed is when each person was last asked to confirm an unproven
	// mail, while they have answered nothing since.
	unconfirmed map[ID]time.Time
}

// NewWorld is an empty program at the instant.
func NewWorld(settings Settings, now time.Time) *World {
	return &World{
		Settings: settings, Now: now, People: map[ID]Person{}, Pairs: map[ID]Pair{}, Sessions: map[ID][]Session{},
		Changes: map[ID][]Change{}, Actions: map[ID][]Action{}, Notes: map[ID][]Note{}, Last: map[ID]*LastRequest{}, pairsOf: map[ID][]ID{},
		pairOf: map[ID]ID{}, soon: map[ID][]Timer{}, Busy: map[ID][]Span{}, Holidays: map[ID][]Holiday{},
		set: map[string]bool{}, gone: map[string]bool{}, due: map[ID]time.Time{},
		unconfirmed: map[ID]time.Time{},
	}
}

// queue is a heap by instant; what came first goes first among equals.
type queue[T any] struct {
	items []queued[T]
	count int
}

type queued[T any] struct {
	at   time.Time
	turn int
	item T
}

func (q *queue[T]) Len() int { return len(q.items) }
func (q *queue[T]) Less(i, j int) bool {
	a, b := q.items[i], q.items[j]
	return a.at.Before(b.at) || a.at.Equal(b.at) && a.turn < b.turn
}
func (q *queue[T]) Swap(i, j int) { q.items[i], q.items[j] = q.items[j], q.items[i] }
func (q *queue[T]) Push(x any)    { q.items = append(q.items, x.(queued[T])) }
func (q *queue[T]) Pop() any {
	last := q.items[len(q.items)-1]
	q.items = q.items[:len(q.items)-1]
	return last
}

// by reports whether anything comes until the instant.
func (q *queue[T]) by(to time.Time) bool { return q.Len() > 0 && !q.items[0].at.After(to) }

func (q *queue[T]) add(at time.Time, item T) {
	q.count++
	heap.Push(q, queued[T]{at, q.count, item})
}

// AddPerson and AddPair put a row as it is stored into the world.
func (w *World) AddPerson(p Person) { w.People[p.ID] = p }

// AddPair puts a pair's row into the world.
func (w *World) AddPair(p Pair) {
	if _, known := w.Pairs[p.ID]; !known {
		for _, id := range []ID{p.Mentor, p.Mentee} {
			w.pairsOf[id] = append(w.pairsOf[id], p.ID)
			slices.Sort(w.pairsOf[id])
		}
	}
	w.Pairs[p.ID] = p
}

// AddSession puts a session's row into the world, after those that are older.
func (w *World) AddSession(s Session) {
	w.pairOf[s.ID] = s.Pair
	w.Sessions[s.Pair] = upsert(w.Sessions[s.Pair], s, func(o Session) bool { return o.ID == s.ID })
}

// AddTimer sets a timer, once for each key.
func (w *World) AddTimer(t Timer) {
	if !w.set[t.Key] {
		w.set[t.Key] = true
		w.timers.add(t.Due, t)
		if t.Joins() {
			w.soon[t.Person] = append(w.soon[t.Person], t)
		}
	}
}

// AddFired names a timer that has fired before.
func (w *World) AddFired(key string) { w.set[key], w.gone[key] = true, true }

// AddLetter puts a letter into the outbox that may go at the instant.
func (w *World) AddLetter(l Letter, due time.Time) {
	if l.To != "" && l.SessionUID != "" {
		for _, q := range w.letters.items {
			if q.item.To == l.To && q.item.SessionUID == l.SessionUID && w.due[q.item.ID].After(due) {
				w.due[q.item.ID] = due
				w.letters.add(due, q.item) // it goes with this one; its later turn is passed over
			}
		}
	}
	w.due[l.ID] = due
	w.letters.add(due, l)
}

// Case is what a store would load for a mail or a timer.
func (w *World) Case(person ID, about Ref) Case {
	c := Case{Settings: w.Settings, Person: w.People[person], Last: w.Last[person], Unconfirmed: w.unconfirmed[person]}
	pair, named := about.ID, about.Kind == RefPair
	if about.Kind == RefSession {
		pair, named = w.pairOf[about.ID]
	}
	for _, id := range w.pairsOf[person] {
		if w.Pairs[id].Status != PairEnded {
			c.LivePairs = append(c.LivePairs, id)
		}
		for _, change := range w.Changes[id] {
			if change.Person == person && change.Late && !change.Waived && w.Now.Sub(change.ReceivedAt) < worldLate {
				c.LateChanges++
			}
		}
	}
	switch p, ok := w.Pairs[pair]; {
	case named && ok && (person == "" || p.Has(person)):
		c.Pair = p
	case len(c.LivePairs) == 1:
		c.Pair = w.Pairs[c.LivePairs[0]]
	}
	if c.Pair.ID != "" {
		w.loadPair(&c, about)
	}
	for _, n := range slices.Backward(w.Notes[person]) {
		if n.Pair == c.Pair.ID && (!n.Shared && len(c.Notes) < worldNotes || slices.Contains(c.Undoes(PartNote), n.ID)) {
			c.Notes = append(c.Notes, n)
		}
	}
	for _, letter := range c.Recalls(w.Now) {
		if _, waits := w.due[letter]; waits {
			c.Waiting = append(c.Waiting, letter)
		}
	}
	for _, s := range w.Suggestions {
		if slices.Contains(c.Undoes(PartSuggestion), s.ID) {
			c.Suggested = append(c.Suggested, s)
		}
		if s.Approved {
			c.Reading = append(c.Reading, s)
		}
	}
	return c
}

const (
	worldNotes  = 3
	worldClosed = 3 // ended sessions of a pair
	worldLate   = 90 * 24 * time.Hour
)

// loadPair adds what hangs on the case's pair.
func (w *World) loadPair(c *Case, about Ref) {
	c.Mentor, c.Mentee = w.People[c.Pair.Mentor], w.People[c.Pair.Mentee]
	closed := 0
	shown := map[ID]bool{}
	for _, s := range slices.Backward(w.Sessions[c.Pair.ID]) {
		if !s.Open() {
			closed++
		}
		if s.Open() || closed <= worldClosed || s.ID == about.ID {
			c.Sessions = append(c.Sessions, s)
			shown[s.ID] = true
		}
	}
	slices.Reverse(c.Sessions)
	for _, change := range w.Changes[c.Pair.ID] {
		if shown[change.Session] {
			c.Changes = append(c.Changes, change)
		}
	}
	for _, a := range w.Actions[c.Pair.ID] {
		if a.Status == ActionOpen || slices.Contains(c.Undoes(PartAction), a.ID) {
			c.Actions = append(c.Actions, a)
		}
	}
	for _, person := range []ID{c.Pair.Mentor, c.Pair.Mentee} {
		c.Holidays = append(c.Holidays, w.Holidays[person]...)
		for _, span := range w.Busy[person] {
			c.Busy = append(c.Busy, BusyTime{person, span})
		}
		for _, other := range w.pairsOf[person] {
			for _, s := range w.Sessions[other] {
				if other != c.Pair.ID && s.Booked() && s.End.After(w.Now) {
					c.Elsewhere = append(c.Elsewhere, Span{s.Start, s.End})
				}
			}
		}
	}
}

// dueCase is the case of a timer.
func (w *World) dueCase(t Timer) Case {
	about := Ref{RefPerson, t.Person}
	switch {
	case t.Session != "":
		about = Ref{RefSession, t.Session}
	case t.Pair != "":
		about = Ref{RefPair, t.Pair}
	}
	c := w.Case(t.Person, about)
	if t.Kind == TimerErase {
		c.Unsent = w.unsent(t.Person)
	}
	if t.Joins() {
		w.soon[t.Person] = slices.DeleteFunc(w.soon[t.Person], func(o Timer) bool { return w.gone[o.Key] })
		for _, other := range w.soon[t.Person] {
			if other.Due.Sub(w.Now) <= JoinWithin {
				c.Upcoming = append(c.Upcoming, other)
			}
		}
		slices.SortFunc(c.Upcoming, func(a, b Timer) int { return a.Due.Compare(b.Due) })
	}
	return c
}

// unsent counts the letters that still wait for the person and their partners.
func (w *World) unsent(person ID) int {
	concerned := map[ID]bool{person: true}
	for _, id := range w.pairsOf[person] {
		concerned[w.Pairs[id].Partner(person)] = true
	}
	count := 0
	for _, q := range w.letters.items {
		if due, waits := w.due[q.item.ID]; waits && due.Equal(q.at) && concerned[q.item.To] {
			count++
		}
	}
	return count
}

// Run lets the clock go on to the instant. Each timer fires and each letter is
// delivered at its own.
func (w *World) Run(to time.Time, deliver func(Letter) error) error {
	for {
		timer, letter := w.next(to)
		switch {
		case timer != nil:
			if err := w.Apply(w.dueCase(*timer).Due(*timer, "timer "+timer.Key, w.Now)); err != nil {
				return fmt.Errorf("timer %s: %w", timer.Key, err)
			}
		case letter != nil:
			if err := deliver(*letter); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// next takes what comes first until the instant, a timer that fires or a letter
// that goes, and lets the clock go on to it; to the instant where there is
// neither.
func (w *World) next(to time.Time) (*Timer, *Letter) {
	for {
		timer, letter := w.timers.by(to), w.letters.by(to)
		switch {
		case timer && (!letter || !w.letters.items[0].at.Before(w.timers.items[0].at)):
			t := heap.Pop(&w.timers).(queued[Timer])
			if w.gone[t.item.Key] {
				continue
			}
			w.gone[t.item.Key] = true
			w.Now = later(w.Now, t.at)
			return &t.item, nil
		case letter:
			l := heap.Pop(&w.letters).(queued[Letter])
			if due, waits := w.due[l.item.ID]; !waits || !due.Equal(l.at) {
				continue // it went earlier
			}
			delete(w.due, l.item.ID)
			w.Now = later(w.Now, l.at)
			return nil, &l.item
		default:
			w.Now = later(w.Now, to)
			return nil, nil
		}
	}
}
