package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// instant is a point in time as a column holds it: UTC microseconds since
// 1970, 0 for the zero time.
type instant int64

func stamp(t time.Time) instant {
	if t.IsZero() {
		return 0
	}
	return instant(t.UnixMicro())
}

func (i instant) time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(i)).UTC()
}

// length is a duration in microseconds.
type length int64

func span(d time.Duration) length        { return length(d.Microseconds()) }
func (l length) duration() time.Duration { return time.Duration(l) * time.Microsecond }

// text is a string that both databases take: PostgreSQL refuses NUL and what
// is not UTF-8, and a mail can hold either.
type text string

// Value drops NUL and puts U+FFFD where the bytes are not UTF-8.
func (t text) Value() (driver.Value, error) { return clean(string(t)), nil }

func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
}

// document is a nested value in a text column, as JSON.
type document[T any] struct{ V T }

// Value writes the JSON. NUL becomes an escape, so that any text fits.
func (d document[T]) Value() (driver.Value, error) {
	body, err := json.Marshal(d.V)
	if err != nil {
		return nil, fmt.Errorf("write %T as JSON: %w", d.V, err)
	}
	return string(body), nil
}

// Scan reads the JSON back.
func (d *document[T]) Scan(from any) error {
	var body []byte
	switch from := from.(type) {
	case string:
		body = []byte(from)
	case []byte:
		body = from
	default:
		return fmt.Errorf("read %T: the column holds a %T", d.V, from)
	}
	if err := json.Unmarshal(body, &d.V); err != nil {
		return fmt.Errorf("read %T from JSON: %w", d.V, err)
	}
	return nil
}

// each converts the elements of a list; an empty one is nil.
func each[From, To any](from []From, convert func(From) To) []To {
	if len(from) == 0 {
		return nil
	}
	to := make([]To, 0, len(from))
	for _, f := range from {
		to = append(to, convert(f))
	}
	return to
}

// split parts rows that are new from rows that are stored already.
func split[Row any](rows []Row, version func(Row) int) (fresh, stored []Row) {
	for _, r := range rows {
		if version(r) == 0 {
			fresh = append(fresh, r)
		} else {
			stored = append(stored, r)
		}
	}
	return fresh, stored
}
