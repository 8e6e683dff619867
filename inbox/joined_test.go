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
	const long = "My team wants me to give the talk next week and I am not ready for that at all. Can we move it to Thursday 28 January at 11:00?"
	for _, c := range []struct {
		about      program.Purpose
		rule, text string
		want       program.RequestType
		ask        bool
	}{
		{program.AboutAgenda, "an agenda is an agenda", "I would like to talk about saying no to my manager.", program.Agenda, false},
		{program.AboutAgenda, "a short cancellation is one", "I have to cancel.", program.Cancel, false},
		{program.AboutAgenda, "a short move is one", "I'm so sorry, can we push it to Thursday 28 January at 11:00?", program.Move, false},
		{program.AboutAgenda, "a longer answer that might be a change is kept, and asked about",
			long, program.Agenda, true},
		{program.AboutSession, "a longer one to a mail that asks nothing is the change", long, program.Move, false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			reader.Question.Purpose = c.about
			got := ReadJoined(c.text, nil, reader)
			if len(got.Requests) != 1 || got.Requests[0].Type != c.want || got.Ask != c.ask {
				t.Errorf("read as %+v, ask %v (%s)", got.Requests, got.Ask, got.Why)
			}
		})
	}
}

func TestAnswersToTimesAndGoals(t *testing.T) {
	start := time.Date(2027, 1, 27, 14, 0, 0, 0, time.UTC)
	reader := Reader{
		At: start.Add(-48 * time.Hour), Zone: time.UTC, Length: 45 * time.Minute,
		Question: program.Question{Purpose: program.AboutOffer, Offered: []program.Slot{
			{Label: "A", Start: start, End: start.Add(45 * time.Minute)}, {Label: "B", Start: start.Add(24 * time.Hour), End: start.Add(25 * time.Hour)},
		}},
	}
	for _, c := range []struct {
		rule, locale, text string
		slot, goals        string // empty: none
	}{
		{"a slot alone is one", "en", "B", "B", ""},
		{"goals alone are the charter", "en", "Goals: give my first talk. Timeline: until June.", "", "Goals: give my first talk. Timeline: until June."},
		{"both in one line", "en", "B works. Goals: give my first talk. Timeline: until Thursday 4 February.", "B", "Goals: give my first talk. Timeline: until Thursday 4 February."},
		{"both in two paragraphs, the goals first", "en", "Goals: a talk.\nRhythm: every two weeks\n\nB please", "B", "Goals: a talk.\nRhythm: every two weeks"},
		{"as the German mail shows it", "de", "B passt.\n\nZiele: mein erster Vortrag. Zeitraum: bis Juni.", "B", "Ziele: mein erster Vortrag. Zeitraum: bis Juni."},
		{"as the French mail shows it", "fr", "B me va.\n\nObjectifs : donner ma première conférence.", "B", "Objectifs : donner ma première conférence."},
		{"as the Spanish mail shows it", "es", "B. Objetivos: dar mi primera charla. Plazo: hasta junio.", "B", "Objetivos: dar mi primera charla. Plazo: hasta junio."},
		{"as the Portuguese mail shows it", "pt", "B. Prazo: até junho.", "B", "Prazo: até junho."},
	} {
		t.Run(c.rule, func(t *testing.T) {
			reader.Locale = c.locale
			got := ReadJoined(c.text, nil, reader)
			var slot, goals string
			for _, q := range got.Requests {
				switch q.Type {
				case program.Accept:
					slot = q.Option
				case program.Charter:
					goals = q.Text
				default:
					t.Errorf("read a %s", q.Type)
				}
			}
			if slot != c.slot || goals != c.goals || got.Ask {
				t.Errorf("slot %q, goals %q, ask %v (%s)", slot, goals, got.Ask, got.Why)
			}
		})
	}
}
