package main

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

func (m Main) keyCommand() *cobra.Command {
	key := &cobra.Command{
		Use:   "key",
		Short: "Make or change the program's key",
		Long: `The program's key seals the addresses that people reply to, and encrypts mails,
letters, journals and sign-ins in the database. It lies in secrets.key_file. Keep
a copy of that file apart from the database's: neither is of use without the other.`,
	}
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
	}, m.keyRotateCommand())
	return key
}

// keyBytes is the length of one of the program's secrets.
const keyBytes = 32

// loadKeys reads the program's secrets, which seal reply addresses. Where the
// file is missing it is made, but only beside a new database: addresses that
// were sealed with a lost key cannot be opened with another.
func (c Config) loadKeys(databaseIsNew bool) ([][]byte, error) {
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
	keys, err := readKeys(name)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: secrets.key_file: %w", c.places.of("secrets.key_file", c.name()), err)}
	}
	return keys, nil
}

// readKeys reads the secrets of a key file, one a line, the present one first.
// Lines that begin with # are notes.
func readKeys(name string) ([][]byte, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	var keys [][]byte
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, err := hex.DecodeString(line)
		if err != nil || len(key) != keyBytes {
			keys = nil
			break
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s does not hold a key of %d hexadecimal digits; put the right file back, or make a new one with: mentorpost key make", name, 2*keyBytes)
	}
	if info, err := os.Stat(name); err == nil && info.Mode().Perm()&0o077 != 0 {
		slog.Warn("others can read the key; run chmod 600 on it", "file", name, "mode", info.Mode().Perm())
	}
	return keys, nil
}

// newKey is a secret that nobody can guess.
func newKey() []byte {
	key := make([]byte, keyBytes)
	rand.Read(key) // never fails, crypto/rand says
	return key
}

// makeKey writes a new key. It is written aside and then linked into place:
// a second starter finds either no key or a whole one, and none is ever
// replaced; then the error is fs.ErrExist.
func makeKey(name string) error {
	aside, err := writeAside(name, []byte(hex.EncodeToString(newKey())+"\n"))
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	defer os.Remove(aside)
	if err := os.Link(aside, name); err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	return nil
}

// replaceKeys puts secrets into a key file that is there, the present one
// first. Whatever happens, the file holds either what it held or all of them.
func replaceKeys(name string, keys [][]byte) error {
	name, err := filepath.EvalSymlinks(name) // a link stays one
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	var content bytes.Buffer
	fmt.Fprintln(&content, hex.EncodeToString(keys[0]))
	if len(keys) > 1 {
		fmt.Fprintln(&content, "# Earlier keys. They open addresses in old mails and calendars.")
	}
	for _, key := range keys[1:] {
		fmt.Fprintln(&content, hex.EncodeToString(key))
	}
	aside, err := writeAside(name, content.Bytes())
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	defer os.Remove(aside)
	if err := keepOwner(name, aside); err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	if err := os.Rename(aside, name); err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return syncFolder(filepath.Dir(name))
}

// writeAside writes a file beside the one that is meant, mode 0600, onto the disk.
func writeAside(name string, content []byte) (aside string, err error) {
	file, err := os.CreateTemp(filepath.Dir(name), ".key-*") // made with mode 0600
	if err != nil {
		return "", err
	}
	_, err = file.Write(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		_ = os.Remove(file.Name())
		return "", err
	}
	return file.Name(), nil
}

// keepOwner gives the file that replaces another to the other's owner: root
// may run the command for a service that is somebody else's.
func keepOwner(name, aside string) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(owner.Uid) == os.Getuid() {
		return nil
	}
	return os.Chown(aside, int(owner.Uid), int(owner.Gid))
}

// syncFolder brings a rename onto the disk.
func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}
