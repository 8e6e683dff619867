package program

import (
	"slices"
	"strings"
	"testing"
)

// TestASilentKickOffIsChasedTwice lists what goes out in the ten days after a
// pair began, and in whose name the coordinators are told.
func TestASilentKickOffIsChasedTwice(t *testing.T) {
	answers := func(who ID) func(*world) {
		return func(w *world) { w.replies(who, LetterKickOff, Request{Type: Charter, Text: "Goals: a talk."}) }
	}
	for _, c := range []struct {
		rule  string
		act   func(*world)
		mails string
		told  string
	}{
		{"with the question for times where both are due", func(*world) {},
			"ask-times+kick-off>tomas kick-off>ada ask-times+kick-off>tomas kick-off>ada", "Ada Lang, Tomás Lima"},
		{"alone where a time is found", func(w *world) {
			w.says(tomas, Request{Type: Accept, Option: "A"})
		}, "kick-off>ada kick-off>tomas kick-off>ada kick-off>tomas", "Ada Lang, Tomás Lima"},
		{"only whoever is silent", func(w *world) { answers(tomas)(w); w.says(tomas, Request{Type: Accept, Option: "A"}) },
			"kick-off>ada kick-off>ada", "Ada Lang"},
		{"not whoever answers the first chase", func(w *world) {
			w.says(tomas, Request{Type: Accept, Option: "A"})
			w.until("2027-01-21T18:00:00Z")
			answers(ada)(w)
		}, "kick-off>ada kick-off>tomas kick-off>tomas", "Tomás Lima"},
		{"a pause puts it off", func(w *world) {
			answers(ada)(w)
			w.mail(tomas, func(r *Received) { r.Asked = nil }, Request{Type: Pause, Until: "2027-01-27"})
		}, "ask-times+kick-off>tomas", ""},
		{"the coordinators hear of it though the mentor is away", func(w *world) {
			w.mail(ada, func(r *Received) { r.Asked = nil }, away("2027-01-19", "2027-02-10"))
		}, "ask-times+kick-off>tomas ask-times+kick-off>tomas", "Ada Lang, Tomás Lima"},
		{"nobody is chased in a pair of which one has taken back that they joined", func(w *world) { w.editPair(func(p *Pair) { p.Status = PairWaiting }) }, "", ""},
		{"nobody is chased in a pair that has ended", func(w *world) { w.editPair(func(p *Pair) { p.Status = PairEnded }) }, "", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			w := newWorld(t, "2027-01-18T12:00:00Z")
			w.mute = []TimerKind{TimerJournal, TimerCheckIn}
			w.start()
			c.act(w)
			w.until("2027-01-28T20:00:00Z")
			var mails []string
			told := ""
			for _, l := range w.letters {
				chase := func(p Part) bool { return p.Kind == LetterKickOff && p.Facts.Reason == "chase" }
				switch {
				case slices.ContainsFunc(l.Parts, chase):
					mails = append(mails, string(l.Parts[0].Kind)+"+"+string(l.Parts[1].Kind)+">"+string(l.To[:5]))
				case chase(Part{l.Kind, l.Facts}):
					mails = append(mails, "kick-off>"+strings.TrimSuffix(string(l.To[:5]), "ad"))
				case l.Facts.Reason == "no-kick-off":
					told += strings.Join(l.Facts.Rows, ", ")
				}
			}
			if got := strings.Join(mails, " "); got != c.mails {
				t.Errorf("chases are\n%s, want\n%s", got, c.mails)
			}
			told = strings.NewReplacer(" <ada@example.net>", "", " <tomas@example.com>", "").Replace(told)
			if told != c.told {
				t.Errorf("coordinators are told of %q, want %q", told, c.told)
			}
		})
	}
}
