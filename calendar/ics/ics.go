// Package ics reads and writes the calendar messages that travel in mails:
// iTIP (RFC 5546) in iCalendar (RFC 5545). Bytes come in and values go out, or
// the other way round; there is no clock, no network and no database here.
//
// Reading goes through [github.com/emersion/go-ical], which stops or stalls on
// much of what real clients send. So what comes from outside is first made
// small and regular (size and depth limits, line endings, charsets, broken
// parameters; see repair.go), and the library runs inside recover. Writing is
// done here alone, because every octet must be folded, escaped and checked.
package ics

import (
	"errors"
	"time"
	_ "time/tzdata" // zone rules must not depend on the machine
)

// The limits of what is read. A reply is a few kilobytes; one with an
// attachment inside, or a calendar feed, may be some megabytes.
const (
	maxSize  = 10 << 20 // bytes of a message or feed
	maxDepth = 32       // components inside one another

	// Days walked through recurrence rules, some ten nanoseconds each.
	maxSteps     = 200_000
	maxFeedSteps = 10_000_000
)

// Errors of Decode and BusyTimes.
var (
	// ErrTooLarge is returned for more than ten megabytes.
	ErrTooLarge = errors.New("calendar data is too large")
	// ErrTooDeep is returned for components nested more than 32 deep.
	ErrTooDeep = errors.New("calendar data is nested too deeply")
	// ErrNoEvent is returned for a calendar in which there is nothing to
	// attend: no VEVENT, VTODO, VJOURNAL or VFREEBUSY.
	ErrNoEvent = errors.New("calendar data has no event")
	// ErrNotCalendar is returned for bytes that are no iCalendar at all.
	ErrNotCalendar = errors.New("not calendar data")
)

// ErrInvalidEvent is returned by Encode for an event that no valid message can
// be made of: an unknown method, a missing UID, time or organizer, an address
// that is none.
var ErrInvalidEvent = errors.New("invalid event")

// Options tells Decode what the mail around the calendar part says.
type Options struct {
	// Method is the MIME method parameter (RFC 6047 §2.4), used where the
	// calendar has no METHOD.
	Method string
	// Zone is where floating times (RFC 5545 §3.3.5, form 1) are read; nil
	// means UTC.
	Zone *time.Location
	// From is the sender's address. It picks the replying attendee where
	// several are listed.
	From string
	// Known are the addresses, in lower case, of the person whom the mail is
	// known to be from. They pick where From does not.
	Known []string
}
