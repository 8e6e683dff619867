package program

import (
	"fmt"
	"slices"
)

// Apply keeps an outcome as a store does: all of it, or none and ErrStale.
func (w *World) Apply(out Outcome) error {
	if err := w.check(out); err != nil {
		return err
	}
	if pair, ok := w.Pairs[out.Guard.Pair]; ok && !slices.ContainsFunc(out.Pairs, func(p Pair) bool { return p.ID == pair.ID }) {
		pair.Version++
		w.Pairs[pair.ID] = pair
	}
	for _, guard := range out.Calendars {
		p := w.People[guard.Person]
		p.Version++
		w.AddPerson(p)
	}
	w.keepRows(out)
	w.drop(out.Drop)
	for _, key := range out.Consumed {
		w.gone[key] = true
	}
	for _, t := range out.Timers {
		w.AddTimer(t)
	}
	if out.Record.Result == ResultActed {
		delete(w.unconfirmed, out.Record.Person)
	}
	for _, l := range out.Letters {
		w.AddLetter(l, l.Date())
		if l.Kind == LetterConfirm {
			w.unconfirmed[l.To] = l.Created
		}
	}
	w.erase(out.Erase)
	return nil
}

// keepRows puts each row of an outcome in the place of the one that was read.
func (w *World) keepRows(out Outcome) {
	for _, p := range out.People {
		p.Version++
		w.AddPerson(p)
	}
	for _, p := range out.Pairs {
		p.Version++
		w.AddPair(p)
	}
	for _, s := range out.Sessions {
		s.Version++
		w.AddSession(s)
	}
	for _, c := range out.Changes {
		c.Version++
		w.Changes[c.Pair] = upsert(w.Changes[c.Pair], c, func(o Change) bool { return o.ID == c.ID })
	}
	for _, a := range out.Actions {
		a.Version++
		w.Actions[a.Pair] = upsert(w.Actions[a.Pair], a, func(o Action) bool { return o.ID == a.ID })
	}
	for _, n := range out.Notes {
		n.Version++
		w.Notes[n.Person] = upsert(w.Notes[n.Person], n, func(o Note) bool { return o.ID == n.ID })
	}
	for _, s := range out.Suggestions {
		s.Version++
		w.Suggestions = upsert(w.Suggestions, s, func(o Suggestion) bool { return o.ID == s.ID })
	}
	if out.Last != nil {
		w.Last[out.Last.Person] = out.Last
	}
}

// erase leaves nothing of a person but a nameless row, as a store does.
func (w *World) erase(id ID) {
	p, known := w.People[id]
	if !known {
		return
	}
	w.AddPerson(Person{ID: id, Email: "forgotten-" + string(id) + "@invalid", Status: PersonLeft, Undeliverable: true, Version: p.Version + 1})
	delete(w.Last, id)
	delete(w.Notes, id)
	delete(w.Busy, id)
	delete(w.Holidays, id)
	w.Suggestions = slices.DeleteFunc(w.Suggestions, func(s Suggestion) bool { return s.Person == id })
	for _, q := range w.timers.items {
		if q.item.Person == id {
			w.gone[q.item.Key] = true
		}
	}
	for _, id := range w.pairsOf[id] {
		pair := w.Pairs[id]
		pair.Charter, pair.Link = CharterText{}, ""
		w.Pairs[id] = pair
		for i := range w.Actions[id] {
			w.Actions[id][i].Text = ""
		}
		for i := range w.Sessions[id] {
			w.Sessions[id][i].Agenda = ""
		}
	}
}

// drop takes rows away that UNDO has taken back.
func (w *World) drop(rows Dropped) {
	for _, a := range rows.Actions {
		w.Actions[a.Pair] = slices.DeleteFunc(w.Actions[a.Pair], func(o Action) bool { return o.ID == a.ID })
	}
	for _, n := range rows.Notes {
		w.Notes[n.Person] = slices.DeleteFunc(w.Notes[n.Person], func(o Note) bool { return o.ID == n.ID })
	}
	for _, s := range rows.Suggestions {
		w.Suggestions = slices.DeleteFunc(w.Suggestions, func(o Suggestion) bool { return o.ID == s.ID })
	}
	for _, letter := range rows.Letters {
		delete(w.due, letter) // its turn is passed over
	}
}

// check holds what a store holds before it writes.
func (w *World) check(out Outcome) error {
	if pair, ok := w.Pairs[out.Guard.Pair]; out.Guard.Pair != "" && (!ok || pair.Version != out.Guard.Version) {
		return fmt.Errorf("guard pair %s: %w", out.Guard.Pair, ErrStale)
	}
	for _, guard := range out.Calendars {
		if guard.Version != w.People[guard.Person].Version {
			return fmt.Errorf("book person %s: %w", guard.Person, ErrStale)
		}
	}
	for _, p := range out.People {
		if p.Version != w.People[p.ID].Version {
			return fmt.Errorf("change person %s: %w", p.ID, ErrStale)
		}
	}
	for _, p := range out.Pairs {
		if p.Version != w.Pairs[p.ID].Version {
			return fmt.Errorf("change pair %s: %w", p.ID, ErrStale)
		}
	}
	for _, s := range out.Sessions {
		for _, stored := range w.Sessions[s.Pair] {
			if stored.ID == s.ID && stored.Version != s.Version {
				return fmt.Errorf("change session %s: %w", s.ID, ErrStale)
			}
		}
	}
	for _, letter := range out.Drop.Letters {
		if _, waits := w.due[letter]; !waits {
			return fmt.Errorf("take letter %s back: %w", letter, ErrStale)
		}
	}
	for _, key := range out.Consumed {
		if w.gone[key] || !w.set[key] {
			return fmt.Errorf("join timer %s: %w", key, ErrStale)
		}
	}
	return nil
}
