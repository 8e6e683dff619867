package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/store"
)

func (m Main) keyRotateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rotate",
		Short: "Change the key, and seal everything again with the new one",
		Long: `Makes a new key and seals with it everything in the database that the earlier
one has sealed: mails, letters, people's own keys (of journals and calendars),
sign-ins. Stop serve first; where it or tick is at work on the database, nothing
is changed.

The earlier key stays in the file, behind the new one: it opens the addresses
that people have in their mails and calendars, and sessions that are planned keep
theirs. If it fell into wrong hands, take its line out of the file afterwards;
answers to earlier mails then have to prove themselves in other ways.

It may be interrupted anywhere: nothing is lost, and running it again finishes
what was begun. Other machines that run the service need the new file.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := m.config(cmd)
			if err != nil {
				return err
			}
			return m.rotateKey(cmd.Context(), config)
		},
	}
}

// rotateKey changes the key in three steps, each of which leaves file and
// database in accord: the file gets a new key, the database records it as the
// present one, everything is sealed again. What an earlier run has done is not
// done twice.
func (m Main) rotateKey(ctx context.Context, config Config) error {
	database, secrets, err := openAlone(ctx, config)
	if err != nil {
		return err
	}
	defer database.Close()
	keys, err := database.Unlock(ctx, secrets)
	if err != nil {
		return config.keyError(err)
	}
	if !keys.Unfinished {
		if len(keys.Fresh) == 0 { // else an earlier run has got as far as the file
			keys.Fresh = [][]byte{newKey()}
			if err := replaceKeys(config.Secrets.KeyFile, append(keys.Fresh[:1:1], secrets...)); err != nil {
				return err
			}
			fmt.Fprintf(m.Stdout, "wrote a new key into %s, before the earlier one\n", config.Secrets.KeyFile)
		}
		if keys, err = database.Rotate(ctx, keys, keys.Fresh[0]); err != nil {
			return err
		}
	}
	done, err := database.Reseal(ctx)
	if err != nil {
		return fmt.Errorf("%w; run mentorpost key rotate again to go on", err)
	}
	if err := database.Scrub(ctx); err != nil {
		return err
	}
	fmt.Fprintf(m.Stdout, "sealed again: %s\n", resealed(done))
	fmt.Fprintf(m.Stdout, "keep a copy of %s in a safe place; the earlier copy does not open the database any more\n", config.Secrets.KeyFile)
	return nil
}

// openAlone opens a database that no other process works on, and the key file.
func openAlone(ctx context.Context, config Config) (*store.Store, [][]byte, error) {
	secrets, err := readKeys(config.Secrets.KeyFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, usagef("%s: secrets.key_file: %s is not there; make a key with: mentorpost key make",
			config.places.of("secrets.key_file", config.name()), config.Secrets.KeyFile)
	}
	if err != nil {
		return nil, nil, usageError{err}
	}
	database, err := store.Open(ctx, config.Database.URL)
	if err != nil {
		return nil, nil, err
	}
	err = prepare(ctx, config, database)
	if err == nil {
		err = database.Attend(ctx, true)
	}
	if errors.Is(err, store.ErrInUse) {
		err = fmt.Errorf("change the key: %w; stop serve and tick first", store.ErrInUse)
	}
	if err != nil {
		_ = database.Close()
		return nil, nil, err
	}
	return database, secrets, nil
}

// resealed says how many of each there were.
func resealed(done map[string]int) string {
	var parts []string
	for _, what := range []string{"mail", "letter", "personal key", "sign-in"} {
		plural := "s"
		if done[what] == 1 {
			plural = ""
		}
		parts = append(parts, fmt.Sprintf("%d %s%s", done[what], what, plural))
	}
	return strings.Join(parts, ", ")
}

// keyError says what to do where the key file is not the database's.
func (c Config) keyError(err error) error {
	if !errors.Is(err, store.ErrKey) {
		return err
	}
	at := c.places.of("secrets.key_file", c.name())
	return usageError{fmt.Errorf("%s: secrets.key_file: %s was not made for this database, or is older than its latest key: %w; put the right file there from a backup, or copy it from the machine where mentorpost key rotate ran", at, c.Secrets.KeyFile, err)}
}
