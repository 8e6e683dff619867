package web

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestWhoSeesThePage(t *testing.T) {
	const proxy = "X-Remote-User"
	withPassword := func(o *Options) {}
	withHeader := func(o *Options) { o.Password, o.TrustedHeader = "", proxy }
	withBoth := func(o *Options) { o.TrustedHeader = proxy }
	withNothing := func(o *Options) { o.Password = "" }
	embedded := func(o *Options) { o.Password, o.Open = "", true }
	type changes = []func(*http.Request)
	for _, c := range []struct {
		rule   string
		set    func(*Options)
		change changes
		status int
	}{
		{"without a password one is asked for", withPassword, nil, 401},
		{"the right password opens", withPassword, changes{password("open sesame")}, 200},
		{"a wrong one does not", withPassword, changes{password("open sesam")}, 401},
		{"an empty one does not", withPassword, changes{password("")}, 401},
		{"another kind of credentials does not", withPassword, changes{header("Authorization", "Bearer open sesame")}, 401},
		{"a header that nobody trusts does not", withPassword, changes{header(proxy, "ada")}, 401},

		{"whom the proxy on this machine names may come in", withHeader, changes{header(proxy, "ada")}, 200},
		{"whom a proxy in the private network names may come in", withHeader, changes{header(proxy, "ada"), from("10.1.2.3:5000")}, 200},
		{"the word of an outsider does not count", withHeader, changes{header(proxy, "ada"), from("203.0.113.9:5000")}, 403},
		{"an outsider who claims to be forwarded stays one", withHeader, changes{header(proxy, "ada"), header("X-Forwarded-For", "127.0.0.1"), from("203.0.113.9:5000")}, 403},
		{"an empty name is none", withHeader, changes{header(proxy, "")}, 403},
		{"two names are none", withHeader, changes{header(proxy, "ada", "tomas")}, 403},
		{"no name is none", withHeader, nil, 403},
		{"with both ways set the password opens", withBoth, changes{password("open sesame")}, 200},
		{"with both ways set the header opens", withBoth, changes{header(proxy, "ada")}, 200},

		{"where nothing is set nobody comes in", withNothing, nil, 403},
		{"where nothing is set an empty password does not help", withNothing, changes{password("")}, 403},
		{"embedded mode is open on this machine", embedded, nil, 200},
		{"embedded mode is open at 127.0.0.1", embedded, changes{host("127.0.0.1:8025")}, 200},
		{"embedded mode is open at [::1]", embedded, changes{host("[::1]:8025"), from("[::1]:4000")}, 200},
		{"embedded mode is closed to other machines", embedded, changes{from("192.168.1.7:4000")}, 403},
		{"embedded mode is closed to a web site with its own name", embedded, changes{host("evil.example:8025")}, 403},
		{"a password closes embedded mode", func(o *Options) { o.Open = true }, nil, 401},
		{"a trusted header closes embedded mode", func(o *Options) { o.Password, o.TrustedHeader, o.Open = "", proxy, true }, nil, 403},
	} {
		t.Run(c.rule, func(t *testing.T) {
			o := options(&sourceStub{})
			c.set(&o)
			got := ask(New(o), "GET", "/", c.change...)
			if got.Code != c.status {
				t.Errorf("status %d, want %d", got.Code, c.status)
			}
			if shown := strings.Contains(got.Body.String(), "At a glance"); shown != (c.status == 200) {
				t.Errorf("page shown: %v", shown)
			}
			if asked := got.Header().Get("WWW-Authenticate") != ""; asked != (c.status == 401) {
				t.Errorf("password asked for: %v", asked)
			}
		})
	}
}

func host(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }

func TestWrongPasswordsAreSlowedDown(t *testing.T) {
	now := noon
	o := options(&sourceStub{})
	o.Now = func() time.Time { return now }
	h := New(o)
	guess := func(p, address string) int { return ask(h, "GET", "/", password(p), from(address)).Code }
	for range freeTries {
		if got := guess("wrong", "203.0.113.9:1"); got != 401 {
			t.Fatalf("a free try: status %d", got)
		}
	}
	if got := ask(h, "GET", "/", password("open sesame"), from("203.0.113.9:2")); got.Code != 429 || got.Header().Get("Retry-After") != "1" {
		t.Errorf("after the free tries even the right password waits: status %d, Retry-After %q", got.Code, got.Header().Get("Retry-After"))
	}
	if got := guess("open sesame", "203.0.113.10:1"); got != 200 {
		t.Errorf("another address: status %d", got)
	}
	if got := ask(h, "GET", "/", from("203.0.113.9:1")).Code; got != 401 {
		t.Errorf("without a password nothing is counted: status %d", got)
	}
	now = now.Add(time.Second)
	if got := guess("wrong", "203.0.113.9:1"); got != 401 {
		t.Errorf("after the wait: status %d", got)
	}
	now = now.Add(time.Second)
	if got := guess("wrong", "203.0.113.9:1"); got != 429 {
		t.Errorf("the next wait is longer: status %d", got)
	}
	now = now.Add(time.Second)
	if got := guess("open sesame", "203.0.113.9:1"); got != 200 {
		t.Errorf("the right password after the wait: status %d", got)
	}
	for range freeTries {
		if got := guess("wrong", "203.0.113.9:1"); got != 401 {
			t.Errorf("the right password sets the count back: status %d", got)
		}
	}
}

func TestTries(t *testing.T) {
	now := noon
	tr := newTries(func() time.Time { return now })
	wrong := func(source string) time.Duration { return tr.begin(source) }
	var longest time.Duration
	for range 40 {
		if wait := wrong("a"); wait > 0 {
			longest = max(longest, wait)
			now = now.Add(wait)
		}
	}
	if longest != longestWait {
		t.Errorf("the longest wait is %v", longest)
	}
	now = now.Add(longestWait + forgetPeriod + time.Second)
	for range freeTries {
		if wait := wrong("a"); wait > 0 {
			t.Errorf("an hour later: wait %v", wait)
		}
	}
	for i := range maxSources {
		tr.begin(fmt.Sprint(i))
	}
	if len(tr.by) > maxSources || tr.begin("newcomer") == 0 {
		t.Errorf("%d sources, and a newcomer is let in", len(tr.by))
	}
	now = now.Add(forgetPeriod + longestWait)
	if tr.begin("newcomer") != 0 || len(tr.by) != 1 {
		t.Errorf("old sources are not forgotten: %d", len(tr.by))
	}
}

func TestSourcesOfTries(t *testing.T) {
	for _, c := range []struct {
		rule, a, b string
		same       bool
	}{
		{"the port does not matter", "203.0.113.9:1", "203.0.113.9:2", true},
		{"two IPv4 addresses are two", "203.0.113.9:1", "203.0.113.10:1", false},
		{"an IPv4 address in IPv6 form is the same", "203.0.113.9:1", "[::ffff:203.0.113.9]:1", true},
		{"a /64 is one holder", "[2001:db8::1]:1", "[2001:db8::ffff:1]:1", true},
		{"two /64 are two", "[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			source := func(address string) string { return sourceOf(peerOf(&http.Request{RemoteAddr: address})) }
			if (source(c.a) == source(c.b)) != c.same {
				t.Errorf("%s and %s", source(c.a), source(c.b))
			}
		})
	}
}

func TestLocal(t *testing.T) {
	for _, c := range []struct {
		rule, listen string
		local        bool
	}{
		{"a loopback address is local", "127.0.0.1:0", true},
		{"every address is not", "0.0.0.0:0", false},
		{"every address of both kinds is not", ":0", false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			listener, err := net.Listen("tcp", c.listen)
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			if Local(listener) != c.local {
				t.Errorf("%s: %v", listener.Addr(), !c.local)
			}
		})
	}
}
