package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/jmoiron/sqlx"
)

// ErrInUse is returned where a process must be alone and another is at work.
var ErrInUse = errors.New("another process is at work on this database")

// attendance is the number of PostgreSQL's advisory lock that processes share
// while they are at work.
const attendance = 0x6d656e746f72

// attendPeriod is how often the connection that holds the lock is looked
// after: a server that was started anew has forgotten it.
const attendPeriod = 15 * time.Second

// Attend tells other processes that this one works on the database, until
// Close. Alone means that no other may: then, and while another is alone, the
// error is ErrInUse. The operating system or PostgreSQL takes the lock back
// from a process that was killed.
//
// Who finds nobody at work ends the claims that those before have left behind.
//
// Nothing depends on it that a lost connection could break: it spares an
// operator a mistake, and mails the wait for a lease.
func (s *Store) Attend(ctx context.Context, alone bool) error {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	var err error
	if !alone {
		err = s.inherit(ctx)
	}
	if err == nil {
		s.attending, err = s.attend(ctx, alone)
	}
	for try := 0; try < inheritTries && !alone && errors.Is(err, ErrInUse); try++ {
		select { // another may be at inheriting, which is quick
		case <-time.After(inheritTime / inheritTries):
		case <-ctx.Done():
			return ctx.Err()
		}
		s.attending, err = s.attend(ctx, alone)
	}
	if err != nil {
		return fmt.Errorf("attend to database %s: %w", s.place.shown, err)
	}
	return nil
}

// How long those who come at the same instant wait for one that inherits, and
// how often they look.
const (
	inheritTime  = 2 * time.Second
	inheritTries = 40
)

// inherit ends claims where nobody is at work: those who made them were killed.
// A claim that was not left behind after all would cost the work on a mail or a
// timer, whose term its owner still has to name. Of a letter it could cost a
// second one, so letters are inherited only from a lock that the operating
// system keeps; a connection to PostgreSQL may be lost by one who is alive.
func (s *Store) inherit(ctx context.Context) error {
	place, err := s.attend(ctx, true)
	if errors.Is(err, ErrInUse) || err == nil && place == nil {
		return nil
	}
	if err != nil {
		return err
	}
	left := []string{
		`UPDATE inbound SET lease_until = 0 WHERE decided = 0 AND lease_until > 0`,
		`UPDATE timers SET lease_until = 0 WHERE done = 0 AND lease_until > 0`,
	}
	if s.place.driver == driverSQLite {
		left = append(left, `UPDATE letters SET lease_until = 0 WHERE settled = 0 AND lease_until > 0`)
	}
	err = s.change(ctx, "end claims that were left behind", func(ctx context.Context, tx *sqlx.Tx) error {
		for _, query := range left {
			if _, err := exec(ctx, tx, query); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, place.Close())
}

// attend takes a place among those at work; none is needed where nobody else
// can see the database.
func (s *Store) attend(ctx context.Context, alone bool) (io.Closer, error) {
	switch {
	case s.place.driver == driverPostgres:
		return s.attendServer(ctx, alone)
	case s.place.memory:
		return nil, nil
	}
	return attendFile(s.place.file, alone)
}

// attendFile locks a file beside the database: on the database's own SQLite's
// locks would end with it.
func attendFile(database string, alone bool) (io.Closer, error) {
	file, err := os.OpenFile(database+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	// Root may come first, and the service of somebody else afterwards.
	if owner, err := os.Stat(database); err == nil && os.Geteuid() == 0 {
		if stat, ok := owner.Sys().(*syscall.Stat_t); ok {
			_ = file.Chown(int(stat.Uid), int(stat.Gid))
		}
	}
	how := syscall.LOCK_SH
	if alone {
		how = syscall.LOCK_EX
	}
	err = syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrInUse
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// attendServer takes an advisory lock on a connection of its own, and takes it
// again where the connection is lost.
func (s *Store) attendServer(ctx context.Context, alone bool) (io.Closer, error) {
	conn, err := s.lockedConnection(ctx, alone)
	if err != nil {
		return nil, err
	}
	place := &seat{done: make(chan struct{}), over: make(chan struct{})}
	go place.hold(conn, func(ctx context.Context) (*sqlx.Conn, error) { return s.lockedConnection(ctx, alone) })
	return place, nil
}

// seat is a place among those that attend by connection.
type seat struct {
	done, over chan struct{}
	err        error
}

// hold looks after the connection, and takes the lock on another one where it
// was lost.
func (s *seat) hold(conn *sqlx.Conn, lock func(context.Context) (*sqlx.Conn, error)) {
	defer close(s.over)
	again := time.NewTicker(attendPeriod)
	defer again.Stop()
	for {
		select {
		case <-s.done:
			s.err = rise(conn)
			return
		case <-again.C:
		}
		ctx, cancel := context.WithTimeout(context.Background(), attendPeriod)
		if conn != nil && conn.PingContext(ctx) != nil {
			_ = conn.Raw(func(any) error { return driver.ErrBadConn }) // drops it from the pool
			conn = nil
		}
		if conn == nil {
			conn, _ = lock(ctx) // else in the next round
		}
		cancel()
	}
}

// rise gives the lock back, and the connection.
func rise(conn *sqlx.Conn) error {
	if conn == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), attendPeriod)
	defer cancel()
	_, err := conn.ExecContext(ctx, `SELECT pg_advisory_unlock_all()`)
	if broken(err) {
		err = nil // the server has let go of it
	}
	return errors.Join(err, undone(conn.Close()))
}

// Close gives the place up.
func (s *seat) Close() error {
	close(s.done)
	<-s.over
	return s.err
}

func (s *Store) lockedConnection(ctx context.Context, alone bool) (*sqlx.Conn, error) {
	conn, err := s.write.Connx(ctx)
	if err != nil {
		return nil, err
	}
	query := `SELECT pg_try_advisory_lock_shared($1)`
	if alone {
		query = `SELECT pg_try_advisory_lock($1)`
	}
	var got bool
	if err := conn.GetContext(ctx, &got, query, int64(attendance)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if !got {
		return nil, errors.Join(ErrInUse, conn.Close())
	}
	return conn, nil
}
