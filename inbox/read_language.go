package inbox

import (
	"strings"

	"github.com/mentorpost/mentorpost/program"
)

// guess tells which languages a text is read in: those whose words it holds,
// with the writer's locale as a hint where the text says little.
func (l *lexicon) guess(tokens []token, locale string) languageSet {
	scores := make([]int, len(l.languages))
	hint, _, _ := strings.Cut(strings.ToLower(locale), "-")
	for i, name := range l.languages {
		if name == hint {
			scores[i] = 2
		}
	}
	for _, t := range tokens[:min(len(tokens), 400)] {
		set := l.common[t.word]
		for _, s := range l.spelling[t.word] {
			set |= s.language
		}
		if len(t.word) == 1 {
			continue // the letter of a slot tells no language
		}
		for i := 0; set != 0; i, set = i+1, set>>1 {
			if set&1 != 0 {
				scores[i] += 2
			}
		}
	}
	best := 0
	for _, s := range scores {
		best = max(best, s)
	}
	var chosen languageSet
	for i, s := range scores {
		// A second language as strong as this may be the one that counts:
		// "Ja, B please" is two.
		if 3*s >= 2*best {
			chosen |= 1 << i
		}
	}
	return chosen
}

// smallNumber reads a number of one or two digits, or up to twelve in words.
func (t *tokenText) smallNumber(word string) (string, bool) {
	if isDigits(word) && len(word) <= 2 {
		return strings.TrimLeft(word, "0"), true
	}
	if n := phrases.numbers[word]; n.languages&t.language != 0 {
		return n.digits, true
	}
	return "", false
}

// The classes of phrases, by what a mail can be about.
const (
	settingClasses  = "leaving share pause resume stop help coordinator available status undo export forget wrote language hours mornings afternoons evenings best zone journal-off journal-weekly journal-fortnightly journal-monthly journal-export journal-delete back holidays-off holidays-of "
	commonClasses   = "polite noted filler doubt request whether article suggest emergency "
	scheduleClasses = "yes no fit unfit none-of any except regret prefer otherwise keep cancel move late waive option one first second third last middle pick rule send-times than not absent past forward wish available earliest same-time correction "
	actionClasses   = "done drop action first second third last one rating "
)

// relevant lists, for each purpose, the classes that its answers can hold.
// What cannot be meant there must not hide what can.
var relevant = map[program.Purpose]map[string]bool{
	program.AboutInvitation: classes(settingClasses, commonClasses, "join refuse yes no rule not waive"),
	program.AboutCharter:    classes(settingClasses, commonClasses, "agree disagree yes no"),
	program.AboutOffer:      classes(settingClasses, commonClasses, scheduleClasses),
	program.AboutSession:    classes(settingClasses, commonClasses, scheduleClasses, actionClasses),
	program.AboutAgenda:     classes(settingClasses, commonClasses, actionClasses, "cancel move nothing unfit"),
	program.AboutTookPlace:  classes(settingClasses, commonClasses, actionClasses, "held missed move"),
	program.AboutCheckIn:    classes(settingClasses, commonClasses, actionClasses, "cancel move"),
	program.AboutFeedback:   classes(settingClasses, commonClasses, "rating"),
	program.AboutJournal:    classes("wrote cancel move journal-off journal-weekly journal-fortnightly journal-monthly journal-export journal-delete stop pause filler"),
	program.AboutNothing:    classes(settingClasses, commonClasses, scheduleClasses, actionClasses),
}

func classes(lists ...string) map[string]bool {
	set := map[string]bool{}
	for _, list := range lists {
		for _, name := range strings.Fields(list) {
			set[name] = true
		}
	}
	return set
}
