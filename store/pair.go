package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/mentorpost/mentorpost/program"
)

// pairRow is a pair as the table has it.
type pairRow struct {
	ID         text                          `db:"id"`
	Mentor     text                          `db:"mentor"`
	Mentee     text                          `db:"mentee"`
	Length     length                        `db:"length"`
	Cadence    text                          `db:"cadence"`
	Link       text                          `db:"link"`
	StartDate  text                          `db:"start_date"`
	EndDate    text                          `db:"end_date"`
	Status     text                          `db:"status"`
	Charter    document[program.CharterText] `db:"charter"`
	NextAction int                           `db:"next_action"`
	FirstHeld  instant                       `db:"first_held"`
	Version    int                           `db:"version"`
}

func toPairRow(p program.Pair) pairRow {
	return pairRow{
		ID: text(p.ID), Mentor: text(p.Mentor), Mentee: text(p.Mentee), Length: span(p.Length),
		Cadence: text(p.Cadence), Link: text(p.Link), StartDate: text(p.Start), EndDate: text(p.End),
		Status: text(p.Status), Charter: document[program.CharterText]{p.Charter}, NextAction: p.NextAction,
		FirstHeld: stamp(p.FirstHeld), Version: p.Version,
	}
}

func (r pairRow) pair() program.Pair {
	return program.Pair{
		ID: program.ID(r.ID), Mentor: program.ID(r.Mentor), Mentee: program.ID(r.Mentee), Length: r.Length.duration(),
		Cadence: program.Cadence(r.Cadence), Link: string(r.Link), Start: string(r.StartDate), End: string(r.EndDate),
		Status: program.PairStatus(r.Status), Charter: r.Charter.V, NextAction: r.NextAction,
		FirstHeld: r.FirstHeld.time(), Version: r.Version,
	}
}

const selectPairs = `SELECT pairs.id, pairs.mentor, pairs.mentee, pairs.length, pairs.cadence, pairs.link,
	pairs.start_date, pairs.end_date, pairs.status, pairs.charter, pairs.next_action, pairs.first_held, pairs.version
	FROM pairs `

// Pairs returns all pairs, by the addresses of mentor and mentee.
func (s *Store) Pairs(ctx context.Context) ([]program.Pair, error) {
	var rows []pairRow
	err := s.lookup(ctx, "list pairs", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, selectPairs+`JOIN people AS mentor ON mentor.id = pairs.mentor
			JOIN people AS mentee ON mentee.id = pairs.mentee ORDER BY mentor.email, mentee.email, pairs.id`)
	})
	return each(rows, pairRow.pair), err
}

// savePairs writes the rows whole. A second live pair of the same two people
// is ErrDuplicate.
func savePairs(ctx context.Context, c connection, pairs []program.Pair) error {
	rows := each(pairs, toPairRow)
	slices.SortFunc(rows, func(a, b pairRow) int { return strings.Compare(string(a.ID), string(b.ID)) })
	fresh, stored := split(rows, func(r pairRow) int { return r.Version })
	if _, err := write(ctx, c, `INSERT INTO pairs (id, mentor, mentee, length, cadence, link, start_date, end_date, status,
		charter, next_action, first_held, version)
		VALUES (:id, :mentor, :mentee, :length, :cadence, :link, :start_date, :end_date, :status,
		:charter, :next_action, :first_held, 1)`, fresh); err != nil {
		return fmt.Errorf("add pairs: %w", err)
	}
	if err := writeAll(ctx, c, `WITH made (id, version, mentor, mentee, length, cadence, link, start_date, end_date, status,
			charter, next_action, first_held) AS
			(VALUES (:id, CAST(:version AS BIGINT), :mentor, :mentee, CAST(:length AS BIGINT), :cadence, :link, :start_date,
			:end_date, :status, :charter, CAST(:next_action AS BIGINT), CAST(:first_held AS BIGINT)))
		UPDATE pairs SET mentor = made.mentor, mentee = made.mentee, length = made.length, cadence = made.cadence,
			link = made.link, start_date = made.start_date, end_date = made.end_date, status = made.status,
			charter = made.charter, next_action = made.next_action, first_held = made.first_held, version = pairs.version + 1
		FROM made WHERE pairs.id = made.id AND pairs.version = made.version`, stored, ErrStale); err != nil {
		return fmt.Errorf("change pairs %s: %w", listed(stored, func(r pairRow) text { return r.ID }), err)
	}
	return nil
}
