package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/cmd/mentorpost/oauth"
	"github.com/mentorpost/mentorpost/cmd/servers"
)

// oauthConfig writes a configuration whose servers are signed in to by OAuth2.
// Nothing listens at their addresses.
func oauthConfig(t *testing.T, database, section string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mentorpost.toml")
	text := `[program]
address = "mentor@example.org"
[database]
url = "` + database + `"
[imap]
url = "imap://mentor%40example.org@127.0.0.1:1/INBOX"
auth = "xoauth2"
[smtp]
url = "smtp://mentor%40example.org@127.0.0.1:1"
auth = "xoauth2"
[oauth]
client_id = "client"
` + section
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := makeKey(filepath.Join(filepath.Dir(path), "mentorpost.key")); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestProcessesShareARefreshToken lets processes refresh at once, again and
// again: the provider sees each refresh token once.
func TestProcessesShareARefreshToken(t *testing.T) {
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			url := "sqlite:mentorpost.db"
			if database == "postgresql" {
				url = servers.PostgreSQL(t)
			}
			provider := servers.OAuth(t, time.Minute) // too short to be handed out a second time
			path := oauthConfig(t, url, `token_url = "`+provider.URL+`/token"
refresh_token = "`+provider.Grant()+`"
`)
			if p := start(t, path, "migrate"); p.wait(t) != exitDone {
				t.Fatal(p.errs.String())
			}
			const rounds, at = 3, 2
			for range rounds {
				var running []*process
				for range at {
					running = append(running, start(t, path, "check", "--no-send"))
				}
				for _, p := range running {
					p.wait(t)
					if !regexp.MustCompile(`(?m)^ok +oauth `).MatchString(p.out.String()) {
						t.Errorf("no token:\n%s", &p.out)
					}
				}
			}
			if traded, replayed := provider.Refreshes(); traded != rounds*at || replayed != 0 {
				t.Errorf("%d refreshes, want %d; %d replays", traded, rounds*at, replayed)
			}
		})
	}
}

func TestAuthKeepsWhatThePersonConsentedTo(t *testing.T) {
	for _, flow := range []string{oauth.FlowBrowser, oauth.FlowDevice} {
		t.Run(flow, func(t *testing.T) {
			provider := servers.OAuth(t, time.Hour)
			path := oauthConfig(t, "sqlite:mentorpost.db", `flow = "`+flow+`"
auth_url = "`+provider.URL+`/authorize"
device_url = "`+provider.URL+`/device"
token_url = "`+provider.URL+`/token"
`)
			config, err := loadConfig(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			database, err := openSealed(t.Context(), config)
			if err != nil {
				t.Fatal(err)
			}
			defer database.Close()
			var out transcript
			m := Main{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}
			done := make(chan error, 1)
			go func() {
				done <- m.signIn(t.Context(), config, database, authFlags{listen: "127.0.0.1:0", wait: patience})
			}()
			out.await(t, "Waiting until", 1)
			if flow == oauth.FlowDevice {
				out.await(t, "BCDF-GHJK", 1)
				provider.Approve()
			} else if answer, err := http.Get(regexp.MustCompile(`http://\S+/authorize\?\S+`).FindString(out.String())); err != nil || answer.StatusCode != http.StatusOK {
				t.Fatalf("the browser got %v, %v", answer, err)
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), "next: mentorpost check") {
				t.Errorf("printed:\n%s", &out)
			}
			token, err := oauth.NewSource(config.OAuth, database).Current(t.Context())
			if err != nil || token.Access == "" || token.Refresh == "" {
				t.Errorf("kept %v, %v", token.Access, err)
			}
			files, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "mentorpost.db*"))
			for _, file := range files {
				if content, err := os.ReadFile(file); err != nil || bytes.Contains(content, []byte(token.Refresh)) {
					t.Errorf("%s holds the token in the clear, %v", filepath.Base(file), err)
				}
			}
		})
	}
}
