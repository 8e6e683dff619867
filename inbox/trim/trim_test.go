package trim_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mentorpost/mentorpost/inbox/trim"
)

const (
	offer  = "these times fit both of your calendars:\nA   Thu 11 Feb 2027, 10:00-10:45\nB   Fri 12 Feb 2027, 14:30-15:15"
	sender = "Mentor Everywhere <mentor+q7c2@example.org>"
)

// quoted marks every line as quoted.
func quoted(text string) string { return "> " + strings.ReplaceAll(text, "\n", "\n> ") }

func TestQuotesOfWellKnownProgramsAreCut(t *testing.T) {
	for name, body := range map[string]string{
		"Gmail":                                  "B\n\nOn Mon, 8 Feb 2027 at 08:00, Mentor Everywhere <mentor+q7c2@example.org>\nwrote:\n\n" + quoted(offer),
		"Gmail on a telephone":                   "B\n\nOn Mon, 8 Feb 2027, 08:00 Mentor Everywhere, <mentor+q7c2@example.org>\nwrote:\n\n" + quoted(offer),
		"Apple Mail":                             "B\n\n> On 8 Feb 2027, at 08:00, " + sender + " wrote:\n> \n" + quoted(offer),
		"an iPhone":                              "B\n\nSent from my iPhone\n\n> On 8 Feb 2027, at 08:00, " + sender + " wrote:\n> \n> \ufeff" + offer[:20] + "\n" + quoted(offer),
		"Thunderbird":                            "B\n\nOn 08/02/2027 08:00, Mentor Everywhere wrote:\n" + quoted(offer),
		"Thunderbird with an empty line's blank": "B\n\nOn 08/02/2027 08:00, Mentor Everywhere wrote:\n" + quoted(offer) + "\n \n",
		"Yahoo's app runs on":                    "B\n\nSent from Yahoo Mail on Android \n \n  On Mon, Feb 8, 2027 at 8:00 AM, " + sender + " wrote:   " + offer,
		"Yahoo indents":                          " B\n    On Monday, February 8, 2027 at 03:00:12 AM EST, " + sender + " wrote:  \n \n " + strings.ReplaceAll(offer, "\n", "\n "),
		"Proton with its footer":                 "B\n\nSent with [Proton Mail](https://proton.me/mail/home) secure email.\n\nOn Monday, February 8th, 2027 at 9:00 AM, " + sender + " wrote:\n\n" + quoted(offer),
		"Fastmail":                               "B\n\nOn Mon, 8 Feb 2027, at 8:00 AM, Mentor Everywhere wrote:\n" + quoted(offer),
		"Zoho":                                   "B\n\n---- On Mon, 08 Feb 2027 08:00:00 +0000 " + sender + " wrote ----\n\n" + offer,
		"Tuta":                                   "B\n\n8 Feb 2027, 09:00 by mentor@example.org:\n\n" + quoted(offer),
		"K-9":                                    "B\n\nAm 8. Februar 2027 09:00:00 MEZ schrieb " + sender + ":\n" + quoted(offer),
		"Horde":                                  "B\n\nQuoting Mentor <mentor@example.org>:\n\n" + quoted(offer),
		"a date without its year":                "B\n\nOn Feb 8, Mentor wrote:\n\n" + quoted(offer),
		"dashes around the attribution":          "B\n\n------On 2/8/2027 17:32 PM, Mentor wrote-----\n\n" + offer,
		"a newsreader":                           "B\n\nMentor Everywhere wrote:\n" + quoted(offer),
		"AOL":                                    "B\n\nIn a message dated 2/8/2027 8:00:00 A.M. Eastern Standard Time, mentor@example.org writes:\n\n" + offer,
		"QQ":                                     "B\n\n------------------ Original ------------------\nFrom: \"Mentor\" <mentor@example.org>;\nDate: Mon, Feb 8, 2027 04:00 PM\nTo: \"Ada\" <ada@example.com>;\nSubject: Finding a time\n\n" + offer,
		"Outlook on the desktop":                 "B\n\nFrom: " + sender + "\nSent: Monday, February 8, 2027 8:00 AM\nTo: Ada <ada@example.com>\nSubject: Finding a time\n\n" + offer,
		"Outlook on the web":                     "B\n________________________________\nFrom: " + sender + "\nSent: Monday, February 8, 2027 8:00 AM\nTo: Ada <ada@example.com>\nSubject: Finding a time\n\n" + offer,
		"Outlook on a telephone":                 "B\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: " + sender + "\nSent: Monday, February 8, 2027 8:00:00 AM\nTo: ada@example.com <ada@example.com>\nSubject: Finding a time\n\n" + offer,
		"Outlook inside one company":             "B\n\nFrom: Everywhere, Mentor\nSent: Monday, February 8, 2027 8:00 AM\nTo: Adler, Ada\nSubject: Finding a time\n\n" + offer,
		"Outlook on a Mac":                       "B\n\nFrom: " + sender + "\nDate: Monday, 8 February 2027 at 08:00\nTo: Ada <ada@example.com>\nSubject: Finding a time\n\n" + offer,
		"Outlook Express":                        "B\n----- Original Message ----- \nFrom: \"Mentor\" <mentor@example.org>\nTo: <ada@example.com>\nSent: Monday, February 08, 2027 8:00 AM\nSubject: Finding a time\n\n" + quoted(offer),
		"Samsung":                                "B\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: " + sender + "\nDate: 08/02/2027 08:00 (GMT+00:00)\nTo: ada@example.com\nSubject: Finding a time\n\n" + offer,
		"BlackBerry":                             "B\nSent from my BlackBerry® wireless device\n\n-----Original Message-----\nFrom: Mentor <mentor@example.org>\nDate: Mon, 8 Feb 2027 08:00:00\nTo: <ada@example.com>\nSubject: Finding a time\n\n" + offer,
		"GMX":                                    "B\n\nGesendet: Montag, 08. Februar 2027 um 09:00 Uhr\nVon: \"Mentor\" <mentor@example.org>\nAn: ada@example.com\nBetreff: Termin\n\n" + offer,
		"header labels in bold":                  "B\n\n*From:* " + sender + "\n*Sent:* Monday, February 8, 2027 8:00 AM\n*To:* ada@example.com\n*Subject:* Finding a time\n\n" + offer,
		"header lines set apart by blank lines":  "B\n\nFrom: " + sender + "\n\nSent: Monday, February 8, 2027 8:00 AM\n\nTo: ada@example.com\n\nSubject: Finding a time\n\n" + offer,
		"a subject over two lines":               "B\n\nFrom: " + sender + "\nDate: Mon, 8 Feb 2027\nSubject: Finding a time\n  with Yusuf\nTo: ada@example.com\n\n" + offer,
		"a quote that nothing announces":         "B\n\n" + quoted(offer),
		"an address wrapped over its bracket":    "B\n\nOn Mon, 8 Feb 2027 at 08:00, Mentor Everywhere <mentor+q7c2@example.org\n> wrote:\n\n" + quoted(offer),
		"a quote of a quote":                     "B\n\nOn Mon, 8 Feb 2027 at 08:00, " + sender + " wrote:\n\n" + quoted(offer+"\n\nOn Sun, 7 Feb 2027 at 10:00, Ada wrote:\n\n"+quoted("When?")),
		"an attribution behind the last line":    "B--- On Mon, 2/8/27, Mentor <mentor@example.org> wrote:\n\n" + offer,
		"windows line ends":                      strings.ReplaceAll("B\n\nOn Mon, 8 Feb 2027 at 08:00, "+sender+" wrote:\n\n"+quoted(offer), "\n", "\r\n"),
		"a signature above the quote":            "B\n\n-- \nAda Adler\nHead of Everything\n\nOn Mon, 8 Feb 2027 at 08:00, " + sender + " wrote:\n\n" + quoted(offer),
		"a signature below the quote":            "B\n\nOn Mon, 8 Feb 2027 at 08:00, " + sender + " wrote:\n\n" + quoted(offer) + "\n\n-- \nAda Adler\n",
		"a company's disclaimer":                 "B\n\nThis email and any attachments are confidential.\nIf you are not the intended recipient, delete it.\n",
		"a virus scanner's line":                 "B\n\nVirus-free. www.avast.com\n",
		"a mailing list's footer":                "B\n_______________________________________________\nMentors mailing list\nmentors@example.org\nhttps://example.org/mailman/listinfo/mentors\n",
		"an OpenPGP signature around the text":   "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nB\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n-----END PGP SIGNATURE-----\n",
		"a tracker's mark":                       "B\nᐧ\n",
		"a rule at the end":                      "B\n\n________________________________\n",
	} {
		t.Run(name, func(t *testing.T) {
			if got := trim.Plain(body).Text; got != "B" {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestAttributionsAreKnownInManyLanguages(t *testing.T) {
	const address = "<mentor+q7c2@example.org>"
	for language, line := range map[string]string{
		"German (Apple)":        "Am 08.02.2027 um 09:00 schrieb Mentor " + address + ":",
		"German (Gmail)":        "Mentor " + address + " schrieb am Mo., 8. Feb. 2027\num 09:00 Uhr:",
		"French":                "Le lun. 8 févr. 2027 à 09:00, Mentor " + address + " a\nécrit :",
		"Spanish":               "El lun, 8 feb 2027 a las 9:00, Mentor (" + address + ")\nescribió:",
		"Portuguese":            "Em seg., 8 de fev. de 2027 às 08:00, Mentor " + address + "\nescreveu:",
		"Portuguese (old)":      "Mentor " + address + " escreveu (segunda, 8/02/2027\nà(s) 08:00):",
		"Italian":               "Il giorno lun 8 feb 2027 alle ore 09:00 Mentor <\nmentor+q7c2@example.org> ha scritto:",
		"Dutch":                 "Op ma 8 feb 2027 om 09:00 schreef Mentor " + address + ":",
		"Swedish":               "Den mån 8 feb. 2027 kl 09:00 skrev Mentor " + address + ":",
		"Norwegian":             "man. 8. feb. 2027 kl. 09:00 skrev Mentor " + address + ":",
		"Danish":                "Den man. 8. feb. 2027 kl. 09.00 skrev Mentor " + address + ":",
		"Finnish":               "ma 8.2.2027 klo 10.00 Mentor (mentor+q7c2@example.org) kirjoitti:",
		"Polish":                "pon., 8 lut 2027 o 09:00 Mentor " + address + "\nnapisał(a):",
		"Polish (Apple)":        "W dniu 08.02.2027 o 09:00, Mentor pisze:",
		"Czech":                 "po 8. 2. 2027 v 9:00 odesílatel Mentor " + address + "\nnapsal:",
		"Hungarian":             "Mentor " + address + " ezt írta (időpont: 2027. febr. 8., H, 9:00):",
		"Romanian":              "În lun., 8 feb. 2027 la 10:00, Mentor " + address + " a\nscris:",
		"Russian":               "пн, 8 февр. 2027 г. в 11:00, Mentor " + address + ":",
		"Russian (Thunderbird)": "08.02.2027 11:00, Mentor пишет:",
		"Ukrainian":             "пн, 8 лют. 2027 р. о 10:00 Mentor " + address + " пише:",
		"Greek":                 "Στις Δευ 8 Φεβ 2027 στις 10:00 π.μ., ο χρήστης Mentor\n" + address + " έγραψε:",
		"Turkish":               "Mentor " + address + ", 8 Şub 2027 Pzt, 11:00\ntarihinde şunu yazdı:",
		"Chinese":               "Mentor " + address + " 于2027年2月8日周一 16:00写道：",
		"Chinese (Apple)":       "在 2027年2月8日，下午4:00，Mentor " + address + " 写道：",
		"Japanese":              "2027年2月8日(月) 17:00 Mentor " + address + ":",
		"Japanese (Apple)":      "2027/02/08 17:00、Mentor " + address + "のメール:",
		"Korean":                "2027년 2월 8일 (월) 오후 5:00, Mentor " + address + "님이 작성:",
		"Vietnamese":            "Vào 14:24 8 tháng 2, 2027, Mentor " + address + " đã viết:",
		"Indonesian":            "Pada tanggal Sen, 8 Feb 2027 pukul 15.00 Mentor " + address + " menulis:",
		"Arabic":                "في الاثنين، 8 فبراير 2027 في 10:00 ص تمت كتابة ما يلي بواسطة Mentor " + address + ":",
		"Hebrew":                "\u202bבתאריך יום ב׳, 8 בפבר׳ 2027 ב-10:00 מאת \u202aMentor\u202c\u200f <\u202amentor+q7c2@example.org\u202c\u200f>:\u202c",
		"a language unknown":    "Ndi 8 Febl 2027, 10:00, Mentor " + address + " qabulaxe:",
	} {
		t.Run(language, func(t *testing.T) {
			if got := trim.Plain("B\n\n" + line + "\n\n" + quoted(offer) + "\n").Text; got != "B" {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestHeaderBlocksAreKnownInManyLanguages(t *testing.T) {
	for language, labels := range map[string][4]string{
		"German":     {"Von", "Gesendet", "An", "Betreff"},
		"French":     {"De ", "Envoyé ", "À ", "Objet "},
		"Spanish":    {"De", "Enviado", "Para", "Asunto"},
		"Portuguese": {"De", "Enviada", "Para", "Assunto"},
		"Italian":    {"Da", "Inviato", "A", "Oggetto"},
		"Dutch":      {"Van", "Verzonden", "Aan", "Onderwerp"},
		"Swedish":    {"Från", "Skickat", "Till", "Ämne"},
		"Norwegian":  {"Fra", "Sendt", "Til", "Emne"},
		"Danish":     {"Fra", "Sendt", "Til", "Emne"},
		"Finnish":    {"Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"},
		"Polish":     {"Od", "Wysłano", "Do", "Temat"},
		"Czech":      {"Od", "Odesláno", "Komu", "Předmět"},
		"Hungarian":  {"Feladó", "Elküldve", "Címzett", "Tárgy"},
		"Romanian":   {"De la", "Trimis", "Către", "Subiect"},
		"Russian":    {"От", "Отправлено", "Кому", "Тема"},
		"Ukrainian":  {"Від", "Надіслано", "Кому", "Тема"},
		"Turkish":    {"Kimden", "Gönderildi", "Kime", "Konu"},
		"Greek":      {"Από", "Στάλθηκε", "Προς", "Θέμα"},
		"Chinese":    {"发件人", "发送时间", "收件人", "主题"},
		"Taiwanese":  {"寄件者", "日期", "收件者", "主旨"},
		"Japanese":   {"差出人", "送信日時", "宛先", "件名"},
		"Korean":     {"보낸 사람", "보낸 날짜", "받는 사람", "제목"},
	} {
		t.Run(language, func(t *testing.T) {
			for _, colon := range []string{":", "："} {
				body := fmt.Sprintf("B\n\n%s%s Mentor <mentor@example.org>\n%s%s 8.2.2027\n%s%s Ada\n%s%s Offer\n\n%s", labels[0], colon, labels[1], colon, labels[2], colon, labels[3], colon, offer)
				if got := trim.Plain(body).Text; got != "B" {
					t.Errorf("%q", got)
				}
			}
		})
	}
}

func TestTelephoneLinesAreKnownInManyLanguages(t *testing.T) {
	for _, line := range []string{
		"Sent from my iPhone", "Von meinem iPhone gesendet", "Gesendet von Outlook für Android", "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
		"Envoyé de mon iPhone", "Enviado desde mi iPhone", "Enviado do meu iPhone", "Inviato da iPhone", "Verstuurd vanaf mijn iPhone", "Skickat från min iPhone", "Sendt fra min iPhone",
		"Lähetetty iPhonesta", "Wysłane z iPhone'a", "Отправлено с iPhone", "Надіслано з iPhone", "发自我的 iPhone", "iPhoneから送信", "나의 iPhone에서 보냄", "Get Outlook for Android", "Sent from Mail for Windows", "Sent from Yahoo Mail on Android", "Sent from TypeApp", "Sent from my T-Mobile 4G LTE Device",
	} {
		t.Run(line, func(t *testing.T) {
			if got := trim.Plain("B\n\n" + line + "\n").Text; got != "B" {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestNothingTheWriterWroteIsCut(t *testing.T) {
	for name, body := range map[string]string{
		"a sentence that begins like an attribution":     "On Monday I am away.\nWe can talk later.",
		"the writer's own words with a colon":            "On 3 May 2027 I wrote:\nplease move us to Friday.",
		"the writer's own words in German":               "Am 3. Mai 2027 schrieb ich:\nbitte am Freitag.",
		"a travel plan with From and To":                 "From: Lisbon\nTo: Porto\nDate: 3 May",
		"hours from and to":                              "From: 3pm\nTo: 5pm",
		"a date and an address of a place":               "Date: Wednesday 3 March\nTime: 7:00\nAddress: 130 Fox St",
		"a rule between two thoughts":                    "One thing.\n\n---\n\nAnother thing.",
		"a long rule between two thoughts":               "One thing.\n------------------------------\nAnother thing.",
		"a rule with words in it":                        "Fill in below.\n\n----- Enter Feedback Below -----\n\nIt was good.",
		"a list with dashes":                             "- the first\n- the second\n-- not a signature",
		"code in a fence":                                "Look:\n\n```\n--\nfrom: x\n> y\n```\n\nThat is it.",
		"an arrow":                                       "A -> B\n=> C is fine",
		"a closing with a name":                          "B\n\nBest regards\nAda",
		"a telephone number under the name":              "B\n\nAda\n555-941-0697",
		"a sentence about a telephone":                   "I sent from my phone what you asked for.\nDid it arrive?",
		"a sentence about confidentiality":               "Please keep this confidential: I may move to Porto.",
		"a sentence that starts like a telephone line":   "Sent from my side all documents yesterday, more to come tomorrow.\nThanks",
		"a sentence about the post":                      "Sent by post yesterday.",
		"a sentence that ends in wrote above a quote":    "This is what Ben wrote:\n> 14:30?\nCan he?",
		"two short quotes that the writer set by hand":   "> 14:30?\nYes.",
		"a single emoji":                                 "👍",
		"a time range with dashes":                       "10:00--11:00 works",
		"a question whose subject line stands alone":     "Subject: my dilemma\n\nShould I stay?",
		"a list of colons":                               "Goals: grow\nTimeline: six months\nRhythm: weekly",
		"the word wrote at a line's end with no date":    "That is what she wrote:\nnothing.",
		"indented lines":                                 "Formatting:\n\n    - one\n    - two",
		"text of one line of dashes in the middle of it": "before ---------- after",
	} {
		t.Run(name, func(t *testing.T) {
			if got := trim.Plain(body).Text; got != body {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestAnswersBetweenTheLinesKeepWhatTheyAnswer(t *testing.T) {
	body := "Hi,\n\n> On 8 Feb 2027, at 08:00, " + sender + " wrote:\n> \n> A   Thu 11 Feb\n\nNot this one.\n\n> B   Fri 12 Feb\n\nThis one.\n\n> C   Mon 15 Feb\n> \n> Reply with a letter.\n\nAda"
	result := trim.Plain(body)
	if want := "Hi,\n\nNot this one.\n\nThis one.\n\nAda"; squeeze(result.Text) != squeeze(want) {
		t.Errorf("text %q", result.Text)
	}
	want := []trim.Answer{
		{Text: "Hi,"},
		{Quoted: "On 8 Feb 2027, at 08:00, " + sender + " wrote:\n\nA   Thu 11 Feb", Text: "Not this one."},
		{Quoted: "B   Fri 12 Feb", Text: "This one."},
		{Quoted: "C   Mon 15 Feb\n\nReply with a letter.", Text: "Ada"},
	}
	if fmt.Sprintf("%q", result.Answers) != fmt.Sprintf("%q", want) {
		t.Errorf("answers\n%q\nwant\n%q", result.Answers, want)
	}
	if plain := trim.Plain("B\n\n" + quoted(offer)); plain.Answers != nil {
		t.Errorf("a reply in one piece has answers %q", plain.Answers)
	}
	below := trim.Plain("On 8 Feb 2027, at 08:00, " + sender + " wrote:\n" + quoted(offer) + "\n\nB")
	if len(below.Answers) != 1 || below.Answers[0].Quoted != offer || below.Text != "B" {
		t.Errorf("an answer below the quote: %q %q", below.Text, below.Answers)
	}
}

func TestAMailOfNothingButAQuote(t *testing.T) {
	if got := trim.Plain("> Still water runs deep.\n").Text; got != "> Still water runs deep." {
		t.Errorf("a quote that nothing attributes is kept, got %q", got)
	}
	for name, body := range map[string]string{
		"above it":  "On 8 Feb 2027, at 08:00, " + sender + " wrote:\n" + quoted(offer),
		"inside it": "> On 8 Feb 2027, at 08:00, " + sender + " wrote:\n> \n" + quoted(offer),
	} {
		if got := trim.Plain(body).Text; got != "" {
			t.Errorf("with an attribution %s there is no new text, got %q", name, got)
		}
	}
}

func TestQuotesInHTMLAreToldByTheirElements(t *testing.T) {
	const page = "<p>these times fit</p><p>A Thu 11 Feb</p>"
	for name, body := range map[string]string{
		"Gmail":                             `<div dir="ltr">B</div><br><div class="gmail_quote"><div class="gmail_attr">Ndi 8 Feb Mentor &lt;m@example.org&gt; qabulaxe:</div><blockquote class="gmail_quote">` + page + `</blockquote></div>`,
		"Yahoo":                             `<div>B</div><div id="ydp1yahoo_quoted_2" class="ydp1yahoo_quoted"><div>x</div>` + page + `</div>`,
		"Thunderbird":                       `<p>B</p><div class="moz-cite-prefix">Ndi 8 Feb qabulaxe:<br></div><blockquote type="cite">` + page + `</blockquote>`,
		"Proton":                            `<div>B</div><div class="protonmail_signature_block"><div>Sent with Proton</div></div><div class="protonmail_quote">Ndi 8 Feb qabulaxe<br><blockquote class="protonmail_quote">` + page + `</blockquote></div>`,
		"Outlook on the web":                `<div class="elementToProof">B</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr"><b>X:</b> Mentor<br><b>Y:</b> Monday<br></div>` + page,
		"Outlook on a telephone":            `<div>B</div><div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/x">Outlook for iOS</a></div><hr><div id="divRplyFwdMsg">From: x</div>` + page,
		"Outlook on the desktop":            `<p class="MsoNormal">B<o:p></o:p></p><div><div style="border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Mentor &lt;m@example.org&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Ada<br><b>Subject:</b> Offer</p></div></div>` + page,
		"Apple Mail":                        `<html><body>B<br><div><br><blockquote type="cite"><div>On 8 Feb 2027, at 08:00, Mentor wrote:</div>` + page + `</blockquote></div></body></html>`,
		"a signature's element":             `<div>B</div><div class="gmail_signature"><b>Ada</b> Head of Everything</div>`,
		"what is hidden":                    `<div style="display: none">preview</div><style>p{color:red}</style><script>x</script><title>t</title><div>B</div>`,
		"an attribution without an element": `B<br>On 8 Feb 2027 at 08:00 Mentor wrote:<br>` + page,
	} {
		t.Run(name, func(t *testing.T) {
			if got := trim.HTML(body).Text; got != "B" {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestHTMLBecomesTheTextThatPeopleSee(t *testing.T) {
	for name, c := range map[string]struct{ page, want string }{
		"entities and blanks":                   {"<p>please &amp; thank&nbsp;you\n   now</p>", "please & thank you now"},
		"paragraphs":                            {"<p>one</p><p>two</p>", "one\n\ntwo"},
		"line breaks":                           {"one<br>two<br><br>three", "one\ntwo\n\nthree"},
		"blocks":                                {"<div>one</div><div>two</div>", "one\ntwo"},
		"a list":                                {"<ul><li>one</li><li>two</li></ul>", "- one\n- two"},
		"a table's cells":                       {"<table><tr><td>A</td><td>Thu</td></tr><tr><td>B</td><td>Fri</td></tr></table>", "A Thu\nB Fri"},
		"inline elements join words":            {"<b>Thurs</b>day", "Thursday"},
		"preformatted text":                     {"<pre>a  b\n  c</pre>", "a  b\n  c"},
		"the picture of an emoji":               {`<img alt="👍" src="x"><img alt="logo" src="y">`, "👍"},
		"an indented paragraph is the writer's": {`<blockquote style="margin:0 0 0 40px; border: none; padding:0px"><div>mine</div></blockquote>`, "mine"},
		"text inside the signature's element stays":  {`<div id="Signature"><p>B please</p></div>`, "B please"},
		"ends without beginnings":                    {"</div></p>B</blockquote>", "B"},
		"text that is no HTML":                       {"just 1 < 2 text", "just 1 < 2 text"},
		"an answer inside Gmail's quote":             {`<div class="gmail_quote"><div class="gmail_attr">x:</div><blockquote class="gmail_quote">A Thu</blockquote><div>not this</div><blockquote class="gmail_quote">B Fri</blockquote><div>this</div></div>`, "not this\n\nthis"},
		"a quote deeper than any is still one quote": {strings.Repeat("<blockquote>", 1000) + "x" + strings.Repeat("</blockquote>", 1000) + "B", "B"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := trim.HTML(c.page).Text; got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("B\n\nOn Mon, 8 Feb 2027 at 08:00, Ada <a@b.c\n> wrote:\n\n> x\n")
	f.Add("B\n________________________________\nFrom: a@b.c\nSent: x\nSubject: y\n\nz")
	f.Add("> a\nb\n> c\n(http://x\n> d\n-- \ne")
	f.Add("x--- On 2027 wrote:\n```\n--\n```\n")
	f.Add("----- Original Message -----\n于写道：\n")
	f.Fuzz(func(t *testing.T, text string) {
		result := trim.Plain(text)
		if len(result.Text) > len(text) {
			t.Errorf("%q grew to %q", text, result.Text)
		}
		for _, answer := range result.Answers {
			if answer.Text == "" || !strings.Contains(result.Text, strings.SplitN(answer.Text, "\n", 2)[0]) {
				t.Errorf("the answer %q is not in %q", answer.Text, result.Text)
			}
		}
	})
}

func FuzzHTML(f *testing.F) {
	f.Add(`<div class="gmail_quote"><div class="gmail_attr">x</div><blockquote>y</blockquote></div>z`)
	f.Add(`<p>a<br><pre>b` + "\r\n" + `</pre><hr><div id=divRplyFwdMsg>`)
	f.Add(`<blockquote style="border:none"><img alt=👍></li></blockquote`)
	f.Add("<!--<script><![CDATA[&#0;&nbsp;")
	f.Fuzz(func(t *testing.T, page string) {
		if result := trim.HTML(page); len(result.Text) > 12*len(page)+64 {
			t.Errorf("%d bytes grew to %d", len(page), len(result.Text))
		}
		trim.Render(page)
	})
}

func TestOwnPart(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"a forwarded mail is somebody else's", "See below.\n\n---------- Forwarded message ---------\nFrom: Sam\n\nCancel it.", "See below.\n\n"},
		{"a text that forwards nothing is all its writer's", "Forwarded message received, thanks.", "Forwarded message received, thanks."},
		{"a text may be nothing but a forwarded mail", "Begin forwarded message:\n\nFrom: Sam", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := trim.OwnPart(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
