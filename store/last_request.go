package store

import (
	"context"
	"fmt"

	"github.com/mentorpost/mentorpost/program"
)

// lastRow is what a person's UNDO takes back. It stands apart from the person,
// whose row would else be written, with its version, for every mail of theirs.
// It has no version of its own: mails of one person are decided about one after
// the other, and what it speaks of is compared before any of it is put back.
type lastRow struct {
	Person  text                          `db:"person"`
	Request document[program.LastRequest] `db:"request"`
}

// last is the request with the person that the row says it is of.
func (r lastRow) last() *program.LastRequest {
	r.Request.V.Person = program.ID(r.Person)
	return &r.Request.V
}

// saveLast keeps requests in the place of those that the same people made
// before.
func saveLast(ctx context.Context, c connection, decisions []Decision) error {
	var rows []lastRow
	for _, d := range decisions {
		if last := d.Outcome.Last; last != nil {
			rows = append(rows, lastRow{text(last.Person), document[program.LastRequest]{*last}})
		}
	}
	if _, err := write(ctx, c, `INSERT INTO last_requests (person, request) VALUES (:person, :request)
		ON CONFLICT (person) DO UPDATE SET request = excluded.request`, rows); err != nil {
		return fmt.Errorf("keep last requests of %s: %w", listed(rows, func(r lastRow) text { return r.Person }), err)
	}
	return nil
}

// last reads what each subject's person may want to take back.
func (l loading) last() error {
	var rows []lastRow
	if err := list(l.ctx, l.c, &rows, `SELECT person, request FROM last_requests WHERE person IN (?)`,
		l.identifiers(func(s Subject, _ program.Case) []program.ID { return []program.ID{s.Person} })); err != nil {
		return err
	}
	byPerson := map[program.ID]*program.LastRequest{}
	for _, row := range rows {
		byPerson[program.ID(row.Person)] = row.last()
	}
	for i, about := range l.subjects {
		l.found[i].Last = byPerson[about.Person]
	}
	return nil
}
