package store

import (
	"context"
	"fmt"
	"math/bits"
	"reflect"
	"regexp"
	"strings"

	"github.com/jmoiron/sqlx/reflectx"
)

// batch is the most rows that one statement writes. SQLite takes 32,766
// arguments in a statement, PostgreSQL 65,535; and what is as long as this for
// each size would be too long to be kept prepared.
const batch = 64

// rowFields finds the fields of rows by their db tags.
var rowFields = reflectx.NewMapperFunc("db", strings.ToLower)

// write runs a query for any number of rows and returns how many it has
// changed. Its one VALUES list names fields of a row as :field, and stands for
// all rows.
func write[Row any](ctx context.Context, c connection, query string, rows []Row) (int64, error) {
	var total int64
	err := inBatches(c, query, rows, func(query string, args []any) error {
		result, err := c.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		changed, err := result.RowsAffected()
		total += changed
		return err
	})
	return total, err
}

// writeReturning is write for a query that returns something of each row that
// it has changed.
func writeReturning[Returned, Row any](ctx context.Context, c connection, query string, rows []Row) ([]Returned, error) {
	var all []Returned
	err := inBatches(c, query, rows, func(query string, args []any) error {
		var some []Returned
		err := c.SelectContext(ctx, &some, query, args...)
		all = append(all, some...)
		return err
	})
	return all, err
}

// inBatches makes statements of a query for some rows at a time: 64, then 32,
// 16 and so on, so that there are few texts of it, which a connection can keep
// prepared.
func inBatches[Row any](c connection, query string, rows []Row, run func(query string, args []any) error) error {
	if len(rows) == 0 {
		return nil
	}
	values, err := parseValues(query, reflect.TypeFor[Row]())
	if err != nil {
		return err
	}
	for len(rows) > 0 {
		n := min(batch, 1<<(bits.Len(uint(len(rows)))-1))
		args := make([]any, 0, n*len(values.fields))
		for i := range rows[:n] {
			args = values.appendArgs(args, reflect.ValueOf(&rows[i]).Elem())
		}
		if err := run(c.Rebind(values.query(n)), args); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// writeAll is write where each row must change exactly one: otherwise missing
// is the error.
func writeAll[Row any](ctx context.Context, c connection, query string, rows []Row, missing error) error {
	n, err := write(ctx, c, query, rows)
	if err == nil && int(n) != len(rows) {
		return missing
	}
	return err
}

// valuesList is a query around its VALUES list.
type valuesList struct {
	before, row, after string
	fields             [][]int // of a row's placeholders, as indexes of the struct
}

var placeholder = regexp.MustCompile(`:[a-z_]+`)

// parseValues takes the query apart and finds the fields that it names.
func parseValues(query string, row reflect.Type) (valuesList, error) {
	const keyword = "VALUES "
	at := strings.Index(query, keyword+"(")
	if at < 0 {
		return valuesList{}, fmt.Errorf("query without VALUES: %q", query)
	}
	from := at + len(keyword)
	to, depth := from, 0
	for ; to < len(query); to++ {
		if query[to] == '(' {
			depth++
		} else if query[to] == ')' {
			depth--
		}
		if depth == 0 {
			to++
			break
		}
	}
	list := valuesList{before: query[:from], after: query[to:]}
	known := rowFields.TypeMap(row)
	var unknown error
	list.row = placeholder.ReplaceAllStringFunc(query[from:to], func(name string) string {
		field := known.GetByPath(name[1:])
		if field == nil {
			unknown = fmt.Errorf("%v has no field %s", row, name)
			return name
		}
		list.fields = append(list.fields, field.Index)
		return "?"
	})
	return list, unknown
}

// query is the query for n rows.
func (v valuesList) query(n int) string {
	return v.before + v.row + strings.Repeat(", "+v.row, n-1) + v.after
}

// appendArgs adds what a row's placeholders stand for.
func (v valuesList) appendArgs(args []any, row reflect.Value) []any {
	for _, index := range v.fields {
		args = append(args, row.FieldByIndex(index).Interface())
	}
	return args
}

// listed are the identifiers of rows, for an error.
func listed[Row any](rows []Row, id func(Row) text) string {
	return strings.Join(each(rows, func(r Row) string { return string(id(r)) }), ", ")
}
