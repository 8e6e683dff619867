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

// invitationChase is how long an invitation may go unanswered.
const invitationChase = 3 * 24 * time.Hour

// ImportPeople decides what the rows of people.csv change. New people are
// invited. Of people who are there already the name follows the file and new
// aliases are added; zone, locale and hours follow it only until they have
// joined, since from then on these are their own. The same rows a second time
// change nothing.
func ImportPeople(rows []PersonRow, existing []Person, settings Settings, seed string, now time.Time) (Outcome, []Enrolment, []RowError) {
	mint := NewMint(seed)
	outcome := Outcome{Record: Record{Result: ResultActed, Reason: "import people"}}
	var done []Enrolment
	var wrong []RowError
	for _, row := range rows {
		if taken := takenBy(row, existing); taken != nil {
			wrong = append(wrong, *taken)
			continue
		}
		known := slices.IndexFunc(existing, func(p Person) bool { return p.Email == row.Email })
		if known >= 0 {
			person, changes := revise(existing[known], row)
			if len(changes) > 0 {
				outcome.People = append(outcome.People, person)
			}
			done = append(done, Enrolment{Line: row.Line, Who: row.Email, Changes: changes})
			continue
		}
		person := newPerson(row, settings, mint.ID())
		outcome.People = append(outcome.People, person)
		outcome.Letters = append(outcome.Letters, invitation(person, settings, mint.ID(), now))
		outcome.Timers = append(outcome.Timers, Timer{
			Key:    fmt.Sprintf("%s/%s/1", TimerChaseInvitation, person.ID),
			Kind:   TimerChaseInvitation,
			Due:    now.Add(invitationChase),
			Person: person.ID,
			Count:  1,
		})
		done = append(done, Enrolment{Line: row.Line, Who: row.Email, New: true})
	}
	return outcome, done, wrong
}

// takenBy finds an address of the row that belongs to somebody else.
func takenBy(row PersonRow, existing []Person) *RowError {
	for _, person := range existing {
		if person.Email == row.Email {
			continue
		}
		if person.Owns(row.Email) {
			return &RowError{row.Line, "email", fmt.Sprintf("%s is an alias of %s already; give that address", row.Email, person.Email)}
		}
		for _, alias := range row.Aliases {
			if person.Owns(alias) {
				return &RowError{row.Line, "aliases", fmt.Sprintf("%s belongs to %s already", alias, person.Email)}
			}
		}
	}
	return nil
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

func invitation(person Person, settings Settings, id ID, now time.Time) Letter {
	_, domain, _ := strings.Cut(settings.Address, "@")
	facts := Facts{Program: settings.Name, Name: person.First(), Zone: person.Zone, Locale: person.Locale}
	if !person.ZoneKnown {
		facts.Asks = append(facts.Asks, "zone")
	}
	return Letter{
		ID: id, MessageID: string(id) + "@" + domain,
		Kind: LetterInvitation, To: person.ID, Address: person.Email, Name: person.Name,
		About: Ref{RefPerson, person.ID}, Purpose: AboutInvitation, Facts: facts, Created: now,
	}
}

// ImportPairs decides what the rows of pairs.csv change. Both people must be
// there already. A new pair waits until both have joined; of one that is
// there the file's cells replace what stood. An ended pair stays ended.
func ImportPairs(rows []PairRow, people []Person, existing []Pair, seed string) (Outcome, []Enrolment, []RowError) {
	mint := NewMint(seed)
	outcome := Outcome{Record: Record{Result: ResultActed, Reason: "import pairs"}}
	var done []Enrolment
	var wrong []RowError
	seen := map[[2]ID]int{}
	for _, row := range rows {
		mentor, badMentor := partOf(people, row.Mentor, row.Line, "mentor")
		mentee, badMentee := partOf(people, row.Mentee, row.Line, "mentee")
		bad := append(badMentor, badMentee...)
		both := [2]ID{mentor.ID, mentee.ID}
		if len(bad) == 0 && mentor.ID == mentee.ID {
			bad = append(bad, RowError{row.Line, "mentee", row.Mentee + " and " + row.Mentor + " are the same person"})
		}
		if first, again := seen[both]; again && len(bad) == 0 {
			bad = append(bad, RowError{row.Line, "", fmt.Sprintf("the pair stands in line %d already", first)})
		}
		if wrong = append(wrong, bad...); len(bad) > 0 {
			continue
		}
		seen[both] = row.Line
		who := mentor.Email + " and " + mentee.Email
		known := pairOf(existing, mentor.ID, mentee.ID)
		if known == nil {
			outcome.Pairs = append(outcome.Pairs, newPair(row, mentor.ID, mentee.ID, mint.ID()))
			done = append(done, Enrolment{Line: row.Line, Who: who, New: true})
			continue
		}
		pair, changes := known.revise(row)
		if len(changes) > 0 {
			outcome.Pairs = append(outcome.Pairs, pair)
		}
		done = append(done, Enrolment{Line: row.Line, Who: who, Changes: changes})
	}
	return outcome, done, wrong
}

// partOf finds the person with the address, who must still take part.
func partOf(people []Person, address string, line int, column string) (Person, []RowError) {
	for _, person := range people {
		if !person.Owns(address) {
			continue
		}
		if person.Status == PersonLeft {
			return person, []RowError{{line, column, address + " has left the program"}}
		}
		return person, nil
	}
	return Person{}, []RowError{{line, column, address + " is nobody in the program; import people first"}}
}

// pairOf finds the pair of the two, a live one before an ended one.
func pairOf(pairs []Pair, mentor, mentee ID) *Pair {
	var found *Pair
	for i, pair := range pairs {
		if pair.Mentor == mentor && pair.Mentee == mentee && (found == nil || found.Status == PairEnded) {
			found = &pairs[i]
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
