package program

import (
	"testing"
	"time"
)

// met is a pair that has held its session at the start, agreed in the zone of
// whoever proposed it, and is asked for the next.
func met(t *testing.T, by ID, cadence Cadence, start string) *world {
	t.Helper()
	w := newWorld(t, "2027-03-08T10:00:00Z")
	w.editPair(func(p *Pair) { p.Cadence = cadence })
	w.start()
	afresh(w, by, Request{Type: Propose, Times: []When{instant(start)}})
	afresh(w, w.pair().Partner(by), Request{Type: Accept})
	w.run(at(start).Add(2 * time.Hour))
	afresh(w, tomas, Request{Type: Held})
	if w.session().Status != SessionHeld {
		t.Fatalf("not held: %+v", w.session())
	}
	w.letters = nil
	return w
}

func TestTheNextSessionFollowsTheRhythmOnTheClockItWasAgreedOn(t *testing.T) {
	// Berlin's clocks go forward on Sunday 28 March 2027, São Paulo's never do.
	const wednesday = "2027-03-17T14:00:00Z"
	for _, c := range []struct {
		name    string
		by      ID
		cadence Cadence
		change  func(*world)
		ask     string // when the mentee is asked
		first   string // slot A
	}{
		{"agreed in Berlin it stays at 15:00 in Berlin", ada, Fortnightly, nil, "2027-03-19T12:00:00Z", "2027-03-31T13:00:00Z"},
		{"agreed in São Paulo it stays at 11:00 in São Paulo", tomas, Fortnightly, nil, "2027-03-19T12:00:00Z", "2027-03-31T14:00:00Z"},
		{"weekly is a week on", ada, Weekly, nil, "2027-03-19T12:00:00Z", "2027-03-24T14:00:00Z"},
		{"monthly is four weeks on, on the same weekday", ada, Monthly, nil, "2027-03-19T12:00:00Z", "2027-04-14T13:00:00Z"},
		{"a pause that let it pass leads to the one after", ada, Weekly, func(w *world) {
			afresh(w, tomas, Request{Type: Pause, Until: "2027-04-05"})
		}, "2027-04-05T12:00:00Z", "2027-04-07T13:00:00Z"},
		{"a time that is taken gives way to others", ada, Fortnightly, func(w *world) {
			w.Busy[ada] = []Span{{at("2027-03-31T13:30:00Z"), at("2027-03-31T14:30:00Z")}}
		}, "2027-03-19T12:00:00Z", ""},
		{"a time outside somebody's new hours gives way to others", ada, Fortnightly, func(w *world) {
			afresh(w, tomas, Request{Type: SetHours, Value: "08:00-09:30"})
		}, "2027-03-19T12:00:00Z", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := met(t, c.by, c.cadence, wednesday)
			if c.change != nil {
				c.change(w)
			}
			w.until(c.ask)
			slots := w.latest(LetterAskTimes, tomas).Offered
			if len(slots) != 3 {
				t.Fatalf("%d slots", len(slots))
			}
			if c.first == "" {
				for _, slot := range slots {
					if slot.Start.Before(at("2027-03-31T14:30:00Z")) && slot.End.After(at("2027-03-31T13:00:00Z")) {
						t.Errorf("%s %s is offered", slot.Label, slot.Start)
					}
				}
				return
			}
			if slots[0].Label != "A" || !slots[0].Start.Equal(at(c.first)) {
				t.Errorf("slot %s is %s, want %s", slots[0].Label, slots[0].Start.UTC(), c.first)
			}
		})
	}
}

func TestTheSideWhoseClockShiftsIsToldAWeekAhead(t *testing.T) {
	const wednesday, before = "2027-03-17T14:00:00Z", "2027-03-24T14:00:00Z"
	told := func(w *world) map[ID]time.Time {
		when := map[ID]time.Time{}
		for _, l := range w.letters {
			for _, line := range l.Facts.Lines {
				if line.Code == "clock-shift" {
					when[l.To] = l.Created
				}
			}
		}
		return when
	}
	for _, c := range []struct {
		name    string
		by      ID
		cadence Cadence
		last    string
		ask     string
		pick    func(w *world)
		told    ID
		at      string
	}{
		{"agreed in Berlin, it moves in São Paulo", ada, Fortnightly, wednesday, "2027-03-19T12:00:00Z", nil, tomas, "2027-03-24T13:00:00Z"},
		{"agreed in São Paulo, it moves in Berlin", tomas, Fortnightly, wednesday, "2027-03-19T12:00:00Z", nil, ada, "2027-03-24T14:00:00Z"},
		{"nearer than a week it is told at once", ada, Weekly, before, "2027-03-27T12:00:00Z", nil, tomas, "2027-03-27T12:00:00Z"},
		{"no clock change, nothing to tell", ada, Weekly, wednesday, "2027-03-19T12:00:00Z", nil, "", ""},
		{"another hour for both was chosen, not shifted", ada, Fortnightly, wednesday, "2027-03-19T12:00:00Z", func(w *world) {
			afresh(w, ada, Request{Type: Propose, Times: []When{instant("2027-03-31T15:00:00Z")}})
			afresh(w, tomas, Request{Type: Accept})
		}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := met(t, c.by, c.cadence, c.last)
			w.until(c.ask)
			if c.pick != nil {
				c.pick(w)
			} else {
				w.replies(tomas, LetterAskTimes, Request{Type: Accept, Option: "A"})
			}
			if !w.session().Booked() {
				t.Fatalf("not booked: %+v", w.session())
			}
			w.run(w.session().Start)
			got := told(w)
			if c.told == "" && len(got) > 0 || c.told != "" && (len(got) != 1 || !got[c.told].Equal(at(c.at))) {
				t.Errorf("told %v, want %s at %s", got, c.told, c.at)
			}
		})
	}
}

func TestAPairWhoseHoursNeverMeetIsToldAsItBegins(t *testing.T) {
	w := newWorld(t, "2027-03-08T10:00:00Z")
	mentee := w.People[tomas]
	mentee.Zone = "Asia/Tokyo"
	w.People[tomas] = mentee
	w.start()
	for _, who := range []ID{ada, tomas} {
		if l := w.latest(LetterAskTimes, who); l.Facts.Reason != "none" || len(l.Offered) > 0 {
			t.Errorf("%s: reason %q, slots %v", l.Name, l.Facts.Reason, l.Offered)
		}
	}
	if l := w.letters[len(w.letters)-1]; w.session().Waiting != tomas {
		t.Errorf("%s is waited for: %+v", w.session().Waiting, l.Kind)
	}
	// Both may answer in their own words, and what crosses is booked.
	early := Request{Type: Propose, Times: []When{instant("2027-03-12T07:30:00Z")}}
	w.replies(ada, LetterAskTimes, early)
	w.replies(tomas, LetterAskTimes, early)
	if !w.session().Booked() {
		t.Errorf("not booked: %+v", w.session())
	}
}

func TestAQuestionWaitsForAPauseToEnd(t *testing.T) {
	w := newWorld(t, "2027-01-18T10:00:00Z")
	w.mute = []TimerKind{TimerCheckIn, TimerKickOff, TimerJournal}
	w.start()
	afresh(w, ada, Request{Type: Pause, Until: "2027-02-15"})
	w.letters = nil
	afresh(w, tomas, Request{Type: Propose, Times: []When{instant("2027-02-24T14:00:00Z")}})
	w.until("2027-02-14T12:00:00Z")
	if got := w.kinds(0); got != "receipt>tomas" {
		t.Errorf("during the pause: %s", got)
	}
	lines := w.letters[0].Facts.Lines
	if last := lines[len(lines)-1]; last.Code != "partner-away" || last.Start.IsZero() {
		t.Errorf("the proposer is told %+v", lines)
	}
	w.letters = nil
	w.until("2027-02-15T12:00:00Z")
	if got := w.kinds(0); got != "proposal>ada" {
		t.Errorf("after the pause: %s", got)
	}
	afresh(w, ada, Request{Type: Accept})
	if !w.session().Booked() {
		t.Errorf("not booked: %+v", w.session())
	}
}
