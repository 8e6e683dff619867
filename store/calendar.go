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
	Person   program.ID
	URL      string
	Fetched  time.Time // last read; zero: never
	Failures int       // in a row
	Reason   string    // of the last failure; empty after a success
}

type calendarRow struct {
	Person   text    `db:"person"`
	URL      text    `db:"url"`
	Due      instant `db:"due"`
	Fetched  instant `db:"fetched"`
	Failures int     `db:"failures"`
	Reason   text    `db:"reason"`
}

func (r calendarRow) calendar() Calendar {
	return Calendar{program.ID(r.Person), string(r.URL), r.Fetched.time(), r.Failures, string(r.Reason)}
}

// Calendars returns what is known about each calendar, by person.
func (s *Store) Calendars(ctx context.Context) ([]Calendar, error) {
	var rows []calendarRow
	err := s.lookup(ctx, "list calendars", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, `SELECT person, url, due, fetched, failures, reason FROM calendars ORDER BY person`)
	})
	return each(rows, calendarRow.calendar), err
}

// ClaimCalendars takes up to limit calendars that are to be read by now, the
// rules' clock, and puts them off by lease for everybody else. What was read of
// calendars that their people have given up is dropped.
func (s *Store) ClaimCalendars(ctx context.Context, now time.Time, limit int, lease time.Duration) ([]Calendar, error) {
	var waiting int
	const given = `SELECT id FROM people WHERE calendar <> '' AND status <> 'left'`
	err := s.lookup(ctx, "look for calendars to read", func(ctx context.Context, c connection) error {
		return get(ctx, c, &waiting, `SELECT (SELECT COUNT(*) FROM calendars WHERE due <= ?)
			+ (SELECT COUNT(*) FROM people WHERE calendar <> '' AND status <> 'left' AND id NOT IN (SELECT person FROM calendars))
			+ (SELECT COUNT(*) FROM calendars JOIN people ON people.id = person WHERE calendar <> url OR status = 'left')`, stamp(now))
	})
	if err != nil || waiting == 0 {
		return nil, err
	}
	var rows []calendarRow
	err = s.change(ctx, "claim calendars", func(ctx context.Context, tx *sqlx.Tx) error {
		for _, query := range []string{
			`DELETE FROM calendars WHERE person IN (SELECT person FROM calendars JOIN people ON people.id = person
				WHERE calendar <> url OR status = 'left')`,
			`DELETE FROM busy WHERE person NOT IN (SELECT person FROM calendars)`,
			`INSERT INTO calendars (person, url, due, fetched, failures, reason)
				SELECT id, calendar, 0, 0, 0, '' FROM people WHERE id IN (` + given + `) ON CONFLICT DO NOTHING`,
		} {
			if _, err := exec(ctx, tx, query); err != nil {
				return err
			}
		}
		return list(ctx, tx, &rows, `WITH picked AS MATERIALIZED (
				SELECT person FROM calendars WHERE due <= ? ORDER BY due, person LIMIT ?`+s.place.skipLocked+`)
			UPDATE calendars SET due = ? WHERE person IN (SELECT person FROM picked)
			RETURNING person, url, due, fetched, failures, reason`, stamp(now), limit, stamp(now.Add(lease)))
	})
	return each(rows, calendarRow.calendar), err
}

// SaveBusy keeps when a calendar's owner is busy in place of what was kept
// before, and when to read it again. Where the owner has given another address
// meanwhile, it keeps nothing.
func (s *Store) SaveBusy(ctx context.Context, read Calendar, spans []program.Span, now, due time.Time) error {
	return s.change(ctx, fmt.Sprintf("keep busy times of %s", read.Person), func(ctx context.Context, tx *sqlx.Tx) error {
		n, err := exec(ctx, tx, `UPDATE calendars SET fetched = ?, due = ?, failures = 0, reason = '' WHERE person = ? AND url = ?`,
			stamp(now), stamp(due), text(read.Person), text(read.URL))
		if err != nil || n == 0 {
			return err
		}
		if _, err := exec(ctx, tx, `DELETE FROM busy WHERE person = ?`, text(read.Person)); err != nil {
			return err
		}
		rows := each(spans, func(s program.Span) busyRow {
			return busyRow{text(read.Person), stamp(s.Start), stamp(s.End)}
		})
		_, err = write(ctx, tx, `INSERT INTO busy (person, start_at, end_at) VALUES (:person, :start_at, :end_at)
			ON CONFLICT DO NOTHING`, rows)
		return err
	})
}

// SaveCalendarFailure keeps why a calendar could not be read, and when to try
// again. What was read of it before still counts.
func (s *Store) SaveCalendarFailure(ctx context.Context, failed Calendar, reason string, due time.Time) error {
	return s.change(ctx, fmt.Sprintf("keep failure of calendar of %s", failed.Person), func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := exec(ctx, tx, `UPDATE calendars SET failures = failures + 1, reason = ?, due = ? WHERE person = ? AND url = ?`,
			text(reason), stamp(due), text(failed.Person), text(failed.URL))
		return err
	})
}

type busyRow struct {
	Person  text    `db:"person"`
	StartAt instant `db:"start_at"`
	EndAt   instant `db:"end_at"`
}

// calendars adds when the two of each pair are busy by their own calendars.
func (l loading) calendars(now time.Time) error {
	both := func(_ Subject, c program.Case) []program.ID { return []program.ID{c.Pair.Mentor, c.Pair.Mentee} }
	var rows []busyRow
	if err := list(l.ctx, l.c, &rows, `SELECT busy.person, start_at, end_at FROM busy
		JOIN calendars ON calendars.person = busy.person
		JOIN people ON people.id = busy.person AND people.calendar = calendars.url
		WHERE busy.person IN (?) AND end_at > ? ORDER BY start_at, busy.person`, l.identifiers(both), stamp(now)); err != nil {
		return err
	}
	for i := range l.found {
		c := &l.found[i]
		for _, row := range rows {
			if c.Pair.Has(program.ID(row.Person)) {
				c.Busy = append(c.Busy, program.Span{Start: row.StartAt.time(), End: row.EndAt.time()})
			}
		}
	}
	return nil
}
