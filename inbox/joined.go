package inbox

import (
	"bytes"
	"cmp"
	"regexp"
	"strings"

	"github.com/mentorpost/mentorpost/inbox/trim"
	"github.com/mentorpost/mentorpost/program"
)

// ReadJoined is Read for the answer to a mail that joins several. Where it asks
// for times and for what its reader expects, each is answered in its own words.
// Where it joins the question for the agenda with news about the session, an
// answer that is too long to be nothing but a change, and might be one, is kept
// for the question and its writer asked.
func ReadJoined(text string, quoted []trim.Answer, reader Reader) program.Understanding {
	if reader.Question.Purpose == program.AboutOffer {
		return readWithGoals(text, quoted, reader)
	}
	answer := Read(text, quoted, reader)
	if reader.Question.Purpose != program.AboutAgenda || changes(answer.Requests) {
		return answer
	}
	reader.Question.Purpose = program.AboutSession
	if change := Read(text, quoted, reader); !change.Ask && changes(change.Requests) {
		answer.Ask, answer.Why = true, "the answer may mean a change of the session"
	}
	return answer
}

// named begins what is said about goals, timeline or rhythm under the names by
// which the kick-off asks for them, in the languages of the templates.
var named = regexp.MustCompile(`(?im)(?:^[\s>*•-]*|[.!?;]\s+)((?:goals?|timeline|rhythm|ziele?|zeitraum|rhythmus|objetivos?|plazo|ritmo|objectifs?|calendrier|rythme|prazo)\*?[ \x{a0}\x{202f}]?:)`)

// readWithGoals reads what stands under the names of the kick-off's questions,
// each to the end of its paragraph, as the answer to these, and all else as the
// answer about times.
func readWithGoals(text string, quoted []trim.Answer, reader Reader) program.Understanding {
	times, goals := []byte(text), bytes.Repeat([]byte(" "), len(text))
	for from := 0; from < len(text); {
		to := len(text)
		if end := strings.Index(text[from:], "\n\n"); end >= 0 {
			to = from + end + 2
		}
		if at := named.FindStringSubmatchIndex(text[from:to]); at != nil {
			copy(goals[from+at[2]:to], text[from+at[2]:to])
			copy(times[from+at[2]:to], bytes.Repeat([]byte(" "), to-from-at[2]))
		}
		from = to
	}
	if len(bytes.TrimSpace(goals)) == 0 {
		return Read(text, quoted, reader)
	}
	offer := reader
	reader.Question.Purpose = program.AboutCharter
	answer := Read(string(goals), nil, reader)
	if len(bytes.TrimSpace(times)) > 0 {
		slots := Read(string(times), quoted, offer)
		answer.Requests = append(slots.Requests, answer.Requests...)
		answer.Ask, answer.Why = answer.Ask || slots.Ask, cmp.Or(slots.Why, answer.Why)
	}
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
