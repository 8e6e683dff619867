package program

import (
	"slices"
	"testing"
)

func TestAProposalOutsideThePartnersHoursIsHintedAt(t *testing.T) {
	for _, c := range []struct {
		rule, start string
		hinted      bool
	}{
		{"within the partner's hours", "2027-01-28T13:00:00Z", false},
		{"at ten in the partner's evening", "2027-01-28T21:00:00Z", true},
		{"on the partner's Sunday", "2027-01-31T13:00:00Z", true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			times := []When{instant(c.start)}
			moved := booked(t, "2027-01-18T12:00:00Z", "2027-01-27T14:00:00Z")
			moved.says(tomas, Request{Type: Move, Times: times})
			proposed := newWorld(t, "2027-01-18T12:00:00Z")
			proposed.start()
			proposed.says(tomas, Request{Type: Propose, Times: times})
			for name, w := range map[string]*world{"a move": moved, "a proposal": proposed} {
				hinted := slices.ContainsFunc(w.latest(LetterReceipt, tomas).Facts.Lines, func(l Line) bool { return l.Code == "outside-hours" })
				if hinted != c.hinted {
					t.Errorf("%s is hinted at: %v, want %v", name, hinted, c.hinted)
				}
			}
		})
	}
}
