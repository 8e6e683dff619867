package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/inbox"
)

// TestReplicas runs the daemon twice, and passes beside them, on one mailbox
// and one database: two hundred mails, each with one outcome, and no letter
// twice.
func TestReplicas(t *testing.T) {
	dovecot := servers.StartDovecot(t)
	dovecot.User(t, "replicas")
	const pairs = 100
	w := newTown(t, dovecot, "postgresql", "replicas", pairs, servers.Script{})
	w.connections = 4
	w.configure()
	w.now()
	w.enrol()
	replicas := []*process{serve(t, w.config), serve(t, w.config)}
	w.smtp.Await(t, 2*pairs) // everybody is invited
	if laid := w.answerAll(); laid != 2*pairs {
		t.Fatalf("%d of %d answer", laid, 2*pairs)
	}
	for range 2 {
		if p := start(t, w.config, "tick"); p.wait(t) != exitDone {
			t.Errorf("tick beside the daemons: %s", &p.errs)
		}
	}
	w.smtp.Await(t, 7*pairs) // everybody is welcomed and asked for a charter, every mentee for times
	for _, p := range replicas {
		if took := p.stop(t); took > 5*time.Second {
			t.Errorf("the daemon took %s to stop", took)
		}
		if strings.Contains(p.errs.String(), "ERROR") || strings.Contains(p.errs.String(), "WARN") {
			t.Errorf("a daemon complained:\n%s", &p.errs)
		}
	}
	w.run("tick") // what the daemons had not got to
	w.settled()
	if repeats := w.repeats(); repeats != 0 {
		t.Errorf("%d letters went twice", repeats)
	}
	kinds := map[string]int{}
	for _, m := range w.received() {
		kinds[m.kind]++
	}
	want := map[string]int{"invitation": 2 * pairs, "welcome": 2 * pairs, "ask-times": pairs, "kick-off": 2 * pairs}
	if fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("mails out\n got %v\nwant %v", kinds, want)
	}
	if rows := w.query("SELECT result, COUNT(*) FROM inbound GROUP BY result"); len(rows) != 1 || rows[0] != fmt.Sprintf("acted %d", 2*pairs) {
		t.Errorf("outcomes: %v", rows)
	}
}

// TestSameMailAgain holds that a mail has one effect, however often and under
// which number the mailbox shows it.
func TestSameMailAgain(t *testing.T) {
	dovecot := servers.StartDovecot(t)
	for _, database := range databases {
		dovecot.User(t, database)
	}
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			w := newTown(t, dovecot, database, database, 1, servers.Script{})
			w.live(func(*testing.T) {})
			before, sent := w.outcome(), len(w.smtp.Mails())
			again := append([][]byte(nil), w.mails...)
			for _, raw := range again {
				w.lay(raw)
				w.lay(append([]byte("Received: from elsewhere.example.com by mx.example.org; Mon, 11 Jan 2027 12:00:00 +0000\r\n"), raw...))
			}
			w.pass()
			w.sameBut(before, sent, "the same mails were delivered again")
			for _, folder := range []string{"INBOX", inbox.FolderProcessed} {
				dovecot.Renumber(t, w.mailbox, folder)
			}
			dovecot.Return(t, w.mailbox, inbox.FolderProcessed, "INBOX")
			w.pass()
			w.sameBut(before, sent, "the mailbox was numbered anew")
		})
	}
}

// pass is one pass in this process, which must go well.
func (w *town) pass() {
	w.t.Helper()
	w.run("tick", "--now", w.clock.Format(time.RFC3339))
}

// sameBut holds that no mail went out and nothing but the set-aside
// duplicates has come to the lists.
func (w *town) sameBut(before string, sent int, what string) {
	w.t.Helper()
	if now := len(w.smtp.Mails()); now != sent {
		w.t.Errorf("%s: %d mails went out", what, now-sent)
	}
	var lines []string
	for _, line := range strings.Split(w.outcome(), "\n") {
		if !strings.HasPrefix(line, "inbound aside duplicate of ") {
			lines = append(lines, line)
		}
	}
	if after := strings.Join(lines, "\n"); after != before {
		w.t.Errorf("%s\n got %s\nwant %s", what, after, before)
	}
	if left := w.dovecot.Count(w.t, w.mailbox, "INBOX"); left != 0 {
		w.t.Errorf("%s: %d mails are left in the mailbox", what, left)
	}
}
