package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// sessionView is a session as scripts see it.
type sessionView struct {
	UID      string            `json:"uid"`
	Mentor   string            `json:"mentor"`
	Mentee   string            `json:"mentee"`
	Start    *string           `json:"start"`
	End      *string           `json:"end"`
	Status   string            `json:"status"`
	Sequence int               `json:"sequence"`
	Answers  map[string]string `json:"answers"`
}

func (r roster) viewSession(s program.Session) sessionView {
	view := sessionView{
		UID: s.UID, Mentor: r.mentor(s.Pair), Mentee: r.mentee(s.Pair), Start: stampOf(s.Start), End: stampOf(s.End),
		Status: string(s.Status), Sequence: s.Sequence, Answers: map[string]string{},
	}
	for id, answer := range s.Answers {
		view.Answers[r.people[id].Email] = string(answer.PartStat)
	}
	return view
}

func (m Main) sessionsCommand() *cobra.Command {
	sessions := m.listing("sessions", "List the sessions", func(cmd *cobra.Command) (any, table, error) {
		config, database, err := m.open(cmd)
		if err != nil {
			return nil, table{}, err
		}
		defer database.Close()
		who, err := readRoster(cmd.Context(), database)
		if err != nil {
			return nil, table{}, err
		}
		sessions, err := database.Sessions(cmd.Context())
		views := []sessionView{}
		list := table{head: []string{"UID", "MENTOR", "MENTEE", "STATUS", "START", "SEQUENCE"}, none: "no sessions yet"}
		for _, s := range sessions {
			v := who.viewSession(s)
			views = append(views, v)
			list.rows = append(list.rows, []string{v.UID, v.Mentor, v.Mentee, v.Status, clockOf(s.Start, config.zone()), fmt.Sprint(v.Sequence)})
		}
		return views, list, err
	})
	sessions.AddCommand(m.showing("UID", "Show one session", func(cmd *cobra.Command, uid string) (any, []field, error) {
		config, database, err := m.open(cmd)
		if err != nil {
			return nil, nil, err
		}
		defer database.Close()
		s, err := database.FindSessionByUID(cmd.Context(), uid)
		if err != nil {
			return nil, nil, err
		}
		who, err := readRoster(cmd.Context(), database)
		return who.viewSession(s), who.showSession(s, config.zone()), err
	}))
	return sessions
}

func (r roster) showSession(s program.Session, zone *time.Location) []field {
	fields := []field{
		{"uid", s.UID}, {"mentor", r.mentor(s.Pair)}, {"mentee", r.mentee(s.Pair)}, {"status", string(s.Status)},
		{"start", clockOf(s.Start, zone)}, {"end", clockOf(s.End, zone)}, {"agreed in", s.Zone}, {"sequence", fmt.Sprint(s.Sequence)},
	}
	pair := r.pairs[s.Pair]
	for _, id := range []program.ID{pair.Mentor, pair.Mentee} {
		fields = append(fields, field{"answer of " + r.people[id].Email, string(s.Answers[id].PartStat)})
	}
	if s.Waiting != "" {
		fields = append(fields, field{"waiting for", r.people[s.Waiting].Email})
	}
	for _, bid := range s.Bids {
		for _, slot := range bid.Slots {
			fields = append(fields, field{"proposed by " + r.people[bid.By].Email, clockOf(slot.Start, zone)})
		}
	}
	return fields
}

// changeView is a row of the notice ledger as scripts see it.
type changeView struct {
	Session       string  `json:"session"`
	Person        string  `json:"person"`
	Request       string  `json:"request"`
	ReceivedAt    *string `json:"received_at"`
	SessionStart  *string `json:"session_start"`
	NoticeSeconds int64   `json:"notice_seconds"`
	Late          bool    `json:"late"`
	Outcome       string  `json:"outcome"`
	Waived        bool    `json:"waived"`
	Emergency     bool    `json:"emergency"`
}

func (m Main) ledgerCommand() *cobra.Command {
	return m.listing("ledger", "List who asked to move or cancel sessions, and with what notice", func(cmd *cobra.Command) (any, table, error) {
		config, database, err := m.open(cmd)
		if err != nil {
			return nil, table{}, err
		}
		defer database.Close()
		ledger, err := readLedger(cmd, database)
		list := table{head: []string{"RECEIVED", "PERSON", "REQUEST", "SESSION", "NOTICE", "LATE", "OUTCOME", "WAIVED", "EMERGENCY"}, none: "no changes yet"}
		views := []changeView{}
		for _, row := range ledger {
			views = append(views, row.changeView)
			list.rows = append(list.rows, []string{
				clockOf(row.received, config.zone()), row.Person, row.Request, clockOf(row.start, config.zone()),
				(time.Duration(row.NoticeSeconds) * time.Second).String(), yesNo(row.Late), row.Outcome, yesNo(row.Waived), yesNo(row.Emergency),
			})
		}
		return views, list, err
	})
}

// ledgerRow is a change with its instants, which a view has as text.
type ledgerRow struct {
	changeView
	received, start time.Time
}

func readLedger(cmd *cobra.Command, database *store.Store) ([]ledgerRow, error) {
	who, err := readRoster(cmd.Context(), database)
	if err != nil {
		return nil, err
	}
	sessions, err := database.Sessions(cmd.Context())
	if err != nil {
		return nil, err
	}
	uids := map[program.ID]string{}
	for _, s := range sessions {
		uids[s.ID] = s.UID
	}
	changes, err := database.Ledger(cmd.Context())
	var rows []ledgerRow
	for _, c := range changes {
		rows = append(rows, ledgerRow{changeView{
			Session: uids[c.Session], Person: who.people[c.Person].Email, Request: string(c.Kind),
			ReceivedAt: stampOf(c.ReceivedAt), SessionStart: stampOf(c.SessionStart),
			NoticeSeconds: int64(c.Notice / time.Second), Late: c.Late, Outcome: string(c.Outcome),
			Waived: c.Waived, Emergency: c.Emergency,
		}, c.ReceivedAt, c.SessionStart})
	}
	return rows, err
}
