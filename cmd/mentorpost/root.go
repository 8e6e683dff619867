package main

import (
	"context"
	"errors"
	"fmt"
	"io"

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
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	fmt.Fprintln(m.Stderr, "mentorpost:", err)
	var usage usageError
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

func (m Main) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "mentorpost",
		Short:         "Runs a mentoring program's meetings by e-mail",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(m.versionCommand())
	return root
}
