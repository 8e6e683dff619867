package main

import (
	"bytes"
	"context"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/cmd/servers"
)

// TestServeEnds holds that the daemon ends in the midst of IDLE within five
// seconds, with nothing of it left running.
func TestServeEnds(t *testing.T) {
	dovecot := servers.StartDovecot(t)
	for _, database := range databases {
		dovecot.User(t, database)
	}
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			w := newTown(t, dovecot, database, database, 1, servers.Script{})
			idle := make(chan struct{})
			w.imap.when("IDLE", 2, true, func() { close(idle) }) // the second lasts a minute
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var out, errs transcript
			ended := make(chan int)
			go func() {
				m := Main{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Environ: []string{}}
				ended <- m.Run(ctx, []string{"-c", w.config, "serve"})
			}()
			select {
			case <-idle:
			case <-time.After(patience):
				t.Fatalf("the daemon never watches its mailbox:\n%s%s", &out, &errs)
			}
			asked := time.Now()
			stop()
			if code := <-ended; code != exitDone {
				t.Errorf("exit %d:\n%s", code, &errs)
			}
			if took := time.Since(asked); took > 5*time.Second {
				t.Errorf("it took %s to end", took)
			}
			if left := ownGoroutines(); left != "" {
				t.Errorf("still running:\n%s", left)
			}
		})
	}
}

// ownGoroutines are the stacks of what runs in the rooms below this one.
func ownGoroutines() string {
	var all bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&all, 1)
	var own []string
	for _, stack := range strings.Split(all.String(), "\n\n") {
		for _, room := range []string{"inbox", "mailer", "store"} {
			if strings.Contains(stack, "mentorpost/"+room) {
				own = append(own, stack)
				break
			}
		}
	}
	return strings.Join(own, "\n\n")
}
