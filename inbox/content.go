package inbox

import (
	"bytes"
	"path"
	"strings"
)

// content is what the parts of a mail hold for us.
type content struct {
	plain       string
	html        string
	calendar    []byte
	method      string
	invitation  bool // the calendar part is no mere attachment
	attachments []Attachment
	tnef        bool
	sealed      string // "encrypted" where the text is not ours to read
}

// collect reads the text and calendar parts and lists the others.
func collect(t tree, limits Limits) content {
	var c content
	room := limits.TextBytes
	for _, p := range t.parts {
		switch {
		case isCalendar(p):
			c.takeCalendar(p, limits)
		case isTNEF(p):
			c.tnef = true
		case isEncrypted(p):
			c.sealed = "the text is encrypted"
		case p.media == "text/plain" && p.isBody():
			text := p.text(room)
			room -= len(text)
			c.plain = joinText(c.plain, text)
		case p.media == "text/html" && p.isBody():
			text := p.text(room)
			room -= len(text)
			c.html = joinText(c.html, text)
		case isReport(p):
		default:
			c.attachments = append(c.attachments, Attachment{p.name, p.media, p.size()})
		}
	}
	return c
}

// isBody tells text to be read from text that was attached (RFC 2183 §2.1-2).
func (p bodyPart) isBody() bool {
	return p.disposition != "attachment" && (p.name == "" || p.disposition == "inline")
}

// text returns the part's text in UTF-8 with bare line feeds, flowed lines
// joined.
func (p bodyPart) text(limit int) string {
	if limit <= 0 {
		return ""
	}
	text := toUTF8(p.decoded(limit), p.params["charset"])
	text = lineFeeds.Replace(text)
	if strings.EqualFold(p.params["format"], "flowed") && p.media == "text/plain" {
		text = unflow(text, strings.EqualFold(p.params["delsp"], "yes"))
	}
	return text
}

// lineFeeds makes every way to end a line one line feed.
var lineFeeds = strings.NewReplacer("\r\r\n", "\n", "\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n", "\x00", "\uFFFD")

func joinText(a, b string) string {
	if strings.TrimSpace(a) == "" {
		return b
	}
	if strings.TrimSpace(b) == "" {
		return a
	}
	return strings.TrimRight(a, "\n") + "\n\n" + b
}

// isCalendar tells iCalendar parts by type, and by name where a program sent
// them as plain bytes.
func isCalendar(p bodyPart) bool {
	switch p.media {
	case "text/calendar", "application/ics", "text/x-vcalendar", "application/calendar":
		return true
	case "application/octet-stream", "text/plain", "application/x-unknown", "application/binary":
		return strings.EqualFold(path.Ext(p.name), ".ics")
	}
	return false
}

// takeCalendar keeps the calendar part. The first text/calendar is the one
// that the sender's program meant; a copy attached as a file comes second.
func (c *content) takeCalendar(p bodyPart, limits Limits) {
	inline := p.media == "text/calendar"
	if len(c.calendar) > 0 && (c.invitation || !inline) {
		c.attachments = append(c.attachments, Attachment{p.name, p.media, p.size()})
		return
	}
	raw := p.decoded(limits.TextBytes)
	if len(bytes.TrimSpace(raw)) == 0 {
		return
	}
	c.calendar = raw
	c.invitation = inline
	c.method = strings.ToUpper(p.params["method"])
	if c.method == "" {
		c.method = calendarMethod(raw)
	}
}

// calendarMethod finds the METHOD property (RFC 5545 §3.7.2) for sorting the
// mail; the part itself is read elsewhere.
func calendarMethod(raw []byte) string {
	for len(raw) > 0 {
		var line []byte
		line, raw = cutLine(raw)
		if len(line) > 7 && bytes.EqualFold(line[:7], []byte("METHOD:")) {
			return strings.ToUpper(string(bytes.TrimSpace(line[7:])))
		}
		if len(line) > 6 && bytes.EqualFold(line[:6], []byte("BEGIN:")) && !bytes.EqualFold(bytes.TrimSpace(line[6:]), []byte("VCALENDAR")) {
			break
		}
	}
	return ""
}

func isTNEF(p bodyPart) bool {
	return p.media == "application/ms-tnef" || p.media == "application/vnd.ms-tnef" || strings.EqualFold(p.name, "winmail.dat")
}

// isEncrypted tells OpenPGP (RFC 3156 §4) and S/MIME (RFC 8551 §3.3).
func isEncrypted(p bodyPart) bool {
	if p.media == "application/pgp-encrypted" {
		return true
	}
	return (p.media == "application/pkcs7-mime" || p.media == "application/x-pkcs7-mime") && p.params["smime-type"] != "signed-data"
}

// isReport tells the machine-readable parts of a multipart/report (RFC 6522),
// which are no attachments.
func isReport(p bodyPart) bool {
	return strings.HasPrefix(p.media, "message/") || p.media == "text/rfc822-headers" || p.media == "application/pgp-signature" || p.media == "application/pkcs7-signature" || p.media == "application/x-pkcs7-signature"
}

// unflow joins flowed lines (RFC 3676 §4): a line that ends in a blank goes on
// in the next of the same quote depth. "-- " ends every paragraph (§4.3).
func unflow(text string, delSp bool) string {
	var out strings.Builder
	out.Grow(len(text))
	open, openDepth := false, 0
	for len(text) > 0 {
		line, rest, found := strings.Cut(text, "\n")
		text = rest
		depth := quoteDepth(line)
		content := strings.TrimPrefix(line[depth:], " ") // §4.4: space-stuffing
		if depth > 0 && content != "" && content != "-- " {
			content = strings.TrimLeft(content, " ")
		}
		signature := content == "-- "
		if open && (depth != openDepth || signature) {
			out.WriteByte('\n')
			open = false
		}
		if !open {
			out.WriteString(line[:depth])
			if depth > 0 && content != "" {
				out.WriteByte(' ')
			}
		}
		flows := strings.HasSuffix(content, " ") && !signature && found
		if flows && delSp {
			content = content[:len(content)-1]
		}
		out.WriteString(content)
		if open, openDepth = flows, depth; !flows && found {
			out.WriteByte('\n')
		}
	}
	return out.String()
}

func quoteDepth(line string) int {
	depth := 0
	for depth < len(line) && line[depth] == '>' {
		depth++
	}
	return depth
}

// File is an attachment with its content.
type File struct {
	Attachment
	Content []byte
}

// Files decodes the attachments of a mail, for the few that keep them, up to
// limit octets in all; those beyond are left out.
func Files(raw []byte, limits Limits, limit int) []File {
	if len(raw) > limits.Bytes {
		return nil
	}
	var files []File
	for _, p := range walk(raw, limits).parts {
		if isCalendar(p) || isTNEF(p) || isReport(p) || p.isBody() && (p.media == "text/plain" || p.media == "text/html") {
			continue
		}
		if size := p.size(); size <= limit {
			limit -= size
			files = append(files, File{Attachment{p.name, p.media, size}, p.decoded(size)})
		}
	}
	return files
}
