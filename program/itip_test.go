package program

import (
	"slices"
	"strings"
	"testing"
	"time"
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
				if !slices.Contains(w.People[tomas].Aliases, home) {
					w.t.Errorf("aliases %q", w.People[tomas].Aliases)
				}
				w.letters = nil
				w.presses(tomas, CalendarPart{PartStat: Declined, Attendee: home})
			},
			mails: "cancel>tomas cancel>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "words beside a button are read back to their writer alone",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, CalendarPart{PartStat: Tentative, Comment: "\n"})
				w.presses(tomas, CalendarPart{PartStat: Tentative, Comment: "Perhaps an hour later?"})
				w.presses(tomas, CalendarPart{PartStat: Declined, Comment: "Thursday at 3 instead?"})
				for _, l := range w.letters {
					told := slices.ContainsFunc(l.Facts.Lines, func(l Line) bool { return l.Code == "note-beside" })
					if told != (l.To == tomas) {
						w.t.Errorf("%s to %s: %+v", l.Kind, l.To, l.Facts.Lines)
					}
				}
			},
			mails: "receipt>tomas cancel>tomas cancel>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "on no nothing happens and the address stays foreign",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, CalendarPart{PartStat: Declined, Attendee: home})
				w.says(tomas, Request{Type: Decline})
				if len(w.People[tomas].Aliases) > 0 {
					w.t.Errorf("aliases %q", w.People[tomas].Aliases)
				}
			},
			mails: "confirm>tomas receipt>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "an address that somebody else has is not added",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, CalendarPart{PartStat: Declined, Attendee: home})
				w.mail(tomas, func(r *Received) { r.Taken = true }, Request{Type: Confirm})
				if len(w.People[tomas].Aliases) > 0 {
					w.t.Errorf("aliases %q", w.People[tomas].Aliases)
				}
			},
			mails: "confirm>tomas receipt>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "a yes from an account that is not known counts, since it does no harm",
			now:  inTime, do: func(w *world) {
				w.says(tomas, Request{Type: Accept, Option: "A"})
				w.letters = nil
				w.pressesFrom("ada@home.example", ada, CalendarPart{PartStat: Accepted})
				if got := w.session().Answers[ada].PartStat; got != Accepted {
					w.t.Errorf("she said %s", got)
				}
			},
			mails: "", status: SessionConfirmed,
		},
		{
			name: "a no from an account that is not known is asked about: anybody may have been forwarded the invitation",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.pressesFrom(home, tomas, CalendarPart{PartStat: Declined})
				if l := w.latest(LetterConfirm, tomas); !l.ConfirmsAddress() || l.Facts.Words != home || l.InReplyTo != "" {
					w.t.Errorf("asked about %q, in reply to %q", l.Facts.Words, l.InReplyTo)
				}
			},
			mails: "confirm>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "once confirmed it counts from when it was received, and the account is known from then on",
			now:  "2027-01-26T13:30:00Z", start: noticeStart, do: func(w *world) {
				w.pressesFrom(home, tomas, CalendarPart{PartStat: Declined})
				w.run(at("2027-01-26T15:00:00Z"))
				w.replies(tomas, LetterConfirm, Request{Type: Confirm})
				if !slices.Contains(w.People[tomas].Aliases, home) {
					w.t.Errorf("aliases %q", w.People[tomas].Aliases)
				}
			},
			mails: "confirm>tomas cancel>tomas cancel>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "a COUNTER from an account that is not known is asked about, and refused by button once it is confirmed",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.pressesFrom(home, tomas, counterTo("2027-01-28T14:00:00Z"))
				w.replies(tomas, LetterConfirm, Request{Type: Accept})
				w.replies(ada, LetterMoveRequest, Request{Type: Decline})
				declinedCounter(w)
			},
			mails:  "confirm>tomas move-request>ada receipt>tomas move-refused>tomas receipt>ada",
			status: SessionConfirmed, starts: noticeStart, outcome: ChangeRefused,
		},
		{
			name: "a COUNTER whose time has passed when it is confirmed is refused by button",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.pressesFrom(home, tomas, counterTo("2027-01-21T14:00:00Z"))
				w.run(at("2027-01-22T10:00:00Z"))
				w.replies(tomas, LetterConfirm, Request{Type: Accept})
				declinedCounter(w)
			},
			mails: "confirm>tomas move-refused>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "a no from an unknown account to an earlier version, or to what is cancelled, asks nothing",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.pressesFrom(home, tomas, CalendarPart{PartStat: Declined, Start: at("2027-01-26T14:00:00Z")})
				w.says(ada, Request{Type: Cancel})
				w.pressesFrom(home, tomas, CalendarPart{PartStat: Declined})
			},
			mails: "receipt>tomas cancel>ada cancel>tomas receipt>tomas", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
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
				w.pressesFrom("stand-in@example.com", tomas, CalendarPart{PartStat: Accepted, Attendee: "stand-in@example.com", DelegatedFrom: "tomas@example.com"})
				for _, l := range w.letters { // his calendar has handed it on: it gets it back
					if l.Event == nil || l.Event.Method != "REQUEST" || l.Event.Sequence != 0 {
						w.t.Errorf("calendar part %+v", l.Event)
					}
				}
			},
			mails: "receipt>tomas receipt>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "of two answers the one that was given later counts, in whatever order they come",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, CalendarPart{PartStat: Accepted, Stamp: at("2027-01-20T09:59:00Z")})
				w.presses(tomas, CalendarPart{PartStat: Declined, Stamp: at("2027-01-20T09:58:00Z")})
				w.presses(tomas, CalendarPart{PartStat: Tentative, Stamp: at("2027-01-20T09:57:00Z")})
				if got := w.letters[0].Facts.Lines[0].Code; got != "older-answer" {
					w.t.Errorf("told %q", got)
				}
			},
			mails: "receipt>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "an answer that comes twice is taken once",
			now:  inTime, start: noticeStart, do: func(w *world) {
				for range 2 {
					w.presses(tomas, CalendarPart{PartStat: Declined, Stamp: at("2027-01-20T09:59:00Z")})
				}
			},
			mails: "cancel>tomas cancel>ada receipt>tomas", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "an answer to an earlier version gets the one that stands",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.says(tomas, moveTo("2027-01-28T14:00:00Z"))
				w.replies(ada, LetterMoveRequest, Request{Type: Accept})
				w.letters = nil
				w.presses(tomas, CalendarPart{PartStat: Declined, Sequence: new(int)})
				w.presses(tomas, CalendarPart{PartStat: Declined, Start: at(noticeStart)})
				w.presses(tomas, CalendarPart{Method: "COUNTER", Sequence: new(int), Start: at("2027-01-29T14:00:00Z")})
				w.presses(tomas, CalendarPart{Method: "COUNTER", Original: at(noticeStart), Start: at("2027-01-29T14:00:00Z")})
				for _, l := range w.letters {
					if l.Event == nil || l.Event.Method != "REQUEST" || l.Event.Sequence != 1 || !l.Event.Start.Equal(w.session().Start) {
						w.t.Errorf("%s carries %+v", l.Kind, l.Event)
					}
				}
			},
			mails:  "receipt>tomas receipt>tomas receipt>tomas receipt>tomas",
			status: SessionConfirmed, starts: "2027-01-28T14:00:00Z", sequence: 1, outcome: ChangeDone,
		},
		{
			name: "a COUNTER that only makes the session longer is declined: its length is the pair's",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, CalendarPart{Method: "COUNTER", Start: at(noticeStart), End: at(noticeStart).Add(time.Hour)})
				declinedCounter(w)
			},
			mails: "move-refused>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "a button after the start is told that it is too late, and changes nothing",
			now:  tooLate, start: noticeStart, do: func(w *world) {
				w.until(noticeStart)
				w.letters = nil
				for _, stat := range []PartStat{Accepted, Declined} {
					w.presses(tomas, CalendarPart{PartStat: stat})
				}
			},
			mails: "receipt>tomas receipt>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "a button for a session that was cancelled is told so",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.says(ada, Request{Type: Cancel})
				w.letters = nil
				w.presses(tomas, CalendarPart{PartStat: Accepted})
				l := w.letters[0]
				if got := l.Facts.Lines[0].Code; got != "was-cancelled" || l.Event == nil || l.Event.Method != "CANCEL" {
					w.t.Errorf("told %q with %+v", got, l.Event)
				}
			},
			mails: "receipt>tomas", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
	})
}

func TestAnInvitationOfTheirOwnIsAskedAboutAsAProposal(t *testing.T) {
	own := CalendarPart{Method: "REQUEST", UID: "own@example.com", Start: at("2027-01-28T14:00:00Z"), End: at("2027-01-28T16:00:00Z")}
	play(t, []story{
		{
			name: "on the number the partner is asked, and the notice counts from the invitation",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, own)
				w.Now = at(tooLate)
				w.replies(tomas, LetterChoices, Request{Type: Choose, Option: "1"})
				if slots := w.latest(LetterMoveRequest, ada).Offered; len(slots) != 1 || !slots[0].Start.Equal(own.Start) || slots[0].End.Sub(slots[0].Start) != w.pair().Length {
					w.t.Errorf("proposed %v", slots)
				}
			},
			mails: "choices>tomas move-request>ada receipt>tomas", status: SessionMoving, starts: noticeStart, outcome: ChangePending,
		},
		{
			name: "one that lies in the past, or that nothing proves to be theirs, is set aside",
			now:  inTime, start: noticeStart, do: func(w *world) {
				past := own
				past.Start, past.End = at("2027-01-19T14:00:00Z"), at("2027-01-19T15:00:00Z")
				w.presses(tomas, past)
				w.pressesFrom("stranger@example.info", tomas, own)
				w.mail(tomas, func(r *Received) { r.Kind, r.Calendar, r.Proof = KindCalendar, &own, ProofNone })
			},
			mails: "", status: SessionConfirmed, starts: noticeStart,
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
	if last := w.records[len(w.records)-1]; last.Result != ResultAsked || !last.Quarantine {
		t.Errorf("recorded %+v", last)
	}
}
