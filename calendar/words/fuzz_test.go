package words

import (
	"strings"
	"testing"
	"time"
)

func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"Thursday at 3 or 4pm", "not Monday, but Tue 26 Jan 10:00–11:30 (IST)", "any day but Wednesday, after 4", "2027-01-26T10:00",
		"26.11. um halb drei", "dos y media de la tarde", "vendredi à 14h30", "tien voor half drie", "3/4/27", "31/12 23:59", "30 Feb 2027",
		"in 999999999 years", "0:00-24:00", "week of the 31st", "\xff\xfe", "İstanbul’da", "every Monday to Monday", "- - - : : /", "99:99", "the 0th",
	} {
		f.Add(text, "en-US")
		f.Add(text, "de")
	}
	f.Fuzz(func(t *testing.T, text, locale string) {
		zone := loadZone("Europe/London")
		began := time.Now()
		defer func() {
			if took := time.Since(began); took > 2*time.Second+time.Duration(len(text))*time.Microsecond {
				t.Fatalf("%d bytes take %v", len(text), took)
			}
		}()
		times := Read(text, Context{At: time.Date(2026, 10, 24, 23, 30, 0, 0, time.UTC), Zone: zone, Locale: locale})
		last := 0
		for _, w := range times {
			if w.Offset < 0 || w.Length <= 0 || w.Offset+w.Length > len(text) || text[w.Offset:w.Offset+w.Length] != w.Text {
				t.Fatalf("a time outside of its text: %+v", w)
			}
			if w.Offset < last {
				t.Fatalf("times out of order: %q", text)
			}
			last = w.Offset
			if w.Start.IsZero() || !w.End.IsZero() && w.End.Before(w.Start) {
				t.Fatalf("a time that ends before it starts: %q %v %v", w.Text, w.Start, w.End)
			}
		}
		FindZone(text)
		ReadHours(text)
	})
}

// A megabyte of any of these takes no more than a few times what it takes to
// read it in parts.
func TestLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("reads megabytes")
	}
	for _, unit := range []string{"Thursday at 3 or 4pm, ", "not ", "3 ", "12:30-", "of the ", "or ", "((((", "a week after ", "\n", "next ", "late early ", "1.1.1.1."} {
		small, large := strings.Repeat(unit, 20_000/len(unit)), strings.Repeat(unit, 200_000/len(unit))
		// Ten times the text may take forty times as long; in quadratic time it
		// would be a hundred. The best of a few tries counts on a busy machine.
		var a, b time.Duration
		held := false
		for range 5 {
			a, b = readingTime(small), readingTime(large)
			if held = b <= 40*a+50*time.Millisecond; held {
				break
			}
		}
		if !held {
			t.Errorf("%q: 20 kB take %v, 200 kB take %v", unit, a, b)
		}
	}
}

func readingTime(text string) time.Duration {
	start := time.Now()
	Read(text, Context{At: tuesday, Locale: "en"})
	return time.Since(start)
}

func BenchmarkRead(b *testing.B) {
	texts := []string{
		"Thursday at 3 works, or Friday morning my time (CET).", "I can't do Thursday but Friday at 11am is fine",
		"Can we do Tue 26 Jan 10:00 or Wed 27 at 3?", "Donnerstag geht leider nicht, wie wäre es mit Freitag, 27.11., um halb drei?",
		"please schedule a meeting for the week of the 18th", "any day after 4pm except Wed", "No worries, see you then!",
	}
	c := Context{At: tuesday, Zone: loadZone("Europe/Madrid"), Locale: "en-GB"}
	Read(texts[0], c)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		Read(texts[n%len(texts)], c)
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "phrases/s")
}
