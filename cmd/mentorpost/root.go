package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"
)

// Exit codes of every command.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// Main is the program as a value, so that tests start it in their own process.
type Main struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Environ holds the environment as NAME=value; nil means the process's own.
	Environ []string

	// calendars is how a pass fetches calendars; tests have servers of their own.
	calendars calendarReader
}

// environ is the environment that configuration is read from.
func (m Main) environ() []string {
	if m.Environ == nil {
		return os.Environ()
	}
	return m.Environ
}

// usageError marks a failure that the caller's words or configuration caused:
// exit code 2. Its text names the key or argument and what to do.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Run executes one command line and returns its exit code: 0 done, 1 failed,
// 2 wrong usage or configuration.
func (m Main) Run(ctx context.Context, args []string) int {
	root := m.root()
	root.SetArgs(args)
	root.SetIn(m.Stdin)
	root.SetOut(m.Stdout)
	root.SetErr(m.Stderr)
	started := false
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		started = true
		return m.setLog(cmd)
	}
	command, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	if !started { // the command line itself was wrong
		err = usageError{fmt.Errorf("%w; %s", err, advise(command))}
	}
	fmt.Fprintln(m.Stderr, "mentorpost:", err)
	var usage usageError
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// advise says how a command is typed.
func advise(command *cobra.Command) string {
	see := "see " + command.CommandPath() + " --help"
	if !command.HasParent() {
		return see
	}
	return "write " + command.UseLine() + "; " + see
}

func (m Main) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "mentorpost",
		Short:         "Runs a mentoring program's meetings by e-mail",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.PersistentFlags().StringP("config", "c", "", "configuration `FILE` (else $MENTORPOST_CONFIG, else ./mentorpost.toml)")
	root.PersistentFlags().String("log-format", "text", "`FORM` of the log on stderr: text or json")
	choices(root, "log-format", "text", "json")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		m.initCommand(), m.keyCommand(), m.authCommand(), m.checkCommand(), m.migrateCommand(), m.importCommand(),
		m.peopleCommand(), m.pairsCommand(), m.sessionsCommand(), m.ledgerCommand(),
		m.outboxCommand(), m.quarantineCommand(), m.statusCommand(), m.previewCommand(),
		m.pairCommand(), m.pauseCommand(), m.resumeCommand(), m.endCommand(), m.waiveCommand(),
		m.versionCommand(), m.rehearseCommand(),
	)
	root.AddCommand(m.explainCommand(), m.serveCommand(), m.tickCommand(), m.demoCommand(), m.benchCommand(), m.exportCommand(), m.forgetCommand())
	root.AddCommand(m.whenCommand())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	furnish(root)
	return root
}

// setLog sends the log to stderr in the form that was asked for.
func (m Main) setLog(cmd *cobra.Command) error {
	format, _ := cmd.Flags().GetString("log-format")
	switch format {
	case "text":
		slog.SetDefault(slog.New(slog.NewTextHandler(m.Stderr, nil)))
	case "json":
		slog.SetDefault(slog.New(slog.NewJSONHandler(m.Stderr, nil)))
	default:
		return usagef("--log-format %q: write text or json", format)
	}
	return nil
}

// config reads the configuration that the command line names.
func (m Main) config(cmd *cobra.Command) (Config, error) {
	path, _ := cmd.Flags().GetString("config")
	return loadConfig(path, m.environ())
}
