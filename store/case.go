package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

const (
	// closedSessions is how many ended sessions of the pair a case shows.
	closedSessions = 3
	// lateWindow is how far back late changes count.
	lateWindow = 90 * 24 * time.Hour
)

// Subject is whom and what a mail or a timer is about.
type Subject struct {
	Person program.ID
	About  program.Ref
}

// LoadCase reads what must be known to decide about a mail or a timer: the
// person (none where the identifier is empty), and the pair that the subject
// names by itself or by its session. Where it names none of the person's, it
// is their only live pair; with several, Pair stays zero.
// Now is on the rules' clock: it bounds busy times and the count of late
// changes. ErrNotFound where there is no such person.
func (s *Store) LoadCase(ctx context.Context, person program.ID, about program.Ref, settings program.Settings, now time.Time) (program.Case, error) {
	found, err := s.LoadCases(ctx, []Subject{{person, about}}, settings, now)
	if err != nil {
		return program.Case{}, fmt.Errorf("load case of %s: %w", person, err)
	}
	if found[0].Person.ID != person {
		return program.Case{}, fmt.Errorf("load case of %s: %w", person, ErrNotFound)
	}
	return found[0], nil
}

// LoadCases reads the case of each subject, as LoadCase does, with a handful of
// queries for all. A case whose person does not exist has none.
func (s *Store) LoadCases(ctx context.Context, subjects []Subject, settings program.Settings, now time.Time) ([]program.Case, error) {
	var found []program.Case
	err := s.lookup(ctx, fmt.Sprintf("load %d cases", len(subjects)), func(ctx context.Context, c connection) error {
		found = make([]program.Case, 0, len(subjects))
		for chunk := range slices.Chunk(subjects, casesAtOnce) {
			load := loading{ctx: ctx, c: c, subjects: chunk, found: make([]program.Case, len(chunk))}
			for i := range chunk {
				load.found[i].Settings = settings
			}
			if err := load.all(now); err != nil {
				return err
			}
			found = append(found, load.found...)
		}
		return nil
	})
	return found, err
}

// Unconfirmed returns when the person was last asked, after since, to confirm
// an unproven mail; ErrNotFound where that was never, or where a mail of theirs
// has been acted on since.
func (s *Store) Unconfirmed(ctx context.Context, person program.ID, since time.Time) (time.Time, error) {
	var asked instant
	err := s.lookup(ctx, fmt.Sprintf("find confirmation asked of %s", person), func(ctx context.Context, c connection) error {
		return get(ctx, c, &asked, `SELECT created FROM letters WHERE person = ? AND kind = ? AND created > ?
			AND NOT EXISTS (SELECT 1 FROM inbound WHERE inbound.person = letters.person AND inbound.person <> '' AND inbound.result = ?
				AND inbound.received >= letters.created)
			ORDER BY created DESC LIMIT 1`,
			text(person), text(program.LetterConfirm), stamp(since), text(program.ResultActed))
	})
	return asked.time(), err
}

// Heard is a mail of a person's from which something followed, or a question.
type Heard struct {
	Person program.ID
	At     time.Time // INTERNALDATE
}

// HeardSince returns such mails of the people since then. What was set aside
// is none of them: anybody can write in somebody's name.
func (s *Store) HeardSince(ctx context.Context, people []program.ID, since time.Time) ([]Heard, error) {
	var heard []Heard
	err := s.lookup(ctx, "find mails that were answered", func(ctx context.Context, c connection) error {
		for chunk := range slices.Chunk(people, keysAtOnce) {
			var rows []struct {
				Person   text    `db:"person"`
				Received instant `db:"received"`
			}
			err := list(ctx, c, &rows, `SELECT person, received FROM inbound WHERE person IN (?) AND person <> '' AND received > ?
				AND result IN (?, ?, ?)`, each(chunk, func(id program.ID) string { return clean(string(id)) }), stamp(since),
				text(program.ResultActed), text(program.ResultAsked), text(program.ResultCoordinator))
			if err != nil {
				return err
			}
			for _, r := range rows {
				heard = append(heard, Heard{program.ID(r.Person), r.Received.time()})
			}
		}
		return nil
	})
	return heard, err
}

// casesAtOnce is how many cases the same few queries read.
const casesAtOnce = 128

// loading is cases on their way out of the database.
type loading struct {
	ctx      context.Context
	c        connection
	subjects []Subject
	found    []program.Case // of each subject
}

// all reads the pairs before all that hangs on them: whoever changes a session
// meanwhile raises the version of the pair that was read here. Likewise it
// reads people before their sessions in other pairs.
func (l loading) all(now time.Time) error {
	if err := l.pairs(); err != nil {
		return fmt.Errorf("find pairs: %w", err)
	}
	if err := l.people(now); err != nil {
		return fmt.Errorf("find people: %w", err)
	}
	if err := l.last(); err != nil {
		return fmt.Errorf("find last requests: %w", err)
	}
	if err := l.calendars(now); err != nil {
		return fmt.Errorf("find busy times of calendars: %w", err)
	}
	if !slices.ContainsFunc(l.found, func(c program.Case) bool { return c.Pair.ID != "" }) {
		return nil
	}
	if err := l.sessions(); err != nil {
		return fmt.Errorf("find sessions: %w", err)
	}
	if err := l.changes(); err != nil {
		return fmt.Errorf("find changes: %w", err)
	}
	if err := l.actions(); err != nil {
		return fmt.Errorf("find actions: %w", err)
	}
	if err := l.notes(); err != nil {
		return fmt.Errorf("find notes: %w", err)
	}
	if err := l.undoable(now); err != nil {
		return fmt.Errorf("find what can be undone: %w", err)
	}
	if err := l.elsewhere(now); err != nil {
		return fmt.Errorf("find sessions elsewhere: %w", err)
	}
	return nil
}

// identifiers are the texts that the cases or subjects have to do with, each
// once, with one that nothing is called where there are none.
func (l loading) identifiers(of func(Subject, program.Case) []program.ID) []string {
	all := map[string]bool{}
	for i, about := range l.subjects {
		for _, id := range of(about, l.found[i]) {
			all[clean(string(id))] = true
		}
	}
	if len(all) == 0 {
		return []string{""}
	}
	return slices.Sorted(maps.Keys(all))
}

// named is the identifier of the subject where it is of the kind.
func (s Subject) named(kind program.RefKind) []program.ID {
	if s.About.Kind != kind {
		return nil
	}
	return []program.ID{s.About.ID}
}

// pairs finds the pair of each subject and the live ones of its person.
func (l loading) pairs() error {
	people := l.identifiers(func(s Subject, _ program.Case) []program.ID { return []program.ID{s.Person} })
	pairs := l.identifiers(func(s Subject, _ program.Case) []program.ID { return s.named(program.RefPair) })
	sessions := l.identifiers(func(s Subject, _ program.Case) []program.ID { return s.named(program.RefSession) })
	var rows []struct {
		pairRow
		Session text `db:"session"`
	}
	// One SELECT for each way in, since a chain of ORs is read by scanning all.
	err := list(l.ctx, l.c, &rows, `SELECT pairs.id, mentor, mentee, length, cadence, link, start_date, end_date, pairs.status, charter,
			next_action, first_held, pairs.version, COALESCE(sessions.id, '') AS session
		FROM pairs LEFT JOIN sessions ON sessions.pair = pairs.id AND sessions.id IN (?)
		WHERE pairs.id IN (
			SELECT id FROM pairs WHERE mentor IN (?)
			UNION ALL SELECT id FROM pairs WHERE mentee IN (?)
			UNION ALL SELECT id FROM pairs WHERE id IN (?)
			UNION ALL SELECT pair FROM sessions WHERE id IN (?))
		ORDER BY pairs.id`,
		sessions, people, people, pairs, sessions)
	if err != nil {
		return err
	}
	known := pairsOf{byName: map[program.Ref]program.Pair{}, byPerson: map[program.ID][]program.Pair{}}
	for _, row := range rows {
		known.add(row.pair(), program.ID(row.Session))
	}
	for i, about := range l.subjects {
		l.found[i].Pair, l.found[i].LivePairs = known.choose(about)
	}
	return nil
}

// pairsOf are pairs by what a subject can know of them.
type pairsOf struct {
	byName   map[program.Ref]program.Pair
	byPerson map[program.ID][]program.Pair // that have not ended
}

// add takes a pair; the same comes once for each of its sessions in question.
func (known pairsOf) add(p program.Pair, session program.ID) {
	itself := program.Ref{Kind: program.RefPair, ID: p.ID}
	if _, again := known.byName[itself]; !again && p.Status != program.PairEnded {
		known.byPerson[p.Mentor] = append(known.byPerson[p.Mentor], p)
		known.byPerson[p.Mentee] = append(known.byPerson[p.Mentee], p)
	}
	known.byName[itself] = p
	if session != "" {
		known.byName[program.Ref{Kind: program.RefSession, ID: session}] = p
	}
}

// choose returns the pair of a subject and the live ones of its person.
func (known pairsOf) choose(about Subject) (pair program.Pair, live []program.ID) {
	for _, p := range known.byPerson[about.Person] {
		live = append(live, p.ID)
	}
	if p, ok := known.byName[about.About]; ok && (about.Person == "" || p.Has(about.Person)) {
		return p, live
	}
	if len(live) == 1 {
		return known.byPerson[about.Person][0], live
	}
	return program.Pair{}, live
}

// people reads the persons, with the count of their unwaived late changes, and
// each pair's two.
func (l loading) people(now time.Time) error {
	var rows []struct {
		personRow
		Late int `db:"late_changes"`
	}
	err := list(l.ctx, l.c, &rows, `SELECT `+personColumns+`, (SELECT COUNT(*) FROM changes
			WHERE changes.person = people.id AND received_at > ? AND late AND NOT waived) AS late_changes
		FROM people WHERE id IN (?)`,
		stamp(now.Add(-lateWindow)), l.identifiers(func(s Subject, c program.Case) []program.ID {
			return []program.ID{s.Person, c.Pair.Mentor, c.Pair.Mentee}
		}))
	if err != nil {
		return err
	}
	people, late := map[program.ID]program.Person{}, map[program.ID]int{}
	for _, row := range rows {
		p := row.person()
		people[p.ID], late[p.ID] = p, row.Late
	}
	for i, about := range l.subjects {
		c := &l.found[i]
		c.Person, c.LateChanges = people[about.Person], late[about.Person]
		c.Mentor, c.Mentee = people[c.Pair.Mentor], people[c.Pair.Mentee]
	}
	return nil
}

// sessions reads the open ones, the latest closed ones and those in question.
func (l loading) sessions() error {
	var rows []struct {
		sessionRow
		Age int `db:"age"` // 1 for the latest of the pair's that are as open
	}
	named := func(s Subject, _ program.Case) []program.ID { return s.named(program.RefSession) }
	err := list(l.ctx, l.c, &rows, `SELECT `+sessionColumns+`, age
		FROM (SELECT `+sessionColumns+`,
				ROW_NUMBER() OVER (PARTITION BY pair, status IN ('proposed', 'confirmed', 'moving') ORDER BY created DESC, id) AS age
			FROM sessions WHERE pair IN (?)) AS ranked
		WHERE status IN ('proposed', 'confirmed', 'moving') OR age <= ? OR id IN (?) ORDER BY created, id`,
		l.identifiers(pairOf), closedSessions, l.identifiers(named))
	if err != nil {
		return err
	}
	byPair := map[program.ID][]int{}
	for i, row := range rows {
		byPair[program.ID(row.Pair)] = append(byPair[program.ID(row.Pair)], i)
	}
	for i, about := range l.subjects {
		for _, at := range byPair[l.found[i].Pair.ID] {
			// What another subject of the same pair names is not this one's.
			if s := rows[at].session(); s.Open() || rows[at].Age <= closedSessions || s.ID == about.About.ID {
				l.found[i].Sessions = append(l.found[i].Sessions, s)
			}
		}
	}
	return nil
}

func pairOf(_ Subject, c program.Case) []program.ID {
	if c.Pair.ID == "" {
		return nil
	}
	return []program.ID{c.Pair.ID}
}

// changes reads the ledger of these sessions.
func (l loading) changes() error {
	ids := l.identifiers(func(_ Subject, c program.Case) []program.ID {
		return each(c.Sessions, func(s program.Session) program.ID { return s.ID })
	})
	var rows []changeRow
	if err := list(l.ctx, l.c, &rows, selectChanges+`WHERE session IN (?) ORDER BY received_at, id`, ids); err != nil {
		return err
	}
	bySession := map[program.ID][]int{}
	for i, row := range rows {
		bySession[program.ID(row.Session)] = append(bySession[program.ID(row.Session)], i)
	}
	for i := range l.found {
		c := &l.found[i]
		var own []int
		for _, session := range c.Sessions {
			own = append(own, bySession[session.ID]...)
		}
		slices.Sort(own)
		c.Changes = each(own, func(at int) program.Change { return rows[at].change() })
	}
	return nil
}

// undoes are the rows of a part that the person may want back.
func undoes(part string) func(Subject, program.Case) []program.ID {
	return func(_ Subject, c program.Case) []program.ID { return c.Undoes(part) }
}

// actions reads each pair's open ones, and those that the person may want
// back.
func (l loading) actions() error {
	var rows []actionRow
	if err := list(l.ctx, l.c, &rows, selectActions+`WHERE pair IN (?) AND (status = 'open' OR id IN (?)) ORDER BY number`,
		l.identifiers(pairOf), l.identifiers(undoes(program.PartAction))); err != nil {
		return err
	}
	byPair := map[program.ID][]program.Action{}
	for _, row := range rows {
		a := row.action()
		byPair[a.Pair] = append(byPair[a.Pair], a)
	}
	for i := range l.found {
		c := &l.found[i]
		for _, a := range byPair[c.Pair.ID] {
			if a.Status == program.ActionOpen || slices.Contains(c.Undoes(program.PartAction), a.ID) {
				c.Actions = append(c.Actions, a)
			}
		}
	}
	return nil
}

// notes reads each person's latest in the pair that have not been shared, and
// those that they may want back.
func (l loading) notes() error {
	people := l.identifiers(func(s Subject, c program.Case) []program.ID { return []program.ID{s.Person} })
	last := l.identifiers(undoes(program.PartNote))
	var rows []noteRow
	if err := list(l.ctx, l.c, &rows, `SELECT `+noteColumns+`
		FROM (SELECT `+noteColumns+`, ROW_NUMBER() OVER (PARTITION BY person, pair, shared ORDER BY created DESC, id) AS age
			FROM notes WHERE person IN (?) AND pair IN (?) AND (NOT shared OR id IN (?))) AS ranked
		WHERE NOT shared AND age <= ? OR id IN (?) ORDER BY created DESC, id`, people, l.identifiers(pairOf), last, keptNotes, last); err != nil {
		return err
	}
	type place struct{ person, pair program.ID }
	byPlace := map[place][]program.Note{}
	for _, row := range rows {
		n := row.note()
		byPlace[place{n.Person, n.Pair}] = append(byPlace[place{n.Person, n.Pair}], n)
	}
	for i, about := range l.subjects {
		l.found[i].Notes = slices.Clone(byPlace[place{about.Person, l.found[i].Pair.ID}])
	}
	return nil
}

// undoable reads what else each person may want back: suggestions, and letters
// that have not gone. Mostly there is nothing to look for.
func (l loading) undoable(now time.Time) error {
	for i := range l.found {
		c := &l.found[i]
		if ids := c.Undoes(program.PartSuggestion); len(ids) > 0 {
			var rows []suggestionRow
			if err := list(l.ctx, l.c, &rows, selectSuggestions+`WHERE id IN (?)`, ids); err != nil {
				return err
			}
			c.Suggested = each(rows, suggestionRow.suggestion)
		}
		if ids := c.Recalls(now); len(ids) > 0 {
			if err := list(l.ctx, l.c, &c.Waiting, `SELECT id FROM letters WHERE id IN (?) AND attempts = 0 AND settled = 0 ORDER BY id`, ids); err != nil {
				return err
			}
		}
	}
	return nil
}

// elsewhere reads when the two of each pair meet others.
func (l loading) elsewhere(now time.Time) error {
	both := l.identifiers(func(_ Subject, c program.Case) []program.ID { return []program.ID{c.Pair.Mentor, c.Pair.Mentee} })
	var pairs []pairRow
	if err := list(l.ctx, l.c, &pairs, `SELECT id, mentor, mentee FROM pairs WHERE mentor IN (?)
		UNION SELECT id, mentor, mentee FROM pairs WHERE mentee IN (?)`, both, both); err != nil {
		return err
	}
	byPerson := map[program.ID][]program.ID{}
	for _, p := range pairs {
		byPerson[program.ID(p.Mentor)] = append(byPerson[program.ID(p.Mentor)], program.ID(p.ID))
		byPerson[program.ID(p.Mentee)] = append(byPerson[program.ID(p.Mentee)], program.ID(p.ID))
	}
	others := func(_ Subject, c program.Case) []program.ID {
		return slices.DeleteFunc(slices.Concat(byPerson[c.Pair.Mentor], byPerson[c.Pair.Mentee]),
			func(pair program.ID) bool { return pair == c.Pair.ID || c.Pair.ID == "" })
	}
	// By pair, in a query of its own: joined, a planner may begin with every
	// session that is booked.
	var rows []sessionRow
	if err := list(l.ctx, l.c, &rows, `SELECT id, pair, start_at, end_at FROM sessions
		WHERE pair IN (?) AND status IN ('confirmed', 'moving') AND end_at > ? ORDER BY start_at, id`,
		l.identifiers(others), stamp(now)); err != nil {
		return err
	}
	byPair := map[program.ID][]int{}
	for i, row := range rows {
		byPair[program.ID(row.Pair)] = append(byPair[program.ID(row.Pair)], i)
	}
	for i, about := range l.subjects {
		var own []int
		for _, pair := range others(about, l.found[i]) {
			own = append(own, byPair[pair]...)
		}
		slices.Sort(own)
		// A pair of the same two, the other way round, is met from both sides.
		l.found[i].Elsewhere = each(slices.Compact(own), func(at int) program.Span {
			return program.Span{Start: rows[at].StartAt.time(), End: rows[at].EndAt.time()}
		})
	}
	return nil
}
