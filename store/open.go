package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lib/pq"
)

// place is where a database is, and what its kind needs.
type place struct {
	driver string // of database/sql
	source string // in the driver's form; may hold a password
	shown  string // for messages; never holds one
	file   string // of SQLite; empty in memory
	memory bool
	// skipLocked goes behind a claim's SELECT: other workers' rows are passed
	// over instead of waited for. SQLite has one writer and no such words.
	skipLocked string
}

const (
	driverSQLite   = "sqlite"
	driverPostgres = "postgres"
)

// postgresConnections bounds one process's share of PostgreSQL's hundred.
const postgresConnections = 10

// sqliteReaders is how many may read while one writes.
const sqliteReaders = 4

// Open opens the database that url names: "sqlite:FILE", "sqlite::memory:" or
// "postgres://USER@HOST/NAME". A SQLite file that is missing is made, readable
// by its owner alone. Open does not change the schema; Migrate does.
func Open(ctx context.Context, url string) (*Store, error) {
	at, err := parsePlace(url)
	if err != nil {
		return nil, err
	}
	if at.file != "" {
		if err := touch(at); err != nil {
			return nil, err
		}
	}
	s := &Store{place: at, clock: time.Now, closed: make(chan struct{})}
	if err := s.dial(); err != nil {
		return nil, fmt.Errorf("open database %s: %w", at.shown, err)
	}
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	if err := s.write.PingContext(ctx); err != nil {
		_ = s.write.Close()
		if s.read != s.write {
			_ = s.read.Close()
		}
		return nil, fmt.Errorf("open database %s: %w%s", at.shown, err, advice(err))
	}
	s.startHints()
	return s, nil
}

// parsePlace reads a database URL.
func parsePlace(text string) (place, error) {
	if file, ok := strings.CutPrefix(text, "sqlite:"); ok && file != "" {
		return sqlitePlace(file), nil
	}
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return place{}, errors.New(`open database: the url must be "sqlite:FILE" or "postgres://USER@HOST/NAME"`)
	}
	query := u.Query()
	for key, value := range map[string]string{
		"application_name":  "mentorpost",
		"connect_timeout":   "10",
		"binary_parameters": "yes", // one round trip for a query with arguments instead of two
	} {
		if !query.Has(key) {
			query.Set(key, value)
		}
	}
	shown := *u
	shown.RawQuery = ""
	u.RawQuery = query.Encode()
	return place{
		driver: driverPostgres, source: u.String(), shown: shown.Redacted(),
		skipLocked: " FOR UPDATE SKIP LOCKED",
	}, nil
}

func sqlitePlace(file string) place {
	at := place{driver: driverSQLite, shown: "sqlite:" + file}
	// busy_timeout lets a second process wait for the first one's commit;
	// synchronous=FULL keeps a commit through a loss of power, which NORMAL
	// does not; "immediate" takes the write lock at the start, where waiting
	// for it is still possible.
	query := url.Values{
		"_pragma": {"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"},
		"_txlock": {"immediate"},
	}
	if file == ":memory:" {
		at.memory = true
		at.source = "file::memory:?" + query.Encode()
		return at
	}
	at.file = file
	at.source = "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + query.Encode()
	return at
}

// touch makes the database file, since mail is private: SQLite gives its
// journal the file's mode.
func touch(at place) error {
	if folder := filepath.Dir(at.file); folder != "." {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			return fmt.Errorf("open database %s: there is no folder %q; make it or change the database url", at.shown, folder)
		}
	}
	file, err := os.OpenFile(at.file, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("open database %s: %w; give the file to the user who runs this program", at.shown, err)
	}
	if err != nil {
		return fmt.Errorf("open database %s: %w", at.shown, err)
	}
	return file.Close()
}

// dial makes the pools. It does not connect yet.
func (s *Store) dial() error {
	var err error
	if s.write, err = openPool(s.place.driver, s.place.source); err != nil {
		return err
	}
	s.read = s.write
	switch {
	case s.place.driver == driverPostgres:
		s.write.SetMaxOpenConns(postgresConnections)
		s.write.SetMaxIdleConns(postgresConnections)
		s.write.SetConnMaxIdleTime(5 * time.Minute)
	case s.place.memory: // each connection would be a database of its own
		s.write.SetMaxOpenConns(1)
	default:
		s.write.SetMaxOpenConns(1)
		if s.read, err = openPool(s.place.driver, s.place.source+"&_pragma=query_only(1)"); err != nil {
			return errors.Join(err, s.write.Close())
		}
		s.read.SetMaxOpenConns(sqliteReaders)
		s.read.SetMaxIdleConns(sqliteReaders)
	}
	return nil
}

// advice says what to do about a database that cannot be opened.
func advice(err error) string {
	var dial *net.OpError
	if errors.As(err, &dial) {
		return "; check that PostgreSQL runs there and that the database url is right"
	}
	if errors.Is(err, pq.ErrSSLNotSupported) {
		return "; add ?sslmode=disable to the database url if the server is on this machine"
	}
	var pg *pq.Error
	if errors.As(err, &pg) {
		switch pg.Code {
		case "28P01", "28000": // invalid_password, invalid_authorization_specification
			return "; check user and password in the database url"
		case "3D000": // invalid_catalog_name
			return "; create the database first, with createdb"
		case "53300": // too_many_connections
			return "; raise max_connections or stop another program"
		}
		return ""
	}
	if strings.Contains(err.Error(), "file is not a database") {
		return "; the file holds something else, name another in the database url"
	}
	return ""
}
