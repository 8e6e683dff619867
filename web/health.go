package web

import (
	"encoding/json"
	"net/http"
)

// healthz says that the process is alive, and nothing else.
func (s site) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("alive\n"))
}

// readiness is the answer of /readyz.
type readiness struct {
	Ready   bool     `json:"ready"`
	Reasons []string `json:"reasons"`
}

// readyz says whether the service can work, and if not, why.
func (s site) readyz(w http.ResponseWriter, r *http.Request) {
	answer := readiness{Reasons: s.Source.Trouble(r.Context())}
	answer.Ready = len(answer.Reasons) == 0
	if answer.Ready {
		answer.Reasons = []string{}
	}
	w.Header().Set("Content-Type", "application/json")
	if !answer.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(answer) // the reader has gone away: nobody to tell
}
