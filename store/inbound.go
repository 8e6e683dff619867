package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/mentorpost/mentorpost/program"
)

// Inbound is one mail as the mailbox had it, and what became of it.
type Inbound struct {
	ID int64
	// Seed is 128 random bits in hexadecimal, made by Keep; identifiers of
	// what is decided from this mail come from it.
	Seed             string
	Mailbox          string
	UIDValidity, UID uint32
	At               time.Time // INTERNALDATE (RFC 3501 §2.3.3)
	Sender           string    // the address in its From, in lower case; forgotten once the mail is decided
	Hash             string    // the same for copies of one mail; Keep makes it from Raw where empty
	Raw              []byte    // of an oversized mail the header only; of a duplicate nothing
	Kept             time.Time
	Term             int64 // of the claim

	DuplicateOf int64 // the Inbound with the same content, or 0
	// Result is empty until the mail is decided.
	Result          program.Result
	Reason          string
	Person, Session program.ID
	Quarantine      bool
	Decided, Filed  time.Time
}

// Filing is a decided mail that still lies in the mailbox it came to.
type Filing struct {
	ID         int64
	UID        uint32
	Quarantine bool
}

type inboundRow struct {
	ID          int64   `db:"id"`
	Seed        text    `db:"seed"`
	Mailbox     text    `db:"mailbox"`
	UIDValidity uint32  `db:"uid_validity"`
	UID         uint32  `db:"uid"`
	Received    instant `db:"received"`
	Sender      text    `db:"sender"`
	Hash        text    `db:"hash"`
	Raw         []byte  `db:"raw"`
	Kept        instant `db:"kept"`
	DuplicateOf int64   `db:"duplicate_of"`
	Term        int64   `db:"term"`
	LeaseUntil  instant `db:"lease_until"`
	Result      text    `db:"result"`
	Reason      text    `db:"reason"`
	Person      text    `db:"person"`
	Session     text    `db:"session"`
	Quarantine  bool    `db:"quarantine"`
	Decided     instant `db:"decided"`
	Filed       instant `db:"filed"`
}

// belongs names the mail to the vault.
func (r inboundRow) belongs() string { return "mail " + string(r.Hash) }

func (r inboundRow) inbound() Inbound {
	return Inbound{
		ID: r.ID, Seed: string(r.Seed), Mailbox: string(r.Mailbox), UIDValidity: r.UIDValidity, UID: r.UID,
		At: r.Received.time(), Sender: string(r.Sender), Hash: string(r.Hash), Raw: r.Raw, Kept: r.Kept.time(), Term: r.Term,
		DuplicateOf: r.DuplicateOf, Result: program.Result(r.Result), Reason: string(r.Reason),
		Person: program.ID(r.Person), Session: program.ID(r.Session), Quarantine: r.Quarantine,
		Decided: r.Decided.time(), Filed: r.Filed.time(),
	}
}

func (s *Store) toInboundRow(in Inbound) inboundRow {
	if in.Hash == "" {
		sum := sha256.Sum256(in.Raw)
		in.Hash = hex.EncodeToString(sum[:])
	}
	return inboundRow{
		Seed: text(newSeed()), Mailbox: text(in.Mailbox), UIDValidity: in.UIDValidity, UID: in.UID,
		Received: stamp(in.At), Sender: text(in.Sender), Hash: text(in.Hash), Raw: s.lock(in.Raw, inboundRow{Hash: text(in.Hash)}.belongs()), Kept: s.now(),
	}
}

// newSeed is 128 random bits in hexadecimal.
func newSeed() string {
	var seed [16]byte
	rand.Read(seed[:]) // never fails
	return hex.EncodeToString(seed[:])
}

// keepBytes is what one statement keeps at most: PostgreSQL takes a gigabyte at
// once, and all of it lies in memory several times.
const keepBytes = 16 << 20

// statements cuts rows with mails into what one statement keeps.
func statements[Row any](rows []Row, length func(Row) int) iter.Seq[[]Row] {
	return func(yield func([]Row) bool) {
		for len(rows) > 0 {
			n, size := 1, length(rows[0])
			for n < min(len(rows), batch) && size+length(rows[n]) <= keepBytes {
				size += length(rows[n])
				n++
			}
			if !yield(rows[:n]) {
				return
			}
			rows = rows[n:]
		}
	}
}

const insertInbound = `INSERT INTO inbound (seed, mailbox, uid_validity, uid, received, sender, hash, kept,
	duplicate_of, term, lease_until, result, reason, decided)
	VALUES (:seed, :mailbox, :uid_validity, :uid, :received, :sender, :hash, :kept,
	:duplicate_of, :term, :lease_until, :result, :reason, :decided) ON CONFLICT DO NOTHING RETURNING id, seed`

// Keep stores mails before anything is decided about them, all or none, and
// returns those that were new, oldest INTERNALDATE first. With a lease they are
// claimed, with a term of 1: who keeps a mail decides about it. Not so where an
// earlier one of the same sender waits, of which ClaimInbound says when. A mail
// whose mailbox, UIDVALIDITY and UID are known is passed over. One whose content
// is known, as after a change of UIDVALIDITY or a second delivery, is recorded
// as set aside: it comes back with its original's number, and is never decided.
func (s *Store) Keep(ctx context.Context, in []Inbound, lease time.Duration) ([]Inbound, error) {
	rows := each(in, s.toInboundRow)
	raw := map[text][]byte{}
	for i := range rows {
		raw[rows[i].Seed] = in[i].Raw
	}
	var kept []inboundRow
	err := s.change(ctx, fmt.Sprintf("keep %d mails", len(in)), func(ctx context.Context, tx *sqlx.Tx) error {
		kept = nil
		if lease > 0 {
			if err := s.claimFresh(ctx, tx, rows, lease); err != nil {
				return err
			}
		}
		for chunk := range statements(rows, func(r inboundRow) int { return len(r.Raw) }) {
			some, err := keepChunk(ctx, tx, chunk)
			if err != nil {
				return err
			}
			kept = append(kept, some...)
		}
		return nil
	})
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	s.hint()
	s.grow(ctx, len(kept))
	for i := range kept {
		if kept[i].DuplicateOf == 0 {
			kept[i].Raw = raw[kept[i].Seed]
		}
	}
	return inOrder(kept), nil
}

// claimFresh claims rows that are about to be added, but for senders of whom
// mails wait.
func (s *Store) claimFresh(ctx context.Context, c connection, rows []inboundRow, lease time.Duration) error {
	waiting := map[text]bool{}
	for chunk := range slices.Chunk(rows, keysAtOnce) {
		var senders []text
		if err := list(ctx, c, &senders, `SELECT DISTINCT sender FROM inbound WHERE decided = 0 AND sender <> '' AND sender IN (?)`,
			each(chunk, func(r inboundRow) string { return clean(string(r.Sender)) })); err != nil {
			return fmt.Errorf("find senders of whom mails wait: %w", err)
		}
		for _, sender := range senders {
			waiting[sender] = true
		}
	}
	for i := range rows {
		rows[i].Term, rows[i].LeaseUntil = 0, 0
		if !waiting[rows[i].Sender] {
			rows[i].Term, rows[i].LeaseUntil = 1, s.leave(lease)
		}
	}
	return nil
}

// inOrder are mails by INTERNALDATE, as they are decided about.
func inOrder(rows []inboundRow) []Inbound {
	slices.SortFunc(rows, func(a, b inboundRow) int {
		return cmp.Or(cmp.Compare(a.Received, b.Received), cmp.Compare(a.ID, b.ID))
	})
	return each(rows, inboundRow.inbound)
}

// keepChunk adds the rows in one statement, and their bytes in another, and
// returns what it has added. Only where the first met known rows, it goes
// through them singly: the unique keys have kept them out, and what is left is
// to say of each whether its place or its content was known.
func keepChunk(ctx context.Context, c connection, rows []inboundRow) ([]inboundRow, error) {
	kept, err := addInbound(ctx, c, rows)
	if err != nil {
		return nil, err
	}
	full := slices.DeleteFunc(slices.Clone(kept), func(r inboundRow) bool { return len(r.Raw) == 0 })
	if _, err := write(ctx, c, `INSERT INTO raw_mails (id, raw) VALUES (:id, :raw)`, full); err != nil {
		return nil, fmt.Errorf("keep the bytes of mails: %w", err)
	}
	if len(kept) == len(rows) {
		return kept, nil
	}
	for _, row := range rows {
		var original struct {
			ID   int64 `db:"id"`
			Seed text  `db:"seed"`
		}
		if err := get(ctx, c, &original, `SELECT id, seed FROM inbound WHERE hash = ? AND duplicate_of = 0`, row.Hash); err != nil {
			if errors.Is(err, ErrNotFound) { // its place was known, with other content
				continue
			}
			return nil, fmt.Errorf("look for the content of mail %d: %w", row.UID, err)
		}
		if original.Seed == row.Seed {
			continue
		}
		row.DuplicateOf, row.Raw, row.Term, row.LeaseUntil = original.ID, nil, 0, 0
		row.Result, row.Reason = text(program.ResultAside), text(fmt.Sprintf("duplicate of %d", original.ID))
		row.Decided = row.Kept
		aside, err := addInbound(ctx, c, []inboundRow{row})
		if err != nil {
			return nil, fmt.Errorf("set duplicate mail %d aside: %w", row.UID, err)
		}
		kept = append(kept, aside...)
	}
	return kept, nil
}

// addInbound adds rows without their bytes, and returns those that no unique
// key has kept out, with their numbers.
func addInbound(ctx context.Context, c connection, rows []inboundRow) ([]inboundRow, error) {
	added, err := writeReturning[inboundRow](ctx, c, insertInbound, rows)
	if err != nil {
		return nil, err
	}
	numbers := map[text]int64{}
	for _, row := range added {
		numbers[row.Seed] = row.ID
	}
	var kept []inboundRow
	for _, row := range rows {
		if row.ID = numbers[row.Seed]; row.ID != 0 {
			kept = append(kept, row)
		}
	}
	return kept, nil
}

// rawOf reads the bytes of a mail, which stand apart: a mail's row is written
// three times, its bytes once. They are missing where a mail was destroyed.
const rawOf = `(SELECT raw FROM raw_mails WHERE raw_mails.id = inbound.id) AS raw, `

// inboundColumns are all but the raw bytes.
const inboundColumns = `id, seed, mailbox, uid_validity, uid, received, sender, hash, kept, duplicate_of, term,
	result, reason, person, session, quarantine, decided, filed`

// ClaimInbound takes up to limit undecided mails, oldest INTERNALDATE first,
// for the length of the lease. Nobody else gets them before it ends, nor what
// their senders have written after them: a person's mails are decided about in
// their order, by however many workers.
func (s *Store) ClaimInbound(ctx context.Context, limit int, lease time.Duration) ([]Inbound, error) {
	var rows []inboundRow
	err := s.change(ctx, "claim inbound mail", func(ctx context.Context, tx *sqlx.Tx) error {
		return list(ctx, tx, &rows, `WITH picked AS MATERIALIZED (
				SELECT id FROM inbound WHERE decided = 0 AND lease_until <= ?
				AND NOT EXISTS (SELECT 1 FROM inbound AS earlier WHERE earlier.decided = 0 AND earlier.sender = inbound.sender
					AND earlier.sender <> '' AND earlier.lease_until > ? AND earlier.received <= inbound.received
					AND (earlier.received < inbound.received OR earlier.id < inbound.id))
				ORDER BY received, id LIMIT ?`+s.place.skipLocked+`)
			UPDATE inbound SET term = term + 1, lease_until = ? WHERE id IN (SELECT id FROM picked)
			RETURNING `+rawOf+inboundColumns, s.now(), s.now(), limit, s.leave(lease))
	})
	for i := range rows {
		if err == nil {
			rows[i].Raw, err = s.vault.open(rows[i].Raw, rows[i].belongs())
		}
	}
	return inOrder(rows), err
}

// HighestUID returns the highest UID kept of the mailbox, 0 where none is.
func (s *Store) HighestUID(ctx context.Context, mailbox string, uidValidity uint32) (uint32, error) {
	var uid uint32
	err := s.lookup(ctx, fmt.Sprintf("find highest UID of %q", mailbox), func(ctx context.Context, c connection) error {
		return get(ctx, c, &uid, `SELECT COALESCE(MAX(uid), 0) FROM inbound WHERE mailbox = ? AND uid_validity = ?`,
			text(mailbox), uidValidity)
	})
	return uid, err
}

// ClaimUnfiled takes up to limit decided mails that still lie in the mailbox
// they came to, for the length of the lease: two clients that move one mail at
// once may leave two copies of it.
func (s *Store) ClaimUnfiled(ctx context.Context, mailbox string, uidValidity uint32, limit int, lease time.Duration) ([]Filing, error) {
	var rows []inboundRow
	err := s.change(ctx, fmt.Sprintf("claim mails to file in %q", mailbox), func(ctx context.Context, tx *sqlx.Tx) error {
		return list(ctx, tx, &rows, `WITH picked AS MATERIALIZED (
				SELECT id FROM inbound WHERE mailbox = ? AND uid_validity = ? AND filed = 0 AND decided <> 0
				AND lease_until <= ? ORDER BY id LIMIT ?`+s.place.skipLocked+`)
			UPDATE inbound SET lease_until = ? WHERE id IN (SELECT id FROM picked)
			RETURNING id, uid, quarantine`, text(mailbox), uidValidity, s.now(), limit, s.leave(lease))
	})
	slices.SortFunc(rows, func(a, b inboundRow) int { return cmp.Compare(a.ID, b.ID) })
	return each(rows, func(r inboundRow) Filing { return Filing{ID: r.ID, UID: r.UID, Quarantine: r.Quarantine} }), err
}

// Filed records that the mails were moved out of the mailbox they came to.
func (s *Store) Filed(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	return s.change(ctx, fmt.Sprintf("record %d filed mails", len(ids)), func(ctx context.Context, tx *sqlx.Tx) error {
		for chunk := range slices.Chunk(ids, batch) {
			if _, err := exec(ctx, tx, `UPDATE inbound SET filed = ? WHERE filed = 0 AND id IN (?)`, s.now(), chunk); err != nil {
				return err
			}
		}
		return nil
	})
}

// Quarantine returns the quarantined mails without their raw bytes, oldest first.
func (s *Store) Quarantine(ctx context.Context) ([]Inbound, error) {
	var rows []inboundRow
	err := s.lookup(ctx, "list quarantine", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, `SELECT `+inboundColumns+` FROM inbound WHERE quarantine ORDER BY id`)
	})
	return each(rows, inboundRow.inbound), err
}

// QuarantineShow returns one quarantined mail with its raw bytes, or ErrNotFound.
func (s *Store) QuarantineShow(ctx context.Context, id int64) (Inbound, error) {
	in, err := s.InboundByID(ctx, id)
	if err == nil && !in.Quarantine {
		return Inbound{}, fmt.Errorf("show quarantined mail %d: %w", id, ErrNotFound)
	}
	return in, err
}

// InboundByID returns one mail with its raw bytes, or ErrNotFound. A duplicate
// comes with the bytes of its original, while those are there.
func (s *Store) InboundByID(ctx context.Context, id int64) (Inbound, error) {
	var row inboundRow
	err := s.lookup(ctx, fmt.Sprintf("find inbound mail %d", id), func(ctx context.Context, c connection) error {
		if err := get(ctx, c, &row, `SELECT `+rawOf+inboundColumns+` FROM inbound WHERE id = ?`, id); err != nil || row.DuplicateOf == 0 {
			return err
		}
		err := get(ctx, c, &row.Raw, `SELECT raw FROM raw_mails WHERE id = ?`, row.DuplicateOf)
		if errors.Is(err, ErrNotFound) {
			return nil // the original was destroyed
		}
		return err
	})
	if err == nil {
		row.Raw, err = s.vault.open(row.Raw, row.belongs())
	}
	return row.inbound(), err
}
