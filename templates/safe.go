package templates

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mentorpost/mentorpost/program"
)

// The most runes that are shown of what people wrote themselves.
const (
	maxName  = 80
	maxLabel = 16
	maxRow   = 4000
	maxText  = 8000
)

// oneLine makes a value fit to stand inside a sentence: no line break, no
// control character, no override of the writing direction (UAX #9 §2), valid
// UTF-8, and no longer than it may be.
func oneLine(text string, limit int) string {
	if isPlain(text, limit) {
		return text
	}
	return clip(strings.Join(strings.Fields(strings.Map(harmless, strings.ToValidUTF8(text, "�"))), " "), limit)
}

var lineFeeds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n")

// manyLines is oneLine for a text that keeps its lines, such as a quotation.
func manyLines(text string, limit int) string {
	text = lineFeeds.Replace(strings.ToValidUTF8(text, "�"))
	lines := strings.Split(clip(strings.TrimSpace(text), limit), "\n")
	out := lines[:0]
	for _, line := range lines {
		line = strings.TrimRight(strings.Map(harmless, line), " ")
		if line == "" && len(out) > 0 && out[len(out)-1] == "" {
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// isPlain reports whether a text is short printable ASCII, as most values are.
func isPlain(text string, limit int) bool {
	if len(text) > limit {
		return false
	}
	for i := 0; i < len(text); i++ {
		if text[i] < ' ' || text[i] > '~' || text[i] == ' ' && (i == 0 || i == len(text)-1 || text[i+1] == ' ') {
			return false
		}
	}
	return true
}

// harmless maps white space to blanks and drops what is not shown: control
// characters, and format characters but the joiners that scripts and emoji
// need.
func harmless(r rune) rune {
	switch {
	case unicode.IsSpace(r) || r == '\u2028' || r == '\u2029':
		return ' '
	case r == '\u200c' || r == '\u200d':
		return r
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
		return -1
	}
	return r
}

// clip shortens a text to a number of runes and marks that it did.
func clip(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	count := 0
	for i := range text {
		if count++; count == limit {
			return strings.TrimRight(text[:i], " \n") + "…"
		}
	}
	return text
}

// safeFacts returns the facts with every text made fit to be shown.
func safeFacts(f program.Facts) program.Facts {
	f.Program, f.Name = oneLine(f.Program, maxName), oneLine(f.Name, maxName)
	f.Partner, f.Link = oneLine(f.Partner, maxName), oneLine(f.Link, 2000)
	f.Words, f.Note, f.Agenda = manyLines(f.Words, maxText), manyLines(f.Note, maxText), manyLines(f.Agenda, maxText)
	f.Charter = manyLines(f.Charter, maxText)
	rows := make([]string, len(f.Rows))
	for i, row := range f.Rows {
		rows[i] = oneLine(row, maxRow)
	}
	f.Rows = rows
	lines := append([]program.Line(nil), f.Lines...)
	for i := range lines {
		lines[i].Value = oneLine(lines[i].Value, maxRow)
	}
	f.Lines = lines
	choices := append([]program.Choice(nil), f.Choices...)
	for i := range choices {
		choices[i].Label, choices[i].Text = oneLine(choices[i].Label, maxLabel), oneLine(choices[i].Text, maxRow)
	}
	f.Choices = choices
	slots := append([]program.Slot(nil), f.Slots...)
	for i := range slots {
		slots[i].Label = oneLine(slots[i].Label, maxLabel)
	}
	f.Slots = slots
	return f
}
