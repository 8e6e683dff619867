package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// ordersIn reports whether a mail is a coordinator's to the program itself,
// and what it asks for. Somebody who takes part too gives orders only where
// the mail holds one.
func (s *service) ordersIn(ctx context.Context, a incoming) ([]program.Order, bool, error) {
	isCoordinator := slices.ContainsFunc(s.settings.Coordinators, func(address string) bool {
		return strings.EqualFold(address, a.mail.From.Address)
	})
	if !isCoordinator || a.mail.Kind != program.KindAnswer || len(a.sealed) > 0 {
		return nil, false, nil
	}
	if picked, ok, err := s.picked(ctx, a); ok || err != nil {
		return []program.Order{picked}, ok, err
	}
	orders := inbox.ReadOrders(a.mail.Text, a.At.In(s.config.zone()))
	if slices.ContainsFunc(orders, func(o program.Order) bool { return o.Verb != "" }) {
		return orders, true, nil
	}
	people, err := s.store.FindPeople(ctx, nil, []string{strings.ToLower(a.mail.From.Address)})
	return orders, len(people) == 0 && len(orders) > 0, err
}

// picked reads the number with which a coordinator answers a question of ours.
func (s *service) picked(ctx context.Context, a incoming) (program.Order, bool, error) {
	const longest = 8
	answered := append(slices.Clone(a.mail.References), a.mail.InReplyTo...)
	if len(strings.TrimSpace(a.mail.Text)) > longest || len(answered) == 0 {
		return program.Order{}, false, nil
	}
	letters, err := s.store.LettersByMessageID(ctx, answered)
	for _, asked := range slices.Backward(letters) {
		if order, ok := asked.Letter.Picked(a.mail.Text); ok && strings.EqualFold(asked.Letter.Address, a.mail.From.Address) {
			return order, true, err
		}
	}
	return program.Order{}, false, err
}

// obey carries out a coordinator's orders and answers with one receipt. Each
// order is harmless to repeat, so that a mail whose receipt was cut off is
// simply obeyed again.
func (s *service) obey(ctx context.Context, a incoming, orders []program.Order) error {
	received := program.Received{
		Seed: a.Seed, At: a.At, MessageID: a.mail.MessageID, References: append(a.mail.References, a.mail.MessageID),
		From: strings.ToLower(a.mail.From.Address), Proof: program.ProofNone,
	}
	if ok, _ := a.mail.Authenticated(s.config.IMAP.TrustedAuthserv); ok && s.config.IMAP.TrustedAuthserv != "" {
		received.Proof = program.ProofDomain
	}
	var lines []program.Line
	var choices []program.ID
	for _, order := range orders {
		if received.Proof == program.ProofDomain {
			said, which := s.order(ctx, order, len(choices))
			lines, choices = append(lines, said...), append(choices, which...)
		}
	}
	outcome := program.Ordered(s.settings, received, lines, choices, s.now())
	err := s.store.Apply(ctx, store.Source{Inbound: a.ID, Term: a.Term}, outcome)
	if err == nil {
		s.counts.add(&s.counts.decided, 1)
	}
	return s.settled(err)
}

// order carries out one order by the command of the same name, and returns
// what that says, and what it asks: the receipt has as many choices already as
// earlier orders have asked about.
func (s *service) order(ctx context.Context, order program.Order, asked int) (lines []program.Line, choices []program.ID) {
	o := operator{Main: Main{Stdout: io.Discard, Stderr: io.Discard}, config: s.config, database: s.store, now: s.now(), receipt: &lines}
	who, err := readRoster(ctx, s.store)
	if err != nil {
		return s.orderFailed(order, err), nil
	}
	if line, hindered := order.Hindrance(who.everybody(), who.sortedPairs()); hindered {
		return []program.Line{line}, nil
	}
	switch order.Verb {
	case program.OrderPair:
		row, wrong := program.ReadPair(map[string]string{"mentor": order.Who, "mentee": order.With})
		if len(wrong) > 0 {
			err = wrong[0]
			break
		}
		err = o.pair(ctx, row)
	case program.OrderPause:
		err = o.onPerson(ctx, order.Who, "paused", pauseOpenEnded)
	case program.OrderEnd:
		err = o.endPerson(ctx, order.Who)
	case program.OrderWaive:
		choices, err = o.waiveOrdered(ctx, order, asked)
	case program.OrderWho, program.OrderList:
		o.tell(who, order)
	case program.OrderApprove:
		err = o.approve(ctx, order.Who)
	default:
		return []program.Line{{Code: "not-understood", Value: order.Line}}, nil
	}
	if err != nil {
		lines = append(lines, s.orderFailed(order, err)...)
	}
	return lines, choices
}

// orderFailed says that an order could not be carried out. Why stands in the
// log: what a coordinator could put right was looked at before.
func (s *service) orderFailed(order program.Order, err error) []program.Line {
	s.log.Error("an order was not carried out", "order", order.Line, "reason", err)
	return []program.Line{{Code: "order-refused", Value: order.Line}}
}

// tell lists the people, one of them, or the pairs.
func (o operator) tell(who roster, order program.Order) {
	if order.Verb == program.OrderList {
		for _, pair := range who.sortedPairs() {
			line := program.Line{Code: "order-pair-" + string(pair.Status), Value: who.mentor(pair.ID) + ", " + who.mentee(pair.ID), Cadence: pair.Cadence}
			o.say(line, "%s: %s, %s", line.Value, pair.Status, pair.Cadence)
		}
		return
	}
	found := false
	for _, p := range who.everybody() {
		if order.Who == "" || p.Owns(order.Who) {
			found = true
			line := program.Line{Code: "order-person-" + string(p.Status), Value: fmt.Sprintf("%s <%s>, %s", p.Name, p.Email, p.Zone)}
			o.say(line, "%s: %s", line.Value, p.Status)
		}
	}
	if !found {
		o.say(program.Line{Code: "order-nobody", Value: order.Who}, "nobody")
	}
}

// approve takes a suggestion into what is suggested to read.
func (o operator) approve(ctx context.Context, link string) error {
	all, err := o.database.Suggestions(ctx)
	if err != nil {
		return err
	}
	out, found := program.ApproveSuggestion(link, all)
	if !found {
		o.say(program.Line{Code: "order-not-suggested", Value: link}, "nobody has suggested %s", link)
		return nil
	}
	if err := o.database.Apply(ctx, store.Source{}, out); err != nil {
		return err
	}
	o.say(program.Line{Code: "order-approved", Value: link}, "approved: %s", link)
	return nil
}

func pauseOpenEnded(c program.Case, seed string, now time.Time) (program.Outcome, error) {
	return c.PausePerson(time.Time{}, seed, now), nil
}
