package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/calendar/dav"
	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/program"
)

// object is an iCalendar object as calendar programs put it on a server.
func object(events ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Test//EN\r\n" + newYork +
		"BEGIN:VEVENT\r\nDTSTAMP:20270101T000000Z\r\n" +
		strings.Join(events, "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTAMP:20270101T000000Z\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}

// newYork is a zone under a name that only the object explains.
const newYork = "BEGIN:VTIMEZONE\r\nTZID:Our Office\r\nBEGIN:STANDARD\r\nDTSTART:20071104T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n" +
	"TZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:20070311T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n" +
	"TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"

// inWords writes spans as "03-02T10:00/11:00", blank between.
func inWords(spans []program.Span) string {
	var out []string
	for _, s := range spans {
		out = append(out, s.Start.Format("01-02T15:04")+"/"+s.End.Format("01-02T15:04"))
	}
	return strings.Join(out, " ")
}

// leading is a reader to which every public name leads to the address.
func leading(addr string, trust *tls.Config) calendarReader {
	return calendarReader{
		lookup: func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("8.8.8.8")}, nil
		},
		connect: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		},
		trust: trust,
	}
}

func TestRadicaleIsRead(t *testing.T) {
	radicale := servers.StartRadicale(t, "ada", "tomas")
	reader := leading(radicale.Addr, &tls.Config{RootCAs: radicale.Pool, ServerName: "localhost"})
	radicale.Calendar(t, "ada", "work")
	radicale.Calendar(t, "ada", "home")
	for name, content := range map[string]string{
		"plain": object("UID:plain\r\nDTSTART:20270302T100000Z\r\nDTEND:20270302T110000Z\r\nSUMMARY:Secret plans"),
		"series": object("UID:series\r\nDTSTART:20270101T090000Z\r\nDURATION:PT30M\r\nRRULE:FREQ=WEEKLY;UNTIL=20270320T000000Z\r\nEXDATE:20270312T090000Z",
			"UID:series\r\nRECURRENCE-ID:20270319T090000Z\r\nDTSTART:20270318T150000Z\r\nDURATION:PT30M"),
		"foreign":     object("UID:foreign\r\nDTSTART;TZID=Our Office:20270316T100000\r\nDURATION:PT1H"), // after the clocks there changed
		"transparent": object("UID:transparent\r\nDTSTART:20270303T100000Z\r\nDURATION:PT1H\r\nTRANSP:TRANSPARENT"),
		"cancelled":   object("UID:cancelled\r\nDTSTART:20270304T100000Z\r\nDURATION:PT1H\r\nSTATUS:CANCELLED"),
		"whole":       object("UID:whole\r\nDTSTART;VALUE=DATE:20270324\r\nDTEND;VALUE=DATE:20270325"),
		"past":        object("UID:past\r\nDTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z"),
		"ours":        object("UID:ours@example.org\r\nDTSTART:20270325T100000Z\r\nDTEND:20270325T110000Z"),
	} {
		radicale.Put(t, "ada", "work", name, content)
	}
	radicale.Put(t, "ada", "home", "dentist", object("UID:dentist\r\nDTSTART:20270331T080000Z\r\nDURATION:PT1H"))
	const work = "03-02T10:00/03-02T11:00 03-05T09:00/03-05T09:30 03-16T14:00/03-16T15:00 03-18T15:00/03-18T15:30 03-23T23:00/03-24T23:00"
	const both = work + " 03-31T08:00/03-31T09:00"
	berlin, _ := time.LoadLocation("Europe/Berlin")
	weeks := march
	weeks.Zone, weeks.Own = berlin, []program.Session{{UID: "ours@example.org", Status: program.SessionConfirmed}}
	const signed = "https://ada:" + servers.RadicalePassword + "@dav.example.org"
	for name, c := range map[string]struct {
		address string
		want    string
		trouble program.CalendarTrouble
	}{
		"a calendar":                                 {signed + "/ada/work/", work, ""},
		"a calendar without its last slash":          {signed + "/ada/work", work, ""},
		"a home has all calendars":                   {signed + "/ada/", both, ""},
		"a server leads to the home":                 {signed, both, ""},
		"one object alone":                           {signed + "/ada/home/dentist.ics", "03-31T08:00/03-31T09:00", ""},
		"a wrong password":                           {"https://ada:wrong@dav.example.org/ada/work/", "", program.CalendarRefused},
		"no password":                                {"https://dav.example.org/ada/work/", "", program.CalendarRefused},
		"somebody else's calendar":                   {"https://tomas:" + servers.RadicalePassword + "@dav.example.org/ada/work/", "", program.CalendarRefused},
		"somebody without calendars":                 {"https://tomas:" + servers.RadicalePassword + "@dav.example.org/tomas/", "", program.CalendarNone},
		"a calendar that is not there":               {signed + "/ada/nothing/", "", program.CalendarMissing},
		"a password that is never sent in the clear": {strings.Replace(signed, "https", "http", 1) + "/ada/work/", "", program.CalendarPrivate},
	} {
		t.Run(name, func(t *testing.T) {
			spans, err := reader.busyTimes(context.Background(), c.address, weeks)
			if got := inWords(spans); got != c.want || troubleOf(err) != c.trouble {
				t.Errorf("got  %s (%v)\nwant %s %s", got, err, c.want, c.trouble)
			}
			if err != nil && (strings.Contains(err.Error(), "wrong") || strings.Contains(err.Error(), servers.RadicalePassword)) {
				t.Errorf("the error tells the password: %v", err)
			}
		})
	}
}

// secretly is publicly over TLS.
func secretly(server *httptest.Server) calendarReader {
	trust := server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	trust.ServerName = "example.com" // as the certificate of httptest has it
	return leading(server.Listener.Addr().String(), trust)
}

// script answers each "METHOD host/path" in its own way, and notes all that was
// asked.
type script struct {
	answers map[string]http.HandlerFunc
	asked   []string
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	place := r.Method + " " + r.Host + r.URL.Path
	user, _, signed := r.BasicAuth()
	note := place
	if signed {
		note += " as " + user
	}
	s.asked = append(s.asked, note)
	body, _ := io.ReadAll(r.Body)
	if strings.Contains(string(body), "free-busy-query") {
		place += " free-busy"
	}
	if answer, ok := s.answers[place]; ok {
		answer(w, r)
		return
	}
	http.NotFound(w, r)
}

// multistatus answers with resources, each an address and its properties.
func multistatus(resources ...[2]string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusMultiStatus)
		fmt.Fprint(w, `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">`)
		for _, r := range resources {
			fmt.Fprintf(w, `<d:response><d:href>%s</d:href><d:propstat><d:prop>%s</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`, r[0], r[1])
		}
		fmt.Fprint(w, `</d:multistatus>`)
	}
}

func redirect(to string, status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, status) }
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// What servers say about their resources.
const (
	isCalendar = `<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>`
	isTasks    = isCalendar + `<c:supported-calendar-component-set><c:comp name="VTODO"/></c:supported-calendar-component-set>`
	isIdle     = isCalendar + `<c:schedule-calendar-transp><c:transparent/></c:schedule-calendar-transp>`
)

func holds(calendar string) string { return `<c:calendar-data>` + calendar + `</c:calendar-data>` }

func TestServersOfManyKindsAreRead(t *testing.T) {
	meeting := holds(oneMeeting)
	const found = "03-02T10:00/03-02T11:00"
	for name, c := range map[string]struct {
		answers map[string]http.HandlerFunc
		address string // without scheme and password; empty: dav.example.org/
		want    string
		trouble program.CalendarTrouble
		asked   string // that must be among what was asked
	}{
		"RFC 6764: the well-known place redirects, and the question stays a PROPFIND": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/.well-known/caldav": redirect("/dav/", http.StatusMovedPermanently),
			"PROPFIND dav.example.org/dav/":               multistatus([2]string{"/dav/", `<d:current-user-principal><d:href>/dav/ada/</d:href></d:current-user-principal>`}),
			"PROPFIND dav.example.org/dav/ada/":           multistatus([2]string{"/dav/ada/", `<c:calendar-home-set><d:href>/dav/cal/</d:href></c:calendar-home-set>`}),
			"PROPFIND dav.example.org/dav/cal/":           multistatus([2]string{"/dav/cal/", ""}, [2]string{"/dav/cal/work/", isCalendar}),
			"REPORT dav.example.org/dav/cal/work/":        multistatus([2]string{"/dav/cal/work/1.ics", meeting}),
		}, want: found, asked: "REPORT dav.example.org/dav/cal/work/ as ada"},
		"a home on another host of the same owner gets the password": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/":        multistatus([2]string{"/", `<c:calendar-home-set><d:href>https://p42.example.org/ada/</d:href></c:calendar-home-set>`}),
			"PROPFIND p42.example.org/ada/":    multistatus([2]string{"/ada/work/", isCalendar}),
			"REPORT p42.example.org/ada/work/": multistatus([2]string{"/ada/work/1.ics", meeting}),
		}, want: found, asked: "PROPFIND p42.example.org/ada/ as ada"},
		"a home of somebody else's does not": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/":        multistatus([2]string{"/", `<c:calendar-home-set><d:href>https://dav.example.net/ada/</d:href></c:calendar-home-set>`}),
			"PROPFIND dav.example.net/ada/":    multistatus([2]string{"/ada/work/", isCalendar}),
			"REPORT dav.example.net/ada/work/": multistatus([2]string{"/ada/work/1.ics", meeting}),
		}, want: found, asked: "PROPFIND dav.example.net/ada/"},
		"tasks and calendars that do not count as busy are left out": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/":                   multistatus([2]string{"/", ""}, [2]string{"/tasks/", isTasks}, [2]string{"/birthdays/", isIdle}, [2]string{"/work/", isCalendar}),
			"PROPFIND dav.example.org/.well-known/caldav": multistatus([2]string{"/", `<c:calendar-home-set><d:href>/</d:href></c:calendar-home-set>`}),
			"REPORT dav.example.org/work/":                multistatus([2]string{"/work/1.ics", meeting}),
		}, want: found},
		"a calendar in a home that may not be read holds up no other": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/home/": multistatus([2]string{"/home/", `<c:calendar-home-set><d:href>/home/</d:href></c:calendar-home-set>`},
				[2]string{"/home/shared/", isCalendar}, [2]string{"/home/work/", isCalendar}),
			"REPORT dav.example.org/home/shared/": status(http.StatusForbidden),
			"REPORT dav.example.org/home/work/":   multistatus([2]string{"/home/work/1.ics", meeting}),
		}, address: "dav.example.org/home/", want: found},
		"but one whose server is in trouble does": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/home/": multistatus([2]string{"/home/", `<c:calendar-home-set><d:href>/home/</d:href></c:calendar-home-set>`},
				[2]string{"/home/work/", isCalendar}, [2]string{"/home/other/", isCalendar}),
			"REPORT dav.example.org/home/work/":  multistatus([2]string{"/home/work/1.ics", meeting}),
			"REPORT dav.example.org/home/other/": status(http.StatusBadGateway),
		}, address: "dav.example.org/home/", trouble: program.CalendarUnreachable},
		"a calendar alone that may not be read is refused": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/work/": multistatus([2]string{"/work/", isCalendar}),
			"REPORT dav.example.org/work/":   status(http.StatusForbidden),
		}, address: "dav.example.org/work/", trouble: program.CalendarRefused},
		"who may only know the busy times is told those": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/work/": multistatus([2]string{"/work/", isCalendar}),
			"REPORT dav.example.org/work/":   status(http.StatusForbidden),
			"REPORT dav.example.org/work/ free-busy": func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, "BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\nFREEBUSY:20270302T100000Z/PT1H,20270305T140000Z/20270305T150000Z\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n")
			},
		}, address: "dav.example.org/work/", want: found + " 03-05T14:00/03-05T15:00"},
		"a collection that is also a file by GET needs no WebDAV": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/export/": status(http.StatusMethodNotAllowed),
			"GET dav.example.org/export/":      func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, oneMeeting) },
		}, address: "dav.example.org/export/", want: found},
		"a page for people may be a calendar for programs": {answers: map[string]http.HandlerFunc{
			"GET dav.example.org/ada.ics":      func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
			"PROPFIND dav.example.org/ada.ics": multistatus([2]string{"/ada.ics", isCalendar}),
			"REPORT dav.example.org/ada.ics":   multistatus([2]string{"/ada.ics/1.ics", meeting}),
		}, address: "dav.example.org/ada.ics", want: found},
		"a calendar with nothing in these weeks is a calendar": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/work/": multistatus([2]string{"/work/", isCalendar}),
			"REPORT dav.example.org/work/":   multistatus(),
		}, address: "dav.example.org/work/"},
		"a server that leaves TLS is not followed": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/work/": redirect("http://dav.example.org/work/", http.StatusFound),
		}, address: "dav.example.org/work/", trouble: program.CalendarPrivate},
		"a redirect into a private network is not followed": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/work/": redirect("https://169.254.169.254/latest/", http.StatusFound),
		}, address: "dav.example.org/work/", trouble: program.CalendarPrivate},
		"a home in a private network is not looked at": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/": multistatus([2]string{"/", `<c:calendar-home-set><d:href>https://10.0.0.1/ada/</d:href></c:calendar-home-set>`}),
		}, trouble: program.CalendarPrivate},
		"entities that would grow are not read": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/work/": func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusMultiStatus)
				fmt.Fprint(w, `<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]>`+
					`<d:multistatus xmlns:d="DAV:"><d:response><d:href>&c;</d:href></d:response></d:multistatus>`)
			},
		}, address: "dav.example.org/work/", trouble: program.CalendarNone},
		"more than 5 MB of events are too much": {answers: map[string]http.HandlerFunc{
			"PROPFIND dav.example.org/work/": multistatus([2]string{"/work/", isCalendar}),
			"REPORT dav.example.org/work/":   multistatus([2]string{"/work/1.ics", holds(strings.Repeat("x", calendarBytes))}),
		}, address: "dav.example.org/work/", trouble: program.CalendarLarge},
	} {
		t.Run(name, func(t *testing.T) {
			s := &script{answers: c.answers}
			server := httptest.NewTLSServer(s)
			defer server.Close()
			address := c.address
			if address == "" {
				address = "dav.example.org/"
			}
			spans, err := secretly(server).busyTimes(context.Background(), "https://ada:secret@"+address, march)
			if got := inWords(spans); got != c.want || troubleOf(err) != c.trouble {
				t.Errorf("got  %s (%v)\nwant %s %s\n%s", got, err, c.want, c.trouble, strings.Join(s.asked, "\n"))
			}
			if asked := "\n" + strings.Join(s.asked, "\n") + "\n"; c.asked != "" && !strings.Contains(asked, "\n"+c.asked+"\n") {
				t.Errorf("%q was not asked, but\n%s", c.asked, asked)
			}
		})
	}
}

// TestAServerThatWantsADigestGetsOne holds that a challenge is answered, nonce
// after nonce, and that a password that is wrong is not tried again and again.
func TestAServerThatWantsADigestGetsOne(t *testing.T) {
	nonce, uses, refused := 0, 0, 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		challenge := dav.Digest{Realm: "Cal", Nonce: fmt.Sprint("nonce", nonce), Opaque: "o", SHA256: true, Quality: true}
		given := r.Header.Get("Authorization")
		cnonce, count := part(given, `cnonce="`), 0
		fmt.Sscanf(part(given, "nc="), "%08x", &count)
		right := given == challenge.Authorization("ada", "secret", r.Method, r.URL.RequestURI(), cnonce, count)
		if strings.HasPrefix(given, "Digest") {
			uses++
			right = right && count == uses // counted for each nonce (RFC 7616 §3.4)
			if nonce == 0 {                // has become stale
				right, nonce, uses, challenge.Nonce = false, 1, 0, "nonce1"
			}
		}
		if !right {
			refused++
			w.Header().Add("WWW-Authenticate", `Basic realm="Cal"`)
			w.Header().Add("WWW-Authenticate", `Digest realm="Cal", nonce="`+challenge.Nonce+`", opaque="o", algorithm=SHA-256, qop="auth,auth-int"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if r.Method == http.MethodGet {
			fmt.Fprint(w, oneMeeting)
			return
		}
		w.WriteHeader(http.StatusMethodNotAllowed)
	}))
	defer server.Close()
	for password, want := range map[string]program.CalendarTrouble{"secret": "", "wrong": program.CalendarRefused} {
		nonce, uses, refused = 0, 0, 0
		spans, err := secretly(server).busyTimes(context.Background(), "https://ada:"+url.QueryEscape(password)+"@dav.example.org/work/", march)
		if troubleOf(err) != want || want == "" && len(spans) != 1 || refused > 3 {
			t.Errorf("with %q: %v, %v after %d refusals", password, spans, err, refused)
		}
	}
}

func TestAPasswordGoesToHostsOfOneOwner(t *testing.T) {
	for _, c := range []struct {
		rule, given, host string
		want              bool
	}{
		{"the very host", "dav.example.org", "DAV.example.org", true},
		{"another of the same domain", "caldav.icloud.com", "p42-caldav.icloud.com", true},
		{"another domain", "dav.example.org", "dav.example.net", false},
		{"another customer's of one provider", "ada.github.io", "eve.github.io", false},
		{"the same address", "93.184.216.34", "93.184.216.34", true},
		{"an address that ends alike", "93.184.216.34", "8.8.216.34", false},
	} {
		if got := related(c.given, c.host); got != c.want {
			t.Errorf("%s: %v", c.rule, got)
		}
	}
}

// part is what stands between a mark and the next quotation mark or comma.
func part(text, mark string) string {
	_, after, _ := strings.Cut(text, mark)
	end := strings.IndexAny(after, `",`)
	if end < 0 {
		return after
	}
	return after[:end]
}

func TestQuestionsAreCounted(t *testing.T) {
	var many [][2]string
	for i := range 2 * calendarQuestions {
		many = append(many, [2]string{fmt.Sprintf("/%d/", i), isCalendar})
	}
	asked := 0
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.Method == "REPORT" {
			multistatus()(w, r)
			return
		}
		multistatus(append([][2]string{{"/", `<c:calendar-home-set><d:href>/</d:href></c:calendar-home-set>`}}, many...)...)(w, r)
	}))
	defer server.Close()
	if _, err := secretly(server).busyTimes(context.Background(), "https://ada:secret@dav.example.org/", ics.Weeks(march)); err != nil || asked != mostCalendars+2 {
		t.Errorf("%d questions: %v", asked, err)
	}
}
