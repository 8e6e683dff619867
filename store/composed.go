package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/mentorpost/mentorpost/program"
)

// Composed is the rendered mail of a claimed letter.
type Composed struct {
	Letter program.ID
	Term   int64 // of the claim
	Raw    []byte
}

// composedRow is a rendered mail as the table has it. It stands apart from its
// letter, whose row is written with every attempt.
type composedRow struct {
	ID  text   `db:"id"`
	Raw []byte `db:"raw"`
}

// belongs names the mail to the vault.
func (r composedRow) belongs() string { return "letter " + string(r.ID) }

// composedOf reads the rendered mail of a letter, NULL until it is kept.
const composedOf = `(SELECT raw FROM raw_letters WHERE raw_letters.id = letters.id) AS raw, `

// KeepComposed keeps rendered mails, each once, and returns the error of each:
// later claims of a letter give these bytes. ErrLeaseLost where the letter was
// claimed by another worker or is settled; ErrDuplicate where other bytes are
// kept already. All that can be kept share one commit.
func (s *Store) KeepComposed(ctx context.Context, mails []Composed) []error {
	rows := make([]composedRow, len(mails))
	for i, m := range mails {
		if len(m.Raw) == 0 {
			return slices.Repeat([]error{fmt.Errorf("keep composed letter %s: it is empty", m.Letter)}, len(mails))
		}
		rows[i].ID = text(m.Letter)
		rows[i].Raw = s.lock(m.Raw, rows[i].belongs())
	}
	errs := make([]error, len(mails))
	err := s.change(ctx, fmt.Sprintf("keep %d composed letters", len(mails)), func(ctx context.Context, tx *sqlx.Tx) error {
		clear(errs)
		held, err := heldRows(ctx, tx, mails, rows, errs)
		if err != nil {
			return err
		}
		var added int64
		for chunk := range statements(held, func(r composedRow) int { return len(r.Raw) }) {
			n, err := write(ctx, tx, `INSERT INTO raw_letters (id, raw) VALUES (:id, :raw) ON CONFLICT DO NOTHING`, chunk)
			if err != nil {
				return err
			}
			added += n
		}
		if int(added) == len(held) {
			return nil
		}
		return s.compareComposed(ctx, tx, mails, errs)
	})
	if err != nil {
		return slices.Repeat([]error{err}, len(mails))
	}
	return errs
}

// heldRows are the rows of those letters whose claim still holds; of the others
// it notes that it was lost.
func heldRows(ctx context.Context, c connection, mails []Composed, rows []composedRow, errs []error) ([]composedRow, error) {
	var claims []letterRow
	for chunk := range slices.Chunk(mails, keysAtOnce) {
		var some []letterRow
		if err := list(ctx, c, &some, `SELECT id, term FROM letters WHERE settled = 0 AND id IN (?)`,
			each(chunk, func(m Composed) string { return clean(string(m.Letter)) })); err != nil {
			return nil, fmt.Errorf("find claims: %w", err)
		}
		claims = append(claims, some...)
	}
	terms := map[text]int64{}
	for _, claim := range claims {
		terms[claim.ID] = claim.Term
	}
	var held []composedRow
	for i, row := range rows {
		if term, open := terms[row.ID]; open && term == mails[i].Term {
			held = append(held, row)
		} else {
			errs[i] = fmt.Errorf("keep composed letter %s: %w", row.ID, ErrLeaseLost)
		}
	}
	return held, nil
}

// compareComposed notes for which mails other bytes are kept.
func (s *Store) compareComposed(ctx context.Context, c connection, mails []Composed, errs []error) error {
	for i, m := range mails {
		if errs[i] != nil {
			continue
		}
		row := composedRow{ID: text(m.Letter)}
		if err := get(ctx, c, &row.Raw, `SELECT raw FROM raw_letters WHERE id = ?`, row.ID); err != nil {
			return fmt.Errorf("find composed letter %s: %w", m.Letter, err)
		}
		kept, err := s.vault.open(row.Raw, row.belongs())
		switch {
		case errors.Is(err, ErrSealed) || err == nil && !bytes.Equal(kept, m.Raw):
			errs[i] = fmt.Errorf("keep composed letter %s: other bytes: %w", m.Letter, ErrDuplicate)
		case err != nil:
			return err
		}
	}
	return nil
}

// Handed is a letter that the server took at an instant.
type Handed struct {
	Letter program.ID
	Term   int64 // of the claim
	At     time.Time
}

// Sent records letters as sent, in one commit, and returns the error of each:
// ErrLeaseLost where it was claimed by another worker or is settled.
func (s *Store) Sent(ctx context.Context, letters []Handed) []error {
	rows := each(letters, func(h Handed) letterRow {
		return letterRow{ID: text(h.Letter), Term: h.Term, Settled: max(stamp(h.At), 1)}
	})
	var done []text
	err := s.change(ctx, fmt.Sprintf("record %d sent letters", len(letters)), func(ctx context.Context, tx *sqlx.Tx) error {
		var err error
		done, err = writeReturning[text](ctx, tx, `WITH made (id, term, settled) AS (VALUES (:id, CAST(:term AS BIGINT), CAST(:settled AS BIGINT)))
			UPDATE letters SET state = 'sent', settled = made.settled, reason = '', lease_until = 0
			FROM made WHERE letters.id = made.id AND letters.term = made.term AND letters.settled = 0 RETURNING letters.id`, rows)
		return err
	})
	if err != nil {
		return slices.Repeat([]error{err}, len(letters))
	}
	return each(rows, func(row letterRow) error {
		if slices.Contains(done, row.ID) {
			return nil
		}
		return fmt.Errorf("record sent letter %s: %w", row.ID, ErrLeaseLost)
	})
}
