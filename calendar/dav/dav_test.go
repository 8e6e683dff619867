package dav

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

const opening = `<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">`

func TestQuestionsAreXML(t *testing.T) {
	from := time.Date(2027, 3, 1, 1, 0, 0, 0, time.FixedZone("", 3600))
	for name, c := range map[string]struct {
		question []byte
		holds    string
	}{
		"properties":     {Properties(), "calendar-home-set"},
		"events":         {Query(from, from.AddDate(0, 2, 0)), `<C:time-range start="20270301T000000Z" end="20270501T000000Z"/>`},
		"no title":       {Query(from, from), `<C:prop name="DTSTART"/>`},
		"free-busy only": {FreeBusyQuery(from, from), "free-busy-query"},
	} {
		t.Run(name, func(t *testing.T) {
			decoder := xml.NewDecoder(bytes.NewReader(c.question))
			for {
				if _, err := decoder.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
			if !strings.Contains(string(c.question), c.holds) || strings.Contains(string(c.question), "SUMMARY") {
				t.Errorf("%s", c.question)
			}
		})
	}
}

func TestResources(t *testing.T) {
	ok := func(prop string) string {
		return `<response><href> /x/ </href><propstat><prop>` + prop + `</prop><status>HTTP/1.1 200 OK</status></propstat></response>`
	}
	for name, c := range map[string]struct {
		inside string
		want   Resource
	}{
		"a calendar":                      {ok(`<resourcetype><collection/><C:calendar/></resourcetype>`), Resource{Href: "/x/", Calendar: true}},
		"a collection is none":            {ok(`<resourcetype><collection/></resourcetype>`), Resource{Href: "/x/"}},
		"a calendar of another namespace": {ok(`<resourcetype><calendar/></resourcetype>`), Resource{Href: "/x/"}},
		"a calendar for tasks alone":      {ok(`<resourcetype><C:calendar/></resourcetype><C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>`), Resource{Href: "/x/"}},
		"a calendar for events too":       {ok(`<resourcetype><C:calendar/></resourcetype><C:supported-calendar-component-set><C:comp name="VTODO"/><C:comp name="vevent"/></C:supported-calendar-component-set>`), Resource{Href: "/x/", Calendar: true}},
		"one that does not count as busy": {ok(`<resourcetype><C:calendar/></resourcetype><C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>`), Resource{Href: "/x/", Calendar: true, Transparent: true}},
		"one that says that it counts":    {ok(`<resourcetype><C:calendar/></resourcetype><C:schedule-calendar-transp><C:opaque/></C:schedule-calendar-transp>`), Resource{Href: "/x/", Calendar: true}},
		"principal and home":              {ok(`<current-user-principal><href>/ada/</href></current-user-principal><C:calendar-home-set><href>/ada/cal/</href></C:calendar-home-set>`), Resource{Href: "/x/", Principal: "/ada/", Home: "/ada/cal/"}},
		"nobody signed in":                {ok(`<current-user-principal><unauthenticated/></current-user-principal>`), Resource{Href: "/x/"}},
		"a property that is not there":    {`<response><href>/x/</href><propstat><prop><resourcetype><C:calendar/></resourcetype></prop><status>HTTP/1.1 404 Not Found</status></propstat></response>`, Resource{Href: "/x/"}},
		"other elements are passed over":  {`<x><response/></x>` + ok(""), Resource{Href: "/x/"}},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := Resources([]byte(opening + c.inside + `</multistatus>`))
			if err != nil || len(found) != 1 || found[0] != c.want {
				t.Errorf("%+v, %v; want %+v", found, err, c.want)
			}
		})
	}
}

func TestCalendarData(t *testing.T) {
	data := func(status string) string {
		return `<response><href>/1</href><propstat><prop><C:calendar-data><![CDATA[BEGIN:VCALENDAR
X:a & b]]></C:calendar-data></prop><status>HTTP/1.1 ` + status + `</status></propstat></response>`
	}
	for name, c := range map[string]struct {
		inside, want string
		err          error
	}{
		"nothing":                        {"", "", nil},
		"two objects":                    {data("200 OK") + data("200 OK"), "BEGIN:VCALENDAR\nX:a & b\r\nBEGIN:VCALENDAR\nX:a & b\r\n", nil},
		"one that may not be read":       {data("403 Forbidden"), "", nil},
		"an answer that was cut off":     {data("200 OK") + `<response><href>/</href><status>HTTP/1.1 507 Insufficient Storage</status></response>`, "BEGIN:VCALENDAR\nX:a & b\r\n", ErrTooLarge},
		"more resources than are read":   {strings.Repeat("<response/>", maxResources+1), "", ErrTooLarge},
		"an element that does not close": {"<response>", "", ErrNotDAV},
		"an entity of its own":           {"<response><href>&a;</href></response>", "", ErrNotDAV},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := CalendarData([]byte(opening + c.inside + `</multistatus>`))
			if string(got) != c.want || !errors.Is(err, c.err) {
				t.Errorf("%q, %v; want %q, %v", got, err, c.want, c.err)
			}
		})
	}
}

func TestWhatIsNoAnswerIsSaidSo(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing": "", "a page": "<html><body></body></html>", "a calendar": "BEGIN:VCALENDAR", "another multistatus": `<multistatus xmlns="x"/>`,
		"a document type": `<!DOCTYPE m [<!ENTITY a "b">]>` + opening + "</multistatus>", "half of one": opening,
		"very deep": opening + strings.Repeat("<a>", 100_000),
	} {
		if _, err := Resources([]byte(raw)); !errors.Is(err, ErrNotDAV) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzResources(f *testing.F) {
	f.Add([]byte(opening + `<response><href>/x</href><propstat><prop><resourcetype><C:calendar/></resourcetype></prop></propstat></response></multistatus>`))
	f.Add([]byte(opening + `<response><propstat><prop><C:calendar-data>BEGIN:VCALENDAR</C:calendar-data></prop></propstat></response>`))
	f.Add([]byte(`<!DOCTYPE a><a/>`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		found, err := Resources(raw)
		data, failed := CalendarData(raw)
		if len(found) > maxResources || len(data) > 8*len(raw) {
			t.Errorf("%d resources and %d bytes out of %d: %v, %v", len(found), len(data), len(raw), err, failed)
		}
	})
}
