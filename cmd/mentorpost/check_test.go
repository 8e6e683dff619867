package main

import (
	"context"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/cmd/mentorpost/postoffice"
)

// signingKey is an Ed25519 key made for these tests, in PKCS #8.
const signingKey = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
`

const signingRecord = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

// zone is a DNS of TXT records.
type zone map[string][]string

func (z zone) lookup(_ context.Context, name string) ([]string, error) {
	if name == "silent.org" {
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	if records, found := z[name]; found {
		return records, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func TestCheckDNS(t *testing.T) {
	key := writeFile(t, "dkim.pem", signingKey)
	signs := func(c *Config) { c.DKIM = DKIMConfig{"tandem.org", "post", key} }
	for _, test := range []struct {
		rule    string
		address string
		change  func(*Config)
		records zone
		want    string // of one line, beginning with check and level
	}{
		{"an SPF record is fine", "m@tandem.org", nil, zone{"tandem.org": {"other", "v=spf1 mx -all"}}, "spf ok v=spf1 mx -all"},
		{"no SPF record is a warning", "m@tandem.org", nil, zone{}, "spf warning tandem.org has no SPF record"},
		{"two SPF records are none", "m@tandem.org", nil, zone{"tandem.org": {"v=spf1 mx", "v=spf1 a"}}, "spf failed tandem.org has 2 SPF records"},
		{"+all lets everybody send", "m@tandem.org", nil, zone{"tandem.org": {"v=spf1 +all"}}, "spf warning tandem.org lets everybody send"},
		{"a DNS that does not answer is no fault of the domain", "m@silent.org", nil, zone{}, "spf warning the DNS did not answer for silent.org"},
		{"a DMARC record is fine", "m@tandem.org", nil, zone{"_dmarc.tandem.org": {"v=DMARC1; p=none"}}, "dmarc ok v=DMARC1; p=none"},
		{"a DMARC record of the organization counts", "m@mail.tandem.org", nil, zone{"_dmarc.tandem.org": {"v=DMARC1; p=reject"}}, "dmarc ok v=DMARC1; p=reject"},
		{"a public suffix is no organization", "m@tandem.co.uk", nil, zone{"_dmarc.co.uk": {"v=DMARC1; p=reject"}}, "dmarc warning there is no record at _dmarc.tandem.co.uk"},
		{"two DMARC records are none", "m@tandem.org", nil, zone{"_dmarc.tandem.org": {"v=DMARC1; p=none", "v=DMARC1; p=reject"}}, "dmarc failed there are 2 records"},
		{"without a key somebody else must sign", "m@tandem.org", nil, zone{}, "dkim warning this program does not sign"},
		{"the published key is the one that signs", "m@tandem.org", signs, zone{"post._domainkey.tandem.org": {signingRecord}}, "dkim ok the key at post._domainkey.tandem.org"},
		{"a published key may hold spaces", "m@tandem.org", signs, zone{"post._domainkey.tandem.org": {strings.Replace(signingRecord, "TyWQ", "TyW Q", 1)}}, "dkim ok"},
		{"another key is published", "m@tandem.org", signs, zone{"post._domainkey.tandem.org": {"v=DKIM1; k=ed25519; p=HURo="}}, "dkim failed the key at post._domainkey.tandem.org is not the one that signs"},
		{"no key is published", "m@tandem.org", signs, zone{}, "dkim failed there is no key at post._domainkey.tandem.org"},
		{"a revoked key is none", "m@tandem.org", signs, zone{"post._domainkey.tandem.org": {"v=DKIM1; p="}}, "dkim failed there is no key"},
		{"a signature of another domain is not aligned", "m@tandem.net", signs, zone{}, "dkim failed dkim.domain tandem.org does not match tandem.net"},
		{"a name for trials is not asked about", "mentor@example.org", nil, zone{}, "dns warning example.org is a name for trials"},
	} {
		c := defaultConfig()
		c.Program.Address = test.address
		if test.change != nil {
			test.change(&c)
		}
		var lines []string
		for _, f := range checkDNS(t.Context(), c, test.records.lookup) {
			lines = append(lines, f.check+" "+string(f.level)+" "+f.text)
			if f.level != ok && f.do == "" {
				t.Errorf("%s: %s: nothing is said to do", test.rule, f.check)
			}
		}
		if got := strings.Join(lines, "\n"); !strings.Contains("\n"+got, "\n"+test.want) {
			t.Errorf("%s:\n got %s\nwant %s", test.rule, got, test.want)
		}
	}
}

// openOffice starts a post office and returns a configuration that uses it as
// if it were somebody's server.
func openOffice(t *testing.T) (Config, *postoffice.Office) {
	t.Helper()
	office, err := postoffice.Open(postoffice.Options{SMTPAddr: "127.0.0.1:0", IMAPAddr: "127.0.0.1:0", Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = office.Close() })
	path := writeFile(t, "mentorpost.toml", `[program]
address = "mentor@example.org"
coordinators = ["ops@example.org"]
[imap]
url = "imap://mentor%40example.org@`+office.IMAPAddr()+`/INBOX"
password = "secret"
[smtp]
url = "smtp://`+office.SMTPAddr()+`"
`)
	c, err := loadConfig(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c, office
}

// findings runs all checks and returns them by their names.
func findings(t *testing.T, c Config, flags checkFlags) map[string]finding {
	t.Helper()
	found := map[string]finding{}
	runChecks(t.Context(), c, flags, zone{}.lookup, func(some ...finding) {
		for _, f := range some {
			found[f.check] = f
		}
	})
	return found
}

func TestCheckOnServersThatWork(t *testing.T) {
	c, office := openOffice(t)
	found := findings(t, c, checkFlags{wait: 20 * time.Second})
	for _, check := range []string{"configuration", "database", "key", "templates", "imap", "smtp", "plus-address"} {
		if f := found[check]; f.level != ok {
			t.Errorf("%s: %+v", check, f)
		}
	}
	if left := office.Mails("mentor@example.org", "INBOX"); len(left) != 0 {
		t.Errorf("the mail of the check is left in the mailbox: %d", len(left))
	}
	if filed := office.Mails("mentor@example.org", "Processed"); len(filed) != 1 {
		t.Errorf("the mail of the check is not filed: %d", len(filed))
	}
	if _, err := os.Stat(c.Secrets.KeyFile); err == nil {
		t.Error("a check must not make the key")
	}
}

func TestCheckOnServersThatDoNot(t *testing.T) {
	for _, test := range []struct {
		rule   string
		change func(*Config, *postoffice.Office)
		check  string
		want   string // in text and advice
	}{
		{"a wrong password", func(c *Config, _ *postoffice.Office) { c.IMAP.Password = "wrong" }, "imap", "imap.password_file"},
		{"an IMAP server that is not there", func(c *Config, _ *postoffice.Office) { c.IMAP.URL = "imap://u@127.0.0.1:1/INBOX" }, "imap", "nothing listens there; see host and port in imap.url"},
		{"an SMTP server that is not there", func(c *Config, _ *postoffice.Office) { c.SMTP.URL = "smtp://127.0.0.1:1" }, "smtp", "nothing listens there; see host and port in smtp.url"},
		{"a port without TLS", func(c *Config, o *postoffice.Office) { c.SMTP.URL = "smtps://" + o.SMTPAddr() }, "smtp", "the port does not speak TLS from the start; see smtp.url"},
		{"a plus-address that reaches nobody", func(c *Config, _ *postoffice.Office) { c.Program.Address = "other@example.org" }, "plus-address", "turn on plus-addressing"},
		{"a database that cannot be opened", func(c *Config, _ *postoffice.Office) { c.Database.URL = "sqlite:/no/such/folder/x.db" }, "database", "see database.url"},
	} {
		c, office := openOffice(t)
		test.change(&c, office)
		f := findings(t, c, checkFlags{wait: time.Second})[test.check]
		if f.level != failed || !strings.Contains(f.text+"; "+f.do, test.want) {
			t.Errorf("%s: %+v", test.rule, f)
		}
	}
}

func TestCheckKey(t *testing.T) {
	dir := t.TempDir()
	c := defaultConfig()
	c.Embedded = true
	c.Secrets.KeyFile = filepath.Join(dir, "mentorpost.key")
	c.Database.URL = "sqlite:" + filepath.Join(dir, "mentorpost.db")
	check := func() finding {
		t.Helper()
		database, f := checkDatabase(t.Context(), c)
		if database == nil {
			t.Fatalf("%+v", f)
		}
		defer database.Close()
		return checkKey(t.Context(), c, database)
	}
	if f := check(); f.level != ok {
		t.Errorf("a key that will be made: %+v", f)
	}
	s, err := openServiceAt(t.Context(), c, nil, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	if f := check(); f.level != ok {
		t.Errorf("the key that was made: %+v", f)
	}
	if err := os.Chmod(c.Secrets.KeyFile, 0o644); err != nil {
		t.Fatal(err)
	}
	if f := check(); f.level != warning || !strings.Contains(f.do, "chmod 600") {
		t.Errorf("a key that others can read: %+v", f)
	}
	if err := os.Remove(c.Secrets.KeyFile); err != nil {
		t.Fatal(err)
	}
	if f := check(); f.level != failed {
		t.Errorf("a lost key: %+v", f)
	}
	if err := makeKey(c.Secrets.KeyFile); err != nil {
		t.Fatal(err)
	}
	if f := check(); f.level != failed || !strings.Contains(f.text, "does not fit the database") {
		t.Errorf("another database's key: %+v", f)
	}
}

func TestJudgeCertificate(t *testing.T) {
	now := time.Date(2027, 1, 4, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		rule string
		left time.Duration
		want level
	}{
		{"two months are enough", 60 * 24 * time.Hour, ok},
		{"exactly a fortnight is enough", 14 * 24 * time.Hour, ok},
		{"less than a fortnight is worth a word", 14*24*time.Hour - time.Second, warning},
	} {
		peers := []*x509.Certificate{{NotAfter: now.Add(test.left)}}
		if f := judgeCertificate("imap tls", peers, nil, now); f.level != test.want {
			t.Errorf("%s: %+v", test.rule, f)
		}
	}
}
