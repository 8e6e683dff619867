package ics

import (
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// sample is an event as the service sends it.
func sample() program.Event {
	start := time.Date(2027, 2, 11, 10, 0, 0, 0, time.UTC)
	return program.Event{
		Method:      "REQUEST",
		UID:         "s-20270211-7f3a@example.org",
		Sequence:    2,
		Stamp:       start.AddDate(0, 0, -4),
		Start:       start,
		End:         start.Add(45 * time.Minute),
		Summary:     "Mentoring: Ada and Tomás",
		Description: "Agenda:\n1. What worked; what didn't, and why\n2. A dilemma",
		Location:    "https://meet.example.org/ada-tomas?pwd=a,b;c",
		Organizer:   program.Attendee{Name: "Mentor Everywhere", Address: "mentor+q7c2@example.org"},
		Attendees: []program.Attendee{
			{Name: "Ada", Address: "ada@example.org", PartStat: program.Accepted},
			{Name: `Tomás "Tom" Pérez; Jr.`, Address: "tomas@example.org", PartStat: program.NeedsAction},
		},
	}
}

func TestWhatEncodeWritesDecodeReads(t *testing.T) {
	for _, method := range []string{"REQUEST", "CANCEL", "DECLINECOUNTER"} {
		e := sample()
		e.Method = method
		raw, err := Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		part, err := Decode(raw, Options{From: "tomas@example.org"})
		if err != nil {
			t.Fatal(err)
		}
		if part.Method != method || part.UID != e.UID || part.Sequence == nil || *part.Sequence != 2 ||
			!part.Start.Equal(e.Start) || !part.End.Equal(e.End) || !part.Stamp.Equal(e.Stamp) ||
			part.Summary != e.Summary || part.Organizer != e.Organizer.Address || part.Attendee != "tomas@example.org" ||
			len(part.Notes) > 0 {
			t.Errorf("%s: read %+v from\n%s", method, part, raw)
		}
		for line := range strings.SplitSeq(string(raw), "\r\n") {
			if len(line) > 75 {
				t.Errorf("line of %d octets: %q", len(line), line)
			}
		}
	}
}
