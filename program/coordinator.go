package program

import "time"

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
	Line      string
}

// Ordered is the coordinator's receipt: for each order one line of what came
// of it. A mail whose sender is not proven changes nothing, and only sets the
// coordinators themselves to know of it.
func Ordered(settings Settings, r Received, lines []Line, now time.Time) Outcome {
	d := newDecision(Case{Settings: settings}, r.Seed, now)
	to := Person{Email: r.From, Zone: settings.Zone, Locale: settings.Locale}
	l := d.letter(LetterReceipt, to, Ref{})
	l.InReplyTo, l.References = r.MessageID, r.References
	l.Facts.Role = "coordinator"
	l.Facts.Lines = lines
	d.out.Record = Record{Result: ResultActed, Reason: "orders of a coordinator"}
	for _, line := range lines {
		if line.Code == "not-understood" {
			d.out.Record.Result = ResultAsked
		}
	}
	if r.Proof != ProofDomain {
		l.InReplyTo, l.References = "", nil // an unproven mail starts no thread with us
		l.Facts.Lines = []Line{{Code: "order-unproven"}}
		d.out.Record = Record{Result: ResultAside, Reason: "orders that are not proven to be a coordinator's", Quarantine: true}
	}
	d.post(l)
	return d.out
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
