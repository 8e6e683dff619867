package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/mentorpost/mentorpost/program"
)

// Calendar is one that a person gave, and how far reading it has come.
type Calendar struct {
	program.GivenCalendar
	Fetched  time.Time // last read; zero: never
	Failures int       // in a row
	Trouble  program.CalendarTrouble
	Told     program.CalendarTold
}

// calendarRow is a calendar as the table has it. Host is here in the clear,
// for those who may know it; the address is not.
type calendarRow struct {
	ID       text    `db:"id"`
	Person   text    `db:"person"`
	Sealed   []byte  `db:"sealed"`
	Host     text    `db:"host"`
	Due      instant `db:"due"`
	Fetched  instant `db:"fetched"`
	Failures int     `db:"failures"`
	Trouble  text    `db:"trouble"`
	Told     text    `db:"told"`
	Dropped  instant `db:"dropped"`
}

func (r calendarRow) belongs() string { return "calendar " + string(r.ID) + " of " + string(r.Person) }

// keptDropped is how long the address of a calendar that is no longer read is
// kept, for UNDO.
const keptDropped = time.Hour

// givenUp and wanted are the calendars that are read though they should no
// longer be, and those that should be though they are not: UNDO brought them back.
const (
	present = `SELECT calendar FROM people WHERE calendar <> '' AND status <> 'left'`
	givenUp = `dropped = 0 AND id NOT IN (` + present + `)`
	wanted  = `dropped <> 0 AND id IN (` + present + `)`
)

// saveGiven seals the addresses under their givers' own keys.
func (s *Store) saveGiven(ctx context.Context, c connection, given []program.GivenCalendar) error {
	var rows []calendarRow
	for _, g := range given {
		row := calendarRow{ID: text(g.ID), Person: text(g.Person), Host: text(g.Host())}
		key, err := s.personKey(ctx, c, g.Person, true)
		if err != nil {
			return err
		}
		row.Sealed = key.seal([]byte(g.Address), row.belongs())
		rows = append(rows, row)
	}
	if _, err := write(ctx, c, `INSERT INTO given_calendars (id, person, sealed, host, due, fetched, failures, trouble, told, dropped)
		VALUES (:id, :person, :sealed, :host, :due, :fetched, :failures, :trouble, :told, :dropped)`, rows); err != nil {
		return fmt.Errorf("add calendars: %w", err)
	}
	return nil
}

// openCalendar reads a row. An address that stands there unsealed, from before
// addresses were sealed, is sealed.
func (s *Store) openCalendar(ctx context.Context, c connection, r calendarRow) (Calendar, error) {
	key, err := s.personKey(ctx, c, program.ID(r.Person), true)
	if err != nil {
		return Calendar{}, err
	}
	address, err := key.open(r.Sealed, r.belongs())
	if err != nil {
		return Calendar{}, err
	}
	given := program.GivenCalendar{ID: program.ID(r.ID), Person: program.ID(r.Person), Address: string(address)}
	if r.Host == "" {
		if _, err := exec(ctx, c, `UPDATE given_calendars SET sealed = ?, host = ? WHERE id = ?`,
			key.seal(address, r.belongs()), text(given.Host()), r.ID); err != nil {
			return Calendar{}, fmt.Errorf("seal calendar: %w", err)
		}
	}
	return Calendar{
		given, r.Fetched.time(), r.Failures, program.CalendarTrouble(r.Trouble), program.CalendarTold(r.Told),
	}, nil
}

// ClaimCalendars takes up to limit calendars that are to be read by now, the
// rules' clock, and puts them off by lease for everybody else. What was read of
// calendars that their people have given up is dropped.
func (s *Store) ClaimCalendars(ctx context.Context, now time.Time, limit int, lease time.Duration) ([]Calendar, error) {
	var waiting int
	err := s.lookup(ctx, "look for calendars to read", func(ctx context.Context, c connection) error {
		return get(ctx, c, &waiting, `SELECT COUNT(*) FROM given_calendars WHERE dropped = 0 AND due <= ?
			OR dropped <> 0 AND dropped <= ? OR `+givenUp+` OR `+wanted, stamp(now), stamp(now.Add(-keptDropped)))
	})
	if err != nil || waiting == 0 {
		return nil, err
	}
	var claimed []Calendar
	err = s.change(ctx, "claim calendars", func(ctx context.Context, tx *sqlx.Tx) error {
		claimed = nil
		if err := dropCalendars(ctx, tx, now); err != nil {
			return err
		}
		var rows []calendarRow
		if err := list(ctx, tx, &rows, `WITH picked AS MATERIALIZED (
				SELECT id FROM given_calendars WHERE dropped = 0 AND due <= ? ORDER BY due, id LIMIT ?`+s.place.skipLocked+`)
			UPDATE given_calendars SET due = ? WHERE id IN (SELECT id FROM picked)
			RETURNING id, person, sealed, host, due, fetched, failures, trouble, told, dropped`,
			stamp(now), limit, stamp(now.Add(lease))); err != nil {
			return err
		}
		for _, row := range rows {
			opened, err := s.openCalendar(ctx, tx, row)
			if err != nil {
				return err
			}
			claimed = append(claimed, opened)
		}
		return nil
	})
	return claimed, err
}

// dropCalendars forgets what was read of calendars that were given up, and
// after a while their addresses too.
func dropCalendars(ctx context.Context, c connection, now time.Time) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`UPDATE given_calendars SET dropped = ?, fetched = 0, failures = 0, trouble = '' WHERE ` + givenUp, []any{stamp(now)}},
		{`UPDATE given_calendars SET dropped = 0, due = 0 WHERE ` + wanted, nil},
		{`DELETE FROM busy WHERE calendar IN (SELECT id FROM given_calendars WHERE dropped <> 0)`, nil},
		{`DELETE FROM given_calendars WHERE dropped <> 0 AND dropped <= ?`, []any{stamp(now.Add(-keptDropped))}},
	} {
		if _, err := exec(ctx, c, step.query, step.args...); err != nil {
			return fmt.Errorf("drop calendars: %w", err)
		}
	}
	return nil
}

// CalendarResult is how an attempt to read a calendar ended, and what follows.
type CalendarResult struct {
	At, Due time.Time      // of the attempt, and of the next one
	Busy    []program.Span // in place of what was kept before
	Trouble program.CalendarTrouble
	Told    program.CalendarTold
	Follows program.Outcome
}

// SaveCalendar keeps how an attempt to read a calendar ended. After a failure
// what was read before still counts. Where its giver has given it up meanwhile,
// nothing is kept and nothing follows.
func (s *Store) SaveCalendar(ctx context.Context, read Calendar, r CalendarResult) error {
	row := calendarRow{ID: text(read.ID), Due: stamp(r.Due), Fetched: stamp(r.At), Trouble: text(r.Trouble), Told: text(r.Told)}
	if r.Trouble != "" {
		row.Failures, row.Fetched = read.Failures+1, stamp(read.Fetched)
	}
	err := s.change(ctx, fmt.Sprintf("keep calendar of %s", read.Person), func(ctx context.Context, tx *sqlx.Tx) error {
		n, err := exec(ctx, tx, `UPDATE given_calendars SET due = ?, fetched = ?, failures = ?, trouble = ?, told = ?
			WHERE dropped = 0 AND id = ? AND id IN (`+present+`)`,
			row.Due, row.Fetched, row.Failures, row.Trouble, row.Told, row.ID)
		if err != nil || n == 0 {
			return err
		}
		if r.Trouble == "" {
			if err := saveBusy(ctx, tx, read.ID, r.Busy); err != nil {
				return err
			}
		}
		return save(ctx, tx, r.Follows)
	})
	if err == nil {
		s.hint()
	}
	return err
}

type busyRow struct {
	Calendar text    `db:"calendar"`
	Person   text    `db:"person"`
	StartAt  instant `db:"start_at"`
	EndAt    instant `db:"end_at"`
}

func (r busyRow) time() program.BusyTime {
	return program.BusyTime{Person: program.ID(r.Person), Span: program.Span{Start: r.StartAt.time(), End: r.EndAt.time()}}
}

func saveBusy(ctx context.Context, c connection, calendar program.ID, spans []program.Span) error {
	if _, err := exec(ctx, c, `DELETE FROM busy WHERE calendar = ?`, text(calendar)); err != nil {
		return fmt.Errorf("forget busy times: %w", err)
	}
	rows := each(spans, func(s program.Span) busyRow {
		return busyRow{Calendar: text(calendar), StartAt: stamp(s.Start), EndAt: stamp(s.End)}
	})
	if _, err := write(ctx, c, `INSERT INTO busy (calendar, start_at, end_at) VALUES (:calendar, :start_at, :end_at)
		ON CONFLICT DO NOTHING`, rows); err != nil {
		return fmt.Errorf("add busy times: %w", err)
	}
	return nil
}

const selectBusy = `SELECT people.id AS person, start_at, end_at FROM busy JOIN people ON people.calendar = busy.calendar `

// BusyTimes returns when people are busy by the calendars that they gave, of
// what has not ended yet.
func (s *Store) BusyTimes(ctx context.Context, now time.Time) ([]program.BusyTime, error) {
	var rows []busyRow
	err := s.lookup(ctx, "list busy times", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, selectBusy+`WHERE end_at > ? ORDER BY start_at, people.id`, stamp(now))
	})
	return each(rows, busyRow.time), err
}

// OwnSessions returns the sessions of all pairs that the person is or was in.
// Of each only its UID, status and time are read.
func (s *Store) OwnSessions(ctx context.Context, person program.ID) ([]program.Session, error) {
	var rows []sessionRow
	err := s.lookup(ctx, fmt.Sprintf("find sessions of %s", person), func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, `SELECT uid, status, start_at, end_at FROM sessions WHERE pair IN (
			SELECT id FROM pairs WHERE mentor = ? UNION SELECT id FROM pairs WHERE mentee = ?)`, text(person), text(person))
	})
	return each(rows, sessionRow.session), err
}

// calendars adds when the two of each pair are busy by their own calendars, and
// how reading the person's own goes.
func (l loading) calendars(now time.Time) error {
	given := l.identifiers(func(_ Subject, c program.Case) []program.ID {
		var ids []program.ID
		for _, p := range []program.Person{c.Person, c.Mentor, c.Mentee} {
			if p.Calendar != "" {
				ids = append(ids, p.Calendar)
			}
		}
		return ids
	})
	if len(given) == 1 && given[0] == "" {
		return nil
	}
	var busy []busyRow
	if err := list(l.ctx, l.c, &busy, selectBusy+`WHERE busy.calendar IN (?) AND end_at > ?
		ORDER BY start_at, people.id`, given, stamp(now)); err != nil {
		return err
	}
	var known []calendarRow
	if err := list(l.ctx, l.c, &known, `SELECT id, person, host, fetched, trouble FROM given_calendars
		WHERE id IN (?) AND dropped = 0`, given); err != nil {
		return err
	}
	for i := range l.found {
		c := &l.found[i]
		for _, row := range known {
			if program.ID(row.ID) == c.Person.Calendar {
				c.Calendar = program.CalendarState{Host: string(row.Host), Read: row.Fetched.time(), Trouble: program.CalendarTrouble(row.Trouble)}
			}
		}
		for _, row := range busy {
			t := row.time()
			if c.Pair.Has(t.Person) {
				c.Busy = append(c.Busy, t)
			}
			if t.Person == c.Person.ID {
				c.Calendar.Spans++
			}
		}
	}
	return nil
}
