package main

import (
	"os"
	"strings"
	"testing"
)

// Every key must be documented, and stand in the file that init writes.
func TestEveryKeyIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range configSettings {
		section, name, dotted := strings.Cut(s.key, ".")
		text, begun := string(page), string(configurationText)
		if dotted {
			_, text, _ = strings.Cut(text, "### `["+section+"]`")
			text, _, _ = strings.Cut(text, "\n### ")
			_, begun, _ = strings.Cut(begun, "\n["+section+"]\n")
			begun, _, _ = strings.Cut(begun, "\n[")
		} else {
			name = section
		}
		row := "\n| `" + name + "` "
		if s.secret {
			row += "(secret) "
		}
		if !strings.Contains(text, row) {
			t.Errorf("docs/configuration.md has no row %q in section %q", row, section)
		}
		if !strings.Contains(begun, name+" = ") && !strings.Contains(begun, name+"_file = ") {
			t.Errorf("the file that init writes has no %s", s.key)
		}
	}
}
