package ics

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/emersion/go-ical"

	"github.com/mentorpost/mentorpost/program"
)

// Decode reads the first VEVENT of an incoming iTIP message (RFC 5546), or,
// where there is none, the first VTODO, VFREEBUSY or VJOURNAL, with a note.
// What was repaired or could not be understood is said in Notes. Errors are
// ErrTooLarge, ErrTooDeep, ErrNotCalendar and ErrNoEvent.
func Decode(raw []byte, o Options) (program.CalendarPart, error) {
	calendar, notes, err := parse(raw, true)
	if err != nil {
		return program.CalendarPart{}, err
	}
	r := &reader{zones: newZones(calendar, o.Zone, maxSteps), notes: notes}
	part := program.CalendarPart{Method: r.method(calendar, o)}
	event := r.firstEvent(calendar)
	if event == nil {
		part.Notes = r.notes
		return part, fmt.Errorf("decode calendar: %w", ErrNoEvent)
	}
	r.identity(event, &part)
	part.Summary = text(event, ical.PropSummary)
	part.Comment = text(event, ical.PropComment)
	r.people(event, o, &part)
	r.times(event, &part)
	part.Notes = r.notes
	return part, nil
}

// parse repairs raw and hands it to go-ical, whose panics become errors.
func parse(raw []byte, single bool) (calendar *ical.Calendar, notes []string, err error) {
	fit, err := repair(raw, single)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if cause := recover(); cause != nil {
			calendar, err = nil, fmt.Errorf("parse calendar: %v: %w", cause, ErrNotCalendar)
		}
	}()
	calendar, err = ical.NewDecoder(bytes.NewReader(fit.text)).Decode()
	if err != nil {
		return nil, nil, fmt.Errorf("parse calendar: %w: %w", err, ErrNotCalendar)
	}
	return calendar, fit.notes, nil
}

// reader takes one message apart and gathers notes on the way.
type reader struct {
	zones *zones
	notes []string
}

func (r *reader) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// method is the calendar's METHOD, or that of the MIME part (RFC 6047 §2.4).
func (r *reader) method(calendar *ical.Calendar, o Options) string {
	outer := r.methodName(o.Method)
	inner := r.methodName(propertyValue(calendar.Component, ical.PropMethod))
	if inner == "" {
		return outer
	}
	if outer != "" && outer != inner {
		r.note("the mail says method %s, the calendar %s", outer, inner)
	}
	return inner
}

// methodName is a method in capitals, "" for what cannot be the name of one.
func (r *reader) methodName(value string) string {
	name := strings.ToUpper(strings.TrimSpace(value))
	if strings.ContainsFunc(name, func(c rune) bool { return c > '~' || !isNameByte(byte(c)) }) || len(name) > 40 {
		r.note("METHOD is no name: %s", shorten(value))
		return ""
	}
	return name
}

func (r *reader) firstEvent(calendar *ical.Calendar) *ical.Component {
	for _, name := range []string{ical.CompEvent, ical.CompToDo, ical.CompFreeBusy, ical.CompJournal} {
		for _, child := range calendar.Children {
			if child.Name != name {
				continue
			}
			if name != ical.CompEvent {
				r.note("no VEVENT but a %s", name)
			}
			return child
		}
	}
	return nil
}

// originalStart is where Outlook says which time its COUNTER wants changed
// ([MS-OXCICAL]).
const originalStart = "X-MS-OLK-ORIGINALSTART"

// identity reads which version of which event is meant: UID, RECURRENCE-ID,
// SEQUENCE and DTSTAMP (RFC 5546 §2.1.5).
func (r *reader) identity(event *ical.Component, part *program.CalendarPart) {
	part.UID = text(event, ical.PropUID)
	part.Stamp, _ = r.time(event, ical.PropDateTimeStamp)
	part.RecurrenceID = r.recurrenceID(event)
	part.Original, _ = r.time(event, originalStart)
	for _, name := range []string{ical.PropSequence, "X-MICROSOFT-CDO-APPT-SEQUENCE"} {
		prop := event.Props.Get(name)
		if prop == nil {
			continue
		}
		n, err := strconv.ParseInt(prop.Value, 10, 32)
		if err != nil || n < 0 {
			r.note("%s is no number: %s", name, shorten(prop.Value))
			continue
		}
		sequence := int(n)
		part.Sequence = &sequence
		return
	}
}

// recurrenceID is an instant in UTC, because clients write the same one in
// different zones (RFC 5545 §3.8.4.4), or a date.
func (r *reader) recurrenceID(event *ical.Component) string {
	prop := event.Props.Get(ical.PropRecurrenceID)
	if prop == nil {
		return ""
	}
	t, ok := r.time(event, ical.PropRecurrenceID)
	if !ok || len(prop.Value) == len("20060102") {
		return prop.Value
	}
	return t.UTC().Format("20060102T150405Z")
}

// times reads the start and the end. In a COUNTER they are the proposal
// (RFC 5546 §3.2.7).
func (r *reader) times(event *ical.Component, part *program.CalendarPart) {
	start, ok := r.time(event, ical.PropDateTimeStart)
	if !ok {
		return
	}
	part.Start = start
	name := ical.PropDateTimeEnd
	if event.Name == ical.CompToDo {
		name = ical.PropDue
	}
	if end, ok := r.time(event, name); ok {
		if end.Before(start) {
			r.note("the end is before the start")
			return
		}
		part.End = end
		return
	}
	if prop := event.Props.Get(ical.PropDuration); prop != nil {
		length, ok := parseDuration(prop.Value)
		if !ok || length < 0 {
			r.note("DURATION cannot be read: %s", shorten(prop.Value))
			return
		}
		part.End = start.Add(length)
		return
	}
	if prop := event.Props.Get(ical.PropDateTimeStart); len(prop.Value) == len("20060102") {
		// A date without an end lasts that day (RFC 5545 §3.6.1).
		part.End = start.AddDate(0, 0, 1)
	}
}

// text is a property's TEXT value (RFC 5545 §3.3.11), with the backslashes and
// commas that clients forget to escape left as they are.
func text(c *ical.Component, name string) string {
	prop := c.Props.Get(name)
	if prop == nil {
		return ""
	}
	value := prop.Value
	if strings.EqualFold(prop.Params.Get("ENCODING"), "QUOTED-PRINTABLE") {
		value = unquotePrintable(value)
	}
	return strings.TrimSpace(unescape(value))
}

func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		switch next := s[i+1]; next {
		case 'n', 'N':
			b.WriteByte('\n')
			i++
		case '\\', ';', ',', '"', ':':
			b.WriteByte(next)
			i++
		default:
			b.WriteByte('\\')
		}
	}
	return b.String()
}

// parameterText undoes RFC 6868 in a parameter value.
var parameterText = strings.NewReplacer("^n", "\n", "^^", "^", "^'", `"`)

// shorten keeps foreign text in a note from growing beyond one line.
func shorten(s string) string {
	const limit = 60
	if len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "") + "…"
	}
	return strconv.Quote(s)
}
