package store

import (
	"context"
	"errors"
	"fmt"

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
	if err := s.apply(ctx, "apply outcome of "+src.String(), []Decision{{src, out}}); err != nil {
		return err
	}
	if len(out.People)+len(out.Pairs) >= manyRows {
		s.analyze(ctx)
	}
	return nil
}

// manyRows is how many new rows make old statistics useless.
const manyRows = 500

// analyze takes the statistics by which both databases choose an index, at once
// after an import: PostgreSQL does it by itself, but up to a minute later, and
// that is all that is lost where it fails.
func (s *Store) analyze(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	for _, table := range []string{"people", "addresses", "pairs", "sessions"} {
		_, _ = exec(ctx, s.write, `ANALYZE `+table)
	}
}

// Decision is an outcome with what it follows from.
type Decision struct {
	Source  Source
	Outcome program.Outcome
}

// ApplyAll applies decisions that do not depend on one another, each as Apply
// does, and returns the error of each. They share one transaction and its one
// commit; only where something stands in the way of one, each gets its own.
func (s *Store) ApplyAll(ctx context.Context, decisions []Decision) []error {
	errs := make([]error, len(decisions))
	if s.apply(ctx, fmt.Sprintf("apply %d outcomes", len(decisions)), decisions) == nil {
		return errs
	}
	for i, d := range decisions {
		errs[i] = s.Apply(ctx, d.Source, d.Outcome)
	}
	return errs
}

// apply applies all decisions or none.
func (s *Store) apply(ctx context.Context, act string, decisions []Decision) error {
	err := s.change(ctx, act, func(ctx context.Context, tx *sqlx.Tx) error {
		var all program.Outcome
		for _, d := range decisions {
			if err := s.decide(ctx, tx, d.Source, d.Outcome.Record); err != nil {
				return err
			}
			if err := checkGuard(ctx, tx, d.Outcome); err != nil {
				return err
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
		}
		if err := save(ctx, tx, all); err != nil {
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
	}
	return err
}

// decide records what became of the source. It comes first, so that a second
// worker with the same source waits here and then finds it decided.
func (s *Store) decide(ctx context.Context, c connection, src Source, record program.Record) error {
	var n int64
	var err error
	switch {
	case src.Inbound != 0 && src.Timer != "":
		return errors.New("the source is either a mail or a timer")
	case src.Inbound != 0:
		if record.Result == "" {
			return errors.New("the outcome of a mail must have a result")
		}
		n, err = exec(ctx, c, `UPDATE inbound SET result = ?, reason = ?, person = ?, session = ?, quarantine = ?, decided = ?,
			lease_until = 0 WHERE id = ? AND term = ? AND decided = 0`, text(record.Result), text(record.Reason),
			text(record.Person), text(record.Session), record.Quarantine, s.now(), src.Inbound, src.Term)
	case src.Timer != "":
		n, err = exec(ctx, c, `UPDATE timers SET result = ?, reason = ?, done = ?, lease_until = 0
			WHERE key = ? AND term = ? AND done = 0`, text(record.Result), text(record.Reason), s.now(), text(src.Timer), src.Term)
	default:
		return nil
	}
	return orLeaseLost(n, err)
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
	return saveLetters(ctx, c, out.Letters)
}

// checkGuard raises the guarded pair's version, or reports ErrStale.
func checkGuard(ctx context.Context, c connection, out program.Outcome) error {
	if !guarded(out) {
		return nil
	}
	n, err := exec(ctx, c, `UPDATE pairs SET version = version + 1 WHERE id = ? AND version = ?`,
		text(out.Guard.Pair), out.Guard.Version)
	if err != nil || n == 0 {
		return fmt.Errorf("guard pair %s: %w", out.Guard.Pair, orStale(err))
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
