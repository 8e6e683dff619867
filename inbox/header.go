package inbox

import (
	"bytes"
	"io"
	"mime"
	"net/mail"
	"strings"
	"time"
)

// field is one header field: its name in lower case, its value unfolded.
type field struct {
	name  string
	value string
}

// header is a header section in its order, which tells who added what
// (RFC 5321 §4.4: trace fields are prepended).
type header []field

// get returns the first value of a field, "" where there is none.
func (h header) get(name string) string {
	for _, f := range h {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// all returns every value of a field, topmost first.
func (h header) all(name string) []string {
	var values []string
	for _, f := range h {
		if f.name == name {
			values = append(values, f.value)
		}
	}
	return values
}

func (h header) has(name string) bool {
	for _, f := range h {
		if f.name == name {
			return true
		}
	}
	return false
}

// readHeader reads a header section and returns it with the body behind it.
// A line that is no field is left out, as mail servers do; a section without
// an end is all header (RFC 5322 §2.2).
func readHeader(raw []byte, limits Limits) (header, []byte) {
	fields := make(header, 0, 24)
	section := raw
	for len(section) > 0 && len(raw)-len(section) < limits.HeaderBytes {
		line, rest := cutLine(section)
		section = rest
		if len(line) == 0 {
			break
		}
		if line[0] == ' ' || line[0] == '\t' {
			continue // the continuation of a line that was no field
		}
		name, ok := fieldName(line)
		if !ok {
			if len(fields) == 0 && !bytes.HasPrefix(line, []byte("From ")) && !bytes.HasPrefix(line, []byte(">From ")) {
				return fields, raw // a part without any header
			}
			if n := len(fields) - 1; n >= 0 && strings.HasSuffix(fields[n].value, ";") && len(fields[n].value) < 2000 {
				fields[n].value += " " + string(bytes.TrimSpace(line)) // folded without its blank
			}
			continue
		}
		value := bytes.TrimSpace(line[len(name)+1:])
		value, section = unfold(value, section, limits)
		if len(fields) < limits.Fields {
			fields = append(fields, field{strings.ToLower(string(bytes.TrimSpace(name))), string(value)})
		}
	}
	return fields, section
}

// cutLine splits off the first line, without its line end.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return bytes.TrimSuffix(b, []byte("\r")), nil
	}
	line = b[:i]
	for len(line) > 0 && line[len(line)-1] == '\r' {
		line = line[:len(line)-1]
	}
	return line, b[i+1:]
}

// fieldName returns the name before the colon, where it is one (RFC 5322
// §3.6.8: printable US-ASCII but the colon; blanks before the colon are
// obsolete syntax, §4.5).
func fieldName(line []byte) ([]byte, bool) {
	i := bytes.IndexByte(line, ':')
	if i <= 0 || i > 128 {
		return nil, false
	}
	for _, c := range bytes.TrimRight(line[:i], " \t") {
		if c <= ' ' || c >= 0x7f {
			return nil, false
		}
	}
	return line[:i], true
}

// unfold joins the continuation lines that follow (RFC 5322 §2.2.3).
func unfold(value, section []byte, limits Limits) (joined, rest []byte) {
	if len(section) == 0 || (section[0] != ' ' && section[0] != '\t') {
		return value, section
	}
	joined = append(make([]byte, 0, 2*len(value)+160), value...)
	for len(section) > 0 && (section[0] == ' ' || section[0] == '\t') {
		line, after := cutLine(section)
		section = after
		line = bytes.TrimSpace(line)
		if len(line) == 0 || len(joined)+len(line) > limits.HeaderBytes {
			continue
		}
		joined = append(append(joined, ' '), line...)
	}
	return joined, section
}

// encodedWords decodes RFC 2047 encoded words.
var encodedWords = mime.WordDecoder{CharsetReader: func(charset string, input io.Reader) (io.Reader, error) {
	raw, err := io.ReadAll(input)
	if err != nil {
		return nil, err
	}
	return strings.NewReader(toUTF8(raw, charset)), nil
}}

// decodeWords decodes the encoded words of a header value; what cannot be
// decoded stays as it is, raw 8-bit text is read by evidence.
func decodeWords(value string) string {
	if strings.Contains(value, "=?") {
		if decoded, err := encodedWords.DecodeHeader(value); err == nil {
			value = decoded
		}
	}
	return toUTF8([]byte(value), "")
}

// Limits on what is kept of a References field. An identifier cannot be folded,
// so that a longer one fits no line (RFC 5322 §2.1.1).
const (
	maxIdentifiers    = 100
	longestIdentifier = 900
)

// identifiers lists the message identifiers of a field, without their
// brackets. Comments and text between them are passed over; a single bare word
// with an @ counts too.
func identifiers(value string) []string {
	var list []string
	rest := value
	for len(list) < maxIdentifiers {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			break
		}
		end := strings.IndexByte(rest[open:], '>')
		if end < 0 {
			break
		}
		if id := strings.Join(strings.Fields(rest[open+1:open+end]), ""); id != "" && len(id) <= longestIdentifier {
			list = append(list, id)
		}
		rest = rest[open+end+1:]
	}
	if bare := strings.Fields(value); list == nil && len(bare) == 1 && len(bare[0]) <= longestIdentifier && strings.Contains(bare[0], "@") {
		list = []string{strings.Trim(bare[0], "<>")}
	}
	return list
}

// readDate reads a Date field (RFC 5322 §3.3), zero where it is none.
func readDate(value string) time.Time {
	date, err := mail.ParseDate(value)
	if err != nil {
		return time.Time{}
	}
	return date
}

var parser = mail.AddressParser{WordDecoder: &encodedWords}

// longestAddress is what no address passes: its local part has at most 64
// octets and its domain 255 (RFC 5321 §4.5.3.1), and what is longer would be
// too long for a database's index.
const longestAddress = 64 + 1 + 255

// addresses lists the mailboxes of a field, in lower case. The strict grammar
// comes first; where it fails, whatever looks like an address is taken.
func addresses(value string) []Address {
	if strings.TrimSpace(value) == "" {
		return nil
	}
	if len(value) > 1 && len(value) < 32<<10 {
		if parsed, err := parser.ParseList(value); err == nil {
			list := make([]Address, 0, len(parsed))
			for _, a := range parsed {
				if len(a.Address) <= longestAddress {
					list = append(list, Address{oneLine(decodeWords(a.Name)), strings.ToLower(a.Address)})
				}
			}
			return list[:min(len(list), maxRecipients)]
		}
	}
	return looseAddresses(value)
}

// looseAddresses finds addresses in a field that breaks the grammar: bare
// angle brackets, unquoted commas and dots in names, 8-bit text.
func looseAddresses(value string) []Address {
	var list []Address
	for _, piece := range splitMailboxes(value) {
		name, address := piece, ""
		if open := strings.LastIndexByte(piece, '<'); open >= 0 {
			address, _, _ = strings.Cut(piece[open+1:], ">")
			name = piece[:open]
		} else {
			var words []string
			for _, word := range strings.Fields(piece) {
				if strings.Contains(word, "@") {
					address = word
				} else {
					words = append(words, word)
				}
			}
			name = strings.Join(words, " ")
		}
		address = strings.ToLower(strings.Trim(address, " \t\"'<>()[];,:"))
		if at := strings.LastIndexByte(address, '@'); at <= 0 || at == len(address)-1 || len(address) > longestAddress || strings.ContainsAny(address, " \t\r\n<>") {
			continue
		}
		list = append(list, Address{oneLine(decodeWords(strings.Trim(name, " \t\"'()<>"))), address})
		if len(list) == maxRecipients {
			break
		}
	}
	return list
}

// splitMailboxes splits at the commas and semicolons that end a mailbox: those
// outside quotes with an @ before them.
func splitMailboxes(value string) []string {
	var list []string
	start, quoted, at := 0, false, false
	for i := 0; i < len(value); i++ {
		switch value[i] {
		case '"':
			quoted = !quoted
		case '@':
			at = true
		case ',', ';':
			if !quoted && at {
				list = append(list, value[start:i])
				start, at = i+1, false
			}
		}
	}
	return append(list, value[start:])
}
