package ics

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"github.com/mentorpost/mentorpost/program"
)

// Weeks are the time in which somebody's busy times are looked for.
type Weeks struct {
	From, To time.Time
	// Zone is where floating times and whole days are read; nil: UTC.
	Zone *time.Location
	// Own are sessions of ours that the calendar may hold since its owner has
	// accepted them. What is known about them is not read back: neither their
	// events count nor, since a VFREEBUSY names nothing, times that are those of
	// a booked one.
	Own []program.Session
}

// BusyTimes returns when a calendar feed or a VFREEBUSY says that its owner is
// busy in the weeks, in order and joined where they touch. Events that
// are TRANSPARENT (RFC 5545 §3.8.2.7) or CANCELLED, and instances moved or
// taken out of a series, do not count. Rules that repeat within a day count
// once. Errors are those of Decode but ErrNoEvent, and ErrTooLarge for a feed whose series
// would take too long to follow.
func BusyTimes(raw []byte, weeks Weeks) ([]program.Span, error) {
	calendar, _, err := parse(raw, false)
	if err != nil {
		return nil, err
	}
	b := &busy{
		zones:    newZones(calendar, weeks.Zone, maxFeedSteps),
		from:     weeks.From,
		to:       weeks.To,
		replaced: map[instance]bool{},
		ownUIDs:  map[string]bool{},
		ownTimes: map[program.Span]bool{},
	}
	b.leaveOut(weeks.Own)
	b.findReplaced(calendar)
	for _, child := range calendar.Children {
		switch child.Name {
		case ical.CompEvent:
			b.event(child)
		case ical.CompFreeBusy:
			b.freeBusy(child)
		}
		if b.zones.steps <= 0 || b.overflow {
			return nil, fmt.Errorf("follow recurring events: %w", ErrTooLarge)
		}
	}
	return join(b.spans), nil
}

// maxSpans is how many spans are gathered before they are joined.
const maxSpans = 200_000

type busy struct {
	zones    *zones
	from, to time.Time
	replaced map[instance]bool
	ownUIDs  map[string]bool
	ownTimes map[program.Span]bool
	spans    []program.Span
	overflow bool // more spans than can be, even when joined
}

// leaveOut notes the sessions that do not count.
func (b *busy) leaveOut(own []program.Session) {
	for _, s := range own {
		b.ownUIDs[s.UID] = true
		if s.Booked() {
			b.ownTimes[program.Span{Start: s.Start.UTC(), End: s.End.UTC()}] = true
		}
	}
}

// instance is one occurrence of a series.
type instance struct {
	uid   string
	start int64 // Unix seconds
}

// findReplaced gathers the instances that have a VEVENT of their own
// (RFC 5545 §3.8.4.4).
func (b *busy) findReplaced(calendar *ical.Calendar) {
	for _, child := range calendar.Children {
		prop := child.Props.Get(ical.PropRecurrenceID)
		if prop == nil {
			continue
		}
		if t, ok := b.instant(prop, prop.Value); ok {
			b.replaced[instance{propertyValue(child, ical.PropUID), t.Unix()}] = true
		}
	}
}

func (b *busy) instant(prop *ical.Prop, value string) (time.Time, bool) {
	w, ok := parseWall(value)
	if !ok {
		return time.Time{}, false
	}
	return b.zones.instant(w, prop.Params.Get(ical.PropTimezoneID))
}

func (b *busy) add(start, end time.Time) {
	if !end.After(start) || !end.After(b.from) || !start.Before(b.to) || b.overflow {
		return
	}
	span := program.Span{Start: start.UTC(), End: end.UTC()}
	if b.ownTimes[span] {
		return
	}
	b.spans = append(b.spans, span)
	if len(b.spans) == maxSpans {
		b.spans = join(b.spans)
		b.overflow = len(b.spans) > maxSpans/2
	}
}

// series is a VEVENT with what is needed to place its instances.
type series struct {
	uid     string
	start   wall
	prop    *ical.Prop // DTSTART
	length  time.Duration
	days    int            // the length of a VEVENT of whole days
	out     map[int64]bool // EXDATE: Unix seconds
	outDays map[day]bool   // EXDATE: whole days
	moved   bool           // it has a RECURRENCE-ID: one instance, on its own
}

func (b *busy) event(event *ical.Component) {
	if strings.EqualFold(propertyValue(event, ical.PropStatus), "CANCELLED") ||
		strings.EqualFold(propertyValue(event, ical.PropTransparency), "TRANSPARENT") ||
		strings.EqualFold(propertyValue(event, "X-MICROSOFT-CDO-BUSYSTATUS"), "FREE") {
		return
	}
	s, ok := b.series(event)
	if !ok || b.ownUIDs[s.uid] {
		return
	}
	b.place(s, s.start)
	if s.moved {
		return
	}
	for _, prop := range event.Props[ical.PropRecurrenceRule] {
		if r, ok := parseRule(prop.Value, s.start.dayNumber()); ok {
			b.follow(s, r)
		}
	}
	for i := range event.Props[ical.PropRecurrenceDates] {
		b.extra(s, &event.Props[ical.PropRecurrenceDates][i])
	}
}

func (b *busy) series(event *ical.Component) (*series, bool) {
	s := &series{
		uid:     propertyValue(event, ical.PropUID),
		prop:    event.Props.Get(ical.PropDateTimeStart),
		out:     map[int64]bool{},
		outDays: map[day]bool{},
		moved:   event.Props.Get(ical.PropRecurrenceID) != nil,
	}
	if s.prop == nil {
		return nil, false
	}
	var ok bool
	if s.start, ok = parseWall(s.prop.Value); !ok {
		return nil, false
	}
	start, ok := b.instant(s.prop, s.prop.Value)
	if !ok {
		return nil, false
	}
	s.measure(b, event, start)
	for i := range event.Props[ical.PropExceptionDates] {
		prop := &event.Props[ical.PropExceptionDates][i]
		for value := range strings.SplitSeq(prop.Value, ",") {
			if w, ok := parseWall(value); ok && w.dateOnly {
				s.outDays[w.dayNumber()] = true
			} else if t, ok := b.instant(prop, value); ok {
				s.out[t.Unix()] = true
			}
		}
	}
	return s, true
}

// measure finds how long an instance takes (RFC 5545 §3.6.1).
func (s *series) measure(b *busy, event *ical.Component, start time.Time) {
	if prop := event.Props.Get(ical.PropDateTimeEnd); prop != nil {
		if w, ok := parseWall(prop.Value); ok && w.dateOnly && s.start.dateOnly {
			s.days = int(w.dayNumber() - s.start.dayNumber())
			return
		}
		if end, ok := b.instant(prop, prop.Value); ok {
			s.length = end.Sub(start)
		}
		return
	}
	if prop := event.Props.Get(ical.PropDuration); prop != nil {
		s.length, _ = parseDuration(prop.Value)
		return
	}
	if s.start.dateOnly {
		s.days = 1
	}
}

// place adds the instance that begins at a wall time.
func (b *busy) place(s *series, w wall) {
	start, ok := b.zones.instant(w, s.prop.Params.Get(ical.PropTimezoneID))
	if !ok || s.out[start.Unix()] || s.outDays[w.dayNumber()] {
		return
	}
	if !s.moved && b.replaced[instance{s.uid, start.Unix()}] {
		return
	}
	if s.days > 0 {
		last := w.onDay(w.dayNumber() + day(s.days))
		end, _ := b.zones.instant(last, "")
		b.add(start, end)
		return
	}
	b.add(start, start.Add(s.length))
}

// follow walks a rule through the days that matter.
func (b *busy) follow(s *series, r *rule) {
	margin := day(2+s.days) + day(s.length/(24*time.Hour))
	for d := range r.between(dayOfTime(b.from)-margin, dayOfTime(b.to)+2, &b.zones.steps) {
		w := s.start.onDay(d)
		if r.hasUntil && b.beyond(s, w, r) {
			return
		}
		if d != r.start { // the first instance was placed already
			b.place(s, w)
		}
	}
}

// beyond reports whether an instance lies after the rule's UNTIL.
func (b *busy) beyond(s *series, w wall, r *rule) bool {
	if !r.untilUTC {
		return w.seconds() > r.until
	}
	t, ok := b.zones.instant(w, s.prop.Params.Get(ical.PropTimezoneID))
	return !ok || t.Unix() > r.until
}

// extra adds the instances of an RDATE, which may be periods (RFC 5545
// §3.8.5.2).
func (b *busy) extra(s *series, prop *ical.Prop) {
	for value := range strings.SplitSeq(prop.Value, ",") {
		if strings.Contains(value, "/") {
			b.period(prop, value)
			continue
		}
		w, ok := parseWall(value)
		if !ok {
			continue
		}
		if b.zones.steps--; w.seconds() != s.start.seconds() {
			at := *s
			at.prop = prop
			b.place(&at, w)
		}
	}
}

// freeBusy reads a VFREEBUSY (RFC 5545 §3.6.4).
func (b *busy) freeBusy(c *ical.Component) {
	for i := range c.Props[ical.PropFreeBusy] {
		prop := &c.Props[ical.PropFreeBusy][i]
		if strings.EqualFold(prop.Params.Get("FBTYPE"), "FREE") {
			continue
		}
		for value := range strings.SplitSeq(prop.Value, ",") {
			b.period(prop, value)
		}
	}
}

// period adds a PERIOD (RFC 5545 §3.3.9): a start, and an end or a length.
func (b *busy) period(prop *ical.Prop, value string) {
	b.zones.steps--
	first, second, ok := strings.Cut(value, "/")
	start, known := b.instant(prop, first)
	if !ok || !known {
		return
	}
	if length, ok := parseDuration(second); ok {
		b.add(start, start.Add(length))
	} else if end, ok := b.instant(prop, second); ok {
		b.add(start, end)
	}
}

// join sorts spans and makes one of those that touch.
func join(spans []program.Span) []program.Span {
	slices.SortFunc(spans, func(a, b program.Span) int { return a.Start.Compare(b.Start) })
	joined := spans[:0]
	for _, s := range spans {
		if n := len(joined); n > 0 && !s.Start.After(joined[n-1].End) {
			if s.End.After(joined[n-1].End) {
				joined[n-1].End = s.End
			}
			continue
		}
		joined = append(joined, s)
	}
	return joined
}
