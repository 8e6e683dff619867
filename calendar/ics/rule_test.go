package ics

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"
)

func TestDaysAgreeWithTheStandardLibrary(t *testing.T) {
	for d := dayOf(1599, 12, 1); d < dayOf(2405, 1, 1); d++ {
		want := time.Unix(int64(d)*86400, 0).UTC()
		year, month, dayOfMonth := d.date()
		if year != want.Year() || month != int(want.Month()) || dayOfMonth != want.Day() {
			t.Fatalf("day %d is %v, got %d-%d-%d", d, want, year, month, dayOfMonth)
		}
		if dayOf(year, month, dayOfMonth) != d || d.weekday() != int(want.Weekday()) {
			t.Fatalf("day %d: back to %d, weekday %d", d, dayOf(year, month, dayOfMonth), d.weekday())
		}
		if _, week := want.ISOWeek(); week != d.isoWeek() {
			t.Fatalf("%v is in week %d, got %d", want, week, d.isoWeek())
		}
	}
}

// drawRule makes a rule that rrule-go and we must read alike.
func drawRule(t *rapid.T) string {
	frequency := rapid.SampledFrom([]string{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}).Draw(t, "frequency")
	parts := []string{"FREQ=" + frequency}
	maybe := func(name string, value func() string) {
		if rapid.Bool().Draw(t, name) {
			parts = append(parts, name+"="+value())
		}
	}
	list := func(name string, low, high int) func() string {
		return func() string {
			n := rapid.SliceOfN(rapid.IntRange(low, high).Filter(func(n int) bool { return n != 0 }), 1, 4).Draw(t, name)
			return strings.Trim(strings.ReplaceAll(fmt.Sprint(n), " ", ","), "[]")
		}
	}
	maybe("INTERVAL", func() string { return fmt.Sprint(rapid.IntRange(1, 5).Draw(t, "interval")) })
	maybe("BYMONTH", list("months", 1, 12))
	if frequency != "WEEKLY" {
		maybe("BYMONTHDAY", list("month days", -31, 31))
	}
	if frequency == "YEARLY" {
		maybe("BYYEARDAY", list("year days", -366, 366))
	}
	maybe("BYDAY", func() string {
		names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}), 1, 3,
			rapid.ID[string]).Draw(t, "weekdays")
		// rrule-go lets a list of numbered and plain weekdays never fall on a
		// plain one (RFC 5545 §3.3.10 does not), so a list is of one sort.
		if frequency == "MONTHLY" && rapid.Bool().Draw(t, "numbered") {
			for i := range names {
				nth := rapid.SampledFrom([]int{-5, -4, -3, -2, -1, 1, 2, 3, 4, 5}).Draw(t, "nth")
				names[i] = fmt.Sprint(nth) + names[i]
			}
		}
		return strings.Join(names, ",")
	})
	// In a WEEKLY rule rrule-go counts positions of the first week from the
	// start instead of the week's first day.
	if (frequency == "MONTHLY" || frequency == "YEARLY") && strings.Contains(strings.Join(parts, ";"), "BYDAY") {
		maybe("BYSETPOS", list("positions", -3, 3))
	}
	maybe("WKST", func() string { return rapid.SampledFrom([]string{"MO", "SU", "SA"}).Draw(t, "week start") })
	return strings.Join(parts, ";")
}

func TestRulesFallWhereAnotherReaderLetsThemFall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2020, 1, 1, 9, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 1500).Draw(t, "start"))
		end := start.AddDate(3, 0, 0)
		text := drawRule(t)
		other, err := rrule.StrToRRule("DTSTART:" + start.Format("20060102T150405Z") + "\nRRULE:" + text +
			";UNTIL=" + end.Format("20060102T150405Z"))
		if err != nil {
			t.Skip(err)
		}
		mine, ok := parseRule(text, dayOfTime(start))
		if !ok {
			t.Fatalf("%s cannot be read", text)
		}
		want := map[day]bool{}
		for _, at := range other.All() {
			want[dayOfTime(at)] = true
		}
		for d := dayOfTime(start); d <= dayOfTime(end); d++ {
			if got := mine.falls(d); got != want[d] {
				year, month, dayOfMonth := d.date()
				t.Fatalf("%s from %v: %d-%02d-%02d: %v, the other says %v", text, start, year, month, dayOfMonth, got, want[d])
			}
		}
	})
}
