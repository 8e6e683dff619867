package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/mentorpost/mentorpost/calendar/dav"
	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/program"
)

// mostCalendars is how many calendars behind one address are read.
const mostCalendars = 20

// busyTimes reads when the calendar at an address shows its owner as busy: a
// file, or a CalDAV server's calendar or those of the one who signs in.
func (r calendarReader) busyTimes(ctx context.Context, address string, weeks ics.Weeks) ([]program.Span, error) {
	period := r.period
	if period == 0 {
		period = calendarPeriod
	}
	ctx, cancel := context.WithTimeout(ctx, period)
	defer cancel()
	e, err := r.begin(address)
	if err != nil {
		return nil, err
	}
	defer e.end()
	first, second := e.file, e.collections
	if e.looksLikeCollection() {
		first, second = second, first
	}
	spans, err := first(ctx, weeks)
	if !absent(err) {
		return spans, err
	}
	// The one is not there, so it may be the other. Where that fails too, the
	// plainer of both reasons counts.
	spans, other := second(ctx, weeks)
	if absent(other) {
		return nil, err
	}
	return spans, other
}

// absent reports whether a place has answered, but not as what was looked for.
func absent(err error) bool {
	why := troubleOf(err)
	return (why == program.CalendarNone || why == program.CalendarMissing) && !errors.Is(err, errNoCalendars)
}

// errNoCalendars is the kind of errors about CalDAV servers that have none.
var errNoCalendars = errors.New("the server has no calendar there")

// looksLikeCollection guesses from an address whether it leads to a CalDAV
// server rather than to a file.
func (e *errand) looksLikeCollection() bool {
	path := strings.ToLower(e.given.Path)
	if strings.HasSuffix(path, ".ics") || strings.HasSuffix(path, ".ifb") || strings.HasSuffix(path, ".vfb") {
		return false
	}
	return e.user != nil || strings.HasSuffix(path, "/") || strings.Contains(path, "/dav/") || strings.Contains(path, "/caldav")
}

// file reads the address as an iCalendar file.
func (e *errand) file(ctx context.Context, weeks ics.Weeks) ([]program.Span, error) {
	got, err := e.ask(ctx, question{method: http.MethodGet, at: e.given})
	if err != nil {
		return nil, err
	}
	return readBusy(got.body, weeks)
}

// readBusy reads iCalendar data.
func readBusy(raw []byte, weeks ics.Weeks) ([]program.Span, error) {
	spans, err := ics.BusyTimes(raw, weeks)
	switch {
	case errors.Is(err, ics.ErrTooLarge):
		return nil, calendarError{program.CalendarLarge, err}
	case err != nil:
		return nil, calendarError{program.CalendarNone, err}
	}
	return spans, nil
}

// collections reads the calendars that a CalDAV server has at the address.
func (e *errand) collections(ctx context.Context, weeks ics.Weeks) ([]program.Span, error) {
	found, err := e.discover(ctx)
	if err != nil {
		return nil, err
	}
	// One file of all: what is joined, counted and bounded is the whole. A home
	// may list calendars of others that cannot be read; its own must be.
	var all []byte
	var refused error
	read := 0
	for _, at := range found {
		data, err := e.query(ctx, at, weeks)
		switch why := troubleOf(err); {
		case err == nil:
			read++
			all = append(all, data...)
		case why == program.CalendarRefused || absent(err):
			refused = err
		default:
			return nil, err
		}
	}
	if read == 0 && refused != nil {
		return nil, refused
	}
	if len(all) == 0 {
		return nil, nil // nothing in these weeks
	}
	return readBusy(all, weeks)
}

// discover finds the calendars at the address: itself, or those of its owner
// by way of principal and home (RFC 4791 §6.2.1, RFC 5397, RFC 6764 §6).
func (e *errand) discover(ctx context.Context) ([]*url.URL, error) {
	self, at, err := e.look(ctx, e.given)
	if absent(err) || err == nil && !self.Calendar && self.Home == "" && self.Principal == "" {
		// RFC 6764 §5: where no path was given, there is one to ask at.
		if strings.Trim(e.given.Path, "/") == "" {
			self, at, err = e.look(ctx, e.given.JoinPath("/.well-known/caldav"))
		}
	}
	if err != nil {
		return nil, err
	}
	if self.Calendar {
		return []*url.URL{at}, nil
	}
	if self.Home == "" && self.Principal != "" {
		principal, err := e.follow(at, self.Principal)
		if err != nil {
			return nil, err
		}
		if self, at, err = e.look(ctx, principal); err != nil {
			return nil, err
		}
	}
	home := at
	if self.Home != "" {
		if home, err = e.follow(at, self.Home); err != nil {
			return nil, err
		}
	}
	return e.list(ctx, home)
}

// look asks about one resource.
func (e *errand) look(ctx context.Context, at *url.URL) (dav.Resource, *url.URL, error) {
	found, at, err := e.properties(ctx, at, "0")
	if err != nil {
		return dav.Resource{}, at, err
	}
	if len(found) == 0 {
		return dav.Resource{}, at, cannotRead(program.CalendarNone, "nothing is told about the address")
	}
	return found[0], at, nil
}

// list finds the calendars in a home that count as busy.
func (e *errand) list(ctx context.Context, home *url.URL) ([]*url.URL, error) {
	found, at, err := e.properties(ctx, home, "1")
	if err != nil {
		return nil, err
	}
	var calendars []*url.URL
	several := false
	for _, one := range found {
		several = several || one.Calendar
		if !one.Calendar || one.Transparent || len(calendars) == mostCalendars {
			continue
		}
		place, err := e.follow(at, one.Href)
		if err != nil {
			return nil, err
		}
		calendars = append(calendars, place)
	}
	if !several {
		return nil, calendarError{program.CalendarNone, errNoCalendars}
	}
	return calendars, nil
}

func (e *errand) properties(ctx context.Context, at *url.URL, depth string) ([]dav.Resource, *url.URL, error) {
	got, err := e.ask(ctx, question{method: "PROPFIND", at: at, depth: depth, body: dav.Properties()})
	if err != nil {
		return nil, at, err
	}
	if got.status != http.StatusMultiStatus {
		return nil, at, cannotRead(program.CalendarNone, "the server says %d to a PROPFIND", got.status)
	}
	found, err := dav.Resources(got.body)
	return found, got.at, understood(err)
}

// query reads the events of a calendar, or its busy times where nothing else
// may be read (RFC 4791 §6.1.1).
func (e *errand) query(ctx context.Context, at *url.URL, weeks ics.Weeks) ([]byte, error) {
	got, err := e.ask(ctx, question{method: "REPORT", at: at, depth: "1", body: dav.Query(weeks.From, weeks.To)})
	switch {
	case err == nil && got.status == http.StatusMultiStatus:
		data, err := dav.CalendarData(got.body)
		return data, understood(err)
	case err == nil:
		err = cannotRead(program.CalendarNone, "the server says %d to a REPORT", got.status)
	case got.status == http.StatusUnauthorized || got.status == 0 || got.status >= http.StatusInternalServerError:
		return nil, err
	}
	free, refused := e.ask(ctx, question{method: "REPORT", at: at, depth: "1", body: dav.FreeBusyQuery(weeks.From, weeks.To)})
	if refused != nil {
		return nil, fmt.Errorf("neither events nor busy times: %w", err)
	}
	return append(free.body, "\r\n"...), nil
}

// understood gives an error about an answer its trouble.
func understood(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, dav.ErrTooLarge):
		return calendarError{program.CalendarLarge, err}
	}
	return calendarError{program.CalendarNone, err}
}
