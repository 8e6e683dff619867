package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
	"github.com/mentorpost/mentorpost/web"
)

// booked is a stage on which a session has been booked.
func booked(t *testing.T) *stage {
	t.Helper()
	st, err := openStage(t.Context(), t.TempDir(), io.Discard, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(st.close)
	for _, s := range demoScript {
		if err := st.play(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if slices.Contains(s.expect, "invite>tomas") {
			return st
		}
	}
	t.Fatal("nothing is booked in the demo")
	return nil
}

func (st *stage) person(t *testing.T, c correspondent) program.Person {
	t.Helper()
	p, err := st.service.store.FindPersonByAddress(t.Context(), c.address)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// since are the kinds of the letters that were queued after the first ones.
func (st *stage) since(t *testing.T, first int) []string {
	t.Helper()
	letters, err := st.service.store.Outbox(t.Context(), store.OutboxFilter{Offset: first})
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{}
	for _, l := range letters {
		kinds = append(kinds, string(l.Letter.Kind)+">"+l.Letter.Address)
	}
	return kinds
}

func TestOneClickDoesWhatStopDoes(t *testing.T) {
	type outcome struct {
		status  program.PersonStatus
		letters string
		session program.SessionStatus
	}
	after := func(st *stage, before int) outcome {
		sessions, err := st.service.store.Sessions(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return outcome{st.person(t, tomas).Status, strings.Join(st.since(t, before), " "), sessions[0].Status}
	}
	byMail := booked(t)
	before := len(byMail.since(t, 0))
	stop := step{what: "the mentee stops", at: "2027-01-04T17:00:00Z", do: reply(tomas, program.LetterInvite, "STOP")}
	if err := byMail.play(t.Context(), stop); err != nil {
		t.Fatal(err)
	}
	want := after(byMail, before)

	byClick := booked(t)
	source := webSource{byClick.service}
	id := byClick.person(t, tomas).ID
	for _, click := range []string{"the first", "the second"} { // which changes nothing more
		if err := source.Unsubscribe(t.Context(), id); err != nil {
			t.Fatal(click, err)
		}
		if got := after(byClick, before); got != want || got.status != program.PersonLeft {
			t.Errorf("after %s click %+v, after the mail %+v", click, got, want)
		}
	}
	if err := source.Unsubscribe(t.Context(), "nobodynobody"); !errors.Is(err, web.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

func TestTheAddressInMailsUnsubscribes(t *testing.T) {
	st := booked(t)
	s := st.service
	s.composer.PublicURL = "https://mentoring.example.org/"
	letters, err := s.store.Outbox(t.Context(), store.OutboxFilter{Limit: 1})
	if err != nil || len(letters) != 1 {
		t.Fatal(letters, err)
	}
	message, err := s.composer.Compose(letters[0].Letter)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(message.Raw))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(parsed.Header.Get("List-Unsubscribe"), "<https://mentoring.example.org")
	path, _, _ := strings.Cut(rest, ">")
	if !found {
		t.Fatalf("no address to click in %q", parsed.Header.Get("List-Unsubscribe"))
	}
	site, err := s.site(false)
	if err != nil {
		t.Fatal(err)
	}
	click := httptest.NewRequest("POST", path, strings.NewReader(parsed.Header.Get("List-Unsubscribe-Post")))
	click.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	site.ServeHTTP(answer, click)
	p, err := s.store.FindPerson(t.Context(), letters[0].Letter.To)
	if err != nil || answer.Code != http.StatusOK || p.Status != program.PersonLeft {
		t.Errorf("%d, %s is %s: %v", answer.Code, p.Name, p.Status, err)
	}
}

func TestFeedHoldsThePersonsSessions(t *testing.T) {
	st := booked(t)
	source := webSource{st.service}
	for _, who := range []struct{ own, partner correspondent }{{ada, tomas}, {tomas, ada}} {
		feed, err := source.Feed(t.Context(), st.person(t, who.own).ID)
		if err != nil || len(feed.Events) != 1 {
			t.Fatalf("%s: %d events, %v", who.own.name, len(feed.Events), err)
		}
		e := feed.Events[0]
		if e.Start.IsZero() || !strings.Contains(e.Summary, who.partner.name) || e.Location == "" {
			t.Errorf("%s: %+v", who.own.name, e)
		}
		again, err := source.Feed(t.Context(), st.person(t, who.own).ID)
		if err != nil || !again.Events[0].Stamp.Equal(e.Stamp) || again.Events[0].Summary != e.Summary {
			t.Errorf("%s: the feed is another the second time, %v", who.own.name, err)
		}
	}
	if _, err := source.Feed(t.Context(), "nobodynobody"); !errors.Is(err, web.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

func TestOverviewIsFilledFromTheStore(t *testing.T) {
	st := booked(t)
	o, err := webSource{st.service}.Overview(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(o.People) != 2 || len(o.Pairs) != 1 || len(o.Sessions) != 1 || o.Waiting != 0 {
		t.Errorf("%+v", o)
	}
	if rate := o.Rates[st.person(t, tomas).ID]; rate != (program.Rate{Asked: 5, Answered: 5}) { // all that he was asked up to the booking
		t.Errorf("rate of the mentee: %+v", rate)
	}
	standing, err := st.service.standing(t.Context())
	if err != nil || standing.Letters["sent"] == 0 || standing.Mails["acted"] != 7 || !maps.Equal(standing.Letters, map[string]int{"queued": 0, "retry": 0, "unknown": 0, "failed": 0, "sent": standing.Letters["sent"]}) || standing.CaughtUp >= 0 {
		t.Errorf("standing %+v, %v", standing, err)
	}
}

func TestTrouble(t *testing.T) {
	st := booked(t)
	source := webSource{st.service}
	expect := func(rule string, want ...string) {
		t.Helper()
		if got := source.Trouble(t.Context()); !slices.Equal(got, want) {
			t.Errorf("%s: %q", rule, got)
		}
	}
	expect("a mailbox that was never read is trouble", "the mailbox has not been read yet")
	if err := st.service.catchUp(t.Context(), st.client); err != nil {
		t.Fatal(err)
	}
	expect("after a look through the mailbox all is well")
	st.service.counts.catchUp(time.Now().Add(-11 * time.Minute))
	expect("a look long ago is trouble", "the mailbox was last read to its end 11 minutes ago; 10 are too many")
	st.service.counts.catchUp(time.Now())
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // stands for a database that does not answer in time
	if got := source.Trouble(ctx); !slices.Equal(got, []string{"the database does not answer"}) {
		t.Errorf("a silent database is trouble: %q", got)
	}
}

func TestServeServesTheWebAndStopsWithIt(t *testing.T) {
	st := booked(t)
	s := st.service
	s.config.HTTP.Listen = "127.0.0.1:0"
	if err := s.listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	stopped := make(chan error, 1)
	go func() { stopped <- s.serve(ctx) }()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for path, want := range map[string]string{
		"/healthz":                              "alive",
		"/":                                     "Ada Lang", // embedded mode on loopback is open
		"/metrics":                              `mentorpost_sends_total{outcome="sent"} `,
		s.sealer.FeedPath(st.person(t, ada).ID): "BEGIN:VEVENT",
	} {
		answer, err := client.Get("http://" + s.web.Addr().String() + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(body), want) {
			t.Errorf("%s: %d %v\n%s", path, answer.StatusCode, err, body)
		}
	}
	second := &service{config: s.config}
	second.config.HTTP.Listen = s.web.Addr().String()
	if err := second.listen(t.Context()); err == nil || !strings.Contains(err.Error(), "http.listen") {
		t.Errorf("a second one at the same address: %v", err)
	}
	stop()
	if err := <-stopped; err != nil {
		t.Errorf("stopped with %v", err)
	}
}

func TestCheckWeb(t *testing.T) {
	for _, c := range []struct {
		rule string
		set  func(*Config)
		want string
	}{
		{"embedded mode needs no password", func(c *Config) { c.Embedded = true }, ""},
		{"elsewhere a page that nobody may see is a warning", func(*Config) {}, "warning nobody can see the coordinator's page"},
		{"with a password all is well", func(c *Config) { c.HTTP.CoordinatorPassword = "x" }, ""},
		{"with a trusted header all is well", func(c *Config) { c.HTTP.TrustedHeader = "X-User" }, ""},
		{"without the web part there is no page to see", func(c *Config) { c.HTTP.Listen = "" }, ""},
		{"an address in mails that nothing answers is wrong", func(c *Config) { c.HTTP.Listen, c.HTTP.PublicURL = "", "https://m.example.org" }, "failed mails would offer"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			config := defaultConfig()
			c.set(&config)
			got := ""
			for _, f := range checkWeb(config) {
				got += string(f.level) + " " + f.text + "\n"
			}
			if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("found %q", got)
			}
		})
	}
}
