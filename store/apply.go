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
	if src.Inbound != 0 && src.Timer != "" {
		return errors.New("apply outcome: its source is either a mail or a timer")
	}
	err := s.change(ctx, "apply outcome of "+src.String(), func(ctx context.Context, tx *sqlx.Tx) error {
		if err := s.decide(ctx, tx, src, out.Record); err != nil {
			return err
		}
		return save(ctx, tx, out)
	})
	if err != nil {
		return err
	}
	s.hint()
	return nil
}

// decide records what became of the source. It comes first, so that a second
// worker with the same source waits here and then finds it decided.
func (s *Store) decide(ctx context.Context, c connection, src Source, record program.Record) error {
	var n int64
	var err error
	switch {
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
	if guarded(out) {
		if err := checkGuard(ctx, c, out.Guard); err != nil {
			return err
		}
	}
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
	if err := saveTimers(ctx, c, out.Timers); err != nil {
		return err
	}
	return saveLetters(ctx, c, out.Letters)
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
	return len(out.People)+len(out.Pairs)+len(out.Sessions)+len(out.Changes)+len(out.Letters)+len(out.Timers) > 0
}
