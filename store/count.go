package store

import (
	"context"

	"github.com/mentorpost/mentorpost/program"
)

// Counts is how many rows of each status there are.
type Counts struct {
	People   map[program.PersonStatus]int
	Pairs    map[program.PairStatus]int
	Sessions map[program.SessionStatus]int
	Letters  map[LetterState]int
	// Inbound counts mails by result; the empty result is undecided.
	Inbound     map[program.Result]int
	Quarantined int
	Unfiled     int // decided, but not moved out of their mailbox
	Timers      int // that have not fired
	// Calendars counts those that people gave: read, waiting for their first
	// reading, or failing.
	Calendars map[CalendarCondition]int
}

// CalendarCondition says how reading a calendar goes.
type CalendarCondition string

// How reading a calendar goes.
const (
	CalendarRead    CalendarCondition = "read"
	CalendarWaiting CalendarCondition = "waiting" // for the first attempt
	CalendarFailing CalendarCondition = "failing" // the last attempt failed
)

type countRow struct {
	Thing string `db:"thing"`
	Name  string `db:"name"`
	Rows  int    `db:"n"`
}

// Counts returns how many rows of each status there are.
func (s *Store) Counts(ctx context.Context) (Counts, error) {
	var rows []countRow
	err := s.lookup(ctx, "count rows", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, `SELECT 'people' AS thing, status AS name, COUNT(*) AS n FROM people GROUP BY status
			UNION ALL SELECT 'pairs', status, COUNT(*) FROM pairs GROUP BY status
			UNION ALL SELECT 'sessions', status, COUNT(*) FROM sessions GROUP BY status
			UNION ALL SELECT 'letters', state, COUNT(*) FROM letters GROUP BY state
			UNION ALL SELECT 'inbound', result, COUNT(*) FROM inbound GROUP BY result
			UNION ALL SELECT 'quarantined', '', COUNT(*) FROM inbound WHERE quarantine
			UNION ALL SELECT 'unfiled', '', COUNT(*) FROM inbound WHERE filed = 0 AND decided <> 0
			UNION ALL SELECT 'timers', '', COUNT(*) FROM timers WHERE done = 0
			UNION ALL SELECT 'calendars', CASE WHEN failures > 0 THEN 'failing' WHEN fetched = 0 THEN 'waiting' ELSE 'read' END,
				COUNT(*) FROM given_calendars WHERE dropped = 0 GROUP BY 2`)
	})
	return tally(rows), err
}

func tally(rows []countRow) Counts {
	n := Counts{
		People: map[program.PersonStatus]int{}, Pairs: map[program.PairStatus]int{}, Sessions: map[program.SessionStatus]int{},
		Letters: map[LetterState]int{}, Inbound: map[program.Result]int{}, Calendars: map[CalendarCondition]int{},
	}
	for _, row := range rows {
		switch row.Thing {
		case "people":
			n.People[program.PersonStatus(row.Name)] = row.Rows
		case "pairs":
			n.Pairs[program.PairStatus(row.Name)] = row.Rows
		case "sessions":
			n.Sessions[program.SessionStatus(row.Name)] = row.Rows
		case "letters":
			n.Letters[LetterState(row.Name)] = row.Rows
		case "inbound":
			n.Inbound[program.Result(row.Name)] = row.Rows
		case "quarantined":
			n.Quarantined = row.Rows
		case "unfiled":
			n.Unfiled = row.Rows
		case "timers":
			n.Timers = row.Rows
		case "calendars":
			n.Calendars[CalendarCondition(row.Name)] = row.Rows
		}
	}
	return n
}
