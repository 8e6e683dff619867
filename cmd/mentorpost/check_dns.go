package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// lookupTXT asks the DNS for the TXT records of a name.
type lookupTXT func(ctx context.Context, name string) ([]string, error)

// reservedZones are names that the DNS has no mail for (RFC 2606, RFC 6761).
var reservedZones = []string{"localhost", "example", "invalid", "test", "example.com", "example.net", "example.org"}

// checkDNS looks at what receivers will look at: who may send for the domain,
// with which signature, and what happens to the rest.
func checkDNS(ctx context.Context, c Config, lookup lookupTXT) []finding {
	_, domain, _ := strings.Cut(strings.ToLower(c.Program.Address), "@")
	for _, zone := range reservedZones {
		if domain == zone || strings.HasSuffix(domain, "."+zone) {
			return []finding{{"dns", warning, domain + " is a name for trials", "set program.address to an address of your own domain"}}
		}
	}
	return []finding{
		askDNS(ctx, lookup, "spf", domain, judgeSPF),
		checkDKIM(ctx, c, domain, lookup),
		checkDMARC(ctx, domain, lookup),
	}
}

// askDNS judges the records of a name. A DNS that does not answer is no fault
// of the domain.
func askDNS(ctx context.Context, lookup lookupTXT, check, name string, judge func(name string, records []string) finding) finding {
	records, err := lookup(ctx, name)
	var dns *net.DNSError
	if err != nil && !(errors.As(err, &dns) && dns.IsNotFound) {
		return finding{check, warning, fmt.Sprintf("the DNS did not answer for %s: %v", name, err), "try again, or ask from another network"}
	}
	return judge(name, records)
}

// withPrefix are the records of one kind.
func withPrefix(records []string, prefix string) []string {
	var found []string
	for _, record := range records {
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(record)), prefix) {
			found = append(found, record)
		}
	}
	return found
}

// judgeSPF holds a domain's records against RFC 7208 §3.2: exactly one.
func judgeSPF(domain string, records []string) finding {
	spf := withPrefix(records, "v=spf1")
	switch {
	case len(spf) == 0:
		return finding{"spf", warning, domain + " has no SPF record", "publish a TXT record that begins with v=spf1 and names your SMTP server"}
	case len(spf) > 1:
		return finding{"spf", failed, fmt.Sprintf("%s has %d SPF records, receivers then ignore all", domain, len(spf)), "join them into one"}
	case strings.Contains(strings.ToLower(spf[0]), "+all"):
		return finding{"spf", warning, domain + " lets everybody send: " + spf[0], "end the record with ~all or -all"}
	}
	return finding{"spf", ok, spf[0], ""}
}

// checkDMARC looks at the domain, then at its organizational domain (RFC 7489 §6.6.3).
func checkDMARC(ctx context.Context, domain string, lookup lookupTXT) finding {
	found := askDNS(ctx, lookup, "dmarc", "_dmarc."+domain, judgeDMARC)
	organization, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if found.level == ok || err != nil || organization == domain {
		return found
	}
	if above := askDNS(ctx, lookup, "dmarc", "_dmarc."+organization, judgeDMARC); above.level == ok {
		return above
	}
	return found
}

func judgeDMARC(name string, records []string) finding {
	dmarc := withPrefix(records, "v=dmarc1")
	switch {
	case len(dmarc) == 0:
		return finding{"dmarc", warning, "there is no record at " + name, `publish "v=DMARC1; p=none" there first, and a stricter p= once SPF and DKIM pass`}
	case len(dmarc) > 1:
		return finding{"dmarc", failed, fmt.Sprintf("there are %d records at %s, receivers then ignore all", len(dmarc), name), "keep one"}
	}
	return finding{"dmarc", ok, dmarc[0], ""}
}

// checkDKIM holds the published key against the one that signs.
func checkDKIM(ctx context.Context, c Config, domain string, lookup lookupTXT) finding {
	if c.DKIM.KeyFile == "" {
		return finding{"dkim", warning, "this program does not sign", "see that your SMTP server signs for " + domain + ", or set [dkim]"}
	}
	signer, err := c.loadSigner()
	if err != nil {
		return finding{"dkim", failed, err.Error(), "put the private key there"}
	}
	if !strings.EqualFold(c.DKIM.Domain, domain) && !strings.HasSuffix(strings.ToLower(domain), "."+strings.ToLower(c.DKIM.Domain)) {
		return finding{"dkim", failed, fmt.Sprintf("dkim.domain %s does not match %s, so DMARC does not count it", c.DKIM.Domain, domain), "set dkim.domain to " + domain}
	}
	record, err := signer.Record()
	if err != nil {
		return finding{"dkim", failed, err.Error(), "put a usable private key into dkim.key_file"}
	}
	name := c.DKIM.Selector + "._domainkey." + c.DKIM.Domain
	return askDNS(ctx, lookup, "dkim", name, func(name string, records []string) finding {
		return judgeDKIM(name, records, record)
	})
}

// judgeDKIM reads the tags of a key record (RFC 6376 §3.6.1); long ones are
// split into strings, which the resolver has joined.
func judgeDKIM(name string, records []string, want string) finding {
	do := "publish this TXT record there: " + want
	key := ""
	for _, record := range records {
		for tag := range strings.SplitSeq(record, ";") {
			if value, found := strings.CutPrefix(strings.TrimSpace(tag), "p="); found {
				key = strings.Join(strings.Fields(value), "")
			}
		}
	}
	switch {
	case key == "":
		return finding{"dkim", failed, "there is no key at " + name, do}
	case !strings.HasSuffix(want, "; p="+key):
		return finding{"dkim", failed, "the key at " + name + " is not the one that signs", do}
	}
	return finding{"dkim", ok, "the key at " + name + " is the one that signs", ""}
}
