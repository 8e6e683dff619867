package program

import "testing"

func TestHindrance(t *testing.T) {
	people := []Person{
		{ID: "ada", Email: "ada@example.net", Status: PersonActive, Aliases: []string{"lang@example.net"}},
		{ID: "tomas", Email: "tomas@example.com", Status: PersonActive},
		{ID: "ines", Email: "ines@example.com", Status: PersonActive},
		{ID: "rui", Email: "rui@example.com", Status: PersonLeft},
	}
	pairs := []Pair{
		{ID: "one", Mentor: "ada", Mentee: "tomas", Status: PairActive},
		{ID: "two", Mentor: "ada", Mentee: "ines", Status: PairEnded},
	}
	for name, c := range map[string]struct {
		order Order
		want  string
	}{
		"two who are no pair yet can be paired":        {Order{Verb: OrderPair, Who: "tomas@example.com", With: "ines@example.com"}, ""},
		"two whose pair has ended can be paired again": {Order{Verb: OrderPair, Who: "ada@example.net", With: "ines@example.com"}, ""},
		"two who are a pair cannot":                    {Order{Verb: OrderPair, Who: "tomas@example.com", With: "ada@example.net"}, "order-pair-already"},
		"an alias is the same person":                  {Order{Verb: OrderPair, Who: "ada@example.net", With: "lang@example.net"}, "order-pair-self"},
		"an address that nobody has cannot be paired":  {Order{Verb: OrderPair, Who: "ada@example.net", With: "eve@example.com"}, "order-nobody"},
		"somebody who has left is not paired":          {Order{Verb: OrderPair, Who: "rui@example.com", With: "ines@example.com"}, "order-left"},
		"an address that nobody has cannot be paused":  {Order{Verb: OrderPause, Who: "eve@example.com"}, "order-nobody"},
		"ending somebody who has left does no harm":    {Order{Verb: OrderEnd, Who: "rui@example.com"}, ""},
		"a list hinders nothing":                       {Order{Verb: OrderList}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			line, hindered := c.order.Hindrance(people, pairs)
			if line.Code != c.want || hindered != (c.want != "") {
				t.Errorf("%+v: %q, want %q", c.order, line.Code, c.want)
			}
		})
	}
}
