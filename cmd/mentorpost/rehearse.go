package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/calendar/holidays"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
	"github.com/mentorpost/mentorpost/templates"
)

// rehearsed is one mail that somebody would get.
type rehearsed struct {
	Person  string    `json:"person"` // address
	At      time.Time `json:"at"`     // on the reader's clock
	Zone    string    `json:"zone"`
	Kind    string    `json:"kind"`
	Subject string    `json:"subject"`
}

func (m Main) rehearseCommand() *cobra.Command {
	var weeks int
	var from string
	command := &cobra.Command{
		Use:   "rehearse",
		Short: "Show who would get which mail when, in the weeks ahead, if nobody answered",
		Long: "Rehearse reads the database, lets the weeks ahead pass on a clock of its own in memory, and lists\n" +
			"the mails of each person. Nothing is sent, and nothing in the database changes. Nobody answers:\n" +
			"what follows from answers is not shown.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			begin, err := rehearsalStart(from, time.Now())
			if err != nil {
				return err
			}
			const most = 520
			if weeks < 1 || weeks > most {
				return usagef("--weeks %d: give 1 to %d", weeks, most)
			}
			config, database, err := m.open(cmd)
			if err != nil {
				return err
			}
			defer database.Close()
			texts, err := config.loadTemplates()
			if err != nil {
				return err
			}
			world, err := loadWorld(cmd.Context(), database, config.Settings(), begin)
			if err != nil {
				return err
			}
			end := begin.AddDate(0, 0, 7*weeks)
			addHolidays(world, end)
			mails, err := rehearse(world, texts, end)
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return writeJSON(m.Stdout, mails)
			}
			return writeTimeline(m.Stdout, mails)
		},
	}
	command.Flags().IntVar(&weeks, "weeks", 4, "how many `WEEKS` ahead")
	command.Flags().StringVar(&from, "from", "", "`DATE` or RFC 3339 instant to begin at (default: now)")
	command.Flags().Bool("json", false, "print one JSON value")
	return command
}

// rehearsalStart reads --from.
func rehearsalStart(from string, now time.Time) (time.Time, error) {
	if from == "" {
		return now, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, from); err == nil {
			return at, nil
		}
	}
	return time.Time{}, usagef("--from %q: write a date, as 2027-01-11, or RFC 3339", from)
}

// loadWorld copies what is stored into memory.
func loadWorld(ctx context.Context, database *store.Store, settings program.Settings, begin time.Time) (*program.World, error) {
	world := program.NewWorld(settings, begin)
	people, err := database.People(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		world.AddPerson(p)
	}
	pairs, err := database.Pairs(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		world.AddPair(p)
	}
	if err := loadHistory(ctx, database, world); err != nil {
		return nil, err
	}
	waiting, fired, err := database.Timers(ctx)
	if err != nil {
		return nil, err
	}
	for _, key := range fired {
		world.AddFired(key)
	}
	for _, t := range waiting {
		world.AddTimer(t)
	}
	for _, state := range []store.LetterState{store.LetterQueued, store.LetterRetry, store.LetterUnknown} {
		outbox, err := database.Outbox(ctx, store.OutboxFilter{State: state})
		if err != nil {
			return nil, err
		}
		for _, q := range outbox {
			world.AddLetter(q.Letter, q.Due)
		}
	}
	return world, nil
}

// loadHistory copies sessions and what hangs on them, what people have answered
// and when they are busy.
func loadHistory(ctx context.Context, database *store.Store, world *program.World) error {
	sessions, err := database.Sessions(ctx)
	if err != nil {
		return err
	}
	slices.SortStableFunc(sessions, func(a, b program.Session) int { return a.Created.Compare(b.Created) })
	for _, s := range sessions {
		world.AddSession(s)
	}
	ledger, err := database.Ledger(ctx)
	if err != nil {
		return err
	}
	for _, c := range ledger {
		world.Changes[c.Pair] = append(world.Changes[c.Pair], c)
	}
	actions, err := database.Actions(ctx)
	if err != nil {
		return err
	}
	for _, a := range actions {
		world.Actions[a.Pair] = append(world.Actions[a.Pair], a)
	}
	notes, err := database.Notes(ctx, "")
	if err != nil {
		return err
	}
	for _, n := range notes {
		world.Notes[n.Person] = append(world.Notes[n.Person], n)
	}
	busy, err := database.BusyTimes(ctx, world.Now)
	if err != nil {
		return err
	}
	for _, t := range busy {
		world.Busy[t.Person] = append(world.Busy[t.Person], t.Span)
	}
	world.Suggestions, err = database.Suggestions(ctx)
	return err
}

// addHolidays tells the world everybody's public holidays for as long as it runs.
func addHolidays(world *program.World, end time.Time) {
	for id, p := range world.People {
		world.Holidays[id] = holidays.Of(p, world.Now.AddDate(0, 0, -1), end.Add(holidaysAhead))
	}
}

// rehearse lets the world run and returns every mail, by person and instant.
func rehearse(world *program.World, texts *templates.Set, end time.Time) ([]rehearsed, error) {
	mails := []rehearsed{}
	err := world.Run(end, func(l program.Letter) error {
		text, err := texts.Render(l)
		if err != nil {
			return err
		}
		zone := program.Person{Zone: l.Facts.Zone}.Location()
		mails = append(mails, rehearsed{l.Address, world.Now.In(zone), zone.String(), string(l.Kind), text.Subject})
		return nil
	})
	slices.SortStableFunc(mails, func(a, b rehearsed) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), a.At.Compare(b.At))
	})
	return mails, err
}

// writeTimeline lists the mails of one person after the other.
func writeTimeline(out io.Writer, mails []rehearsed) error {
	person := ""
	for _, mail := range mails {
		if mail.Person != person {
			person = mail.Person
			fmt.Fprintf(out, "\n%s (%s)\n", person, mail.Zone)
		}
		if _, err := fmt.Fprintf(out, "  %s  %-18s %s\n", mail.At.Format("Mon 2006-01-02 15:04"), mail.Kind, mail.Subject); err != nil {
			return err
		}
	}
	if len(mails) == 0 {
		fmt.Fprintln(out, "nobody would get any mail")
	}
	return nil
}
