package trim

import "strings"

// classify gives every line its kind. Each rule looks at a bounded number of
// lines, or runs once over all of them.
func classify(lines []line) {
	for i := range lines {
		switch {
		case lines[i].mark == markAttribution:
			lines[i].kind = kindAttribution
		case lines[i].mark == markBelow:
			lines[i].kind = kindDivider
		case lines[i].mark == markSignature:
			lines[i].kind = kindSignature
		case isBlank(lines[i].text) && lines[i].depth == 0:
			lines[i].kind = kindBlank
		case lines[i].depth > 0:
			lines[i].kind = kindQuote
		}
	}
	markArmor(lines)
	markFences(lines)
	markHeaders(lines)
	markAttributions(lines)
	markSignatures(lines)
	markFooters(lines)
}

// markAttributions marks the lines above quotes.
func markAttributions(lines []line) {
	for i := range lines {
		// A quote mark may be the bracket of a wrapped address.
		if lines[i].kind == kindText || lines[i].kind == kindQuote && len(lines[i].text) < 20 {
			lines[i].clues = cluesOf(lines[i].raw)
		}
	}
	for i := 0; i < len(lines); i++ {
		if lines[i].kind != kindText {
			continue
		}
		if count, ok := attributionAt(lines, i); ok {
			for j := i; j < i+count; j++ {
				lines[j].kind = kindAttribution
			}
			i += count - 1
			continue
		}
		if runsOn(lines[i].raw) {
			lines[i].kind = kindAttribution
			continue
		}
		if divider, forward := isDivider(lines[i].raw); forward {
			lines[i].kind = kindForward
		} else if divider {
			lines[i].kind = kindDivider
		}
	}
}

// markArmor marks what OpenPGP sets around a signed text (RFC 9580 §7): the
// line above it with its header, and the signature below.
func markArmor(lines []line) {
	for i := 0; i < len(lines); i++ {
		if lines[i].kind != kindText || !strings.HasPrefix(lines[i].raw, "-----BEGIN PGP SIGN") {
			continue
		}
		signature := strings.HasPrefix(lines[i].raw, "-----BEGIN PGP SIGNATURE-----")
		for ; i < len(lines); i++ {
			ends := !signature && lines[i].kind == kindBlank || signature && strings.HasPrefix(lines[i].raw, "-----END PGP SIGNATURE-----")
			lines[i].kind = kindFooter
			if ends {
				break
			}
		}
	}
}

// markFences keeps code between ``` lines as it is.
func markFences(lines []line) {
	open := -1
	for i := range lines {
		if lines[i].depth > 0 || !strings.HasPrefix(strings.TrimSpace(lines[i].raw), "```") {
			continue
		}
		if open < 0 {
			open = i
			continue
		}
		for j := open; j <= i; j++ {
			lines[j].kind = kindCode
		}
		open = -1
	}
}

// Header lines may have others between them: folded values, blank lines that
// HTML left.
const headerGap = 2

// markHeaders finds the header blocks of quoted mails: "From: … Sent: … To: …
// Subject: …" in any language.
func markHeaders(lines []line) {
	for i := 0; i < len(lines); i++ {
		if lines[i].kind != kindText || labelOf(lines[i].raw) == 0 {
			continue
		}
		start, last, gap := i, i, 0
		var found label
		named := false
		for j := i; j < len(lines) && gap <= headerGap; j++ {
			var role label
			if lines[j].kind == kindText {
				role = labelOf(lines[j].raw)
			}
			if role == 0 {
				gap++
				continue
			}
			if role&labelFrom != 0 && found&labelFrom == 0 {
				start = blockStart(lines, i, j)
			}
			found |= role
			named = named || hasAddress(lines[j].raw)
			last, gap = j, 0
		}
		if isHeaderBlock(found, named) {
			for j := start; j <= last; j++ {
				lines[j].kind = kindHeader
			}
		}
		i = last
	}
}

// blockStart goes up from the From line over header lines that stand right
// above it, not further than from.
func blockStart(lines []line, from, at int) int {
	for at > from && labelOf(lines[at-1].raw) != 0 {
		at--
	}
	return at
}

// isHeaderBlock tells a header block from a writer's own list: "From: 3 pm /
// To: 5 pm" has no address and no subject.
func isHeaderBlock(found label, named bool) bool {
	if found&labelFrom == 0 {
		return false
	}
	others := 0
	for _, role := range []label{labelSent, labelTo, labelSubject} {
		if found&role != 0 {
			others++
		}
	}
	return others >= 1 && (named || found&labelSubject != 0) && (others >= 2 || found&labelSent != 0 || found&labelSubject != 0)
}

// markSignatures marks what stands under "-- ", down to the quote or the end.
func markSignatures(lines []line) {
	for i := 0; i < len(lines); i++ {
		if lines[i].kind != kindText || !isSignatureMark(lines[i].raw) {
			continue
		}
		for i < len(lines) && (lines[i].kind == kindText || lines[i].kind == kindBlank) {
			lines[i].kind = kindSignature
			i++
		}
	}
}

// listFooterLines bounds the footer of a mailing list under its rule.
const listFooterLines = 12

// markFooters marks the lines that programs and companies append, where they
// end a piece of new text.
func markFooters(lines []line) {
	tail := true              // nothing but footers between here and the end of the piece
	below, listed := 0, false // lines of text since the end; one speaks of a list
	for i := len(lines) - 1; i >= 0; i-- {
		switch lines[i].kind {
		case kindText:
			switch {
			case isDevice(lines[i].raw) && (tail || isParagraph(lines, i)):
				lines[i].kind = kindFooter
			case tail && isRule(lines[i].raw):
				lines[i].kind = kindFooter
			case tail && markDisclaimer(lines, i):
			case listed && isLongRule(lines[i].raw):
				markDown(lines, i)
				tail, listed = true, false
			default:
				tail = false
				if below++; below <= listFooterLines {
					listed = listed || isListLine(lines[i].raw)
				} else {
					listed = false
				}
			}
		case kindBlank, kindFooter:
		case kindCode:
			tail, listed = false, false
		default:
			tail, below, listed = true, 0, false
		}
	}
}

// markDown marks the text from line i on as a footer, to the end of its piece.
func markDown(lines []line, i int) {
	for ; i < len(lines) && (lines[i].kind == kindText || lines[i].kind == kindBlank || lines[i].kind == kindFooter); i++ {
		lines[i].kind = kindFooter
	}
}

// isLongRule tells the rule above the footer of a mailing list.
func isLongRule(raw string) bool {
	return len(raw) < 200 && len(strings.TrimSpace(raw)) >= 20 && isRule(raw)
}

// isListLine tells a line of such a footer.
func isListLine(raw string) bool {
	raw = strings.ToLower(raw[:min(len(raw), 300)])
	for _, words := range listWords {
		if strings.Contains(raw, words) {
			return true
		}
	}
	return false
}

// isParagraph reports whether a line stands alone between blank lines.
func isParagraph(lines []line, i int) bool {
	return (i == 0 || lines[i-1].kind == kindBlank) && (i+1 == len(lines) || lines[i+1].kind != kindText)
}

// disclaimerLines bounds how far up the beginning of a disclaimer is sought.
const disclaimerLines = 30

// markDisclaimer marks the paragraph that ends at line i where it is a
// disclaimer or the line of a virus scanner.
func markDisclaimer(lines []line, i int) bool {
	start := i
	for start > 0 && i-start < disclaimerLines && lines[start-1].kind == kindText && !isRule(lines[start-1].raw) {
		start--
	}
	if !isDisclaimer(lines[start].raw) {
		return false
	}
	for j := start; j <= i; j++ {
		lines[j].kind = kindFooter
	}
	return true
}

// isDisclaimer tells the beginning of what companies and scanners append.
func isDisclaimer(first string) bool {
	first = strings.ToLower(strings.Trim(first[:min(len(first), 300)], " \t*_[]>\u00a0"))
	for _, begin := range disclaimers {
		if strings.HasPrefix(first, begin) {
			return true
		}
	}
	return false
}
