package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/mentorpost/mentorpost/program"
)

// Due is a timer that has fallen due and is claimed.
type Due struct {
	Timer program.Timer
	// Seed is 128 random bits in hexadecimal, made when the timer was set;
	// identifiers of what is decided when it fires come from it.
	Seed string
	Term int64
}

type timerRow struct {
	Key      text    `db:"key"`
	Seed     text    `db:"seed"`
	Kind     text    `db:"kind"`
	Due      instant `db:"due"`
	Person   text    `db:"person"`
	Pair     text    `db:"pair"`
	Session  text    `db:"session"`
	Sequence int     `db:"sequence"`
	Round    int     `db:"round"`
	Repeat   int     `db:"repeat"`
	Term     int64   `db:"term"`
	Result   text    `db:"result"`
	Reason   text    `db:"reason"`
	Done     instant `db:"done"`
}

func toTimerRow(t program.Timer) timerRow {
	return timerRow{
		Key: text(t.Key), Seed: text(newSeed()), Kind: text(t.Kind), Due: stamp(t.Due), Person: text(t.Person),
		Pair: text(t.Pair), Session: text(t.Session), Sequence: t.Sequence, Round: t.Round, Repeat: t.Count,
	}
}

func (r timerRow) due() Due {
	return Due{Seed: string(r.Seed), Term: r.Term, Timer: program.Timer{
		Key: string(r.Key), Kind: program.TimerKind(r.Kind), Due: r.Due.time(), Person: program.ID(r.Person),
		Pair: program.ID(r.Pair), Session: program.ID(r.Session), Sequence: r.Sequence, Round: r.Round, Count: r.Repeat,
	}}
}

// saveTimers sets timers. One whose key was ever set stays as it is.
func saveTimers(ctx context.Context, c connection, timers []program.Timer) error {
	if _, err := write(ctx, c, `INSERT INTO timers (key, seed, kind, due, person, pair, session, sequence, round, repeat)
		VALUES (:key, :seed, :kind, :due, :person, :pair, :session, :sequence, :round, :repeat) ON CONFLICT DO NOTHING`,
		each(timers, toTimerRow)); err != nil {
		return fmt.Errorf("set timers: %w", err)
	}
	return nil
}

// ClaimDue takes up to limit timers that are due at now, earliest first. Now is
// the rules' clock; the lease runs on real time.
func (s *Store) ClaimDue(ctx context.Context, now time.Time, limit int, lease time.Duration) ([]Due, error) {
	var rows []timerRow
	err := s.change(ctx, "claim due timers", func(ctx context.Context, tx *sqlx.Tx) error {
		return list(ctx, tx, &rows, `WITH picked AS MATERIALIZED (
				SELECT key FROM timers WHERE done = 0 AND due <= ? AND lease_until <= ?
				ORDER BY due, key LIMIT ?`+s.place.skipLocked+`)
			UPDATE timers SET term = term + 1, lease_until = ? WHERE key IN (SELECT key FROM picked)
			RETURNING key, seed, kind, due, person, pair, session, sequence, round, repeat, term`,
			stamp(now), s.now(), limit, s.leave(lease))
	})
	slices.SortFunc(rows, func(a, b timerRow) int {
		return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Key, b.Key))
	})
	return each(rows, timerRow.due), err
}

// NextDue returns the earliest instant, on the rules' clock, at which a timer
// falls due, claimed or not; ErrNotFound where none is set.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var due instant
	err := s.lookup(ctx, "find next timer", func(ctx context.Context, c connection) error {
		return get(ctx, c, &due, `SELECT due FROM timers WHERE done = 0 ORDER BY due LIMIT 1`)
	})
	return due.time(), err
}

// joins picks the timers that program.Timer.Joins knows, in the words of the
// index that finds them.
const joins = `kind IN ('agenda-request', 'free-until', 'agenda', 'chase', 'kick-off')`

// Upcoming returns, for each of the people, their timers that may be joined to
// others, have not fired and fall due by the instant, claimed or not, earliest
// first.
func (s *Store) Upcoming(ctx context.Context, people []program.ID, until time.Time) (map[program.ID][]program.Timer, error) {
	if len(people) == 0 {
		return nil, nil
	}
	var rows []timerRow
	err := s.lookup(ctx, fmt.Sprintf("find timers of %d people", len(people)), func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, `SELECT key, seed, kind, due, person, pair, session, sequence, round, repeat, term
			FROM timers WHERE person IN (?) AND done = 0 AND due <= ? AND `+joins+` ORDER BY due, key`,
			each(people, func(id program.ID) string { return string(id) }), stamp(until))
	})
	upcoming := map[program.ID][]program.Timer{}
	for _, row := range rows {
		t := row.due().Timer
		upcoming[t.Person] = append(upcoming[t.Person], t)
	}
	return upcoming, err
}

// consume marks the timers as fired whose mails outcomes have joined to those
// of their own. ErrStale where one of them has fired meanwhile.
func (s *Store) consume(ctx context.Context, c connection, decisions []Decision) error {
	for _, d := range decisions {
		keys := d.Outcome.Consumed
		if len(keys) == 0 {
			continue
		}
		n, err := exec(ctx, c, `UPDATE timers SET result = ?, reason = ?, done = ?, lease_until = 0 WHERE key IN (?) AND done = 0`,
			text(program.ResultActed), text("joined to "+d.Source.Timer), s.now(), keys)
		if err == nil && int(n) < len(keys) {
			err = ErrStale
		}
		if err != nil {
			return fmt.Errorf("join timers of %s: %w", d.Source, err)
		}
	}
	return nil
}

// Timers returns those that have not fired, earliest first, and the keys of
// those that have, which cannot be set again.
func (s *Store) Timers(ctx context.Context) (waiting []program.Timer, fired []string, err error) {
	var rows []timerRow
	var keys []text
	err = s.lookup(ctx, "list timers", func(ctx context.Context, c connection) error {
		if err := list(ctx, c, &rows, `SELECT key, seed, kind, due, person, pair, session, sequence, round, repeat, term
			FROM timers WHERE done = 0 ORDER BY due, key`); err != nil {
			return err
		}
		return list(ctx, c, &keys, `SELECT key FROM timers WHERE done <> 0`)
	})
	return each(rows, func(r timerRow) program.Timer { return r.due().Timer }), each(keys, func(k text) string { return string(k) }), err
}
