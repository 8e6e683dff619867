package trim

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// label is the role of a header line above a quoted mail, as a bit.
type label uint8

const (
	labelFrom label = 1 << iota
	labelSent
	labelTo
	labelCopies
	labelSubject
)

// lexicon is what the languages say, for looking up.
type lexicon struct {
	leads     map[string]bool
	verbs     map[string]bool
	openers   map[string]bool
	verbEnds  []string // of scripts without blanks between words
	labels    map[string]label
	originals map[string]bool
	forwards  map[string]bool
	devices   map[string][]string // by the first rune
}

var known = buildLexicon(languages, weekdays)

func buildLexicon(languages []language, weekdays []string) lexicon {
	x := lexicon{
		leads: make(map[string]bool), verbs: make(map[string]bool), openers: make(map[string]bool), labels: make(map[string]label),
		originals: make(map[string]bool), forwards: make(map[string]bool), devices: make(map[string][]string),
	}
	for _, day := range weekdays {
		x.leads[day] = true
	}
	for _, l := range languages {
		for _, lead := range l.leads {
			first, _, _ := strings.Cut(lead, " ")
			x.leads[strings.TrimRight(first, ".")] = true
		}
		for _, verb := range l.verbs {
			if r, _ := utf8.DecodeRuneInString(verb); unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
				x.verbEnds = append(x.verbEnds, verb)
			}
			x.verbs[verb] = true
		}
		addAll(x.openers, l.openers)
		x.addLabels(labelFrom, l.from)
		x.addLabels(labelSent, l.sent)
		x.addLabels(labelTo, l.to)
		x.addLabels(labelCopies, l.copies)
		x.addLabels(labelSubject, l.subject)
		addAll(x.originals, l.originals)
		addAll(x.forwards, l.forwards)
		for _, device := range l.devices {
			r, _ := utf8.DecodeRuneInString(device)
			x.devices[string(r)] = append(x.devices[string(r)], device)
		}
	}
	return x
}

func (x *lexicon) addLabels(role label, names []string) {
	for _, name := range names {
		x.labels[name] |= role
	}
}

func addAll(set map[string]bool, words []string) {
	for _, w := range words {
		set[w] = true
	}
}

// longestLabel bounds the bytes before the colon of a header line.
const longestLabel = 40

// labelOf returns what a header line says, 0 for a line that is none. A line
// may hold several header fields where HTML put them in one.
func labelOf(line string) label {
	name, rest, ok := cutColon(strings.TrimLeft(line, " \t*_\u00a0"))
	if !ok || len(name) > longestLabel {
		return 0
	}
	role := known.labels[cleanLabel(name)]
	if role == labelFrom && len(rest) < 400 {
		role |= labelsWithin(rest)
	}
	return role
}

// labelsWithin finds further labels in one line: "From: a@b.c Date: …".
func labelsWithin(rest string) label {
	var found label
	for _, word := range strings.Fields(rest) {
		if name, ok := strings.CutSuffix(strings.Trim(word, "*_"), ":"); ok {
			if name != "" && unicode.IsUpper(firstRune(name)) {
				found |= known.labels[cleanLabel(name)]
			}
		}
	}
	return found
}

func cleanLabel(name string) string {
	return strings.ToLower(strings.Trim(name, " \t*_\u00a0\u202f\u3000"))
}

// cutColon cuts at the first colon, also a full-width one.
func cutColon(s string) (before, after string, ok bool) {
	head := s[:min(len(s), longestLabel+8)]
	i := strings.IndexByte(head, ':')
	j := strings.Index(head, "：")
	switch {
	case i >= 0 && (j < 0 || i < j):
		return s[:i], s[i+1:], true
	case j >= 0:
		return s[:j], s[j+len("："):], true
	}
	return "", "", false
}

// isDevice tells the line that a telephone or mail program appends.
func isDevice(line string) bool {
	line = strings.Trim(line, " \t*_-–—[]()<>\u00a0")
	if line == "" || len(line) > 160 {
		return false
	}
	line = strings.ToLower(line)
	for _, begin := range known.devices[string(firstRune(line))] {
		if strings.HasPrefix(line, begin) {
			return namesDevice(line)
		}
	}
	return false
}

// namesDevice tells "Sent from my iPhone" from "Sent by post yesterday": it
// names a product, or is short and says whose device it is.
func namesDevice(line string) bool {
	return containsAny(line, products) || containsAny(line, possessives) && len(strings.Fields(line)) <= 6
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// isDivider tells "-----Original Message-----" and its like; forward tells
// that it stands above a forwarded mail.
func isDivider(line string) (divider, forward bool) {
	trimmed := strings.TrimSpace(line)
	if trimmed == "" || len(trimmed) > 120 {
		return false, false
	}
	inner := strings.Trim(trimmed, "-_=—–~* \t:：>\u00a0")
	if inner == "" || len(inner) > 60 {
		return false, false
	}
	dashed := len(trimmed)-len(inner) >= 4 && strings.ContainsAny(trimmed[:1], "-_=—–~*>")
	inner = strings.ToLower(inner)
	switch {
	case known.forwards[inner]:
		return dashed || strings.HasSuffix(trimmed, ":") || strings.HasSuffix(trimmed, "："), true
	case known.originals[inner]:
		return dashed || strings.HasSuffix(trimmed, ":"), false
	}
	if dashed && strings.HasPrefix(inner, "forwarded by ") {
		return true, true
	}
	return false, false
}

// OwnPart returns what stands above a forwarded mail: all of a text that
// forwards none.
func OwnPart(text string) string {
	for at := 0; at < len(text); {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text) - at
		}
		if divider, forward := isDivider(text[at : at+end]); divider && forward {
			return text[:at]
		}
		at += end + 1
	}
	return text
}

// isRule tells a line that only draws, and marks that programs leave behind:
// nothing of it is text.
func isRule(line string) bool {
	trimmed := strings.Trim(line, " \t\u00a0\u200b\u200c\u200d\u2060\ufeff")
	if trimmed == "" || trimmed == "ᐧ" {
		return true
	}
	var first rune
	count := 0
	for _, r := range trimmed {
		if r == ' ' {
			continue
		}
		if first == 0 {
			first = r
		}
		if r != first || !strings.ContainsRune("-_=*#~+—–―─━.·•", r) {
			return false
		}
		count++
	}
	return count >= 2 || first == '—' || first == '–' || first == '―'
}

// isSignatureMark tells the line above a signature (RFC 3676 §4.3: "-- "),
// also as some programs write it.
func isSignatureMark(line string) bool {
	switch strings.TrimRight(line, " \t\u00a0") {
	case "--", "—", "– –", "––", "- -", "––-":
		return true
	}
	return false
}

func isBlank(line string) bool {
	if line == "" || line[0] > ' ' && line[0] < utf8.RuneSelf {
		return line == ""
	}
	return strings.Trim(line, " \t\r\u00a0\u200b\u200c\u200d\u2060\ufeff\u3000") == ""
}
