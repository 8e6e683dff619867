package inbox

import (
	"bytes"
	"encoding/base64"
	"mime"
	"strings"
)

// bodyPart is one leaf of a mail's tree of parts: not multipart itself. Its body
// is a slice of the raw mail, still in its transfer encoding.
type bodyPart struct {
	header      header
	media       string // the media type in lower case
	params      map[string]string
	disposition string
	name        string // of the file
	encoding    string
	body        []byte
	parents     []string // media types of the multiparts around it
}

// tree is a mail in its parts.
type tree struct {
	header header
	media  string
	params map[string]string
	parts  []bodyPart
	excess string // which limit was passed, "" where none was
	broken string // what is wrong with its structure, "" where nothing is
	size   int
}

// walk splits a raw mail into its parts (RFC 2046 §5.1). Bodies are not
// copied. It is as tolerant as mail programs are, because people's mail passes
// through servers that cut and rewrite it: end boundaries may be missing,
// parts may lack their header, line ends may be mixed. Every level of nesting
// costs one scan, and the levels are limited.
func walk(raw []byte, limits Limits) tree {
	var t tree
	t.size = len(raw)
	// Some programs begin with a byte order mark or a blank line.
	raw = bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), "\r\n")
	h, body := readHeader(raw, limits)
	t.header = h
	root := newPart(h, body, "text/plain")
	t.media, t.params = root.media, root.params
	if len(h) >= limits.Fields || len(raw)-len(body) >= limits.HeaderBytes {
		t.excess = "a header too long" // what says that the mail is automatic may stand in the rest
		return t
	}
	t.descend(root, limits)
	return t
}

// newPart reads the header fields that say what a part is (RFC 2045, 2183).
func newPart(h header, body []byte, fallback string) bodyPart {
	p := bodyPart{header: h, body: body, media: fallback}
	if value := h.get("content-type"); value != "" {
		p.media, p.params = mediaType(value, fallback)
	}
	if value := h.get("content-disposition"); value != "" {
		var params map[string]string
		p.disposition, params = mediaType(value, "attachment")
		p.name = params["filename"]
	}
	if p.name == "" {
		p.name = p.params["name"]
	}
	p.name = oneLine(decodeWords(p.name))
	p.encoding = strings.ToLower(strings.Trim(h.get("content-transfer-encoding"), " \t\";"))
	return p
}

// mediaType reads a parameterised value; where the grammar is broken, it
// takes what stands before the first semicolon and every parameter it can.
func mediaType(value, fallback string) (string, map[string]string) {
	if len(value) > 8<<10 {
		value = value[:8<<10]
	}
	media, params, err := mime.ParseMediaType(value)
	if err == nil && media != "" {
		return media, params
	}
	media, rest, _ := strings.Cut(value, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	if fields := strings.Fields(media); len(fields) > 0 {
		media = fields[0]
	}
	if media == "" || (!strings.Contains(media, "/") && strings.Contains(fallback, "/")) {
		media = fallback
	}
	return media, looseParams(rest)
}

// looseParams reads parameters that break RFC 2045 §5.1: unquoted blanks,
// doubled names, missing values.
func looseParams(rest string) map[string]string {
	params := make(map[string]string)
	for rest != "" && len(params) < 32 {
		rest = strings.TrimLeft(rest, " \t;")
		name, after, ok := strings.Cut(rest, "=")
		if !ok {
			break
		}
		var value string
		after = strings.TrimLeft(after, " \t")
		if strings.HasPrefix(after, `"`) {
			value, rest, _ = strings.Cut(after[1:], `"`)
		} else {
			value, rest, _ = strings.Cut(after, ";")
		}
		name = strings.ToLower(strings.TrimSpace(name))
		if _, seen := params[name]; !seen && name != "" {
			params[name] = strings.TrimSpace(value)
		}
	}
	return params
}

// descend adds p, or the parts of p, to the tree.
func (t *tree) descend(p bodyPart, limits Limits) {
	if !strings.HasPrefix(p.media, "multipart/") {
		t.add(p, limits)
		return
	}
	if len(p.parents) >= limits.Depth {
		t.excess = "parts nested too deeply"
		return
	}
	boundary := p.params["boundary"]
	bodies := splitParts(p.body, boundary, limits.Parts-len(t.parts)+1)
	if len(bodies) == 0 {
		// Without its boundary a multipart is read as the text that it is.
		t.broken = "multipart without its boundary"
		p.media, p.encoding = "text/plain", ""
		t.add(p, limits)
		return
	}
	fallback := "text/plain"
	if p.media == "multipart/digest" {
		fallback = "message/rfc822" // RFC 2046 §5.1.5
	}
	parents := append(append([]string(nil), p.parents...), p.media)
	for _, body := range bodies {
		h, content := readHeader(body, limits)
		child := newPart(h, content, fallback)
		child.parents = parents
		t.descend(child, limits)
		if t.excess != "" {
			return
		}
	}
}

func (t *tree) add(p bodyPart, limits Limits) {
	if len(t.parts) >= limits.Parts {
		t.excess = "too many parts"
		return
	}
	t.parts = append(t.parts, p)
}

// splitParts returns what stands between the boundary lines, at most limit
// pieces. Preamble and epilogue are no part of a mail (RFC 2046 §5.1.1).
func splitParts(body []byte, boundary string, limit int) [][]byte {
	if boundary == "" {
		return nil
	}
	delimiter := []byte("--" + boundary)
	var parts [][]byte
	start := -1
	for at := 0; at <= len(body); {
		i := bytes.Index(body[at:], delimiter)
		if i < 0 {
			break
		}
		i += at
		end, last, ok := delimiterLine(body, i, len(delimiter))
		if !ok {
			at = i + len(delimiter)
			continue
		}
		if start >= 0 {
			parts = append(parts, beforeLine(body[start:i]))
		}
		if last || len(parts) >= limit {
			return parts
		}
		start, at = end, end
	}
	if start >= 0 && start < len(body) {
		parts = append(parts, body[start:]) // cut off before its end
	}
	return parts
}

// delimiterLine checks that the delimiter at i is a whole line; end is where
// the next line begins, last tells the closing delimiter.
func delimiterLine(body []byte, i, length int) (end int, last, ok bool) {
	if i > 0 && body[i-1] != '\n' {
		return 0, false, false
	}
	rest := body[i+length:]
	line := rest
	end = len(body)
	if n := bytes.IndexByte(rest, '\n'); n >= 0 {
		line = rest[:n]
		end = i + length + n + 1
	}
	if bytes.HasPrefix(line, []byte("--")) {
		last, line = true, line[2:]
	}
	return end, last, len(bytes.TrimSpace(line)) == 0
}

// beforeLine takes away the line end that belongs to the delimiter behind it.
func beforeLine(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}

// decoded returns at most limit bytes of the part's content, out of its
// transfer encoding (RFC 2045 §6). What cannot be decoded is left out.
func (p bodyPart) decoded(limit int) []byte {
	switch p.encoding {
	case "base64":
		return decodeBase64(p.body, limit)
	case "quoted-printable":
		return decodeQuotedPrintable(p.body, limit)
	}
	return p.body[:min(len(p.body), limit)]
}

// size is the number of bytes of the part's content, as its encoded form tells.
func (p bodyPart) size() int {
	if p.encoding != "base64" {
		return len(p.body)
	}
	n := len(p.body) - bytes.Count(p.body, []byte{'\n'}) - bytes.Count(p.body, []byte{'\r'})
	return n/4*3 - bytes.Count(p.body[max(0, len(p.body)-8):], []byte{'='})
}

// decodeBase64 decodes what is base64 and passes over everything else, as
// RFC 2045 §6.8 asks; a "=" ends a group, not the text, since some programs
// join encoded pieces.
func decodeBase64(b []byte, limit int) []byte {
	out := make([]byte, 0, min(limit+3, len(b)/4*3+3))
	clean := make([]byte, 0, 4096)
	flush := func() {
		n := base64.RawStdEncoding.DecodedLen(len(clean))
		at := len(out)
		out = append(out, make([]byte, n)...)
		done, _ := base64.RawStdEncoding.Decode(out[at:], clean)
		out = out[:at+done]
		clean = clean[:0]
	}
	for _, c := range b {
		switch {
		case isBase64[c]:
			if clean = append(clean, c); len(clean) == cap(clean) {
				flush()
			}
		case c == '=' && len(clean) > 0:
			flush()
		}
		if len(out) >= limit {
			break
		}
	}
	flush()
	return out[:min(len(out), limit)]
}

var isBase64 = func() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		set[c] = true
	}
	return set
}()

// decodeQuotedPrintable decodes RFC 2045 §6.7. An "=" that begins no code
// stays as it is; lines may have any length.
func decodeQuotedPrintable(b []byte, limit int) []byte {
	out := make([]byte, 0, min(limit, len(b)))
	for len(b) > 0 && len(out) < limit {
		i := bytes.IndexByte(b, '\n')
		line := b
		if i >= 0 {
			line, b = b[:i], b[i+1:]
		} else {
			b = nil
		}
		line = bytes.TrimRight(line, " \t\r")
		soft := bytes.HasSuffix(line, []byte("="))
		if soft {
			line = line[:len(line)-1]
		}
		out = appendUnquoted(out, line)
		if !soft && i >= 0 {
			out = append(out, '\n')
		}
	}
	return out[:min(len(out), limit)]
}

func appendUnquoted(out, line []byte) []byte {
	for i := 0; i < len(line); i++ {
		if line[i] == '=' && i+2 < len(line) {
			high, low := hexDigit(line[i+1]), hexDigit(line[i+2])
			if high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				i += 2
				continue
			}
		}
		out = append(out, line[i])
	}
	return out
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
