package program

import (
	"testing"
	"time"
)

func TestDigest(t *testing.T) {
	now := at("2027-01-25T09:00:00Z")
	held := Session{Status: SessionHeld, Start: now.Add(-49 * time.Hour), End: now.Add(-48 * time.Hour)}
	old := Session{Status: SessionHeld, Start: now.Add(-200 * time.Hour), End: now.Add(-199 * time.Hour)}
	for _, c := range []struct {
		rule     string
		overview Overview
		want     []Line
	}{
		{"a week in which nothing was is not told of", Overview{Pairs: []Pair{{Status: PairActive}}, Sessions: []Session{old}}, nil},
		{"what was held is counted, with the pairs", Overview{Pairs: []Pair{{Status: PairActive}}, Sessions: []Session{old, held}},
			[]Line{{Code: "digest-held", Value: "1"}, {Code: "digest-pairs", Value: "1"}}},
		{"feedback of four people is not shown", Overview{Sessions: []Session{held}, Feedback: FeedbackTotals{People: 4, Answers: 6, Sum: 24}},
			[]Line{{Code: "digest-held", Value: "1"}}},
		{"feedback of five is", Overview{Sessions: []Session{held}, Feedback: FeedbackTotals{People: 5, Answers: 6, Sum: 24}},
			[]Line{{Code: "digest-held", Value: "1"}, {Code: "digest-feedback", Value: "4.0 (6)"}}},
		{"a waived late change does not count", Overview{Changes: []Change{{Late: true, Waived: true, ReceivedAt: now.Add(-time.Hour)}}}, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			settings := Settings{Address: "m@example.org", Coordinators: []string{"ops@example.org"}, Zone: "UTC"}
			out := Case{Settings: settings, Overview: c.overview}.Due(Timer{Kind: TimerDigest}, "seed", now)
			if len(out.Timers) != 1 || !out.Timers[0].Due.Equal(now.AddDate(0, 0, 7)) {
				t.Errorf("the next one is %+v", out.Timers)
			}
			if c.want == nil != (len(out.Letters) == 0) {
				t.Fatalf("%d letters", len(out.Letters))
			}
			if c.want != nil {
				for i, line := range out.Letters[0].Facts.Lines {
					if i >= len(c.want) || line != c.want[i] {
						t.Errorf("says %+v", line)
					}
				}
			}
		})
	}
}
