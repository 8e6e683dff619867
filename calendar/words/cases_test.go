package words

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// A caseRow is a phrase and the times that it names.
type caseRow struct {
	ID     string     `json:"id"`
	Class  string     `json:"class"`
	Text   string     `json:"text"`
	Ref    string     `json:"ref"`
	Zone   string     `json:"zone"`
	Locale string     `json:"locale"`
	Lang   string     `json:"lang"`
	Start  string     `json:"start"`
	Expect []caseTime `json:"expect"`
	Forbid []string   `json:"forbid"`
}

type caseTime struct {
	Start  string     `json:"start"`
	End    string     `json:"end"`
	Grain  string     `json:"grain"`
	Alt    []caseTime `json:"alt"`
	Window []string   `json:"window"`
}

// casesFolder walks up from the package to the folder of cases beside the
// repository; MENTORPOST_CASES names another one.
func casesFolder(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("MENTORPOST_CASES"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			cases := filepath.Join(dir, "..", "shared", "cases")
			if _, err := os.Stat(cases); err == nil {
				return cases
			}
			break
		}
	}
	t.Skip("the folder of cases is not here")
	return ""
}

func TestCases(t *testing.T) {
	folder := casesFolder(t)
	for _, set := range []struct {
		name  string
		floor float64 // per cent
	}{{"times", 98}, {"probes", 98}, {"languages", 97}} {
		t.Run(set.name, func(t *testing.T) {
			rows := readCases(t, filepath.Join(folder, set.name+".jsonl"))
			right := 0
			for _, row := range rows {
				got := readCase(t, row)
				if caseRight(set.name, row, got) {
					right++
				} else {
					t.Logf("%s %q at %s: got %s", row.ID, row.Text, row.Ref, say(got))
				}
			}
			score := 100 * float64(right) / float64(len(rows))
			t.Logf("%d of %d, %.1f %%", right, len(rows), score)
			if score < set.floor {
				t.Errorf("%.1f %% are right, the floor is %.1f %%", score, set.floor)
			}
		})
	}
}

func readCases(t *testing.T, path string) []caseRow {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Skip(err)
	}
	defer file.Close()
	var rows []caseRow
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row caseRow
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// readCase reads the phrase and leaves out the denied times.
func readCase(t *testing.T, row caseRow) []program.When {
	t.Helper()
	at := instant(row.Ref)
	zone := at.Location()
	if row.Zone != "" {
		zone = loadZone(row.Zone)
	}
	locale := "en-US"
	if row.Locale != "" {
		locale = row.Locale
	} else if row.Lang != "" {
		locale = row.Lang
	}
	var kept []program.When
	for _, w := range Read(row.Text, Context{At: at, Zone: zone, Locale: locale}) {
		if !w.Negated {
			kept = append(kept, w)
		}
	}
	return kept
}

func instant(s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return at
}

// caseRight judges as the scorer of the cases does.
func caseRight(set string, row caseRow, got []program.When) bool {
	want := row.Expect
	if want == nil && set == "languages" {
		want = []caseTime{{Start: row.Start, Grain: "minute"}}
	}
	fits := func(i int) bool { return i < len(got) && sameTime(want[min(i, len(want)-1)], got[i], row) }
	var right bool
	switch {
	case len(want) == 0:
		right = len(got) == 0
	case row.Class == "inherit" || row.Class == "multi" && set == "probes":
		right = len(got) == len(want)
		for i := range want {
			right = right && fits(i)
		}
	case row.Class == "negation":
		for _, w := range got {
			right = right || sameTime(want[0], w, row)
		}
	default:
		right = fits(0)
	}
	for _, w := range got {
		for _, day := range row.Forbid {
			right = right && w.Start.In(instant(row.Ref).Location()).Format(time.DateOnly) != day
		}
	}
	return right
}

var weekend = regexp.MustCompile(`(?i)week-?end`)

func sameTime(want caseTime, got program.When, row caseRow) bool {
	zone := instant(row.Ref).Location()
	near := func(a string) bool { return got.Start.Sub(instant(a)).Abs() < time.Minute }
	within := func(from, to time.Time) bool { return !got.Start.Before(from) && got.Start.Before(to) }
	for _, w := range append([]caseTime{want}, want.Alt...) {
		start, end := instant(w.Start), instant(w.End)
		switch want.Grain {
		case "day", "dayrange":
			if got.Start.In(zone).Format(time.DateOnly) == start.In(zone).Format(time.DateOnly) {
				return true
			}
		case "span":
			if weekend.MatchString(row.Text) {
				start = start.AddDate(0, 0, -1)
			}
			if within(start, end) {
				return true
			}
		default:
			if near(w.Start) || len(w.Window) == 2 && within(instant(w.Window[0]), instant(w.Window[1])) {
				return true
			}
		}
	}
	return false
}
