package ics

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/emersion/go-ical"
)

func invitation(b *testing.B) []byte {
	b.Helper()
	raw, err := os.ReadFile("testdata/outlook-invitation.ics")
	if err != nil {
		b.Fatal(err)
	}
	return raw
}

// BenchmarkDecode reads an Outlook invitation with its zone, HTML body and
// alarm. The bare library is measured beside it: it neither repairs nor finds
// the instants.
func BenchmarkDecode(b *testing.B) {
	raw := invitation(b)
	b.Run("guarded", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Decode(raw, Options{From: "tomas@example.org"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bare go-ical", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := ical.NewDecoder(bytes.NewReader(raw)).Decode(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkEncode writes an invitation of the size of Outlook's. The bare
// library neither folds nor could it write every name and text.
func BenchmarkEncode(b *testing.B) {
	e := sample()
	e.Description = strings.Repeat("What worked, what didn't; a dilemma to look at from another side.\n", 40)
	e.Attendees[1].Name = "Tomás Pérez"
	raw, err := Encode(e)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("folded and checked", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Encode(e); err != nil {
				b.Fatal(err)
			}
		}
	})
	calendar, err := ical.NewDecoder(bytes.NewReader(raw)).Decode()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("bare go-ical", func(b *testing.B) {
		var out bytes.Buffer
		if err := ical.NewEncoder(&out).Encode(calendar); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(out.Len()))
		b.ReportAllocs()
		for b.Loop() {
			out.Reset()
			if err := ical.NewEncoder(&out).Encode(calendar); err != nil {
				b.Fatal(err)
			}
		}
	})
}
