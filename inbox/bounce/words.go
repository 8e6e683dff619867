package bounce

import (
	"strings"
)

// scanned bounds the text that is read for words.
const scanned = 64 << 10

// readWords reads a bounce that only people were meant to read.
func readWords(m Mail, returned string) (Report, bool) {
	text := m.Text[:min(len(m.Text), scanned)]
	if report, ok := readNotice(text); ok {
		return report, true
	}
	if strings.EqualFold(m.ReportType, "disposition-notification") {
		return Report{}, false // a receipt (RFC 8098)
	}
	if !isBounce(m, text) {
		return Report{}, false
	}
	words, _ := splitReturned(text)
	recipient := failedRecipient(m, words, returned)
	about := wordsAbout(words, recipient)
	if findCode(about) == "" && !hasVerdict(about) {
		about = words[:min(len(words), longestValue)] // the reason stands above the address
	}
	report := finish(recipient, "", about, returned)
	return report, true
}

// isBounce weighs what tells a bounce: who writes, the subject, the words. A
// person may write any of them, so it takes a sign of a program and one of
// a failure.
func isBounce(m Mail, text string) bool {
	if m.Field("x-failed-recipients") != "" {
		return true
	}
	if m.Media == "multipart/report" && (m.ReportType == "" || strings.EqualFold(m.ReportType, "delivery-status")) {
		return true
	}
	if !isAutomatic(m) && !isReporter(localPart(m.From)) {
		return false
	}
	return isFailureSubject(m.Subject) || saysFailure(text)
}

func isFailureSubject(subject string) bool {
	subject = strings.ToLower(strings.TrimSpace(subject))
	for _, words := range failureSubjects {
		if strings.Contains(subject, words) {
			return true
		}
	}
	return false
}

// saysFailure looks for the sentences of well-known servers.
func saysFailure(text string) bool {
	head, _ := splitReturned(text)
	head = strings.ToLower(head[:min(len(head), 6000)])
	for _, words := range failureSentences {
		if strings.Contains(head, words) {
			return true
		}
	}
	return false
}

// splitReturned cuts a text at the line above the copy of the returned mail.
func splitReturned(text string) (above, below string) {
	at := 0
	for at < len(text) {
		line := text[at:]
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		if at > 0 && isReturnedLine(line) {
			return text[:at], text[at+len(line):]
		}
		at += len(line)
	}
	return text, ""
}

// isReturnedLine tells the line above the copy.
func isReturnedLine(line string) bool {
	line = strings.TrimSpace(line)
	if len(line) < 8 || len(line) > 160 {
		return false
	}
	lower := strings.ToLower(strings.Trim(line, "-_=*#|>.: \t"))
	if strings.HasPrefix(lower, "the original message was received") {
		return false // Sendmail and Courier tell first when it came
	}
	for _, begin := range returnedLines {
		if strings.HasPrefix(lower, begin) {
			return true
		}
	}
	return false
}

// failedRecipient finds the address that failed, best evidence first.
func failedRecipient(m Mail, words, returned string) string {
	if address := addressIn(m.Field("x-failed-recipients")); address != "" {
		return address
	}
	ours := make(map[string]bool)
	for _, address := range m.To {
		ours[strings.ToLower(address)] = true
	}
	ours[strings.ToLower(m.From)] = true
	best, rank := "", 0
	anchored := 0
	for _, line := range strings.Split(words, "\n") {
		address, grade := gradeLine(line)
		if isAnchor(line) {
			anchored = 4
		} else if strings.TrimSpace(line) != "" {
			anchored--
		}
		if address == "" || isRobotName(localPart(address)) {
			continue
		}
		if anchored > 0 {
			grade += 3
		}
		if ours[address] {
			grade -= 4
		}
		if grade = max(grade, 1); grade > rank {
			best, rank = address, grade
		}
	}
	if rank >= 2 {
		return best
	}
	for _, name := range []string{"x-actual-recipient", "to", "cc"} {
		if address := addressIn(fieldOf(returned, name)); address != "" && !ours[address] {
			return address
		}
	}
	if best == "" {
		best = addressIn(fieldOf(returned, "to"))
	}
	return best
}

// gradeLine returns the address in a line and how much its place tells.
func gradeLine(line string) (address string, grade int) {
	address = addressIn(line)
	if address == "" {
		return "", 0
	}
	trimmed := strings.TrimSpace(line)
	lower := strings.ToLower(trimmed)
	bare := strings.Trim(lower, " \t<>:;,.\"'()*")
	switch {
	case strings.HasPrefix(lower, "from:") || strings.HasPrefix(lower, "mail from") || strings.HasPrefix(lower, "reply-to:") ||
		strings.HasPrefix(lower, "sender:") || strings.Contains(lower, "envelope-from") || strings.HasPrefix(lower, "message-id") ||
		strings.HasPrefix(lower, "received:") || strings.Contains(lower, "mail from:") && !strings.Contains(lower, "rcpt"):
		return address, 0
	case strings.HasPrefix(lower, "final-recipient:") || strings.HasPrefix(lower, "rcpt to:") || strings.HasPrefix(lower, ">>> rcpt to:") ||
		strings.HasPrefix(lower, "original-recipient:") || strings.HasPrefix(lower, "failed recipient:") || strings.HasPrefix(lower, "recipient:") || strings.HasPrefix(lower, "recipient address:"):
		return address, 7
	case bare == address:
		return address, 6
	case strings.HasPrefix(trimmed, "<"):
		return address, 6
	case strings.HasPrefix(lower, address):
		return address, 5
	case strings.Contains(lower, "rcpt to:"), strings.Contains(lower, "rcpt:"), strings.Contains(lower, "recipient"):
		return address, 4
	case strings.HasPrefix(lower, "to:"):
		return address, 3
	case strings.Contains(lower, "<"+address+">"):
		return address, 3
	}
	return address, 2
}

// isAnchor tells a line that announces the failed addresses.
func isAnchor(line string) bool {
	if len(line) < 10 || len(line) > 300 {
		return false
	}
	line = strings.ToLower(line)
	for _, words := range anchors {
		if strings.Contains(line, words) {
			return true
		}
	}
	return false
}

// wordsAbout returns what a server said about a recipient: the text from the
// line that names it.
func wordsAbout(text, recipient string) string {
	text, _ = splitReturned(text[:min(len(text), scanned)])
	if recipient != "" {
		if i := strings.Index(strings.ToLower(text), recipient); i >= 0 && i < len(text) {
			start := strings.LastIndexByte(text[:i], '\n') + 1
			rest := text[start:]
			if len(strings.TrimSpace(rest)) > len(recipient)+20 {
				text = rest
			}
		}
	}
	return text[:min(len(text), longestValue)]
}

func localPart(address string) string {
	local, _, _ := strings.Cut(address, "@")
	return local
}

// readNotice reads the bounce notices that Amazon's SES sends as JSON.
func readNotice(text string) (Report, bool) {
	if !strings.Contains(text, "notificationType") || !strings.Contains(text, "Bounce") {
		return Report{}, false
	}
	recipient := jsonAddress(text)
	if recipient == "" {
		return Report{}, false
	}
	plain := strings.ReplaceAll(text, `\"`, `"`)
	report := finish(recipient, statusCode(jsonString(plain, "status")), jsonString(plain, "diagnosticCode"), "")
	report.MessageID = jsonString(plain, "messageId")
	return report, true
}

func jsonAddress(text string) string {
	return addressIn(jsonString(strings.ReplaceAll(text, `\"`, `"`), "emailAddress"))
}

// jsonString finds the value of a name anywhere in JSON. The notices nest JSON
// in JSON strings and arrive cut off, so they are not parsed as a whole.
func jsonString(text, name string) string {
	i := strings.Index(text, `"`+name+`"`)
	if i < 0 {
		return ""
	}
	rest := strings.TrimLeft(text[i+len(name)+2:], " :")
	if !strings.HasPrefix(rest, `"`) {
		return ""
	}
	value, _, _ := strings.Cut(rest[1:], `"`)
	return value
}
