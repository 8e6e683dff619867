package main

import (
	"context"
	"crypto/rand"
	"fmt"

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
	ledger, err := o.database.Ledger(ctx)
	if err != nil {
		return err
	}
	var late program.Change
	for _, row := range ledger {
		if row.Person == person.ID && row.Late && !row.Waived {
			late = row
		}
	}
	changed := false
	if late.ID != "" {
		about := program.Ref{Kind: program.RefSession, ID: late.Session}
		changed, err = o.decide(ctx, person.ID, about, func(c program.Case) program.Outcome {
			return c.WaiveLate(late.ID, rand.Text(), o.now)
		})
		if err != nil {
			return err
		}
	}
	if !changed {
		fmt.Fprintf(o.Stdout, "nothing to waive: %s has no late change that counts\n", person.Email)
		return nil
	}
	fmt.Fprintf(o.Stdout, "waived: the late %s of %s, received %s\n", late.Kind, person.Email, late.ReceivedAt.Format("2006-01-02 15:04 MST"))
	return nil
}
