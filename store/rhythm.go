package store

import (
	"context"
	"fmt"

	"github.com/mentorpost/mentorpost/program"
)

// keptNotes is how many of a person's latest notes a case shows.
const keptNotes = 3

// actionRow is an action as the table has it.
type actionRow struct {
	ID      text    `db:"id"`
	Pair    text    `db:"pair"`
	Session text    `db:"session"`
	Number  int     `db:"number"`
	Text    text    `db:"text"`
	Status  text    `db:"status"`
	Created instant `db:"created"`
	Version int     `db:"version"`
}

func toActionRow(a program.Action) actionRow {
	return actionRow{
		ID: text(a.ID), Pair: text(a.Pair), Session: text(a.Session), Number: a.Number, Text: text(a.Text),
		Status: text(a.Status), Created: stamp(a.Created), Version: a.Version,
	}
}

func (r actionRow) action() program.Action {
	return program.Action{
		ID: program.ID(r.ID), Pair: program.ID(r.Pair), Session: program.ID(r.Session), Number: r.Number,
		Text: string(r.Text), Status: program.ActionStatus(r.Status), Created: r.Created.time(), Version: r.Version,
	}
}

const selectActions = `SELECT id, pair, session, number, text, status, created, version FROM actions `

// Actions returns all actions, by pair and number.
func (s *Store) Actions(ctx context.Context) ([]program.Action, error) {
	var rows []actionRow
	err := s.lookup(ctx, "list actions", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, selectActions+`ORDER BY pair, number`)
	})
	return each(rows, actionRow.action), err
}

func saveActions(ctx context.Context, c connection, actions []program.Action) error {
	fresh, stored := split(each(actions, toActionRow), func(r actionRow) int { return r.Version })
	if _, err := write(ctx, c, `INSERT INTO actions (id, pair, session, number, text, status, created, version)
		VALUES (:id, :pair, :session, :number, :text, :status, :created, 1)`, fresh); err != nil {
		return fmt.Errorf("add actions: %w", err)
	}
	if err := writeAll(ctx, c, `WITH made (id, version, text, status) AS (VALUES (:id, CAST(:version AS BIGINT), :text, :status))
		UPDATE actions SET text = made.text, status = made.status, version = actions.version + 1
		FROM made WHERE actions.id = made.id AND actions.version = made.version`, stored, ErrStale); err != nil {
		return fmt.Errorf("change actions %s: %w", listed(stored, func(r actionRow) text { return r.ID }), err)
	}
	return nil
}

// noteRow is a note as the table has it.
type noteRow struct {
	ID      text    `db:"id"`
	Kind    text    `db:"kind"`
	Person  text    `db:"person"`
	Pair    text    `db:"pair"`
	Session text    `db:"session"`
	Text    text    `db:"text"`
	Score   int     `db:"score"`
	Shared  bool    `db:"shared"`
	Created instant `db:"created"`
	Version int     `db:"version"`
}

func toNoteRow(n program.Note) noteRow {
	return noteRow{
		ID: text(n.ID), Kind: text(n.Kind), Person: text(n.Person), Pair: text(n.Pair), Session: text(n.Session),
		Text: text(n.Text), Score: n.Score, Shared: n.Shared, Created: stamp(n.Created), Version: n.Version,
	}
}

func (r noteRow) note() program.Note {
	return program.Note{
		ID: program.ID(r.ID), Kind: program.NoteKind(r.Kind), Person: program.ID(r.Person), Pair: program.ID(r.Pair),
		Session: program.ID(r.Session), Text: string(r.Text), Score: r.Score, Shared: r.Shared,
		Created: r.Created.time(), Version: r.Version,
	}
}

const (
	noteColumns = `id, kind, person, pair, session, text, score, shared, created, version`
	selectNotes = `SELECT ` + noteColumns + ` FROM notes `
)

// Notes returns what a person has answered, oldest first; what everybody has,
// where the identifier is empty.
func (s *Store) Notes(ctx context.Context, person program.ID) ([]program.Note, error) {
	var rows []noteRow
	err := s.lookup(ctx, fmt.Sprintf("list notes of %s", person), func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, selectNotes+`WHERE person = ? OR ? = '' ORDER BY created, id`, text(person), text(person))
	})
	return each(rows, noteRow.note), err
}

func saveNotes(ctx context.Context, c connection, notes []program.Note) error {
	fresh, stored := split(each(notes, toNoteRow), func(r noteRow) int { return r.Version })
	if _, err := write(ctx, c, `INSERT INTO notes (id, kind, person, pair, session, text, score, shared, created, version)
		VALUES (:id, :kind, :person, :pair, :session, :text, :score, :shared, :created, 1)`, fresh); err != nil {
		return fmt.Errorf("add notes: %w", err)
	}
	if err := writeAll(ctx, c, `WITH made (id, version, text, score, shared) AS (VALUES (:id, CAST(:version AS BIGINT), :text, CAST(:score AS BIGINT), CAST(:shared AS BOOLEAN)))
		UPDATE notes SET text = made.text, score = made.score, shared = made.shared, version = notes.version + 1
		FROM made WHERE notes.id = made.id AND notes.version = made.version`, stored, ErrStale); err != nil {
		return fmt.Errorf("change notes %s: %w", listed(stored, func(r noteRow) text { return r.ID }), err)
	}
	return nil
}

// FeedbackTotals adds up the marks that were given in feedback. Whether they
// may be shown is the program's to say.
func (s *Store) FeedbackTotals(ctx context.Context) (program.FeedbackTotals, error) {
	var row struct {
		People  int `db:"people"`
		Answers int `db:"answers"`
		Sum     int `db:"sum"`
	}
	err := s.lookup(ctx, "add up feedback", func(ctx context.Context, c connection) error {
		return get(ctx, c, &row, `SELECT COUNT(DISTINCT person) AS people, COUNT(*) AS answers,
			CAST(COALESCE(SUM(score), 0) AS BIGINT) AS sum FROM notes WHERE kind = ? AND score > 0`, text(program.NoteFeedback))
	})
	return program.FeedbackTotals{People: row.People, Answers: row.Answers, Sum: row.Sum}, err
}

// suggestionRow is a suggestion as the table has it.
type suggestionRow struct {
	ID       text    `db:"id"`
	Person   text    `db:"person"`
	URL      text    `db:"url"`
	Approved bool    `db:"approved"`
	Created  instant `db:"created"`
	Version  int     `db:"version"`
}

func toSuggestionRow(s program.Suggestion) suggestionRow {
	return suggestionRow{
		ID: text(s.ID), Person: text(s.Person), URL: text(s.URL), Approved: s.Approved,
		Created: stamp(s.Created), Version: s.Version,
	}
}

func (r suggestionRow) suggestion() program.Suggestion {
	return program.Suggestion{
		ID: program.ID(r.ID), Person: program.ID(r.Person), URL: string(r.URL), Approved: r.Approved,
		Created: r.Created.time(), Version: r.Version,
	}
}

const selectSuggestions = `SELECT id, person, url, approved, created, version FROM suggestions `

// Suggestions returns everything that was suggested to read, oldest first.
func (s *Store) Suggestions(ctx context.Context) ([]program.Suggestion, error) {
	var rows []suggestionRow
	err := s.lookup(ctx, "list suggestions", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, selectSuggestions+`ORDER BY created, id`)
	})
	return each(rows, suggestionRow.suggestion), err
}

// Reading returns the approved suggestions, oldest first.
func (s *Store) Reading(ctx context.Context) ([]program.Suggestion, error) {
	var rows []suggestionRow
	err := s.lookup(ctx, "list approved suggestions", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, selectSuggestions+`WHERE approved ORDER BY created, id`)
	})
	return each(rows, suggestionRow.suggestion), err
}

func saveSuggestions(ctx context.Context, c connection, suggestions []program.Suggestion) error {
	fresh, stored := split(each(suggestions, toSuggestionRow), func(r suggestionRow) int { return r.Version })
	if _, err := write(ctx, c, `INSERT INTO suggestions (id, person, url, approved, created, version)
		VALUES (:id, :person, :url, :approved, :created, 1)`, fresh); err != nil {
		return fmt.Errorf("add suggestions: %w", err)
	}
	if err := writeAll(ctx, c, `WITH made (id, version, approved) AS (VALUES (:id, CAST(:version AS BIGINT), CAST(:approved AS BOOLEAN)))
		UPDATE suggestions SET approved = made.approved, version = suggestions.version + 1
		FROM made WHERE suggestions.id = made.id AND suggestions.version = made.version`, stored, ErrStale); err != nil {
		return fmt.Errorf("change suggestions %s: %w", listed(stored, func(r suggestionRow) text { return r.ID }), err)
	}
	return nil
}
