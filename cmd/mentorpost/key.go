package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

func (m Main) keyCommand() *cobra.Command {
	key := &cobra.Command{Use: "key", Short: "Look after the program's key"}
	key.AddCommand(&cobra.Command{
		Use:   "make",
		Short: "Make the key that secrets.key_file names, unless it is there",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := m.config(cmd)
			if err != nil {
				return err
			}
			return m.writeKey(config)
		},
	})
	return key
}

// keyBytes is the length of the program's secret.
const keyBytes = 32

// loadKey reads the program's secret, which seals reply addresses. Where the
// file is missing it is made, but only beside a new database: addresses that
// were sealed with a lost key cannot be opened with another.
func (c Config) loadKey(databaseIsNew bool) ([]byte, error) {
	name := c.Secrets.KeyFile
	_, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		if !databaseIsNew {
			return nil, usagef("%s: secrets.key_file: %s is missing, though the database has letters sealed with it; put it back from a backup",
				c.places.of("secrets.key_file", c.name()), name)
		}
		if err := makeKey(name); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	key, err := readKey(name)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: secrets.key_file: %w", c.places.of("secrets.key_file", c.name()), err)}
	}
	return key, nil
}

func readKey(name string) ([]byte, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(content)))
	if err != nil || len(key) != keyBytes {
		return nil, fmt.Errorf("%s does not hold a key of %d hexadecimal digits; put the right file back, or make a new one with: mentorpost key make", name, 2*keyBytes)
	}
	if info, err := os.Stat(name); err == nil && info.Mode().Perm()&0o077 != 0 {
		slog.Warn("others can read the key; run chmod 600 on it", "file", name, "mode", info.Mode().Perm())
	}
	return key, nil
}

// makeKey writes a new key. It is written aside and then linked into place:
// a second starter finds either no key or a whole one, and none is ever
// replaced; then the error is fs.ErrExist.
func makeKey(name string) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".key-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	defer os.Remove(file.Name())
	key := make([]byte, keyBytes)
	rand.Read(key) // never fails, crypto/rand says
	_, err = fmt.Fprintln(file, hex.EncodeToString(key))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	if err := os.Link(file.Name(), name); err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	return nil
}
