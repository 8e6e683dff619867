package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/mailer"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// attachments makes the files that a letter names. Their content never lies in
// the letter's row.
func (s *service) attachments(ctx context.Context, l program.Letter) ([]mailer.File, error) {
	var files []mailer.File
	for _, name := range l.Attach {
		switch name {
		case program.AttachJournal:
			journal, err := s.journal(ctx, l.To)
			if err != nil {
				return nil, err
			}
			files = append(files, journal...)
		case program.AttachEverything:
			everything, err := s.everything(ctx, l.To)
			if err != nil {
				return nil, err
			}
			files = append(files, everything...)
		}
	}
	return files, nil
}

// journal is a person's journal as Markdown, and the files that came with it.
func (s *service) journal(ctx context.Context, person program.ID) ([]mailer.File, error) {
	p, err := s.store.FindPerson(ctx, person)
	if err != nil {
		return nil, err
	}
	entries, err := s.store.Entries(ctx, person)
	if err != nil {
		return nil, err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "# Journal of %s\n", p.Name)
	var files []mailer.File
	for _, e := range entries {
		fmt.Fprintf(&text, "\n## %s\n\n", e.Created.In(p.Location()).Format("Monday, 2 January 2006, 15:04"))
		if e.Wrote {
			text.WriteString("(written elsewhere)\n")
		}
		if e.Text != "" {
			text.WriteString(strings.TrimRight(e.Text, "\n") + "\n")
		}
		for _, f := range e.Attachments {
			name := e.Day + "-" + filepath.Base(f.Name)
			fmt.Fprintf(&text, "\n(attached: %s)\n", name)
			files = append(files, mailer.File{Name: name, MediaType: f.Type, Content: f.Content})
		}
	}
	return append([]mailer.File{{Name: "journal.md", MediaType: "text/markdown", Content: []byte(text.String())}}, files...), nil
}

// holding is everything that is held about a person, for programs to read.
type holding struct {
	Person    program.Person    `json:"person"`
	Pairs     []program.Pair    `json:"pairs"`
	Sessions  []program.Session `json:"sessions"`
	Changes   []program.Change  `json:"changes"`
	Actions   []program.Action  `json:"actions"`
	Notes     []program.Note    `json:"notes"`
	Letters   []heldLetter      `json:"letters"`
	Journal   int               `json:"journal_entries"`
	Calendar  string            `json:"calendar_host"` // the address itself may hold a password
	Collected time.Time         `json:"collected"`
}

// heldLetter is a letter as an export lists it.
type heldLetter struct {
	Kind    program.Kind `json:"kind"`
	Created time.Time    `json:"created"`
	State   string       `json:"state"`
}

// everything collects what is held about a person: as JSON, as text to read,
// their sessions as a calendar, and their journal.
func (s *service) everything(ctx context.Context, person program.ID) ([]mailer.File, error) {
	h, err := s.hold(ctx, person)
	if err != nil {
		return nil, err
	}
	body, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write export: %w", err)
	}
	calendar, err := ics.EncodeFeed(h.events(s.settings), s.settings.Name)
	if err != nil {
		return nil, err
	}
	journal, err := s.journal(ctx, person)
	if err != nil {
		return nil, err
	}
	return append([]mailer.File{
		{Name: "mentorpost.json", MediaType: "application/json", Content: body},
		{Name: "mentorpost.txt", MediaType: "text/plain", Content: []byte(h.text())},
		{Name: "sessions.ics", MediaType: "text/calendar", Content: calendar},
	}, journal...), nil
}

func (s *service) hold(ctx context.Context, person program.ID) (holding, error) {
	h := holding{Collected: s.now()}
	var err error
	if h.Person, err = s.store.FindPerson(ctx, person); err != nil {
		return h, err
	}
	pairs, err := s.store.Pairs(ctx)
	if err != nil {
		return h, err
	}
	h.Pairs = slices.DeleteFunc(pairs, func(p program.Pair) bool { return !p.Has(person) })
	own := func(pair program.ID) bool {
		return slices.ContainsFunc(h.Pairs, func(p program.Pair) bool { return p.ID == pair })
	}
	sessions, err := s.store.Sessions(ctx)
	if err != nil {
		return h, err
	}
	h.Sessions = slices.DeleteFunc(sessions, func(x program.Session) bool { return !own(x.Pair) })
	changes, err := s.store.Ledger(ctx)
	if err != nil {
		return h, err
	}
	h.Changes = slices.DeleteFunc(changes, func(c program.Change) bool { return c.Person != person })
	actions, err := s.store.Actions(ctx)
	if err != nil {
		return h, err
	}
	h.Actions = slices.DeleteFunc(actions, func(a program.Action) bool { return !own(a.Pair) })
	c, err := s.store.LoadCase(ctx, person, program.Ref{Kind: program.RefPerson, ID: person}, s.settings, s.now())
	if err != nil {
		return h, err
	}
	h.Calendar = c.Calendar.Host
	return h, s.holdWords(ctx, person, &h)
}

// holdWords adds what the person has answered and been sent.
func (s *service) holdWords(ctx context.Context, person program.ID, h *holding) error {
	var err error
	if h.Notes, err = s.store.Notes(ctx, person); err != nil {
		return err
	}
	letters, err := s.store.Outbox(ctx, store.OutboxFilter{Person: person})
	if err != nil {
		return err
	}
	for _, l := range letters {
		h.Letters = append(h.Letters, heldLetter{l.Letter.Kind, l.Letter.Created, string(l.State)})
	}
	entries, err := s.store.Entries(ctx, person)
	h.Journal = len(entries)
	return err
}

// events are the booked sessions, for a calendar.
func (h holding) events(settings program.Settings) []program.Event {
	var events []program.Event
	for _, x := range h.Sessions {
		if !x.Start.IsZero() && x.Status != program.SessionCancelled {
			events = append(events, program.Event{
				UID: x.UID, Sequence: x.Sequence, Stamp: h.Collected, Start: x.Start, End: x.End, Summary: "Mentoring session",
				Organizer: program.Attendee{Name: settings.Name, Address: settings.Address},
			})
		}
	}
	return events
}

// text is the holding for a person to read.
func (h holding) text() string {
	zone := h.Person.Location()
	var out strings.Builder
	fmt.Fprintf(&out, "Everything held about %s, %s\n\n", h.Person.Name, h.Collected.In(zone).Format("2 January 2006"))
	fmt.Fprintf(&out, "Address:  %s\nAliases:  %s\nZone:     %s\nHours:    %s\nLanguage: %s\nStatus:   %s\nCalendar: %s\nHolidays: %s\nAway:     %s\n",
		h.Person.Email, strings.Join(h.Person.Aliases, " "), h.Person.Zone, h.Person.Hours, h.Person.Locale, h.Person.Status, h.Calendar,
		holidaysNamed(h.Person), strings.Join(absences(h.Person), ", "))
	fmt.Fprintf(&out, "\nSessions (%d)\n", len(h.Sessions))
	for _, x := range h.Sessions {
		when := "no time yet"
		if !x.Start.IsZero() {
			when = x.Start.In(zone).Format("Mon 2 Jan 2006 15:04 MST")
		}
		fmt.Fprintf(&out, "- %s, %s\n", when, x.Status)
	}
	fmt.Fprintf(&out, "\nChanges that you asked for (%d)\n", len(h.Changes))
	for _, c := range h.Changes {
		fmt.Fprintf(&out, "- %s: %s, notice %s, late %t, waived %t, %s\n",
			c.ReceivedAt.In(zone).Format("2 Jan 2006 15:04"), c.Kind, c.Notice, c.Late, c.Waived, c.Outcome)
	}
	fmt.Fprintf(&out, "\nActions (%d)\n", len(h.Actions))
	for _, a := range h.Actions {
		fmt.Fprintf(&out, "- %d. %s (%s)\n", a.Number, a.Text, a.Status)
	}
	fmt.Fprintf(&out, "\nYour answers (%d)\n", len(h.Notes))
	for _, n := range h.Notes {
		fmt.Fprintf(&out, "- %s, %s: %s\n", n.Created.In(zone).Format("2 Jan 2006"), n.Kind, n.Text)
	}
	fmt.Fprintf(&out, "\nMails that we sent you: %d. Journal entries: %d, in journal.md.\n", len(h.Letters), h.Journal)
	return out.String()
}

func (m Main) exportCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export PERSON",
		Short: "Write everything held about a person (an address) into a folder",
		Args:  cobra.ExactArgs(1),
	}
	dir := cmd.Flags().String("to", "export", "`FOLDER` for the files")
	cmd.RunE = m.operating(func(ctx context.Context, o operator, args []string) error {
		p, err := o.database.FindPersonByAddress(ctx, args[0])
		if err != nil {
			return fmt.Errorf("find %s: %w", args[0], err)
		}
		s := &service{config: o.config, settings: o.config.Settings(), store: o.database, now: time.Now}
		files, err := s.everything(ctx, p.ID)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(*dir, 0o700); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		for _, f := range files {
			path := filepath.Join(*dir, f.Name)
			if err := os.WriteFile(path, f.Content, 0o600); err != nil {
				return fmt.Errorf("write export: %w", err)
			}
			fmt.Fprintln(o.Stdout, path)
		}
		return nil
	})
	return cmd
}

func (m Main) forgetCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "forget PERSON",
		Short: "Forget a person (an address): end their pairs, then erase them",
		Args:  cobra.ExactArgs(1),
	}
	sure := cmd.Flags().Bool("yes", false, "really forget")
	cmd.RunE = m.operating(func(ctx context.Context, o operator, args []string) error {
		if !*sure {
			return usagef("forget cannot be undone: add --yes to forget %s", args[0])
		}
		p, err := o.database.FindPersonByAddress(ctx, args[0])
		if err != nil {
			return fmt.Errorf("find %s: %w", args[0], err)
		}
		if _, err := o.decide(ctx, p.ID, program.Ref{}, func(c program.Case) program.Outcome {
			return c.ForgetPerson(rand.Text(), o.now)
		}); err != nil {
			return err
		}
		fmt.Fprintf(o.Stdout, "%s gets a last mail and is erased once no letter waits any more\n", args[0])
		return nil
	})
	return cmd
}
