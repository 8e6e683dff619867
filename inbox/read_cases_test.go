package inbox

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/inbox/trim"
	"github.com/mentorpost/mentorpost/program"
)

// casesFolder finds the shared cases: where MENTORPOST_CASES points, or in
// shared/cases beside the repository.
func casesFolder(t *testing.T) string {
	t.Helper()
	if folder := os.Getenv("MENTORPOST_CASES"); folder != "" {
		return folder
	}
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			break
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			t.Skip("no repository around the test")
		}
		folder = parent
	}
	cases := filepath.Join(folder, "..", "shared", "cases")
	if _, err := os.Stat(cases); err != nil {
		t.Skip("the shared cases are not here")
	}
	return cases
}

// expectedRequest is what a case wants; what it leaves out is not compared.
type expectedRequest struct {
	Type    program.RequestType   `json:"type"`
	Types   []program.RequestType `json:"any_type"`
	Option  string                `json:"option"`
	Options []string              `json:"options"`
	Until   string                `json:"until"`
	Value   string                `json:"value"`
	Times   []expectedTime        `json:"times"`
}

type expectedTime struct {
	Start     time.Time  `json:"start"`
	End       *time.Time `json:"end"`
	Grain     string     `json:"grain"`
	Policy    []string   `json:"policy_bounds"`
	StatedEnd bool       `json:"stated_end"`
}

type requestCase struct {
	ID      string    `json:"id"`
	Body    string    `json:"body"`
	At      time.Time `json:"at"`
	Zone    string    `json:"zone"`
	Locale  string    `json:"locale"`
	Context struct {
		program.Question
		Minutes int `json:"duration_minutes"`
	} `json:"context"`
	Expect struct {
		Requests []expectedRequest `json:"requests"`
		Optional []expectedRequest `json:"optional"`
		Ask      bool              `json:"ask"`
		AskFree  bool              `json:"ask_free"`
		Whenever *bool             `json:"any_when_ask"`
	} `json:"expect"`
}

// acts are the requests that change something when they are wrong.
var acts = map[program.RequestType]bool{
	program.Accept: true, program.Cancel: true, program.Move: true, program.Waive: true, program.Refuse: true, program.Decline: true,
	program.Stop: true, program.Forget: true, program.Join: true, program.Held: true, program.Missed: true,
}

// TestScores holds the reader to its aims on the shared cases. Run it with -v
// to see the scores.
func TestScores(t *testing.T) {
	folder := casesFolder(t)
	for name, floor := range map[string]float64{"replies": 0.94, "requests": 0.97} {
		t.Run(name, func(t *testing.T) {
			right, wrong, all := 0, 0, 0
			for _, c := range loadCases(t, filepath.Join(folder, name+".jsonl")) {
				ok, confident := c.judge(c.read(t))
				all++
				if ok {
					right++
				} else {
					t.Logf("%s is not right", c.ID)
				}
				if confident {
					wrong++
				}
			}
			if all == 0 {
				t.Skip("no cases")
			}
			rate := float64(right) / float64(all)
			t.Logf("%s: %d of %d right (%.1f %%), %d wrong actions", name, right, all, 100*rate, wrong)
			if rate < floor || wrong > 0 {
				t.Errorf("%s: %.3f right with %d wrong actions, want %.3f and none", name, rate, wrong, floor)
			}
		})
	}
}

func loadCases(t *testing.T, path string) []requestCase {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Skip(err)
	}
	defer file.Close()
	var list []requestCase
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c requestCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

func (c requestCase) read(t *testing.T) program.Understanding {
	t.Helper()
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		t.Fatal(err)
	}
	found := trim.Plain(c.Body)
	return Read(found.Text, found.Answers, Reader{
		At: c.At, Zone: zone, Locale: c.Locale, Question: c.Context.Question, Length: time.Duration(c.Context.Minutes) * time.Minute,
	})
}

// judge says whether an understanding is right, and whether it would act
// wrongly without asking.
func (c requestCase) judge(u program.Understanding) (right, confident bool) {
	left := slices.DeleteFunc(slices.Clone(u.Requests), func(q program.Request) bool { return q.Type == program.None })
	missing := 0
	take := func(w expectedRequest) bool {
		i := slices.IndexFunc(left, func(q program.Request) bool { return c.fits(w, q) })
		if i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
		return i >= 0
	}
	for _, w := range c.Expect.Requests {
		if w.Type != program.None && !take(w) {
			missing++
		}
	}
	for _, w := range c.Expect.Optional {
		take(w)
	}
	acting := slices.ContainsFunc(left, func(q program.Request) bool { return acts[q.Type] })
	if c.Expect.Ask && !c.Expect.AskFree && (c.Expect.Whenever == nil || *c.Expect.Whenever) {
		anything := slices.ContainsFunc(u.Requests, func(q program.Request) bool { return acts[q.Type] })
		return u.Ask, !u.Ask && anything
	}
	asked := c.Expect.AskFree || u.Ask == c.Expect.Ask
	return missing == 0 && len(left) == 0 && asked, !u.Ask && acting
}

func (c requestCase) fits(w expectedRequest, q program.Request) bool {
	if q.Type != w.Type && !slices.Contains(w.Types, q.Type) {
		return false
	}
	if w.Option != "" && !strings.EqualFold(w.Option, q.Option) && !(q.Option == "" && len(c.Context.Offered) == 1) {
		return false
	}
	if len(w.Options) > 0 && !slices.Contains(w.Options, q.Option) {
		return false
	}
	if w.Until != "" && w.Until != q.Until || w.Value != "" && w.Type == q.Type && !strings.EqualFold(w.Value, q.Value) {
		return false
	}
	return len(w.Times) == 0 || w.Option != "" || sameTimes(w.Times, q.Times)
}

// sameTimes pairs off every wanted time with one that was read.
func sameTimes(want []expectedTime, got []program.When) bool {
	left := slices.DeleteFunc(slices.Clone(got), func(w program.When) bool { return w.Negated })
	for _, w := range want {
		i := slices.IndexFunc(left, func(g program.When) bool { return w.matches(g) })
		if i < 0 {
			return false
		}
		left = slices.Delete(left, i, i+1)
	}
	return len(left) == 0
}

func (w expectedTime) matches(g program.When) bool {
	start := g.Start.In(w.Start.Location())
	if slices.Contains(w.Policy, "start") || w.Grain == "day" {
		if !sameDay(start, w.Start) {
			return false
		}
	} else if d := start.Sub(w.Start).Abs(); d >= time.Minute {
		return false
	}
	if !w.StatedEnd || w.End == nil || slices.Contains(w.Policy, "end") {
		return true
	}
	return g.End.Sub(*w.End).Abs() < time.Minute
}
