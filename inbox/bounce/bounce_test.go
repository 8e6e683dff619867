package bounce_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/inbox/bounce"
	"github.com/mentorpost/mentorpost/program"
)

// returnedCopy is what servers send back of a mail of ours.
const returnedCopy = "From: mentor@example.org\nTo: ben@example.com\nSubject: Finding a time\nMessage-ID: <offer-71@example.org>\n\nHello\n"

// inWords is a bounce that only its words tell.
func inWords(text string) bounce.Mail {
	return bounce.Mail{
		Field: func(name string) string { return map[string]string{"return-path": "<>"}[name] },
		From:  "mailer-daemon@mx.example.net", To: []string{"mentor@example.org"}, Subject: "failure notice", Media: "text/plain",
		Text: text, Parts: []bounce.Part{{Media: "text/plain", Text: text}},
	}
}

// withStatus is a bounce with a machine-readable part.
func withStatus(status string) bounce.Mail {
	m := inWords("Sorry.\n")
	m.Media, m.ReportType = "multipart/report", "delivery-status"
	m.Parts = append(m.Parts, bounce.Part{Media: "message/delivery-status", Text: status}, bounce.Part{Media: "message/rfc822", Text: returnedCopy})
	return m
}

func TestMachineReadablePartComesFirst(t *testing.T) {
	for name, c := range map[string]struct {
		status string
		want   program.Bounce
		ok     bool
	}{
		"a dead address": {"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; Ben@Example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n", program.Bounce{Recipient: "ben@example.com", Status: "5.1.1", Permanent: true}, true},
		"a full mailbox is not dead though its code says permanent": {"Final-Recipient: rfc822; ben@example.com\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full\n", program.Bounce{Recipient: "ben@example.com", Status: "5.2.2"}, true},
		"a delay":                               {"Final-Recipient: rfc822; ben@example.com\nAction: delayed\nStatus: 4.4.7\n", program.Bounce{Recipient: "ben@example.com", Status: "4.4.7"}, true},
		"a refusal for the content's sake":      {"Final-Recipient: rfc822; ben@example.com\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 554 5.7.1 blocked as spam\n", program.Bounce{Recipient: "ben@example.com", Status: "5.7.1"}, true},
		"a better code in the server's words":   {"Final-Recipient: rfc822; ben@example.com\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 <ben@example.com> user unknown\n", program.Bounce{Recipient: "ben@example.com", Status: "5.1.1", Permanent: true}, true},
		"no final recipient, but an original":   {"Original-Recipient: rfc822;ben@example.com\nAction: failed\nStatus: 5.1.1\n", program.Bounce{Recipient: "ben@example.com", Status: "5.1.1", Permanent: true}, true},
		"no blank line between the recipients":  {"Final-Recipient: rfc822; ada@example.com\nAction: delivered\nStatus: 2.0.0\nFinal-Recipient: rfc822; ben@example.com\nAction: failed\nStatus: 5.1.1\n", program.Bounce{Recipient: "ben@example.com", Status: "5.1.1", Permanent: true}, true},
		"a blank line inside a recipient":       {"Final-Recipient: rfc822; ben@example.com\n\nAction: failed\nStatus: 5.1.1\n", program.Bounce{Recipient: "ben@example.com", Status: "5.1.1", Permanent: true}, true},
		"a folded reason":                       {"Final-Recipient: rfc822; ben@example.com\nAction: failed\nStatus: 5.1.1 (bad\n address)\n", program.Bounce{Recipient: "ben@example.com", Status: "5.1.1", Permanent: true}, true},
		"brackets and no address type":          {"Final-Recipient: <ben@example.com>\nAction: failed\nStatus: 5.1.1\n", program.Bounce{Recipient: "ben@example.com", Status: "5.1.1", Permanent: true}, true},
		"news of a delivery is no bounce":       {"Final-Recipient: rfc822; ben@example.com\nAction: delivered\nStatus: 2.0.0\n", program.Bounce{}, false},
		"the sender's address was refused":      {"Final-Recipient: rfc822; ben@example.com\nAction: failed\nStatus: 5.1.8\n", program.Bounce{Recipient: "ben@example.com", Status: "5.1.8"}, true},
		"Microsoft's refusal of a dead address": {"Final-Recipient: rfc822; ben@example.com\nAction: failed\nStatus: 5.4.1\nDiagnostic-Code: smtp;550 5.4.1 Recipient address rejected: Access denied\n", program.Bounce{Recipient: "ben@example.com", Status: "5.4.1", Permanent: true}, true},
	} {
		t.Run(name, func(t *testing.T) {
			report, ok := bounce.Read(withStatus(c.status))
			if ok {
				c.want.MessageID = "offer-71@example.org"
			}
			report.Reason = ""
			if ok != c.ok || report.Bounce != c.want || report.Complaint {
				t.Errorf("%v %+v", ok, report)
			}
		})
	}
}

func TestWordsOfWellKnownServersAreRead(t *testing.T) {
	const who = "ben@example.com"
	for name, c := range map[string]struct {
		text      string
		status    string
		permanent bool
	}{
		"qmail":        {"Hi. This is the qmail-send program at mx.example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<ben@example.com>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 User unknown\n\n--- Below this line is a copy of the message.\n\n" + returnedCopy, "5.1.1", true},
		"Exim":         {"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. The following address(es) failed:\n\n  ben@example.com\n    host mx.example.com [192.0.2.1]: 550 no such user\n\n------ This is a copy of the message, including all the headers. ------\n\n" + returnedCopy, "5.0.0", true},
		"Postfix":      {"This is the mail system at host mx.example.net.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n<ben@example.com>: host mx.example.com said: 452 4.2.2 mailbox full\n", "4.2.2", false},
		"sendmail":     {"   ----- The following addresses had permanent fatal errors -----\n<ben@example.com>\n    (reason: 550 5.1.1 <ben@example.com>... User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx.example.com.:\n>>> RCPT To:<ben@example.com>\n<<< 550 5.1.1 <ben@example.com>... User unknown\n", "5.1.1", true},
		"Google":       {"Delivery to the following recipient failed permanently:\n\n     ben@example.com\n\nTechnical details of permanent failure:\nThe error that the other server returned was:\n550 5.1.1 The email account that you tried to reach does not exist.\n\n----- Original message -----\n\n" + returnedCopy, "5.1.1", true},
		"Yahoo":        {"Sorry, we were unable to deliver your message to the following address.\n\n<ben@example.com>:\n554: delivery error: dd This user doesn't have a yahoo.com account\n\n--- Original message follows.\n\n" + returnedCopy, "5.0.0", true},
		"Exchange":     {"Your message\n\n  To:      Ben\n  Subject: Finding a time\n\ndid not reach the following recipient(s):\n\nben@example.com on Mon, 8 Feb 2027 08:00:00 -0000\n    The recipient name is not recognized\n", "5.0.0", true},
		"Exchange 365": {"Delivery has failed to these recipients or groups:\n\nben@example.com<mailto:ben@example.com>\nThe email address wasn't found at the destination domain.\n\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'\n", "5.1.10", true},
		"Domino":       {"Your message\n\n  Subject: Finding a time\n\nwas not delivered to:\n\n  ben@example.com\n\nbecause:\n\n  User Ben (ben@example.com) not listed in Domino Directory\n", "5.0.0", true},
		"AOL":          {"The original message was received at Mon, 8 Feb 2027\n\n   ----- The following addresses had permanent fatal errors -----\n<ben@example.com>\n\n   ----- Transcript of session follows -----\n550 ben@example.com... MAILBOX NOT FOUND\n", "5.0.0", true},
		"German":       {"Ihre Nachricht konnte nicht zugestellt werden an folgende Empfänger:\n\nben@example.com\n550 Benutzer unbekannt\n", "5.0.0", true},
		"French":       {"Votre message n'a pas pu être remis aux destinataires suivants :\n\nben@example.com\nL'adresse n'existe pas\n", "5.0.0", true},
		"Russian":      {"Ваше сообщение не было доставлено по следующему адресу:\n\nben@example.com\n550 нет такого пользователя\n", "5.0.0", true},
		"Courier tells first when the original came": {"This is a delivery status notification from mx.example.net,\nrunning the Courier mail server.\n\nThe original message was received on Mon, 08 Feb 2027 12:00:00 +0000\n\nYour message to the following recipients cannot be delivered:\n\n<ben@example.com>:\n>>> RCPT TO:<ben@example.com>\n<<< 550 User unknown.\n", "5.0.0", true},
		"GroupWise":            {"The attached file had the following undeliverable recipient(s):\n\tben@example.com\n\nTranscript of session follows:\n\tResponse: 550 Mailbox unavailable or access denied\n", "5.0.0", true},
		"Google in German":     {"Ihre Nachricht an ben@example.com konnte nicht zugestellt werden, weil die Adresse nicht gefunden wurde.\n", "5.0.0", true},
		"Microsoft in Spanish": {"No se pudo entregar el mensaje a ben@example.com.\nNo se encontró la dirección.\n", "5.0.0", true},
		"giving up":            {"The following address(es) failed:\n\n  ben@example.com\n    retry timeout exceeded\n", "5.0.0", false},
	} {
		t.Run(name, func(t *testing.T) {
			report, ok := bounce.Read(inWords(c.text))
			if !ok || report.Recipient != who || report.Status != c.status || report.Permanent != c.permanent {
				t.Errorf("%v %+v", ok, report.Bounce)
			}
			if strings.Contains(c.text, "Message-ID") != (report.MessageID == "offer-71@example.org") {
				t.Errorf("the returned mail is %q", report.MessageID)
			}
		})
	}
}

func TestWhatPeopleWriteIsNoBounce(t *testing.T) {
	for name, c := range map[string]struct{ from, subject, text string }{
		"a person about a failure":         {"ada@example.com", "Re: Finding a time", "My mail to Ben could not be delivered: user unknown."},
		"a person forwards a bounce":       {"ada@example.com", "Fwd: Undelivered Mail Returned to Sender", "Look at this:\n\n<ben@example.com>: user unknown"},
		"an absence notice with no sender": {"ada@example.com", "Out of Office", "I am away."},
	} {
		t.Run(name, func(t *testing.T) {
			m := bounce.Mail{Field: func(string) string { return "" }, From: c.from, Subject: c.subject, Text: c.text, Media: "text/plain"}
			if report, ok := bounce.Read(m); ok {
				t.Errorf("%+v", report)
			}
		})
	}
}

func TestComplaintNamesWhoComplained(t *testing.T) {
	const report = "Feedback-Type: abuse\nUser-Agent: X/1\nVersion: 1\n"
	for name, c := range map[string]struct{ fields, returned string }{
		"by the report's own field":          {report + "Original-Rcpt-To: <ben@example.com>\n", "To: someone@example.net\n"},
		"by the returned mail, where hidden": {report, returnedCopy},
		"by Hotmail's field in the returned": {report, "X-HmXmrOriginalRecipient: <ben@example.com>\nTo: x@example.net\n"},
		"by the address to be taken off":     {"Feedback-Type: opt-out\nUser-Agent: X/1\nRemoval-Recipient: ben@example.com\n", ""},
		"in lower case":                      {report + "Original-Rcpt-To: Ben@Example.COM\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := bounce.Mail{Field: func(string) string { return "" }, From: "fbl@provider.example", Media: "multipart/report", ReportType: "feedback-report",
				Parts: []bounce.Part{{Media: "text/plain", Text: "abuse"}, {Media: "message/feedback-report", Text: c.fields}, {Media: "message/rfc822", Text: c.returned}}}
			got, ok := bounce.Read(m)
			if !ok || !got.Complaint || got.Recipient != "ben@example.com" {
				t.Errorf("%v %+v", ok, got)
			}
		})
	}
}

func TestComplaintNamesItsRecipientInItsOwnHeader(t *testing.T) {
	m := bounce.Mail{
		Field: func(name string) string {
			return map[string]string{"x-hmxmroriginalrecipient": "ben@example.com"}[name]
		},
		From: "staff@hotmail.com", Subject: "complaint about message from 192.0.2.1", Media: "message/rfc822",
	}
	if got, ok := bounce.Read(m); !ok || !got.Complaint || got.Recipient != "ben@example.com" {
		t.Errorf("%v %+v", ok, got)
	}
}

func TestReadingIsQuickForHostileText(t *testing.T) {
	for name, piece := range map[string]string{
		"at signs": "@", "quoted at signs": "\"@", "fields": "Final-Recipient: rfc822; a@b\n", "blank lines": "\n", "codes": "5.1.", "anchors": "the following address x\n", "folds": " x\n", "returned lines": "--- Original message\n",
	} {
		t.Run(name, func(t *testing.T) {
			text := "could not be delivered\n" + strings.Repeat(piece, (1<<20)/len(piece))
			m := withStatus(text)
			m.Text = text
			start := time.Now()
			bounce.Read(m)
			bounce.Read(inWords(text))
			if took := time.Since(start); took > time.Second {
				t.Errorf("%v", took)
			}
		})
	}
}

func FuzzBounce(f *testing.F) {
	f.Add("Final-Recipient: rfc822; a@b.c\nAction: failed\nStatus: 5.1.1\n", "<a@b.c>:\n550 5.1.1 unknown\n--- Below this line is a copy of the message.\n\nTo: a@b.c\n")
	f.Add("", "did not reach the following recipient(s):\n\"a b\"@c.d on Monday\n")
	f.Add("Feedback-Type: abuse\nOriginal-Rcpt-To: a@b\n", `{"notificationType":"Bounce","emailAddress":"a@b.c","status":"5.`)
	f.Fuzz(func(t *testing.T, status, text string) {
		m := withStatus(status)
		m.Text = text
		for _, mail := range []bounce.Mail{m, inWords(text)} {
			report, ok := bounce.Read(mail)
			if !ok && report != (bounce.Report{}) {
				t.Errorf("no report, yet %+v", report)
			}
			if strings.ContainsAny(report.Recipient, "\r\n<>") || len(report.Reason) > 400 {
				t.Errorf("recipient %q, reason of %d bytes", report.Recipient, len(report.Reason))
			}
		}
	})
}
