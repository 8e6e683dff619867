package store

import (
	"context"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// Backlog is the work that waits for the service.
type Backlog struct {
	DueTimers int
	// OldestInbound is when the mail that has waited longest for a decision
	// was received; zero where none waits.
	OldestInbound time.Time
}

// Backlog returns the work that waits at now, on the rules' clock.
func (s *Store) Backlog(ctx context.Context, now time.Time) (Backlog, error) {
	var row struct {
		Due    int     `db:"due_timers"`
		Oldest instant `db:"oldest"`
	}
	err := s.lookup(ctx, "look for a backlog", func(ctx context.Context, c connection) error {
		return get(ctx, c, &row, `SELECT (SELECT COUNT(*) FROM timers WHERE done = 0 AND due <= ?) AS due_timers,
			(SELECT COALESCE(MIN(received), 0) FROM inbound WHERE decided = 0) AS oldest`, stamp(now))
	})
	return Backlog{DueTimers: row.Due, OldestInbound: row.Oldest.time()}, err
}

// Replies returns the questions that were sent to people since the instant,
// and the mails of theirs that were understood; nothing of what either says.
func (s *Store) Replies(ctx context.Context, since time.Time) ([]program.Asked, []program.Heard, error) {
	var asked []struct {
		Person    text    `db:"person"`
		Kind      text    `db:"kind"`
		AboutKind text    `db:"about_kind"`
		AboutID   text    `db:"about_id"`
		Settled   instant `db:"settled"`
	}
	var heard []struct {
		Person   text    `db:"person"`
		Received instant `db:"received"`
	}
	err := s.lookup(ctx, "list questions and replies", func(ctx context.Context, c connection) error {
		if err := list(ctx, c, &asked, `SELECT person, kind, about_kind, about_id, settled FROM letters
			WHERE state = 'sent' AND person <> '' AND settled > ? AND kind IN (?) ORDER BY settled, seq`,
			stamp(since), program.Questions()); err != nil {
			return err
		}
		return list(ctx, c, &heard, `SELECT person, received FROM inbound
			WHERE person <> '' AND received > ? AND result IN ('acted', 'asked') AND NOT quarantine ORDER BY received, id`, stamp(since))
	})
	questions := make([]program.Asked, len(asked))
	for i, row := range asked {
		questions[i] = program.Asked{
			Person: program.ID(row.Person), Kind: program.Kind(row.Kind),
			About: program.Ref{Kind: program.RefKind(row.AboutKind), ID: program.ID(row.AboutID)}, At: row.Settled.time(),
		}
	}
	mails := make([]program.Heard, len(heard))
	for i, row := range heard {
		mails[i] = program.Heard{Person: program.ID(row.Person), At: row.Received.time()}
	}
	return questions, mails, err
}
