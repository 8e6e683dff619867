package store

import (
	"context"
	"fmt"

	"github.com/mentorpost/mentorpost/program"
)

// sessionRow is a session as the table has it.
type sessionRow struct {
	ID          text                                           `db:"id"`
	Pair        text                                           `db:"pair"`
	UID         text                                           `db:"uid"`
	Status      text                                           `db:"status"`
	Sequence    int                                            `db:"sequence"`
	StartAt     instant                                        `db:"start_at"`
	EndAt       instant                                        `db:"end_at"`
	Zone        text                                           `db:"zone"`
	Answers     document[map[program.ID]program.Answer]        `db:"answers"`
	Bids        document[[]program.Bid]                        `db:"bids"`
	Waiting     text                                           `db:"waiting"`
	Agenda      text                                           `db:"agenda"`
	AgendaState text                                           `db:"agenda_state"`
	TookPlace   document[map[program.ID]program.SessionStatus] `db:"took_place"`
	Round       int                                            `db:"round"`
	Created     instant                                        `db:"created"`
	Version     int                                            `db:"version"`
}

func toSessionRow(s program.Session) sessionRow {
	return sessionRow{
		ID: text(s.ID), Pair: text(s.Pair), UID: text(s.UID), Status: text(s.Status), Sequence: s.Sequence,
		StartAt: stamp(s.Start), EndAt: stamp(s.End), Zone: text(s.Zone),
		Answers: document[map[program.ID]program.Answer]{s.Answers}, Bids: document[[]program.Bid]{s.Bids},
		Waiting: text(s.Waiting), Agenda: text(s.Agenda), AgendaState: text(s.AgendaState),
		TookPlace: document[map[program.ID]program.SessionStatus]{s.TookPlace}, Round: s.Round, Created: stamp(s.Created), Version: s.Version,
	}
}

func (r sessionRow) session() program.Session {
	return program.Session{
		ID: program.ID(r.ID), Pair: program.ID(r.Pair), UID: string(r.UID), Status: program.SessionStatus(r.Status),
		Sequence: r.Sequence, Start: r.StartAt.time(), End: r.EndAt.time(), Zone: string(r.Zone),
		Answers: r.Answers.V, Bids: r.Bids.V, Waiting: program.ID(r.Waiting),
		Agenda: string(r.Agenda), AgendaState: program.AgendaState(r.AgendaState), TookPlace: r.TookPlace.V, Round: r.Round,
		Created: r.Created.time(), Version: r.Version,
	}
}

const (
	sessionColumns = `id, pair, uid, status, sequence, start_at, end_at, zone, answers, bids,
	waiting, agenda, agenda_state, took_place, round, created, version`
	selectSessions = `SELECT ` + sessionColumns + ` FROM sessions `
)

// Sessions returns all sessions, by their start and then by age.
func (s *Store) Sessions(ctx context.Context) ([]program.Session, error) {
	var rows []sessionRow
	err := s.lookup(ctx, "list sessions", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, selectSessions+`ORDER BY start_at, created, id`)
	})
	return each(rows, sessionRow.session), err
}

// FindSessionByUID returns the session with the iCalendar UID, or ErrNotFound.
func (s *Store) FindSessionByUID(ctx context.Context, uid string) (program.Session, error) {
	var row sessionRow
	err := s.lookup(ctx, fmt.Sprintf("find session %q", uid), func(ctx context.Context, c connection) error {
		return get(ctx, c, &row, selectSessions+`WHERE uid = ?`, text(uid))
	})
	return row.session(), err
}

func saveSessions(ctx context.Context, c connection, sessions []program.Session) error {
	fresh, stored := split(each(sessions, toSessionRow), func(r sessionRow) int { return r.Version })
	if _, err := write(ctx, c, `INSERT INTO sessions (id, pair, uid, status, sequence, start_at, end_at, zone, answers, bids,
		waiting, agenda, agenda_state, took_place, round, created, version)
		VALUES (:id, :pair, :uid, :status, :sequence, :start_at, :end_at, :zone, :answers, :bids,
		:waiting, :agenda, :agenda_state, :took_place, :round, :created, 1)`, fresh); err != nil {
		return fmt.Errorf("add sessions: %w", err)
	}
	if err := writeAll(ctx, c, `WITH made (id, version, status, sequence, start_at, end_at, zone, answers, bids, waiting, agenda,
			agenda_state, took_place, round) AS
			(VALUES (:id, CAST(:version AS BIGINT), :status, CAST(:sequence AS BIGINT), CAST(:start_at AS BIGINT),
			CAST(:end_at AS BIGINT), :zone, :answers, :bids, :waiting, :agenda, :agenda_state, :took_place,
			CAST(:round AS BIGINT)))
		UPDATE sessions SET status = made.status, sequence = made.sequence, start_at = made.start_at, end_at = made.end_at,
			zone = made.zone, answers = made.answers, bids = made.bids, waiting = made.waiting, agenda = made.agenda,
			agenda_state = made.agenda_state, took_place = made.took_place, round = made.round, version = sessions.version + 1
		FROM made WHERE sessions.id = made.id AND sessions.version = made.version`, stored, ErrStale); err != nil {
		return fmt.Errorf("change sessions %s: %w", listed(stored, func(r sessionRow) text { return r.ID }), err)
	}
	return nil
}

// changeRow is a row of the notice ledger.
type changeRow struct {
	ID           text                     `db:"id"`
	Session      text                     `db:"session"`
	Pair         text                     `db:"pair"`
	Person       text                     `db:"person"`
	Kind         text                     `db:"kind"`
	ReceivedAt   instant                  `db:"received_at"`
	SessionStart instant                  `db:"session_start"`
	Notice       length                   `db:"notice"`
	Late         bool                     `db:"late"`
	Outcome      text                     `db:"outcome"`
	Waived       bool                     `db:"waived"`
	Emergency    bool                     `db:"emergency"`
	Slots        document[[]program.Slot] `db:"slots"`
	Counter      bool                     `db:"counter"`
	Version      int                      `db:"version"`
}

func toChangeRow(c program.Change) changeRow {
	return changeRow{
		ID: text(c.ID), Session: text(c.Session), Pair: text(c.Pair), Person: text(c.Person), Kind: text(c.Kind),
		ReceivedAt: stamp(c.ReceivedAt), SessionStart: stamp(c.SessionStart), Notice: span(c.Notice), Late: c.Late,
		Outcome: text(c.Outcome), Waived: c.Waived, Emergency: c.Emergency, Slots: document[[]program.Slot]{c.Slots},
		Counter: c.Counter, Version: c.Version,
	}
}

func (r changeRow) change() program.Change {
	return program.Change{
		ID: program.ID(r.ID), Session: program.ID(r.Session), Pair: program.ID(r.Pair), Person: program.ID(r.Person),
		Kind: program.ChangeKind(r.Kind), ReceivedAt: r.ReceivedAt.time(), SessionStart: r.SessionStart.time(),
		Notice: r.Notice.duration(), Late: r.Late, Outcome: program.ChangeOutcome(r.Outcome), Waived: r.Waived,
		Emergency: r.Emergency, Slots: r.Slots.V, Counter: r.Counter, Version: r.Version,
	}
}

const selectChanges = `SELECT id, session, pair, person, kind, received_at, session_start, notice, late, outcome,
	waived, emergency, slots, counter, version FROM changes `

// Ledger returns the notice ledger, oldest request first.
func (s *Store) Ledger(ctx context.Context) ([]program.Change, error) {
	var rows []changeRow
	err := s.lookup(ctx, "list ledger", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, selectChanges+`ORDER BY received_at, id`)
	})
	return each(rows, changeRow.change), err
}

func saveChanges(ctx context.Context, c connection, changes []program.Change) error {
	fresh, stored := split(each(changes, toChangeRow), func(r changeRow) int { return r.Version })
	if _, err := write(ctx, c, `INSERT INTO changes (id, session, pair, person, kind, received_at, session_start, notice, late,
		outcome, waived, emergency, slots, counter, version)
		VALUES (:id, :session, :pair, :person, :kind, :received_at, :session_start, :notice, :late,
		:outcome, :waived, :emergency, :slots, :counter, 1)`, fresh); err != nil {
		return fmt.Errorf("add changes: %w", err)
	}
	if err := writeAll(ctx, c, `WITH made (id, version, late, outcome, waived, emergency, slots) AS
			(VALUES (:id, CAST(:version AS BIGINT), CAST(:late AS BOOLEAN), :outcome, CAST(:waived AS BOOLEAN),
			CAST(:emergency AS BOOLEAN), :slots))
		UPDATE changes SET late = made.late, outcome = made.outcome, waived = made.waived, emergency = made.emergency,
			slots = made.slots, version = changes.version + 1
		FROM made WHERE changes.id = made.id AND changes.version = made.version`, stored, ErrStale); err != nil {
		return fmt.Errorf("change ledger rows %s: %w", listed(stored, func(r changeRow) text { return r.ID }), err)
	}
	return nil
}
