package inbox

import (
	"fmt"
	"strings"
	"testing"
)

// ordinaryMail is a reply as a web mail program sends it: a text and an HTML
// part, each with the offer quoted below.
func ordinaryMail(answer string) []byte {
	quote := "On Mon, 8 Feb 2027 at 08:00, Mentor Everywhere <mentor+q7c2@example.org>\r\nwrote:\r\n\r\n" +
		"> Hello,\r\n>\r\n> these times fit both of your calendars:\r\n>\r\n> A   Thu 11 Feb 2027, 10:00-10:45\r\n> B   Fri 12 Feb 2027, 14:30-15:15\r\n> C   Mon 15 Feb 2027, 09:00-09:45\r\n>\r\n> Reply with a letter, or write a time that suits you better.\r\n"
	text := strings.ReplaceAll(answer, "\n", "\r\n")
	return []byte("From: Ada <ada@example.com>\r\nTo: Mentor Everywhere <mentor+q7c2@example.org>\r\nSubject: Re: Finding a time\r\n" +
		"Date: Mon, 08 Feb 2027 09:00:00 +0000\r\nMessage-ID: <m1@example.com>\r\nIn-Reply-To: <offer-71@example.org>\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/alternative; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n\r\n" + quote +
		"\r\n--b1\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<div dir=\"ltr\">" + text + "</div><br><div class=\"gmail_quote\">" + quote + "</div>\r\n--b1--\r\n")
}

// BenchmarkReader reads whole mails, from their bytes to their requests.
func BenchmarkReader(b *testing.B) {
	var mails [][]byte
	var readers []Reader
	for _, row := range requestRows(b) {
		mails = append(mails, ordinaryMail(row.text))
		readers = append(readers, readerFor(row.context, row.locale))
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		n := i % len(mails)
		mail := Parse(mails[n], DefaultLimits())
		Read(mail.Text, mail.Quoted, readers[n])
		i++
	}
	b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "mails/s")
}

// BenchmarkLongText shows that the cost of a text grows no faster than it.
func BenchmarkLongText(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("%d pages", n), func(b *testing.B) {
			text := strings.Repeat("We talked about Tuesday at 3 and I can't make it, but B works. Could we move it? No problem.\n", 20*n)
			r := readerFor("offer", "en")
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Read(text, nil, r)
			}
		})
	}
}
