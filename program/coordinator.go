package program

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// OrderVerb says what a coordinator asks for.
type OrderVerb string

// The orders that a coordinator can give by mail.
const (
	OrderPair    OrderVerb = "pair"
	OrderPause   OrderVerb = "pause"
	OrderEnd     OrderVerb = "end"
	OrderWaive   OrderVerb = "waive"
	OrderWho     OrderVerb = "who"
	OrderList    OrderVerb = "list"
	OrderApprove OrderVerb = "approve"
)

// Order is one line of a coordinator's mail. Verb is empty where it is none.
type Order struct {
	Verb OrderVerb
	// Who is an address, or the link that is approved; With is the mentee's.
	Who, With string
	// On is the day of a session or of a request, YYYY-MM-DD, which narrows a
	// WAIVE down; Who is then a name, too, or empty.
	On string
	// Change is the one that was picked out of several.
	Change ID
	Line   string
}

// Ordered is the coordinator's receipt: for each order one line of what came
// of it. A mail whose sender is not proven changes nothing, and only sets the
// coordinators themselves to know of it.
//
// What has several readings is asked about: choices are the changes that a
// number in the answer stands for.
func Ordered(settings Settings, r Received, lines []Line, choices []ID, now time.Time) Outcome {
	d := newDecision(Case{Settings: settings}, r.Seed, now)
	to := Person{Email: r.From, Zone: settings.Zone, Locale: settings.Locale}
	l := d.letter(LetterReceipt, to, Ref{})
	l.InReplyTo, l.References = r.MessageID, r.References
	l.Facts.Role = "coordinator"
	l.Facts.Lines = lines
	d.out.Record = Record{Result: ResultActed, Reason: "orders of a coordinator"}
	for i, change := range choices {
		l.Choices = append(l.Choices, Choice{Label: strconv.Itoa(i + 1), Text: string(change)})
	}
	for _, line := range lines {
		if line.Code == "not-understood" || line.Code == "order-which" {
			d.out.Record.Result = ResultAsked
		}
	}
	if r.Proof != ProofDomain {
		l.InReplyTo, l.References = "", nil // an unproven mail starts no thread with us
		l.Facts.Lines, l.Choices = []Line{{Code: "order-unproven"}}, nil
		d.out.Record = Record{Result: ResultAside, Reason: "orders that are not proven to be a coordinator's", Quarantine: true}
	}
	d.post(l)
	return d.out
}

// Hindrance is what keeps an order from being carried out, as a line of the
// receipt: an address that nobody has, somebody who has left, two who are one
// person or a pair already.
func (o Order) Hindrance(people []Person, pairs []Pair) (Line, bool) {
	if o.Verb != OrderPair && o.Verb != OrderPause && o.Verb != OrderEnd {
		return Line{}, false
	}
	var found []Person
	for _, address := range []string{o.Who, o.With} {
		if address == "" {
			continue
		}
		i := slices.IndexFunc(people, func(p Person) bool { return p.Owns(address) })
		if i < 0 {
			return Line{Code: "order-nobody", Value: address}, true
		}
		if o.Verb == OrderPair && people[i].Status == PersonLeft {
			return Line{Code: "order-left", Value: address}, true
		}
		found = append(found, people[i])
	}
	if len(found) < 2 {
		return Line{}, false
	}
	if found[0].ID == found[1].ID {
		return Line{Code: "order-pair-self", Value: o.Who}, true
	}
	for _, p := range pairs {
		if p.Status != PairEnded && p.Has(found[0].ID) && p.Has(found[1].ID) {
			return Line{Code: "order-pair-already", Value: o.Who + ", " + o.With}, true
		}
	}
	return Line{}, false
}

// Waivable are the late changes that an order to waive can mean, oldest first:
// those that still count, of whoever it names, on the day that it names.
func (o Order) Waivable(ledger []Change, people []Person, zone *time.Location) []Change {
	means := map[ID]bool{}
	for _, p := range people {
		means[p.ID] = o.Who == "" || p.Owns(o.Who) || p.Called(o.Who)
	}
	var found []Change
	for _, c := range ledger {
		if c.Late && !c.Waived && (o.Change == "" || o.Change == c.ID) && means[c.Person] && (o.On == "" || o.sameDay(c.SessionStart.In(zone)) || o.sameDay(c.ReceivedAt.In(zone))) {
			found = append(found, c)
		}
	}
	return found
}

// sameDay leaves the year aside: a day in words has none, and late changes
// count for ninety days.
func (o Order) sameDay(t time.Time) bool {
	day, err := time.Parse(time.DateOnly, o.On)
	return err == nil && day.Month() == t.Month() && day.Day() == t.Day()
}

// Called reports whether the words name the person: by their first name, their
// last one, or all of it.
func (p Person) Called(name string) bool {
	if strings.EqualFold(p.Name, name) {
		return true
	}
	for word := range strings.FieldsSeq(p.Name) {
		if strings.EqualFold(word, name) {
			return true
		}
	}
	return false
}

// Picked is the order that a number in answer to a receipt stands for.
func (l Letter) Picked(answer string) (Order, bool) {
	answer = strings.Trim(strings.TrimSpace(answer), ".)# ")
	for _, choice := range l.Choices {
		if choice.Label == answer && l.Facts.Role == "coordinator" {
			return Order{Verb: OrderWaive, Change: ID(choice.Text), Line: answer}, true
		}
	}
	return Order{}, false
}

// ApproveSuggestion takes a suggested link into what check-ins suggest to read.
func ApproveSuggestion(link string, all []Suggestion) (Outcome, bool) {
	out := Outcome{Record: Record{Result: ResultActed, Reason: "approve " + link}}
	found := false
	for _, s := range all {
		if s.URL != link {
			continue
		}
		found = true
		if !s.Approved {
			s.Approved = true
			out.Suggestions = append(out.Suggestions, s)
		}
	}
	return out, found
}
