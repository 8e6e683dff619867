package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
	"github.com/mentorpost/mentorpost/web"
)

// catchUpPeriod is how old the last look through the mailbox may be while the
// service counts as ready: five times the wait for mail.
const catchUpPeriod = 10 * time.Minute

// listen opens the address of the web part, where there is one.
func (s *service) listen(ctx context.Context) error {
	if s.config.HTTP.Listen == "" {
		return nil
	}
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", s.config.HTTP.Listen)
	if err != nil {
		return fmt.Errorf("listen for HTTP (is another one running? see http.listen): %w", err)
	}
	s.web = listener
	return nil
}

// webLoop serves the web part until the context ends.
func (s *service) webLoop(ctx context.Context) error {
	handler, err := s.site(s.config.Embedded && web.Local(s.web))
	if err != nil {
		return err
	}
	return web.Serve(ctx, s.web, handler, s.log)
}

// site is the web part. Open lets everybody on this machine see it.
func (s *service) site(open bool) (http.Handler, error) {
	zone, err := time.LoadLocation(s.settings.Zone)
	if err != nil {
		return nil, fmt.Errorf("load zone of the program: %w", err)
	}
	return web.New(web.Options{
		Source: webSource{s}, Metrics: s.metrics, Sealer: s.sealer, Name: s.settings.Name, Zone: zone,
		Password: s.config.HTTP.CoordinatorPassword, TrustedHeader: s.config.HTTP.TrustedHeader,
		Open: open, Now: s.now, Log: s.log,
	}), nil
}

// standing is what there is, for metrics.
func (s *service) standing(ctx context.Context) (web.Standing, error) {
	counts, err := s.store.Counts(ctx)
	if err != nil {
		return web.Standing{}, err
	}
	backlog, err := s.store.Backlog(ctx, s.now())
	if err != nil {
		return web.Standing{}, err
	}
	standing := web.Standing{
		Mails: mailsByResult(counts), Letters: named(counts.Letters), People: named(counts.People),
		Pairs: named(counts.Pairs), Sessions: named(counts.Sessions), Timers: counts.Timers,
		DueTimers: backlog.DueTimers, Quarantined: counts.Quarantined, Calendars: named(counts.Calendars), CaughtUp: -1,
	}
	for _, result := range []program.Result{program.ResultActed, program.ResultAsked, program.ResultStored, program.ResultCoordinator, program.ResultAside, "waiting"} {
		standing.Mails[string(result)] += 0 // what there is none of is 0, not unknown
	}
	for _, state := range []store.LetterState{store.LetterQueued, store.LetterRetry, store.LetterUnknown, store.LetterSent, store.LetterFailed} {
		standing.Letters[string(state)] += 0
	}
	for _, condition := range []store.CalendarCondition{store.CalendarRead, store.CalendarWaiting, store.CalendarFailing} {
		standing.Calendars[string(condition)] += 0
	}
	if !backlog.OldestInbound.IsZero() {
		standing.OldestInbound = max(0, s.now().Sub(backlog.OldestInbound))
	}
	if last, ok := s.counts.lastCatchUp(); ok {
		standing.CaughtUp = time.Since(last)
	}
	return standing, nil
}

// webSource fills the web part from the store.
type webSource struct{ *service }

// Trouble says what keeps the service from working.
func (w webSource) Trouble(ctx context.Context) []string {
	var reasons []string
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := w.store.Ping(ctx); err != nil {
		w.log.Warn("not ready", "error", err)
		reasons = append(reasons, "the database does not answer")
	}
	last, ok := w.counts.lastCatchUp()
	switch age := time.Since(last); {
	case !ok:
		reasons = append(reasons, "the mailbox has not been read yet")
	case age > catchUpPeriod:
		reasons = append(reasons, fmt.Sprintf("the mailbox was last read to its end %d minutes ago; %d are too many",
			int(age.Minutes()), int(catchUpPeriod.Minutes())))
	}
	return reasons
}

// Overview reads the state of the program for its coordinator.
func (w webSource) Overview(ctx context.Context) (web.Overview, error) {
	who, err := readRoster(ctx, w.store)
	if err != nil {
		return web.Overview{}, err
	}
	sessions, err := w.store.Sessions(ctx)
	if err != nil {
		return web.Overview{}, err
	}
	changes, err := w.store.Ledger(ctx)
	if err != nil {
		return web.Overview{}, err
	}
	now := w.now()
	asked, heard, err := w.store.Replies(ctx, now.Add(-web.LookBack))
	if err != nil {
		return web.Overview{}, err
	}
	counts, err := w.store.Counts(ctx)
	if err != nil {
		return web.Overview{}, err
	}
	return web.Overview{
		People: who.everybody(), Pairs: slices.Collect(maps.Values(who.pairs)), Sessions: sessions, Changes: changes,
		Rates:         program.ReplyRates(asked, heard, now),
		Waiting:       counts.Letters[store.LetterQueued] + counts.Letters[store.LetterRetry] + counts.Letters[store.LetterUnknown],
		Undeliverable: counts.Letters[store.LetterFailed], Quarantined: counts.Quarantined,
		FailingCalendars: counts.Calendars[store.CalendarFailing],
	}, nil
}

// Feed reads a person's own calendar: the sessions of all their live pairs,
// named as in their invitations.
func (w webSource) Feed(ctx context.Context, person program.ID) (web.Feed, error) {
	feed := web.Feed{Name: w.settings.Name}
	all, err := w.store.LoadCase(ctx, person, program.Ref{Kind: program.RefPerson, ID: person}, w.settings, w.now())
	if err != nil {
		return feed, orNotFound(err)
	}
	for _, pair := range all.LivePairs {
		one, err := w.store.LoadCase(ctx, person, program.Ref{Kind: program.RefPair, ID: pair}, w.settings, w.now())
		if err != nil {
			return feed, orNotFound(err)
		}
		for _, entry := range one.Entries() {
			event, err := w.composer.Event(entry)
			if err != nil {
				return feed, err
			}
			event.Description = "" // it tells how to answer an invitation, which this is not
			feed.Events = append(feed.Events, event)
		}
	}
	return feed, nil
}

func orNotFound(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("%w: %w", web.ErrNotFound, err)
	}
	return err
}

// Locale is the language that a person's mails are in.
func (w webSource) Locale(ctx context.Context, person program.ID) (string, error) {
	found, err := w.store.FindPerson(ctx, person)
	return found.Locale, orNotFound(err)
}

// Unsubscribe decides what a mail of the person's with STOP would decide. The
// sealed address is the proof, as it is for a mail to a sealed address.
func (w webSource) Unsubscribe(ctx context.Context, person program.ID) error {
	about := program.Ref{Kind: program.RefPerson, ID: person}
	seed := rand.Text()
	const attempts = 10
	for range attempts {
		case_, err := w.store.LoadCase(ctx, person, about, w.settings, w.now())
		if err != nil {
			return orNotFound(err)
		}
		if case_.Person.Status == program.PersonLeft {
			return nil // a second click says nothing new
		}
		received := program.Received{
			Seed: seed, At: w.now(), Written: w.now(), From: case_.Person.Email, Proof: program.ProofSeal,
			About: about, Kind: program.KindAnswer, Text: "STOP",
			Understanding: program.Understanding{Requests: []program.Request{{Type: program.Stop, Text: "STOP", Span: [2]int{0, 4}}}},
		}
		err = w.store.Apply(ctx, store.Source{}, case_.Answer(received, w.now()))
		if errors.Is(err, store.ErrStale) {
			continue
		}
		if err == nil {
			w.log.Info("a person has unsubscribed with one click", "person", person)
		}
		return err
	}
	return fmt.Errorf("unsubscribe %s: %w", person, store.ErrStale)
}

// feedURL is where a person's calendar can be subscribed to, from outside.
func feedURL(ctx context.Context, c Config, database *store.Store, person program.ID) (string, error) {
	empty, err := database.IsNew(ctx)
	if err != nil {
		return "", err
	}
	secrets, err := c.loadKeys(empty)
	if err != nil {
		return "", err
	}
	keys, err := database.Keys(ctx, secrets)
	if err != nil {
		return "", c.keyError(err)
	}
	return strings.TrimRight(c.HTTP.PublicURL, "/") + program.NewSealer(keys.Present).FeedPath(person), nil
}
