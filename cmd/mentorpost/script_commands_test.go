package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits runs a command that must end with the given code: exits 2 mentorpost ….
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGUMENT…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		exit, ok := err.(*exec.ExitError)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// identifiers are 12 letters of base32, which differ from run to run.
var identifiers = regexp.MustCompile(`\b[a-z2-7]{12}\b`)

// compareMasked is cmp with every identifier replaced by ID.
func compareMasked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: cmpmasked stdout FILE")
	}
	got := identifiers.ReplaceAllString(ts.ReadFile(args[0]), "ID")
	if want := ts.ReadFile(args[1]); got != want {
		ts.Fatalf("%s differs from %s:\n%s", args[0], args[1], got)
	}
}

// privateFile holds a file's mode against 0600.
func privateFile(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if info.Mode().Perm() != 0o600 {
			ts.Fatalf("%s has mode %v", name, info.Mode().Perm())
		}
	}
}
