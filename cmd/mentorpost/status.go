package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/store"
)

// statusView is the state of the service as scripts see it.
type statusView struct {
	People   map[string]int `json:"people"`
	Pairs    map[string]int `json:"pairs"`
	Sessions map[string]int `json:"sessions"`
	Letters  map[string]int `json:"letters"`
	Mails    map[string]int `json:"mails"` // by result; undecided ones as "waiting"

	// Calendars counts those that people gave, by how reading them goes.
	Calendars map[string]int `json:"calendars"`

	Quarantined int     `json:"quarantined"`
	Unfiled     int     `json:"unfiled"`
	Timers      int     `json:"timers"`
	NextTimer   *string `json:"next_timer"`
	// OldestLetter is since when the letter that waits longest could have gone.
	OldestLetter *string `json:"oldest_letter"`
}

func (m Main) statusCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "status",
		Short: "Count what there is and show what waits",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, database, err := m.open(cmd)
			if err != nil {
				return err
			}
			defer database.Close()
			view, times, err := readStatus(cmd.Context(), database)
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return writeJSON(m.Stdout, view)
			}
			return writeFields(m.Stdout, view.fields(times, config.zone()))
		},
	}
	command.Flags().Bool("json", false, "print one JSON value")
	return command
}

// waiting are the instants that a status tells.
type waiting struct{ nextTimer, oldestLetter time.Time }

func readStatus(ctx context.Context, database *store.Store) (statusView, waiting, error) {
	var times waiting
	counts, err := database.Counts(ctx)
	if err != nil {
		return statusView{}, times, err
	}
	if counts.Timers > 0 {
		if times.nextTimer, err = database.NextDue(ctx); err != nil {
			return statusView{}, times, err
		}
	}
	for _, state := range []store.LetterState{store.LetterQueued, store.LetterRetry, store.LetterUnknown} {
		letters, err := database.Outbox(ctx, store.OutboxFilter{State: state, Limit: 1})
		if err != nil {
			return statusView{}, times, err
		}
		if len(letters) > 0 && (times.oldestLetter.IsZero() || letters[0].Letter.Created.Before(times.oldestLetter)) {
			times.oldestLetter = letters[0].Letter.Created
		}
	}
	return statusView{
		People: named(counts.People), Pairs: named(counts.Pairs), Sessions: named(counts.Sessions),
		Letters: named(counts.Letters), Mails: mailsByResult(counts),
		Calendars:   named(counts.Calendars),
		Quarantined: counts.Quarantined, Unfiled: counts.Unfiled, Timers: counts.Timers,
		NextTimer: stampOf(times.nextTimer), OldestLetter: stampOf(times.oldestLetter),
	}, times, nil
}

// mailsByResult counts mails by what became of them; undecided ones wait.
func mailsByResult(counts store.Counts) map[string]int {
	mails := named(counts.Inbound)
	if n, ok := mails[""]; ok {
		delete(mails, "")
		mails["waiting"] = n
	}
	return mails
}

// named makes plain text of the kinds that are counted.
func named[K ~string](counts map[K]int) map[string]int {
	plain := make(map[string]int, len(counts))
	for name, n := range counts {
		plain[string(name)] = n
	}
	return plain
}

func (v statusView) fields(times waiting, zone *time.Location) []field {
	return []field{
		{"people", tally(v.People)}, {"pairs", tally(v.Pairs)}, {"sessions", tally(v.Sessions)},
		{"mails in", tally(v.Mails)}, {"letters out", tally(v.Letters)},
		{"calendars", tally(v.Calendars)},
		{"oldest letter that waits", clockOf(times.oldestLetter, zone)},
		{"timers", fmt.Sprint(v.Timers)}, {"next timer", clockOf(times.nextTimer, zone)},
		{"not filed yet", fmt.Sprint(v.Unfiled)}, {"in quarantine", fmt.Sprint(v.Quarantined)},
	}
}

// tally writes counts as "3 active, 1 invited".
func tally(counts map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[name], name))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}
