package store

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// sealedRow is something that is sealed under the program's key, by the key of
// its row, with what it belongs to.
type sealedRow struct {
	Key    text   `db:"key"`
	Owner  text   `db:"owner"`
	Sealed []byte `db:"sealed"`
}

// sealedKind is a column that is sealed under the program's key.
type sealedKind struct {
	what    string
	vault   vault
	belongs func(owner text) string
	// sample finds one, page those after a key, keep replaces
	// one unless it has changed since.
	sample, page, keep string
}

const selectMails = `SELECT CAST(raw_mails.id AS TEXT) AS key, inbound.hash AS owner, raw_mails.raw AS sealed
	FROM raw_mails JOIN inbound ON inbound.id = raw_mails.id `

// sealedKinds lists everything that is sealed under the program's key. Journals
// and the addresses of calendars are not: they are sealed under their person's.
func (s *Store) sealedKinds() []sealedKind {
	return []sealedKind{
		{"personal key", s.journals, belongsPerson,
			`SELECT person AS key, person AS owner, sealed FROM journal_keys LIMIT 1`,
			`SELECT person AS key, person AS owner, sealed FROM journal_keys WHERE person > ? ORDER BY person LIMIT ?`,
			`UPDATE journal_keys SET sealed = ? WHERE person = ? AND sealed = ?`},
		{"sign-in", s.tokens, belongsToken,
			`SELECT name AS key, name AS owner, sealed FROM tokens LIMIT 1`,
			`SELECT name AS key, name AS owner, sealed FROM tokens WHERE name > ? ORDER BY name LIMIT ?`,
			`UPDATE tokens SET sealed = ? WHERE name = ? AND sealed = ?`},
		{"letter", s.vault, func(owner text) string { return composedRow{ID: owner}.belongs() },
			`SELECT id AS key, id AS owner, raw AS sealed FROM raw_letters LIMIT 1`,
			`SELECT id AS key, id AS owner, raw AS sealed FROM raw_letters WHERE id > ? ORDER BY id LIMIT ?`,
			`UPDATE raw_letters SET raw = ? WHERE id = ? AND raw = ?`},
		{"mail", s.vault, func(owner text) string { return inboundRow{Hash: owner}.belongs() },
			selectMails + `ORDER BY raw_mails.id DESC LIMIT 1`,
			selectMails + `WHERE raw_mails.id > CAST(? AS BIGINT) ORDER BY raw_mails.id LIMIT ?`,
			`UPDATE raw_mails SET raw = ? WHERE id = CAST(? AS BIGINT) AND raw = ?`},
	}
}

const (
	// beforeAll sorts before every key of a sealed row.
	beforeAll text = "0"
	// resealBatch is how many sealed things lie in memory at once; a mail may
	// have megabytes.
	resealBatch = 16
)

// Reseal seals with the present secret what an earlier one has sealed, or none
// has, and returns how many things that were, by their names. It may be broken
// off anywhere and begun again: everything opens before and after.
func (s *Store) Reseal(ctx context.Context) (map[string]int, error) {
	done := map[string]int{}
	for _, kind := range s.sealedKinds() {
		for at, more := beforeAll, true; more; {
			var rows []sealedRow
			stale := 0
			err := s.change(ctx, "seal "+kind.what+"s again", func(ctx context.Context, tx *sqlx.Tx) (err error) {
				if err := list(ctx, tx, &rows, kind.page, at, resealBatch); err != nil {
					return err
				}
				stale, err = kind.reseal(ctx, tx, rows)
				return err
			})
			if err != nil {
				return done, err
			}
			done[kind.what] += stale
			if more = len(rows) == resealBatch; more {
				at = rows[len(rows)-1].Key
			}
		}
	}
	return done, s.change(ctx, "record that all is sealed", func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := exec(ctx, tx, `UPDATE keys SET sealed = ? WHERE number = (SELECT MAX(number) FROM keys)`, s.now())
		return err
	})
}

// reseal seals those of the rows that the present secret has not sealed.
func (k sealedKind) reseal(ctx context.Context, c connection, rows []sealedRow) (stale int, err error) {
	for _, row := range rows {
		plain, old, err := k.vault.unseal(row.Sealed, k.belongs(row.Owner))
		if err != nil {
			return stale, err
		}
		if !old {
			continue
		}
		stale++
		fresh := k.vault.seal(plain, k.belongs(row.Owner))
		if _, err := exec(ctx, c, k.keep, fresh, row.Key, row.Sealed); err != nil {
			return stale, fmt.Errorf("keep %s %s: %w", k.what, row.Key, err)
		}
	}
	return stale, nil
}
