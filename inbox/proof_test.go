package inbox_test

import (
	"strings"
	"testing"

	"github.com/mentorpost/mentorpost/inbox"
)

const trusted = "mx.example.org"

// received is the trace field of our server, and of another.
const (
	ourHop     = "Received: from out1.example.com (out1.example.com [192.0.2.25]) by mx.example.org (Postfix) with ESMTPS id 4Z; Mon, 08 Feb 2027 12:05:04 +0000\n"
	foreignHop = "Received: from laptop by out1.example.com with ESMTPSA id 9; Mon, 08 Feb 2027 12:05:01 +0000\n"
	fromAda    = "From: Ada <ada@example.com>\n"
)

func TestOnlyTheTrustedServersOwnResultsAreBelieved(t *testing.T) {
	for name, c := range map[string]struct {
		header string
		ok     bool
	}{
		"dmarc=pass for the author's domain":                  {ourHop + "Authentication-Results: mx.example.org; dmarc=pass header.from=example.com\n" + fromAda, true},
		"dmarc=pass with comments and a version":              {ourHop + "Authentication-Results: mx.example.org 1; dkim=none; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com\n" + fromAda, true},
		"folded over lines":                                   {ourHop + "Authentication-Results: mx.example.org;\n\tspf=pass smtp.mailfrom=example.com;\n\tdmarc=pass header.from=example.com\n" + fromAda, true},
		"dmarc=pass for another domain":                       {ourHop + "Authentication-Results: mx.example.org; dmarc=pass header.from=example.net\n" + fromAda, false},
		"dmarc=fail though a signature holds":                 {ourHop + "Authentication-Results: mx.example.org; dkim=pass header.d=example.com; dmarc=fail header.from=example.com\n" + fromAda, false},
		"an aligned signature without DMARC":                  {ourHop + "Authentication-Results: mx.example.org; dkim=pass header.d=example.com header.s=k1 header.b=abc\n" + fromAda, true},
		"a signature by a subdomain is aligned":               {ourHop + "Authentication-Results: mx.example.org; dkim=pass header.i=@mail.example.com\n" + fromAda, true},
		"the second of two signatures is aligned":             {ourHop + "Authentication-Results: mx.example.org; dkim=pass header.d=esp.net; dkim=pass header.d=example.com\n" + fromAda, true},
		"a signature by another domain":                       {ourHop + "Authentication-Results: mx.example.org; dkim=pass header.d=example.net\n" + fromAda, false},
		"a signature by a neighbour under a public suffix":    {ourHop + "Authentication-Results: mx.example.org; dkim=pass header.d=evil.co.uk\nFrom: a@good.co.uk\n", false},
		"a failed signature":                                  {ourHop + "Authentication-Results: mx.example.org; dkim=fail header.d=example.com\n" + fromAda, false},
		"SPF alone proves nothing about the author":           {ourHop + "Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=example.com\n" + fromAda, false},
		"another server's result":                             {ourHop + "Authentication-Results: mx.example.net; dmarc=pass header.from=example.com\n" + fromAda, false},
		"a server whose name begins like ours":                {ourHop + "Authentication-Results: mx.example.org.evil.net; dmarc=pass header.from=example.com\n" + fromAda, false},
		"the sender's own field below ours":                   {ourHop + "Authentication-Results: mx.example.org; dmarc=none header.from=example.com\nAuthentication-Results: mx.example.org; dmarc=pass header.from=example.com\n" + fromAda, false},
		"a field below a foreign hop":                         {ourHop + foreignHop + "Authentication-Results: mx.example.org; dmarc=pass header.from=example.com\n" + fromAda, false},
		"a field below a forged copy of our own hop":          {ourHop + foreignHop + ourHop + "Authentication-Results: mx.example.org; dmarc=pass header.from=example.com\n" + fromAda, false},
		"a field above our server's hop":                      {"Authentication-Results: mx.example.org; dmarc=pass header.from=example.com\n" + ourHop + fromAda, true},
		"a delivery agent's hop above ours":                   {"Received: from mx.example.org by store.hoster.example with LMTP; Mon, 08 Feb 2027 12:05:05 +0000\n" + ourHop + "Authentication-Results: mx.example.org; dmarc=pass header.from=example.com\n" + foreignHop + fromAda, true},
		"two hops of ours, the field between":                 {strings.Replace(ourHop, "by mx", "by in2", 1) + "Authentication-Results: mx.example.org; dmarc=pass header.from=example.com\n" + ourHop + foreignHop + fromAda, true},
		"a result inside a comment":                           {ourHop + "Authentication-Results: mx.example.org; spf=none (dmarc=pass header.from=example.com)\n" + fromAda, false},
		"a result inside a nested comment":                    {ourHop + "Authentication-Results: mx.example.org; spf=none (x (y); dmarc=pass header.from=example.com)\n" + fromAda, false},
		"a result after a quoted semicolon":                   {ourHop + "Authentication-Results: mx.example.org; spf=none smtp.mailfrom=\"a; dmarc=pass header.from=example.com; \"@evil.net\n" + fromAda, false},
		"a result behind an escaped quote":                    {ourHop + `Authentication-Results: mx.example.org; spf=none smtp.mailfrom="a\"; dmarc=pass header.from=example.com; \""@evil.net` + "\n" + fromAda, false},
		"a result behind an escaped bracket":                  {ourHop + `Authentication-Results: mx.example.org; spf=none (a \) ; dmarc=pass header.from=example.com)` + "\n" + fromAda, false},
		"a comment that never ends":                           {ourHop + "Authentication-Results: mx.example.org; dmarc=pass header.from=example.com (oops\n" + fromAda, false},
		"a quote that never ends":                             {ourHop + "Authentication-Results: mx.example.org; dmarc=pass header.from=example.com x=\"oops\n" + fromAda, false},
		"a reason that quotes a result":                       {ourHop + "Authentication-Results: mx.example.org; dmarc=none reason=\"dmarc=pass header.from=example.com\" header.from=example.com\n" + fromAda, false},
		"a property of the envelope is none of the header":    {ourHop + "Authentication-Results: mx.example.org; dkim=pass smtp.mailfrom=example.com\n" + fromAda, false},
		"two From fields":                                     {ourHop + "Authentication-Results: mx.example.org; dmarc=pass header.from=example.com\n" + fromAda + "From: boss@example.com\n", false},
		"two authors in one From field":                       {ourHop + "Authentication-Results: mx.example.org; dmarc=pass header.from=example.com\nFrom: ada@example.com, boss@example.com\n", false},
		"no result at all":                                    {ourHop + "Authentication-Results: mx.example.org; none\n" + fromAda, false},
		"no field at all":                                     {ourHop + fromAda, false},
		"a bare field that names no server":                   {ourHop + "Authentication-Results: dmarc=pass header.from=example.com\n" + fromAda, false},
		"the server's name in capitals":                       {ourHop + "Authentication-Results: MX.Example.ORG; DMARC=Pass header.From=Example.COM\n" + fromAda, true},
		"ARC results are another field":                       {ourHop + "ARC-Authentication-Results: i=1; mx.example.org; dmarc=pass header.from=example.com\n" + fromAda, false},
		"no space around anything":                            {ourHop + "Authentication-Results:mx.example.org;dmarc=pass header.from=example.com\n" + fromAda, true},
		"blanks around the equals sign":                       {ourHop + "Authentication-Results: mx.example.org; dmarc = pass header.from = example.com\n" + fromAda, true},
		"a method version":                                    {ourHop + "Authentication-Results: mx.example.org; dkim/1=pass header.d=example.com\n" + fromAda, true},
		"a display name that holds an address is no author":   {ourHop + "Authentication-Results: mx.example.org; dmarc=pass header.from=evil.net\nFrom: \"ada@example.com\" <x@evil.net>\n", true},
		"a policy result of another method with the same end": {ourHop + "Authentication-Results: mx.example.org; x-dmarc=pass header.from=example.com\n" + fromAda, false},
	} {
		t.Run(name, func(t *testing.T) {
			mail := parseMail([]byte(strings.ReplaceAll(c.header+"\nB\n", "\n", "\r\n")))
			if ok, why := mail.Authenticated(trusted); ok != c.ok || why == "" {
				t.Errorf("%v: %s", ok, why)
			}
		})
	}
}

func TestMicrosoftsFormWithoutAServerNameIsReadForMicrosoftOnly(t *testing.T) {
	raw := "Received: from AM0PR01.eurprd01.prod.outlook.com by DB7PR01.eurprd01.prod.outlook.com with HTTPS; Mon, 8 Feb 2027 12:05:06 +0000\r\n" +
		"Received: from mail.example.com (192.0.2.25) by AM5EUR03.mail.protection.outlook.com with SMTP; Mon, 8 Feb 2027 12:05:05 +0000\r\n" +
		"Authentication-Results: spf=pass (sender IP is 192.0.2.25) smtp.mailfrom=example.com; dkim=pass (signature was verified) header.d=example.com;dmarc=pass action=none header.from=example.com;compauth=pass reason=100\r\n" +
		"Received: from laptop by mail.example.com with ESMTPSA; Mon, 8 Feb 2027 12:05:01 +0000\r\nFrom: ada@example.com\r\n\r\nB\r\n"
	mail := parseMail([]byte(raw))
	if ok, why := mail.Authenticated("protection.outlook.com"); !ok {
		t.Error(why)
	}
	if ok, why := mail.Authenticated(trusted); ok {
		t.Error(why)
	}
	if ok, _ := mail.Authenticated(""); ok {
		t.Error("an unnamed server is believed")
	}
	if n := len(mail.AuthResults); n != 4 || mail.AuthResults[2].Properties["action"] != "none" {
		t.Errorf("%d results %+v", n, mail.AuthResults)
	}
}

func FuzzAuthResults(f *testing.F) {
	f.Add("mx.example.org; dmarc=pass header.from=example.com")
	f.Add("mx.example.org 1; spf=none (a (b) \\) c) smtp.mailfrom=\"a; b\"@x; dkim=pass header.d=example.com")
	f.Add("spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=x; dmarc=pass action=none header.from=y;compauth=pass reason=100")
	f.Add("mx.example.org; none")
	f.Add("\";=()\\")
	f.Fuzz(func(t *testing.T, value string) {
		value = strings.Map(func(r rune) rune {
			if r == '\r' || r == '\n' {
				return ' '
			}
			return r
		}, value)
		// Whatever a sender makes a property say, in a comment or in quotes,
		// a result that the server did not write is not believed.
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value)
		raw := ourHop + "Authentication-Results: mx.example.org; spf=none reason=\"" + quoted + "\"\n" + fromAda + "\nB\n"
		mail := inbox.Parse([]byte(strings.ReplaceAll(raw, "\n", "\r\n")), inbox.DefaultLimits())
		if ok, why := mail.Authenticated(trusted); ok {
			t.Errorf("%q is believed: %s", value, why)
		}
		inbox.Parse([]byte("Authentication-Results: "+value+"\r\n\r\n"), inbox.DefaultLimits())
	})
}
