package inbox

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emersion/go-message"
)

// wellFormed are mails on which every reader agrees.
var wellFormed = map[string]string{
	"one part":            "From: a@b.c\nContent-Type: text/plain; charset=utf-8\n\nhello\n",
	"no MIME at all":      "From: a@b.c\nSubject: x\n\nhello\n",
	"quoted-printable":    "From: a@b.c\nContent-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\na=C3=A4 =\nb\n",
	"base64":              "From: a@b.c\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\naGVsbG8g\nd29ybGQ=\n",
	"an alternative":      "From: a@b.c\nContent-Type: multipart/alternative; boundary=\"x y\"\n\npreamble\n--x y\nContent-Type: text/plain\n\none\n--x y\nContent-Type: text/html\n\n<p>two\n--x y--\nepilogue\n",
	"nested multiparts":   "From: a@b.c\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\none\n--i\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\n--i--\n--o\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n--o--\n",
	"a folded parameter":  "From: a@b.c\nContent-Type: multipart/mixed;\n\tboundary=\"----=_Part_1\"\n\n------=_Part_1\n\none\n------=_Part_1--\n",
	"blanks behind lines": "From: a@b.c\nContent-Type: multipart/mixed; boundary=o\n\n--o  \n\none\n--o--  \n",
	"an empty part":       "From: a@b.c\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\n\n--o\n\ntwo\n--o--\n",
	"a digest":            "From: a@b.c\nContent-Type: multipart/digest; boundary=o\n\n--o\n\nSubject: x\n\none\n--o--\n",
}

// TestWalkSeesWhatGoMessageSees holds the walker, which never fails, to the
// strict reader where that one succeeds.
func TestWalkSeesWhatGoMessageSees(t *testing.T) {
	for name, text := range wellFormed {
		t.Run(name, func(t *testing.T) {
			raw := []byte(strings.ReplaceAll(text, "\n", "\r\n"))
			entity, err := message.Read(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			var want, got []string
			err = entity.Walk(func(_ []int, e *message.Entity, err error) error {
				media, _, _ := e.Header.ContentType()
				if err != nil || strings.HasPrefix(media, "multipart/") {
					return err
				}
				body, err := io.ReadAll(e.Body)
				want = append(want, fmt.Sprintf("%s %q", media, body))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			limits := DefaultLimits()
			for _, p := range walk(raw, limits).parts {
				body := p.decoded(limits.TextBytes)
				if p.encoding == "quoted-printable" {
					body = bytes.ReplaceAll(body, []byte("\n"), []byte("\r\n"))
				}
				media := p.media
				if p.header.get("content-type") == "" && media == "message/rfc822" {
					media = "text/plain" // go-message does not know digests
				}
				got = append(got, fmt.Sprintf("%s %q", media, body))
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("\ngot  %s\nwant %s", got, want)
			}
		})
	}
}
