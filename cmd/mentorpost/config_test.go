package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writeFile puts a file into a fresh folder and returns its name.
func writeFile(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const wholeConfig = `rehearsal = true
[program]
name = "Mentor Everywhere"
address = "mentor@example.org"
coordinators = ["ops@example.org"]
notice = "48h"
notice_policy = "strict"
zone = "Europe/Berlin"
locale = "de"
[database]
url = "sqlite:post.db"
[imap]
url = "imaps://mentor%40example.org@imap.example.org:993/INBOX"
password = "secret"
[smtp]
url = "smtps://mentor%40example.org@smtp.example.org:465"
password = "secret"
connections = 8
rate = "30/m"
`

func TestConfigIsRead(t *testing.T) {
	path := writeFile(t, "mentorpost.toml", wholeConfig)
	c, err := loadConfig(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := c.Settings()
	if s.Name != "Mentor Everywhere" || s.Address != "mentor@example.org" || s.Notice != 48*time.Hour || !s.Strict ||
		s.Zone != "Europe/Berlin" || s.Locale != "de" || len(s.Coordinators) != 1 || s.Coordinators[0] != "ops@example.org" {
		t.Errorf("settings: %+v", s)
	}
	if !c.Rehearsal || c.Embedded || c.SMTP.Connections != 8 || c.SMTP.Rate != "30/m" {
		t.Errorf("config: %+v", c)
	}
	folder := filepath.Dir(path)
	if want := "sqlite:" + filepath.Join(folder, "post.db"); c.Database.URL != want {
		t.Errorf("database: %q, want %q", c.Database.URL, want)
	}
	if want := filepath.Join(folder, "mentorpost.key"); c.Secrets.KeyFile != want {
		t.Errorf("key file: %q, want %q", c.Secrets.KeyFile, want)
	}
}

func TestWithoutConfigTheServersAreEmbedded(t *testing.T) {
	t.Chdir(t.TempDir())
	c, err := loadConfig("", []string{"MENTORPOST_PROGRAM_NAME=Tandem", "MENTORPOST_PROGRAM_COORDINATORS=a@example.org, b@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	if !c.Embedded || c.Program.Name != "Tandem" || len(c.Program.Coordinators) != 2 || c.Database.URL != "sqlite:mentorpost.db" {
		t.Errorf("config: %+v", c)
	}
}

func TestConfigIsSearchedInOrder(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile(configName, []byte("[program]\nname = \"here\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	asked := writeFile(t, "asked.toml", "[program]\nname = \"asked\"\n")
	named := writeFile(t, "named.toml", "[program]\nname = \"named\"\n")
	for _, test := range []struct {
		rule, path, variable, want string
	}{
		{"-c comes first", asked, named, "asked"},
		{"then the variable", "", named, "named"},
		{"then the working folder", "", "", "here"},
	} {
		c, err := loadConfig(test.path, []string{"MENTORPOST_CONFIG=" + test.variable})
		if err != nil || c.Program.Name != test.want {
			t.Errorf("%s: %q, %v", test.rule, c.Program.Name, err)
		}
	}
}

func TestConfigErrorsNameKeyFileAndLine(t *testing.T) {
	servers := "[imap]\nurl = \"imaps://u@imap.example.org\"\npassword = \"x\"\n[smtp]\nurl = \"smtps://smtp.example.org\"\n"
	for _, test := range []struct {
		rule, text, want string
	}{
		{"an unknown key", "[program]\nname = \"x\"\nnotise = \"24h\"\n", "mentorpost.toml:3: unknown key program.notise; did you mean program.notice?"},
		{"an unknown section", "\n[imaps]\nurl = \"x\"\n", "mentorpost.toml:3: unknown key imaps.url; did you mean imap.url?"},
		{"a section that has nothing like it", "[program]\ncolour = \"red\"\n", "mentorpost.toml:2: unknown key program.colour; remove it, [program] has: name, address,"},
		{"a key of an inline table", "program = {name = \"x\", notise = \"24h\"}\n", "mentorpost.toml:1: unknown key program.notise"},
		{"a dotted key", "program.notise = \"24h\"\n", "mentorpost.toml:1: unknown key program.notise"},
		{"a list of sections", "[[imap]]\nurl = \"x\"\n", "mentorpost.toml:1: unknown key imap"},
		{"a name that could break a header", "[program]\nname = \"a\\nb\"\n", "mentorpost.toml:2: program.name:"},
		{"a bad duration", "[program]\n\nnotice = \"24 hours\"\n", `mentorpost.toml:3: program.notice: "24 hours" is no duration; write it like "24h" or "90m"`},
		{"a number for a duration", "[program]\nnotice = 24\n", "mentorpost.toml:2: program.notice: must be a duration in quotes"},
		{"a negative duration", "[program]\nnotice = \"-1h\"\n", "mentorpost.toml:2: program.notice: \"-1h\" is out of range"},
		{"a policy that is none", "[program]\nnotice_policy = \"lax\"\n", `mentorpost.toml:2: program.notice_policy: "lax" is not known; write "consent" or "strict"`},
		{"a zone that is none", "[program]\nzone = \"CET+1\"\n", `mentorpost.toml:2: program.zone: "CET+1" is no IANA zone`},
		{"a locale that is none", "[program]\nlocale = \"English!\"\n", "mentorpost.toml:2: program.locale:"},
		{"an address that is none", "[program]\naddress = \"mentor\"\n", "mentorpost.toml:2: program.address:"},
		{"an address with a plus", "[program]\naddress = \"a+b@example.org\"\n", "mentorpost.toml:2: program.address:"},
		{"an address without room for the tag", "[program]\naddress = \"mentoring-across-oceans@example.org\"\n", "at most 22 leave room"},
		{"imap without TLS", "[imap]\nurl = \"imap://u@imap.example.org\"\n", "mentorpost.toml:2: imap.url: imap:// sends the password in the clear and is for loopback only; write imaps://u@imap.example.org"},
		{"a password in a URL", "[imap]\nurl = \"imaps://u:hidden@imap.example.org\"\n", "take it out and write password_file instead"},
		{"another scheme", "[smtp]\nurl = \"http://x\"\n", "mentorpost.toml:2: smtp.url:"},
		{"a rate that is none", servers + "rate = \"thirty\"\n", "mentorpost.toml:6: smtp.rate:"},
		{"no connection", servers + "connections = 0\n", "mentorpost.toml:6: smtp.connections: must be a number from 1 to 100, not 0"},
		{"servers without an address", servers, "mentorpost.toml: program.address is missing"},
		{"one server without the other", "[smtp]\nurl = \"smtps://smtp.example.org\"\n", "mentorpost.toml: imap.url is missing while smtp.url is set"},
		{"no password", "[program]\naddress = \"m@example.org\"\n" + strings.Replace(servers, "password = \"x\"\n", "", 1), "mentorpost.toml:3: imap.password is missing"},
		{"half of DKIM", "[program]\naddress = \"m@example.org\"\n" + servers + "[dkim]\ndomain = \"example.org\"\n", "mentorpost.toml:8: dkim is incomplete"},
		{"a secret given twice", "[imap]\npassword = \"x\"\npassword_file = \"y\"\n", "mentorpost.toml:3: imap.password: given twice"},
		{"a secret whose file is missing", "[imap]\npassword_file = \"nowhere\"\n", "mentorpost.toml:2: imap.password: read secret:"},
		{"what is not TOML", "[program]\nname = Mentor\n", "mentorpost.toml:2:8: not TOML:"},
		{"a key that stands twice", "[program]\nname = \"a\"\nname = \"b\"\n", "mentorpost.toml:3: program.name is given twice, first in line 2"},
		{"a section that stands twice", "[program]\nname = \"a\"\n[program]\nzone = \"UTC\"\n", "mentorpost.toml:3: section [program] stands twice"},
	} {
		_, err := loadConfig(writeFile(t, "mentorpost.toml", test.text), nil)
		var usage usageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s:\n got %v\nwant %s", test.rule, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: the error shows a password: %v", test.rule, err)
		}
	}
}

func TestEnvironmentOutdoesTheFile(t *testing.T) {
	path := writeFile(t, "mentorpost.toml", wholeConfig)
	password := writeFile(t, "password", "  from the file\n")
	c, err := loadConfig(path, []string{
		"MENTORPOST_PROGRAM_NOTICE_POLICY=consent",
		"MENTORPOST_REHEARSAL=false",
		"MENTORPOST_SMTP_CONNECTIONS=2",
		"MENTORPOST_IMAP_PASSWORD_FILE=" + password,
		"MENTORPOST_CASES=ignored",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Program.NoticePolicy != "consent" || c.Rehearsal || c.SMTP.Connections != 2 {
		t.Errorf("config: %+v", c)
	}
	if c.IMAP.Password != "from the file" {
		t.Errorf("password: %q", c.IMAP.Password)
	}
	for _, test := range []struct{ rule, variable, want string }{
		{"a bad value names its variable", "MENTORPOST_PROGRAM_NOTICE=x", "environment variable MENTORPOST_PROGRAM_NOTICE: program.notice:"},
		{"a misspelt variable", "MENTORPOST_PROGRAM_NOTISE=24h", "did you mean MENTORPOST_PROGRAM_NOTICE?"},
	} {
		if _, err := loadConfig(path, []string{test.variable}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", test.rule, err)
		}
	}
}

func TestKeyIsMadeOnlyBesideANewDatabase(t *testing.T) {
	c := defaultConfig()
	c.Secrets.KeyFile = filepath.Join(t.TempDir(), "mentorpost.key")
	if _, err := c.loadKeys(false); err == nil || !strings.Contains(err.Error(), "secrets.key_file") {
		t.Errorf("with an old database: %v", err)
	}
	made, err := c.loadKeys(true)
	if err != nil || len(made) != 1 {
		t.Fatalf("with a new database: %d keys, %v", len(made), err)
	}
	if info, err := os.Stat(c.Secrets.KeyFile); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if again, err := c.loadKeys(false); err != nil || string(again[0]) != string(made[0]) {
		t.Errorf("read again: %v", err)
	}
	if err := makeKey(c.Secrets.KeyFile); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a key must never be replaced: %v", err)
	}
	if err := os.WriteFile(c.Secrets.KeyFile, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.loadKeys(true); err == nil || !strings.Contains(err.Error(), "64 hexadecimal digits") {
		t.Errorf("a file that holds no key: %v", err)
	}
}
