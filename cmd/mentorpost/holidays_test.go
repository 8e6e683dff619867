package main

import (
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/calendar/holidays"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/templates"
)

// TestSharedHolidaysAreNamedInTheReadersLanguage holds the names that
// calendar/holidays gives against those that the templates know.
func TestSharedHolidaysAreNamedInTheReadersLanguage(t *testing.T) {
	set, err := templates.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	say := func(locale, name string) string {
		text, err := set.Render(program.Letter{Kind: program.LetterAskTimes, Facts: program.Facts{
			Locale: locale, Zone: "UTC", Partner: "Ada Lang", Slots: []program.Slot{{Label: "A"}},
			Lines: []program.Line{{Code: "holiday-partner", Start: time.Date(2026, 12, 25, 9, 0, 0, 0, time.UTC), Value: name}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(text.Plain), " ")
	}
	for _, name := range holidays.Shared() {
		if !strings.Contains(say("en", name), name) {
			t.Errorf("%s is called otherwise in English", name)
		}
		for _, locale := range []string{"de", "fr", "es", "pt"} {
			if text := say(locale, name); strings.Contains(text, name) && name != "Corpus Christi" {
				t.Errorf("%s has no name in %s", name, locale)
			}
		}
	}
}

func TestACaseTellsTheHolidaysOfBoth(t *testing.T) {
	c := program.Case{
		Pair:   program.Pair{ID: "pair", Mentor: "ada", Mentee: "tomas"},
		Mentor: program.Person{ID: "ada", Zone: "Europe/Berlin"},
		Mentee: program.Person{ID: "tomas", Zone: "America/Sao_Paulo", Holidays: program.HolidaysOff},
	}
	withHolidays(&c, time.Date(2026, 12, 20, 12, 0, 0, 0, time.UTC))
	if len(c.Holidays) < 5 || c.Holidays[0].Name != "Christmas Day" {
		t.Errorf("got %v", c.Holidays)
	}
	for _, h := range c.Holidays {
		if h.Person != "ada" {
			t.Errorf("%s of %s, who works on holidays", h.Name, h.Person)
		}
	}
}
