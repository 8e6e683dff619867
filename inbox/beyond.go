package inbox

import (
	"bytes"
	"fmt"
	"strconv"
)

// beyondField stands on top of what is kept of a mail whose bytes were not
// fetched. No server puts it there: what arrives begins with a trace field.
const beyondField = "Mentorpost-Beyond: "

// Beyond is what is kept of a mail whose Bytes are nil: a first line that tells
// its size, then its header. Parse calls it oversized.
func Beyond(raw Raw) []byte {
	return append([]byte(beyondField+strconv.FormatInt(raw.Size, 10)+"\r\n"), raw.Header...)
}

// beyond takes apart what Beyond made; why says what became of the mail.
func beyond(kept []byte, limits Limits) (header []byte, why string, ok bool) {
	line, header, found := bytes.Cut(kept, []byte("\r\n"))
	number, marked := bytes.CutPrefix(line, []byte(beyondField))
	size, err := strconv.ParseInt(string(number), 10, 64)
	if !found || !marked || err != nil {
		return nil, "", false
	}
	if size > int64(limits.Bytes) {
		return header, fmt.Sprintf("%d bytes, more than the %d that are read", size, limits.Bytes), true
	}
	return header, fmt.Sprintf("%d bytes that the mail server did not give", size), true
}
