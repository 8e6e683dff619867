package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/mentorpost/mentorpost/program"
)

// LetterState is how far a letter in the outbox is.
type LetterState string

// The states of a letter.
const (
	LetterQueued  LetterState = "queued"
	LetterRetry   LetterState = "retry"   // refused for the time being
	LetterUnknown LetterState = "unknown" // the connection broke after the final dot
	LetterSent    LetterState = "sent"
	LetterFailed  LetterState = "failed" // refused for good
)

// Outgoing is a claimed letter.
type Outgoing struct {
	Letter program.Letter
	Raw    []byte // nil until KeepComposed; then the same on every claim
	// Attempts counts the claims, this one included.
	Attempts int
	Term     int64
	State    LetterState
}

// Queued is a letter as a list shows it.
type Queued struct {
	Letter   program.Letter
	State    LetterState
	Attempts int
	Due      time.Time // when it may go, or go again
	Reason   string    // of the last refusal
	Settled  time.Time // when it was sent or given up; zero until then
}

// letterRow is a letter as the table has it.
type letterRow struct {
	Seq        int64                      `db:"seq"`
	ID         text                       `db:"id"`
	MessageID  text                       `db:"message_id"`
	Kind       text                       `db:"kind"`
	Person     text                       `db:"person"`
	Address    text                       `db:"address"`
	Name       text                       `db:"name"`
	AboutKind  text                       `db:"about_kind"`
	AboutID    text                       `db:"about_id"`
	SessionUID text                       `db:"session_uid"`
	InReplyTo  text                       `db:"in_reply_to"`
	Refs       document[[]string]         `db:"refs"`
	Purpose    text                       `db:"purpose"`
	Offered    document[[]program.Slot]   `db:"offered"`
	Choices    document[[]program.Choice] `db:"choices"`
	Attach     document[[]string]         `db:"attach"`
	HeldFrom   instant                    `db:"held_from"`
	Event      document[*program.Event]   `db:"event"`
	Facts      document[program.Facts]    `db:"facts"`
	Parts      document[[]program.Part]   `db:"parts"`
	NotBefore  instant                    `db:"not_before"`
	Created    instant                    `db:"created"`
	State      text                       `db:"state"`
	Due        instant                    `db:"due"`
	Attempts   int                        `db:"attempts"`
	Reason     text                       `db:"reason"`
	Raw        []byte                     `db:"raw"`
	Term       int64                      `db:"term"`
	Settled    instant                    `db:"settled"`
}

func toLetterRow(l program.Letter) letterRow {
	return letterRow{
		ID: text(l.ID), MessageID: text(l.MessageID), Kind: text(l.Kind), Person: text(l.To), Address: text(l.Address),
		Name: text(l.Name), AboutKind: text(l.About.Kind), AboutID: text(l.About.ID), SessionUID: text(l.SessionUID),
		InReplyTo: text(l.InReplyTo), Refs: document[[]string]{l.References}, Purpose: text(l.Purpose),
		Offered: document[[]program.Slot]{l.Offered}, Choices: document[[]program.Choice]{l.Choices},
		Attach: document[[]string]{l.Attach}, HeldFrom: stamp(l.HeldFrom), Event: document[*program.Event]{l.Event}, Facts: document[program.Facts]{l.Facts},
		Parts:     document[[]program.Part]{l.Parts},
		NotBefore: stamp(l.NotBefore), Created: stamp(l.Created),
		State: text(LetterQueued), Due: max(stamp(l.NotBefore), stamp(l.Created)),
	}
}

func (r letterRow) letter() program.Letter {
	return program.Letter{
		ID: program.ID(r.ID), MessageID: string(r.MessageID), Kind: program.Kind(r.Kind), To: program.ID(r.Person),
		Address: string(r.Address), Name: string(r.Name),
		About:      program.Ref{Kind: program.RefKind(r.AboutKind), ID: program.ID(r.AboutID)},
		SessionUID: string(r.SessionUID), InReplyTo: string(r.InReplyTo), References: r.Refs.V,
		Purpose: program.Purpose(r.Purpose), Offered: r.Offered.V, Choices: r.Choices.V, HeldFrom: r.HeldFrom.time(),
		Attach: r.Attach.V, Event: r.Event.V, Facts: r.Facts.V, Parts: r.Parts.V, NotBefore: r.NotBefore.time(), Created: r.Created.time(),
	}
}

func (r letterRow) outgoing() Outgoing {
	return Outgoing{Letter: r.letter(), Raw: r.Raw, Attempts: r.Attempts, Term: r.Term, State: LetterState(r.State)}
}

func (r letterRow) queued() Queued {
	return Queued{
		Letter: r.letter(), State: LetterState(r.State), Attempts: r.Attempts, Due: r.Due.time(),
		Reason: string(r.Reason), Settled: r.Settled.time(),
	}
}

const letterColumns = `seq, id, message_id, kind, person, address, name, about_kind, about_id, session_uid, in_reply_to,
	refs, purpose, offered, choices, attach, held_from, event, facts, parts, not_before, created, state, due, attempts, reason, term, settled`

// ClaimLetters takes up to limit letters that may go at now, on the rules'
// clock, for the length of the lease, on real time. Of the letters to one
// reader at one address only the earliest is handed out, and the next one only
// after that is settled or put off: nobody reads a cancellation before its
// invitation. The lease must outlast the SMTP timeouts. Call again until nothing comes.
//
// The "+ 0" keeps PostgreSQL from reading all due letters for each of them: an
// outbox that was empty when it last took statistics looks like one row.
func (s *Store) ClaimLetters(ctx context.Context, now time.Time, limit int, lease time.Duration) ([]Outgoing, error) {
	var rows []letterRow
	err := s.change(ctx, "claim letters", func(ctx context.Context, tx *sqlx.Tx) error {
		return list(ctx, tx, &rows, `WITH picked AS MATERIALIZED (
				SELECT letters.seq FROM letters WHERE letters.settled = 0 AND letters.due <= ? AND letters.lease_until <= ?
				AND NOT EXISTS (SELECT 1 FROM letters AS earlier WHERE earlier.settled = 0
					AND earlier.person = letters.person AND earlier.address = letters.address AND earlier.seq < letters.seq AND earlier.due + 0 <= ?)
				ORDER BY letters.due, letters.seq LIMIT ?`+s.place.skipLocked+`)
			UPDATE letters SET term = term + 1, attempts = attempts + 1, lease_until = ?
			WHERE seq IN (SELECT seq FROM picked) RETURNING `+composedOf+letterColumns,
			stamp(now), s.now(), stamp(now), limit, s.leave(lease))
	})
	slices.SortFunc(rows, func(a, b letterRow) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Seq, b.Seq)) })
	for i := range rows {
		if err == nil {
			rows[i].Raw, err = s.vault.open(rows[i].Raw, composedRow{ID: rows[i].ID}.belongs())
		}
	}
	return each(rows, letterRow.outgoing), err
}

// NextLetter returns the earliest instant, on the rules' clock, at which a
// letter may go, claimed or not; ErrNotFound where none waits.
func (s *Store) NextLetter(ctx context.Context) (time.Time, error) {
	var due instant
	err := s.lookup(ctx, "find next letter", func(ctx context.Context, c connection) error {
		return get(ctx, c, &due, `SELECT due FROM letters WHERE settled = 0 ORDER BY due LIMIT 1`)
	})
	return due.time(), err
}

// Failed records that the letter was refused for good, together with what
// follows from that, such as a prompt to the coordinators.
func (s *Store) Failed(ctx context.Context, id program.ID, term int64, reason string, follows program.Outcome) error {
	return s.change(ctx, fmt.Sprintf("record failed letter %s", id), func(ctx context.Context, tx *sqlx.Tx) error {
		n, err := exec(ctx, tx, `UPDATE letters SET state = ?, settled = ?, reason = ?, lease_until = 0
			WHERE id = ? AND term = ? AND settled = 0`, text(LetterFailed), s.now(), text(reason), text(id), term)
		if err := orLeaseLost(n, err); err != nil {
			return err
		}
		return save(ctx, tx, follows)
	})
}

// Retry puts the letter off until at, on the rules' clock, after a refusal for
// the time being.
func (s *Store) Retry(ctx context.Context, id program.ID, term int64, at time.Time, reason string) error {
	return s.putOff(ctx, "put off letter", id, term, LetterRetry, at, reason)
}

// PutBack gives a claimed letter back that was not tried, since the server
// could not be used or the worker stops: it may go at the instant, and the
// attempt does not count.
func (s *Store) PutBack(ctx context.Context, id program.ID, term int64, at time.Time, reason string) error {
	return s.change(ctx, fmt.Sprintf("put back letter %s", id), func(ctx context.Context, tx *sqlx.Tx) error {
		n, err := exec(ctx, tx, `UPDATE letters SET attempts = attempts - 1, due = ?, reason = ?, lease_until = 0
			WHERE id = ? AND term = ? AND settled = 0`, stamp(at), text(reason), text(id), term)
		return orLeaseLost(n, err)
	})
}

// Unknown records that the connection broke after the final dot: the letter
// may have arrived. It is sent again after at unless Arrived settles it.
func (s *Store) Unknown(ctx context.Context, id program.ID, term int64, at time.Time, reason string) error {
	return s.putOff(ctx, "record letter of unknown fate", id, term, LetterUnknown, at, reason)
}

func (s *Store) putOff(ctx context.Context, act string, id program.ID, term int64, state LetterState, at time.Time, reason string) error {
	return s.change(ctx, fmt.Sprintf("%s %s", act, id), func(ctx context.Context, tx *sqlx.Tx) error {
		n, err := exec(ctx, tx, `UPDATE letters SET state = ?, due = ?, reason = ?, lease_until = 0
			WHERE id = ? AND term = ? AND settled = 0`, text(state), stamp(at), text(reason), text(id), term)
		return orLeaseLost(n, err)
	})
}

// orLeaseLost is the error, or ErrLeaseLost where an update met no row.
func orLeaseLost(rows int64, err error) error {
	if err == nil && rows == 0 {
		return ErrLeaseLost
	}
	return err
}

// Arrived takes evidence that letters have arrived, as an answer to them or a
// copy found: those that were handed to a server but whose fate is not known
// are settled as sent. A worker that is about to send one again loses its claim.
func (s *Store) Arrived(ctx context.Context, messageIDs []string) error {
	if len(messageIDs) == 0 {
		return nil
	}
	return s.change(ctx, "settle arrived letters", func(ctx context.Context, tx *sqlx.Tx) error {
		for chunk := range slices.Chunk(each(messageIDs, clean), batch) {
			if _, err := exec(ctx, tx, `UPDATE letters SET state = ?, settled = ?, term = term + 1, lease_until = 0
				WHERE settled = 0 AND attempts > 0 AND message_id IN (?)`, text(LetterSent), s.now(), chunk); err != nil {
				return err
			}
		}
		return nil
	})
}

// OutboxFilter narrows a list of letters. Zero fields do not.
type OutboxFilter struct {
	State         LetterState
	Person        program.ID
	Limit, Offset int
}

// everything stands for no limit.
const everything = 1 << 62

// Outbox returns letters in the order in which they were queued.
func (s *Store) Outbox(ctx context.Context, filter OutboxFilter) ([]Queued, error) {
	if filter.Limit == 0 {
		filter.Limit = everything
	}
	var rows []letterRow
	err := s.lookup(ctx, "list outbox", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, `SELECT `+letterColumns+` FROM letters
			WHERE (state = ? OR ? = '') AND (person = ? OR ? = '') ORDER BY seq LIMIT ? OFFSET ?`,
			text(filter.State), text(filter.State), text(filter.Person), text(filter.Person), filter.Limit, filter.Offset)
	})
	return each(rows, letterRow.queued), err
}

// OutboxShow returns one letter and, once it is composed, its bytes; ErrNotFound
// where there is none.
func (s *Store) OutboxShow(ctx context.Context, id program.ID) (Queued, []byte, error) {
	var row letterRow
	err := s.lookup(ctx, fmt.Sprintf("find letter %s", id), func(ctx context.Context, c connection) error {
		return get(ctx, c, &row, `SELECT `+composedOf+letterColumns+` FROM letters WHERE id = ?`, text(id))
	})
	if err != nil {
		return Queued{}, nil, err
	}
	raw, err := s.vault.open(row.Raw, composedRow{ID: row.ID}.belongs())
	return row.queued(), raw, err
}

// LettersByMessageID returns the letters with these Message-IDs (without angle
// brackets), in the order in which they were queued.
func (s *Store) LettersByMessageID(ctx context.Context, ids []string) ([]Queued, error) {
	var rows []letterRow
	err := s.lookup(ctx, "find letters by Message-ID", func(ctx context.Context, c connection) error {
		rows = nil
		for chunk := range slices.Chunk(each(ids, clean), keysAtOnce) {
			var some []letterRow
			if err := list(ctx, c, &some, `SELECT `+letterColumns+` FROM letters WHERE message_id IN (?)`, chunk); err != nil {
				return err
			}
			rows = append(rows, some...)
		}
		return nil
	})
	slices.SortFunc(rows, func(a, b letterRow) int { return cmp.Compare(a.Seq, b.Seq) })
	return each(rows, letterRow.queued), err
}

// keysAtOnce is how many rows one query looks for by their keys.
const keysAtOnce = 256

// LatestQuestions returns of each subject the latest letter with a Purpose that
// the person can have read: one that was handed to a server, for the person
// cannot answer what is still held back. About narrows it to one pair or
// session; a person or nothing stands for any subject, but not for the questions
// to which any text is an answer: those are answered by replying to them. Nil
// where nothing was asked.
func (s *Store) LatestQuestions(ctx context.Context, subjects []Subject) ([]*program.Letter, error) {
	latest := make([]*program.Letter, 0, len(subjects))
	err := s.lookup(ctx, fmt.Sprintf("find latest questions to %d people", len(subjects)), func(ctx context.Context, c connection) error {
		latest = latest[:0]
		for chunk := range slices.Chunk(subjects, batch) {
			some, err := latestQuestions(ctx, c, chunk)
			if err != nil {
				return err
			}
			latest = append(latest, some...)
		}
		return nil
	})
	return latest, err
}

func latestQuestions(ctx context.Context, c connection, subjects []Subject) ([]*program.Letter, error) {
	var args []any
	var people []string
	for _, about := range padded(subjects) {
		people = append(people, clean(string(about.Person)))
		args = append(args, text(about.Person), text(about.About.Kind), text(about.About.ID))
	}
	const (
		asked   = ` AND purpose <> '' AND attempts > 0 AND state <> 'failed'`
		anyText = `purpose IN ('charter', 'agenda', 'check-in', 'feedback')`
	)
	var rows []struct {
		letterRow
		AnyText bool `db:"any_text"`
	}
	err := list(ctx, c, &rows, `SELECT `+letterColumns+`, `+anyText+` AS any_text FROM letters WHERE seq IN (
			SELECT MAX(seq) FROM letters WHERE (person, about_kind, about_id) IN (VALUES (?, ?, ?)`+
		strings.Repeat(`, (?, ?, ?)`, len(people)-1)+`)`+asked+` GROUP BY person, about_kind, about_id
			UNION ALL SELECT MAX(seq) FROM letters WHERE person IN (?)`+asked+` AND NOT `+anyText+` GROUP BY person)
		ORDER BY seq`, append(args, people)...)
	if err != nil {
		return nil, err
	}
	narrow, whole := map[Subject]*program.Letter{}, map[program.ID]*program.Letter{}
	for _, row := range rows {
		l := row.letter()
		narrow[Subject{l.To, l.About}] = &l
		if !row.AnyText {
			whole[l.To] = &l
		}
	}
	return each(subjects, func(about Subject) *program.Letter {
		if about.About.Kind == program.RefPerson || about.About.Kind == "" {
			return whole[about.Person]
		}
		return narrow[about]
	}), nil
}

// IsNew reports whether no key is recorded and no letter was ever queued:
// nothing is sealed with the program's key yet.
func (s *Store) IsNew(ctx context.Context) (bool, error) {
	var sealed int
	err := s.lookup(ctx, "look for letters and keys", func(ctx context.Context, c connection) error {
		return get(ctx, c, &sealed, `SELECT (SELECT COUNT(*) FROM (SELECT id FROM letters LIMIT 1) AS one) + (SELECT COUNT(*) FROM keys)`)
	})
	return sealed == 0, err
}
