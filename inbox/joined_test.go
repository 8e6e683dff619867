package inbox

import (
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

func TestAnswersToJoinedMails(t *testing.T) {
	start := time.Date(2027, 1, 27, 14, 0, 0, 0, time.UTC)
	reader := Reader{
		At: start.Add(-48 * time.Hour), Zone: time.UTC, Locale: "en", Length: 45 * time.Minute,
		Question: program.Question{Purpose: program.AboutAgenda, Session: &program.Booked{UID: "u", Start: start, End: start.Add(45 * time.Minute)}},
	}
	for _, c := range []struct {
		rule, text string
		want       program.RequestType
		ask        bool
	}{
		{"an agenda is an agenda", "I would like to talk about saying no to my manager.", program.Agenda, false},
		{"a short cancellation is one", "I have to cancel.", program.Cancel, false},
		{"a short move is one", "I'm so sorry, can we push it to Thursday 28 January at 11:00?", program.Move, false},
		{"a longer answer that might be a change is kept, and asked about",
			"My team wants me to give the talk next week and I am not ready for that at all. Can we move it to Thursday 28 January at 11:00?", program.Agenda, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := ReadJoined(c.text, nil, reader)
			if len(got.Requests) != 1 || got.Requests[0].Type != c.want || got.Ask != c.ask {
				t.Errorf("read as %+v, ask %v (%s)", got.Requests, got.Ask, got.Why)
			}
		})
	}
}
