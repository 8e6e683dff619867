package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every command that does something shows how it is typed, and each example
// is one that the command takes.
func TestEveryCommandHasAnExampleThatItTakes(t *testing.T) {
	seen := map[string]bool{}
	var visit func(command *cobra.Command)
	visit = func(command *cobra.Command) {
		words := strings.TrimPrefix(command.CommandPath(), "mentorpost ")
		_, shown := examples[words]
		switch theirs := strings.HasPrefix(words, "completion") || words == "help"; {
		case theirs || !command.HasParent():
		case shown:
			seen[words] = true
		case !command.HasSubCommands():
			t.Errorf("mentorpost %s has no example", words)
		}
		for _, below := range command.Commands() {
			visit(below)
		}
	}
	visit(Main{}.root())
	for words, example := range examples {
		if !seen[words] {
			t.Errorf("there is no command %q", words)
		}
		for line := range strings.Lines(example) {
			line, _, _ = strings.Cut(line, "#")
			line, _, _ = strings.Cut(line, "|")
			line, _, _ = strings.Cut(line, "<")
			typed := strings.Fields(line)
			if typed[0] != "mentorpost" {
				continue
			}
			command, rest, err := Main{}.root().Find(typed[1:])
			if err == nil {
				err = command.ParseFlags(rest)
			}
			if err == nil && !slices.Contains(rest, "--at") && words != "when" { // quoted words are several here
				err = command.ValidateArgs(command.Flags().Args())
			}
			if err != nil || !strings.HasSuffix(command.CommandPath(), words) {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
}
