package program

import (
	"strings"
	"time"
)

// Kind is the Mentorpost-Kind of an outgoing mail.
type Kind string

// Every kind of outgoing mail.
const (
	LetterInvitation        Kind = "invitation"
	LetterWelcome           Kind = "welcome"
	LetterKickOff           Kind = "kick-off"
	LetterCharter           Kind = "charter"
	LetterAskTimes          Kind = "ask-times"
	LetterOffer             Kind = "offer"
	LetterProposal          Kind = "proposal"
	LetterChoices           Kind = "choices"
	LetterReceipt           Kind = "receipt"
	LetterInvite            Kind = "invite"
	LetterUpdate            Kind = "update"
	LetterCancel            Kind = "cancel"
	LetterMoveRequest       Kind = "move-request"
	LetterMoveRefused       Kind = "move-refused"
	LetterMoveLate          Kind = "move-late"
	LetterCancelLate        Kind = "cancel-late"
	LetterNoAnswer          Kind = "no-answer"
	LetterAgendaRequest     Kind = "agenda-request"
	LetterAgenda            Kind = "agenda"
	LetterFreeUntil         Kind = "free-until"
	LetterReminder          Kind = "reminder"
	LetterTookPlace         Kind = "took-place"
	LetterActions           Kind = "actions"
	LetterCheckIn           Kind = "check-in"
	LetterFeedbackRequest   Kind = "feedback-request"
	LetterJournalNudge      Kind = "journal-nudge"
	LetterDigest            Kind = "digest"
	LetterConfirm           Kind = "confirm"
	LetterPreferences       Kind = "preferences"
	LetterStatus            Kind = "status"
	LetterExport            Kind = "export"
	LetterHelp              Kind = "help"
	LetterGoodbye           Kind = "goodbye"
	LetterCoordinatorDigest Kind = "coordinator-digest"
	LetterCoordinatorPrompt Kind = "coordinator-prompt"
)

// Choice is one numbered line of a question: what happens when it is picked.
type Choice struct {
	Label    string    `json:"label"`
	Start    time.Time `json:"start,omitzero"`
	End      time.Time `json:"end,omitzero"`
	Text     string    `json:"text,omitempty"` // where the choice is not a time
	Requests []Request `json:"requests"`
}

// Line is one line of a receipt: one request that was understood, and what
// came of it. Code picks the sentence; the other fields fill it.
type Line struct {
	Code  string        `json:"code"`
	Start time.Time     `json:"start,omitzero"`
	End   time.Time     `json:"end,omitzero"`
	Old   time.Time     `json:"old,omitzero"` // the time before the change
	Late  bool          `json:"late,omitempty"`
	Short time.Duration `json:"short,omitempty"` // how much notice was missing
	Value string        `json:"value,omitempty"`
	Count int           `json:"count,omitempty"`
	// Cadence is how often the pair meets that the line is about.
	Cadence Cadence `json:"cadence,omitempty"`
}

// News reports whether the line tells of what the partner has done, rather than
// of what came of the reader's own mail.
func (l Line) News() bool {
	switch l.Code {
	case "waived", "partner-away":
		return true
	}
	return strings.HasSuffix(l.Code, "-by-partner") || l.Code == "proposal-withdrawn"
}

// Facts are what a letter's text is made of. A template reads those that its
// kind needs; the rest is zero. No wording stands here.
type Facts struct {
	Program string `json:"program"` // its name
	// Reader's side.
	Name   string `json:"name"` // first name of the reader
	Role   string `json:"role"` // mentor, mentee, coordinator
	Zone   string `json:"zone"` // IANA; all times are shown in it first
	Locale string `json:"locale"`
	// Partner's side.
	Partner     string `json:"partner,omitempty"` // full name
	PartnerZone string `json:"partner_zone,omitempty"`
	// The session that the letter is about.
	Start  time.Time     `json:"start,omitzero"`
	End    time.Time     `json:"end,omitzero"`
	Old    time.Time     `json:"old,omitzero"`
	OldEnd time.Time     `json:"old_end,omitzero"`
	Link   string        `json:"link,omitempty"`
	Length time.Duration `json:"length,omitempty"`
	// The notice rule.
	Notice   time.Duration `json:"notice,omitempty"`    // what the rule asks
	Given    time.Duration `json:"given,omitempty"`     // what was given
	Short    time.Duration `json:"short,omitempty"`     // what was missing
	Deadline time.Time     `json:"deadline,omitzero"`   // changes are free until
	ByReader bool          `json:"by_reader,omitempty"` // the reader asked for it
	// What can be answered.
	Slots   []Slot   `json:"slots,omitempty"`
	Choices []Choice `json:"choices,omitempty"`
	// What was understood and done, and whether UNDO takes anything of it back.
	Lines []Line `json:"lines,omitempty"`
	Undo  bool   `json:"undo,omitempty"`
	// Words are the reader's own words, quoted back to them alone.
	Words string `json:"words,omitempty"`
	// Note is a text that its writer addressed to the reader.
	Note   string `json:"note,omitempty"`
	Agenda string `json:"agenda,omitempty"`
	// Charter is what the two have agreed on, in short.
	Charter string `json:"charter,omitempty"`
	// Reason picks a variant of the wording, as "chase" or "busy" does.
	Reason string `json:"reason,omitempty"`
	// Rows are lines of a list, as a status or a coordinator's prompt has.
	Rows []string `json:"rows,omitempty"`
	// Asks says which settings the reader is asked for: "zone", "hours".
	Asks []string `json:"asks,omitempty"`
	// Feed is where the reader's sessions can be subscribed to as a calendar. It
	// is a secret of theirs, so it is put in as the mail is composed.
	Feed string `json:"-"`
}

// Date is when the letter is meant to reach its reader (RFC 5322 §3.6.1).
func (l Letter) Date() time.Time { return later(l.Created, l.NotBefore) }

// Part is one of several things that a joined mail says.
type Part struct {
	Kind  Kind  `json:"kind"`
	Facts Facts `json:"facts"`
}

// Letter is one outgoing mail as it is decided: whom it goes to, what it is
// about and what it says, but not yet its wording.
type Letter struct {
	ID ID `json:"id"`
	// MessageID is fixed when the letter is decided, without angle brackets.
	MessageID string `json:"message_id"`
	Kind      Kind   `json:"kind"`
	// To is the person, or empty for a letter to a coordinator.
	To      ID     `json:"to"`
	Address string `json:"address"`
	Name    string `json:"name"`
	About   Ref    `json:"about"`
	// SessionUID is set on every letter that concerns a session.
	SessionUID string `json:"session_uid,omitempty"`
	// InReplyTo is the Message-ID of the mail that is answered; where empty,
	// the store continues the thread of earlier letters on the same subject.
	InReplyTo  string   `json:"in_reply_to,omitempty"`
	References []string `json:"references,omitempty"`
	// Purpose, Offered and Choices are how an answer will be read.
	Purpose Purpose  `json:"purpose,omitempty"`
	Offered []Slot   `json:"offered,omitempty"`
	Choices []Choice `json:"choices,omitempty"`
	// HeldFrom is the instant at which the request was received that this
	// letter asks about; the notice rule counts from it.
	HeldFrom time.Time `json:"held_from,omitzero"`
	// Event is the calendar message that goes with the letter.
	Event *Event `json:"event,omitempty"`
	Facts Facts  `json:"facts"`
	// Parts are what a mail says that joins several, in order; none where it
	// says one thing. Kind, Purpose and Facts are then those of its first part
	// that wants an answer.
	Parts []Part `json:"parts,omitempty"`
	// Attach names what is attached when the letter is composed: "journal" or
	// "everything". The content itself never lies in a letter's row.
	Attach []string `json:"attach,omitempty"`
	// NotBefore holds the letter back, for quiet hours; zero: at once.
	NotBefore time.Time `json:"not_before,omitzero"`
	Created   time.Time `json:"created"`
}
