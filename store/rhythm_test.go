package store

import (
	"context"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// rhythm is a world with everything that is kept around sessions and weeks.
func (w world) rhythm() program.Outcome {
	w.ada.CheckInAt = program.WeekTime{Day: time.Tuesday, Minute: 510}
	w.pair.Charter = program.CharterText{
		Said:   map[program.ID]string{w.ada.ID: "Goals: a first talk\x00.", w.tomas.ID: "Rhythm: monthly."},
		Agreed: map[program.ID]bool{w.ada.ID: true}, Revision: 2,
		Stands: map[program.ID]string{w.ada.ID: "Goals: a talk."},
	}
	w.pair.NextAction, w.pair.FirstHeld = 4, noon.AddDate(0, 0, -30)
	w.session.Agenda, w.session.AgendaState = "The talk.\nA dilemma.", program.AgendaAnswered
	w.session.TookPlace = map[program.ID]program.SessionStatus{w.tomas.ID: program.SessionHeld}
	out := w.outcome()
	for n, status := range []program.ActionStatus{program.ActionOpen, program.ActionDone, program.ActionOpen} {
		out.Actions = append(out.Actions, program.Action{ID: w.id("action", n), Pair: w.pair.ID, Session: w.session.ID, Number: n + 1,
			Text: "Read – the book", Status: status, Created: noon})
	}
	for n := range 5 {
		out.Notes = append(out.Notes, program.Note{ID: w.id("note", n), Kind: program.NoteCheckIn, Person: w.ada.ID, Pair: w.pair.ID,
			Text: "Going well.", Shared: n == 4, Created: noon.Add(time.Duration(n) * time.Hour)})
	}
	out.Notes[0].Kind, out.Notes[0].Score, out.Notes[0].Session = program.NoteFeedback, 4, w.session.ID
	for n := range 2 {
		out.Suggestions = append(out.Suggestions, program.Suggestion{ID: w.id("link", n), Person: w.tomas.ID,
			URL: "https://example.org/book", Approved: n == 1, Created: noon.Add(time.Duration(n) * time.Hour)})
	}
	return out
}

func (w world) id(what string, n int) program.ID {
	return program.ID(string(w.pair.ID) + what + string(rune('0'+n)))
}

func TestWhatTheRhythmKeepsComesBack(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := newWorld("one")
		out := w.rhythm()
		want(t, nil, s.Apply(ctx, Source{}, out))
		got, err := s.LoadCase(ctx, w.ada.ID, program.Ref{}, program.Settings{}, noon)
		want(t, nil, err)
		same(t, got.Person.CheckInAt, out.People[0].CheckInAt)
		charter := out.Pairs[0].Charter
		same(t, got.Pair.Charter, charter)
		same(t, got.Pair.NextAction, 4)
		same(t, got.Pair.FirstHeld, out.Pairs[0].FirstHeld)
		same(t, got.Sessions[0].Agenda, out.Sessions[0].Agenda)
		same(t, got.Sessions[0].AgendaState, program.AgendaAnswered)
		same(t, got.Sessions[0].TookPlace, out.Sessions[0].TookPlace)

		first, third := out.Actions[0], out.Actions[2]
		first.Version, third.Version = 1, 1
		same(t, got.Actions, []program.Action{first, third}) // the open ones, by number
		var latest []program.ID
		for _, n := range got.Notes {
			latest = append(latest, n.ID)
		}
		same(t, latest, []program.ID{w.id("note", 3), w.id("note", 2), w.id("note", 1)}) // not the shared one
		notes, err := s.Notes(ctx, w.ada.ID)
		want(t, nil, err)
		feedback := out.Notes[0]
		feedback.Version = 1
		same(t, notes[0], feedback)
		reading, err := s.Reading(ctx)
		want(t, nil, err)
		approved := out.Suggestions[1]
		approved.Version = 1
		same(t, reading, []program.Suggestion{approved})
	})
}

func TestWhatTheRhythmKeepsChangesOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := newWorld("one")
		out := w.rhythm()
		want(t, nil, s.Apply(ctx, Source{}, out))
		action, note, link := out.Actions[0], out.Notes[1], out.Suggestions[0]
		action.Version, note.Version, link.Version = 1, 1, 1
		action.Status, note.Shared, link.Approved = program.ActionDone, true, true
		for rule, change := range map[string]program.Outcome{
			"an action":    {Actions: []program.Action{action}},
			"a note":       {Notes: []program.Note{note}},
			"a suggestion": {Suggestions: []program.Suggestion{link}},
		} {
			t.Log(rule)
			want(t, nil, s.Apply(ctx, Source{}, change))
			want(t, ErrStale, s.Apply(ctx, Source{}, change))
		}
		again := out.Actions[1]
		again.ID, again.Version = "another", 0 // with a number that the pair has used
		want(t, ErrDuplicate, s.Apply(ctx, Source{}, program.Outcome{Actions: []program.Action{again}}))
		actions, err := s.Actions(ctx)
		want(t, nil, err)
		same(t, len(actions), 3)
		same(t, actions[0].Status, program.ActionDone)
		reading, err := s.Reading(ctx)
		want(t, nil, err)
		same(t, len(reading), 2)
	})
}

func TestTheActionThatUNDOWantsIsThere(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := newWorld("one")
		out := w.rhythm()
		closed := out.Actions[1]
		out.Last = &program.LastRequest{Person: w.ada.ID, At: noon, Traces: []program.Trace{{Part: program.PartAction, ID: closed.ID}}}
		want(t, nil, s.Apply(ctx, Source{}, out))
		for person, count := range map[program.ID]int{w.ada.ID: 3, w.tomas.ID: 2} {
			got, err := s.LoadCase(ctx, person, program.Ref{}, program.Settings{}, noon)
			want(t, nil, err)
			same(t, len(got.Actions), count)
		}
	})
}

func TestWhatUNDOTakesAwayIsGoneAndNothingElse(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := newWorld("one")
		out := w.rhythm()
		last := &program.LastRequest{Person: w.ada.ID, At: noon, Traces: []program.Trace{
			{Part: program.PartNote, ID: out.Notes[4].ID}, {Part: program.PartSuggestion, ID: out.Suggestions[0].ID},
		}}
		held, gone := w.newLetter(w.tomas, 1), w.newLetter(w.ada, 2)
		for _, l := range []program.Letter{held, gone} {
			last.Told = append(last.Told, program.Told{Letter: l.ID, Until: noon.Add(time.Hour)})
		}
		out.Last = last
		held.NotBefore = noon.Add(time.Hour)
		out.Letters = []program.Letter{held, gone}
		want(t, nil, s.Apply(ctx, Source{}, out))
		same(t, s.claimLetter(t, 0).Letter.ID, gone.ID)
		c, err := s.LoadCase(ctx, w.ada.ID, program.Ref{}, program.Settings{}, noon)
		want(t, nil, err)
		same(t, len(c.Notes), 4) // three that are not shared, and the one that is wanted back
		same(t, len(c.Suggested), 1)
		same(t, c.Waiting, []program.ID{held.ID})
		drop := program.Dropped{Notes: c.Notes[:1], Suggestions: c.Suggested, Actions: c.Actions[:1], Letters: c.Waiting}
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Drop: drop}))
		want(t, ErrStale, s.Apply(ctx, Source{}, program.Outcome{Drop: drop}))
		want(t, ErrStale, s.Apply(ctx, Source{}, program.Outcome{Drop: program.Dropped{Letters: []program.ID{gone.ID}}}))
		notes, err := s.Notes(ctx, w.ada.ID)
		want(t, nil, err)
		same(t, len(notes), 4)
		all, err := s.Suggestions(ctx)
		want(t, nil, err)
		same(t, len(all), 1)
	})
}

func TestFeedbackAddsUpByPeople(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		totals, err := s.FeedbackTotals(ctx)
		want(t, nil, err)
		same(t, totals, program.FeedbackTotals{})
		w := newWorld("one")
		out := w.outcome()
		for n, mark := range []struct {
			by    program.ID
			kind  program.NoteKind
			score int
		}{
			{w.ada.ID, program.NoteFeedback, 4}, {w.ada.ID, program.NoteFeedback, 5}, {w.tomas.ID, program.NoteFeedback, 2},
			{w.tomas.ID, program.NoteFeedback, 0}, {w.tomas.ID, program.NoteCheckIn, 0},
		} {
			out.Notes = append(out.Notes, program.Note{ID: w.id("mark", n), Kind: mark.kind, Person: mark.by, Pair: w.pair.ID,
				Score: mark.score, Created: noon})
		}
		want(t, nil, s.Apply(ctx, Source{}, out))
		totals, err = s.FeedbackTotals(ctx)
		want(t, nil, err)
		same(t, totals, program.FeedbackTotals{People: 2, Answers: 3, Sum: 11})
	})
}

func TestALetterThatIsTakenBackLeavesNoBytes(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		s.queue(t, w.newLetter(w.ada, 1))
		l := s.claimLetter(t, 0)
		want(t, nil, s.compose(l, "the mail"))
		want(t, nil, s.PutBack(ctx, l.Letter.ID, l.Term, noon, "no connection"))
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Drop: program.Dropped{Letters: []program.ID{l.Letter.ID}}}))
		var left int
		want(t, nil, s.read.Get(&left, `SELECT COUNT(*) FROM raw_letters`))
		same(t, left, 0)
	})
}
