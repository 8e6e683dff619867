package main

import (
	"bufio"
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"
)

//go:embed configuration.toml.tmpl
var configurationText string

var configurationTemplate = template.Must(template.New(configName).
	Funcs(template.FuncMap{"quote": strconv.Quote}).Parse(configurationText))

// answers are what init asks for; the rest of the file is the same for all.
type answers struct {
	Name, Address string
	Coordinators  []string
	Zone          string
	IMAP, SMTP    string
}

func defaultAnswers() answers {
	return answers{Name: "Mentoring program", Address: "mentor@example.org", Zone: "UTC"}
}

func (m Main) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Write a commented configuration and the key",
		Long: `Writes mentorpost.toml (or the file that -c names) and the key beside it.
On a terminal it asks for the few things that differ; otherwise it writes the
defaults and never waits. It overwrites nothing.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return m.initialize(cmd) },
	}
}

// initialize writes the configuration and then the key that it names.
func (m Main) initialize(cmd *cobra.Command) error {
	path, _ := cmd.Flags().GetString("config")
	if path == "" {
		path = lookupEnv(m.environ(), "MENTORPOST_CONFIG")
	}
	if path == "" {
		path = configName
	}
	if err := m.writeConfiguration(path); err != nil {
		return err
	}
	config, wrong := loadConfig(path, m.environ())
	if wrong != nil { // a password file may still be missing; the key is worth having
		config.Secrets.KeyFile = filepath.Join(filepath.Dir(path), defaultConfig().Secrets.KeyFile)
	}
	if err := m.writeKey(config); err != nil {
		return err
	}
	if wrong != nil {
		fmt.Fprintf(m.Stdout, "still to do: %v\n", wrong)
	}
	fmt.Fprintf(m.Stdout, "next: edit %s, then run mentorpost check\n", path)
	return nil
}

func (m Main) writeConfiguration(path string) error {
	if _, err := os.Stat(path); err == nil {
		fmt.Fprintf(m.Stdout, "kept %s, which was there already\n", path)
		return nil
	}
	given := defaultAnswers()
	if m.onTerminal() {
		if err := given.ask(bufio.NewReader(m.Stdin), m.Stdout); err != nil {
			return err
		}
	}
	var text bytes.Buffer
	if err := configurationTemplate.Execute(&text, given); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	// 0600: an operator may well write a password into it.
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	_, err = file.Write(text.Bytes())
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	fmt.Fprintf(m.Stdout, "wrote %s\n", path)
	return nil
}

func (m Main) writeKey(config Config) error {
	name := config.Secrets.KeyFile
	err := makeKey(name)
	switch {
	case err == nil:
		fmt.Fprintf(m.Stdout, "wrote %s; keep a copy in a safe place\n", name)
	case errors.Is(err, fs.ErrExist):
		fmt.Fprintf(m.Stdout, "kept %s, which was there already\n", name)
	default:
		return err
	}
	return nil
}

// onTerminal reports whether a person can be asked.
func (m Main) onTerminal() bool {
	in, inIsFile := m.Stdin.(*os.File)
	out, outIsFile := m.Stdout.(*os.File)
	return inIsFile && outIsFile && isatty.IsTerminal(in.Fd()) && isatty.IsTerminal(out.Fd())
}

// ask goes through the questions; an empty answer takes what is in brackets.
func (a *answers) ask(in *bufio.Reader, out io.Writer) error {
	coordinator := ""
	questions := []struct {
		text  string
		into  *string
		check func(string) error
	}{
		{"Name of the program", &a.Name, oneLine},
		{"Address that people write to", &a.Address, programAddress},
		{"Coordinator's address", &coordinator, optional(mailAddress)},
		{"Time zone", &a.Zone, zoneName},
		{"IMAP server, as imaps://user%40example.org@host:993/INBOX (empty: none, for a trial)", &a.IMAP, imapURL},
	}
	for _, q := range questions {
		if err := askOne(in, out, q.text, q.into, q.check); err != nil {
			return err
		}
	}
	if a.IMAP != "" {
		text := "SMTP server, as smtps://user%40example.org@host:465"
		required := func(s string) error { return errors.Join(notEmpty(s), smtpURL(s)) }
		if err := askOne(in, out, text, &a.SMTP, required); err != nil {
			return err
		}
	}
	if coordinator != "" {
		a.Coordinators = []string{coordinator}
	}
	return nil
}

func askOne(in *bufio.Reader, out io.Writer, text string, into *string, check func(string) error) error {
	for {
		fmt.Fprintf(out, "%s", text)
		if *into != "" {
			fmt.Fprintf(out, " [%s]", *into)
		}
		fmt.Fprint(out, ": ")
		line, err := in.ReadString('\n')
		if err != nil {
			return fmt.Errorf("read answer: %w", err)
		}
		answer := strings.TrimSpace(line)
		if answer == "" {
			answer = *into
		}
		if wrong := check(answer); wrong != nil {
			fmt.Fprintln(out, wrong)
			continue
		}
		*into = answer
		return nil
	}
}

func optional(check func(string) error) func(string) error {
	return func(s string) error {
		if s == "" {
			return nil
		}
		return check(s)
	}
}
