package ics

import (
	"strings"
	"time"

	"github.com/emersion/go-ical"
)

// zones finds instants for wall times by what a calendar says about zones.
type zones struct {
	floating *time.Location
}

func newZones(calendar *ical.Calendar, floating *time.Location) *zones {
	if floating == nil {
		floating = time.UTC
	}
	return &zones{floating: floating}
}

// instant is the wall time in the zone that id names.
func (z *zones) instant(w wall, id string) (time.Time, bool) {
	id = strings.TrimSpace(id)
	switch {
	case w.utc:
		return w.in(time.UTC), true
	case w.fixed:
		return w.in(time.UTC).Add(-time.Duration(w.offset) * time.Second), true
	case id == "" || w.dateOnly:
		return w.in(z.floating).UTC(), true
	}
	if zone, err := time.LoadLocation(id); err == nil && id != "Local" {
		return w.in(zone).UTC(), true
	}
	return time.Time{}, false
}
