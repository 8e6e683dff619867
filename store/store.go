package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"modernc.org/sqlite"
)

// The kinds of failure that callers tell apart with errors.Is.
var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("not found")
	// ErrStale: a row has changed since it was read. Nothing was written;
	// read again and decide again.
	ErrStale = errors.New("changed since it was read")
	// ErrLeaseLost: the work was claimed by another worker since, or is done.
	// Nothing was written; leave it alone.
	ErrLeaseLost = errors.New("claimed by another worker or done")
	// ErrDuplicate: a row with the same unique key is there already.
	ErrDuplicate = errors.New("already there")
)

// queryTimeout bounds one call of the store, from the first statement to the
// commit, so that a silent database server cannot stop the daemon for good.
const queryTimeout = 30 * time.Second

// Store is an open database. It is safe for concurrent use.
type Store struct {
	// write has one connection on SQLite, where one writer at a time is the
	// rule: waiting for it in the pool is fair and quick, waiting for the file
	// lock is neither. On PostgreSQL write and read are the same pool.
	write, read *sqlx.DB
	place       place
	// vault seals raw bytes, journals the keys of journals, tokens sign-ins;
	// see Seal.
	vault, journals, tokens vault
	// attending is what tells other processes that this one is at work.
	attending io.Closer
	// clock is real time, for leases.
	clock  func() time.Time
	hints  hints
	growth growth
	// closed ends the goroutines that running counts.
	closed  chan struct{}
	running sync.WaitGroup
}

// Close gives the connections back. It may be called once; claims run out by
// themselves.
func (s *Store) Close() error {
	close(s.closed)
	s.running.Wait()
	var err error
	if s.attending != nil {
		err = s.attending.Close()
	}
	err = errors.Join(err, s.write.Close())
	if s.read != s.write {
		err = errors.Join(err, s.read.Close())
	}
	return err
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	if err := s.read.PingContext(ctx); err != nil {
		return fmt.Errorf("reach database %s: %w", s.place.shown, err)
	}
	return nil
}

// connection is what a *sqlx.DB and a *sqlx.Tx have in common.
type connection interface {
	sqlx.ExtContext
	Rebind(query string) string
	GetContext(ctx context.Context, dest any, query string, args ...any) error
	SelectContext(ctx context.Context, dest any, query string, args ...any) error
}

// expand makes one query for both databases: an argument that is a list
// becomes as many placeholders, and placeholders get the database's form.
func expand(c connection, query string, args []any) (string, []any, error) {
	for i, arg := range args {
		switch list := arg.(type) {
		case []string:
			args[i] = padded(list)
		case []int64:
			args[i] = padded(list)
		}
	}
	query, args, err := sqlx.In(query, args...)
	return c.Rebind(query), args, err
}

// padded repeats the last of a list up to a power of two: so there are few
// texts of a query, which a connection can keep prepared.
func padded[T any](list []T) []T {
	for len(list)&(len(list)-1) != 0 {
		list = append(list[:len(list):len(list)], list[len(list)-1])
	}
	return list
}

// get reads one row; ErrNotFound where there is none.
func get(ctx context.Context, c connection, dest any, query string, args ...any) error {
	query, args, err := expand(c, query, args)
	if err != nil {
		return err
	}
	err = c.GetContext(ctx, dest, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// list reads all rows; dest holds nothing else afterwards.
func list[Row any](ctx context.Context, c connection, dest *[]Row, query string, args ...any) error {
	*dest = nil
	query, args, err := expand(c, query, args)
	if err != nil {
		return err
	}
	return c.SelectContext(ctx, dest, query, args...)
}

// exec changes rows and returns how many.
func exec(ctx context.Context, c connection, query string, args ...any) (int64, error) {
	query, args, err := expand(c, query, args)
	if err != nil {
		return 0, err
	}
	result, err := c.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// attempts is how often work is tried that the database broke off. A server
// that was started anew has broken every connection of the pool.
const attempts = postgresConnections + 2

// change runs do in a transaction, perhaps again from the start. act says in
// words what it does and with what, for the error.
func (s *Store) change(ctx context.Context, act string, do func(context.Context, *sqlx.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	var err error
	for range attempts {
		var over bool
		if over, err = s.once(ctx, do); over || !crossed(err) && !broken(err) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", act, named(err))
	}
	return nil
}

// once tries a transaction. over means that it must not be tried again: its
// commit may have been done although no answer came.
func (s *Store) once(ctx context.Context, do func(context.Context, *sqlx.Tx) error) (over bool, err error) {
	tx, err := s.write.BeginTxx(ctx, nil)
	if err != nil {
		return false, err
	}
	if err := do(ctx, tx); err != nil {
		return false, errors.Join(err, undone(tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return !crossed(err), err
	}
	return true, nil
}

// undone drops the report that a broken transaction was over already.
func undone(err error) error {
	if broken(err) || errors.Is(err, sql.ErrTxDone) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

// lookup runs do on a connection for reading. Do may run again from the start.
func (s *Store) lookup(ctx context.Context, act string, do func(context.Context, connection) error) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	var err error
	for range attempts {
		if err = do(ctx, s.read); !broken(err) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", act, err)
	}
	return nil
}

// SQLite's result codes, see https://www.sqlite.org/rescode.html.
const (
	sqliteBusy       = 5
	sqliteUnique     = 2067
	sqlitePrimaryKey = 1555
)

// crossed reports whether the database broke a transaction off because of
// another one, so that the same may succeed now.
func crossed(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqliteBusy
	}
	var pg *pq.Error
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01") // serialization_failure, deadlock_detected
}

// broken reports whether the connection was lost, so that another may do.
func broken(err error) bool {
	var network *net.OpError
	if errors.As(err, &network) {
		return network.Op != "dial" // nobody there: waiting is the caller's
	}
	var pg *pq.Error
	if errors.As(err, &pg) {
		return pg.Code == "57P01" || pg.Code == "57P02" // admin_shutdown, crash_shutdown
	}
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// unusable reports whether the database cannot be used at all, whatever it is
// asked for.
func unusable(err error) bool {
	var network *net.OpError
	return broken(err) || errors.As(err, &network) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// named adds ErrDuplicate to a violated unique key.
func named(err error) error {
	var lite *sqlite.Error
	if errors.As(err, &lite) && (lite.Code() == sqliteUnique || lite.Code() == sqlitePrimaryKey) {
		return fmt.Errorf("%w: %w", ErrDuplicate, err)
	}
	var pg *pq.Error
	if errors.As(err, &pg) && pg.Code == "23505" { // unique_violation
		return fmt.Errorf("%w: %w: %s", ErrDuplicate, err, pg.Detail)
	}
	return err
}

// leave is the instant at which a lease taken now ends.
func (s *Store) leave(lease time.Duration) instant { return stamp(s.clock().Add(lease)) }

// now is real time, as leases are measured.
func (s *Store) now() instant { return stamp(s.clock()) }
