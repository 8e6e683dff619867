package inbox_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/program"
)

// readCases reads a file of public cases: in the folder that MENTORPOST_CASES
// names, or in one beside the repository.
func readCases[T any](t testing.TB, name string) []T {
	t.Helper()
	dir := os.Getenv("MENTORPOST_CASES")
	for up := ""; dir == "" && len(up) < 30; up += "../" {
		if _, err := os.Stat(up + "go.mod"); err == nil {
			dir = filepath.Join(up+".", "..", "shared", "cases")
		}
	}
	file, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skip("no cases here")
	}
	defer file.Close()
	var cases []T
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var c T
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

// bounceCase is a real bounce with the recipients that it is about.
type bounceCase struct {
	ID     string `json:"id"`
	EML    []byte `json:"eml_base64"`
	Expect []struct {
		Recipient string `json:"recipient"`
		Reason    string `json:"reason"`
		Hard      bool   `json:"hard"`
	} `json:"expect"`
}

func TestRealBouncesAreReadWithTheirRecipients(t *testing.T) {
	cases := readCases[bounceCase](t, "bounce.jsonl")
	known, addressed, hard, person := 0, 0, 0, 0
	for _, c := range cases {
		mail := inbox.Parse(c.EML, inbox.DefaultLimits())
		want, isHard := program.MailKind(""), false
		right := false
		var recipients []string
		for _, e := range c.Expect {
			if e.Reason == "delivered" || e.Reason == "vacation" {
				continue
			}
			if want = program.KindBounce; e.Reason == "feedback" {
				want = program.KindComplaint
			}
			recipients = append(recipients, e.Recipient)
			isHard = isHard || e.Hard
			right = right || mail.Bounce != nil && strings.EqualFold(e.Recipient, mail.Bounce.Recipient)
		}
		if mail.Kind == program.KindAnswer {
			person++
		}
		if want == "" {
			known, addressed, hard = known+1, addressed+1, hard+1
			if mail.Kind == program.KindBounce {
				t.Logf("%s: a delivery or vacation taken for a bounce", c.ID)
			}
			continue
		}
		if mail.Kind == want {
			known++
		} else {
			t.Logf("%s: kind %s, not %s; from %q subject %q", c.ID, mail.Kind, want, mail.From.Address, mail.Subject)
		}
		if right {
			addressed++
		} else {
			t.Logf("%s: recipient %v, got %+v", c.ID, recipients, mail.Bounce)
		}
		if want == program.KindComplaint || mail.Bounce != nil && mail.Bounce.Permanent == isHard {
			hard++
		} else {
			t.Logf("%s: hard %v (%s), got %+v", c.ID, isHard, c.Expect[0].Reason, mail.Bounce)
		}
	}
	if n := len(cases); known*100 < 99*n || addressed*100 < 97*n || hard*100 < 89*n {
		t.Errorf("of %d only %d kinds, %d recipients, %d hard or soft are right", n, known, addressed, hard)
	}
	t.Logf("of %d: kind %d, recipient %d, hard or soft %d; taken for a person %d", len(cases), known, addressed, hard, person)
}

// mailCase is a whole raw mail with what should come out.
type mailCase struct {
	ID     string `json:"id"`
	EML    string `json:"eml"`
	Why    string `json:"why"`
	Expect struct {
		Kind     program.MailKind   `json:"kind"`
		KindAny  []program.MailKind `json:"kind_any"`
		Contains []string           `json:"text_contains"`
		Excludes []string           `json:"text_excludes"`
		Calendar map[string]any     `json:"calendar"`
		Bounce   map[string]any     `json:"bounce"`
	} `json:"expect"`
}

// squeeze folds white space for comparing.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestMailsOfRealClientsAreUnderstood(t *testing.T) {
	for _, c := range readCases[mailCase](t, "mails.jsonl") {
		t.Run(c.ID, func(t *testing.T) {
			mail := inbox.Parse([]byte(c.EML), inbox.DefaultLimits())
			if mail.Kind != c.Expect.Kind && !slices.Contains(c.Expect.KindAny, mail.Kind) {
				t.Errorf("%s: kind %s (%s), not %s", c.Why, mail.Kind, mail.Reason, c.Expect.Kind)
			}
			for _, want := range c.Expect.Contains {
				if !strings.Contains(squeeze(mail.Text), squeeze(want)) {
					t.Errorf("%s: %q lacks %q", c.Why, mail.Text, want)
				}
			}
			for _, other := range c.Expect.Excludes {
				if strings.Contains(squeeze(mail.Text), squeeze(other)) {
					t.Errorf("%s: %q contains %q", c.Why, mail.Text, other)
				}
			}
			if method, ok := c.Expect.Calendar["method"].(string); ok && (mail.CalendarMethod != method || len(mail.Calendar) == 0) {
				t.Errorf("%s: calendar method %q, not %q", c.Why, mail.CalendarMethod, method)
			}
			if c.Expect.Bounce != nil && (mail.Bounce == nil || mail.Bounce.Recipient != c.Expect.Bounce["recipient"]) {
				t.Errorf("%s: bounce %+v, not %v", c.Why, mail.Bounce, c.Expect.Bounce)
			}
		})
	}
}
