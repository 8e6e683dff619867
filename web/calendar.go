package web

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/program"
)

// Feed is one person's calendar.
type Feed struct {
	Name   string // as calendars list it
	Events []program.Event
}

// calendar answers with a person's booked sessions (RFC 5545 §3.4). Who holds
// the address may read it; calendars send no password.
func (s site) calendar(w http.ResponseWriter, r *http.Request) {
	token, isCalendar := strings.CutSuffix(r.PathValue("file"), ".ics")
	person, ok := s.Sealer.OpenFeed(token)
	if !isCalendar || !ok {
		s.notFound(w, s.wordsFor(r, person))
		return
	}
	feed, err := s.Source.Feed(r.Context(), person)
	if errors.Is(err, ErrNotFound) {
		s.notFound(w, s.wordsFor(r, person))
		return
	}
	if err != nil {
		s.fail(w, s.wordsFor(r, ""), "read a calendar feed", err)
		return
	}
	body, err := ics.EncodeFeed(feed.Events, feed.Name)
	if err != nil {
		s.fail(w, s.wordsFor(r, ""), "write a calendar feed", err)
		return
	}
	sum := sha256.Sum256(body)
	tag := fmt.Sprintf(`"%s"`, base64.RawURLEncoding.EncodeToString(sum[:18]))
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, no-cache") // kept, but asked about each time
	if matches(r.Header.Values("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `inline; filename="mentoring.ics"`)
	_, _ = w.Write(body)
}

// matches compares as If-None-Match does: weakly (RFC 9110 §13.1.2).
func matches(fields []string, tag string) bool {
	for _, field := range fields {
		for one := range strings.SplitSeq(field, ",") {
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == tag {
				return true
			}
		}
	}
	return false
}
