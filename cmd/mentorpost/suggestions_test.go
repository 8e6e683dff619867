package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/templates"
)

// TestSuggestionsAreRead holds the letters to what they promise: whatever a
// letter says can be answered is understood, without a question back, when it
// comes as the answer to that letter.
func TestSuggestionsAreRead(t *testing.T) {
	set, err := templates.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, locale := range set.Locales() {
		for _, kind := range set.Kinds() {
			if _, ok := suggestionPurposes[kind]; !ok {
				continue
			}
			for _, s := range suggestionsOf(t, kind, locale) {
				name := fmt.Sprintf("%s/%s %q", locale, kind, s.text)
				seen[locale+" "+string(kind)] = true
				u := inbox.Read(s.text, nil, s.reader)
				why := misread(u)
				if why == "" && strings.Contains(s.condition, "asks=hours") && u.Requests[0].Type != program.SetHours {
					why = "hours were asked for, and understood was " + string(u.Requests[0].Type)
				}
				if why != "" {
					t.Errorf("%s: %s", name, why)
				}
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("suggestions were found in %d pages only: %v", len(seen), slices.Sorted(maps.Keys(seen)))
	}
}

// TestOrdersThatAreSuggestedAreRead is the same for the two kinds that go to
// coordinators.
func TestOrdersThatAreSuggestedAreRead(t *testing.T) {
	set, err := templates.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, locale := range set.Locales() {
		found := 0
		for _, kind := range []program.Kind{program.LetterCoordinatorDigest, program.LetterCoordinatorPrompt} {
			for _, s := range suggestionsOf(t, kind, locale) {
				found++
				if orders := inbox.ReadOrders(s.text, time.Date(2027, 1, 27, 12, 0, 0, 0, time.UTC)); len(orders) != 1 || orders[0].Verb == "" {
					t.Errorf("%s/%s %q is read as %+v", locale, kind, s.text, orders)
				}
			}
		}
		if found == 0 {
			t.Errorf("%s: no order is suggested", locale)
		}
	}
}

// misread says what is wrong with how a suggestion was understood, or "".
func misread(u program.Understanding) string {
	if u.Ask {
		return "a question goes back: " + u.Why
	}
	asked := false
	for _, q := range u.Requests {
		asked = asked || q.Type != program.None
	}
	if !asked {
		return "nothing was understood"
	}
	return ""
}

// suggestionPurposes says how an answer to each kind is read. The two kinds to
// coordinators are missing: their answers are orders (PAIR, END, WAIVE), which
// inbox.ReadOrders reads.
var suggestionPurposes = map[program.Kind]program.Purpose{
	program.LetterInvitation: program.AboutInvitation, program.LetterWelcome: program.AboutNothing,
	program.LetterKickOff: program.AboutCharter, program.LetterCharter: program.AboutCharter,
	program.LetterAskTimes: program.AboutOffer, program.LetterOffer: program.AboutOffer,
	program.LetterProposal: program.AboutOffer, program.LetterChoices: program.AboutOffer,
	program.LetterMoveRequest: program.AboutOffer,
	program.LetterReceipt:     program.AboutSession, program.LetterInvite: program.AboutSession,
	program.LetterUpdate: program.AboutSession, program.LetterCancel: program.AboutSession,
	program.LetterMoveRefused: program.AboutSession, program.LetterMoveLate: program.AboutSession,
	program.LetterCancelLate: program.AboutSession, program.LetterNoAnswer: program.AboutSession,
	program.LetterAgendaRequest: program.AboutAgenda, program.LetterAgenda: program.AboutSession,
	program.LetterFreeUntil: program.AboutSession, program.LetterReminder: program.AboutSession,
	program.LetterTookPlace: program.AboutTookPlace, program.LetterActions: program.AboutTookPlace,
	program.LetterCheckIn: program.AboutCheckIn, program.LetterFeedbackRequest: program.AboutFeedback,
	program.LetterJournalNudge: program.AboutJournal, program.LetterDigest: program.AboutNothing,
	program.LetterConfirm: program.AboutNothing, program.LetterPreferences: program.AboutNothing,
	program.LetterStatus: program.AboutNothing, program.LetterExport: program.AboutNothing,
	program.LetterHelp: program.AboutNothing, program.LetterGoodbye: program.AboutNothing,
}

// withoutSession are the kinds that are read while nothing is booked.
var withoutSession = []program.Kind{
	program.LetterInvitation, program.LetterWelcome, program.LetterKickOff, program.LetterAskTimes,
	program.LetterOffer, program.LetterProposal, program.LetterCancel, program.LetterCancelLate,
}

// suggestion is one phrase that a letter suggests, with what is known about
// whoever sends it.
type suggestion struct {
	text      string
	condition string // that its line stands under
	reader    inbox.Reader
}

var (
	panelLine  = regexp.MustCompile(`(?m)^(?:> |- )(\[[^]]*\])?(.*)$`)
	backquoted = regexp.MustCompile("`([^`]+)`")
	inserted   = regexp.MustCompile(`\{([^}|]+)(?:\|[^}]*)?\}`)
	insertions = map[string]string{
		"slot.first": "A", "slot.example": "B", "choice.first": "1", "row.first": "2", "row.example": "3",
		"partner.first": "Ada", "partner": "Ada Krüger", "start.brief": "",
	}
)

// suggestionsOf takes the phrases out of a page's answer panel and lists. What
// stands under a condition is read under it.
func suggestionsOf(t *testing.T, kind program.Kind, locale string) []suggestion {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "templates", locale, string(kind)+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	var found []suggestion
	for _, line := range panelLine.FindAllStringSubmatch(string(page), -1) {
		for _, phrase := range backquoted.FindAllStringSubmatch(line[2], -1) {
			text := inserted.ReplaceAllStringFunc(phrase[1], func(value string) string {
				name := inserted.FindStringSubmatch(value)[1]
				filled, ok := insertions[name]
				if !ok {
					t.Errorf("%s/%s: no example for %s", locale, kind, value)
				}
				return filled
			})
			if slices.Contains(partialSuggestions, text) {
				continue
			}
			found = append(found, suggestion{text, line[1], suggestionReader(kind, locale, line[1])})
		}
	}
	return found
}

// partialSuggestions are the second halves of a command: a page writes
// "JOURNAL weekly" and goes on with the other words that may follow JOURNAL.
var partialSuggestions = []string{"fortnightly", "monthly", "off"}

// suggestionReader is what is known about the reader of a sample letter when
// the answer is written.
func suggestionReader(kind program.Kind, locale, condition string) inbox.Reader {
	letter := templates.Sample(kind, locale)
	zone, _ := time.LoadLocation(letter.Facts.Zone)
	r := inbox.Reader{At: letter.Created, Zone: zone, Locale: locale, Length: time.Hour}
	r.Question.Purpose = suggestionPurposes[kind]
	start := time.Date(2027, 1, 27, 15, 30, 0, 0, time.UTC)
	booked := !slices.Contains(withoutSession, kind) && !strings.Contains(condition, "!start")
	if strings.Contains(condition, ", start") {
		booked = true
	}
	if booked {
		r.Question.Session = &program.Booked{
			UID: "samplesession@example.org", Start: start, End: start.Add(time.Hour),
			Moving: kind == program.LetterMoveLate, // the letter says that a request waits
		}
		if r.Question.Purpose == program.AboutNothing {
			r.Question.Purpose = program.AboutSession // as program.Case.Question has it
		}
	}
	if r.Question.Purpose == program.AboutOffer && !strings.Contains(condition, "!slots") {
		labels := "ABC"
		switch {
		case kind == program.LetterChoices:
			labels = "123"
		case strings.Contains(condition, "[one-slot]"):
			labels = "A"
		}
		for i, label := range strings.Split(labels, "") {
			at := start.Add(time.Duration(i+1) * 47 * time.Hour)
			r.Question.Offered = append(r.Question.Offered, program.Slot{Label: label, Start: at, End: at.Add(time.Hour)})
		}
	}
	return r
}
