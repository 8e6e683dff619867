package program

import (
	"strings"
	"testing"
)

// journaling is a world in which Tomás has just joined and is nudged.
func journaling(t *testing.T) *world {
	w := newWorld(t, "2027-01-18T12:00:00Z") // a Monday
	p := w.People[tomas]
	p.Status = PersonInvited
	w.People[tomas] = p
	w.says(tomas, Request{Type: Join})
	w.letters = nil
	return w
}

// nudges lists when the journal nudges of a world went out.
func (w *world) nudges() string {
	var days []string
	for _, l := range w.letters {
		if l.Kind == LetterJournalNudge {
			days = append(days, l.Created.In(w.People[l.To].Location()).Format("01-02 15:04"))
		}
	}
	return strings.Join(days, ", ")
}

func TestJournalNudgesKeepTheRhythm(t *testing.T) {
	entry := func(r *Received) { r.Text = "I tried to disagree." }
	for _, test := range []struct {
		rule, until, want string
		do                func(*world)
	}{
		{"every Friday at four on the person's own clock", "2027-02-01T00:00:00Z", "01-22 16:00, 01-29 16:00", func(*world) {}},
		{"three ignored nudges halve the rhythm", "2027-03-13T00:00:00Z", "01-22 16:00, 01-29 16:00, 02-05 16:00, 02-19 16:00, 03-05 16:00", func(*world) {}},
		{"an entry brings the rhythm back", "2027-02-27T00:00:00Z", "01-22 16:00, 01-29 16:00, 02-05 16:00, 02-12 16:00, 02-19 16:00, 02-26 16:00", func(w *world) {
			w.until("2027-02-01T00:00:00Z")
			w.mail(tomas, entry, Request{Type: Journal, Text: "I tried"})
			w.until("2027-02-15T00:00:00Z")
			w.mail(tomas, entry, Request{Type: Journal, Text: "I tried"})
		}},
		{"fortnightly is every other week", "2027-03-01T00:00:00Z", "01-22 16:00, 02-12 16:00, 02-26 16:00", func(w *world) {
			w.until("2027-01-23T00:00:00Z")
			w.says(tomas, Request{Type: Journal, Value: "fortnightly"})
			w.timers = queue[Timer]{}
			w.until("2027-01-31T00:00:00Z")
			w.apply(w.load(tomas).Due(Timer{Key: "x", Kind: TimerJournal, Due: w.Now.AddDate(0, 0, -3), Person: tomas}, "x", w.Now))
		}},
		{"off is off", "2027-03-01T00:00:00Z", "", func(w *world) { w.says(tomas, Request{Type: Journal, Value: "off"}) }},
		{"a pause holds them", "2027-02-06T00:00:00Z", "02-05 16:00", func(w *world) {
			w.says(tomas, Request{Type: Pause, Until: "2027-02-01"})
		}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			w := journaling(t)
			test.do(w)
			w.until(test.until)
			if got := w.nudges(); got != test.want {
				t.Errorf("got %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestJournalEntriesAreTheirWritersAlone(t *testing.T) {
	w := journaling(t)
	w.until("2027-01-23T00:00:00Z")
	const secret = "I ought to move Thursday's session."
	w.mail(tomas, func(r *Received) { r.Text, r.Ask, r.Why = secret, true, "scheduling words in an entry" }, Request{Type: Journal, Text: secret})
	if len(w.entries) != 1 || w.entries[0].Text != secret || w.entries[0].Day != "2027-01-22" {
		t.Fatalf("entries: %+v", w.entries)
	}
	if last := w.records[len(w.records)-1]; !last.Private {
		t.Error("the raw mail of an entry is not destroyed")
	}
	for _, l := range w.letters {
		if strings.Contains(l.Facts.Words, "session") {
			t.Errorf("%s quotes the entry", l.Kind)
		}
	}
	w.says(tomas, Request{Type: Wrote})
	if len(w.entries) != 2 || !w.entries[1].Wrote || w.entries[1].Text != "" {
		t.Errorf("WROTE keeps no content: %+v", w.entries)
	}
	w.says(tomas, Request{Type: Journal, Value: "delete", Text: "2027-01-22"})
	if len(w.entries) != 0 {
		t.Errorf("deleted entries are left: %+v", w.entries)
	}
}

func TestUndoTakesBackTheLastRequestWithinTheHour(t *testing.T) {
	const start = "2027-01-27T14:00:00Z"
	undo := Request{Type: Undo}
	for _, test := range []struct {
		rule string
		do   func(*world)
		held func(*world) bool
	}{
		{"a setting", func(w *world) {
			w.says(tomas, Request{Type: SetZone, Value: "Asia/Tokyo"}, Request{Type: SetHours, Value: "10:00-12:00"})
			w.says(tomas, undo)
		}, func(w *world) bool {
			return w.People[tomas].Zone == "America/Sao_Paulo" && w.People[tomas].Hours == DefaultHours
		}},
		{"a calendar", func(w *world) {
			w.says(tomas, Request{Type: SetCalendar, Text: "https://example.org/busy.ics"})
			w.says(tomas, undo)
		}, func(w *world) bool { return w.People[tomas].Calendar == "" }},
		{"STOP", func(w *world) { w.says(tomas, Request{Type: Stop}); w.says(tomas, undo) }, func(w *world) bool { return w.People[tomas].Status == PersonActive }},
		{"nothing after more than an hour", func(w *world) {
			w.says(tomas, Request{Type: SetZone, Value: "Asia/Tokyo"})
			w.until("2027-01-18T11:00:01Z")
			w.says(tomas, undo)
		}, func(w *world) bool { return w.People[tomas].Zone == "Asia/Tokyo" }},
		{"nothing a second time", func(w *world) {
			w.says(tomas, Request{Type: SetZone, Value: "Asia/Tokyo"})
			w.says(tomas, undo)
			w.says(tomas, Request{Type: SetZone, Value: "Asia/Seoul"})
			w.until("2027-01-18T12:00:00Z")
			w.says(tomas, undo)
		}, func(w *world) bool { return w.People[tomas].Zone == "Asia/Seoul" }},
		{"a request to move", func(w *world) {
			w.says(tomas, Request{Type: Move, Times: []When{instant("2027-01-28T14:00:00Z")}})
			w.says(tomas, undo)
		}, func(w *world) bool {
			return w.session().Status == SessionConfirmed && w.changes()[0].Outcome == ChangeKept
		}},
		{"a journal entry", func(w *world) {
			w.says(tomas, Request{Type: Journal})
			w.says(tomas, undo)
		}, func(w *world) bool { return len(w.entries) == 0 }},
		{"a cancellation becomes a proposal of the same time", func(w *world) {
			w.says(tomas, Request{Type: Cancel})
			w.says(tomas, undo)
		}, func(w *world) bool {
			bid, ok := w.session().bid(tomas)
			return w.session().Status == SessionProposed && ok && bid.Slots[0].Start.Equal(at(start))
		}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			w := booked(t, "2027-01-18T10:00:00Z", start)
			test.do(w)
			if !test.held(w) {
				t.Errorf("people %+v\nsession %+v\nchanges %+v", w.People[tomas], w.session(), w.changes())
			}
		})
	}
}

func TestForgettingIsConfirmedByASecondMailAndComplete(t *testing.T) {
	w := booked(t, "2027-01-18T10:00:00Z", "2027-01-27T14:00:00Z")
	w.says(tomas, Request{Type: Forget})
	if got := w.kinds(0); got != "confirm>tomas" || w.People[tomas].Status != PersonActive {
		t.Fatalf("asked: %s", got)
	}
	w.says(tomas, Request{Type: Confirm})
	w.until("2027-01-18T11:30:00Z")
	if w.pair().Status != PairEnded || w.session().Status != SessionCancelled || len(w.erased) != 1 || w.erased[0] != tomas {
		t.Errorf("pair %s, session %s, erased %v", w.pair().Status, w.session().Status, w.erased)
	}
}
