package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/mentorpost/mentorpost/program"
)

// Source is what an outcome follows from: the claimed mail or the claimed
// timer. It is zero for a command, such as import.
type Source struct {
	Inbound int64
	Timer   string
	Term    int64
}

// String names the source in error messages.
func (src Source) String() string {
	switch {
	case src.Inbound != 0:
		return fmt.Sprintf("mail %d", src.Inbound)
	case src.Timer != "":
		return "timer " + src.Timer
	}
	return "a command"
}

// Apply writes everything that an outcome holds and marks its source as
// decided, in one transaction, once.
//
// ErrLeaseLost: the source is decided already, or claimed by another worker.
// ErrStale: a row has changed since it was read. Load the case and decide again.
// ErrDuplicate: an address, a live pair, or a letter is there already.
// After an error nothing is written.
func (s *Store) Apply(ctx context.Context, src Source, out program.Outcome) error {
	return s.apply(ctx, "apply outcome of "+src.String(), []Decision{{src, out}})
}

// Decision is an outcome with what it follows from.
type Decision struct {
	Source  Source
	Outcome program.Outcome
}

// ApplyAll applies decisions that do not depend on one another, each as Apply
// does, and returns the error of each. They share one transaction and its one
// commit; where something stands in the way of one, each half gets its own.
func (s *Store) ApplyAll(ctx context.Context, decisions []Decision) []error {
	if len(decisions) == 1 {
		return []error{s.Apply(ctx, decisions[0].Source, decisions[0].Outcome)}
	}
	err := s.apply(ctx, fmt.Sprintf("apply %d outcomes", len(decisions)), decisions)
	if err == nil || unusable(err) {
		return slices.Repeat([]error{err}, len(decisions))
	}
	half := len(decisions) / 2
	return append(s.ApplyAll(ctx, decisions[:half]), s.ApplyAll(ctx, decisions[half:])...)
}

// apply applies all decisions or none.
func (s *Store) apply(ctx context.Context, act string, decisions []Decision) error {
	if len(decisions) == 0 {
		return nil
	}
	var all program.Outcome
	for _, d := range decisions {
		if err := d.check(); err != nil {
			return fmt.Errorf("%s: %w", act, err)
		}
		all.People = append(all.People, d.Outcome.People...)
		all.Pairs = append(all.Pairs, d.Outcome.Pairs...)
		all.Sessions = append(all.Sessions, d.Outcome.Sessions...)
		all.Changes = append(all.Changes, d.Outcome.Changes...)
		all.Actions = append(all.Actions, d.Outcome.Actions...)
		all.Notes = append(all.Notes, d.Outcome.Notes...)
		all.Suggestions = append(all.Suggestions, d.Outcome.Suggestions...)
		all.Timers = append(all.Timers, d.Outcome.Timers...)
		all.Letters = append(all.Letters, d.Outcome.Letters...)
		all.Drop.Actions = append(all.Drop.Actions, d.Outcome.Drop.Actions...)
		all.Drop.Notes = append(all.Drop.Notes, d.Outcome.Drop.Notes...)
		all.Drop.Suggestions = append(all.Drop.Suggestions, d.Outcome.Drop.Suggestions...)
		all.Drop.Letters = append(all.Drop.Letters, d.Outcome.Drop.Letters...)
	}
	err := s.change(ctx, act, func(ctx context.Context, tx *sqlx.Tx) error {
		// The sources come first, so that a second worker with the same one
		// waits here and then finds it decided.
		if err := s.markDecided(ctx, tx, decisions); err != nil {
			return err
		}
		if err := s.markDone(ctx, tx, decisions); err != nil {
			return err
		}
		if err := checkGuards(ctx, tx, decisions); err != nil {
			return err
		}
		if err := checkCalendars(ctx, tx, decisions); err != nil {
			return err
		}
		if err := s.consume(ctx, tx, decisions); err != nil {
			return err
		}
		if err := save(ctx, tx, all); err != nil {
			return err
		}
		if err := saveLast(ctx, tx, decisions); err != nil {
			return err
		}
		for _, d := range decisions {
			if err := s.savePrivate(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		s.hint()
		s.grow(ctx, len(all.People)+len(all.Pairs)+len(all.Sessions)+len(all.Letters)+len(all.Timers))
	}
	return err
}

// check refuses what no caller may ask for.
func (d Decision) check() error {
	switch {
	case d.Source.Inbound != 0 && d.Source.Timer != "":
		return errors.New("the source is either a mail or a timer")
	case d.Source.Inbound != 0 && d.Outcome.Record.Result == "":
		return errors.New("the outcome of a mail must have a result")
	}
	return nil
}

// markDecided records what became of mails.
func (s *Store) markDecided(ctx context.Context, c connection, decisions []Decision) error {
	var rows []inboundRow
	for _, d := range decisions {
		if record := d.Outcome.Record; d.Source.Inbound != 0 {
			rows = append(rows, inboundRow{
				ID: d.Source.Inbound, Term: d.Source.Term, Result: text(record.Result), Reason: text(record.Reason),
				Person: text(record.Person), Session: text(record.Session), Quarantine: record.Quarantine, Decided: s.now(),
			})
		}
	}
	return writeAll(ctx, c, `WITH made (id, term, result, reason, person, session, quarantine, decided) AS
			(VALUES (CAST(:id AS BIGINT), CAST(:term AS BIGINT), :result, :reason, :person, :session,
			CAST(:quarantine AS BOOLEAN), CAST(:decided AS BIGINT)))
		UPDATE inbound SET result = made.result, reason = made.reason, person = made.person, session = made.session,
			quarantine = made.quarantine, decided = made.decided, sender = '', lease_until = 0
		FROM made WHERE inbound.id = made.id AND inbound.term = made.term AND inbound.decided = 0`, rows, ErrLeaseLost)
}

// markDone records what became of timers.
func (s *Store) markDone(ctx context.Context, c connection, decisions []Decision) error {
	var rows []timerRow
	for _, d := range decisions {
		if record := d.Outcome.Record; d.Source.Timer != "" {
			rows = append(rows, timerRow{
				Key: text(d.Source.Timer), Term: d.Source.Term, Result: text(record.Result), Reason: text(record.Reason), Done: s.now(),
			})
		}
	}
	return writeAll(ctx, c, `WITH made (key, term, result, reason, done) AS
			(VALUES (:key, CAST(:term AS BIGINT), :result, :reason, CAST(:done AS BIGINT)))
		UPDATE timers SET result = made.result, reason = made.reason, done = made.done, lease_until = 0
		FROM made WHERE timers.key = made.key AND timers.term = made.term AND timers.done = 0`, rows, ErrLeaseLost)
}

// save writes an outcome's rows, those that others refer to first.
func save(ctx context.Context, c connection, out program.Outcome) error {
	if err := savePeople(ctx, c, out.People); err != nil {
		return err
	}
	if err := savePairs(ctx, c, out.Pairs); err != nil {
		return err
	}
	if err := saveSessions(ctx, c, out.Sessions); err != nil {
		return err
	}
	if err := saveChanges(ctx, c, out.Changes); err != nil {
		return err
	}
	if err := saveActions(ctx, c, out.Actions); err != nil {
		return err
	}
	if err := saveNotes(ctx, c, out.Notes); err != nil {
		return err
	}
	if err := saveSuggestions(ctx, c, out.Suggestions); err != nil {
		return err
	}
	if err := saveTimers(ctx, c, out.Timers); err != nil {
		return err
	}
	if err := drop(ctx, c, out.Drop); err != nil {
		return err
	}
	return saveLetters(ctx, c, out.Letters)
}

// drop takes rows away that UNDO has taken back. A letter must not have been
// handed to a sender.
func drop(ctx context.Context, c connection, rows program.Dropped) error {
	for _, from := range []struct {
		query string
		ids   []program.ID
	}{
		{`DELETE FROM actions WHERE id IN (?)`, each(rows.Actions, func(a program.Action) program.ID { return a.ID })},
		{`DELETE FROM notes WHERE id IN (?)`, each(rows.Notes, func(n program.Note) program.ID { return n.ID })},
		{`DELETE FROM suggestions WHERE NOT approved AND id IN (?)`, each(rows.Suggestions, func(s program.Suggestion) program.ID { return s.ID })},
		{`DELETE FROM letters WHERE attempts = 0 AND settled = 0 AND id IN (?)`, rows.Letters},
	} {
		if len(from.ids) == 0 {
			continue
		}
		gone, err := exec(ctx, c, from.query, from.ids)
		if err == nil && int(gone) < len(from.ids) {
			err = ErrStale
		}
		if err != nil {
			return fmt.Errorf("take back %v: %w", from.ids, err)
		}
	}
	if len(rows.Letters) == 0 {
		return nil
	}
	// A letter that was put back has been composed.
	if _, err := exec(ctx, c, `DELETE FROM raw_letters WHERE id IN (?)`, rows.Letters); err != nil {
		return fmt.Errorf("destroy the mails of %v: %w", rows.Letters, err)
	}
	return nil
}

// checkGuards raises the guarded pairs' versions, or reports ErrStale.
func checkGuards(ctx context.Context, c connection, decisions []Decision) error {
	var rows []pairRow
	for _, d := range decisions {
		if guarded(d.Outcome) {
			rows = append(rows, pairRow{ID: text(d.Outcome.Guard.Pair), Version: d.Outcome.Guard.Version})
		}
	}
	if err := writeAll(ctx, c, `WITH made (id, version) AS (VALUES (:id, CAST(:version AS BIGINT)))
		UPDATE pairs SET version = pairs.version + 1
		FROM made WHERE pairs.id = made.id AND pairs.version = made.version`, rows, ErrStale); err != nil {
		return fmt.Errorf("guard pairs %s: %w", listed(rows, func(r pairRow) text { return r.ID }), err)
	}
	return nil
}

// checkCalendars raises the versions of the people whom bookings take an hour
// of, or reports ErrStale. Whom the outcome writes itself, that checks.
func checkCalendars(ctx context.Context, c connection, decisions []Decision) error {
	var rows []personRow
	for _, d := range decisions {
		for _, guard := range d.Outcome.Calendars {
			written := func(p program.Person) bool { return p.ID == guard.Person }
			if !slices.ContainsFunc(d.Outcome.People, written) {
				rows = append(rows, personRow{ID: text(guard.Person), Version: guard.Version})
			}
		}
	}
	if err := writeAll(ctx, c, `WITH made (id, version) AS (VALUES (:id, CAST(:version AS BIGINT)))
		UPDATE people SET version = people.version + 1
		FROM made WHERE people.id = made.id AND people.version = made.version`, rows, ErrStale); err != nil {
		return fmt.Errorf("book people %s: %w", listed(rows, func(r personRow) text { return r.ID }), err)
	}
	return nil
}

// guarded reports whether the guard has to be checked: not where the outcome
// only records that nothing is to be done, and not where it writes the guarded
// pair itself, which checks the same version.
func guarded(out program.Outcome) bool {
	if out.Guard.Pair == "" {
		return false
	}
	for _, pair := range out.Pairs {
		if pair.ID == out.Guard.Pair {
			return false
		}
	}
	rows := len(out.People) + len(out.Pairs) + len(out.Sessions) + len(out.Changes) +
		len(out.Actions) + len(out.Notes) + len(out.Suggestions)
	return rows+len(out.Letters)+len(out.Timers) > 0
}
