package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mentorpost/mentorpost/mailer"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
	"github.com/mentorpost/mentorpost/web"
)

// sendAll sends every letter that is ready, over as many connections as are
// configured. A letter that must wait is reported, and no error; a server
// that cannot be used at all is one.
func (s *service) sendAll(ctx context.Context) error {
	for {
		claimed, err := s.store.ClaimLetters(ctx, s.now(), batch, sendLease)
		if err != nil || len(claimed) == 0 {
			return err
		}
		if err := s.sendBatch(ctx, claimed, time.Now()); err != nil {
			return err
		}
	}
}

// sendBatch sends what was claimed at an instant. What it does not get to
// while the claim is certain to hold, it leaves to the next claim: another
// worker may have it already.
func (s *service) sendBatch(ctx context.Context, claimed []store.Outgoing, at time.Time) error {
	work := make(chan store.Outgoing)
	failed := make(chan error, len(claimed))
	var senders sync.WaitGroup
	var away atomic.Bool // the server, or the database: the rest is not tried
	for range min(max(1, s.config.SMTP.Connections), len(claimed)) {
		senders.Go(func() {
			for out := range work {
				if time.Since(at) > sendLease/2 {
					continue
				}
				if err := s.send(ctx, out, away.Load()); err != nil {
					away.Store(true)
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
// of it. The outcome of each message is committed by itself, even while the
// service stops: what is known must not be forgotten.
func (s *service) send(ctx context.Context, out store.Outgoing, away bool) error {
	lasting, cancel := outlasting(ctx)
	defer cancel()
	id, term := out.Letter.ID, out.Term
	if away || ctx.Err() != nil {
		return s.settled(s.store.PutBack(lasting, id, term, out.Letter.Created, ""))
	}
	message, err := s.composed(ctx, out)
	if errors.Is(err, store.ErrLeaseLost) {
		return nil // another worker has taken over: it sends
	}
	if err == nil {
		err = s.pool.Send(ctx, message)
		s.metrics.Sent(sendResult(err))
	}
	if err == nil {
		s.counts.add(&s.counts.sent, 1)
		return insist(lasting, func() error { return s.settled(s.store.Sent(lasting, id, term, s.now())) })
	}
	if kept := insist(lasting, func() error { return s.unsent(ctx, lasting, out, err) }); kept != nil {
		return kept
	}
	if errors.Is(err, mailer.ErrUnreachable) {
		return err
	}
	s.counts.waiting(fmt.Sprintf("letter %s to %s: %v", id, out.Letter.Address, err))
	return nil
}

// sendResult is how a try counts in the metrics.
func sendResult(err error) string {
	switch {
	case err == nil:
		return web.SendSent
	case errors.Is(err, mailer.ErrPermanent):
		return web.SendRefused
	case errors.Is(err, mailer.ErrUnknown):
		return web.SendUnknown
	case errors.Is(err, mailer.ErrUnreachable):
		return web.SendUnreachable
	}
	return web.SendRetry
}

// outlasting is a context for what must still be written down after ctx has
// ended: a moment longer, and never longer than the claim is certain to hold.
func outlasting(ctx context.Context) (context.Context, context.CancelFunc) {
	const moment = 3 * time.Second
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendLease/2)
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(moment, cancel) })
	return lasting, func() {
		stop()
		cancel()
	}
}

// insist tries once a second until it is done or ctx ends: a database that is
// away for a minute must not make a letter go twice.
func insist(ctx context.Context, keep func() error) error {
	again := time.NewTicker(time.Second)
	defer again.Stop()
	for {
		err := keep()
		if err == nil || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-again.C:
		}
	}
}

// doubtWait is how long a letter of unknown fate waits for a sign that it has
// arrived before it is sent a second time.
const doubtWait = 15 * time.Minute

// unsent keeps what is to become of a letter that the server has not taken.
func (s *service) unsent(ctx, lasting context.Context, out store.Outgoing, reason error) error {
	id, term := out.Letter.ID, out.Term
	twice := errors.Is(reason, mailer.ErrUnknown) && out.State == store.LetterUnknown
	var err error
	switch {
	case errors.Is(reason, mailer.ErrUnreachable), // says nothing about the letter
		errors.Is(reason, mailer.ErrTemporary) && ctx.Err() != nil: // we are being stopped
		err = s.store.PutBack(lasting, id, term, out.Letter.Created, reason.Error())
	case errors.Is(reason, mailer.ErrPermanent), errors.Is(reason, mailer.ErrAddress), twice, out.Attempts >= mailer.MaxAttempts:
		err = s.refused(lasting, out, reason)
	case errors.Is(reason, mailer.ErrUnknown):
		err = s.store.Unknown(lasting, id, term, s.now().Add(doubtWait), reason.Error())
	default:
		err = s.store.Retry(lasting, id, term, s.now().Add(mailer.Backoff(out.Attempts)), reason.Error())
	}
	return s.settled(err)
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

// refused gives a letter up and tells the coordinators, in one commit.
func (s *service) refused(ctx context.Context, out store.Outgoing, reason error) error {
	var told program.Outcome
	if out.Letter.To != "" { // else it was to a coordinator: the log must do
		told = program.Undelivered(s.settings, out.Letter, reason.Error(), s.now())
	}
	s.log.Error("a letter was given up", "letter", out.Letter.ID, "to", out.Letter.Address, "reason", reason)
	return s.store.Failed(ctx, out.Letter.ID, out.Term, reason.Error(), told)
}
