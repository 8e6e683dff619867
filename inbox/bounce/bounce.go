// Package bounce reads what servers say about mail that they could not
// deliver: delivery status notifications (RFC 3464), the older bounces in
// words, and complaints (RFC 5965).
//
// Bytes in, values out; no input takes more than linear time.
package bounce

import (
	"strings"

	"github.com/mentorpost/mentorpost/program"
)

// Part is one part of the mail, its text decoded and cut to a bounded length.
type Part struct {
	Media string // the media type in lower case
	Text  string
}

// Mail is what the reader sees of a mail.
type Mail struct {
	// Field returns the first value of a header field named in lower case.
	Field      func(name string) string
	From       string // the address
	FromName   string
	To         []string // the addresses it was sent to: ours
	Subject    string
	Media      string // of the whole mail
	ReportType string // the parameter of multipart/report (RFC 6522 §3)
	// Text is the mail's text, out of HTML where there is no plain part.
	Text  string
	Parts []Part
}

// Report is what a bounce or complaint says.
type Report struct {
	program.Bounce
	Complaint bool
}

// Plausible tells from its header alone, and its parts' types, whether a mail
// may be a report: most are not, and need not be looked at further.
func Plausible(m Mail, media []string) bool {
	if m.Media == "multipart/report" || isAutomatic(m) || m.Field("x-failed-recipients") != "" || isFailureSubject(m.Subject) || isComplaintSubject(m) {
		return true
	}
	for _, t := range media {
		if t == "message/delivery-status" || t == "message/global-delivery-status" || t == "message/feedback-report" {
			return true
		}
	}
	return isReporter(localPart(m.From))
}

// isAutomatic tells mail that a server wrote, by its sender and trace.
func isAutomatic(m Mail) bool {
	returnPath := strings.TrimSpace(m.Field("return-path"))
	auto := strings.ToLower(strings.TrimSpace(m.Field("auto-submitted")))
	return m.From == "" || isRobotName(localPart(m.From)) || isRobotName(m.FromName) ||
		returnPath == "<>" || strings.Contains(strings.ToUpper(returnPath), "MAILER-DAEMON") || strings.HasPrefix(auto, "auto-")
}

// Read reads a report. It reports false for a mail that is none, and for the
// news that a mail was delivered.
func Read(m Mail) (Report, bool) {
	returned := returnedMail(m)
	if report, ok := readComplaint(m, returned); ok {
		return report, true
	}
	if report, final, ok := readStatus(m, returned); final {
		return report, ok
	}
	return readWords(m, returned)
}

// returnedMail is what a report quotes of the mail that it is about: its own
// part, or what stands in the text below a line that says so.
func returnedMail(m Mail) string {
	for _, p := range m.Parts {
		switch p.Media {
		case "message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers":
			return p.Text
		}
	}
	if _, below := splitReturned(m.Text); below != "" {
		return below
	}
	// Some attach the header as a text of its own.
	for i := len(m.Parts) - 1; i > 0; i-- {
		if strings.HasPrefix(m.Parts[i].Media, "text/plain") && fieldOf(m.Parts[i].Text, "message-id") != "" {
			return m.Parts[i].Text
		}
	}
	return ""
}

// fieldOf finds a header field in a text that begins with or contains a
// header section. name is in lower case.
func fieldOf(text, name string) string {
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		line = strings.TrimRight(line, "\r")
		if len(line) <= len(name) || !strings.EqualFold(line[:len(name)], name) {
			continue
		}
		rest := strings.TrimLeft(line[len(name):], " \t")
		if !strings.HasPrefix(rest, ":") {
			continue
		}
		value := strings.TrimSpace(rest[1:])
		for strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t") {
			line, text, _ = strings.Cut(text, "\n")
			value = strings.TrimSpace(value + " " + strings.TrimSpace(line))
			if len(value) > longestValue {
				break
			}
		}
		return value
	}
	return ""
}

// longestValue bounds an unfolded value, longestReason what is kept of the
// server's words.
const (
	longestValue  = 4000
	longestReason = 300
)

// messageID returns the identifier of the returned mail, without brackets.
func messageID(returned string) string {
	value := fieldOf(returned, "message-id")
	if open := strings.IndexByte(value, '<'); open >= 0 {
		value, _, _ = strings.Cut(value[open+1:], ">")
	}
	return strings.TrimSpace(value)
}

// finish fills in what follows from the server's words.
func finish(recipient, status, words, returned string) Report {
	words = strings.Join(strings.Fields(words), " ")
	status = betterStatus(status, words)
	reason := words
	if len(reason) > longestReason {
		reason = strings.ToValidUTF8(reason[:longestReason], "")
	}
	return Report{Bounce: program.Bounce{
		Recipient: recipient,
		Status:    status,
		Permanent: isPermanent(status, words),
		Reason:    reason,
		MessageID: messageID(returned),
	}}
}
