package ics

import "bytes"

// attendable reports whether a component is something that a reply can be
// about.
func attendable(name string) bool {
	return name == "VEVENT" || name == "VTODO" || name == "VJOURNAL" || name == "VFREEBUSY"
}

// componentName returns the canonical name of a component that is read, else
// "".
func componentName(value []byte) string {
	for _, known := range [...]string{
		"VEVENT", "VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT", "VFREEBUSY", "VTODO", "VJOURNAL",
	} {
		if equalName(value, known) {
			return known
		}
	}
	return ""
}

// belongs reports whether a component may stand in its parent. "" is the
// outside, where clients put a VEVENT without a VCALENDAR around it.
func belongs(name, parent string) bool {
	switch name {
	case "STANDARD", "DAYLIGHT":
		return parent == "VTIMEZONE"
	case "VCALENDAR":
		return parent == ""
	}
	return parent == "" || parent == "VCALENDAR"
}

// The properties that are read, by component.
var (
	calendarProperties = []string{"METHOD"}
	eventProperties    = []string{
		"UID", "DTSTART", "DTEND", "DTSTAMP", "ATTENDEE", "ORGANIZER", "SUMMARY", "SEQUENCE", "STATUS", "COMMENT",
		"TRANSP", "RRULE", "EXDATE", "RDATE", "DURATION", "RECURRENCE-ID", "DUE", "FREEBUSY",
		"X-MICROSOFT-CDO-APPT-SEQUENCE", "X-MICROSOFT-CDO-BUSYSTATUS",
	}
	zoneProperties = []string{"TZID", "TZID-ALIAS-OF", "X-LIC-LOCATION"}
	ruleProperties = []string{"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}
)

// propertyName returns the canonical name of a property that is read from a
// component, else "".
func propertyName(component string, name []byte) string {
	known := eventProperties
	switch component {
	case "VCALENDAR":
		known = calendarProperties
	case "VTIMEZONE":
		known = zoneProperties
	case "STANDARD", "DAYLIGHT":
		known = ruleProperties
	}
	for _, k := range known {
		if len(k) == len(name) && (k[0]|0x20) == (name[0]|0x20) && bytes.EqualFold(name, []byte(k)) {
			return k
		}
	}
	return ""
}
