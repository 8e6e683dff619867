package program

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxActions    = 20  // of one answer
	longestAction = 300 // characters
	wrapsAt       = 60  // a line as long as this may go on in the next one
)

// ListedActions picks the items of the lists in a text: lines, or stretches
// of a line, that begin with 1. or 1), and lines that begin with - * or •. A
// number within a line counts only where it carries the list on and stands
// after the end of a phrase: "at 1. We" is no item.
func ListedActions(text string) []string {
	var items []string
	var number int        // of the last numbered item
	var within, long bool // the line before: part of an item, and as long as wrapped lines are
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		found := itemsOf(trimmed, &number)
		indented := line[0] == ' ' || line[0] == '\t'
		goesOn := within && trimmed != "" && (indented || long)
		switch {
		case len(found) > 0:
			items = append(items, found...)
		case goesOn:
			items[len(items)-1] += " " + trimmed
		}
		within = len(found) > 0 || goesOn
		long = utf8.RuneCountInString(trimmed) >= wrapsAt
	}
	return tidy(items)
}

// itemsOf are the items of one line. last is the number of the one before.
func itemsOf(line string, last *int) []string {
	if rest, ok := bullet(line); ok {
		return []string{rest}
	}
	var begins [][2]int // where each marker begins and its words do
	for i := 0; i < len(line); {
		number, width := marker(line[i:])
		if width > 0 && (i == 0 || number == *last+1 && afterPhrase(line[:i])) {
			begins = append(begins, [2]int{i, i + width})
			*last = number
			i += width
			continue
		}
		next := strings.IndexByte(line[i:], ' ')
		if next < 0 {
			break
		}
		i += next + 1
	}
	var items []string
	for n, b := range begins {
		end := len(line)
		if n+1 < len(begins) {
			end = begins[n+1][0]
		}
		items = append(items, line[b[1]:end])
	}
	return items
}

// bullet reports a line that begins with a mark which is no number.
func bullet(line string) (string, bool) {
	for _, mark := range []string{"- ", "* ", "• ", "– ", "·\u00a0", "· "} {
		if rest, ok := strings.CutPrefix(line, mark); ok {
			return rest, true
		}
	}
	return "", false
}

// marker reads "3. " or "3) " at the beginning of a text: the number, and how
// long it is; zero where there is none.
func marker(text string) (number, width int) {
	for width < len(text) && width < 3 && text[width] >= '0' && text[width] <= '9' {
		number = number*10 + int(text[width]-'0')
		width++
	}
	if width == 0 || width+1 >= len(text) || text[width] != '.' && text[width] != ')' || text[width+1] != ' ' {
		return 0, 0
	}
	return number, width + 2
}

// afterPhrase reports whether a phrase has ended right before.
func afterPhrase(before string) bool {
	before = strings.TrimRight(before, " ")
	return before == "" || strings.ContainsAny(before[len(before)-1:], ".:;!?,") || strings.HasSuffix(before, "–") || strings.HasSuffix(before, "—")
}

// tidy trims the items and drops those without a word.
func tidy(items []string) []string {
	var kept []string
	for _, item := range items {
		item = strings.TrimRight(strings.Join(strings.Fields(item), " "), " ,;")
		if len(kept) < maxActions && strings.IndexFunc(item, unicode.IsLetter) >= 0 {
			kept = append(kept, shorten(item, longestAction))
		}
	}
	return kept
}

// openActions are the pair's actions that are still to be done, by number.
func (d *decision) openActions() []Action {
	var open []Action
	for _, a := range d.Actions {
		if a.Status == ActionOpen {
			open = append(open, a)
		}
	}
	return open
}

// actionRows lists actions under the numbers by which they are named.
func actionRows(actions []Action) []string {
	var rows []string
	for _, a := range actions {
		rows = append(rows, a.row())
	}
	return rows
}

func (a Action) row() string { return strconv.Itoa(a.Number) + ". " + a.Text }

// takeActions adds the actions that an answer lists to the pair's, and tells
// both. The answer to a list that was sent takes its place: what it leaves
// out is dropped.
func (d *decision) takeActions(text string, s Session) {
	listed := ListedActions(text)
	if len(listed) == 0 {
		return
	}
	changed := false
	var of []Action // this session's
	for _, a := range d.openActions() {
		switch {
		case a.Session != s.ID:
		case d.answersActions() && !slices.ContainsFunc(listed, a.says):
			a.Status, changed = ActionDropped, true
			d.keepAction(a)
		default:
			of = append(of, a)
		}
	}
	for _, words := range listed {
		if slices.ContainsFunc(of, func(a Action) bool { return a.says(words) }) {
			continue
		}
		a := Action{
			ID: d.mint.ID(), Pair: d.Pair.ID, Session: s.ID, Number: max(1, d.Pair.NextAction),
			Text: words, Status: ActionOpen, Created: d.now,
		}
		d.Pair.NextAction = a.Number + 1
		d.keepAction(a)
		of, changed = append(of, a), true
	}
	if !changed {
		return
	}
	d.keepPair()
	for _, to := range []Person{d.Mentor, d.Mentee} {
		l := d.sessionLetter(LetterActions, to, s)
		l.Purpose = AboutTookPlace // a corrected list is read as one
		l.Facts.Rows = actionRows(of)
		d.post(l)
	}
}

func (d *decision) answersActions() bool {
	return d.in.Asked != nil && d.in.Asked.Kind == LetterActions
}

// says reports whether the action is put in the same words, for two people
// list what they agreed on each for themselves.
func (a Action) says(words string) bool {
	bare := func(text string) string { return strings.TrimRight(strings.TrimSpace(text), ".!") }
	return strings.EqualFold(bare(a.Text), bare(words))
}

// closeAction is DONE 2 or DROP 3.
func (d *decision) closeAction(q Request) {
	for _, a := range d.openActions() {
		if strconv.Itoa(a.Number) != q.Option {
			continue
		}
		code := "action-done"
		a.Status = ActionDone
		if q.Type == Drop {
			code, a.Status = "action-dropped", ActionDropped
		}
		d.keepAction(a)
		d.line(Line{Code: code, Value: a.row()})
		return
	}
	d.line(Line{Code: "no-action", Value: q.Option})
}
