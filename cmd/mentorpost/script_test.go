package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run the program as a command: the test binary is
// started again under the name mentorpost.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mentorpost": main})
}

// The scripts are transcripts of an operator's work: what is typed, what is
// answered, and with which exit code.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("MENTORPOST_UPDATE") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":       exits,
			"cmpmasked":   compareMasked,
			"privatefile": privateFile,
		},
	})
}
