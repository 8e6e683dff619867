package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// personRow is a person as the table has it. Aliases stand here for reading
// and in the table addresses for looking up.
type personRow struct {
	ID            text                     `db:"id"`
	Name          text                     `db:"name"`
	Email         text                     `db:"email"`
	Aliases       document[[]string]       `db:"aliases"`
	Zone          text                     `db:"zone"`
	ZoneKnown     bool                     `db:"zone_known"`
	Locale        text                     `db:"locale"`
	HoursFrom     int                      `db:"hours_from"`
	HoursTo       int                      `db:"hours_to"`
	QuietFrom     int                      `db:"quiet_from"`
	QuietTo       int                      `db:"quiet_to"`
	Status        text                     `db:"status"`
	PausedUntil   instant                  `db:"paused_until"`
	Absences      document[[]program.Span] `db:"absences"`
	Holidays      text                     `db:"holidays"`
	Undeliverable bool                     `db:"undeliverable"`
	CheckInDay    int                      `db:"check_in_day"`
	CheckInMinute int                      `db:"check_in_minute"`
	Journal       text                     `db:"journal"`
	JournalDay    int                      `db:"journal_day"`
	JournalMinute int                      `db:"journal_minute"`
	Nudges        int                      `db:"nudges"`
	Ignored       int                      `db:"ignored"`
	Unsolicited   document[[]time.Time]    `db:"unsolicited"`
	Calendar      text                     `db:"calendar"`
	Version       int                      `db:"version"`
}

func toPersonRow(p program.Person) personRow {
	return personRow{
		ID: text(p.ID), Name: text(p.Name), Email: text(p.Email), Aliases: document[[]string]{p.Aliases},
		Zone: text(p.Zone), ZoneKnown: p.ZoneKnown, Locale: text(p.Locale),
		HoursFrom: p.Hours.From, HoursTo: p.Hours.To, QuietFrom: p.Quiet.From, QuietTo: p.Quiet.To,
		Status: text(p.Status), PausedUntil: stamp(p.PausedUntil), Absences: document[[]program.Span]{p.Absences}, Holidays: text(p.Holidays),
		Undeliverable: p.Undeliverable, CheckInDay: int(p.CheckInAt.Day), CheckInMinute: p.CheckInAt.Minute,
		Journal: text(p.Journal), JournalDay: int(p.JournalTime.Day), JournalMinute: p.JournalTime.Minute,
		Nudges: p.Nudges, Ignored: p.Ignored,
		Unsolicited: document[[]time.Time]{p.Unsolicited}, Calendar: text(p.Calendar), Version: p.Version,
	}
}

func (r personRow) person() program.Person {
	return program.Person{
		ID: program.ID(r.ID), Name: string(r.Name), Email: string(r.Email), Aliases: r.Aliases.V,
		Zone: string(r.Zone), ZoneKnown: r.ZoneKnown, Locale: string(r.Locale),
		Hours: program.Hours{From: r.HoursFrom, To: r.HoursTo}, Quiet: program.Hours{From: r.QuietFrom, To: r.QuietTo},
		Status: program.PersonStatus(r.Status), PausedUntil: r.PausedUntil.time(), Absences: r.Absences.V, Holidays: string(r.Holidays),
		Undeliverable: r.Undeliverable, CheckInAt: program.WeekTime{Day: time.Weekday(r.CheckInDay), Minute: r.CheckInMinute},
		Journal: program.JournalRhythm(r.Journal), JournalTime: program.WeekTime{Day: time.Weekday(r.JournalDay), Minute: r.JournalMinute},
		Nudges: r.Nudges, Ignored: r.Ignored, Unsolicited: r.Unsolicited.V, Calendar: program.ID(r.Calendar), Version: r.Version,
	}
}

const (
	personColumns = `id, name, email, aliases, zone, zone_known, locale, hours_from, hours_to,
	quiet_from, quiet_to, status, paused_until, absences, holidays, undeliverable, check_in_day, check_in_minute,
	journal, journal_day, journal_minute, nudges, ignored, unsolicited, calendar, version`
	selectPeople = `SELECT ` + personColumns + ` FROM people `
)

// FindPerson returns the person with the identifier, or ErrNotFound.
func (s *Store) FindPerson(ctx context.Context, id program.ID) (program.Person, error) {
	var row personRow
	err := s.lookup(ctx, fmt.Sprintf("find person %s", id), func(ctx context.Context, c connection) error {
		return get(ctx, c, &row, selectPeople+`WHERE id = ?`, text(id))
	})
	return row.person(), err
}

// FindPersonByAddress returns the person whose address or alias it is, in any
// case, or ErrNotFound.
func (s *Store) FindPersonByAddress(ctx context.Context, address string) (program.Person, error) {
	address = strings.ToLower(strings.TrimSpace(address))
	var row personRow
	err := s.lookup(ctx, fmt.Sprintf("find person by address %q", address), func(ctx context.Context, c connection) error {
		return get(ctx, c, &row, selectPeople+`WHERE id IN (SELECT person FROM addresses WHERE address = ?)`, text(address))
	})
	return row.person(), err
}

// FindPeople returns those with one of the identifiers, or one of the addresses
// as their own or as an alias, in any case.
func (s *Store) FindPeople(ctx context.Context, ids []program.ID, addresses []string) ([]program.Person, error) {
	var rows []personRow
	err := s.lookup(ctx, "find people", func(ctx context.Context, c connection) error {
		rows = nil
		if keys := each(ids, func(id program.ID) string { return clean(string(id)) }); len(keys) > 0 {
			if err := list(ctx, c, &rows, selectPeople+`WHERE id IN (?)`, keys); err != nil {
				return err
			}
		}
		others := notTheirs(addresses, rows)
		if len(others) == 0 {
			return nil
		}
		var more []personRow
		err := list(ctx, c, &more, selectPeople+`WHERE id IN (SELECT person FROM addresses WHERE address IN (?))`, others)
		rows = append(rows, more...)
		return err
	})
	return each(rows, personRow.person), err
}

// notTheirs are the addresses, each once and in lower case, that none of the
// people has: most often it is by their identifiers that people are known.
func notTheirs(addresses []string, people []personRow) []string {
	known := map[string]bool{"": true}
	for _, p := range people {
		known[string(p.Email)] = true
		for _, alias := range p.Aliases.V {
			known[alias] = true
		}
	}
	var others []string
	for _, address := range addresses {
		if address = clean(strings.ToLower(strings.TrimSpace(address))); !known[address] {
			known[address] = true
			others = append(others, address)
		}
	}
	return others
}

// People returns everyone, by address.
func (s *Store) People(ctx context.Context) ([]program.Person, error) {
	var rows []personRow
	err := s.lookup(ctx, "list people", func(ctx context.Context, c connection) error {
		return list(ctx, c, &rows, selectPeople+`ORDER BY email, id`)
	})
	return each(rows, personRow.person), err
}

// savePeople writes the rows whole. They are taken in one order, so that two
// transactions with the same people wait for one another instead of for ever.
func savePeople(ctx context.Context, c connection, people []program.Person) error {
	rows := each(people, toPersonRow)
	slices.SortFunc(rows, func(a, b personRow) int { return strings.Compare(string(a.ID), string(b.ID)) })
	fresh, stored := split(rows, func(r personRow) int { return r.Version })
	if _, err := write(ctx, c, `INSERT INTO people (id, name, email, aliases, zone, zone_known, locale,
		hours_from, hours_to, quiet_from, quiet_to, status, paused_until, absences, holidays, undeliverable,
		check_in_day, check_in_minute, journal, journal_day, journal_minute, nudges, ignored,
		unsolicited, calendar, version)
		VALUES (:id, :name, :email, :aliases, :zone, :zone_known, :locale,
		:hours_from, :hours_to, :quiet_from, :quiet_to, :status, :paused_until, :absences, :holidays, :undeliverable,
		:check_in_day, :check_in_minute, :journal, :journal_day, :journal_minute, :nudges, :ignored,
		:unsolicited, :calendar, 1)`, fresh); err != nil {
		return fmt.Errorf("add people: %w", err)
	}
	if err := writeAll(ctx, c, `WITH made (id, version, name, email, aliases, zone, zone_known, locale, hours_from, hours_to,
			quiet_from, quiet_to, status, paused_until, absences, holidays, undeliverable, check_in_day, check_in_minute,
			journal, journal_day, journal_minute, nudges, ignored, unsolicited, calendar) AS
			(VALUES (:id, CAST(:version AS BIGINT), :name, :email, :aliases, :zone, CAST(:zone_known AS BOOLEAN), :locale,
			CAST(:hours_from AS BIGINT), CAST(:hours_to AS BIGINT), CAST(:quiet_from AS BIGINT), CAST(:quiet_to AS BIGINT),
			:status, CAST(:paused_until AS BIGINT), :absences, :holidays, CAST(:undeliverable AS BOOLEAN),
			CAST(:check_in_day AS BIGINT), CAST(:check_in_minute AS BIGINT), :journal, CAST(:journal_day AS BIGINT),
			CAST(:journal_minute AS BIGINT), CAST(:nudges AS BIGINT), CAST(:ignored AS BIGINT), :unsolicited, :calendar))
		UPDATE people SET name = made.name, email = made.email, aliases = made.aliases, zone = made.zone,
			zone_known = made.zone_known, locale = made.locale, hours_from = made.hours_from, hours_to = made.hours_to,
			quiet_from = made.quiet_from, quiet_to = made.quiet_to, status = made.status, paused_until = made.paused_until,
			absences = made.absences, holidays = made.holidays, undeliverable = made.undeliverable, check_in_day = made.check_in_day,
			check_in_minute = made.check_in_minute, journal = made.journal, journal_day = made.journal_day,
			journal_minute = made.journal_minute, nudges = made.nudges, ignored = made.ignored,
			unsolicited = made.unsolicited, calendar = made.calendar, version = people.version + 1
		FROM made WHERE people.id = made.id AND people.version = made.version`, stored, ErrStale); err != nil {
		return fmt.Errorf("change people %s: %w", listed(stored, func(r personRow) text { return r.ID }), err)
	}
	return saveAddresses(ctx, c, rows)
}

type addressRow struct {
	Address text `db:"address"`
	Person  text `db:"person"`
}

// saveAddresses makes the people's addresses the only ones they have. Most
// often they are it already.
func saveAddresses(ctx context.Context, c connection, people []personRow) error {
	want := map[addressRow]bool{}
	var stored []string
	for _, p := range people {
		for _, address := range append([]string{string(p.Email)}, p.Aliases.V...) {
			want[addressRow{text(clean(address)), p.ID}] = true
		}
		if p.Version > 0 {
			stored = append(stored, string(p.ID))
		}
	}
	var gone []string
	for chunk := range slices.Chunk(stored, keysAtOnce) {
		var have []addressRow
		if err := list(ctx, c, &have, `SELECT address, person FROM addresses WHERE person IN (?)`, chunk); err != nil {
			return fmt.Errorf("find addresses: %w", err)
		}
		for _, row := range have {
			if !want[row] {
				gone = append(gone, string(row.Address))
			}
			delete(want, row)
		}
	}
	for chunk := range slices.Chunk(gone, keysAtOnce) {
		if _, err := exec(ctx, c, `DELETE FROM addresses WHERE address IN (?)`, chunk); err != nil {
			return fmt.Errorf("remove addresses: %w", err)
		}
	}
	fresh := slices.SortedFunc(maps.Keys(want), func(a, b addressRow) int { return cmp.Compare(a.Address, b.Address) })
	n, err := write(ctx, c, `INSERT INTO addresses (address, person) VALUES (:address, :person) ON CONFLICT DO NOTHING`, fresh)
	if err != nil {
		return fmt.Errorf("add addresses: %w", err)
	}
	if int(n) < len(fresh) {
		return takenAddress(ctx, c, fresh)
	}
	return nil
}

// takenAddress names the address that somebody else has.
func takenAddress(ctx context.Context, c connection, want []addressRow) error {
	for _, w := range want {
		var owner string
		if err := get(ctx, c, &owner, `SELECT person FROM addresses WHERE address = ?`, w.Address); err != nil {
			return fmt.Errorf("look for the owner of %s: %w", w.Address, err)
		}
		if owner != string(w.Person) {
			return fmt.Errorf("address %s belongs to person %s: %w", w.Address, owner, ErrDuplicate)
		}
	}
	return fmt.Errorf("add addresses: %w", ErrDuplicate)
}
