package program

import "time"

// Grain says how finely a time in words was given.
type Grain string

// The grains, from an instant to a month.
const (
	GrainMinute    Grain = "minute"
	GrainHour      Grain = "hour"
	GrainPartOfDay Grain = "part-of-day"
	GrainDay       Grain = "day"
	GrainWeek      Grain = "week"
	GrainMonth     Grain = "month"
)

// Span is a stretch of time. A zero End means an instant.
type Span struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end,omitzero"`
}

// When is one time that a text names. Start and End carry the zone in which
// they were meant. A zero End means an instant. Alternatives holds the other
// readings that the words allow; when there are any, nothing may be booked
// before the writer has chosen.
type When struct {
	Text         string    `json:"text"`
	Grain        Grain     `json:"grain"`
	Start        time.Time `json:"start"`
	End          time.Time `json:"end,omitzero"`
	Negated      bool      `json:"negated"`
	Alternatives []Span    `json:"alternatives"`
	Why          string    `json:"why"`

	// Offset and Length locate Text in the text that was read, in bytes.
	Offset int `json:"-"`
	Length int `json:"-"`
	// Bounded is true where the words state both ends or an end ("10-11:30"),
	// OpenStart and OpenEnd where that end is a default of the working day
	// ("after 4pm" leaves the end open).
	Bounded   bool `json:"-"`
	OpenStart bool `json:"-"`
	OpenEnd   bool `json:"-"`
	// Weekly is true for a recurring wish ("Mondays", "mornings are best").
	Weekly bool `json:"-"`
	// Days are the weekdays of a recurring wish, bit 0 for Monday.
	Days uint8 `json:"-"`
	// TimeOnly is true where the words name no date ("after 4pm"), DateOnly
	// where they name no time of the day ("Thursday").
	TimeOnly bool `json:"-"`
	DateOnly bool `json:"-"`
	// Unsettled is true where the words leave open what is meant and the other
	// readings cannot be listed: "your time", when the partner's zone is not
	// known. Why says what is missing.
	Unsettled bool `json:"-"`
}

// Ambiguous reports whether the words allow another reading.
func (w When) Ambiguous() bool { return len(w.Alternatives) > 0 || w.Unsettled }
