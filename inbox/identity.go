package inbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// traceFields are put on top of a mail by the servers on its way (RFC 5321
// §4.4, RFC 8601 §2, RFC 8617 §4.1, RFC 7208 §9.1).
var traceFields = []string{
	"received", "return-path", "authentication-results", "received-spf", "x-received",
	"arc-seal", "arc-message-signature", "arc-authentication-results",
}

// Sender is the address in the From field of a mail, in lower case, empty where
// it has none.
func Sender(raw []byte, limits Limits) string {
	h, _ := readHeader(raw, limits)
	return strings.ToLower(firstOf(addresses(h.get("from"))).Address)
}

// Identity is the same for two copies of one mail. A server whose last answer
// was lost delivers again (RFC 5321 §4.1.1.4), and such copies differ in the
// trace of their way alone. A mail without Message-ID is identified by all its
// bytes: two short ones may well be alike and yet be two.
func Identity(raw []byte) string {
	sum := sha256.New()
	rest, named, trace := raw, false, false
	for len(rest) > 0 {
		line, after := cutLine(rest)
		if len(line) == 0 {
			break // the body begins
		}
		if line[0] != ' ' && line[0] != '\t' { // no continuation of the field before
			found, _ := fieldName(line)
			name := strings.ToLower(string(bytes.TrimRight(found, " \t")))
			trace = slices.Contains(traceFields, name)
			named = named || name == "message-id"
		}
		if !trace {
			sum.Write(rest[:len(rest)-len(after)])
		}
		rest = after
	}
	if !named {
		whole := sha256.Sum256(raw)
		return hex.EncodeToString(whole[:])
	}
	sum.Write(rest)
	return hex.EncodeToString(sum.Sum(nil))
}
