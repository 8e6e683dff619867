package program

import (
	"slices"
	"testing"
)

func TestStalledPairs(t *testing.T) {
	prompts := func(w *world) (at []string) {
		for _, l := range w.letters {
			if l.Kind == LetterCoordinatorPrompt && l.Facts.Reason == "stalled" {
				at = append(at, l.Created.Format("2006-01-02"))
			}
		}
		return at
	}
	for _, c := range []struct {
		rule string
		do   func(*world)
		want []string
	}{
		{"a pair that never meets is told of after 21 days, and after 21 more", func(*world) {}, []string{"2027-02-08", "2027-03-01"}},
		{"a booked session keeps it quiet until 21 days after its end", func(w *world) {
			w.says(tomas, Request{Type: Propose, Times: []When{instant("2027-02-03T14:00:00Z")}})
			w.says(ada, Request{Type: Accept, Option: "A"})
		}, []string{"2027-02-24"}},
		{"a pair with somebody who pauses is not told of", func(w *world) {
			w.mail(tomas, nil, Request{Type: Pause})
		}, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			w := newWorld(t, "2027-01-18T12:00:00Z")
			w.start()
			c.do(w)
			w.until("2027-03-05T12:00:00Z")
			if got := prompts(w); !slices.Equal(got, c.want) {
				t.Errorf("told on %v, want %v", got, c.want)
			}
		})
	}
}
