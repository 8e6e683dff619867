package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// How calendars are read.
const (
	calendarAge      = 6 * time.Hour       // how old what is known of one may be
	calendarAhead    = 60 * 24 * time.Hour // how far busy times are kept
	calendarPeriod   = 10 * time.Second    // deadline of one, redirects and all
	calendarLease    = 10 * time.Minute    // outlasts a whole batch
	calendarBatch    = 8
	calendarBytes    = 5 << 20
	calendarHops     = 3
	calendarRetry    = 15 * time.Minute // after the first failure, doubled by each
	calendarLastWait = 24 * time.Hour
)

// errForbidden is the kind of errors about places that a calendar may not
// lead to.
var errForbidden = errors.New("not a public address")

// calendarReader fetches calendars from the public network, and from nowhere
// else. Its functions are the machine's own where they are nil.
type calendarReader struct {
	lookup  func(ctx context.Context, host string) ([]netip.Addr, error)
	connect func(ctx context.Context, network, address string) (net.Conn, error)
}

// dial connects to the address that it has checked: a name is looked up here
// and nowhere later, so no second answer can lead elsewhere (DNS rebinding).
func (r calendarReader) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	var found []netip.Addr
	if literal, err := netip.ParseAddr(host); err == nil {
		found = []netip.Addr{literal}
	} else if found, err = r.resolve(ctx, host); err != nil {
		return nil, err
	}
	for _, at := range found {
		if !program.PublicAddress(at) {
			return nil, fmt.Errorf("connect to %s at %s: %w", host, at, errForbidden)
		}
	}
	connect := r.connect
	if connect == nil {
		connect = (&net.Dialer{}).DialContext
	}
	err = fmt.Errorf("look up %s: no address", host)
	for _, at := range found {
		var conn net.Conn
		if conn, err = connect(ctx, network, net.JoinHostPort(at.Unmap().String(), port)); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

func (r calendarReader) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if r.lookup != nil {
		return r.lookup(ctx, host)
	}
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// fetch reads the calendar at an address. Every hop of a redirect must be one
// that could have been given in the first place.
func (r calendarReader) fetch(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, calendarPeriod)
	defer cancel()
	if program.CalendarAddress(address) == "" {
		return nil, fmt.Errorf("fetch calendar: %w", errForbidden)
	}
	transport := &http.Transport{DialContext: r.dial, DisableKeepAlives: true, MaxResponseHeaderBytes: 1 << 16}
	client := http.Client{Transport: transport, CheckRedirect: func(next *http.Request, passed []*http.Request) error {
		if len(passed) > calendarHops {
			return fmt.Errorf("more than %d redirects", calendarHops)
		}
		if program.CalendarAddress(next.URL.String()) == "" {
			return fmt.Errorf("redirected to %s: %w", next.URL.Host, errForbidden)
		}
		return nil
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("fetch calendar: %w", err)
	}
	request.Header.Set("Accept", "text/calendar")
	request.Header.Set("User-Agent", "Mentorpost")
	answer, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("fetch calendar: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch calendar: the server says %s", answer.Status)
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, calendarBytes+1))
	if err != nil {
		return nil, fmt.Errorf("fetch calendar: %w", err)
	}
	if len(raw) > calendarBytes {
		return nil, fmt.Errorf("fetch calendar: more than %d bytes", calendarBytes)
	}
	return raw, nil
}

// readCalendars reads those calendars again that are due. One that cannot be
// read is noted and tried later: it holds up nothing.
func (s *service) readCalendars(ctx context.Context) error {
	claimed, err := s.store.ClaimCalendars(ctx, s.now(), calendarBatch, calendarLease)
	if err != nil {
		return err
	}
	for _, c := range claimed {
		if err := s.readCalendar(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (s *service) readCalendar(ctx context.Context, c store.Calendar) error {
	spans, err := s.busyTimes(ctx, c)
	now := s.now()
	if err == nil {
		return s.store.SaveBusy(ctx, c, spans, now, now.Add(calendarAge))
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	wait := min(calendarRetry<<min(c.Failures, 10), calendarLastWait)
	// The address may hold a secret, so neither it nor an error that quotes it
	// goes into the log.
	s.log.Warn("cannot read a calendar", "person", c.Person, "failures", c.Failures+1, "again in", wait)
	return s.store.SaveCalendarFailure(ctx, c, err.Error(), now.Add(wait))
}

func (s *service) busyTimes(ctx context.Context, c store.Calendar) ([]program.Span, error) {
	owner, err := s.store.FindPerson(ctx, c.Person)
	if err != nil {
		return nil, err
	}
	raw, err := s.calendars.fetch(ctx, c.URL)
	if err != nil {
		return nil, err
	}
	now := s.now()
	return ics.BusyTimes(raw, now, now.Add(calendarAhead), owner.Location())
}
