package main

import (
	"testing"
	"time"
)

func TestProcessorTimesOfAProcess(t *testing.T) {
	for _, test := range []struct {
		rule, line string
		want       processStat
	}{
		{"user and system time are added, apart from those of ended children",
			"42 (postgres) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 20 10 20 0 1 0 99",
			processStat{id: 42, parent: 7, name: "postgres", own: 2 * time.Second, ended: 300 * time.Millisecond}},
		{"a name may hold brackets and blanks",
			"42 (a) b (c) S 7 42 42 0 -1 0 0 0 0 0 1 0 0 0 20",
			processStat{id: 42, parent: 7, name: "a) b (c", own: 10 * time.Millisecond}},
		{"a line that breaks off counts for nothing", "42 (postgres) S 7", processStat{id: 42, parent: 7, name: "postgres"}},
		{"what is no line is no process", "", processStat{}},
	} {
		if got := parseProcessStat(test.line); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.rule, got, test.want)
		}
	}
}
