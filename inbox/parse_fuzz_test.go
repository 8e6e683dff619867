package inbox_test

import (
	"bytes"
	"encoding/base64"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/program"
)

// gmailReply is the commonest mail that we get: a person's reply out of Gmail.
func gmailReply() []byte {
	const quote = "On Mon, 8 Feb 2027 at 08:00, Mentor Everywhere <mentor+q7c2@example.org>\nwrote:\n\n> Hello,\n>\n> these times fit both of your calendars:\n>\n> A   Thu 11 Feb 2027, 10:00-10:45\n> B   Fri 12 Feb 2027, 14:30-15:15\n"
	raw := ourHop + foreignHop + "Authentication-Results: mx.example.org; dkim=pass header.d=example.com;\n\tdmarc=pass header.from=example.com\n" +
		"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=k; h=from:to:subject;\n bh=" + strings.Repeat("x", 43) + ";\n b=" + strings.Repeat("y", 340) + "\n"
	parts := multipartMail("alternative",
		"Content-Type: text/plain; charset=\"UTF-8\"\nContent-Transfer-Encoding: quoted-printable\n\nB is great =E2=80=93 thanks so much!\n\n"+quote,
		"Content-Type: text/html; charset=\"UTF-8\"\nContent-Transfer-Encoding: quoted-printable\n\n<div dir=3D\"ltr\">B is great =E2=80=93 thanks so much!</div><br><div class=3D\"gmail_quote\">"+strings.ReplaceAll(quote, "\n", "<br>=\n")+"</div>\n")
	return append([]byte(strings.ReplaceAll(raw, "\n", "\r\n")), parts...)
}

// withAttachment is a mail of about size bytes with one file.
func withAttachment(size int) []byte {
	line := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0x5a}, 57)) + "\r\n"
	file := strings.Repeat(line, size/len(line))
	head := rawMail("Content-Type: multipart/mixed; boundary=b0undary\n", "--b0undary\nContent-Type: text/plain\n\nB please\n--b0undary\nContent-Type: video/mp4; name=talk.mp4\nContent-Transfer-Encoding: base64\n\n")
	return append(append(head, file...), "--b0undary--\r\n"...)
}

func FuzzParse(f *testing.F) {
	f.Add(gmailReply())
	f.Add(multipartMail("mixed", replyPart, "Content-Type: application/ms-tnef\n\nx"))
	f.Add(rawMail("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n", "--b\n\nx\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.c\nStatus: 5.1.1\n--b--\n"))
	f.Add(rawMail("Content-Type: text/html; charset=iso-2022-jp\nContent-Transfer-Encoding: base64\n", "PGI+eDwvYj4=\n"))
	f.Add([]byte("From: \"a\xff <x@y>, z\r\n\ty:\r\nContent-Type: multipart/mixed; boundary=\"\"\r\n\r\n----\r\n"))
	limits := inbox.Limits{Bytes: 1 << 20, HeaderBytes: 16 << 10, Fields: 100, Depth: 4, Parts: 20, TextBytes: 32 << 10}
	f.Fuzz(func(t *testing.T, raw []byte) {
		mail := inbox.Parse(raw, limits)
		if mail.Kind == "" {
			t.Error("a mail without a kind")
		}
		// A byte becomes at most three in UTF-8, and each part is cut.
		if bound := 4 * limits.TextBytes; len(mail.Text) > bound || len(mail.FullText) > bound || len(mail.Calendar) > bound {
			t.Errorf("text of %d, %d and %d bytes", len(mail.Text), len(mail.FullText), len(mail.Calendar))
		}
		if strings.ContainsAny(mail.Subject+mail.From.Name+mail.From.Address, "\r\n") {
			t.Errorf("a line break in %q or %q", mail.Subject, mail.From)
		}
	})
}

func BenchmarkParseOrdinary(b *testing.B) {
	raw, limits := gmailReply(), inbox.DefaultLimits()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if mail := inbox.Parse(raw, limits); mail.Text != "B is great – thanks so much!" {
			b.Fatalf("%q", mail.Text)
		}
	}
}

func BenchmarkParseAttachment(b *testing.B) {
	raw, limits := withAttachment(25<<20), inbox.DefaultLimits()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if mail := inbox.Parse(raw, limits); len(mail.Attachments) != 1 {
			b.Fatalf("%s %s", mail.Kind, mail.Reason)
		}
	}
}

func TestALargeAttachmentCostsLittleTimeAndMemory(t *testing.T) {
	raw := withAttachment(25 << 20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	mail := inbox.Parse(raw, inbox.DefaultLimits())
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if mail.Text != "B please" || mail.Kind != program.KindAnswer {
		t.Errorf("%s %q", mail.Kind, mail.Text)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 || took > 300*time.Millisecond {
		t.Errorf("%d bytes allocated in %v", used, took)
	}
}

// TestHostileMailCostsNoMoreThanItsLength parses mails that make careless
// parsers slow: the time for them is bounded far below what quadratic cost
// would take.
func TestHostileMailCostsNoMoreThanItsLength(t *testing.T) {
	const size = 4 << 20
	fill := func(piece string) string { return strings.Repeat(piece, size/len(piece)) }
	for name, raw := range map[string][]byte{
		"boundary lines without end":       rawMail("Content-Type: multipart/mixed; boundary=b\n", fill("--b\n")),
		"half a boundary everywhere":       rawMail("Content-Type: multipart/mixed; boundary=bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n", fill("--bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")),
		"header fields without end":        []byte("From: a@b.c\r\n" + fill("X: y\r\n")),
		"one folded field without end":     []byte("From: a@b.c\r\nSubject: x\r\n" + fill(" y\r\n")),
		"references without end":           []byte("From: a@b.c\r\nReferences: " + fill("<a@b> ") + "\r\n\r\nB"),
		"recipients without end":           []byte("From: a@b.c\r\nTo: " + fill("a@b, ") + "\r\n\r\nB"),
		"authors without commas":           []byte("From: " + fill("a@b ") + "\r\n\r\nB"),
		"at signs for an author":           []byte("From: " + fill("@ ") + "\r\n\r\nB"),
		"open comments in results":         []byte("From: a@b.c\r\nAuthentication-Results: x; " + fill("(") + "\r\n\r\nB"),
		"encoded words without end":        []byte("From: a@b.c\r\nSubject: " + fill("=?utf-8?q?x?= ") + "\r\n\r\nB"),
		"nested blockquotes":               rawMail("Content-Type: text/html\n", fill("<blockquote>x")),
		"tags left open":                   rawMail("Content-Type: text/html\n", fill("<div a=b ")),
		"quote marks":                      rawMail("", fill("> > > > x\n")),
		"one line of quote marks":          rawMail("", fill(">")),
		"beginnings of attributions":       rawMail("", fill("On 3 May 2027 a@b.c:\n")),
		"beginnings of header blocks":      rawMail("", fill("From: a@b.c\nx\n")),
		"at signs in a bounce":             append([]byte("Return-Path: <>\r\n"), rawMail("", "could not be delivered\n"+fill("@"))...),
		"quotes and at signs in a bounce":  append([]byte("Return-Path: <>\r\n"), rawMail("", "could not be delivered\n"+fill("\"@"))...),
		"recipients of a status report":    rawMail("Content-Type: message/delivery-status\n", fill("Final-Recipient: rfc822; a@b.c\n\n")),
		"flowed lines without end":         rawMail("Content-Type: text/plain; format=flowed\n", fill("a \n")),
		"parameters of a Content-Type":     []byte("From: a@b.c\r\nContent-Type: text/plain" + fill("; a*0=b") + "\r\n\r\nB"),
		"carriage returns":                 rawMail("", fill("\r")),
		"fences":                           rawMail("", fill("```\n")),
		"signature marks":                  rawMail("", fill("--\n")),
		"telephone lines":                  rawMail("", fill("Sent from my phone\n")),
		"the beginnings of disclaimers":    rawMail("", fill("This email is confidential\n\n")),
		"a disclaimer that is never found": rawMail("", fill("and so on\n")),
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			mail := inbox.Parse(raw, inbox.DefaultLimits())
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("%v for %d bytes (%s)", took, len(raw), mail.Kind)
			} else {
				t.Logf("%v (%s)", took, mail.Kind)
			}
		})
	}
}
