package program

import "time"

// Result is what became of an inbound mail: exactly one of these.
type Result string

// The results of an inbound mail.
const (
	ResultActed       Result = "acted"
	ResultAsked       Result = "asked"
	ResultStored      Result = "stored"
	ResultCoordinator Result = "coordinator"
	ResultAside       Result = "aside" // set aside, with a reason
)

// Record is the one recorded outcome of an inbound mail or a timer.
type Record struct {
	Result  Result
	Reason  string
	Person  ID
	Session ID
	// Quarantine files the mail where a person can look at it.
	Quarantine bool
	// Private has the raw mail destroyed once the outcome is applied: it is a
	// journal entry or holds the address of a calendar, which are kept sealed.
	Private bool
}

// TimerKind says what falls due.
type TimerKind string

// The kinds of timer.
const (
	TimerInvitation    TimerKind = "invitation"     // asks a new person, and chases
	TimerChase         TimerKind = "chase"          // an unanswered question about a session
	TimerChangeExpires TimerKind = "change"         // a pending move whose session has come
	TimerFreeUntil     TimerKind = "free-until"     // 26 hours before
	TimerReminder      TimerKind = "reminder"       // an hour before
	TimerTookPlace     TimerKind = "took-place"     // an hour after the end
	TimerNextSession   TimerKind = "next-session"   // look for the next time
	TimerResume        TimerKind = "resume"         // a pause ends
	TimerKickOff       TimerKind = "kick-off"       // a pair begins: what do both expect? and chases
	TimerAgendaRequest TimerKind = "agenda-request" // three days before, and once more
	TimerClockShift    TimerKind = "clock-shift"    // a clock change moves a session on one side's clock
	TimerAgenda        TimerKind = "agenda"         // a day before, to the mentor
	TimerCheckIn       TimerKind = "check-in"       // weekly
	TimerFeedback      TimerKind = "feedback"       // a month after the first session, then every 60 days
	TimerJournal       TimerKind = "journal"        // a nudge to write
	TimerEnd           TimerKind = "end"            // a pair's last day has passed
	TimerPlace         TimerKind = "place"          // the pair has another video link, or one of the two another address
	TimerStalled       TimerKind = "stalled"        // has the pair met?
	TimerDigest        TimerKind = "digest"         // the coordinators' week
	TimerErase         TimerKind = "erase"          // somebody is forgotten
)

// Timer is work that falls due. Key is unique: a timer set twice is set once.
type Timer struct {
	Key     string
	Kind    TimerKind
	Due     time.Time
	Person  ID
	Pair    ID
	Session ID
	// Sequence and Round are the session's when the timer was set; a timer
	// whose session has moved on since does nothing.
	Sequence int
	Round    int
	// Count numbers repeats, as of a chase.
	Count int
}

// Outcome is everything that follows from one mail or one timer. It is
// applied in one transaction, once.
type Outcome struct {
	// Rows to write, whole. Version 0 is a new row; any other must still be
	// the stored version, else the decision is taken again on fresh rows.
	People      []Person
	Pairs       []Pair
	Sessions    []Session
	Changes     []Change
	Actions     []Action
	Notes       []Note
	Suggestions []Suggestion
	Letters     []Letter
	Timers      []Timer
	// Consumed names the timers whose mails were joined to this one's: they
	// have fired with it.
	Consumed []string
	// Entries are journal entries to seal and keep, DropEntries those to
	// destroy.
	Entries     []Entry
	DropEntries []EntryDay
	// Last takes the place of what UNDO would have taken back until now: nil
	// where that stays.
	Last *LastRequest
	// Drop are the rows that UNDO takes away again.
	Drop Dropped
	// Erase names a person of whom nothing may be left.
	Erase ID
	// Given are addresses of calendars to seal and keep.
	Given  []GivenCalendar
	Record Record
	// Guard names the pair that was decided about, as it was read.
	Guard Guard
	// Calendars guards those of whom a booking takes an hour, as they were read.
	Calendars []PersonGuard
}

// Dropped are rows that are taken away again, at the versions that were read,
// and letters that must not have gone: else the decision is taken again.
type Dropped struct {
	Actions     []Action
	Notes       []Note
	Suggestions []Suggestion
	Letters     []ID
}

// Guard makes two decisions about one pair exclude each other: the outcome is
// applied only while the pair still has this version, and raises it. It is
// zero where a decision concerns no pair.
type Guard struct {
	Pair    ID
	Version int
}

// PersonGuard makes two decisions exclude each other that book the same person
// in two pairs: the outcome is applied only while the person's row still has
// this version, and raises it.
type PersonGuard struct {
	Person  ID
	Version int
}

// Case is what must be known to decide: the people, their pair and its
// sessions, as they are stored.
type Case struct {
	Settings Settings
	// Person is the writer of the mail or the one a timer is for.
	Person Person
	// Pair, Mentor and Mentee are zero where the case concerns no pair.
	Pair           Pair
	Mentor, Mentee Person
	// LivePairs are the writer's pairs that have not ended; with several and
	// no subject that tells which, Pair is zero.
	LivePairs []ID
	// Sessions are the pair's open sessions and its latest closed one, oldest first.
	Sessions []Session
	// Changes are the ledger rows of these sessions.
	Changes []Change
	// Actions are the pair's open actions, by number, and those that UNDO would
	// put back.
	Actions []Action
	// Notes are the person's own in this pair that their partner has not been
	// sent, the latest first and few, and those that UNDO would put back.
	Notes []Note
	// Suggested are the person's suggestions that UNDO would take away.
	Suggested []Suggestion
	// Last is what the person's UNDO takes back, nil where they never wrote
	// anything.
	Last *LastRequest
	// Waiting are the letters of the person's last request that nobody has been
	// sent yet.
	Waiting []ID
	// Reading are the approved suggestions, oldest first. Only a check-in
	// needs them; elsewhere they are left out.
	Reading []Suggestion
	// Busy is when the calendars that both people gave say they are: no time is
	// offered then. Elsewhere are their booked sessions in other pairs: none is
	// booked then, whatever anybody writes.
	Busy      []BusyTime
	Elsewhere []Span
	// Calendar is what is known about the calendar that the person gave, zero
	// where they gave none.
	Calendar CalendarState
	// Holidays are those of both people, from today on for some months.
	Holidays []Holiday
	// Upcoming are the person's timers that have not fired and fall due within
	// the next hours. Only a timer's decision needs them; elsewhere they are
	// left out.
	Upcoming []Timer
	// Overview is the whole program's, for a digest alone.
	Overview Overview
	// Unsent counts the letters that still wait and name the person: those to
	// them and to their partners.
	Unsent int
	// LateChanges counts the writer's unwaived late changes of the last ninety days.
	LateChanges int
	// Unconfirmed is when the writer was last asked to confirm an unproven mail,
	// zero where they have answered anything since, or never were asked.
	Unconfirmed time.Time
	// Answered counts the writer's proven mails of the hour before this one that
	// something followed from.
	Answered int
}

// Settings are the program's own, from its configuration.
type Settings struct {
	Name         string
	Address      string // program.address
	Coordinators []string
	Notice       time.Duration // e.g. 24 h
	Strict       bool          // notice_policy = "strict"
	Zone         string
	Locale       string
}

// Proof says why a mail is believed to come from whom it names.
type Proof string

// The proofs of a sender.
const (
	ProofNone      Proof = "none"
	ProofSeal      Proof = "seal"      // it came to an address that only they were sent
	ProofReference Proof = "reference" // it answers a Message-ID that only they were sent
	ProofDomain    Proof = "domain"    // aligned DKIM or DMARC pass at the trusted server
)

// Received is one inbound mail as the decision sees it.
type Received struct {
	Seed       string    // unguessable, one for each mail
	At         time.Time // INTERNALDATE: when the mail server received it
	Written    time.Time // when its writer says it was sent, where believable
	MessageID  string
	References []string
	From       string // address, lower-case
	Proof      Proof
	About      Ref     // what the sealed address or the reference is about
	Asked      *Letter // the letter that it answers, where known
	Kind       MailKind
	Text       string // new text
	Understanding
	Calendar  *CalendarPart
	Bounce    *Bounce
	AwayUntil string // YYYY-MM-DD, from an out-of-office reply
	// TNEF is true where the mail's content is locked up in a winmail.dat.
	TNEF bool
	// Taken is true where the address that the mail is to confirm as its
	// writer's own is registered for somebody else.
	Taken bool
	// Files are the attachments of a journal entry.
	Files []EntryFile
}
