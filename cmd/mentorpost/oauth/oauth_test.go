package oauth

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/store"
)

func options(p *servers.Provider) Options {
	return Options{
		ClientID: "client", AuthURL: p.URL + "/authorize", DeviceURL: p.URL + "/device", TokenURL: p.URL + "/token",
		User: "mentor@example.org",
	}.Complete()
}

// opened opens a database of the URL with a key of this test.
func opened(t *testing.T, url string) *store.Store {
	t.Helper()
	database, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = database.Close() })
	if err := database.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := database.Unlock(t.Context(), [][]byte{bytes.Repeat([]byte{7}, 32)}); err != nil {
		t.Fatal(err)
	}
	return database
}

func sqlite(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "m.db") }

func TestProvidersFillInTheirAddresses(t *testing.T) {
	for _, c := range []struct {
		rule  string
		given Options
		want  Options
	}{
		{"Google is signed in to with a browser", Options{Provider: Google},
			Options{Provider: Google, Flow: FlowBrowser, AuthURL: "https://accounts.google.com/o/oauth2/v2/auth",
				TokenURL: "https://oauth2.googleapis.com/token", Scopes: []string{"https://mail.google.com/"}}},
		{"Microsoft with a secret is the application", Options{Provider: Microsoft, Tenant: "t", ClientSecret: "s", AuthURL: "a", DeviceURL: "d", Flow: FlowApp},
			Options{Provider: Microsoft, Tenant: "t", ClientSecret: "s", Flow: FlowApp, AuthURL: "a", DeviceURL: "d",
				TokenURL: "https://login.microsoftonline.com/t/oauth2/v2.0/token", Scopes: []string{"https://outlook.office365.com/.default"}}},
		{"Microsoft without a secret is a person with a device", Options{Provider: Microsoft, Tenant: "t", Scopes: []string{"own"}},
			Options{Provider: Microsoft, Tenant: "t", Flow: FlowDevice, AuthURL: "https://login.microsoftonline.com/t/oauth2/v2.0/authorize",
				DeviceURL: "https://login.microsoftonline.com/t/oauth2/v2.0/devicecode",
				TokenURL:  "https://login.microsoftonline.com/t/oauth2/v2.0/token", Scopes: []string{"own"}}},
		{"a refresh token is a person's", Options{RefreshToken: "r", TokenURL: "u"}, Options{RefreshToken: "r", TokenURL: "u", Flow: FlowBrowser}},
		{"another provider with a token address alone is for applications", Options{TokenURL: "u"}, Options{TokenURL: "u", Flow: FlowApp}},
	} {
		if got := c.given.Complete(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.rule, got, c.want)
		}
	}
}

// browse opens an address as a browser does, redirects included.
func browse(t *testing.T, address string) (status int, page string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer answer.Body.Close()
	body, _ := io.ReadAll(answer.Body)
	return answer.StatusCode, string(body)
}

func TestAPersonSignsInWithABrowser(t *testing.T) {
	p := servers.OAuth(t, time.Hour)
	var shown string
	token, err := options(p).Browser(t.Context(), "127.0.0.1:0", nil, func(address string) {
		shown = address
		go browse(t, address)
	})
	if err != nil || token.RefreshToken == "" {
		t.Fatalf("token %v, %v", token, err)
	}
	at, err := url.Parse(shown)
	if err != nil {
		t.Fatal(err)
	}
	query := at.Query()
	if !strings.HasPrefix(query.Get("redirect_uri"), "http://127.0.0.1:") || query.Get("login_hint") != "mentor@example.org" || len(query.Get("state")) < 20 {
		t.Errorf("asked with %v", query)
	}
}

func TestAStrangersAnswerIsTurnedAway(t *testing.T) {
	p := servers.OAuth(t, time.Hour)
	token, err := options(p).Browser(t.Context(), "127.0.0.1:0", nil, func(address string) {
		at, _ := url.Parse(address)
		back := at.Query().Get("redirect_uri")
		for _, forged := range []string{"", "?code=x", "?code=x&state=wrong", "?error=access_denied&state=wrong"} {
			if status, _ := browse(t, back+forged); status != http.StatusBadRequest {
				t.Errorf("%q got %d", forged, status)
			}
		}
		if answer, err := http.Post(back+"?code=x&state="+at.Query().Get("state"), "text/plain", nil); err != nil || answer.StatusCode != http.StatusBadRequest {
			t.Errorf("a POST got %v, %v", answer, err)
		}
		go browse(t, address) // and the person after all
	})
	if err != nil || token.AccessToken == "" {
		t.Errorf("token %v, %v", token, err)
	}
}

func TestTheAddressMayBePasted(t *testing.T) {
	p := servers.OAuth(t, time.Hour)
	pasted := make(chan string, 3)
	token, err := options(p).Browser(t.Context(), "127.0.0.1:0", pasted, func(address string) {
		remote := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		answer, err := remote.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		pasted <- "what?\n"
		pasted <- "http://127.0.0.1/?code=x&state=wrong\n"
		pasted <- answer.Header.Get("Location") + "\n"
	})
	if err != nil || token.RefreshToken == "" {
		t.Errorf("token %v, %v", token, err)
	}
}

func TestSigningInEndsBadly(t *testing.T) {
	for _, c := range []struct {
		rule string
		wait time.Duration
		meet func(t *testing.T, p *servers.Provider, address string)
		want error
	}{
		{"the person says no", time.Hour, func(t *testing.T, _ *servers.Provider, address string) {
			at, _ := url.Parse(address)
			browse(t, at.Query().Get("redirect_uri")+"?error=access_denied&state="+at.Query().Get("state"))
		}, ErrDenied},
		{"the code is not taken", time.Hour, func(t *testing.T, p *servers.Provider, address string) {
			p.Fail("invalid_client")
			go browse(t, address)
		}, ErrDenied},
		{"nobody comes", 0, func(*testing.T, *servers.Provider, string) {}, ErrNobody},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p := servers.OAuth(t, time.Hour)
			ctx, cancel := context.WithTimeout(t.Context(), c.wait)
			defer cancel()
			_, err := options(p).Browser(ctx, "127.0.0.1:0", nil, func(address string) { c.meet(t, p, address) })
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestAPersonSignsInWithADevice(t *testing.T) {
	p := servers.OAuth(t, time.Hour)
	var prompt Prompt
	token, err := options(p).Device(t.Context(), func(shown Prompt) {
		prompt = shown
		p.Approve()
	})
	if err != nil || token.RefreshToken == "" || prompt.Code != "BCDF-GHJK" || prompt.Address != p.URL+"/activate" {
		t.Errorf("prompt %+v, token %v, %v", prompt, token, err)
	}
	p.Fail("expired_token")
	if _, err := options(p).Device(t.Context(), func(Prompt) {}); !errors.Is(err, ErrNobody) {
		t.Errorf("a code that ran out: %v", err)
	}
}

func TestAnAccessTokenServesUntilShortlyBeforeItsExpiry(t *testing.T) {
	p := servers.OAuth(t, time.Hour)
	o := options(p)
	o.RefreshToken = p.Grant()
	source := NewSource(o, opened(t, sqlite(t)))
	now := time.Now()
	source.now = func() time.Time { return now }
	first, err := source.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour - margin - time.Minute)
	if again, err := source.Token(t.Context()); err != nil || again != first {
		t.Errorf("a minute before: %q, %v", again, err)
	}
	now = now.Add(2 * time.Minute)
	if next, err := source.Token(t.Context()); err != nil || next == first {
		t.Errorf("a minute after: %q, %v", next, err)
	}
	if traded, replayed := p.Refreshes(); traded != 2 || replayed != 0 {
		t.Errorf("%d refreshes, %d replays", traded, replayed)
	}
}

func TestAnApplicationSignsInByItself(t *testing.T) {
	p := servers.OAuth(t, time.Hour)
	o := Options{ClientID: "client", ClientSecret: "secret", TokenURL: p.URL + "/token"}.Complete()
	if token, err := NewSource(o, nil).Token(t.Context()); err != nil || token == "" {
		t.Errorf("token %q, %v", token, err)
	}
	p.Fail("invalid_client")
	if _, err := NewSource(o, nil).Token(t.Context()); !errors.Is(err, ErrDenied) || !strings.Contains(err.Error(), "oauth.client_secret_file") {
		t.Errorf("a wrong secret: %v", err)
	}
}

func TestARefreshTokenThatIsOverIsToldClearly(t *testing.T) {
	p := servers.OAuth(t, time.Hour)
	o := options(p)
	database := opened(t, sqlite(t))
	if _, err := NewSource(o, database).Token(t.Context()); !errors.Is(err, ErrSignInAgain) {
		t.Errorf("nobody has signed in yet: %v", err)
	}
	o.RefreshToken = "long gone"
	_, err := NewSource(o, database).Token(t.Context())
	if !errors.Is(err, ErrSignInAgain) || !strings.Contains(err.Error(), "invalid_grant: as the test wants it") || strings.Contains(err.Error(), "long gone") {
		t.Errorf("got %v", err)
	}
	o.Provider = Google
	if _, err = NewSource(o, database).Token(t.Context()); err == nil || !strings.Contains(err.Error(), `"testing" end after 7 days`) {
		t.Errorf("at Google: %v", err)
	}
	o.RefreshToken = p.Grant() // another one in the configuration takes its place
	if token, err := NewSource(o, database).Token(t.Context()); err != nil || token == "" {
		t.Errorf("after another was configured: %q, %v", token, err)
	}
}

func TestASignInTakesThePlaceOfAnEarlierOne(t *testing.T) {
	p := servers.OAuth(t, time.Hour)
	o := options(p)
	o.RefreshToken = "long gone"
	source := NewSource(o, opened(t, sqlite(t)))
	if _, err := source.Token(t.Context()); !errors.Is(err, ErrSignInAgain) {
		t.Fatalf("got %v", err)
	}
	token, err := o.Device(t.Context(), func(Prompt) { p.Approve() })
	if err != nil {
		t.Fatal(err)
	}
	if err := source.Keep(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if access, err := source.Token(t.Context()); err != nil || access != token.AccessToken {
		t.Errorf("token %q, %v", access, err)
	}
}

// TestManyWorkersRefreshAtOnce holds that no refresh token is used twice, by
// whomever: a provider that replaces them takes that for theft.
func TestManyWorkersRefreshAtOnce(t *testing.T) {
	for name, address := range map[string]func(*testing.T) string{
		"SQLite": sqlite, "PostgreSQL": func(t *testing.T) string { return servers.PostgreSQL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			p := servers.OAuth(t, margin/2) // every token is too short to be shared
			o := options(p)
			o.RefreshToken = p.Grant()
			url := address(t)
			const stores, each = 3, 4
			var workers errgroup.Group
			for range stores {
				database := opened(t, url)
				for range each {
					source := NewSource(o, database)
					workers.Go(func() error {
						_, err := source.Token(t.Context())
						return err
					})
				}
			}
			if err := workers.Wait(); err != nil {
				t.Fatal(err)
			}
			if traded, replayed := p.Refreshes(); traded != stores*each || replayed != 0 {
				t.Errorf("%d refreshes, want %d; %d replays", traded, stores*each, replayed)
			}
		})
	}
}
