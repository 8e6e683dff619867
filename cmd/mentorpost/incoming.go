package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// incoming is a kept mail on its way to a decision, with what it says by itself.
type incoming struct {
	store.Inbound
	mail    inbox.Mail
	sealed  []seal
	answers []string // the Message-IDs that it answers or returns
}

// decideAll decides about every mail that waits, oldest first. A mail whose
// sender's earlier one was under way when it was looked for has its turn in a
// round of its own.
func (s *service) decideAll(ctx context.Context) error {
	for {
		some, err := s.decideWaiting(ctx)
		if err != nil || !some {
			return err
		}
	}
}

// decideWaiting decides about mails until there is none that may be claimed,
// and tells whether there were some.
func (s *service) decideWaiting(ctx context.Context) (found bool, err error) {
	err = s.decideFrom(ctx, func(ctx context.Context, claimed chan<- []store.Inbound) error {
		for {
			some, err := s.store.ClaimInbound(ctx, batch, decideLease)
			if err != nil || len(some) == 0 {
				return err
			}
			found = true
			select {
			case claimed <- some:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	return found, err
}

// decideFrom decides about mails as they are claimed, in their order. The next
// ones are claimed, and those after the present ones parsed, while the database
// works on these.
func (s *service) decideFrom(ctx context.Context, claim func(context.Context, chan<- []store.Inbound) error) error {
	working, running := errgroup.WithContext(ctx)
	claimed, parsed := make(chan []store.Inbound), make(chan []incoming)
	working.Go(func() error {
		defer close(claimed)
		return claim(running, claimed)
	})
	working.Go(func() error {
		defer close(parsed)
		return s.parseEach(running, claimed, parsed)
	})
	working.Go(func() error {
		mails := line{service: s, prepare: s.prepareMails, decided: &s.counts.decided}
		for arrivals := range parsed {
			if err := s.decideMails(running, &mails, arrivals); err != nil {
				return errors.Join(err, mails.finish(running))
			}
		}
		return mails.finish(running)
	})
	return working.Wait()
}

// parseEach reads what claimed mails say by themselves. Of those that were
// claimed together it gives up one at most: others behind that have been claimed
// as often, and may not have had their turn.
func (s *service) parseEach(ctx context.Context, claimed <-chan []store.Inbound, parsed chan<- []incoming) error {
	for some := range claimed {
		gaveUp := false
		for _, part := range doubtful(some) {
			if part[0].Term > mostClaims && !gaveUp {
				if err := s.giveUp(ctx, part[0]); err != nil {
					return err
				}
				gaveUp = true
				continue
			}
			select {
			case parsed <- s.parse(part):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// doubtful parts mails that were claimed before, and not decided about, from
// the others: one on which the program stumbles must not take others with it.
func doubtful(claimed []store.Inbound) [][]store.Inbound {
	var parts [][]store.Inbound
	for i, in := range claimed {
		if i == 0 || in.Term > 1 || claimed[i-1].Term > 1 {
			parts = append(parts, nil)
		}
		last := &parts[len(parts)-1]
		*last = append(*last, in)
	}
	return parts
}

// mostClaims is how often a mail is tried. One on which the program stumbles
// each time, or falls, must not keep it from all the others.
const mostClaims = 10

// giveUp sets a mail aside, where a person can read it.
func (s *service) giveUp(ctx context.Context, in store.Inbound) error {
	s.log.Error("a mail cannot be decided about, see mentorpost quarantine", "mail", in.ID)
	aside := program.Outcome{Record: program.Record{
		Result: program.ResultAside, Reason: fmt.Sprintf("no decision in %d attempts", mostClaims), Quarantine: true,
	}}
	return s.settled(s.store.Apply(ctx, store.Source{Inbound: in.ID, Term: in.Term}, aside))
}

// parse reads what mails say by themselves, on all cores.
func (s *service) parse(claimed []store.Inbound) []incoming {
	arrivals := make([]incoming, len(claimed))
	spread(len(claimed), func(i int) {
		mail := inbox.Parse(claimed[i].Raw, s.limits)
		arrivals[i] = incoming{Inbound: claimed[i], mail: mail, sealed: s.openSeals(mail), answers: answered(mail)}
	})
	return arrivals
}

// decideMails understands mails and has applied what follows from each.
func (s *service) decideMails(ctx context.Context, mails *line, arrivals []incoming) error {
	var matters []*matter
	for _, a := range arrivals {
		orders, given, err := s.ordersIn(ctx, a)
		switch {
		case err != nil:
			return err
		case given: // once all before it is done
			if err := errors.Join(mails.decide(ctx, matters), mails.finish(ctx)); err != nil {
				return err
			}
			if err := s.obey(ctx, a, orders); err != nil {
				return err
			}
			matters = nil
		default:
			matters = append(matters, &matter{source: store.Source{Inbound: a.ID, Term: a.Term}, mail: &a})
		}
	}
	return mails.decide(ctx, matters)
}

// prepareMails finds out from whom mails are, and how each would be answered.
func (s *service) prepareMails(ctx context.Context, matters []*matter) error {
	waiting := make([]incoming, len(matters))
	for i, m := range matters {
		waiting[i] = *m.mail
	}
	senders, err := s.recognise(ctx, waiting)
	if err != nil {
		return err
	}
	answered, err := s.answeredBefore(ctx, waiting, senders)
	if err != nil {
		return err
	}
	for i, m := range matters {
		a, who := waiting[i], senders[i]
		unconfirmed, err := s.unconfirmed(ctx, a, who)
		if err != nil {
			return err
		}
		taken, err := s.taken(ctx, who)
		if err != nil {
			return err
		}
		m.subject = store.Subject{Person: who.person, About: who.about}
		m.answer = func(c program.Case) program.Outcome {
			c.Unconfirmed, c.Answered = unconfirmed, answered[i]
			received := s.understand(a, who, c)
			received.Taken = taken
			return c.Answer(received, s.now())
		}
	}
	return nil
}

// answeredBefore counts, for each mail, those of its sender in the hour before
// that something followed from.
func (s *service) answeredBefore(ctx context.Context, mails []incoming, senders []sender) ([]int, error) {
	var people []program.ID
	first := s.now()
	for i, m := range mails {
		if senders[i].person != "" {
			people = append(people, senders[i].person)
		}
		if m.At.Before(first) {
			first = m.At
		}
	}
	counts := make([]int, len(mails))
	if len(people) == 0 {
		return counts, nil
	}
	heard, err := s.store.HeardSince(ctx, people, first.Add(-time.Hour))
	for i, m := range mails {
		for _, h := range heard {
			if h.Person == senders[i].person && h.At.After(m.At.Add(-time.Hour)) && !h.At.After(m.At) {
				counts[i]++
			}
		}
	}
	return counts, err
}

// unconfirmed is when the sender was last asked to confirm a mail, where this
// one may have to be confirmed too.
func (s *service) unconfirmed(ctx context.Context, in incoming, who sender) (time.Time, error) {
	if who.person == "" || who.proof != program.ProofNone && in.mail.Kind != program.KindCalendar {
		return time.Time{}, nil
	}
	const day = 24 * time.Hour
	asked, err := s.store.Unconfirmed(ctx, who.person, s.now().Add(-day))
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return asked, err
}

// taken reports whether the address that the sender may be confirming as
// theirs is registered for somebody else.
func (s *service) taken(ctx context.Context, who sender) (bool, error) {
	if who.asked == nil || !who.asked.ConfirmsAddress() {
		return false, nil
	}
	owner, err := s.store.FindPersonByAddress(ctx, who.asked.Facts.Words)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return owner.ID != who.person, err
}

// understand reads the mail as the writer of an answer to what was asked.
func (s *service) understand(in incoming, who sender, case_ program.Case) program.Received {
	mail := in.mail
	received := program.Received{
		Seed: in.Seed, At: in.At, Written: written(mail.Date, in.At),
		MessageID: mail.MessageID, References: append(mail.References, mail.MessageID), From: mail.From.Address,
		Proof: who.proof, About: who.about, Asked: who.asked,
		Kind: mail.Kind, Text: mail.Text, Bounce: mail.Bounce, AwayUntil: mail.AwayUntil,
		TNEF: mail.TNEF,
	}
	if case_.Person.ID == "" {
		return received
	}
	zone := case_.Person.Location()
	switch mail.Kind {
	case program.KindCalendar:
		part, err := ics.Decode(mail.Calendar, ics.Options{
			Method: mail.CalendarMethod, Zone: zone, From: mail.From.Address,
			Known: append([]string{case_.Person.Email}, case_.Person.Aliases...),
		})
		if err == nil {
			received.Calendar = &part
		}
	case program.KindAnswer:
		if who.asked != nil && who.asked.Purpose == program.AboutJournal {
			received.Files = entryFiles(in.Raw, s.limits)
		}
		read := inbox.Read
		if who.asked != nil && len(who.asked.Parts) > 0 {
			read = inbox.ReadJoined
		}
		received.Understanding = read(mail.Text, mail.Quoted, inbox.Reader{
			At: received.Written, Zone: zone, Locale: case_.Person.Locale, PartnerZone: partnerZone(case_),
			Question: case_.Question(who.asked, who.about), Length: case_.Pair.Length,
		})
	}
	return received
}

// partnerZone is the zone that "your time" speaks of in the writer's mail, nil
// where it is about no pair.
func partnerZone(c program.Case) *time.Location {
	for _, person := range [...]program.Person{c.Mentor, c.Mentee} {
		if person.ID != "" && person.ID != c.Person.ID {
			return person.Location()
		}
	}
	return nil
}

// entryFiles are the attachments of a journal entry.
func entryFiles(raw []byte, limits inbox.Limits) []program.EntryFile {
	const most = 10 << 20
	var files []program.EntryFile
	for _, f := range inbox.Files(raw, limits, most) {
		files = append(files, program.EntryFile{Name: f.Name, Type: f.Type, Content: f.Content})
	}
	return files
}

// written is when the writer says the mail was sent, where that can be: not
// after it was received, nor more than a week before. Words such as "tomorrow"
// are read from it; the notice rule never looks at it.
func written(date, received time.Time) time.Time {
	if date.IsZero() || date.After(received.Add(5*time.Minute)) || received.Sub(date) > 7*24*time.Hour {
		return received
	}
	return date
}
