package program

import (
	"fmt"
	"strconv"
	"time"
)

// digestTime is when the coordinators' week begins, in the program's zone.
var digestTime = WeekTime{time.Monday, 9 * 60}

// Overview is what a coordinator's digest counts. No word of anybody's stands
// in it.
type Overview struct {
	People   []Person
	Pairs    []Pair
	Sessions []Session
	Changes  []Change
	Asked    []Asked
	Heard    []Heard
	Feedback FeedbackTotals
}

// digestTimer sets the next digest.
func (d *decision) digestTimer() {
	due := digestTime.Next(d.now, Person{Zone: d.Settings.Zone}.Location())
	d.timer(Timer{Key: string(TimerDigest) + "/" + due.Format(time.DateOnly), Kind: TimerDigest, Due: due})
}

// digest tells the coordinators of the last seven days. A week in which
// nothing was is not told of.
func (d *decision) digest() {
	d.digestTimer()
	lines := d.Overview.lines(d.now)
	if len(lines) == 0 {
		return
	}
	for _, address := range d.Settings.Coordinators {
		l := d.letter(LetterCoordinatorDigest, Person{Email: address, Zone: d.Settings.Zone, Locale: d.Settings.Locale}, Ref{})
		l.Facts.Role, l.Facts.Lines = "coordinator", lines
		d.post(l)
	}
}

// lines are the figures of the week, those that are not zero.
func (o Overview) lines(now time.Time) []Line {
	var lines []Line
	say := func(code string, n int) {
		if n > 0 {
			lines = append(lines, Line{Code: code, Value: strconv.Itoa(n)})
		}
	}
	since := now.AddDate(0, 0, -7)
	ended := func(status SessionStatus) (n int) {
		for _, s := range o.Sessions {
			if s.Status == status && s.End.After(since) && !s.End.After(now) {
				n++
			}
		}
		return n
	}
	booked, late, active := 0, 0, 0
	for _, s := range o.Sessions {
		if s.Booked() && s.Start.After(now) {
			booked++
		}
	}
	for _, c := range o.Changes {
		if c.Late && !c.Waived && c.ReceivedAt.After(since) {
			late++
		}
	}
	for _, p := range o.Pairs {
		if p.Status == PairActive {
			active++
		}
	}
	say("digest-held", ended(SessionHeld))
	say("digest-missed", ended(SessionMissed))
	say("digest-booked", booked)
	say("digest-late", late)
	if len(lines) == 0 {
		return nil
	}
	say("digest-pairs", active)
	return append(lines, o.answers(now)...)
}

// answers are how many questions were answered, who cannot be reached, and
// the marks for format and structure once enough people have given one.
func (o Overview) answers(now time.Time) []Line {
	var lines []Line
	var all Rate
	for _, rate := range ReplyRates(o.Asked, o.Heard, now) {
		all.Asked, all.Answered = all.Asked+rate.Asked, all.Answered+rate.Answered
	}
	if all.Asked > 0 {
		lines = append(lines, Line{Code: "digest-replies", Value: fmt.Sprintf("%d/%d", all.Answered, all.Asked)})
	}
	for _, p := range o.People {
		if p.Undeliverable && p.Status != PersonLeft {
			lines = append(lines, Line{Code: "digest-undeliverable", Value: p.named()})
		}
	}
	if answers, mean, ok := o.Feedback.Report(); ok {
		lines = append(lines, Line{Code: "digest-feedback", Value: fmt.Sprintf("%.1f (%d)", mean, answers)})
	}
	return lines
}
