package inbox_test

import (
	"strings"
	"testing"

	"github.com/mentorpost/mentorpost/program"
)

const replyPart = "Content-Type: text/calendar; method=REPLY; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:s1@example.org\nEND:VEVENT\nEND:VCALENDAR\n"

// withMethod turns the reply into another calendar message.
func withMethod(method string) string { return strings.ReplaceAll(replyPart, "REPLY", method) }

func TestKindIsToldByHeadersBeforeWords(t *testing.T) {
	const text = "Content-Type: text/plain\n\nB please\n"
	for name, c := range map[string]struct {
		raw  []byte
		kind program.MailKind
	}{
		"a person's answer": {rawMail("", "B\n"), program.KindAnswer},
		"Outlook sets X-Auto-Response-Suppress on what people write": {rawMail("X-Auto-Response-Suppress: All\nX-MS-Has-Attach:\n", "B\n"), program.KindAnswer},
		"Auto-Submitted: no is a person's":                           {rawMail("Auto-Submitted: no\n", "B\n"), program.KindAnswer},
		"Auto-Submitted: no with a comment is a person's":            {rawMail("Auto-Submitted: no (really)\n", "B\n"), program.KindAnswer},
		"auto-replied is automatic (RFC 3834 §5)":                    {rawMail("Auto-Submitted: auto-replied; owner=ada\n", "Away\n"), program.KindAutoReply},
		"auto-generated in capitals is automatic":                    {rawMail("Auto-Submitted: Auto-Generated\n", "Away\n"), program.KindAutoReply},
		"X-Autoreply: yes is automatic":                              {rawMail("X-Autoreply: yes\n", "Away\n"), program.KindAutoReply},
		"X-Autoreply: no is a person's":                              {rawMail("X-Autoreply: no\n", "B\n"), program.KindAnswer},
		"Precedence: auto_reply is automatic":                        {rawMail("Precedence: auto_reply\n", "Away\n"), program.KindAutoReply},
		"Precedence: bulk without a list is automatic":               {rawMail("Precedence: bulk\n", "Away\n"), program.KindAutoReply},
		"an empty return path is automatic":                          {rawMail("Return-Path: <>\n", "Away\n"), program.KindAutoReply},
		"a read receipt is automatic (RFC 8098)":                     {rawMail("Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n", "--b\n\nYour mail was read.\n--b\nContent-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent-manually; displayed\n--b--\n"), program.KindAutoReply},
		"a mailing list (RFC 2919)":                                  {rawMail("List-Id: <x.example.org>\n", "News\n"), program.KindList},
		"Precedence: list":                                           {rawMail("Precedence: list\n", "News\n"), program.KindList},
		"a newsletter with an unsubscribe field":                     {rawMail("List-Unsubscribe: <https://x.example>\nPrecedence: bulk\n", "News\n"), program.KindList},
		"an answer through a program that adds an unsubscribe field": {rawMail("List-Unsubscribe: <https://x.example>\nIn-Reply-To: <offer@example.org>\n", "B\n"), program.KindAnswer},
		"our own mail coming back":                                   {rawMail("Mentorpost-Kind: offer\nAuto-Submitted: auto-generated\n", "B\n"), program.KindOwn},
		"our own invitation coming back":                             {append([]byte("Mentorpost-Kind: invite\r\n"), multipartMail("mixed", text, withMethod("REQUEST"))...), program.KindOwn},
		"another's invitation":                                       {multipartMail("mixed", text, withMethod("REQUEST")), program.KindCalendar},
		"a calendar answer, though automatic (Google, Exchange)":     {append([]byte("Auto-Submitted: auto-generated\r\nReturn-Path: <>\r\n"), multipartMail("mixed", text, replyPart)...), program.KindCalendar},
		"a counter-proposal":                                         {multipartMail("alternative", text, withMethod("COUNTER")), program.KindCalendar},
		"a refresh":                                                  {multipartMail("alternative", text, withMethod("REFRESH")), program.KindCalendar},
		"an answer sent as a file only":                              {multipartMail("mixed", text, "Content-Type: application/octet-stream; name=\"invite.ICS\"\nContent-Disposition: attachment\n\nBEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n"), program.KindCalendar},
		"a letter with an event attached stays a letter":             {multipartMail("mixed", text, "Content-Type: text/calendar; name=holiday.ics\nContent-Disposition: attachment\n\nBEGIN:VCALENDAR\nMETHOD:PUBLISH\nEND:VCALENDAR\n"), program.KindAnswer},
		"an absence notice that only its subject tells":              {[]byte("From: ada@example.com\r\nSubject: Automatische Antwort: Terminfindung\r\n\r\nIch bin bis 15. Februar nicht im Haus.\r\n"), program.KindAutoReply},
		"a person's answer to a subject about absence":               {[]byte("From: ada@example.com\r\nSubject: Re: Out of office next week\r\n\r\nB\r\n"), program.KindAnswer},
		"a machine's address":                                        {[]byte("From: No-Reply@example.com\r\nSubject: Ticket opened\r\n\r\nThanks.\r\n"), program.KindAutoReply},
		"a forged line inside an encoded subject is no header":       {[]byte("From: ada@example.com\r\nSubject: =?utf-8?Q?Re=3A_x=0D=0AAuto-Submitted=3A_auto-replied?=\r\n\r\nB\r\n"), program.KindAnswer},
		"a thumb is an answer":                                       {rawMail("Content-Type: text/plain; charset=utf-8\n", "👍\n"), program.KindAnswer},
		"an answer without text but with a file":                     {multipartMail("mixed", "Content-Type: application/pdf; name=cv.pdf\n\nxx\n"), program.KindAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			if mail := parseMail(c.raw); mail.Kind != c.kind {
				t.Errorf("%s (%s), want %s", mail.Kind, mail.Reason, c.kind)
			}
		})
	}
}

func TestAbsenceSubjectsAreKnownInManyLanguages(t *testing.T) {
	for language, subject := range map[string]string{
		"English":    "Out of Office: Finding a time",
		"German":     "Abwesenheitsnotiz: Terminfindung",
		"French":     "Réponse automatique : Choix d’un créneau",
		"Spanish":    "Respuesta automática: Elegir hora",
		"Portuguese": "Resposta automática: Encontrar um horário",
		"Italian":    "Risposta automatica: Trovare un orario",
		"Dutch":      "Automatisch antwoord: Een moment vinden",
		"Swedish":    "Autosvar: Hitta en tid",
		"Polish":     "Automatyczna odpowiedź: Termin",
		"Russian":    "Автоматический ответ: Время встречи",
		"Ukrainian":  "Автоматична відповідь: Час зустрічі",
		"Chinese":    "自动回复: 时间",
		"Japanese":   "自動応答: 日程",
		"Turkish":    "Otomatik yanıt: Zaman",
	} {
		t.Run(language, func(t *testing.T) {
			raw := "From: ada@example.com\r\nSubject: " + subject + "\r\n\r\n…\r\n"
			if mail := parseMail([]byte(raw)); mail.Kind != program.KindAutoReply {
				t.Errorf("%q is %s", subject, mail.Kind)
			}
		})
	}
}

func TestCalendarPartIsTheOneThatTheProgramMeant(t *testing.T) {
	attached := "Content-Type: application/ics; name=invite.ics\nContent-Disposition: attachment\n\nBEGIN:VCALENDAR\nX-COPY:1\nEND:VCALENDAR\n"
	for name, parts := range map[string][]string{
		"the inline part before the file": {replyPart, attached},
		"the inline part after the file":  {attached, replyPart},
	} {
		t.Run(name, func(t *testing.T) {
			mail := parseMail(multipartMail("mixed", parts...))
			if mail.CalendarMethod != "REPLY" || strings.Contains(string(mail.Calendar), "X-COPY") || !strings.Contains(string(mail.Calendar), "UID:s1") {
				t.Errorf("method %q, part %q", mail.CalendarMethod, mail.Calendar)
			}
		})
	}
}

func TestBounceNamesTheRecipientAndTheReturnedMail(t *testing.T) {
	raw := rawMail("Content-Type: multipart/report; report-type=delivery-status; boundary=b\nReturn-Path: <>\n",
		"--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; Ben@Example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n"+
			"--b\nContent-Type: text/rfc822-headers\n\nMentorpost-Kind: offer\nMessage-ID: <offer-71@example.org>\n--b--\n")
	mail := parseMail(raw)
	want := program.Bounce{Recipient: "ben@example.com", Status: "5.1.1", Permanent: true, Reason: "smtp; 550 5.1.1 no such user", MessageID: "offer-71@example.org"}
	if mail.Kind != program.KindBounce || mail.Bounce == nil || *mail.Bounce != want {
		t.Errorf("%s %+v", mail.Kind, mail.Bounce)
	}
}
