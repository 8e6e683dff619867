// Package mailer turns decided letters into MIME messages and hands them to an
// SMTP server. A message is rendered to bytes once, before anything is sent:
// the same letter gives the same message, so one that must be sent again after
// a crash is the same mail.
package mailer

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/templates"
)

// Composer makes messages of letters.
type Composer struct {
	Settings  program.Settings
	Sealer    program.Sealer
	Templates *templates.Set
	// PublicURL is where the web part answers; with it one-click unsubscribe
	// (RFC 8058) and the receiver's calendar feed are offered.
	PublicURL string
	// Signer signs with DKIM; nil leaves messages unsigned.
	Signer *Signer
}

// Message is a mail ready to be sent: envelope and bytes.
type Message struct {
	From string // MAIL FROM: the sealed address, so that a bounce tells whom it is about
	To   string // RCPT TO
	Raw  []byte // lines end in CRLF
}

// File is attached to a message, as an export is.
type File struct {
	Name      string
	MediaType string // such as application/json; text is taken as UTF-8
	Content   []byte
}

// Compose renders a letter and attaches files to it. Without DKIM the same letter always gives the same
// bytes; a signature adds the time at which it was made (RFC 6376 §3.5, t=).
func (c *Composer) Compose(l program.Letter, files ...File) (Message, error) {
	if c.PublicURL != "" && l.To != "" {
		l.Facts.Feed = strings.TrimRight(c.PublicURL, "/") + c.Sealer.FeedPath(l.To)
	}
	text, err := c.Templates.Render(l)
	if err != nil {
		return Message{}, fmt.Errorf("render letter %s: %w", l.ID, err)
	}
	recipient, err := parseRecipient(l)
	if err != nil {
		return Message{}, err
	}
	parts := body{plain: text.Plain, html: text.HTML, files: files, boundary: boundary(l)}
	if l.Event != nil {
		event := c.event(l, text)
		if parts.calendar, err = ics.Encode(event); err != nil {
			return Message{}, fmt.Errorf("write calendar of letter %s: %w", l.ID, err)
		}
		parts.method = event.Method
	}
	var out bytes.Buffer
	out.Grow(len(text.Plain) + len(text.HTML)*5/4 + 3*len(parts.calendar) + 4096)
	if err := parts.write(&out, c.header(l, text.Subject, recipient)); err != nil {
		return Message{}, fmt.Errorf("write letter %s: %w", l.ID, err)
	}
	raw := out.Bytes()
	if c.Signer != nil {
		if raw, err = c.Signer.sign(raw); err != nil {
			return Message{}, fmt.Errorf("sign letter %s: %w", l.ID, err)
		}
	}
	return Message{From: c.EnvelopeFrom(l), To: recipient.Address, Raw: raw}, nil
}

// EnvelopeFrom is the address that a letter comes from, in its header and in
// its envelope: the program's own with a tag sealed for the receiver and the
// subject, or without one in a letter to a coordinator.
func (c *Composer) EnvelopeFrom(l program.Letter) string {
	if l.To == "" {
		return c.Settings.Address
	}
	about := l.About
	if about.Kind == "" || about.ID == "" {
		about = program.Ref{Kind: program.RefPerson, ID: l.To}
	}
	return program.Address(c.Settings.Address, c.Sealer.Tag(l.To, about))
}

// Event is the calendar entry of a letter that carries one, as its receiver
// sees it.
func (c *Composer) Event(l program.Letter) (program.Event, error) {
	text, err := c.Templates.Render(l)
	if err != nil {
		return program.Event{}, fmt.Errorf("render letter %s: %w", l.ID, err)
	}
	return c.event(l, text), nil
}

// event is the calendar message as this receiver gets it: its organizer is the
// address that their answers go to, which Outlook and Gmail want to be the
// From address too.
func (c *Composer) event(l program.Letter, text templates.Text) program.Event {
	e := *l.Event
	e.Organizer = program.Attendee{Name: c.Settings.Name, Address: c.EnvelopeFrom(l)}
	if e.Summary == "" {
		e.Summary = text.Summary
	}
	if e.Description == "" {
		e.Description = text.Description
	}
	if e.Location == "" {
		e.Location = l.Facts.Link
	}
	if e.Comment == "" && e.Method == "DECLINECOUNTER" {
		e.Comment = text.Subject // RFC 5546 §3.2.8: what a calendar can show as the reason
	}
	return e
}

// boundary is a stem for MIME boundaries that is the letter's own. The "=_"
// can stand in no quoted-printable text (RFC 2045 §6.7).
func boundary(l program.Letter) string {
	id := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, string(l.ID))
	return "=_" + id
}
