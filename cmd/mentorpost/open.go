package main

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// open loads the configuration and opens its database. A new database gets
// its schema; an older one is left to migrate and serve, which say so.
func (m Main) open(cmd *cobra.Command) (Config, *store.Store, error) {
	config, err := m.config(cmd)
	if err != nil {
		return Config{}, nil, err
	}
	ctx := cmd.Context()
	database, err := store.Open(ctx, config.Database.URL)
	if err != nil {
		return Config{}, nil, err
	}
	if err := prepare(ctx, config, database); err != nil {
		_ = database.Close()
		return Config{}, nil, err
	}
	if keys, err := readKeys(config.Secrets.KeyFile); err == nil {
		database.Seal(keys[0], keys[1:]...) // what is sealed can be shown
	}
	return config, database, nil
}

func prepare(ctx context.Context, config Config, database *store.Store) error {
	have, want, err := database.Version(ctx)
	switch {
	case err != nil:
		return err
	case have == 0:
		return database.Migrate(ctx)
	case have < want:
		return usagef("database.url: the database has schema %d, this program works with %d; run mentorpost migrate", have, want)
	case have > want:
		return usagef("database.url: the database has schema %d, this program knows only %d; run the newer program", have, want)
	}
	return nil
}

// roster is everybody and every pair, by their identifiers.
type roster struct {
	people map[program.ID]program.Person
	pairs  map[program.ID]program.Pair
}

func readRoster(ctx context.Context, database *store.Store) (roster, error) {
	r := roster{map[program.ID]program.Person{}, map[program.ID]program.Pair{}}
	people, err := database.People(ctx)
	if err != nil {
		return r, err
	}
	pairs, err := database.Pairs(ctx)
	if err != nil {
		return r, err
	}
	for _, p := range people {
		r.people[p.ID] = p
	}
	for _, p := range pairs {
		r.pairs[p.ID] = p
	}
	return r, nil
}

func (r roster) everybody() []program.Person { return slices.Collect(maps.Values(r.people)) }

// mentor and mentee are the addresses of the two people of a pair.
func (r roster) mentor(pair program.ID) string { return r.people[r.pairs[pair].Mentor].Email }
func (r roster) mentee(pair program.ID) string { return r.people[r.pairs[pair].Mentee].Email }
