package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/cmd/servers"
)

// TestOversizedMail holds that of a mail of fifty megabytes only the header is
// fetched and kept, that nobody is answered, and that the daemon stays small.
func TestOversizedMail(t *testing.T) {
	dovecot := servers.StartDovecot(t)
	dovecot.User(t, "oversized")
	w := newTown(t, dovecot, "sqlite", "oversized", 1, servers.Script{})
	w.now()
	w.enrol()
	idle := make(chan struct{})
	w.imap.when("IDLE", 2, true, func() { close(idle) })
	daemon := serve(t, w.config)
	w.smtp.Await(t, 2)
	select {
	case <-idle:
	case <-time.After(patience):
		t.Fatal("the daemon never watches its mailbox")
	}
	before := memory(t, daemon, "VmRSS")
	daemon.stop(t)
	line := strings.Repeat("x", 76) + "\r\n"
	head := "From: " + mentor(0).address + "\r\nTo: mentor@example.org\r\nMessage-ID: <large@example.net>\r\nSubject: Holiday photos\r\n\r\n"
	w.lay([]byte(head + strings.Repeat(line, 50<<20/len(line))))
	running, peak := make(chan *process, 1), make(chan int, 1)
	w.imap.when("MOVE", 1, true, func() { peak <- memory(t, <-running, "VmHWM") })
	p := start(t, w.config, "tick")
	running <- p
	if p.wait(t) != exitDone {
		t.Fatalf("tick: %s", &p.errs)
	}
	most := <-peak
	t.Logf("idle %d MB, at most %d MB", before>>10, most>>10)
	if grown := most - before; grown > 25<<10 {
		t.Errorf("a mail of 50 MB took %d MB", grown>>10)
	}
	w.settled()
	if sent := len(w.smtp.Mails()); sent != 2 {
		t.Errorf("%d mails went out, want the two invitations", sent)
	}
	if row := w.query("SELECT result, reason, CASE WHEN LENGTH(raw) < 1000 THEN 'small' END FROM inbound JOIN raw_mails ON raw_mails.id = inbound.id")[0]; row != "aside oversized mail small" {
		t.Errorf("recorded %q", row)
	}
	if filed := dovecot.Count(t, w.mailbox, "Quarantine"); filed != 1 {
		t.Errorf("%d mails in quarantine", filed)
	}
}

// memory is a figure of a process's memory, in kB; 0 where the system does
// not tell.
func memory(t *testing.T, p *process, name string) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0 // the system does not tell
	}
	_, rest, _ := strings.Cut(string(status), name+":")
	var figure int
	if _, err := fmt.Sscan(rest, &figure); err != nil {
		t.Error(err)
	}
	return figure
}
