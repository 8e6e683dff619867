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
	// Busy is when each person's own calendar says that they are.
	Busy map[ID][]Span
	// Watch, where set, sees every outcome once it is kept.
	Watch func(Outcome)

	pairsOf map[ID][]ID    // by person
	pairOf  map[ID]ID      // by session
	soon    map[ID][]Timer // by person: those whose mails may be joined
	timers  queue[Timer]
	set     map[string]bool // the keys of all timers ever set
	gone    map[string]bool // of those that have fired, or were joined to another
	letters queue[Letter]
	due     map[ID]time.Time // when a waiting letter may go
}

// NewWorld is an empty program at the instant.
func NewWorld(settings Settings, now time.Time) *World {
	return &World{
		Settings: settings, Now: now, People: map[ID]Person{}, Pairs: map[ID]Pair{}, Sessions: map[ID][]Session{},
		Changes: map[ID][]Change{}, Actions: map[ID][]Action{}, Notes: map[ID][]Note{}, pairsOf: map[ID][]ID{},
		pairOf: map[ID]ID{}, soon: map[ID][]Timer{},
		set: map[string]bool{}, gone: map[string]bool{}, due: map[ID]time.Time{},
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
	c := Case{Settings: w.Settings, Person: w.People[person]}
	pair, named := about.ID, about.Kind == RefPair
	if about.Kind == RefSession {
		pair, named = w.pairOf[about.ID]
	}
	for _, id := range w.pairsOf[person] {
		if w.Pairs[id].Status != PairEnded {
			c.LivePairs = append(c.LivePairs, id)
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
		if n.Pair == c.Pair.ID && !n.Shared && len(c.Notes) < worldNotes {
			c.Notes = append(c.Notes, n)
		}
	}
	for _, s := range w.Suggestions {
		if s.Approved {
			c.Reading = append(c.Reading, s)
		}
	}
	return c
}

const (
	worldNotes  = 3
	worldClosed = 3 // ended sessions of a pair
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
		const window = 90 * 24 * time.Hour
		if change.Person == c.Person.ID && change.Late && !change.Waived && w.Now.Sub(change.ReceivedAt) < window {
			c.LateChanges++
		}
	}
	for _, a := range w.Actions[c.Pair.ID] {
		if a.Status == ActionOpen {
			c.Actions = append(c.Actions, a)
		}
	}
	for _, person := range []ID{c.Pair.Mentor, c.Pair.Mentee} {
		c.Busy = append(c.Busy, w.Busy[person]...)
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

// Receive decides about a mail of the person's and applies what follows.
func (w *World) Receive(person ID, r Received) error {
	return w.Apply(w.Case(person, r.About).Answer(r, w.Now))
}

// Run lets the clock go on to the instant. Each timer fires and each letter is
// delivered at its own; deliver may receive answers.
func (w *World) Run(to time.Time, deliver func(Letter) error) error {
	for {
		timer, letter := w.timers.Len() > 0 && !w.timers.items[0].at.After(to), w.letters.Len() > 0 && !w.letters.items[0].at.After(to)
		switch {
		case timer && (!letter || !w.letters.items[0].at.Before(w.timers.items[0].at)):
			next := heap.Pop(&w.timers).(queued[Timer])
			if err := w.fire(next.item); err != nil {
				return err
			}
		case letter:
			next := heap.Pop(&w.letters).(queued[Letter])
			due, waits := w.due[next.item.ID]
			if !waits || !due.Equal(next.at) {
				continue // it went earlier
			}
			delete(w.due, next.item.ID)
			w.Now = later(w.Now, next.at)
			if err := deliver(next.item); err != nil {
				return err
			}
		default:
			w.Now = later(w.Now, to)
			return nil
		}
	}
}

func (w *World) fire(t Timer) error {
	if w.gone[t.Key] {
		return nil
	}
	w.Now = later(w.Now, t.Due)
	out := w.dueCase(t).Due(t, "timer "+t.Key, w.Now)
	w.gone[t.Key] = true
	if err := w.Apply(out); err != nil {
		return fmt.Errorf("timer %s: %w", t.Key, err)
	}
	return nil
}
