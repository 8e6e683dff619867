package postoffice

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var arrival = time.Date(2027, 1, 25, 9, 30, 0, 0, time.UTC)

func open(t *testing.T, o Options) *Office {
	t.Helper()
	o.SMTPAddr, o.IMAPAddr = "127.0.0.1:0", "127.0.0.1:0"
	if o.Now == nil {
		o.Now = func() time.Time { return arrival }
	}
	office, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { office.Close() })
	return office
}

func send(t *testing.T, office *Office, to, subject string) {
	t.Helper()
	body := fmt.Sprintf("From: ada@example.org\r\nTo: %s\r\nSubject: %s\r\n\r\nHello\r\n..dots\r\n", to, subject)
	if err := smtp.SendMail(office.SMTPAddr(), nil, "ada@example.org", []string{to}, []byte(body)); err != nil {
		t.Fatalf("send to %s: %v", to, err)
	}
}

// signIn opens an IMAP connection; news is called for each EXISTS.
func signIn(t *testing.T, office *Office, name string, news func(uint32)) *imapclient.Client {
	t.Helper()
	conn, err := net.Dial("tcp", office.IMAPAddr())
	if err != nil {
		t.Fatal(err)
	}
	client := imapclient.New(conn, &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil && news != nil {
				news(*data.NumMessages)
			}
		},
	}})
	t.Cleanup(func() { client.Close() })
	if err := client.Login(name, DefaultPassword).Wait(); err != nil {
		t.Fatalf("sign in as %s: %v", name, err)
	}
	return client
}

func selectInbox(t *testing.T, c *imapclient.Client) *imap.SelectData {
	t.Helper()
	data, err := c.Select("INBOX", nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func subjects(mails []Mail) []string {
	var all []string
	for _, m := range mails {
		for line := range strings.Lines(string(m.Raw)) {
			if subject, ok := strings.CutPrefix(line, "Subject: "); ok {
				all = append(all, strings.TrimSpace(subject))
			}
		}
	}
	return all
}

func TestMailReachesItsMailbox(t *testing.T) {
	var told []string
	office := open(t, Options{Deliver: func(to string, raw []byte) {
		told = append(told, fmt.Sprintf("%s %t", to, bytes.Contains(raw, []byte("Subject: one"))))
	}})
	send(t, office, "Mentor+abc@Example.org", "one")

	mails := office.Mails("mentor@example.org", "inbox")
	if len(mails) != 1 {
		t.Fatalf("a plus-address reaches the base mailbox: got %d mails", len(mails))
	}
	want := "Return-Path: <ada@example.org>\r\nDelivered-To: Mentor+abc@Example.org\r\nReceived: from localhost by localhost with ESMTP;\r\n\tMon, 25 Jan 2027 09:30:00 +0000\r\nFrom: ada@example.org\r\n"
	if got := string(mails[0].Raw); !strings.HasPrefix(got, want) {
		t.Errorf("trace is\n%q\nwant\n%q", got, want)
	}
	if !bytes.HasSuffix(mails[0].Raw, []byte("\r\n\r\nHello\r\n..dots\r\n")) {
		t.Errorf("the body came through changed: %q", mails[0].Raw)
	}
	if !mails[0].At.Equal(arrival) {
		t.Errorf("INTERNALDATE %v, want the clock's %v", mails[0].At, arrival)
	}
	if want := []string{"Mentor+abc@Example.org true"}; !slices.Equal(told, want) {
		t.Errorf("hook told %q, want %q", told, want)
	}
}

func TestRefusals(t *testing.T) {
	office := open(t, Options{MaxBytes: 1000})
	t.Run("a wrong password opens nothing", func(t *testing.T) {
		conn, err := net.Dial("tcp", office.IMAPAddr())
		if err != nil {
			t.Fatal(err)
		}
		client := imapclient.New(conn, nil)
		defer client.Close()
		if err := client.Login("ada@example.org", "guess").Wait(); err == nil {
			t.Error("signed in")
		}
	})
	t.Run("a mail beyond the bound is refused whole", func(t *testing.T) {
		err := smtp.SendMail(office.SMTPAddr(), nil, "a@example.org", []string{"b@example.org"}, bytes.Repeat([]byte("x\r\n"), 500))
		if err == nil || !strings.HasPrefix(err.Error(), "552") {
			t.Errorf("got %v, want a 552", err)
		}
		if mails := office.Mails("b@example.org", "INBOX"); len(mails) != 0 {
			t.Errorf("%d mails kept", len(mails))
		}
	})
	t.Run("an address without a domain has no mailbox", func(t *testing.T) {
		if err := office.Deliver("nobody", nil, arrival); err == nil {
			t.Error("delivered")
		}
	})
}

func TestAnyMailProgramReads(t *testing.T) {
	office := open(t, Options{})
	send(t, office, "ben@example.org", "one")
	send(t, office, "ben@example.org", "two")
	client := signIn(t, office, "ben@example.org", nil)
	if data := selectInbox(t, client); data.NumMessages != 2 || data.UIDNext != 3 || data.UIDValidity == 0 {
		t.Errorf("selected %+v", data)
	}

	found, err := client.UIDSearch(&imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Subject", Value: "TWO"}}}, nil).Wait()
	if err != nil || !slices.Equal(found.AllUIDs(), []imap.UID{2}) {
		t.Errorf("search found %v, %v", found.AllUIDs(), err)
	}

	beyond := imap.UIDSet{{Start: 9, Stop: 0}} // RFC 9051 §9: "9:*" holds the last mail, whatever its UID
	found, err = client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{beyond}}, nil).Wait()
	if err != nil || !slices.Equal(found.AllUIDs(), []imap.UID{2}) {
		t.Errorf("9:* is %v, %v", found.AllUIDs(), err)
	}

	body := &imap.FetchItemBodySection{Peek: true}
	all, err := client.Fetch(imap.UIDSetNum(1, 2), &imap.FetchOptions{UID: true, Flags: true, Envelope: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{body}}).Collect()
	if err != nil || len(all) != 2 {
		t.Fatalf("fetched %d, %v", len(all), err)
	}
	if all[0].Envelope.Subject != "one" || !all[0].InternalDate.Equal(arrival) || len(all[0].Flags) != 0 {
		t.Errorf("fetched %+v", all[0])
	}
	if !bytes.Equal(all[0].FindBodySection(body), office.Mails("ben@example.org", "INBOX")[0].Raw) {
		t.Error("the fetched bytes are not the kept ones")
	}

	if err := client.Create("Work/Later", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Move(imap.UIDSetNum(1), "Work/Later").Wait(); err != nil {
		t.Fatal(err)
	}
	if got := subjects(office.Mails("ben@example.org", "Work/Later")); !slices.Equal(got, []string{"one"}) {
		t.Errorf("moved: %v", got)
	}
	folders, err := client.List("", "*", nil).Collect()
	if err != nil || len(folders) != 3 {
		t.Errorf("folders %v, %v: want INBOX, Work, Work/Later", folders, err)
	}
	if err := client.Store(imap.UIDSetNum(2), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{"\\DELETED"}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if gone, err := client.Expunge().Collect(); err != nil || !slices.Equal(gone, []uint32{1}) {
		t.Errorf("expunged %v, %v", gone, err)
	}
}

func TestIdleTellsOfEveryMail(t *testing.T) {
	office := open(t, Options{})
	told := make(chan uint32, 100)
	client := signIn(t, office, "ben@example.org", func(n uint32) { told <- n })
	selectInbox(t, client)
	for round := uint32(1); round <= 50; round++ {
		idle, err := client.Idle()
		if err != nil {
			t.Fatal(err)
		}
		if err := office.Deliver("ben@example.org", []byte("Subject: x\r\n\r\n"), arrival); err != nil {
			t.Fatal(err)
		}
		select {
		case n := <-told:
			if n != round {
				t.Fatalf("told of %d mails, want %d", n, round)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("round %d: not told", round)
		}
		if err := idle.Close(); err != nil {
			t.Fatal(err)
		}
		if err := idle.Wait(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRestartLosesNothing(t *testing.T) {
	dir := t.TempDir()
	first := open(t, Options{Dir: dir})
	for _, subject := range []string{"one", "two", "three"} {
		send(t, first, "ben@example.org", subject)
	}
	client := signIn(t, first, "ben@example.org", nil)
	before := selectInbox(t, client)
	if err := client.Create("Über.uns/..", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := client.Move(imap.UIDSetNum(3), "Über.uns/..").Wait(); err != nil {
		t.Fatal(err)
	}
	keep := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen, "$Mentorpost"}}
	if err := client.Store(imap.UIDSetNum(2), keep, nil).Close(); err != nil {
		t.Fatal(err)
	}

	// The first is not closed: what a killed process leaves is what it had
	// promised, and nothing is written on the way out.
	second := open(t, Options{Dir: dir})
	if got := subjects(second.Mails("ben@example.org", "INBOX")); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("inbox holds %v", got)
	}
	if got := second.Mails("ben@example.org", "Über.uns/.."); len(got) != 1 || !got[0].At.Equal(arrival) {
		t.Errorf("the other folder holds %v", got)
	}
	client = signIn(t, second, "ben+tag@example.org", nil)
	after := selectInbox(t, client)
	if after.UIDValidity != before.UIDValidity || after.UIDNext != 4 {
		t.Errorf("UIDVALIDITY %d and UIDNEXT %d, want %d and 4: a moved UID is not given again", after.UIDValidity, after.UIDNext, before.UIDValidity)
	}
	all, err := client.Fetch(imap.UIDSetNum(2), &imap.FetchOptions{Flags: true}).Collect()
	if err != nil || len(all) != 1 || !slices.Equal(all[0].Flags, []imap.Flag{"$mentorpost", imap.FlagSeen}) {
		t.Errorf("flags %+v, %v", all, err)
	}
}

func TestFoldersAsMailProgramsUseThem(t *testing.T) {
	office := open(t, Options{Dir: t.TempDir()})
	send(t, office, "ben@example.org", "one")
	send(t, office, "ben@example.org", "two")
	client := signIn(t, office, "ben@example.org", nil)
	selectInbox(t, client)

	t.Run("a copy is a mail of its own", func(t *testing.T) {
		if err := client.Create("Copies", nil).Wait(); err != nil {
			t.Fatal(err)
		}
		data, err := client.Copy(imap.UIDSetNum(2, 9), "Copies").Wait()
		if err != nil || data.SourceUIDs.String() != "2" || data.DestUIDs.String() != "1" {
			t.Errorf("copied %+v, %v", data, err)
		}
		if got := subjects(office.Mails("ben@example.org", "Copies")); !slices.Equal(got, []string{"two"}) {
			t.Errorf("copies are %v", got)
		}
	})
	t.Run("copying what is gone is no error", func(t *testing.T) {
		if _, err := client.Copy(imap.UIDSetNum(9), "Copies").Wait(); err != nil {
			t.Error(err)
		}
	})
	t.Run("a missing folder asks to be made", func(t *testing.T) {
		_, err := client.Move(imap.UIDSetNum(1), "Nowhere").Wait()
		var answer *imap.Error
		if !errors.As(err, &answer) || answer.Code != imap.ResponseCodeTryCreate {
			t.Errorf("got %v, want TRYCREATE", err)
		}
	})
	t.Run("a folder keeps its mails under a new name", func(t *testing.T) {
		if err := client.Rename("Copies", "Kept", nil).Wait(); err != nil {
			t.Fatal(err)
		}
		if got := subjects(office.Mails("ben@example.org", "Kept")); !slices.Equal(got, []string{"two"}) {
			t.Errorf("kept %v", got)
		}
	})
	t.Run("a folder made anew has another UIDVALIDITY", func(t *testing.T) {
		validity := func() uint32 {
			data, err := client.Status("Kept", &imap.StatusOptions{UIDValidity: true}).Wait()
			if err != nil {
				t.Fatal(err)
			}
			return data.UIDValidity
		}
		before := validity()
		if err := client.Delete("Kept").Wait(); err != nil {
			t.Fatal(err)
		}
		if err := client.Create("Kept", nil).Wait(); err != nil {
			t.Fatal(err)
		}
		if after := validity(); after <= before {
			t.Errorf("UIDVALIDITY %d after %d", after, before)
		}
	})
	t.Run("the inbox stays", func(t *testing.T) {
		if err := client.Delete("inbox").Wait(); err == nil {
			t.Error("deleted")
		}
	})
	t.Run("a sent mail is appended with the clock's time", func(t *testing.T) {
		raw := []byte("Subject: three\r\n\r\n")
		command := client.Append("Kept", int64(len(raw)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagSeen}})
		command.Write(raw)
		if err := command.Close(); err != nil {
			t.Fatal(err)
		}
		if data, err := command.Wait(); err != nil || data.UID != 1 {
			t.Fatalf("appended %+v, %v", data, err)
		}
		if got := office.Mails("ben@example.org", "Kept"); len(got) != 1 || !got[0].At.Equal(arrival) {
			t.Errorf("kept %+v", got)
		}
	})
}

func TestManyAtOnceLoseNothing(t *testing.T) {
	const senders, each = 4, 25
	arrived := make(chan struct{}, senders*each)
	office := open(t, Options{Dir: t.TempDir(), Deliver: func(string, []byte) { arrived <- struct{}{} }})
	reader := signIn(t, office, "ben@example.org", nil)
	selectInbox(t, reader)
	mover := signIn(t, office, "ben@example.org", nil)
	selectInbox(t, mover)
	if err := mover.Create("Done", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	for sender := range senders {
		go func() {
			for n := range each {
				raw := fmt.Sprintf("Subject: %d-%d\r\n\r\n", sender, n)
				if err := smtp.SendMail(office.SMTPAddr(), nil, "a@example.org", []string{"ben@example.org"}, []byte(raw)); err != nil {
					t.Errorf("send: %v", err)
					arrived <- struct{}{}
				}
			}
		}()
	}
	everything := imap.UIDSet{{Start: 1, Stop: 0}}
	for range senders * each {
		<-arrived
		if _, err := mover.Move(everything, "Done").Wait(); err != nil {
			t.Fatal(err)
		}
		if _, err := reader.Fetch(everything, &imap.FetchOptions{Flags: true, BodySection: []*imap.FetchItemBodySection{{}}}).Collect(); err != nil {
			t.Fatal(err)
		}
	}
	for mover.Noop().Wait() == nil && len(office.Mails("ben@example.org", "INBOX")) > 0 {
		if _, err := mover.Move(everything, "Done").Wait(); err != nil {
			t.Fatal(err)
		}
	}
	got := subjects(office.Mails("ben@example.org", "Done"))
	slices.Sort(got)
	if got = slices.Compact(got); len(got) != senders*each {
		t.Errorf("%d different mails, want %d", len(got), senders*each)
	}
}

// BenchmarkDelivery measures SMTP into a folder on disk, each mail synced.
func BenchmarkDelivery(b *testing.B) {
	office, err := Open(Options{SMTPAddr: "127.0.0.1:0", IMAPAddr: "127.0.0.1:0", Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer office.Close()
	client, err := smtp.Dial(office.SMTPAddr())
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	raw := bytes.Repeat([]byte("a line of a mail\r\n"), 100)
	for b.Loop() {
		err := errors.Join(client.Mail("a@example.org"), client.Rcpt("b@example.org"))
		w, dataErr := client.Data()
		if err := errors.Join(err, dataErr); err != nil {
			b.Fatal(err)
		}
		w.Write(raw)
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
