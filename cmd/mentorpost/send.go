package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

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
		letters, err := s.sendRound(ctx)
		if err != nil || letters == 0 {
			return err
		}
	}
}

// parcel is a claimed letter with the mail that was made of it, or the reason
// why none was.
type parcel struct {
	store.Outgoing
	claimed time.Time
	message mailer.Message
	failed  error
}

// sendRound sends what may go, and returns how many letters that were: others
// may have waited for them to reach the same reader first. The next letters are
// claimed and composed while those before them are on their way.
func (s *service) sendRound(ctx context.Context) (letters int, err error) {
	var working errgroup.Group
	var away atomic.Bool // the server, or the database: the rest is put back
	composed := make(chan []parcel)
	working.Go(func() error {
		defer close(composed)
		for !away.Load() {
			at := time.Now()
			claimed, err := s.store.ClaimLetters(ctx, s.now(), batch, sendLease)
			if err != nil || len(claimed) == 0 {
				return err
			}
			letters += len(claimed)
			composed <- s.composeAll(ctx, claimed, at)
		}
		return nil
	})
	working.Go(func() error {
		var errs []error
		for parcels := range composed {
			errs = append(errs, s.sendBatch(ctx, parcels, &away)...)
		}
		return few(errs)
	})
	err = working.Wait()
	return letters, err
}

// composeAll makes mails of letters, on all cores, and keeps them before any is
// sent, in one commit. What another worker has taken over meanwhile, that one
// sends.
func (s *service) composeAll(ctx context.Context, claimed []store.Outgoing, at time.Time) []parcel {
	parcels := make([]parcel, len(claimed))
	spread(len(claimed), func(i int) {
		parcels[i] = parcel{Outgoing: claimed[i], claimed: at}
		parcels[i].message, parcels[i].failed = s.compose(ctx, claimed[i])
	})
	var fresh []*parcel
	var mails []store.Composed
	for i := range parcels {
		if p := &parcels[i]; p.failed == nil && p.Raw == nil {
			fresh = append(fresh, p)
			mails = append(mails, store.Composed{Letter: p.Letter.ID, Term: p.Term, Raw: p.message.Raw})
		}
	}
	for i, err := range s.store.KeepComposed(ctx, mails) {
		fresh[i].failed = err
	}
	return slices.DeleteFunc(parcels, func(p parcel) bool { return errors.Is(p.failed, store.ErrLeaseLost) })
}

// compose is the mail of a letter: the bytes that were kept for it, or new ones.
func (s *service) compose(ctx context.Context, out store.Outgoing) (mailer.Message, error) {
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
	return message, nil
}

// sendBatch sends parcels. What it does not get to while the claim is certain
// to hold, it leaves to the next claim: another worker may have it already.
func (s *service) sendBatch(ctx context.Context, parcels []parcel, away *atomic.Bool) []error {
	work := make(chan parcel)
	failed := make(chan error, len(parcels))
	taken := make(chan delivery)
	var senders, recorder sync.WaitGroup
	recorder.Go(func() { s.recordSent(ctx, taken) })
	for range min(max(1, s.config.SMTP.Connections), len(parcels)) {
		senders.Go(func() {
			for p := range work {
				if time.Since(p.claimed) > sendLease/2 {
					continue
				}
				if err := s.send(ctx, p, away.Load(), taken); err != nil {
					away.Store(true)
					failed <- err
				}
			}
		})
	}
	for _, p := range parcels {
		work <- p
	}
	close(work)
	senders.Wait()
	close(taken)
	recorder.Wait()
	close(failed)
	var errs []error
	for err := range failed {
		errs = append(errs, err)
	}
	return errs
}

// send hands a letter to the server, and waits until what became of it is
// kept, even while the service stops: what is known must not be forgotten.
func (s *service) send(ctx context.Context, p parcel, away bool, taken chan<- delivery) error {
	lasting, cancel := outlasting(ctx)
	defer cancel()
	id, term, err := p.Letter.ID, p.Term, p.failed
	if away || ctx.Err() != nil {
		return s.settled(s.store.PutBack(lasting, id, term, p.Letter.Created, ""))
	}
	if err == nil {
		err = s.pool.Send(ctx, p.message)
		s.metrics.Sent(sendResult(err))
	}
	if err == nil {
		s.counts.add(&s.counts.sent, 1)
		recorded := make(chan error)
		taken <- delivery{store.Handed{Letter: id, Term: term, At: s.now()}, recorded}
		return <-recorded
	}
	if kept := insist(lasting, func() error { return s.unsent(ctx, lasting, p.Outgoing, err) }); kept != nil {
		return kept
	}
	if errors.Is(err, mailer.ErrUnreachable) {
		return err
	}
	s.counts.waiting(fmt.Sprintf("letter %s to %s: %v", id, p.Letter.Address, err))
	return nil
}

// delivery is a letter that the server has taken. Its sender waits for the
// word that this is committed before it sends another: whenever the service
// falls, there is at most one letter on each connection that may go twice.
type delivery struct {
	letter   store.Handed
	recorded chan<- error
}

// recordSent commits deliveries. Those of several connections that come while a
// commit is under way share the next one.
func (s *service) recordSent(ctx context.Context, taken <-chan delivery) {
	for first := range taken {
		group := append([]delivery{first}, atOnce(taken)...)
		letters := make([]store.Handed, len(group))
		for i, d := range group {
			letters[i] = d.letter
		}
		lasting, cancel := outlasting(ctx)
		err := insist(lasting, func() error {
			var errs []error
			for _, err := range s.store.Sent(lasting, letters) {
				if err = s.settled(err); err != nil {
					errs = append(errs, err)
				}
			}
			return few(errs)
		})
		cancel()
		for _, d := range group {
			d.recorded <- err
		}
	}
}

// atOnce takes what can be received without waiting.
func atOnce[T any](from <-chan T) (all []T) {
	for {
		select {
		case next, open := <-from:
			if !open {
				return all
			}
			all = append(all, next)
		default:
			return all
		}
	}
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

// refused gives a letter up and tells the coordinators, in one commit.
func (s *service) refused(ctx context.Context, out store.Outgoing, reason error) error {
	var told program.Outcome
	if out.Letter.To != "" { // else it was to a coordinator: the log must do
		told = program.Undelivered(s.settings, out.Letter, reason.Error(), s.now())
	}
	s.log.Error("a letter was given up", "letter", out.Letter.ID, "to", out.Letter.Address, "reason", reason)
	return s.store.Failed(ctx, out.Letter.ID, out.Term, reason.Error(), told)
}
