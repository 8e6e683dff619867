package main

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mentorpost/mentorpost/calendar/words"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/templates"
)

// TestOurOwnTimesReadBack holds that a time which we write in a mail, in any
// language and zone, is read as the same time when somebody copies it into
// their answer.
func TestOurOwnTimesReadBack(t *testing.T) {
	texts, err := templates.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	locales := []string{"en-GB", "en-US", "de", "fr", "es", "pt", "pt-BR"}
	zones := []string{"Europe/Berlin", "America/Sao_Paulo", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		locale := rapid.SampledFrom(locales).Draw(t, "locale")
		zone, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		written := time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 300*24).Draw(t, "hour")) * time.Hour)
		local := written.In(zone)
		start := time.Date(local.Year(), local.Month(), local.Day()+rapid.IntRange(1, 40).Draw(t, "days"),
			rapid.IntRange(8, 20).Draw(t, "clock"), 15*rapid.IntRange(0, 3).Draw(t, "quarter"), 0, 0, zone)
		slot := program.Slot{Label: "A", Start: start, End: start.Add(45 * time.Minute)}
		text := slotLine(t, texts, slot, locale, zone, written)
		times := words.Read(text, words.Context{At: written, Zone: zone, Locale: locale})
		if len(times) != 1 || !times[0].Start.Equal(slot.Start) || !times[0].End.Equal(slot.End) || times[0].Ambiguous() {
			t.Fatalf("%s, %s, written %s: %q is read as %+v, want %s to %s", locale, zone, written, text, times, slot.Start, slot.End)
		}
	})
}

// slotLine is how a mail shows the slot on its reader's clock.
func slotLine(t *rapid.T, texts *templates.Set, slot program.Slot, locale string, zone *time.Location, written time.Time) string {
	text, err := texts.Render(program.Letter{
		ID: "roundtripone", Kind: program.LetterAskTimes, Created: written,
		Facts: program.Facts{Program: "P", Name: "Ada", Zone: zone.String(), Locale: locale, Slots: []program.Slot{slot}},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(text.Plain, "\nA:")
	if !found {
		t.Fatalf("no slot in %q", text.Plain)
	}
	line, _, _ := strings.Cut(rest, "\n\n")
	return strings.Join(strings.Fields(line), " ")
}
