package mailer

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/emersion/go-message"
)

// body is what a message consists of. A calendar makes it an invitation.
// Further files are attached after it.
type body struct {
	plain, html string
	calendar    []byte
	method      string // METHOD of the calendar
	files       []File
	boundary    string
}

// write writes header and body. The form is the one that Gmail, Outlook, Apple
// Mail and Thunderbird all act on: alternative { plain, html }, and with a
// calendar mixed { alternative { plain, html, calendar }, attachment }. The
// calendar comes last in the alternative, because the last part that a reader
// understands is the one it shows (RFC 2046 §5.1.4).
func (b body) write(out *bytes.Buffer, fields []field) error {
	top := "multipart/alternative"
	if b.calendar != nil || len(b.files) > 0 {
		top = "multipart/mixed"
	}
	for _, f := range fields {
		fold(out, f)
	}
	var header message.Header
	header.SetContentType(top, map[string]string{"boundary": b.boundary + "top"})
	header.Set("MIME-Version", "1.0")
	var rest bytes.Buffer
	w, err := message.CreateWriter(&rest, header)
	if err != nil {
		return fmt.Errorf("open %s: %w", top, err)
	}
	if top == "multipart/mixed" {
		err = b.mixed(w)
	} else {
		err = b.texts(w)
	}
	if err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("close %s: %w", top, err)
	}
	out.Write(rest.Bytes())
	return nil
}

// mixed writes the texts, and what is attached to them.
func (b body) mixed(w *message.Writer) error {
	if err := b.alternative(w); err != nil {
		return err
	}
	if b.calendar != nil {
		invitation := part{"application/ics", map[string]string{"name": "invite.ics"}, "base64", "invite.ics", b.calendar}
		if err := invitation.write(w); err != nil {
			return err
		}
	}
	for _, f := range b.files {
		params := map[string]string{}
		if strings.HasPrefix(f.MediaType, "text/") {
			params["charset"] = "utf-8"
		}
		if err := (part{f.MediaType, params, "base64", tidy(f.Name), f.Content}).write(w); err != nil {
			return err
		}
	}
	return nil
}

// alternative writes the texts and the calendar as forms of the same.
func (b body) alternative(w *message.Writer) error {
	var header message.Header
	header.SetContentType("multipart/alternative", map[string]string{"boundary": b.boundary + "alt"})
	alternative, err := w.CreatePart(header)
	if err != nil {
		return fmt.Errorf("open multipart/alternative: %w", err)
	}
	if err := b.texts(alternative); err != nil {
		return err
	}
	if b.calendar == nil {
		return closePart(alternative)
	}
	// RFC 6047 §2.4: the method parameter is the calendar's METHOD. Outlook
	// turns down a message in which they differ.
	calendar := part{"text/calendar", map[string]string{"charset": "utf-8", "method": b.method}, "quoted-printable", "", b.calendar}
	if err := calendar.write(alternative); err != nil {
		return err
	}
	return closePart(alternative)
}

func closePart(w *message.Writer) error {
	if err := w.Close(); err != nil {
		return fmt.Errorf("close multipart/alternative: %w", err)
	}
	return nil
}

func (b body) texts(w *message.Writer) error {
	charset := map[string]string{"charset": "utf-8"}
	plain := part{"text/plain", charset, "quoted-printable", "", []byte(b.plain)}
	if err := plain.write(w); err != nil {
		return err
	}
	html := part{"text/html", charset, "quoted-printable", "", []byte(b.html)}
	return html.write(w)
}

// part is one leaf of a message.
type part struct {
	mediaType string
	params    map[string]string
	encoding  string
	fileName  string // of an attachment
	content   []byte
}

func (p part) write(w *message.Writer) error {
	var header message.Header
	header.SetContentType(p.mediaType, p.params)
	header.Set("Content-Transfer-Encoding", p.encoding)
	if p.fileName != "" {
		header.SetContentDisposition("attachment", map[string]string{"filename": p.fileName})
	}
	writer, err := w.CreatePart(header)
	if err != nil {
		return fmt.Errorf("open %s: %w", p.mediaType, err)
	}
	if _, err := writer.Write(p.content); err != nil {
		return fmt.Errorf("write %s: %w", p.mediaType, err)
	}
	if err := writer.Close(); err != nil {
		return fmt.Errorf("close %s: %w", p.mediaType, err)
	}
	return nil
}

// The length at which header lines are folded (RFC 5322 §2.1.1).
const foldAt = 76

// fold writes a header field, folded at its blanks. A word is never broken:
// the longest that there is, an unsubscribe link, stays far below 998 octets.
func fold(out io.StringWriter, f field) {
	column := len(f.name) + 1
	line := f.name + ":"
	for i, word := range strings.Fields(f.value) {
		if i > 0 && column+1+len(word) > foldAt {
			line += "\r\n"
			column = 0
		}
		line += " " + word
		column += 1 + len(word)
	}
	_, _ = out.WriteString(line + "\r\n") // a buffer takes everything
}
