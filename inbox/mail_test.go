package inbox_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/program"
)

// rawMail builds a raw mail from Ada out of extra header lines and a body.
func rawMail(extra, body string) []byte {
	const base = "From: Ada Adler <ada@example.com>\nTo: Mentor Everywhere <mentor+q7c2@example.org>\nSubject: Re: Finding a time\n" +
		"Date: Mon, 08 Feb 2027 12:05:00 +0000\nMessage-ID: <a1@example.com>\nMIME-Version: 1.0\n"
	return []byte(strings.ReplaceAll(base+extra+"\n"+body, "\n", "\r\n"))
}

func parseMail(raw []byte) inbox.Mail { return inbox.Parse(raw, inbox.DefaultLimits()) }

func inCharset(t *testing.T, e encoding.Encoding, text string) string {
	t.Helper()
	raw, err := e.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestHeaderSaysWhoWroteAndToWhichThread(t *testing.T) {
	raw := "Received: from a by b with ESMTP id 1\r\n\tfor <mentor+z9@example.org>; Mon, 8 Feb 2027 12:05:04 +0000\r\nDelivered-To: mentor@example.org\r\nX-Original-To: mentor+q7c2@example.org\r\n" +
		"From: =?utf-8?Q?Tom=C3=A1s?= <Tomas@Example.COM>\r\nReply-To: desk@example.com\r\nTo: Mentor <mentor@example.org>, Ben <ben@example.com>\r\nCc: carla@example.com\r\n" +
		"Subject: =?iso-8859-1?Q?Re=3A_Caf=E9?=\r\nDate: Mon, 8 Feb 2027 12:05:00 +0100\r\nMessage-ID: <a@b>\r\nIn-Reply-To: <x@y>\r\nReferences: <w@y>\r\n <x@y>\r\n\r\nB\r\n"
	mail := parseMail([]byte(raw))
	if mail.From != (inbox.Address{Name: "Tomás", Address: "tomas@example.com"}) {
		t.Errorf("from %+v", mail.From)
	}
	if got := strings.Join(mail.Recipients, " "); got != "mentor@example.org ben@example.com carla@example.com mentor+q7c2@example.org mentor+z9@example.org" {
		t.Errorf("recipients %s", got)
	}
	if mail.MessageID != "a@b" || fmt.Sprint(mail.InReplyTo, mail.References) != "[x@y] [w@y x@y]" {
		t.Errorf("identifiers %q %v %v", mail.MessageID, mail.InReplyTo, mail.References)
	}
	if mail.Subject != "Re: Café" || !mail.Date.Equal(time.Date(2027, 2, 8, 11, 5, 0, 0, time.UTC)) {
		t.Errorf("subject %q date %v", mail.Subject, mail.Date)
	}
}

func TestAddressesOutsideTheGrammarAreStillRead(t *testing.T) {
	for name, c := range map[string]struct{ field, name, address string }{
		"an unquoted comma in a name":         {"Adler, Ada <ada@example.com>", "Adler, Ada", "ada@example.com"},
		"an unquoted dot in a name":           {"Ada B. Adler <ada@example.com>", "Ada B. Adler", "ada@example.com"},
		"eight-bit text in a name":            {"Tom\xe1s <tomas@example.com>", "Tomás", "tomas@example.com"},
		"an address without brackets":         {"ada@example.com", "", "ada@example.com"},
		"an address in doubled brackets":      {"Ada <<ada@example.com>>", "Ada", "ada@example.com"},
		"a comment for a name":                {"ada@example.com (Ada)", "Ada", "ada@example.com"},
		"a quoted encoded word":               {`"=?utf-8?Q?Ad=C3=A4?=" <ada@example.com>`, "Adä", "ada@example.com"},
		"a line break hidden in a name":       {"=?utf-8?Q?Mal=0D=0ABcc=3A_x=40example.org?= <ada@example.com>", "Mal", "ada@example.com"},
		"an address in upper case":            {"<ADA@EXAMPLE.COM>", "", "ada@example.com"},
		"a name that looks like an address":   {`"boss@example.org" <ada@example.com>`, "boss@example.org", "ada@example.com"},
		"an unquoted address for a name":      {"boss@example.org <ada@example.com>", "boss@example.org", "ada@example.com"},
		"a group without members has nobody":  {"undisclosed-recipients:;", "", ""},
		"a domain without a local part":       {"Ada <@example.com>", "", ""},
		"an address longer than any":          {"Ada <" + strings.Repeat("a", 400) + "@example.com>", "", ""},
		"a loose address longer than any":     {"Ada B. <<" + strings.Repeat("a", 400) + "@example.com>>", "", ""},
		"blanks inside the brackets are gone": {"Ada < ada@example.com >", "Ada", "ada@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			mail := parseMail([]byte("From: " + c.field + "\r\n\r\nB\r\n"))
			if mail.From != (inbox.Address{Name: c.name, Address: c.address}) {
				t.Errorf("from %+v", mail.From)
			}
		})
	}
}

func TestAnIdentifierThatFitsNoLineIsNone(t *testing.T) {
	long := strings.Repeat("x", 5000) + "@example.com"
	mail := parseMail([]byte("From: a@b.c\r\nMessage-ID: <" + long + ">\r\nIn-Reply-To: " + long + "\r\nReferences: <" + long + "> <one@b.c>\r\n\r\nB\r\n"))
	if mail.MessageID != "" || len(mail.InReplyTo) > 0 || !slices.Equal(mail.References, []string{"one@b.c"}) {
		t.Errorf("%d octets, in reply to %d, after %d", len(mail.MessageID), len(mail.InReplyTo), len(mail.References))
	}
}

func TestTextIsReadInItsCharset(t *testing.T) {
	const polish, russian, japaneseText, chinese, french = "Środa pasuje, dziękuję", "Мне подходит среда", "水曜日でお願いします", "星期三可以", "Le créneau – très bien"
	plain := func(charset, body string) []byte {
		return rawMail("Content-Type: text/plain"+charset+"\nContent-Transfer-Encoding: 8bit\n", body+"\n")
	}
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"declared and true":                                 {plain("; charset=iso-8859-2", inCharset(t, charmap.ISO8859_2, polish)), polish},
		"koi8-r":                                            {plain("; charset=koi8-r", inCharset(t, charmap.KOI8R, russian)), russian},
		"windows-1251 in capitals":                          {plain(`; charset="WINDOWS-1251"`, inCharset(t, charmap.Windows1251, russian)), russian},
		"shift_jis":                                         {plain("; charset=Shift_JIS", inCharset(t, japanese.ShiftJIS, japaneseText)), japaneseText},
		"iso-2022-jp is seven-bit":                          {plain("; charset=ISO-2022-JP", inCharset(t, japanese.ISO2022JP, japaneseText)), japaneseText},
		"gb2312 is read as its superset":                    {plain("; charset=gb2312", inCharset(t, simplifiedchinese.GBK, chinese)), chinese},
		"gb18030":                                           {plain("; charset=gb18030", inCharset(t, simplifiedchinese.GB18030, chinese)), chinese},
		"declared utf-8, in truth windows-1252":             {plain("; charset=utf-8", inCharset(t, charmap.Windows1252, french)), french},
		"declared iso-8859-1, in truth windows-1252":        {plain("; charset=iso-8859-1", inCharset(t, charmap.Windows1252, french)), french},
		"declared iso-8859-1, in truth utf-8":               {plain("; charset=iso-8859-1", french), french},
		"declared us-ascii, in truth utf-8":                 {plain("; charset=us-ascii", french), french},
		"nothing declared, utf-8":                           {plain("", french), french},
		"nothing declared, windows-1252":                    {plain("", inCharset(t, charmap.Windows1252, french)), french},
		"an unknown charset, utf-8 by evidence":             {plain("; charset=x-klingon", french), french},
		"declared gb2312, in truth utf-8":                   {plain("; charset=gb2312", "星期三可以，谢谢"), "星期三可以，谢谢"},
		"one character of gbk that could be utf-8":          {plain("; charset=gb2312", inCharset(t, simplifiedchinese.GBK, "通")), "通"},
		"utf-16le without a mark":                           {rawMail("Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n", base64.StdEncoding.EncodeToString([]byte(inCharset(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), french)))), french},
		"a byte order mark is no text":                      {plain("; charset=utf-8", "\ufeff"+french), french},
		"quoted-printable with soft line breaks":            {rawMail("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", "Le cr=C3=A9neau =E2=80=93 tr=\n=C3=A8s bien\n"), french},
		"quoted-printable with stray equals signs":          {rawMail("Content-Transfer-Encoding: quoted-printable\n", "1 + 1 = 2 =)\n"), "1 + 1 = 2 =)"},
		"base64 in one endless line":                        {rawMail("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: BASE64\n", base64.StdEncoding.EncodeToString([]byte(strings.Repeat(french+" ", 40)))), strings.TrimSpace(strings.Repeat(french+" ", 40))},
		"base64 with foreign bytes and no end":              {rawMail("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n", "QiBpcyBm\n!!aW5l\nIHRo"), "B is fine th"},
		"utf-16 with its mark":                              {rawMail("Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n", base64.StdEncoding.EncodeToString([]byte(inCharset(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), french)))), french},
		"an unknown transfer encoding is taken as it is":    {rawMail("Content-Transfer-Encoding: x-uuencode\n", "plain words\n"), "plain words"},
		"flowed lines are joined":                           {rawMail("Content-Type: text/plain; format=flowed\n", "This sentence \ngoes on.\n"), "This sentence goes on."},
		"flowed lines with delsp are joined without blanks": {rawMail("Content-Type: text/plain; format=flowed; delsp=yes\n", "水曜 \n日\n"), "水曜日"},
		"space-stuffing of flowed text is undone":           {rawMail("Content-Type: text/plain; format=flowed\n", " From here on\n"), "From here on"},
	} {
		t.Run(name, func(t *testing.T) {
			if mail := parseMail(c.raw); mail.Text != c.want || mail.Kind != program.KindAnswer {
				t.Errorf("%s %q, want %q", mail.Kind, mail.Text, c.want)
			}
		})
	}
}

// multipartMail builds a multipart of parts, each "header lines, blank line, body".
func multipartMail(subtype string, parts ...string) []byte {
	var body strings.Builder
	for _, p := range parts {
		body.WriteString("--b0undary\n" + p + "\n")
	}
	return rawMail("Content-Type: multipart/"+subtype+"; boundary=b0undary\n", body.String()+"--b0undary--\n")
}

func TestPartsAreChosenAsTheWriterMeantThem(t *testing.T) {
	const plain, page = "Content-Type: text/plain\n\nB please\n", "Content-Type: text/html\n\n<p>B <b>please</b></p>\n"
	pdf := "Content-Type: application/pdf; name=\"plan.pdf\"\nContent-Disposition: attachment; filename=\"plan.pdf\"\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString(make([]byte, 1000)) + "\n"
	for name, c := range map[string]struct {
		raw  []byte
		text string
	}{
		"plain text before HTML":                      {multipartMail("alternative", plain, page), "B please"},
		"HTML where there is no plain text":           {multipartMail("alternative", page), "B please"},
		"HTML where the plain text is empty":          {multipartMail("alternative", "Content-Type: text/plain\n\n\n", page), "B please"},
		"all inline text, an attachment between":      {multipartMail("mixed", plain, pdf, "Content-Type: text/plain\n\nand thanks\n"), "B please\n\nand thanks"},
		"no attached text":                            {multipartMail("mixed", plain, "Content-Type: text/plain; name=notes.txt\nContent-Disposition: attachment\n\nnot mine\n"), "B please"},
		"a part without any header is plain":          {multipartMail("mixed", "\nB please\n"), "B please"},
		"a forwarded mail is not the writer's text":   {multipartMail("mixed", plain, "Content-Type: message/rfc822\n\nSubject: x\n\nfrom someone else\n"), "B please"},
		"a mail cut off in the middle":                {rawMail("Content-Type: multipart/mixed; boundary=b0undary\n", "--b0undary\nContent-Type: text/plain\n\nB please\n"), "B please"},
		"a boundary that never comes":                 {rawMail("Content-Type: multipart/mixed; boundary=b0undary\n", "B please\n"), "B please"},
		"a multipart without a boundary parameter":    {rawMail("Content-Type: multipart/mixed\n", "B please\n"), "B please"},
		"a broken Content-Type":                       {rawMail("Content-Type: text; charset\n", "B please\n"), "B please"},
		"a Content-Type folded without its blank":     {rawMail("Content-Type: multipart/mixed;\nboundary=\"b0undary\"\n", "--b0undary\n\nB please\n--b0undary--\n"), "B please"},
		"text about boundaries is text":               {multipartMail("mixed", "\nB please\n--b0undary2\n"), "B please\n--b0undary2"},
		"an inner multipart whose end is missing":     {multipartMail("mixed", "Content-Type: multipart/alternative; boundary=inner\n\n--inner\nContent-Type: text/plain\n\nB please\n", pdf), "B please"},
		"an inner boundary that begins like an outer": {rawMail("Content-Type: multipart/mixed; boundary=b\n", "--b\nContent-Type: multipart/alternative; boundary=bb\n\n--bb\n\nB please\n--bb--\n--b--\n"), "B please"},
		"blank lines before the header":               {append([]byte("\r\n\r\n"), rawMail("", "B please\n")...), "B please"},
		"a byte order mark before the header":         {append([]byte("\xef\xbb\xbf"), rawMail("", "B please\n")...), "B please"},
		"the line of an mbox before the header":       {append([]byte("From ada@example.com Mon Feb  8 12:05:00 2027\r\n"), rawMail("", "B please\n")...), "B please"},
		"a line that is no field in the header":       {rawMail("this is no field\nX-A: b\n", "B please\n"), "B please"},
		"line feeds only":                             {bytes.ReplaceAll(multipartMail("alternative", plain, page), []byte("\r\n"), []byte("\n")), "B please"},
		"carriage returns doubled":                    {bytes.ReplaceAll(multipartMail("alternative", plain, page), []byte("\r\n"), []byte("\r\r\n")), "B please"},
	} {
		t.Run(name, func(t *testing.T) {
			if mail := parseMail(c.raw); mail.Text != c.text || mail.Kind != program.KindAnswer {
				t.Errorf("%s (%s) %q, want %q", mail.Kind, mail.Reason, mail.Text, c.text)
			}
		})
	}
	mail := parseMail(multipartMail("mixed", plain, pdf))
	if len(mail.Attachments) != 1 || mail.Attachments[0] != (inbox.Attachment{Name: "plan.pdf", Type: "application/pdf", Size: 1000}) {
		t.Errorf("attachments %+v", mail.Attachments)
	}
}

func TestEncodedSizeTellsTheAttachmentsSize(t *testing.T) {
	for size := range 70 {
		var body bytes.Buffer
		content := bytes.Repeat([]byte("x"), size)
		body.WriteString(base64.StdEncoding.EncodeToString(content))
		mail := parseMail(multipartMail("mixed", "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n"+body.String()))
		if len(mail.Attachments) != 1 || mail.Attachments[0].Size != size {
			t.Fatalf("%d bytes: %+v", size, mail.Attachments)
		}
	}
}

func TestQuotedPrintableIsReadAsTheStandardLibraryWritesIt(t *testing.T) {
	const text = "Grüße = gut\n\nEine sehr lange Zeile, die der Kodierer umbrechen muss, weil sie mehr als sechsundsiebzig Zeichen hat.\n.\nEnde"
	var body bytes.Buffer
	w := quotedprintable.NewWriter(&body)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	mail := parseMail(rawMail("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n", strings.ReplaceAll(body.String(), "\r\n", "\n")))
	if mail.FullText != text {
		t.Errorf("%q", mail.FullText)
	}
}

func TestWhatGoesBeyondTheLimitsIsSetAside(t *testing.T) {
	deep := func(depth int) []byte {
		body := "Content-Type: text/plain\n\nB please\n"
		for i := range depth - 1 {
			body = fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%dx\n\n--b%dx\n%s\n--b%dx--\n", i, i, body, i)
		}
		return rawMail("Content-Type: multipart/mixed; boundary=top\n", "--top\n"+body+"--top--\n")
	}
	limits := inbox.DefaultLimits()
	parts := func(n int) []byte {
		return multipartMail("mixed", slices.Repeat([]string{"Content-Type: text/plain\n\nB\n"}, n)...)
	}
	for name, c := range map[string]struct {
		raw  []byte
		kind program.MailKind
	}{
		"as deep as allowed":              {deep(limits.Depth), program.KindAnswer},
		"deeper than allowed":             {deep(limits.Depth + 1), program.KindOversized},
		"far deeper than allowed":         {deep(2000), program.KindOversized},
		"as many parts as allowed":        {parts(limits.Parts), program.KindAnswer},
		"one part more than allowed":      {parts(limits.Parts + 1), program.KindOversized},
		"far more parts than allowed":     {parts(100000), program.KindOversized},
		"nothing at all":                  {nil, program.KindUnreadable},
		"bytes that are no mail":          {bytes.Repeat([]byte{0x89, 0x50, 0, 0xff}, 5000), program.KindUnreadable},
		"text without any header":         {[]byte("hello there\nhow are you"), program.KindUnreadable},
		"a header without a sender":       {[]byte("Subject: hello\r\n\r\nB\r\n"), program.KindUnreadable},
		"text that is not text":           {rawMail("", "B\x01\x02\x03"+strings.Repeat("\x00\x01", 500)), program.KindUnreadable},
		"an OpenPGP mail":                 {multipartMail(`encrypted; protocol="application/pgp-encrypted"`, "Content-Type: application/pgp-encrypted\n\nVersion: 1\n", "Content-Type: application/octet-stream\n\nxxxx\n"), program.KindUnreadable},
		"OpenPGP in the text":             {rawMail("", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"), program.KindUnreadable},
		"an S/MIME mail":                  {rawMail("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n", "AAAA\n"), program.KindUnreadable},
		"text only inside a winmail.dat":  {multipartMail("mixed", "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\nAAAA\n"), program.KindUnreadable},
		"text beside a winmail.dat":       {multipartMail("mixed", "Content-Type: text/plain\n\nB\n", "Content-Type: application/ms-tnef; name=winmail.dat\n\nAAAA\n"), program.KindAnswer},
		"a mail of one byte over the cap": {append(rawMail("", ""), bytes.Repeat([]byte("x"), limits.Bytes)...), program.KindOversized},
	} {
		t.Run(name, func(t *testing.T) {
			mail := parseMail(c.raw)
			if mail.Kind != c.kind || (mail.Kind == program.KindAnswer) != (mail.Reason == "") {
				t.Errorf("%s, reason %q, want %s", mail.Kind, mail.Reason, c.kind)
			}
		})
	}
}

func TestAnOversizedMailStillNamesItsSender(t *testing.T) {
	raw := append(rawMail("", "B\n"), bytes.Repeat([]byte("x"), 50<<20)...)
	mail := parseMail(raw)
	if mail.Kind != program.KindOversized || mail.From.Address != "ada@example.com" || mail.MessageID != "a1@example.com" || mail.Text != "" {
		t.Errorf("%s from %q text of %d bytes", mail.Kind, mail.From.Address, len(mail.Text))
	}
}

func TestTextBeyondItsLimitIsLeftOut(t *testing.T) {
	mail := parseMail(rawMail("", strings.Repeat("All of this is text.\n", 200000)))
	if limit := inbox.DefaultLimits().TextBytes; len(mail.FullText) > limit || len(mail.Text) > limit || mail.Kind != program.KindAnswer {
		t.Errorf("%s with %d bytes of text", mail.Kind, len(mail.Text))
	}
}
