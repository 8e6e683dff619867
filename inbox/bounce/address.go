package bounce

import "strings"

// addressIn returns the first address in a text, in lower case, "" where there
// is none. A display name, brackets, quotes and "rfc822;" are passed over.
func addressIn(text string) string {
	for at := strings.IndexByte(text, '@'); at >= 0; {
		start := at
		for start > 0 && isAddressByte(text[start-1]) {
			start--
		}
		if start > 0 && text[start-1] == '"' {
			// A quoted local part goes back to its other quote.
			if open := strings.LastIndexByte(text[:start-1], '"'); open >= 0 && start-open < 70 && !strings.ContainsAny(text[open:start], "\r\n<>") {
				start = open
			}
		}
		end := at + 1
		for end < len(text) && isDomainByte(text[end]) {
			end++
		}
		address := strings.ToLower(strings.TrimRight(strings.TrimLeft(text[start:end], ".'-"), ".-"))
		if i := strings.IndexByte(address, '@'); i > 0 && i < len(address)-1 {
			return address
		}
		next := strings.IndexByte(text[at+1:], '@')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return ""
}

func isAddressByte(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`<>()[],;:\"@`, c) < 0 || c >= 0x80
}

func isDomainByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '-' || c == '_' || c >= 0x80
}

// joints are what local parts of one name are written with, or without.
var joints = strings.NewReplacer("-", "", "_", "", ".", "", " ", "")

// isRobotName tells the local parts from which servers write.
func isRobotName(local string) bool {
	local = joints.Replace(strings.ToLower(local))
	for _, name := range []string{"mailerdaemon", "postmaster", "poostmaster", "maildeliverysystem", "maildeliversystem", "maildeliverysubsystem", "mailadministrator", "bounce", "bounces", "systemadministrator", "internetmaildelivery", "mailsystem"} {
		if local == name {
			return true
		}
	}
	return false
}

// isReporter tells the local parts from which providers send reports, beside
// those of servers.
func isReporter(local string) bool {
	local = joints.Replace(strings.ToLower(local))
	switch local {
	case "noreply", "donotreply", "complaints", "staff", "abuse", "feedback", "fbl", "feedbackloop", "arf":
		return true
	}
	return strings.HasSuffix(local, "noreply")
}
