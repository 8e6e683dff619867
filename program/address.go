package program

import (
	"net/netip"
	"net/url"
	"strings"
)

// longestCalendar bounds a calendar's address, in bytes.
const longestCalendar = 2000

// CalendarAddress is the address of a calendar as it may be fetched: http or
// https (webcal stands for https) and a public host. A name and a password may
// stand in it, but only for https. It is empty where the text is none. What a
// name leads to is for the caller to check, with PublicAddress, whenever it
// connects.
func CalendarAddress(text string) string {
	text = strings.Trim(strings.TrimSpace(text), "<>")
	if scheme, rest, ok := strings.Cut(text, "://"); ok && strings.EqualFold(scheme, "webcal") {
		text = "https://" + rest
	}
	link, err := url.Parse(text)
	if err != nil || len(text) > longestCalendar || link.Opaque != "" || link.User != nil && link.Scheme != "https" {
		return ""
	}
	if link.Scheme != "http" && link.Scheme != "https" || !publicHost(link.Hostname()) {
		return ""
	}
	link.Fragment = ""
	return link.String()
}

// publicHost reports whether a host can be one of the public network: a name
// with a dot, or a public address in its usual form. The numbers that some
// resolvers take for addresses too (2130706433, 0x7f.1) are neither.
func publicHost(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return PublicAddress(address)
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch {
	case last == "" || last == host || strings.ContainsAny(host, " :%"):
		return false
	case last == "localhost" || last == "local" || last == "internal" || last == "lan":
		return false
	}
	// A name that ends in a number is an address, written in some way or other
	// (WHATWG URL, "ends in a number").
	return last[0] < '0' || last[0] > '9'
}

// PublicAddress reports whether an address lies in the public network: neither
// this host nor its neighbours, nor where clouds tell their machines secrets
// (169.254.169.254, fd00:ec2::254, 100.100.100.200), nor any other special use
// (RFC 6890). An IPv4 address within an IPv6 one counts as itself.
func PublicAddress(address netip.Addr) bool {
	address = address.Unmap()
	if !address.IsValid() || address.Zone() != "" || !address.IsGlobalUnicast() || address.IsPrivate() {
		return false
	}
	for _, special := range specialNetworks {
		if special.Contains(address) {
			return false
		}
	}
	return true
}

// specialNetworks are those of the IANA registries of special-purpose addresses
// that the questions of net/netip do not cover.
var specialNetworks = prefixes(
	"0.0.0.0/8",       // this network, RFC 791
	"100.64.0.0/10",   // carrier-grade NAT, RFC 6598
	"192.0.0.0/24",    // protocol assignments, RFC 6890
	"192.0.2.0/24",    // documentation, RFC 5737
	"192.88.99.0/24",  // 6to4 relays, RFC 7526
	"198.18.0.0/15",   // benchmarks, RFC 2544
	"198.51.100.0/24", // documentation
	"203.0.113.0/24",  // documentation
	"240.0.0.0/4",     // reserved, RFC 1112
	"::/96",           // IPv4-compatible, RFC 4291
	"::ffff:0:0:0/96", // translated IPv4, RFC 2765
	"64:ff9b::/96",    // NAT64, which leads to any IPv4 address, RFC 6052
	"64:ff9b:1::/48",  // local NAT64, RFC 8215
	"100::/64",        // discard, RFC 6666
	"2001::/23",       // protocol assignments and Teredo, RFC 2928
	"2001:db8::/32",   // documentation, RFC 3849
	"2002::/16",       // 6to4, which leads to any IPv4 address, RFC 3056
	"3fff::/20",       // documentation, RFC 9637
	"5f00::/16",       // segment routing, RFC 9602
	"fec0::/10",       // site-local, RFC 3879
)

func prefixes(texts ...string) []netip.Prefix {
	var found []netip.Prefix
	for _, text := range texts {
		found = append(found, netip.MustParsePrefix(text))
	}
	return found
}
