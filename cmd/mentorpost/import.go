package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

func (m Main) importCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "import",
		Short: "Import people or pairs from a CSV file, all or nothing",
		Long: `Imports people or pairs from a CSV file (RFC 4180, UTF-8, a header row first).
If any row is wrong, each wrong row is named with its line and nothing is
imported. Importing the same file again changes nothing.

people.csv: email,name,zone,locale,hours,aliases
pairs.csv:  mentor,mentee,session_minutes,cadence,link,start,end

Only email and name, mentor and mentee must be filled. FILE may be - for stdin.`,
	}
	command.PersistentFlags().Bool("dry-run", false, "show what would change, and change nothing")
	for _, what := range []struct {
		name, short string
		decide      importer
	}{
		{"people", "Import people and invite those who are new", importPeople},
		{"pairs", "Import pairs of people who are there already", importPairs},
	} {
		command.AddCommand(&cobra.Command{
			Use:   what.name + " FILE.csv",
			Short: what.short,
			Args:  cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				return m.importFile(cmd, args[0], what.name, what.decide)
			},
		})
	}
	return command
}

// decided is what an import would do.
type decided struct {
	outcome program.Outcome
	rows    []program.Enrolment
}

// importer reads a file and decides on it against what is stored.
type importer func(ctx context.Context, text []byte, config Config, database *store.Store) (decided, []program.RowError, error)

// importAttempts is how often an import is decided again because the service
// changed one of its rows in between.
const importAttempts = 5

func (m Main) importFile(cmd *cobra.Command, name, what string, decide importer) error {
	text, err := m.readInput(name)
	if err != nil {
		return err
	}
	config, database, err := m.open(cmd)
	if err != nil {
		return err
	}
	defer database.Close()
	dryRun, _ := cmd.Flags().GetBool("dry-run")
	for attempt := 1; ; attempt++ {
		d, wrong, err := decide(cmd.Context(), text, config, database)
		if err != nil {
			return err
		}
		if len(wrong) > 0 {
			return m.refuse(name, wrong)
		}
		if !dryRun {
			err = database.Apply(cmd.Context(), store.Source{}, d.outcome)
			if errors.Is(err, store.ErrStale) && attempt < importAttempts {
				continue
			}
			if err != nil {
				return fmt.Errorf("import %s: %w", what, err)
			}
		}
		m.reportImport(d, what, dryRun)
		return nil
	}
}

func (m Main) readInput(name string) ([]byte, error) {
	if name == "-" {
		text, err := io.ReadAll(m.Stdin)
		if err != nil {
			return nil, fmt.Errorf("read stdin: %w", err)
		}
		return text, nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, usagef("read rows: %w", err)
	}
	return text, nil
}

// refuse names every wrong row, in the order of the file.
func (m Main) refuse(name string, wrong []program.RowError) error {
	slices.SortStableFunc(wrong, func(a, b program.RowError) int { return a.Line - b.Line })
	for _, row := range wrong {
		fmt.Fprintf(m.Stderr, "%s: %v\n", name, row)
	}
	noun := "errors"
	if len(wrong) == 1 {
		noun = "error"
	}
	return fmt.Errorf("%s has %d %s; nothing was imported", name, len(wrong), noun)
}

func (m Main) reportImport(d decided, what string, dryRun bool) {
	added, changed := 0, 0
	for _, row := range d.rows {
		switch {
		case row.New:
			added++
			fmt.Fprintf(m.Stdout, "new      %s\n", row.Who)
		case len(row.Changes) > 0:
			changed++
			fmt.Fprintf(m.Stdout, "changed  %s (%s)\n", row.Who, strings.Join(row.Changes, "; "))
		}
	}
	same := len(d.rows) - added - changed
	verb := "imported"
	if dryRun {
		verb = "would import"
	}
	fmt.Fprintf(m.Stdout, "%s %s: %d new, %d changed, %d as before", verb, what, added, changed, same)
	if what == "people" && added > 0 {
		fmt.Fprint(m.Stdout, "; who is new is invited by serve or the next tick")
	}
	fmt.Fprintln(m.Stdout)
}

func importPeople(ctx context.Context, text []byte, config Config, database *store.Store) (decided, []program.RowError, error) {
	rows, wrong := program.ReadPeople(text, config.Settings())
	existing, err := database.People(ctx)
	if err != nil {
		return decided{}, nil, err
	}
	outcome, enrolled, more := program.ImportPeople(rows, existing, config.Settings(), rand.Text(), time.Now())
	return decided{outcome, enrolled}, append(wrong, more...), nil
}

func importPairs(ctx context.Context, text []byte, _ Config, database *store.Store) (decided, []program.RowError, error) {
	rows, wrong := program.ReadPairs(text)
	who, err := readRoster(ctx, database)
	if err != nil {
		return decided{}, nil, err
	}
	outcome, enrolled, more := program.ImportPairs(rows, who.everybody(), who.sortedPairs(), rand.Text(), time.Now())
	return decided{outcome, enrolled}, append(wrong, more...), nil
}
