package store

import (
	"context"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

func TestRepliesTellWhoWasAskedAndWhoWrote(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		receipt := w.newLetter(w.ada, 2)
		receipt.Kind = program.LetterReceipt
		coordinator := w.newLetter(program.Person{Email: "ops@example.org"}, 3)
		waiting := w.newLetter(w.tomas, 4)
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Letters: []program.Letter{w.newLetter(w.ada, 1), receipt, coordinator, waiting}}))
		for range 2 { // one letter to an address at a time
			claimed, err := s.ClaimLetters(ctx, noon, 10, testLease)
			want(t, nil, err)
			for _, out := range claimed {
				if out.Letter.ID != waiting.ID {
					want(t, nil, s.sent(out, noon.Add(time.Minute)))
				}
			}
		}
		results := []program.Record{
			{Result: program.ResultActed, Person: w.ada.ID},
			{Result: program.ResultStored, Person: w.ada.ID},                  // an automatic reply
			{Result: program.ResultAsked, Person: w.ada.ID, Quarantine: true}, // not proven to be theirs
			{Result: program.ResultAside},
		}
		for i, record := range results {
			s.keep(t, mail(uint32(i+1), string(rune('a'+i))))
			in := s.claimOne(t)
			want(t, nil, s.Apply(ctx, Source{Inbound: in.ID, Term: in.Term}, program.Outcome{Record: record}))
		}
		asked, heard, err := s.Replies(ctx, noon.Add(-time.Hour))
		want(t, nil, err)
		same(t, asked, []program.Asked{{Person: w.ada.ID, Kind: program.LetterOffer, About: program.Ref{Kind: program.RefPair, ID: w.pair.ID}, At: noon.Add(time.Minute)}})
		same(t, heard, []program.Heard{{Person: w.ada.ID, At: noon.Add(time.Second)}})
		asked, heard, err = s.Replies(ctx, noon.Add(time.Hour))
		if err != nil || len(asked)+len(heard) != 0 {
			t.Errorf("later than all: %v %v %v", asked, heard, err)
		}
	})
}

func TestBacklogIsWhatWaits(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		got, err := s.Backlog(ctx, noon)
		want(t, nil, err)
		same(t, got, Backlog{})
		s.settled(t, "one")
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Timers: []program.Timer{
			{Key: "past", Kind: program.TimerChase, Due: noon.Add(-time.Hour)},
			{Key: "now", Kind: program.TimerChase, Due: noon},
			{Key: "ahead", Kind: program.TimerChase, Due: noon.Add(time.Second)},
		}}))
		s.keep(t, mail(5, "later"), mail(2, "sooner"))
		got, err = s.Backlog(ctx, noon)
		want(t, nil, err)
		same(t, got, Backlog{DueTimers: 2, OldestInbound: noon.Add(2 * time.Second)})
	})
}
