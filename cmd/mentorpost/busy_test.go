package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
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
		"a name that changes between two hops is refused": {address: page, redirects: []string{"/again"},
			resolves: []string{"8.8.8.8", "127.0.0.1"}, want: errForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			hop := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if hop < len(c.redirects) {
					hop++
					http.Redirect(w, r, c.redirects[hop-1], http.StatusFound)
					return
				}
				fmt.Fprint(w, "BEGIN:VCALENDAR")
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
			raw, err := reader.fetch(context.Background(), c.address)
			if !errors.Is(err, c.want) || c.want == nil && string(raw) != "BEGIN:VCALENDAR" {
				t.Errorf("%q, %v; want %v", raw, err, c.want)
			}
		})
	}
}

func TestBusyFetchIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		serve http.HandlerFunc
		want  string
	}{
		"four redirects are too many": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusFound) }, "redirects"},
		"more than 5 MB is too much": {func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, strings.Repeat("x", calendarBytes+1))
		}, "more than"},
		"a page that is not there is no calendar": {http.NotFound, "404"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.serve)
			defer server.Close()
			if _, err := publicly(server).fetch(context.Background(), "http://cal.example.org/busy.ics"); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// publish has a web server answer whatever is fetched with the calendar.
func (p *play) publish(calendar string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, calendar) }))
	p.t.Cleanup(server.Close)
	p.calendars = publicly(server)
}
