package program

import "time"

// Notice is how much warning a change gave, held against the rule.
type Notice struct {
	Given time.Duration // session start − receipt of the request, elapsed
	Short time.Duration // what was missing; zero where it came in time
	Late  bool
}

// CheckNotice measures the notice that a request received at the given instant
// gives for a session. It compares instants, so that a clock change in between
// counts as the hour it is; exactly the period is in time.
func (s Settings) CheckNotice(start, received time.Time) Notice {
	given := start.Sub(received)
	if given >= s.Notice {
		return Notice{Given: given}
	}
	return Notice{Given: given, Short: s.Notice - given, Late: true}
}

// The program's rhythm around questions and sessions.
const (
	chaseFirst   = 3 * 24 * time.Hour // silence before the first reminder
	chaseSecond  = 4 * 24 * time.Hour // and before the second
	chaseGiveUp  = 3 * 24 * time.Hour // and before the coordinator is told
	maxChases    = 2
	freeUntilAt  = 26 * time.Hour       // before the start
	reminderAt   = time.Hour            // before the start
	tookPlaceAt  = time.Hour            // after the end
	undecidedAt  = 2 * time.Hour        // before the start: a move that nobody answered ends
	decideIn     = time.Hour            // what the partner has at least to decide, if the start allows
	leadTime     = 48 * time.Hour       // the earliest slot that is offered unasked
	aheadUsual   = 14 * 24 * time.Hour  // how far ahead slots are looked for
	aheadMost    = 120 * 24 * time.Hour // and where somebody is away meanwhile
	constrainMin = 2 * time.Hour        // the earliest slot when the writer named the time
	confirmEvery = 24 * time.Hour       // between two confirmations that are not answered
	mostAnswered = 60                   // mails of one person in an hour; a responder that hides that it is one writes on for ever
)

// domain is the right-hand side of Message-IDs and UIDs.
func (s Settings) domain() string {
	for i := len(s.Address) - 1; i >= 0; i-- {
		if s.Address[i] == '@' {
			return s.Address[i+1:]
		}
	}
	return "localhost"
}
