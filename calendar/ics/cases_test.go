package ics

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"github.com/mentorpost/mentorpost/program"
)

// calendarCase is a public calendar file.
type calendarCase struct {
	ID  string `json:"id"`
	Raw []byte `json:"ics_base64"`
}

// calendarCases reads the public files where they are at hand: in the folder
// that MENTORPOST_CASES names, or in shared/cases beside the repository.
func calendarCases(t testing.TB) []calendarCase {
	t.Helper()
	folder := os.Getenv("MENTORPOST_CASES")
	if folder == "" {
		root, err := filepath.Abs("../..")
		if err != nil {
			t.Fatal(err)
		}
		folder = filepath.Join(filepath.Dir(root), "shared", "cases")
	}
	file, err := os.Open(filepath.Join(folder, "ics.jsonl"))
	if err != nil {
		t.Skipf("public calendar files are not here: %v", err)
	}
	defer file.Close()
	var all []calendarCase
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		var c calendarCase
		if err := json.Unmarshal(scanner.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// bareRead reports whether go-ical alone parses raw.
func bareRead(raw []byte) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	_, err := ical.NewDecoder(bytes.NewReader(raw)).Decode()
	return err == nil
}

func TestEveryPublicFileIsAnsweredQuickly(t *testing.T) {
	all := calendarCases(t)
	read, empty, bare := 0, 0, 0
	for _, c := range all {
		if bareRead(c.Raw) {
			bare++
		}
		var part program.CalendarPart
		var err error
		within(t, 100*time.Millisecond, func() { part, err = Decode(c.Raw, Options{From: "ada@example.org"}) })
		switch {
		case err == nil:
			read++
		case errors.Is(err, ErrNoEvent):
			empty++
		case !errors.Is(err, ErrNotCalendar):
			t.Errorf("%s: %v", c.ID, err)
		default:
			t.Logf("%s: %v", c.ID, err)
		}
		for _, note := range part.Notes {
			if strings.Contains(note, "zone") || testing.Verbose() {
				t.Logf("%s: %s", c.ID, note)
			}
		}
	}
	t.Logf("%d files: %d read, %d without an event; bare go-ical parses %d", len(all), read, empty, bare)
	if len(all) > 0 && (read+empty)*100 < len(all)*98 {
		t.Errorf("read %d and found nothing to attend in %d of %d files", read, empty, len(all))
	}
}

// TestZonesOfPublicFilesAreKnownWhereTheFileSaysThem looks up every zone that a
// time in any public file names.
func TestZonesOfPublicFilesAreKnownWhereTheFileSaysThem(t *testing.T) {
	named, unknown := 0, 0
	for _, c := range calendarCases(t) {
		calendar, _, err := parse(c.Raw, false)
		if err != nil {
			continue
		}
		z := newZones(calendar, nil, maxFeedSteps)
		for _, child := range calendar.Children {
			for _, props := range child.Props {
				for i := range props {
					id := cleanID(props[i].Params.Get("TZID"))
					if id == "" {
						continue
					}
					named++
					if z.zone(id).known() {
						continue
					}
					unknown++
					t.Logf("%s: %q", c.ID, id)
					if rules := z.embedded[strings.ToLower(id)]; rules != nil && len(rules.Children) > 0 {
						t.Errorf("%s: %q has rules in the file", c.ID, id)
					}
				}
			}
		}
	}
	t.Logf("%d times in a zone, %d of them in an unknown one", named, unknown)
}
