package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/cmd/mentorpost/oauth"
)

// setting is one key of the configuration. assign reads its value, checks it
// alone and stores it; what depends on other keys is checked afterwards.
type setting struct {
	key    string
	secret bool // can be given as KEY_file, too
	file   bool // names a file, relative to the configuration
	assign func(c *Config, value any) error
}

// configSettings lists every key there is.
var configSettings = []setting{
	{key: "rehearsal", assign: boolean(func(c *Config) *bool { return &c.Rehearsal })},

	{key: "program.name", assign: text(func(c *Config) *string { return &c.Program.Name }, oneLine)},
	{key: "program.address", assign: text(func(c *Config) *string { return &c.Program.Address }, programAddress)},
	{key: "program.coordinators", assign: list(func(c *Config) *[]string { return &c.Program.Coordinators }, mailAddress)},
	{key: "program.notice", assign: duration(func(c *Config) *time.Duration { return &c.Program.Notice })},
	{key: "program.notice_policy", assign: text(func(c *Config) *string { return &c.Program.NoticePolicy }, oneOf("consent", "strict"))},
	{key: "program.zone", assign: text(func(c *Config) *string { return &c.Program.Zone }, zoneName)},
	{key: "program.locale", assign: text(func(c *Config) *string { return &c.Program.Locale }, localeName)},

	{key: "database.url", secret: true, assign: text(func(c *Config) *string { return &c.Database.URL }, databaseURL)},

	{key: "imap.url", assign: text(func(c *Config) *string { return &c.IMAP.URL }, imapURL)},
	{key: "imap.password", secret: true, assign: text(func(c *Config) *string { return &c.IMAP.Password })},
	{key: "imap.auth", assign: text(func(c *Config) *string { return &c.IMAP.Auth }, oneOf("", "xoauth2"))},
	{key: "imap.trusted_authserv", assign: text(func(c *Config) *string { return &c.IMAP.TrustedAuthserv }, oneWord)},
	{key: "imap.certificates_file", file: true, assign: text(func(c *Config) *string { return &c.IMAP.CertificatesFile }, readable)},

	{key: "smtp.url", assign: text(func(c *Config) *string { return &c.SMTP.URL }, smtpURL)},
	{key: "smtp.password", secret: true, assign: text(func(c *Config) *string { return &c.SMTP.Password })},
	{key: "smtp.auth", assign: text(func(c *Config) *string { return &c.SMTP.Auth }, oneOf("", "xoauth2"))},
	{key: "smtp.connections", assign: number(func(c *Config) *int { return &c.SMTP.Connections }, 1, 100)},
	{key: "smtp.rate", assign: text(func(c *Config) *string { return &c.SMTP.Rate }, rate)},
	{key: "smtp.certificates_file", file: true, assign: text(func(c *Config) *string { return &c.SMTP.CertificatesFile }, readable)},

	{key: "oauth.provider", assign: text(func(c *Config) *string { return &c.OAuth.Provider }, oneOf("", oauth.Google, oauth.Microsoft))},
	{key: "oauth.tenant", assign: text(func(c *Config) *string { return &c.OAuth.Tenant }, oneWord, tenantName)},
	{key: "oauth.flow", assign: text(func(c *Config) *string { return &c.OAuth.Flow }, oneOf("", oauth.FlowBrowser, oauth.FlowDevice, oauth.FlowApp))},
	{key: "oauth.client_id", assign: text(func(c *Config) *string { return &c.OAuth.ClientID })},
	{key: "oauth.client_secret", secret: true, assign: text(func(c *Config) *string { return &c.OAuth.ClientSecret })},
	{key: "oauth.auth_url", assign: text(func(c *Config) *string { return &c.OAuth.AuthURL }, webURL)},
	{key: "oauth.device_url", assign: text(func(c *Config) *string { return &c.OAuth.DeviceURL }, webURL)},
	{key: "oauth.token_url", assign: text(func(c *Config) *string { return &c.OAuth.TokenURL }, webURL)},
	{key: "oauth.scopes", assign: list(func(c *Config) *[]string { return &c.OAuth.Scopes }, oneWord)},
	{key: "oauth.refresh_token", secret: true, assign: text(func(c *Config) *string { return &c.OAuth.RefreshToken })},

	{key: "dkim.domain", assign: text(func(c *Config) *string { return &c.DKIM.Domain }, oneWord)},
	{key: "dkim.selector", assign: text(func(c *Config) *string { return &c.DKIM.Selector }, oneWord)},
	{key: "dkim.key_file", file: true, assign: text(func(c *Config) *string { return &c.DKIM.KeyFile }, readable)},

	{key: "http.listen", assign: text(func(c *Config) *string { return &c.HTTP.Listen }, listenAddress)},
	{key: "http.public_url", assign: text(func(c *Config) *string { return &c.HTTP.PublicURL }, webURL)},
	{key: "http.coordinator_password", secret: true, assign: text(func(c *Config) *string { return &c.HTTP.CoordinatorPassword })},
	{key: "http.trusted_header", assign: text(func(c *Config) *string { return &c.HTTP.TrustedHeader }, oneWord)},

	{key: "secrets.key_file", file: true, assign: text(func(c *Config) *string { return &c.Secrets.KeyFile }, notEmpty)},

	{key: "templates.dir", file: true, assign: text(func(c *Config) *string { return &c.Templates.Dir }, folder)},
}

// settingKeys lists the dotted keys, with KEY_file after each secret.
func settingKeys() []string {
	var keys []string
	for _, s := range configSettings {
		keys = append(keys, s.key)
		if s.secret {
			keys = append(keys, s.key+"_file")
		}
	}
	return keys
}

func sectionNames() []string {
	var names []string
	for _, s := range configSettings {
		section, _, dotted := strings.Cut(s.key, ".")
		if dotted && (len(names) == 0 || names[len(names)-1] != section) {
			names = append(names, section)
		}
	}
	return names
}

// assign stores every value, in the order of the settings, so that of several
// errors always the same one is reported.
func (c *Config) assign(values map[string]any) error {
	for _, s := range configSettings {
		value, at, err := c.valueOf(s, values)
		if err != nil {
			return fmt.Errorf("%s: %s: %w", at, s.key, err)
		}
		if value == nil {
			continue
		}
		if err := s.assign(c, value); err != nil {
			return fmt.Errorf("%s: %s: %w", at, s.key, err)
		}
	}
	c.Database.URL = c.resolveDatabase(c.Database.URL)
	if c.places["secrets.key_file"] == (place{}) {
		c.Secrets.KeyFile = c.resolve(c.Secrets.KeyFile, place{})
	}
	return nil
}

// valueOf finds a setting's value and where it stands. A secret may stand in
// a file of its own; the environment outdoes the file in either form.
func (c *Config) valueOf(s setting, values map[string]any) (any, place, error) {
	at := c.places.of(s.key, c.Path)
	value, given := values[s.key]
	if name, ok := value.(string); ok && s.file {
		return c.resolve(name, at), at, nil
	}
	if !s.secret {
		return value, at, nil
	}
	inFile, fileGiven := values[s.key+"_file"]
	fileAt := c.places.of(s.key+"_file", c.Path)
	if given && fileGiven && (at.variable == "") == (fileAt.variable == "") {
		return nil, fileAt, fmt.Errorf("given twice, here as %s_file; keep one of the two", s.key)
	}
	if !fileGiven || given && at.variable != "" {
		return value, at, nil
	}
	name, ok := inFile.(string)
	if !ok {
		return nil, fileAt, fmt.Errorf("%s_file must be the name of a file in quotes", s.key)
	}
	if name == "" {
		return nil, fileAt, nil
	}
	content, err := os.ReadFile(c.resolve(name, fileAt))
	if err != nil {
		return nil, fileAt, fmt.Errorf("read secret: %w", err)
	}
	return strings.TrimSpace(string(content)), fileAt, nil
}

// resolveDatabase makes the file of a SQLite URL relative to the configuration.
func (c *Config) resolveDatabase(url string) string {
	name, ok := strings.CutPrefix(url, "sqlite:")
	if !ok || strings.HasPrefix(name, ":memory:") || strings.HasPrefix(name, "//") {
		return url
	}
	return "sqlite:" + c.resolve(name, c.places["database.url"])
}

// text stores a string that passes all checks.
func text(field func(*Config) *string, checks ...func(string) error) func(*Config, any) error {
	return func(c *Config, value any) error {
		s, ok := value.(string)
		if !ok {
			return fmt.Errorf("must be a text in quotes, not %v", value)
		}
		for _, check := range checks {
			if err := check(s); err != nil {
				return err
			}
		}
		*field(c) = s
		return nil
	}
}

// list stores a list of strings; in a variable they are separated by commas or spaces.
func list(field func(*Config) *[]string, check func(string) error) func(*Config, any) error {
	return func(c *Config, value any) error {
		var items []string
		switch v := value.(type) {
		case string:
			items = strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' })
		case []any:
			for _, item := range v {
				s, ok := item.(string)
				if !ok {
					return fmt.Errorf(`must be a list of texts in quotes, like ["a", "b"]; %v is none`, item)
				}
				items = append(items, s)
			}
		default:
			return fmt.Errorf(`must be a list of texts in quotes, like ["a", "b"], not %v`, value)
		}
		for _, item := range items {
			if err := check(item); err != nil {
				return err
			}
		}
		*field(c) = items
		return nil
	}
}

func boolean(field func(*Config) *bool) func(*Config, any) error {
	return func(c *Config, value any) error {
		switch v := value.(type) {
		case bool:
			*field(c) = v
			return nil
		case string:
			if parsed, err := strconv.ParseBool(v); err == nil {
				*field(c) = parsed
				return nil
			}
		}
		return fmt.Errorf("must be true or false, not %v", value)
	}
}

func number(field func(*Config) *int, lowest, highest int) func(*Config, any) error {
	return func(c *Config, value any) error {
		n, err := strconv.Atoi(fmt.Sprint(value))
		if err != nil || n < lowest || n > highest {
			return fmt.Errorf("must be a number from %d to %d, not %v", lowest, highest, value)
		}
		*field(c) = n
		return nil
	}
}

// longestNotice bounds program.notice: beyond it no session could ever move.
const longestNotice = 30 * 24 * time.Hour

func duration(field func(*Config) *time.Duration) func(*Config, any) error {
	return func(c *Config, value any) error {
		s, ok := value.(string)
		if !ok {
			return fmt.Errorf(`must be a duration in quotes, like "24h" or "90m", not %v`, value)
		}
		d, err := time.ParseDuration(s)
		if err != nil {
			return fmt.Errorf(`%q is no duration; write it like "24h" or "90m"`, s)
		}
		if d < 0 || d > longestNotice {
			return fmt.Errorf("%q is out of range; it may be from 0h to 720h", s)
		}
		*field(c) = d
		return nil
	}
}
