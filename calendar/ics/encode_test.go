package ics

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"

	"github.com/mentorpost/mentorpost/program"
)

// unfold joins folded lines (RFC 5545 §3.1) and fails where a line is too long,
// not ended by CRLF or cut inside a UTF-8 sequence.
func unfold(t interface{ Errorf(string, ...any) }, raw []byte) []string {
	text := string(raw)
	if !utf8.ValidString(text) || !strings.HasSuffix(text, "\r\n") {
		t.Errorf("not UTF-8, or no CRLF at the end")
	}
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || line == "" || !utf8.ValidString(line) || strings.ContainsFunc(line, isLineBreak) {
			t.Errorf("bad line of %d octets: %q", len(line), line)
		}
		if rest, ok := strings.CutPrefix(line, " "); ok && len(lines) > 0 {
			lines[len(lines)-1] += rest
		} else {
			lines = append(lines, line)
		}
	}
	return lines
}

// names is the sequence of property names, which nothing in an event may
// change.
func names(lines []string) []string {
	var all []string
	for _, line := range lines {
		name := line[:strings.IndexAny(line+":", ";:")]
		if name == "BEGIN" || name == "END" {
			name = line
		}
		all = append(all, name)
	}
	return all
}

// expectedNames is that sequence for an event.
func expectedNames(e program.Event) []string {
	all := strings.Fields("BEGIN:VCALENDAR VERSION PRODID CALSCALE METHOD BEGIN:VEVENT UID SEQUENCE DTSTAMP DTSTART DTEND SUMMARY")
	if e.Description != "" {
		all = append(all, "DESCRIPTION")
	}
	if e.Location != "" {
		all = append(all, "LOCATION")
	}
	if isLink(e.Location) {
		all = append(all, "URL")
	}
	all = append(all, "STATUS", "TRANSP", "ORGANIZER")
	for range e.Attendees {
		all = append(all, "ATTENDEE")
	}
	if e.Comment != "" {
		all = append(all, "COMMENT")
	}
	if e.Method == "REQUEST" {
		alarm := strings.Fields("BEGIN:VALARM ACTION DESCRIPTION TRIGGER END:VALARM")
		all = append(append(all, alarm...), alarm...)
	}
	return append(all, "END:VEVENT", "END:VCALENDAR")
}

func TestARequestSaysWhatClientsNeed(t *testing.T) {
	raw, err := Encode(sample())
	if err != nil {
		t.Fatal(err)
	}
	lines := unfold(t, raw)
	for _, want := range []string{
		"VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:REQUEST",
		"UID:s-20270211-7f3a@example.org", "SEQUENCE:2", "DTSTAMP:20270207T100000Z",
		"DTSTART:20270211T100000Z", "DTEND:20270211T104500Z",
		"SUMMARY:Mentoring: Ada and Tomás",
		`DESCRIPTION:Agenda:\n1. What worked\; what didn't\, and why\n2. A dilemma`,
		`LOCATION:https://meet.example.org/ada-tomas?pwd=a\,b\;c`,
		"URL:https://meet.example.org/ada-tomas?pwd=a,b;c",
		"STATUS:CONFIRMED", "TRANSP:OPAQUE",
		`ORGANIZER;CN="Mentor Everywhere":mailto:mentor+q7c2@example.org`,
		`ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=TRUE;CN="Ada":mailto:ada@example.org`,
		`ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Tomás ^'Tom^' Pérez; Jr.":mailto:tomas@example.org`,
		"TRIGGER:-P1D", "TRIGGER:-PT1H",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %q in\n%s", want, strings.Join(lines, "\n"))
		}
	}
	if got, want := names(lines), expectedNames(sample()); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestMethodsDiffer(t *testing.T) {
	cases := []struct{ name, method, has, hasNot string }{
		{"a cancellation is one", "CANCEL", "METHOD:CANCEL\r\n", "BEGIN:VALARM"},
		{"a cancellation frees the time", "CANCEL", "STATUS:CANCELLED\r\nTRANSP:TRANSPARENT\r\n", "CONFIRMED"},
		{"a cancellation wants no answer", "CANCEL", "PARTSTAT=ACCEPTED;CN=", "RSVP"},
		{"a refused counter-proposal rings nowhere", "DECLINECOUNTER", "METHOD:DECLINECOUNTER\r\n", "BEGIN:VALARM"},
		{"a refused counter-proposal leaves the session confirmed", "DECLINECOUNTER", "STATUS:CONFIRMED\r\n", "CANCELLED"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := sample()
			e.Method = c.method
			raw, err := Encode(e)
			if err != nil {
				t.Fatal(err)
			}
			if text := string(raw); !strings.Contains(text, c.has) || strings.Contains(text, c.hasNot) {
				t.Errorf("%q must be, %q must not be in\n%s", c.has, c.hasNot, text)
			}
		})
	}
}

func TestNothingInAnEventAddsALine(t *testing.T) {
	cases := []struct {
		name   string
		change func(e *program.Event, evil string)
	}{
		{"through the subject", func(e *program.Event, evil string) { e.Summary = evil }},
		{"through the agenda", func(e *program.Event, evil string) { e.Description = evil }},
		{"through the link", func(e *program.Event, evil string) { e.Location = "https://example.org/" + evil }},
		{"through the organizer's name", func(e *program.Event, evil string) { e.Organizer.Name = evil }},
		{"through an attendee's name", func(e *program.Event, evil string) { e.Attendees[1].Name = evil }},
		{"through a comment", func(e *program.Event, evil string) { e.Comment = evil }},
		{"through a status", func(e *program.Event, evil string) { e.Attendees[0].PartStat = program.PartStat(evil) }},
	}
	evils := []string{
		"x\r\nATTENDEE:mailto:eve@example.org", "x\nMETHOD:CANCEL", "x\rSTATUS:CANCELLED", "x\u2028UID:2", "x\u2029UID:2", "x\u0085UID:2",
		"x\x0bUID:2", "x\x0cUID:2", "x\x1cUID:2", "x\x00UID:2", `x":mailto:eve@example.org`, `x";PARTSTAT=DECLINED;X="`, `x\`, `x\n`, "^n^'^^",
		strings.Repeat("\r\n", 100), strings.Repeat("é", 200), strings.Repeat("👩‍🏫", 50), "\u202eabc\u202c", "\xff\xfe", strings.Repeat("a", 10_000),
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, evil := range evils {
				e := sample()
				c.change(&e, evil)
				raw, err := Encode(e)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := names(unfold(t, raw)), expectedNames(e); !slices.Equal(got, want) {
					t.Errorf("%q: got %q, want %q", evil, got, want)
				}
				part, err := Decode(raw, Options{From: "tomas@example.org"})
				if err != nil || part.UID != e.UID || part.Method != e.Method || part.Attendee != "tomas@example.org" ||
					part.PartStat != program.NeedsAction {
					t.Errorf("%q: read %+v, %v", evil, part, err)
				}
			}
		})
	}
}

func TestTextsSurviveGoIcal(t *testing.T) {
	agenda := strings.Repeat("1. Über Größe, naïveté; \\ and “quotes”\n2. שלום עולם\n3. 👩‍🏫🏳️‍🌈 日本語\n\n", 120)
	e := sample()
	e.Summary = "Mentoring 👩‍🏫: עדה and Tomás, \"weekly\"; \\o/"
	e.Description = agenda
	e.Organizer.Name = strings.Repeat("Präsidentin Doña Ágnes-Łucja ", 12)
	raw, err := Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	unfold(t, raw)
	calendar, err := ical.NewDecoder(strings.NewReader(string(raw))).Decode()
	if err != nil {
		t.Fatal(err)
	}
	event := calendar.Events()[0]
	for name, want := range map[string]string{"SUMMARY": e.Summary, "DESCRIPTION": agenda, "LOCATION": e.Location} {
		if got, err := event.Props.Text(name); err != nil || got != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	if got := event.Props.Get("ORGANIZER").Params.Get("CN"); got != e.Organizer.Name {
		t.Errorf("CN: got %q", got)
	}
}

func TestEventsThatCannotBeSent(t *testing.T) {
	cases := []struct {
		name   string
		change func(*program.Event)
	}{
		{"without a method", func(e *program.Event) { e.Method = "" }},
		{"with a method of an attendee", func(e *program.Event) { e.Method = "REPLY" }},
		{"without a UID", func(e *program.Event) { e.UID = " " }},
		{"with a line break in the UID", func(e *program.Event) { e.UID = "1\r\nMETHOD:CANCEL" }},
		{"with a negative sequence", func(e *program.Event) { e.Sequence = -1 }},
		{"without a stamp", func(e *program.Event) { e.Stamp = time.Time{} }},
		{"without a start", func(e *program.Event) { e.Start = time.Time{} }},
		{"that end before they start", func(e *program.Event) { e.End = e.Start.Add(-time.Second) }},
		{"beyond the year 9999", func(e *program.Event) { e.End = e.Start.AddDate(9000, 0, 0) }},
		{"without an organizer", func(e *program.Event) { e.Organizer.Address = "" }},
		{"with an attendee who has no address", func(e *program.Event) { e.Attendees[0].Address = "ada" }},
		{"with two addresses in one", func(e *program.Event) { e.Attendees[0].Address = "ada@example.org,eve@example.org" }},
		{"with a line break in an address", func(e *program.Event) { e.Attendees[0].Address = "ada@example.org\r\nUID:2" }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := sample()
			c.change(&e)
			if raw, err := Encode(e); !errors.Is(err, ErrInvalidEvent) {
				t.Errorf("got %v and\n%s", err, raw)
			}
		})
	}
}

func TestAddressesSurvive(t *testing.T) {
	for _, address := range []string{
		"mentor+s-7f3a@example.org", "o'brien@example.org", "a=b&c/d@example.org", "100%@example.org", "who?@example.org",
		"tomás@example.org", "a;b@example.org", "a:b@example.org",
	} {
		e := sample()
		e.Attendees = []program.Attendee{{Address: address}}
		raw, err := Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		if part, err := Decode(raw, Options{}); err != nil || part.Attendee != address {
			t.Errorf("%s came back as %s, %v", address, part.Attendee, err)
		}
	}
}

func TestAFeedIsNoInvitation(t *testing.T) {
	first, second := sample(), sample()
	second.UID, second.Method = "s-2@example.org", "CANCEL"
	raw, err := EncodeFeed([]program.Event{first, second}, "Ada's sessions; all\r\nMETHOD:PUBLISH")
	if err != nil {
		t.Fatal(err)
	}
	lines := unfold(t, raw)
	for _, line := range lines {
		for _, not := range []string{"METHOD", "ORGANIZER", "ATTENDEE", "BEGIN:VALARM"} {
			if strings.HasPrefix(line, not) {
				t.Errorf("%q in a feed", line)
			}
		}
	}
	for _, want := range []string{`X-WR-CALNAME:Ada's sessions\; all\nMETHOD:PUBLISH`, "UID:s-2@example.org", "STATUS:CANCELLED", "STATUS:CONFIRMED"} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line %q", want)
		}
	}
	if _, err := EncodeFeed([]program.Event{{}}, "x"); !errors.Is(err, ErrInvalidEvent) {
		t.Errorf("got %v", err)
	}
	if raw, err := EncodeFeed(nil, "empty"); err != nil || !strings.Contains(string(raw), "END:VCALENDAR") {
		t.Errorf("got %s, %v", raw, err)
	}
}
