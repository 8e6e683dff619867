package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/calendar/words"
	"github.com/mentorpost/mentorpost/program"
)

// whenCommand prints the times that a text names: one text from the command
// line, or many as JSON lines from standard input.
func (m Main) whenCommand() *cobra.Command {
	var zone, at, locale string
	var lines, asJSON bool
	cmd := &cobra.Command{
		Use:   "when [TEXT]",
		Short: "Print the times that a text names, and why",
		RunE: func(cmd *cobra.Command, args []string) error {
			if lines {
				if len(args) > 0 {
					return usagef("--jsonl reads standard input and takes no text")
				}
				return whenLines(cmd.InOrStdin(), cmd.OutOrStdout())
			}
			if len(args) == 0 {
				return usagef("give the text to read, or --jsonl")
			}
			question := whenQuestion{Text: strings.Join(args, " "), At: at, Zone: zone, Locale: locale}
			if question.At == "" {
				question.At = time.Now().Format(time.RFC3339)
			}
			if question.Zone == "" {
				question.Zone = time.Local.String()
			}
			return whenOne(cmd.OutOrStdout(), question, asJSON)
		},
	}
	cmd.Flags().StringVar(&zone, "zone", "", "the writer's zone, an IANA name (default: this machine's)")
	cmd.Flags().StringVar(&at, "at", "", "when it was written, RFC 3339 (default: now)")
	cmd.Flags().StringVar(&locale, "locale", "en", "the writer's locale")
	cmd.Flags().BoolVar(&lines, "jsonl", false, "read one JSON object a line, write one a line")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON value")
	return cmd
}

// whenQuestion is one line of the input of when --jsonl.
type whenQuestion struct {
	ID     json.RawMessage `json:"id,omitempty"`
	Text   string          `json:"text"`
	At     string          `json:"at"`
	Zone   string          `json:"zone"`
	Locale string          `json:"locale"`
}

// whenAnswer is one line of its output.
type whenAnswer struct {
	ID        json.RawMessage `json:"id,omitempty"`
	Times     []whenTime      `json:"times"`
	Ambiguous bool            `json:"ambiguous"`
}

// whenTime is one time as interface.md has it: an instant has no end.
type whenTime struct {
	Text         string        `json:"text"`
	Grain        program.Grain `json:"grain"`
	Start        string        `json:"start"`
	End          *string       `json:"end"`
	Negated      bool          `json:"negated"`
	Alternatives []whenSpan    `json:"alternatives"`
	Why          string        `json:"why"`
}

type whenSpan struct {
	Start string  `json:"start"`
	End   *string `json:"end"`
}

// context turns the question's words about its writer into what the reader
// needs.
func (q whenQuestion) context() (words.Context, error) {
	at, err := time.Parse(time.RFC3339, q.At)
	if err != nil {
		return words.Context{}, fmt.Errorf("read the time of writing %q: %w", q.At, err)
	}
	zone, err := time.LoadLocation(q.Zone)
	if err != nil {
		return words.Context{}, fmt.Errorf("find zone %q: %w", q.Zone, err)
	}
	return words.Context{At: at, Zone: zone, Locale: q.Locale}, nil
}

// whenLines answers every line; one that cannot be read gets an object with
// its error, and the next goes on.
func whenLines(in io.Reader, out io.Writer) error {
	reader := bufio.NewReaderSize(in, 1<<20)
	writer := bufio.NewWriterSize(out, 1<<18)
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for {
		line, err := reader.ReadBytes('\n')
		if len(strings.TrimSpace(string(line))) > 0 {
			if err := encoder.Encode(whenLine(line)); err != nil {
				return fmt.Errorf("write an answer: %w", err)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read a line: %w", err)
		}
	}
	if err := writer.Flush(); err != nil {
		return fmt.Errorf("write the answers: %w", err)
	}
	return nil
}

// lineError is the answer to a line that cannot be read.
type lineError struct {
	ID    json.RawMessage `json:"id,omitempty"`
	Error string          `json:"error"`
}

func whenLine(line []byte) any {
	var q whenQuestion
	if err := json.Unmarshal(line, &q); err != nil {
		return lineError{q.ID, fmt.Sprintf("read the line: %v", err)}
	}
	c, err := q.context()
	if err != nil {
		return lineError{q.ID, err.Error()}
	}
	return answerTo(q, words.Read(q.Text, c))
}

func answerTo(q whenQuestion, times []program.When) whenAnswer {
	answer := whenAnswer{ID: q.ID, Times: make([]whenTime, 0, len(times))}
	for _, t := range times {
		wt := whenTime{Text: t.Text, Grain: t.Grain, Start: stamp(t.Start), End: stampOrNull(t.End), Negated: t.Negated, Why: t.Why}
		wt.Alternatives = make([]whenSpan, 0, len(t.Alternatives))
		for _, a := range t.Alternatives {
			wt.Alternatives = append(wt.Alternatives, whenSpan{stamp(a.Start), stampOrNull(a.End)})
		}
		answer.Times = append(answer.Times, wt)
		answer.Ambiguous = answer.Ambiguous || t.Ambiguous() && !t.Negated
	}
	return answer
}

func stamp(t time.Time) string { return t.Format(time.RFC3339) }

func stampOrNull(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := stamp(t)
	return &s
}

// whenOne answers one question for a person, or as JSON.
func whenOne(out io.Writer, q whenQuestion, asJSON bool) error {
	c, err := q.context()
	if err != nil {
		return usageError{err}
	}
	times := words.Read(q.Text, c)
	if asJSON {
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(answerTo(q, times)); err != nil {
			return fmt.Errorf("write the answer: %w", err)
		}
		return nil
	}
	return printTimes(out, q.Text, times)
}

// printTimes shows the text with each time underlined, and below it each
// reading with its reason.
func printTimes(out io.Writer, text string, times []program.When) error {
	w := bufio.NewWriter(out)
	if len(times) == 0 {
		fmt.Fprintf(w, "%s\nno time in it\n", text)
	}
	for _, t := range times {
		underlineTime(w, text, t)
		note := ""
		if t.Negated {
			note = "not "
		}
		fmt.Fprintf(w, "  %s%s\n", note, describeSpan(program.Span{Start: t.Start, End: t.End}, t.Grain))
		for _, a := range t.Alternatives {
			fmt.Fprintf(w, "  or %s\n", describeSpan(a, t.Grain))
		}
		if t.Weekly {
			fmt.Fprintln(w, "  every week")
		}
		if t.Why != "" {
			fmt.Fprintf(w, "  because %s\n", t.Why)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the times: %w", err)
	}
	return nil
}

// underlineTime prints the line of the text that holds the time, and marks it.
func underlineTime(w io.Writer, text string, t program.When) {
	start := strings.LastIndexByte(text[:t.Offset], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[t.Offset:], '\n'); i >= 0 {
		end = t.Offset + i
	}
	marked := text[t.Offset:min(t.Offset+t.Length, end)]
	fmt.Fprintf(w, "%s\n%s%s\n", text[start:end],
		strings.Repeat(" ", len([]rune(text[start:t.Offset]))), strings.Repeat("^", max(1, len([]rune(marked)))))
}

// describeSpan says a span in words: a day, a stretch, an instant.
func describeSpan(s program.Span, grain program.Grain) string {
	const day, clock = "Mon 2 Jan 2006", "15:04"
	zone := s.Start.Format("MST")
	if name := s.Start.Location().String(); strings.Contains(name, "/") {
		zone = name
	}
	switch {
	case s.End.IsZero():
		return s.Start.Format(day+" "+clock) + " " + zone
	case grain == program.GrainDay && s.End.Equal(s.Start.AddDate(0, 0, 1)):
		return s.Start.Format(day)
	case grain == program.GrainDay || grain == program.GrainWeek || grain == program.GrainMonth:
		return s.Start.Format(day) + " to " + s.End.AddDate(0, 0, -1).Format(day)
	case s.Start.Format(day) == s.End.Format(day):
		return s.Start.Format(day+" "+clock) + "–" + s.End.Format(clock) + " " + zone
	}
	return s.Start.Format(day+" "+clock) + " – " + s.End.Format(day+" "+clock) + " " + zone
}
