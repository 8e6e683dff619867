package ics

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// understood is what testdata/read.py prints for a message.
type understood struct {
	Method, UID, Start, End, Status string
	Summary, Description, Location  string
	Organizer                       string
	Sequence, Alarms                int
	Attendees                       [][4]string // address, name, PARTSTAT, RSVP
}

// messages is one of each kind that we send, with texts that are hard to fold.
func messages(t *testing.T) (events []program.Event, files []string) {
	t.Helper()
	long := strings.Repeat("1. Über Größe, naïveté; und \"Zitate\"\n2. שלום עולם\n3. 👩‍🏫🏳️‍🌈 日本語\n", 100)
	for _, method := range []string{"REQUEST", "REQUEST", "CANCEL", "DECLINECOUNTER"} {
		e := sample()
		e.Method = method
		e.Sequence += len(events)
		e.Start, e.End = e.Start.AddDate(0, 0, len(events)), e.End.AddDate(0, 0, len(events))
		e.Summary = "Mentoring 👩‍🏫: עדה, Tomás; weekly"
		e.Description = strings.TrimSpace(long)
		e.Attendees[1].Name = "Pérez, " + strings.Repeat("Tomás Łucjan ", 9) + "; Jr."
		events = append(events, e)
	}
	folder := t.TempDir()
	for i, e := range events {
		raw, err := Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, filepath.Join(folder, string(rune('a'+i))+".ics"))
		if err := os.WriteFile(files[i], raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return events, files
}

// python finds an interpreter that has a module.
func python(t *testing.T, module string) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import "+module).Run() == nil {
			return name
		}
	}
	t.Skipf("no Python with %s here (Debian: python3-%s)", module, module)
	return ""
}

func TestOtherReadersUnderstandWhatWeSend(t *testing.T) {
	for _, module := range []string{"icalendar", "vobject"} {
		t.Run(module, func(t *testing.T) {
			interpreter := python(t, module)
			events, files := messages(t)
			out, err := exec.Command(interpreter, append([]string{"testdata/read.py", module}, files...)...).Output()
			if err != nil {
				t.Fatalf("%v: %s", err, stderr(err))
			}
			var got []understood
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			for i, e := range events {
				if want := expected(e); i >= len(got) || !reflect.DeepEqual(got[i], want) {
					t.Errorf("%s: got  %+v\nwant %+v", e.Method, got[i], want)
				}
			}
		})
	}
}

func stderr(err error) []byte {
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.Stderr
	}
	return nil
}

func expected(e program.Event) understood {
	u := understood{
		Method: e.Method, UID: e.UID, Sequence: e.Sequence, Status: "CONFIRMED",
		Start: e.Start.Format(time.RFC3339), End: e.End.Format(time.RFC3339),
		Summary: e.Summary, Description: e.Description, Location: e.Location,
		Organizer: "mailto:" + e.Organizer.Address,
	}
	answer := ""
	switch e.Method {
	case "REQUEST":
		u.Alarms, answer = 2, "TRUE"
	case "CANCEL":
		u.Status = "CANCELLED"
	}
	for _, a := range e.Attendees {
		u.Attendees = append(u.Attendees, [4]string{"mailto:" + a.Address, a.Name, string(a.PartStat), answer})
	}
	return u
}

func TestARealAttendeeAnswers(t *testing.T) {
	emacs, err := exec.LookPath("emacs")
	if err != nil {
		t.Skip("no Emacs here (Debian: emacs-nox)")
	}
	events, files := messages(t)
	cases := []struct {
		name, status string
		message      int // the index in messages
		class        string
		asks         string // whether an answer is wanted, and from whom
		want         program.PartStat
	}{
		{"a request is accepted", "accepted", 0, "request", "|t|required", program.Accepted},
		{"a request is declined", "declined", 0, "request", "|t|required", program.Declined},
		{"an update is answered tentatively", "tentative", 1, "request", "|t|required", program.Tentative},
		{"a cancellation is seen as one", "declined", 2, "cancel", "|nil|required", program.Declined},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := events[c.message]
			out, err := exec.Command(emacs, "-Q", "--batch", "-l", "testdata/attend.el",
				files[c.message], "tomas@example.org", c.status).Output()
			if err != nil {
				t.Fatalf("%v: %s", err, stderr(err))
			}
			saw, raw, _ := strings.Cut(string(out), "\n")
			if want := ";gnus-icalendar-event-" + c.class + "|" + e.UID + "|" + e.Start.Format(time.RFC3339) + c.asks; saw != want {
				t.Errorf("it saw %s, want %s", saw, want)
			}
			part, err := Decode([]byte(raw), Options{From: "tomas@example.org"})
			if err != nil {
				t.Fatal(err)
			}
			if part.Method != "REPLY" || part.UID != e.UID || part.Sequence == nil || *part.Sequence != e.Sequence ||
				part.Attendee != "tomas@example.org" || part.PartStat != c.want || !part.Start.Equal(e.Start) ||
				part.Organizer != e.Organizer.Address || len(part.Notes) > 0 {
				t.Errorf("read %+v from\n%s", part, raw)
			}
		})
	}
}
