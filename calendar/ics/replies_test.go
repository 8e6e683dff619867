package ics

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// read decodes a file of testdata and takes the notes off.
func read(t *testing.T, name string, o Options) (part program.CalendarPart, notes []string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	part, err = Decode(raw, o)
	if err != nil {
		t.Fatal(err)
	}
	notes, part.Notes = part.Notes, nil
	return part, notes
}

// on is an instant in 2027.
func on(month time.Month, day, hour, minute, second int) time.Time {
	return time.Date(2027, month, day, hour, minute, second, 0, time.UTC)
}

// usual is what most replies in testdata have in common.
func usual() program.CalendarPart {
	two := 2
	return program.CalendarPart{
		Method:    "REPLY",
		UID:       "s-20270211-7f3a@example.org",
		Sequence:  &two,
		Organizer: "mentor+q7c2@example.org",
		Attendee:  "tomas@example.org",
		PartStat:  program.Accepted,
		Start:     on(2, 11, 10, 0, 0),
		End:       on(2, 11, 10, 45, 0),
		Stamp:     on(2, 8, 9, 15, 2),
		Summary:   "Mentoring: Ada and Tomás",
	}
}

var clientReplies = []struct {
	name, file string
	options    Options
	change     func(*program.CalendarPart) // what differs from usual
	note       string
}{
	{"Outlook accepts without naming the organizer", "outlook-accepted.ics", Options{}, func(p *program.CalendarPart) {
		p.Organizer, p.Summary = "", "Accepted: Mentoring: Ada and Tomás"
	}, ""},
	{"Outlook sends TENTATIVE by itself", "outlook-tentative.ics", Options{}, func(p *program.CalendarPart) {
		p.Organizer, p.PartStat, p.Summary = "", program.Tentative, "Tentative: Mentoring: Ada and Tomás"
	}, ""},
	{"Outlook declines with a comment", "outlook-declined.ics", Options{}, func(p *program.CalendarPart) {
		p.Organizer, p.PartStat = "", program.Declined
		p.Summary, p.Comment = "Declined: Mentoring: Ada and Tomás", "Sorry, I am travelling that day."
	}, ""},
	{"Outlook's counter has the proposal as its time and its own sequence", "outlook-counter.ics", Options{}, func(p *program.CalendarPart) {
		p.Method, p.PartStat, p.Original = "COUNTER", program.Tentative, p.Start
		p.Start, p.End = on(2, 11, 11, 0, 0), on(2, 11, 11, 45, 0)
		p.Summary, p.Comment = "New Time Proposed: Mentoring: Ada and Tomás", "Could we do an hour later?"
	}, ""},
	{"Outlook's counter may keep the time, with blanks in UID and capitals in MAILTO", "outlook-desktop-counter-same-time.ics", Options{}, func(p *program.CalendarPart) {
		p.Method, p.PartStat, p.Organizer, p.Original = "COUNTER", program.Tentative, "", p.Start
		p.Summary = "Nueva hora propuesta: Mentoring: Ada and Tomás"
	}, ""},
	{"Gmail accepts", "gmail-accepted.ics", Options{}, func(*program.CalendarPart) {}, ""},
	{"Gmail proposes a new time", "gmail-counter.ics", Options{}, func(p *program.CalendarPart) {
		p.Method, p.PartStat, p.Comment = "COUNTER", program.Tentative, "Friday is better: could we?"
		p.Start, p.End = on(2, 12, 15, 0, 0), on(2, 12, 15, 45, 0)
	}, ""},
	{"Gmail declines one instance, with a note in a parameter", "gmail-instance-declined.ics", Options{}, func(p *program.CalendarPart) {
		p.PartStat, p.RecurrenceID = program.Declined, "20270211T100000Z"
		p.Comment = `Sorry, not "that" day: a trip`
	}, ""},
	{"Apple replies from another account", "apple-accepted.ics", Options{From: "tomas.perez@example.com"}, func(*program.CalendarPart) {}, ""},
	{"Apple names people by paths, their addresses by EMAIL", "apple-principal.ics", Options{From: "Tomas@example.org"}, func(p *program.CalendarPart) {
		p.PartStat, p.Summary, p.Start, p.End = program.Declined, "", time.Time{}, time.Time{}
	}, ""},
	{"Thunderbird declines", "thunderbird-declined.ics", Options{}, func(p *program.CalendarPart) {
		p.PartStat = program.Declined
	}, ""},
	{"Thunderbird counters in its own zone", "thunderbird-counter.ics", Options{}, func(p *program.CalendarPart) {
		p.Method, p.PartStat, p.Comment = "COUNTER", program.Tentative, "After work, please"
		p.Start, p.End = on(2, 11, 17, 0, 0), on(2, 11, 17, 45, 0)
	}, ""},
	{"a delegation names both", "delegated.ics", Options{From: "tomas@example.org"}, func(p *program.CalendarPart) {
		p.PartStat, p.DelegatedTo = program.Delegated, "ines@example.org"
		p.Summary, p.Start, p.End = "", time.Time{}, time.Time{}
	}, ""},
	{"a delegate is found by her address", "delegated.ics", Options{From: "ines@example.org"}, func(p *program.CalendarPart) {
		p.Attendee, p.PartStat, p.DelegatedFrom = "ines@example.org", program.NeedsAction, "tomas@example.org"
		p.Summary, p.Start, p.End = "", time.Time{}, time.Time{}
	}, ""},
	{"next to nothing is enough", "bare-minimum.ics", Options{Method: "reply"}, func(p *program.CalendarPart) {
		*p = program.CalendarPart{Method: "REPLY", UID: p.UID, Attendee: p.Attendee, PartStat: program.Accepted}
	}, "sent by"},
}

func TestRepliesInTheShapesOfRealClients(t *testing.T) {
	for _, c := range clientReplies {
		t.Run(c.name, func(t *testing.T) {
			want := usual()
			c.change(&want)
			got, notes := read(t, c.file, c.options)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
			if joined := strings.Join(notes, "; "); (c.note == "") != (joined == "") || !strings.Contains(joined, c.note) {
				t.Errorf("notes %q, want %q", joined, c.note)
			}
		})
	}
}

// reply wraps lines of a VEVENT.
func reply(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\n" +
		strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}

func TestWhoseAnswerItIs(t *testing.T) {
	const ada, tomas = "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ada@example.org", "ATTENDEE;PARTSTAT=DECLINED:mailto:tomas@example.org"
	answered := strings.Replace(ada, "NEEDS-ACTION", "ACCEPTED", 1)
	cases := []struct {
		name, lines, from string
		attendee          string
		status            program.PartStat
		note              string
	}{
		{"of several the sender", ada + "\r\n" + tomas, "ada@example.org", "ada@example.org", "NEEDS-ACTION", ""},
		{"else the one who is known to have sent it", answered + "\r\n" + strings.Replace(tomas, "tomas", "zoe", 1), "zoe@home.example", "zoe@example.org", "DECLINED", ""},
		{"else the first who answered", ada + "\r\n" + tomas, "eve@example.org", "tomas@example.org", "DECLINED", ""},
		{"else the first", ada + "\r\n" + strings.Replace(tomas, "DECLINED", "NEEDS-ACTION", 1), "", "ada@example.org", "NEEDS-ACTION", ""},
		{"the one for whom the sender acts", ada + "\r\nATTENDEE;PARTSTAT=ACCEPTED;SENT-BY=\"mailto:eve@example.org\":mailto:tomas@example.org", "eve@example.org", "tomas@example.org", "ACCEPTED", "sent by"},
		{"nobody", "SUMMARY:x", "ada@example.org", "", "NEEDS-ACTION", ""},
		{"a missing status is none", "ATTENDEE:mailto:ada@example.org", "", "ada@example.org", "NEEDS-ACTION", ""},
		{"an unknown status is none", "ATTENDEE;PARTSTAT=X-MAYBE:mailto:ada@example.org", "", "ada@example.org", "NEEDS-ACTION", "unknown PARTSTAT"},
		{"a status for tasks is none", "ATTENDEE;PARTSTAT=COMPLETED:mailto:ada@example.org", "", "ada@example.org", "NEEDS-ACTION", "unknown PARTSTAT"},
		{"mailto in capitals", "ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:Ada@Example.ORG", "", "ada@example.org", "ACCEPTED", ""},
		{"no mailto", "ATTENDEE;PARTSTAT=ACCEPTED:ada@example.org", "", "ada@example.org", "ACCEPTED", ""},
		{"an address in angle brackets", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:<ada@example.org>", "", "ada@example.org", "ACCEPTED", ""},
		{"an address with percent signs", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ada%2Bwork@example.org", "", "ada+work@example.org", "ACCEPTED", ""},
		{"a name with a colon and no quotation marks", "ATTENDEE;PARTSTAT=ACCEPTED;CN=Lovelace: Ada:mailto:ada@example.org", "", "ada@example.org", "ACCEPTED", ""},
		{"a name with text after its quotation mark", `ATTENDEE;CN="Doe"X;PARTSTAT=ACCEPTED:mailto:ada@example.org`, "", "ada@example.org", "ACCEPTED", ""},
		{"a name with escaped quotation marks", `ATTENDEE;CN="Ada \"The Countess\" L.";PARTSTAT=ACCEPTED:mailto:ada@example.org`, "", "ada@example.org", "ACCEPTED", ""},
		{"a quotation mark that is never closed", `ATTENDEE;CN="Ada;PARTSTAT=ACCEPTED:mailto:ada@example.org`, "", "ada@example.org", "ACCEPTED", ""},
		{"a name with a quoted colon and semicolon", `ATTENDEE;CN="A;PARTSTAT=DECLINED:b";PARTSTAT=ACCEPTED:mailto:ada@example.org`, "", "ada@example.org", "ACCEPTED", ""},
		{"a parameter without a value", "ATTENDEE;RSVP;PARTSTAT=ACCEPTED:mailto:ada@example.org", "", "ada@example.org", "ACCEPTED", ""},
		{"a line without a colon is left out", "ATTENDEE;CN=Doe\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@example.org", "", "ada@example.org", "ACCEPTED", "left out 1 lines"},
		{"of two delegates the first", `ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:a@example.org","mailto:b@example.org":mailto:ada@example.org`, "", "ada@example.org", "DELEGATED", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			part, err := Decode([]byte(reply(c.lines)), Options{From: c.from, Known: []string{"z@example.org", "zoe@example.org"}})
			if err != nil {
				t.Fatal(err)
			}
			if part.Attendee != c.attendee || part.PartStat != c.status {
				t.Errorf("got %s %s, want %s %s", part.Attendee, part.PartStat, c.attendee, c.status)
			}
			if joined := strings.Join(part.Notes, "; "); (c.note == "") != (joined == "") || !strings.Contains(joined, c.note) {
				t.Errorf("notes %q, want %q", joined, c.note)
			}
		})
	}
}
