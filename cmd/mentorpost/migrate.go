package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/store"
)

func (m Main) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's schema up to date",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := m.config(cmd)
			if err != nil {
				return err
			}
			database, err := store.Open(cmd.Context(), config.Database.URL)
			if err != nil {
				return err
			}
			defer database.Close()
			before, want, err := database.Version(cmd.Context())
			if err != nil {
				return err
			}
			if err := database.Migrate(cmd.Context()); err != nil {
				return err
			}
			if before == want {
				fmt.Fprintf(m.Stdout, "the schema is up to date at version %d\n", want)
				return nil
			}
			fmt.Fprintf(m.Stdout, "brought the schema from version %d to %d\n", before, want)
			return nil
		},
	}
}
