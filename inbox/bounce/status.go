package bounce

import "strings"

// recipientStatus is one recipient's group of fields (RFC 3464 §2.3).
type recipientStatus struct {
	final, original, actual string
	action                  string
	status                  string
	diagnostic              string
}

// readStatus reads the machine-readable part. final is false where there is
// none, or none that names a recipient, so that the words must tell; ok is
// false where the mail was delivered after all.
func readStatus(m Mail, returned string) (report Report, final, ok bool) {
	for _, p := range m.Parts {
		if !holdsStatus(p) {
			continue
		}
		groups := readGroups(p.Text)
		chosen, found := worst(groups)
		if !found {
			continue
		}
		recipient := chosen.recipient()
		if recipient == "" {
			continue
		}
		if isSuccess(chosen) {
			return Report{}, true, false
		}
		words := chosen.diagnostic
		if words == "" {
			words = wordsAbout(m.Text, recipient)
		}
		return finish(recipient, statusCode(chosen.status), words, returned), true, true
	}
	return Report{}, false, false
}

// holdsStatus tells the parts that hold the fields: the one for it (RFC 3464
// §2, RFC 6533 §3), and text into which a server wrote them.
func holdsStatus(p Part) bool {
	switch p.Media {
	case "message/delivery-status", "message/global-delivery-status":
		return true
	case "message/rfc822", "text/rfc822-headers":
		return false
	}
	return strings.Contains(strings.ToLower(p.Text), "\nfinal-recipient:")
}

// readGroups reads the groups of fields. Blank lines divide them, but some
// servers leave those out: a second field of the same name begins a group too.
func readGroups(text string) []recipientStatus {
	var groups []recipientStatus
	var group recipientStatus
	flush := func() {
		if group != (recipientStatus{}) && len(groups) < 200 {
			groups = append(groups, group)
		}
		group = recipientStatus{}
	}
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if strings.TrimSpace(line) == "" {
			flush()
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		for strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\t") {
			line, text, _ = strings.Cut(text, "\n")
			if len(value) < longestValue {
				value += " " + strings.TrimSpace(line)
			}
		}
		slot := group.slot(strings.ToLower(strings.TrimSpace(name)))
		if slot == nil {
			continue
		}
		if *slot != "" && slot != &group.diagnostic {
			flush()
			slot = group.slot(strings.ToLower(strings.TrimSpace(name)))
		}
		*slot = strings.TrimSpace(*slot + " " + strings.TrimSpace(value))
	}
	flush()
	return groups
}

// slot returns where the value of a field belongs.
func (r *recipientStatus) slot(name string) *string {
	switch name {
	case "final-recipient":
		return &r.final
	case "original-recipient":
		return &r.original
	case "x-actual-recipient", "x-failed-recipient":
		return &r.actual
	case "action":
		return &r.action
	case "status":
		return &r.status
	case "diagnostic-code", "x-supplementary-info", "x-postfix-diagnostic":
		return &r.diagnostic
	}
	return nil
}

// recipient returns the failed address: the final one, else the original.
func (r recipientStatus) recipient() string {
	for _, value := range []string{r.final, r.original, r.actual} {
		if i := strings.IndexByte(value, ';'); i >= 0 {
			value = value[i+1:] // RFC 3464 §2.1.2: address-type ";" address
		}
		if address := addressIn(value); address != "" {
			return address
		}
	}
	return ""
}

// worst picks the group to report: one that failed before one that waits,
// before one that arrived. Groups split by a stray blank line are joined.
func worst(groups []recipientStatus) (recipientStatus, bool) {
	var chosen recipientStatus
	best := 0
	for i, g := range groups {
		if g.recipient() == "" {
			continue
		}
		if g.action == "" && g.status == "" && i+1 < len(groups) && groups[i+1].recipient() == "" {
			next := groups[i+1]
			g.action, g.status, g.diagnostic = next.action, next.status, g.diagnostic+next.diagnostic
		}
		rank := 2
		switch strings.ToLower(firstWord(g.action)) {
		case "failed":
			rank = 3
		case "delivered", "relayed", "expanded", "deliverable":
			rank = 1
		}
		if rank > best {
			chosen, best = g, rank
		}
	}
	return chosen, best > 0
}

// isSuccess tells news of a delivery (RFC 3464 §2.3.3).
func isSuccess(r recipientStatus) bool {
	switch strings.ToLower(firstWord(r.action)) {
	case "delivered", "relayed", "expanded", "deliverable":
		return !strings.HasPrefix(statusCode(r.status), "5")
	}
	return r.action == "" && strings.HasPrefix(statusCode(r.status), "2")
}

func firstWord(s string) string {
	if fields := strings.Fields(s); len(fields) > 0 {
		return strings.Trim(fields[0], "();,.")
	}
	return ""
}
