package program

import (
	"testing"
	"time"
)

func TestReplyRates(t *testing.T) {
	const day = 24 * time.Hour
	start := at("2027-01-04T09:00:00Z")
	ask := func(after time.Duration) Asked {
		return Asked{Person: ada, Kind: LetterOffer, About: Ref{RefPair, "pairpairpair"}, At: start.Add(after)}
	}
	checkIn := func(after time.Duration) Asked {
		return Asked{Person: ada, Kind: LetterCheckIn, About: Ref{RefPair, "pairpairpair"}, At: start.Add(after)}
	}
	hear := func(after time.Duration) Heard { return Heard{Person: ada, At: start.Add(after)} }
	for _, c := range []struct {
		rule  string
		asked []Asked
		heard []Heard
		want  Rate
	}{
		{"a mail after the question answers it", []Asked{ask(0)}, []Heard{hear(day)}, Rate{1, 1}},
		{"a mail before the question does not", []Asked{ask(day)}, []Heard{hear(0)}, Rate{1, 0}},
		{"exactly seven days is in time", []Asked{ask(0)}, []Heard{hear(7 * day)}, Rate{1, 1}},
		{"a second more is not", []Asked{ask(0)}, []Heard{hear(7*day + time.Second)}, Rate{1, 0}},
		{"somebody else's mail answers nothing", []Asked{ask(0)}, []Heard{{Person: tomas, At: start.Add(day)}}, Rate{1, 0}},
		{"a question that can still be answered does not count", []Asked{ask(58 * day)}, nil, Rate{}},
		{"one answered already counts at once", []Asked{ask(58 * day)}, []Heard{hear(59 * day)}, Rate{1, 1}},
		{"a chase is the question that it repeats", []Asked{ask(0), ask(3 * day), ask(7 * day)}, nil, Rate{1, 0}},
		{"an answer to the chase answers the question", []Asked{ask(0), ask(3 * day)}, []Heard{hear(4 * day)}, Rate{1, 1}},
		{"the same question after an answer is another", []Asked{ask(0), ask(2 * day)}, []Heard{hear(day)}, Rate{2, 1}},
		{"the same question weeks later is another", []Asked{ask(0), ask(21 * day)}, nil, Rate{2, 0}},
		{"one mail answers both of two questions", []Asked{ask(0), checkIn(day)}, []Heard{hear(2 * day)}, Rate{2, 2}},
		{"the order of the rows does not matter", []Asked{ask(30 * day), ask(0)}, []Heard{hear(31 * day), hear(day)}, Rate{2, 2}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := ReplyRates(c.asked, c.heard, start.Add(60*day))[ada]; got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
