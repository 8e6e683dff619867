package program

import "time"

// JournalRhythm is how often somebody wants to be nudged to write.
type JournalRhythm string

// The rhythms of the journal nudge.
const (
	JournalOff         JournalRhythm = "off"
	JournalWeekly      JournalRhythm = "weekly"
	JournalFortnightly JournalRhythm = "fortnightly"
	JournalMonthly     JournalRhythm = "monthly"
)

// WeekTime is an hour of the week on somebody's own clock.
type WeekTime struct {
	Day    time.Weekday
	Minute int // after midnight
}

// When the weekly mails go out where nobody has said otherwise.
var (
	DefaultJournalTime = WeekTime{time.Friday, 16 * 60}
	DefaultCheckInTime = WeekTime{time.Monday, 9 * 60}
)

// Next is the first such hour after the instant, in the zone. Where a clock
// change skips the hour, it is the instant that the skipped one would have been.
func (w WeekTime) Next(after time.Time, zone *time.Location) time.Time {
	local := after.In(zone)
	days := (int(w.Day) - int(local.Weekday()) + 7) % 7
	next := time.Date(local.Year(), local.Month(), local.Day()+days, w.Minute/60, w.Minute%60, 0, 0, zone)
	if !next.After(after) {
		next = time.Date(local.Year(), local.Month(), local.Day()+days+7, w.Minute/60, w.Minute%60, 0, 0, zone)
	}
	return next
}

// Action is something that was agreed on in a session, numbered per pair.
type Action struct {
	ID      ID
	Pair    ID
	Session ID
	Number  int
	Text    string
	Status  ActionStatus
	Created time.Time
	Version int
}

// ActionStatus says what became of an action.
type ActionStatus string

// The statuses of an action.
const (
	ActionOpen    ActionStatus = "open"
	ActionDone    ActionStatus = "done"
	ActionDropped ActionStatus = "dropped"
)

// NoteKind says which question a note answers.
type NoteKind string

// The kinds of note.
const (
	NoteCheckIn   NoteKind = "check-in"
	NoteFeedback  NoteKind = "feedback"
	NoteTookPlace NoteKind = "took-place"
)

// Note is an answer that is kept for those whom the question named.
type Note struct {
	ID      ID
	Kind    NoteKind
	Person  ID
	Pair    ID
	Session ID
	Text    string
	Score   int // 1–5 of a feedback, else 0
	Shared  bool
	Created time.Time
	Version int
}

// Entry is one entry of a journal. Text and Attachment are in clear only
// between the mail they came in and the store, which seals them.
type Entry struct {
	ID      ID
	Person  ID
	Day     string // YYYY-MM-DD on the writer's clock
	Text    string
	Created time.Time
	// Attachments name the files that came with the entry.
	Attachments []EntryFile
	// Wrote is true for an entry that says only that something was written
	// elsewhere.
	Wrote bool
}

// EntryDay names the entries of one day of one person's journal, or one alone.
type EntryDay struct {
	Person ID
	Day    string // YYYY-MM-DD
	Entry  ID     // empty: all of that day
}

// EntryFile is a file that came with an entry.
type EntryFile struct {
	Name    string `json:"name"`
	Type    string `json:"type"` // media type
	Content []byte `json:"content"`
}

// CharterText is what a pair agrees on: goals, timeline, rhythm.
type CharterText struct {
	// Said is each person's own answer to the kick-off.
	Said map[ID]string `json:"said,omitempty"`
	// Agreed lists who has confirmed the charter as it stands.
	Agreed map[ID]bool `json:"agreed,omitempty"`
	// Revision counts the texts that were put to both; 0: none yet.
	Revision int `json:"revision,omitempty"`
	// Stands is what both have last agreed to; a revision changes it only when
	// both have agreed to that.
	Stands map[ID]string `json:"stands,omitempty"`
}

// Suggestion is a resource that somebody suggested to read.
type Suggestion struct {
	ID       ID
	Person   ID
	URL      string
	Approved bool
	Created  time.Time
	Version  int
}

// FeedbackTotals adds up the marks that were given in feedback.
type FeedbackTotals struct {
	People  int // who gave any
	Answers int
	Sum     int // of the marks
}

// enoughFeedback is how many people must have answered before any figure is
// shown, so that no figure is one person's answer.
const enoughFeedback = 5

// Report is how many marks were given and their mean. ok is false while too
// few people have answered: then there is nothing to show.
func (t FeedbackTotals) Report() (answers int, mean float64, ok bool) {
	if t.People < enoughFeedback {
		return 0, 0, false
	}
	return t.Answers, float64(t.Sum) / float64(t.Answers), true
}
