package templates

import (
	"slices"
	"strings"

	"github.com/mentorpost/mentorpost/program"
)

// condition decides whether a sentence or block is used. It is a list of
// terms that must all hold; "else" also asks that no earlier block of the
// same chain was used.
type condition struct {
	chained bool
	terms   []term
}

// term asks whether a fact is there, or which one it is.
type term struct {
	not   bool
	fact  factFunc
	among []string // accepted values; empty: anything but nothing
}

type factFunc func(*view) string

func (c condition) always() bool { return !c.chained && len(c.terms) == 0 }

func (c condition) holds(v *view) bool {
	for _, t := range c.terms {
		got := t.fact(v)
		ok := got != ""
		if len(t.among) > 0 {
			// A fact may be a list of words, as what is asked for is.
			ok = slices.ContainsFunc(strings.Fields(got), func(word string) bool { return slices.Contains(t.among, word) })
		}
		if ok == t.not {
			return false
		}
	}
	return true
}

// condition reads a leading [fact, !fact, fact=one|two] or [else …] and
// returns what follows it.
func (p *parser) condition(number int, text string) (condition, string) {
	inner, ok := strings.CutPrefix(text, "[")
	if !ok {
		return condition{}, text
	}
	inner, rest, ok := strings.Cut(inner, "]")
	if !ok {
		p.fault(number, "a [ without its ]")
		return condition{}, text
	}
	var out condition
	if after, found := strings.CutPrefix(inner, "else"); found {
		out.chained, inner = true, after
	}
	for _, text := range strings.Split(inner, ",") {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		var t term
		text, t.not = strings.CutPrefix(text, "!")
		name, values, compared := strings.Cut(text, "=")
		if t.fact, ok = facts[name]; !ok {
			p.fault(number, "there is no fact %q to ask for", name)
			continue
		}
		if compared {
			t.among = strings.Split(values, "|")
		}
		out.terms = append(out.terms, t)
	}
	if len(out.terms) == 0 && !out.chained {
		p.fault(number, "an empty condition")
	}
	return out, strings.TrimSpace(rest)
}

// pick returns the first sentence whose condition holds.
func pick(sentences []sentence, v *view) phrase {
	for _, s := range sentences {
		if s.when.holds(v) {
			return s.phrase
		}
	}
	return nil
}

func there(yes bool) string {
	if yes {
		return "yes"
	}
	return ""
}

// facts are what a condition can ask for.
var facts = map[string]factFunc{
	"name":        func(v *view) string { return v.facts.Name },
	"partner":     func(v *view) string { return v.facts.Partner },
	"role":        func(v *view) string { return v.facts.Role },
	"reason":      func(v *view) string { return v.facts.Reason },
	"link":        func(v *view) string { return v.facts.Link },
	"words":       func(v *view) string { return v.facts.Words },
	"note":        func(v *view) string { return v.facts.Note },
	"charter":     func(v *view) string { return v.facts.Charter },
	"tip":         func(v *view) string { return v.rotating("tip") },
	"agenda":      func(v *view) string { return v.facts.Agenda },
	"asks":        func(v *view) string { return strings.Join(v.facts.Asks, " ") },
	"by-reader":   func(v *view) string { return there(v.facts.ByReader) },
	"slots":       func(v *view) string { return there(len(v.facts.Slots) > 0) },
	"one-slot":    func(v *view) string { return there(len(v.facts.Slots) == 1) },
	"choices":     func(v *view) string { return there(len(v.facts.Choices) > 0) },
	"undo":        func(v *view) string { return there(v.facts.Undo) },
	"news":        func(v *view) string { return there(slices.ContainsFunc(v.facts.Lines, program.Line.News)) },
	"lines":       func(v *view) string { return there(len(v.facts.Lines) > 0) },
	"codes":       lineCodes,
	"rows":        func(v *view) string { return there(len(v.facts.Rows) > 0) },
	"notice":      func(v *view) string { return there(v.facts.Notice > 0) },
	"length":      func(v *view) string { return there(v.facts.Length > 0) },
	"start":       func(v *view) string { return there(!v.start().IsZero()) },
	"old":         func(v *view) string { return there(!v.old().IsZero()) },
	"deadline":    func(v *view) string { return there(!v.facts.Deadline.IsZero()) },
	"given":       func(v *view) string { return there(v.facts.Given > 0) },
	"short":       func(v *view) string { return there(v.short() > 0) },
	"value":       func(v *view) string { return v.line.Value },
	"count":       func(v *view) string { return v.count() },
	"feed":        func(v *view) string { return v.facts.Feed },
	"late":        func(v *view) string { return there(v.line.Late || v.facts.Short > 0) },
	"session":     func(v *view) string { return there(v.letter.SessionUID != "") },
	"other-clock": func(v *view) string { return there(v.otherClock()) },
}

// lineCodes lists the codes of a receipt's lines.
func lineCodes(v *view) string {
	var out []string
	for _, line := range v.facts.Lines {
		out = append(out, line.Code)
	}
	return strings.Join(out, " ")
}
