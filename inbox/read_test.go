package inbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/inbox/trim"
	"github.com/mentorpost/mentorpost/program"
)

// requestRow is one line of testdata/requests: "context locale | text | want"
// under a heading that states the rule.
type requestRow struct {
	rule, context, locale, text, want string
}

func requestRows(t testing.TB) []requestRow {
	t.Helper()
	files, err := filepath.Glob("testdata/requests/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("find request rows: %v, %d files", err, len(files))
	}
	var rows []requestRow
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rule := ""
		for _, line := range strings.Split(string(data), "\n") {
			if heading, ok := strings.CutPrefix(line, "== "); ok {
				rule = heading
				continue
			}
			if line == "" || line[0] == '#' {
				continue
			}
			fields := strings.Split(line, " | ")
			if len(fields) != 3 {
				t.Fatalf("%s: row %q has %d fields", file, line, len(fields))
			}
			context, locale, _ := strings.Cut(fields[0], " ")
			rows = append(rows, requestRow{rule, context, locale, strings.ReplaceAll(fields[1], `\n`, "\n"), fields[2]})
		}
	}
	return rows
}

var london = mustZone("Europe/London")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func londonTime(text string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", "2027-"+text, london)
	if err != nil {
		panic(err)
	}
	return at
}

// readerFor builds the context that a row names.
func readerFor(context, locale string) Reader {
	slot := func(label, at string) program.Slot {
		start := londonTime(at)
		return program.Slot{Label: label, Start: start, End: start.Add(45 * time.Minute)}
	}
	booked := func(at string) *program.Booked {
		start := londonTime(at)
		return &program.Booked{UID: "s@example.org", Start: start, End: start.Add(45 * time.Minute)}
	}
	if locale == "en" {
		locale = "en-GB"
	}
	r := Reader{At: londonTime("02-08 09:00"), Zone: london, Locale: locale, Length: 45 * time.Minute}
	q := &r.Question
	switch context {
	case "offer":
		q.Purpose, q.Offered = program.AboutOffer, []program.Slot{slot("A", "02-11 10:00"), slot("B", "02-12 14:30"), slot("C", "02-15 09:00")}
	case "numbers":
		q.Purpose, q.Offered = program.AboutOffer, []program.Slot{slot("1", "02-11 10:00"), slot("2", "02-12 14:30"), slot("3", "02-15 09:00")}
	case "single":
		q.Purpose, q.Offered = program.AboutOffer, []program.Slot{slot("A", "02-11 10:00")}
	case "open":
		q.Purpose = program.AboutOffer
	case "swap":
		q.Purpose, q.Offered, q.Session = program.AboutOffer, []program.Slot{slot("A", "02-18 15:00")}, booked("02-17 15:00")
	case "session":
		q.Purpose, q.Session = program.AboutSession, booked("02-11 16:00")
	case "moving":
		q.Purpose, q.Session = program.AboutSession, booked("02-11 16:00")
		q.Session.Moving = true
	case "agenda":
		q.Purpose, q.Session = program.AboutAgenda, booked("02-11 16:00")
	case "took":
		q.Purpose, q.Session = program.AboutTookPlace, booked("02-05 16:00")
	case "checkin":
		q.Purpose = program.AboutCheckIn
	case "invitation", "charter", "feedback", "journal":
		q.Purpose = program.Purpose(context)
		if context == "journal" {
			q.Session = booked("02-11 16:00")
		}
	case "plain":
		q.Purpose = program.AboutNothing
	default:
		panic("unknown context " + context)
	}
	return r
}

func TestTextsAreRead(t *testing.T) {
	for _, row := range requestRows(t) {
		name := fmt.Sprintf("%s/%s %s %s", row.rule, row.context, row.locale, strings.ReplaceAll(row.text, "\n", " "))
		t.Run(strings.ReplaceAll(name, "/", "·"), func(t *testing.T) {
			got := Read(row.text, nil, readerFor(row.context, row.locale))
			if problem := compareUnderstanding(row.want, got); problem != "" {
				t.Errorf("%q in %s %s: want %s, got %s: %s", row.text, row.context, row.locale, row.want, inWords(got), problem)
			}
		})
	}
}

// compareUnderstanding says what is wrong, "" for nothing.
func compareUnderstanding(want string, got program.Understanding) string {
	if first, second, either := strings.Cut(want, "|"); either {
		problem := compareUnderstanding(first, got)
		if problem != "" && compareUnderstanding(second, got) == "" {
			return ""
		}
		return problem
	}
	if rest, ok := strings.CutPrefix(want, "no "); ok {
		for _, q := range got.Requests {
			if string(q.Type) == rest && !got.Ask {
				return "it is done all the same"
			}
		}
		return ""
	}
	if rest, ok := strings.CutPrefix(want, "ask"); ok {
		rest = strings.TrimSpace(rest)
		if !got.Ask {
			return "no question goes back"
		}
		if got.Why == "" {
			return "the question has no reason"
		}
		if rest != "" && (len(got.Requests) != 1 || string(got.Requests[0].Type) != rest) {
			return "the request is another one"
		}
		return ""
	}
	if got.Ask {
		return "a needless question: " + got.Why
	}
	return compareRequests(want, got.Requests)
}

func compareRequests(want string, got []program.Request) string {
	var left []program.Request
	for _, q := range got {
		if q.Type != program.None {
			left = append(left, q)
		}
	}
	wanted := wantedRequests(want)
	for _, w := range wanted {
		found := -1
		for i, q := range left {
			if w.fits(q) {
				found = i
				break
			}
		}
		if found < 0 && !w.optional {
			return "missing " + w.kind
		}
		if found >= 0 {
			left = append(left[:found], left[found+1:]...)
		}
	}
	if len(left) > 0 {
		return "too much: " + string(left[0].Type)
	}
	return ""
}

type wantedRequest struct {
	kind, value string
	times       []string
	optional    bool
}

// wantedRequests reads "join, zone Europe/Lisbon" and "propose 02-10 15:00,
// 02-11 10:00".
func wantedRequests(text string) []wantedRequest {
	var list []wantedRequest
	for _, piece := range strings.Split(text, ", ") {
		if len(list) > 0 && piece[0] >= '0' && piece[0] <= '9' {
			last := &list[len(list)-1]
			last.times = append(last.times, piece)
			continue
		}
		kind, value, _ := strings.Cut(piece, " ")
		kind, optional := strings.CutSuffix(kind, "?")
		w := wantedRequest{kind: kind, value: value, optional: optional}
		if kind == "propose" || kind == "move" {
			w.value, w.times = "", []string{value}
		}
		if kind != "none" {
			list = append(list, w)
		}
	}
	return list
}

func (w wantedRequest) fits(q program.Request) bool {
	if string(q.Type) != w.kind {
		return false
	}
	if len(w.times) > 0 && w.times[0] != "" {
		if len(q.Times) != len(w.times) {
			return false
		}
		for _, at := range w.times {
			found := false
			for _, have := range q.Times {
				found = found || have.Start.Equal(londonTime(at))
			}
			if !found {
				return false
			}
		}
	}
	if prefix, ok := strings.CutSuffix(w.value, "*"); ok {
		return strings.HasPrefix(q.Value, prefix)
	}
	return w.value == "" || w.value == q.Value || w.value == q.Option || w.value == q.Until
}

// inWords shows an understanding in the form of the rows.
func inWords(u program.Understanding) string {
	var parts []string
	if u.Ask {
		parts = append(parts, "ask ("+u.Why+")")
	}
	for _, q := range u.Requests {
		s := string(q.Type)
		for _, v := range []string{q.Option, q.Value, q.Until} {
			if v != "" {
				s += " " + v
			}
		}
		for _, w := range q.Times {
			s += " " + w.Start.Format("01-02 15:04")
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, ", ")
}

func TestAnswersBetweenTheLinesPickTheirSlot(t *testing.T) {
	r := readerFor("numbers", "en")
	answers := []trim.Answer{
		{Quoted: "1) Thu 11 Feb 10:00", Text: "no"},
		{Quoted: "2) Fri 12 Feb 14:30", Text: "at a push"},
		{Quoted: "3) Mon 15 Feb 09:00", Text: "yes, perfect"},
	}
	got := Read("no\n\nat a push\n\nyes, perfect", answers, r)
	if problem := compareUnderstanding("accept 3", got); problem != "" {
		t.Errorf("got %s: %s", inWords(got), problem)
	}
}
