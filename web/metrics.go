package web

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Standing is how much there is of everything when metrics are read.
type Standing struct {
	Mails       map[string]int // inbound, by result; undecided ones as "waiting"
	Letters     map[string]int // by state
	People      map[string]int // by status
	Pairs       map[string]int
	Sessions    map[string]int
	Timers      int // that have not fired
	DueTimers   int
	Quarantined int
	Calendars   map[string]int // that people gave, by how reading them goes
	// OldestInbound is how long the mail that has waited longest for a decision
	// has waited; CaughtUp how long ago the mailbox was last read to its end,
	// negative where it never was.
	OldestInbound, CaughtUp time.Duration
}

// Metrics is what Prometheus reads. No label holds an address or a name.
type Metrics struct {
	registry   *prometheus.Registry
	sends      *prometheus.CounterVec
	reconnects prometheus.Counter
}

// standPeriod bounds how long a scrape waits for the database.
const standPeriod = 10 * time.Second

// NewMetrics asks stand for what there is each time that metrics are read.
func NewMetrics(stand func(context.Context) (Standing, error)) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		sends: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mentorpost_sends_total", Help: "Attempts to send a letter, by outcome.",
		}, []string{"outcome"}),
		reconnects: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "mentorpost_imap_reconnects_total", Help: "Times that the mailbox could not be read and was connected to anew.",
		}),
	}
	for _, outcome := range []string{SendSent, SendRefused, SendRetry, SendUnknown, SendUnreachable} {
		m.sends.WithLabelValues(outcome)
	}
	m.registry.MustRegister(m.sends, m.reconnects, standing{stand},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// The outcomes of an attempt to send.
const (
	SendSent        = "sent"
	SendRefused     = "refused" // for good
	SendRetry       = "retry"   // refused for the time being
	SendUnknown     = "unknown" // the connection broke after the final dot
	SendUnreachable = "unreachable"
)

// Sent counts an attempt to send by its outcome.
func (m *Metrics) Sent(outcome string) { m.sends.WithLabelValues(outcome).Inc() }

// Reconnected counts a connection to the mailbox that was lost or not made.
func (m *Metrics) Reconnected() { m.reconnects.Inc() }

func (m *Metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
}

// standing collects what there is.
type standing struct {
	look func(context.Context) (Standing, error)
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("mentorpost_"+name, help, labels, nil)
}

var (
	upDesc          = describe("database_up", "Whether the database answered this scrape.")
	mailsDesc       = describe("inbound_mails", "Mails that were received, by result.", "result")
	lettersDesc     = describe("letters", "Letters of the outbox, by state.", "state")
	peopleDesc      = describe("people", "People, by status.", "status")
	pairsDesc       = describe("pairs", "Pairs, by status.", "status")
	sessionsDesc    = describe("sessions", "Sessions, by status.", "status")
	timersDesc      = describe("timers", "Timers that have not fired.")
	dueDesc         = describe("timers_due", "Timers that have fallen due and have not fired.")
	calendarsDesc   = describe("calendars", "Calendars that people gave, by how reading them goes.", "condition")
	quarantinedDesc = describe("quarantined_mails", "Mails in quarantine.")
	inboundAgeDesc  = describe("inbound_age_seconds", "How long the oldest mail has waited for a decision; 0 where none waits.")
	caughtUpDesc    = describe("mailbox_caught_up_age_seconds", "How long ago the mailbox was last read to its end; absent until then.")
)

// Describe names the metrics.
func (standing) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{upDesc, mailsDesc, lettersDesc, peopleDesc, pairsDesc, sessionsDesc,
		timersDesc, dueDesc, calendarsDesc, quarantinedDesc, inboundAgeDesc, caughtUpDesc} {
		to <- d
	}
}

// Collect reads the present values. Where the database does not answer, that
// is the only one.
func (s standing) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), standPeriod)
	defer cancel()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	now, err := s.look(ctx)
	if err != nil {
		gauge(upDesc, 0)
		return
	}
	gauge(upDesc, 1)
	for d, counts := range map[*prometheus.Desc]map[string]int{
		mailsDesc: now.Mails, lettersDesc: now.Letters, peopleDesc: now.People, pairsDesc: now.Pairs, sessionsDesc: now.Sessions,
		calendarsDesc: now.Calendars,
	} {
		for name, n := range counts {
			gauge(d, float64(n), name)
		}
	}
	gauge(timersDesc, float64(now.Timers))
	gauge(dueDesc, float64(now.DueTimers))
	gauge(quarantinedDesc, float64(now.Quarantined))
	gauge(inboundAgeDesc, now.OldestInbound.Seconds())
	if now.CaughtUp >= 0 {
		gauge(caughtUpDesc, now.CaughtUp.Seconds())
	}
}
