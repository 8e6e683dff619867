package mailer

import (
	"errors"
	"fmt"
	"mime"
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/idna"

	"github.com/mentorpost/mentorpost/program"
)

// ErrAddress is returned for a letter whose receiver has no usable address.
var ErrAddress = errors.New("not an address that mail can be sent to")

// field is one header field. A header is written in the order of its fields.
type field struct{ name, value string }

// header makes the message's header fields.
func (c *Composer) header(l program.Letter, subject string, to mail.Address) []field {
	from := c.EnvelopeFrom(l)
	sender := mail.Address{Name: tidy(c.Settings.Name), Address: from}
	fields := []field{
		{"From", sender.String()},
		{"To", to.String()},
		{"Reply-To", sender.String()},
		{"Subject", mime.QEncoding.Encode("utf-8", subject)},
		{"Date", l.Date().UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + l.MessageID + ">"},
	}
	fields = append(fields, thread(l)...)
	fields = append(fields,
		field{"Auto-Submitted", "auto-generated"}, // RFC 3834 §5
		field{"Mentorpost-Kind", string(l.Kind)})
	if l.SessionUID != "" {
		fields = append(fields, field{"Mentorpost-Session", tidy(l.SessionUID)})
	}
	local, domain, _ := strings.Cut(c.Settings.Address, "@")
	fields = append(fields,
		field{"List-Id", "<" + local + "." + domain + ">"}, // RFC 2919 §3
		field{"Feedback-ID", string(l.Kind) + ":" + local + ":" + domain + ":mentorpost"})
	if (l.SessionUID == "" || l.Unsolicited()) && l.To != "" {
		fields = append(fields, c.unsubscribe(l, from)...)
	}
	return fields
}

// unsubscribe offers to stop by mail (RFC 2369 §3.2) and, where the web part
// can be reached, with one click (RFC 8058 §3.1).
func (c *Composer) unsubscribe(l program.Letter, from string) []field {
	byMail := "<mailto:" + strings.ReplaceAll(from, "+", "%2B") + "?subject=STOP&body=STOP>"
	if c.PublicURL == "" {
		return []field{{"List-Unsubscribe", byMail}}
	}
	tag := c.Sealer.Tag(l.To, program.Ref{Kind: program.RefPerson, ID: l.To})
	byClick := "<" + strings.TrimRight(c.PublicURL, "/") + "/unsubscribe/" + url.PathEscape(tag) + ">"
	return []field{
		{"List-Unsubscribe", byMail + ", " + byClick},
		{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"},
	}
}

// The references that a message carries at most: the first of its thread and
// the latest. RFC 5322 §3.6.4 allows to leave out those between.
const maxReferences = 20

// thread makes In-Reply-To and References (RFC 5322 §3.6.4). What comes from
// foreign mails is left out where it is no message identifier.
func thread(l program.Letter) []field {
	answered := bareID(l.InReplyTo)
	var references []string
	for _, r := range append(slices.Clone(l.References), answered) {
		if r = bareID(r); r != "" && r != l.MessageID && !slices.Contains(references, r) {
			references = append(references, r)
		}
	}
	if len(references) > maxReferences {
		references = append(references[:1:1], references[len(references)-maxReferences+1:]...)
	}
	var out []field
	if answered != "" {
		out = append(out, field{"In-Reply-To", "<" + answered + ">"})
	}
	if len(references) > 0 {
		out = append(out, field{"References", "<" + strings.Join(references, "> <") + ">"})
	}
	return out
}

// bareID returns a message identifier without its brackets, or "" for what is
// none or would not fit a line.
func bareID(id string) string {
	id = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(id), "<"), ">")
	unusable := func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' }
	if len(id) > 500 || strings.ContainsFunc(id, unusable) {
		return ""
	}
	return id
}

// parseRecipient checks the address of a letter and writes its domain in ASCII
// (RFC 5891).
func parseRecipient(l program.Letter) (mail.Address, error) {
	fail := func(err error) (mail.Address, error) {
		return mail.Address{}, fmt.Errorf("letter %s to %q: %w: %w", l.ID, l.Address, ErrAddress, err)
	}
	parsed, err := mail.ParseAddress("<" + l.Address + ">")
	if err != nil {
		return fail(err)
	}
	at := strings.LastIndexByte(parsed.Address, '@')
	domain, err := idna.Lookup.ToASCII(parsed.Address[at+1:])
	if err != nil {
		return fail(err)
	}
	return mail.Address{Name: tidy(l.Name), Address: parsed.Address[:at+1] + domain}, nil
}

// tidy makes a name fit for a header: one line of visible characters.
func tidy(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == unicode.ReplacementChar || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[:120])
	}
	return name
}
