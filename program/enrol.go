package program

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Enrolment says what an import does with one row.
type Enrolment struct {
	Line int
	Who  string // as the operator knows them: addresses
	New  bool
	// Changes are "name: old → new"; none on a row that changes nothing.
	Changes []string
}

// ImportPeople decides what the rows of people.csv change. New people are
// invited. Of people who are there already the name follows the file and new
// aliases are added; zone, locale and hours follow it only until they have
// joined, since from then on these are their own. A new address in a row that
// names the old one as an alias becomes theirs. The same rows a second time
// change nothing.
func ImportPeople(rows []PersonRow, existing []Person, settings Settings, seed string, now time.Time) (Outcome, []Enrolment, []RowError) {
	d := newDecision(Case{Settings: settings}, seed, now)
	d.out.Record = Record{Result: ResultActed, Reason: "import people"}
	owners := ownersOf(existing)
	var done []Enrolment
	var wrong []RowError
	for _, row := range rows {
		if taken := takenBy(row, owners); taken != nil {
			wrong = append(wrong, *taken)
			continue
		}
		enrolled := Enrolment{Line: row.Line, Who: row.Email}
		if known, ok := ownerOf(row, owners); ok {
			var person Person
			if person, enrolled.Changes = revise(known, row); len(enrolled.Changes) > 0 {
				d.keepPerson(person)
			}
			if person.Email != known.Email {
				d.timer(Timer{Key: string(person.ID) + "/" + string(TimerPlace) + "/" + person.Email, Kind: TimerPlace, Due: now, Person: person.ID})
			}
		} else {
			enrolled.New = true
			d.enrol(newPerson(row, settings, d.mint.ID()))
		}
		done = append(done, enrolled)
	}
	return d.out, done, wrong
}

// ownersOf finds a person by each of their addresses.
func ownersOf(people []Person) map[string]Person {
	owners := make(map[string]Person, len(people))
	for _, person := range people {
		owners[person.Email] = person
		for _, alias := range person.Aliases {
			owners[alias] = person
		}
	}
	return owners
}

// ownerOf is whom a row is about: the owner of its address, or, where that is
// new, of the one alias that was somebody's address until now.
func ownerOf(row PersonRow, owners map[string]Person) (Person, bool) {
	if owner, ok := owners[row.Email]; ok {
		return owner, true
	}
	for _, alias := range row.Aliases {
		if owner, ok := owners[alias]; ok && owner.Email == alias {
			return owner, true
		}
	}
	return Person{}, false
}

// takenBy finds an address of the row that belongs to somebody else.
func takenBy(row PersonRow, owners map[string]Person) *RowError {
	self, known := ownerOf(row, owners)
	if known && self.Email != row.Email && owners[row.Email].ID == self.ID {
		return &RowError{row.Line, "email", fmt.Sprintf("%s is an alias of %s already; give that address", row.Email, self.Email)}
	}
	for _, alias := range row.Aliases {
		if owner, ok := owners[alias]; ok && owner.ID != self.ID {
			return &RowError{row.Line, "aliases", fmt.Sprintf("%s belongs to %s already", alias, owner.Email)}
		}
	}
	return nil
}

// enrol adds a new person. The invitation is written when its timer fires, by
// the clock of the pass that sends it, so that it can name the partner of a
// pair that is imported next.
func (d *decision) enrol(person Person) {
	d.out.People = append(d.out.People, person)
	d.timer(Timer{
		Key: invitationTimerKey(person.ID, 0), Kind: TimerInvitation, Due: d.now, Person: person.ID,
	})
	if len(d.out.People) == 1 {
		d.digestTimer()
	}
}

func newPerson(row PersonRow, settings Settings, id ID) Person {
	person := Person{
		ID: id, Name: row.Name, Email: row.Email, Aliases: row.Aliases,
		Zone: row.Zone, ZoneKnown: row.Zone != "", Locale: row.Locale,
		Hours: row.Hours, Quiet: DefaultQuiet, Status: PersonInvited,
	}
	if person.Zone == "" {
		person.Zone = settings.Zone
	}
	if person.Locale == "" {
		person.Locale = settings.Locale
	}
	if person.Hours == (Hours{}) {
		person.Hours = DefaultHours
	}
	return person
}

// revise brings a person up to the row and lists what that changed.
func revise(person Person, row PersonRow) (Person, []string) {
	var changes []string
	change := func(what, old, now string) bool {
		if now == "" || now == old {
			return false
		}
		changes = append(changes, fmt.Sprintf("%s: %s → %s", what, old, now))
		return true
	}
	if change("name", person.Name, row.Name) {
		person.Name = row.Name
	}
	if change("email", person.Email, row.Email) {
		person.Email, person.Undeliverable = row.Email, false
	}
	aliases := slices.Clone(person.Aliases)
	for _, alias := range row.Aliases {
		if !slices.Contains(aliases, alias) {
			aliases = append(aliases, alias)
		}
	}
	if change("aliases", strings.Join(person.Aliases, " "), strings.Join(aliases, " ")) {
		person.Aliases = aliases
	}
	if person.Status != PersonInvited {
		return person, changes
	}
	if change("zone", person.Zone, row.Zone) {
		person.Zone = row.Zone
	}
	person.ZoneKnown = person.ZoneKnown || row.Zone != ""
	if change("locale", person.Locale, row.Locale) {
		person.Locale = row.Locale
	}
	if row.Hours != (Hours{}) && change("hours", person.Hours.String(), row.Hours.String()) {
		person.Hours = row.Hours
	}
	return person, changes
}

// ImportPairs decides what the rows of pairs.csv change. Both people must be
// there already. A new pair waits until both have joined; of one that is
// there the file's cells replace what stood. An ended pair stays ended.
func ImportPairs(rows []PairRow, people []Person, existing []Pair, seed string, now time.Time) (Outcome, []Enrolment, []RowError) {
	mint := NewMint(seed)
	outcome := Outcome{Record: Record{Result: ResultActed, Reason: "import pairs"}}
	owners, known := ownersOf(people), pairsOf(existing)
	var done []Enrolment
	var wrong []RowError
	seen := map[[2]ID]int{}
	for _, row := range rows {
		mentor, mentee := owners[row.Mentor], owners[row.Mentee]
		both := [2]ID{mentor.ID, mentee.ID}
		if bad := checkPair(row, mentor, mentee, seen[both]); len(bad) > 0 {
			wrong = append(wrong, bad...)
			continue
		}
		seen[both] = row.Line
		enrolled := Enrolment{Line: row.Line, Who: mentor.Email + " and " + mentee.Email}
		if pair, ok := known[both]; ok {
			link := pair.Link
			if pair, enrolled.Changes = pair.revise(row); len(enrolled.Changes) > 0 {
				outcome.Pairs = append(outcome.Pairs, pair)
				if pair.Link != link {
					outcome.Timers = append(outcome.Timers, pair.placeTimer(string(mint.ID()), now))
				}
				outcome.Timers = append(outcome.Timers, nextSessionNow(pair, "import/"+string(mint.ID()), now))
				outcome.Timers = append(outcome.Timers, pair.periodTimers(mentee, now)...)
			}
		} else {
			enrolled.New = true
			pair := newPair(row, mentor.ID, mentee.ID, mint.ID())
			outcome.Pairs = append(outcome.Pairs, pair)
			outcome.Timers = append(outcome.Timers, nextSessionNow(pair, "import", now))
			outcome.Timers = append(outcome.Timers, pair.periodTimers(mentee, now)...)
		}
		done = append(done, enrolled)
	}
	return outcome, done, wrong
}

// checkPair says why the two cannot be a pair. A person who was not found has
// no ID; first is the line in which the two stand already, or 0.
func checkPair(row PairRow, mentor, mentee Person, first int) (wrong []RowError) {
	check := func(column, address string, person Person) {
		switch {
		case person.ID == "":
			wrong = append(wrong, RowError{row.Line, column, address + " is nobody in the program; import people first"})
		case person.Status == PersonLeft:
			wrong = append(wrong, RowError{row.Line, column, address + " has left the program"})
		}
	}
	check("mentor", row.Mentor, mentor)
	check("mentee", row.Mentee, mentee)
	switch {
	case len(wrong) > 0:
	case mentor.ID == mentee.ID:
		wrong = append(wrong, RowError{row.Line, "mentee", row.Mentee + " and " + row.Mentor + " are the same person"})
	case first > 0:
		wrong = append(wrong, RowError{row.Line, "", fmt.Sprintf("the pair stands in line %d already", first)})
	}
	return wrong
}

// pairsOf finds a pair by its two people: a live one before an ended one.
func pairsOf(pairs []Pair) map[[2]ID]Pair {
	found := make(map[[2]ID]Pair, len(pairs))
	for _, pair := range pairs {
		both := [2]ID{pair.Mentor, pair.Mentee}
		if other, ok := found[both]; !ok || other.Status == PairEnded {
			found[both] = pair
		}
	}
	return found
}

func newPair(row PairRow, mentor, mentee, id ID) Pair {
	pair := Pair{
		ID: id, Mentor: mentor, Mentee: mentee, Length: row.Length, Cadence: row.Cadence,
		Link: row.Link, Start: row.Start, End: row.End, Status: PairWaiting,
	}
	if pair.Length == 0 {
		pair.Length = DefaultLength
	}
	if pair.Cadence == "" {
		pair.Cadence = Fortnightly
	}
	return pair
}

// revise brings a pair up to the row and lists what that changed.
func (p Pair) revise(row PairRow) (Pair, []string) {
	if p.Status == PairEnded {
		return p, nil
	}
	var changes []string
	change := func(what string, field *string, now string) {
		if now != "" && now != *field {
			changes = append(changes, fmt.Sprintf("%s: %s → %s", what, *field, now))
			*field = now
		}
	}
	if row.Length != 0 && row.Length != p.Length {
		changes = append(changes, fmt.Sprintf("session_minutes: %d → %d", p.Length/time.Minute, row.Length/time.Minute))
		p.Length = row.Length
	}
	cadence := string(p.Cadence)
	change("cadence", &cadence, string(row.Cadence))
	p.Cadence = Cadence(cadence)
	change("link", &p.Link, row.Link)
	change("start", &p.Start, row.Start)
	change("end", &p.End, row.End)
	return p, changes
}
