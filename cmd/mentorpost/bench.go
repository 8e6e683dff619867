package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

// figure is one measured number.
type figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	// Beside is the reference of the same run, Ratio the value against it.
	Beside string  `json:"beside,omitempty"`
	Ratio  float64 `json:"ratio,omitempty"`
	Aim    string  `json:"aim,omitempty"`
}

// measures are what bench can measure, in the order in which it does.
var measures = []struct {
	name, short string
	run         func(context.Context, *laboratory, int) []figure
}{
	{"inbound", "mails from Dovecot to a committed outcome, beside a bare fetch", measureInbound},
	{"outbound", "letters to a local sink, beside postfix's smtp-source", measureOutbound},
	{"latency", "from a reply's arrival to its answer, through IDLE", measureLatency},
	{"memory", "of an idle serve", measureMemory},
	{"tick", "a pass with nothing due at 100,000 pairs", measureTick},
	{"sweep", "the weekly nudges of some among 100,000 people", measureSweep},
}

func (m Main) benchCommand() *cobra.Command {
	var asJSON bool
	var count int
	names := make([]string, len(measures))
	for i, measure := range measures {
		names[i] = measure.name
	}
	cmd := &cobra.Command{
		Use:       "bench [" + strings.Join(names, "|") + "]…",
		Short:     "Measure the service on this machine, on throw-away servers on loopback",
		Long:      "Starts Dovecot, PostgreSQL and Postfix's test tools, which must be installed\n(./test installs them), in temporary folders, and measures beside references of\nthe same run.",
		ValidArgs: names,
		Args:      cobra.OnlyValidArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if count < 1 {
				return usagef("--count %d: must be 1 or more", count)
			}
			return m.bench(cmd.Context(), args, count, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON value")
	cmd.Flags().IntVar(&count, "count", 2000, "mails for inbound and outbound")
	return cmd
}

func (m Main) bench(ctx context.Context, only []string, count int, asJSON bool) error {
	var figures []figure
	for _, measure := range measures {
		if len(only) > 0 && !strings.Contains(" "+strings.Join(only, " ")+" ", " "+measure.name+" ") {
			continue
		}
		fmt.Fprintf(m.Stderr, "%s: %s\n", measure.name, measure.short)
		got, err := experiment(ctx, count, measure.run)
		if err != nil {
			return fmt.Errorf("measure %s: %w", measure.name, err)
		}
		figures = append(figures, got...)
	}
	if asJSON {
		return json.NewEncoder(m.Stdout).Encode(figures)
	}
	w := tabwriter.NewWriter(m.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "measured\tvalue\t\tbeside\tratio\taim\t(%s, %d cores)\n", runtime.Version(), runtime.NumCPU())
	for _, f := range figures {
		ratio := ""
		if f.Ratio > 0 {
			ratio = fmt.Sprintf("%.2f", f.Ratio)
		}
		fmt.Fprintf(w, "%s\t%.6g\t%s\t%s\t%s\t%s\t\n", f.Name, f.Value, f.Unit, f.Beside, ratio, f.Aim)
	}
	return w.Flush()
}

// laboratory is what the servers of package servers need of a test: they are
// started for a measurement here, and stopped after it.
type laboratory struct {
	testing.TB
	cleanups []func()
	dir      string
}

// failure is how a laboratory ends early.
type failure string

// experiment runs one measurement and clears up behind it.
func experiment(ctx context.Context, count int, run func(context.Context, *laboratory, int) []figure) (figures []figure, err error) {
	dir, err := os.MkdirTemp("", "mentorpost-bench-")
	if err != nil {
		return nil, err
	}
	lab := &laboratory{dir: dir}
	defer func() {
		for i := len(lab.cleanups) - 1; i >= 0; i-- {
			lab.cleanups[i]()
		}
		_ = os.RemoveAll(dir)
		if said := recover(); said != nil {
			text, ours := said.(failure)
			if !ours {
				panic(said)
			}
			err = fmt.Errorf("%s", string(text))
		}
	}()
	return run(ctx, lab, count), nil
}

func (l *laboratory) Helper()                           {}
func (l *laboratory) Name() string                      { return "bench" }
func (l *laboratory) Cleanup(f func())                  { l.cleanups = append(l.cleanups, f) }
func (l *laboratory) Fatal(args ...any)                 { panic(failure(fmt.Sprint(args...))) }
func (l *laboratory) Fatalf(format string, args ...any) { panic(failure(fmt.Sprintf(format, args...))) }
func (l *laboratory) Skip(args ...any)                  { panic(failure(fmt.Sprint(args...))) }
func (l *laboratory) Skipf(format string, args ...any)  { panic(failure(fmt.Sprintf(format, args...))) }
func (l *laboratory) Errorf(format string, args ...any) { l.Fatalf(format, args...) }
func (l *laboratory) Error(args ...any)                 { l.Fatal(args...) }
func (l *laboratory) Log(...any)                        {}
func (l *laboratory) Logf(string, ...any)               {}
func (l *laboratory) Setenv(key, value string)          { _ = os.Setenv(key, value) }
func (l *laboratory) Context() context.Context          { return context.Background() }

func (l *laboratory) TempDir() string {
	dir, err := os.MkdirTemp(l.dir, "")
	if err != nil {
		l.Fatal(err)
	}
	return dir
}

// must ends the measurement on an error.
func (l *laboratory) must(err error) {
	if err != nil {
		l.Fatal(err)
	}
}

// perSecond is a count over a time, each second.
func perSecond(count int, took time.Duration) float64 { return float64(count) / took.Seconds() }

func (l *laboratory) path(name string) string { return filepath.Join(l.dir, name) }
