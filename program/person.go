package program

import (
	"fmt"
	"strings"
	"sync"
	"time"
)

// PersonStatus says how far a person takes part.
type PersonStatus string

// The statuses of a person.
const (
	PersonInvited PersonStatus = "invited"
	PersonActive  PersonStatus = "active"
	PersonPaused  PersonStatus = "paused"
	PersonLeft    PersonStatus = "left"
)

// Hours are a daily stretch in minutes after local midnight. To may be less
// than From where the stretch passes midnight, as quiet hours do.
type Hours struct {
	From, To int
}

// The hours that hold where a person has stated none.
var (
	DefaultHours = Hours{9 * 60, 17 * 60}
	DefaultQuiet = Hours{20 * 60, 8 * 60}
)

// String writes the hours as HH:MM-HH:MM.
func (h Hours) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
}

// Holds reports whether the local clock minute lies within the hours.
func (h Hours) Holds(minute int) bool {
	if h.From <= h.To {
		return h.From <= minute && minute < h.To
	}
	return minute >= h.From || minute < h.To
}

// ParseHours reads "9-17" or "09:00-17:30". The empty text gives DefaultHours.
func ParseHours(text string) (Hours, error) {
	if strings.TrimSpace(text) == "" {
		return DefaultHours, nil
	}
	from, to, found := strings.Cut(strings.ReplaceAll(text, "–", "-"), "-")
	if !found {
		return Hours{}, fmt.Errorf("hours %q: write them as 9-17 or 09:00-17:30", text)
	}
	a, errA := parseClock(from)
	b, errB := parseClock(to)
	if errA != nil || errB != nil || a == b {
		return Hours{}, fmt.Errorf("hours %q: write them as 9-17 or 09:00-17:30", text)
	}
	return Hours{a, b}, nil
}

// parseClock reads "9" or "09:30" as minutes after midnight; 24:00 is allowed.
func parseClock(text string) (int, error) {
	hour, minute := 0, 0
	h, m, colon := strings.Cut(strings.TrimSpace(text), ":")
	if _, err := fmt.Sscanf(h+" ", "%d ", &hour); err != nil || len(h) > 2 || h == "" || h[0] < '0' || h[0] > '9' || h[len(h)-1] < '0' || h[len(h)-1] > '9' {
		return 0, fmt.Errorf("clock %q: not a time of day", text)
	}
	if colon {
		if len(m) != 2 || m[0] < '0' || m[0] > '5' || m[1] < '0' || m[1] > '9' {
			return 0, fmt.Errorf("clock %q: not a time of day", text)
		}
		minute = int(m[0]-'0')*10 + int(m[1]-'0')
	}
	if total := hour*60 + minute; hour >= 0 && total <= 24*60 {
		return total, nil
	}
	return 0, fmt.Errorf("clock %q: not a time of day", text)
}

// Person is someone who takes part: a mentor, a mentee, or both.
type Person struct {
	ID      ID
	Name    string
	Email   string   // lower-case
	Aliases []string // further addresses, lower-case
	Zone    string   // IANA name
	// ZoneKnown is false while Zone is only the program's default.
	ZoneKnown bool
	Locale    string // BCP 47
	Hours     Hours  // working hours, local
	Quiet     Hours  // no mail in these, local
	Status    PersonStatus
	// PausedUntil ends a pause by itself; zero where a pause is open-ended.
	PausedUntil time.Time
	// Absences are when the person has said, or an out-of-office reply of theirs
	// has, that they are away: earliest first, none of them overlapping.
	Absences []Span
	// Holidays is the country, by its ISO 3166-1 code, whose public holidays are
	// kept free: empty for that of Zone, HolidaysOff for none.
	Holidays string
	// Calendar is the calendar that they gave to have their busy times kept
	// free; empty: none. Its address is kept sealed, elsewhere.
	Calendar ID
	// Journal is how often to nudge, JournalTime when; zero: weekly, Friday
	// 16:00. Nudges counts those sent, Ignored those in a row without an entry.
	Journal     JournalRhythm
	JournalTime WeekTime
	Nudges      int
	Ignored     int
	// Undeliverable is set by a hard bounce and suspends mail to the address.
	Undeliverable bool
	// CheckInAt is when the weekly check-in comes; zero: DefaultCheckInTime.
	CheckInAt WeekTime
	// Unsolicited is when the last mails went that nobody had asked for, oldest
	// first: as many as may go in a week.
	Unsolicited []time.Time
	// Version counts the writes of this row, for optimistic locking.
	Version int
}

// named is the person as an address line names them.
func (p Person) named() string { return p.Name + " <" + p.Email + ">" }

// Location is the person's zone; UTC where the name is unknown to this build.
func (p Person) Location() *time.Location {
	if known, ok := locations.Load(p.Zone); ok {
		return known.(*time.Location)
	}
	loc, err := time.LoadLocation(p.Zone)
	if err != nil || p.Zone == "" {
		return time.UTC
	}
	locations.Store(p.Zone, loc)
	return loc
}

// locations keeps the zones by name, since time.LoadLocation reads the zone's
// whole history anew each time. Only names of zones come in, so it stays small.
var locations sync.Map

// First is the name that a mail greets with.
func (p Person) First() string {
	if first, _, ok := strings.Cut(p.Name, " "); ok {
		return first
	}
	return p.Name
}

// Owns reports whether the address is the person's own or an alias.
func (p Person) Owns(address string) bool {
	address = strings.ToLower(strings.TrimSpace(address))
	if address == p.Email {
		return true
	}
	for _, alias := range p.Aliases {
		if alias == address {
			return true
		}
	}
	return false
}

// Cadence is how often a pair means to meet.
type Cadence string

// The cadences of a pair.
const (
	Weekly      Cadence = "weekly"
	Fortnightly Cadence = "fortnightly"
	Monthly     Cadence = "monthly"
)

// Days is the cadence's usual distance between two sessions.
func (c Cadence) Days() int {
	switch c {
	case Weekly:
		return 7
	case Monthly:
		return 28
	}
	return 14
}

// PairStatus says how far a pair is.
type PairStatus string

// The statuses of a pair.
const (
	PairWaiting PairStatus = "waiting" // until both have joined
	PairActive  PairStatus = "active"
	PairPaused  PairStatus = "paused"
	PairEnded   PairStatus = "ended"
)

// Pair is a mentor and a mentee who meet in sessions.
type Pair struct {
	ID             ID
	Mentor, Mentee ID
	Length         time.Duration // of a session
	Cadence        Cadence
	Link           string // video link
	// Start and End bound the program for this pair, YYYY-MM-DD; empty: open.
	Start, End string
	Status     PairStatus
	// Charter is what the two agree on.
	Charter CharterText
	// NextAction is the number that the next action gets; 0 stands for 1.
	NextAction int
	// FirstHeld is the start of the first session that was held; zero: none.
	FirstHeld time.Time
	Version   int
}

// Partner is the other person of the pair.
func (p Pair) Partner(of ID) ID {
	if of == p.Mentor {
		return p.Mentee
	}
	return p.Mentor
}

// Has reports whether the person belongs to the pair.
func (p Pair) Has(id ID) bool { return id != "" && (id == p.Mentor || id == p.Mentee) }
