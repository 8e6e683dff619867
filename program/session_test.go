package program

import (
	"testing"
	"time"
)

// A story is one table case: what happens, and what must have come of it.
type story struct {
	name     string
	now      string
	start    string // of the booked session; empty: a time is being looked for
	do       func(*world)
	mails    string // kind>reader of every letter since, in order
	status   SessionStatus
	starts   string // booked start afterwards, empty: not compared
	sequence int
	outcome  ChangeOutcome // of the latest change, empty: none
	late     bool
	waived   bool
}

func TestSessionsFollowTheRules(t *testing.T) {
	const now, start = "2027-01-18T10:00:00Z", "2027-01-27T14:00:00Z"
	move := Request{Type: Move, Times: []When{instant("2027-01-28T14:00:00Z")}}
	stories := []story{
		{
			name: "the mentee is asked first, with three slots that suit both",
			now:  now, do: func(w *world) {},
			mails: "ask-times>tomas", status: SessionProposed,
		},
		{
			name: "a slot picked from an offer books at once and invites both",
			now:  now, do: func(w *world) { w.says(tomas, Request{Type: Accept, Option: "B"}) },
			mails: "ask-times>tomas invite>ada invite>tomas", status: SessionConfirmed,
		},
		{
			name: "a free proposal goes to the partner first",
			now:  now, do: func(w *world) { w.says(tomas, Request{Type: Propose, Times: []When{instant(start)}}) },
			mails: "ask-times>tomas proposal>ada receipt>tomas", status: SessionProposed,
		},
		{
			name: "proposals that cross and share an instant book it at once",
			now:  now, do: func(w *world) {
				w.mail(ada, func(r *Received) { r.About = Ref{RefPerson, ada} }, Request{Type: Propose, Times: []When{instant("2027-01-26T09:00:00Z"), instant(start)}})
				w.mail(tomas, nil, Request{Type: Propose, Times: []When{instant(start)}})
			},
			mails: "ask-times>tomas proposal>tomas receipt>ada invite>ada invite>tomas", status: SessionConfirmed, starts: start,
		},
		{
			name: "a yes to several offers asks which",
			now:  now, do: func(w *world) {
				w.mail(tomas, func(r *Received) { r.Ask, r.Why = true, "which" }, Request{Type: Accept})
			},
			mails: "ask-times>tomas choices>tomas", status: SessionProposed,
		},
		{
			name: "a numbered choice picks the offered slot it stands for",
			now:  now, do: func(w *world) {
				w.mail(tomas, func(r *Received) { r.Ask, r.Why = true, "which" }, Request{Type: Accept})
				w.says(tomas, Request{Type: Choose, Option: "2"})
			},
			mails: "ask-times>tomas choices>tomas invite>ada invite>tomas", status: SessionConfirmed,
		},
		{
			name: "an ambiguous time is asked about and nothing is held",
			now:  now, do: func(w *world) {
				when := instant("2027-01-28T18:00:00Z")
				when.Alternatives = []Span{{Start: at("2027-02-04T18:00:00Z")}}
				w.mail(tomas, func(r *Received) { r.Ask, r.Why = true, "next Thursday" }, Request{Type: Propose, Times: []When{when}})
				w.says(tomas, Request{Type: Choose, Option: "2"})
			},
			mails: "ask-times>tomas choices>tomas proposal>ada receipt>tomas", status: SessionProposed,
		},
		{
			name: "silence is chased twice and then told to the coordinator, and after three weeks that the pair has not met",
			now:  now, do: func(w *world) {
				w.mute = []TimerKind{TimerKickOff}
				w.until("2027-02-28T10:00:00Z")
			},
			mails: "ask-times>tomas ask-times>tomas ask-times>tomas coordinator-prompt>ops coordinator-prompt>ops", status: SessionProposed,
		},
		{
			name: "a move in time waits for the partner",
			now:  now, start: start, do: func(w *world) { w.says(tomas, move) },
			mails: "move-request>ada receipt>tomas", status: SessionMoving, starts: start, outcome: ChangePending,
		},
		{
			name: "a move without a time is answered with slots, and the old time stands",
			now:  now, start: start, do: func(w *world) {
				w.mail(tomas, func(r *Received) { r.Ask, r.Why = true, "no new time" }, Request{Type: Move})
			},
			mails: "offer>tomas", status: SessionConfirmed, starts: start,
		},
		{
			name: "see you then accepts the booked time",
			now:  now, do: func(w *world) {
				w.says(tomas, Request{Type: Accept, Option: "B"})
				w.says(ada, Request{Type: Confirm})
				if !w.session().Agreed(w.pair()) {
					w.t.Error("not agreed")
				}
			},
			mails: "ask-times>tomas invite>ada invite>tomas receipt>ada", status: SessionConfirmed,
		},
		{
			name: "an accepted move raises SEQUENCE and updates both",
			now:  now, start: start, do: func(w *world) {
				w.says(tomas, move)
				w.says(ada, Request{Type: Accept, Option: "A"})
			},
			mails:  "move-request>ada receipt>tomas update>ada update>tomas",
			status: SessionConfirmed, starts: "2027-01-28T14:00:00Z", sequence: 1, outcome: ChangeDone,
		},
		{
			name: "a refused move keeps the old time",
			now:  now, start: start, do: func(w *world) {
				w.says(tomas, move)
				w.says(ada, Request{Type: Decline})
			},
			mails:  "move-request>ada receipt>tomas move-refused>tomas receipt>ada",
			status: SessionConfirmed, starts: start, outcome: ChangeRefused,
		},
		{
			name: "a no to a move that was taken back keeps the booked time",
			now:  now, start: start, do: func(w *world) {
				w.says(tomas, move)
				w.replies(tomas, LetterReceipt, Request{Type: Undo})
				w.replies(ada, LetterMoveRequest, Request{Type: Decline})
			},
			mails:  "move-request>ada receipt>tomas receipt>ada receipt>tomas receipt>ada",
			status: SessionConfirmed, starts: start, outcome: ChangeKept,
		},
		{
			name: "a no to slots for a move brings other slots, and the booked time stands",
			now:  now, start: start, do: func(w *world) {
				w.says(tomas, Request{Type: Move})
				first := w.latest(LetterOffer, tomas).Offered
				w.replies(tomas, LetterOffer, Request{Type: Decline})
				if slot, again := shared(first, w.latest(LetterOffer, tomas).Offered); again {
					w.t.Errorf("%s is offered again", slot.Start)
				}
			},
			mails: "offer>tomas offer>tomas", status: SessionConfirmed, starts: start,
		},
		{
			name: "a no to the time that was accepted calls it off",
			now:  now, start: start, do: func(w *world) {
				about := Ref{RefSession, w.session().ID}
				asked := Letter{Kind: LetterProposal, About: about, Offered: []Slot{{Label: "A", Start: at(start)}}}
				w.mail(ada, func(r *Received) { r.Asked, r.About = &asked, about }, Request{Type: Decline})
			},
			mails: "cancel>ada cancel>tomas", status: SessionCancelled, starts: start, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "another time put to a partner who asked late is no late change of one's own",
			now:  "2027-01-26T15:00:00Z", start: start, do: func(w *world) {
				w.says(tomas, move)
				w.replies(ada, LetterMoveRequest, Request{Type: Move, Times: []When{instant("2027-01-29T14:00:00Z")}})
				w.replies(tomas, LetterMoveRequest, Request{Type: Accept})
				if len(w.changes()) != 1 || w.changes()[0].Person != tomas {
					w.t.Errorf("ledger: %+v", w.changes())
				}
			},
			mails:  "move-request>ada move-late>tomas move-request>tomas receipt>ada update>ada update>tomas",
			status: SessionConfirmed, starts: "2027-01-29T14:00:00Z", sequence: 1, outcome: ChangeDone, late: true,
		},
		{
			name: "a constraint on a move brings slots that fit it, and the old time stands",
			now:  now, start: start, do: func(w *world) {
				week := When{Start: at("2027-02-01T11:00:00Z"), End: at("2027-02-05T20:00:00Z"), Grain: GrainWeek}
				monday := When{Start: at("2027-02-01T03:00:00Z"), End: at("2027-02-02T03:00:00Z"), Grain: GrainDay, Negated: true}
				w.says(tomas, Request{Type: Move})
				w.replies(tomas, LetterOffer, Request{Type: Constrain, Times: []When{week, monday}})
				for _, slot := range w.latest(LetterOffer, tomas).Offered {
					if slot.Start.Before(monday.End) || slot.End.After(week.End) {
						w.t.Errorf("%s does not fit", slot.Start)
					}
				}
			},
			mails: "offer>tomas offer>tomas", status: SessionConfirmed, starts: start,
		},
		{
			name: "a request confirmed after the start changes nothing",
			now:  now, start: start, do: func(w *world) {
				w.mail(tomas, func(r *Received) { r.Proof = ProofNone }, Request{Type: Cancel})
				w.Now = at(start).Add(time.Minute)
				w.replies(tomas, LetterConfirm, Request{Type: Confirm})
			},
			mails: "confirm>tomas receipt>tomas", status: SessionConfirmed, starts: start,
		},
		{
			name: "a late request is taken back by its writer, and the partner told",
			now:  "2027-01-26T15:00:00Z", start: start, do: func(w *world) {
				w.says(tomas, move)
				w.mail(tomas, func(r *Received) { l := w.letters[len(w.letters)-1]; r.Asked = &l }, Request{Type: Decline})
			},
			mails:  "move-request>ada move-late>tomas receipt>ada receipt>tomas",
			status: SessionConfirmed, starts: start, outcome: ChangeKept, late: true,
		},
		{
			name: "EMERGENCY alone marks the change that was asked for",
			now:  "2027-01-26T15:00:00Z", start: start, do: func(w *world) {
				w.says(tomas, move)
				w.says(tomas, Request{Type: Emergency})
				if !w.changes()[0].Emergency {
					w.t.Error("not marked")
				}
			},
			mails:  "move-request>ada move-late>tomas receipt>tomas",
			status: SessionMoving, starts: start, outcome: ChangePending, late: true,
		},
		{
			name: "silence keeps the old time and both are told",
			now:  now, start: start, do: func(w *world) {
				w.says(tomas, move)
				w.until("2027-01-27T13:30:00Z")
			},
			mails:  "move-request>ada receipt>tomas move-request>ada free-until>ada free-until>tomas no-answer>ada no-answer>tomas reminder>ada reminder>tomas",
			status: SessionConfirmed, starts: start, outcome: ChangeKept,
		},
		{
			name: "a late move is told its shortfall and needs consent",
			now:  "2027-01-26T15:00:00Z", start: start, do: func(w *world) { w.says(tomas, move) },
			mails: "move-request>ada move-late>tomas", status: SessionMoving, starts: start, outcome: ChangePending, late: true,
		},
		{
			name: "no problem to a late move with one time is consent and waiver",
			now:  "2027-01-26T15:00:00Z", start: start, do: func(w *world) {
				w.says(tomas, move)
				w.says(ada, Request{Type: Waive})
			},
			mails:  "move-request>ada move-late>tomas update>ada update>tomas",
			status: SessionConfirmed, starts: "2027-01-28T14:00:00Z", sequence: 1, outcome: ChangeDone, late: true, waived: true,
		},
		{
			name: "the strict policy refuses a late move outright",
			now:  "2027-01-26T15:00:00Z", start: start, do: func(w *world) {
				w.Settings.Strict = true
				w.says(tomas, move)
			},
			mails: "move-refused>tomas", status: SessionConfirmed, starts: start, outcome: ChangeRefused, late: true,
		},
		{
			name: "a cancellation in time takes effect at once",
			now:  now, start: start, do: func(w *world) { w.says(tomas, Request{Type: Cancel}) },
			mails: "cancel>tomas cancel>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "exactly 24 hours is in time",
			now:  "2027-01-26T14:00:00Z", start: start, do: func(w *world) { w.says(tomas, Request{Type: Cancel}) },
			mails: "cancel>tomas cancel>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "one second less is late, and announced at once all the same",
			now:  "2027-01-26T14:00:01Z", start: start, do: func(w *world) { w.says(tomas, Request{Type: Cancel}) },
			mails: "cancel>tomas cancel-late>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone, late: true,
		},
		{
			name: "the partner's no problem waives a late cancellation",
			now:  "2027-01-26T15:00:00Z", start: start, do: func(w *world) {
				w.says(tomas, Request{Type: Cancel})
				w.says(ada, Request{Type: Waive})
			},
			mails:  "cancel>tomas cancel-late>ada receipt>tomas receipt>ada",
			status: SessionCancelled, sequence: 1, outcome: ChangeDone, late: true, waived: true,
		},
		{
			name: "after the start nothing can be changed",
			now:  "2027-01-27T12:00:00Z", start: start, do: func(w *world) {
				w.until("2027-01-27T14:05:00Z")
				w.letters = nil
				w.says(tomas, Request{Type: Cancel})
			},
			mails: "receipt>tomas", status: SessionConfirmed, starts: start,
		},
		{
			name: "a calendar DECLINE is a cancellation",
			now:  now, start: start, do: func(w *world) { w.presses(tomas, CalendarPart{PartStat: Declined}) },
			mails: "cancel>tomas cancel>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "a calendar ACCEPTED is answered with no mail",
			now:  now, start: start, do: func(w *world) { w.presses(tomas, CalendarPart{PartStat: Accepted}) },
			mails: "", status: SessionConfirmed, starts: start,
		},
		{
			name: "TENTATIVE changes nothing",
			now:  now, start: start, do: func(w *world) { w.presses(tomas, CalendarPart{PartStat: Tentative}) },
			mails: "", status: SessionConfirmed, starts: start,
		},
		{
			name: "a COUNTER is a move request",
			now:  now, start: start, do: func(w *world) {
				w.presses(tomas, CalendarPart{Method: "COUNTER", Start: at("2027-01-28T14:00:00Z"), End: at("2027-01-28T14:45:00Z")})
			},
			mails: "move-request>ada receipt>tomas", status: SessionMoving, starts: start, outcome: ChangePending,
		},
		{
			name: "a COUNTER with the present time proposes nothing",
			now:  now, start: start, do: func(w *world) {
				w.presses(tomas, CalendarPart{Method: "COUNTER", Start: at(start)})
			},
			mails: "", status: SessionConfirmed, starts: start,
		},
		{
			name: "an answer to an earlier version is ignored and its sender told",
			now:  now, start: start, do: func(w *world) {
				w.says(tomas, move)
				w.says(ada, Request{Type: Accept, Option: "A"})
				w.letters = nil
				zero := 0
				w.presses(tomas, CalendarPart{PartStat: Declined, Sequence: &zero})
			},
			mails: "receipt>tomas", status: SessionConfirmed, starts: "2027-01-28T14:00:00Z", sequence: 1, outcome: ChangeDone,
		},
		{
			name: "a mail without proof changes nothing and asks the registered address",
			now:  now, start: start, do: func(w *world) {
				w.mail(tomas, func(r *Received) { r.Proof = ProofNone }, Request{Type: Cancel})
			},
			mails: "confirm>tomas", status: SessionConfirmed, starts: start,
		},
		{
			name: "a confirmed request counts from when it was first received",
			now:  "2027-01-26T13:00:00Z", start: start, do: func(w *world) {
				w.mail(tomas, func(r *Received) { r.Proof = ProofNone }, Request{Type: Cancel})
				w.until("2027-01-26T18:00:00Z")
				w.says(tomas, Request{Type: Confirm})
			},
			mails: "confirm>tomas cancel>tomas cancel>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "both asking for the same new time is agreement",
			now:  now, start: start, do: func(w *world) {
				w.says(tomas, move)
				w.mail(ada, func(r *Received) { r.Asked = nil; r.About = Ref{RefSession, w.session().ID} }, move)
			},
			mails: "move-request>ada receipt>tomas update>ada update>tomas", status: SessionConfirmed, starts: "2027-01-28T14:00:00Z", sequence: 1, outcome: ChangeDone,
		},
		{
			name: "until both have answered a pick is declined without notice",
			now:  now, do: func(w *world) {
				w.says(tomas, Request{Type: Accept, Option: "A"})
				w.presses(ada, CalendarPart{PartStat: Declined})
			},
			mails: "ask-times>tomas invite>ada invite>tomas cancel>ada cancel>tomas", status: SessionCancelled, sequence: 1,
		},
		{
			name: "both are asked whether the session took place",
			now:  "2027-01-27T13:30:00Z", start: start, do: func(w *world) {
				w.until("2027-01-27T15:45:00Z")
				w.says(tomas, Request{Type: Held})
			},
			mails: "took-place>ada took-place>tomas receipt>tomas", status: SessionHeld, starts: start,
		},
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			var w *world
			if s.start == "" {
				w = newWorld(t, s.now)
				w.start()
			} else {
				w = booked(t, s.now, s.start)
			}
			s.do(w)
			s.check(t, w)
		})
	}
}

func (s story) check(t *testing.T, w *world) {
	t.Helper()
	if got := w.sessionKinds(); got != s.mails {
		t.Errorf("mails\n got %s\nwant %s", got, s.mails)
	}
	session := w.session()
	if session.Status != s.status || session.Sequence != s.sequence {
		t.Errorf("session %s SEQUENCE %d, want %s SEQUENCE %d", session.Status, session.Sequence, s.status, s.sequence)
	}
	if s.starts != "" && !session.Start.Equal(at(s.starts)) {
		t.Errorf("starts %s, want %s", session.Start, s.starts)
	}
	var last Change
	if len(w.changes()) > 0 {
		last = w.changes()[len(w.changes())-1]
	}
	if last.Outcome != s.outcome || last.Late != s.late || last.Waived != s.waived {
		t.Errorf("ledger %q late %v waived %v, want %q %v %v", last.Outcome, last.Late, last.Waived, s.outcome, s.late, s.waived)
	}
}

func TestNoticeIsElapsedTimeAcrossAClockChange(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	received := time.Date(2027, 3, 27, 17, 30, 0, 0, berlin)
	start := time.Date(2027, 3, 28, 18, 0, 0, 0, berlin)
	got := Settings{Notice: 24 * time.Hour}.CheckNotice(start, received)
	if want := (Notice{Given: 23*time.Hour + 30*time.Minute, Short: 30 * time.Minute, Late: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
