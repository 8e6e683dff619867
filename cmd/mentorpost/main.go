// Command mentorpost runs a mentoring program's meetings by e-mail.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	_ "time/tzdata" // zones must not depend on what the host has installed
)

func main() {
	spareCollections()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(Main{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}.Run(ctx, os.Args[1:]))
}

// spareCollections lets garbage grow to four times what is in use, up to where
// memory begins to matter. What a service holds is little and what a mail leaves
// behind is much: collected as often as is usual, that took a quarter of the
// work. GOGC and GOMEMLIMIT in the environment say otherwise.
func spareCollections() {
	const memory = 256 << 20
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memory)
	}
}
