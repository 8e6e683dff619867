package program

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// holiday is a whole day in Greenwich on which somebody does not work.
func holiday(who ID, day, name string) Holiday {
	start := at(day + "T00:00:00Z")
	return Holiday{Person: who, Day: Span{start, start.AddDate(0, 0, 1)}, Name: name}
}

// away is a request that tells an absence from one day to before another.
func away(from, before string) Request {
	span := When{Start: at(from + "T00:00:00Z"), End: at(before + "T00:00:00Z"), Grain: GrainDay, DateOnly: true}
	return Request{Type: Pause, Until: span.End.AddDate(0, 0, -1).Format(time.DateOnly), Times: []When{span}}
}

// codes are those of a letter's lines, with the day that each is about.
func codes(l Letter) []string {
	var found []string
	for _, line := range l.Facts.Lines {
		found = append(found, line.Code+" "+line.Start.Format(time.DateOnly))
	}
	return found
}

func TestTheRhythmLetsHolidaysAndAbsencesPass(t *testing.T) {
	for _, c := range []struct {
		name    string
		cadence Cadence
		change  func(*world)
		first   string // slot A
		lines   []string
	}{
		{"a weekly holiday is a week later", Weekly, func(w *world) {
			w.Holidays[tomas] = []Holiday{holiday(tomas, "2027-03-24", "Christmas Day")}
		}, "2027-03-31T13:00:00Z", []string{"holiday-yours 2027-03-24"}},
		{"two in a row are two weeks later", Weekly, func(w *world) {
			w.Holidays[ada] = []Holiday{holiday(ada, "2027-03-24", "Christmas Day"), holiday(ada, "2027-03-31", "New Year’s Day")}
		}, "2027-04-07T13:00:00Z", []string{"holiday-partner 2027-03-24", "holiday-partner 2027-03-31"}},
		{"a monthly one is a week later, not a month", Monthly, func(w *world) {
			w.Holidays[ada] = []Holiday{holiday(ada, "2027-04-14", "Day")}
		}, "2027-04-21T13:00:00Z", []string{"holiday-partner 2027-04-14"}},
		{"a holiday of both is told as one", Weekly, func(w *world) {
			w.Holidays[ada], w.Holidays[tomas] = []Holiday{holiday(ada, "2027-03-24", "Day")}, []Holiday{holiday(tomas, "2027-03-24", "Day")}
		}, "2027-03-31T13:00:00Z", []string{"holiday-both 2027-03-24"}},
		{"an absence is told once, however long", Weekly, func(w *world) {
			afresh(w, ada, away("2027-03-22", "2027-04-10"))
		}, "2027-04-14T13:00:00Z", []string{"away-partner 2027-03-24"}},
		{"somebody who works on holidays is asked for the day", Weekly, func(w *world) {
			w.Holidays[tomas] = []Holiday{holiday(tomas, "2027-03-24", "Day")}
			afresh(w, tomas, Request{Type: SetHolidays, Value: HolidaysOff})
		}, "2027-03-24T14:00:00Z", nil},
		{"a holiday on another day changes nothing", Weekly, func(w *world) {
			w.Holidays[ada] = []Holiday{holiday(ada, "2027-03-25", "Day")}
		}, "2027-03-24T14:00:00Z", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := met(t, ada, c.cadence, "2027-03-17T14:00:00Z")
			c.change(w)
			w.until("2027-03-19T12:00:00Z")
			l := w.latest(LetterAskTimes, tomas)
			if len(l.Offered) == 0 || !l.Offered[0].Start.Equal(at(c.first)) {
				t.Fatalf("offered %v, want first %s", l.Offered, c.first)
			}
			if got := codes(l); !slices.Equal(got, c.lines) {
				t.Errorf("told %v, want %v", got, c.lines)
			}
		})
	}
}

func TestWhatSomebodyChoosesOnAHolidayIsNeverRefused(t *testing.T) {
	const day, start = "2027-01-21", "2027-01-21T14:00:00Z" // a Thursday
	for name, play := range map[string]func(w *world){
		"a time that is proposed": func(w *world) {
			w.says(tomas, Request{Type: Propose, Times: []When{instant(start)}})
			w.says(ada, Request{Type: Accept, Option: "A"})
		},
		"a slot that was offered before it was known": func(w *world) {
			l := w.latest(LetterAskTimes, tomas)
			for _, slot := range l.Offered {
				w.Holidays[tomas] = append(w.Holidays[tomas], holiday(tomas, slot.Start.Format(time.DateOnly), "Day"))
			}
			w.replies(tomas, LetterAskTimes, Request{Type: Accept, Option: "A"})
		},
		"a slot within an absence of one's own": func(w *world) {
			slot := w.latest(LetterAskTimes, tomas).Offered[0]
			w.edit(tomas, func(p *Person) { p.Absences = []Span{{slot.Start.Add(-time.Hour), slot.End}} })
			w.replies(tomas, LetterAskTimes, Request{Type: Accept, Option: "A"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, "2027-01-18T12:00:00Z")
			w.start()
			w.Holidays[ada], w.Holidays[tomas] = []Holiday{holiday(ada, day, "Day")}, []Holiday{holiday(tomas, day, "Day")}
			play(w)
			if !w.session().Booked() {
				t.Errorf("not booked: %+v", w.session())
			}
		})
	}
}

func TestASlotInThePartnersAbsenceIsTaken(t *testing.T) {
	w := newWorld(t, "2027-01-18T12:00:00Z")
	w.start()
	slot := w.latest(LetterAskTimes, tomas).Offered[0]
	afresh(w, ada, away(slot.Start.Format(time.DateOnly), slot.Start.AddDate(0, 0, 2).Format(time.DateOnly)))
	w.replies(tomas, LetterAskTimes, Request{Type: Accept, Option: slot.Label})
	if w.session().Booked() {
		t.Errorf("booked although Ada is away: %+v", w.session())
	}
}

func TestAnAbsenceToldAhead(t *testing.T) {
	w := booked(t, "2027-01-18T12:00:00Z", "2027-02-03T14:00:00Z")
	w.says(tomas, away("2027-02-01", "2027-02-08"))
	receipt := w.letters[len(w.letters)-1]
	if got, want := codes(receipt), []string{"absence 2027-02-01", "booked-within 2027-02-03"}; !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
	if p := w.People[tomas]; p.Status != PersonActive || len(p.Absences) != 1 || p.isAway(w.Now) {
		t.Errorf("kept as %+v", p)
	}
	if !w.session().Booked() || !w.session().Start.Equal(at("2027-02-03T14:00:00Z")) {
		t.Errorf("the session was touched: %+v", w.session())
	}
	w.says(tomas, Request{Type: Undo})
	if p := w.People[tomas]; len(p.Absences) != 0 {
		t.Errorf("not undone: %v", p.Absences)
	}
}

func TestNudgesWaitForTheEndOfAnAbsence(t *testing.T) {
	w := newWorld(t, "2027-01-18T12:00:00Z")
	w.start()
	afresh(w, tomas, away("2027-01-30", "2027-02-20"))
	w.until("2027-02-27T00:00:00Z")
	for _, l := range w.letters {
		if l.To != tomas || l.Created.Before(at("2027-01-30T00:00:00Z")) || !l.Created.Before(at("2027-02-20T00:00:00Z")) {
			continue
		}
		t.Errorf("%s reaches somebody who is away, on %s", l.Kind, l.Created.Format(time.DateOnly))
	}
}

func TestResumeEndsAbsences(t *testing.T) {
	for _, c := range []struct {
		rule, at string
		before   []Request
		kept     int
		lines    string
	}{
		{"told ahead, before they have begun", "2027-01-19T12:00:00Z", nil, 0, "resumed"},
		{"the one that has begun, and no later one", "2027-02-03T12:00:00Z", nil, 1, "resumed absence"},
		{"none of them where a pause ends", "2027-01-19T12:00:00Z", []Request{{Type: Pause}}, 2, "resumed absence absence"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			w := newWorld(t, "2027-01-18T12:00:00Z")
			w.start()
			afresh(w, tomas, away("2027-01-30", "2027-02-20"))
			afresh(w, tomas, away("2027-07-01", "2027-07-20"))
			w.until(c.at)
			if c.before != nil {
				afresh(w, tomas, c.before...)
			}
			w.letters = nil
			afresh(w, tomas, Request{Type: Resume})
			if p := w.People[tomas]; len(p.Absences) != c.kept || p.Status != PersonActive {
				t.Errorf("kept %+v", p.Absences)
			}
			var lines []string
			for _, l := range w.letters[0].Facts.Lines {
				lines = append(lines, l.Code)
			}
			if got := strings.Join(lines, " "); got != c.lines {
				t.Errorf("the receipt says %s, want %s", got, c.lines)
			}
		})
	}
}

func TestAbsencesAddUp(t *testing.T) {
	span := func(from, before int) Span {
		return Span{at("2027-03-01T00:00:00Z").AddDate(0, 0, from), at("2027-03-01T00:00:00Z").AddDate(0, 0, before)}
	}
	now := span(0, 0).Start
	for rule, c := range map[string]struct {
		have []Span
		add  Span
		want []Span
	}{
		"the first stands alone":                   {nil, span(3, 5), []Span{span(3, 5)}},
		"two apart are kept in their order":        {[]Span{span(10, 12)}, span(3, 5), []Span{span(3, 5), span(10, 12)}},
		"two that overlap are one":                 {[]Span{span(3, 8)}, span(5, 12), []Span{span(3, 12)}},
		"two that touch are one":                   {[]Span{span(3, 5)}, span(5, 7), []Span{span(3, 7)}},
		"the same beginning states the end anew":   {[]Span{span(3, 12)}, span(3, 8), []Span{span(3, 8)}},
		"what lies within another changes nothing": {[]Span{span(3, 12)}, span(5, 6), []Span{span(3, 12)}},
		"what joins two makes one of them":         {[]Span{span(3, 5), span(8, 10)}, span(4, 9), []Span{span(3, 10)}},
		"what is over is dropped":                  {[]Span{span(-9, -3)}, span(3, 5), []Span{span(3, 5)}},
	} {
		t.Run(rule, func(t *testing.T) {
			if got := (Person{Absences: c.have}).withAbsence(c.add, now); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestNothingIsOfferedOnADayOff plays random holidays and absences of both, and
// holds every slot that we find ourselves against them.
func TestNothingIsOfferedOnADayOff(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, "2027-01-18T12:00:00Z")
		cadence := rapid.SampledFrom([]Cadence{Weekly, Fortnightly, Monthly}).Draw(t, "cadence")
		w.editPair(func(p *Pair) { p.Cadence = cadence })
		for i := range rapid.IntRange(0, 12).Draw(t, "holidays") {
			who := rapid.SampledFrom([]ID{ada, tomas}).Draw(t, "who")
			day := w.Now.AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "day")).Format(time.DateOnly)
			w.Holidays[who] = append(w.Holidays[who], holiday(who, day, fmt.Sprint("Day ", i)))
		}
		offered := 0
		w.decided = func(out Outcome) {
			for _, l := range out.Letters {
				if l.Kind != LetterAskTimes && l.Kind != LetterOffer {
					continue
				}
				for _, slot := range l.Offered {
					offered++
					checkDayOn(t, w, slot)
				}
			}
		}
		w.start()
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			who := rapid.SampledFrom([]ID{ada, tomas}).Draw(t, "writer")
			from := w.Now.AddDate(0, 0, rapid.IntRange(0, 20).Draw(t, "from"))
			step := rapid.SampledFrom([]string{"away", "decline", "constrain", "accept", "wait"}).Draw(t, "step")
			switch step {
			case "away":
				before := from.AddDate(0, 0, rapid.IntRange(1, 25).Draw(t, "long"))
				w.says(who, away(from.Format(time.DateOnly), before.Format(time.DateOnly)))
			case "decline":
				w.says(who, Request{Type: Decline})
			case "constrain":
				w.says(who, Request{Type: Constrain, Times: []When{{Start: from, End: from.AddDate(0, 0, 9), Grain: GrainDay, DateOnly: true}}})
			case "accept":
				w.says(who, Request{Type: Accept, Option: "A"})
			case "wait":
				w.run(w.Now.AddDate(0, 0, rapid.IntRange(1, 12).Draw(t, "days")))
			}
		}
		if offered == 0 {
			t.Skip("nothing was offered")
		}
	})
}

// checkDayOn holds a slot against the days off of both as they are now.
func checkDayOn(t *rapid.T, w *world, slot Slot) {
	span := Span{slot.Start, slot.End}
	for _, who := range []ID{ada, tomas} {
		for _, h := range w.Holidays[who] {
			if span.overlaps(h.Day) {
				t.Fatalf("%s lies on %s of %s", slot.Start, h.Name, who)
			}
		}
		if slices.ContainsFunc(w.People[who].Absences, span.overlaps) {
			t.Fatalf("%s lies in an absence of %s", slot.Start, who)
		}
	}
}
