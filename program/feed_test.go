package program

import (
	"strings"
	"testing"
)

func TestFeedTokens(t *testing.T) {
	sealer := NewSealer([]byte("secret"))
	token := sealer.Feed(ada)
	for _, c := range []struct {
		rule, token string
		ok          bool
	}{
		{"a token opens the feed of its person", token, true},
		{"a token of another key opens nothing", NewSealer([]byte("other")).Feed(ada), false},
		{"a token for another person needs another seal", strings.Replace(token, string(ada), string(tomas), 1), false},
		{"a reply tag is no feed token", sealer.Tag(ada, Ref{RefPerson, ada}), false},
		{"a token with a letter more is none", token + "a", false},
		{"a token with a letter less is none", token[:len(token)-1], false},
		{"a token in capitals is none", strings.ToUpper(token), false},
		{"nothing is no token", "", false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			person, ok := sealer.OpenFeed(c.token)
			if ok != c.ok || ok && person != ada {
				t.Errorf("opened %q, %v", person, ok)
			}
		})
	}
	if _, _, ok := sealer.Open(token); ok {
		t.Error("a feed token opens as a reply tag")
	}
}

func TestEntriesAreWhatStandsInTheCalendar(t *testing.T) {
	for _, c := range []struct {
		rule    string
		session Session
		listed  bool
	}{
		{"a confirmed session is listed", Session{Status: SessionConfirmed}, true},
		{"a session whose move waits stands at its old time", Session{Status: SessionMoving}, true},
		{"a session that was held stays", Session{Status: SessionHeld}, true},
		{"a cancelled session goes", Session{Status: SessionCancelled}, false},
		{"a missed session goes", Session{Status: SessionMissed}, false},
		{"a session without a time is not listed", Session{Status: SessionProposed}, false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			w := newWorld(t, "2027-01-18T10:00:00Z")
			c.session.ID, c.session.Pair, c.session.UID, c.session.Created = "sessionsessi", theirs, "u@example.org", w.Now
			if c.session.Status != SessionProposed {
				c.session.Start, c.session.End = at("2027-01-27T14:00:00Z"), at("2027-01-27T14:45:00Z")
			}
			w.AddSession(c.session)
			entries := w.load(ada).Entries()
			if (len(entries) == 1) != c.listed {
				t.Fatalf("%d entries", len(entries))
			}
			if !c.listed {
				return
			}
			e := entries[0]
			if e.To != ada || e.Facts.Partner != "Tomás Lima" || !e.Event.Start.Equal(c.session.Start) || e.Event.UID != c.session.UID {
				t.Errorf("entry %+v with event %+v", e, e.Event)
			}
			if again := w.load(ada).Entries()[0]; again.ID != e.ID || !again.Event.Stamp.Equal(e.Event.Stamp) {
				t.Error("the same session gives another entry the second time")
			}
		})
	}
}
