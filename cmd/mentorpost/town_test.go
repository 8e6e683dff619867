package main

import (
	"bytes"
	"cmp"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/inbox"
)

// town is several pairs that answer what they are sent, so that the same
// weeks can be played with and without accidents.
type town struct {
	t        *testing.T
	dovecot  *servers.Dovecot
	smtp     *servers.SMTPServer
	imap     *wire
	post     *wire  // to the SMTP server
	sql      *wire  // nil on SQLite
	database string // its URL, without a wire
	through  string // and with it
	mailbox  string
	config   string
	pairs    int
	agree    bool // all accept the first time
	// connections is how many letters go at a time; 1 where zero.
	connections int
	clock       time.Time
	zone        string          // everybody's; each their own where it is empty
	answered    map[string]bool // by Message-ID, or person and kind
	mails       [][]byte
	laid        int
}

var databases = []string{"sqlite", "postgresql"}

// newTown founds a town of that many pairs. Its mailbox must have been made
// before anyone has signed in: Dovecot reads its users once a second.
func newTown(t *testing.T, dovecot *servers.Dovecot, database, mailbox string, pairs int, script servers.Script) *town {
	t.Helper()
	dir := t.TempDir()
	w := &town{
		t: t, dovecot: dovecot, smtp: servers.SMTP(t, script), imap: layWire(t, dovecot.PlainAddr),
		mailbox: mailbox, pairs: pairs, config: filepath.Join(dir, "mentorpost.toml"),
		clock: time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC), answered: map[string]bool{},
	}
	w.post = layWire(t, w.smtp.Addr)
	w.database = "sqlite:" + filepath.Join(dir, "mentorpost.db")
	through := w.database
	if database == "postgresql" {
		w.database = servers.PostgreSQL(t)
		at, err := url.Parse(w.database)
		if err != nil {
			t.Fatal(err)
		}
		w.sql = layWire(t, at.Host)
		through = w.sql.through(w.database)
	}
	w.through = through
	w.configure()
	return w
}

// now has the town live today, as the daemon does, where it is morning: no
// quiet hours hold its letters, whenever the test runs.
func (w *town) now() {
	w.clock = time.Now().UTC().Truncate(time.Second)
	const ten, halfDay, day = 10, 12, 24
	east := (ten-w.clock.Hour()+halfDay+day)%day - halfDay
	w.zone = fmt.Sprintf("Etc/GMT%+d", -east) // whose names count westwards
}

// zoneOf is where somebody lives.
func (w *town) zoneOf(c correspondent) string { return cmp.Or(w.zone, c.zone) }

func (w *town) configure() {
	w.t.Helper()
	w.write(w.config, fmt.Sprintf(`rehearsal = true
[program]
name = "Mentor Everywhere"
address = "mentor@example.org"
coordinators = ["ops@example.org"]
[database]
url = %q
[imap]
url = "imap://%s@%s/INBOX"
password = %q
trusted_authserv = "mx.example.org"
[smtp]
url = "smtp://%s"
connections = %d
[http]
listen = ""
`, w.through, w.mailbox, w.imap.addr, servers.DovecotPassword, w.post.addr, max(1, w.connections)))
}

func (w *town) write(path, content string) string {
	w.t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// run is one command in this process.
func (w *town) run(args ...string) string {
	w.t.Helper()
	return command(w.t, w.config, args...)
}

// tick starts one pass as a process of its own.
func (w *town) tick() *process {
	w.t.Helper()
	return start(w.t, w.config, "tick", "--now", w.clock.Format(time.RFC3339))
}

func mentor(i int) correspondent {
	return correspondent{fmt.Sprintf("Ada Lang %d", i), fmt.Sprintf("ada%d@example.net", i), "Europe/Berlin", ""}
}

func mentee(i int) correspondent {
	return correspondent{fmt.Sprintf("Tomás Lima %d", i), fmt.Sprintf("tomas%d@example.com", i), "America/Sao_Paulo", ""}
}

// enrol imports everybody.
func (w *town) enrol() {
	w.t.Helper()
	people, pairs := "email,name,zone,locale,hours\n", "mentor,mentee,session_minutes,cadence,link\n"
	for i := range w.pairs {
		for _, c := range []correspondent{mentor(i), mentee(i)} {
			people += fmt.Sprintf("%s,%s,%s,en-GB,9-17\n", c.address, c.name, w.zoneOf(c))
		}
		pairs += fmt.Sprintf("%s,%s,45,fortnightly,https://meet.example.org/%d\n", mentor(i).address, mentee(i).address, i)
	}
	folder := filepath.Dir(w.config)
	w.run("import", "people", w.write(filepath.Join(folder, "people.csv"), people))
	w.run("import", "pairs", w.write(filepath.Join(folder, "pairs.csv"), pairs))
}

// received are the mails that arrived, each once, in an order that does not
// depend on which connection was quicker.
func (w *town) received() []letterIn {
	once := map[string]letterIn{}
	for _, m := range w.smtp.Mails() {
		if m.Accepted {
			mail := letterIn{inbox.Parse(m.Raw, inbox.DefaultLimits()), kindOf(m.Raw)}
			once[mail.MessageID] = mail
		}
	}
	mails := make([]letterIn, 0, len(once))
	for _, mail := range once {
		mails = append(mails, mail)
	}
	slices.SortFunc(mails, func(a, b letterIn) int { return strings.Compare(a.label(), b.label()) })
	return mails
}

// letterIn is a letter as it reached its reader.
type letterIn struct {
	inbox.Mail
	kind string
}

// label is who got what: "ada0@example.net invite".
func (l letterIn) label() string { return l.To[0].Address + " " + l.kind }

// answerAll answers what has come, and tells how many answers were laid.
func (w *town) answerAll() int {
	w.t.Helper()
	before := w.laid
	for _, mail := range w.received() {
		for i := range w.pairs {
			for _, who := range []correspondent{mentor(i), mentee(i)} {
				if mail.To[0].Address == who.address {
					w.answer(i, who, mail)
				}
			}
		}
	}
	return w.laid - before
}

// answer answers each kind of mail once, as its reader would.
func (w *town) answer(pair int, who correspondent, mail letterIn) {
	w.t.Helper()
	if w.answered[mail.label()] {
		return
	}
	w.answered[mail.label()] = true
	isMentor := who == mentor(pair)
	switch mail.kind {
	case "invitation":
		w.say(who, mail.Mail, "Yes, I'm in.")
	case "ask-times":
		w.say(who, mail.Mail, "Option B is perfect, thanks!")
	case "move-request":
		w.say(who, mail.Mail, "Yes, that works.")
	case "invite":
		start, reply := w.press(who, mail.Mail)
		zone, _ := time.LoadLocation(w.zoneOf(who))
		switch {
		case isMentor || pair%3 == 2 || w.agree:
			w.lay(reply)
		case pair%3 == 1:
			w.say(who, mail.Mail, "Could we move it to "+start.In(zone).AddDate(0, 0, 7).Format("Monday 2 January 2006 at 15:04")+"?")
		default:
			w.say(who, mail.Mail, "Please cancel it, I cannot make it.")
		}
	}
}

// say lays an answer in words, above the whole original.
func (w *town) say(who correspondent, original inbox.Mail, words string) {
	m := outgoing{who: who, original: original, at: w.clock, contentType: "text/plain; charset=utf-8"}
	m.body = words + "\n\n" + m.quote()
	w.lay(m.raw())
}

// press makes the answer of a calendar button, and says when the session is.
func (w *town) press(who correspondent, original inbox.Mail) (start time.Time, raw []byte) {
	w.t.Helper()
	part, err := ics.Decode(original.Calendar, ics.Options{Method: original.CalendarMethod})
	if err != nil {
		w.t.Fatal(err)
	}
	return part.Start, pressed(who, original, part.UID, *part.Sequence, "ACCEPTED", w.clock)
}

// pressed is the mail of a calendar button.
func pressed(who correspondent, original inbox.Mail, uid string, sequence int, stat string, at time.Time) []byte {
	const stamp = "20060102T150405Z"
	lines := []string{
		"BEGIN:VCALENDAR", "METHOD:REPLY", "PRODID:-//Google Inc//Google Calendar 70.9054//EN", "VERSION:2.0", "BEGIN:VEVENT",
		"ATTENDEE;PARTSTAT=" + stat + ";CN=" + who.name + ":mailto:" + who.address,
		"UID:" + uid, fmt.Sprintf("SEQUENCE:%d", sequence), "DTSTAMP:" + at.UTC().Format(stamp), "END:VEVENT", "END:VCALENDAR", "",
	}
	return outgoing{
		who: who, original: original, at: at, contentType: "text/calendar; charset=utf-8; method=REPLY",
		headers: "Auto-Submitted: auto-generated\r\n", body: strings.Join(lines, "\r\n"),
	}.raw()
}

// lay puts a mail into the mailbox, each a second after the one before.
func (w *town) lay(raw []byte) {
	w.laid++
	w.mails = append(w.mails, raw)
	w.dovecot.Lay(w.t, w.mailbox, "INBOX", raw, w.clock.Add(time.Duration(w.laid)*time.Second))
}

// query reads rows of the database past all wires, each as one line.
func (w *town) query(statement string) []string {
	w.t.Helper()
	db := w.connect()
	defer db.Close()
	rows, err := db.Query(statement)
	if err != nil {
		w.t.Fatalf("%s: %v", statement, err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	var lines []string
	for rows.Next() {
		values, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			w.t.Fatal(err)
		}
		var line []string
		for _, v := range values {
			line = append(line, v.String)
		}
		lines = append(lines, strings.Join(line, " "))
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return lines
}

func (w *town) connect() *sql.DB {
	w.t.Helper()
	driver, source := "postgres", w.database
	if file, ok := strings.CutPrefix(w.database, "sqlite:"); ok {
		driver, source = "sqlite", "file:"+file+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		w.t.Fatal(err)
	}
	return db
}

// expire lets the leases of a worker that was killed run out, as ten minutes
// would.
func (w *town) expire() {
	w.t.Helper()
	db := w.connect()
	defer db.Close()
	for _, table := range []string{"inbound", "timers", "letters"} {
		if _, err := db.Exec("UPDATE " + table + " SET lease_until = 0 WHERE lease_until <> 0"); err != nil {
			w.t.Fatal(err)
		}
	}
}

// outcome is everything that a week has come to, without identifiers: equal
// weeks have equal outcomes.
func (w *town) outcome() string {
	w.t.Helper()
	var lines []string
	for _, mail := range w.received() {
		lines = append(lines, "mail "+mail.label())
	}
	for _, list := range []string{"sessions", "ledger"} {
		var rows []map[string]any
		if err := json.Unmarshal([]byte(w.run(list, "--json")), &rows); err != nil {
			w.t.Fatal(err)
		}
		for _, row := range rows {
			delete(row, "uid")
			delete(row, "session")
			line, _ := json.Marshal(row)
			lines = append(lines, list+" "+string(line))
		}
	}
	for _, row := range w.query("SELECT result, reason, COUNT(*) FROM inbound GROUP BY result, reason") {
		lines = append(lines, "inbound "+row)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// settled holds that nothing waits any more: every mail has one outcome and
// is filed, and every letter has gone.
func (w *town) settled() {
	w.t.Helper()
	for what, statement := range map[string]string{
		"undecided or unfiled mail": "SELECT id, result, reason FROM inbound WHERE decided = 0 OR filed = 0 OR result = ''",
		"letter that has not gone":  "SELECT kind, address, state, reason FROM letters WHERE state <> 'sent' AND due <= " + fmt.Sprint(w.clock.UnixMicro()),
		"timer that has not fired":  "SELECT key FROM timers WHERE done = 0 AND due <= " + fmt.Sprint(w.clock.UnixMicro()),
	} {
		for _, row := range w.query(statement) {
			w.t.Errorf("%s: %s", what, row)
		}
	}
	if kept := w.query("SELECT COUNT(*) FROM inbound")[0]; kept != fmt.Sprint(w.laid) {
		w.t.Errorf("%s mails were kept, %d came", kept, w.laid)
	}
	if left := w.dovecot.Count(w.t, w.mailbox, "INBOX"); left != 0 {
		w.t.Errorf("%d mails are left in the mailbox", left)
	}
	filed := w.dovecot.Count(w.t, w.mailbox, inbox.FolderProcessed) + w.dovecot.Count(w.t, w.mailbox, inbox.FolderQuarantine)
	if filed != w.laid {
		w.t.Errorf("%d mails were filed, %d came", filed, w.laid)
	}
}

// repeats counts the mails that came more than once, and holds that a repeat
// is the same mail, byte for byte.
func (w *town) repeats() int {
	w.t.Helper()
	first := map[string][]byte{}
	repeats := 0
	for _, m := range w.smtp.Mails() {
		id := inbox.Parse(m.Raw, inbox.DefaultLimits()).MessageID
		earlier, known := first[id]
		first[id] = m.Raw
		if !known {
			continue
		}
		repeats++
		if !bytes.Equal(earlier, m.Raw) {
			w.t.Errorf("mail %s came twice, and not the same", id)
		}
	}
	return repeats
}
