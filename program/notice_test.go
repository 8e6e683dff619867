package program

import (
	"testing"
	"time"
)

// play runs stories, each in a world of its own.
func play(t *testing.T, stories []story) {
	t.Helper()
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

const (
	noticeStart = "2027-01-27T14:00:00Z"
	inTime      = "2027-01-20T10:00:00Z"
	tooLate     = "2027-01-26T15:00:00Z"
)

// moveTo asks for another time in words.
func moveTo(start string) Request {
	return Request{Type: Move, Times: []When{instant(start)}}
}

// counterTo asks for another time by button.
func counterTo(start string) CalendarPart {
	return CalendarPart{Method: "COUNTER", Start: at(start), End: at(start).Add(45 * time.Minute)}
}

// declinedCounter holds that a refusal of a button went out.
func declinedCounter(w *world) {
	w.t.Helper()
	for _, l := range w.letters {
		if l.Event != nil && l.Event.Method == "DECLINECOUNTER" {
			return
		}
	}
	w.t.Error("no DECLINECOUNTER")
}

func TestNoticeRuleHoldsByButtonAndInWords(t *testing.T) {
	thursday := "2027-01-28T14:00:00Z"
	play(t, []story{
		{
			name: "a DECLINE by button inside the period is a late cancellation",
			now:  tooLate, start: noticeStart, do: func(w *world) { w.presses(ada, CalendarPart{PartStat: Declined}) },
			mails: "cancel>ada cancel-late>tomas", status: SessionCancelled, sequence: 1, outcome: ChangeDone, late: true,
		},
		{
			name: "a COUNTER by button inside the period is a late move",
			now:  tooLate, start: noticeStart, do: func(w *world) { w.presses(ada, counterTo(thursday)) },
			mails: "move-request>tomas move-late>ada", status: SessionMoving, starts: noticeStart, outcome: ChangePending, late: true,
		},
		{
			name: "the strict policy answers a late COUNTER with DECLINECOUNTER",
			now:  tooLate, start: noticeStart, do: func(w *world) {
				w.Settings.Strict = true
				w.presses(ada, counterTo(thursday))
				declinedCounter(w)
			},
			mails: "move-refused>ada", status: SessionConfirmed, starts: noticeStart, outcome: ChangeRefused, late: true,
		},
		{
			name: "the strict policy lets a late cancellation through, since nobody must wait in vain",
			now:  tooLate, start: noticeStart, do: func(w *world) {
				w.Settings.Strict = true
				w.says(tomas, Request{Type: Cancel})
			},
			mails: "cancel>tomas cancel-late>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone, late: true,
		},
		{
			name: "under the strict policy a late request leaves the earlier one in time pending",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.Settings.Strict = true
				w.says(tomas, moveTo("2027-01-29T14:00:00Z"))
				w.run(at(tooLate))
				w.letters = nil
				w.says(tomas, moveTo(thursday))
				w.mail(ada, func(r *Received) { r.Asked, r.About = nil, Ref{RefSession, w.session().ID} }, Request{Type: Accept})
				w.Changes[theirs] = w.changes()[:1]
			},
			mails:  "move-refused>tomas update>ada update>tomas",
			status: SessionConfirmed, starts: "2027-01-29T14:00:00Z", sequence: 1, outcome: ChangeDone,
		},
		{
			name: "silence refuses a COUNTER with DECLINECOUNTER",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(ada, counterTo(thursday))
				w.letters = nil
				w.until("2027-01-27T12:30:00Z")
				declinedCounter(w)
			},
			mails:  "move-request>tomas free-until>ada free-until>tomas no-answer>ada no-answer>tomas",
			status: SessionConfirmed, starts: noticeStart, outcome: ChangeKept,
		},
		{
			name: "a COUNTER to a booking that both have not yet answered is free, and refused with DECLINECOUNTER",
			now:  inTime, do: func(w *world) {
				w.says(tomas, Request{Type: Accept, Option: "A"})
				w.letters = nil
				w.presses(ada, counterTo(w.session().Start.Add(3*time.Hour).Format(time.RFC3339)))
				w.says(tomas, Request{Type: Decline})
				declinedCounter(w)
			},
			mails: "move-request>tomas receipt>ada move-refused>ada receipt>tomas", status: SessionConfirmed,
		},
		{
			name: "a newer request of the same person takes the place of the one that waits",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.says(tomas, moveTo(thursday))
				w.letters = nil
				w.says(tomas, moveTo("2027-01-29T14:00:00Z"))
				if w.changes()[0].Outcome != ChangeKept {
					w.t.Errorf("the first request is %q", w.changes()[0].Outcome)
				}
			},
			mails: "move-request>ada receipt>tomas", status: SessionMoving, starts: noticeStart, outcome: ChangePending,
		},
		{
			name: "the same request a second time asks the partner once",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.presses(tomas, counterTo(thursday))
				w.presses(tomas, counterTo(thursday))
			},
			mails: "move-request>ada receipt>tomas receipt>tomas", status: SessionMoving, starts: noticeStart, outcome: ChangePending,
		},
		{
			name: "both asking at once for different times leaves either to be accepted",
			now:  inTime, start: noticeStart, do: func(w *world) {
				fresh := func(r *Received) { r.Asked, r.About = nil, Ref{RefSession, w.session().ID} }
				w.mail(tomas, fresh, moveTo(thursday))
				w.mail(ada, fresh, moveTo("2027-01-29T14:00:00Z"))
				w.letters = nil
				w.mail(ada, fresh, Request{Type: Decline}) // Tomás' Thursday
				if w.session().Waiting != tomas {
					w.t.Errorf("waits for %q", w.session().Waiting)
				}
				w.mail(tomas, fresh, Request{Type: Accept})
			},
			mails:  "move-refused>tomas receipt>ada update>ada update>tomas",
			status: SessionConfirmed, starts: "2027-01-29T14:00:00Z", sequence: 1, outcome: ChangeDone,
		},
		{
			name: "a cancellation during a pending move ends both",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.says(tomas, moveTo(thursday))
				w.letters = nil
				w.mail(tomas, func(r *Received) { r.Asked = nil }, Request{Type: Cancel})
				if w.changes()[0].Outcome != ChangeKept {
					w.t.Errorf("the move is %q", w.changes()[0].Outcome)
				}
			},
			mails: "cancel>tomas cancel>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "a move asked for after the start changes nothing",
			now:  tooLate, start: noticeStart, do: func(w *world) {
				w.until("2027-01-27T14:00:00Z")
				w.letters = nil
				w.says(ada, moveTo(thursday))
				w.presses(ada, counterTo(thursday))
			},
			mails: "receipt>ada receipt>ada", status: SessionConfirmed, starts: noticeStart,
		},
	})
}

func TestNoticeCountsFromTheReceiptByTheMailServer(t *testing.T) {
	received := func(when string) func(*Received) {
		return func(r *Received) { r.At, r.Written = at(when), at(when) }
	}
	play(t, []story{
		{
			name: "a cancellation received in time and processed late is in time",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.Now = at("2027-01-27T10:00:00Z")
				w.mail(tomas, received("2027-01-26T13:59:00Z"), Request{Type: Cancel})
			},
			mails: "cancel>tomas cancel>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "a date in the past that the mail itself states does not make it early",
			now:  tooLate, start: noticeStart, do: func(w *world) {
				w.mail(tomas, func(r *Received) { r.Written = at(inTime) }, Request{Type: Cancel})
			},
			mails: "cancel>tomas cancel-late>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone, late: true,
		},
		{
			name: "a cancellation received before the start stands although it is processed after it, and both are told",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.Now = at("2027-01-27T16:00:00Z")
				w.mail(tomas, received("2027-01-27T13:00:00Z"), Request{Type: Cancel})
			},
			mails: "cancel>tomas cancel-late>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone, late: true,
		},
		{
			name: "a yes to a move, received before the start and processed after it, moves to a time that is still ahead",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.says(tomas, moveTo("2027-01-28T14:00:00Z"))
				w.letters = w.letters[:1] // the move-request, which Ada answers
				w.Now = at("2027-01-27T16:00:00Z")
				w.mail(ada, received("2027-01-26T09:00:00Z"), Request{Type: Accept})
			},
			mails:  "move-request>ada update>ada update>tomas",
			status: SessionConfirmed, starts: "2027-01-28T14:00:00Z", sequence: 1, outcome: ChangeDone,
		},
		{
			name: "a request for a move that is processed after the start keeps the old time",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.Now = at("2027-01-27T14:30:00Z")
				w.mail(tomas, received("2027-01-25T09:00:00Z"), moveTo("2027-01-28T14:00:00Z"))
			},
			mails: "receipt>tomas", status: SessionConfirmed, starts: noticeStart, outcome: ChangeKept,
		},
		{
			name: "the partner gets an hour to answer a request shortly before the start",
			now:  "2027-01-27T11:30:00Z", start: noticeStart, do: func(w *world) {
				w.says(tomas, moveTo("2027-01-28T14:00:00Z"))
				w.letters = nil
				w.until("2027-01-27T12:45:00Z")
			},
			mails: "", status: SessionMoving, starts: noticeStart, outcome: ChangePending, late: true,
		},
	})
}

func TestTheCoordinatorLetsALateChangePass(t *testing.T) {
	waive := func(w *world, who ID) {
		w.letters = nil
		out := w.load(who).WaiveLate(w.changes()[len(w.changes())-1].ID, "waive", w.Now)
		out.Record.Result = ResultActed
		w.apply(out)
	}
	play(t, []story{
		{
			name: "a late cancellation stays done and no longer counts",
			now:  tooLate, start: noticeStart, do: func(w *world) {
				w.says(tomas, Request{Type: Cancel})
				waive(w, tomas)
				if n := w.load(tomas).LateChanges; n != 0 {
					w.t.Errorf("%d late changes count", n)
				}
			},
			mails: "receipt>tomas", status: SessionCancelled, sequence: 1, outcome: ChangeDone, late: true, waived: true,
		},
		{
			name: "a move that the strict policy refused is put to the partner after all",
			now:  tooLate, start: noticeStart, do: func(w *world) {
				w.Settings.Strict = true
				w.says(tomas, moveTo("2027-01-28T14:00:00Z"))
				waive(w, tomas)
				w.letters = w.letters[:1] // what Ada answers
				w.says(ada, Request{Type: Accept})
			},
			mails:  "move-request>ada update>ada update>tomas",
			status: SessionConfirmed, starts: "2027-01-28T14:00:00Z", sequence: 1, outcome: ChangeDone, late: true, waived: true,
		},
		{
			name: "a move that still waits is not consented to by the coordinator",
			now:  tooLate, start: noticeStart, do: func(w *world) {
				w.says(tomas, moveTo("2027-01-28T14:00:00Z"))
				waive(w, tomas)
			},
			mails: "receipt>tomas", status: SessionMoving, starts: noticeStart, outcome: ChangePending, late: true, waived: true,
		},
		{
			name: "a waiver is given once",
			now:  tooLate, start: noticeStart, do: func(w *world) {
				w.says(tomas, Request{Type: Cancel})
				waive(w, tomas)
				waive(w, tomas)
			},
			mails: "", status: SessionCancelled, sequence: 1, outcome: ChangeDone, late: true, waived: true,
		},
	})
}
