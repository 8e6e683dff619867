package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
	"github.com/mentorpost/mentorpost/templates"
)

// command runs one command line over a configuration and returns what it prints.
func command(t *testing.T, config string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	m := Main{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Environ: []string{}}
	if code := m.Run(t.Context(), append(args, "-c", config)); code != exitDone {
		t.Fatalf("mentorpost %s: exit code %d: %s", strings.Join(args, " "), code, errs.String())
	}
	return out.String()
}

// keepSamples stores one letter, one session with a late change, and one mail
// in quarantine.
func keepSamples(t *testing.T, config string) {
	t.Helper()
	c, err := loadConfig(config, nil)
	if err != nil {
		t.Fatal(err)
	}
	database, err := store.Open(t.Context(), c.Database.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer database.Close()
	if err := database.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	start := time.Date(2027, 1, 27, 15, 30, 0, 0, time.UTC)
	letter := templates.Sample(program.LetterReminder, "en")
	letter.To = "tomas2222222"
	out := program.Outcome{
		People: []program.Person{
			{ID: "ada222222222", Email: "ada@example.net", Name: "Ada", Zone: "UTC", Status: program.PersonActive},
			{ID: "tomas2222222", Email: "tomas@example.net", Name: "Tomás", Zone: "UTC", Status: program.PersonActive},
		},
		Pairs: []program.Pair{{ID: "pair22222222", Mentor: "ada222222222", Mentee: "tomas2222222", Status: program.PairActive}},
		Sessions: []program.Session{{
			ID: "session22222", Pair: "pair22222222", UID: "one@example.org", Status: program.SessionConfirmed, Start: start, End: start.Add(time.Hour), Sequence: 1,
			Answers: map[program.ID]program.Answer{"ada222222222": {PartStat: program.Accepted}, "tomas2222222": {PartStat: program.NeedsAction}},
		}},
		Changes: []program.Change{{
			ID: "change222222", Session: "session22222", Pair: "pair22222222", Person: "tomas2222222", Kind: program.ChangeMove,
			ReceivedAt: start.Add(-time.Hour), SessionStart: start, Notice: time.Hour, Late: true, Outcome: program.ChangePending,
		}},
		Letters: []program.Letter{letter},
	}
	if err := database.Apply(t.Context(), store.Source{}, out); err != nil {
		t.Fatal(err)
	}
	raw := []byte("From: Eve <eve@example.net>\r\nSubject: Hello\x1b[2J there\r\n\r\nPlease look \x1b[2J at this.\r\n")
	if _, err := database.Keep(t.Context(), []store.Inbound{{Mailbox: "INBOX", UIDValidity: 1, UID: 1, At: start, Raw: raw}}, 0); err != nil {
		t.Fatal(err)
	}
	claimed, err := database.ClaimInbound(t.Context(), 1, time.Minute)
	if err != nil || len(claimed) != 1 {
		t.Fatalf("claim: %d, %v", len(claimed), err)
	}
	aside := program.Outcome{Record: program.Record{Result: program.ResultAside, Reason: "unknown sender", Quarantine: true}}
	if err := database.Apply(t.Context(), store.Source{Inbound: claimed[0].ID, Term: claimed[0].Term}, aside); err != nil {
		t.Fatal(err)
	}
}

func TestListsShowWhatIsStored(t *testing.T) {
	config := writeFile(t, "mentorpost.toml", "[program]\naddress = \"mentor@example.org\"\n")
	keepSamples(t, config)
	for _, test := range []struct {
		rule string
		args string
		want []string
	}{
		{"sessions have the specified keys", "sessions --json", []string{`"uid": "one@example.org"`, `"mentor": "ada@example.net"`, `"start": "2027-01-27T15:30:00Z"`, `"sequence": 1`, `"ada@example.net": "ACCEPTED"`}},
		{"a session is shown with its answers", "sessions show one@example.org", []string{"Wed 2027-01-27 15:30 UTC", "answer of tomas@example.net  NEEDS-ACTION"}},
		{"the ledger counts notice in seconds", "ledger --json", []string{`"session": "one@example.org"`, `"person": "tomas@example.net"`, `"request": "move"`, `"notice_seconds": 3600`, `"late": true`, `"outcome": "pending"`, `"received_at": "2027-01-27T14:30:00Z"`}},
		{"the ledger for people", "ledger", []string{"1h0m0s", "pending"}},
		{"the outbox", "outbox", []string{"reminder", "tomas@example.net", "queued"}},
		{"the outbox by state", "outbox --state sent", []string{"no letters"}},
		{"a letter that is not composed yet shows its words", "outbox show sampleletter", []string{"Subject: ", "Ada"}},
		{"the quarantine", "quarantine", []string{"eve@example.net", "unknown sender"}},
		{"a mail in quarantine", "quarantine show 1", []string{"Please look ?[2J at this."}},
		{"its bytes", "quarantine show 1 --raw", []string{"Please look \x1b[2J at this.\r\n"}},
		{"what waits", "status", []string{"1 queued", "1 aside", "1 confirmed", "in quarantine"}},
	} {
		got := command(t, config, strings.Fields(test.args)...)
		for _, want := range test.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in:\n%s", test.rule, want, got)
			}
		}
		if !strings.Contains(test.args, "--raw") && strings.Contains(got, "\x1b") {
			t.Errorf("%s: a mail can steer the terminal", test.rule)
		}
		if strings.Contains(test.args, "--json") && !json.Valid([]byte(got)) {
			t.Errorf("%s: not JSON:\n%s", test.rule, got)
		}
	}
}
