package holidays

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

var update = flag.Bool("update", false, "write the golden file anew")

func of(zone, setting, from, to string) []program.Holiday {
	p := program.Person{ID: "p", Zone: zone, Holidays: setting}
	at := func(day string) time.Time {
		t, err := time.ParseInLocation(time.DateOnly, day, p.Location())
		if err != nil {
			panic(err)
		}
		return t
	}
	return Of(p, at(from), at(to))
}

func TestHolidaysOfAPerson(t *testing.T) {
	for rule, c := range map[string]struct{ zone, setting, from, to, want string }{
		"the zone tells the country":                       {"America/Sao_Paulo", "", "2026-12-20", "2026-12-31", "12-25 Christmas Day"},
		"an old name of a zone tells it too":               {"US/Eastern", "", "2026-11-20", "2026-11-30", "11-26 Thanksgiving Day"},
		"a setting takes the place of the zone":            {"Europe/Berlin", "FR", "2027-07-10", "2027-07-20", "07-14 Fête Nationale"},
		"off is none":                                      {"Europe/Berlin", program.HolidaysOff, "2026-12-20", "2026-12-31", ""},
		"a zone of no country has none":                    {"UTC", "", "2026-12-20", "2026-12-31", ""},
		"a country that is not known has none":             {"Europe/Berlin", "XX", "2026-12-20", "2026-12-31", ""},
		"both ends of the stretch belong to it":            {"Europe/Berlin", "", "2026-12-25", "2026-12-26", "12-25 Christmas Day, 12-26 Boxing Day"},
		"a holiday at a weekend is kept on the Monday too": {"America/New_York", "", "2027-07-01", "2027-07-10", "07-04 Independence Day, 07-05 Independence Day"},
		"1 January on a Saturday is kept on 31 December":   {"America/New_York", "", "2027-12-28", "2027-12-31", "12-31 New Year’s Day"},
		"a year's end is no gap":                           {"Europe/Madrid", "", "2026-12-25", "2027-01-06", "12-25 Christmas Day, 01-01 New Year’s Day, 01-06 Epiphany"},
		"Easter Monday is not Scotland's":                  {"Europe/London", "", "2027-03-20", "2027-04-01", "03-26 Good Friday"},
		"orthodox Easter has its own date":                 {"Europe/Athens", "", "2027-04-25", "2027-05-05", "04-30 Good Friday, 05-01 Labour Day, 05-03 Easter Monday"},
		"a day that became a holiday counts from then":     {"Europe/Warsaw", "", "2026-12-24", "2026-12-24", "12-24 Christmas Eve"},
		"a day that is a working day again does not count": {"Europe/Bratislava", "", "2026-09-01", "2026-09-30", ""},
		"Good Friday is a working day in the Netherlands":  {"Europe/Amsterdam", "", "2027-03-20", "2027-03-31", "03-29 Easter Monday"},
		"Matariki is where the law puts it":                {"Pacific/Auckland", "", "2027-06-20", "2027-06-30", "06-25 Matariki"},
		"Mexico hands its power on every sixth year":       {"America/Mexico_City", "", "2030-10-01", "2030-10-01", "10-01 Transmisión del Poder Ejecutivo Federal"},
		"and not in between":                               {"America/Mexico_City", "", "2027-10-01", "2027-10-01", ""},
		"Midsummer Eve is a Friday":                        {"Europe/Helsinki", "", "2027-06-20", "2027-06-30", "06-25 juhannusaatto, 06-26 juhannuspäivä"},
		"a day kept for its own reason keeps its own name": {"Europe/Ljubljana", "", "2026-12-26", "2026-12-26", "12-26 dan samostojnosti in enotnosti"},
		"a day between two holidays is free in Japan":      {"Asia/Tokyo", "", "2026-09-20", "2026-09-24", "09-21 Respect for the Aged Day, 09-22 Citizens’ Holiday, 09-23 Autumnal Equinox Day"},
	} {
		t.Run(rule, func(t *testing.T) {
			var got []string
			for _, h := range of(c.zone, c.setting, c.from, c.to) {
				got = append(got, h.Day.Start.Format("01-02 ")+h.Name)
			}
			if text := strings.Join(got, ", "); text != c.want {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}

func TestAHolidayIsTheWholeDayOnThePersonsClock(t *testing.T) {
	got := of("America/Sao_Paulo", "", "2026-12-25", "2026-12-25")
	want := program.Span{Start: time.Date(2026, 12, 25, 3, 0, 0, 0, time.UTC), End: time.Date(2026, 12, 26, 3, 0, 0, 0, time.UTC)}
	if len(got) != 1 || !got[0].Day.Start.Equal(want.Start) || !got[0].Day.End.Equal(want.End) || got[0].Person != "p" {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestEveryCountrysYear holds all countries against a list that was compared
// with other sources, so that a new version of the library is read in review.
func TestEveryCountrysYear(t *testing.T) {
	var out strings.Builder
	for _, country := range Countries() {
		for _, year := range []int{2027, 2028} {
			fmt.Fprintf(&out, "%s %d\n", country, year)
			for _, d := range daysOf(country, year) {
				_, month, day := d.date.ymd()
				fmt.Fprintf(&out, "  %02d-%02d %s\n", month, day, d.name)
			}
		}
	}
	const file = "testdata/years.txt"
	if *update {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("%s differs (go test ./calendar/holidays -update, then read the diff)", file)
	}
}

func TestZonesAreThoseOfTheDatabase(t *testing.T) {
	file, err := os.Open("/usr/share/zoneinfo/zone.tab")
	if err != nil {
		t.Skip("no zone.tab here:", err)
	}
	defer file.Close()
	seen := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Split(lines.Text(), "\t")
		if strings.HasPrefix(lines.Text(), "#") || len(fields) < 3 {
			continue
		}
		country, zone := fields[0], fields[2]
		if !Known(country) {
			country = ""
		} else {
			seen++
		}
		if got := CountryOf(zone); got != country {
			t.Errorf("%s lies in %q, want %q", zone, got, country)
		}
	}
	if seen < 150 {
		t.Errorf("only %d zones have a known country", seen)
	}
}

func TestEveryZoneIsOneAndHasOneCountry(t *testing.T) {
	seen := map[string]string{}
	for country, zones := range zonesByCountry {
		if !Known(country) {
			t.Errorf("%s has zones but no holidays", country)
		}
		for _, zone := range strings.Fields(zones) {
			if other, twice := seen[zone]; twice {
				t.Errorf("%s lies in %s and in %s", zone, country, other)
			}
			seen[zone] = country
			if _, err := time.LoadLocation(zone); err != nil {
				t.Error(err)
			}
		}
	}
	for _, country := range Countries() {
		if zonesByCountry[country] == "" {
			t.Errorf("%s has no zone", country)
		}
	}
}

func TestSharedNamesAreInUse(t *testing.T) {
	used := map[string]bool{}
	for _, country := range Countries() {
		for _, d := range daysOf(country, 2027) {
			used[d.name] = true
		}
	}
	names := Shared()
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("a name is there twice: %v", names)
	}
	for _, name := range names {
		if !used[name] {
			t.Errorf("no country has %q", name)
		}
	}
}
