package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/mailer"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// benchStart is a Monday morning, in working hours everywhere that matters.
var benchStart = time.Date(2027, 1, 18, 10, 0, 0, 0, time.UTC)

// benchConfig is a configuration for the laboratory's servers.
func benchConfig(l *laboratory, dovecot *servers.Dovecot, user, smtpAddr, database string) Config {
	c := defaultConfig()
	c.Rehearsal = true
	c.Program.Name, c.Program.Address = "Bench", "mentor@example.org"
	c.Database.URL = database
	c.Secrets.KeyFile = l.path("mentorpost.key")
	if dovecot != nil {
		c.IMAP.URL = "imaps://" + user + "@" + dovecot.Addr + "/INBOX"
		c.IMAP.Password, c.IMAP.CertificatesFile = servers.DovecotPassword, dovecot.CAFile
	} else {
		c.IMAP.URL = "imap://nobody@127.0.0.1:1/INBOX"
	}
	c.SMTP.URL = "smtp://" + smtpAddr
	return c
}

func benchService(ctx context.Context, l *laboratory, c Config) *service {
	s, err := openService(ctx, c, func() time.Time { return benchStart })
	l.must(err)
	l.Cleanup(func() { _ = s.close() })
	return s
}

// enrolPairs fills the database with active pairs.
func enrolPairs(ctx context.Context, l *laboratory, s *store.Store, count int) []program.Pair {
	pairs := make([]program.Pair, 0, count)
	mint := program.NewMint("bench")
	for len(pairs) < count {
		var out program.Outcome
		for range min(1000, count-len(pairs)) {
			n := len(pairs)
			people := []program.Person{benchPerson(mint.ID(), "mentor", n, "Europe/Berlin"), benchPerson(mint.ID(), "mentee", n, "Europe/Lisbon")}
			pair := program.Pair{
				ID: mint.ID(), Mentor: people[0].ID, Mentee: people[1].ID, Length: 45 * time.Minute,
				Cadence: program.Fortnightly, Status: program.PairActive,
			}
			out.People, out.Pairs = append(out.People, people...), append(out.Pairs, pair)
			pairs = append(pairs, pair)
		}
		l.must(s.Apply(ctx, store.Source{}, out))
	}
	return pairs
}

func benchPerson(id program.ID, role string, n int, zone string) program.Person {
	return program.Person{
		ID: id, Name: fmt.Sprintf("%s %d", role, n), Email: fmt.Sprintf("%s%d@example.com", role, n), Zone: zone, ZoneKnown: true,
		Locale: "en-GB", Hours: program.DefaultHours, Quiet: program.DefaultQuiet, Status: program.PersonActive,
	}
}

// ask has the search for a time begin for each pair, so that each mentee has
// an offer to answer.
func ask(ctx context.Context, l *laboratory, s *service, pairs []program.Pair) {
	for chunk := range slices.Chunk(pairs, 1000) {
		var out program.Outcome
		for _, p := range chunk {
			out.Timers = append(out.Timers, program.Timer{
				Key: "bench/" + string(p.ID), Kind: program.TimerNextSession, Due: benchStart, Pair: p.ID, Person: p.Mentee,
			})
		}
		l.must(s.store.Apply(ctx, store.Source{}, out))
	}
	l.must(s.dueAll(ctx))
}

// offers takes the letters that wait in the outbox as sent, and returns those
// that offer times: one for each pair.
func offers(ctx context.Context, l *laboratory, s *service) []program.Letter {
	var letters []program.Letter
	for {
		claimed, err := s.store.ClaimLetters(ctx, benchStart, 500, time.Minute)
		l.must(err)
		if len(claimed) == 0 {
			return letters
		}
		var sent []store.Handed
		for _, out := range claimed {
			if len(out.Letter.Offered) > 0 {
				letters = append(letters, out.Letter)
			}
			sent = append(sent, store.Handed{Letter: out.Letter.ID, Term: out.Term, At: benchStart})
		}
		l.must(errors.Join(s.store.Sent(ctx, sent)...))
	}
}

// replyTo is a reply as a phone writes it: new words, signature, the quote.
func replyTo(s *service, l program.Letter, words string) []byte {
	to := program.Address(s.settings.Address, s.sealer.Tag(l.To, l.About))
	var quote strings.Builder
	for _, slot := range l.Offered {
		fmt.Fprintf(&quote, "> %s: %s\r\n>     %s for your partner\r\n", slot.Label, slot.Start.Format("Monday 2 January, 15:04"), slot.Start.Format("15:04"))
	}
	for range 12 {
		quote.WriteString("> Just reply with a letter, or say when you could, in your own words.\r\n")
	}
	return fmt.Appendf(nil, "Return-Path: <%[1]s>\r\nReceived: from mail.example.com by mx.example.org; Mon, 18 Jan 2027 10:00:00 +0000\r\n"+
		"From: %[2]s <%[1]s>\r\nTo: Bench <%[3]s>\r\nSubject: Re: When would you like to meet?\r\nDate: Mon, 18 Jan 2027 10:00:00 +0000\r\n"+
		"Message-ID: <reply-%[4]s@example.com>\r\nIn-Reply-To: <%[5]s>\r\nReferences: <%[5]s>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"+
		"%[6]s\r\n\r\nSent from my iPhone\r\n\r\nOn 18 Jan 2027, at 09:00, Bench <%[3]s> wrote:\r\n\r\n%[7]s",
		l.Address, l.Name, to, strings.ReplaceAll(l.MessageID, "@", "-"), l.MessageID, words, quote.String())
}

// warmUp is how many mails go ahead of the measured ones: a service that runs
// has its connections open and its statements prepared.
const warmUp = 200

// measureInbound compares the way from Dovecot to a committed outcome with
// fetching the same mailbox and doing nothing with it.
func measureInbound(ctx context.Context, l *laboratory, count int) []figure {
	dovecot := servers.StartDovecot(l)
	var figures []figure
	for _, database := range []string{"postgresql", "sqlite"} {
		dovecot.User(l, database)
		s := benchService(ctx, l, benchConfig(l, dovecot, database, "127.0.0.1:1", l.database(database)))
		ask(ctx, l, s, enrolPairs(ctx, l, s.store, warmUp+count))
		letters := offers(ctx, l, s)
		client, err := inbox.Dial(ctx, s.imap)
		l.must(err)
		lay := func(letters []program.Letter) {
			for _, letter := range letters {
				dovecot.Lay(l, database, "INBOX", replyTo(s, letter, "Option B is perfect, thanks!"), benchStart)
			}
		}
		lay(letters[:warmUp])
		l.must(s.receive(ctx, client))
		lay(letters[warmUp:])
		bare := fetchOnly(ctx, l, s, count)
		used := readProcessorTimes(l)
		began := time.Now()
		l.must(s.takeIn(ctx, client))
		took := time.Since(began)
		processors := used.perMail(l, count)
		began = time.Now()
		l.must(s.fileAll(ctx, client))
		filing := time.Since(began)
		client.Close()
		if s.counts.decided != len(letters) || len(letters) != warmUp+count {
			l.Fatalf("decided %d of %d", s.counts.decided, warmUp+count)
		}
		value := perSecond(count, took)
		figures = append(figures,
			figure{Name: "bare fetch of the same mailbox", Value: bare, Unit: "mails/s"},
			figure{Name: "inbound to committed outcome, " + database, Value: value, Unit: "mails/s", Beside: fmt.Sprintf("%.0f", bare), Ratio: value / bare, Aim: "0.3 on PostgreSQL"},
			figure{Name: "  filing afterwards", Value: perSecond(count, filing), Unit: "mails/s"})
		figures = append(figures, processors...)
	}
	return figures
}

// database is the URL of a fresh database of the kind.
func (l *laboratory) database(kind string) string {
	if kind == "postgresql" {
		return servers.PostgreSQL(l)
	}
	return "sqlite:" + filepath.Join(l.TempDir(), "bench.db")
}

// fetchOnly reads the new mails of the mailbox three times and keeps nothing.
// The median counts: the first time Dovecot has to take them up, too.
func fetchOnly(ctx context.Context, l *laboratory, s *service, count int) float64 {
	var took []time.Duration
	for range 3 {
		client, err := inbox.Dial(ctx, s.imap)
		l.must(err)
		began := time.Now()
		var after uint32
		seen := 0
		for {
			raws, err := client.Fetch(ctx, after, batch)
			l.must(err)
			if len(raws) == 0 {
				break
			}
			seen += len(raws)
			after = raws[len(raws)-1].UID
		}
		took = append(took, time.Since(began))
		client.Close()
		if seen != count {
			l.Fatalf("fetched %d of %d", seen, count)
		}
	}
	slices.Sort(took)
	return perSecond(count, took[1])
}

// measureOutbound compares the mailer with postfix's own generator, and shows
// the whole outbox beside: claimed, composed, kept, sent, committed.
func measureOutbound(ctx context.Context, l *laboratory, count int) []figure {
	sink := servers.Sink(l)
	const connections = 4
	reference := perSecond(count, servers.Source(l, sink, count, connections))
	figures := []figure{{Name: "smtp-source, 4 connections", Value: reference, Unit: "mails/s"}}
	for _, database := range []string{"postgresql", "sqlite"} {
		s := benchService(ctx, l, benchConfig(l, nil, "", sink, l.database(database)))
		ask(ctx, l, s, enrolPairs(ctx, l, s.store, count))
		if database == "postgresql" {
			figures = append(figures, sendOnly(ctx, l, s, count, reference))
		}
		used := readProcessorTimes(l)
		began := time.Now()
		l.must(s.sendAll(ctx))
		value := perSecond(s.counts.sent, time.Since(began))
		processors := used.perMail(l, s.counts.sent)
		if s.counts.sent < count || s.counts.held > 0 {
			l.Fatalf("sent %d of at least %d, %d wait", s.counts.sent, count, s.counts.held)
		}
		figures = append(figures, figure{Name: "whole outbox, " + database, Value: value, Unit: "mails/s", Beside: fmt.Sprintf("%.0f", reference), Ratio: value / reference})
		figures = append(figures, processors...)
	}
	return figures
}

// sendOnly sends one composed letter many times over the pool.
func sendOnly(ctx context.Context, l *laboratory, s *service, count int, reference float64) figure {
	letter := program.Letter{
		ID: "benchletter0", MessageID: "benchletter0@example.org", Kind: program.LetterReceipt, To: "benchperson0", Address: "mentee@example.com", Name: "Mentee",
		About: program.Ref{Kind: program.RefPerson, ID: "benchperson0"}, Created: benchStart,
		Facts: program.Facts{Program: "Bench", Name: "Mentee", Zone: "UTC", Locale: "en", Lines: []program.Line{{Code: "hours", Value: "09:00-17:00"}}},
	}
	message, err := s.composer.Compose(letter)
	l.must(err)
	work := make(chan mailer.Message)
	var senders sync.WaitGroup
	var failed error
	var once sync.Once
	began := time.Now()
	for range s.config.SMTP.Connections {
		senders.Go(func() {
			for m := range work {
				if err := s.pool.Send(ctx, m); err != nil {
					once.Do(func() { failed = err })
				}
			}
		})
	}
	for range count {
		work <- message
	}
	close(work)
	senders.Wait()
	l.must(failed)
	value := perSecond(count, time.Since(began))
	return figure{Name: "mailer, 4 connections", Value: value, Unit: "mails/s", Beside: fmt.Sprintf("%.0f", reference), Ratio: value / reference, Aim: "0.4"}
}

// measureLatency runs a real serve and measures from a reply's delivery into
// the mailbox to the arrival of its answer: the receipt, and the proposal to
// the partner, whichever comes last.
func measureLatency(ctx context.Context, l *laboratory, _ int) []figure {
	const rounds, answers = 15, 2
	dovecot := servers.StartDovecot(l)
	dovecot.User(l, "latency")
	out := servers.SMTP(l, servers.Script{})
	s := benchService(ctx, l, benchConfig(l, dovecot, "latency", out.Addr, servers.PostgreSQL(l)))
	ask(ctx, l, s, enrolPairs(ctx, l, s.store, rounds))
	l.must(s.sendAll(ctx))
	questions := out.Mails()
	sent := len(questions)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.serve(running) }()
	defer func() { stop(); <-ended }()
	var took []time.Duration
	for n, question := range slices.DeleteFunc(questions, func(m servers.Received) bool { return !bytes.Contains(m.Raw, []byte("Mentorpost-Kind: ask-times")) }) {
		mail := inbox.Parse(question.Raw, s.limits)
		person, about, _ := s.sealer.Open(program.TagOf(s.settings.Address, mail.From.Address))
		p, err := s.store.FindPerson(ctx, person)
		l.must(err)
		letter := program.Letter{To: person, About: about, Address: p.Email, Name: p.Name, MessageID: mail.MessageID}
		raw := replyTo(s, letter, "How about Thursday 28 January at 11:00?")
		rest(ctx, time.Second) // the service is to be woken by IDLE, not met at work
		began := time.Now()
		dovecot.Lay(l, "latency", "INBOX", raw, benchStart.Add(time.Duration(n)*time.Second))
		sent += answers
		if got := len(out.Await(l, sent)); got != sent {
			l.Fatalf("%d letters instead of %d", got, sent)
		}
		if n > 0 { // the first waits for serve to have signed in
			took = append(took, time.Since(began))
		}
	}
	if len(took) != rounds-1 {
		l.Fatalf("%d replies instead of %d", len(took)+1, rounds)
	}
	slices.Sort(took)
	return []figure{
		{Name: "reply to answer through IDLE, median", Value: took[len(took)/2].Seconds(), Unit: "s", Aim: "0.7"},
		{Name: "  slowest of " + fmt.Sprint(len(took)), Value: took[len(took)-1].Seconds(), Unit: "s"},
	}
}

// measureMemory starts this program as a service of its own and reads what
// the kernel says of it.
func measureMemory(ctx context.Context, l *laboratory, _ int) []figure {
	dovecot := servers.StartDovecot(l)
	dovecot.User(l, "memory")
	out := servers.SMTP(l, servers.Script{})
	config := l.path("mentorpost.toml")
	l.must(os.WriteFile(config, fmt.Appendf(nil, `[program]
address = "mentor@example.org"
[database]
url = "sqlite:%s"
[imap]
url = "imaps://memory@%s/INBOX"
password = "%s"
certificates_file = "%s"
[smtp]
url = "smtp://%s"
`, l.path("memory.db"), dovecot.Addr, servers.DovecotPassword, dovecot.CAFile, out.Addr), 0o600))
	self, err := os.Executable()
	l.must(err)
	cmd := exec.CommandContext(ctx, self, "-c", config, "serve")
	stdout, err := cmd.StdoutPipe()
	l.must(err)
	l.must(cmd.Start())
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	if !bufio.NewScanner(stdout).Scan() {
		l.Fatal("serve said nothing")
	}
	rest(ctx, 5*time.Second) // it signs in, looks once at everything, and rests
	return []figure{{Name: "resident memory of an idle serve", Value: residentMB(l, cmd.Process.Pid), Unit: "MB", Aim: "40"}}
}

// rest does nothing for a while.
func rest(ctx context.Context, period time.Duration) {
	select {
	case <-time.After(period):
	case <-ctx.Done():
	}
}

// residentMB reads VmRSS.
func residentMB(l *laboratory, pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	l.must(err)
	for line := range strings.Lines(string(status)) {
		var kB float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f kB", &kB); n == 1 {
			return kB / 1024
		}
	}
	l.Fatal("no VmRSS")
	return 0
}

// measureTick runs passes in which nothing is due.
func measureTick(ctx context.Context, l *laboratory, _ int) []figure {
	const pairs, passes = 100_000, 50
	var figures []figure
	for _, database := range []string{"postgresql", "sqlite"} {
		s := benchService(ctx, l, benchConfig(l, nil, "", "127.0.0.1:1", l.database(database)))
		rows := enrolPairs(ctx, l, s.store, pairs)
		for chunk := range slices.Chunk(rows, 2000) {
			var out program.Outcome
			for i, p := range chunk {
				out.Timers = append(out.Timers, program.Timer{
					Key: "later/" + string(p.ID), Kind: program.TimerNextSession, Due: benchStart.Add(time.Duration(i+1) * time.Hour), Pair: p.ID, Person: p.Mentee,
				})
			}
			l.must(s.store.Apply(ctx, store.Source{}, out))
		}
		var took []time.Duration
		for range passes {
			began := time.Now()
			l.must(errors.Join(s.decideAll(ctx), s.dueAll(ctx), s.sendAll(ctx)))
			took = append(took, time.Since(began))
		}
		slices.Sort(took)
		figures = append(figures, figure{Name: "pass with nothing due at 100,000 pairs, " + database, Value: float64(took[passes/2].Microseconds()) / 1000, Unit: "ms", Aim: "10"})
	}
	return figures
}

// measureSweep queues the weekly nudges that are due for some of many people,
// twice: the time must grow with what is due, not with who is there.
func measureSweep(ctx context.Context, l *laboratory, _ int) []figure {
	const pairs = 50_000
	s := benchService(ctx, l, benchConfig(l, nil, "", "127.0.0.1:1", servers.PostgreSQL(l)))
	rows := enrolPairs(ctx, l, s.store, pairs)
	var figures []figure
	var before float64
	for round, due := range []int{1_000, 10_000} {
		for chunk := range slices.Chunk(rows[round*1_000:round*1_000+due], 2000) {
			var out program.Outcome
			for _, p := range chunk {
				out.Timers = append(out.Timers, program.Timer{
					Key: "sweep/" + string(p.Mentee), Kind: program.TimerJournal, Due: benchStart, Person: p.Mentee,
				})
			}
			l.must(s.store.Apply(ctx, store.Source{}, out))
		}
		began := time.Now()
		l.must(s.dueAll(ctx))
		each := time.Since(began).Seconds() / float64(due) * 1000
		f := figure{Name: fmt.Sprintf("nudge queued, %d due among 100,000 people", due), Value: each, Unit: "ms each"}
		if before > 0 {
			f.Beside, f.Ratio, f.Aim = fmt.Sprintf("%.2f", before), each/before, "1"
		}
		before = each
		figures = append(figures, f)
	}
	return figures
}
