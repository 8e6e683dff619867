package inbox

import (
	"sort"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/inbox/trim"
	"github.com/mentorpost/mentorpost/program"
)

// readBetween reads answers that stand under the offered lines they answer.
func (d *reading) readBetween(answers []trim.Answer) bool {
	var accepted, reserve, declined []int
	for _, a := range answers {
		slot := d.quotedSlot(a.Quoted)
		if slot < 0 {
			continue
		}
		part := newReading(a.Text, d.Reader)
		part.prepare()
		yes, no := part.consent()
		switch {
		case part.said("otherwise", "doubt"):
			reserve = append(reserve, slot)
		case no:
			declined = append(declined, slot)
		case yes:
			accepted = append(accepted, slot)
		}
	}
	if len(accepted)+len(declined)+len(reserve) == 0 {
		return false
	}
	if len(accepted) == 0 && len(reserve) == 1 {
		accepted = reserve
	}
	span := [2]int{0, len(d.text)}
	switch {
	case len(accepted) > 0:
		// Each was answered on its own line: whichever is booked was agreed to.
		d.add(program.Request{Type: program.Accept, Option: d.Question.Offered[accepted[0]].Label, Span: span})
	case len(declined) == len(d.Question.Offered):
		d.add(program.Request{Type: program.Decline, Span: span})
	default:
		d.declineSlots(declined, span)
		d.doubt("some of the offered times were refused and none picked")
	}
	return true
}

// labelledLines reads answers that repeat the labels of the slots: "1) no" and
// "2) yes" on lines of their own. One such line alone may be anything.
func (d *reading) labelledLines() []trim.Answer {
	var answers []trim.Answer
	for _, l := range linesOf(d.plain) {
		text := strings.TrimSpace(l.text)
		for _, slot := range d.Question.Offered {
			rest, found := strings.CutPrefix(text, slot.Label)
			said := strings.TrimLeft(rest, " \t).:=-–—")
			if found && said != "" && len(said) < len(strings.TrimLeft(rest, " \t")) && len(strings.Fields(said)) <= 6 && !isDigit(said[0]) {
				answers = append(answers, trim.Answer{Quoted: slot.Label + ")", Text: said})
			}
		}
	}
	if len(answers) < 2 {
		return nil
	}
	return answers
}

// quotedSlot finds the offered slot that the last line of a quote shows.
func (d *reading) quotedSlot(quoted string) int {
	quoted = strings.TrimSpace(quoted)
	if at := strings.LastIndexByte(quoted, '\n'); at >= 0 {
		quoted = strings.TrimSpace(quoted[at+1:])
	}
	quoted = strings.TrimLeft(quoted, "> \t*")
	for i, slot := range d.Question.Offered {
		rest, found := strings.CutPrefix(quoted, slot.Label)
		if found && rest != "" && strings.ContainsAny(rest[:1], ").: \t-") {
			return i
		}
	}
	return -1
}

func join(a, b [2]int) [2]int {
	if a[0] < 0 {
		return b
	}
	return [2]int{min(a[0], b[0]), max(a[1], b[1])}
}

func union(a, b []int) []int {
	for _, x := range b {
		if !contains(a, x) {
			a = append(a, x)
		}
	}
	sort.Ints(a)
	return a
}

func without(a, b []int) []int {
	var kept []int
	for _, x := range a {
		if !contains(b, x) {
			kept = append(kept, x)
		}
	}
	return kept
}

func contains(a []int, x int) bool {
	for _, y := range a {
		if x == y {
			return true
		}
	}
	return false
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}
