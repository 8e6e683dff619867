package program

import (
	"slices"
	"time"
)

// ReplyPeriod is how long somebody has to answer a question until it counts as
// not answered: the time of both chases.
const ReplyPeriod = chaseFirst + chaseSecond

// Asked is a question that was sent to a person.
type Asked struct {
	Person ID
	Kind   Kind
	About  Ref
	At     time.Time
}

// Heard is a mail of a person's that was understood.
type Heard struct {
	Person ID
	At     time.Time
}

// Rate is how many of the questions to a person were answered.
type Rate struct{ Asked, Answered int }

// Questions are the kinds of mail that somebody is expected to answer. The
// journal is nobody else's business.
func Questions() []Kind {
	return []Kind{
		LetterInvitation, LetterKickOff, LetterCharter, LetterAskTimes, LetterOffer, LetterProposal, LetterChoices,
		LetterMoveRequest, LetterAgendaRequest, LetterTookPlace, LetterCheckIn, LetterFeedbackRequest, LetterConfirm,
	}
}

// ReplyRates tells of each person how many questions were put to them and how
// many of these they answered: whoever writes within ReplyPeriod has answered.
// A question that chases an unanswered one is the same question; one that can
// still be answered in time does not count yet.
func ReplyRates(asked []Asked, heard []Heard, now time.Time) map[ID]Rate {
	mails := map[ID][]time.Time{}
	for _, h := range heard {
		mails[h.Person] = append(mails[h.Person], h.At)
	}
	for _, times := range mails {
		slices.SortFunc(times, time.Time.Compare)
	}
	asked = slices.Clone(asked)
	slices.SortStableFunc(asked, func(a, b Asked) int { return a.At.Compare(b.At) })
	chased := map[Asked]time.Time{} // by the question without its instant: until when a repeat is a chase
	rates := map[ID]Rate{}
	for _, q := range asked {
		same := Asked{Person: q.Person, Kind: q.Kind, About: q.About}
		if q.At.Before(chased[same]) {
			continue
		}
		until := q.At.Add(ReplyPeriod)
		answered := firstBetween(mails[q.Person], q.At, until)
		chased[same] = until.Add(1)
		if !answered.IsZero() {
			chased[same] = answered
		}
		rate := rates[q.Person]
		switch {
		case !answered.IsZero():
			rate.Asked++
			rate.Answered++
		case now.After(until):
			rate.Asked++
		}
		rates[q.Person] = rate
	}
	return rates
}

// firstBetween is the first of the sorted instants that lies after from and
// not after until; zero where none does.
func firstBetween(times []time.Time, from, until time.Time) time.Time {
	i, _ := slices.BinarySearchFunc(times, from, func(t, from time.Time) int {
		if t.After(from) {
			return 1
		}
		return -1
	})
	if i < len(times) && !times[i].After(until) {
		return times[i]
	}
	return time.Time{}
}
