package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mentorpost/mentorpost/mailer"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
	"github.com/mentorpost/mentorpost/web"
)

// dueAll does all that has fallen due by the rules' clock.
func (s *service) dueAll(ctx context.Context) error {
	for {
		claimed, err := s.store.ClaimDue(ctx, s.now(), batch, decideLease)
		if err != nil || len(claimed) == 0 {
			return err
		}
		for _, due := range claimed {
			if err := s.fire(ctx, due); err != nil {
				return fmt.Errorf("timer %s: %w", due.Timer.Key, err)
			}
		}
	}
}

// fire decides what follows from one timer and applies it, once.
func (s *service) fire(ctx context.Context, due store.Due) error {
	const attempts = 10
	for range attempts {
		case_, err := s.dueCase(ctx, due.Timer)
		if err != nil {
			return err
		}
		outcome := case_.Due(due.Timer, due.Seed, s.now())
		err = s.store.Apply(ctx, store.Source{Timer: due.Timer.Key, Term: due.Term}, outcome)
		if err == nil && outcome.Erase != "" {
			err = s.store.Scrub(ctx)
		}
		switch {
		case errors.Is(err, store.ErrStale):
			continue
		case errors.Is(err, store.ErrLeaseLost):
			return nil
		case err == nil:
			s.counts.add(&s.counts.due, 1)
		}
		return err
	}
	return store.ErrStale
}

// dueCase loads the case of a timer: its person's, or its pair's mentee's.
func (s *service) dueCase(ctx context.Context, t program.Timer) (program.Case, error) {
	about := program.Ref{Kind: program.RefPerson, ID: t.Person}
	switch {
	case t.Session != "":
		about = program.Ref{Kind: program.RefSession, ID: t.Session}
	case t.Pair != "":
		about = program.Ref{Kind: program.RefPair, ID: t.Pair}
	}
	case_, err := s.store.LoadCase(ctx, t.Person, about, s.settings, s.now())
	if errors.Is(err, store.ErrNotFound) {
		return program.Case{Settings: s.settings}, nil
	}
	if err == nil && t.Kind == program.TimerErase {
		case_.Unsent, err = s.store.Unsent(ctx, t.Person)
	}
	return case_, err
}

// sendAll sends every letter that is ready, over as many connections as are
// configured. A letter that must wait is reported, and no error; a server
// that cannot be used at all is one.
func (s *service) sendAll(ctx context.Context) error {
	for {
		claimed, err := s.store.ClaimLetters(ctx, s.now(), batch, sendLease)
		if err != nil || len(claimed) == 0 {
			return err
		}
		if err := s.sendBatch(ctx, claimed); err != nil {
			return err
		}
	}
}

func (s *service) sendBatch(ctx context.Context, claimed []store.Outgoing) error {
	work := make(chan store.Outgoing)
	failed := make(chan error, len(claimed))
	var senders sync.WaitGroup
	for range min(max(1, s.config.SMTP.Connections), len(claimed)) {
		senders.Go(func() {
			for out := range work {
				if err := s.send(ctx, out); err != nil {
					failed <- err
				}
			}
		})
	}
	for _, out := range claimed {
		work <- out
	}
	close(work)
	senders.Wait()
	close(failed)
	var errs []error
	for err := range failed {
		errs = append(errs, err)
		if len(errs) == 3 { // they are mostly the same
			break
		}
	}
	return errors.Join(errs...)
}

// send composes a letter once, hands it to the server, and keeps what became
// of it. The outcome of each message is committed by itself.
func (s *service) send(ctx context.Context, out store.Outgoing) error {
	message, err := s.composed(ctx, out)
	if errors.Is(err, store.ErrLeaseLost) {
		return nil // another worker has taken over: it sends
	}
	if err != nil {
		return s.putOff(ctx, out, err)
	}
	id, term := out.Letter.ID, out.Term
	err = s.pool.Send(ctx, message)
	later := s.now().Add(mailer.Backoff(out.Attempts + 1))
	switch {
	case err == nil:
		s.metrics.Sent(web.SendSent)
		s.counts.add(&s.counts.sent, 1)
		return s.settled(s.store.Sent(ctx, id, term, s.now()))
	case errors.Is(err, mailer.ErrPermanent):
		s.metrics.Sent(web.SendRefused)
		s.counts.waiting(fmt.Sprintf("letter %s to %s was refused: %v", id, message.To, err))
		return s.settled(s.refused(ctx, out, err))
	case errors.Is(err, mailer.ErrUnknown):
		s.metrics.Sent(web.SendUnknown)
		s.counts.waiting(fmt.Sprintf("letter %s to %s: %v", id, message.To, err))
		return s.settled(s.store.Unknown(ctx, id, term, later, err.Error()))
	case errors.Is(err, mailer.ErrUnreachable):
		s.metrics.Sent(web.SendUnreachable)
		if kept := s.settled(s.store.Retry(ctx, id, term, s.now().Add(time.Minute), err.Error())); kept != nil {
			return kept
		}
		return err
	}
	s.metrics.Sent(web.SendRetry)
	return s.putOff(ctx, out, err)
}

// putOff lets a letter wait for its next attempt, or gives it up after the
// last one. No letter stands in the way of the others.
func (s *service) putOff(ctx context.Context, out store.Outgoing, reason error) error {
	if out.Attempts+1 >= mailer.MaxAttempts {
		return s.settled(s.refused(ctx, out, reason))
	}
	s.counts.waiting(fmt.Sprintf("letter %s to %s waits: %v", out.Letter.ID, out.Letter.Address, reason))
	later := s.now().Add(mailer.Backoff(out.Attempts + 1))
	return s.settled(s.store.Retry(ctx, out.Letter.ID, out.Term, later, reason.Error()))
}

// settled passes over a lease that was lost: another worker has taken over.
func (s *service) settled(err error) error {
	if errors.Is(err, store.ErrLeaseLost) {
		return nil
	}
	return err
}

// composed is the message of a letter: the bytes that were kept for it, or
// new ones that are kept before they are sent.
func (s *service) composed(ctx context.Context, out store.Outgoing) (mailer.Message, error) {
	if out.Raw != nil {
		return mailer.Message{From: s.composer.EnvelopeFrom(out.Letter), To: out.Letter.Address, Raw: out.Raw}, nil
	}
	files, err := s.attachments(ctx, out.Letter)
	if err != nil {
		return mailer.Message{}, fmt.Errorf("attach to letter %s: %w", out.Letter.ID, err)
	}
	message, err := s.composer.Compose(out.Letter, files...)
	if err != nil {
		return message, fmt.Errorf("compose letter %s: %w", out.Letter.ID, err)
	}
	return message, s.store.KeepComposed(ctx, out.Letter.ID, out.Term, message.Raw)
}

// refused gives a letter up and tells the coordinators.
func (s *service) refused(ctx context.Context, out store.Outgoing, reason error) error {
	if err := s.store.Failed(ctx, out.Letter.ID, out.Term, reason.Error()); err != nil {
		return err
	}
	if out.Letter.To == "" {
		return nil // a letter to a coordinator: the log must do
	}
	outcome := program.Undelivered(s.settings, out.Letter, reason.Error(), s.now())
	return s.store.Apply(ctx, store.Source{}, outcome)
}
