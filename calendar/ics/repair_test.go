package ics

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"mime/quotedprintable"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/mentorpost/mentorpost/program"
)

// simple is a reply that every case below spoils in one way.
var simple = reply("SEQUENCE:3", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:zoe@example.org", "SUMMARY:Zoë and Tomás, weekly")

// spoil replaces one part of simple.
func spoil(old, new string) []byte { return []byte(strings.Replace(simple, old, new, 1)) }

// withLineEnds writes simple with other line ends.
func withLineEnds(end string) []byte { return []byte(strings.ReplaceAll(simple, "\r\n", end)) }

// inUTF16 writes simple in UTF-16, perhaps with a byte order mark.
func inUTF16(mark bool, order binary.AppendByteOrder) []byte {
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xfeff)
	}
	for _, unit := range utf16.Encode([]rune(simple)) {
		b = order.AppendUint16(b, unit)
	}
	return b
}

// inLatin1 writes simple in ISO 8859-1.
func inLatin1() []byte {
	var b []byte
	for _, r := range simple {
		b = append(b, byte(r))
	}
	return b
}

// quoted writes simple in quoted-printable, line ends too, as the clients do
// that leave it on.
func quoted() []byte {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	w.Binary = true
	w.Write([]byte(simple))
	w.Close()
	return b.Bytes()
}

var spoiledReplies = []struct {
	name string
	raw  []byte
}{
	{"as it should be", []byte(simple)},
	{"a byte order mark", append([]byte("\xef\xbb\xbf"), simple...)},
	{"line feeds alone", withLineEnds("\n")},
	{"carriage returns alone", withLineEnds("\r")},
	{"two carriage returns and a line feed", withLineEnds("\r\r\n")},
	{"empty lines between all lines", withLineEnds("\r\n\r\n")},
	{"blanks at the ends of lines", withLineEnds(" \r\n")},
	{"a line without a colon", spoil("SEQUENCE:3", "and so on\r\nSEQUENCE:3")},
	{"a colon and no name", spoil("SEQUENCE:3", ":nothing\r\nSEQUENCE:3")},
	{"a name with blanks", spoil("SEQUENCE:3", "SEQUENCE :3")},
	{"names in lower case", spoil("SEQUENCE", "sequence")},
	{"components in lower case", []byte(strings.ReplaceAll(simple, "VEVENT", "vevent"))},
	{"text before the calendar", append([]byte("Content-Type: text/calendar\r\n\r\n"), simple...)},
	{"text after the calendar", append([]byte(simple), "--\r\nSent from my phone: yes\r\n"...)},
	{"no end", []byte(strings.TrimSuffix(simple, "END:VEVENT\r\nEND:VCALENDAR\r\n"))},
	{"the end of something else", spoil("SEQUENCE:3", "END:VALARM\r\nSEQUENCE:3")},
	{"an alarm that never ends", spoil("END:VEVENT", "BEGIN:VALARM\r\nSUMMARY:Not this\r\nEND:VEVENT")},
	{"properties of an alarm are not the event's", spoil("SEQUENCE:3", "BEGIN:VALARM\r\nSEQUENCE:9\r\nUID:2\r\nSUMMARY:Not this\r\nATTENDEE;PARTSTAT=DECLINED:mailto:eve@example.org\r\nEND:VALARM\r\nSEQUENCE:3")},
	{"a component of no known kind inside", spoil("SEQUENCE:3", "BEGIN:X-THING\r\nSEQUENCE:9\r\nEND:X-THING\r\nSEQUENCE:3")},
	{"a second event", spoil("END:VCALENDAR", "BEGIN:VEVENT\r\nUID:2\r\nSEQUENCE:9\r\nEND:VEVENT\r\nEND:VCALENDAR")},
	{"a task before the event", spoil("BEGIN:VEVENT", "BEGIN:VTODO\r\nUID:2\r\nEND:VTODO\r\nBEGIN:VEVENT")},
	{"the method after the event", []byte(strings.Replace(strings.Replace(simple, "METHOD:REPLY\r\n", "", 1), "END:VCALENDAR", "METHOD:REPLY\r\nEND:VCALENDAR", 1))},
	{"a fold between name and colon", spoil("SEQUENCE:3", "SEQUENCE\r\n :3")},
	{"a fold by a tab", spoil("SEQUENCE:3", "SEQ\r\n\tUENCE:3")},
	{"a fold in the middle of a letter", []byte(strings.Replace(simple, "Zo\xc3\xab", "Zo\xc3\r\n \xab", 1))},
	{"a comma that is not escaped", []byte(simple)},
	{"a comma that is escaped", spoil("Tomás, weekly", `Tomás\, weekly`)},
	{"octets of NUL", spoil("SEQUENCE:3", "SEQUENCE:\x003\x00")},
	{"ISO 8859-1", inLatin1()},
	{"UTF-16 with a mark, low octet first", inUTF16(true, binary.LittleEndian)},
	{"UTF-16 with a mark, high octet first", inUTF16(true, binary.BigEndian)},
	{"UTF-16 without a mark", inUTF16(false, binary.LittleEndian)},
	{"quoted-printable left on", quoted()},
	{"quoted-printable left on one value", []byte(strings.Replace(simple, "SUMMARY:Zoë and Tomás", "SUMMARY;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB and Tom=C3=A1s", 1))},
	{"quoted-printable of ISO 8859-1 on one value", []byte(strings.Replace(simple, "SUMMARY:Zoë and Tomás", "SUMMARY;ENCODING=QUOTED-PRINTABLE:Zo=EB and Tom=E1s", 1))},
	{"base64 left on", []byte(base64.StdEncoding.EncodeToString([]byte(simple)))},
}

func TestSpoiledRepliesAreStillRead(t *testing.T) {
	for _, c := range spoiledReplies {
		t.Run(c.name, func(t *testing.T) {
			part, err := Decode(c.raw, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if part.Method != "REPLY" || part.UID != "1@example.org" || part.Sequence == nil || *part.Sequence != 3 ||
				part.Attendee != "zoe@example.org" || part.PartStat != program.Accepted || part.Summary != "Zoë and Tomás, weekly" {
				t.Errorf("got %+v", part)
			}
		})
	}
}

func TestWhatIsNoReply(t *testing.T) {
	nested := bytes.Repeat([]byte("BEGIN:VEVENT\r\n"), 600_000)
	cases := []struct {
		name string
		raw  []byte
		want error
	}{
		{"nothing", nil, ErrNotCalendar},
		{"a letter", []byte("Dear Ada: yes.\r\n"), ErrNotCalendar},
		{"an address card", []byte("BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\n"), ErrNotCalendar},
		{"an empty calendar", []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), ErrNoEvent},
		{"zones alone", []byte(strings.ReplaceAll(customBerlin, "\n", "\r\n")), ErrNoEvent},
		{"more than ten megabytes", bytes.Repeat([]byte{'A'}, maxSize+1), ErrTooLarge},
		{"600,000 components in one another", nested, ErrTooDeep},
		{"three million components in one another", bytes.Repeat([]byte("BEGIN:A\n"), 3_000_000), ErrTooLarge},
		{"33 components in one another", bytes.Repeat([]byte("BEGIN:X\n"), 33), ErrTooDeep},
		{"32 components of no kind in one another", bytes.Repeat([]byte("BEGIN:X\n"), 32), ErrNotCalendar},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Decode(c.raw, Options{}); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// within fails where something takes longer than a limit three times: once may
// be the fault of a busy machine.
func within(t *testing.T, limit time.Duration, do func()) {
	t.Helper()
	var took time.Duration
	for range 3 {
		begun := time.Now()
		do()
		if took = time.Since(begun); took <= limit*slowdown {
			return
		}
	}
	t.Errorf("took %v, more than %v", took, limit*slowdown)
}

// TestHostileInputCostsLittle holds the cost of what stalls other readers.
func TestHostileInputCostsLittle(t *testing.T) {
	const size = 400_000
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	cases := []struct {
		name, raw string
	}{
		{"one parameter of 400 kB", reply("ATTENDEE;CN=" + fill("x") + ":mailto:ada@example.org")},
		{"one parameter that is read, of 400 kB", reply("DTSTART;TZID=" + fill("x") + ":20270211T100000")},
		{"many parameters", reply("ATTENDEE" + fill(";PARTSTAT=A") + ":mailto:ada@example.org")},
		{"many quotation marks", reply("ATTENDEE;EMAIL=" + fill(`"`) + ":mailto:ada@example.org")},
		{"many escaped quotation marks", reply("ATTENDEE;EMAIL=" + fill(`"\`) + ":mailto:ada@example.org")},
		{"many colons in a date", reply("DTSTART;TZID=" + fill(":a") + ":20270211T100000")},
		{"many folds", reply("SUMMARY:" + fill("\r\n x"))},
		{"many bare carriage returns", reply("SUMMARY:" + fill("\r"))},
		{"many carriage returns in text", reply("SUMMARY:" + fill("a\r"))},
		{"many attendees", reply(fill("ATTENDEE:mailto:ada@example.org\r\n"))},
		{"many signs in a duration", reply("DTSTART:20270211T100000Z\r\nDURATION:" + fill("-"))},
		{"many zones", "BEGIN:VCALENDAR\r\n" + fill("BEGIN:VTIMEZONE\r\nTZID:a\r\nEND:VTIMEZONE\r\n") + reply("SUMMARY:x")},
		{"many parts of a zone", zoneParts(size)},
		{"many dates of a zone", string(zoneFile("BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:20000101T000000\nTZOFFSETTO:+0100\n"+
			fill("RDATE:20010101T000000\n")+"END:STANDARD\nEND:VTIMEZONE\n", "DTSTART;TZID=a:20270211T100000"))},
		{"a rule that never falls", string(zoneFile("BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:00010101T000000\nTZOFFSETTO:+0100\n"+
			"RRULE:FREQ=YEARLY;INTERVAL=9999;BYMONTH=2;BYMONTHDAY=30\nEND:STANDARD\nEND:VTIMEZONE\n", "DTSTART;TZID=a:99991231T100000"))},
		{"a rule that counts for centuries", string(zoneFile("BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:00010101T000000\nTZOFFSETTO:+0100\n"+
			"RRULE:FREQ=DAILY;COUNT=999999999\nEND:STANDARD\nEND:VTIMEZONE\n", "DTSTART;TZID=a:99991231T100000"))},
		{"many rules that never fall", string(zoneFile("BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:00010101T000000\nTZOFFSETTO:+0100\n"+
			fill("RRULE:FREQ=YEARLY;INTERVAL=9999;BYMONTH=2;BYMONTHDAY=30\n")+"END:STANDARD\nEND:VTIMEZONE\n", "DTSTART;TZID=a:99991231T100000"))},
		{"many ends", "BEGIN:VCALENDAR\r\n" + fill("END:VEVENT\r\n")},
		{"many percent signs in an address", reply("ATTENDEE:mailto:" + fill("%41"))},
		{"many mailto", reply("ATTENDEE:" + fill("mailto:"))},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var err error
			within(t, 50*time.Millisecond, func() { _, err = Decode([]byte(c.raw), Options{}) })
			if err != nil && !errors.Is(err, ErrNoEvent) {
				t.Error(err)
			}
		})
	}
}

// zoneParts is a zone of as many observances as fit into size, used once.
func zoneParts(size int) string {
	const part = "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=2;BYMONTHDAY=30\nEND:STANDARD\n"
	return string(zoneFile("BEGIN:VTIMEZONE\nTZID:a\n"+strings.Repeat(part, size/len(part))+"END:VTIMEZONE\n", "DTSTART;TZID=a:20270211T100000"))
}
