package program

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestListedActions(t *testing.T) {
	for _, c := range []struct {
		rule, text string
		want       []string
	}{
		{"words without a list hold none", "Yes, we met. It went well.", nil},
		{"numbers with a dot", "Yes!\n1. Read the book\n2. Call Ada", []string{"Read the book", "Call Ada"}},
		{"numbers with a bracket", "1) Read\n2) Call", []string{"Read", "Call"}},
		{"dashes, stars and dots", "- Read\n* Call\n• Write", []string{"Read", "Call", "Write"}},
		{"a list within a line", "Yes. 1. I read the book. 2. Ada sends the contact.", []string{"I read the book.", "Ada sends the contact."}},
		{"one action within a line", "Yes: 1. Tomás reads the book", []string{"Tomás reads the book"}},
		{"an hour is no item", "We met at 1. It was good, until 2. Then we left.", nil},
		{"a year is no item", "We started in 2026. Now it is 2027. Fine.", nil},
		{"a decimal is no item", "I did 1.5 hours", nil},
		{"a number within an item that does not go on is part of it", "1. Read chapter 3. Then 7. of May\n2. Rest", []string{"Read chapter 3. Then 7. of May", "Rest"}},
		{"a list may begin at any number where it begins a line", "3. Read\n4. Call", []string{"Read", "Call"}},
		{"an indented line goes on with the item", "- Read the book\n  that Ada named\n- Call", []string{"Read the book that Ada named", "Call"}},
		{"a line that a mail program wrapped goes on", "1. Read the long book that Ada named at the very end of our session\non Friday", []string{"Read the long book that Ada named at the very end of our session on Friday"}},
		{"a closing word is no part of the last item", "1. Read\n2. Call\nSee you soon!", []string{"Read", "Call"}},
		{"a blank line ends an item", "- Read\n\n  and that was all", []string{"Read"}},
		{"marks without words are left out", "- \n- --\n1. 2. 3.", nil},
		{"spaces do not matter", "  -   Read   the book ;", []string{"Read the book"}},
	} {
		if got := ListedActions(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q gives\n got %q\nwant %q", c.rule, c.text, got, c.want)
		}
	}
	if got := ListedActions(strings.Repeat("- go on\n", 500)); len(got) != maxActions {
		t.Errorf("%d actions of one mail", len(got))
	}
	if got := ListedActions("- " + strings.Repeat("word ", 5000)); utf8.RuneCountInString(got[0]) > longestAction+1 {
		t.Errorf("an action of %d characters", utf8.RuneCountInString(got[0]))
	}
}

func FuzzListedActions(f *testing.F) {
	for _, seed := range []string{"1. a 2. b", "- a\n  b\n* c", "1) x\r\n2) y", "• ü\n", "1.\n2.", "· \u00a0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := ListedActions(text)
		if len(got) > maxActions {
			t.Fatalf("%d actions", len(got))
		}
		for _, action := range got {
			if action != strings.TrimSpace(action) || action == "" || strings.ContainsAny(action, "\n\r") {
				t.Fatalf("action %q", action)
			}
		}
	})
}

func TestRevised(t *testing.T) {
	for _, c := range []struct{ rule, earlier, now, want string }{
		{"the first words stand as they are", "", "Goals: a talk.", "Goals: a talk."},
		{"a named part replaces the part of that name", "Goals: a talk. Rhythm: weekly.", "rhythm: monthly", "Goals: a talk.\nrhythm: monthly"},
		{"a part of a new name is added", "Goals: a talk.", "Timeline: June", "Goals: a talk.\nTimeline: June"},
		{"words without a name are added", "Goals: a talk.", "And I would like to laugh.", "Goals: a talk.\nAnd I would like to laugh."},
		{"names may stand in lines", "Ziele: Vortrag\nRhythmus: wöchentlich", "Rhythmus: monatlich", "Ziele: Vortrag\nRhythmus: monatlich"},
		{"a clock is no name", "We meet at 10:30. Fine.", "Goals: x", "We meet at 10:30. Fine.\nGoals: x"},
		{"nothing new changes nothing", "Goals: a talk.", " ", "Goals: a talk."},
	} {
		if got := revised(c.earlier, c.now); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.rule, got, c.want)
		}
	}
}

func TestLinkIn(t *testing.T) {
	for text, want := range map[string]string{
		"https://example.org/a":                      "https://example.org/a",
		"look: <http://example.org/a?b=c#d>.":        "http://example.org/a?b=c#d",
		"www.example.org, really":                    "https://www.example.org",
		"javascript:alert(1) file:///etc/passwd":     "",
		"https://user:secret@example.org/":           "",
		"https://localhost/ and https://example.org": "https://example.org",
		"see https://example.org/wiki/A_(b).":        "https://example.org/wiki/A_(b)",
		"nothing to see":                             "",
	} {
		if got := LinkIn(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}
