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

// requireReaders names the environment variable that makes a reader which is
// not installed a failure. Without it, its tests are skipped.
const requireReaders = "MENTORPOST_TEST_REQUIRE_READERS"

// absent ends a test whose reader is not installed.
func absent(t *testing.T, what, debian string) {
	t.Helper()
	if os.Getenv(requireReaders) != "" {
		t.Fatalf("no %s here, and %s is set (Debian: %s)", what, requireReaders, debian)
	}
	t.Skipf("no %s here (Debian: %s)", what, debian)
}

// understood is what testdata/read.py prints for an event.
type understood struct {
	Method, UID, Start, End, Status string
	Summary, Description, Location  string
	Organizer                       string
	Sequence, Alarms                int
	Attendees                       [][4]string // address, name, PARTSTAT, RSVP
}

// What we send about one session, in this order.
const (
	first        = iota // REQUEST
	again               // the same once more, as REFRESH is answered
	agenda              // another description, which disturbs no answer
	moved               // another time
	cancellation        // CANCEL
	refusal             // DECLINECOUNTER, to a counter-proposal to the moved one
	kinds
)

// messages is one of each kind that we send about a session, in files, with
// texts that are hard to fold.
func messages(t *testing.T) (events []program.Event, files []string) {
	t.Helper()
	long := strings.Repeat("1. Über Größe, naïveté; und \"Zitate\"\n2. שלום עולם\n3. 👩‍🏫🏳️‍🌈 日本語\n", 100)
	e := sample()
	e.Summary = "Mentoring 👩‍🏫: עדה, Tomás; weekly"
	e.Description = strings.TrimSpace(long)
	e.Attendees[1].Name = "Pérez, " + strings.Repeat("Tomás Łucjan ", 9) + "; Jr."
	for kind := range kinds {
		e.Stamp = e.Stamp.Add(time.Hour)
		switch kind {
		case agenda:
			e.Description = "Agenda\n\n" + e.Description
		case moved:
			e.Sequence++
			e.Start, e.End = e.Start.AddDate(0, 0, 1), e.End.AddDate(0, 0, 1)
		case cancellation:
			e.Method = "CANCEL"
			e.Sequence++
		case refusal:
			e.Method, e.Sequence = "DECLINECOUNTER", events[moved].Sequence
		}
		events = append(events, e)
	}
	folder := t.TempDir()
	for i, e := range events {
		raw, err := Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, lay(t, folder, string(rune('a'+i))+".ics", raw))
	}
	return events, files
}

func lay(t *testing.T, folder, name string, raw []byte) string {
	t.Helper()
	file := filepath.Join(folder, name)
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// subscription is a calendar to subscribe to, with two sessions.
func subscription(t *testing.T) (events []program.Event, file string) {
	t.Helper()
	near, far := sample(), sample()
	far.UID, far.Start, far.End = "other@example.org", far.Start.AddDate(0, 0, 14), far.End.AddDate(0, 0, 14)
	events = []program.Event{near, far}
	raw, err := EncodeFeed(events, "Mentoring; Ada & Tomás")
	if err != nil {
		t.Fatal(err)
	}
	return events, lay(t, t.TempDir(), "feed.ics", raw)
}

// python finds an interpreter that has a module.
func python(t *testing.T, module string) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import "+module).Run() == nil {
			return name
		}
	}
	absent(t, "Python with "+module, "python3-"+module)
	return ""
}

func TestOtherReadersUnderstandWhatWeSend(t *testing.T) {
	for _, module := range []string{"icalendar", "vobject"} {
		t.Run(module, func(t *testing.T) {
			interpreter := python(t, module)
			events, files := messages(t)
			fed, file := subscription(t)
			var want []understood
			for _, e := range events {
				want = append(want, expected(e))
			}
			for _, e := range fed {
				e.Method, e.Organizer, e.Attendees = "", program.Attendee{}, nil
				want = append(want, expected(e))
			}
			out := output(t, interpreter, append([]string{"testdata/read.py", module}, append(files, file)...)...)
			var got []understood
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want) {
				t.Fatalf("%d events were read, %d written", len(got), len(want))
			}
			for i := range want {
				if !reflect.DeepEqual(got[i], want[i]) {
					t.Errorf("%s: got  %+v\nwant %+v", want[i].Method, got[i], want[i])
				}
			}
		})
	}
}

// output runs a program and returns what it prints.
func output(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		var said []byte
		if exit, ok := err.(*exec.ExitError); ok {
			said = exit.Stderr
		}
		t.Fatalf("%s: %v: %s", name, err, said)
	}
	return out
}

func expected(e program.Event) understood {
	u := understood{
		Method: e.Method, UID: e.UID, Sequence: e.Sequence, Status: "CONFIRMED",
		Start: e.Start.Format(time.RFC3339), End: e.End.Format(time.RFC3339),
		Summary: e.Summary, Description: e.Description, Location: e.Location,
		Attendees: [][4]string{},
	}
	answer := ""
	switch e.Method {
	case "REQUEST":
		u.Alarms, answer = 2, "TRUE"
	case "CANCEL":
		u.Status = "CANCELLED"
	}
	if e.Organizer.Address != "" {
		u.Organizer = "mailto:" + e.Organizer.Address
	}
	for _, a := range e.Attendees {
		u.Attendees = append(u.Attendees, [4]string{"mailto:" + a.Address, a.Name, string(a.PartStat), answer})
	}
	return u
}

// attending is whom those are that answer.
const attending = "tomas@example.org"

func TestGnusAttends(t *testing.T) {
	emacs, err := exec.LookPath("emacs")
	if err != nil {
		absent(t, "Emacs", "emacs-nox")
	}
	events, files := messages(t)
	cases := []struct {
		name, status string
		message      int
		class        string
		asks         string // whether an answer is wanted, and from whom
		want         program.PartStat
	}{
		{"a request is accepted", "accepted", first, "request", "|t|required", program.Accepted},
		{"a request is declined", "declined", first, "request", "|t|required", program.Declined},
		{"an update is answered tentatively", "tentative", moved, "request", "|t|required", program.Tentative},
		{"a cancellation is seen as one", "declined", cancellation, "cancel", "|nil|required", program.Declined},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := events[c.message]
			out := output(t, emacs, "-Q", "--batch", "-l", "testdata/attend.el", files[c.message], attending, c.status)
			saw, raw, _ := strings.Cut(string(out), "\n")
			if want := ";gnus-icalendar-event-" + c.class + "|" + e.UID + "|" + e.Start.Format(time.RFC3339) + c.asks; saw != want {
				t.Errorf("it saw %s, want %s", saw, want)
			}
			part, err := Decode([]byte(raw), Options{From: attending})
			if err != nil {
				t.Fatal(err)
			}
			if part.Method != "REPLY" || part.UID != e.UID || part.Sequence == nil || *part.Sequence != e.Sequence ||
				part.Attendee != attending || part.PartStat != c.want || !part.Start.Equal(e.Start) ||
				part.Organizer != e.Organizer.Address || len(part.Notes) > 0 {
				t.Errorf("read %+v from\n%s", part, raw)
			}
		})
	}
}

// libical builds the attendee of testdata/attend.c.
func libical(t *testing.T) (path string) {
	t.Helper()
	compiler, err := exec.LookPath("gcc")
	if err != nil {
		absent(t, "C compiler", "gcc")
	}
	path = filepath.Join(t.TempDir(), "attend")
	if out, err := exec.Command(compiler, "-include", "libical/ical.h", "-E", "-x", "c", "/dev/null").CombinedOutput(); err != nil {
		t.Logf("%s", out)
		absent(t, "libical", "libical-dev")
	}
	output(t, compiler, "-Wall", "-Werror", "-o", path, "testdata/attend.c", "-licalss", "-lical")
	return path
}

// TestLibicalAttends has the calendar library of Evolution and KOrganizer, which
// sorts messages by RFC 5546 against the entry that it holds, take and answer
// what we send.
func TestLibicalAttends(t *testing.T) {
	attend := libical(t)
	events, files := messages(t)
	const none = -1
	cases := []struct {
		name           string
		held, received int
		class          string // what libical takes the message to be
		answer         string
		method         string
		status         program.PartStat
	}{
		{"a new invitation is accepted", none, first, "REQUEST-NEW", "accept", "REPLY", program.Accepted},
		{"a new invitation is declined", none, first, "REQUEST-NEW", "decline", "REPLY", program.Declined},
		{"a new invitation is countered", none, first, "REQUEST-NEW", "counter", "COUNTER", program.NeedsAction},
		{"a new invitation is delegated", none, first, "REQUEST-NEW", "delegate", "REPLY", program.Delegated},
		{"the answer to a REFRESH is the same version, told later", first, again, "REQUEST-UPDATE", "", "", ""},
		{"an agenda is an update that moves nothing", first, agenda, "REQUEST-UPDATE", "", "", ""},
		{"a move is one, and is accepted", first, moved, "REQUEST-RESCHEDULE", "accept", "REPLY", program.Accepted},
		{"a move is one, and is declined", first, moved, "REQUEST-RESCHEDULE", "decline", "REPLY", program.Declined},
		{"a move is one, and is countered", first, moved, "REQUEST-RESCHEDULE", "counter", "COUNTER", program.NeedsAction},
		{"an invitation that comes after its update is out of date", moved, first, "OBSOLETE", "", "", ""},
		{"a cancellation takes the session away", moved, cancellation, "CANCEL-EVENT", "", "", ""},
		{"a cancellation takes away what was never updated", first, cancellation, "CANCEL-EVENT", "", "", ""},
		{"an update that comes after the cancellation is out of date", cancellation, moved, "OBSOLETE", "", "", ""},
		{"a refused counter-proposal is one", moved, refusal, "DECLINECOUNTER", "", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e, held := events[c.received], "-"
			if c.held != none {
				held = files[c.held]
			}
			start, end := e.Start.Add(26*time.Hour), e.End.Add(26*time.Hour)
			out := output(t, attend, attending, c.answer, held, files[c.received], start.Format(utcForm), end.Format(utcForm))
			saw, raw, _ := strings.Cut(string(out), "\n")
			if want := c.class + "|" + e.UID + "|" + e.Start.Format(utcForm) + "|" + e.End.Format(utcForm); saw != want {
				t.Errorf("it saw %s, want %s", saw, want)
			}
			if c.answer == "" {
				return
			}
			part, err := Decode([]byte(raw), Options{From: attending})
			if err != nil {
				t.Fatal(err)
			}
			if c.method == "COUNTER" && (!part.Start.Equal(start) || !part.End.Equal(end)) {
				t.Errorf("it proposes %s to %s, want %s to %s", part.Start, part.End, start, end)
			}
			if part.Method != c.method || part.UID != e.UID || part.Sequence == nil || *part.Sequence != e.Sequence ||
				part.Attendee != attending || part.PartStat != c.status || part.Organizer != e.Organizer.Address || len(part.Notes) > 0 {
				t.Errorf("read %+v from\n%s", part, raw)
			}
		})
	}
	t.Run("a feed is no message to answer", func(t *testing.T) {
		fed, file := subscription(t)
		saw := string(output(t, attend, attending, "", "-", file))
		if want := "UNKNOWN|" + fed[0].UID + "|"; !strings.HasPrefix(saw, want) {
			t.Errorf("it saw %s, want %s…", saw, want)
		}
	})
}

// utcForm is DATE-TIME in UTC (RFC 5545 §3.3.5, form 2).
const utcForm = "20060102T150405Z"
