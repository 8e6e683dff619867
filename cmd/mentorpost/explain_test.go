package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func runExplain(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errors bytes.Buffer
	m := Main{Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errors}
	code = m.Run(context.Background(), append([]string{"explain"}, args...))
	return out.String(), errors.String(), code
}

const replyMail = "From: Ada <ada@example.com>\r\nTo: mentor@example.org\r\nSubject: Re: Finding a time\r\n" +
	"Date: Mon, 08 Feb 2027 09:00:00 +0000\r\nMessage-ID: <m1@example.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
	"Thursday at 3pm works for me.\r\n\r\nOn Mon, 8 Feb 2027 at 08:00, Mentor Everywhere wrote:\r\n> When can you meet?\r\n"

func TestExplainShowsWhatIsUnderstoodOfAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "reply.eml")
	if err := os.WriteFile(file, []byte(replyMail), 0o600); err != nil {
		t.Fatal(err)
	}
	out, stderr, code := runExplain(t, "", file, "--purpose", "offer", "--zone", "Europe/London", "--locale", "en-GB")
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	for _, want := range []string{"ada@example.com", "answer", "Thursday at 3pm works for me.", "‾‾‾", "propose", "11 Feb"} {
		if !strings.Contains(out, want) {
			t.Errorf("the explanation lacks %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "When can you meet?") {
		t.Errorf("the quote is taken for new text:\n%s", out)
	}
}

func TestExplainReadsStandardInputForADash(t *testing.T) {
	out, stderr, code := runExplain(t, replyMail, "-", "--json", "--zone", "Europe/London")
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	var list []struct {
		Kind     string
		Requests []struct{ Type string }
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || list[0].Kind != "answer" || len(list[0].Requests) != 1 || list[0].Requests[0].Type != "propose" {
		t.Errorf("got %s", out)
	}
}

func TestOneBadLineDoesNotStopTheRest(t *testing.T) {
	lines := []string{
		`{"id":"first","body":"B please","at":"2027-02-08T09:00:00Z","zone":"UTC","locale":"en","context":{"purpose":"offer","offered":[{"label":"A","start":"2027-02-11T10:00:00Z","end":"2027-02-11T10:45:00Z"},{"label":"B","start":"2027-02-12T10:00:00Z","end":"2027-02-12T10:45:00Z"}]}}`,
		`this is no JSON`,
		`{"id":7,"body":"hello","zone":"Atlantis/City"}`,
		`{"id":"nothing"}`,
		`{"id":"last","body":"STOP","at":"2027-02-08T09:00:00Z","zone":"UTC"}`,
	}
	out, stderr, code := runExplain(t, strings.Join(lines, "\n"), "--jsonl")
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	answers := strings.Split(strings.TrimSpace(out), "\n")
	if len(answers) != len(lines) {
		t.Fatalf("%d answers to %d lines:\n%s", len(answers), len(lines), out)
	}
	for i, wants := range [][]string{
		{`"id":"first"`, `"type":"accept"`, `"option":"B"`, `"ask":false`},
		{`"error":"read line: `},
		{`"id":7`, `"error":"read zone`},
		{`"id":"nothing"`, `neither`},
		{`"id":"last"`, `"type":"stop"`},
	} {
		for _, want := range wants {
			if !strings.Contains(answers[i], want) {
				t.Errorf("answer %d lacks %s: %s", i+1, want, answers[i])
			}
		}
	}
}

func TestAClaimOfProofIsNoProof(t *testing.T) {
	claimed := "Authentication-Results: mx.example.net; dkim=pass header.d=example.com; dmarc=pass header.from=example.com\r\n" + replyMail
	out, _, _ := runExplain(t, claimed, "-", "--json")
	if !strings.Contains(out, `"proof": "none: `) || !strings.Contains(out, "counts only where") {
		t.Errorf("a claim counts as proof: %s", out)
	}
	out, _, _ = runExplain(t, claimed, "-", "--json", "--authserv", "mx.example.net")
	if !strings.Contains(out, `"proof": "dmarc=pass for example.com by mx.example.net"`) {
		t.Errorf("the trusted server is not believed: %s", out)
	}
}

func TestExplainRefusesWhatItCannotUse(t *testing.T) {
	for rule, args := range map[string][]string{
		"a file or a dash must be given":        nil,
		"--jsonl takes no files":                {"--jsonl", "reply.eml"},
		"a zone must exist":                     {"-", "--zone", "Atlantis/City"},
		"a purpose must be one that mails have": {"-", "--purpose", "fun"},
	} {
		t.Run(rule, func(t *testing.T) {
			if _, _, code := runExplain(t, "", args...); code != exitUsage {
				t.Errorf("exit %d, want %d", code, exitUsage)
			}
		})
	}
}
