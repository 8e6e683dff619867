package store

import (
	"context"
	"fmt"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

const (
	// closedSessions is how many ended sessions of the pair a case shows.
	closedSessions = 3
	// lateWindow is how far back late changes count.
	lateWindow = 90 * 24 * time.Hour
)

// LoadCase reads what must be known to decide about a mail or a timer: the
// person (none where the identifier is empty), and the pair that the subject
// names by itself or by its session. Where it names none of the person's, it
// is their only live pair; with several, Pair stays zero.
// Now is on the rules' clock: it bounds busy times and the count of late
// changes. ErrNotFound where there is no such person.
func (s *Store) LoadCase(ctx context.Context, person program.ID, about program.Ref, settings program.Settings, now time.Time) (program.Case, error) {
	var found program.Case
	err := s.lookup(ctx, fmt.Sprintf("load case of %s", person), func(ctx context.Context, c connection) error {
		found = program.Case{Settings: settings}
		load := loading{ctx, c, &found}
		// The pair comes before all that hangs on it: whoever changes a session
		// meanwhile raises the version of the pair that was read here.
		if err := load.pair(person, about); err != nil {
			return err
		}
		if err := load.people(person, now); err != nil || found.Pair.ID == "" {
			return err
		}
		if err := load.sessions(about); err != nil {
			return err
		}
		if err := load.changes(); err != nil {
			return err
		}
		if err := load.actions(); err != nil {
			return err
		}
		if err := load.notes(person); err != nil {
			return err
		}
		return load.busy(now)
	})
	if err != nil {
		return program.Case{}, err
	}
	return found, nil
}

// Unconfirmed returns when the person was last asked, after since, to confirm
// an unproven mail; ErrNotFound where that was never, or where a mail of theirs
// has been acted on since.
func (s *Store) Unconfirmed(ctx context.Context, person program.ID, since time.Time) (time.Time, error) {
	var asked instant
	err := s.lookup(ctx, fmt.Sprintf("find confirmation asked of %s", person), func(ctx context.Context, c connection) error {
		return get(ctx, c, &asked, `SELECT created FROM letters WHERE person = ? AND kind = ? AND created > ?
			AND NOT EXISTS (SELECT 1 FROM inbound WHERE inbound.person = letters.person AND inbound.result = ?
				AND inbound.received >= letters.created)
			ORDER BY created DESC LIMIT 1`,
			text(person), text(program.LetterConfirm), stamp(since), text(program.ResultActed))
	})
	return asked.time(), err
}

// loading is a case on its way out of the database.
type loading struct {
	ctx   context.Context
	c     connection
	found *program.Case
}

// pair finds the pair and counts the person's live ones.
func (l loading) pair(person program.ID, about program.Ref) error {
	var pair, session text
	switch about.Kind {
	case program.RefPair:
		pair = text(about.ID)
	case program.RefSession:
		session = text(about.ID)
	}
	var rows []struct {
		pairRow
		Named bool `db:"named"`
	}
	// One SELECT for each way in, since a chain of ORs is read by scanning all.
	err := list(l.ctx, l.c, &rows, `SELECT id, mentor, mentee, length, cadence, link, start_date, end_date, status, charter, next_action,
			first_held, version, (id = ? OR id IN (SELECT pair FROM sessions WHERE id = ?)) AS named
		FROM pairs WHERE id IN (
			SELECT id FROM pairs WHERE mentor = ?
			UNION ALL SELECT id FROM pairs WHERE mentee = ?
			UNION ALL SELECT id FROM pairs WHERE id = ?
			UNION ALL SELECT pair FROM sessions WHERE id = ?)
		ORDER BY id`,
		pair, session, text(person), text(person), pair, session)
	if err != nil {
		return fmt.Errorf("find pair: %w", err)
	}
	var only program.Pair
	for _, row := range rows {
		p := row.pair()
		own := p.Has(person)
		if own && p.Status != program.PairEnded {
			l.found.LivePairs = append(l.found.LivePairs, p.ID)
			only = p
		}
		if row.Named && (own || person == "") {
			l.found.Pair = p
		}
	}
	if l.found.Pair.ID == "" && len(l.found.LivePairs) == 1 {
		l.found.Pair = only
	}
	return nil
}

// people reads the person, with the count of their unwaived late changes, and
// the pair's two.
func (l loading) people(person program.ID, now time.Time) error {
	var rows []struct {
		personRow
		Late int `db:"late_changes"`
	}
	err := list(l.ctx, l.c, &rows, `SELECT `+personColumns+`, (SELECT COUNT(*) FROM changes
			WHERE changes.person = people.id AND received_at > ? AND late AND NOT waived) AS late_changes
		FROM people WHERE id IN (?, ?, ?)`,
		stamp(now.Add(-lateWindow)), text(person), text(l.found.Pair.Mentor), text(l.found.Pair.Mentee))
	if err != nil {
		return fmt.Errorf("find people: %w", err)
	}
	for _, row := range rows {
		p := row.person()
		if p.ID == person {
			l.found.Person, l.found.LateChanges = p, row.Late
		}
		if p.ID == l.found.Pair.Mentor {
			l.found.Mentor = p
		}
		if p.ID == l.found.Pair.Mentee {
			l.found.Mentee = p
		}
	}
	if person != "" && l.found.Person.ID == "" {
		return ErrNotFound
	}
	return nil
}

// sessions reads the open ones, the latest closed ones and the one in question.
func (l loading) sessions(about program.Ref) error {
	pair := text(l.found.Pair.ID)
	var rows []sessionRow
	err := list(l.ctx, l.c, &rows, selectSessions+`WHERE pair = ? AND (status IN ('proposed', 'confirmed', 'moving') OR id = ?
			OR id IN (SELECT id FROM sessions WHERE pair = ? AND status NOT IN ('proposed', 'confirmed', 'moving')
				ORDER BY created DESC, id LIMIT ?))
		ORDER BY created, id`, pair, text(about.ID), pair, closedSessions)
	if err != nil {
		return fmt.Errorf("find sessions: %w", err)
	}
	l.found.Sessions = each(rows, sessionRow.session)
	return nil
}

// changes reads the ledger of these sessions.
func (l loading) changes() error {
	if len(l.found.Sessions) == 0 {
		return nil
	}
	ids := each(l.found.Sessions, func(s program.Session) string { return string(s.ID) })
	var rows []changeRow
	if err := list(l.ctx, l.c, &rows, selectChanges+`WHERE session IN (?) ORDER BY received_at, id`, ids); err != nil {
		return fmt.Errorf("find changes: %w", err)
	}
	l.found.Changes = each(rows, changeRow.change)
	return nil
}

// actions reads the pair's open ones.
func (l loading) actions() error {
	var rows []actionRow
	if err := list(l.ctx, l.c, &rows, selectActions+`WHERE pair = ? AND status = 'open' ORDER BY number`, text(l.found.Pair.ID)); err != nil {
		return fmt.Errorf("find actions: %w", err)
	}
	l.found.Actions = each(rows, actionRow.action)
	return nil
}

// notes reads the person's latest that have not been shared.
func (l loading) notes(person program.ID) error {
	if person == "" {
		return nil
	}
	var rows []noteRow
	if err := list(l.ctx, l.c, &rows, selectNotes+`WHERE person = ? AND pair = ? AND NOT shared ORDER BY created DESC, id LIMIT ?`,
		text(person), text(l.found.Pair.ID), keptNotes); err != nil {
		return fmt.Errorf("find notes: %w", err)
	}
	l.found.Notes = each(rows, noteRow.note)
	return nil
}

// busy reads when the two meet others.
func (l loading) busy(now time.Time) error {
	both := []string{string(l.found.Pair.Mentor), string(l.found.Pair.Mentee)}
	var rows []struct {
		StartAt instant `db:"start_at"`
		EndAt   instant `db:"end_at"`
	}
	err := list(l.ctx, l.c, &rows, `SELECT start_at, end_at FROM sessions
		WHERE pair IN (SELECT id FROM pairs WHERE mentor IN (?) UNION ALL SELECT id FROM pairs WHERE mentee IN (?))
		AND pair <> ? AND status IN ('confirmed', 'moving') AND end_at > ? ORDER BY start_at, id`,
		both, both, text(l.found.Pair.ID), stamp(now))
	if err != nil {
		return fmt.Errorf("find busy times: %w", err)
	}
	for _, row := range rows {
		l.found.Busy = append(l.found.Busy, program.Span{Start: row.StartAt.time(), End: row.EndAt.time()})
	}
	return nil
}
