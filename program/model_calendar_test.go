package program

import (
	"fmt"
	"time"
)

// calendar is what an attendee's calendar program holds. It is written from
// RFC 5546 alone and shares nothing with the deciding code: of several
// messages about one UID the highest SEQUENCE counts, and of equal ones the
// latest DTSTAMP (§2.1.5); they may arrive in any order.
type calendar struct {
	owner   string // address
	entries map[string]calendarEntry
}

// calendarEntry is one UID. A cancelled one is remembered, so that an older
// REQUEST that arrives after the CANCEL does not bring it back.
type calendarEntry struct {
	sequence   int
	stamp      time.Time
	start, end time.Time
	cancelled  bool
}

// receive takes one message, or says why it breaks a rule.
func (c *calendar) receive(e Event) error {
	if !c.invited(e) {
		return fmt.Errorf("%s of %s does not name its receiver %s as attendee", e.Method, e.UID, c.owner)
	}
	if e.Stamp.IsZero() || !e.End.After(e.Start) || e.Sequence < 0 {
		return fmt.Errorf("%s of %s is not whole: %+v", e.Method, e.UID, e)
	}
	known, exists := c.entries[e.UID]
	switch e.Method {
	case "DECLINECOUNTER": // §3.2.8: the event stands as it is
		if exists && e.Sequence == known.sequence && !e.Start.Equal(known.start) {
			return fmt.Errorf("DECLINECOUNTER of %s tells another time than stands", e.UID)
		}
		return nil
	case "REQUEST", "CANCEL":
	default:
		return fmt.Errorf("method %s is not an organizer's", e.Method)
	}
	entry := calendarEntry{e.Sequence, e.Stamp, e.Start, e.End, e.Method == "CANCEL"}
	if exists && entry.sequence == known.sequence && (!entry.start.Equal(known.start) || entry.cancelled != known.cancelled) {
		return fmt.Errorf("SEQUENCE %d of %s stands for two versions: %+v and %+v", e.Sequence, e.UID, known, entry)
	}
	if !exists || known.olderThan(entry) {
		c.entries[e.UID] = entry
	}
	return nil
}

func (c *calendar) invited(e Event) bool {
	for _, attendee := range e.Attendees {
		if attendee.Address == c.owner {
			return true
		}
	}
	return false
}

func (known calendarEntry) olderThan(e calendarEntry) bool {
	if e.sequence != known.sequence {
		return e.sequence > known.sequence
	}
	return !e.stamp.Before(known.stamp)
}

// shows is the time at which the calendar has the UID, if it has it.
func (c *calendar) shows(uid string) (time.Time, bool) {
	entry, exists := c.entries[uid]
	return entry.start, exists && !entry.cancelled
}
