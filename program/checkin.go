package program

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// checkInUseful is how late a check-in may come, as after a downtime.
	checkInUseful  = 2 * 24 * time.Hour
	feedbackUseful = 7 * 24 * time.Hour

	feedbackFirst  = 30 // days after the first session that was held
	feedbackMentor = 7  // days after the mentee is asked
	feedbackAgain  = 60 // days

	// noteFresh is how long a bare SHARE, or a mark alone, still means the
	// last answer.
	noteFresh = 14 * 24 * time.Hour
)

// checkInTime is the hour of the week that the person chose.
func (p Person) checkInTime() WeekTime {
	if p.CheckInAt == (WeekTime{}) {
		return DefaultCheckInTime
	}
	return p.CheckInAt
}

// nextCheckIn sets the person's next check-in after the instant.
func (d *decision) nextCheckIn(p Person, after time.Time) {
	due := p.checkInTime().Next(after, p.Location())
	d.timer(Timer{
		Key:  string(d.Pair.ID) + "/" + string(TimerCheckIn) + "/" + string(p.ID) + "/" + due.Format(time.DateOnly),
		Kind: TimerCheckIn, Due: due, Person: p.ID, Pair: d.Pair.ID,
	})
}

// checkIn asks how it is going, every week for as long as the pair lasts.
// Somebody with several pairs is asked about one of them each week.
func (d *decision) checkIn(t Timer) {
	p := d.Person
	if !d.Pair.Has(p.ID) || d.Pair.Status == PairEnded {
		return
	}
	d.nextCheckIn(p, later(d.now, t.Due))
	week := weekOf(t.Due.In(p.Location()))
	if !d.takesPart(p) || d.now.Sub(t.Due) > checkInUseful || !d.turn(week) || d.feedbackWithin(p, t.Due) || d.full(p) {
		return
	}
	l := d.letter(LetterCheckIn, p, Ref{RefPair, d.Pair.ID})
	l.Purpose = AboutCheckIn
	l.Facts.Rows = actionRows(d.openActions())
	l.Facts.Note = d.reading(week)
	d.post(l)
}

// takesPart reports whether the person can be asked about the pair now.
func (d *decision) takesPart(p Person) bool {
	return d.Pair.Status == PairActive && !d.early() && d.Mentor.Status == PersonActive && d.Mentee.Status == PersonActive &&
		!p.isAway(d.now)
}

// weekOf counts the weeks, which begin on Monday, on the clock of the instant.
func weekOf(local time.Time) int {
	_, offset := local.Zone()
	const week = 7 * 24 * 3600
	const monday = 4 * 24 * 3600 // 5 January 1970
	return int((local.Unix() + int64(offset) - monday) / week)
}

// turn reports whether it is this pair's week, among those of the person.
func (d *decision) turn(week int) bool {
	i := slices.Index(d.LivePairs, d.Pair.ID)
	return i < 0 || week%len(d.LivePairs) == i
}

// feedbackDue is when the person is asked for feedback for the nth time, from
// 0 on: at nine in the morning of the day.
func (d *decision) feedbackDue(p Person, n int) time.Time {
	days := feedbackFirst + n*feedbackAgain
	if p.ID == d.Pair.Mentor {
		days += feedbackMentor
	}
	held := d.Pair.FirstHeld.In(p.Location())
	return time.Date(held.Year(), held.Month(), held.Day()+days, 9, 0, 0, 0, held.Location())
}

// feedbackWithin reports whether feedback is asked for in the week from the
// instant on: it takes the place of that week's check-in.
func (d *decision) feedbackWithin(p Person, from time.Time) bool {
	if d.Pair.FirstHeld.IsZero() {
		return false
	}
	for n := 0; ; n++ {
		due := d.feedbackDue(p, n)
		if !due.Before(from) {
			return due.Before(from.AddDate(0, 0, 7))
		}
	}
}

func (d *decision) feedbackTimer(p Person, n int) {
	d.timer(Timer{
		Key:  string(d.Pair.ID) + "/" + string(TimerFeedback) + "/" + string(p.ID) + "/" + d.Pair.FirstHeld.Format(time.DateOnly) + "/" + strconv.Itoa(n),
		Kind: TimerFeedback, Due: d.feedbackDue(p, n), Person: p.ID, Pair: d.Pair.ID, Count: n,
	})
}

// askFeedback asks what the person thinks of format and structure.
func (d *decision) askFeedback(t Timer) {
	p := d.Person
	const aDay = 24 * time.Hour // that the person may have moved west since
	if !d.Pair.Has(p.ID) || d.Pair.Status == PairEnded || d.Pair.FirstHeld.IsZero() || d.now.Before(d.feedbackDue(p, t.Count).Add(-aDay)) {
		return // the first session was another one after all, with timers of its own
	}
	next := t.Count + 1
	for !d.feedbackDue(p, next).After(d.now) {
		next++
	}
	d.feedbackTimer(p, next)
	if d.takesPart(p) && d.now.Sub(t.Due) <= feedbackUseful {
		d.postFeedback(p, "")
	}
}

func (d *decision) postFeedback(p Person, reason string) {
	l := d.letter(LetterFeedbackRequest, p, Ref{RefPair, d.Pair.ID})
	l.Purpose = AboutFeedback
	l.Facts.Reason = reason
	d.post(l)
}

// keepAnswer keeps an answer for those whom its question named.
func (d *decision) keepAnswer(n Note) {
	n.ID, n.Person, n.Pair, n.Created = d.mint.ID(), d.Person.ID, d.Pair.ID, d.now
	d.keepNote(n)
}

// answerCheckIn keeps the answer to a check-in.
func (d *decision) answerCheckIn(q Request) {
	d.keepAnswer(Note{Kind: NoteCheckIn, Text: q.Text, Shared: d.requests(Share)})
	if !d.requests(Share) {
		d.line(Line{Code: "check-in-kept"})
	}
}

// feedback keeps a mark and the words with it. A mark that comes in a mail of
// its own belongs to the words before.
func (d *decision) feedback(q Request) {
	mark, _ := strconv.Atoi(q.Value)
	if mark < 1 || mark > 5 {
		mark = 0
	}
	note, earlier := d.lastNote(NoteFeedback)
	if earlier && note.Score == 0 && mark > 0 {
		note.Score = mark
		if text := strings.TrimSpace(q.Text); text != q.Value {
			note.Text += "\n" + text
		}
		note.Shared = d.requests(Share)
		d.keepNote(note)
	} else {
		d.keepAnswer(Note{Kind: NoteFeedback, Text: q.Text, Score: mark, Shared: d.requests(Share)})
	}
	if mark > 0 {
		d.line(Line{Code: "feedback-kept", Value: q.Value})
	}
}

// wantsMark reports whether feedback came without its mark: the words are
// kept, and the mark alone is asked for, once.
func (d *decision) wantsMark() bool {
	asked := d.in.Asked
	return asked != nil && asked.Purpose == AboutFeedback && asked.Facts.Reason != "mark" && d.requests(Feedback)
}

// lastNote is the writer's latest answer of the kinds, where it is fresh and
// their partner does not have it.
func (d *decision) lastNote(kinds ...NoteKind) (Note, bool) {
	for _, n := range d.Notes {
		if !n.Shared && slices.Contains(kinds, n.Kind) && d.now.Sub(n.Created) <= noteFresh {
			return n, true
		}
	}
	return Note{}, false
}

// share sends the partner what its writer wants them to read: the words of
// this mail, or the last answer where SHARE stands alone.
func (d *decision) share(q Request) {
	words, kept := strings.TrimSpace(q.Text), false
	for _, other := range d.in.Requests {
		if other.Type == CheckIn || other.Type == Feedback {
			words, kept = strings.TrimSpace(words+"\n"+other.Text), true
		}
	}
	if words == "" {
		note, ok := d.lastNote(d.asksFor()...)
		if !ok {
			d.line(Line{Code: "share-nothing"})
			return
		}
		words, note.Shared = note.Text, true
		d.keepNote(note)
	} else if asked := d.in.Asked; !kept && asked != nil && (asked.Purpose == AboutCheckIn || asked.Purpose == AboutFeedback) {
		d.keepAnswer(Note{Kind: d.asksFor()[0], Text: words, Shared: true})
	}
	partner := d.partner()
	about := Ref{RefPair, d.Pair.ID}
	l := d.letter(LetterReceipt, partner, about)
	if s, ok := d.current(d.in.About); ok && s.Booked() && d.in.About.Kind == RefSession {
		l = d.sessionLetter(LetterReceipt, partner, s)
	}
	l.Facts.Lines = []Line{{Code: "shared-by-partner"}}
	l.Facts.Note = excerpt(words)
	d.post(l)
	d.line(Line{Code: "share"})
}

// asksFor are the kinds of note that an answer to the question may share.
func (d *decision) asksFor() []NoteKind {
	if asked := d.in.Asked; asked != nil {
		switch asked.Purpose {
		case AboutCheckIn:
			return []NoteKind{NoteCheckIn}
		case AboutFeedback:
			return []NoteKind{NoteFeedback}
		}
	}
	return []NoteKind{NoteCheckIn, NoteFeedback}
}
