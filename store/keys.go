package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/mentorpost/mentorpost/program"
)

// ErrKey is returned where the program's secrets are not those that the
// database was sealed with.
var ErrKey = errors.New("the key does not fit the database")

// Keys are the program's secrets as the database knows them.
type Keys struct {
	// Present is the secret that seals, Earlier are those that still open.
	Present []byte
	Earlier [][]byte
	// Fresh are secrets of which the database knows nothing yet.
	Fresh [][]byte
	// Unfinished: some things are still sealed with an earlier secret.
	Unfinished bool

	numbered map[int][]byte
}

type keyRow struct {
	Number      int     `db:"number"`
	Fingerprint text    `db:"fingerprint"`
	Since       instant `db:"since"`
	Sealed      instant `db:"sealed"`
}

// fingerprint tells secrets apart and says nothing about them.
func fingerprint(secret []byte) text {
	return text(hex.EncodeToString(derive(secret, "mentorpost key fingerprint")[:8]))
}

// Keys finds out which of the secrets is the present one. It changes nothing.
// The error is ErrKey where none of them is. A database that knows no key yet,
// since it is new or older than this record, takes the first that opens what
// is sealed in it.
func (s *Store) Keys(ctx context.Context, secrets [][]byte) (Keys, error) {
	var rows []keyRow
	err := s.lookup(ctx, "read key record", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, `SELECT number, fingerprint, since, sealed FROM keys ORDER BY number`)
	})
	if err != nil {
		return Keys{}, err
	}
	keys := Keys{numbered: map[int][]byte{}}
	for _, secret := range secrets {
		at := slices.IndexFunc(rows, func(r keyRow) bool { return r.Fingerprint == fingerprint(secret) })
		switch {
		case at < 0:
			keys.Fresh = append(keys.Fresh, secret)
			continue
		case at == len(rows)-1:
			keys.Present, keys.Unfinished = secret, rows[at].Sealed == 0
		default:
			keys.Earlier = append(keys.Earlier, secret)
		}
		keys.numbered[rows[at].Number] = secret
	}
	if keys.Present != nil {
		return keys, nil
	}
	if len(rows) > 0 {
		return Keys{}, fmt.Errorf("look for key %s of database %s: %w", rows[len(rows)-1].Fingerprint, s.place.shown, ErrKey)
	}
	for i, secret := range secrets {
		err := s.fits(ctx, secret)
		if err == nil {
			keys.Present, keys.Fresh = secret, slices.Delete(keys.Fresh, i, i+1)
			return keys, nil
		}
		if !errors.Is(err, ErrSealed) {
			return Keys{}, err
		}
	}
	return Keys{}, fmt.Errorf("look for the key of database %s: %w", s.place.shown, ErrKey)
}

// fits tries a secret on one of each kind of what is sealed. The error is
// ErrSealed where it opens one of them not.
func (s *Store) fits(ctx context.Context, secret []byte) error {
	trial := Store{read: s.read, place: s.place}
	trial.Seal(secret)
	for _, kind := range trial.sealedKinds() {
		var sample sealedRow
		err := s.lookup(ctx, "look for a sealed "+kind.what, func(ctx context.Context, c connection) error {
			return get(ctx, c, &sample, kind.sample)
		})
		if err == nil {
			_, err = kind.vault.open(sample.Sealed, kind.belongs(sample.Owner))
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	return nil
}

// Unlock finds out which of the secrets is the present one, records it where
// none is recorded yet, and seals and opens with them from now on.
func (s *Store) Unlock(ctx context.Context, secrets [][]byte) (Keys, error) {
	keys, err := s.Keys(ctx, secrets)
	if err != nil {
		return Keys{}, err
	}
	s.Seal(keys.Present, append(keys.Earlier, keys.Fresh...)...)
	if len(keys.numbered) > 0 {
		return keys, nil
	}
	err = s.change(ctx, "record the key", func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := exec(ctx, tx, `INSERT INTO keys (number, fingerprint, since, sealed) VALUES (1, ?, ?, ?) ON CONFLICT DO NOTHING`,
			fingerprint(keys.Present), s.now(), s.now())
		return err
	})
	keys.numbered[1] = keys.Present
	return keys, err
}

// Rotate makes a fresh secret the present one: from its commit on, new
// sessions have addresses that it seals, and those that are there keep theirs.
// What is sealed already is left to Reseal.
func (s *Store) Rotate(ctx context.Context, keys Keys, fresh []byte) (Keys, error) {
	number := 0
	for n := range keys.numbered {
		number = max(number, n)
	}
	err := s.change(ctx, "record the new key", func(ctx context.Context, tx *sqlx.Tx) error {
		if _, err := exec(ctx, tx, `UPDATE sessions SET seal = ? WHERE seal = 0`, number); err != nil {
			return err
		}
		_, err := exec(ctx, tx, `INSERT INTO keys (number, fingerprint, since, sealed) VALUES (?, ?, ?, 0)`,
			number+1, fingerprint(fresh), s.now())
		return err
	})
	if err != nil {
		return Keys{}, err
	}
	return s.Unlock(ctx, append([][]byte{fresh, keys.Present}, keys.Earlier...))
}

// keptSessions is how long after its end a session's addresses stay the same.
const keptSessions = 90 * 24 * time.Hour

// KeptSessions returns the secrets of the sessions that began with an earlier
// one and are not long over. Where that secret is gone, the present one serves.
func (s *Store) KeptSessions(ctx context.Context, keys Keys, now time.Time) (map[program.ID][]byte, error) {
	if len(keys.Earlier) == 0 {
		return nil, nil
	}
	var rows []struct {
		ID   text `db:"id"`
		Seal int  `db:"seal"`
	}
	err := s.lookup(ctx, "list sessions of earlier keys", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, `SELECT id, seal FROM sessions WHERE seal > 0 AND (end_at = 0 OR end_at > ?)`,
			stamp(now.Add(-keptSessions)))
	})
	kept := map[program.ID][]byte{}
	for _, row := range rows {
		if secret, there := keys.numbered[row.Seal]; there {
			kept[program.ID(row.ID)] = secret
		}
	}
	return kept, err
}
