package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/program"
)

func (m Main) waiveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "waive ADDRESS",
		Short: "Let a person's latest late change pass, as their partner could",
		Long: `Marks the latest late move or cancellation of a person as waived: it no longer
counts against them. A move that the strict policy refused is put to the
partner after all, where the session is still ahead.`,
		Args: cobra.ExactArgs(1),
		RunE: m.operating(func(ctx context.Context, o operator, args []string) error {
			return o.waive(ctx, args[0])
		}),
	}
}

// waive finds the person's latest late change and lets it pass.
func (o operator) waive(ctx context.Context, address string) error {
	person, err := o.database.FindPersonByAddress(ctx, address)
	if err != nil {
		return usagef("%q is nobody's address; mentorpost people lists them", address)
	}
	late, err := o.waivable(ctx, program.Order{Who: address})
	if err != nil {
		return err
	}
	if len(late) == 0 {
		o.say(program.Line{Code: "order-waives-none", Value: person.Email}, "nothing to waive: %s has no late change that counts", person.Email)
		return nil
	}
	return o.waiveChange(ctx, late[len(late)-1], person)
}

// waivable are the late changes that an order can mean, oldest first.
func (o operator) waivable(ctx context.Context, order program.Order) ([]program.Change, error) {
	ledger, err := o.database.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	who, err := readRoster(ctx, o.database)
	if err != nil {
		return nil, err
	}
	return order.Waivable(ledger, who.everybody(), o.config.zone()), nil
}

func (o operator) waiveChange(ctx context.Context, late program.Change, person program.Person) error {
	about := program.Ref{Kind: program.RefSession, ID: late.Session}
	changed, err := o.decide(ctx, person.ID, about, func(c program.Case) program.Outcome {
		return c.WaiveLate(late.ID, rand.Text(), o.now)
	})
	if err != nil {
		return err
	}
	if !changed {
		o.say(program.Line{Code: "order-waives-none", Value: person.Email}, "nothing to waive: %s has no late change that counts", person.Email)
		return nil
	}
	o.say(program.Line{Code: "order-waived", Value: person.Email, Start: late.SessionStart},
		"waived: the late %s of %s, received %s", late.Kind, person.Email, late.ReceivedAt.Format("2006-01-02 15:04 MST"))
	return nil
}

// waiveOrdered lets the one change pass that an order can mean: an address
// alone means that person's latest one, as the command does. Of several it
// asks which, and returns those that a number in the answer stands for, counted
// on from what the receipt asks already.
func (o operator) waiveOrdered(ctx context.Context, order program.Order, asked int) (choices []program.ID, err error) {
	late, err := o.waivable(ctx, order)
	if err != nil {
		return nil, err
	}
	who, err := readRoster(ctx, o.database)
	if err != nil {
		return nil, err
	}
	if strings.Contains(order.Who, "@") && order.On == "" && len(late) > 0 {
		late = late[len(late)-1:]
	}
	switch len(late) {
	case 0:
		o.say(program.Line{Code: "order-waives-none", Value: order.Line}, "nothing to waive: %s", order.Line)
		return nil, nil
	case 1:
		return nil, o.waiveChange(ctx, late[0], who.people[late[0].Person])
	}
	const most = 9
	o.say(program.Line{Code: "order-which", Value: order.Line}, "which one? %s", order.Line)
	for _, c := range late[max(0, len(late)-most):] {
		person := who.people[c.Person]
		choices = append(choices, c.ID)
		number := asked + len(choices)
		o.say(program.Line{Code: "order-choice-" + string(c.Kind), Value: fmt.Sprintf("%d. %s", number, person.Name), Start: c.SessionStart},
			"%d. %s: %s", number, person.Name, c.Kind)
	}
	return choices, nil
}
