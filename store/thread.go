package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mentorpost/mentorpost/program"
)

// saveLetters puts letters into the outbox, in order.
func saveLetters(ctx context.Context, c connection, letters []program.Letter) error {
	for _, l := range letters {
		if l.ID == "" || l.MessageID == "" {
			return fmt.Errorf("queue %s letter %q: it has no identifier or no Message-ID", l.Kind, l.ID)
		}
	}
	rows := each(letters, toLetterRow)
	if err := continueThreads(ctx, c, rows); err != nil {
		return fmt.Errorf("find threads of letters: %w", err)
	}
	if _, err := write(ctx, c, `INSERT INTO letters (id, message_id, kind, person, address, name, about_kind, about_id,
		session_uid, in_reply_to, refs, purpose, offered, choices, attach, held_from, event, facts, parts, not_before, created, state, due)
		VALUES (:id, :message_id, :kind, :person, :address, :name, :about_kind, :about_id,
		:session_uid, :in_reply_to, :refs, :purpose, :offered, :choices, :attach, :held_from, :event, :facts, :parts, :not_before, :created,
		:state, :due)`, rows); err != nil {
		return fmt.Errorf("queue letters: %w", err)
	}
	return releaseEarlier(ctx, c, rows)
}

// releaseEarlier lets what waits for the morning, or for another try, go before
// a later letter to the same reader about the same session: nobody reads of a
// change before what it changes, and no calendar gets the invitation after its
// cancellation. What may have arrived already waits as long as it must.
func releaseEarlier(ctx context.Context, c connection, rows []letterRow) error {
	type topic struct{ reader, session text }
	earliest := map[topic]letterRow{}
	for _, r := range rows {
		about := topic{r.Person, r.SessionUID}
		if known, ok := earliest[about]; r.Person != "" && r.SessionUID != "" && (!ok || r.Due < known.Due) {
			earliest[about] = r
		}
	}
	if _, err := write(ctx, c, `WITH made (person, session_uid, due) AS (VALUES (:person, :session_uid, CAST(:due AS BIGINT)))
		UPDATE letters SET due = made.due
		FROM made WHERE letters.settled = 0 AND letters.person = made.person AND letters.session_uid = made.session_uid
			AND (letters.attempts = 0 OR letters.state = 'retry') AND letters.due > made.due`, slices.Collect(maps.Values(earliest))); err != nil {
		return fmt.Errorf("release what waits about the same sessions: %w", err)
	}
	return nil
}

// subject is what the letters of a thread have in common. A coordinator is no
// person in the database and is known by address.
type subject struct {
	Person    text `db:"person"`
	Address   text `db:"reader"` // empty where there is a person
	AboutKind text `db:"about_kind"`
	AboutID   text `db:"about_id"`
}

func (r letterRow) subject() subject {
	about := subject{Person: r.Person, AboutKind: r.AboutKind, AboutID: r.AboutID}
	if r.Person == "" {
		about.Address = r.Address
	}
	return about
}

// thread is the Message-IDs of the first and the latest letter of a subject.
type thread struct{ first, latest text }

// continueThreads makes each letter that answers no mail an answer to the
// latest earlier one to the same reader on the same subject. The first stands
// in References too: mail programs that have lost the latest find the thread
// by it (RFC 5322 §3.6.4).
func continueThreads(ctx context.Context, c connection, rows []letterRow) error {
	open := map[subject]bool{}
	for _, row := range rows {
		if row.InReplyTo == "" {
			open[row.subject()] = true
		}
	}
	threads, err := findThreads(ctx, c, slices.Collect(maps.Keys(open)))
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		earlier, known := threads[row.subject()]
		if known && row.InReplyTo == "" {
			row.InReplyTo = earlier.latest
			row.Refs.V = slices.Compact([]string{string(earlier.first), string(earlier.latest)})
		}
		if !known {
			earlier.first = row.MessageID
		}
		threads[row.subject()] = thread{earlier.first, row.MessageID}
	}
	return nil
}

// findThreads reads the threads that the subjects have so far.
func findThreads(ctx context.Context, c connection, subjects []subject) (map[subject]thread, error) {
	threads := map[subject]thread{}
	for chunk := range slices.Chunk(subjects, batch) {
		var args []any
		chunk = padded(chunk)
		for _, about := range chunk {
			args = append(args, about.Person, about.AboutKind, about.AboutID)
		}
		wanted := `(person, about_kind, about_id) IN (VALUES (?, ?, ?)` + strings.Repeat(`, (?, ?, ?)`, len(chunk)-1) + `)
			GROUP BY person, about_kind, about_id, CASE person WHEN '' THEN address ELSE '' END`
		var letters []struct {
			subject
			MessageID text `db:"message_id"`
		}
		err := list(ctx, c, &letters, `SELECT person, about_kind, about_id, message_id,
				CASE person WHEN '' THEN address ELSE '' END AS reader FROM letters
			WHERE seq IN (SELECT MIN(seq) FROM letters WHERE `+wanted+` UNION ALL SELECT MAX(seq) FROM letters WHERE `+wanted+`)
			ORDER BY seq`, append(args, args...)...)
		if err != nil {
			return nil, err
		}
		for _, l := range letters {
			earlier, known := threads[l.subject]
			if !known {
				earlier.first = l.MessageID
			}
			threads[l.subject] = thread{earlier.first, l.MessageID}
		}
	}
	return threads, nil
}
