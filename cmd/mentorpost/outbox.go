package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// letterView is a letter of the outbox as scripts see it.
type letterView struct {
	ID        string  `json:"id"`
	MessageID string  `json:"message_id"`
	Kind      string  `json:"kind"`
	To        string  `json:"to"`
	State     string  `json:"state"`
	Attempts  int     `json:"attempts"`
	Due       *string `json:"due"`
	Settled   *string `json:"settled"`
	Session   string  `json:"session"`
	Reason    string  `json:"reason"`
}

func viewLetter(q store.Queued) letterView {
	return letterView{
		ID: string(q.Letter.ID), MessageID: q.Letter.MessageID, Kind: string(q.Letter.Kind), To: q.Letter.Address,
		State: string(q.State), Attempts: q.Attempts, Due: stampOf(q.Due), Settled: stampOf(q.Settled),
		Session: q.Letter.SessionUID, Reason: q.Reason,
	}
}

// letterStates are those that can be looked for.
var letterStates = []string{string(store.LetterQueued), string(store.LetterRetry), string(store.LetterUnknown),
	string(store.LetterSent), string(store.LetterFailed)}

func (m Main) outboxCommand() *cobra.Command {
	var state string
	outbox := m.listing("outbox", "List the letters, sent and to be sent", func(cmd *cobra.Command) (any, table, error) {
		if state != "" && !slices.Contains(letterStates, state) {
			return nil, table{}, usagef("--state %q: write one of %s", state, strings.Join(letterStates, ", "))
		}
		config, database, err := m.open(cmd)
		if err != nil {
			return nil, table{}, err
		}
		defer database.Close()
		queued, err := database.Outbox(cmd.Context(), store.OutboxFilter{State: store.LetterState(state)})
		views := []letterView{}
		list := table{head: []string{"ID", "KIND", "TO", "STATE", "WHEN", "REASON"}, none: "no letters"}
		for _, q := range queued {
			v := viewLetter(q)
			views = append(views, v)
			when := q.Settled
			if when.IsZero() {
				when = q.Due
			}
			list.rows = append(list.rows, []string{v.ID, v.Kind, v.To, v.State, clockOf(when, config.zone()), v.Reason})
		}
		return views, list, err
	})
	outbox.Flags().StringVar(&state, "state", "", "only letters in this `STATE`: queued, retry, unknown, sent or failed")
	choices(outbox, "state", letterStates...)
	outbox.AddCommand(&cobra.Command{
		Use:   "show ID",
		Short: "Show one letter: the mail itself, or its words where it is not composed yet",
		Args:  cobra.ExactArgs(1),
		RunE:  m.showLetter,
	})
	return outbox
}

func (m Main) showLetter(cmd *cobra.Command, args []string) error {
	config, database, err := m.open(cmd)
	if err != nil {
		return err
	}
	defer database.Close()
	queued, raw, err := database.OutboxShow(cmd.Context(), program.ID(args[0]))
	if err != nil {
		return err
	}
	text := string(raw)
	if len(raw) == 0 {
		set, err := config.loadTemplates()
		if err != nil {
			return err
		}
		words, err := set.Render(queued.Letter)
		if err != nil {
			return fmt.Errorf("render letter %s: %w", queued.Letter.ID, err)
		}
		text = "Subject: " + words.Subject + "\n\n" + words.Plain
	}
	v := viewLetter(queued)
	if wantsJSON(cmd) {
		return writeJSON(m.Stdout, struct {
			letterView
			Mail string `json:"mail"`
		}{v, text})
	}
	err = writeFields(m.Stdout, []field{
		{"id", v.ID}, {"kind", v.Kind}, {"to", v.To}, {"state", v.State}, {"attempts", fmt.Sprint(v.Attempts)},
		{"due", clockOf(queued.Due, config.zone())}, {"settled", clockOf(queued.Settled, config.zone())}, {"reason", v.Reason},
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(m.Stdout)
	return writeSafely(m.Stdout, text)
}

// writeSafely prints a mail on a terminal: what might steer it is shown as "?".
func writeSafely(out io.Writer, text string) error {
	safe := strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return -1
		case r == '\n', r == '\t':
			return r
		case r < ' ', r == 0x7f, r >= 0x80 && r < 0xa0:
			return '?'
		}
		return r
	}, text)
	_, err := fmt.Fprintln(out, strings.TrimRight(safe, "\n"))
	return err
}
