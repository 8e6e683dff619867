package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/program"
)

// table is a list as a person reads it.
type table struct {
	head []string
	rows [][]string
	none string // what is said where there are no rows
}

// write aligns the columns.
func (t table) write(out io.Writer) error {
	if len(t.rows) == 0 {
		_, err := fmt.Fprintln(out, t.none)
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{t.head}, t.rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = oneCell(cell)
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(cells, "\t"), "\t"))
	}
	return w.Flush()
}

// oneCell keeps a text from breaking the table or steering the terminal.
func oneCell(text string) string {
	if text == "" {
		return "-"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, text)
}

// writeJSON writes one value. The lists of scripts are never null. Characters
// that would steer a terminal or turn its writing direction come escaped: RFC
// 8259 §7 asks for that below U+0020 only.
func writeJSON(out io.Writer, value any) error {
	var written bytes.Buffer
	encoder := json.NewEncoder(&written)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if _, err := io.WriteString(out, escapeControls(written.String())); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// escapeControls escapes what may stand raw in a JSON string but not on a
// terminal. All of it lies in the basic plane, so that one \u is enough.
func escapeControls(text string) string {
	var escaped strings.Builder
	for _, r := range text {
		if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			fmt.Fprintf(&escaped, `\u%04x`, r)
			continue
		}
		escaped.WriteRune(r)
	}
	return escaped.String()
}

func wantsJSON(cmd *cobra.Command) bool {
	json, _ := cmd.Flags().GetBool("json")
	return json
}

// listing makes a command that lists what load finds, as a table or as JSON.
func (m Main) listing(use, short string, load func(cmd *cobra.Command) (any, table, error)) *cobra.Command {
	command := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			value, list, err := load(cmd)
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return writeJSON(m.Stdout, value)
			}
			return list.write(m.Stdout)
		},
	}
	command.PersistentFlags().Bool("json", false, "print one JSON value")
	return command
}

// showing makes the "show" of a list: one thing, field by field.
func (m Main) showing(what, short string, load func(cmd *cobra.Command, name string) (any, []field, error)) *cobra.Command {
	return &cobra.Command{
		Use:   "show " + what,
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			value, fields, err := load(cmd, args[0])
			if err != nil {
				return err
			}
			if wantsJSON(cmd) {
				return writeJSON(m.Stdout, value)
			}
			return writeFields(m.Stdout, fields)
		},
	}
}

// field is one line of what "show" prints.
type field struct{ name, value string }

func writeFields(out io.Writer, fields []field) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range fields {
		fmt.Fprintf(w, "%s\t%s\n", f.name, oneCell(f.value))
	}
	return w.Flush()
}

// stampOf writes an instant for scripts: RFC 3339 in UTC, or null.
func stampOf(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(time.RFC3339)
	return &s
}

// clockOf writes an instant for people: to the minute, in the zone.
func clockOf(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("Mon 2006-01-02 15:04 MST")
}

// zone is the program's own, in which an operator reads times.
func (c Config) zone() *time.Location {
	return program.Person{Zone: c.Program.Zone}.Location()
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}
