package program

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// The pair meets on Wednesday 27 January 2027, 14:00 UTC: 15:00 in Berlin.
const (
	rhythmNow   = "2027-01-18T10:00:00Z"
	rhythmStart = "2027-01-27T14:00:00Z"
)

func TestWhatComesAroundASession(t *testing.T) {
	agenda := Request{Type: Agenda, Text: "How to say no."}
	for _, c := range []struct {
		name, now string
		do        func(*world)
		mails     string
	}{
		{"the agenda is asked for three days before, and once more in silence", rhythmNow, func(w *world) {
			w.until("2027-01-24T13:59:00Z")
			w.letters = nil
			w.until("2027-01-25T14:00:00Z")
		}, "agenda-request>tomas check-in>ada check-in>tomas agenda-request>tomas"},
		{"a session booked at shorter notice has its agenda asked for at once", "2027-01-25T16:00:00Z", func(w *world) {
			w.until("2027-01-25T17:00:00Z")
		}, "agenda-request>tomas"},
		{"nobody is asked for an agenda in the last hours", "2027-01-27T11:30:00Z", func(w *world) {
			w.until("2027-01-27T12:00:00Z")
		}, ""},
		{"an answer, if only that there is nothing, is reminded of no more", rhythmNow, func(w *world) {
			w.until("2027-01-24T15:00:00Z")
			w.replies(tomas, LetterAgendaRequest, Request{Type: None})
			w.letters = nil
			w.until("2027-01-26T11:00:00Z")
		}, "check-in>ada check-in>tomas"},
		{"the mentor gets the agenda with the news that changes are free, once", rhythmNow, func(w *world) {
			w.until("2027-01-24T15:00:00Z")
			w.replies(tomas, LetterAgendaRequest, agenda)
			w.until("2027-01-26T11:00:00Z")
			w.letters = nil
			w.until("2027-01-26T14:00:00Z")
			if parts := w.latest(LetterFreeUntil, ada).Parts; len(parts) != 2 || parts[1].Facts.Agenda == "" {
				w.t.Errorf("the agenda is not a part of it: %+v", parts)
			}
		}, "free-until>ada free-until>tomas"},
		{"what comes after that reaches the mentor a day before", rhythmNow, func(w *world) {
			w.until("2027-01-26T12:30:00Z")
			w.replies(tomas, LetterAgendaRequest, agenda)
			w.letters = nil
			w.until("2027-01-26T14:00:00Z")
		}, "agenda>ada"},
		{"without an agenda the mentor gets no mail", rhythmNow, func(w *world) {
			w.until("2027-01-26T13:00:00Z")
			w.letters = nil
			w.until("2027-01-26T15:00:00Z")
		}, ""},
		{"what comes within the last day reaches the mentor at once, once", rhythmNow, func(w *world) {
			w.until("2027-01-26T15:00:00Z")
			w.letters = nil
			w.mail(tomas, func(r *Received) { r.About = Ref{RefSession, w.session().ID} }, agenda)
			w.until("2027-01-27T12:00:00Z")
		}, "receipt>tomas agenda>ada"},
		{"a session that moved takes its timers with it", rhythmNow, func(w *world) {
			w.says(tomas, Request{Type: Move, Times: []When{instant("2027-02-03T14:00:00Z")}})
			w.says(ada, Request{Type: Accept, Option: "A"})
			w.letters = nil
			w.until("2027-01-31T14:00:00Z")
		}, "check-in>ada check-in>tomas agenda-request>tomas"},
		{"an agenda that came while the mentor's mail was due goes once", rhythmNow, func(w *world) {
			w.until("2027-01-26T13:00:00Z")
			w.letters = nil
			w.Now = at("2027-01-26T14:00:00Z")
			w.mail(tomas, func(r *Received) { r.About = Ref{RefSession, w.session().ID} }, agenda)
			w.until("2027-01-26T15:00:00Z")
		}, "receipt>tomas agenda>ada"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := booked(t, c.now, rhythmStart)
			w.mute = []TimerKind{TimerJournal, TimerKickOff}
			c.do(w)
			if got := w.kinds(0); got != c.mails {
				t.Errorf("mails\n got %s\nwant %s", got, c.mails)
			}
		})
	}
}

func TestTheAgendaQuestionKnowsWhetherTheyHaveMet(t *testing.T) {
	for _, c := range []struct {
		name      string
		firstHeld string
		state     AgendaState
		want      string
	}{
		{"before the first session nothing is asked about the last", "", "", "first"},
		{"its reminder asks so too", "", AgendaAsked, "chase first"},
		{"later the last session is asked about", "2027-01-06T15:00:00Z", "", ""},
		{"with a reminder", "2027-01-06T15:00:00Z", AgendaAsked, "chase"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d decision
			if c.firstHeld != "" {
				d.Pair.FirstHeld = at(c.firstHeld)
			}
			if got := d.agendaReason(Session{AgendaState: c.state}); got != c.want {
				t.Errorf("reason %q, want %q", got, c.want)
			}
		})
	}
}

func TestAnAgendaDisturbsNoAnswer(t *testing.T) {
	w := booked(t, rhythmNow, rhythmStart)
	w.until("2027-01-24T15:00:00Z")
	w.replies(tomas, LetterAgendaRequest, Request{Type: Agenda, Text: "First."})
	w.replies(tomas, LetterAgendaRequest, Request{Type: Agenda, Text: "Second."})
	w.until("2027-01-26T14:00:00Z")
	agenda := w.latest(LetterFreeUntil, ada)
	agenda.Facts = agenda.Parts[1].Facts
	for _, l := range []Letter{w.latest(LetterReceipt, tomas), agenda} {
		if l.Event == nil || l.Event.Method != "REQUEST" || l.Event.Sequence != 0 || !l.Event.Stamp.Equal(l.Created) {
			t.Fatalf("%s has the event %+v", l.Kind, l.Event)
		}
		for _, a := range l.Event.Attendees {
			if a.PartStat != Accepted {
				t.Errorf("%s asks %s anew: %s", l.Kind, a.Name, a.PartStat)
			}
		}
		if l.Facts.Agenda != "First.\nSecond." {
			t.Errorf("%s shows the agenda %q", l.Kind, l.Facts.Agenda)
		}
	}
	if got := w.latest(LetterFreeUntil, tomas).Facts.Agenda; got != "First.\nSecond." {
		t.Errorf("free-until shows %q", got)
	}
}

func TestACharterNeedsBoth(t *testing.T) {
	w := newWorld(t, rhythmNow)
	w.start()
	say := func(who ID, kind Kind, text string) {
		w.replies(who, kind, Request{Type: Charter, Text: text})
	}
	say(tomas, LetterKickOff, "Goals: a talk. Rhythm: weekly.")
	if w.pair().Charter.Revision != 0 {
		t.Error("one answer made a charter")
	}
	w.letters = slices.DeleteFunc(w.letters, func(l Letter) bool { return l.Kind == LetterReceipt })
	say(ada, LetterKickOff, "Timeline: until June.")
	want := "Ada: Timeline: until June.\nTomás: Goals: a talk. Rhythm: weekly."
	for _, who := range []ID{ada, tomas} {
		if got := w.latest(LetterCharter, who).Facts.Note; got != want {
			t.Errorf("the charter to %s is %q, want %q", who, got, want)
		}
	}
	w.replies(tomas, LetterCharter, Request{Type: Agree})
	if w.pair().Charter.Stands != nil {
		t.Error("the charter stands with one AGREE")
	}
	w.replies(ada, LetterCharter, Request{Type: Agree})
	if l := w.latest(LetterCharter, tomas); l.Facts.Reason != "agreed" || w.pair().Charter.Stands == nil {
		t.Errorf("both have agreed: %+v, %q", w.pair().Charter, l.Facts.Reason)
	}

	say(tomas, LetterCharter, "Rhythm: monthly.")
	if got := w.pair().Charter.Stands[tomas]; !strings.Contains(got, "weekly") {
		t.Errorf("a revision that nobody has agreed to stands: %q", got)
	}
	w.replies(tomas, LetterCharter, Request{Type: Agree})
	if got := w.pair().Charter.Stands[tomas]; !strings.Contains(got, "weekly") {
		t.Errorf("a revision stands by its writer's word alone: %q", got)
	}
	w.replies(ada, LetterCharter, Request{Type: Agree})
	if got := w.pair().Charter.Stands[tomas]; got != "Goals: a talk.\nRhythm: monthly." {
		t.Errorf("after both agreed the charter is %q", got)
	}
}

func TestBothSayWhetherItTookPlace(t *testing.T) {
	held, missed := Request{Type: Held}, Request{Type: Missed}
	for _, c := range []struct {
		name   string
		do     func(*world)
		mails  string
		status SessionStatus
	}{
		{"the first answer counts until there is another", func(w *world) { w.replies(ada, LetterTookPlace, held) },
			"receipt>ada", SessionHeld},
		{"the same answer twice is agreement", func(w *world) {
			w.replies(ada, LetterTookPlace, missed)
			w.replies(tomas, LetterTookPlace, missed)
		}, "receipt>ada receipt>tomas", SessionMissed},
		{"different answers go to both, and to no coordinator", func(w *world) {
			w.replies(ada, LetterTookPlace, held)
			w.replies(tomas, LetterTookPlace, missed)
		}, "receipt>ada took-place>ada took-place>tomas", SessionHeld},
		{"whoever comes round settles it", func(w *world) {
			w.replies(ada, LetterTookPlace, held)
			w.replies(tomas, LetterTookPlace, missed)
			w.replies(ada, LetterTookPlace, missed)
		}, "receipt>ada took-place>ada took-place>tomas receipt>ada", SessionMissed},
		{"insisting tells nobody a second time", func(w *world) {
			w.replies(ada, LetterTookPlace, held)
			w.replies(tomas, LetterTookPlace, missed)
			w.replies(tomas, LetterTookPlace, missed)
		}, "receipt>ada took-place>ada took-place>tomas receipt>tomas", SessionHeld},
		{"a listed action is numbered and goes to both", func(w *world) {
			w.replies(ada, LetterTookPlace, Request{Type: Held, Text: "Yes. 1. Tomás reads the book."})
		}, "actions>ada actions>tomas", SessionHeld},
		{"the same action from both is one", func(w *world) {
			w.replies(ada, LetterTookPlace, Request{Type: Held, Text: "1. Read the book"})
			w.replies(tomas, LetterTookPlace, Request{Type: Held, Text: "- read the book."})
		}, "actions>ada actions>tomas receipt>tomas", SessionHeld},
		{"nothing is picked out of a session that was missed", func(w *world) {
			w.replies(ada, LetterTookPlace, Request{Type: Missed, Text: "No.\n- I was ill"})
		}, "receipt>ada", SessionMissed},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := booked(t, rhythmNow, rhythmStart)
			w.until("2027-01-27T15:45:00Z")
			w.forgetLetters()
			c.do(w)
			if got := w.kinds(w.from); got != c.mails {
				t.Errorf("mails\n got %s\nwant %s", got, c.mails)
			}
			if got := w.session().Status; got != c.status {
				t.Errorf("session %s, want %s", got, c.status)
			}
		})
	}
}

// agreed is a world in which the first session was held and left two actions.
func agreed(t *testing.T) *world {
	w := booked(t, rhythmNow, rhythmStart)
	w.until("2027-01-27T15:45:00Z")
	w.replies(tomas, LetterTookPlace, Request{Type: Held, Text: "Yes\n1. Read\n2. Write"})
	w.forgetLetters()
	return w
}

func TestActionsAreKeptUntilTheyAreDone(t *testing.T) {
	w := agreed(t)
	open := func() string {
		var rows []string
		for _, a := range w.Actions[theirs] {
			if a.Status == ActionOpen {
				rows = append(rows, a.row())
			}
		}
		return strings.Join(rows, ", ")
	}
	for _, step := range []struct {
		rule string
		do   func()
		open string
		code string // of the receipt's line
	}{
		{"DONE closes the action of that number", func() { w.says(tomas, Request{Type: Done, Option: "1"}) }, "2. Write", "action-done"},
		{"a closed one cannot be closed again", func() { w.says(ada, Request{Type: Drop, Option: "1"}) }, "2. Write", "no-action"},
		{"UNDO opens it again", func() { w.says(tomas, Request{Type: Undo}) }, "1. Read, 2. Write", "undone"},
		{"UNDO takes back one request, not the one before", func() { w.says(tomas, Request{Type: Undo}) }, "1. Read, 2. Write", "undo-nothing"},
		{"the partner may drop it as well", func() { w.says(ada, Request{Type: Drop, Option: "1"}) }, "2. Write", "action-dropped"},
		{"a corrected list takes the place of what was sent, under new numbers", func() {
			w.replies(tomas, LetterActions, Request{Type: Held, Text: "1. Call Ada\n2. Rest"})
		}, "3. Call Ada, 4. Rest", ""},
	} {
		w.forgetLetters()
		step.do()
		if got := open(); got != step.open {
			t.Errorf("%s: open are %q, want %q", step.rule, got, step.open)
		}
		if last := w.letters[len(w.letters)-1]; step.code != "" && (len(last.Facts.Lines) != 1 || last.Facts.Lines[0].Code != step.code) {
			t.Errorf("%s: the receipt says %+v, want %s", step.rule, last.Facts.Lines, step.code)
		}
	}
	w.until("2027-02-01T12:00:00Z")
	if got := w.latest(LetterCheckIn, tomas).Facts.Rows; !slices.Equal(got, []string{"3. Call Ada", "4. Rest"}) {
		t.Errorf("the check-in lists %q", got)
	}
}

func TestCheckInsComeEveryMondayAtNine(t *testing.T) {
	w := newWorld(t, "2027-01-18T10:00:00Z") // a Monday
	w.start()
	w.until("2027-03-31T00:00:00Z") // Berlin's clocks go forward on the 28th
	for who, zone := range map[ID]string{ada: "Europe/Berlin", tomas: "America/Sao_Paulo"} {
		place, _ := time.LoadLocation(zone)
		want := time.Date(2027, 1, 25, 9, 0, 0, 0, place)
		for _, l := range w.letters {
			if l.Kind != LetterCheckIn || l.To != who {
				continue
			}
			if !l.Created.Equal(want) {
				t.Errorf("%s: a check-in at %s, want %s", who, l.Created, want)
			}
			want = want.AddDate(0, 0, 7)
		}
		if day := want.Format(time.DateOnly); day != "2027-04-05" {
			t.Errorf("%s: the next would be on %s", who, day)
		}
	}
}

func TestCheckInsKeepStillWhereTheyMust(t *testing.T) {
	for rule, change := range map[string]func(*world){
		"not for somebody who is away": func(w *world) {
			w.edit(ada, func(p *Person) {
				p.Absences = []Span{{Start: at("2027-01-01T00:00:00Z"), End: at("2027-02-20T00:00:00Z")}}
			})
		},
		"not while either of them pauses":   func(w *world) { w.edit(tomas, func(p *Person) { p.Status = PersonPaused }) },
		"not while the pair pauses":         func(w *world) { w.editPair(func(p *Pair) { p.Status = PairPaused }) },
		"not after the pair has ended":      func(w *world) { w.editPair(func(p *Pair) { p.Status = PairEnded }) },
		"not two days late":                 func(w *world) { w.late = 49 * time.Hour },
		"not in a week that asks feedback":  func(w *world) { w.editPair(func(p *Pair) { p.FirstHeld = at("2026-12-28T10:00:00Z") }) },
		"not in the week of another pair's": func(w *world) { w.also() },
	} {
		w := newWorld(t, "2027-01-26T10:00:00Z")
		w.start()
		w.editPair(func(p *Pair) { p.FirstHeld = time.Time{} })
		change(w)
		w.until("2027-02-01T18:00:00Z")
		if len(w.Pairs) > 1 { // each has every other week
			w.until("2027-02-08T18:00:00Z")
			if strings.Count(w.kinds(0), "check-in>ada") != 1 {
				t.Errorf("%s: %s", rule, w.kinds(0))
			}
			continue
		}
		if strings.Contains(w.kinds(0), "check-in>ada") {
			t.Errorf("%s: %s", rule, w.kinds(0))
		}
	}
}

func TestFeedbackIsAskedInItsTurn(t *testing.T) {
	w := agreed(t) // held on 27 January
	w.until("2027-07-31T00:00:00Z")
	var days []string
	for _, l := range w.letters {
		if l.Kind == LetterFeedbackRequest {
			days = append(days, l.Created.Format(time.DateOnly)+" "+w.People[l.To].First())
		}
	}
	want := []string{"2027-02-26 Tomás", "2027-03-05 Ada", "2027-04-27 Tomás", "2027-05-04 Ada", "2027-06-26 Tomás", "2027-07-03 Ada"}
	if !slices.Equal(days, want) {
		t.Errorf("feedback was asked\n on %q\nwant %q", days, want)
	}
	for _, l := range w.letters { // 22 February: the week of his request; 1 March: of hers
		day := l.Created.Format(time.DateOnly)
		if l.Kind == LetterCheckIn && (l.To == tomas && day == "2027-02-22" || l.To == ada && day == "2027-03-01") {
			t.Errorf("a check-in to %s in the week of feedback", l.Name)
		}
	}
}

func TestAnswersAreForThoseWhomTheirQuestionNamed(t *testing.T) {
	w := agreed(t)
	w.until("2027-02-01T13:00:00Z")
	w.forgetLetters()
	w.replies(tomas, LetterCheckIn, Request{Type: CheckIn, Text: "My manager is difficult."})
	if got := w.kinds(w.from); got != "receipt>tomas" {
		t.Fatalf("an answer that is not shared goes to: %s", got)
	}
	w.forgetLetters()
	w.replies(tomas, LetterCheckIn, Request{Type: Share})
	if got, note := w.kinds(w.from), w.latest(LetterReceipt, ada).Facts.Note; got != "receipt>ada receipt>tomas" || note != "My manager is difficult." {
		t.Errorf("SHARE sent %q by %s", note, got)
	}
	w.replies(tomas, LetterCheckIn, Request{Type: Share})
	if last := w.letters[len(w.letters)-1]; last.To != tomas || last.Facts.Lines[0].Code != "share-nothing" {
		t.Errorf("a second SHARE sends it again: %+v", last)
	}
	w.forgetLetters()
	w.replies(tomas, LetterCheckIn, Request{Type: Share, Text: "Thank you, Ada."}, Request{Type: CheckIn, Text: "All is well."})
	if note := w.latest(LetterReceipt, ada).Facts.Note; note != "Thank you, Ada.\nAll is well." || strings.Count(w.kinds(w.from), "receipt>ada") != 1 {
		t.Errorf("SHARE with words sent %q by %s", note, w.kinds(w.from))
	}
}

func TestAMarkMayComeAfterItsWords(t *testing.T) {
	w := agreed(t)
	w.until("2027-02-26T13:00:00Z")
	asked := w.latest(LetterFeedbackRequest, tomas)
	clear(w.Notes)
	w.mail(tomas, func(r *Received) { r.Asked, r.About, r.Ask = &asked, asked.About, true }, Request{Type: Feedback, Text: "Longer, please."})
	w.replies(tomas, LetterFeedbackRequest, Request{Type: Feedback, Value: "4", Text: "4"})
	if len(w.Notes[tomas]) != 1 || w.Notes[tomas][0].Score != 4 || w.Notes[tomas][0].Text != "Longer, please." || w.Notes[tomas][0].Kind != NoteFeedback {
		t.Errorf("kept %+v", w.Notes[tomas])
	}
}

func TestFiguresNeedFivePeople(t *testing.T) {
	if _, _, ok := (FeedbackTotals{People: 4, Answers: 12, Sum: 40}).Report(); ok {
		t.Error("four people are shown")
	}
	if answers, mean, ok := (FeedbackTotals{People: 5, Answers: 8, Sum: 30}).Report(); !ok || answers != 8 || mean != 3.75 {
		t.Errorf("five people: %d %v %v", answers, mean, ok)
	}
}

func TestSuggestionsWaitForTheCoordinator(t *testing.T) {
	w := agreed(t)
	w.says(tomas, Request{Type: Suggest, Text: "read (https://example.org/a?b=1), it is good"})
	if len(w.Suggestions) != 1 || w.Suggestions[0].URL != "https://example.org/a?b=1" || w.Suggestions[0].Approved {
		t.Fatalf("kept %+v", w.Suggestions)
	}
	if got := w.kinds(w.from); got != "coordinator-prompt>ops receipt>tomas" {
		t.Errorf("mails %s", got)
	}
	count := func() (shown int) {
		for _, l := range w.letters {
			if l.Kind == LetterCheckIn && l.Facts.Note == "https://example.org/a?b=1" {
				shown++
			}
		}
		return shown
	}
	w.until("2027-02-16T00:00:00Z")
	if count() != 0 {
		t.Error("it is shown before it is approved")
	}
	w.Suggestions[0].Approved = true
	w.until("2027-04-06T00:00:00Z")
	if count() < 4 {
		t.Errorf("approved, it was shown %d times", count())
	}
}
