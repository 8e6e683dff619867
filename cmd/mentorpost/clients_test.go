package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime/quotedprintable"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	"golang.org/x/text/encoding/charmap"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/cmd/servers"
)

// pressing is one answer as a calendar program mails it: a file of
// testdata/clients, and what is filled in. Its fields and methods are what the
// file can name.
type pressing struct {
	file     string
	Stat     string // PARTSTAT
	Method   string
	Type     string // media type
	From     string // the mentee's own address where empty
	Attendee string // likewise
	Hours    int    // by which the time that it names differs from the booked one
	Sequence int
	v        victim
	To, UID  string
	ID       string // of the mail, before its @
	Invite   string // Message-ID of the invitation
}

// Verb is how a subject begins.
func (p pressing) Verb() string {
	return map[string]string{"ACCEPTED": "Accepted", "DECLINED": "Declined", "TENTATIVE": "Tentative"}[p.Stat]
}

// Partner is the mentor's address.
func (p pressing) Partner() string { return p.v.ada.address }

// UTC is the start of the session, so many hours later, as DATE-TIME in UTC.
func (p pressing) UTC(hours int) string { return p.at(p.v.start, "UTC", hours) + "Z" }

// UTCEnd is the end likewise.
func (p pressing) UTCEnd(hours int) string { return p.at(p.v.end, "UTC", hours) + "Z" }

// Wall is the start on the clocks of a zone.
func (p pressing) Wall(zone string, hours int) string { return p.at(p.v.start, zone, hours) }

// WallEnd is the end likewise.
func (p pressing) WallEnd(zone string, hours int) string { return p.at(p.v.end, zone, hours) }

// Stamp is when the button was pressed.
func (p pressing) Stamp() string { return p.at(p.v.clock, "UTC", 0) + "Z" }

// Date is the mail's.
func (p pressing) Date() string { return p.v.clock.Format(time.RFC1123Z) }

// Read is the start as a calendar writes it for people.
func (p pressing) Read(hours int) string {
	return p.v.start.Add(time.Duration(hours) * time.Hour).Format("Mon Jan 2, 2006 3:04pm (MST)")
}

func (p pressing) at(t time.Time, zone string, hours int) string {
	in, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return t.Add(time.Duration(hours) * time.Hour).In(in).Format("20060102T150405")
}

// raw is the mail as it goes over the wire.
func (p pressing) raw(t *testing.T, v victim) []byte {
	t.Helper()
	p.v, p.To, p.UID, p.Invite, p.ID = v, v.to, v.uid, v.invite.MessageID, fmt.Sprint(v.laid)
	if p.From == "" {
		p.From = v.tomas.address
	}
	if p.Attendee == "" {
		p.Attendee = v.tomas.address
	}
	text, err := os.ReadFile(filepath.Join("testdata", "clients", p.file+".eml"))
	if err != nil {
		t.Fatal(err)
	}
	mail := template.New(p.file)
	part := func(name string, p pressing) string {
		var out bytes.Buffer
		if err := mail.ExecuteTemplate(&out, name, p); err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(out.String(), "\n", "\r\n")
	}
	mail.Funcs(template.FuncMap{
		"base64": func(name string, p pressing) string { return wrapped([]byte(part(name, p))) },
		"western": func(name string, p pressing) (string, error) {
			raw, err := charmap.Windows1252.NewEncoder().String(part(name, p))
			return wrapped([]byte(raw)), err
		},
		"quoted": func(name string, p pressing) string {
			var out strings.Builder
			w := quotedprintable.NewWriter(&out)
			_, _ = w.Write([]byte(part(name, p))) // into memory: cannot fail
			_ = w.Close()
			return strings.ReplaceAll(out.String(), "\r\n", "\n")
		},
	})
	if _, err := mail.Parse(string(text)); err != nil {
		t.Fatal(err)
	}
	return []byte(part(p.file, p))
}

// wrapped is base64 in lines (RFC 2045 §6.8).
func wrapped(raw []byte) string {
	text := base64.StdEncoding.EncodeToString(raw)
	var out strings.Builder
	for len(text) > 76 {
		out.WriteString(text[:76] + "\n")
		text = text[76:]
	}
	return out.String() + text
}

// repliedAs holds what the session list says that the mentee has answered.
func repliedAs(stat string) func(*testing.T, victim, []letterIn) {
	return func(t *testing.T, v victim, _ []letterIn) {
		t.Helper()
		var rows []struct {
			UID     string
			Answers map[string]string
		}
		if err := json.Unmarshal([]byte(v.run("sessions", "--json")), &rows); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if row.UID == v.uid && row.Answers[v.tomas.address] != stat {
				t.Errorf("the mentee's answer is %s, want %s", row.Answers[v.tomas.address], stat)
			}
		}
	}
}

// proposes holds that the mentor is asked about a time so many hours later, on
// her own clock.
func proposes(hours int) func(*testing.T, victim, []letterIn) {
	return func(t *testing.T, v victim, out []letterIn) {
		t.Helper()
		zone, _ := time.LoadLocation(v.ada.zone)
		want := v.start.Add(time.Duration(hours) * time.Hour).In(zone).Format("Monday 2 January, 15:04")
		for _, mail := range out {
			if mail.kind == "move-request" && !strings.Contains(strings.Join(strings.Fields(mail.FullText), " "), want) {
				t.Errorf("the move-request does not say %q:\n%s", want, mail.FullText)
			}
		}
	}
}

// carries holds that the mail to the mentee has a calendar part of the method,
// in which the two are attendees with what they are known to have answered.
func carries(method string) func(*testing.T, victim, []letterIn) {
	return func(t *testing.T, v victim, out []letterIn) {
		t.Helper()
		for _, mail := range out {
			if mail.To[0].Address != v.tomas.address {
				continue
			}
			part, err := ics.Decode(mail.Calendar, ics.Options{Method: mail.CalendarMethod, From: v.tomas.address})
			if err != nil || part.Method != method || part.UID != v.uid || part.PartStat != "ACCEPTED" {
				t.Errorf("%s carries %+v, %v; want %s", mail.kind, part, err, method)
			}
		}
	}
}

const (
	wanted  = "ada move-request, tomas receipt"
	nothing = ""
)

// clients is every quirk that real calendar programs are known for, as the
// whole mails that they send. All is confirmed and answered with yes before.
var clients = []struct {
	press pressing
	hostile
}{
	{pressing{file: "gmail-reply", Stat: "ACCEPTED"}, hostile{rule: "Gmail accepts in an automatic mail that names times and the sealed address",
		result: "acted", reason: "calendar: ACCEPTED", check: repliedAs("ACCEPTED")}},
	{pressing{file: "gmail-reply", Stat: "DECLINED"}, hostile{rule: "Gmail declines with a note in a parameter, of which nothing is passed on",
		result: "acted", reason: "calendar: DECLINED", mails: "ada cancel, tomas cancel", session: "cancelled", check: withoutNote}},
	{pressing{file: "gmail-reply", Stat: "TENTATIVE"}, hostile{rule: "maybe leaves an agreed session agreed, and a note beside it is told back to its writer",
		result: "acted", reason: "calendar: TENTATIVE", mails: "tomas receipt", check: repliedAs("ACCEPTED")}},
	{pressing{file: "gmail-counter", Hours: 26}, hostile{rule: "Gmail proposes a new time with a RECURRENCE-ID in UTC",
		result: "acted", reason: "calendar: COUNTER", mails: wanted, session: "moving", check: proposes(26)}},
	{pressing{file: "gmail-reply", Stat: "DECLINED", From: "tomas.private@gmail.example"}, hostile{rule: "Gmail declines from another account",
		result: "asked", reason: "answer of an address that is not registered: tomas.private@gmail.example", mails: "tomas confirm"}},
	{pressing{file: "gmail-reply", Stat: "ACCEPTED", Attendee: "tomas.private@gmail.example"}, hostile{rule: "an attendee who is an alias that nobody knows is asked about",
		result: "asked", reason: "answer of an address that is not registered: tomas.private@gmail.example", mails: "tomas confirm"}},
	{pressing{file: "outlook-reply", Stat: "ACCEPTED"}, hostile{rule: "Outlook accepts without ORGANIZER and SEQUENCE, in a Windows zone, with MAILTO in capitals",
		result: "acted", reason: "calendar: ACCEPTED", check: repliedAs("ACCEPTED")}},
	{pressing{file: "outlook-reply", Stat: "TENTATIVE"}, hostile{rule: "Outlook sends TENTATIVE, and nothing changes but that its note is told back",
		result: "acted", reason: "calendar: TENTATIVE", mails: "tomas receipt", check: repliedAs("ACCEPTED")}},
	{pressing{file: "outlook-reply", Stat: "DECLINED"}, hostile{rule: "Outlook declines",
		result: "acted", reason: "calendar: DECLINED", mails: "ada cancel, tomas cancel", session: "cancelled"}},
	{pressing{file: "outlook-counter", Hours: 25}, hostile{rule: "Outlook's proposal is its DTSTART, the booked time its X-MS-OLK-ORIGINALSTART",
		result: "acted", reason: "calendar: COUNTER", mails: wanted, session: "moving", check: proposes(25)}},
	{pressing{file: "outlook-counter"}, hostile{rule: "Outlook's proposal of the present time proposes nothing",
		result: "stored", reason: "COUNTER without another time"}},
	{pressing{file: "exchange-old", Stat: "ACCEPTED"}, hostile{rule: "an old Exchange begins the UID with a blank, leaves DTSTAMP and DTSTART out and mistakes its charset",
		result: "acted", reason: "calendar: ACCEPTED", check: repliedAs("ACCEPTED")}},
	{pressing{file: "exchange-old", Stat: "DECLINED"}, hostile{rule: "an old Exchange declines so too",
		result: "acted", reason: "calendar: DECLINED", mails: "ada cancel, tomas cancel", session: "cancelled"}},
	{pressing{file: "tnef", Stat: "ACCEPTED"}, hostile{rule: "what is locked up in a winmail.dat is answered with how to proceed",
		result: "asked", reason: "unreadable mail", aside: true, mails: "tomas help"}},
	{pressing{file: "apple-reply", Stat: "ACCEPTED"}, hostile{rule: "Apple names the attendee by a path, the address in EMAIL",
		result: "acted", reason: "calendar: ACCEPTED", check: repliedAs("ACCEPTED")}},
	{pressing{file: "apple-reply", Stat: "ACCEPTED", From: "tomas.lima@icloud.example"}, hostile{rule: "Apple accepts from another account",
		result: "acted", reason: "calendar: ACCEPTED", check: repliedAs("ACCEPTED")}},
	{pressing{file: "apple-reply", Stat: "DECLINED", From: "tomas.lima@icloud.example"}, hostile{rule: "Apple declines from another account, and is asked about",
		result: "asked", reason: "answer of an address that is not registered: tomas.lima@icloud.example", mails: "tomas confirm"}},
	{pressing{file: "thunderbird-reply", Method: "REPLY", Stat: "DECLINED"}, hostile{rule: "Thunderbird declines in a zone of its own",
		result: "acted", reason: "calendar: DECLINED", mails: "ada cancel, tomas cancel", session: "cancelled"}},
	{pressing{file: "thunderbird-reply", Method: "COUNTER", Stat: "TENTATIVE", Hours: 27}, hostile{rule: "Thunderbird counters in a zone that only its own VTIMEZONE knows",
		result: "acted", reason: "calendar: COUNTER", mails: wanted, session: "moving", check: proposes(27)}},
	{pressing{file: "thunderbird-reply", Method: "REPLY", Stat: "DECLINED", From: "assistant@example.info"}, hostile{rule: "SENT-BY is what the sender says of themselves, and is asked about",
		result: "asked", reason: "answer of an address that is not registered: assistant@example.info", mails: "tomas confirm"}},
	{pressing{file: "bare-attachment", Stat: "DECLINED", Type: "application/octet-stream"}, hostile{rule: "a bare attachment without MAILTO and all that can be left out is an answer",
		result: "acted", reason: "calendar: DECLINED", mails: "ada cancel, tomas cancel", session: "cancelled"}},
	{pressing{file: "bare-attachment", Stat: "DECLINED", Type: "application/ics"}, hostile{rule: "so is one as application/ics",
		result: "acted", reason: "calendar: DECLINED", mails: "ada cancel, tomas cancel", session: "cancelled"}},
	{pressing{file: "bare-attachment", Stat: "ACCEPTED", Type: "text/calendar"}, hostile{rule: "so is one as text/calendar without a method",
		result: "acted", reason: "calendar: ACCEPTED", check: repliedAs("ACCEPTED")}},
	{pressing{file: "delegated", Stat: "ACCEPTED"}, hostile{rule: "a delegation with its chain changes nothing, and gives the session back to its attendee",
		result: "stored", reason: "calendar: delegated to ines@example.info", mails: "tomas receipt", check: carries("REQUEST")}},
	{pressing{file: "delegated", Stat: "ACCEPTED", From: "rui@example.info"}, hostile{rule: "the last of the chain is kept out",
		result: "stored", reason: "calendar: rui@example.info answers for ines@example.info", mails: "tomas receipt", check: carries("REQUEST")}},
	{pressing{file: "floating-counter", Hours: 28}, hostile{rule: "a time without a zone is on the clock of its sender",
		result: "acted", reason: "calendar: COUNTER", mails: wanted, session: "moving", check: proposes(28)}},
	{pressing{file: "everyone-listed", Stat: "DECLINED"}, hostile{rule: "where everybody is listed with what they answered, the sender's answer counts",
		result: "acted", reason: "calendar: DECLINED", mails: "ada cancel, tomas cancel", session: "cancelled"}},
	{pressing{file: "everyone-listed", Stat: "DECLINED", From: "tomas@home.example"}, hostile{rule: "from another account it is still theirs, not the first one's",
		result: "asked", reason: "answer of an address that is not registered: tomas@home.example", mails: "tomas confirm"}},
	{pressing{file: "method", Method: "REFRESH"}, hostile{rule: "REFRESH is answered with the current REQUEST",
		result: "acted", reason: "calendar: REFRESH", mails: "tomas update", check: carries("REQUEST")}},
	{pressing{file: "own-invitation", Hours: 26}, hostile{rule: "an invitation of their own calendar is asked about as a proposal",
		result: "asked", reason: "an invitation of the writer's own calendar", mails: "tomas choices"}},
	{pressing{file: "method", Method: "ADD"}, hostile{rule: "ADD is the organizer's", result: "aside", reason: "calendar method ADD", aside: true}},
	{pressing{file: "method", Method: "PUBLISH"}, hostile{rule: "PUBLISH is the organizer's", result: "aside", reason: "calendar method PUBLISH", aside: true}},
	{pressing{file: "method", Method: "REQUEST", Hours: 24}, hostile{rule: "REQUEST is the organizer's", result: "aside", reason: "calendar method REQUEST", aside: true}},
	{pressing{file: "method", Method: "CANCEL"}, hostile{rule: "CANCEL is the organizer's", result: "aside", reason: "calendar method CANCEL", aside: true}},
	{pressing{file: "method", Method: "X-SOMETHING"}, hostile{rule: "an unknown method is set aside", result: "aside", reason: "calendar method X-SOMETHING is unknown", aside: true}},
}

// withoutNote holds that the words of an answer go to nobody but their writer.
func withoutNote(t *testing.T, v victim, out []letterIn) {
	for _, mail := range out {
		if mail.To[0].Address != v.tomas.address && strings.Contains(mail.FullText+string(mail.Calendar), "a trip") {
			t.Errorf("%s passes on a note", mail.label())
		}
	}
}

// TestWhatCalendarProgramsSend lays whole mails in the exact shapes of Gmail,
// Outlook and Exchange, Apple and Thunderbird, and holds what becomes of each.
func TestWhatCalendarProgramsSend(t *testing.T) {
	dovecot := servers.StartDovecot(t)
	dovecot.User(t, "clients")
	w := newTown(t, dovecot, "sqlite", "clients", len(clients), servers.Script{})
	w.agree = true
	w.live(func(*testing.T) {})
	w.clock = w.clock.Add(time.Hour)
	for i, row := range clients {
		t.Run(row.rule, func(t *testing.T) {
			row.mail = func(v victim) []byte { return row.press.raw(t, v) }
			w.suffer(t, w.victim(t, i), row.hostile)
		})
	}
	w.settled()
}
