package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/cmd/servers"
)

// realOffice is a Dovecot and an SMTP server that hands mail on to it.
type realOffice struct {
	dovecot *servers.Dovecot
	smtp    *servers.SMTPServer
}

const officeUser = "mentor@example.org"

func openRealOffice(t *testing.T, security servers.Security) realOffice {
	t.Helper()
	o := realOffice{dovecot: servers.StartDovecot(t)}
	o.dovecot.User(t, officeUser)
	o.smtp = servers.SMTP(t, servers.Script{
		Security: security, User: officeUser, Password: servers.DovecotPassword,
		Mail: func(from string) servers.Answer {
			if from != officeUser {
				return servers.Answer{Code: 553, Text: "not your address"}
			}
			return servers.Answer{}
		},
		Data: func(mail servers.Received) servers.Answer {
			if strings.HasPrefix(mail.To[0], "mentor+") {
				o.dovecot.Lay(t, officeUser, "INBOX", mail.Raw, time.Now())
			}
			return servers.Answer{}
		},
	})
	return o
}

// config is a configuration that uses both servers as they want it.
func (o realOffice) config(t *testing.T, scheme string) Config {
	t.Helper()
	name := filepath.Join(t.TempDir(), "mentorpost.toml")
	text := fmt.Sprintf(`[program]
address = %q
coordinators = ["ops@example.org"]
[imap]
url = "imaps://mentor%%40example.org@%s/INBOX"
password = %q
certificates_file = %q
[smtp]
url = "%s://mentor%%40example.org@%s"
password = %q
certificates_file = %q
[http]
coordinator_password = "seven doors"
`, officeUser, o.dovecot.Addr, servers.DovecotPassword, o.dovecot.CAFile, scheme, o.smtp.Addr, servers.DovecotPassword, o.smtp.CAFile)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCheckOnRealServers(t *testing.T) {
	for _, security := range []struct {
		scheme string
		is     servers.Security
	}{{"smtps", servers.Implicit}, {"smtp", servers.StartTLS}} {
		t.Run(security.scheme, func(t *testing.T) {
			o := openRealOffice(t, security.is)
			found := findings(t, o.config(t, security.scheme), checkFlags{wait: patience})
			for _, check := range []string{"configuration", "database", "key", "templates", "imap", "smtp", "plus-address"} {
				if f := found[check]; f.level != ok {
					t.Errorf("%s: %+v", check, f)
				}
			}
			for _, check := range []string{"imap tls", "smtp tls"} { // made for a day
				if f := found[check]; f.level != warning || !strings.Contains(f.text, "the certificate holds until") || f.do != "have it renewed" {
					t.Errorf("%s: %+v", check, f)
				}
			}
		})
	}
}

func TestCheckSaysWhatIsWrongWithRealServers(t *testing.T) {
	o := openRealOffice(t, servers.Implicit)
	for _, test := range []struct {
		rule   string
		change func(*Config)
		check  string
		want   string // in text and advice
	}{
		{"a wrong IMAP password", func(c *Config) { c.IMAP.Password = "wrong" }, "imap", "see the user in imap.url and imap.password_file"},
		{"a wrong SMTP password", func(c *Config) { c.SMTP.Password = "wrong" }, "smtp", "see the user in smtp.url and smtp.password_file"},
		{"an authority that nobody knows", func(c *Config) { c.IMAP.CertificatesFile = "" }, "imap", "name the authority in imap.certificates_file"},
		{"the same over SMTP", func(c *Config) { c.SMTP.CertificatesFile = "" }, "smtp", "name the authority in smtp.certificates_file"},
		{"a mailbox that is not there", func(c *Config) { c.IMAP.URL = strings.Replace(c.IMAP.URL, "/INBOX", "/Nowhere", 1) }, "imap", "see what comes after the host in imap.url"},
		{"an address that the user may not send from", func(c *Config) { c.Program.Address = "other@example.org" }, "plus-address", "lets this user send as other@example.org"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			c := o.config(t, "smtps")
			test.change(&c)
			f := findings(t, c, checkFlags{wait: 5 * time.Second})[test.check]
			if f.level != failed || !strings.Contains(f.text+"; "+f.do, test.want) {
				t.Errorf("%+v", f)
			}
		})
	}
}
