package ics

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// feed is a calendar of VEVENTs, each given by its lines.
func feed(events ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\nVERSION:2.0\n" + customBerlin)
	for i, lines := range events {
		if !strings.Contains(lines, "UID:") {
			lines = fmt.Sprintf("UID:%d\n", i) + lines
		}
		b.WriteString("BEGIN:VEVENT\n" + lines + "\nEND:VEVENT\n")
	}
	return b.String() + "END:VCALENDAR\n"
}

func TestBusyTimes(t *testing.T) {
	lisbon, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	const hour = "DTSTART:20270302T100000Z\nDTEND:20270302T110000Z\n"
	const weekly = hour + "RRULE:FREQ=WEEKLY\n"
	cases := []struct {
		name, raw string
		want      string // start/end, blank between
	}{
		{"one event", feed(hour), "03-02T10:00/11:00"},
		{"an event outside the window does not count", feed("DTSTART:20270202T100000Z\nDTEND:20270202T110000Z"), ""},
		{"an event that touches the window's end does not count", feed("DTSTART:20270401T000000Z\nDTEND:20270401T010000Z"), ""},
		{"an event that reaches into the window counts", feed("DTSTART:20270228T230000Z\nDURATION:PT2H"), "02-28T23:00/03-01T01:00"},
		{"a transparent event does not count", feed(hour + "TRANSP:TRANSPARENT"), ""},
		{"a cancelled event does not count", feed(hour + "STATUS:CANCELLED"), ""},
		{"an event that Outlook shows as free does not count", feed(hour + "X-MICROSOFT-CDO-BUSYSTATUS:FREE"), ""},
		{"a tentative event counts", feed(hour + "STATUS:TENTATIVE"), "03-02T10:00/11:00"},
		{"an event without an end takes no time", feed("DTSTART:20270302T100000Z"), ""},
		{"a date without an end lasts the owner's day", feed("DTSTART;VALUE=DATE:20270302"), "03-02T00:00/03-03T00:00"},
		{"a day of a clock change has 23 hours", feed("DTSTART;VALUE=DATE:20270328\nDTEND;VALUE=DATE:20270329"), "03-28T00:00/23:00"},
		{"events that touch are one", feed(hour, "DTSTART:20270302T110000Z\nDURATION:PT30M"), "03-02T10:00/11:30"},
		{"events that overlap are one", feed(hour, "DTSTART:20270302T103000Z\nDURATION:PT15M"), "03-02T10:00/11:00"},
		{"a weekly event comes every week", feed(weekly), "03-02T10:00/11:00 03-09T10:00/11:00 03-16T10:00/11:00 03-23T10:00/11:00 03-30T10:00/11:00"},
		{"a series that began long ago goes on", feed("DTSTART:20190101T100000Z\nDTEND:20190101T110000Z\nRRULE:FREQ=MONTHLY;BYDAY=2TU"), "03-09T10:00/11:00"},
		{"a series keeps its wall time through a clock change", feed("DTSTART;TZID=Customized Time Zone:20270325T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=5"), "03-25T09:00/10:00 03-30T08:00/09:00"},
		{"a series stops after COUNT", feed(hour + "RRULE:FREQ=DAILY;COUNT=2"), "03-02T10:00/11:00 03-03T10:00/11:00"},
		{"COUNT counts what lies before the window", feed("DTSTART:20270227T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3"), "03-01T10:00/11:00"},
		{"a series stops with UNTIL", feed(hour + "RRULE:FREQ=DAILY;UNTIL=20270303T100000Z"), "03-02T10:00/11:00 03-03T10:00/11:00"},
		{"UNTIL a second earlier stops earlier", feed(hour + "RRULE:FREQ=DAILY;UNTIL=20270303T095959Z"), "03-02T10:00/11:00"},
		{"UNTIL a date includes it", feed(hour + "RRULE:FREQ=DAILY;UNTIL=20270303"), "03-02T10:00/11:00 03-03T10:00/11:00"},
		{"EXDATE takes an instance out", feed(hour + "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20270303T100000Z"), "03-02T10:00/11:00 03-04T10:00/11:00"},
		{"EXDATE in another zone takes it out too", feed(hour + "RRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20270303T110000"), "03-02T10:00/11:00 03-04T10:00/11:00"},
		{"EXDATE as a date takes the day out", feed(hour + "RRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20270302,20270303"), "03-04T10:00/11:00"},
		{"RDATE puts one in", feed(hour + "RDATE:20270305T120000Z,20270306T120000Z"), "03-02T10:00/11:00 03-05T12:00/13:00 03-06T12:00/13:00"},
		{"RDATE may be a period", feed(hour + "RDATE;VALUE=PERIOD:20270305T120000Z/PT15M"), "03-02T10:00/11:00 03-05T12:00/12:15"},
		{"a moved instance counts where it went", feed("UID:a\n"+hour+"RRULE:FREQ=DAILY;COUNT=2", "UID:a\nRECURRENCE-ID:20270303T100000Z\nDTSTART:20270304T150000Z\nDURATION:PT1H"), "03-02T10:00/11:00 03-04T15:00/16:00"},
		{"a cancelled instance does not count", feed("UID:a\n"+hour+"RRULE:FREQ=DAILY;COUNT=2", "UID:a\nRECURRENCE-ID:20270303T100000Z\nDTSTART:20270303T100000Z\nSTATUS:CANCELLED"), "03-02T10:00/11:00"},
		{"a moved first instance counts where it went", feed("UID:a\n"+hour+"RRULE:FREQ=DAILY;COUNT=2", "UID:a\nRECURRENCE-ID:20270302T100000Z\nDTSTART:20270304T150000Z\nDURATION:PT1H"), "03-03T10:00/11:00 03-04T15:00/16:00"},
		{"another event's instance is its own", feed("UID:a\n"+hour, "UID:b\nRECURRENCE-ID:20270302T100000Z\nDTSTART:20270304T150000Z\nDURATION:PT1H"), "03-02T10:00/11:00 03-04T15:00/16:00"},
		{"a rule that never falls leaves the first", feed(hour + "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "03-02T10:00/11:00"},
		{"a rule that cannot be read leaves the first", feed(hour + "RRULE:FREQ=SOMETIMES"), "03-02T10:00/11:00"},
		{"a free-busy answer lists periods", "BEGIN:VFREEBUSY\nFREEBUSY:20270302T100000Z/20270302T110000Z,20270303T100000Z/PT30M\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20270304T100000Z/PT30M\nEND:VFREEBUSY\n", "03-02T10:00/11:00 03-03T10:00/10:30 03-04T10:00/10:30"},
		{"a session of ours does not count", feed("UID:ours@example.org\nDTSTART:20270302T140000Z\nDURATION:PT1H", hour), "03-02T10:00/11:00"},
		{"it does not where the calendar has an older time", feed("UID:ours@example.org\nDTSTART:20270302T120000Z\nDURATION:PT1H"), ""},
		{"nor where it was cancelled and still stands there", feed("UID:gone@example.org\nDTSTART:20270303T140000Z\nDURATION:PT1H"), ""},
		{"its time does not count in a free-busy answer", "BEGIN:VFREEBUSY\nFREEBUSY:20270302T140000Z/PT1H,20270302T150000Z/PT1H\nEND:VFREEBUSY\n", "03-02T15:00/16:00"},
		{"the time of a cancelled session counts there", "BEGIN:VFREEBUSY\nFREEBUSY:20270303T140000Z/PT1H\nEND:VFREEBUSY\n", "03-03T14:00/15:00"},
		{"a longer time around it counts", "BEGIN:VFREEBUSY\nFREEBUSY:20270302T140000Z/PT2H\nEND:VFREEBUSY\n", "03-02T14:00/16:00"},
		{"free periods are free", "BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=FREE:20270302T100000Z/PT30M\nEND:VFREEBUSY\n", ""},
	}
	from := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	at := time.Date(2027, 3, 2, 14, 0, 0, 0, time.UTC)
	own := []program.Session{
		{UID: "ours@example.org", Status: program.SessionConfirmed, Start: at, End: at.Add(time.Hour)},
		{UID: "gone@example.org", Status: program.SessionCancelled, Start: at.AddDate(0, 0, 1), End: at.AddDate(0, 0, 1).Add(time.Hour)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			spans, err := BusyTimes([]byte(c.raw), Weeks{From: from, To: from.AddDate(0, 1, 0), Zone: lisbon, Own: own})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range spans {
				end := "01-02T15:04"
				if s.Start.YearDay() == s.End.YearDay() {
					end = "15:04"
				}
				got = append(got, s.Start.Format("01-02T15:04")+"/"+s.End.Format(end))
			}
			if joined := strings.Join(got, " "); joined != c.want {
				t.Errorf("got  %s\nwant %s", joined, c.want)
			}
		})
	}
}

func TestHostileFeedsCostLittle(t *testing.T) {
	many := func(lines string) string {
		events := make([]string, 40_000)
		for i := range events {
			events[i] = lines
		}
		return feed(events...)
	}
	cases := []struct {
		name, raw string
		want      error
	}{
		{"many series without an end", many("DTSTART:20200101T100000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"), nil},
		{"many series that count from long ago", many("DTSTART:17000101T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=999999"), ErrTooLarge},
		{"a series by the second", feed("DTSTART:20200101T100000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY"), nil},
		{"many series by the day", many("DTSTART:20270301T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"), nil},
		{"an event of a century", feed("DTSTART:20270301T100000Z\nDURATION:P36500D\nRRULE:FREQ=DAILY"), nil},
	}
	from := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var err error
			within(t, 3*time.Second, func() {
				_, err = BusyTimes([]byte(c.raw), Weeks{From: from, To: from.AddDate(0, 3, 0)})
			})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestEveryPublicFileTellsItsBusyTimes(t *testing.T) {
	from := time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range calendarCases(t) {
		var err error
		within(t, 100*time.Millisecond, func() { _, err = BusyTimes(c.Raw, Weeks{From: from, To: from.AddDate(1, 0, 0)}) })
		if err != nil && !errors.Is(err, ErrNotCalendar) {
			t.Errorf("%s: %v", c.ID, err)
		}
	}
}
