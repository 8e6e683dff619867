package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/inbox/trim"
	"github.com/mentorpost/mentorpost/program"
)

// explainFlags are what the command line says about the writer.
type explainFlags struct {
	at, zone, locale, purpose, authserv string
	asJSON, lines                       bool
}

func (m Main) explainCommand() *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use:   "explain [FILE.eml…]",
		Short: "Show what the service would understand of a mail",
		Long: `Shows, without touching anything, what the service would understand of a mail:
its kind, the new text, what it asks for and why, its calendar part, and what
proves who wrote it. FILE "-" is standard input.

With --jsonl it reads one JSON object a line from standard input and writes
one object a line.`,
		RunE: func(cmd *cobra.Command, files []string) error {
			if f.lines {
				if len(files) > 0 {
					return usagef("--jsonl reads standard input and takes no files")
				}
				return explainLines(cmd.InOrStdin(), cmd.OutOrStdout())
			}
			if len(files) == 0 {
				return usagef("which mail? give a file, or - for standard input")
			}
			return f.files(cmd, files)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.at, "at", "", "when the mail was written (RFC 3339; default: its Date)")
	flags.StringVar(&f.zone, "zone", "", "the writer's time zone (default: UTC)")
	flags.StringVar(&f.locale, "locale", "en", "the writer's locale")
	flags.StringVar(&f.purpose, "purpose", "none", "what was asked: invitation, charter, offer, session, agenda, took-place, check-in, feedback, journal or none")
	flags.StringVar(&f.authserv, "authserv", "", "the receiving server whose Authentication-Results are believed")
	flags.BoolVar(&f.asJSON, "json", false, "print one JSON value")
	flags.BoolVar(&f.lines, "jsonl", false, "read and write one JSON object a line")
	return cmd
}

// purposes are the questions a mail may answer.
var purposes = map[program.Purpose]bool{
	"": true, program.AboutInvitation: true, program.AboutCharter: true, program.AboutOffer: true, program.AboutSession: true, program.AboutAgenda: true,
	program.AboutTookPlace: true, program.AboutCheckIn: true, program.AboutFeedback: true, program.AboutJournal: true, program.AboutNothing: true,
}

// files explains each file in turn.
func (f explainFlags) files(cmd *cobra.Command, names []string) error {
	q := explainQuestion{At: f.at, Zone: f.zone, Locale: f.locale, authserv: f.authserv}
	q.Context.Purpose = program.Purpose(f.purpose)
	if _, err := q.reader(); err != nil {
		return usageError{err}
	}
	var all []explained
	for _, name := range names {
		raw, err := readFileOrInput(cmd.InOrStdin(), name)
		if err != nil {
			return fmt.Errorf("read mail %q: %w", name, err)
		}
		q.ID, _ = json.Marshal(name) // a string always has a JSON form
		e := explainMail(raw, q)
		e.File = name
		if f.asJSON {
			all = append(all, e)
			continue
		}
		if err := writeExplained(cmd.OutOrStdout(), e); err != nil {
			return fmt.Errorf("write explanation of %q: %w", name, err)
		}
	}
	if !f.asJSON {
		return nil
	}
	encoder := json.NewEncoder(cmd.OutOrStdout())
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(all); err != nil {
		return fmt.Errorf("write explanations: %w", err)
	}
	return nil
}

func readFileOrInput(stdin io.Reader, name string) ([]byte, error) {
	// One byte more than is parsed tells a mail that is too large.
	limit := int64(inbox.DefaultLimits().Bytes) + 1
	if name == "-" {
		return io.ReadAll(io.LimitReader(stdin, limit))
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, limit))
}

// explainQuestion is one line of input: a raw mail or a body, and its context.
type explainQuestion struct {
	ID      json.RawMessage `json:"id"`
	Mail    *string         `json:"eml"`
	Body    *string         `json:"body"`
	At      string          `json:"at"`
	Zone    string          `json:"zone"`
	Locale  string          `json:"locale"`
	Context struct {
		program.Question
		// Minutes is the pair's session length, where it is known.
		Minutes int `json:"duration_minutes"`
	} `json:"context"`
	authserv string
}

// reader turns the context of a line into that of the reader.
func (q explainQuestion) reader() (inbox.Reader, error) {
	r := inbox.Reader{Locale: q.Locale, Zone: time.UTC, Question: q.Context.Question, Length: time.Duration(q.Context.Minutes) * time.Minute}
	if q.Zone != "" {
		zone, err := time.LoadLocation(q.Zone)
		if err != nil {
			return r, fmt.Errorf("read zone %q: %w", q.Zone, err)
		}
		r.Zone = zone
	}
	if q.At != "" {
		at, err := time.Parse(time.RFC3339, q.At)
		if err != nil {
			return r, fmt.Errorf("read instant %q: %w", q.At, err)
		}
		r.At = at
	}
	if !purposes[q.Context.Purpose] {
		return r, fmt.Errorf("read purpose %q: it is none that mails are sent for", q.Context.Purpose)
	}
	if r.Length == 0 {
		r.Length = sessionLength(q.Context.Question)
	}
	return r, nil
}

// sessionLength takes the length of what is booked or offered.
func sessionLength(q program.Question) time.Duration {
	if q.Session != nil {
		return q.Session.End.Sub(q.Session.Start)
	}
	if len(q.Offered) > 0 {
		return q.Offered[0].End.Sub(q.Offered[0].Start)
	}
	return 0
}

// explainLines answers one object a line. A line that cannot be read gives an
// object with an error; only input or output that fails ends the work.
func explainLines(in io.Reader, out io.Writer) error {
	reader := bufio.NewReaderSize(in, 1<<20)
	writer := bufio.NewWriterSize(out, 1<<16)
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for {
		line, err := reader.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read input: %w", err)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			if err := encoder.Encode(explainLine(line)); err != nil {
				return fmt.Errorf("write answer: %w", err)
			}
		}
		if err != nil || reader.Buffered() == 0 {
			if err := writer.Flush(); err != nil {
				return fmt.Errorf("write answers: %w", err)
			}
		}
		if err != nil {
			return nil
		}
	}
}

func explainLine(line []byte) explained {
	var q explainQuestion
	if err := json.Unmarshal(line, &q); err != nil {
		var id struct {
			ID json.RawMessage `json:"id"`
		}
		_ = json.Unmarshal(line, &id) // the id of a line that is half right still helps its reader
		return explained{ID: id.ID, Requests: []explainedRequest{}, Error: fmt.Sprintf("read line: %v", err)}
	}
	if q.Mail != nil {
		return explainMail([]byte(*q.Mail), q)
	}
	if q.Body != nil {
		return explainBody(*q.Body, q)
	}
	return explained{ID: q.ID, Requests: []explainedRequest{}, Error: `read line: it has neither "eml" nor "body"`}
}

// explainBody reads the plain text of a mail, quotes and all.
func explainBody(body string, q explainQuestion) explained {
	e := explained{ID: q.ID, Kind: program.KindAnswer, Requests: []explainedRequest{}, Proof: "none: a body has no header"}
	r, err := q.reader()
	if err != nil {
		e.Error = err.Error()
		return e
	}
	found := trim.Plain(body)
	e.Text = found.Text
	e.understand(inbox.Read(found.Text, found.Answers, r))
	return e
}

// explainMail reads a whole mail.
func explainMail(raw []byte, q explainQuestion) explained {
	mail := inbox.Parse(raw, inbox.DefaultLimits())
	e := explained{ID: q.ID, Kind: mail.Kind, Text: mail.Text, Requests: []explainedRequest{}, Proof: proofOf(mail, q.authserv), Error: mail.Reason}
	e.From, e.Subject = mail.From.Address, mail.Subject
	r, err := q.reader()
	if err != nil {
		e.Error = err.Error()
		return e
	}
	if q.At == "" {
		r.At = mail.Date
	}
	if mail.Bounce != nil {
		e.Bounce = &explainedBounce{mail.Bounce.Recipient, mail.Bounce.Status, mail.Bounce.Permanent}
	}
	if len(mail.Calendar) > 0 && mail.Kind != program.KindOwn {
		part, err := ics.Decode(mail.Calendar, ics.Options{Method: mail.CalendarMethod, Zone: r.Zone, From: mail.From.Address})
		if err != nil {
			e.Error = err.Error()
		} else {
			e.Calendar = calendarOf(part)
		}
	}
	if mail.Kind == program.KindAnswer {
		e.understand(inbox.Read(mail.Text, mail.Quoted, r))
	}
	return e
}

// proofOf says what the mail itself can show of who wrote it. A result in the
// header proves something only where the server that wrote it is trusted.
func proofOf(mail inbox.Mail, authserv string) string {
	if authserv != "" {
		ok, why := mail.Authenticated(authserv)
		if ok {
			return why
		}
		return "none: " + why
	}
	for _, r := range mail.AuthResults {
		if r.Result == "pass" && (r.Method == "dmarc" || r.Method == "dkim") {
			return fmt.Sprintf("none: %s=pass is claimed by %s, which counts only where that server is trusted", r.Method, r.Authserv)
		}
	}
	return "none"
}
