package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// Overview is what the coordinator may see. There is no place in it for an
// entry of a journal, an answer to a question, or a reason.
type Overview struct {
	People   []program.Person
	Pairs    []program.Pair
	Sessions []program.Session
	Changes  []program.Change            // of the last ninety days
	Rates    map[program.ID]program.Rate // of the last ninety days
	// Waiting letters are not sent yet; undeliverable ones were given up.
	Waiting, Undeliverable int
	Quarantined            int
	// FailingCalendars counts those that people gave and that cannot be read.
	FailingCalendars int
}

// The bounds at which the page points at somebody.
const (
	stalledPeriod = 21 * 24 * time.Hour
	manyLate      = 3
	// LookBack is how far back changes and reply rates go.
	LookBack = 90 * 24 * time.Hour
)

// report is the page's content, in words.
type report struct {
	Program  string
	At       moment
	Zone     string
	Figures  []figure
	Concerns []string
	Pairs    []pairRow
	People   []personRow
}

// figure is a number with what it counts.
type figure struct {
	Count int
	What  string
}

// moment is an instant in words and for machines; zero: none.
type moment struct{ Text, Machine string }

type pairRow struct {
	Mentor, Mentee string
	Status         string
	Next           moment
	NextStatus     string
	Last           moment
	LastStatus     string
	rank           int // of the status, for the order
}

type personRow struct {
	Name, Email, Status string
	Replies             string
	Late                string
}

// reporting is an overview on its way into words.
type reporting struct {
	Overview
	now    time.Time
	zone   *time.Location
	people map[program.ID]program.Person
	late   map[program.ID]lateCount
}

type lateCount struct{ all, waived int }

func newReport(o Overview, name string, zone *time.Location, now time.Time) report {
	if zone == nil {
		zone = time.UTC
	}
	r := reporting{o, now, zone, map[program.ID]program.Person{}, map[program.ID]lateCount{}}
	for _, p := range o.People {
		r.people[p.ID] = p
	}
	for _, c := range o.Changes {
		if !c.Late || now.Sub(c.ReceivedAt) > LookBack {
			continue
		}
		n := r.late[c.Person]
		n.all++
		if c.Waived {
			n.waived++
		}
		r.late[c.Person] = n
	}
	pairs, stalled := r.pairs()
	return report{
		Program: name, At: r.moment(now), Zone: zone.String(),
		Figures: r.figures(), Concerns: append(r.concerns(), stalled...), Pairs: pairs, People: r.persons(),
	}
}

func (r reporting) moment(at time.Time) moment {
	if at.IsZero() {
		return moment{}
	}
	local := at.In(r.zone)
	return moment{local.Format("Mon 2 Jan 2006, 15:04"), local.Format(time.RFC3339)}
}

func (r reporting) figures() []figure {
	active, booked := 0, 0
	for _, p := range r.Pairs {
		if p.Status == program.PairActive {
			active++
		}
	}
	for _, s := range r.Sessions {
		if s.Booked() && s.End.After(r.now) {
			booked++
		}
	}
	return []figure{
		{active, plural(active, "active pair", "active pairs")},
		{booked, plural(booked, "booked session", "booked sessions")},
		{r.Waiting, plural(r.Waiting, "letter waiting", "letters waiting")},
		{r.Undeliverable, plural(r.Undeliverable, "letter undeliverable", "letters undeliverable")},
		{r.Quarantined, plural(r.Quarantined, "mail in quarantine", "mails in quarantine")},
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// concerns are what somebody should look at, in sentences.
func (r reporting) concerns() []string {
	var list []string
	for _, p := range r.sortedPeople() {
		if p.Undeliverable {
			list = append(list, "Mail to "+p.Name+" comes back: the address "+p.Email+" does not take it.")
		}
		if n := r.late[p.ID]; n.all-n.waived >= manyLate {
			list = append(list, fmt.Sprintf("%s changed %d sessions late in ninety days.", p.Name, n.all-n.waived))
		}
	}
	if r.Undeliverable > 0 {
		list = append(list, fmt.Sprintf("%d %s given up; “mentorpost outbox --state failed” says why.", r.Undeliverable, plural(r.Undeliverable, "letter was", "letters were")))
	}
	if r.Quarantined > 0 {
		list = append(list, fmt.Sprintf("%d %s in quarantine; “mentorpost quarantine” lists them.", r.Quarantined, plural(r.Quarantined, "mail lies", "mails lie")))
	}
	if n := r.FailingCalendars; n > 0 {
		list = append(list, fmt.Sprintf("%d %s that people gave cannot be read at present; their owners are told when that lasts.", n, plural(n, "calendar", "calendars")))
	}
	return list
}

// sortedPeople are all who have a name: what is left of somebody who asked to
// be forgotten has none, and is nobody to look at.
func (r reporting) sortedPeople() []program.Person {
	people := slices.DeleteFunc(slices.Clone(r.Overview.People), func(p program.Person) bool { return p.Name == "" })
	slices.SortFunc(people, func(a, b program.Person) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.Email, b.Email))
	})
	return people
}

func (r reporting) name(id program.ID) string {
	return cmp.Or(r.people[id].Name, "somebody who was forgotten")
}

// pairs are the rows of all pairs, ended ones last, and the sentences about
// those that have come to a halt.
func (r reporting) pairs() (rows []pairRow, stalled []string) {
	of := map[program.ID][]program.Session{}
	for _, s := range r.Sessions {
		of[s.Pair] = append(of[s.Pair], s)
	}
	for _, p := range r.Pairs {
		row := r.pair(p, of[p.ID])
		rows = append(rows, row)
		if since := r.stalledSince(p, of[p.ID]); !since.IsZero() {
			stalled = append(stalled, fmt.Sprintf("%s and %s have had no session for %d days.", row.Mentor, row.Mentee, int(r.now.Sub(since).Hours()/24)))
		}
	}
	slices.SortFunc(rows, func(a, b pairRow) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(strings.ToLower(a.Mentor+a.Mentee), strings.ToLower(b.Mentor+b.Mentee)))
	})
	slices.Sort(stalled)
	return rows, stalled
}

func (r reporting) pair(p program.Pair, sessions []program.Session) pairRow {
	row := pairRow{Mentor: r.name(p.Mentor), Mentee: r.name(p.Mentee)}
	row.Status, row.rank = pairWords(p.Status)
	next, last := r.around(sessions)
	switch {
	case !next.Start.IsZero():
		row.Next, row.NextStatus = r.moment(next.Start), sessionWords(next)
	case next.ID != "":
		row.NextStatus = sessionWords(next)
	default:
		row.NextStatus = "none"
	}
	row.LastStatus = "none"
	if last.ID != "" {
		row.Last, row.LastStatus = r.moment(last.Start), lastWords(last)
	}
	return row
}

// around is the next session, else the one for which a time is looked for, and
// the last one that took place, was missed, or whose start has passed.
func (r reporting) around(sessions []program.Session) (next, last program.Session) {
	for _, s := range sessions {
		switch {
		case s.Booked() && s.End.After(r.now):
			if next.Start.IsZero() || s.Start.Before(next.Start) {
				next = s
			}
		case s.Status == program.SessionProposed:
			if next.ID == "" {
				next = s
			}
		case past(s, r.now) && s.Start.After(last.Start):
			last = s
		}
	}
	return next, last
}

func past(s program.Session, now time.Time) bool {
	if s.Status == program.SessionHeld || s.Status == program.SessionMissed {
		return true
	}
	return !s.Start.IsZero() && !s.Start.After(now)
}

// stalledSince is since when an active pair with nothing booked has not met;
// zero where that is not long.
func (r reporting) stalledSince(p program.Pair, sessions []program.Session) time.Time {
	if p.Status != program.PairActive || len(sessions) == 0 {
		return time.Time{}
	}
	var since, began time.Time
	for _, s := range sessions {
		switch {
		case s.Booked() && s.End.After(r.now):
			return time.Time{}
		case s.Booked() || s.Status == program.SessionHeld:
			since = later(since, s.End)
		}
		if began.IsZero() || s.Created.Before(began) {
			began = s.Created
		}
	}
	if since.IsZero() {
		since = began
	}
	if r.now.Sub(since) < stalledPeriod {
		return time.Time{}
	}
	return since
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (r reporting) persons() []personRow {
	var rows []personRow
	for _, p := range r.sortedPeople() {
		row := personRow{Name: p.Name, Email: p.Email, Status: string(p.Status), Replies: "–", Late: "0"}
		if p.Undeliverable {
			row.Status += ", undeliverable"
		}
		if rate := r.Rates[p.ID]; rate.Asked > 0 {
			row.Replies = fmt.Sprintf("%d of %d (%d%%)", rate.Answered, rate.Asked, 100*rate.Answered/rate.Asked)
		}
		if n := r.late[p.ID]; n.all > 0 {
			row.Late = fmt.Sprint(n.all)
			if n.waived > 0 {
				row.Late += fmt.Sprintf(", %d waived", n.waived)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// pairWords says a pair's status, and where it stands in the list.
func pairWords(s program.PairStatus) (string, int) {
	switch s {
	case program.PairActive:
		return "active", 0
	case program.PairWaiting:
		return "waiting for both to join", 1
	case program.PairPaused:
		return "paused", 2
	}
	return string(s), 3
}

func sessionWords(s program.Session) string {
	switch s.Status {
	case program.SessionConfirmed:
		return "booked"
	case program.SessionMoving:
		return "booked; a move waits for an answer"
	case program.SessionProposed:
		return "a time is being looked for"
	}
	return string(s.Status)
}

// lastWords says what became of a session that has begun.
func lastWords(s program.Session) string {
	if s.Booked() {
		return "nobody has said yet whether it took place"
	}
	return string(s.Status)
}
