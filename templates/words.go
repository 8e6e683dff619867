package templates

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
)

// words are the small wordings of a language: greetings, dates, plurals. A key
// may be narrowed to a region with "@": "date@US".
type words map[string]string

// lists are the words that hold a list, with the length that it must have.
var lists = map[string]int{"weekdays": 7, "weekdays.short": 7, "months": 12, "months.short": 12}

// wordValues names what the wordings of a key may be filled with.
var wordValues = map[string][]string{
	"greeting": {"name"}, "date": {"weekday", "day", "month", "year"}, "date.year": {"weekday", "day", "month", "year"},
	"date.short": {"weekday", "day", "month"}, "moment": {"date", "clock", "zone"}, "brief": {"date", "clock"},
	"clock": {"clock"}, "until": {"from", "to"}, "zone": {"city"}, "zone.vowel": {"city"}, "partner.moment": {"time", "partner", "city"}, "partner.moment.utc": {"time", "partner", "city"}, "example": {"text"},
	"minute": {"n"}, "hour": {"n"}, "day": {"n"}, "second": {"n"}, "and": {"a", "b"}, "footer": {"program"}, "footer.coordinator": {"program"}, "sender": {"program"},
}

// checkWord says what is wrong with a word, or "".
func checkWord(key, value string) string {
	base, _, _ := strings.Cut(key, "@")
	if want := lists[base]; want > 0 {
		if got := len(strings.Split(value, ",")); got != want {
			return fmt.Sprintf("%d words wanted, found %d", want, got)
		}
	}
	allowed, ok := wordValues[base]
	if !ok {
		allowed = wordValues[strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(base, ".one"), ".other"), ".many")]
	}
	for rest := value; ; {
		_, after, open := strings.Cut(rest, "{")
		if !open {
			return ""
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			return "a { without its }"
		}
		if !slices.Contains(allowed, name) {
			return fmt.Sprintf("there is no value {%s} here", name)
		}
		rest = tail
	}
}

// get returns a wording, that of the region first.
func (w words) get(key, region string) string {
	if region != "" {
		if value, ok := w[key+"@"+region]; ok {
			return value
		}
	}
	return w[key]
}

// nth returns one word of a list.
func (w words) nth(key string, n int) string {
	rest := w[key]
	for ; n > 0; n-- {
		_, rest, _ = strings.Cut(rest, ",")
	}
	word, _, _ := strings.Cut(rest, ",")
	return strings.TrimSpace(word)
}

// fill puts values, given as name and value in turn, into a wording.
func fill(wording string, pairs ...string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(wording, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, rest, _ := strings.Cut(after, "}")
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				out.WriteString(pairs[i+1])
			}
		}
		wording = rest
	}
}

// count says a number of units in the plural form of the language.
func (c *catalogue) count(unit string, n int) string {
	form := ".other"
	if plural.Cardinal.MatchPlural(c.tag, n, 0, 0, 0, 0) == plural.One {
		form = ".one"
	}
	return fill(c.words[unit+form], "n", strconv.Itoa(n))
}

// duration says a length of time exactly, in its two largest units that are
// not zero. Seconds are kept, since a change can be one second late; whole
// days are said only from three on, so that 24 and 48 hours keep their name.
func (c *catalogue) duration(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	if rest := d % time.Second; rest > 0 {
		d += time.Second - rest // less than a second is never said to be nothing
	}
	var parts []string
	take := func(unit string, size time.Duration) {
		if n := int(d / size); n > 0 {
			parts = append(parts, c.count(unit, n))
			d %= size
		}
	}
	if d >= 72*time.Hour {
		take("day", 24*time.Hour)
	}
	take("hour", time.Hour)
	take("minute", time.Minute)
	take("second", time.Second)
	if len(parts) == 1 {
		return parts[0]
	}
	return fill(c.words["and"], "a", parts[0], "b", parts[1])
}

// The two ends of an example of an answer.
const (
	openQuote  = "open"
	closeQuote = "close"
)

// quote is the quotation mark at one end of an example.
func (c *catalogue) quote(end string) string {
	before, after, _ := strings.Cut(c.words["example"], "{text}")
	if end == openQuote {
		return before
	}
	return after
}
