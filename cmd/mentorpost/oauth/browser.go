package oauth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// answer is what the browser was sent back with.
type answer struct {
	code string
	err  error
}

// Browser signs a person in with their browser: show is given the address to
// open, and the provider sends the browser back to listen, a loopback address
// (RFC 8252 §7.3). Where the browser runs on another machine, the address that
// it was sent to may be pasted instead. It waits until ctx ends.
func (o Options) Browser(ctx context.Context, listen string, pasted <-chan string, show func(address string)) (*oauth2.Token, error) {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return nil, fmt.Errorf("wait for the browser: %w", err)
	}
	defer listener.Close()
	config := o.config(o.redirect(listener.Addr()))
	// The state binds the answer to this request (RFC 6749 §10.12), the
	// verifier the code to this process (RFC 7636).
	state, verifier := rand.Text(), oauth2.GenerateVerifier()
	answers := make(chan answer, 1)
	server := &http.Server{Handler: waiter{state, answers}, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	defer server.Close()

	show(config.AuthCodeURL(state, o.parameters(oauth2.S256ChallengeOption(verifier))...))
	got, err := await(ctx, state, answers, pasted)
	if err != nil {
		return nil, err
	}
	// Once the code is there the exchange gets its own time.
	token, err := config.Exchange(provider(context.WithoutCancel(ctx)), got.code, oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, o.failure("trade the code for a token", err)
	}
	// Let the browser get its page before the server closes.
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = server.Shutdown(closing)
	return token, nil
}

// redirect is where the provider sends the browser. Microsoft knows loopback
// by the name localhost only, with any port.
func (o Options) redirect(at net.Addr) string {
	_, port, _ := net.SplitHostPort(at.String())
	if o.Provider == Microsoft {
		return "http://localhost:" + port
	}
	return "http://" + at.String() + "/"
}

// parameters asks Google for a refresh token, which it gives only with consent.
func (o Options) parameters(more ...oauth2.AuthCodeOption) []oauth2.AuthCodeOption {
	if o.User != "" {
		more = append(more, oauth2.SetAuthURLParam("login_hint", o.User))
	}
	if o.Provider == Google {
		more = append(more, oauth2.AccessTypeOffline, oauth2.SetAuthURLParam("prompt", "consent"))
	}
	return more
}

// await waits for an answer from the browser or a pasted one.
func await(ctx context.Context, state string, answers <-chan answer, pasted <-chan string) (answer, error) {
	for {
		select {
		case <-ctx.Done():
			if errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return answer{}, ErrNobody
			}
			return answer{}, ctx.Err()
		case got := <-answers:
			return got, got.err
		case line, open := <-pasted:
			if !open {
				pasted = nil
				continue
			}
			address, err := url.Parse(strings.TrimSpace(line))
			if err != nil {
				continue
			}
			if got, ours := read(address.Query(), state); ours {
				return got, got.err
			}
		}
	}
}

// read takes an authorization response apart (RFC 6749 §4.1.2). It is not ours
// where its state is another's.
func read(query url.Values, state string) (got answer, ours bool) {
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(state)) != 1 {
		return answer{}, false
	}
	if said := query.Get("error"); said != "" {
		if description := oneLine(query.Get("error_description")); description != "" {
			said += ": " + description
		}
		return answer{err: fmt.Errorf("%w (%s)", ErrDenied, oneLine(said))}, true
	}
	code := query.Get("code")
	if code == "" {
		return answer{}, false
	}
	return answer{code: code}, true
}

// waiter serves the page that the browser is sent back to.
type waiter struct {
	state   string
	answers chan<- answer
}

// ServeHTTP takes the first answer with the right state. What else comes to
// the port is turned away and changes nothing.
func (w waiter) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	out.Header().Set("Content-Type", "text/plain; charset=utf-8")
	out.Header().Set("Referrer-Policy", "no-referrer") // the address holds the code
	got, ours := read(r.URL.Query(), w.state)
	if r.Method != http.MethodGet || !ours {
		http.Error(out, "This page belongs to a sign-in of mentorpost auth, and not to this address.", http.StatusBadRequest)
		return
	}
	select {
	case w.answers <- got:
	default: // it has its answer
	}
	if got.err != nil {
		fmt.Fprintln(out, "The sign-in was refused. The terminal says more; this page can be closed.")
		return
	}
	fmt.Fprintln(out, "Thank you. This page can be closed; the terminal goes on.")
}
