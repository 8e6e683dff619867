package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
)

// access decides who sees the coordinator's page.
type access struct {
	password [sha256.Size]byte // of equal length, so that comparing tells nothing
	has      bool              // a password is set
	header   string
	open     bool
	tries    *tries
	say      func(http.ResponseWriter, int, notice)
}

func newAccess(o Options) *access {
	return &access{
		password: sha256.Sum256([]byte(o.Password)), has: o.Password != "",
		header: o.TrustedHeader, open: o.Open, tries: newTries(o.Now), say: site{o}.say,
	}
}

// guard lets the coordinator through.
func (a *access) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case a.named(r), a.neighbour(r):
			next.ServeHTTP(w, r)
		case a.has:
			if a.signIn(w, r) {
				next.ServeHTTP(w, r)
			}
		case a.header != "":
			a.say(w, http.StatusForbidden, notice{Title: "Please sign in", Text: []string{
				"This page is for coordinators who have signed in at the server in front of it. It did not name you."}})
		default:
			a.say(w, http.StatusForbidden, notice{Title: "This page is not set up", Text: []string{
				"Nobody has said who may see it: set http.coordinator_password_file, or http.trusted_header, in the configuration."}})
		}
	})
}

// named reports whether the proxy in front names a signed-in person. Its word
// counts only from a loopback or private address: anybody can send a header.
func (a *access) named(r *http.Request) bool {
	if a.header == "" {
		return false
	}
	values := r.Header.Values(a.header)
	peer := peerOf(r)
	return len(values) == 1 && values[0] != "" && (peer.IsLoopback() || peer.IsPrivate())
}

// neighbour reports whether the page is open and asked for on this machine.
// The Host is looked at because any web site can have a browser ask a loopback
// address under a name of its own.
func (a *access) neighbour(r *http.Request) bool {
	if !a.open || a.has || a.header != "" || !peerOf(r).IsLoopback() {
		return false
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// signIn asks for the password (RFC 7617); any user name will do.
func (a *access) signIn(w http.ResponseWriter, r *http.Request) bool {
	_, password, given := r.BasicAuth()
	if !given {
		a.challenge(w)
		return false
	}
	source := sourceOf(peerOf(r))
	if wait := a.tries.begin(source); wait > 0 {
		// RFC 6585 §4: too many tries, and when the next one is looked at.
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		a.say(w, http.StatusTooManyRequests, notice{Title: "Too many tries", Text: []string{
			"The password was wrong too often. Please wait a minute."}})
		return false
	}
	sum := sha256.Sum256([]byte(password))
	if subtle.ConstantTimeCompare(sum[:], a.password[:]) != 1 {
		a.challenge(w)
		return false
	}
	a.tries.succeed(source)
	return true
}

func (a *access) challenge(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Basic realm="Mentorpost", charset="UTF-8"`)
	a.say(w, http.StatusUnauthorized, notice{Title: "Please sign in", Text: []string{
		"This page is for coordinators. Any name will do; the password is http.coordinator_password of the configuration."}})
}

// peerOf is the address that the connection comes from; the zero address where
// it cannot be told. Headers that claim another are not believed.
func peerOf(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return peer.Addr().Unmap()
}

// sourceOf is whose tries count together: an IPv4 address, or the /64 that one
// holder of IPv6 addresses has.
func sourceOf(peer netip.Addr) string {
	if peer.Is6() {
		if prefix, err := peer.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return peer.String()
}

// Local reports whether a listener can be reached from this machine only.
func Local(listener net.Listener) bool {
	address, err := netip.ParseAddrPort(listener.Addr().String())
	return err == nil && address.Addr().Unmap().IsLoopback()
}
