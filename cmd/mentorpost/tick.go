package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/inbox"
)

func (m Main) tickCommand() *cobra.Command {
	var at string
	cmd := &cobra.Command{
		Use:   "tick",
		Short: "One pass: read all mail, do all that is due, send, exit",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := m.config(cmd)
			if err != nil {
				return err
			}
			now, err := passClock(config, at)
			if err != nil {
				return err
			}
			s, err := openService(cmd.Context(), config, now)
			if err != nil {
				return err
			}
			defer s.close()
			s.calendars = m.calendars
			if err := s.tick(cmd.Context()); err != nil {
				return err
			}
			s.report(cmd)
			return nil
		},
	}
	cmd.Flags().StringVar(&at, "now", "", "clock of this pass, RFC 3339 (rehearsal only)")
	return cmd
}

// passClock is the clock of one pass: nil for the real one.
func passClock(config Config, at string) (func() time.Time, error) {
	if at == "" {
		return nil, nil
	}
	if !config.Rehearsal {
		return nil, usagef("--now is for rehearsals: set rehearsal = true in %s first", config.name())
	}
	instant, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return nil, usagef("--now %q: write RFC 3339, as 2027-01-11T10:00:00Z", at)
	}
	return func() time.Time { return instant }, nil
}

// tick is one pass of the three loops: receive, due, send.
func (s *service) tick(ctx context.Context) error {
	client, err := inbox.Dial(ctx, s.imap)
	if err != nil {
		return err
	}
	defer client.Close()
	return s.pass(ctx, client)
}

// pass reads all mail, does all that is due and sends.
func (s *service) pass(ctx context.Context, client *inbox.Client) error {
	if err := s.receive(ctx, client); err != nil {
		return err
	}
	if err := s.readCalendars(ctx); err != nil {
		return err
	}
	if err := s.dueAll(ctx); err != nil {
		return err
	}
	return s.sendAll(ctx)
}

// report says what a pass has done, and which mails had to wait.
func (s *service) report(cmd *cobra.Command) {
	c := &s.counts
	fmt.Fprintf(cmd.OutOrStdout(), "read %d, decided %d, due %d, sent %d, waiting %d\n", c.kept, c.decided, c.due, c.sent, c.held)
	for _, reason := range c.failures {
		fmt.Fprintln(cmd.ErrOrStderr(), "mentorpost:", reason)
	}
}
