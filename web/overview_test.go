package web

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

const day = 24 * time.Hour

// sample is a pair with nothing special about it.
func sample() Overview {
	return Overview{
		People: []program.Person{
			{ID: tomas, Name: "Tomás Oliveira", Email: "tomas@example.com", Status: program.PersonActive},
			{ID: ada, Name: "Ada Krüger", Email: "ada@example.net", Status: program.PersonActive},
		},
		Pairs: []program.Pair{{ID: "pairpairpair", Mentor: ada, Mentee: tomas, Status: program.PairActive}},
		Rates: map[program.ID]program.Rate{},
	}
}

func session(status program.SessionStatus, start time.Duration) program.Session {
	return program.Session{ID: program.ID(status), Pair: "pairpairpair", Status: status, Start: noon.Add(start), End: noon.Add(start + time.Hour), Created: noon.Add(start - day)}
}

func TestSessionsOnThePage(t *testing.T) {
	search := program.Session{ID: "s", Pair: "pairpairpair", Status: program.SessionProposed, Created: noon.Add(-day)}
	for _, c := range []struct {
		rule             string
		sessions         []program.Session
		next, nextStatus string
		last, lastStatus string
		stalled          bool
	}{
		{"a pair without sessions has none", nil, "", "none", "", "none", false},
		{"a booked one ahead is the next", []program.Session{session(program.SessionConfirmed, day)}, "Tue 26 Jan 2027, 12:00", "booked", "", "none", false},
		{"of two ahead the nearer is the next", []program.Session{session(program.SessionConfirmed, 3*day), session(program.SessionMoving, day)}, "Tue 26 Jan 2027, 12:00", "booked; a move waits for an answer", "", "none", false},
		{"one under way is still the next", []program.Session{session(program.SessionConfirmed, -time.Minute)}, "Mon 25 Jan 2027, 11:59", "booked", "", "none", false},
		{"one that is over is the last", []program.Session{session(program.SessionConfirmed, -2*time.Hour)}, "", "none", "Mon 25 Jan 2027, 10:00", "nobody has said yet whether it took place", false},
		{"of two that are over the later is the last", []program.Session{session(program.SessionHeld, -3*day), session(program.SessionMissed, -day)}, "", "none", "Sun 24 Jan 2027, 12:00", "missed", false},
		{"a search is told beside the last", []program.Session{session(program.SessionHeld, -day), search}, "", "a time is being looked for", "Sun 24 Jan 2027, 12:00", "held", false},
		{"a booked one comes before a search", []program.Session{search, session(program.SessionConfirmed, day)}, "Tue 26 Jan 2027, 12:00", "booked", "", "none", false},
		{"one that was cancelled ahead of time is not shown", []program.Session{session(program.SessionCancelled, day)}, "", "none", "", "none", false},
		{"twenty-one days without a session are pointed at", []program.Session{session(program.SessionHeld, -21*day-time.Hour), search}, "", "a time is being looked for", "Mon 4 Jan 2027, 11:00", "held", true},
		{"a minute less is not", []program.Session{session(program.SessionHeld, -21*day-time.Hour+time.Minute), search}, "", "a time is being looked for", "Mon 4 Jan 2027, 11:01", "held", false},
		{"a missed one is no session", []program.Session{session(program.SessionHeld, -30*day), session(program.SessionMissed, -2*day)}, "", "none", "Sat 23 Jan 2027, 12:00", "missed", true},
		{"one that is said to have been held is the last, whatever the clock says", []program.Session{session(program.SessionHeld, day)}, "", "none", "Tue 26 Jan 2027, 12:00", "held", false},
		{"with one booked ahead nothing is pointed at", []program.Session{session(program.SessionHeld, -60*day), session(program.SessionConfirmed, day)}, "Tue 26 Jan 2027, 12:00", "booked", "Thu 26 Nov 2026, 12:00", "held", false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			o := sample()
			o.Sessions = c.sessions
			r := newReport(o, "P", time.UTC, noon)
			got := r.Pairs[0]
			if got.Next.Text != c.next || got.NextStatus != c.nextStatus || got.Last.Text != c.last || got.LastStatus != c.lastStatus {
				t.Errorf("next %q %q, last %q %q", got.Next.Text, got.NextStatus, got.Last.Text, got.LastStatus)
			}
			if (len(r.Concerns) == 1) != c.stalled {
				t.Errorf("concerns %q", r.Concerns)
			}
		})
	}
}

func TestPeopleOnThePage(t *testing.T) {
	late := func(n int, c program.Change) []program.Change {
		c.Person, c.Late = ada, true
		if c.ReceivedAt.IsZero() {
			c.ReceivedAt = noon.Add(-day)
		}
		var changes []program.Change
		for range n {
			changes = append(changes, c)
		}
		return changes
	}
	for _, c := range []struct {
		rule          string
		changes       []program.Change
		rate          program.Rate
		undeliverable bool
		late, replies string
		concerns      int
	}{
		{"who was never asked has no rate", nil, program.Rate{}, false, "0", "–", 0},
		{"a rate is shown with its numbers", nil, program.Rate{Asked: 8, Answered: 7}, false, "0", "7 of 8 (87%)", 0},
		{"late changes are counted", late(2, program.Change{}), program.Rate{}, false, "2", "–", 0},
		{"changes in time are not", []program.Change{{Person: ada, ReceivedAt: noon}}, program.Rate{}, false, "0", "–", 0},
		{"three are pointed at", late(3, program.Change{}), program.Rate{}, false, "3", "–", 1},
		{"waived ones are told and not pointed at", late(3, program.Change{Waived: true}), program.Rate{}, false, "3, 3 waived", "–", 0},
		{"those of ninety days ago still count", late(1, program.Change{ReceivedAt: noon.Add(-90 * day)}), program.Rate{}, false, "1", "–", 0},
		{"those before that no longer do", late(3, program.Change{ReceivedAt: noon.Add(-90*day - time.Second)}), program.Rate{}, false, "0", "–", 0},
		{"an address that takes no mail is pointed at", nil, program.Rate{}, true, "0", "–", 1},
	} {
		t.Run(c.rule, func(t *testing.T) {
			o := sample()
			o.Changes, o.Rates[ada], o.People[1].Undeliverable = c.changes, c.rate, c.undeliverable
			r := newReport(o, "P", nil, noon)
			if got := r.People[0]; got.Name != "Ada Krüger" || got.Late != c.late || got.Replies != c.replies {
				t.Errorf("%+v", got)
			}
			if len(r.Concerns) != c.concerns {
				t.Errorf("concerns %q", r.Concerns)
			}
		})
	}
}

func TestWhoWasForgottenIsNotShown(t *testing.T) {
	o := sample()
	o.People[0] = program.Person{ID: tomas, Email: "forgotten-tomas@invalid", Status: program.PersonLeft, Undeliverable: true}
	r := newReport(o, "P", nil, noon)
	if len(r.People) != 1 || r.People[0].Name != "Ada Krüger" || len(r.Concerns) != 0 {
		t.Errorf("people %+v, concerns %q", r.People, r.Concerns)
	}
	if r.Pairs[0].Mentor != "Ada Krüger" || r.Pairs[0].Mentee != "somebody who was forgotten" {
		t.Errorf("pair %+v", r.Pairs[0])
	}
}

func TestThePageIsWhole(t *testing.T) {
	o := sample()
	o.People[1].Name = `<script>alert("Ada")</script> & "Krüger" </style>`
	o.Sessions = []program.Session{session(program.SessionConfirmed, day)}
	o.Sessions[0].Bids = []program.Bid{{By: ada, Zone: "Secret/Place"}}
	o.Waiting, o.Undeliverable, o.Quarantined, o.FailingCalendars = 1, 2, 3, 4
	ended := o.Pairs[0]
	ended.ID, ended.Status = "endedendeden", program.PairEnded
	o.Pairs = append([]program.Pair{ended}, o.Pairs...)
	opts := options(&sourceStub{overview: o})
	opts.Zone = time.FixedZone("Europe/Berlin", 3600)
	page := ask(New(opts), "GET", "/", password("open sesame")).Body.String()
	for rule, want := range map[string]string{
		"names are harmless":                 `&lt;script&gt;alert(&#34;Ada&#34;)&lt;/script&gt; &amp; &#34;Krüger&#34; &lt;/style&gt;`,
		"times are those of the program":     `<time datetime="2027-01-26T13:00:00&#43;01:00">Tue 26 Jan 2027, 13:00</time>`,
		"waiting letters are counted":        "<b>1</b> letter waiting",
		"undeliverable letters are counted":  "<b>2</b> letters undeliverable",
		"mails in quarantine are counted":    "<b>3</b> mails in quarantine",
		"calendars that fail are counted":    "4 calendars that people gave cannot be read",
		"the page says how to look further":  "“mentorpost quarantine” lists them",
		"the page says whose times are told": "All times are those of Europe/Berlin.",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s: no %s", rule, want)
		}
	}
	for rule, never := range map[string]string{
		"no script runs":                "<script",
		"no handler stands in the page": "onclick",
		"nothing of a proposal is told": "Secret",
	} {
		if strings.Contains(page, never) {
			t.Errorf("%s: %s", rule, never)
		}
	}
	if strings.Index(page, ">active<") > strings.Index(page, ">ended<") {
		t.Error("ended pairs do not come last")
	}
}

// The policy lets through the stylesheet that stands in the page, to the byte.
func TestTheStylesheetIsTheOneThatThePolicyNames(t *testing.T) {
	h := New(options(&sourceStub{}))
	answer := ask(h, "GET", "/", password("open sesame"))
	_, rest, _ := strings.Cut(answer.Body.String(), "<style>")
	sheet, _, found := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(sheet))
	if want := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !found || !strings.Contains(answer.Header().Get("Content-Security-Policy"), want) {
		t.Errorf("the policy does not name %s", want)
	}
}

func TestEmptyAndBrokenPrograms(t *testing.T) {
	s := &sourceStub{}
	h := New(options(s))
	page := ask(h, "GET", "/", password("open sesame")).Body.String()
	for _, want := range []string{"There are no pairs yet", "There is nobody yet", "Nothing at the moment"} {
		if !strings.Contains(page, want) {
			t.Errorf("an empty program does not say %q", want)
		}
	}
	s.err = errors.New("list people: dial tcp db.internal: refused")
	if got := ask(h, "GET", "/", password("open sesame")); got.Code != 500 || strings.Contains(got.Body.String(), "db.internal") {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

// WCAG 2.2 §1.4.3: text needs a contrast of 4.5 to what it stands on, by day
// and by night.
func TestColoursCanBeRead(t *testing.T) {
	day, night, found := strings.Cut(style, "prefers-color-scheme: dark")
	if !found {
		t.Fatal("there are no colours for the night")
	}
	for name, sheet := range map[string]string{"day": day, "night": night} {
		colours := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(sheet, -1) {
			colours[m[1]] = luminance(t, m[2])
		}
		for _, pair := range [][2]string{
			{"ink", "ground"}, {"ink", "sheet"}, {"ink", "mark"}, {"quiet", "ground"}, {"quiet", "sheet"}, {"accent-ink", "accent"},
		} {
			a, b := colours[pair[0]], colours[pair[1]]
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("by %s, %s on %s has a contrast of %.2f", name, pair[0], pair[1], ratio)
			}
		}
	}
}

// luminance is the relative luminance of an sRGB colour (WCAG 2.2, glossary).
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	rgb, err := strconv.ParseUint(colour, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(shift int) float64 {
		c := float64(rgb>>shift&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}
