package ics

import (
	"strings"
	"testing"
	"time"
)

// zoneFile is a reply whose start stands in a zone, with a VTIMEZONE or
// without.
func zoneFile(timezone, start string) []byte {
	return []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:COUNTER\r\n" + strings.ReplaceAll(timezone, "\n", "\r\n") +
		"BEGIN:VEVENT\r\nUID:1@example.org\r\n" + start + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

const customBerlin = `BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
`

// ownZone is a VTIMEZONE of a name that nobody else has.
func ownZone(parts string) string {
	return "BEGIN:VTIMEZONE\nTZID:Our own\n" + parts + "END:VTIMEZONE\n"
}

const summer2027 = "BEGIN:DAYLIGHT\nDTSTART:20270328T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\n"

var zoneCases = []struct {
	name, timezone, start, want string
}{
	{"a UTC time needs no zone", "", "DTSTART:20270211T100000Z", "2027-02-11T10:00:00Z"},
	{"a floating time is in the sender's zone", "", "DTSTART:20270211T100000", "2027-02-11T09:00:00Z"},
	{"a date begins at the sender's midnight", "", "DTSTART;VALUE=DATE:20270211", "2027-02-10T23:00:00Z"},
	{"an IANA name is taken as it is", "", "DTSTART;TZID=America/New_York:20270711T100000", "2027-07-11T14:00:00Z"},
	{"an IANA name may be in lower case", "", "DTSTART;TZID=america/new_york:20270711T100000", "2027-07-11T14:00:00Z"},
	{"an IANA name outranks the calendar's own rules", strings.Replace(customBerlin, "Customized Time Zone", "Asia/Tokyo", 1), "DTSTART;TZID=Asia/Tokyo:20270711T100000", "2027-07-11T01:00:00Z"},
	{"an abbreviation means what the calendar's own rules say", strings.Replace(customBerlin, "Customized Time Zone", "EST", 1), "DTSTART;TZID=EST:20270711T100000", "2027-07-11T08:00:00Z"},
	{"an abbreviation without rules is that of the database", "", "DTSTART;TZID=EST:20270711T100000", "2027-07-11T15:00:00Z"},
	{"quotation marks around a name are taken off", "", `DTSTART;TZID="Europe/Berlin":20270711T100000`, "2027-07-11T08:00:00Z"},
	{"a path of Mozilla ends in a place", "", "DTSTART;TZID=/mozilla.org/20050126_1/Europe/Berlin:20270711T100000", "2027-07-11T08:00:00Z"},
	{"a path may end in three parts", "", "DTSTART;TZID=/citadel.org/20260108_1/America/Indiana/Knox:20270711T100000", "2027-07-11T15:00:00Z"},
	{"a path may end in one name", "", "DTSTART;TZID=/freeassociation.sourceforge.net/UTC:20270711T100000", "2027-07-11T10:00:00Z"},
	{"a prefix may be joined by an underscore", "", "DTSTART;TZID=custom_Pacific/Fiji:20270711T100000", "2027-07-10T22:00:00Z"},
	{"a hyphen may stand for the slash", "", "DTSTART;TZID=US-Eastern:20270711T100000", "2027-07-11T14:00:00Z"},
	{"a Windows name is found in CLDR's table", "", "DTSTART;TZID=W. Europe Standard Time:20270711T100000", "2027-07-11T08:00:00Z"},
	{"a Windows name may be in its daylight form", "", "DTSTART;TZID=Pacific Daylight Time:20270711T100000", "2027-07-11T17:00:00Z"},
	{"a Windows name may lack its last words", "", "DTSTART;TZID=Eastern:20270711T100000", "2027-07-11T14:00:00Z"},
	{"a Windows name may carry a number", "", "DTSTART;TZID=Romance Standard Time 1:20270711T100000", "2027-07-11T08:00:00Z"},
	{"Exchange's UTC is UTC", "", "DTSTART;TZID=tzone://Microsoft/Utc:20270711T100000", "2027-07-11T10:00:00Z"},
	{"a display name says its cities", "", `DTSTART;TZID="(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna":20270711T100000`, "2027-07-11T08:00:00Z"},
	{"a display name without quotation marks holds colons and commas", "", "DTSTART;TZID=(UTC+01:00) Amsterdam, Berlin, Bern:20270711T100000", "2027-07-11T08:00:00Z"},
	{"a display name with GMT and a dot", "", `DTSTART;TZID="(GMT-05.00) Eastern Time (US & Canada)":20270711T100000`, "2027-07-11T14:00:00Z"},
	{"a display name without its offset", "", `DTSTART;TZID="Pacific Time (US & Canada), Tijuana":20270711T100000`, "2027-07-11T17:00:00Z"},
	{"a display name whose second city is known", "", `DTSTART;TZID="(UTC+10:00) Canberra, Melbourne, Sydney":20270111T100000`, "2027-01-10T23:00:00Z"},
	{"a display name of Notes", "", `DTSTART;TZID="Western/Central Europe":20270711T100000`, "2027-07-11T08:00:00Z"},
	{"a display name of nothing known counts by its offset", "", `DTSTART;TZID="(GMT +01:00)":20270711T100000`, "2027-07-11T09:00:00Z"},
	{"an offset as a name", "", "DTSTART;TZID=GMT+0200:20270711T100000", "2027-07-11T08:00:00Z"},
	{"separators in the value", "", "DTSTART;TZID=Europe/Berlin:2027-07-11T10:00:00", "2027-07-11T08:00:00Z"},
	{"separators in the value and colons in the zone", "", "DTSTART;TZID=(UTC+01:00) Berlin; Rome:2027-07-11T10:00:00", "2027-07-11T08:00:00Z"},
	{"an offset in the value", "", "DTSTART:2027-07-11T10:00:00+02:00", "2027-07-11T08:00:00Z"},
	{"a wall time that Berlin skips counts by the offset before", "", "DTSTART;TZID=Europe/Berlin:20270328T023000", "2027-03-28T01:30:00Z"},
	{"a wall time that Berlin repeats is the first of the two", "", "DTSTART;TZID=Europe/Berlin:20271031T023000", "2027-10-31T00:30:00Z"},
	{"a wall time that New York skips counts by the offset before", "", "DTSTART;TZID=America/New_York:20270314T023000", "2027-03-14T07:30:00Z"},
	{"a wall time that New York repeats is the first of the two", "", "DTSTART;TZID=America/New_York:20271107T013000", "2027-11-07T05:30:00Z"},
	{"the hour after a clock change is settled", "", "DTSTART;TZID=America/New_York:20271107T020000", "2027-11-07T07:00:00Z"},
	{"the first hour of summer is settled", "", "DTSTART;TZID=America/New_York:20270314T030000", "2027-03-14T07:00:00Z"},
	{"a made-up zone counts by its own rules in summer", customBerlin, "DTSTART;TZID=Customized Time Zone:20270711T100000", "2027-07-11T08:00:00Z"},
	{"a made-up zone counts by its own rules in winter", customBerlin, "DTSTART;TZID=Customized Time Zone:20271211T100000", "2027-12-11T09:00:00Z"},
	{"the last wall second before summer", customBerlin, "DTSTART;TZID=Customized Time Zone:20270328T015959", "2027-03-28T00:59:59Z"},
	{"a skipped wall time counts by the offset before", customBerlin, "DTSTART;TZID=Customized Time Zone:20270328T023000", "2027-03-28T01:30:00Z"},
	{"the first wall second of summer", customBerlin, "DTSTART;TZID=Customized Time Zone:20270328T030000", "2027-03-28T01:00:00Z"},
	{"a repeated wall time is the first of the two", customBerlin, "DTSTART;TZID=Customized Time Zone:20271031T023000", "2027-10-31T00:30:00Z"},
	{"the end of the repeated hour is winter", customBerlin, "DTSTART;TZID=Customized Time Zone:20271031T030000", "2027-10-31T02:00:00Z"},
	{"an onset without a rule lasts", ownZone(summer2027), "DTSTART;TZID=Our own:20290101T100000", "2029-01-01T08:00:00Z"},
	{"before the first onset its offset before counts", ownZone(summer2027), "DTSTART;TZID=Our own:20260101T100000", "2026-01-01T09:00:00Z"},
	{"onsets may be listed by RDATE", ownZone("BEGIN:STANDARD\nDTSTART:20200101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0000\nEND:STANDARD\nBEGIN:STANDARD\nDTSTART:20200601T000000\nRDATE:20210601T000000,20270601T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0300\nEND:STANDARD\n"), "DTSTART;TZID=Our own:20270711T100000", "2027-07-11T07:00:00Z"},
	{"a rule ends at its UNTIL", ownZone("BEGIN:STANDARD\nDTSTART:20200101T000000\nRRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1\nTZOFFSETFROM:+0300\nTZOFFSETTO:+0000\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:20200601T000000\nRRULE:FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1;UNTIL=20250601T000000Z\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0300\nEND:DAYLIGHT\n"), "DTSTART;TZID=Our own:20270711T100000", "2027-07-11T10:00:00Z"},
	{"a rule with INTERVAL=0 counts as one with 1", strings.ReplaceAll(customBerlin, "INTERVAL=1", "INTERVAL=0"), "DTSTART;TZID=Customized Time Zone:20270711T100000", "2027-07-11T08:00:00Z"},
	{"a zone without parts counts by its alias", "BEGIN:VTIMEZONE\nTZID:elsewhere\nTZID-ALIAS-OF:/citadel.org/20260108_1/Asia/Kolkata\nEND:VTIMEZONE\n", "DTSTART;TZID=elsewhere:20270711T100000", "2027-07-11T04:30:00Z"},
	{"a zone that nothing explains is not guessed", "", "DTSTART;TZID=Nowhere:20270711T100000", ""},
	{"a file of the machine is no zone", "", "DTSTART;TZID=../../etc/localtime:20270711T100000", ""},
	{"the machine's own zone is no zone", "", "DTSTART;TZID=Local:20270711T100000", ""},
}

func TestZones(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range zoneCases {
		t.Run(c.name, func(t *testing.T) {
			part, err := Decode(zoneFile(c.timezone, c.start), Options{Zone: berlin})
			if err != nil {
				t.Fatal(err)
			}
			if c.want == "" {
				if !part.Start.IsZero() || len(part.Notes) == 0 {
					t.Errorf("got %v with notes %q", part.Start, part.Notes)
				}
				return
			}
			if got := part.Start.UTC().Format(time.RFC3339); got != c.want || len(part.Notes) > 0 {
				t.Errorf("got %s, want %s; notes %q", got, c.want, part.Notes)
			}
		})
	}
}

func TestEveryWindowsNameLeadsToAPlace(t *testing.T) {
	for name, place := range windowsPlaces {
		if windowsPlace(name) == nil {
			t.Errorf("%s: no place %s", name, place)
		}
	}
	for name, place := range describedPlaces {
		if loadPlace(place) == nil {
			t.Errorf("%s: no place %s", name, place)
		}
	}
}

// TestRulesOfPublicZonesAgreeWithTheDatabase reads every VTIMEZONE of the
// public files that names a place, and compares its wall times with those of
// the time zone database.
func TestRulesOfPublicZonesAgreeWithTheDatabase(t *testing.T) {
	compared, wrong := 0, map[string]bool{}
	for _, c := range calendarCases(t) {
		calendar, _, err := parse(c.Raw, true)
		if err != nil || !strings.Contains(c.ID, "zoneinfo2025c-pure") {
			continue
		}
		for _, child := range calendar.Children {
			if child.Name != "VTIMEZONE" {
				continue
			}
			rules, place := readDefinition(child), pathPlace(propertyValue(child, "TZID"))
			if place == nil || len(rules.observances) == 0 {
				continue
			}
			compared++
			for at := time.Date(2015, 1, 1, 0, 30, 0, 0, time.UTC); at.Year() < 2032; at = at.Add(31 * time.Hour) {
				local := at.In(place)
				_, want := local.Zone()
				if !settled(local) {
					continue
				}
				steps := maxSteps
				got, ok := rules.offset(at.Unix()+int64(want), &steps)
				if (got != want || !ok) && !wrong[c.ID] {
					wrong[c.ID] = true
					t.Errorf("%s at %v: offset %d, the database says %d", c.ID, local, got, want)
				}
			}
		}
	}
	t.Logf("%d zones compared, %d differ", compared, len(wrong))
}

// settled reports whether no clock change is near.
func settled(t time.Time) bool {
	_, before := t.Add(-3 * time.Hour).Zone()
	_, after := t.Add(3 * time.Hour).Zone()
	return before == after
}
