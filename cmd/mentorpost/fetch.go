package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/mentorpost/mentorpost/calendar/dav"
	"github.com/mentorpost/mentorpost/program"
)

// How one calendar is read, all questions and redirects together.
const (
	calendarPeriod    = 10 * time.Second
	calendarBytes     = 5 << 20
	calendarHops      = 3 // redirects of one question
	calendarQuestions = 40
)

// errForbidden is the kind of errors about places that a calendar may not
// lead to.
var errForbidden = errors.New("not a public address")

// calendarError is a failure of which a calendar's giver can be told.
type calendarError struct {
	trouble program.CalendarTrouble
	cause   error
}

func (e calendarError) Error() string { return "read calendar: " + e.cause.Error() }
func (e calendarError) Unwrap() error { return e.cause }

// cannotRead is an error with its trouble.
func cannotRead(trouble program.CalendarTrouble, format string, args ...any) error {
	return calendarError{trouble, fmt.Errorf(format, args...)}
}

// troubleOf says in a word why a calendar could not be read.
func troubleOf(err error) program.CalendarTrouble {
	var known calendarError
	var network net.Error
	switch {
	case err == nil:
		return ""
	case errors.Is(err, errForbidden):
		return program.CalendarPrivate
	case errors.Is(err, context.DeadlineExceeded):
		return program.CalendarSlow
	case errors.As(err, &known):
		return known.trouble
	case errors.As(err, &network) && network.Timeout():
		return program.CalendarSlow
	}
	return program.CalendarUnreachable
}

// calendarReader fetches calendars from the public network, and from nowhere
// else. Its functions are the machine's own where they are nil.
type calendarReader struct {
	lookup  func(ctx context.Context, host string) ([]netip.Addr, error)
	connect func(ctx context.Context, network, address string) (net.Conn, error)
	trust   *tls.Config   // nil: the system's authorities
	period  time.Duration // zero: calendarPeriod
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

// errand is one attempt to read a calendar: what it may still cost, and what
// opens it.
type errand struct {
	client    *http.Client
	given     *url.URL // without name and password
	user      *url.Userinfo
	digest    *dav.Digest // of a server that wants no password sent
	answered  int         // how often that was used (RFC 7616 §3.4: nc)
	refused   int         // how often a challenge came in place of an answer, in a row
	bytes     int         // that may still come
	questions int         // that may still be asked
}

// begin prepares to read the calendar at an address.
func (r calendarReader) begin(address string) (*errand, error) {
	checked := program.CalendarAddress(address)
	if checked == "" {
		return nil, fmt.Errorf("begin: %w", errForbidden)
	}
	given, err := url.Parse(checked)
	if err != nil {
		return nil, fmt.Errorf("begin: %w", errForbidden)
	}
	user := given.User
	given.User = nil
	return &errand{
		client: &http.Client{
			Transport: &http.Transport{
				DialContext: r.dial, TLSClientConfig: r.trust.Clone(), MaxResponseHeaderBytes: 1 << 16, MaxConnsPerHost: 1,
			},
			// Redirects are followed here, since those of http.Client make a GET
			// of any other question.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		given: given, user: user, bytes: calendarBytes, questions: calendarQuestions,
	}, nil
}

func (e *errand) end() { e.client.CloseIdleConnections() }

// question is one request to a server, wherever its redirects lead.
type question struct {
	method string
	at     *url.URL
	depth  string // RFC 4918 §10.2
	body   []byte
}

// answer is what came back, and from where.
type answer struct {
	status int
	at     *url.URL
	header http.Header
	body   []byte
}

// ask puts a question. Every hop of a redirect must be one that could have been
// given in the first place, and is asked the same (RFC 9110 §15.4 lets a client
// keep the method).
func (e *errand) ask(ctx context.Context, q question) (answer, error) {
	for hop := 0; ; {
		got, err := e.once(ctx, q)
		if err != nil {
			return answer{}, err
		}
		if got.status == http.StatusUnauthorized && e.challenged(got) {
			continue
		}
		e.refused = 0
		location := got.header.Get("Location")
		if got.status/100 != 3 || location == "" {
			return got, trouble(got.status)
		}
		if hop++; hop > calendarHops {
			return answer{}, fmt.Errorf("ask: more than %d redirects", calendarHops)
		}
		if q.at, err = e.follow(q.at, location); err != nil {
			return answer{}, err
		}
	}
}

// follow finds where a link of the server's leads, which has to be the public
// network; where a password goes along, it must not leave TLS.
func (e *errand) follow(from *url.URL, link string) (*url.URL, error) {
	to, err := from.Parse(link)
	if err != nil || program.CalendarAddress(to.String()) == "" {
		return nil, fmt.Errorf("led elsewhere: %w", errForbidden)
	}
	to.User = nil
	if e.user != nil && to.Scheme != "https" {
		return nil, fmt.Errorf("led out of TLS: %w", errForbidden)
	}
	return to, nil
}

// once puts a question to one place.
func (e *errand) once(ctx context.Context, q question) (answer, error) {
	if e.questions--; e.questions < 0 {
		return answer{}, cannotRead(program.CalendarLarge, "more than %d questions", calendarQuestions)
	}
	request, err := http.NewRequestWithContext(ctx, q.method, q.at.String(), bytes.NewReader(q.body))
	if err != nil {
		return answer{}, fmt.Errorf("ask: %w", err)
	}
	request.Header.Set("User-Agent", "Mentorpost")
	request.Header.Set("Accept", "text/calendar, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1")
	if q.depth != "" {
		request.Header.Set("Depth", q.depth)
		request.Header.Set("Content-Type", dav.MediaType)
	}
	e.authorize(request)
	got, err := e.client.Do(request)
	if err != nil {
		return answer{}, fmt.Errorf("ask: %w", err)
	}
	defer got.Body.Close()
	// What counts is the length after decompression, which the transport does.
	body, err := io.ReadAll(io.LimitReader(got.Body, int64(e.bytes)+1))
	if err != nil {
		return answer{}, fmt.Errorf("ask: %w", err)
	}
	if e.bytes -= len(body); e.bytes < 0 {
		return answer{}, cannotRead(program.CalendarLarge, "more than %d bytes", calendarBytes)
	}
	return answer{got.StatusCode, q.at, got.Header, body}, nil
}

// authorize signs in: with the password itself, over TLS, until the server
// has asked for a digest of it.
func (e *errand) authorize(request *http.Request) {
	if e.user == nil || request.URL.Scheme != "https" || !related(e.given.Hostname(), request.URL.Hostname()) {
		return
	}
	password, _ := e.user.Password()
	if e.digest == nil {
		request.SetBasicAuth(e.user.Username(), password)
		return
	}
	e.answered++
	request.Header.Set("Authorization", e.digest.Authorization(
		e.user.Username(), password, request.Method, request.URL.RequestURI(), rand.Text(), e.answered))
}

// challenged takes up a server's challenge, unless this very one was answered
// already and the answer not taken.
func (e *errand) challenged(got answer) bool {
	challenge, ok := dav.ParseDigest(got.header.Values("WWW-Authenticate"))
	if !ok || e.user == nil {
		return false
	}
	const most = 3 // a nonce may be stale once and again (RFC 7616 §3.3)
	if e.refused++; e.refused > most || e.digest != nil && *e.digest == challenge {
		return false
	}
	e.digest, e.answered = &challenge, 0
	return true
}

// related reports whether a name and password given for one host may be sent to
// another: one of the same owner, as servers lead to the one that has the
// calendars.
func related(given, host string) bool {
	if strings.EqualFold(given, host) {
		return true
	}
	owner, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(given))
	other, failed := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(host))
	return err == nil && failed == nil && owner == other
}

// trouble is the error of a status; nil where the question was answered.
func trouble(status int) error {
	switch {
	case status/100 == 2:
		return nil
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return cannotRead(program.CalendarRefused, "the server says %d", status)
	case status == http.StatusNotFound, status == http.StatusGone:
		return cannotRead(program.CalendarMissing, "the server says %d", status)
	case status/100 == 4 && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout,
		status == http.StatusNotImplemented:
		return cannotRead(program.CalendarNone, "the server says %d", status)
	}
	return cannotRead(program.CalendarUnreachable, "the server says %d", status)
}
