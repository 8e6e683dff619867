package main

import (
	"bufio"
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestInitAsks(t *testing.T) {
	for _, test := range []struct {
		rule, typed string
		want        answers
	}{
		{"an empty answer takes what is in brackets", "\n\n\n\n\n", defaultAnswers()},
		{"what cannot be used is asked for again", "Tandem\nnobody\nmentor@tandem.org\n\nMars\nEurope/Lisbon\n\n",
			answers{Name: "Tandem", Address: "mentor@tandem.org", Zone: "Europe/Lisbon"}},
		{"with an IMAP server goes an SMTP server", "\n\nops@tandem.org\n\nimaps://m@imap.tandem.org\n\nsmtps://m@smtp.tandem.org\n",
			answers{Name: "Mentoring program", Address: "mentor@example.org", Coordinators: []string{"ops@tandem.org"}, Zone: "UTC", IMAP: "imaps://m@imap.tandem.org", SMTP: "smtps://m@smtp.tandem.org"}},
	} {
		given := defaultAnswers()
		in := bufio.NewReader(strings.NewReader(test.typed))
		if err := given.ask(in, &bytes.Buffer{}); err != nil || !reflect.DeepEqual(given, test.want) {
			t.Errorf("%s: %+v, %v", test.rule, given, err)
		}
		if rest, _ := in.ReadString(0); rest != "" {
			t.Errorf("%s: %q was not asked for", test.rule, rest)
		}
	}
	given := defaultAnswers()
	if err := given.ask(bufio.NewReader(strings.NewReader("Tandem\n")), &bytes.Buffer{}); err == nil {
		t.Error("input that ends before the questions do must not count as answers")
	}
}

// What was answered must come back when the file is read, whatever it holds.
func TestWhatInitWritesIsRead(t *testing.T) {
	given := answers{
		Name: `Ada's "Tandem" \ 2027 é`, Address: "mentor@tandem.org", Coordinators: []string{"a@tandem.org", "b@tandem.org"},
		Zone: "Europe/Lisbon", IMAP: "imaps://m%40tandem.org@imap.tandem.org:993/INBOX", SMTP: "smtps://m%40tandem.org@smtp.tandem.org:465",
	}
	var text bytes.Buffer
	if err := configurationTemplate.Execute(&text, given); err != nil {
		t.Fatal(err)
	}
	path := writeFile(t, "mentorpost.toml", text.String())
	for _, name := range []string{"imap.password", "smtp.password"} {
		if err := os.WriteFile(strings.TrimSuffix(path, "mentorpost.toml")+name, []byte("secret\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := loadConfig(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := answers{c.Program.Name, c.Program.Address, c.Program.Coordinators, c.Program.Zone, c.IMAP.URL, c.SMTP.URL}
	if !reflect.DeepEqual(got, given) || c.Embedded || c.IMAP.Password != "secret" {
		t.Errorf("got %+v\nwant %+v", got, given)
	}
}

// The file with default answers says what holds without it, but for the address.
func TestDefaultsInTheFileAreTheDefaults(t *testing.T) {
	var text bytes.Buffer
	if err := configurationTemplate.Execute(&text, defaultAnswers()); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(writeFile(t, "mentorpost.toml", text.String()), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := defaultConfig()
	want.Program.Address, want.Program.Coordinators = "mentor@example.org", nil
	if len(c.Program.Coordinators) == 0 {
		c.Program.Coordinators = nil
	}
	if !reflect.DeepEqual(c.Program, want.Program) || c.SMTP != want.SMTP || c.IMAP != want.IMAP || c.HTTP != want.HTTP || c.DKIM != want.DKIM || !c.Embedded {
		t.Errorf("got %+v\nwant %+v", c, want)
	}
}
