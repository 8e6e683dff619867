package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// operator is one command line's hold on the program.
type operator struct {
	Main
	config   Config
	database *store.Store
	now      time.Time
	// receipt gathers what is said where a mail answers the operator; nil where
	// a terminal does.
	receipt *[]program.Line
}

// say tells what came of a command: in the words of the format on a terminal,
// as a line of the receipt in a mail.
func (o operator) say(line program.Line, format string, args ...any) {
	if o.receipt != nil {
		*o.receipt = append(*o.receipt, line)
		return
	}
	fmt.Fprintf(o.Stdout, format+"\n", args...)
}

// operating opens what an operator's command needs.
func (m Main) operating(do func(ctx context.Context, o operator, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		config, database, err := m.open(cmd)
		if err != nil {
			return err
		}
		defer database.Close()
		return do(cmd.Context(), operator{Main: m, config: config, database: database, now: time.Now()}, args)
	}
}

// decide loads a case, decides and applies, again where the service changed
// the same rows in between. It reports whether anything changed.
func (o operator) decide(ctx context.Context, person program.ID, about program.Ref, decide func(program.Case) program.Outcome) (bool, error) {
	for attempt := 1; ; attempt++ {
		c, err := o.database.LoadCase(ctx, person, about, o.config.Settings(), o.now)
		if err != nil {
			return false, err
		}
		out := decide(c)
		if len(out.People)+len(out.Pairs)+len(out.Changes) == 0 {
			return false, nil
		}
		err = o.database.Apply(ctx, store.Source{}, out)
		if !errors.Is(err, store.ErrStale) || attempt == importAttempts {
			return err == nil, err
		}
	}
}

func (m Main) pairCommand() *cobra.Command {
	cells := map[string]string{}
	command := &cobra.Command{
		Use:   "pair MENTOR MENTEE",
		Short: "Pair two people, given by their addresses",
		Args:  cobra.ExactArgs(2),
	}
	flags := command.Flags()
	minutes := flags.String("minutes", "60", "length of a session")
	cadence := flags.String("cadence", "fortnightly", "weekly, fortnightly or monthly")
	link := flags.String("link", "", "video `URL`")
	start := flags.String("start", "", "first `DATE` of the program for the pair")
	end := flags.String("end", "", "last `DATE` of the program for the pair")
	command.RunE = m.operating(func(ctx context.Context, o operator, args []string) error {
		cells["mentor"], cells["mentee"] = args[0], args[1]
		cells["session_minutes"], cells["cadence"], cells["link"] = *minutes, *cadence, *link
		cells["start"], cells["end"] = *start, *end
		row, wrong := program.ReadPair(cells)
		if len(wrong) > 0 {
			return usagef("%s: %s", wrong[0].Column, wrong[0].Text)
		}
		return o.pair(ctx, row)
	})
	return command
}

// pair makes the pair. Two who were a pair that has ended become a new one.
func (o operator) pair(ctx context.Context, row program.PairRow) error {
	who, err := readRoster(ctx, o.database)
	if err != nil {
		return err
	}
	var live []program.Pair
	for _, p := range who.sortedPairs() {
		if p.Status != program.PairEnded {
			live = append(live, p)
		}
	}
	out, enrolled, wrong := program.ImportPairs([]program.PairRow{row}, who.everybody(), live, rand.Text(), o.now)
	if len(wrong) > 0 {
		return usagef("%s: %s", wrong[0].Column, wrong[0].Text)
	}
	done := enrolled[0]
	if !done.New {
		return usagef("%s are a pair already; mentorpost pairs lists them", done.Who)
	}
	if err := o.database.Apply(ctx, store.Source{}, out); err != nil {
		return err
	}
	o.say(program.Line{Code: "order-paired", Value: row.Mentor + ", " + row.Mentee},
		"paired %s: %s; the search for their first session begins when both have joined", done.Who, out.Pairs[0].ID)
	return nil
}

func (m Main) pauseCommand() *cobra.Command {
	var until string
	command := &cobra.Command{
		Use:   "pause ADDRESS|PAIR",
		Short: "Pause a person or a pair; booked sessions stand",
		Args:  cobra.ExactArgs(1),
	}
	command.Flags().StringVar(&until, "until", "", "`DATE` on which a person is resumed")
	command.RunE = m.operating(func(ctx context.Context, o operator, args []string) error {
		if !strings.Contains(args[0], "@") {
			if until != "" {
				return usagef("--until is for persons; resume the pair with: mentorpost resume %s", args[0])
			}
			return o.onPair(ctx, args[0], "paused", program.Case.PausePair)
		}
		return o.onPerson(ctx, args[0], "paused", func(c program.Case, seed string, now time.Time) (program.Outcome, error) {
			end, err := untilOf(until, c.Person, now)
			if err != nil {
				return program.Outcome{}, err
			}
			return c.PausePerson(end, seed, now), nil
		})
	})
	return command
}

// untilOf is the beginning of the day, where the person is.
func untilOf(text string, p program.Person, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	until, err := time.ParseInLocation(time.DateOnly, text, p.Location())
	if err != nil || !until.After(now) {
		return time.Time{}, usagef("--until %q: write a date to come, like 2027-01-26", text)
	}
	return until, nil
}

func (m Main) resumeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "resume ADDRESS|PAIR",
		Short: "Resume a paused person or pair",
		Args:  cobra.ExactArgs(1),
		RunE: m.operating(func(ctx context.Context, o operator, args []string) error {
			if !strings.Contains(args[0], "@") {
				return o.onPair(ctx, args[0], "resumed", program.Case.ResumePair)
			}
			return o.onPerson(ctx, args[0], "resumed", func(c program.Case, seed string, now time.Time) (program.Outcome, error) {
				return c.ResumePerson(seed, now), nil
			})
		}),
	}
}

func (m Main) endCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "end ADDRESS|PAIR",
		Short: "End a pair, or all that a person takes part in",
		Long: `Ends a pair: booked sessions that lie ahead are cancelled, in both calendars.
For a person, each of their pairs is ended, and then they have left.`,
		Args: cobra.ExactArgs(1),
		RunE: m.operating(func(ctx context.Context, o operator, args []string) error {
			if !strings.Contains(args[0], "@") {
				return o.onPair(ctx, args[0], "ended", program.Case.EndPair)
			}
			return o.endPerson(ctx, args[0])
		}),
	}
}

// onPair changes one pair and says what came of it.
func (o operator) onPair(ctx context.Context, id, done string, change func(program.Case, string, time.Time) program.Outcome) error {
	who, err := readRoster(ctx, o.database)
	if err != nil {
		return err
	}
	pair, ok := who.pairs[program.ID(id)]
	if !ok {
		return usagef("%q is no pair, and no address; mentorpost pairs lists the pairs", id)
	}
	letters := 0
	changed, err := o.decide(ctx, "", program.Ref{Kind: program.RefPair, ID: pair.ID}, func(c program.Case) program.Outcome {
		out := change(c, rand.Text(), o.now)
		letters = len(out.Letters)
		return out
	})
	if err != nil {
		return err
	}
	name := fmt.Sprintf("pair %s (%s and %s)", id, who.mentor(pair.ID), who.mentee(pair.ID))
	if !changed {
		o.say(program.Line{Code: "order-unchanged", Value: who.mentor(pair.ID) + ", " + who.mentee(pair.ID)}, "nothing changed: %s is %s", name, pair.Status)
		return nil
	}
	more := ""
	if letters > 0 {
		more = fmt.Sprintf("; %d letters to send", letters)
	}
	o.say(program.Line{Code: "order-" + done, Value: who.mentor(pair.ID) + ", " + who.mentee(pair.ID)}, "%s %s%s", done, name, more)
	return nil
}

// onPerson changes one person and says what came of it.
func (o operator) onPerson(ctx context.Context, address, done string, change func(program.Case, string, time.Time) (program.Outcome, error)) error {
	person, err := findPerson(ctx, o.database, address)
	if err != nil {
		return err
	}
	var refused error
	changed, err := o.decide(ctx, person.ID, program.Ref{Kind: program.RefPerson, ID: person.ID}, func(c program.Case) program.Outcome {
		out, err := change(c, rand.Text(), o.now)
		refused = err
		return out
	})
	if err := errors.Join(err, refused); err != nil {
		return err
	}
	if !changed {
		o.say(program.Line{Code: "order-unchanged", Value: person.Email}, "nothing changed: %s is %s", person.Email, person.Status)
		return nil
	}
	o.say(program.Line{Code: "order-" + done, Value: person.Email}, "%s %s", done, person.Email)
	return nil
}

func (o operator) endPerson(ctx context.Context, address string) error {
	person, err := findPerson(ctx, o.database, address)
	if err != nil {
		return err
	}
	who, err := readRoster(ctx, o.database)
	if err != nil {
		return err
	}
	for _, pair := range who.sortedPairs() {
		if pair.Has(person.ID) && pair.Status != program.PairEnded {
			if err := o.onPair(ctx, string(pair.ID), "ended", program.Case.EndPair); err != nil {
				return err
			}
		}
	}
	return o.onPerson(ctx, address, "ended", func(c program.Case, seed string, now time.Time) (program.Outcome, error) {
		return c.EndPerson(seed, now), nil
	})
}
