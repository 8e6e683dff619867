// Package dav writes what is asked of a CalDAV server (RFC 4791) and reads what
// it answers. It is pure: bytes in, values out. Who sends them, where to, and
// how much is read, is for the caller to say.
package dav

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Errors of Resources and CalendarData.
var (
	// ErrNotDAV is the kind of errors about what is no multistatus answer.
	ErrNotDAV = errors.New("not a WebDAV answer")
	// ErrTooLarge is the kind of errors about answers of more than maxResources,
	// or cut off by the server because of their size (RFC 4791 §7.8, RFC 6578 §3.6).
	ErrTooLarge = errors.New("too many resources")
)

// maxResources is how many resources one answer may name.
const maxResources = 20_000

// MediaType is the type of every question.
const MediaType = "application/xml; charset=utf-8"

const header = `<?xml version="1.0" encoding="utf-8"?>` + "\n"

// namespaces of WebDAV and CalDAV, as every question declares them.
const namespaces = ` xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"`

// Properties is the question of a PROPFIND (RFC 4918 §9.1) for what tells a
// calendar and leads to one.
func Properties() []byte {
	return []byte(header + `<propfind` + namespaces + `><prop><resourcetype/><current-user-principal/>` +
		`<C:calendar-home-set/><C:supported-calendar-component-set/><C:schedule-calendar-transp/></prop></propfind>`)
}

// Query is the question of a REPORT for the events of some weeks (RFC 4791
// §7.8). Of each only what places it in time is asked for (§9.6): servers that
// know partial retrieval send neither titles nor guests.
func Query(from, to time.Time) []byte {
	var b bytes.Buffer
	b.WriteString(header + `<C:calendar-query` + namespaces + `><prop><C:calendar-data><C:comp name="VCALENDAR">` +
		`<C:prop name="VERSION"/><C:prop name="PRODID"/><C:comp name="VEVENT">`)
	for _, name := range []string{"UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
		"STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"} {
		b.WriteString(`<C:prop name="` + name + `"/>`)
	}
	b.WriteString(`</C:comp><C:comp name="VTIMEZONE"><C:allprop/><C:allcomp/></C:comp></C:comp></C:calendar-data></prop>` +
		`<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">` + timeRange(from, to) +
		`</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`)
	return b.Bytes()
}

// FreeBusyQuery is the question of a REPORT for busy times alone (RFC 4791
// §7.10), which those may ask who may not read the events. Its answer is a
// VFREEBUSY, without XML.
func FreeBusyQuery(from, to time.Time) []byte {
	return []byte(header + `<C:free-busy-query` + namespaces + `>` + timeRange(from, to) + `</C:free-busy-query>`)
}

// timeRange is in UTC, as RFC 4791 §9.9 wants it.
func timeRange(from, to time.Time) string {
	const layout = "20060102T150405Z"
	return `<C:time-range start="` + from.UTC().Format(layout) + `" end="` + to.UTC().Format(layout) + `"/>`
}

// Resource is what a server tells about one of its resources.
type Resource struct {
	Href string // as it was sent: a path or a whole address
	// Calendar is true for a calendar (RFC 4791 §4.2) that can hold events.
	Calendar bool
	// Transparent is true where the calendar does not count as busy (RFC 6638 §9.1).
	Transparent bool
	// Principal and Home lead to the one signed in (RFC 5397) and to their
	// calendars (RFC 4791 §6.2.1); empty where they are not told.
	Principal, Home string
}

type response struct {
	Href     string     `xml:"DAV: href"`
	Status   string     `xml:"DAV: status"`
	Propstat []propstat `xml:"DAV: propstat"`
}

type propstat struct {
	Status string `xml:"DAV: status"`
	Prop   struct {
		Type struct {
			Calendar *struct{} `xml:"urn:ietf:params:xml:ns:caldav calendar"`
		} `xml:"DAV: resourcetype"`
		Principal struct {
			Href string `xml:"DAV: href"`
		} `xml:"DAV: current-user-principal"`
		Home struct {
			Href string `xml:"DAV: href"`
		} `xml:"urn:ietf:params:xml:ns:caldav calendar-home-set"`
		Components struct {
			Names []struct {
				Name string `xml:"name,attr"`
			} `xml:"urn:ietf:params:xml:ns:caldav comp"`
		} `xml:"urn:ietf:params:xml:ns:caldav supported-calendar-component-set"`
		Transp struct {
			Transparent *struct{} `xml:"urn:ietf:params:xml:ns:caldav transparent"`
		} `xml:"urn:ietf:params:xml:ns:caldav schedule-calendar-transp"`
		Data string `xml:"urn:ietf:params:xml:ns:caldav calendar-data"`
	} `xml:"DAV: prop"`
}

// found reports whether the properties were there (RFC 4918 §14.22).
func (p propstat) found() bool { return p.Status == "" || code(p.Status) == "200" }

// code is the number in a status line.
func code(status string) string {
	if fields := strings.Fields(status); len(fields) > 1 {
		return fields[1]
	}
	return ""
}

// Resources reads the answer to Properties.
func Resources(raw []byte) ([]Resource, error) {
	var found []Resource
	err := responses(raw, func(r response) {
		one := Resource{Href: strings.TrimSpace(r.Href)}
		for _, p := range r.Propstat {
			if p.found() {
				one.take(p)
			}
		}
		found = append(found, one)
	})
	return found, err
}

func (r *Resource) take(p propstat) {
	if p.Prop.Type.Calendar != nil {
		r.Calendar = true
	}
	if names := p.Prop.Components.Names; len(names) > 0 {
		events := false
		for _, n := range names {
			events = events || strings.EqualFold(n.Name, "VEVENT")
		}
		r.Calendar = r.Calendar && events
	}
	r.Transparent = r.Transparent || p.Prop.Transp.Transparent != nil
	if href := strings.TrimSpace(p.Prop.Principal.Href); href != "" {
		r.Principal = href
	}
	if href := strings.TrimSpace(p.Prop.Home.Href); href != "" {
		r.Home = href
	}
}

// CalendarData reads the answer to Query: the iCalendar objects in it, one after
// the other.
func CalendarData(raw []byte) ([]byte, error) {
	var data []byte
	cut := false
	err := responses(raw, func(r response) {
		cut = cut || code(r.Status) == "507"
		for _, p := range r.Propstat {
			if p.found() && p.Prop.Data != "" {
				data = append(append(data, p.Prop.Data...), "\r\n"...)
			}
		}
	})
	if err == nil && cut {
		err = fmt.Errorf("read events: the server sent only some: %w", ErrTooLarge)
	}
	return data, err
}

// responses reads a multistatus answer (RFC 4918 §13) one response after the
// other. Entities of its own are an error, as any document type is: nothing
// that is sent can grow while it is read.
func responses(raw []byte, each func(response)) error {
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	inside, count := false, 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && inside {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read multistatus: %w: %w", ErrNotDAV, err)
		}
		switch token := token.(type) {
		case xml.Directive:
			return fmt.Errorf("read multistatus: it has a document type: %w", ErrNotDAV)
		case xml.StartElement:
			switch {
			case !inside && token.Name == xml.Name{Space: "DAV:", Local: "multistatus"}:
				inside = true
			case !inside:
				return fmt.Errorf("read multistatus: it begins with %q: %w", token.Name.Local, ErrNotDAV)
			case token.Name == xml.Name{Space: "DAV:", Local: "response"}:
				if count++; count > maxResources {
					return fmt.Errorf("read multistatus: %w", ErrTooLarge)
				}
				var r response
				if err := decoder.DecodeElement(&r, &token); err != nil {
					return fmt.Errorf("read multistatus: %w: %w", ErrNotDAV, err)
				}
				each(r)
			default:
				if err := decoder.Skip(); err != nil {
					return fmt.Errorf("read multistatus: %w: %w", ErrNotDAV, err)
				}
			}
		}
	}
}
