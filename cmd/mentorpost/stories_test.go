package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/inbox"
)

// TestStories plays every story of testdata/stories on both databases, over a
// Dovecot and a real SMTP server, with the commands that an operator has. Each
// step is a tick of its own, so that the service is restarted between any two.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no stories", err)
	}
	dovecot := servers.StartDovecot(t)
	for _, database := range []string{"sqlite", "postgresql"} {
		for _, file := range files { // before the first sign-in: Dovecot reads its users once a second
			dovecot.User(t, mailboxOf(database, file))
		}
	}
	for _, database := range []string{"sqlite", "postgresql"} {
		for _, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".txt")
			t.Run(database+"/"+name, func(t *testing.T) {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				p := newPlay(t, dovecot, database, mailboxOf(database, file))
				for _, s := range readStory(t, string(text)) {
					p.step(s)
				}
			})
		}
	}
}

// mailboxOf is the account that a story has to itself.
func mailboxOf(database, file string) string {
	return database + "-" + strings.TrimSuffix(filepath.Base(file), ".txt")
}

// scene is one step of a story: an instant, what happens, the words of a
// mail, and what must come of it.
type scene struct {
	line   int
	at     time.Time
	happen string
	words  []string // lines of the mail
	mails  []string // "who kind | words that must stand in it"
	facts  []string // "session …", "ledger …"
}

// readStory reads a script. A step begins with an instant; "|" lines are the
// words of a mail, ">" lines the mails that must go out, all of them, "="
// lines what the lists must show. Everything else is a remark.
func readStory(t *testing.T, text string) []scene {
	var scenes []scene
	for number, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \r")
		instant, happen, _ := strings.Cut(line, " ")
		if at, err := time.Parse(time.RFC3339, instant); err == nil {
			scenes = append(scenes, scene{line: number + 1, at: at, happen: strings.TrimSpace(happen)})
			continue
		}
		mark, rest, _ := strings.Cut(strings.TrimLeft(line, " "), " ")
		if !strings.HasPrefix(line, " ") || len(scenes) == 0 {
			continue
		}
		s := &scenes[len(scenes)-1]
		switch mark {
		case "|":
			s.words = append(s.words, rest)
		case ">":
			s.mails = append(s.mails, rest)
		case "=":
			s.facts = append(s.facts, rest)
		default:
			t.Fatalf("line %d: %q is neither words, a mail nor a fact", number+1, line)
		}
	}
	return scenes
}

// play is a running story.
type play struct {
	t       *testing.T
	dovecot *servers.Dovecot
	smtp    *servers.SMTPServer
	dir     string
	mailbox string
	scene   scene
	seen    int // mails that went out before this step
	laid    int
	last    []byte // the last mail that was laid
	people  map[string]correspondent
	down    bool   // nobody reads the mailbox during this step
	config  string // as it was at the beginning
	cadence string // of the pair
	// database is its URL.
	database  string
	calendars calendarReader
	// calendarStatus is how the server of the calendar answers; zero: with it.
	calendarStatus int
}

func newPlay(t *testing.T, dovecot *servers.Dovecot, database, mailbox string) *play {
	p := &play{
		cadence: "fortnightly",
		t:       t, dovecot: dovecot, smtp: servers.SMTP(t, servers.Script{}), dir: t.TempDir(),
		mailbox: mailbox,
		people: map[string]correspondent{
			"ada":   {"Ada Lang", "ada@example.net", "Europe/Berlin", "-- \nAda"},
			"tomas": {"Tomás Lima", "tomas@example.com", "America/Sao_Paulo", ""},
			"ops":   {"Coordinator", "ops@example.org", "UTC", ""},
		},
	}
	url := "sqlite:" + filepath.Join(p.dir, "mentorpost.db")
	if database == "postgresql" {
		url = servers.PostgreSQL(t)
	}
	p.database = url
	config := fmt.Sprintf(`rehearsal = true
[program]
name = "Mentor Everywhere"
address = "mentor@example.org"
coordinators = ["ops@example.org"]
[database]
url = %q
[imap]
url = "imaps://%s@%s/INBOX"
password = %q
certificates_file = %q
trusted_authserv = "mx.example.org"
[smtp]
url = "smtp://%s"
`, url, p.mailbox, dovecot.Addr, servers.DovecotPassword, dovecot.CAFile, p.smtp.Addr)
	p.config = config
	p.write("mentorpost.toml", config)
	return p
}

func (p *play) write(name, content string) string {
	path := filepath.Join(p.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return path
}

// run is one command of the operator's.
func (p *play) run(args ...string) string {
	p.t.Helper()
	var out, errs bytes.Buffer
	m := Main{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, calendars: p.calendars}
	if code := m.Run(context.Background(), append([]string{"-c", filepath.Join(p.dir, "mentorpost.toml")}, args...)); code != exitDone {
		p.t.Fatalf("line %d: mentorpost %s: exit %d\n%s", p.scene.line, strings.Join(args, " "), code, errs.String())
	}
	return out.String()
}

func (p *play) tick() {
	p.t.Helper()
	if p.down {
		return
	}
	p.run("tick", "--now", p.scene.at.Format(time.RFC3339))
}

// step plays one scene and holds what must have come of it.
func (p *play) step(s scene) {
	p.t.Helper()
	p.scene = s
	p.seen = len(p.smtp.Mails())
	s.happen, p.down = strings.CutPrefix(s.happen, "while the service is down ")
	words := strings.Fields(s.happen)
	switch {
	case strings.HasPrefix(s.happen, "the pair is imported with the link "):
		p.run("import", "pairs", p.write("pairs.csv", "mentor,mentee,link\nada@example.net,tomas@example.com,"+words[len(words)-1]+"\n"))
		p.tick()
	case s.happen == "the policy is strict":
		p.write("mentorpost.toml", strings.Replace(p.config, "[program]", "[program]\nnotice_policy = \"strict\"", 1))
	case strings.HasPrefix(s.happen, "both have joined"):
		if strings.HasSuffix(s.happen, " to meet weekly") {
			p.cadence = "weekly"
		}
		p.begin()
	case strings.HasPrefix(s.happen, "a session is booked for"):
		p.book(words[len(words)-1])
	case s.happen == "the program begins":
		p.enrol()
		p.tick()
	case s.happen == "a calendar is published that says":
		p.publish(strings.Join(s.words, "\r\n") + "\r\n")
	case strings.HasPrefix(s.happen, "the calendar's server answers"):
		p.calendarStatus, _ = strconv.Atoi(words[len(words)-1])
	case s.happen == "time passes":
		p.tick()
	case s.happen == "the same mail is delivered again":
		p.lay(p.last)
		p.tick()
	case words[0] == "mentorpost": // a command of the coordinator's
		p.run(words[1:]...)
		p.tick()
	case len(words) > 2 && words[1] == "answers":
		p.answers(words[0], words[2], strings.Join(words[3:], " "))
		p.tick()
	case len(words) > 2 && words[1] == "writes":
		p.writes(words[0], strings.Join(words[2:], " "))
		p.tick()
	case len(words) > 2 && words[1] == "presses":
		p.presses(words[0], words[2], words[3:])
		p.tick()
	default:
		p.t.Fatalf("line %d: %q is not something that can happen", s.line, s.happen)
	}
	p.expectMails()
	for _, fact := range s.facts {
		p.expectFact(strings.Fields(fact))
	}
}

func (p *play) enrol() {
	people := "email,name,zone,locale,hours\n"
	for _, who := range []string{"ada", "tomas"} {
		c := p.people[who]
		people += fmt.Sprintf("%s,%s,%s,%s,9-17\n", c.address, c.name, c.zone, "en-GB")
	}
	p.run("import", "people", p.write("people.csv", people))
	p.run("import", "pairs", p.write("pairs.csv",
		"mentor,mentee,session_minutes,cadence,link\nada@example.net,tomas@example.com,45,"+p.cadence+",https://meet.example.org/x\n"))
}

func (p *play) begin() {
	p.enrol()
	p.tick()
	p.scene.words = []string{"Yes, I'm in."}
	p.answers("ada", "invitation", "")
	p.answers("tomas", "invitation", "")
	p.tick()
	p.scene.words = nil
}

// book has both agree on a time in their own words.
func (p *play) book(start string) {
	at, err := time.Parse(time.RFC3339, start)
	if err != nil {
		p.t.Fatalf("line %d: %v", p.scene.line, err)
	}
	zone, _ := time.LoadLocation(p.people["tomas"].zone)
	p.scene.words = []string{"How about " + at.In(zone).Format("Monday 2 January 2006 at 15:04") + "?"}
	p.answers("tomas", "ask-times", "")
	p.tick()
	p.scene.words = []string{"A"}
	p.answers("ada", "proposal", "")
	p.tick()
	p.expectFact([]string{"session", "confirmed", start, "sequence", "0"})
}

// newest is the last mail of the kind that went to the correspondent.
func (p *play) newest(who, kind string) (inbox.Mail, []byte) {
	p.t.Helper()
	mails := p.smtp.Mails()
	for _, m := range slices.Backward(mails) {
		if slices.Contains(m.To, p.people[who].address) && kindOf(m.Raw) == kind {
			return inbox.Parse(m.Raw, inbox.DefaultLimits()), m.Raw
		}
	}
	p.t.Fatalf("line %d: %s has no %s", p.scene.line, who, kind)
	return inbox.Mail{}, nil
}

// answers has a correspondent reply; how names what is special about it.
func (p *play) answers(who, kind, how string) {
	p.t.Helper()
	reader := who
	if other, forwarded := strings.CutPrefix(how, "of "); forwarded {
		reader, how = other, "" // a letter to somebody else, who has forwarded it
	}
	original, _ := p.newest(reader, kind)
	text := strings.Join(p.scene.words, "\n")
	m := outgoing{who: p.people[who], original: original, at: p.scene.at, contentType: "text/plain; charset=utf-8"}
	m.body = text + "\n\n" + m.quote()
	switch {
	case how == "":
	case how == "from an iPhone":
		m.body = text + "\n\nSent from my iPhone\n\n" + m.quote()
	case how == "between the lines":
		m.body = text + "\n"
	case how == "signed by their own server":
		m.headers = signedBy(m.who.address)
	case how == "by an automatic reply":
		m.headers = "Auto-Submitted: auto-replied\r\n"
	case strings.HasPrefix(how, "with the Date "):
		date, err := time.Parse(time.RFC3339, strings.TrimPrefix(how, "with the Date "))
		if err != nil {
			p.t.Fatalf("line %d: %v", p.scene.line, err)
		}
		m.date = date
	default:
		p.t.Fatalf("line %d: nobody answers %q", p.scene.line, how)
	}
	p.lay(m.raw())
}

// writes has a correspondent, or somebody who says to be them, write a mail
// of its own that answers none.
func (p *play) writes(who, how string) {
	m := outgoing{who: p.people[who], at: p.scene.at, contentType: "text/plain; charset=utf-8", body: strings.Join(p.scene.words, "\n") + "\n"}
	m.original.From.Address, m.original.Subject = "mentor@example.org", "our session"
	switch how {
	case "without a seal":
	case "signed by their own server":
		m.headers = signedBy(m.who.address)
	case "from elsewhere":
		m.who.address = "stranger@example.info"
	default:
		p.t.Fatalf("line %d: nobody writes %q", p.scene.line, how)
	}
	p.lay(m.raw())
}

// signedBy is what the receiving server says of a mail that the server of the
// address has signed.
func signedBy(address string) string {
	return "Authentication-Results: mx.example.org; dmarc=pass header.from=" + strings.SplitAfter(address, "@")[1] + "\r\n"
}

// presses has a correspondent answer an invitation in their calendar:
// "who presses ACCEPTED of invite [without ORGANIZER] [stamped TIME] [to TIME]".
func (p *play) presses(who, stat string, rest []string) {
	p.t.Helper()
	original, _ := p.newest(who, rest[1])
	part, err := ics.Decode(original.Calendar, ics.Options{Method: original.CalendarMethod})
	if err != nil {
		p.t.Fatal(err)
	}
	const stamp = "20060102T150405Z"
	method, start, end := "REPLY", part.Start, part.End
	switch stat {
	case "REFRESH":
		method, stat = "REFRESH", "NEEDS-ACTION"
	case "COUNTER":
		method, stat = "COUNTER", "TENTATIVE"
		if start, err = time.Parse(time.RFC3339, rest[len(rest)-1]); err != nil {
			p.t.Fatal(err)
		}
		end = start.Add(part.End.Sub(part.Start))
	}
	pressed := p.scene.at
	if i := slices.Index(rest, "stamped"); i >= 0 {
		if pressed, err = time.Parse(time.RFC3339, rest[i+1]); err != nil {
			p.t.Fatal(err)
		}
	}
	lines := []string{
		"BEGIN:VCALENDAR", "METHOD:" + method, "PRODID:Microsoft Exchange Server 2010", "VERSION:2.0", "BEGIN:VEVENT",
		"ATTENDEE;PARTSTAT=" + stat + ";CN=" + p.people[who].name + ":MAILTO:" + p.people[who].address,
		"UID:" + part.UID, fmt.Sprintf("SEQUENCE:%d", *part.Sequence), "DTSTAMP:" + pressed.UTC().Format(stamp),
		"DTSTART:" + start.UTC().Format(stamp), "DTEND:" + end.UTC().Format(stamp),
	}
	if !strings.Contains(strings.Join(rest, " "), "without ORGANIZER") {
		lines = append(lines, "ORGANIZER:mailto:"+original.From.Address)
	}
	lines = append(lines, "END:VEVENT", "END:VCALENDAR", "")
	m := outgoing{
		who: p.people[who], original: original, at: p.scene.at,
		contentType: "text/calendar; charset=utf-8; method=" + method,
		headers:     "Auto-Submitted: auto-generated\r\n", body: strings.Join(lines, "\r\n"),
	}
	p.lay(m.raw())
}

// lay puts a mail into the program's mailbox, received at the scene's instant.
func (p *play) lay(raw []byte) {
	p.last = raw
	p.laid++
	p.dovecot.Lay(p.t, p.mailbox, "INBOX", raw, p.scene.at)
}

// expectMails holds that exactly the mails of the scene went out.
func (p *play) expectMails() {
	p.t.Helper()
	if p.scene.mails == nil {
		return
	}
	var got []string
	digest := strings.Contains(strings.Join(p.scene.mails, "\n"), "coordinator-digest")
	for _, m := range p.smtp.Mails()[p.seen:] {
		if kindOf(m.Raw) == "coordinator-digest" && !digest {
			continue // every Monday's; only the story that is about it names it
		}
		got = append(got, p.nameOf(m.To[0])+" "+kindOf(m.Raw))
	}
	var want []string
	for _, mail := range p.scene.mails {
		if mail == "nobody" {
			continue
		}
		head, words, _ := strings.Cut(mail, " | ")
		want = append(want, head)
		who, kind, _ := strings.Cut(head, " ")
		p.expectWords(who, kind, words)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		p.t.Fatalf("line %d: mails went out\n got %v\nwant %v", p.scene.line, got, want)
	}
}

// expectWords holds that a mail says what it must, and, after "but not", that
// it does not say what it must not. "REQUEST 1" names its calendar part.
func (p *play) expectWords(who, kind, words string) {
	p.t.Helper()
	if words == "" {
		return
	}
	words, never, _ := strings.Cut(words, " | but not ")
	mail, raw := p.newest(who, kind)
	text := strings.Join(strings.Fields(mail.FullText), " ")
	if mail.Calendar != nil {
		part, err := ics.Decode(mail.Calendar, ics.Options{Method: mail.CalendarMethod})
		if err != nil {
			p.t.Fatalf("line %d: %v", p.scene.line, err)
		}
		text += fmt.Sprintf(" %s %d", part.Method, *part.Sequence)
	}
	for _, want := range strings.Split(words, " | ") {
		if !strings.Contains(text, want) {
			p.t.Errorf("line %d: %s to %s does not say %q:\n%s", p.scene.line, kind, who, want, text)
		}
	}
	if never != "" && bytes.Contains(raw, []byte(never)) {
		p.t.Errorf("line %d: %s to %s says %q", p.scene.line, kind, who, never)
	}
}

// expectWithout holds that nothing of the words stands in the database, as
// somebody would see who copies its file or takes a dump.
func (p *play) expectWithout(words string) {
	p.t.Helper()
	for name, content := range p.dump() {
		if bytes.Contains(content, []byte(words)) {
			p.t.Errorf("line %d: %s holds %q", p.scene.line, name, words)
		}
	}
}

// dump is the database as its file, or as PostgreSQL writes it out.
func (p *play) dump() map[string][]byte {
	p.t.Helper()
	if strings.HasPrefix(p.database, "postgres:") {
		return map[string][]byte{"dump": servers.Dump(p.t, p.database)}
	}
	content := map[string][]byte{}
	files, _ := filepath.Glob(filepath.Join(p.dir, "mentorpost.db*"))
	for _, file := range files {
		bytes, err := os.ReadFile(file)
		if err != nil {
			p.t.Fatal(err)
		}
		content[filepath.Base(file)] = bytes
	}
	return content
}

// expectAttached holds that a file of a mail says the words.
func (p *play) expectAttached(who, kind, words string) {
	p.t.Helper()
	_, raw := p.newest(who, kind)
	for _, f := range inbox.Files(raw, inbox.DefaultLimits(), 10<<20) {
		if bytes.Contains(f.Content, []byte(words)) {
			return
		}
	}
	p.t.Errorf("line %d: no file of the %s to %s says %q", p.scene.line, kind, who, words)
}

func (p *play) nameOf(address string) string {
	for name, c := range p.people {
		if c.address == address {
			return name
		}
	}
	local, _, _ := strings.Cut(address, "@")
	return local
}

// expectFact holds one line of what the lists show, of the last row, or of the
// one whose number follows:
// "session confirmed 2027-01-27T14:00:00Z sequence 1", "session none",
// "ledger tomas cancel late true notice 86340 outcome done waived false".
// "database without WORDS" and "attached WHO KIND WORDS" look at bytes.
func (p *play) expectFact(words []string) {
	p.t.Helper()
	switch words[0] {
	case "database":
		p.expectWithout(strings.Join(words[2:], " "))
		return
	case "attached":
		p.expectAttached(words[1], words[2], strings.Join(words[3:], " "))
		return
	}
	var rows []map[string]any
	list := map[string]string{"session": "sessions", "ledger": "ledger"}[words[0]]
	if err := json.Unmarshal([]byte(p.run(list, "--json")), &rows); err != nil {
		p.t.Fatalf("line %d: %s --json: %v", p.scene.line, list, err)
	}
	if words[1] == "none" {
		if len(rows) != 0 {
			p.t.Fatalf("line %d: want no %s, got %v", p.scene.line, words[0], rows)
		}
		return
	}
	if len(rows) == 0 {
		p.t.Fatalf("line %d: there is no %s", p.scene.line, words[0])
	}
	row := rows[len(rows)-1]
	if n, err := strconv.Atoi(words[1]); err == nil && n >= 1 && n <= len(rows) {
		row, words = rows[n-1], slices.Delete(words, 1, 2)
	}
	want := map[string]any{}
	rest := words[3:]
	if words[0] == "session" {
		want["status"], want["start"] = words[1], words[2]
	} else {
		want["person"], want["request"] = p.people[words[1]].address, words[2]
	}
	for i := 0; i+1 < len(rest); i += 2 {
		key := rest[i]
		if key == "notice" {
			key = "notice_seconds"
		}
		want[key] = rest[i+1]
	}
	for key, value := range want {
		if got := fmt.Sprint(row[key]); got != fmt.Sprint(value) {
			p.t.Errorf("line %d: %s %s is %s, want %v in %v", p.scene.line, words[0], key, got, value, row)
		}
	}
}
