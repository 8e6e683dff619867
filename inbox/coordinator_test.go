package inbox

import (
	"testing"
	"time"

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
		{"WAIVE with a day", "WAIVE ada@example.net 2027-01-21", program.Order{Verb: program.OrderWaive, Who: "ada@example.net", On: "2027-01-21"}},
		{"WAIVE with a name", "waive Ada's late change", program.Order{Verb: program.OrderWaive, Who: "Ada"}},
		{"WAIVE with a full name and a day in words", "Please waive Ada Lang’s late move on 21 January 2027.", program.Order{Verb: program.OrderWaive, Who: "Ada Lang", On: "2027-01-21"}},
		{"WAIVE with the day alone", "WAIVE 2027-01-21", program.Order{Verb: program.OrderWaive, On: "2027-01-21"}},
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
			if got := ReadOrders("\n"+c.line+"\n", time.Date(2027, 1, 27, 12, 0, 0, 0, time.UTC)); len(got) != 1 || got[0] != c.want {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func FuzzReadOrders(f *testing.F) {
	f.Add("PAIR a@x WITH b@y\nEND a@x")
	f.Fuzz(func(t *testing.T, text string) {
		if len(ReadOrders(text, time.Date(2027, 1, 27, 12, 0, 0, 0, time.UTC))) > mostOrders {
			t.Error("too many orders")
		}
	})
}

func TestADayInAnOrderIsOneOnTheClockItIsReadOn(t *testing.T) {
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2027, 1, 27, 12, 0, 0, 0, time.UTC) // one in the morning of the 28th there
	if got := ReadOrders("WAIVE Ada yesterday", at.In(auckland)); len(got) != 1 || got[0].On != "2027-01-27" {
		t.Errorf("read %+v", got)
	}
}
