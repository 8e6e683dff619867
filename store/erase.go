package store

import (
	"context"
	"fmt"

	"github.com/mentorpost/mentorpost/program"
)

// erase leaves nothing of a person but a nameless row, which the partner's own
// record refers to. Letters to partners lose their content, since it names the
// person; that they were sent is kept.
func erase(ctx context.Context, c connection, person program.ID) error {
	if person == "" {
		return nil
	}
	var names struct {
		Name  text `db:"name"`
		Email text `db:"email"`
	}
	if err := get(ctx, c, &names, `SELECT name, email FROM people WHERE id = ?`, text(person)); err != nil {
		return fmt.Errorf("find person %s to erase: %w", person, err)
	}
	const (
		pairs = `(SELECT id FROM pairs WHERE mentor = ? OR mentee = ?)`
		// theirs are letters to partners and coordinators that may name the person.
		theirs = `about_id IN ` + pairs + ` OR about_id IN (SELECT id FROM sessions WHERE pair IN ` + pairs + `)
			OR facts LIKE '%' || ? || '%' OR facts LIKE '%' || ? || '%'`
	)
	id := text(person)
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`DELETE FROM entries WHERE person = ?`, []any{id}},
		{`DELETE FROM journal_keys WHERE person = ?`, []any{id}},
		{`DELETE FROM notes WHERE person = ?`, []any{id}},
		{`DELETE FROM suggestions WHERE person = ?`, []any{id}},
		{`DELETE FROM busy WHERE calendar IN (SELECT id FROM given_calendars WHERE person = ?)`, []any{id}},
		{`DELETE FROM given_calendars WHERE person = ?`, []any{id}},
		{`DELETE FROM addresses WHERE person = ?`, []any{id}},
		{`DELETE FROM timers WHERE person = ? AND done = 0`, []any{id}},
		{`DELETE FROM raw_letters WHERE id IN (SELECT id FROM letters WHERE person = ? OR ` + theirs + `)`,
			[]any{id, id, id, id, id, names.Email, names.Name}},
		{`DELETE FROM letters WHERE person = ?`, []any{id}},
		{`UPDATE letters SET facts = '{}', parts = 'null', event = 'null', offered = 'null', choices = 'null', reason = ''
			WHERE ` + theirs, []any{id, id, id, id, names.Email, names.Name}},
		{`DELETE FROM raw_mails WHERE id IN (SELECT id FROM inbound WHERE person = ?)`, []any{id}},
		{`UPDATE inbound SET reason = '', person = '' WHERE person = ?`, []any{id}},
		{`UPDATE inbound SET reason = '' WHERE reason LIKE '%' || ? || '%'`, []any{names.Email}},
		{`UPDATE actions SET text = '' WHERE pair IN ` + pairs, []any{id, id}},
		{`UPDATE sessions SET agenda = '' WHERE pair IN ` + pairs, []any{id, id}},
		{`DELETE FROM last_requests WHERE person = ?
			OR person IN (SELECT mentor FROM pairs WHERE mentee = ? UNION SELECT mentee FROM pairs WHERE mentor = ?)`, []any{id, id, id}},
		{`UPDATE pairs SET charter = '{}', link = '' WHERE id IN ` + pairs, []any{id, id}},
		{`UPDATE people SET name = '', email = 'forgotten-' || id || '@invalid', aliases = '[]', zone = '', locale = '',
			calendar = '', holidays = '', absences = 'null', undeliverable = ?, status = 'left', version = version + 1 WHERE id = ?`, []any{true, id}},
	} {
		if _, err := exec(ctx, c, step.query, step.args...); err != nil {
			return fmt.Errorf("erase person %s: %w", person, err)
		}
	}
	return nil
}

// Unsent counts the letters that still wait, of those to the person and to
// their partners.
func (s *Store) Unsent(ctx context.Context, person program.ID) (int, error) {
	var letters int
	err := s.lookup(ctx, fmt.Sprintf("count letters that wait for %s", person), func(ctx context.Context, c connection) error {
		return get(ctx, c, &letters, `SELECT COUNT(*) FROM letters WHERE settled = 0 AND (person = ?
			OR person IN (SELECT mentor FROM pairs WHERE mentee = ? UNION SELECT mentee FROM pairs WHERE mentor = ?))`,
			text(person), text(person), text(person))
	})
	return letters, err
}

// Scrub gives the space of deleted rows back, so that nothing of them can be
// read from the database's file. Of PostgreSQL a dump never holds them.
func (s *Store) Scrub(ctx context.Context) error {
	if s.place.driver != driverSQLite {
		return nil
	}
	for _, statement := range []string{`VACUUM`, `PRAGMA wal_checkpoint(TRUNCATE)`} {
		if _, err := s.write.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("scrub database: %w", err)
		}
	}
	return nil
}
