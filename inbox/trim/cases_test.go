package trim_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mentorpost/mentorpost/inbox/trim"
)

// trimCase is one reply with the text that its writer added.
type trimCase struct {
	ID   string  `json:"id"`
	Body string  `json:"body"`
	HTML *string `json:"html"`
	Text string  `json:"text"`
}

// casesFile finds a file of public cases: in the folder that MENTORPOST_CASES
// names, or in one beside the repository.
func casesFile(t *testing.T, name string) string {
	t.Helper()
	if dir := os.Getenv("MENTORPOST_CASES"); dir != "" {
		return filepath.Join(dir, name)
	}
	for dir := "."; ; dir = filepath.Join("..", dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "..", "shared", "cases", name)
		}
		if absolute, err := filepath.Abs(dir); err != nil || absolute == "/" {
			return name
		}
	}
}

func readTrimCases(t *testing.T) []trimCase {
	t.Helper()
	file, err := os.Open(casesFile(t, "trim.jsonl"))
	if err != nil {
		t.Skip("no cases here")
	}
	defer file.Close()
	var cases []trimCase
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var c trimCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

var tags = regexp.MustCompile(`<[^>]+>`)

// squeeze compares HTML cases by their words.
func squeeze(s string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(s, " ")), " ")
}

func TestPublicRepliesAreTrimmedAsTheirAuthorsExpect(t *testing.T) {
	cases := readTrimCases(t)
	good := 0
	for _, c := range cases {
		var got, want string
		if c.HTML != nil {
			got, want = squeeze(trim.HTML(*c.HTML).Text), squeeze(c.Text)
		} else {
			got, want = strings.TrimSpace(trim.Plain(c.Body).Text), strings.TrimSpace(strings.ReplaceAll(c.Text, "\r\n", "\n"))
		}
		if got == want {
			good++
		} else {
			t.Logf("%s\nwant %q\ngot  %q", c.ID, want, got)
		}
	}
	const floor = 95
	t.Logf("%d of %d", good, len(cases))
	if good*100 < floor*len(cases) {
		t.Errorf("%d of %d are right, fewer than %d %%", good, len(cases), floor)
	}
}
