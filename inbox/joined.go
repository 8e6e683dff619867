package inbox

import (
	"strings"

	"github.com/mentorpost/mentorpost/inbox/trim"
	"github.com/mentorpost/mentorpost/program"
)

// shortChange is how many words an answer has at most that is nothing but a
// change of the session. A longer one may only talk about changes.
const shortChange = 15

// ReadJoined is Read for the answer to a mail that joins an open question with
// news about a session. A short answer that changes the session does that;
// where a longer one might, its words are kept for the question and the writer
// is asked.
func ReadJoined(text string, quoted []trim.Answer, reader Reader) program.Understanding {
	answer := Read(text, quoted, reader)
	reader.Question.Purpose = program.AboutSession
	change := Read(text, quoted, reader)
	switch {
	case change.Ask || !changes(change.Requests):
		return answer
	case len(strings.Fields(text)) <= shortChange:
		return change
	}
	answer.Ask, answer.Why = true, "the answer may mean a change of the session"
	return answer
}

// changes reports whether the requests do nothing but change a session.
func changes(requests []program.Request) bool {
	for _, q := range requests {
		switch q.Type {
		case program.Move, program.Cancel, program.Emergency:
		default:
			return false
		}
	}
	return len(requests) > 0
}
