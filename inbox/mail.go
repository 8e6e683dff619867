// Package inbox takes mail in: it fetches it, reads its parts and its kind,
// finds the text that its writer added, weighs the proof of who wrote it, and
// reads what they meant.
package inbox

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mentorpost/mentorpost/inbox/trim"
	"github.com/mentorpost/mentorpost/program"
)

// Limits bounds what is read of one mail from the network.
type Limits struct {
	Bytes       int // a larger mail is oversized and not parsed
	HeaderBytes int // of one header section; the rest of the section is left
	Fields      int // of one header section
	Depth       int // of nested multiparts
	Parts       int // of the whole mail
	TextBytes   int // of decoded text; the rest is left out
}

// DefaultLimits are generous for what people write and small for a server.
func DefaultLimits() Limits {
	return Limits{
		Bytes:       26 << 20,
		HeaderBytes: 256 << 10,
		Fields:      2000,
		Depth:       12,
		Parts:       300,
		TextBytes:   1 << 20,
	}
}

// Address is a mailbox (RFC 5322 §3.4). Address is in lower case.
type Address struct {
	Name    string
	Address string
}

// Attachment is a part that was not read. Size is that of its content in
// bytes, computed from its encoded form.
type Attachment struct {
	Name string
	Type string
	Size int
}

// Mail is what a raw mail says.
type Mail struct {
	MessageID  string   // without angle brackets, as all identifiers here
	InReplyTo  []string // RFC 5322 §3.6.4
	References []string

	From    Address
	Sender  Address
	ReplyTo []Address
	To      []Address
	Cc      []Address
	// Recipients are all addresses by which the mail reached us: To, Cc,
	// Delivered-To, X-Original-To, Envelope-To and their like, and those that
	// the trace names. A sealed plus-address stands among them.
	Recipients []string

	Subject string
	Date    time.Time // zero where it cannot be read

	Kind   program.MailKind
	Reason string // why it is oversized or unreadable

	// Text is the new text only, as the writer wrote it; Quoted the pieces of
	// an answer between the lines with what they answer to; FullText the whole
	// text with its quotes.
	Text     string
	Quoted   []trim.Answer
	FullText string

	// Calendar is the iCalendar part as sent, decoded from its transfer
	// encoding only, nil where there is none; CalendarMethod the method of its
	// Content-Type in upper case (RFC 6047 §2.4), often empty.
	Calendar       []byte
	CalendarMethod string

	TNEF        bool // a winmail.dat was seen
	Attachments []Attachment

	Bounce    *program.Bounce
	AwayUntil string // the return date of an absence notice, YYYY-MM-DD

	AuthResults []AuthResult

	header header
}

// Parse reads a raw mail. It never fails: a broken mail has the kind
// unreadable, a reason, and whatever could be read of it.
func Parse(raw []byte, limits Limits) Mail {
	if header, why, ok := beyond(raw, limits); ok {
		return oversized(header, why, limits)
	}
	if len(raw) > limits.Bytes {
		why := fmt.Sprintf("%d bytes, more than the %d that are read", len(raw), limits.Bytes)
		return oversized(raw, why, limits)
	}
	var mail Mail
	tree := walk(raw, limits)
	mail.readHeader(tree.header)
	content := collect(tree, limits)
	mail.Calendar, mail.CalendarMethod = content.calendar, content.method
	mail.Attachments, mail.TNEF = content.attachments, content.tnef
	mail.readText(content)
	report, found := readReport(&mail, tree, content)
	if found && report.Recipient != "" {
		mail.Bounce = &report.Bounce
	}
	mail.Kind, mail.Reason = kindOf(&mail, tree, content, report, found)
	if mail.Kind != program.KindBounce && mail.Kind != program.KindComplaint {
		mail.Bounce = nil
	}
	if mail.Kind == program.KindAutoReply {
		mail.AwayUntil = awayUntil(mail.Text, mail.Date)
	}
	return mail
}

// oversized reads the header of a mail that is too large for anything else.
func oversized(raw []byte, why string, limits Limits) Mail {
	var mail Mail
	fields, _ := readHeader(raw[:min(len(raw), limits.HeaderBytes)], limits)
	mail.readHeader(fields)
	mail.Kind = program.KindOversized
	mail.Reason = why
	return mail
}

// readHeader fills in what the header section says.
func (m *Mail) readHeader(h header) {
	m.header = h
	m.MessageID = firstOf(identifiers(h.get("message-id")))
	m.InReplyTo = identifiers(h.get("in-reply-to"))
	m.References = identifiers(h.get("references"))
	m.From = firstOf(addresses(h.get("from")))
	m.Sender = firstOf(addresses(h.get("sender")))
	m.ReplyTo = addresses(h.get("reply-to"))
	m.To = addresses(strings.Join(h.all("to"), ", "))
	m.Cc = addresses(strings.Join(h.all("cc"), ", "))
	m.Recipients = recipients(h, m.To, m.Cc)
	m.Subject = oneLine(decodeWords(h.get("subject")))
	m.Date = readDate(h.get("date"))
	m.AuthResults = authResults(h)
}

// readText turns the text parts into the full and the new text.
func (m *Mail) readText(c content) {
	if strings.TrimSpace(c.plain) == "" && c.html != "" {
		result := trim.HTML(c.html)
		m.FullText = trim.Render(c.html)
		m.Text, m.Quoted = result.Text, result.Answers
		return
	}
	result := trim.Plain(c.plain)
	m.FullText = c.plain
	m.Text, m.Quoted = result.Text, result.Answers
}

// recipientFields name the addresses that a mail was delivered to, besides To
// and Cc.
var recipientFields = []string{
	"delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to",
	"x-forwarded-to", "resent-to", "apparently-to", "original-recipient", "x-rcpt-to",
}

// maxRecipients bounds the addresses taken from one mail.
const maxRecipients = 200

// recipients lists every address by which the mail reached us, each once.
func recipients(h header, to, cc []Address) []string {
	var list []string
	seen := make(map[string]bool)
	add := func(found []Address) {
		for _, a := range found {
			if !seen[a.Address] && len(list) < maxRecipients {
				seen[a.Address] = true
				list = append(list, a.Address)
			}
		}
	}
	add(to)
	add(cc)
	for _, name := range recipientFields {
		for _, value := range h.all(name) {
			add(addresses(strings.TrimPrefix(strings.ToLower(value), "rfc822;")))
		}
	}
	for _, value := range h.all("received") {
		// RFC 5321 §4.4: the trace field may name the recipient ("for <…>").
		if _, clause, found := strings.Cut(value, " for <"); found {
			address, _, _ := strings.Cut(clause, ">")
			add(addresses("<" + address + ">"))
		}
	}
	return list
}

// oneLine folds white space and drops control characters: a line break that
// was smuggled in by an encoded word starts no line here.
func oneLine(s string) string {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		// What follows an encoded line break was meant to be something other
		// than a subject.
		s = s[:i]
	}
	return strings.Join(strings.Fields(strings.Map(printable, s)), " ")
}

func printable(r rune) rune {
	if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
		return ' '
	}
	return r
}

// isBinary reports whether text is no text at all: one character in ten is
// none that anybody writes.
func isBinary(text string) bool {
	text = text[:min(len(text), 4096)]
	odd, all := 0, 0
	for _, r := range text {
		all++
		if r < ' ' && r != '\n' && r != '\t' && r != '\f' || r == utf8.RuneError {
			odd++
		}
	}
	return odd*10 > all
}

func firstOf[T any](list []T) T {
	var none T
	if len(list) == 0 {
		return none
	}
	return list[0]
}
