package program

import (
	"slices"
	"testing"
)

// TestAnotherLinkReachesTheCalendars imports the pair anew with another link.
func TestAnotherLinkReachesTheCalendars(t *testing.T) {
	const link = "https://meet.example.org/new"
	imports := func(w *world, link string) {
		row := PairRow{Mentor: w.People[ada].Email, Mentee: w.People[tomas].Email, Link: link}
		out, _, wrong := ImportPairs([]PairRow{row}, []Person{w.People[ada], w.People[tomas]}, []Pair{w.pair()}, "again "+link, w.Now)
		if len(wrong) > 0 {
			w.t.Fatal(wrong)
		}
		w.apply(out)
		w.run(w.Now)
	}
	play(t, []story{
		{
			name: "both get the entry with the new link and a higher SEQUENCE, and their answers stand",
			now:  inTime, start: noticeStart, do: func(w *world) {
				imports(w, link)
				for _, who := range []ID{ada, tomas} {
					e := w.latest(LetterUpdate, who).Event
					if e.Method != "REQUEST" || e.Sequence != 1 || e.Location != link || !e.Start.Equal(at(noticeStart)) {
						w.t.Errorf("%s got %+v", who, e)
					}
					if slices.ContainsFunc(e.Attendees, func(a Attendee) bool { return a.PartStat != Accepted }) {
						w.t.Errorf("the answers are %+v", e.Attendees)
					}
				}
				imports(w, link) // the same file once more
			},
			mails: "update>ada update>tomas", status: SessionConfirmed, starts: noticeStart, sequence: 1,
		},
		{
			name: "what falls due around the session still does, once",
			now:  inTime, start: noticeStart, do: func(w *world) {
				imports(w, link)
				w.letters = nil
				w.until("2027-01-27T13:30:00Z")
			},
			mails: "free-until>ada free-until>tomas reminder>ada reminder>tomas", status: SessionConfirmed, starts: noticeStart, sequence: 1,
		},
		{
			name: "a move that waits still does, and still ends",
			now:  inTime, start: noticeStart, do: func(w *world) {
				w.says(tomas, moveTo("2027-01-28T14:00:00Z"))
				imports(w, link)
				if w.session().Status != SessionMoving {
					w.t.Errorf("the session is %s", w.session().Status)
				}
				w.letters = nil
				w.until("2027-01-27T12:30:00Z")
			},
			mails:  "move-request>ada free-until>ada free-until>tomas no-answer>ada no-answer>tomas",
			status: SessionConfirmed, starts: noticeStart, sequence: 1, outcome: ChangeKept,
		},
		{
			name: "a session that has begun is left alone",
			now:  tooLate, start: noticeStart, do: func(w *world) {
				w.until(noticeStart)
				w.letters = nil
				imports(w, link)
			},
			mails: "", status: SessionConfirmed, starts: noticeStart,
		},
	})
}
