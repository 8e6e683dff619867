package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/cmd/mentorpost/postoffice"
	"github.com/mentorpost/mentorpost/inbox"
)

// pollPeriod is the truth behind the hints: every loop looks at least as often.
const pollPeriod = 15 * time.Second

func (m Main) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the service (without configuration: on an embedded mail server)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := m.config(cmd)
			if err != nil {
				return err
			}
			s, err := openService(cmd.Context(), config, nil)
			if err != nil {
				return err
			}
			defer s.close()
			if err := s.listen(cmd.Context()); err != nil {
				return err
			}
			s.greet(cmd)
			return s.serve(cmd.Context())
		},
	}
}

// greet says where everything is.
func (s *service) greet(cmd *cobra.Command) {
	out := cmd.OutOrStdout()
	if s.office != nil {
		fmt.Fprintf(out, "embedded mode: mail never leaves this machine\n  SMTP %s   IMAP %s   any address as name, password %q\n",
			s.office.SMTPAddr(), s.office.IMAPAddr(), postoffice.DefaultPassword)
	}
	if s.web != nil {
		fmt.Fprintf(out, "  HTTP http://%s/\n", s.web.Addr())
	}
	fmt.Fprintf(out, "serving %s <%s>\n", s.settings.Name, s.settings.Address)
}

// serve runs the loops, and the web part where it listens, until the context
// ends. No loop stops for an error: it is logged, and the next round tries again.
func (s *service) serve(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	debug.FreeOSMemory() // what the start has left behind: most daemons are idle from here on
	loops := []func(context.Context) error{
		s.receiveLoop,
		s.loop("decide", s.decideAll, nil),
		s.loop("calendars", s.readCalendars, nil),
		s.loop("due", s.dueAll, s.store.NextDue),
		s.loop("send", s.sendAll, nil),
	}
	if s.web != nil {
		loops = append(loops, s.webLoop)
	}
	done := make(chan error, len(loops))
	for _, run := range loops {
		go func() { done <- run(ctx) }()
	}
	var errs []error
	for range loops {
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			errs = append(errs, err)
		}
		stop()
	}
	return errors.Join(errs...)
}

// receiveLoop watches the mailbox: IDLE is the hint, catching up the truth.
func (s *service) receiveLoop(ctx context.Context) error {
	backoff := inbox.DefaultBackoff()
	tell := backoff.Failed
	backoff.Failed = func(err error, wait time.Duration) {
		s.metrics.Reconnected()
		tell(err, wait)
	}
	return inbox.Watch(ctx,
		func(ctx context.Context) (*inbox.Client, error) { return inbox.Dial(ctx, s.imap) },
		s.catchUp, backoff)
}

// catchUp brings in everything that lies in the mailbox, and notes when.
func (s *service) catchUp(ctx context.Context, client *inbox.Client) error {
	if err := s.receive(ctx, client); err != nil {
		return err
	}
	s.counts.catchUp(time.Now())
	return nil
}

// loop does the work whenever the store hints at some, when the next falls
// due (nil: that is not known) and every poll period. After a failure it
// waits, longer each time up to a minute.
func (s *service) loop(name string, work func(context.Context) error, next func(context.Context) (time.Time, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		hints := s.store.Listen(ctx)
		timer := time.NewTimer(0)
		defer timer.Stop()
		failures := 0
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-hints:
				if failures > 0 {
					continue // a failing server is not hurried by hints
				}
			case <-timer.C:
			}
			wait := pollPeriod
			if err := work(ctx); err != nil && ctx.Err() == nil {
				failures++
				wait = min(time.Second<<min(failures, 6), time.Minute)
				s.log.Error(name+" failed, trying again", "error", err, "in", wait)
			} else {
				failures = 0
				wait = s.untilNext(ctx, next)
			}
			timer.Reset(wait)
		}
	}
}

// untilNext is the poll period, or less where work falls due sooner.
func (s *service) untilNext(ctx context.Context, next func(context.Context) (time.Time, error)) time.Duration {
	if next == nil {
		return pollPeriod
	}
	at, err := next(ctx)
	if err != nil || at.IsZero() {
		return pollPeriod
	}
	return max(100*time.Millisecond, min(pollPeriod, at.Sub(s.now())))
}
