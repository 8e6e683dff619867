package main

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/emersion/go-ical"
	"github.com/emersion/go-webdav/caldav"
)

// shelf is what go-webdav's server serves: two calendars of Ada's, one of which
// is for tasks.
type shelf struct {
	caldav.Backend // for what nobody asks
	objects        []caldav.CalendarObject
}

func (shelf) CurrentUserPrincipal(context.Context) (string, error) { return "/ada/", nil }
func (shelf) CalendarHomeSetPath(context.Context) (string, error)  { return "/ada/calendars/", nil }

func (shelf) ListCalendars(context.Context) ([]caldav.Calendar, error) {
	return []caldav.Calendar{
		{Path: "/ada/calendars/work/", Name: "Work", SupportedComponentSet: []string{"VEVENT"}},
		{Path: "/ada/calendars/tasks/", Name: "Tasks", SupportedComponentSet: []string{"VTODO"}},
	}, nil
}

func (s shelf) GetCalendar(ctx context.Context, path string) (*caldav.Calendar, error) {
	all, err := s.ListCalendars(ctx)
	for _, c := range all {
		if c.Path == path {
			return &c, err
		}
	}
	return nil, context.Canceled // nobody asks for another
}

func (s shelf) QueryCalendarObjects(_ context.Context, _ string, query *caldav.CalendarQuery) ([]caldav.CalendarObject, error) {
	return caldav.Filter(query, s.objects)
}

// TestTheServerOfGoWebDAVIsRead is a second opinion, beside Radicale, on what
// we ask: its server reads our questions by code of its own.
func TestTheServerOfGoWebDAVIsRead(t *testing.T) {
	var s shelf
	for path, text := range map[string]string{
		"/ada/calendars/work/1.ics": oneMeeting,
		"/ada/calendars/work/2.ics": strings.NewReplacer("UID:one", "UID:two", "20270302", "20280302").Replace(oneMeeting), // in none of these weeks
	} {
		data, err := ical.NewDecoder(strings.NewReader(strings.Replace(text, "UID:", "DTSTAMP:20270101T000000Z\r\nUID:", 1))).Decode()
		if err != nil {
			t.Fatal(err)
		}
		data.Props.SetText(ical.PropProductID, "-//Example//Test//EN")
		s.objects = append(s.objects, caldav.CalendarObject{Path: path, Data: data})
	}
	server := httptest.NewTLSServer(&caldav.Handler{Backend: s})
	defer server.Close()
	for name, path := range map[string]string{
		"the server": "/", "the principal": "/ada/", "the home": "/ada/calendars/", "the calendar": "/ada/calendars/work/",
	} {
		spans, err := secretly(server).busyTimes(context.Background(), "https://ada:secret@dav.example.org"+path, march)
		if got := inWords(spans); err != nil || got != "03-02T10:00/03-02T11:00" {
			t.Errorf("by way of %s: %s, %v", name, got, err)
		}
	}
}
