package inbox

import (
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

func TestReadCalendar(t *testing.T) {
	const address = "https://cal.example.org/u/busy.ics"
	for name, c := range map[string]struct {
		text, locale, address, value string
		purpose                      program.Purpose
	}{
		"the command takes an address":                      {text: "CALENDAR " + address, address: address},
		"in small letters too":                              {text: "calendar: " + address, address: address},
		"an address in angle brackets is the same":          {text: "CALENDAR <" + address + ">", address: address},
		"an address that was wrapped onto the next line":    {text: "CALENDAR\n" + address, address: address},
		"webcal is an address":                              {text: "CALENDAR webcal://cal.example.org/x", address: "webcal://cal.example.org/x"},
		"an address need not end in .ics after the command": {text: "CALENDAR https://cal.example.org/feed?key=1", address: "https://cal.example.org/feed?key=1"},
		"what cannot be fetched is passed on to be refused": {text: "CALENDAR ftp://cal.example.org/x", address: "ftp://cal.example.org/x"},
		"an address may hold a name and a password":         {text: "CALENDAR https://ada:app-password@dav.example.org/ada/work/", address: "https://ada:app-password@dav.example.org/ada/work/"},
		"a name may be an address":                          {text: "CALENDAR https://ada@example.org:pw@dav.example.org/", address: "https://ada@example.org:pw@dav.example.org/"},
		"a CalDAV address in a sentence":                    {text: "My calendar is at https://cloud.example.org/remote.php/dav/calendars/ada/work/", address: "https://cloud.example.org/remote.php/dav/calendars/ada/work/"},
		"one with a password in a sentence":                 {text: "Here is my calendar: https://ada:pw@cloud.example.org/ada/.", address: "https://ada:pw@cloud.example.org/ada/"},
		"off ends it":                                       {text: "CALENDAR off", value: "off"},
		"off in German":                                     {text: "KALENDER aus", locale: "de", value: "off"},
		"in Portuguese":                                     {text: "CALENDÁRIO " + address, locale: "pt", address: address},
		"in French":                                         {text: "CALENDRIER " + address, locale: "fr", address: address},
		"in a sentence":                                     {text: "Hi,\n\nhere is my calendar: " + address + "\n\nThanks!", address: address},
		"in a German sentence":                              {text: "Hier ist mein Kalender: " + address, locale: "de", address: address},
		"the link to my calendar is no suggestion":          {text: "Here's the link to my calendar: " + address + ".", address: address},
		"an offer is answered with it":                      {text: "Here is my calendar: " + address, address: address, purpose: program.AboutOffer},
		"a page that is no calendar is none":                {text: "This article about calendars is nice: https://example.org/calendar"},
		"a question about a calendar gives none":            {text: "Is this your calendar: " + address + "?"},
		"a heading is no command":                           {text: "Calendar invitations confuse me."},
		"a journal entry gives none":                        {text: "CALENDAR " + address, purpose: program.AboutJournal},
	} {
		t.Run(name, func(t *testing.T) {
			got := Read(c.text, nil, Reader{At: time.Date(2027, 1, 18, 12, 0, 0, 0, time.UTC), Locale: c.locale, Question: program.Question{Purpose: c.purpose}})
			var found []program.Request
			for _, q := range got.Requests {
				if q.Type == program.SetCalendar || q.Type == program.Suggest && c.address != "" {
					found = append(found, q)
				}
			}
			if c.address == "" && c.value == "" {
				if len(found) > 0 {
					t.Fatalf("read %+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Text != c.address || found[0].Value != c.value || found[0].Type != program.SetCalendar || got.Ask || len(got.Requests) != 1 {
				t.Fatalf("read %+v, want one calendar %q %q", got, c.address, c.value)
			}
		})
	}
}
