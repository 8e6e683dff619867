package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/cmd/mentorpost/oauth"
	"github.com/mentorpost/mentorpost/program"
)

// configName is the configuration that is looked for in the working folder.
const configName = "mentorpost.toml"

// Config is everything that an operator decides. Its keys are listed, with
// their checks, in settings.go.
type Config struct {
	// Path is the file that was read, or "" where there was none.
	Path string
	// Embedded is true where no mail server is named: the program then brings
	// its own, and mail never leaves the machine.
	Embedded bool
	// Rehearsal allows tick --now.
	Rehearsal bool

	Program   ProgramConfig
	Database  DatabaseConfig
	IMAP      IMAPConfig
	SMTP      SMTPConfig
	OAuth     oauth.Options // used where auth = "xoauth2"
	DKIM      DKIMConfig
	HTTP      HTTPConfig
	Secrets   SecretsConfig
	Templates TemplatesConfig

	places places
}

// ProgramConfig is the mentoring program itself.
type ProgramConfig struct {
	Name         string
	Address      string
	Coordinators []string
	Notice       time.Duration
	NoticePolicy string // "consent" or "strict"
	Zone         string
	Locale       string
}

// DatabaseConfig says where everything is kept: sqlite:FILE or postgres://….
type DatabaseConfig struct{ URL string }

// IMAPConfig is the mailbox that is read.
type IMAPConfig struct {
	URL              string
	Password         string
	Auth             string // "" or "xoauth2"
	TrustedAuthserv  string // RFC 8601 §2.5
	CertificatesFile string // further authorities that are trusted, PEM
}

// SMTPConfig is the server that mail is handed to.
type SMTPConfig struct {
	URL              string
	Password         string
	Auth             string // "" or "xoauth2"
	Connections      int
	Rate             string // "30/m"; empty: none
	CertificatesFile string
}

// DKIMConfig signs outgoing mail where all three are set (RFC 6376).
type DKIMConfig struct{ Domain, Selector, KeyFile string }

// HTTPConfig is the coordinator page and what stands beside it.
type HTTPConfig struct {
	Listen              string
	PublicURL           string
	CoordinatorPassword string
	TrustedHeader       string
}

// SecretsConfig names the file with the program's key.
type SecretsConfig struct{ KeyFile string }

// TemplatesConfig names a folder whose texts replace the embedded ones.
type TemplatesConfig struct{ Dir string }

// defaultConfig is what holds where nothing is said.
func defaultConfig() Config {
	return Config{
		Program: ProgramConfig{
			Name:         "Mentoring program",
			Address:      "mentor@mentorpost.localhost",
			Notice:       24 * time.Hour,
			NoticePolicy: "consent",
			Zone:         "UTC",
			Locale:       "en",
		},
		Database: DatabaseConfig{URL: "sqlite:mentorpost.db"},
		SMTP:     SMTPConfig{Connections: 4},
		HTTP:     HTTPConfig{Listen: "127.0.0.1:8025"},
		Secrets:  SecretsConfig{KeyFile: "mentorpost.key"},
	}
}

// loadConfig reads the configuration: the file at path, else the one that
// MENTORPOST_CONFIG names, else ./mentorpost.toml, else none; then the
// environment on top. Every error is a usageError that names the key and
// where it stands.
func loadConfig(path string, environ []string) (Config, error) {
	path, text, err := readConfigFile(path, environ)
	if err != nil {
		return Config{}, usageError{err}
	}
	values, where, err := parseConfig(path, text, environ)
	if err != nil {
		return Config{}, usageError{err}
	}
	c := defaultConfig()
	c.Path, c.places = path, where
	if err := c.assign(values); err != nil {
		return Config{}, usageError{err}
	}
	c.Embedded = c.IMAP.URL == "" && c.SMTP.URL == ""
	c.OAuth.User = userOf(c.IMAP.URL)
	c.OAuth = c.OAuth.Complete()
	if err := c.checkTogether(); err != nil {
		return Config{}, usageError{err}
	}
	return c, nil
}

// readConfigFile finds the file and reads it. A file that was asked for must
// exist; the one in the working folder may be missing.
func readConfigFile(path string, environ []string) (found string, text []byte, err error) {
	asked := "-c"
	if path == "" {
		path, asked = lookupEnv(environ, "MENTORPOST_CONFIG"), "MENTORPOST_CONFIG"
	}
	if path == "" {
		path, asked = configName, ""
	}
	text, err = os.ReadFile(path)
	switch {
	case err == nil:
		return path, text, nil
	case asked == "" && errors.Is(err, fs.ErrNotExist):
		return "", nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return "", nil, fmt.Errorf("%s: no such file, though %s names it; write one with: mentorpost init -c %s", path, asked, path)
	}
	return "", nil, fmt.Errorf("read configuration: %w", err)
}

func lookupEnv(environ []string, name string) string {
	value := ""
	for _, line := range environ {
		if rest, ok := strings.CutPrefix(line, name+"="); ok {
			value = rest
		}
	}
	return value
}

// Settings are the rules of the program, as its decisions need them.
func (c Config) Settings() program.Settings {
	return program.Settings{
		Name:         c.Program.Name,
		Address:      c.Program.Address,
		Coordinators: c.Program.Coordinators,
		Notice:       c.Program.Notice,
		Strict:       c.Program.NoticePolicy == "strict",
		Zone:         c.Program.Zone,
		Locale:       c.Program.Locale,
	}
}

// name is how messages call the configuration.
func (c Config) name() string {
	if c.Path == "" {
		return "environment"
	}
	return c.Path
}

// resolve makes a file name from the configuration file relative to the
// folder that the file stands in, so that cron may start anywhere.
func (c Config) resolve(name string, place place) string {
	if name == "" || filepath.IsAbs(name) || place.variable != "" || c.Path == "" {
		return name
	}
	return filepath.Join(filepath.Dir(c.Path), name)
}
