package ics

import (
	"net/url"
	"slices"
	"strings"

	"github.com/emersion/go-ical"

	"github.com/mentorpost/mentorpost/program"
)

// attendee is one ATTENDEE line (RFC 5545 §3.8.4.1).
type attendee struct {
	address       string // of the value, or of EMAIL where the value is none
	email         string // EMAIL (RFC 7986 §6.2)
	sentBy        string
	status        string
	delegatedTo   string
	delegatedFrom string
	comment       string // Google's X-RESPONSE-COMMENT
}

// people reads the organizer, and of the attendees the one that replies.
func (r *reader) people(event *ical.Component, o Options, part *program.CalendarPart) {
	if prop := event.Props.Get(ical.PropOrganizer); prop != nil {
		part.Organizer = calendarAddress(prop.Value)
	}
	var all []attendee
	for i := range event.Props[ical.PropAttendee] {
		all = append(all, readAttendee(&event.Props[ical.PropAttendee][i]))
	}
	if len(all) == 0 {
		part.PartStat = program.NeedsAction
		return
	}
	who := replying(all, strings.ToLower(strings.TrimSpace(o.From)), o.Known)
	part.Attendee = who.address
	part.DelegatedTo = who.delegatedTo
	part.DelegatedFrom = who.delegatedFrom
	part.PartStat = r.partStat(who.status)
	if part.Comment == "" {
		part.Comment = who.comment
	}
	if who.sentBy != "" {
		r.note("sent by %s", shorten(who.sentBy))
	}
}

func readAttendee(prop *ical.Prop) attendee {
	a := attendee{
		address:       calendarAddress(prop.Value),
		email:         calendarAddress(prop.Params.Get("EMAIL")),
		sentBy:        calendarAddress(prop.Params.Get(ical.ParamSentBy)),
		status:        strings.ToUpper(strings.TrimSpace(prop.Params.Get(ical.ParamParticipationStatus))),
		delegatedTo:   firstAddress(prop.Params.Get(ical.ParamDelegatedTo)),
		delegatedFrom: firstAddress(prop.Params.Get(ical.ParamDelegatedFrom)),
		comment:       strings.TrimSpace(parameterText.Replace(prop.Params.Get("X-RESPONSE-COMMENT"))),
	}
	if !strings.Contains(a.address, "@") {
		// Apple's servers name people by paths and urn:uuid.
		a.address = a.email
	}
	return a
}

// replying picks whose answer it is: the sender, else the person whom we know
// the mail to be from, else the first who answered anything, else the first.
// Some calendars list everybody with what they have answered.
func replying(all []attendee, from string, known []string) attendee {
	choices := []func(attendee) bool{
		func(a attendee) bool { return from != "" && a.address == from },
		func(a attendee) bool { return from != "" && (a.email == from || a.sentBy == from) },
		func(a attendee) bool { return slices.Contains(known, a.address) },
		func(a attendee) bool { return a.status != "" && a.status != string(program.NeedsAction) },
	}
	for _, choice := range choices {
		if i := slices.IndexFunc(all, choice); i >= 0 {
			return all[i]
		}
	}
	return all[0]
}

// partStat reads a participation status (RFC 5545 §3.2.12). A missing one is
// NEEDS-ACTION, and so is one that we don't know: RFC 5545 wants
// that, and no answer is ever guessed.
func (r *reader) partStat(status string) program.PartStat {
	known := knownPartStat(program.PartStat(status))
	if known == program.NeedsAction && status != "" && status != string(program.NeedsAction) {
		r.note("unknown PARTSTAT %s", shorten(status))
	}
	return known
}

// calendarAddress is the address in a CAL-ADDRESS (RFC 5545 §3.3.3),
// lower-case: with mailto in any case or none, perhaps percent-encoded, or in
// angle brackets. What is no mail address comes back as it stands.
func calendarAddress(value string) string {
	value = strings.ToLower(strings.TrimSpace(value))
	if i := strings.LastIndex(value, "mailto:"); i >= 0 {
		value = value[i+len("mailto:"):]
		value, _, _ = strings.Cut(value, "?")
		if decoded, err := url.PathUnescape(value); err == nil && !hasControl(decoded) {
			value = strings.ToLower(decoded)
		}
	}
	return strings.Trim(value, "<>\" \t")
}

// firstAddress is the first of a list of addresses.
func firstAddress(list string) string {
	first, _, _ := strings.Cut(list, ",")
	return calendarAddress(first)
}
