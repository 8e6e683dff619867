package main

import (
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/cmd/servers"
)

// weeks are as many rounds of answers as the town's story has.
const weeks = 6

// TestCrashes kills the program with kill -9 wherever it hurts, and holds that
// what comes out is what comes out undisturbed: each mail has one outcome, each
// letter goes, and goes again at most once for each kill, as the same bytes.
func TestCrashes(t *testing.T) {
	dovecot := servers.StartDovecot(t)
	for _, database := range databases {
		for _, name := range []string{"calm", "aimed", "random"} {
			dovecot.User(t, database+"-"+name)
		}
	}
	var calm string
	for _, database := range databases {
		t.Run(database+"/nothing happens", func(t *testing.T) {
			w := newTown(t, dovecot, database, database+"-calm", 3, servers.Script{})
			w.live(func(*testing.T) {})
			if outcome := w.outcome(); calm == "" {
				calm = outcome
			} else if outcome != calm {
				t.Errorf("the databases differ\n got %s\nwant %s", outcome, calm)
			}
			if repeats := w.repeats(); repeats > 0 {
				t.Errorf("%d mails came twice", repeats)
			}
		})
		t.Run(database+"/killed at each step", func(t *testing.T) { killAtSteps(t, dovecot, database, calm) })
		t.Run(database+"/killed at random", func(t *testing.T) { killAtRandom(t, dovecot, database, calm) })
	}
}

// live plays the whole story. In each round accidents may happen before the
// pass that is left alone.
func (w *town) live(accidents func(*testing.T)) {
	w.t.Helper()
	w.enrol()
	for range weeks {
		accidents(w.t)
		w.pass()
		w.settled()
		w.clock = w.clock.Add(time.Hour)
		if w.answerAll() == 0 {
			break
		}
	}
	if w.answerAll() > 0 {
		w.t.Errorf("after %d rounds there is still something to answer", weeks)
	}
}

// same holds that the disturbed story came out as the calm one, and that no
// letter went more often than once and once more for each kill.
func (w *town) same(calm string, kills int) {
	w.t.Helper()
	if outcome := w.outcome(); outcome != calm {
		w.t.Errorf("it came out otherwise\n got %s\nwant %s", outcome, calm)
	}
	repeats := w.repeats()
	if repeats > kills {
		w.t.Errorf("%d mails came again after %d kills", repeats, kills)
	}
	w.t.Logf("%d kills, %d mails in, %d out, %d of them again", kills, w.laid, len(w.received()), repeats)
}

// blow is an instant at which the program is killed.
type blow struct {
	name   string
	server string // on the way to which the words are seen: imap, sql or smtp; or the final dot
	words  string
	count  int  // of words; the driver names a statement once for each connection
	passes bool // the server still gets them; at the dot: takes the mail
}

var blows = []blow{
	{"before the mailbox is opened", "imap", "SELECT", 1, false},
	{"before the mails are fetched", "imap", "BODY.PEEK", 1, false},
	{"fetched, not kept", "sql", "INSERT INTO inbound", 1, false},
	{"about to be kept", "sql", "COMMIT", 2, false},
	{"kept, its bytes not", "sql", "INSERT INTO raw_mails", 1, false},
	{"kept and claimed, not decided", "sql", "SELECT pairs.id", 1, false},
	{"about to be claimed again", "sql", "UPDATE inbound SET term", 1, false},
	{"in the midst of deciding", "sql", "INSERT INTO letters", 1, false},
	{"decided, not committed", "sql", "UPDATE inbound SET result", 1, true},
	{"decided, not filed", "imap", "MOVE", 1, false},
	{"filed, not recorded as filed", "sql", "UPDATE inbound SET filed", 1, false},
	{"before the letters are claimed", "sql", "UPDATE letters SET term", 1, false},
	{"claimed, not composed", "sql", "INSERT INTO raw_letters", 1, false},
	{"composed, not sent", "smtp", "MAIL FROM", 3, false},
	{"sent, not taken", "dot", "", 2, false},
	{"taken, the answer not seen", "dot", "", 2, true},
	{"taken, not recorded as sent", "sql", "UPDATE letters SET state", 1, false},
}

// killAtSteps kills the program once at each step that its database has.
func killAtSteps(t *testing.T, dovecot *servers.Dovecot, database, calm string) {
	var atDot atomic.Pointer[func() servers.Answer] // what the SMTP server does at the final dot
	w := newTown(t, dovecot, database, database+"-aimed", 3, servers.Script{Data: func(servers.Received) servers.Answer {
		if hit := atDot.Load(); hit != nil {
			return (*hit)()
		}
		return servers.Answer{}
	}})
	left := slices.Clone(blows)
	if w.sql == nil {
		left = slices.DeleteFunc(left, func(b blow) bool { return b.server == "sql" })
	}
	kills := 0
	w.live(func(t *testing.T) {
		left = slices.DeleteFunc(left, func(b blow) bool {
			running := make(chan *process, 1)
			kill := func() {
				p := <-running
				p.kill()
				<-p.ended
			}
			switch b.server {
			case "dot":
				hit := b.atDot(kill)
				atDot.Store(&hit)
			default:
				w.wireTo(b.server).when(b.words, b.count, b.passes, kill)
			}
			p := w.tick()
			running <- p
			killed := p.wait(t) == -1
			atDot.Store(nil)
			if b.server != "dot" {
				w.wireTo(b.server).when("", 0, false, nil)
			}
			w.expire()
			if killed {
				kills++
			}
			return killed
		})
	})
	for _, b := range left {
		t.Errorf("never came to the step: %s", b.name)
	}
	w.same(calm, kills)
}

// atDot kills at the counted final dot; the server takes the mail or not.
func (b blow) atDot(kill func()) func() servers.Answer {
	var dots atomic.Int64
	return func() servers.Answer {
		if dots.Add(1) != int64(b.count) {
			return servers.Answer{}
		}
		kill()
		if b.passes {
			return servers.Answer{}
		}
		return servers.Answer{Code: 451, CloseFirst: true}
	}
}

func (w *town) wireTo(server string) *wire {
	return map[string]*wire{"imap": w.imap, "smtp": w.post, "sql": w.sql}[server]
}

// killAtRandom kills the program after delays that a fixed seed draws, up to
// what an undisturbed pass takes.
func killAtRandom(t *testing.T, dovecot *servers.Dovecot, database, calm string) {
	const perRound = 3
	draw := rand.New(rand.NewPCG(2027, uint64(len(database))))
	w := newTown(t, dovecot, database, database+"-random", 3, servers.Script{})
	kills, longest := 0, 300*time.Millisecond
	w.live(func(t *testing.T) {
		for range perRound {
			begun := time.Now()
			p := w.tick()
			fate := time.AfterFunc(time.Duration(draw.Int64N(int64(longest))), p.kill)
			if p.wait(t) == -1 {
				kills++
			} else {
				longest = min(longest, time.Since(begun))
			}
			fate.Stop()
			w.expire()
		}
	})
	w.same(calm, kills)
}
