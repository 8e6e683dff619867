package inbox

import (
	"testing"
	"unicode/utf8"

	"github.com/mentorpost/mentorpost/inbox/trim"
)

// FuzzRequests holds what every understanding keeps to, whatever the text.
func FuzzRequests(f *testing.F) {
	contexts := []string{"offer", "numbers", "single", "open", "swap", "session", "agenda", "took", "checkin", "invitation", "charter", "feedback", "journal", "plain"}
	for i, row := range requestRows(f) {
		if i%7 == 0 {
			f.Add(row.text, row.locale, uint8(i))
		}
	}
	f.Add("> A) Thu\nno\n> B) Fri\nyes", "en", uint8(0))
	f.Add("TO Tomás: bring the draft\nTuesday at 3", "en", uint8(3))
	f.Fuzz(func(t *testing.T, text, locale string, n uint8) {
		r := readerFor(contexts[int(n)%len(contexts)], "en")
		r.Locale = locale
		answers := trim.Plain(text).Answers
		got := Read(text, answers, r)
		if got.Ask != (got.Why != "") {
			t.Errorf("ask is %t and the reason %q", got.Ask, got.Why)
		}
		if len(got.Requests) == 0 && !got.Ask {
			t.Error("neither a request nor a question")
		}
		accepted := map[string]bool{}
		for _, q := range got.Requests {
			if q.Span[0] < 0 || q.Span[0] > q.Span[1] || q.Span[1] > len(text) {
				t.Fatalf("%s stands at %v in %d bytes", q.Type, q.Span, len(text))
			}
			if utf8.ValidString(text) && !utf8.ValidString(q.Text) {
				t.Errorf("%s cuts a letter in two: %q", q.Type, q.Text)
			}
			if q.Type == "accept" {
				accepted[q.Option] = true
			}
			for _, w := range q.Times {
				if w.Ambiguous() && !got.Ask {
					t.Errorf("%s with two readings of %q is not asked about", q.Type, w.Text)
				}
			}
		}
		if len(accepted) > 1 && !got.Ask {
			t.Errorf("two slots are accepted at once: %v", accepted)
		}
		again := Read(text, answers, r)
		if inWords(again) != inWords(got) {
			t.Errorf("the same text is read as %s and as %s", inWords(got), inWords(again))
		}
	})
}
