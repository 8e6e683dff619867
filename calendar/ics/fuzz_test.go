package ics

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/mentorpost/mentorpost/program"
)

func FuzzDecode(f *testing.F) {
	files, err := filepath.Glob("testdata/*.ics")
	if err != nil || len(files) == 0 {
		f.Fatalf("no files: %v", err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw, "ada@example.org")
	}
	f.Add(zoneFile(customBerlin, "DTSTART;TZID=Customized Time Zone:20270711T100000"), "")
	f.Add(zoneFile("", "DTSTART;TZID=(UTC+01:00) Amsterdam, Berlin:20270711T100000\nRRULE:FREQ=WEEKLY;BYDAY=MO\nEXDATE:20270718T100000"), "")
	f.Add([]byte("BEGIN:VFREEBUSY\nFREEBUSY:20270711T100000Z/PT1H,20270711T100000Z/20270712T100000Z\nEND:VFREEBUSY"), "")
	from := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, raw []byte, sender string) {
		begun := time.Now()
		defer func() {
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("%d bytes took %v", len(raw), took)
			}
		}()
		part, err := Decode(raw, Options{From: sender})
		for _, kind := range []error{nil, ErrTooLarge, ErrTooDeep, ErrNotCalendar, ErrNoEvent} {
			if errors.Is(err, kind) {
				err = nil
			}
		}
		if err != nil {
			t.Errorf("an error of no kind: %v", err)
		}
		if part.PartStat != knownPartStat(part.PartStat) && part.PartStat != "" {
			t.Errorf("status %q", part.PartStat)
		}
		for _, s := range append(part.Notes, part.UID, part.Summary, part.Attendee, part.RecurrenceID) {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				t.Errorf("not clean: %q", s)
			}
		}
		spans, _ := BusyTimes(raw, Weeks{From: from, To: from.AddDate(0, 2, 0)})
		for i, s := range spans {
			if !s.End.After(s.Start) || i > 0 && !s.Start.After(spans[i-1].End) {
				t.Errorf("spans out of order: %v", spans)
			}
		}
	})
}

func FuzzEncode(f *testing.F) {
	f.Add("s-1@example.org", "Mentoring: Ada and Tomás", "1. What worked\n2. A dilemma", "https://meet.example.org/x?a=b,c;d", `Tomás "Tom" Pérez`, "ada@example.org", "")
	f.Add("1\r\nMETHOD:CANCEL", "x\nUID:2", "\\n\\", "https://x\r\nATTENDEE:y", "a\"\r\nb^n", "a@b\n", "\x00\xff")
	f.Add("🐈", "שלום\u202e", "日本語日本語日本語日本語日本語日本語日本語", "room 5", "👩‍🏫", "é@example.org", ";,:")
	f.Fuzz(func(t *testing.T, uid, summary, description, location, name, address, comment string) {
		e := sample()
		e.UID, e.Summary, e.Description, e.Location, e.Comment = uid, summary, description, location, comment
		e.Organizer.Name, e.Attendees[1].Name, e.Attendees[1].Address = name, name, address
		raw, err := Encode(e)
		if err != nil {
			if !errors.Is(err, ErrInvalidEvent) {
				t.Errorf("an error of no kind: %v", err)
			}
			return
		}
		if got, want := names(unfold(t, raw)), expectedNames(e); !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		part, err := Decode(raw, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if part.Organizer != e.Organizer.Address || !part.Start.Equal(e.Start) || !part.End.Equal(e.End) || len(part.Notes) > 0 {
			t.Errorf("read %+v", part)
		}
		if utf8.ValidString(uid) && part.UID != strings.TrimSpace(uid) {
			t.Errorf("UID %q came back as %q", uid, part.UID)
		}
	})
}

// drawText is text without control characters, broken UTF-8 or blank ends,
// which are not kept.
func drawText(t *rapid.T, label string) string {
	runes := rapid.SliceOfN(rapid.OneOf(
		rapid.Rune(), rapid.SampledFrom([]rune("\n,;:\\\"^nN'= é👩‍שa")),
	), 0, 300).Draw(t, label)
	var b strings.Builder
	for _, r := range runes {
		if r == '\n' || !isControl(r) && !isLineBreak(r) {
			b.WriteRune(r)
		}
	}
	return strings.TrimSpace(b.String())
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := sample()
		e.Method = rapid.SampledFrom([]string{"REQUEST", "CANCEL", "DECLINECOUNTER"}).Draw(t, "method")
		e.Sequence = rapid.IntRange(0, 1<<31-1).Draw(t, "sequence")
		e.Start = time.Unix(rapid.Int64Range(0, 1<<34).Draw(t, "start"), 0).UTC()
		e.End = e.Start.Add(time.Duration(rapid.IntRange(0, 1<<20).Draw(t, "length")) * time.Second)
		e.Summary, e.Comment = drawText(t, "summary"), drawText(t, "comment")
		e.Description, e.Organizer.Name = drawText(t, "description"), drawText(t, "name")
		status := rapid.SampledFrom([]program.PartStat{
			program.Accepted, program.Declined, program.Tentative, program.Delegated, program.NeedsAction,
		}).Draw(t, "status")
		e.Attendees = append(e.Attendees, program.Attendee{Name: drawText(t, "attendee"), Address: "zoe@example.org", PartStat: status})
		raw, err := Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		unfold(t, raw)
		part, err := Decode(raw, Options{From: "zoe@example.org"})
		if err != nil {
			t.Fatal(err)
		}
		if part.Method != e.Method || *part.Sequence != e.Sequence || !part.Start.Equal(e.Start) || !part.End.Equal(e.End) ||
			part.Summary != e.Summary || part.Comment != e.Comment || part.PartStat != status || len(part.Notes) > 0 {
			t.Fatalf("wrote %+v\nread %+v", e, part)
		}
	})
}
