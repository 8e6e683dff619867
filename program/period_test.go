package program

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// lasting is a pair whose program has a first and a last day.
func lasting(t *testing.T, now, start, end string) *world {
	w := newWorld(t, now)
	w.mute = []TimerKind{TimerJournal}
	w.editPair(func(p *Pair) { p.Start, p.End = start, end })
	return w
}

func TestBeforeTheFirstDayOnlyTheKickOffComes(t *testing.T) {
	w := lasting(t, "2027-01-18T10:00:00Z", "2027-02-15", "")
	w.mute = nil
	w.start()
	w.until("2027-01-20T10:00:00Z")
	if got := w.kinds(0); got != "kick-off>ada kick-off>tomas" {
		t.Errorf("as both have joined: %s", got)
	}
	w.replies(ada, LetterKickOff, Request{Type: Charter, Text: "Goals: listen."})
	w.replies(tomas, LetterKickOff, Request{Type: Charter, Text: "Goals: speak."})
	w.letters = nil
	w.until("2027-02-15T11:59:59Z") // nine o'clock in São Paulo is 12:00 UTC
	if got := w.kinds(0); got != "" {
		t.Errorf("before the first day: %s", got)
	}
	w.until("2027-02-15T12:00:00Z")
	if got := w.kinds(0); got != "ask-times>tomas" {
		t.Errorf("on the first day: %s", got)
	}
	w.letters = nil
	w.until("2027-02-23T12:00:00Z")
	if got := w.kinds(0); !strings.Contains(got, "check-in>ada") {
		t.Errorf("after it: %s", got)
	}
}

func TestNoTimeAfterTheLastDayIsFound(t *testing.T) {
	const last, after = "2027-01-29", "2027-01-30T02:30:00Z" // 29 January 23:30 in São Paulo
	friday := instant("2027-02-05T14:00:00Z")
	cases := []struct {
		rule string
		act  func(*world)
		want string
	}{
		{"no slot lies after it", func(w *world) { w.start() }, "ask-times>tomas"},
		{"not even where the writer asks for later ones", func(w *world) {
			w.start()
			w.says(tomas, Request{Type: Constrain, Times: []When{{Start: at("2027-01-28T00:00:00Z"), End: at("2027-02-12T00:00:00Z")}}})
		}, "ask-times>tomas offer>tomas"},
		{"a time in words after it is not put to the partner", func(w *world) {
			w.start()
			w.says(tomas, Request{Type: Propose, Times: []When{friday}})
		}, "ask-times>tomas offer>tomas"},
		{"nor is a move", func(w *world) {
			w.book("2027-01-28T14:00:00Z")
			w.says(tomas, Request{Type: Move, Times: []When{friday}})
		}, "offer>tomas"},
		{"nor a COUNTER", func(w *world) {
			w.book("2027-01-28T14:00:00Z")
			w.presses(tomas, counterTo("2027-02-05T14:00:00Z"))
		}, "move-refused>tomas"},
		{"the evening of the last day will do", func(w *world) {
			w.start()
			w.says(tomas, Request{Type: Propose, Times: []When{instant(after)}})
		}, "ask-times>tomas proposal>ada receipt>tomas"},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			w := lasting(t, "2027-01-18T10:00:00Z", "", last)
			c.act(w)
			if got := w.sessionKinds(); got != c.want {
				t.Errorf("letters are\n%s, want\n%s", got, c.want)
			}
			for _, l := range w.letters {
				if l.Kind == LetterProposal {
					continue
				}
				for _, slot := range l.Offered {
					if !slot.Start.Before(at("2027-01-30T03:00:00Z")) {
						t.Errorf("a %s offers %s", l.Kind, slot.Start)
					}
				}
			}
		})
	}
}

func TestOnTheMorningAfterTheLastDayThePairEnds(t *testing.T) {
	w := lasting(t, "2027-01-18T10:00:00Z", "", "2027-01-29")
	w.start()
	w.until("2027-01-30T11:59:59Z")
	if w.pair().Status != PairActive {
		t.Fatalf("pair is %s", w.pair().Status)
	}
	w.letters = nil
	w.until("2027-01-30T12:00:00Z")
	if got := w.kinds(0); got != "goodbye>ada goodbye>tomas" || w.pair().Status != PairEnded || w.session().Open() {
		t.Errorf("pair %s, session %s: %s", w.pair().Status, w.session().Status, got)
	}
	w.letters = nil
	w.mute = nil
	w.until("2027-05-01T00:00:00Z")
	if got := w.kinds(0); got != "" {
		t.Errorf("after the end: %s", got)
	}
}

// TestChangedDaysCount imports the pair anew with other days.
func TestChangedDaysCount(t *testing.T) {
	imports := func(w *world, start, end string) {
		row := PairRow{Mentor: w.People[ada].Email, Mentee: w.People[tomas].Email, Start: start, End: end}
		out, _, wrong := ImportPairs([]PairRow{row}, []Person{w.People[ada], w.People[tomas]}, []Pair{w.pair()}, "again "+start+end, w.Now)
		if len(wrong) > 0 {
			t.Fatal(wrong)
		}
		w.apply(out)
	}
	t.Run("an earlier end cancels what is booked after it, in the mail that thanks", func(t *testing.T) {
		w := lasting(t, "2027-01-18T10:00:00Z", "", "2027-03-01")
		w.book("2027-01-28T14:00:00Z")
		imports(w, "", "2027-01-22")
		w.until("2027-01-23T12:00:00Z")
		if got := w.kinds(0); !strings.HasSuffix(got, "cancel>ada cancel>tomas") || w.session().Status != SessionCancelled {
			t.Errorf("session %s: %s", w.session().Status, got)
		}
		if l := w.latest(LetterCancel, ada); len(l.Parts) != 2 || l.Parts[1].Kind != LetterGoodbye || l.Event.Method != "CANCEL" {
			t.Errorf("the cancellation says %+v", l.Parts)
		}
	})
	t.Run("a later end holds", func(t *testing.T) {
		w := lasting(t, "2027-01-18T10:00:00Z", "", "2027-01-22")
		w.start()
		imports(w, "", "2027-02-26")
		w.until("2027-02-01T12:00:00Z")
		if w.pair().Status != PairActive {
			t.Errorf("pair is %s", w.pair().Status)
		}
		w.until("2027-02-27T12:00:00Z")
		if w.pair().Status != PairEnded {
			t.Errorf("pair is %s", w.pair().Status)
		}
	})
	t.Run("an earlier start begins earlier", func(t *testing.T) {
		w := lasting(t, "2027-01-18T10:00:00Z", "2027-03-01", "")
		w.start()
		imports(w, "2027-02-01", "")
		w.until("2027-02-01T12:00:00Z")
		if !slices.ContainsFunc(w.letters, func(l Letter) bool { return l.Kind == LetterAskTimes }) {
			t.Errorf("nobody is asked: %s", w.kinds(0))
		}
	})
	t.Run("a pair that never began ends without a word", func(t *testing.T) {
		w := lasting(t, "2027-01-18T10:00:00Z", "", "2027-01-22")
		w.edit(tomas, func(p *Person) { p.Status = PersonInvited })
		imports(w, "", "2027-01-21")
		w.run(w.Now.Add(7 * 24 * time.Hour))
		if got := w.kinds(0); got != "" || w.pair().Status != PairEnded {
			t.Errorf("pair %s: %s", w.pair().Status, got)
		}
	})
}

func TestThePairEndsWhereverTheMenteeHasMoved(t *testing.T) {
	w := lasting(t, "2027-01-18T10:00:00Z", "", "2027-01-29")
	w.edit(tomas, func(p *Person) { p.Zone = "Pacific/Auckland" }) // where the day ends a day before that
	w.start()
	w.until("2027-01-28T20:00:00Z")
	w.edit(tomas, func(p *Person) { p.Zone = "Pacific/Pago_Pago" }) // ends at eleven the next morning, UTC
	w.until("2027-01-30T10:00:00Z")
	if w.pair().Status != PairActive {
		t.Errorf("on the mentee's last day the pair is %s", w.pair().Status)
	}
	w.until("2027-01-31T20:00:00Z")
	if w.pair().Status != PairEnded {
		t.Errorf("after it the pair is %s", w.pair().Status)
	}
}
