package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mentorpost/mentorpost/program"
)

// explained is one answer of the explain command.
type explained struct {
	ID       json.RawMessage    `json:"id"`
	Kind     program.MailKind   `json:"kind,omitempty"`
	Text     string             `json:"text"`
	Requests []explainedRequest `json:"requests"`
	Ask      bool               `json:"ask"`
	Why      string             `json:"why,omitempty"`
	Calendar *explainedPart     `json:"calendar"`
	Bounce   *explainedBounce   `json:"bounce"`
	Proof    string             `json:"proof"`
	Error    string             `json:"error"`

	File    string `json:"-"`
	From    string `json:"-"`
	Subject string `json:"-"`
}

type explainedRequest struct {
	Type   program.RequestType `json:"type"`
	Option string              `json:"option"`
	Times  []whenTime          `json:"times"`
	Until  *string             `json:"until"`
	Value  string              `json:"value"`
	Text   string              `json:"text"`
	Span   [2]int              `json:"span"`

	when []program.When
}

type explainedPart struct {
	Method       string           `json:"method"`
	UID          string           `json:"uid"`
	Sequence     *int             `json:"sequence"`
	RecurrenceID *string          `json:"recurrence_id"`
	Attendee     string           `json:"attendee"`
	PartStat     program.PartStat `json:"partstat"`
	Start        *time.Time       `json:"start"`
	End          *time.Time       `json:"end"`
}

type explainedBounce struct {
	Recipient string `json:"recipient"`
	Status    string `json:"status"`
	Permanent bool   `json:"permanent"`
}

// known returns nil for a time or word that is not known.
func known[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func calendarOf(part program.CalendarPart) *explainedPart {
	p := explainedPart{
		Method: part.Method, UID: part.UID, Sequence: part.Sequence, RecurrenceID: known(part.RecurrenceID),
		Attendee: part.Attendee, PartStat: part.PartStat, Start: known(part.Start), End: known(part.End),
	}
	return &p
}

// understand takes over what was understood of the text.
func (e *explained) understand(u program.Understanding) {
	e.Ask, e.Why = u.Ask, u.Why
	for _, q := range u.Requests {
		r := explainedRequest{Type: q.Type, Option: q.Option, Until: known(q.Until), Value: q.Value, Text: q.Text, Span: q.Span, when: q.Times}
		r.Times = answerTo(whenQuestion{}, q.Times).Times
		e.Requests = append(e.Requests, r)
	}
}

// writeExplained prints an explanation for people.
func writeExplained(w io.Writer, e explained) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", e.File)
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-9s %s\n", name, value)
		}
	}
	line("from", e.From)
	line("subject", e.Subject)
	line("kind", string(e.Kind))
	line("proof", e.Proof)
	if c := e.Calendar; c != nil {
		line("calendar", strings.TrimSpace(fmt.Sprintf("%s %s of %s by %s", c.Method, c.PartStat, c.UID, c.Attendee)))
		if c.Start != nil {
			line("", c.Start.Format("Mon 2 Jan 2006 15:04 MST"))
		}
	}
	if e.Bounce != nil {
		line("bounce", fmt.Sprintf("%s %s, permanent: %t", e.Bounce.Recipient, e.Bounce.Status, e.Bounce.Permanent))
	}
	line("error", e.Error)
	if strings.TrimSpace(e.Text) != "" {
		b.WriteString("\n")
		writeUnderlined(&b, e.Text, e.Requests)
	}
	b.WriteString("\n")
	for i, q := range e.Requests {
		fmt.Fprintf(&b, "  %d  %s\n", i+1, describe(q))
		for _, t := range q.when {
			fmt.Fprintf(&b, "       %s\n", describeTime(t))
		}
	}
	if e.Ask {
		fmt.Fprintf(&b, "  asks back: %s\n", e.Why)
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// describe says a request in a line.
func describe(q explainedRequest) string {
	words := []string{string(q.Type)}
	for _, word := range []string{q.Option, q.Value} {
		if word != "" {
			words = append(words, word)
		}
	}
	if q.Until != nil {
		words = append(words, "until "+*q.Until)
	}
	if q.Text != "" {
		text := strings.Join(strings.Fields(q.Text), " ")
		if utf8.RuneCountInString(text) > 60 {
			text = string([]rune(text)[:59]) + "…"
		}
		words = append(words, "“"+text+"”")
	}
	return strings.Join(words, " ")
}

// describeTime says a time of a request, its other readings and why.
func describeTime(t program.When) string {
	s := describeSpan(program.Span{Start: t.Start, End: t.End}, t.Grain) + "  “" + t.Text + "”"
	for _, a := range t.Alternatives {
		s += ", or " + describeSpan(a, t.Grain)
	}
	if t.Why != "" {
		s += "  (" + t.Why + ")"
	}
	return s
}

// writeUnderlined prints the text with the number of each request under the
// words it was found in. A request that is the whole text underlines nothing.
func writeUnderlined(b *strings.Builder, text string, requests []explainedRequest) {
	start := 0
	for _, line := range strings.SplitAfter(text, "\n") {
		end := start + len(line)
		shown := strings.TrimRight(line, "\r\n")
		fmt.Fprintf(b, "  │ %s\n", shown)
		if marks := underline(shown, start, len(strings.TrimSpace(text)), requests); marks != "" {
			fmt.Fprintf(b, "  │ %s\n", marks)
		}
		start = end
	}
}

func underline(line string, start, whole int, requests []explainedRequest) string {
	marks := []rune(strings.Repeat(" ", utf8.RuneCountInString(line)))
	found := false
	for n, q := range requests {
		from, to := max(q.Span[0]-start, 0), min(q.Span[1]-start, len(line))
		if from >= to || q.Span[1]-q.Span[0] >= whole {
			continue
		}
		first, last := utf8.RuneCountInString(line[:from]), utf8.RuneCountInString(line[:to])
		for i := first; i < last; i++ {
			if marks[i] == ' ' {
				marks[i] = '‾'
			}
		}
		if q.Span[0] >= start {
			marks[first] = rune('1' + n%9)
		}
		found = true
	}
	if !found {
		return ""
	}
	return strings.TrimRight(string(marks), " ")
}
