package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"modernc.org/sqlite"
)

const (
	// keptStatements bounds how many statements one connection keeps prepared.
	keptStatements = 200
	// keptLength keeps out what is so long that the server's memory is worth more.
	keptLength = 64 << 10
)

// openPool makes a pool whose connections keep their statements prepared:
// both databases spend as long on understanding a statement as on running it.
func openPool(driverName, source string) (*sqlx.DB, error) {
	var p preparing
	var err error
	if driverName == driverPostgres {
		p.begin = postgresBegin
		p.Connector, err = pq.NewConnector(source)
	} else {
		p.finalize = true
		p.Connector, err = sqlite.NewConnector(source)
	}
	if err != nil {
		return nil, err
	}
	return sqlx.NewDb(sql.OpenDB(p), driverName), nil
}

// preparing makes connections that keep their statements.
type preparing struct {
	driver.Connector
	begin    string // is said first on each connection
	finalize bool   // statements must be closed before their connection
}

// Connect opens one connection.
func (p preparing) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	k := &keeper{driverConn: conn.(driverConn), finalize: p.finalize, kept: map[string]driverStatement{}}
	if p.begin != "" {
		if _, err := k.driverConn.ExecContext(ctx, p.begin, nil); err != nil {
			return nil, errors.Join(err, k.Close())
		}
	}
	return k, nil
}

// postgresBegin tells PostgreSQL's planner that a page by itself costs little
// more than one of many in a row, as on any disk without moving parts and in
// memory. Otherwise it reads whole tables of thousands of rows for a hundred.
// It is said here and not in the URL, since poolers refuse what they do not know.
const postgresBegin = `SET random_page_cost = 1.1`

// driverConn is what the connections of both drivers can do.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type driverStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keeper is a connection with its prepared statements, by their text. Like any
// driver.Conn it is used by one goroutine at a time; a statement is not run
// again before its rows are read, since get and list read all.
type keeper struct {
	driverConn
	finalize bool
	kept     map[string]driverStatement
}

// CheckNamedValue asks the driver where it has rules of its own.
func (k *keeper) CheckNamedValue(value *driver.NamedValue) error {
	if checker, ok := k.driverConn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(value)
	}
	return driver.ErrSkip
}

// ExecContext runs a statement. One without arguments may be a script, and is
// seldom run twice: it is not kept.
func (k *keeper) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	statement, err := k.statement(ctx, query, len(args))
	if err != nil {
		return nil, err
	}
	if statement == nil {
		return k.driverConn.ExecContext(ctx, query, args)
	}
	result, err := statement.ExecContext(ctx, args)
	if err != nil {
		k.drop(query)
	}
	return result, err
}

// QueryContext runs a query.
func (k *keeper) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	statement, err := k.statement(ctx, query, len(args))
	if err != nil {
		return nil, err
	}
	if statement == nil {
		return k.driverConn.QueryContext(ctx, query, args)
	}
	rows, err := statement.QueryContext(ctx, args)
	if err != nil {
		k.drop(query)
	}
	return rows, err
}

// statement returns the prepared statement, nil where it is not to be kept.
func (k *keeper) statement(ctx context.Context, query string, args int) (driverStatement, error) {
	if kept, ok := k.kept[query]; ok {
		return kept, nil
	}
	if args == 0 || len(query) > keptLength || len(k.kept) == keptStatements {
		return nil, nil
	}
	prepared, err := k.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	statement := prepared.(driverStatement)
	k.kept[query] = statement
	return statement, nil
}

// drop forgets a statement that failed: it may have been prepared for a schema
// that has changed since.
func (k *keeper) drop(query string) {
	if statement, ok := k.kept[query]; ok {
		delete(k.kept, query)
		_ = statement.Close() // on a broken connection it cannot be closed
	}
}

// Close closes the connection, and where they would outlive it, its statements.
func (k *keeper) Close() error {
	if k.finalize {
		for query := range k.kept {
			k.drop(query)
		}
	}
	return k.driverConn.Close()
}
