package servers

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// Provider is an OAuth2 server that replaces a refresh token each time it is
// used, and takes each one only once.
type Provider struct {
	URL string

	mutex     sync.Mutex
	lifetime  time.Duration
	codes     map[string]string // by code: the PKCE challenge
	refresh   map[string]bool   // those that are still good
	approved  bool              // the person has typed the device code
	failing   string            // error code that every request for a token gets
	refreshes int
	replays   int
}

// OAuth starts a provider. Access tokens hold for the lifetime.
func OAuth(t testing.TB, lifetime time.Duration) *Provider {
	t.Helper()
	p := &Provider{lifetime: lifetime, codes: map[string]string{}, refresh: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /device", p.device)
	mux.HandleFunc("POST /token", p.token)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

// Grant is a refresh token that is good for one use.
func (p *Provider) Grant() string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.grant()
}

func (p *Provider) grant() string {
	token := "refresh-" + rand.Text()
	p.refresh[token] = true
	return token
}

// Approve has the person type the code on their device.
func (p *Provider) Approve() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.approved = true
}

// Fail has every further request for a token fail with an error code of RFC
// 6749 §5.2; empty: no more.
func (p *Provider) Fail(code string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.failing = code
}

// Refreshes counts the refresh tokens that were traded, and how often one came
// that had been used before.
func (p *Provider) Refreshes() (traded, replayed int) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.refreshes, p.replays
}

// authorize is the page on which a person consents: at once.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	back, err := url.Parse(query.Get("redirect_uri"))
	if err != nil || query.Get("response_type") != "code" || query.Get("code_challenge_method") != "S256" || query.Get("client_id") == "" {
		http.Error(w, "malformed request", http.StatusBadRequest)
		return
	}
	p.mutex.Lock()
	code := "code-" + rand.Text()
	p.codes[code] = query.Get("code_challenge")
	p.mutex.Unlock()
	back.RawQuery = url.Values{"code": {code}, "state": {query.Get("state")}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (p *Provider) device(w http.ResponseWriter, _ *http.Request) {
	answerJSON(w, http.StatusOK, map[string]any{
		"device_code": "device", "user_code": "BCDF-GHJK", "verification_uri": p.URL + "/activate", "expires_in": 600, "interval": 1,
	})
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if refused := p.refuse(r); refused != "" {
		answerJSON(w, http.StatusBadRequest, map[string]any{"error": refused, "error_description": "as the test wants it"})
		return
	}
	answer := map[string]any{
		"access_token": "access-" + rand.Text(), "token_type": "Bearer", "expires_in": int(p.lifetime.Seconds()),
	}
	if r.PostFormValue("grant_type") != "client_credentials" {
		answer["refresh_token"] = p.grant()
	}
	answerJSON(w, http.StatusOK, answer)
}

// refuse returns the error code of a request, empty where it is granted.
func (p *Provider) refuse(r *http.Request) string {
	if p.failing != "" {
		return p.failing
	}
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		code := r.PostFormValue("code")
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		challenge, known := p.codes[code]
		delete(p.codes, code)
		if !known || challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
			return "invalid_grant"
		}
	case "refresh_token":
		token := r.PostFormValue("refresh_token")
		good, known := p.refresh[token]
		if !good {
			if known {
				p.replays++
			}
			return "invalid_grant"
		}
		p.refresh[token] = false
		p.refreshes++
	case "urn:ietf:params:oauth:grant-type:device_code":
		if !p.approved {
			return "authorization_pending"
		}
	case "client_credentials":
		if _, secret, ok := r.BasicAuth(); !ok && r.PostFormValue("client_secret") == "" || ok && strings.TrimSpace(secret) == "" {
			return "invalid_client"
		}
	default:
		return "unsupported_grant_type"
	}
	return ""
}

func answerJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
