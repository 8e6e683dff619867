package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
)

func runWhen(t *testing.T, in string, args ...string) (out string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = Main{Stdin: strings.NewReader(in), Stdout: &stdout, Stderr: &stderr}.Run(context.Background(), append([]string{"when"}, args...))
	return stdout.String() + stderr.String(), code
}

func TestWhenShowsWhatItReadAndWhy(t *testing.T) {
	out, code := runWhen(t, "", "--at", "2026-11-24T10:00:00Z", "--zone", "Europe/London", "--locale", "en-GB", "next Friday at 10?")
	want := `next Friday at 10?
^^^^^^^^^^^^^^^^^
  Fri 4 Dec 2026 10:00 Europe/London
  or Fri 27 Nov 2026 10:00 Europe/London
  because “next” may mean the coming one or the one in the week after
`
	if code != exitDone || out != want {
		t.Errorf("exit %d\n got %s\nwant %s", code, out, want)
	}
}

func TestWhenReadsLinesAndGoesOnAfterABadOne(t *testing.T) {
	in := `{"id":"a","text":"Thursday at 3 or 4pm","at":"2026-11-24T10:00:00Z","zone":"Europe/London","locale":"en-GB"}
{"id":"b","text":"Thursday","at":"yesterday"}
not JSON

{"id":7,"text":"thanks!","at":"2026-11-24T10:00:00Z"}
{"id":"d","text":"tomorrow","at":"2026-11-24T10:00:00Z","zone":"Nowhere/Land"}
`
	out, code := runWhen(t, in, "--jsonl")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if code != exitDone || len(lines) != 5 {
		t.Fatalf("exit %d, %d lines: %s", code, len(lines), out)
	}
	want := `{"id":"a","times":[` +
		`{"text":"Thursday at 3","grain":"hour","start":"2026-11-26T15:00:00Z","end":null,"negated":false,"alternatives":[],"why":""},` +
		`{"text":"4pm","grain":"hour","start":"2026-11-26T16:00:00Z","end":null,"negated":false,"alternatives":[],"why":""}],"ambiguous":false}`
	if lines[0] != want {
		t.Errorf("got  %s\nwant %s", lines[0], want)
	}
	for i, has := range map[int]string{1: `"id":"b"`, 2: `"error"`, 3: `{"id":7,"times":[],"ambiguous":false}`, 4: "Nowhere/Land"} {
		if !strings.Contains(lines[i], has) {
			t.Errorf("line %d: got %s, want %s in it", i+1, lines[i], has)
		}
	}
}

func TestWhenRefusesWrongUse(t *testing.T) {
	for _, args := range [][]string{{}, {"--jsonl", "text"}, {"--at", "soon", "tomorrow"}, {"--zone", "Nowhere/Land", "tomorrow"}} {
		if out, code := runWhen(t, "", args...); code != exitUsage {
			t.Errorf("%q: exit %d: %s", args, code, out)
		}
	}
}

func TestWhenJSONIsOneValue(t *testing.T) {
	out, _ := runWhen(t, "", "--json", "--at", "2026-11-24T10:00:00Z", "--zone", "UTC", "tomorrow")
	var answer whenAnswer
	if err := json.Unmarshal([]byte(out), &answer); err != nil || len(answer.Times) != 1 || answer.Times[0].Start != "2026-11-25T00:00:00Z" {
		t.Errorf("%v: %s", err, out)
	}
}
