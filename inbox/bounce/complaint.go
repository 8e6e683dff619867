package bounce

import (
	"strings"

	"github.com/mentorpost/mentorpost/program"
)

// readComplaint reads an abuse report in ARF (RFC 5965) and its older and
// other forms.
func readComplaint(m Mail, returned string) (Report, bool) {
	if m.Field("x-apple-unsubscribe") != "" {
		// Apple Mail's unsubscribe button writes from the person's address.
		return Report{Complaint: true, Bounce: program.Bounce{Recipient: m.From, Reason: "complaint: opt-out"}}, true
	}
	fields, ok := feedbackFields(m, returned)
	if !ok {
		return Report{}, false
	}
	report := Report{Complaint: true, Bounce: program.Bounce{
		Recipient: complainant(m, fields, returned),
		Reason:    "complaint: " + feedbackType(fields),
		MessageID: messageID(returned),
	}}
	return report, true
}

// feedbackFields returns the text that holds the report's fields.
func feedbackFields(m Mail, returned string) (string, bool) {
	for _, p := range m.Parts {
		if p.Media == "message/feedback-report" {
			return p.Text, true
		}
	}
	if strings.EqualFold(m.ReportType, "feedback-report") {
		return m.Text, true
	}
	text := m.Text[:min(len(m.Text), 2000)]
	if strings.Contains(text, "Feedback-Type:") && strings.Contains(text, "User-Agent:") {
		return text, true
	}
	if strings.Contains(text, `"notificationType":"Complaint"`) || strings.Contains(text, `\"notificationType\":\"Complaint\"`) {
		return m.Text, true
	}
	if m.Field("x-hmxmroriginalrecipient") != "" || fieldOf(returned, "x-hmxmroriginalrecipient") != "" {
		return "", strings.Contains(strings.ToLower(m.From), "staff@hotmail") || isComplaintSubject(m)
	}
	return "", isComplaintSubject(m) && isRobotName(localPart(m.From))
}

func isComplaintSubject(m Mail) bool {
	subject := strings.ToLower(m.Subject)
	return strings.HasPrefix(subject, "complaint about message") || strings.HasPrefix(subject, "email feedback report") || strings.HasPrefix(subject, "abuse report")
}

func feedbackType(fields string) string {
	if t := fieldOf(fields, "feedback-type"); t != "" {
		return strings.ToLower(firstWord(t))
	}
	return "abuse"
}

// complainant returns the address of the person who complained. Providers
// hide it in the report as often as not; then the returned mail tells.
func complainant(m Mail, fields, returned string) string {
	for _, name := range []string{"original-rcpt-to", "removal-recipient", "x-complaint-recipient"} {
		if address := addressIn(fieldOf(fields, name)); address != "" {
			return address
		}
	}
	if address := addressIn(m.Field("x-hmxmroriginalrecipient")); address != "" {
		return address
	}
	for _, name := range []string{"x-hmxmroriginalrecipient", "x-original-to", "to", "cc", "delivered-to"} {
		value := fieldOf(returned, name)
		if address := addressIn(value); address != "" {
			return address
		}
	}
	if address := jsonAddress(m.Text); address != "" {
		return address
	}
	return ""
}
