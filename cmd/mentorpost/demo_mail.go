package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"net/smtp"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/program"
)

// correspondent is one of the two people who answer.
type correspondent struct {
	name, address, zone string
	// sign is what their mail program puts below every mail.
	sign string
}

// arrival is a mail that has reached a correspondent.
type arrival struct {
	to   string
	at   time.Time
	raw  []byte
	mail inbox.Mail
	kind string
}

// collect takes what is new in the correspondents' mailboxes.
func (st *stage) collect() []arrival {
	var news []arrival
	for _, address := range []string{ada.address, tomas.address, demoCoordinator} {
		mails := st.office.Mails(address, "INBOX")
		for _, m := range mails[st.seen[address]:] {
			parsed := inbox.Parse(m.Raw, st.service.limits)
			news = append(news, arrival{address, m.At, m.Raw, parsed, kindOf(m.Raw)})
		}
		st.seen[address] = len(mails)
	}
	return news
}

// kindOf is the Mentorpost-Kind of a mail that we have sent.
func kindOf(raw []byte) string {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return ""
	}
	return m.Header.Get("Mentorpost-Kind")
}

// show prints mails as a person would see them.
func (st *stage) show(mails []arrival) {
	for _, m := range mails {
		if st.full {
			fmt.Fprintf(st.out, "\n%s\n", m.raw)
			continue
		}
		fmt.Fprintf(st.out, "\n  ┌ %s · To: %s · %s%s\n  │ %s\n  │\n", m.at.UTC().Format("Mon 2 Jan 15:04"), m.to, m.kind, calendarNote(m.mail), m.mail.Subject)
		for _, line := range strings.Split(strings.TrimRight(m.mail.FullText, "\r\n"), "\n") {
			fmt.Fprintln(st.out, strings.TrimRight("  │ "+strings.TrimRight(line, "\r"), " "))
		}
		fmt.Fprintln(st.out, "  └")
	}
}

// calendarNote says what the calendar of the reader would do.
func calendarNote(m inbox.Mail) string {
	if m.Calendar == nil {
		return ""
	}
	part, err := ics.Decode(m.Calendar, ics.Options{Method: m.CalendarMethod})
	if err != nil {
		return " · calendar part unreadable"
	}
	return fmt.Sprintf(" · calendar %s %s, SEQUENCE %d", part.Method, part.Start.UTC().Format("Mon 2 Jan 15:04 UTC"), *part.Sequence)
}

// missing lists the expected kinds that have not arrived.
func missing(expect []string, arrived []arrival) []string {
	var absent []string
	for _, want := range expect {
		found := false
		for _, m := range arrived {
			local, _, _ := strings.Cut(m.to, "@")
			found = found || want == m.kind+">"+local
		}
		if !found {
			absent = append(absent, want)
		}
	}
	return absent
}

// latest is the newest mail of the kind that the correspondent has.
func (st *stage) latest(who correspondent, kind program.Kind) (inbox.Mail, error) {
	mails := st.office.Mails(who.address, "INBOX")
	for i := len(mails) - 1; i >= 0; i-- {
		if kindOf(mails[i].Raw) == string(kind) {
			return inbox.Parse(mails[i].Raw, st.service.limits), nil
		}
	}
	return inbox.Mail{}, fmt.Errorf("%s has no %s to answer", who.name, kind)
}

// outgoing is a mail of a correspondent's.
type outgoing struct {
	who         correspondent
	original    inbox.Mail // the mail that is answered
	at          time.Time
	date        time.Time // of the Date header; zero: at
	headers     string    // further ones, each line with its CRLF
	contentType string
	body        string
}

// to is where the answer goes: to Reply-To before From (RFC 5322 §3.6.2).
func (m outgoing) to() string {
	if len(m.original.ReplyTo) > 0 {
		return m.original.ReplyTo[0].Address
	}
	return m.original.From.Address
}

// quote is the whole original below an attribution, as mail programs put it.
func (m outgoing) quote() string {
	quoted := fmt.Sprintf("On %s, %s wrote:\n\n", m.original.Date.Format("2 Jan 2006, at 15:04"), m.original.From.Name)
	for _, line := range strings.Split(m.original.FullText, "\n") {
		quoted += strings.TrimRight("> "+strings.TrimRight(line, "\r"), " ") + "\n"
	}
	return quoted
}

// raw is the mail as it goes over the wire.
func (m outgoing) raw() []byte {
	date := m.date
	if date.IsZero() {
		date = m.at
	}
	if zone, err := time.LoadLocation(m.who.zone); err == nil {
		date = date.In(zone)
	}
	_, domain, _ := strings.Cut(m.who.address, "@")
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s <%s>\r\n", mime.QEncoding.Encode("utf-8", m.who.name), m.who.address)
	fmt.Fprintf(&b, "To: %s\r\nSubject: %s\r\n", m.to(), mime.QEncoding.Encode("utf-8", "Re: "+m.original.Subject))
	fmt.Fprintf(&b, "Date: %s\r\nMessage-ID: <%s@%s>\r\n", date.Format(time.RFC1123Z), rand.Text(), domain)
	if id := m.original.MessageID; id != "" {
		fmt.Fprintf(&b, "In-Reply-To: <%s>\r\nReferences: <%s>\r\n", id, id)
	}
	fmt.Fprintf(&b, "%sMIME-Version: 1.0\r\nContent-Type: %s\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", m.headers, m.contentType)
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(m.body)) // into memory: cannot fail
	_ = w.Close()
	return b.Bytes()
}

// reply answers the newest mail of the kind as a mail program does: new text
// on top, a signature, and the whole mail quoted below.
func reply(who correspondent, kind program.Kind, text string) func(context.Context, *stage) error {
	return func(_ context.Context, st *stage) error {
		original, err := st.latest(who, kind)
		if err != nil {
			return err
		}
		fmt.Fprintf(st.out, "\n  %s answers: %s\n", who.name, strings.ReplaceAll(text, "\n", "\n      "))
		m := outgoing{who: who, original: original, at: st.clock, contentType: "text/plain; charset=utf-8"}
		m.body = text + "\n\n" + who.sign + "\n\n" + m.quote()
		return st.send(m)
	}
}

// press answers an invitation with a button of the calendar, in the shape in
// which Gmail sends it: a REPLY that goes to the ORGANIZER.
func press(who correspondent, kind program.Kind, stat program.PartStat) func(context.Context, *stage) error {
	return func(_ context.Context, st *stage) error {
		original, err := st.latest(who, kind)
		if err != nil {
			return err
		}
		part, err := ics.Decode(original.Calendar, ics.Options{Method: original.CalendarMethod})
		if err != nil {
			return err
		}
		fmt.Fprintf(st.out, "\n  %s presses a button of the calendar: %s\n", who.name, stat)
		const stamp = "20060102T150405Z"
		lines := []string{
			"BEGIN:VCALENDAR", "PRODID:-//Demo//EN", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT",
			"UID:" + part.UID, fmt.Sprintf("SEQUENCE:%d", *part.Sequence), "DTSTAMP:" + st.clock.UTC().Format(stamp),
			"DTSTART:" + part.Start.UTC().Format(stamp), "DTEND:" + part.End.UTC().Format(stamp),
			"ATTENDEE;PARTSTAT=" + string(stat) + ":mailto:" + who.address,
			"END:VEVENT", "END:VCALENDAR", "",
		}
		return st.send(outgoing{
			who: who, original: original, at: st.clock,
			contentType: "text/calendar; charset=utf-8; method=REPLY", body: strings.Join(lines, "\r\n"),
		})
	}
}

// send hands a correspondent's mail to the server by SMTP.
func (st *stage) send(m outgoing) error {
	return smtp.SendMail(st.office.SMTPAddr(), nil, m.who.address, []string{m.to()}, m.raw())
}
