package program

import (
	"net/netip"
	"testing"
)

func TestCalendarAddress(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"https is taken":                       {"https://cal.example.org/busy.ics", "https://cal.example.org/busy.ics"},
		"http is taken":                        {" <http://cal.example.org/busy.ics> ", "http://cal.example.org/busy.ics"},
		"webcal stands for https":              {"webcal://cal.example.org/x?key=1", "https://cal.example.org/x?key=1"},
		"a public address is taken":            {"https://8.8.8.8/busy.ics", "https://8.8.8.8/busy.ics"},
		"another scheme is refused":            {"ftp://cal.example.org/busy.ics", ""},
		"a file is refused":                    {"file:///etc/passwd", ""},
		"a password is taken over https":       {"https://ada:secret@cal.example.org/busy.ics", "https://ada:secret@cal.example.org/busy.ics"},
		"a name that is an address is taken":   {"https://ada@example.org:secret@cal.example.org/", "https://ada%40example.org:secret@cal.example.org/"},
		"a password in the clear is refused":   {"http://ada:secret@cal.example.org/busy.ics", ""},
		"a password hides no private host":     {"https://ada:secret@127.0.0.1/busy.ics", ""},
		"a name alone is refused":              {"cal.example.org/busy.ics", ""},
		"a host without a dot is refused":      {"https://intranet/busy.ics", ""},
		"localhost is refused":                 {"http://localhost:8025/busy.ics", ""},
		"a name under localhost is refused":    {"http://a.localhost/busy.ics", ""},
		"an internal name is refused":          {"http://metadata.google.internal/busy.ics", ""},
		"this host is refused":                 {"http://127.0.0.1/busy.ics", ""},
		"this host in IPv6 is refused":         {"http://[::1]/busy.ics", ""},
		"IPv4 within IPv6 is seen through":     {"http://[::ffff:127.0.0.1]/busy.ics", ""},
		"a decimal address is refused":         {"http://2130706433/busy.ics", ""},
		"a hexadecimal address is refused":     {"http://0x7f.0.0.1/busy.ics", ""},
		"an octal address is refused":          {"http://0177.0.0.1/busy.ics", ""},
		"a shortened address is refused":       {"http://127.1/busy.ics", ""},
		"a last dot does not hide an address":  {"http://127.0.0.1./busy.ics", ""},
		"the clouds' metadata is refused":      {"http://169.254.169.254/latest/meta-data", ""},
		"a line break is refused":              {"https://cal.example.org/\r\nHost: x", ""},
		"what is longer than any is refused":   {"https://cal.example.org/" + string(make([]byte, longestCalendar)), ""},
		"an address without a host is refused": {"https:///busy.ics", ""},
		"nothing is refused":                   {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := CalendarAddress(c.text); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestPublicAddress(t *testing.T) {
	for text, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700:4700::1111": true, "::ffff:8.8.8.8": true,
		"127.0.0.1": false, "127.255.255.254": false, "::1": false, "0.0.0.0": false, "0.1.2.3": false, "::": false,
		"10.0.0.1": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "fd00:ec2::254": false,
		"169.254.169.254": false, "fe80::1": false, "100.64.0.1": false, "100.100.100.200": false,
		"224.0.0.1": false, "ff02::1": false, "255.255.255.255": false, "240.0.0.1": false, "198.18.0.1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false,
		"192.0.2.1": false, "2001:db8::1": false, "fec0::1": false, "100.63.255.255": true, "172.32.0.1": true,
	} {
		if got := PublicAddress(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: public %v, want %v", text, got, want)
		}
	}
	if PublicAddress(netip.Addr{}) {
		t.Error("no address at all is public")
	}
}
