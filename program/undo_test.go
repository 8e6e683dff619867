package program

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// state is all that a request can change, without the record (the ledger), and
// without what only counts.
func (w *world) state() string {
	type pair struct {
		Charter   CharterText
		FirstHeld int64
		Status    PairStatus
	}
	var all []any
	for _, id := range []ID{ada, tomas} {
		p := w.People[id]
		all = append(all, settled(p))
	}
	all = append(all, pair{w.pair().Charter, micros(w.pair().FirstHeld), w.pair().Status})
	for _, s := range w.sessions() {
		if s.Start.IsZero() && s.Status == SessionCancelled {
			continue // a search that was given up leaves its row
		}
		s.Version, s.Round = 0, 0
		all = append(all, s)
	}
	for _, a := range w.Actions[theirs] {
		all = append(all, actionMarks{a.Text, a.Status})
	}
	for _, n := range slices.Concat(w.Notes[ada], w.Notes[tomas]) {
		all = append(all, noteMarks{n.Text, n.Score, n.Shared})
	}
	for _, c := range w.changes() {
		if c.Outcome == ChangePending {
			all = append(all, c.Slots) // the rest is for the record
		}
	}
	all = append(all, w.Suggestions, w.entries)
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		w.t.Fatal(err)
	}
	return strings.NewReplacer(`"Answers": null`, `"Answers": {}`, `"TookPlace": {}`, `"TookPlace": null`, "\n []", "\n null").Replace(string(text))
}

// undoable are requests of every kind that UNDO reaches.
func undoable(w *world) []Request {
	soon := []When{instant(w.Now.Truncate(time.Hour).Add(50 * time.Hour).Format(time.RFC3339))}
	return []Request{
		{Type: Charter, Text: "Goals: a first talk."}, {Type: Charter, Text: "Rhythm: monthly."}, {Type: Agree},
		{Type: Agenda, Text: "The talk."}, {Type: Agenda, Text: "A dilemma."},
		{Type: Done, Option: "1"}, {Type: Drop, Option: "2"}, {Type: Done, Option: "2"},
		{Type: CheckIn, Text: "Going well."}, {Type: Feedback, Value: "4", Text: "4, thank you"}, {Type: Feedback, Text: "More structure."},
		{Type: Share, Text: "I liked it."}, {Type: Share}, {Type: Suggest, Text: "https://example.org/book"},
		{Type: Held, Text: "1. Read\n2. Write"}, {Type: Missed}, {Type: Held},
		{Type: Journal, Text: "A stretch."}, {Type: Wrote}, {Type: Journal, Value: "monthly"},
		{Type: SetZone, Value: "Asia/Tokyo"}, {Type: SetHours, Value: "10:00-12:00"}, {Type: SetLanguage, Value: "de"},
		{Type: SetCalendar, Text: "https://example.org/busy.ics"}, {Type: Pause, Until: "2027-03-01"}, {Type: Resume}, {Type: Stop}, {Type: Join},
		{Type: Propose, Times: soon}, {Type: Move, Times: soon}, {Type: Decline}, {Type: Constrain}, {Type: Cancel},
		{Type: Waive}, {Type: Emergency}, {Type: Accept}, {Type: Accept, Option: "A"},
	}
}

// TestARequestAndItsUndoLeaveNothing has two people write mails of every kind,
// and take the last one back: all is as it was before that, but for the record
// and for booked times, which only a cancellation or a further move changes.
func TestARequestAndItsUndoLeaveNothing(t *testing.T) {
	reached := map[RequestType]bool{}
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, "2027-01-18T12:00:00Z")
		if rapid.Bool().Draw(t, "booked") {
			w = booked(t, "2027-01-18T12:00:00Z", "2027-01-27T14:00:00Z")
			w.run(at(rapid.SampledFrom([]string{"2027-01-18T13:00:00Z", "2027-01-25T13:00:00Z", "2027-01-26T18:00:00Z", "2027-01-27T02:00:00Z", "2027-01-27T16:30:00Z"}).Draw(t, "at")))
		} else {
			w.start()
		}
		some := func(label string, most int) []Request {
			return rapid.SliceOfN(rapid.SampledFrom(undoable(w)), 1, most).Draw(t, label)
		}
		writes := func(who ID, requests ...Request) {
			w.mail(who, func(r *Received) {
				if n := rapid.IntRange(-1, len(w.letters)-1).Draw(t, "answered"); n >= 0 && w.letters[n].To == who {
					r.Asked, r.About = &w.letters[n], w.letters[n].About
				}
			}, requests...)
			w.Now = w.Now.Add(time.Minute)
		}
		for range 12 {
			who := rapid.SampledFrom([]ID{ada, tomas}).Draw(t, "who")
			before, earlier := w.state(), w.Last[who]
			requests := some("requests", 3)
			writes(who, requests...)
			last := w.Last[who]
			if last == earlier || last.Act != "" || rapid.IntRange(0, 2).Draw(t, "stays") == 0 {
				continue // nothing came of it, a booked time did, or it is meant
			}
			for _, q := range requests {
				reached[q.Type] = reached[q.Type] || last.Undoable()
			}
			w.mail(who, nil, Request{Type: Undo})
			if after := w.state(); after != before {
				t.Fatalf("%s wrote %+v\n%s", who, requests, difference(before, after))
			}
		}
	})
	for _, kind := range []RequestType{Charter, Agree, Agenda, Done, Drop, CheckIn, Feedback, Share, Suggest, Held, Missed, Journal, Wrote, SetZone, Pause, Stop, Propose, Move, Decline, Cancel, Accept} {
		if !reached[kind] && !testing.Short() {
			t.Errorf("no %s was ever taken back", kind)
		}
	}
}

// difference shows the lines in which two texts differ.
func difference(before, after string) string {
	was, is := strings.Split(before, "\n"), strings.Split(after, "\n")
	var out []string
	for i := range max(len(was), len(is)) {
		var a, b string
		if i < len(was) {
			a = was[i]
		}
		if i < len(is) {
			b = is[i]
		}
		if a != b {
			out = append(out, fmt.Sprintf("- %s\n+ %s", a, b))
		}
	}
	return strings.Join(out[:min(len(out), 12)], "\n")
}

func TestUndoTellsWhoHasBeenTold(t *testing.T) {
	const start = "2027-01-27T14:00:00Z"
	undo := Request{Type: Undo}
	for _, test := range []struct {
		rule    string
		now     string
		do      func(*world)
		mentee  string // lines of the last receipt
		partner string
	}{
		{"an agenda that nobody has seen goes without a word", "2027-01-24T12:00:00Z", func(w *world) {
			w.says(tomas, Request{Type: Agenda, Text: "The talk."})
		}, "undone", ""},
		{"an agenda that the mentor has is corrected in the calendar entry", "2027-01-26T15:00:00Z", func(w *world) {
			w.says(tomas, Request{Type: Agenda, Text: "The talk."})
		}, "undone-told", "agenda-withdrawn-by-partner"},
		{"words that were shared cannot be called back", "2027-01-24T12:00:00Z", func(w *world) {
			w.says(tomas, Request{Type: CheckIn, Text: "Going well."}, Request{Type: Share})
		}, "undone undo-shared", ""},
		{"words that wait for the partner's morning never go", "2027-01-24T22:00:00Z", func(w *world) {
			w.says(tomas, Request{Type: CheckIn, Text: "Going well."}, Request{Type: Share})
		}, "undone", ""},
		{"a message has reached the coordinator", "2027-01-24T12:00:00Z", func(w *world) {
			w.says(tomas, Request{Type: Help, Text: "Ada is never there."})
		}, "undo-coordinator", ""},
		{"deleted entries are gone for good", "2027-01-24T12:00:00Z", func(w *world) {
			w.says(tomas, Request{Type: Journal, Value: "delete", Text: "2027-01-22"})
		}, "undo-destroyed", ""},
		{"what the partner has changed since stays", "2027-01-24T12:00:00Z", func(w *world) {
			w.says(tomas, Request{Type: Agenda, Text: "The talk."})
			w.says(ada, Request{Type: Agenda, Text: "My book."})
		}, "undo-changed", ""},
		{"a move that was agreed to is asked back", "2027-01-24T12:00:00Z", func(w *world) {
			afresh(w, ada, Request{Type: Move, Times: []When{instant("2027-01-28T14:00:00Z")}})
			afresh(w, tomas, Request{Type: Accept})
		}, "undone-move move-asked", ""},
		{"the partner hears of an open request that is gone", "2027-01-24T12:00:00Z", func(w *world) {
			afresh(w, tomas, Request{Type: Move, Times: []When{instant("2027-01-28T14:00:00Z")}})
		}, "undone-told move-withdrawn", "move-withdrawn-by-partner"},
		{"a no that is taken back has the question asked anew", "2027-01-24T12:00:00Z", func(w *world) {
			afresh(w, ada, Request{Type: Move, Times: []When{instant("2027-01-28T14:00:00Z")}})
			afresh(w, tomas, Request{Type: Decline})
		}, "undone-told", "answer-withdrawn-by-partner"},
		{"STATUS is no request to take back", "2027-01-24T12:00:00Z", func(w *world) {
			w.says(tomas, Request{Type: Done, Option: "9"}, Request{Type: Status})
		}, "undo-nothing", ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			w := booked(t, "2027-01-18T12:00:00Z", start)
			w.run(at(test.now))
			answers := w.session().Answers
			test.do(w)
			sequence := w.session().Sequence
			w.letters = nil
			w.mail(tomas, func(r *Received) { r.Asked = nil }, undo)
			var mentee, partner []string
			for _, l := range w.letters {
				for _, line := range l.Facts.Lines {
					switch l.To {
					case tomas:
						mentee = append(mentee, line.Code)
					case ada:
						partner = append(partner, line.Code)
					}
				}
				if l.Event != nil && (l.Event.Sequence != sequence || l.Event.Method != "REQUEST") {
					t.Errorf("%s sends %s %d", l.Kind, l.Event.Method, l.Event.Sequence)
				}
			}
			if got := strings.Join(mentee, " "); got != test.mentee {
				t.Errorf("the writer reads %q, want %q: %s", got, test.mentee, w.kinds(0))
			}
			if got := strings.Join(partner, " "); got != test.partner {
				t.Errorf("the partner reads %q, want %q: %s", got, test.partner, w.kinds(0))
			}
			if now := w.session().Answers; strings.Contains(test.rule, "agenda") && fmt.Sprint(now) != fmt.Sprint(answers) {
				t.Errorf("answers %v became %v", answers, now)
			}
		})
	}
}

func TestUndoIsOfferedExactlyWhereItUndoes(t *testing.T) {
	for _, q := range undoable(newWorld(t, "2027-01-18T12:00:00Z")) {
		w := booked(t, "2027-01-18T12:00:00Z", "2027-01-27T14:00:00Z")
		w.mail(tomas, func(r *Received) { r.Asked = nil }, q)
		answered := slices.ContainsFunc(w.letters, func(l Letter) bool { return l.To == tomas })
		offered := slices.ContainsFunc(w.letters, func(l Letter) bool { return l.To == tomas && l.Facts.Undo })
		w.letters = nil
		w.mail(tomas, func(r *Received) { r.Asked = nil }, Request{Type: Undo})
		undone := false
		for _, l := range w.letters {
			undone = undone || slices.ContainsFunc(l.Facts.Lines, func(l Line) bool { return strings.HasPrefix(l.Code, "undone") })
		}
		if answered && offered != undone {
			t.Errorf("%s %s: UNDO is offered %v, and undoes %v", q.Type, q.Option, offered, undone)
		}
	}
}
