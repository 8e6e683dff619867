package program

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// SetCalendar gives the address of a calendar whose busy times are kept free.
const SetCalendar RequestType = "calendar"

// GivenCalendar is the address of a calendar that a person gave. It may hold a
// password, or be a secret by itself: it is kept sealed and shown to nobody,
// its giver included.
type GivenCalendar struct {
	ID      ID
	Person  ID
	Address string
}

// Host is the part of the address that is no secret.
func (g GivenCalendar) Host() string {
	link, err := url.Parse(g.Address)
	if err != nil {
		return ""
	}
	return link.Hostname()
}

// BusyTime is a time at which a person's own calendar says that they are busy.
type BusyTime struct {
	Person ID
	Span
}

// CalendarState is what is known about a calendar that a person gave.
type CalendarState struct {
	Host    string
	Read    time.Time // last; zero: never
	Spans   int       // busy times that are still to come
	Trouble CalendarTrouble
}

// setCalendar keeps the address where the writer's busy times can be read, or
// forgets it. A new one is answered when it has been read for the first time,
// within moments, by CalendarRead: only then can be said whether it works.
func (d *decision) setCalendar(q Request) {
	p := d.Person
	if q.Value == "off" {
		if p.Calendar == "" {
			d.line(Line{Code: "nothing-changed"})
			return
		}
		p.Calendar = ""
		d.set(p, Line{Code: "calendar-off"})
		return
	}
	address := CalendarAddress(q.Text)
	if address == "" {
		d.line(Line{Code: "calendar-refused"})
		return
	}
	p.Calendar = d.mint.ID()
	d.out.Given = append(d.out.Given, GivenCalendar{p.Calendar, p.ID, address})
	d.keepPerson(p)
}

// shown is when the calendars of the two say that they are busy.
func (d *decision) shown() []Span {
	var spans []Span
	for _, t := range d.Busy {
		spans = append(spans, t.Span)
	}
	return spans
}

// tellClash tells the partner, in the invitation to a slot that the writer has
// picked, that it has become busy in their calendar since it was offered.
func (d *decision) tellClash(slot Slot) {
	partner := d.partner()
	clash := slices.ContainsFunc(d.Busy, func(t BusyTime) bool {
		return t.Person == partner.ID && t.overlaps(Span{slot.Start, slot.End})
	})
	for i := range d.out.Letters {
		if l := &d.out.Letters[i]; clash && l.To == partner.ID && l.Kind == LetterInvite {
			l.Facts.Lines = append(l.Facts.Lines, Line{Code: "calendar-clash", Start: slot.Start, End: slot.End})
		}
	}
}

// statusCalendar says in a status how reading the reader's calendar goes.
func (d *decision) statusCalendar(l *Letter) {
	if d.Person.Calendar == "" || d.Calendar.Host == "" {
		return
	}
	line := Line{Code: "status-calendar", Value: d.Calendar.Host, Count: d.Calendar.Spans, Start: d.Calendar.Read}
	if d.Calendar.Trouble != "" {
		line.Code, l.Facts.Reason = "calendar-failed", string(d.Calendar.Trouble)
	}
	l.Facts.Lines = append(l.Facts.Lines, line)
}

// CalendarTrouble says why a calendar could not be read.
type CalendarTrouble string

// Why a calendar could not be read. Only the last two may pass by themselves.
const (
	CalendarRefused     CalendarTrouble = "refused"     // name, password or permission
	CalendarMissing     CalendarTrouble = "missing"     // nothing is there
	CalendarNone        CalendarTrouble = "none"        // what is there is no calendar
	CalendarPrivate     CalendarTrouble = "private"     // it leads out of the public network
	CalendarLarge       CalendarTrouble = "large"       // more than is read
	CalendarSlow        CalendarTrouble = "slow"        // longer than is waited
	CalendarUnreachable CalendarTrouble = "unreachable" // no connection, or an error of the server's
)

// Final reports whether trying again is unlikely to help.
func (t CalendarTrouble) Final() bool {
	return t != "" && t != CalendarSlow && t != CalendarUnreachable
}

// CalendarTold is what the giver of a calendar has heard about it.
type CalendarTold string

// What the giver of a calendar can have heard.
const (
	CalendarUntold      CalendarTold = ""         // nothing: they wait for an answer
	CalendarToldOf      CalendarTold = "answered" // how the first attempt went
	CalendarToldTrouble CalendarTold = "trouble"  // that it cannot be read
)

// CalendarReading is how one attempt to read a person's calendar ended.
type CalendarReading struct {
	Host     string
	Spans    int             // busy times in the weeks ahead
	Trouble  CalendarTrouble // empty: it was read
	Failures int             // in a row, this one included
	Told     CalendarTold
}

// troubleTold is after how many failures in a row its giver is told.
const troubleTold = 3

// CalendarRead decides what a person hears when their calendar was read or
// could not be: after the first attempt how it went, and later once when it
// goes on failing. It returns what they have heard then.
func (c Case) CalendarRead(r CalendarReading, seed string, now time.Time) (Outcome, CalendarTold) {
	d := newDecision(c, seed, now)
	first := r.Told == CalendarUntold
	d.awaited = first
	line, told := Line{Value: r.Host, Count: r.Spans}, CalendarToldOf
	switch {
	case r.Trouble == "" && first:
		line.Code = "calendar"
	case r.Trouble == "":
		return d.out, told // a failure after this one is news again
	case first && r.Trouble.Final(), r.Told == CalendarToldOf && r.Failures >= troubleTold:
		line.Code, told = "calendar-failed", CalendarToldTrouble
	case first:
		line.Code = "calendar-later"
	default:
		return d.out, r.Told
	}
	l := d.letter(LetterPreferences, d.Person, Ref{RefPerson, d.Person.ID})
	l.Facts.Lines, l.Facts.Reason = []Line{line}, string(r.Trouble)
	l.Facts.Undo = first && d.Last != nil && d.Last.Undoable()
	d.post(l)
	if len(d.out.Letters) == 0 {
		return d.out, r.Told // nobody to be mailed now, as in a pause
	}
	return d.out, told
}

// veil takes the addresses of calendars, and every password that stands in an
// address, out of the mail's words: those may be quoted, kept and passed on.
func (d *decision) veil() {
	if d.in.Asked != nil && d.in.Asked.Purpose == AboutJournal {
		return // an entry is sealed as a whole, and only its author gets it back
	}
	in := d.in // of the decision's own, but for the requests
	in.Requests = slices.Clone(in.Requests)
	for _, q := range in.Requests {
		if q.Type == SetCalendar && strings.Contains(q.Text, "://") {
			in.Text = strings.ReplaceAll(in.Text, q.Text, veiledAddress(q.Text))
		}
	}
	in.Text = Veil(in.Text)
	for i := range in.Requests {
		if q := &in.Requests[i]; q.Type != SetCalendar {
			q.Text = Veil(q.Text)
		}
	}
}

// givesCalendar reports whether the mail holds the address of a calendar.
func (d *decision) givesCalendar() bool {
	return slices.ContainsFunc(d.in.Requests, func(q Request) bool {
		return q.Type == SetCalendar && strings.Contains(q.Text, "://")
	})
}

// withoutCalendars leaves out the addresses of calendars: what may come from
// anybody is not kept with a secret in it.
func withoutCalendars(requests []Request) []Request {
	return slices.DeleteFunc(slices.Clone(requests), func(q Request) bool { return q.Type == SetCalendar && q.Value == "" })
}

// veiledAddress leaves of an address what is no secret.
func veiledAddress(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host[strings.LastIndexByte(host, '@')+1:], "?")
	return scheme + "://" + host + "/…"
}

// Veil hides the names and passwords that stand in the addresses of a text
// (RFC 3986 §3.2.1).
func Veil(text string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "://")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		out.WriteString("://")
		end := strings.IndexAny(rest, "/?# \t\r\n<>\"")
		if end < 0 {
			end = len(rest)
		}
		if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
			out.WriteString("…@")
			rest = rest[at+1:]
		}
		text = rest
	}
}
