package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

var noon = time.Date(2027, 1, 25, 12, 0, 0, 0, time.UTC)

const (
	ada   = program.ID("adaadaadaada")
	tomas = program.ID("tomastomasto")
)

// sourceStub holds what is shown, and notes who was unsubscribed.
type sourceStub struct {
	overview     Overview
	feed         Feed
	trouble      []string
	err          error
	locale       string
	unsubscribed []program.ID
}

func (s *sourceStub) Overview(context.Context) (Overview, error)         { return s.overview, s.err }
func (s *sourceStub) Feed(context.Context, program.ID) (Feed, error)     { return s.feed, s.err }
func (s *sourceStub) Trouble(context.Context) []string                   { return s.trouble }
func (s *sourceStub) Locale(context.Context, program.ID) (string, error) { return s.locale, s.err }
func (s *sourceStub) Unsubscribe(_ context.Context, p program.ID) error {
	s.unsubscribed = append(s.unsubscribed, p)
	return s.err
}

var sealer = program.NewSealer([]byte("secret"))

func options(s *sourceStub) Options {
	return Options{
		Source: s, Sealer: sealer, Name: "Mentor Everywhere", Zone: time.UTC, Password: "open sesame",
		Now: func() time.Time { return noon }, Log: slog.New(slog.DiscardHandler),
	}
}

// ask has the handler answer one request from a loopback address.
func ask(h http.Handler, method, target string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost"+target, nil)
	r.RemoteAddr = "127.0.0.1:40000"
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func from(address string) func(*http.Request) {
	return func(r *http.Request) { r.RemoteAddr = address }
}
func header(name string, values ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header[http.CanonicalHeaderKey(name)] = values }
}
func password(p string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth("anybody", p) }
}
func form(values string) func(*http.Request) {
	return func(r *http.Request) {
		form := httptest.NewRequest(r.Method, r.URL.String(), strings.NewReader(values))
		r.Body, r.ContentLength = form.Body, form.ContentLength
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
}

func TestRoutes(t *testing.T) {
	tag := sealer.Tag(ada, program.Ref{Kind: program.RefPerson, ID: ada})
	for _, c := range []struct {
		rule, method, target string
		status               int
	}{
		{"healthz answers anybody", "GET", "/healthz", 200},
		{"readyz answers anybody", "GET", "/readyz", 200},
		{"HEAD is as good as GET", "HEAD", "/healthz", 200},
		{"nothing else is at other paths", "GET", "/index.php", 404},
		{"the page cannot be posted to", "POST", "/", 405},
		{"a feed cannot be posted to", "POST", sealer.FeedPath(ada), 405},
		{"unsubscribe cannot be put", "PUT", "/unsubscribe/" + tag, 405},
		{"metrics cannot be posted to", "POST", "/metrics", 405},
	} {
		t.Run(c.rule, func(t *testing.T) {
			o := options(&sourceStub{})
			o.Metrics = NewMetrics(func(context.Context) (Standing, error) { return Standing{}, nil })
			if got := ask(New(o), c.method, c.target); got.Code != c.status {
				t.Errorf("status %d, want %d", got.Code, c.status)
			}
		})
	}
}

func TestEveryAnswerIsStrict(t *testing.T) {
	h := New(options(&sourceStub{}))
	tag := sealer.Tag(ada, program.Ref{Kind: program.RefPerson, ID: ada})
	for _, target := range []string{"/", "/nowhere", "/healthz", "/readyz", "/unsubscribe/" + tag, sealer.FeedPath(ada)} {
		t.Run(target, func(t *testing.T) {
			got := ask(h, "GET", target).Header()
			for name, want := range map[string]string{
				"Content-Security-Policy": "default-src 'none'; style-src 'sha256-",
				"X-Content-Type-Options":  "nosniff",
				"Referrer-Policy":         "no-referrer",
			} {
				if !strings.HasPrefix(got.Get(name), want) {
					t.Errorf("%s is %q", name, got.Get(name))
				}
			}
			if strings.Contains(got.Get("Content-Security-Policy"), "unsafe") {
				t.Error("the policy lets something unsafe through")
			}
			if c := got.Get("Cache-Control"); c != "no-store" && c != "private, no-cache" {
				t.Errorf("Cache-Control is %q", c)
			}
		})
	}
}

func TestReadiness(t *testing.T) {
	for _, c := range []struct {
		rule    string
		trouble []string
		status  int
		body    string
	}{
		{"without trouble the service is ready", nil, 200, `{"ready":true,"reasons":[]}`},
		{"with trouble it is not, and says why", []string{"the database does not answer"}, 503, `{"ready":false,"reasons":["the database does not answer"]}`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := ask(New(options(&sourceStub{trouble: c.trouble})), "GET", "/readyz")
			if got.Code != c.status || strings.TrimSpace(got.Body.String()) != c.body || got.Header().Get("Content-Type") != "application/json" {
				t.Errorf("%d %s", got.Code, got.Body)
			}
		})
	}
}

func TestUnsubscribe(t *testing.T) {
	tag := sealer.Tag(ada, program.Ref{Kind: program.RefPerson, ID: ada})
	click := form("List-Unsubscribe=One-Click")
	for _, c := range []struct {
		rule, method, token string
		change              func(*http.Request)
		err                 error
		status              int
		done                bool
	}{
		{"one click stops the mails", "POST", tag, click, nil, 200, true},
		{"a tag in capitals is the same tag", "POST", strings.ToUpper(tag), click, nil, 200, true},
		{"a field in multipart form counts too", "POST", tag, multipart, nil, 200, true},
		{"GET changes nothing", "GET", tag, from("127.0.0.1:1"), nil, 200, false},
		{"GET with the field in the address changes nothing", "GET", tag + "?List-Unsubscribe=One-Click", from("127.0.0.1:1"), nil, 200, false},
		{"POST without the field changes nothing", "POST", tag, form(""), nil, 400, false},
		{"POST with another field changes nothing", "POST", tag, form("List-Unsubscribe=Yes"), nil, 400, false},
		{"the field in the address is none", "POST", tag + "?List-Unsubscribe=One-Click", form(""), nil, 400, false},
		{"a body that is too long is not read", "POST", tag, form("x=" + strings.Repeat("y", 8<<10) + "&List-Unsubscribe=One-Click"), nil, 400, false},
		{"a tag of another key is no tag", "POST", program.NewSealer([]byte("other")).Tag(ada, program.Ref{Kind: program.RefPerson, ID: ada}), click, nil, 404, false},
		{"a tag about a pair is not for this", "POST", sealer.Tag(ada, program.Ref{Kind: program.RefPair, ID: "pairpairpair"}), click, nil, 404, false},
		{"a tag about somebody else is not for this", "POST", sealer.Tag(ada, program.Ref{Kind: program.RefPerson, ID: tomas}), click, nil, 404, false},
		{"a feed token is not for this", "POST", sealer.Feed(ada), click, nil, 404, false},
		{"a forged tag shows no button", "GET", "p" + tag[1:len(tag)-1] + "x", from("127.0.0.1:1"), nil, 404, false},
		{"who is gone is not found", "POST", tag, click, ErrNotFound, 404, true},
		{"a failure is said", "POST", tag, click, errors.New("ada@example.net: database is gone"), 500, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := &sourceStub{err: c.err}
			got := ask(New(options(s)), c.method, "/unsubscribe/"+c.token, c.change)
			if got.Code != c.status || (len(s.unsubscribed) == 1) != c.done {
				t.Errorf("status %d, unsubscribed %v", got.Code, s.unsubscribed)
			}
			if c.done && s.unsubscribed[0] != ada {
				t.Errorf("unsubscribed %v", s.unsubscribed)
			}
			if strings.Contains(got.Body.String(), "example.net") {
				t.Error("the page tells an address")
			}
		})
	}
}

func multipart(r *http.Request) {
	form("--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n")(r)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
}

func TestTheButtonUnsubscribes(t *testing.T) {
	s := &sourceStub{}
	h := New(options(s))
	target := "/unsubscribe/" + sealer.Tag(ada, program.Ref{Kind: program.RefPerson, ID: ada})
	page := ask(h, "GET", target).Body.String()
	_, rest, found := strings.Cut(page, `<form method="post">`)
	if !found {
		t.Fatal("the page has no form to its own address")
	}
	_, rest, _ = strings.Cut(rest, `name="`)
	name, rest, _ := strings.Cut(rest, `" value="`)
	value, _, _ := strings.Cut(rest, `"`)
	ask(h, "POST", target, form(url.Values{name: {value}}.Encode()))
	if !slices.Equal(s.unsubscribed, []program.ID{ada}) {
		t.Errorf("unsubscribed %v", s.unsubscribed)
	}
}

func TestUnsubscribingSpeaksTheLanguageOfTheMails(t *testing.T) {
	tag := sealer.Tag(ada, program.Ref{Kind: program.RefPerson, ID: ada})
	for _, c := range []struct {
		rule, locale, accepts, token, lang string
	}{
		{"a person's own locale counts", "de-AT", "fr", tag, "de"},
		{"a locale of no mails falls back on English", "ja", "", tag, "en"},
		{"an unknown person's browser is asked", "", "es-MX,es;q=0.9,en;q=0.5", tag, "es"},
		{"a broken address is told in the browser's language", "de", "pt-BR", "broken", "pt"},
		{"a header that is none is English", "", ";;q=", tag, "en"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := &sourceStub{locale: c.locale}
			page := ask(New(options(s)), "GET", "/unsubscribe/"+c.token, func(r *http.Request) { r.Header.Set("Accept-Language", c.accepts) }).Body.String()
			if !strings.Contains(page, `<html lang="`+c.lang+`">`) {
				t.Errorf("want %s:\n%s", c.lang, page)
			}
			if in := wordsIn(c.lang); c.token == tag && (!strings.Contains(page, in.button) || !strings.Contains(page, "Mentor Everywhere")) {
				t.Errorf("want the button %q:\n%s", in.button, page)
			}
		})
	}
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	for _, in := range spoken {
		all := reflect.ValueOf(in)
		for i := range all.NumField() {
			if all.Field(i).String() == "" {
				t.Errorf("%s: %s is not said", in.language, all.Type().Field(i).Name)
			}
		}
		if strings.Count(in.ask, "%s") != 1 {
			t.Errorf("%s: %q names no program", in.language, in.ask)
		}
	}
}

func TestFeeds(t *testing.T) {
	event := program.Event{
		Method: "REQUEST", UID: "u@example.org", Stamp: noon, Start: noon.Add(time.Hour), End: noon.Add(2 * time.Hour), Summary: "Ada, Tomás",
		Organizer: program.Attendee{Address: "mentor@example.org"},
		Attendees: []program.Attendee{{Name: "Tomás", Address: "tomas@example.com"}},
	}
	s := &sourceStub{feed: Feed{Name: "Mentor Everywhere", Events: []program.Event{event}}}
	h := New(options(s))
	path := sealer.FeedPath(ada)
	first := ask(h, "GET", path)
	tag := first.Header().Get("ETag")
	if first.Code != 200 || tag == "" || first.Header().Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Fatalf("%d %v", first.Code, first.Header())
	}
	if body := first.Body.String(); !strings.Contains(body, "UID:u@example.org\r\n") || strings.Contains(body, "METHOD") || strings.Contains(body, "tomas@") {
		t.Errorf("feed:\n%s", body)
	}
	for _, c := range []struct {
		rule, path string
		change     func(*http.Request)
		err        error
		status     int
	}{
		{"an unchanged feed is not sent again", path, header("If-None-Match", tag), nil, 304},
		{"a weak tag is as good", path, header("If-None-Match", `"x", W/`+tag), nil, 304},
		{"a star matches anything", path, header("If-None-Match", "*"), nil, 304},
		{"another tag does not match", path, header("If-None-Match", `"x"`), nil, 200},
		{"the address needs its ending", strings.TrimSuffix(path, ".ics"), from("127.0.0.1:1"), nil, 404},
		{"a forged token opens nothing", strings.Replace(path, string(ada), string(tomas), 1), from("127.0.0.1:1"), nil, 404},
		{"a reply tag opens nothing", "/calendar/" + sealer.Tag(ada, program.Ref{Kind: program.RefPerson, ID: ada}) + ".ics", from("127.0.0.1:1"), nil, 404},
		{"who is gone has no feed", path, from("127.0.0.1:1"), ErrNotFound, 404},
		{"a failure is said", path, from("127.0.0.1:1"), errors.New("gone"), 500},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s.err = c.err
			if got := ask(h, "GET", c.path, c.change); got.Code != c.status || c.status == 304 && got.Body.Len() > 0 {
				t.Errorf("status %d with %d bytes, want %d", got.Code, got.Body.Len(), c.status)
			}
		})
	}
	s.err = nil
	s.feed.Events[0].Sequence++
	if got := ask(h, "GET", path, header("If-None-Match", tag)); got.Code != 200 || got.Header().Get("ETag") == tag {
		t.Errorf("a changed feed: status %d, tag %s", got.Code, got.Header().Get("ETag"))
	}
}

func TestMetrics(t *testing.T) {
	standing := Standing{
		Mails: map[string]int{"acted": 3, "waiting": 1}, Letters: map[string]int{"sent": 7}, DueTimers: 2, Quarantined: 1, Calendars: map[string]int{"failing": 2},
		OldestInbound: 90 * time.Second, CaughtUp: time.Minute,
	}
	var err error
	m := NewMetrics(func(context.Context) (Standing, error) { return standing, err })
	m.Sent(SendSent)
	m.Sent(SendSent)
	m.Reconnected()
	o := options(&sourceStub{})
	o.Metrics = m
	read := func() string { return ask(New(o), "GET", "/metrics").Body.String() }
	for _, line := range []string{
		`mentorpost_inbound_mails{result="acted"} 3`, `mentorpost_inbound_mails{result="waiting"} 1`, `mentorpost_letters{state="sent"} 7`,
		`mentorpost_sends_total{outcome="sent"} 2`, `mentorpost_sends_total{outcome="refused"} 0`, `mentorpost_timers_due 2`,
		`mentorpost_imap_reconnects_total 1`, `mentorpost_inbound_age_seconds 90`, `mentorpost_mailbox_caught_up_age_seconds 60`,
		`mentorpost_quarantined_mails 1`, `mentorpost_calendars{condition="failing"} 2`, `mentorpost_database_up 1`,
	} {
		if !strings.Contains(read(), "\n"+line+"\n") {
			t.Errorf("no line %s", line)
		}
	}
	standing.CaughtUp = -1
	if strings.Contains(read(), "\nmentorpost_mailbox_caught_up_age_seconds ") {
		t.Error("a mailbox that was never read has an age")
	}
	err = errors.New("gone")
	if body := read(); !strings.Contains(body, "\nmentorpost_database_up 0\n") || !strings.Contains(body, "\nmentorpost_sends_total{") || strings.Contains(body, "\nmentorpost_letters{") {
		t.Errorf("without a database:\n%s", body)
	}
}
