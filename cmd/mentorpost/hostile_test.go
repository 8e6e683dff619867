package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/inbox"
)

// victim is the pair with a booked session that a row has to itself.
type victim struct {
	*town
	ada, tomas correspondent
	invite     inbox.Mail // as Tomás got it
	raw        []byte
	uid        string // of the session
	start, end time.Time
	to         string // the sealed address in Tomás's invite
}

// hostile is one row: what comes in, and all that may come of it.
type hostile struct {
	rule    string
	mail    func(v victim) []byte
	times   int    // how often a like mail comes; 1 where zero
	result  string // recorded of the last
	reason  string // begins so
	aside   bool   // filed in quarantine
	mails   string // "who kind" of all that goes out, in order; or any
	session string // "confirmed" where empty
	check   func(t *testing.T, v victim, out []letterIn)
}

// TestHostileMail lays one bad mail after another. Each ends in one recorded
// outcome, none stops the rest, nothing changes without proof, and nobody is
// answered who must not be.
func TestHostileMail(t *testing.T) {
	dovecot := servers.StartDovecot(t)
	for _, database := range databases {
		dovecot.User(t, database)
	}
	for _, database := range databases {
		t.Run(database, func(t *testing.T) {
			w := newTown(t, dovecot, database, database, len(hostiles), servers.Script{})
			w.agree = true
			w.live(func(*testing.T) {})
			w.clock = w.clock.Add(time.Hour)
			for i, row := range hostiles {
				t.Run(row.rule, func(t *testing.T) { w.suffer(t, w.victim(t, i), row) })
			}
			w.settled()
		})
	}
}

func (w *town) victim(t *testing.T, pair int) victim {
	t.Helper()
	v := victim{town: w, ada: mentor(pair), tomas: mentee(pair)}
	for _, m := range w.smtp.Mails() {
		if kindOf(m.Raw) != "invite" || m.To[0] != v.tomas.address {
			continue
		}
		v.invite, v.raw = inbox.Parse(m.Raw, inbox.DefaultLimits()), m.Raw
		v.to = v.invite.ReplyTo[0].Address
		part, err := ics.Decode(v.invite.Calendar, ics.Options{Method: v.invite.CalendarMethod})
		if err != nil {
			t.Fatal(err)
		}
		v.uid, v.start, v.end = part.UID, part.Start, part.End
	}
	return v
}

// suffer lays the mails of a row and holds what came of them.
func (w *town) suffer(t *testing.T, v victim, row hostile) {
	before := len(w.smtp.Mails())
	for range max(1, row.times) {
		w.lay(row.mail(v))
	}
	w.run("tick", "--now", w.clock.Format(time.RFC3339))
	var out []letterIn
	var got []string
	for _, m := range w.smtp.Mails()[before:] {
		mail := letterIn{inbox.Parse(m.Raw, inbox.DefaultLimits()), kindOf(m.Raw)}
		who, _, _ := strings.Cut(m.To[0], "@")
		got = append(got, strings.TrimRight(who, "0123456789")+" "+mail.kind)
		out = append(out, mail)
		if len(m.To) != 1 {
			t.Errorf("one mail went to %v", m.To)
		}
	}
	slices.Sort(got)
	if row.mails != "any" && strings.Join(got, ", ") != row.mails {
		t.Errorf("mails out: %q, want %q", strings.Join(got, ", "), row.mails)
	}
	last := w.query("SELECT result || '|' || reason || '|' || (CASE WHEN quarantine THEN 1 ELSE 0 END) FROM inbound ORDER BY id DESC LIMIT 1")[0]
	result, rest, _ := strings.Cut(last, "|")
	if row.result != "any" && result != row.result || !strings.HasPrefix(rest, row.reason) || strings.HasSuffix(rest, "|1") != row.aside {
		t.Errorf("recorded %s, want %s|%s… and quarantine %v", last, row.result, row.reason, row.aside)
	}
	want := "confirmed"
	if row.session != "" {
		want = row.session
	}
	if status := w.query("SELECT status FROM sessions WHERE uid = '" + v.uid + "'")[0]; status != want {
		t.Errorf("the session is %s, want %s", status, want)
	}
	if row.check != nil {
		row.check(t, v, out)
	}
}

// compose is a raw mail from its body and its fields.
func (v victim) compose(body string, fields ...string) []byte {
	return []byte(strings.Join(append(fields, "Date: "+v.clock.Format(time.RFC1123Z), "", body), "\r\n"))
}

// from, sealed and id are the fields of an ordinary answer of Tomás's.
func (v victim) from() string   { return "From: " + v.tomas.address }
func (v victim) sealed() string { return "To: " + v.to }
func (v victim) id() string     { return fmt.Sprintf("Message-ID: <%d@example.com>", v.laid) }

const cancelPlease = "Please cancel it, I cannot make it.\r\n"

// button is a calendar answer of some attendee's from some address.
func (v victim) button(from, attendee, stat string) []byte {
	who := correspondent{"Somebody", attendee, "UTC", ""}
	raw := pressed(who, v.invite, v.uid, 0, stat, v.clock)
	return bytes.Replace(raw, []byte("<"+attendee+">"), []byte("<"+from+">"), 1)
}

// report is a delivery status notification (RFC 3464) about the invite.
func (v victim) report(recipient, action, status string) []byte {
	return v.compose("--b\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n"+
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"+
		"Final-Recipient: rfc822; "+recipient+"\r\nAction: "+action+"\r\nStatus: "+status+"\r\nDiagnostic-Code: smtp; "+status+"\r\n\r\n"+
		"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <"+v.invite.MessageID+">\r\nTo: "+recipient+"\r\n\r\n--b--\r\n",
		"Return-Path: <>", "From: MAILER-DAEMON@mx.example.com", v.sealed(), v.id(), "Subject: Undelivered Mail Returned to Sender",
		"Auto-Submitted: auto-replied", "MIME-Version: 1.0", `Content-Type: multipart/report; report-type=delivery-status; boundary="b"`)
}

// complaint is a feedback report (RFC 5965) about the invite.
func (v victim) complaint() []byte {
	return v.compose("--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n"+
		"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: Loop/1\r\nVersion: 1\r\nOriginal-Rcpt-To: "+v.tomas.address+"\r\n\r\n"+
		"--b\r\nContent-Type: message/rfc822\r\n\r\n"+string(v.raw)+"\r\n--b--\r\n",
		"From: feedback@example.com", v.sealed(), v.id(), "Subject: abuse report",
		"MIME-Version: 1.0", `Content-Type: multipart/report; report-type=feedback-report; boundary="b"`)
}

// forget takes out of a report all that only those know who have our mail.
func forget(report []byte, v victim) []byte {
	report = bytes.ReplaceAll(report, []byte(v.to), []byte("mentor@example.org"))
	return bytes.ReplaceAll(report, []byte(v.invite.MessageID), []byte("guessed@example.org"))
}

var hostiles = []hostile{
	{rule: "a mail of no bytes is unreadable", mail: func(v victim) []byte { return nil },
		result: "aside", reason: "unknown sender", aside: true},
	{rule: "a mail without From is not answered", mail: func(v victim) []byte {
		return v.compose(cancelPlease, v.sealed(), v.id(), "Subject: x")
	}, result: "aside", reason: "", aside: true},
	{rule: "an unknown sender is never answered", mail: func(v victim) []byte {
		return v.compose("HELP\r\n", "From: eve@example.info", "To: mentor@example.org", v.id(), "Subject: let me in")
	}, result: "aside", reason: "unknown sender eve@example.info", aside: true},
	{rule: "a broken multipart is kept aside", mail: func(v victim) []byte {
		return v.compose("\x00\x01\x02\xff\xfe\x80", v.from(), v.sealed(), v.id(), "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=")
	}, result: "asked", reason: "unreadable", aside: true, mails: "tomas help"},
	{rule: "NUL and broken UTF-8 are borne by either database", mail: func(v victim) []byte {
		return v.compose("HELP\r\n\x00 \xff\xfe\r\n", v.from(), v.sealed(), v.id(), "Subject: a\x00b \xff")
	}, result: "acted", mails: "any"},
	{rule: "ten thousand header fields are too many", mail: func(v victim) []byte {
		return v.compose(cancelPlease, v.from(), v.sealed(), v.id(), strings.Repeat("X-Noise: 1\r\n", 10000)+"X-End: 1")
	}, result: "asked", reason: "oversized", aside: true, mails: "tomas help"},
	{rule: "five thousand nested parts are too deep", mail: func(v victim) []byte {
		var body strings.Builder
		for i := range 5000 {
			fmt.Fprintf(&body, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i, i+1)
		}
		return v.compose(body.String(), v.from(), v.sealed(), v.id(), "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b0")
	}, result: "asked", reason: "oversized", aside: true, mails: "tomas help"},
	{rule: "a line of a megabyte is only a long line", mail: func(v victim) []byte {
		return v.compose(strings.Repeat("word ", 1<<18)+"\r\n", v.from(), v.sealed(), v.id(), "Subject: long")
	}, result: "any", mails: "any"},
	{rule: "a line break in a subject starts no header field of ours", mail: func(v victim) []byte {
		return v.compose("HELP\r\n", v.from(), v.sealed(), v.id(), "Subject: =?utf-8?Q?Hi=0D=0ABcc:_eve@example.info=0D=0A=0D=0ABody?=",
			"References: <a@b>\r\n\t<c\x0b@d>")
	}, result: "acted", mails: "tomas help", check: noInjection},
	{rule: "a line break in a name starts no header field of ours", mail: func(v victim) []byte {
		return v.compose("HELP\r\n", "From: =?utf-8?Q?T=0D=0ABcc:_eve@example.info?= <"+v.tomas.address+">", v.sealed(), v.id(), "Subject: x")
	}, result: "acted", mails: "tomas help", check: noInjection},
	{rule: "a forged Mentorpost-Kind says no more than that it is ours", mail: func(v victim) []byte {
		return v.compose(cancelPlease, v.from(), v.sealed(), v.id(), "Mentorpost-Kind: coordinator-prompt")
	}, result: "aside", reason: "our own mail"},
	{rule: "our own mail that comes back is not answered", mail: func(v victim) []byte {
		return append([]byte("Delivered-To: "+v.to+"\r\n"), v.raw...)
	}, result: "aside", reason: "our own mail"},
	{rule: "a seal with one character changed proves nothing", mail: func(v victim) []byte {
		return v.compose(cancelPlease, v.from(), "To: "+tampered(v.to), v.id(), "Subject: x")
	}, result: "asked", reason: "not proven", aside: true, mails: "tomas confirm"},
	{rule: "forged mails make one confirmation, not a flood", mail: func(v victim) []byte {
		return v.compose(cancelPlease, v.from(), "To: mentor@example.org", v.id(), "Subject: x")
	}, times: 5, result: "aside", reason: "not proven, and an earlier confirmation", aside: true, mails: "tomas confirm"},
	{rule: "a responder that hides that it is one is answered sixty times, not for ever", mail: func(v victim) []byte {
		return v.compose("STATUS\r\n", v.from(), v.sealed(), v.id(), "Subject: Re: x")
	}, times: 300, result: "aside", reason: "more than 60 mails within an hour", aside: true,
		mails: "ops coordinator-prompt, " + strings.TrimSuffix(strings.Repeat("tomas status, ", 60), ", ")},
	{rule: "another person's seal proves nothing", mail: func(v victim) []byte {
		return v.compose(cancelPlease, "From: "+v.ada.address, v.sealed(), v.id(), "Subject: x")
	}, result: "asked", reason: "not proven", aside: true, mails: "ada confirm"},
	{rule: "a stranger with the sealed address changes nothing", mail: func(v victim) []byte {
		return v.compose(cancelPlease, "From: eve@example.info", v.sealed(), v.id(), "In-Reply-To: <"+v.invite.MessageID+">")
	}, result: "asked", reason: "not proven", aside: true, mails: "tomas confirm"},
	{rule: "a stranger who answers a forwarded invitation is asked about", mail: func(v victim) []byte {
		return v.button("eve@example.info", "eve@example.info", "DECLINED")
	}, result: "asked", reason: "answer of an address that is not registered: eve@example.info", mails: "tomas confirm"},
	{rule: "a stranger's DECLINED in the mentee's own name is asked about", mail: func(v victim) []byte {
		return v.button("eve@example.info", v.tomas.address, "DECLINED")
	}, result: "asked", reason: "answer of an address that is not registered: eve@example.info", mails: "tomas confirm"},
	{rule: "the partner's DECLINED in the mentee's name is set aside", mail: func(v victim) []byte {
		return v.button(v.ada.address, v.tomas.address, "DECLINED")
	}, result: "aside", reason: "calendar answer in the partner's name", aside: true},
	{rule: "a party crasher is not let in", mail: func(v victim) []byte {
		return v.button(v.tomas.address, "eve@example.info", "ACCEPTED")
	}, result: "asked", reason: "answer of an address that is not registered: eve@example.info", mails: "tomas confirm"},
	{rule: "strangers' answers make one question, not a flood", mail: func(v victim) []byte {
		return v.button("eve@example.info", fmt.Sprintf("eve%d@example.info", v.laid), "DECLINED")
	}, times: 5, result: "aside", reason: "not proven, and an earlier confirmation", aside: true, mails: "tomas confirm"},
	{rule: "a button for another pair's session does nothing", mail: func(v victim) []byte {
		v.uid = "other@example.org"
		return v.button(v.tomas.address, v.tomas.address, "DECLINED")
	}, result: "aside", reason: "calendar answer to an unknown UID", aside: true},
	{rule: "mail from a list is not answered", mail: func(v victim) []byte {
		return v.compose(cancelPlease, v.from(), v.sealed(), v.id(), "List-Id: <all.example.com>", "Precedence: list")
	}, result: "aside", reason: "mailing-list mail"},
	{rule: "an automatic reply is not answered", mail: func(v victim) []byte {
		return v.compose(cancelPlease, v.from(), v.sealed(), v.id(), "Auto-Submitted: auto-replied", "Subject: Re: x")
	}, result: "stored", reason: "automatic reply"},
	{rule: "a bounce of what we never sent says nothing", mail: func(v victim) []byte {
		return v.compose("Your bounce bounced.\r\n", "Return-Path: <>", "From: MAILER-DAEMON@mx.example.com", "To: mentor@example.org", v.id(),
			"Auto-Submitted: auto-replied", "Subject: Undelivered Mail Returned to Sender")
	}, result: "aside", reason: "unknown sender", aside: true},
	{rule: "a bounce that knows neither our mail nor its return address suspends nobody", mail: func(v victim) []byte {
		return forget(v.report(v.tomas.address, "failed", "5.1.1"), v)
	}, result: "aside", reason: "not proven: bounce", aside: true, check: deliverable(true)},
	{rule: "a bounce that some server has signed speaks for that server alone", mail: func(v victim) []byte {
		report := bytes.Replace(forget(v.report(v.tomas.address, "failed", "5.1.1"), v), []byte("mx.example.com\r\nTo"), []byte("evil.example.info\r\nTo"), 1)
		return append([]byte("Authentication-Results: mx.example.org; dkim=pass header.d=evil.example.info; dmarc=pass header.from=evil.example.info\r\n"), report...)
	}, result: "aside", reason: "not proven: bounce", aside: true, check: deliverable(true)},
	{rule: "complaints that know no mail of ours are no flood to the coordinator", mail: func(v victim) []byte {
		return bytes.Replace(forget(v.complaint(), v), []byte("feedback@example.com"), []byte(v.tomas.address), 1)
	}, times: 3, result: "aside", reason: "not proven: complaint", aside: true},
	{rule: "a sender of five thousand octets stops nobody", mail: func(v victim) []byte {
		noise := rand.New(rand.NewPCG(1, uint64(v.laid)))
		var local strings.Builder // that no index compresses
		for range 5000 {
			local.WriteByte('a' + byte(noise.IntN(26)))
		}
		return v.compose(cancelPlease, "From: "+local.String()+"@example.info", "To: mentor@example.org", v.id(), "Subject: x")
	}, result: "aside", reason: "unknown sender", aside: true},
	{rule: "a soft bounce changes nothing", mail: func(v victim) []byte { return v.report(v.tomas.address, "delayed", "4.2.2") },
		result: "stored", reason: "bounce, not permanent", check: deliverable(true)},
	{rule: "a hard bounce suspends the address and tells the coordinator", mail: func(v victim) []byte {
		return v.report(v.tomas.address, "failed", "5.1.1")
	}, result: "coordinator", reason: "bounce: ", mails: "ops coordinator-prompt", check: deliverable(false)},
	{rule: "a second hard bounce tells nobody again", mail: func(v victim) []byte { return v.report(v.tomas.address, "failed", "5.1.1") },
		times: 2, result: "coordinator", reason: "bounce: ", mails: "ops coordinator-prompt", check: deliverable(false)},
	{rule: "a complaint tells the coordinator", mail: func(v victim) []byte { return v.complaint() },
		result: "coordinator", reason: "complaint", mails: "ops coordinator-prompt"},
}

// tampered changes the last character of the seal.
func tampered(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	last := byte('a')
	if local[len(local)-1] == 'a' {
		last = 'b'
	}
	return local[:len(local)-1] + string(last) + "@" + domain
}

func noInjection(t *testing.T, _ victim, out []letterIn) {
	for _, m := range out {
		for _, address := range m.Recipients {
			if strings.Contains(address, "eve") {
				t.Errorf("our mail names %s", address)
			}
		}
	}
}

// deliverable holds whether the mentee may still be mailed.
func deliverable(want bool) func(*testing.T, victim, []letterIn) {
	return func(t *testing.T, v victim, _ []letterIn) {
		rows := v.query("SELECT CASE WHEN undeliverable THEN 1 ELSE 0 END FROM people WHERE email = '" + v.tomas.address + "'")
		if (rows[0] == "0") != want {
			t.Errorf("undeliverable is %s", rows[0])
		}
	}
}
