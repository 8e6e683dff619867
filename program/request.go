package program

import "time"

// RequestType names what a person wants done.
type RequestType string

// Every request that can be read out of a mail.
const (
	Accept      RequestType = "accept"
	Decline     RequestType = "decline"
	Propose     RequestType = "propose"
	Constrain   RequestType = "constrain"
	Move        RequestType = "move"
	Cancel      RequestType = "cancel"
	Choose      RequestType = "choice"
	Agenda      RequestType = "agenda"
	Done        RequestType = "done"
	Drop        RequestType = "drop"
	Charter     RequestType = "charter"
	Agree       RequestType = "agree"
	Join        RequestType = "join"
	Refuse      RequestType = "refuse"
	Held        RequestType = "held"
	Missed      RequestType = "missed"
	Pause       RequestType = "pause"
	Resume      RequestType = "resume"
	SetZone     RequestType = "zone"
	SetHours    RequestType = "hours"
	SetLanguage RequestType = "language"
	Stop        RequestType = "stop"
	Help        RequestType = "help"
	Coordinator RequestType = "coordinator"
	Status      RequestType = "status"
	Undo        RequestType = "undo"
	Export      RequestType = "export"
	Forget      RequestType = "forget"
	Suggest     RequestType = "suggest"
	Share       RequestType = "share"
	Wrote       RequestType = "wrote"
	Journal     RequestType = "journal"
	CheckIn     RequestType = "check-in"
	Feedback    RequestType = "feedback"
	Waive       RequestType = "waive"
	Emergency   RequestType = "emergency"
	Confirm     RequestType = "confirm"
	None        RequestType = "none"
)

// Request is one thing that a mail asks for.
type Request struct {
	Type RequestType `json:"type"`
	// Option is the label of an offered slot or choice, or an action's number.
	Option string `json:"option,omitempty"`
	// Times are the alternatives of one proposal, move or constraint.
	Times []When `json:"times,omitempty"`
	// Until is a date, YYYY-MM-DD.
	Until string `json:"until,omitempty"`
	// Value is a setting: an IANA zone, HH:MM-HH:MM, a primary language
	// subtag, 1–5, or off, weekly, fortnightly, monthly, export, delete.
	Value string `json:"value,omitempty"`
	// Text is the words that belong to the request: agenda, entry, message.
	Text string `json:"text,omitempty"`
	// Counter is true for a move that came as METHOD:COUNTER and had to be
	// confirmed: its refusal is answered with DECLINECOUNTER (RFC 5546 §3.2.8).
	Counter bool `json:"counter,omitempty"`
	// Span locates the request in the new text, in bytes.
	Span [2]int `json:"span"`
}

// Purpose says what the letter that is being answered had asked.
type Purpose string

// The purposes of a question.
const (
	AboutInvitation Purpose = "invitation"
	AboutCharter    Purpose = "charter"
	AboutOffer      Purpose = "offer"
	AboutSession    Purpose = "session"
	AboutAgenda     Purpose = "agenda"
	AboutTookPlace  Purpose = "took-place"
	AboutCheckIn    Purpose = "check-in"
	AboutFeedback   Purpose = "feedback"
	AboutJournal    Purpose = "journal"
	AboutNothing    Purpose = "none"
)

// Slot is one lettered or numbered time of an offer.
type Slot struct {
	Label string    `json:"label"`
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// Booked is the session that a question is about, as its reader needs it.
type Booked struct {
	UID   string    `json:"uid"`
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
	// Moving says that the writer's own request to move it is still open.
	Moving bool `json:"-"`
}

// Question is what its reader must know to understand an answer: what was
// asked, which slots or choices were shown, and the session in question.
type Question struct {
	Purpose Purpose `json:"purpose"`
	Offered []Slot  `json:"offered"`
	Session *Booked `json:"session"`
}

// Understanding is what a text was found to ask for.
type Understanding struct {
	Requests []Request
	// Ask is true where a question must go back before anything doubtful is
	// done; Why says in words what was in doubt.
	Ask bool
	Why string
}

// MailKind sorts an incoming mail.
type MailKind string

// The kinds of incoming mail.
const (
	KindAnswer     MailKind = "answer"
	KindCalendar   MailKind = "calendar"
	KindAutoReply  MailKind = "auto-reply"
	KindBounce     MailKind = "bounce"
	KindComplaint  MailKind = "complaint"
	KindList       MailKind = "list"
	KindOwn        MailKind = "own"
	KindOversized  MailKind = "oversized"
	KindUnreadable MailKind = "unreadable"
)

// PartStat is an attendee's participation status (RFC 5545 §3.2.12).
type PartStat string

// The participation statuses of a VEVENT attendee.
const (
	NeedsAction PartStat = "NEEDS-ACTION"
	Accepted    PartStat = "ACCEPTED"
	Declined    PartStat = "DECLINED"
	Tentative   PartStat = "TENTATIVE"
	Delegated   PartStat = "DELEGATED"
)

// CalendarPart is what an incoming iTIP message says (RFC 5546). Nothing but
// its status and its proposed time is ever copied from it.
type CalendarPart struct {
	Method       string `json:"method"`
	UID          string `json:"uid"`
	Sequence     *int   `json:"sequence"` // nil where the message has none
	RecurrenceID string `json:"recurrence_id,omitempty"`
	// Organizer is the address the reply names, lower-case, without mailto:;
	// empty where it names none (Outlook).
	Organizer string `json:"organizer,omitempty"`
	// Attendee is the replying address, lower-case, without mailto:.
	Attendee      string    `json:"attendee"`
	PartStat      PartStat  `json:"partstat"`
	DelegatedTo   string    `json:"delegated_to,omitempty"`
	DelegatedFrom string    `json:"delegated_from,omitempty"`
	Start         time.Time `json:"start,omitzero"`
	End           time.Time `json:"end,omitzero"`
	// Original is the time that a COUNTER wants to have changed, where it says
	// so (X-MS-OLK-ORIGINALSTART).
	Original time.Time `json:"original,omitzero"`
	Stamp    time.Time `json:"stamp,omitzero"` // DTSTAMP
	Summary  string    `json:"summary,omitempty"`
	Comment  string    `json:"comment,omitempty"`
	// Notes tell what was repaired or could not be resolved.
	Notes []string `json:"notes,omitempty"`
}

// Bounce is one failed recipient of a delivery status notification (RFC 3464)
// or of a bounce in words.
type Bounce struct {
	Recipient string `json:"recipient"`
	Status    string `json:"status"` // enhanced status code, RFC 3463
	Permanent bool   `json:"permanent"`
	Reason    string `json:"reason,omitempty"`
	// MessageID is that of the returned mail, where the bounce quotes it.
	MessageID string `json:"message_id,omitempty"`
}

// Attendee is one participant of an event that we organise.
type Attendee struct {
	Name     string   `json:"name"`
	Address  string   `json:"address"`
	PartStat PartStat `json:"partstat"`
}

// Event is an iCalendar message that we send: one VEVENT (RFC 5545 §3.6.1).
type Event struct {
	Method      string     `json:"method"` // REQUEST, CANCEL or DECLINECOUNTER
	UID         string     `json:"uid"`
	Sequence    int        `json:"sequence"`
	Stamp       time.Time  `json:"stamp"` // DTSTAMP
	Start       time.Time  `json:"start"`
	End         time.Time  `json:"end"`
	Summary     string     `json:"summary"`
	Description string     `json:"description"`
	Location    string     `json:"location"` // the video link, where there is one
	Organizer   Attendee   `json:"organizer"`
	Attendees   []Attendee `json:"attendees"`
	Comment     string     `json:"comment,omitempty"`
}
