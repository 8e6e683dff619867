package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// migrateTimeout bounds a migration together with the wait for another
// starter's.
const migrateTimeout = 10 * time.Minute

func (s *Store) provider() (*goose.Provider, error) {
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if s.place.driver == driverPostgres {
		dialect, folder = goose.DialectPostgres, "migrations/postgres"
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, uint64(migrateTimeout/time.Second)))
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, s.write.DB, files, options...)
}

// Migrate brings the schema up to date. Several starters may call it at once:
// on PostgreSQL a session lock lets one go first; on SQLite each step is one
// transaction, and who comes second starts over from what the first one did.
func (s *Store) Migrate(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, migrateTimeout)
	defer cancel()
	p, err := s.provider()
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	for try := 1; ; try++ {
		if _, err = p.Up(ctx); err == nil {
			break
		}
		if s.place.driver == driverPostgres || try == 2*len(p.ListSources())+attempts || ctx.Err() != nil {
			return fmt.Errorf("migrate database %s: %w", s.place.shown, err)
		}
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version of %s: %w", s.place.shown, err)
	}
	if have > want {
		return fmt.Errorf("database %s has schema %d, this program knows %d: run the newer program", s.place.shown, have, want)
	}
	return nil
}

// Version returns the schema version that the database has and the one that
// this program wants.
func (s *Store) Version(ctx context.Context) (have, want int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	p, err := s.provider()
	if err == nil {
		have, want, err = p.GetVersions(ctx)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("read schema version of %s: %w", s.place.shown, err)
	}
	return have, want, nil
}
