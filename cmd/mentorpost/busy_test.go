package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/program"
)

// publicly is a reader to which the server stands at a public address. What
// checks addresses is the same as ever; only the last step leads to the server.
func publicly(server *httptest.Server) calendarReader {
	return calendarReader{
		lookup: func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr("8.8.8.8")}, nil
		},
		connect: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		},
	}
}

func TestBusyFetchKeepsToThePublicNetwork(t *testing.T) {
	const page = "http://cal.example.org/busy.ics"
	for name, c := range map[string]struct {
		address   string
		redirects []string // of the server, one after the other
		resolves  []string // the answers to look-ups; the last stays
		want      error
	}{
		"a public place is read":                      {address: page},
		"so it is after three redirects":              {address: page, redirects: []string{"/a", "http://other.example.org/b", "/c"}},
		"this host is refused":                        {address: "http://127.0.0.1/busy.ics", want: errForbidden},
		"a decimal address is refused":                {address: "http://2130706433/busy.ics", want: errForbidden},
		"IPv4 within IPv6 is refused":                 {address: "http://[::ffff:127.0.0.1]/busy.ics", want: errForbidden},
		"a name that leads to this host is refused":   {address: page, resolves: []string{"127.0.0.1"}, want: errForbidden},
		"a name that leads to a neighbour is refused": {address: page, resolves: []string{"10.1.2.3"}, want: errForbidden},
		"a name that leads to metadata is refused":    {address: page, resolves: []string{"169.254.169.254"}, want: errForbidden},
		"a name mapped into IPv6 is refused":          {address: page, resolves: []string{"::ffff:192.168.0.1"}, want: errForbidden},
		"a redirect to this host is refused":          {address: page, redirects: []string{"http://127.0.0.1/"}, want: errForbidden},
		"a redirect to a decimal address is refused":  {address: page, redirects: []string{"http://2130706433/"}, want: errForbidden},
		"a redirect to another scheme is refused":     {address: page, redirects: []string{"file:///etc/passwd"}, want: errForbidden},
		"a name that changes between two hops is not asked again": {address: page, redirects: []string{"/again"},
			resolves: []string{"8.8.8.8", "127.0.0.1"}},
		"another name that leads to this host is refused": {address: page, redirects: []string{"http://other.example.org/"},
			resolves: []string{"8.8.8.8", "127.0.0.1"}, want: errForbidden},
		"a port of this host is refused": {address: "http://127.0.0.1:8025/", want: errForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			hop := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if hop < len(c.redirects) {
					hop++
					http.Redirect(w, r, c.redirects[hop-1], http.StatusFound)
					return
				}
				fmt.Fprint(w, oneMeeting)
			}))
			defer server.Close()
			reader := publicly(server)
			looked := 0
			if len(c.resolves) > 0 {
				reader.lookup = func(context.Context, string) ([]netip.Addr, error) {
					at := c.resolves[min(looked, len(c.resolves)-1)]
					looked++
					return []netip.Addr{netip.MustParseAddr(at)}, nil
				}
			}
			spans, err := reader.busyTimes(context.Background(), c.address, march)
			if !errors.Is(err, c.want) || c.want == nil && len(spans) != 1 {
				t.Errorf("%v, %v; want %v", spans, err, c.want)
			}
		})
	}
}

func TestBusyFetchIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		serve http.HandlerFunc
		want  program.CalendarTrouble
	}{
		"four redirects are too many": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusFound) }, program.CalendarUnreachable},
		"5 MB are read": {func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, oneMeeting+strings.Repeat(" ", calendarBytes-len(oneMeeting)))
		}, ""},
		"a byte more is too much": {func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, oneMeeting+strings.Repeat(" ", calendarBytes-len(oneMeeting)+1))
		}, program.CalendarLarge},
		"what unpacks to more is too much": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			for range 100 << 20 / len(zeros) {
				if _, err := packed.Write(zeros[:]); err != nil {
					return // the reader has gone, as it should
				}
			}
			packed.Close()
		}, program.CalendarLarge},
		"a page that is not there is no calendar": {http.NotFound, program.CalendarMissing},
		"a page for people is no calendar": {func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "<!DOCTYPE html><html><body>Hello</body></html>")
		}, program.CalendarNone},
		"a server in trouble is tried again":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, program.CalendarUnreachable},
		"a server that wants fewer questions too": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, program.CalendarUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.serve)
			defer server.Close()
			_, err := publicly(server).busyTimes(context.Background(), "http://cal.example.org/busy.ics", march)
			if got := troubleOf(err); got != c.want {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
		})
	}
}

var zeros [1 << 16]byte

func TestASlowServerIsNotWaitedFor(t *testing.T) {
	gone := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush() // it has begun to answer, and goes on for ever
		<-r.Context().Done()
		close(gone)
	}))
	defer server.Close()
	reader := publicly(server)
	reader.period = 50 * time.Millisecond
	if _, err := reader.busyTimes(context.Background(), "http://cal.example.org/busy.ics", march); troubleOf(err) != program.CalendarSlow {
		t.Errorf("got %v, want it to be too slow", err)
	}
	<-gone // nothing of it is left
}

// march are the weeks in which the tests' calendars have something.
var march = ics.Weeks{From: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2027, 4, 30, 0, 0, 0, 0, time.UTC)}

const oneMeeting = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:one\r\nDTSTART:20270302T100000Z\r\nDTEND:20270302T110000Z\r\n" +
	"END:VEVENT\r\nEND:VCALENDAR\r\n"

// publish has a web server answer whatever is fetched with the calendar, except
// to those who give a password that is not "app-password".
func (p *play) publish(calendar string) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, password, signed := r.BasicAuth()
		switch {
		case p.calendarStatus != 0:
			w.WriteHeader(p.calendarStatus)
		case signed && password != "app-password":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			fmt.Fprint(w, calendar)
		}
	}))
	p.t.Cleanup(server.Close)
	p.calendars = secretly(server)
}
