package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/mentorpost/mentorpost/program"
)

// content is what an entry says, as it is sealed.
type content struct {
	Text        string              `json:"text,omitempty"`
	Wrote       bool                `json:"wrote,omitempty"`
	Attachments []program.EntryFile `json:"attachments,omitempty"`
}

type entryRow struct {
	ID      text    `db:"id"`
	Person  text    `db:"person"`
	Day     text    `db:"day"`
	Created instant `db:"created"`
	Sealed  []byte  `db:"sealed"`
}

func (r entryRow) belongs() string { return "entry " + string(r.ID) + " of " + string(r.Person) }

// savePrivate does what an outcome asks for what is a person's alone: entries
// are sealed and deleted, addresses of calendars sealed, the mail that brought
// one is destroyed, a person is forgotten.
func (s *Store) savePrivate(ctx context.Context, c connection, d Decision) error {
	if err := s.saveEntries(ctx, c, d.Outcome.Entries); err != nil {
		return err
	}
	if err := s.saveGiven(ctx, c, d.Outcome.Given); err != nil {
		return err
	}
	if err := dropEntries(ctx, c, d.Outcome.DropEntries); err != nil {
		return err
	}
	if d.Outcome.Record.Private && d.Source.Inbound != 0 {
		if _, err := exec(ctx, c, `DELETE FROM raw_mails WHERE id = ?`, d.Source.Inbound); err != nil {
			return fmt.Errorf("destroy raw mail: %w", err)
		}
	}
	return erase(ctx, c, d.Outcome.Erase)
}

// saveEntries seals journal entries under their writer's own key.
func (s *Store) saveEntries(ctx context.Context, c connection, entries []program.Entry) error {
	var rows []entryRow
	for _, e := range entries {
		key, err := s.personKey(ctx, c, e.Person, true)
		if err != nil {
			return err
		}
		plain, err := json.Marshal(content{e.Text, e.Wrote, e.Attachments})
		if err != nil {
			return fmt.Errorf("write entry: %w", err)
		}
		row := entryRow{ID: text(e.ID), Person: text(e.Person), Day: text(e.Day), Created: stamp(e.Created)}
		row.Sealed = key.seal(plain, row.belongs())
		rows = append(rows, row)
	}
	if _, err := write(ctx, c, `INSERT INTO entries (id, person, day, created, sealed)
		VALUES (:id, :person, :day, :created, :sealed)`, rows); err != nil {
		return fmt.Errorf("add entries: %w", err)
	}
	return nil
}

// dropEntries destroys the entries of days, or single ones.
func dropEntries(ctx context.Context, c connection, days []program.EntryDay) error {
	for _, d := range days {
		if _, err := exec(ctx, c, `DELETE FROM entries WHERE person = ? AND (id = ? OR ? = '' AND day = ?)`,
			text(d.Person), text(d.Entry), text(d.Entry), text(d.Day)); err != nil {
			return fmt.Errorf("delete entries: %w", err)
		}
	}
	return nil
}

// belongsPerson names a person's own key to the vault.
func belongsPerson(person text) string { return "journal key of " + string(person) }

// personKey opens the person's own key, which seals their journal and the
// addresses of their calendars, and makes one where there is none yet.
func (s *Store) personKey(ctx context.Context, c connection, person program.ID, fresh bool) (vault, error) {
	if s.journals.aead == nil {
		return vault{}, fmt.Errorf("open journal of %s: %w", person, ErrSealed)
	}
	belongs := belongsPerson(text(person))
	var sealed []byte
	err := get(ctx, c, &sealed, `SELECT sealed FROM journal_keys WHERE person = ?`, text(person))
	if errors.Is(err, ErrNotFound) && fresh {
		key := make([]byte, 32)
		rand.Read(key)
		sealed = s.journals.seal(key, belongs)
		_, err = exec(ctx, c, `INSERT INTO journal_keys (person, sealed) VALUES (?, ?)`, text(person), sealed)
	}
	if err != nil {
		return vault{}, fmt.Errorf("find journal key of %s: %w", person, err)
	}
	key, err := s.journals.open(sealed, belongs)
	if err != nil {
		return vault{}, err
	}
	return newVault(key), nil
}

// Entries opens a person's journal, oldest entry first. It is empty where
// they have none.
func (s *Store) Entries(ctx context.Context, person program.ID) ([]program.Entry, error) {
	var entries []program.Entry
	err := s.lookup(ctx, fmt.Sprintf("read journal of %s", person), func(ctx context.Context, c connection) error {
		entries = nil
		var rows []entryRow
		if err := list(ctx, c, &rows, `SELECT id, person, day, created, sealed FROM entries
			WHERE person = ? ORDER BY created, id`, text(person)); err != nil || len(rows) == 0 {
			return err
		}
		key, err := s.personKey(ctx, c, person, false)
		if err != nil {
			return err
		}
		for _, row := range rows {
			plain, err := key.open(row.Sealed, row.belongs())
			if err != nil {
				return err
			}
			var said content
			if err := json.Unmarshal(plain, &said); err != nil {
				return fmt.Errorf("read entry %s: %w", row.ID, err)
			}
			entries = append(entries, program.Entry{
				ID: program.ID(row.ID), Person: program.ID(row.Person), Day: string(row.Day), Created: row.Created.time(),
				Text: said.Text, Wrote: said.Wrote, Attachments: said.Attachments,
			})
		}
		return nil
	})
	return entries, err
}
