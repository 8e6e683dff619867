package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Token is a sign-in by OAuth2: what a provider gave, and out of what.
type Token struct {
	// Refresh is the provider's latest refresh token.
	Refresh string `json:"refresh"`
	// Access is good until Expiry.
	Access string    `json:"access,omitempty"`
	Expiry time.Time `json:"expiry,omitzero"`
	// Origin tells from which configured refresh token this one descends.
	Origin string `json:"origin,omitempty"`
	// Version counts the changes of the row.
	Version int64 `json:"-"`
}

type tokenRow struct {
	Name    text   `db:"name"`
	Sealed  []byte `db:"sealed"`
	Version int64  `db:"version"`
}

// belongsToken names a sign-in to the vault.
func belongsToken(name text) string { return "sign-in " + string(name) }

// Token returns the sign-in of that name, or ErrNotFound.
func (s *Store) Token(ctx context.Context, name string) (Token, error) {
	var row tokenRow
	err := s.lookup(ctx, fmt.Sprintf("find sign-in %q", name), func(ctx context.Context, c connection) error {
		return get(ctx, c, &row, `SELECT name, sealed, version FROM tokens WHERE name = ?`, text(name))
	})
	if err != nil {
		return Token{}, err
	}
	return s.token(row)
}

func (s *Store) token(row tokenRow) (Token, error) {
	plain, err := s.tokens.open(row.Sealed, belongsToken(row.Name))
	if err != nil {
		return Token{}, err
	}
	token := Token{Version: row.Version}
	if err := json.Unmarshal(plain, &token); err != nil {
		return Token{}, fmt.Errorf("read sign-in %q: %w", row.Name, err)
	}
	return token, nil
}

// ClaimToken returns the sign-in, which for the length of the lease nobody
// else gets: a refresh token that the provider replaces can be used once. The
// error is ErrLeaseLost while another worker has it, ErrNotFound where there
// is none.
func (s *Store) ClaimToken(ctx context.Context, name string, lease time.Duration) (Token, error) {
	var row tokenRow
	err := s.change(ctx, fmt.Sprintf("claim sign-in %q", name), func(ctx context.Context, tx *sqlx.Tx) error {
		err := get(ctx, tx, &row, `UPDATE tokens SET lease_until = ? WHERE name = ? AND lease_until <= ?
			RETURNING name, sealed, version`, s.leave(lease), text(name), s.now())
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		if err := get(ctx, tx, &row, `SELECT name, sealed, version FROM tokens WHERE name = ?`, text(name)); err != nil {
			return err
		}
		return ErrLeaseLost
	})
	if err != nil {
		return Token{}, err
	}
	return s.token(row)
}

// KeepToken keeps a sign-in and ends its lease. A Version of 0 is a sign-in of
// which there was none. Where the row has changed since the Version, a later
// one is there: the error is ErrStale, and nothing is written.
func (s *Store) KeepToken(ctx context.Context, name string, token Token) error {
	plain, err := json.Marshal(token)
	if err != nil {
		return fmt.Errorf("write sign-in %q: %w", name, err)
	}
	if s.tokens.aead == nil {
		return fmt.Errorf("keep sign-in %q: %w", name, ErrSealed)
	}
	sealed := s.tokens.seal(plain, belongsToken(text(name)))
	return s.change(ctx, fmt.Sprintf("keep sign-in %q", name), func(ctx context.Context, tx *sqlx.Tx) error {
		n, err := exec(ctx, tx, `INSERT INTO tokens (name, sealed, version, lease_until) VALUES (?, ?, 1, 0)
			ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, version = tokens.version + 1, lease_until = 0
			WHERE tokens.version = ?`, text(name), sealed, token.Version)
		if err == nil && n == 0 {
			return ErrStale
		}
		return err
	})
}

// ReleaseToken ends the lease of a sign-in that was not changed.
func (s *Store) ReleaseToken(ctx context.Context, name string) error {
	return s.change(ctx, fmt.Sprintf("release sign-in %q", name), func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := exec(ctx, tx, `UPDATE tokens SET lease_until = 0 WHERE name = ?`, text(name))
		return err
	})
}
