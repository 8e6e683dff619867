package mailer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/templates"
)

func newComposer(t testing.TB) *Composer {
	t.Helper()
	set, err := templates.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Composer{
		Settings:  program.Settings{Name: "Mentor Everywhere", Address: "mentor@example.org", Locale: "en"},
		Sealer:    program.NewSealer([]byte("a secret of this test")),
		Templates: set,
	}
}

// sample is a letter as it would be decided, invitations with their event.
func sample(kind program.Kind) program.Letter {
	l := templates.Sample(kind, "en")
	l.ID, l.To = "lettersample", "personsample"
	method := map[program.Kind]string{program.LetterInvite: "REQUEST", program.LetterUpdate: "REQUEST", program.LetterCancel: "CANCEL"}[kind]
	if method != "" {
		l.Event = &program.Event{
			Method: method, UID: l.SessionUID, Sequence: 1, Stamp: l.Created, Start: l.Facts.Start, End: l.Facts.End,
			Attendees: []program.Attendee{
				{Name: "Tomás Oliveira", Address: "tomas@example.net", PartStat: program.NeedsAction},
				{Name: "Ada Krüger", Address: "ada@example.com", PartStat: program.NeedsAction},
			},
		}
	}
	return l
}

// leaf is one part of a message that was read back.
type leaf struct {
	mediaType string
	params    map[string]string
	fileName  string
	text      string
}

// read takes a message apart with another library than the one under test.
func read(t *testing.T, raw []byte) (mail.Header, []leaf, []string) {
	t.Helper()
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("read message: %v\n%s", err, raw)
	}
	var leaves []leaf
	var shape []string
	err = entity.Walk(func(path []int, e *message.Entity, err error) error {
		if err != nil {
			return err
		}
		mediaType, params, err := e.Header.ContentType()
		if err != nil {
			return err
		}
		shape = append(shape, strings.Repeat(" ", len(path))+mediaType)
		if strings.HasPrefix(mediaType, "multipart/") {
			return nil
		}
		text, err := io.ReadAll(e.Body)
		_, disposition, _ := e.Header.ContentDisposition()
		leaves = append(leaves, leaf{mediaType, params, disposition["filename"], string(text)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return mail.Header{Header: entity.Header}, leaves, shape
}

// TestCalendarMailsHaveTheShapeThatClientsActOn holds each kind of mail that
// carries a calendar message to what Gmail, Outlook, Apple Mail and Thunderbird
// want of it (RFC 6047 §2.4).
func TestCalendarMailsHaveTheShapeThatClientsActOn(t *testing.T) {
	c := newComposer(t)
	for _, kind := range []struct {
		kind   program.Kind
		method string
	}{
		{program.LetterInvite, "REQUEST"}, {program.LetterUpdate, "REQUEST"}, {program.LetterAgenda, "REQUEST"},
		{program.LetterReceipt, "REQUEST"}, {program.LetterCancel, "CANCEL"}, {program.LetterCancelLate, "CANCEL"},
		{program.LetterReceipt, "CANCEL"}, {program.LetterMoveRefused, "DECLINECOUNTER"}, {program.LetterNoAnswer, "DECLINECOUNTER"},
	} {
		t.Run(string(kind.kind)+" with "+kind.method, func(t *testing.T) {
			l := sample(program.LetterInvite)
			event := *l.Event
			event.Method, event.Stamp, event.Sequence = kind.method, l.Created, 3
			l.Kind, l.Event = kind.kind, &event
			m, err := c.Compose(l)
			if err != nil {
				t.Fatal(err)
			}
			header, leaves, shape := read(t, m.Raw)
			want := "multipart/mixed| multipart/alternative|  text/plain|  text/html|  text/calendar| application/ics"
			if got := strings.Join(shape, "|"); got != want {
				t.Fatalf("shape %s, want %s", got, want)
			}
			calendar := leaves[2]
			if calendar.params["method"] != kind.method || calendar.params["charset"] != "utf-8" {
				t.Errorf("calendar parameters %v", calendar.params)
			}
			if strings.Count(calendar.text, "METHOD:"+kind.method+"\r\n") != 1 {
				t.Errorf("METHOD is not that of the MIME part:\n%s", calendar.text)
			}
			if leaves[3].text != calendar.text || leaves[3].fileName != "invite.ics" || leaves[3].params["name"] != "invite.ics" {
				t.Errorf("the attachment %q is not the calendar part", leaves[3].fileName)
			}
			sender := `"Mentor Everywhere" <` + m.From + `>`
			if header.Get("From") != sender || header.Get("Reply-To") != sender {
				t.Errorf("From %q, Reply-To %q, want %q", header.Get("From"), header.Get("Reply-To"), sender)
			}
			if person, about, ok := c.Sealer.Open(program.TagOf("mentor@example.org", m.From)); !ok || person != l.To || about != l.About {
				t.Errorf("From %q opens as %q, %v, %v", m.From, person, about, ok)
			}
			unfolded := strings.ReplaceAll(calendar.text, "\r\n ", "")
			for _, want := range []string{
				"ORGANIZER;CN=\"Mentor Everywhere\":mailto:" + m.From + "\r\n", ":mailto:" + m.To + "\r\n", "\r\nUID:" + l.SessionUID + "\r\n",
				"\r\nSEQUENCE:3\r\n", "\r\nDTSTAMP:" + l.Created.UTC().Format("20060102T150405Z") + "\r\n",
				"SUMMARY:Mentoring session with Ada Krüger", "https://meet.example.org/ada-and-tomas",
			} {
				if !strings.Contains(unfolded, want) {
					t.Errorf("calendar lacks %q:\n%s", want, unfolded)
				}
			}
			subject, err := header.Text("Subject")
			if comment := strings.Contains(unfolded, "\r\nCOMMENT:"+strings.NewReplacer(";", `\;`, ",", `\,`).Replace(subject)+"\r\n"); err != nil || comment != (kind.method == "DECLINECOUNTER") {
				t.Errorf("the subject %q is its comment: %v", subject, comment)
			}
			if l.Event.Organizer.Address != "" {
				t.Error("the letter's own event was changed")
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	c := newComposer(t)
	c.PublicURL = "https://mentor.example.org/"
	session, question := sample(program.LetterInvite), sample(program.LetterWelcome)
	session.InReplyTo, session.References = "<b@example.net>", []string{"a@example.org", "broken id\r\nBcc: x@example.org"}
	header := func(l program.Letter) (mail.Header, Message) {
		m, err := c.Compose(l)
		if err != nil {
			t.Fatal(err)
		}
		h, _, _ := read(t, m.Raw)
		return h, m
	}
	h, m := header(session)
	tag := program.TagOf("mentor@example.org", m.From)
	if person, about, ok := c.Sealer.Open(tag); !ok || person != session.To || about != session.About {
		t.Errorf("From %q opens as %q, %v, %v", m.From, person, about, ok)
	}
	for name, want := range map[string]string{
		"From": `"Mentor Everywhere" <` + m.From + `>`, "Reply-To": `"Mentor Everywhere" <` + m.From + `>`,
		"To": "=?utf-8?q?Tom=C3=A1s_Oliveira?= <tomas@example.net>", "Message-Id": "<" + session.MessageID + ">",
		"In-Reply-To": "<b@example.net>", "References": "<a@example.org> <b@example.net>",
		"Auto-Submitted": "auto-generated", "Mentorpost-Kind": "invite", "Mentorpost-Session": session.SessionUID,
		"Date": "Mon, 18 Jan 2027 09:00:00 +0000", "List-Id": "<mentor.example.org>", "List-Unsubscribe": "",
		"Feedback-Id": "invite:mentor:example.org:mentorpost", "Bcc": "",
	} {
		if got := h.Get(name); !strings.EqualFold(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got, err := h.Date(); err != nil || !got.Equal(session.Created) {
		t.Errorf("Date %v, %v", got, err)
	}
	h, _ = header(question)
	unsubscribe := h.Get("List-Unsubscribe")
	if !strings.Contains(unsubscribe, "https://mentor.example.org/unsubscribe/p"+string(question.To)) ||
		!strings.Contains(unsubscribe, "<mailto:mentor%2B") || h.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Errorf("List-Unsubscribe %q, Post %q", unsubscribe, h.Get("List-Unsubscribe-Post"))
	}
}

func TestPeopleAreToldTheirFeed(t *testing.T) {
	c := newComposer(t)
	for _, kind := range []program.Kind{program.LetterWelcome, program.LetterStatus, program.LetterHelp} {
		l := sample(kind)
		feed := "https://mentor.example.org" + c.Sealer.FeedPath(l.To)
		for public, want := range map[string]bool{"": false, "https://mentor.example.org/": true} {
			c.PublicURL = public
			m, err := c.Compose(l)
			if err != nil {
				t.Fatal(err)
			}
			_, parts, _ := read(t, m.Raw)
			if told := strings.Contains(fmt.Sprint(parts), feed); told != want {
				t.Errorf("%s with public_url %q: told %v", kind, public, told)
			}
		}
		if l.Facts.Feed != "" {
			t.Errorf("the letter itself holds %q", l.Facts.Feed)
		}
	}
}

func TestTheSameLetterGivesTheSameBytes(t *testing.T) {
	l := sample(program.LetterInvite)
	first, err := newComposer(t).Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	second, err := newComposer(t).Compose(l)
	if err != nil || !bytes.Equal(first.Raw, second.Raw) {
		t.Error("two renderings of one letter differ", err)
	}
}

func TestEveryKindComposes(t *testing.T) {
	c := newComposer(t)
	for _, kind := range c.Templates.Kinds() {
		m, err := c.Compose(sample(kind))
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		for i, line := range bytes.Split(m.Raw, []byte("\r\n")) {
			if len(line) > 998 || bytes.ContainsAny(line, "\r\n\x00") {
				t.Errorf("%s line %d is not fit for SMTP: %q", kind, i+1, line)
			}
			if bytes.ContainsFunc(line, func(r rune) bool { return r > '~' }) {
				t.Errorf("%s line %d is not 7-bit: %q", kind, i+1, line)
			}
		}
		read(t, m.Raw)
	}
}

func TestHostileNamesStayInTheirField(t *testing.T) {
	c := newComposer(t)
	c.Settings.Name = "Programme\r\nX-Injected: 1\r\n\r\nbody"
	l := sample(program.LetterInvite)
	l.Name = "Eve\r\nBcc: x@example.org\u202e\" <eve@example.net>, \"" + strings.Repeat("é", 300)
	l.SessionUID = "uid\r\nX-Injected: 1"
	l.InReplyTo = "<x@example.org>\r\nX-Injected: 1"
	l.Facts.Partner = "Ada\r\nX-Injected: 1"
	l.Event = nil
	m, err := c.Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	h, _, _ := read(t, m.Raw)
	if h.Has("X-Injected") || h.Has("Bcc") {
		t.Errorf("a field was injected:\n%s", m.Raw[:1500])
	}
	to, err := h.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Address != "tomas@example.net" || strings.ContainsRune(to[0].Name, '\u202e') {
		t.Errorf("To %v, %v", to, err)
	}
	for _, line := range strings.Split(string(m.Raw), "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line of %d octets", len(line))
		}
	}
}

func TestReceivers(t *testing.T) {
	c := newComposer(t)
	for address, want := range map[string]string{
		"tomas@example.net":      "tomas@example.net",
		"tomas@bücher.example":   "tomas@xn--bcher-kva.example",
		"o'neil+x@example.net":   "o'neil+x@example.net",
		"":                       "",
		"tomas":                  "",
		"a@b\r\nRCPT TO:<c@d>":   "",
		"a@example.net, b@x.org": "",
	} {
		l := sample(program.LetterWelcome)
		l.Address = address
		m, err := c.Compose(l)
		if want == "" && !errors.Is(err, ErrAddress) || want != "" && (err != nil || m.To != want) {
			t.Errorf("%q goes to %q, %v; want %q", address, m.To, err, want)
		}
	}
}

func TestCoordinatorsGetThePlainAddress(t *testing.T) {
	c := newComposer(t)
	l := sample(program.LetterCoordinatorPrompt)
	l.To, l.About = "", program.Ref{}
	m, err := c.Compose(l)
	if err != nil {
		t.Fatal(err)
	}
	h, _, _ := read(t, m.Raw)
	if m.From != "mentor@example.org" || h.Has("List-Unsubscribe") {
		t.Errorf("from %q, List-Unsubscribe %q", m.From, h.Get("List-Unsubscribe"))
	}
}

func TestALongThreadKeepsItsFirstAndLatest(t *testing.T) {
	l := program.Letter{MessageID: "own@example.org", InReplyTo: "latest@example.org"}
	for i := range 100 {
		l.References = append(l.References, fmt.Sprintf("m%d@example.org", i))
	}
	fields := thread(l)
	references := strings.Fields(fields[1].value)
	if len(references) != maxReferences || references[0] != "<m0@example.org>" || references[maxReferences-1] != "<latest@example.org>" {
		t.Errorf("%d: %v", len(references), references)
	}
}

func BenchmarkCompose(b *testing.B) {
	c := newComposer(b)
	l := sample(program.LetterInvite)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Compose(l); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
}

func TestFilesAreAttachedAfterTheText(t *testing.T) {
	c := newComposer(t)
	journal := File{"Tagebuch\r\nX: ü.md", "text/markdown", []byte("# Größe\n")}
	export := File{"everything.json", "application/json", bytes.Repeat([]byte("{}\n"), 1000)}
	m, err := c.Compose(sample(program.LetterExport), journal, export)
	if err != nil {
		t.Fatal(err)
	}
	_, leaves, shape := read(t, m.Raw)
	want := "multipart/mixed| multipart/alternative|  text/plain|  text/html| text/markdown| application/json"
	if got := strings.Join(shape, "|"); got != want {
		t.Fatalf("shape %s, want %s", got, want)
	}
	if leaves[2].text != string(journal.Content) || leaves[3].text != string(export.Content) {
		t.Error("a file does not arrive as it is")
	}
	if leaves[2].fileName != "Tagebuch X: ü.md" || leaves[3].fileName != "everything.json" {
		t.Errorf("names %q and %q", leaves[2].fileName, leaves[3].fileName)
	}
	m, err = c.Compose(sample(program.LetterInvite), export)
	if err != nil {
		t.Fatal(err)
	}
	if _, leaves, _ = read(t, m.Raw); len(leaves) != 5 || leaves[3].fileName != "invite.ics" || leaves[4].fileName != "everything.json" {
		t.Errorf("an invitation with a file: %v parts", len(leaves))
	}
}
