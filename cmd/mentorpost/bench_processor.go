package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// processorTimes is what this program and each server that it has started have
// used of the processors so far, by name. It says more than the clock on a
// machine that others use too.
type processorTimes map[string]time.Duration

// perMail shows what was used since, shared out among mails.
func (before processorTimes) perMail(l *laboratory, count int) []figure {
	after := readProcessorTimes(l)
	var figures []figure
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if used := after[name] - before[name]; used > 0 {
			figures = append(figures, figure{
				Name: "  processor time of " + name, Value: float64(used.Microseconds()) / float64(count), Unit: "µs/mail",
			})
		}
	}
	return figures
}

// readProcessorTimes adds up /proc/PID/stat (proc(5)) of all that descends from
// this process, with the children that have ended. A server is named after its
// first process, behind the shell that watches it.
func readProcessorTimes(l *laboratory) processorTimes {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	l.must(err)
	all := map[int]processStat{}
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil { // else it has just ended
			p := parseProcessStat(string(text))
			all[p.id] = p
		}
	}
	self := all[os.Getpid()]
	times := processorTimes{"mentorpost": self.own}
	for _, p := range all {
		line := []processStat{p} // from p up to this process
		for at := p; at.parent != self.id && at.id != 0; {
			at = all[at.parent]
			line = append(line, at)
		}
		if line[len(line)-1].id != 0 && len(line) > 1 {
			times[line[len(line)-2].name] += p.own + p.ended
		}
	}
	return times
}

// processStat is a process and the processor time that it and its ended
// children have used.
type processStat struct {
	id, parent int
	name       string
	own, ended time.Duration
}

// parseProcessStat reads a line of /proc/PID/stat. The name stands in brackets
// and may hold anything.
func parseProcessStat(line string) processStat {
	const tick = time.Second / 100 // USER_HZ
	var p processStat
	from, to := strings.IndexByte(line, '('), strings.LastIndexByte(line, ')')
	if from < 0 || to < from {
		return p
	}
	_, _ = fmt.Sscan(line[:from], &p.id)
	p.name = line[from+1 : to]
	fields := strings.Fields(line[to+1:])
	number := func(n int) int { // fields as proc(5) counts them
		if n-3 >= len(fields) {
			return 0
		}
		value, _ := strconv.Atoi(fields[n-3])
		return value
	}
	p.parent = number(4)
	p.own = time.Duration(number(14)+number(15)) * tick
	p.ended = time.Duration(number(16)+number(17)) * tick
	return p
}
