package main

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"github.com/mentorpost/mentorpost/cmd/mentorpost/oauth"
	"github.com/mentorpost/mentorpost/program"
)

// longestLocalPart is the most octets that may stand before the @ (RFC 5321 §4.5.3.1.1).
const longestLocalPart = 64

func notEmpty(s string) error {
	if s == "" {
		return errors.New("must not be empty")
	}
	return nil
}

// readable sees that a file that is named can be read.
func readable(name string) error {
	if name == "" {
		return nil
	}
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("%w; put the file there, or take the key out", err)
	}
	return file.Close()
}

func folder(name string) error {
	if info, err := os.Stat(name); name != "" && (err != nil || !info.IsDir()) {
		return fmt.Errorf("%s is no folder; make it, or take the key out", name)
	}
	return nil
}

// oneLine keeps header fields whole.
func oneLine(s string) error {
	if strings.TrimSpace(s) == "" || strings.ContainsFunc(s, unicode.IsControl) {
		return fmt.Errorf("%q must be one line that is not empty, without control characters", s)
	}
	return nil
}

func oneWord(s string) error {
	if strings.ContainsAny(s, " \t\r\n\x00\"<>") {
		return fmt.Errorf("%q must be one word", s)
	}
	return nil
}

func oneOf(allowed ...string) func(string) error {
	return func(s string) error {
		if slices.Contains(allowed, s) {
			return nil
		}
		var quoted []string
		for _, a := range allowed {
			quoted = append(quoted, fmt.Sprintf("%q", a))
		}
		return fmt.Errorf("%q is not known; write %s", s, strings.Join(quoted, " or "))
	}
}

// mailAddress accepts a bare address in ASCII with a dot-atom before the @
// (RFC 5322 §3.4.1).
func mailAddress(s string) error {
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Address != s || strings.ContainsAny(s, "\" \t") {
		return fmt.Errorf("%q is no mail address; write it like mentor@example.org", s)
	}
	for _, r := range s {
		if r > 126 {
			return fmt.Errorf("%q has letters beyond ASCII, which not every mail server takes", s)
		}
	}
	return nil
}

// programAddress leaves room for the sealed tag.
func programAddress(s string) error {
	if err := mailAddress(s); err != nil {
		return err
	}
	local, _, _ := strings.Cut(s, "@")
	if strings.Contains(local, "+") {
		return fmt.Errorf("%q already has a plus; give the plain address, the program adds its own", s)
	}
	if room := longestLocalPart - 1 - program.TagLength; len(local) > room {
		return fmt.Errorf("%q: what stands before the @ has %d letters, at most %d leave room for the sealed tag that is added to it; choose a shorter address", s, len(local), room)
	}
	return nil
}

func zoneName(s string) error {
	if _, err := time.LoadLocation(s); err != nil || s == "" || s == "Local" {
		return fmt.Errorf("%q is no IANA zone; write one like Europe/Lisbon or UTC", s)
	}
	return nil
}

func localeName(s string) error {
	if _, err := language.Parse(s); err != nil || s == "" {
		return fmt.Errorf("%q is no language tag; write one like en or pt-BR", s)
	}
	return nil
}

func databaseURL(s string) error {
	if name, ok := strings.CutPrefix(s, "sqlite:"); ok && name != "" {
		return nil
	}
	if u, err := url.Parse(s); err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") {
		return nil
	}
	return errors.New("write sqlite:FILE or postgres://user@host/database?sslmode=verify-full")
}

func imapURL(s string) error {
	u, err := serverURL(s, "imaps", "imap", "imaps://mentor%40example.org@imap.example.org:993/INBOX")
	if u == nil {
		return err
	}
	if u.User.Username() == "" {
		return fmt.Errorf("%q names no user; write it before the host, with %%40 for its @", s)
	}
	if u.Scheme == "imap" && !isLoopback(u.Hostname()) {
		return fmt.Errorf("imap:// sends the password in the clear and is for loopback only; write imaps://%s", strings.TrimPrefix(s, "imap://"))
	}
	return nil
}

func smtpURL(s string) error {
	_, err := serverURL(s, "smtps", "smtp", "smtps://mentor%40example.org@smtp.example.org:465")
	return err
}

// serverURL reads the address of a mail server. The URL is nil where it is
// empty or wrong.
func serverURL(s, secure, plain, example string) (*url.URL, error) {
	if s == "" {
		return nil, nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("not a URL; write it like %s", example)
	}
	if u.Scheme != secure && u.Scheme != plain || u.Hostname() == "" {
		return nil, fmt.Errorf("%q must begin with %s:// or %s:// and a host; write it like %s", u.Redacted(), secure, plain, example)
	}
	if _, has := u.User.Password(); has {
		return nil, fmt.Errorf("%q holds a password; take it out and write password_file instead", u.Redacted())
	}
	return u, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func webURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("%q is no web address; write it like https://mentoring.example.org", s)
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return fmt.Errorf("%q is for loopback only; write https://", s)
	}
	return nil
}

// tenantName keeps a tenant within its part of Microsoft's addresses.
func tenantName(s string) error {
	if strings.ContainsAny(s, "/?#%:@") {
		return fmt.Errorf("%q is no tenant; write the directory's identifier or its domain", s)
	}
	return nil
}

func listenAddress(s string) error {
	if s == "" {
		return nil
	}
	if _, _, err := net.SplitHostPort(s); err != nil {
		return fmt.Errorf("%q is no address to listen on; write it like 127.0.0.1:8025", s)
	}
	return nil
}

var rateForm = regexp.MustCompile(`^[1-9][0-9]{0,5}/[smhd]$`)

func rate(s string) error {
	if s == "" || rateForm.MatchString(s) {
		return nil
	}
	return fmt.Errorf(`%q is no rate; write mails per second, minute, hour or day, like "30/m", or "" for none`, s)
}

// checkTogether checks what several keys must agree on.
func (c Config) checkTogether() error {
	if c.Embedded {
		return nil
	}
	checks := []together{
		{c.IMAP.URL == "", "imap.url", "is missing while smtp.url is set; name the mailbox to read, or neither for embedded mode"},
		{c.SMTP.URL == "", "smtp.url", "is missing while imap.url is set; name the server to send through, or neither for embedded mode"},
		{c.places["program.address"] == (place{}), "program.address", "is missing; it is the address that people write to"},
		{c.IMAP.Password == "" && c.IMAP.Auth == "", "imap.password", `is missing; set imap.password_file, or imap.auth = "xoauth2" with [oauth]`},
		{c.SMTP.Password == "" && c.SMTP.Auth == "" && userOf(c.SMTP.URL) != "", "smtp.password", "is missing while smtp.url names a user; set smtp.password_file, or take the user out"},
		{c.SMTP.Auth != "" && userOf(c.SMTP.URL) == "", "smtp.url", "names no user, which smtp.auth needs"},
		{!allOrNone(c.DKIM.Domain, c.DKIM.Selector, c.DKIM.KeyFile), "dkim", "is incomplete; set domain, selector and key_file, or none of them"},
	}
	if c.usesOAuth() {
		checks = append(checks, c.checkOAuth()...)
	}
	for _, check := range checks {
		if check.wrong {
			return fmt.Errorf("%s: %s %s", c.places.of(check.key, c.name()), check.key, check.do)
		}
	}
	return nil
}

// together is a condition that several keys must not meet.
type together struct {
	wrong bool
	key   string
	do    string
}

// checkOAuth checks what a sign-in by OAuth2 needs.
func (c Config) checkOAuth() []together {
	o := c.OAuth
	return []together{
		{o.ClientID == "", "oauth.client_id", `is missing while auth = "xoauth2"; it is the application's, from the provider's console`},
		{o.Provider == oauth.Microsoft && o.Tenant == "" && o.TokenURL == "", "oauth.tenant", "is missing; it is the directory's identifier or domain, such as example.onmicrosoft.com"},
		{o.TokenURL == "", "oauth.token_url", `is missing while auth = "xoauth2"; it is where tokens are asked for, unless oauth.provider is google or microsoft`},
		{o.Provider == oauth.Google && o.Flow != oauth.FlowBrowser, "oauth.flow", `must be "browser" with Google, which hands out access to mail in no other way`},
		{o.Flow == oauth.FlowApp && o.ClientSecret == "", "oauth.client_secret", `is missing; an application signs in with it. Set oauth.client_secret_file, or oauth.flow for a person's sign-in`},
	}
}

func (c Config) usesOAuth() bool { return c.IMAP.Auth == "xoauth2" || c.SMTP.Auth == "xoauth2" }

func userOf(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return ""
	}
	return u.User.Username()
}

func allOrNone(values ...string) bool {
	empty := 0
	for _, v := range values {
		if v == "" {
			empty++
		}
	}
	return empty == 0 || empty == len(values)
}
