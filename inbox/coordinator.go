package inbox

import (
	"strings"

	"github.com/mentorpost/mentorpost/program"
)

// mostOrders is how many lines of one mail are carried out.
const mostOrders = 50

// ReadOrders reads what a coordinator asks for, one order a line. A line that
// is none comes back without a verb, so that it can be asked about.
func ReadOrders(text string) []program.Order {
	var orders []program.Order
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if len(orders) == mostOrders {
			break
		}
		orders = append(orders, readOrder(line))
	}
	return orders
}

// readOrder reads one line: a verb in any case, then an address or two.
func readOrder(line string) program.Order {
	var words []string
	for word := range strings.FieldsSeq(line) {
		words = append(words, strings.Trim(word, "<>()[]\"'“”.,;"))
	}
	order := program.Order{Line: line}
	is := func(i int, word string) bool { return i < len(words) && strings.EqualFold(words[i], word) }
	address := func(i int) bool { return i < len(words) && strings.Contains(words[i], "@") }
	switch {
	case is(0, "list") && len(words) == 1, is(0, "who") && len(words) == 1:
		order.Verb = program.OrderVerb(strings.ToLower(words[0]))
	case is(0, "pair") && len(words) == 4 && is(2, "with") && address(1) && address(3):
		order.Verb, order.Who, order.With = program.OrderPair, strings.ToLower(words[1]), strings.ToLower(words[3])
	case len(words) == 2 && address(1) && (is(0, "pause") || is(0, "end") || is(0, "waive") || is(0, "who")):
		order.Verb, order.Who = program.OrderVerb(strings.ToLower(words[0])), strings.ToLower(words[1])
	case is(0, "approve") && len(words) == 2 && program.LinkIn(words[1]) != "":
		order.Verb, order.Who = program.OrderApprove, program.LinkIn(words[1])
	}
	return order
}
