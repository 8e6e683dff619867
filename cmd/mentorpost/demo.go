package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/cmd/mentorpost/postoffice"
	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/store"
)

func (m Main) demoCommand() *cobra.Command {
	var full bool
	var keep string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Play a sample program on embedded servers and print every mail",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return m.demo(cmd.Context(), full, keep)
		},
	}
	cmd.Flags().BoolVar(&full, "full", false, "print the whole source of each mail")
	cmd.Flags().StringVar(&keep, "keep", "", "keep mailboxes and database in `DIR`")
	return cmd
}

// demo plays the sample program in a folder of its own.
func (m Main) demo(ctx context.Context, full bool, keep string) error {
	dir, err := demoFolder(keep)
	if err != nil {
		return err
	}
	if keep == "" {
		defer os.RemoveAll(dir)
	}
	began := time.Now()
	st, err := openStage(ctx, dir, m.Stdout, full)
	if err != nil {
		return err
	}
	defer st.close()
	for _, step := range demoScript {
		if err := st.play(ctx, step); err != nil {
			return fmt.Errorf("demo, %s: %w", step.what, err)
		}
	}
	st.summary(ctx, time.Since(began))
	if keep != "" {
		fmt.Fprintf(m.Stdout, "mailboxes and database are kept in %s\n", dir)
	}
	return nil
}

func demoFolder(keep string) (string, error) {
	if keep == "" {
		return os.MkdirTemp("", "mentorpost-demo-")
	}
	if err := os.MkdirAll(keep, 0o700); err != nil {
		return "", fmt.Errorf("make folder for --keep: %w", err)
	}
	if entries, err := os.ReadDir(keep); err != nil || len(entries) > 0 {
		return "", usagef("--keep %s: name an empty or new folder", keep)
	}
	return keep, nil
}

// stage is where a sample program is played: a real mail server, a real
// database and the service, on a clock that runs as fast as it can.
type stage struct {
	service *service
	office  *postoffice.Office
	client  *inbox.Client
	clock   time.Time
	out     io.Writer
	full    bool
	seen    map[string]int // mails of each correspondent that have been shown
	steps   []stepResult
}

type stepResult struct {
	at   time.Time
	what string
	got  string
}

func openStage(ctx context.Context, dir string, out io.Writer, full bool) (*stage, error) {
	st := &stage{out: out, full: full, seen: map[string]int{}, clock: demoBegins}
	config := defaultConfig()
	config.Program.Name, config.Program.Address = "Mentor Everywhere", "mentor@example.org"
	config.Program.Coordinators = []string{demoCoordinator}
	config.Database.URL = "sqlite:" + filepath.Join(dir, "mentorpost.db")
	config.Secrets.KeyFile = filepath.Join(dir, "mentorpost.key")
	config.Embedded, config.Rehearsal = true, true
	var err error
	st.service, err = openServiceAt(ctx, config, st.now, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	st.office = st.service.office
	if st.client, err = inbox.Dial(ctx, st.service.imap); err != nil {
		st.close()
		return nil, err
	}
	return st, nil
}

func (st *stage) now() time.Time { return st.clock }

func (st *stage) close() {
	if st.client != nil {
		st.client.Close()
	}
	st.service.close()
}

// step is one thing that happens, and what must have come of it.
type step struct {
	what string
	at   string // local clock of the service, RFC 3339; the program runs until then
	do   func(context.Context, *stage) error
	// expect names the kinds of mail that must arrive in this step, as
	// "invite>ada"; none of them may be missing.
	expect []string
}

// play lets the clock run to the step's instant, does it, and shows the mails
// that came of it.
func (st *stage) play(ctx context.Context, s step) error {
	at, err := time.Parse(time.RFC3339, s.at)
	if err != nil {
		return err
	}
	arrived, err := st.until(ctx, at)
	if err != nil {
		return err
	}
	fmt.Fprintf(st.out, "\n━━ %s · %s\n", st.clock.UTC().Format("Mon 2 Jan 2006, 15:04 UTC"), s.what)
	st.show(arrived)
	if s.do != nil {
		if err := s.do(ctx, st); err != nil {
			return err
		}
		answers, err := st.settle(ctx)
		if err != nil {
			return err
		}
		st.show(answers)
		arrived = append(arrived, answers...)
	}
	missing := missing(s.expect, arrived)
	st.steps = append(st.steps, stepResult{st.clock, s.what, countMails(len(arrived))})
	if len(missing) > 0 {
		return fmt.Errorf("did not happen: %v", missing)
	}
	return nil
}

// until lets the program run until the instant, stopping at everything that
// falls due in between.
func (st *stage) until(ctx context.Context, to time.Time) ([]arrival, error) {
	var arrived []arrival
	for {
		next, err := st.service.store.NextDue(ctx)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		if err != nil || next.After(to) {
			break
		}
		if next.After(st.clock) {
			st.clock = next
		}
		mails, err := st.settle(ctx)
		if err != nil {
			return nil, err
		}
		arrived = append(arrived, mails...)
	}
	if to.After(st.clock) {
		st.clock = to
	}
	return arrived, nil
}

// settle runs passes until nothing more comes of them.
func (st *stage) settle(ctx context.Context) ([]arrival, error) {
	for range 20 {
		before := st.service.counts.total()
		if err := st.service.pass(ctx, st.client); err != nil {
			return nil, err
		}
		if st.service.counts.total() == before {
			return st.collect(), nil
		}
	}
	return nil, errors.New("the program does not come to rest")
}

// importCSV enrols people or pairs as the import command does.
func (st *stage) importCSV(ctx context.Context, what importer, csv string) error {
	d, wrong, err := what(ctx, []byte(csv), st.service.config, st.service.store)
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return fmt.Errorf("line %d: %s", wrong[0].Line, wrong[0].Error())
	}
	return st.service.store.Apply(ctx, store.Source{}, d.outcome)
}

// summaryColumn is how wide the steps stand in the summary.
const summaryColumn = 62

// wrapWords breaks a text between words into lines of at most so many letters.
func wrapWords(text string, columns int) []string {
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case utf8.RuneCountInString(*last)+1+utf8.RuneCountInString(word) > columns:
			lines = append(lines, word)
		default:
			*last += " " + word
		}
	}
	return lines
}

func countMails(n int) string {
	if n == 1 {
		return "1 mail"
	}
	return fmt.Sprintf("%d mails", n)
}

// summary prints what happened, step by step, and how the sessions stand.
func (st *stage) summary(ctx context.Context, took time.Duration) {
	fmt.Fprintf(st.out, "\n━━ Summary\n\n")
	for _, s := range st.steps {
		lines := wrapWords(s.what, summaryColumn)
		fmt.Fprintf(st.out, "  %s   %-*s %s\n", s.at.UTC().Format("02 Jan 15:04"), summaryColumn, lines[0], s.got)
		for _, line := range lines[1:] {
			fmt.Fprintf(st.out, "  %-12s   %s\n", "", line)
		}
	}
	sessions, err := st.service.store.Sessions(ctx)
	if err == nil {
		fmt.Fprintln(st.out)
		for _, s := range sessions {
			when := "no time yet"
			if !s.Start.IsZero() {
				when = s.Start.UTC().Format("Mon 2 Jan 2006 15:04 UTC")
			}
			fmt.Fprintf(st.out, "  session %-10s %s, SEQUENCE %d\n", s.Status, when, s.Sequence)
		}
	}
	c := &st.service.counts
	fmt.Fprintf(st.out, "\n  %d mails read, %d sent, %d timers, in %.1f s\n", c.kept, c.sent, c.due, took.Seconds())
}
