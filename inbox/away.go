package inbox

import (
	"strings"
	"time"

	spoken "github.com/mentorpost/mentorpost/calendar/words"
	"github.com/mentorpost/mentorpost/program"
)

// Bounds of the search for a return date. Notices are short, and nobody is
// away for longer than this with a date that is simply stated.
const (
	awayBytes   = 4000
	longestAway = 400 * 24 * time.Hour
	awayReach   = 48 // bytes before a date in which its meaning is sought
)

// untilWords stand before the last day of an absence, backWords before the day
// of return, in the languages of absence notices.
var (
	untilWords = []string{
		"until", "till", "through", " to ", "bis ", "jusqu", "hasta", "até", "ate o dia", "fino a", "sino a", "tot en met", "t/m", "tot ", "till och med", "t.o.m", "til og med", "t.o.m.", "til ",
		"do dnia", " do ", "до ", "po ", "fins a", "kadar", "至", "まで", "до ",
	}
	backWords = []string{
		"back on", "back in the office", "back at work", "be back", "am back", "return", "returning", "resume", "available again", "from ", "ab dem", "ab ", "wieder", "zurück", "de retour", "reviendrai", "retour le", "à partir", "vuelvo", "regreso", "volveré", "reincorpor", "a partir",
		"volto", "regresso", "retorno", "estarei de volta", "torno", "rientro", "tornerò", "di nuovo", "terug", "weer ", "vanaf", "tillbaka", "tilbage", "tilbake", "wracam", "powrót", "wrócę", "вернусь", "возвращ", "поверн", "takaisin", "返回", "回来", "戻",
	}
)

// awayUntil finds the return date that an absence notice states simply: one
// day, without a second reading, that stands behind a word of returning or
// ending. The notice is read as of the day it was sent.
func awayUntil(text string, sent time.Time) string {
	if sent.IsZero() || strings.TrimSpace(text) == "" {
		return ""
	}
	text = strings.ToValidUTF8(text[:min(len(text), awayBytes)], "")
	best, date := 0, time.Time{}
	for _, when := range spoken.Read(text, spoken.Context{At: sent, Zone: sent.Location()}) {
		day, ok := dayOf(when, sent)
		if !ok {
			continue
		}
		if rank := awayRank(text, when); rank > best || rank > 0 && rank == best && day.After(date) {
			best, date = rank, day
		}
	}
	if best == 0 {
		return ""
	}
	return date.Format(time.DateOnly)
}

// dayOf returns the last day that a time names, where it is one that an
// absence may end on.
func dayOf(when program.When, sent time.Time) (time.Time, bool) {
	// A time that somebody is away counts as negated: that is what is looked for.
	if when.Ambiguous() || when.Grain == program.GrainMonth || when.Grain == program.GrainWeek {
		return time.Time{}, false
	}
	day := when.Start
	if (when.Bounded || !when.OpenStart) && when.End.After(when.Start) && !when.OpenEnd {
		day = when.End.Add(-time.Second)
	}
	if day.Before(sent) || day.After(sent.Add(longestAway)) {
		return time.Time{}, false
	}
	return day, true
}

// awayRank weighs what stands before a time, or begins it: a return counts
// more than an end, since both are often given.
func awayRank(text string, when program.When) int {
	start := max(0, min(when.Offset, len(text)))
	before := strings.ToLower(text[max(0, start-awayReach):start] + firstWords(when.Text))
	if i := strings.LastIndexAny(before[:max(0, len(before)-len(firstWords(when.Text)))], ".!?\n"); i >= 0 {
		before = before[i+1:]
	}
	before = " " + before
	switch {
	case containsAny(before, backWords):
		return 2
	case containsAny(before, untilWords):
		return 1
	}
	return 0
}

// firstWords is the beginning of a time's own words: "until Monday" may be
// one time.
func firstWords(s string) string { return s[:min(len(s), 12)] }

func containsAny(s string, list []string) bool {
	for _, w := range list {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
