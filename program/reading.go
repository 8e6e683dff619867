package program

import (
	"net/url"
	"slices"
	"strings"
)

// readingEvery is how many weeks pass between two check-ins that bring
// something to read instead of a tip.
const readingEvery = 2

// reading is what this week's check-in suggests to read: each approved
// suggestion in its turn, every other week. It is empty in the weeks of a tip.
func (d *decision) reading(week int) string {
	if len(d.Reading) == 0 || week%readingEvery != 0 {
		return ""
	}
	return d.Reading[week/readingEvery%len(d.Reading)].URL
}

// suggest keeps a resource for the coordinator to look at. Nobody else sees
// it before they have approved it.
func (d *decision) suggest(q Request) {
	link := LinkIn(q.Text)
	if link == "" {
		d.line(Line{Code: "suggest-link"})
		return
	}
	made := Suggestion{ID: d.mint.ID(), Person: d.Person.ID, URL: link, Created: d.now}
	d.Suggested = append(slices.Clone(d.Suggested), made)
	d.out.Suggestions = append(d.out.Suggestions, made)
	d.tellCoordinators("suggestion", d.Person, link)
	d.line(Line{Code: "suggested"})
}

// LinkIn is the first web address in a text, with its scheme; empty where
// there is none. Only http and https are taken (RFC 9110 §4.2).
func LinkIn(text string) string {
	const longest = 2000
	for word := range strings.FieldsSeq(text) {
		word = strings.TrimLeft(word, "<([{\"'“„«")
		word = strings.TrimRight(word, ">]}\"'“”»,;.!?:")
		if !strings.Contains(word, "(") {
			word = strings.TrimRight(word, ").,")
		}
		if strings.HasPrefix(strings.ToLower(word), "www.") {
			word = "https://" + word
		}
		link, err := url.Parse(word)
		if err != nil || len(word) > longest || link.User != nil {
			continue
		}
		if (link.Scheme == "https" || link.Scheme == "http") && strings.Contains(link.Hostname(), ".") {
			return link.String()
		}
	}
	return ""
}
