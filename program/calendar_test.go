package program

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

const secretly = "https://ada:app-password@dav.example.org/ada/work/"

func TestTheGiverOfACalendarHearsHowItGoes(t *testing.T) {
	type reading = CalendarReading
	for rule, c := range map[string]struct {
		reading reading
		line    string // code, host and count of what is told
		told    CalendarTold
	}{
		"after the first reading that it works, and what was seen": {reading{Host: "h", Spans: 12, Failures: 1}, "calendar h 12", CalendarToldOf},
		"also where nothing was seen":                              {reading{Host: "h", Failures: 1}, "calendar h 0", CalendarToldOf},
		"a later reading is no news":                               {reading{Host: "h", Spans: 3, Failures: 1, Told: CalendarToldOf}, "", CalendarToldOf},
		"that it works again is no news, but the next trouble is":  {reading{Host: "h", Failures: 4, Told: CalendarToldTrouble}, "", CalendarToldOf},
		"a first failure that will not pass by itself, at once":    {reading{Host: "h", Trouble: CalendarRefused, Failures: 1}, "calendar-failed h 0", CalendarToldTrouble},
		"nothing there is such a failure":                          {reading{Host: "h", Trouble: CalendarMissing, Failures: 1}, "calendar-failed h 0", CalendarToldTrouble},
		"what is no calendar too":                                  {reading{Host: "h", Trouble: CalendarNone, Failures: 1}, "calendar-failed h 0", CalendarToldTrouble},
		"a first failure that may pass, so that no answer is owed": {reading{Host: "h", Trouble: CalendarSlow, Failures: 1}, "calendar-later h 0", CalendarToldOf},
		"the second such failure is not told":                      {reading{Host: "h", Trouble: CalendarSlow, Failures: 2, Told: CalendarToldOf}, "", CalendarToldOf},
		"the third in a row is":                                    {reading{Host: "h", Trouble: CalendarUnreachable, Failures: 3, Told: CalendarToldOf}, "calendar-failed h 0", CalendarToldTrouble},
		"the fourth is not, since it is the same trouble":          {reading{Host: "h", Trouble: CalendarUnreachable, Failures: 4, Told: CalendarToldTrouble}, "", CalendarToldTrouble},
		"a password withdrawn later waits for the third failure":   {reading{Host: "h", Trouble: CalendarRefused, Failures: 1, Told: CalendarToldOf}, "", CalendarToldOf},
	} {
		t.Run(rule, func(t *testing.T) {
			w := newWorld(t, "2027-01-18T22:30:00Z") // in the night
			out, told := w.Case(ada, Ref{RefPerson, ada}).CalendarRead(c.reading, "seed", w.Now)
			var got string
			for _, l := range out.Letters {
				line := l.Facts.Lines[0]
				got += fmt.Sprint(line.Code, " ", line.Value, " ", line.Count)
				if l.Kind != LetterPreferences || l.To != ada || l.Facts.Reason != string(c.reading.Trouble) {
					t.Errorf("letter %+v", l)
				}
				if awaited := c.reading.Told == CalendarUntold; awaited != l.NotBefore.IsZero() {
					t.Errorf("it goes at %v", l.NotBefore)
				}
			}
			if got != c.line || told != c.told {
				t.Errorf("told %q and kept %q, want %q and %q", got, told, c.line, c.told)
			}
		})
	}
}

func TestAPauseWaitsWithTheTroubleOfACalendar(t *testing.T) {
	w := newWorld(t, "2027-01-18T10:00:00Z")
	w.edit(ada, func(p *Person) { p.Status = PersonPaused })
	read := func(r CalendarReading) (int, CalendarTold) {
		out, told := w.Case(ada, Ref{RefPerson, ada}).CalendarRead(r, "seed", w.Now)
		return len(out.Letters), told
	}
	trouble := CalendarReading{Trouble: CalendarSlow, Failures: 3, Told: CalendarToldOf}
	if n, told := read(trouble); n != 0 || told != CalendarToldOf {
		t.Errorf("%d letters in the pause, then %q", n, told)
	}
	if n, _ := read(CalendarReading{Failures: 1}); n != 1 {
		t.Error("who gives a calendar in a pause gets no answer")
	}
	w.edit(ada, func(p *Person) { p.Status = PersonActive })
	if n, told := read(trouble); n != 1 || told != CalendarToldTrouble {
		t.Errorf("%d letters after the pause, then %q", n, told)
	}
}

// TestTheAddressOfACalendarStandsNowhere holds that of a mail which gives one
// nothing is kept or sent that tells it, but what is to be sealed.
func TestTheAddressOfACalendarStandsNowhere(t *testing.T) {
	give := Request{Type: SetCalendar, Text: secretly}
	for name, r := range map[string]Received{
		"given": {Proof: ProofSeal, Understanding: Understanding{Requests: []Request{give}}},
		"given beside other words that are not understood": {Proof: ProofSeal, Understanding: Understanding{
			Requests: []Request{give, {Type: Move, Text: "as in " + secretly}}, Ask: true, Why: "unclear"}},
		"given by somebody who may be another":    {Proof: ProofNone, Understanding: Understanding{Requests: []Request{give, {Type: Cancel}}}},
		"given for the coordinator to see":        {Proof: ProofSeal, Understanding: Understanding{Requests: []Request{{Type: Help, Text: "It says no to " + secretly}}}},
		"given in a way that is not a calendar's": {Proof: ProofSeal, Understanding: Understanding{Requests: []Request{{Type: Share, Text: secretly}}}},
		"given where it cannot be used":           {Proof: ProofSeal, Understanding: Understanding{Requests: []Request{{Type: SetCalendar, Text: "http://ada:app-password@dav.example.org/"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "2027-01-18T10:00:00Z")
			w.start()
			w.book("2027-01-27T12:00:00Z")
			r.Seed, r.At, r.From, r.Kind = "seed", w.Now, "ada@example.net", KindAnswer
			r.About, r.Text = Ref{RefPerson, ada}, "Look: "+secretly+"\n> and "+secretly
			out := w.load(ada).Answer(r, w.Now)
			given := out.Given
			out.Given = nil
			kept, err := json.Marshal(out)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(kept), "app-password") || r.Proof == ProofNone && strings.Contains(string(kept), "/ada/work") {
				t.Errorf("kept: %s", kept)
			}
			if first := r.Requests[0]; r.Proof != ProofNone && first.Type == SetCalendar && first.Text == secretly && (len(given) != 1 || given[0].Address != secretly || given[0].Host() != "dav.example.org") {
				t.Errorf("given %v", given)
			}
			if gives := r.Requests[0].Type == SetCalendar; gives != out.Record.Private || gives && out.Record.Quarantine {
				t.Errorf("record %+v", out.Record)
			}
		})
	}
}

func TestVeil(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		"no address":                         "no address",
		"https://example.org/a":              "https://example.org/a",
		"see https://ada:pw@example.org/a.":  "see https://…@example.org/a.",
		"https://a@b.org:pw@example.org":     "https://…@example.org",
		"https://a:b@c https://d:e@f":        "https://…@c https://…@f",
		"mail ada@example.org, or https://x": "mail ada@example.org, or https://x",
		"https://x/y@z":                      "https://x/y@z",
		"://":                                "://",
	} {
		if got := Veil(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestASlotThatACalendarShowsMeanwhile(t *testing.T) {
	busy := func(w *world, who ID, slot Slot) { w.Busy[who] = []Span{{slot.Start.Add(-time.Hour), slot.End}} }
	for rule, c := range map[string]struct {
		meanwhile func(*world, Slot)
		tells     bool // the partner, in the invitation
	}{
		"a free slot is booked without a word about it":          {func(*world, Slot) {}, false},
		"a pick books though the partner's calendar is busy now": {func(w *world, s Slot) { busy(w, ada, s) }, true},
		"and though the picker's own is, who has chosen it":      {func(w *world, s Slot) { busy(w, tomas, s) }, false},
		"a busy time beside it is none of it":                    {func(w *world, s Slot) { busy(w, ada, Slot{Start: s.End.Add(time.Hour), End: s.End.Add(time.Minute)}) }, false},
	} {
		t.Run(rule, func(t *testing.T) {
			w := newWorld(t, "2027-01-18T10:00:00Z")
			w.start()
			slot := w.question(tomas).Offered[0]
			c.meanwhile(w, slot)
			w.replies(tomas, LetterAskTimes, Request{Type: Accept, Option: slot.Label})
			s := w.session()
			if s.Status != SessionConfirmed || !s.Start.Equal(slot.Start) {
				t.Fatalf("the pick was not booked: %+v", s)
			}
			for _, who := range []ID{ada, tomas} {
				text := fmt.Sprint(w.latest(LetterInvite, who).Facts.Lines)
				if told := strings.Contains(text, "calendar-clash"); told != (c.tells && who == ada) {
					t.Errorf("%s is told %s", who, text)
				}
			}
			// The partner's decline is free: it is in no ledger, and other times follow.
			w.replies(ada, LetterInvite, Request{Type: Decline})
			if s := w.session(); s.Booked() || len(w.changes()) != 0 {
				t.Errorf("declined: %+v, ledger %v", s, w.changes())
			}
		})
	}
}

func TestABookedSessionIsLeftAloneByACalendar(t *testing.T) {
	w := newWorld(t, "2027-01-18T10:00:00Z")
	w.start()
	w.book("2027-01-27T12:00:00Z")
	was := w.session()
	w.forgetLetters()
	w.Busy[ada] = []Span{{was.Start, was.End}}
	w.until("2027-01-25T10:00:00Z")
	if s := w.session(); s.Status != SessionConfirmed || !s.Start.Equal(was.Start) || s.Sequence != was.Sequence {
		t.Errorf("the session became %+v", s)
	}
}
