package inbox

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mentorpost/mentorpost/program"
)

// drawOffer makes two or three slots on different days of the next weeks.
func drawOffer(t *rapid.T, at time.Time) []program.Slot {
	days := rapid.SliceOfNDistinct(rapid.IntRange(1, 25), 2, 3, rapid.ID[int]).Draw(t, "days")
	var offered []program.Slot
	for i, day := range days {
		hour := rapid.IntRange(8, 18).Draw(t, "hour")
		minute := rapid.SampledFrom([]int{0, 15, 30, 45}).Draw(t, "minute")
		start := time.Date(at.Year(), at.Month(), at.Day()+day, hour, minute, 0, 0, at.Location())
		offered = append(offered, program.Slot{Label: string(rune('A' + i)), Start: start, End: start.Add(45 * time.Minute)})
	}
	return offered
}

// An offered time, written as our letters write it, picks its slot and no
// other; so does its letter, in whatever polite words.
func TestAnOfferedTimePicksItsSlot(t *testing.T) {
	at := time.Date(2027, time.February, 8, 7, 0, 0, 0, london)
	layouts := []string{"Mon 2 Jan 2006, 15:04", "Mon 2 Jan 15:04", "Monday 2 January at 15:04", "2006-01-02 15:04"}
	frames := []string{"%s", "%s please", "%s works for me", "I'd like %s, thanks!", "Hi,\n\nlet's take %s.\n\nBest,\nAda"}
	rapid.Check(t, func(t *rapid.T) {
		offered := drawOffer(t, at)
		slot := rapid.SampledFrom(offered).Draw(t, "slot")
		words := rapid.SampledFrom(append(layouts, "option "+slot.Label, slot.Label)).Draw(t, "words")
		if len(words) > 8 && words[0] != 'o' {
			words = slot.Start.Format(words)
		}
		text := fmt.Sprintf(rapid.SampledFrom(frames).Draw(t, "frame"), words)
		got := Read(text, nil, Reader{At: at, Zone: london, Locale: "en-GB", Length: 45 * time.Minute, Question: program.Question{Purpose: program.AboutOffer, Offered: offered}})
		if got.Ask || len(got.Requests) != 1 || got.Requests[0].Type != program.Accept || got.Requests[0].Option != slot.Label {
			t.Fatalf("%q for %v is read as %s", text, offered, inWords(got))
		}
	})
}

// Text in the journal is only ever kept: whatever an entry says, nothing but
// the journal changes without a question.
func TestAnEntryChangesNothing(t *testing.T) {
	pieces := []string{"I said no.", "Yes!", "Thursday at 3 was hard.", "B", "I should cancel our session.", "Let's move the meeting to Friday.", "2", "Help came late.", "No problem.", "I won't stop."}
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		for _, piece := range rapid.SliceOfN(rapid.SampledFrom(pieces), 2, 8).Draw(t, "pieces") {
			text += piece + " "
		}
		got := Read(text, nil, readerFor("journal", "en"))
		for _, q := range got.Requests {
			if q.Type != program.Journal || q.Value != "" {
				t.Fatalf("%q is read as %s", text, inWords(got))
			}
		}
	})
}
