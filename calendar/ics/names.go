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

// The properties that are read, by component. Those of busyProperties are read
// beside eventProperties where not one message is asked for but busy times.
var (
	calendarProperties = []string{"METHOD"}
	eventProperties    = []string{
		"UID", "DTSTART", "DTEND", "DTSTAMP", "ATTENDEE", "ORGANIZER", "SUMMARY", "SEQUENCE", "COMMENT",
		"DURATION", "RECURRENCE-ID", "DUE", "X-MICROSOFT-CDO-APPT-SEQUENCE", originalStart,
	}
	busyProperties = []string{
		"STATUS", "TRANSP", "RRULE", "EXDATE", "RDATE", "FREEBUSY", "X-MICROSOFT-CDO-BUSYSTATUS",
	}
	zoneProperties = []string{"TZID", "TZID-ALIAS-OF", "X-LIC-LOCATION"}
	ruleProperties = []string{"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}
)

// propertyName returns the canonical name of a property that is read from a
// component, else "".
func propertyName(component string, name []byte, single bool) string {
	switch component {
	case "VCALENDAR":
		return knownName(calendarProperties, name)
	case "VTIMEZONE":
		return knownName(zoneProperties, name)
	case "STANDARD", "DAYLIGHT":
		return knownName(ruleProperties, name)
	}
	if known := knownName(eventProperties, name); known != "" || single {
		return known
	}
	return knownName(busyProperties, name)
}

func knownName(known []string, name []byte) string {
	for _, k := range known {
		if len(k) == len(name) && (k[0]|0x20) == (name[0]|0x20) && bytes.EqualFold(name, []byte(k)) {
			return k
		}
	}
	return ""
}
