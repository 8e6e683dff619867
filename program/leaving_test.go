package program

import "testing"

func TestWhoHasLeftIsLeftInPeace(t *testing.T) {
	thursday := "2027-01-28T14:00:00Z"
	stop := func(w *world, who ID) {
		w.says(who, Request{Type: Stop})
		w.run(w.Now)
		w.letters = nil
	}
	play(t, []story{
		{
			name: "a search for a time ends when one of the two leaves, and the other is told",
			now:  "2027-01-18T10:00:00Z", do: func(w *world) {
				w.letters = nil
				w.says(ada, Request{Type: Stop})
				w.run(w.Now)
			},
			mails: "goodbye>ada receipt>tomas", status: SessionCancelled,
		},
		{
			name: "a request to move that waits ends when its writer leaves, and the booked time stands",
			now:  inTime, start: noticeStart, do: func(w *world) {
				afresh(w, ada, moveTo(thursday))
				w.letters = nil
				w.says(ada, Request{Type: Stop})
				w.run(w.Now)
			},
			mails: "goodbye>ada receipt>tomas", status: SessionConfirmed, starts: noticeStart, outcome: ChangeKept,
		},
		{
			name: "a yes to a move of somebody who has left moves nothing in one calendar only",
			now:  inTime, start: noticeStart, do: func(w *world) {
				afresh(w, ada, moveTo(thursday))
				w.says(ada, Request{Type: Stop}) // and Tomás answers before anything falls due
				w.letters = nil
				afresh(w, tomas, Request{Type: Accept})
			},
			mails: "receipt>tomas", status: SessionMoving, starts: noticeStart, outcome: ChangePending,
		},
		{
			name: "a request to move is not passed on to who has left",
			now:  inTime, start: noticeStart, do: func(w *world) {
				stop(w, ada)
				afresh(w, tomas, moveTo(thursday))
			},
			mails: "receipt>tomas", status: SessionConfirmed, starts: noticeStart,
		},
		{
			name: "a cancellation of a booked session still reaches them",
			now:  inTime, start: noticeStart, do: func(w *world) {
				stop(w, ada)
				afresh(w, tomas, Request{Type: Cancel})
			},
			mails: "cancel>tomas cancel>ada", status: SessionCancelled, sequence: 1, outcome: ChangeDone,
		},
		{
			name: "a mail in their name that proves nothing is not asked about",
			now:  inTime, start: noticeStart, do: func(w *world) {
				stop(w, ada)
				w.mail(ada, func(r *Received) { r.Proof = ProofNone }, Request{Type: Cancel})
				w.mail(ada, func(r *Received) {
					r.Proof, r.Kind = ProofNone, KindCalendar
					r.Calendar = &CalendarPart{Method: "REPLY", UID: w.session().UID, Attendee: "ada@example.net", PartStat: Declined}
				})
			},
			mails: "", status: SessionConfirmed, starts: noticeStart,
		},
	})
}

func TestUndoKeepsToTheRules(t *testing.T) {
	play(t, []story{
		{
			name: "undoing a booking that both have agreed to is a cancellation, late inside the period",
			now:  "2027-01-18T10:00:00Z", do: func(w *world) {
				afresh(w, tomas, Request{Type: Propose, Times: []When{instant("2027-01-19T09:00:00Z")}})
				afresh(w, ada, Request{Type: Accept})
				w.letters = nil
				afresh(w, ada, Request{Type: Undo})
			},
			mails: "cancel>ada cancel-late>tomas", status: SessionCancelled, sequence: 1, outcome: ChangeDone, late: true,
		},
		{
			name: "undoing a cancellation joins the search that has begun meanwhile",
			now:  "2027-01-19T11:50:00Z", start: noticeStart, do: func(w *world) {
				afresh(w, tomas, Request{Type: Cancel}) // ten minutes before Tomás' morning
				w.apply(w.load(tomas).Due(Timer{Key: "next", Kind: TimerNextSession, Person: tomas, Pair: theirs}, "next", w.Now))
				w.letters = nil
				w.mail(tomas, func(r *Received) { r.Asked = nil }, Request{Type: Undo})
				open := 0
				for _, s := range w.sessions() {
					if s.Open() {
						open++
					}
				}
				if open != 1 {
					w.t.Errorf("%d sessions are open", open)
				}
			},
			mails: "proposal>ada receipt>tomas", status: SessionProposed, outcome: ChangeDone,
		},
	})
}

func TestLettersAreOnTheClockThatHoldsWhenTheMailIsDone(t *testing.T) {
	w := newWorld(t, "2027-01-18T10:00:00Z")
	w.start()
	w.replies(tomas, LetterAskTimes, Request{Type: Accept, Option: "A"}, Request{Type: SetZone, Value: "Europe/Lisbon"})
	if l := w.latest(LetterInvite, tomas); l.Facts.Zone != "Europe/Lisbon" {
		t.Errorf("the writer's letter is on the clock of %s", l.Facts.Zone)
	}
	if l := w.latest(LetterInvite, ada); l.Facts.PartnerZone != "Europe/Lisbon" || l.Facts.Zone != "Europe/Berlin" {
		t.Errorf("the partner's letter is on the clocks of %s and %s", l.Facts.Zone, l.Facts.PartnerZone)
	}
	if zone := w.session().Zone; zone != "Europe/Lisbon" {
		t.Errorf("agreed on the clock of %s", zone)
	}
}

func TestAMailThatAnswersNoneOfOursIsAboutWhatIsAhead(t *testing.T) {
	w := booked(t, "2027-01-26T10:00:00Z", noticeStart)
	w.until("2027-02-02T12:30:00Z") // nobody has said whether it took place; the next is looked for
	fresh := func(r *Received) { r.Asked, r.About = nil, Ref{RefPair, theirs} }
	w.mail(tomas, fresh, Request{Type: Propose, Times: []When{instant("2027-02-10T14:00:00Z")}})
	if s := w.session(); s.Status != SessionProposed || len(s.Bids) != 1 {
		t.Errorf("the proposal went to %+v", s)
	}
	w.mail(tomas, fresh, Request{Type: Held})
	if s := w.sessions()[0]; s.Status != SessionHeld {
		t.Errorf("the session that was under way is %s", s.Status)
	}
}
