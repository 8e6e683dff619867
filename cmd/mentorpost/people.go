package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// personView is a person as scripts see them.
type personView struct {
	Email   string   `json:"email"`
	Name    string   `json:"name"`
	Zone    string   `json:"zone"`
	Locale  string   `json:"locale"`
	Status  string   `json:"status"`
	Hours   string   `json:"hours"`
	Aliases []string `json:"aliases"`
}

func viewPerson(p program.Person) personView {
	return personView{
		Email: p.Email, Name: p.Name, Zone: p.Zone, Locale: p.Locale,
		Status: string(p.Status), Hours: p.Hours.String(), Aliases: append([]string{}, p.Aliases...),
	}
}

func (m Main) peopleCommand() *cobra.Command {
	people := m.listing("people", "List the people", func(cmd *cobra.Command) (any, table, error) {
		_, database, err := m.open(cmd)
		if err != nil {
			return nil, table{}, err
		}
		defer database.Close()
		people, err := database.People(cmd.Context())
		views := []personView{}
		list := table{head: []string{"EMAIL", "NAME", "STATUS", "ZONE", "HOURS", "LOCALE"}, none: "no people yet; import them with: mentorpost import people FILE.csv"}
		for _, p := range people {
			views = append(views, viewPerson(p))
			list.rows = append(list.rows, []string{p.Email, p.Name, string(p.Status), p.Zone, p.Hours.String(), p.Locale})
		}
		return views, list, err
	})
	people.AddCommand(m.showing("ADDRESS", "Show one person", func(cmd *cobra.Command, name string) (any, []field, error) {
		config, database, err := m.open(cmd)
		if err != nil {
			return nil, nil, err
		}
		defer database.Close()
		p, err := findPerson(cmd.Context(), database, name)
		if err != nil {
			return nil, nil, err
		}
		fields := showPerson(p, config.zone())
		if config.HTTP.PublicURL != "" {
			var feed string
			feed, err = feedURL(cmd.Context(), config, database, p.ID)
			fields = append(fields, field{"calendar feed", feed})
		}
		return viewPerson(p), fields, err
	}))
	return people
}

// findPerson finds a person by identifier, address or alias.
func findPerson(ctx context.Context, database *store.Store, name string) (program.Person, error) {
	if !strings.Contains(name, "@") {
		return database.FindPerson(ctx, program.ID(name))
	}
	return database.FindPersonByAddress(ctx, strings.ToLower(name))
}

func showPerson(p program.Person, zone *time.Location) []field {
	known := p.Zone
	if !p.ZoneKnown {
		known += " (assumed)"
	}
	return []field{
		{"id", string(p.ID)}, {"email", p.Email}, {"aliases", strings.Join(p.Aliases, " ")}, {"name", p.Name},
		{"status", string(p.Status)}, {"zone", known}, {"locale", p.Locale}, {"hours", p.Hours.String()},
		{"quiet", p.Quiet.String()}, {"paused until", clockOf(p.PausedUntil, zone)},
		{"away", strings.Join(absences(p), ", ")}, {"holidays", holidaysNamed(p)}, {"undeliverable", yesNo(p.Undeliverable)},
	}
}

// pairView is a pair as scripts see it.
type pairView struct {
	ID             string `json:"id"`
	Mentor         string `json:"mentor"`
	Mentee         string `json:"mentee"`
	SessionMinutes int    `json:"session_minutes"`
	Cadence        string `json:"cadence"`
	Link           string `json:"link"`
	Start          string `json:"start"`
	End            string `json:"end"`
	Status         string `json:"status"`
}

func (r roster) viewPair(p program.Pair) pairView {
	return pairView{
		ID: string(p.ID), Mentor: r.people[p.Mentor].Email, Mentee: r.people[p.Mentee].Email,
		SessionMinutes: int(p.Length / time.Minute), Cadence: string(p.Cadence), Link: p.Link,
		Start: p.Start, End: p.End, Status: string(p.Status),
	}
}

func (m Main) pairsCommand() *cobra.Command {
	pairs := m.listing("pairs", "List the pairs", func(cmd *cobra.Command) (any, table, error) {
		_, database, err := m.open(cmd)
		if err != nil {
			return nil, table{}, err
		}
		defer database.Close()
		who, err := readRoster(cmd.Context(), database)
		views := []pairView{}
		list := table{head: []string{"ID", "MENTOR", "MENTEE", "STATUS", "MINUTES", "CADENCE"}, none: "no pairs yet; import them with: mentorpost import pairs FILE.csv"}
		for _, p := range who.sortedPairs() {
			v := who.viewPair(p)
			views = append(views, v)
			list.rows = append(list.rows, []string{v.ID, v.Mentor, v.Mentee, v.Status, fmt.Sprint(v.SessionMinutes), v.Cadence})
		}
		return views, list, err
	})
	pairs.AddCommand(m.showing("ID", "Show one pair", func(cmd *cobra.Command, id string) (any, []field, error) {
		_, database, err := m.open(cmd)
		if err != nil {
			return nil, nil, err
		}
		defer database.Close()
		who, err := readRoster(cmd.Context(), database)
		if err != nil {
			return nil, nil, err
		}
		p, ok := who.pairs[program.ID(id)]
		if !ok {
			return nil, nil, usagef("pair %q: %w; mentorpost pairs lists them", id, store.ErrNotFound)
		}
		v := who.viewPair(p)
		return v, []field{
			{"id", v.ID}, {"mentor", v.Mentor}, {"mentee", v.Mentee}, {"status", v.Status}, {"minutes", fmt.Sprint(v.SessionMinutes)},
			{"cadence", v.Cadence}, {"link", v.Link}, {"start", v.Start}, {"end", v.End},
		}, nil
	}))
	return pairs
}

// sortedPairs orders pairs by their people's addresses.
func (r roster) sortedPairs() []program.Pair {
	var pairs []program.Pair
	for _, p := range r.pairs {
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, func(a, b program.Pair) int {
		return strings.Compare(r.mentor(a.ID)+" "+r.mentee(a.ID)+string(a.ID), r.mentor(b.ID)+" "+r.mentee(b.ID)+string(b.ID))
	})
	return pairs
}
