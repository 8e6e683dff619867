package main

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/cmd/servers"
)

// TestServersAway holds what happens while a server cannot be used: a pass
// says so and fails, the daemon goes on and recovers by itself, and nothing is
// lost or doubled.
func TestServersAway(t *testing.T) {
	dovecot := servers.StartDovecot(t)
	for _, name := range []string{"pass", "imap", "smtp", "sql", "end", "held"} {
		dovecot.User(t, name)
	}
	t.Run("a pass fails and names the server that is away", func(t *testing.T) { passesFail(t, dovecot) })
	sever := func(w *town, server string) { w.wireTo(server).sever() }
	for _, test := range []struct {
		server, rule string
		breaks       func(w *town, server string)
		says         string // the log, before the server comes back
	}{
		{"imap", "the daemon goes on without IMAP and recovers", sever, "the mailbox cannot be read"},
		{"smtp", "the daemon goes on without SMTP and recovers", sever, "send failed, trying again"},
		{"sql", "the daemon goes on without its database and recovers", sever, "the mailbox cannot be read"},
		{"end", "the daemon bears that the database ends its sessions", func(w *town, _ string) {
			w.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		}, ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			w := newTown(t, dovecot, "postgresql", test.server, 4, servers.Script{})
			w.now()
			w.enrol()
			p := serve(t, w.config)
			w.smtp.Await(t, 8)
			test.breaks(w, test.server)
			w.answerAll()
			p.errs.await(t, test.says, 1)
			if wire := w.wireTo(test.server); wire != nil {
				wire.mend()
			}
			w.smtp.Await(t, 28) // welcomed and asked for a charter, and the mentees for times
			w.recovered(p)
		})
	}
	t.Run("a database that goes away in the midst of sending makes nothing go twice", func(t *testing.T) {
		var dots atomic.Int64
		var w *town
		w = newTown(t, dovecot, "postgresql", "held", 4, servers.Script{Data: func(servers.Received) servers.Answer {
			if dots.Add(1) == 3 {
				w.sql.sever()
			}
			return servers.Answer{}
		}})
		w.now()
		w.enrol()
		p := serve(t, w.config)
		w.sql.awaitRefused(t, 2)
		w.sql.mend()
		w.recovered(p) // a claim that could not be given back ends with its lease
		if sent := len(w.smtp.Mails()); sent != 8 {
			t.Errorf("%d mails went out in the end, want 8", sent)
		}
	})
}

// passesFail holds the words with which a pass ends.
func passesFail(t *testing.T, dovecot *servers.Dovecot) {
	w := newTown(t, dovecot, "postgresql", "pass", 1, servers.Script{})
	w.enrol()
	for _, test := range []struct{ server, says string }{
		{"imap", "mentorpost: wait for the greeting"},
		{"smtp", "mentorpost: use " + w.post.addr + ": mail server cannot be used"},
		{"sql", "mentorpost: open database postgres://mentorpost@" + w.sql.addr},
	} {
		w.wireTo(test.server).sever()
		p := w.tick()
		if code := p.wait(t); code != exitFailed || !strings.Contains(p.errs.String(), test.says) {
			t.Errorf("without %s: exit %d, want %d and %q:\n%s", test.server, code, exitFailed, test.says, &p.errs)
		}
		w.wireTo(test.server).mend()
	}
	right, err := os.ReadFile(w.config)
	if err != nil {
		t.Fatal(err)
	}
	w.write(w.config, strings.Replace(string(right), `password = "`+servers.DovecotPassword+`"`, `password = "wrong"`, 1))
	if p := w.tick(); p.wait(t) != exitFailed || !strings.Contains(p.errs.String(), "sign in as pass: imap: NO") {
		t.Errorf("with a wrong password:\n%s", &p.errs)
	}
	w.write(w.config, string(right))
	w.pass()
	w.settled()
	if sent := len(w.smtp.Mails()); sent != 2 {
		t.Errorf("%d mails went out in the end, want 2", sent)
	}
}

// recovered holds that after an outage the daemon ends in order, nothing waits
// any more, and nothing went twice.
func (w *town) recovered(p *process) {
	w.t.Helper()
	if took := p.stop(w.t); took > 5*time.Second {
		w.t.Errorf("the daemon took %s to stop", took)
	}
	w.clock = time.Now().UTC()
	w.expire() // claims that nobody could give back
	w.run("tick")
	w.settled()
	if repeats := w.repeats(); repeats != 0 {
		w.t.Errorf("%d letters went twice", repeats)
	}
}

// TestAnswersOfTheServer holds what becomes of a letter by what the SMTP
// server says of it.
func TestAnswersOfTheServer(t *testing.T) {
	dovecot := servers.StartDovecot(t)
	dovecot.User(t, "answers")
	for _, test := range []struct {
		rule   string
		answer servers.Answer // to the first try for Ada's invitation
		later  time.Duration  // when it is tried again; 0: never
		state  string         // between the two
		end    string         // of the letter
		told   bool           // the coordinator is
	}{
		{"4xx is tried again later with the same bytes", servers.Answer{Code: 451, Text: "later"}, time.Minute, "retry", "sent", false},
		{"5xx fails and the coordinator is told", servers.Answer{Code: 550, Text: "no"}, 0, "failed", "failed", true},
		{"an answer lost after the final dot is unknown and tried once more", servers.Answer{CloseFirst: true}, doubtWait, "unknown", "sent", false},
		{"a connection closed after the answer is no failure", servers.Answer{CloseAfter: true}, 0, "sent", "sent", false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			var first atomic.Bool
			w := newTown(t, dovecot, "sqlite", "answers", 1, servers.Script{Data: func(r servers.Received) servers.Answer {
				if r.To[0] == mentor(0).address && first.CompareAndSwap(false, true) {
					return test.answer
				}
				return servers.Answer{}
			}})
			w.enrol()
			w.pass()
			state := func() string {
				return w.query("SELECT state FROM letters WHERE kind = 'invitation' AND address = '" + mentor(0).address + "'")[0]
			}
			if got := state(); got != test.state {
				t.Errorf("after the first try it is %s, want %s", got, test.state)
			}
			if test.later > 0 {
				before := len(w.smtp.Mails())
				w.clock = w.clock.Add(test.later - time.Second)
				w.pass()
				if len(w.smtp.Mails()) != before {
					t.Error("it was tried again too early")
				}
				w.clock = w.clock.Add(time.Second)
				w.pass()
				if len(w.smtp.Mails()) != before+1 || w.repeats() != 1 {
					t.Errorf("%d mails, %d repeats; want it once more", len(w.smtp.Mails())-before, w.repeats())
				}
			}
			w.pass()
			if got := state(); got != test.end {
				t.Errorf("in the end it is %s, want %s", got, test.end)
			}
			told := w.query("SELECT COUNT(*) FROM letters WHERE kind = 'coordinator-prompt' AND state = 'sent'")[0] == "1"
			if told != test.told {
				t.Errorf("the coordinator is told: %v", told)
			}
		})
	}
}

// TestDoubtIsSettled holds what ends the doubt about a letter whose answer was
// lost: its reader's answer, or a second try.
func TestDoubtIsSettled(t *testing.T) {
	dovecot := servers.StartDovecot(t)
	dovecot.User(t, "doubt")
	var taken atomic.Int64
	w := newTown(t, dovecot, "sqlite", "doubt", 1, servers.Script{Data: func(r servers.Received) servers.Answer {
		if strings.Contains(string(r.Raw), "Mentorpost-Kind: invitation") {
			taken.Add(1)
			return servers.Answer{CloseFirst: true}
		}
		return servers.Answer{}
	}})
	w.enrol()
	w.pass()
	for _, m := range w.received() {
		if m.To[0].Address == mentor(0).address {
			w.say(mentor(0), m.Mail, "Yes, I'm in.")
		}
	}
	w.clock = w.clock.Add(2 * time.Minute)
	w.pass()
	states := func() string {
		return fmt.Sprint(w.query("SELECT address, state FROM letters WHERE kind = 'invitation' ORDER BY address"))
	}
	if got, want := states(), "[ada0@example.net sent tomas0@example.com unknown]"; got != want {
		t.Errorf("after Ada's answer: %s, want %s", got, want)
	}
	for range 3 {
		w.clock = w.clock.Add(time.Hour)
		w.pass()
	}
	if got, want := states(), "[ada0@example.net sent tomas0@example.com failed]"; got != want || taken.Load() != 3 {
		t.Errorf("in the end: %s after %d tries, want %s after 3", got, taken.Load(), want)
	}
}
