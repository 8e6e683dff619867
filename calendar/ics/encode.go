package ics

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// The methods that an organizer sends and that Encode knows (RFC 5546 §3.2).
const (
	methodRequest        = "REQUEST"
	methodCancel         = "CANCEL"
	methodDeclineCounter = "DECLINECOUNTER"
)

const productID = "-//Mentorpost//Mentorpost//EN"

// Encode writes one iTIP message (RFC 5546 §3.2) for the event: METHOD
// REQUEST, CANCEL or DECLINECOUNTER. Times are written in UTC, so no VTIMEZONE
// is needed. No text in the event can add a property, a parameter or a line.
// The error is an ErrInvalidEvent.
func Encode(e program.Event) ([]byte, error) {
	switch e.Method {
	case methodRequest, methodCancel, methodDeclineCounter:
	default:
		return nil, fmt.Errorf("encode event %q: method %q: %w", e.UID, e.Method, ErrInvalidEvent)
	}
	if err := check(e); err != nil {
		return nil, err
	}
	w := newWriter(sizeHint(e))
	w.openCalendar()
	w.raw("METHOD", e.Method)
	w.event(e, true)
	w.raw("END", "VCALENDAR")
	return w.out, nil
}

// EncodeFeed writes a calendar to subscribe to, without METHOD (RFC 5545
// §3.6), named by RFC 7986 §5.1 and by its older X-WR-CALNAME. Its events name
// no organizer and no attendees: a subscribed copy is no invitation and must
// not be answered.
func EncodeFeed(events []program.Event, name string) ([]byte, error) {
	size := 512
	for _, e := range events {
		if err := check(e); err != nil {
			return nil, err
		}
		size += sizeHint(e)
	}
	w := newWriter(size)
	w.openCalendar()
	w.text("NAME", name)
	w.text("X-WR-CALNAME", name)
	w.raw("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
	w.raw("X-PUBLISHED-TTL", "PT1H")
	for _, e := range events {
		w.event(e, false)
	}
	w.raw("END", "VCALENDAR")
	return w.out, nil
}

// check refuses what RFC 5546 §3.2 demands and the event lacks.
func check(e program.Event) error {
	refuse := func(what string) error {
		return fmt.Errorf("encode event %q: %s: %w", e.UID, what, ErrInvalidEvent)
	}
	switch {
	case strings.TrimSpace(e.UID) == "" || hasControl(e.UID):
		return refuse("no usable UID")
	case e.Sequence < 0:
		return refuse("negative SEQUENCE")
	case !writable(e.Stamp) || !writable(e.Start) || !writable(e.End):
		return refuse("a time is missing or out of range")
	case e.End.Before(e.Start):
		return refuse("the end is before the start")
	case !isAddress(e.Organizer.Address):
		return refuse("the organizer has no usable address")
	}
	for _, a := range e.Attendees {
		if !isAddress(a.Address) {
			return refuse("an attendee has no usable address")
		}
	}
	return nil
}

// writable reports whether a time fits DATE-TIME's four-digit year.
func writable(t time.Time) bool {
	return !t.IsZero() && t.UTC().Year() >= 1 && t.UTC().Year() <= 9999
}

// isAddress reports whether a is one address that can stand in a mailto URI.
func isAddress(a string) bool {
	at := strings.LastIndexByte(a, '@')
	return at > 0 && at < len(a)-1 && !hasControl(a) && !strings.ContainsAny(a, " <>,")
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return isControl(r) || isLineBreak(r) })
}

func sizeHint(e program.Event) int {
	n := len(e.Description) + len(e.Summary) + len(e.Location) + len(e.Comment)
	return 1024 + 256*len(e.Attendees) + n + n/8
}

func (w *writer) openCalendar() {
	w.raw("BEGIN", "VCALENDAR")
	w.raw("VERSION", "2.0")
	w.raw("PRODID", productID)
	w.raw("CALSCALE", "GREGORIAN")
}

// event writes one VEVENT (RFC 5545 §3.6.1). An invitation names its people
// and rings twice; a copy in a feed does neither.
func (w *writer) event(e program.Event, invitation bool) {
	w.raw("BEGIN", "VEVENT")
	w.text("UID", e.UID)
	w.raw("SEQUENCE", strconv.Itoa(e.Sequence))
	w.time("DTSTAMP", e.Stamp)
	w.time("DTSTART", e.Start)
	w.time("DTEND", e.End)
	w.text("SUMMARY", e.Summary)
	w.optionalText("DESCRIPTION", e.Description)
	w.optionalText("LOCATION", e.Location)
	if isLink(e.Location) {
		w.raw("URL", e.Location)
	}
	if e.Method == methodCancel {
		w.raw("STATUS", "CANCELLED")
		w.raw("TRANSP", "TRANSPARENT")
	} else {
		w.raw("STATUS", "CONFIRMED")
		w.raw("TRANSP", "OPAQUE")
	}
	if invitation {
		w.people(e)
	}
	w.optionalText("COMMENT", e.Comment)
	if invitation && e.Method == methodRequest {
		w.alarm("-P1D", e.Summary)
		w.alarm("-PT1H", e.Summary)
	}
	w.raw("END", "VEVENT")
}

func (w *writer) people(e program.Event) {
	w.begin("ORGANIZER")
	w.commonName(e.Organizer.Name)
	w.mailto(e.Organizer.Address)
	for _, a := range e.Attendees {
		w.begin("ATTENDEE")
		w.add(";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=")
		w.add(string(knownPartStat(a.PartStat)))
		if e.Method == methodRequest {
			w.add(";RSVP=TRUE")
		}
		w.commonName(a.Name)
		w.mailto(a.Address)
	}
}

// knownPartStat keeps a status that a VEVENT may have (RFC 5545 §3.2.12).
func knownPartStat(p program.PartStat) program.PartStat {
	switch p {
	case program.Accepted, program.Declined, program.Tentative, program.Delegated:
		return p
	}
	return program.NeedsAction
}

// alarm writes a VALARM with DISPLAY (RFC 5545 §3.6.6), which must have a
// DESCRIPTION.
func (w *writer) alarm(before, text string) {
	w.raw("BEGIN", "VALARM")
	w.raw("ACTION", "DISPLAY")
	w.text("DESCRIPTION", text)
	w.raw("TRIGGER", before)
	w.raw("END", "VALARM")
}

// isLink reports whether the place is a web link that may stand, as it is, as
// the value of URL: a URI is not escaped, so nothing but its own printable
// ASCII is let through.
func isLink(place string) bool {
	if !strings.HasPrefix(place, "https://") && !strings.HasPrefix(place, "http://") {
		return false
	}
	for i := 0; i < len(place); i++ {
		if c := place[i]; c <= ' ' || c >= 0x7f || c == '"' || c == '<' || c == '>' || c == '\\' {
			return false
		}
	}
	return true
}
