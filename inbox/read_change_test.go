package inbox

import (
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// asSaid names the types of what was understood, "ask" where a question goes back.
func asSaid(u program.Understanding) string {
	var types []string
	for _, q := range u.Requests {
		types = append(types, string(q.Type))
	}
	if u.Ask {
		types = append(types, "ask")
	}
	return strings.Join(types, " ")
}

func TestAnswersThatOnlyChangeTheSession(t *testing.T) {
	start := time.Date(2027, 1, 27, 14, 0, 0, 0, time.UTC) // a Wednesday
	for _, c := range []struct {
		rule, locale, text, want string // want: "answer" for agenda or check-in
	}{
		{"a cancellation and nothing else", "en", "I have to cancel.", "cancel"},
		{"with greeting and name", "en", "Hi Tomás,\nI have to cancel.\n\nBest,\nAda Lang", "cancel"},
		{"a day of absence", "en", "Sorry, I can't make it on Wednesday.", "cancel"},
		{"a move to a time", "en", "Something came up. Could we meet on Friday at 15:00 instead?", "move"},
		{"in German", "de", "Ich muss leider absagen.", "cancel"},
		{"in German, with the reason of a named session", "de", "Leider muss ich das Treffen absagen, mein Kind ist krank.", "cancel"},
		{"in French", "fr", "On peut déplacer à vendredi 15h ?", "move"},
		{"in Spanish", "es", "Tengo que cancelar.", "cancel"},
		{"in Portuguese", "pt", "Preciso cancelar.", "cancel"},
		{"a reason beside it is asked about", "en", "I have to cancel, my daughter is ill.", "ask"},
		{"no new time is asked about", "en", "Can we reschedule?", "ask"},
		{"a question about it is asked about", "en", "Should we cancel the session?", "ask"},
		{"another object makes it a subject", "en", "I had to cancel my talk and want to discuss how to tell my boss.", "answer"},
		{"another object before the verb", "de", "Der Vortrag lief gut. Ich weiß nicht, wie ich meiner Chefin absage.", "answer"},
		{"another object, shortly", "en", "We had to cancel the offsite.", "answer"},
		{"how something is done is a subject", "en", "How do I cancel a meeting politely?", "answer"},
		{"moving forward is a subject", "en", "How to move my career forward.", "answer"},
		{"a noun is a subject", "de", "Ich möchte über das Absagen von Meetings reden.", "answer"},
		{"not being able to is a subject", "en", "I cannot say no to my boss.", "answer"},
		{"a list is an agenda", "en", "1. Cancel the newsletter\n2. Move to the new tool", "answer"},
		{"longer mails are answers", "en", strings.Repeat("The project goes well and we are nearly done. ", 3) + "I have to cancel a lot.", "answer"},
	} {
		for purpose, answer := range map[program.Purpose]string{program.AboutAgenda: "agenda", program.AboutCheckIn: "check-in"} {
			t.Run(c.rule+", "+answer, func(t *testing.T) {
				got := asSaid(Read(c.text, nil, Reader{
					At: start.Add(-72 * time.Hour), Zone: time.UTC, Locale: c.locale, Length: 45 * time.Minute,
					Question: program.Question{Purpose: purpose, Session: &program.Booked{UID: "u", Start: start, End: start.Add(45 * time.Minute)}},
				}))
				if want := strings.Replace(c.want, "answer", answer, 1); got != want {
					t.Errorf("%q is read as %q, want %q", c.text, got, want)
				}
			})
		}
	}
	over := Reader{At: start.Add(time.Hour), Question: program.Question{Purpose: program.AboutCheckIn, Session: &program.Booked{Start: start, End: start.Add(time.Hour)}}}
	if got := asSaid(Read("I have to cancel.", nil, over)); got != "check-in" {
		t.Errorf("a session that is over can be cancelled: %q", got)
	}
}

func TestNothingBesideARequestIsLost(t *testing.T) {
	start := time.Date(2027, 1, 27, 14, 0, 0, 0, time.UTC)
	session := &program.Booked{UID: "u", Start: start, End: start.Add(45 * time.Minute)}
	for _, c := range []struct {
		rule, text string
		question   program.Question
		want       string
		words      string // of one of the requests
	}{
		{"a word of praise beside DONE", "Good!\n\nDONE 1", program.Question{Purpose: program.AboutCheckIn}, "done check-in", "Good!"},
		{"a short answer beside DONE", "Good! All is well.\nDONE 1", program.Question{Purpose: program.AboutCheckIn}, "done check-in", "Good! All is well."},
		{"thanks are no answer", "DONE 1, thanks!", program.Question{Purpose: program.AboutCheckIn}, "done", ""},
		{"a name below is no answer", "DONE 1\nAda", program.Question{Purpose: program.AboutCheckIn}, "done", ""},
		{"words around a command are none", "PAUSE until 3 March\nplease and thank you", program.Question{Purpose: program.AboutCheckIn}, "pause", ""},
		{"yes, a note and a message on one line", "Yes. TO Tomás: happy to. COORDINATOR: send me the guide.", program.Question{Purpose: program.AboutSession, Session: session}, "coordinator confirm share", "happy to."},
		{"a note below a message", "COORDINATOR: send me the guide.\nTO Tomás: happy to.", program.Question{Purpose: program.AboutSession, Session: session}, "coordinator share", "send me the guide."},
		{"a note beside a yes is passed on", "B works.\nTO Ada: see you!", program.Question{Purpose: program.AboutOffer, Offered: []program.Slot{{Label: "A", Start: start}, {Label: "B", Start: start.Add(time.Hour)}}}, "accept share", "see you!"},
		{"a note goes with its proposal", "Friday 29 January at 10:00\nTO Ada: my treat", program.Question{Purpose: program.AboutOffer}, "propose", "my treat"},
		{"parts of the day where nothing is asked are usual hours", "mornings", program.Question{Purpose: program.AboutNothing}, "hours", "mornings"},
		{"those of one day are not", "Mondays in the morning", program.Question{Purpose: program.AboutNothing}, "constrain", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := Read(c.text, nil, Reader{At: start.Add(-72 * time.Hour), Zone: time.UTC, Locale: "en", Length: 45 * time.Minute, Question: c.question})
			found := c.words == ""
			for _, q := range got.Requests {
				found = found || q.Text == c.words
			}
			if asSaid(got) != c.want || !found {
				t.Errorf("read as %q (%s): %+v, want %q with %q", asSaid(got), got.Why, got.Requests, c.want, c.words)
			}
		})
	}
}
