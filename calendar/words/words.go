// Package words reads the times that people write in their own words.
//
// It is pure: a text and what is known about its writer go in, times come
// out. It reads no clock, and it keeps every reading that the words allow, so
// that whoever asked can ask back instead of guessing.
package words

import (
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// Context is what a reader of times must know about the writer. The zero
// value of a field means that it is not known.
type Context struct {
	At     time.Time      // when the text was written
	Zone   *time.Location // the writer's zone; nil means UTC
	Locale string         // BCP 47, "en-GB": decides 3/4 and hints at the language
	// Session is the booked session that "same time", "an hour later" and
	// "push it an hour" speak of.
	Session program.Span
	// PartnerZone is the zone that "your time" speaks of.
	PartnerZone *time.Location
}

// Read returns the times that text names, in the order of the text.
func Read(text string, c Context) []program.When {
	return nil
}

// FindZone finds the zone or the place that a text says its writer is in
// ("I'm in Lisbon", "Lagos here") and returns its IANA name.
func FindZone(text string) (iana string, ok bool) {
	return "", false
}

// ReadHours reads working hours ("9-17", "7am to 3pm", "mornings") as a pair
// of wall times HH:MM.
func ReadHours(text string) (from, to string, ok bool) {
	return "", "", false
}
