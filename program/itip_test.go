package program

import (
	"slices"
	"strings"
	"testing"
)

func TestCalendarAnswersOfOthersAreKeptOutOrAskedAbout(t *testing.T) {
	const home = "tomas@home.example"
	play(t, []story{
		{
			name: "an answer of an address that is not known is asked about and changes nothing",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, CalendarPart{PartStat: Declined, Attendee: home})
			},
			mails: "confirm>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "on yes the answer is taken and the address counts as theirs from then on",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, CalendarPart{PartStat: Tentative, Attendee: home})
				w.presses(tomas, CalendarPart{PartStat: Accepted, Attendee: home})
				w.says(tomas, Request{Type: Confirm})
				if !slices.Contains(w.people[tomas].Aliases, home) {
					w.t.Errorf("aliases %q", w.people[tomas].Aliases)
				}
				w.letters = nil
				w.presses(tomas, CalendarPart{PartStat: Declined, Attendee: home})
			},
			mails: "cancel>tomas cancel>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "on no nothing happens and the address stays foreign",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, CalendarPart{PartStat: Declined, Attendee: home})
				w.says(tomas, Request{Type: Decline})
				if len(w.people[tomas].Aliases) > 0 {
					w.t.Errorf("aliases %q", w.people[tomas].Aliases)
				}
			},
			mails: "confirm>tomas receipt>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "an address that somebody else has is not added",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, CalendarPart{PartStat: Declined, Attendee: home})
				w.mail(tomas, func(r *Received) { r.Taken = true }, Request{Type: Confirm})
				if len(w.people[tomas].Aliases) > 0 {
					w.t.Errorf("aliases %q", w.people[tomas].Aliases)
				}
			},
			mails: "confirm>tomas receipt>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "an answer in the partner's name is set aside",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, CalendarPart{PartStat: Declined, Attendee: "ada@example.net"})
			},
			mails: "", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "a session is not delegated, by neither end of the chain",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, CalendarPart{PartStat: Delegated, DelegatedTo: "stand-in@example.com"})
				w.presses(tomas, CalendarPart{PartStat: Accepted, Attendee: "stand-in@example.com", DelegatedFrom: "tomas@example.com"})
			},
			mails: "receipt>tomas receipt>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "a button for a session that was cancelled is told so",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.says(ada, Request{Type: Cancel})
				w.letters = nil
				w.presses(tomas, CalendarPart{PartStat: Accepted})
				if got := w.letters[0].Facts.Lines[0].Code; got != "was-cancelled" {
					w.t.Errorf("told %q", got)
				}
			},
			mails: "receipt>tomas", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
	})
}

func TestMethodsThatNoAttendeeSendsAreSetAside(t *testing.T) {
	for _, method := range []string{"REQUEST", "ADD", "CANCEL", "PUBLISH", "DECLINECOUNTER", "NONSENSE"} {
		w := booked(t, inTime, noticeStart)
		w.presses(tomas, CalendarPart{Method: method, PartStat: Declined})
		last := w.records[len(w.records)-1]
		if last.Result != ResultAside || !last.Quarantine || !strings.Contains(last.Reason, method) || len(w.letters) > 0 {
			t.Errorf("%s: %+v, letters %s", method, last, w.kinds(0))
		}
	}
}

func TestAnswersAreSharedWithoutBeingDisturbed(t *testing.T) {
	w := newWorld(t, "2027-01-18T10:00:00Z")
	w.start()
	w.replies(tomas, LetterAskTimes, Request{Type: Accept, Option: "A"})
	stats := func(l Letter) (ada, tomas PartStat) {
		for _, a := range l.Event.Attendees {
			if a.Address == "ada@example.net" {
				ada = a.PartStat
			} else {
				tomas = a.PartStat
			}
		}
		return ada, tomas
	}
	if a, b := stats(w.latest(LetterInvite, ada)); a != NeedsAction || b != Accepted {
		t.Errorf("invitation says %s and %s", a, b)
	}
	sequence := w.session().Sequence
	w.presses(ada, CalendarPart{PartStat: Tentative})
	w.presses(tomas, CalendarPart{Method: "REFRESH"})
	l := w.latest(LetterUpdate, tomas)
	if a, b := stats(l); a != Tentative || b != Accepted {
		t.Errorf("the next update says %s and %s", a, b)
	}
	if l.Event.Sequence != sequence {
		t.Errorf("SEQUENCE went from %d to %d, so that both would have to answer anew", sequence, l.Event.Sequence)
	}
}

func TestTNEFIsAnsweredWithHowToProceed(t *testing.T) {
	w := booked(t, inTime, noticeStart)
	w.mail(tomas, func(r *Received) { r.Kind, r.TNEF = KindUnreadable, true })
	if l := w.latest(LetterHelp, tomas); l.Facts.Reason != "tnef" {
		t.Errorf("reason %q", l.Facts.Reason)
	}
	if last := w.records[len(w.records)-1]; last.Result != ResultAside || !last.Quarantine {
		t.Errorf("recorded %+v", last)
	}
}
