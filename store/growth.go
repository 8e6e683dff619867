package store

import (
	"context"
	"sync/atomic"
)

// growth counts rows since the statistics were taken by which both databases
// choose an index. PostgreSQL takes them by itself, but up to a minute later:
// until then it reads whole tables of thousands of rows that it knows as empty,
// as after an import, when everybody is invited.
type growth struct{ rows, most atomic.Int64 }

// firstGrowth is how many new rows make a fresh database's statistics useless.
const firstGrowth = 500

// grow counts rows that were written, and takes the statistics anew after twice
// as many as the last time. Nothing but time is lost where that fails.
func (s *Store) grow(ctx context.Context, rows int) {
	most := max(firstGrowth, s.growth.most.Load())
	if s.growth.rows.Add(int64(rows)) < most || !s.growth.most.CompareAndSwap(s.growth.most.Load(), 2*most) {
		return
	}
	s.growth.rows.Store(0)
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	for _, table := range []string{"people", "addresses", "pairs", "sessions", "inbound", "letters", "timers"} {
		_, _ = exec(ctx, s.write, `ANALYZE `+table)
	}
}
