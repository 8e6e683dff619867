package inbox

import (
	"slices"
	"strings"
	"time"

	spoken "github.com/mentorpost/mentorpost/calendar/words"
	"github.com/mentorpost/mentorpost/program"
)

// mostOrders is how many lines of one mail are carried out.
const mostOrders = 50

// ReadOrders reads what a coordinator asks for, one order a line. A line that
// is none comes back without a verb, so that it can be asked about. Dates in
// words are read as of the instant.
func ReadOrders(text string, at time.Time) []program.Order {
	var orders []program.Order
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if len(orders) == mostOrders {
			break
		}
		orders = append(orders, readOrder(line, at))
	}
	return orders
}

// readOrder reads one line: a verb in any case, then an address or two.
func readOrder(line string, at time.Time) program.Order {
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
	case len(words) == 2 && address(1) && (is(0, "pause") || is(0, "end") || is(0, "who")):
		order.Verb, order.Who = program.OrderVerb(strings.ToLower(words[0])), strings.ToLower(words[1])
	case is(0, "waive") || is(0, "please") && is(1, "waive"):
		_, rest, _ := strings.Cut(strings.ToLower(line), "waive")
		order.Verb = program.OrderWaive
		order.Who, order.On = readWaived(line[len(line)-len(rest):], at)
	case is(0, "approve") && len(words) == 2 && program.LinkIn(words[1]) != "":
		order.Verb, order.Who = program.OrderApprove, program.LinkIn(words[1])
	}
	return order
}

// waivedWords say what is waived, which is always a late change.
var waivedWords = []string{"late", "change", "changes", "cancellation", "cancelation", "move", "short", "notice", "session", "the", "of", "for", "on", "from", "by", "please", "last", "latest"}

// readWaived reads whose late change is waived, and of which day: an address or
// a name, and a date in digits or words. Either may be left out.
func readWaived(text string, at time.Time) (who, on string) {
	for _, when := range spoken.Read(text, spoken.Context{At: at, Zone: at.Location()}) {
		if on == "" && !when.Start.IsZero() && when.Offset+when.Length <= len(text) {
			on = when.Start.Format(time.DateOnly)
			text = text[:when.Offset] + strings.Repeat(" ", when.Length) + text[when.Offset+when.Length:]
		}
	}
	var names []string
	for word := range strings.FieldsSeq(text) {
		word = strings.Trim(word, "<>()[]\"'“”.,;:")
		for _, genitive := range []string{"'s", "’s"} {
			word = strings.TrimSuffix(word, genitive)
		}
		if strings.Contains(word, "@") {
			return strings.ToLower(word), on
		}
		if word != "" && !slices.Contains(waivedWords, strings.ToLower(word)) {
			names = append(names, word)
		}
	}
	return strings.Join(names, " "), on
}
