package program

import (
	"slices"
	"strconv"
	"time"
)

// pick carries out the numbered choice.
func (d *decision) pick(option string) bool {
	if d.in.Asked == nil {
		return false
	}
	for _, choice := range d.in.Asked.Choices {
		if choice.Label == option {
			d.replay(*d.in.Asked, []Choice{choice})
			return true
		}
	}
	return false
}

// replay does what an earlier mail asked for, as of the instant at which that
// mail was received.
func (d *decision) replay(asked Letter, choices []Choice) {
	if !asked.HeldFrom.IsZero() {
		d.at = asked.HeldFrom
	}
	in := *d.in
	asked.Choices, asked.Kind = nil, LetterChoices
	in.Asked = &asked
	in.Requests = nil
	for _, choice := range choices {
		in.Requests = append(in.Requests, choice.Requests...)
	}
	d.in = &in
	for _, q := range settingsFirst(in.Requests) {
		d.do(q)
	}
	if len(in.Requests) == 0 {
		d.line(Line{Code: "nothing-changed"})
	}
}

// askBack asks with numbered choices; nothing is held meanwhile.
func (d *decision) askBack() {
	for _, q := range d.in.Requests {
		if q.Type == Move && len(q.Times) == 0 {
			d.inSession(q, d.move) // asks with slots
			return
		}
	}
	choices, reason := d.readings(), "which-time"
	if len(choices) == 0 {
		choices, reason = d.offeredChoices(), "which-slot"
	}
	if len(choices) == 0 {
		choices, reason = d.usualChoices(), "unclear"
	}
	d.askChoices(reason, choices, nil)
}

// askChoices asks which of the choices is meant. An answer may name a slot of
// the letter that was answered, or else of those that are open besides.
func (d *decision) askChoices(reason string, choices []Choice, open []Slot) {
	about, offered := d.in.About, open
	if d.in.Asked != nil {
		about = d.in.Asked.About
		if len(d.in.Asked.Offered) > 0 {
			offered = d.in.Asked.Offered
		}
	}
	l := d.letter(LetterChoices, d.Person, about)
	if s, ok := d.current(about); ok {
		l = d.sessionLetter(LetterChoices, d.Person, s)
	}
	for i := range choices {
		choices[i].Label = strconv.Itoa(i + 1)
	}
	l.Purpose, l.Offered = AboutOffer, offered
	if reason == "which-time" || reason == "which-slot" {
		l.HeldFrom = d.at // what was asked for is known; a vague mail asks when it is settled
	}
	l.Facts.Reason = reason
	if d.in.Asked != nil && d.in.Asked.Purpose == AboutJournal {
		choices = wordless(choices) // no word of an entry stands in another mail
	} else {
		l.Facts.Words = excerpt(d.in.Text)
	}
	l.Choices, l.Facts.Choices = choices, choices
	d.post(l)
}

// wordless takes the writer's own words out of choices.
func wordless(choices []Choice) []Choice {
	for i := range choices {
		requests := append([]Request(nil), choices[i].Requests...)
		for j := range requests {
			requests[j].Text = ""
			times := append([]When(nil), requests[j].Times...)
			for k := range times {
				times[k].Text, times[k].Why = "", ""
			}
			requests[j].Times = times
		}
		choices[i].Requests = requests
	}
	return choices
}

// readings lists the possible readings of each time that is in doubt.
func (d *decision) readings() []Choice {
	const most = 6
	var choices []Choice
	for _, q := range d.in.Requests {
		for _, when := range q.Times {
			if !when.Ambiguous() || when.Negated {
				continue
			}
			spans := append([]Span{{when.Start, when.End}}, when.Alternatives...)
			slices.SortStableFunc(spans, byStart)
			for i, span := range spans {
				if len(choices) == most || !span.Start.After(d.at) || i > 0 && span.Start.Equal(spans[i-1].Start) {
					continue
				}
				only := when
				only.Start, only.End, only.Alternatives = span.Start, span.End, nil
				picked := q
				picked.Times = []When{only}
				choices = append(choices, Choice{Start: span.Start, End: d.endOf(span), Requests: []Request{picked}})
			}
		}
	}
	return choices
}

func (d *decision) endOf(s Span) time.Time {
	if s.End.IsZero() {
		return s.Start.Add(d.Pair.Length)
	}
	return s.End
}

// offeredChoices puts the offered slots as numbered choices, for a "yes" to
// several of them.
func (d *decision) offeredChoices() []Choice {
	if d.in.Asked == nil {
		return nil
	}
	var choices []Choice
	for _, slot := range d.in.Asked.Offered {
		if slot.Start.After(d.at) {
			choices = append(choices, Choice{Start: slot.Start, End: slot.End, Requests: []Request{{Type: Accept, Option: slot.Label}}})
		}
	}
	if len(choices) > 0 {
		choices = append(choices, Choice{Text: "none-fit", Requests: []Request{{Type: Decline}}})
	}
	return choices
}

// usualChoices are what people mostly mean when a mail cannot be understood.
func (d *decision) usualChoices() []Choice {
	if asked := d.in.Asked; asked != nil && asked.Purpose == AboutTookPlace {
		return []Choice{
			{Text: "held", Requests: []Request{{Type: Held, Text: d.in.Text}}},
			{Text: "missed", Requests: []Request{{Type: Missed, Text: d.in.Text}}},
		}
	}
	s, ok := d.current(d.in.About)
	if !ok || !s.Booked() {
		return nil
	}
	choices := []Choice{
		{Text: "keep", Requests: nil},
		{Text: "move", Requests: []Request{{Type: Move}}},
		{Text: "cancel", Requests: []Request{{Type: Cancel}}},
	}
	if asked := d.in.Asked; asked != nil && (asked.Purpose == AboutAgenda || asked.Purpose == AboutCheckIn) {
		answer := RequestType(asked.Purpose) // the requests that answer them are called alike
		choices[0] = Choice{Text: string(answer), Requests: []Request{{Type: answer, Text: d.in.Text}}}
	}
	return choices
}
