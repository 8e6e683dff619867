package templates

import (
	"strings"
	"testing"

	"github.com/mentorpost/mentorpost/program"
)

// joinedSample is the agenda question with the news that changes are free
// until a day before.
func joinedSample(locale string) program.Letter {
	l := Sample(program.LetterAgendaRequest, locale)
	free := Sample(program.LetterFreeUntil, locale)
	l.Parts = []program.Part{{Kind: l.Kind, Facts: l.Facts}, {Kind: free.Kind, Facts: free.Facts}}
	return l
}

func TestJoinedLetters(t *testing.T) {
	set, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, locale := range set.Locales() {
		both, err := set.Render(joinedSample(locale))
		if err != nil {
			t.Fatal(err)
		}
		first, _ := set.Render(Sample(program.LetterAgendaRequest, locale))
		second, _ := set.Render(Sample(program.LetterFreeUntil, locale))
		answer, greeting := set.languages[locale].words["answer"], strings.SplitN(first.Plain, "\n", 2)[0]
		t.Run(locale, func(t *testing.T) {
			check := func(rule string, ok bool) {
				t.Helper()
				if !ok {
					t.Errorf("%s:\n%s", rule, both.Plain)
				}
			}
			check("the subject is that of the first part", both.Subject == first.Subject)
			check("one greeting", strings.Count(both.Plain, greeting+"\n") == 1)
			check("one footer", strings.Count(both.Plain, "\n-- \n") == 1)
			check("each part says how it is answered", strings.Count(both.Plain, answer+"\n") == 2 && strings.Count(both.HTML, answer) == 2)
			check("the second part stands under its own subject", strings.Contains(strings.Join(strings.Fields(both.Plain), " "), second.Subject))
			check("every word of the second part stands there", strings.Contains(both.Plain, bodyOf(second.Plain)))
			check("every word of the first part stands there", strings.Contains(both.Plain, bodyOf(first.Plain)))
		})
	}
}

// bodyOf is a text part without greeting, sender and footer.
func bodyOf(plain string) string {
	_, body, _ := strings.Cut(plain, "\n\n")
	body, _, _ = strings.Cut(body, "\n-- \n")
	return strings.TrimSpace(body[:strings.LastIndex(strings.TrimSpace(body), "\n\n")])
}
