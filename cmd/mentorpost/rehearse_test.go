package main

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// TestARehearsalKnowsWhatIsStored holds that weeks ahead are played with the
// busy times of calendars and with what people have answered.
func TestARehearsalKnowsWhatIsStored(t *testing.T) {
	ctx := context.Background()
	database, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "mentorpost.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	if err := database.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	database.Seal(make([]byte, 32))
	begin := time.Date(2099, 3, 2, 8, 0, 0, 0, time.UTC)
	person := func(id program.ID, name string) program.Person {
		return program.Person{ID: id, Name: name, Email: string(id) + "@example.net", Zone: "UTC", ZoneKnown: true, Locale: "en",
			Hours: program.DefaultHours, Quiet: program.DefaultQuiet, Status: program.PersonActive}
	}
	ada, tomas := person("ada", "Ada"), person("tomas", "Tomás")
	ada.Calendar = "calendar"
	given := program.GivenCalendar{ID: "calendar", Person: ada.ID, Address: "https://cal.example.net/busy.ics"}
	pair := program.Pair{ID: "pair", Mentor: ada.ID, Mentee: tomas.ID, Length: time.Hour, Cadence: program.Weekly, Status: program.PairWaiting}
	if err := database.Apply(ctx, store.Source{}, program.Outcome{
		People: []program.Person{ada, tomas}, Pairs: []program.Pair{pair}, Given: []program.GivenCalendar{given},
		Notes:  []program.Note{{ID: "note", Kind: program.NoteCheckIn, Person: tomas.ID, Pair: pair.ID, Text: "Going well.", Created: begin.Add(-time.Hour)}},
		Timers: []program.Timer{{Key: "begin", Kind: program.TimerNextSession, Due: begin, Pair: pair.ID, Person: tomas.ID}},
	}); err != nil {
		t.Fatal(err)
	}
	fair := program.Span{Start: begin, End: begin.AddDate(0, 0, 10)}
	read := store.Calendar{GivenCalendar: given}
	if err := database.SaveCalendar(ctx, read, store.CalendarResult{At: begin, Due: begin, Busy: []program.Span{fair}}); err != nil {
		t.Fatal(err)
	}
	world, err := loadWorld(ctx, database, program.Settings{Address: "mentor@example.org", Notice: 24 * time.Hour}, begin)
	if err != nil {
		t.Fatal(err)
	}
	if notes := world.Notes[tomas.ID]; len(notes) != 1 || notes[0].Text != "Going well." {
		t.Errorf("notes %v", notes)
	}
	asked := 0
	if err := world.Run(begin.AddDate(0, 0, 1), func(l program.Letter) error {
		for _, slot := range l.Facts.Slots {
			if asked++; slot.Start.Before(fair.End) {
				t.Errorf("offered %v, when the calendar is busy", slot.Start)
			}
		}
		return nil
	}); err != nil || asked == 0 {
		t.Fatalf("%d slots were offered: %v", asked, err)
	}
}
