package inbox

import (
	"strings"

	"github.com/mentorpost/mentorpost/program"
)

// calendarCommand handles CALENDAR with an address or off. Whether the address
// can be used is decided later, so that its writer hears why not.
func (d *reading) calendarCommand(rest string, capitals bool, q program.Request) bool {
	if d.purpose == program.AboutJournal {
		return false // an entry is its author's, addresses and all
	}
	q.Type = program.SetCalendar
	address, more, _ := strings.Cut(strings.TrimSpace(rest), " ")
	switch {
	case phrases.rhythms[fold(rest)] == "off":
		q.Value = "off"
	case strings.Contains(address, "://") && (capitals || more == "" || d.polite(more)):
		q.Text = strings.Trim(address, "<>,;\"'")
	case capitals && more == "" && strings.Contains(address, "."):
		q.Text = address
	default:
		return false
	}
	d.add(q)
	return true
}

// readCalendar takes the address of a calendar out of a sentence that calls it
// one: "here is my calendar: https://example.org/busy.ics".
func (d *reading) readCalendar() {
	for offset := 0; ; {
		at := strings.Index(d.plain[offset:], "://")
		if at < 0 {
			return
		}
		at += offset
		start := strings.LastIndexAny(d.plain[:at], " \r\n\t<([\"") + 1
		end := at + len(link(d.plain[at:]))
		offset = end
		address := strings.TrimRight(d.plain[start:end], ".,;:!?)]\"\r")
		if !isCalendarFeed(address) || !d.callsCalendar(start) {
			continue
		}
		d.add(program.Request{Type: program.SetCalendar, Text: address, Span: [2]int{start, start + len(address)}})
		d.takeAround(start, end)
		return
	}
}

// isCalendarFeed reports whether an address is one of those that calendars are
// published at, or a CalDAV server's. Nobody gives a password with any other.
func isCalendarFeed(address string) bool {
	lower := strings.ToLower(address)
	path, _, _ := strings.Cut(lower, "?")
	host, _, _ := strings.Cut(lower[strings.Index(lower, "://")+len("://"):], "/")
	return strings.HasPrefix(lower, "webcal://") || strings.HasSuffix(path, ".ics") || strings.HasSuffix(path, ".ifb") ||
		strings.Contains(path, "/dav/") || strings.Contains(path, "caldav") || strings.Contains(host, "@")
}

// callsCalendar reports whether the words just before an address name it a
// calendar, and do not ask about one.
func (d *reading) callsCalendar(start int) bool {
	const near = 12 // words
	seen := 0
	for i := len(d.tokens) - 1; i >= 0 && seen < near; i-- {
		if d.tokens[i].end > start {
			continue
		}
		if phrases.keywords[d.tokens[i].word] == "calendar" {
			return !d.clauses[d.tokens[i].clause].question
		}
		seen++
	}
	return false
}

// takeAround removes the sentences that stand between two bytes, and the one
// that leads to them, from what is left.
func (d *reading) takeAround(start, end int) {
	first, last := -1, -1
	for i, t := range d.tokens {
		if t.start < start {
			first = i
		}
		if t.start < end {
			last = i
		}
	}
	if first < 0 {
		first = 0
	}
	if last >= 0 {
		d.take(d.sentenceStart(d.tokens[first].clause), d.ends[d.tokens[last].clause])
	}
}
