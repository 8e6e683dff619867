package store

import (
	"context"
	"testing"

	"github.com/mentorpost/mentorpost/program"
)

// lastOf is a request of the person's that changed something.
func lastOf(person program.ID, part string) *program.LastRequest {
	return &program.LastRequest{Person: person, At: noon, Traces: []program.Trace{{Part: part, ID: person, Was: []byte(`{"zone":"UTC"}`), Left: "x"}}}
}

func (s *testStore) lastRequest(t *testing.T, person program.ID) *program.LastRequest {
	t.Helper()
	c, err := s.LoadCase(context.Background(), person, program.Ref{}, program.Settings{}, noon)
	want(t, nil, err)
	return c.Last
}

func TestALastRequestTakesThePlaceOfTheOneBefore(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		for _, part := range []string{"settings", "absences"} {
			last := lastOf(w.ada.ID, part)
			want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Last: last}))
			got := s.lastRequest(t, w.ada.ID)
			same(t, got, last)
			same(t, got.Person, w.ada.ID)
		}
		if other := s.lastRequest(t, w.tomas.ID); other != nil {
			t.Errorf("the partner's is %+v", other)
		}
		ada, err := s.FindPerson(ctx, w.ada.ID)
		want(t, nil, err)
		same(t, ada, w.ada) // of the same version
	})
}

func TestNoLastRequestOutlivesAPersonOfItsPair(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w, others := s.settled(t, "one"), s.settled(t, "two")
		for _, person := range []program.ID{w.ada.ID, w.tomas.ID, others.ada.ID} {
			want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Last: lastOf(person, "settings")}))
		}
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Erase: w.ada.ID}))
		for person, left := range map[program.ID]bool{w.ada.ID: false, w.tomas.ID: false, others.ada.ID: true} {
			if last := s.lastRequest(t, person); (last != nil) != left {
				t.Errorf("of %s is left %+v", person, last)
			}
		}
	})
}

func TestLastRequestsMoveToTheirTableAndBack(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) {
		ctx := context.Background()
		w := s.settled(t, "one")
		last := lastOf(w.ada.ID, "settings")
		want(t, nil, s.Apply(ctx, Source{}, program.Outcome{Last: last}))
		p, err := s.provider()
		want(t, nil, err)
		_, err = p.DownTo(ctx, 12)
		want(t, nil, err)
		var without int
		want(t, nil, s.read.Get(&without, `SELECT COUNT(*) FROM people WHERE last_request = 'null'`))
		same(t, without, 1) // the partner
		want(t, nil, s.Migrate(ctx))
		same(t, s.lastRequest(t, w.ada.ID), last)
		if other := s.lastRequest(t, w.tomas.ID); other != nil {
			t.Errorf("the partner's is %+v", other)
		}
	})
}
