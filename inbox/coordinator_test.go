package inbox

import (
	"testing"

	"github.com/mentorpost/mentorpost/program"
)

func TestReadOrders(t *testing.T) {
	for _, c := range []struct {
		rule, line string
		want       program.Order
	}{
		{"two addresses make a pair", "PAIR Ada@Example.net WITH tomas@example.com", program.Order{Verb: program.OrderPair, Who: "ada@example.net", With: "tomas@example.com"}},
		{"case and marks do not matter", "pause <ada@example.net>.", program.Order{Verb: program.OrderPause, Who: "ada@example.net"}},
		{"END", "END ada@example.net", program.Order{Verb: program.OrderEnd, Who: "ada@example.net"}},
		{"WAIVE", "waive ada@example.net", program.Order{Verb: program.OrderWaive, Who: "ada@example.net"}},
		{"LIST stands alone", "List", program.Order{Verb: program.OrderList}},
		{"WHO alone is everybody", "WHO", program.Order{Verb: program.OrderWho}},
		{"WHO with an address is one", "who ada@example.net", program.Order{Verb: program.OrderWho, Who: "ada@example.net"}},
		{"a suggestion is approved by its link", "APPROVE https://example.org/good", program.Order{Verb: program.OrderApprove, Who: "https://example.org/good"}},
		{"an order without an address is none", "PAUSE Ada", program.Order{}},
		{"more words than the order has are none", "END ada@example.net and tomas@example.com", program.Order{}},
		{"prose is none", "Could you list everybody?", program.Order{}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			c.want.Line = c.line
			if got := ReadOrders("\n" + c.line + "\n"); len(got) != 1 || got[0] != c.want {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func FuzzReadOrders(f *testing.F) {
	f.Add("PAIR a@x WITH b@y\nEND a@x")
	f.Fuzz(func(t *testing.T, text string) {
		if len(ReadOrders(text)) > mostOrders {
			t.Error("too many orders")
		}
	})
}
