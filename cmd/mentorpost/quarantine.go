package main

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/store"
)

// quarantineView is a mail that was set aside, as scripts see it.
type quarantineView struct {
	ID         int64   `json:"id"`
	ReceivedAt *string `json:"received_at"`
	From       string  `json:"from"`
	Subject    string  `json:"subject"`
	Result     string  `json:"result"`
	Reason     string  `json:"reason"`
	Bytes      int     `json:"bytes"`
}

func viewQuarantined(in store.Inbound) quarantineView {
	mail := inbox.Parse(in.Raw, inbox.DefaultLimits())
	return quarantineView{
		ID: in.ID, ReceivedAt: stampOf(in.At), From: mail.From.Address, Subject: mail.Subject,
		Result: string(in.Result), Reason: in.Reason, Bytes: len(in.Raw),
	}
}

func (m Main) quarantineCommand() *cobra.Command {
	quarantine := m.listing("quarantine", "List the mails that were set aside for a person to look at", func(cmd *cobra.Command) (any, table, error) {
		config, database, err := m.open(cmd)
		if err != nil {
			return nil, table{}, err
		}
		defer database.Close()
		mails, err := database.Quarantine(cmd.Context())
		if err != nil {
			return nil, table{}, err
		}
		views := []quarantineView{}
		list := table{head: []string{"ID", "RECEIVED", "FROM", "SUBJECT", "REASON"}, none: "nothing is in quarantine"}
		for _, listed := range mails { // the list has no bytes: they may be large
			in, err := database.QuarantineShow(cmd.Context(), listed.ID)
			if err != nil {
				return nil, table{}, err
			}
			v := viewQuarantined(in)
			views = append(views, v)
			list.rows = append(list.rows, []string{fmt.Sprint(v.ID), clockOf(in.At, config.zone()), v.From, v.Subject, v.Reason})
		}
		return views, list, nil
	})
	show := &cobra.Command{
		Use:   "show ID",
		Short: "Show one mail with the reason why it was set aside",
		Args:  cobra.ExactArgs(1),
		RunE:  m.showQuarantined,
	}
	show.Flags().Bool("raw", false, "print the mail's bytes and nothing else")
	quarantine.AddCommand(show)
	return quarantine
}

func (m Main) showQuarantined(cmd *cobra.Command, args []string) error {
	id, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil {
		return usagef("%q is no mail's number; mentorpost quarantine lists them", args[0])
	}
	config, database, err := m.open(cmd)
	if err != nil {
		return err
	}
	defer database.Close()
	in, err := database.QuarantineShow(cmd.Context(), id)
	if err != nil {
		return err
	}
	v := viewQuarantined(in)
	if raw, _ := cmd.Flags().GetBool("raw"); raw {
		_, err := m.Stdout.Write(in.Raw)
		return err
	}
	if wantsJSON(cmd) {
		return writeJSON(m.Stdout, struct {
			quarantineView
			Mail string `json:"mail"`
		}{v, string(in.Raw)})
	}
	err = writeFields(m.Stdout, []field{
		{"id", fmt.Sprint(v.ID)}, {"received", clockOf(in.At, config.zone())}, {"from", v.From},
		{"subject", v.Subject}, {"reason", v.Reason},
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(m.Stdout)
	return writeSafely(m.Stdout, string(in.Raw))
}
