// Package web is what can be reached over HTTP: the coordinator's page, personal
// calendar feeds, one-click unsubscribe, health and metrics. Participants never
// need it. GET changes nothing; the one thing that POST can do is what a mail
// with STOP does.
//
// The room knows no database and no mail: what it shows comes through Source.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// ErrNotFound is what a Source returns for a person who is not, or no longer,
// part of the program.
var ErrNotFound = errors.New("not found")

// Source gives what is shown, and takes the one thing that can be done here.
type Source interface {
	// Overview is the state of the program for its coordinator.
	Overview(ctx context.Context) (Overview, error)
	// Feed is a person's own calendar; ErrNotFound where there is no such person.
	Feed(ctx context.Context, person program.ID) (Feed, error)
	// Unsubscribe does what STOP in a mail of the person's does. It is harmless
	// to repeat. ErrNotFound where there is no such person.
	Unsubscribe(ctx context.Context, person program.ID) error
	// Locale is the language that a person reads, as BCP 47 has it; ErrNotFound
	// where there is no such person.
	Locale(ctx context.Context, person program.ID) (string, error)
	// Trouble says, in words that hold no address and no name, what keeps the
	// service from working; nothing where it works.
	Trouble(ctx context.Context) []string
}

// Options say what is served and to whom.
type Options struct {
	Source  Source
	Metrics *Metrics
	Sealer  program.Sealer
	// Name is the name of the program.
	Name string
	// Zone is where the coordinator's times are shown.
	Zone *time.Location
	// Password and TrustedHeader are the two ways to the coordinator's page.
	Password, TrustedHeader string
	// Open lets everybody on this machine see the page, where neither way is
	// set. It is meant for embedded mode on a loopback address.
	Open bool
	// Now is real time; nil means time.Now.
	Now func() time.Time
	Log *slog.Logger
}

// site answers requests.
type site struct{ Options }

// New is all that is served.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := site{o}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	if o.Metrics != nil {
		mux.Handle("GET /metrics", o.Metrics.handler())
	}
	mux.Handle("GET /{$}", newAccess(o).guard(http.HandlerFunc(s.coordinator)))
	mux.HandleFunc("GET /calendar/{file}", s.calendar)
	mux.HandleFunc("GET /unsubscribe/{token}", s.offerUnsubscribe)
	mux.HandleFunc("POST /unsubscribe/{token}", s.unsubscribe)
	return strict(mux)
}

// strict gives every answer the headers that keep browsers from running,
// sending on or storing anything. The pages need one stylesheet and no script.
func strict(next http.Handler) http.Handler {
	policy := fmt.Sprintf("default-src 'none'; style-src '%s'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", styleHash)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer") // addresses of feeds are secrets
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// fail logs what went wrong and tells the visitor only that it did: the error
// may name a host or a person.
func (s site) fail(w http.ResponseWriter, in words, act string, err error) {
	s.Log.Error(act, "error", err)
	s.say(w, http.StatusInternalServerError, notice{Language: in.language, Title: in.failed, Text: []string{in.failedWhy}})
}
