package main

import (
	"strings"
	"testing"
)

func FuzzConfig(f *testing.F) {
	for _, seed := range []string{
		wholeConfig, configurationText, `program = {name = "x", zone = "UTC"}`, "[[imap]]\n[imap.x]\ny.z = [1, {a = 2}]",
		`"program".'name' = '''x'''`, "rehearsal = 1979-05-27", "[program", "a.b.c = 1\na.b = 2", "\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, where, err := parseConfig("mentorpost.toml", []byte(text), nil)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "mentorpost.toml") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		c := defaultConfig()
		c.Path, c.places = "mentorpost.toml", where
		if err := c.assign(values); err != nil && !strings.HasPrefix(err.Error(), "mentorpost.toml:") {
			t.Errorf("the error names no line: %v", err)
		}
	})
}
