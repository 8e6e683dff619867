package program

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// The zones of the half year: both hemispheres, half and quarter hours, with
// and without changes of the clock.
var halfYearZones = []string{
	"Europe/Berlin", "America/Sao_Paulo", "America/New_York", "Australia/Sydney", "Pacific/Auckland", "Asia/Kolkata",
	"Asia/Kathmandu", "America/Santiago", "Africa/Nairobi", "Europe/Lisbon", "America/Los_Angeles", "Asia/Tokyo",
}

// halfYear is fifty pairs who answer their mails in every way, or not at all.
type halfYear struct {
	*world
	random  *rand.Rand
	replies []reply
	held    held
	count   map[Kind]int // of mails
}

// reply is a mail that somebody will send.
type reply struct {
	at     time.Time
	person ID
	mail   Received
}

func newHalfYear(t reporter, begin time.Time, pairs int, seed uint64) *halfYear {
	w := &halfYear{
		world: emptyWorld(t, begin), random: rand.New(rand.NewPCG(seed, 26)), count: map[Kind]int{},
	}
	w.held = newHeld(w.world)
	w.decided, w.reads = w.held.outcome, w.reacts
	var people []PersonRow
	var rows []PairRow
	for i := range pairs {
		mentor := fmt.Sprintf("mentor%d@example.net", i-i%10/9) // every tenth mentor has two mentees
		mentee := fmt.Sprintf("mentee%d@example.com", i)
		if i%10 != 9 {
			people = append(people, PersonRow{Email: mentor, Name: fmt.Sprintf("Mentor %d", i), Zone: halfYearZones[i%len(halfYearZones)]})
		}
		people = append(people, PersonRow{Email: mentee, Name: fmt.Sprintf("Mentee %d", i), Zone: halfYearZones[(i*5+i/12)%len(halfYearZones)], Hours: Hours{8 * 60, 20 * 60}})
		rows = append(rows, PairRow{Mentor: mentor, Mentee: mentee, Cadence: []Cadence{Weekly, Fortnightly, Monthly}[i%3]})
	}
	out, _, wrong := ImportPeople(people, nil, w.Settings, "people", begin)
	w.apply(out)
	var everybody []Person
	for _, p := range w.People {
		everybody = append(everybody, p)
	}
	out, _, wrong2 := ImportPairs(rows, everybody, nil, "pairs", begin)
	if len(wrong)+len(wrong2) > 0 {
		t.Fatal(wrong, wrong2)
	}
	w.apply(out)
	return w
}

// live lets the weeks pass, a quarter of an hour at a time.
func (w *halfYear) live(weeks int) {
	w.t.Helper()
	end := w.Now.AddDate(0, 0, 7*weeks)
	for w.Now.Before(end) {
		w.run(w.Now.Add(15 * time.Minute))
		var later []reply
		for _, r := range w.replies {
			if r.at.After(w.Now) {
				later = append(later, r)
				continue
			}
			r.mail.At, r.mail.Written = w.Now, w.Now
			w.apply(w.Case(r.person, r.mail.About).Answer(r.mail, w.Now))
		}
		w.replies = later
	}
}

// reacts is one mail reaching its reader.
func (w *halfYear) reacts(l Letter) {
	w.count[l.Kind]++
	w.held.letter(l)
	if l.To != "" {
		w.readsBy(l)
	}
}

// answers has the reader answer the letter some hours later.
func (w *halfYear) answers(l Letter, within time.Duration, requests ...Request) {
	w.sends(l, within, func(r *Received) { r.Requests = requests })
}

func (w *halfYear) sends(l Letter, within time.Duration, change func(*Received)) {
	w.mails++
	r := Received{
		Seed: fmt.Sprintf("mail %d", w.mails), MessageID: fmt.Sprintf("m%d@example.com", w.mails), From: l.Address,
		Proof: ProofSeal, About: l.About, Asked: &l, Kind: KindAnswer, Text: "…",
	}
	change(&r)
	delay := time.Duration(1+w.random.Int64N(int64(within/time.Minute))) * time.Minute
	w.replies = append(w.replies, reply{w.Now.Add(delay), l.To, r})
}

// press answers an invitation by a calendar button.
func (w *halfYear) press(l Letter, method string, stat PartStat, start time.Time) {
	sequence := l.Event.Sequence
	w.sends(l, 30*time.Hour, func(r *Received) {
		r.Kind = KindCalendar
		r.Calendar = &CalendarPart{Method: method, UID: l.Event.UID, Sequence: &sequence, Attendee: l.Address, PartStat: stat, Start: start}
	})
}

// someTime is an instant of the next days, on the hour.
func (w *halfYear) someTime(from time.Time, days int) When {
	at := from.Add(time.Duration(3+w.random.IntN(24*days)) * time.Hour).Truncate(time.Hour)
	return When{Start: at, Grain: GrainMinute, Text: "then"}
}

// pick takes one of several ways to react, by weight.
func (w *halfYear) pick(ways ...any) {
	total := 0
	for i := 0; i < len(ways); i += 2 {
		total += ways[i].(int)
	}
	at := w.random.IntN(total)
	for i := 0; i < len(ways); i += 2 {
		if at -= ways[i].(int); at < 0 {
			ways[i+1].(func())()
			return
		}
	}
}

const day = 24 * time.Hour

// reacts is what readers do with a mail.
func (w *halfYear) readsBy(l Letter) {
	nothing := func() {}
	say := func(within time.Duration, requests ...Request) func() {
		return func() { w.answers(l, within, requests...) }
	}
	if w.random.IntN(60) == 0 {
		w.asides(l)
	}
	switch l.Kind {
	case LetterInvitation:
		w.pick(90, say(2*day, Request{Type: Join}), 2, say(day, Request{Type: Refuse}), 8, nothing)
	case LetterKickOff:
		w.pick(6, say(3*day, Request{Type: Charter, Text: "Goals: speak in public."}), 4, nothing)
	case LetterCharter:
		w.pick(6, say(2*day, Request{Type: Agree}), 2, say(day, Request{Type: Charter, Text: "Rhythm: monthly."}), 2, nothing)
	case LetterAskTimes, LetterOffer, LetterProposal, LetterMoveRequest:
		w.reactsToTimes(l, say, nothing)
	case LetterChoices:
		w.pick(5, say(day, Request{Type: Choose, Option: "1"}), 5, nothing)
	case LetterInvite, LetterUpdate:
		w.reactsToInvitation(l, say, nothing)
	case LetterCancelLate, LetterMoveLate:
		w.pick(3, say(day, Request{Type: Waive}), 7, nothing)
	case LetterFreeUntil:
		w.pick(1, say(3*time.Hour, Request{Type: Cancel}), 1, say(5*time.Hour, Request{Type: Move, Times: []When{w.someTime(w.Now, 6)}}), 30, nothing)
	case LetterAgendaRequest:
		w.pick(5, say(2*day, Request{Type: Agenda, Text: "How to say no."}), 5, nothing)
	case LetterTookPlace:
		w.pick(6, say(day, Request{Type: Held, Text: "1. Read the book\n2. Write to Eve"}), 1, say(day, Request{Type: Missed}), 3, nothing)
	case LetterCheckIn:
		w.pick(4, say(2*day, Request{Type: CheckIn, Text: "Going well."}), 1, say(day, Request{Type: CheckIn, Text: "Fine."}, Request{Type: Share}),
			1, say(day, Request{Type: Done, Option: "1"}), 4, nothing)
	case LetterFeedbackRequest:
		w.pick(6, say(2*day, Request{Type: Feedback, Value: "4", Text: "More time."}), 1, say(day, Request{Type: Feedback, Text: "Good."}), 3, nothing)
	case LetterJournalNudge:
		w.pick(4, say(2*day, Request{Type: Journal, Text: "I tried."}), 2, say(day, Request{Type: Wrote}), 1, say(day, Request{Type: Journal, Value: "fortnightly"}), 20, nothing)
	}
}

func (w *halfYear) reactsToTimes(l Letter, say func(time.Duration, ...Request) func(), nothing func()) {
	option := ""
	if len(l.Offered) > 0 {
		option = l.Offered[w.random.IntN(len(l.Offered))].Label
	}
	accept := Request{Type: Accept, Option: option}
	w.pick(
		11, say(2*day, accept), 3, say(day, Request{Type: Propose, Times: []When{w.someTime(w.Now, 8), w.someTime(w.Now, 8)}}),
		1, say(day, Request{Type: Constrain, Times: []When{w.someTime(w.Now.Add(2*day), 9)}}), 2, say(day, Request{Type: Decline}),
		1, say(day, Request{Type: Waive}), 3, nothing)
}

func (w *halfYear) reactsToInvitation(l Letter, say func(time.Duration, ...Request) func(), nothing func()) {
	if l.Event == nil || !l.Facts.Start.After(w.Now) {
		return
	}
	until := l.Facts.Start.Sub(w.Now) + 2*time.Hour // some come too late
	w.pick(
		10, func() { w.press(l, "REPLY", Accepted, time.Time{}) }, 1, func() { w.press(l, "REPLY", Tentative, time.Time{}) },
		1, func() { w.press(l, "REPLY", Declined, time.Time{}) }, 1, func() { w.press(l, "COUNTER", Tentative, w.someTime(w.Now, 7).Start) },
		3, say(day, Request{Type: Accept}), 2, say(until, Request{Type: Move, Times: []When{w.someTime(l.Facts.Start, 5)}}),
		1, say(until, Request{Type: Cancel}), 1, say(until, Request{Type: Cancel}, Request{Type: Emergency}), 6, nothing)
}

// asides is what people do besides.
func (w *halfYear) asides(l Letter) {
	zone := halfYearZones[w.random.IntN(len(halfYearZones))]
	date := func(days int) string { return w.Now.AddDate(0, 0, days).Format(time.DateOnly) }
	one := func(r Request) func() { return func() { w.answers(l, day, r) } }
	w.pick(
		2, func() {
			w.sends(l, time.Hour, func(r *Received) { r.Kind, r.AwayUntil = KindAutoReply, date(9) })
		},
		2, one(Request{Type: Pause, Until: date(12)}), 1, one(Request{Type: Resume}), 2, one(Request{Type: Status}),
		2, one(Request{Type: Undo}), 1, one(Request{Type: Help}), 1, one(Request{Type: SetHours, Value: "08:00-18:00"}),
		1, one(Request{Type: SetZone, Value: zone}), 1, one(Request{Type: Journal, Value: "weekly"}))
}

// TestHalfAYear lets fifty pairs live for 26 weeks, over the changes of the
// clock on both hemispheres, and holds what must always hold.
func TestHalfAYear(t *testing.T) {
	for _, half := range []struct {
		name  string
		begin string
		seed  uint64
	}{
		{"from January, over the spring of the north", "2027-01-04T09:00:00Z", 1},
		{"from July, over the spring of the south", "2027-07-05T09:00:00Z", 2},
	} {
		t.Run(half.name, func(t *testing.T) {
			w := newHalfYear(t, at(half.begin), 50, half.seed)
			w.live(26)
			w.held.atEnd()
			var kinds []string
			for kind, n := range w.count {
				kinds = append(kinds, fmt.Sprintf("%s %d", kind, n))
			}
			slices.Sort(kinds)
			t.Logf("%d answers; %s", w.mails, strings.Join(kinds, ", "))
			for _, kind := range []Kind{LetterUpdate, LetterCancel, LetterCancelLate, LetterMoveLate, LetterMoveRequest, LetterMoveRefused,
				LetterNoAnswer, LetterFeedbackRequest, LetterJournalNudge, LetterCheckIn, LetterAgenda, LetterCharter, LetterTookPlace} {
				if w.count[kind] == 0 {
					t.Errorf("nobody got a %s: the half year does not show it", kind)
				}
			}
		})
	}
}
