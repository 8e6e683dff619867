package program

import (
	"testing"
	"time"
)

func TestQuietHours(t *testing.T) {
	berlin := Person{ID: ada, Zone: "Europe/Berlin", Quiet: DefaultQuiet}
	cases := []struct {
		rule     string
		person   Person
		at, want string // want: "" at once
	}{
		{"a minute before eight in the evening is not quiet", berlin, "2027-01-25T18:59:00Z", ""},
		{"eight in the evening is quiet until eight in the morning", berlin, "2027-01-25T19:00:00Z", "2027-01-26T07:00:00Z"},
		{"after midnight the same night counts", berlin, "2027-01-26T00:30:00Z", "2027-01-26T07:00:00Z"},
		{"exactly eight in the morning is not quiet", berlin, "2027-01-26T07:00:00Z", ""},
		{"the night in which clocks go forward is an hour shorter", berlin, "2027-03-27T21:00:00Z", "2027-03-28T06:00:00Z"},
		{"the night in which clocks go back is an hour longer", berlin, "2027-10-30T19:00:00Z", "2027-10-31T07:00:00Z"},
		{"quiet hours within a day end on it", Person{Zone: "UTC", Quiet: Hours{12 * 60, 14 * 60}}, "2027-01-25T13:00:00Z", "2027-01-25T14:00:00Z"},
		{"somebody may have none", Person{Zone: "UTC"}, "2027-01-25T03:00:00Z", ""},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			got := c.person.quietEnd(at(c.at))
			if c.want == "" && !got.IsZero() || c.want != "" && !got.Equal(at(c.want)) {
				t.Errorf("got %v, want %q", got, c.want)
			}
		})
	}
}

func TestLettersInTheNight(t *testing.T) {
	// It is one in the morning where Ada lives; the session is at three in the
	// afternoon, so many hours later.
	session := func(kind Kind, hours int, change func(*Letter)) func(*world) Letter {
		return func(w *world) Letter {
			s := w.session()
			l := Letter{Kind: kind, To: ada, About: Ref{RefSession, s.ID}, SessionUID: s.UID}
			l.Facts.Start = w.Now.Add(time.Duration(hours) * time.Hour)
			if change != nil {
				change(&l)
			}
			return l
		}
	}
	cases := []struct {
		rule   string
		letter func(*world) Letter
		now    bool
	}{
		{"a cancellation of a session in 24 hours goes at once", session(LetterCancelLate, 24, nil), true},
		{"a cancellation of one in 25 hours waits", session(LetterCancel, 25, nil), false},
		{"a move away from a time in 10 hours goes at once", session(LetterUpdate, 90, func(l *Letter) {
			l.Facts.Old = l.Facts.Start.Add(-80 * time.Hour)
		}), true},
		{"a request to move to a time in 10 hours goes at once", session(LetterMoveRequest, 40, func(l *Letter) {
			l.Facts.Slots = []Slot{{Start: l.Facts.Start.Add(-30 * time.Hour)}}
		}), true},
		{"the mail an hour before goes at once", session(LetterReminder, 1, nil), true},
		{"an agenda for the afternoon waits", session(LetterAgenda, 14, nil), false},
		{"an agenda for a session in the same night waits, and is left out then", session(LetterAgenda, 5, nil), false},
		{"whether a session took place can wait", session(LetterTookPlace, -2, nil), false},
		{"a question for times waits", func(*world) Letter { return Letter{Kind: LetterAskTimes, To: ada} }, false},
		{"a check-in waits", func(*world) Letter { return Letter{Kind: LetterCheckIn, To: ada} }, false},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			w := booked(t, "2027-01-18T12:00:00Z", "2027-01-27T14:00:00Z")
			w.Now = at("2027-01-26T00:00:00Z")
			d := newDecision(w.load(tomas), "seed", w.Now)
			reader, letter := w.People[ada], c.letter(w)
			held := d.hold(&reader, &letter)
			if c.now != held.IsZero() || !c.now && !held.Equal(at("2027-01-26T07:00:00Z")) {
				t.Errorf("held until %v", held)
			}
			d = newDecision(w.load(ada), "seed", w.Now)
			d.in = &Received{}
			if held := d.hold(&reader, &letter); !held.IsZero() {
				t.Errorf("an answer to the reader's own mail waits until %v", held)
			}
		})
	}
}

func TestTwoUnsolicitedMailsAWeek(t *testing.T) {
	cases := []struct {
		rule string
		sent []string
		at   string
		want string // "" room now
	}{
		{"none sent: room", nil, "2027-01-25T08:00:00Z", ""},
		{"one sent: room", []string{"2027-01-25T07:00:00Z"}, "2027-01-25T08:00:00Z", ""},
		{"two in the last seven days: room on the eighth day, in the morning",
			[]string{"2027-01-20T08:00:00Z", "2027-01-22T15:00:00Z"}, "2027-01-25T08:00:00Z", "2027-01-27T08:00:00Z"},
		{"the same hour a week later is another week", []string{"2027-01-18T08:00:00Z", "2027-01-22T15:00:00Z"}, "2027-01-25T08:00:00Z", ""},
		{"a pass that came late does not shift the week", []string{"2027-01-18T08:14:00Z", "2027-01-22T15:00:00Z"}, "2027-01-25T08:00:00Z", ""},
		{"nor does a week that a clock change makes shorter", []string{"2027-03-22T08:00:00Z", "2027-03-26T15:00:00Z"}, "2027-03-29T07:00:00Z", ""},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			p := Person{Zone: "Europe/Berlin"}
			for _, sent := range c.sent {
				p.Unsolicited = p.withUnsolicited(at(sent))
			}
			got := p.roomAt(at(c.at))
			if c.want == "" && !got.IsZero() || c.want != "" && !got.Equal(at(c.want)) {
				t.Errorf("room at %v, want %q", got, c.want)
			}
		})
	}
}

func TestJoining(t *testing.T) {
	timer := func(kind TimerKind, session, person ID) Timer {
		return Timer{Kind: kind, Session: session, Pair: "q", Person: person}
	}
	free := timer(TimerFreeUntil, "s", ada)
	for _, c := range []struct {
		rule string
		a, b Timer
		want bool
	}{
		{"changes are free, with the agenda question of the same session", timer(TimerAgendaRequest, "s", ada), free, true},
		{"changes are free, with the agenda of the same session", free, timer(TimerAgenda, "s", ada), true},
		{"a check-in is read by others than the agenda", timer(TimerAgendaRequest, "s", ada), timer(TimerCheckIn, "", ada), false},
		{"a check-in is read by others than a change", timer(TimerCheckIn, "", ada), free, false},
		{"so is feedback", timer(TimerFeedback, "", ada), free, false},
		{"the journal nudge stands alone", free, timer(TimerJournal, "", ada), false},
		{"the hour-before mail keeps its hour", free, timer(TimerReminder, "s", ada), false},
		{"whether it took place keeps its hour", free, timer(TimerTookPlace, "s", ada), false},
		{"two sessions are two mails", free, timer(TimerFreeUntil, "s2", ada), false},
		{"two people are two mails", free, timer(TimerAgenda, "s", tomas), false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := c.a.with(c.b); got != c.want || c.b.with(c.a) != c.want {
				t.Errorf("joined: %v", got)
			}
		})
	}
}

func TestAwayPutsOffFeedback(t *testing.T) {
	w := booked(t, "2027-01-18T12:00:00Z", "2027-01-27T14:00:00Z")
	p := w.People[tomas]
	p.Absences = []Span{{Start: at("2027-01-30T00:00:00Z"), End: at("2027-02-10T03:00:00Z")}}
	w.People[tomas] = p
	w.editPair(func(p *Pair) { p.FirstHeld = at("2027-01-01T14:00:00Z") })
	w.Now = at("2027-01-31T12:00:00Z")
	d := newDecision(w.load(tomas), "seed", w.Now)
	if !d.postponed(Timer{Key: "f", Kind: TimerFeedback, Person: tomas}) {
		t.Fatal("feedback is asked of somebody who is away")
	}
	if got := d.out.Timers[0]; !got.Due.Equal(at("2027-02-10T12:00:00Z")) {
		t.Errorf("asked at %v, want the morning of the return", got.Due)
	}
}
