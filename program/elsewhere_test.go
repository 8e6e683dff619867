package program

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestNobodyMeetsTwoAtOnce puts another session of Ada's at the time that is
// asked for: no word and no button of anybody's books it a second time.
func TestNobodyMeetsTwoAtOnce(t *testing.T) {
	const start, other = "2027-01-27T14:00:00Z", "2027-01-29T14:00:00Z"
	meets := func(w *world) { w.also(other) }
	cases := []struct {
		rule    string
		act     func(*world)
		letters string
	}{
		{"a time in words is not put to the partner", func(w *world) {
			w.start()
			meets(w)
			w.says(tomas, Request{Type: Propose, Times: []When{instant(other)}})
		}, "ask-times>tomas offer>tomas"},
		{"of several times those that are free are", func(w *world) {
			w.start()
			meets(w)
			w.says(tomas, Request{Type: Propose, Times: []When{instant(other), instant("2027-01-29T16:00:00Z")}})
		}, "ask-times>tomas proposal>ada receipt>tomas"},
		{"a yes to a proposal comes too late", func(w *world) {
			w.start()
			w.says(tomas, Request{Type: Propose, Times: []When{instant(other)}})
			meets(w)
			w.says(ada, Request{Type: Accept, Option: "A"})
		}, "ask-times>tomas proposal>ada receipt>tomas offer>ada"},
		{"a move in words is not put to the partner", func(w *world) {
			w.book(start)
			meets(w)
			w.says(tomas, moveTo(other))
		}, "offer>tomas"},
		{"a yes to a move comes too late", func(w *world) {
			w.book(start)
			w.says(tomas, moveTo(other))
			meets(w)
			w.says(ada, Request{Type: Accept, Option: "A"})
		}, "move-request>ada receipt>tomas offer>ada"},
		{"a COUNTER is declined", func(w *world) {
			w.book(start)
			meets(w)
			w.presses(tomas, counterTo(other))
		}, "move-refused>tomas"},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			w := newWorld(t, "2027-01-18T10:00:00Z")
			c.act(w)
			if got := w.sessionKinds(); got != c.letters {
				t.Errorf("letters are\n%s, want\n%s", got, c.letters)
			}
			if s := w.session(); s.Booked() && !s.Start.Equal(at(start)) {
				t.Errorf("session is %s at %s", s.Status, s.Start)
			}
			for _, slot := range w.letters[len(w.letters)-1].Offered {
				if slot.Start.Before(at(other).Add(time.Hour)) && slot.End.After(at(other)) {
					t.Errorf("%s is offered, where Ada meets somebody else", slot.Start)
				}
			}
		})
	}
}

// TestTwoPairsNeverBookOnePersonAtOnce has two mentees of one mentor accept
// the same hour on the same rows: the second decision is refused, and taken
// anew it offers other times.
func TestTwoPairsNeverBookOnePersonAtOnce(t *testing.T) {
	w := NewWorld(Settings{Address: "mentor@example.org", Notice: 24 * time.Hour, Zone: "UTC", Locale: "en"}, at("2027-01-18T10:00:00Z"))
	mint := NewMint("shared mentor")
	person := func(name string) ID {
		p := Person{ID: mint.ID(), Name: name, Email: name + "@example.org", Zone: "UTC", Hours: DefaultHours, Quiet: DefaultQuiet, Status: PersonActive}
		w.AddPerson(p)
		return p.ID
	}
	mentor := person("Ada")
	mentees := []ID{person("Eve"), person("Tomás")}
	for _, mentee := range mentees {
		pair := Pair{ID: mint.ID(), Mentor: mentor, Mentee: mentee, Length: time.Hour, Cadence: Weekly, Status: PairWaiting}
		w.AddPair(pair)
		w.AddTimer(nextSessionNow(pair, "start", w.Now))
	}
	asked := map[ID]Letter{}
	read := func(l Letter) error {
		if l.Kind == LetterAskTimes || l.Kind == LetterOffer {
			asked[l.To] = l
		}
		return nil
	}
	if err := w.Run(w.Now, read); err != nil {
		t.Fatal(err)
	}
	accepts := func(mentee ID) Outcome {
		l := asked[mentee]
		return w.Case(mentee, l.About).Answer(Received{
			Seed: "yes of " + string(mentee), At: w.Now, Proof: ProofSeal, Kind: KindAnswer, Asked: &l, About: l.About,
			Understanding: Understanding{Requests: []Request{{Type: Accept, Option: "A"}}},
		}, w.Now)
	}
	first, second := accepts(mentees[0]), accepts(mentees[1])
	if !slices.EqualFunc(asked[mentees[0]].Offered, asked[mentees[1]].Offered, func(a, b Slot) bool { return a.Start.Equal(b.Start) }) {
		t.Fatal("the two were not offered the same")
	}
	if err := w.Apply(first); err != nil {
		t.Fatal(err)
	}
	if err := w.Apply(second); !errors.Is(err, ErrStale) {
		t.Fatalf("booked the mentor twice: %v", err)
	}
	again := accepts(mentees[1])
	if err := w.Apply(again); err != nil {
		t.Fatal(err)
	}
	if l := again.Letters[0]; l.Kind != LetterOffer || l.Facts.Reason != "taken" || len(l.Offered) == 0 || l.Offered[0].Start.Equal(first.Sessions[0].Start) {
		t.Errorf("who came second got %s %s: %v", l.Kind, l.Facts.Reason, strings.TrimSpace(string(l.To)))
	}
}
