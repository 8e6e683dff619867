package inbox_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"go.uber.org/goleak"

	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/program"
)

const mentor = "mentor@example.org"

var arrival = time.Date(2027, 1, 25, 9, 30, 0, 0, time.UTC)

// memory is an IMAP server in this process whose capabilities a test chooses.
type memory struct {
	addr string
	user *imapmemserver.User
}

func newMemory(t *testing.T, caps ...imap.Cap) *memory {
	t.Helper()
	m := &memory{user: imapmemserver.NewUser(mentor, "secret")}
	if err := m.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	users := imapmemserver.New()
	users.AddUser(m.user)
	set := imap.CapSet{imap.CapIMAP4rev1: {}}
	for _, c := range caps {
		set[c] = struct{}{}
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return users.NewSession(), nil, nil
		},
		Caps: set, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.addr = listener.Addr().String()
	var serving sync.WaitGroup
	serving.Go(func() { server.Serve(listener) })
	t.Cleanup(func() {
		listener.Close()
		server.Close()
		serving.Wait()
	})
	return m
}

// literal is a mail on its way into the memory server.
type literal struct {
	*bytes.Reader
}

func (l literal) Size() int64 { return int64(l.Reader.Len()) }

func (m *memory) put(t *testing.T, raw string, flags ...imap.Flag) {
	t.Helper()
	_, err := m.user.Append("INBOX", literal{bytes.NewReader([]byte(raw))}, &imap.AppendOptions{Time: arrival, Flags: flags})
	if err != nil {
		t.Fatal(err)
	}
}

func (m *memory) count(t *testing.T, folder string) int {
	t.Helper()
	data, err := m.user.Status(folder, &imap.StatusOptions{NumMessages: true})
	if err != nil {
		t.Fatal(err)
	}
	return int(*data.NumMessages)
}

func (m *memory) options() inbox.ClientOptions {
	return inbox.ClientOptions{URL: "imap://mentor%40example.org@" + m.addr, Password: "secret", Timeout: 10 * time.Second}
}

func dial(t *testing.T, o inbox.ClientOptions) *inbox.Client {
	t.Helper()
	client, err := inbox.Dial(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

func letter(n int) string { return fmt.Sprintf("Subject: mail %d\r\n\r\nhello %d\r\n", n, n) }

func fetch(t *testing.T, client *inbox.Client, after uint32, limit int) []inbox.Raw {
	t.Helper()
	raws, err := client.Fetch(t.Context(), after, limit)
	if err != nil {
		t.Fatal(err)
	}
	return raws
}

func uidsOf(raws []inbox.Raw) []uint32 {
	var uids []uint32
	for _, raw := range raws {
		uids = append(uids, raw.UID)
	}
	return uids
}

func TestFetch(t *testing.T) {
	server := newMemory(t, imap.CapMove, imap.CapUIDPlus)
	for n := 1; n <= 5; n++ {
		server.put(t, letter(n))
	}
	server.put(t, letter(6), imap.FlagDeleted)
	client := dial(t, server.options())

	t.Run("mails come in order of UID with their bytes and arrival", func(t *testing.T) {
		raws := fetch(t, client, 0, 0)
		if got := uidsOf(raws); !slices.Equal(got, []uint32{1, 2, 3, 4, 5}) {
			t.Fatalf("got %v; what is \\Deleted is passed over", got)
		}
		raw := raws[2]
		if string(raw.Bytes) != letter(3) || !raw.InternalDate.Equal(arrival) || raw.Mailbox != "INBOX" ||
			raw.UIDValidity != client.UIDValidity() || raw.Size != int64(len(letter(3))) {
			t.Errorf("got %+v", raw)
		}
	})
	t.Run("a limit cuts from the lowest UID", func(t *testing.T) {
		if got := uidsOf(fetch(t, client, 1, 2)); !slices.Equal(got, []uint32{2, 3}) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("nothing above the last UID is nothing, not the last mail again", func(t *testing.T) {
		if got := fetch(t, client, 6, 0); len(got) != 0 {
			t.Errorf("got %v", uidsOf(got))
		}
	})
	t.Run("nothing is marked as seen", func(t *testing.T) {
		data, err := server.user.Status("INBOX", &imap.StatusOptions{NumUnseen: true})
		if err != nil || *data.NumUnseen != 6 {
			t.Errorf("%d unseen, %v", *data.NumUnseen, err)
		}
	})
}

func TestFetchOfALargeMailIsItsHeader(t *testing.T) {
	server := newMemory(t)
	large := "Subject: large\r\nMessage-ID: <l@example.org>\r\n\r\n" + strings.Repeat("x", 2000)
	server.put(t, letter(1))
	server.put(t, large)
	server.put(t, letter(3))
	o := server.options()
	o.MaxBytes = 1000
	raws := fetch(t, dial(t, o), 0, 0)
	if len(raws) != 3 || string(raws[0].Bytes) != letter(1) || string(raws[2].Bytes) != letter(3) {
		t.Fatalf("got %+v", raws)
	}
	if raws[1].Bytes != nil || raws[1].Size != int64(len(large)) || string(raws[1].Header) != "Subject: large\r\nMessage-ID: <l@example.org>\r\n\r\n" {
		t.Fatalf("got %+v", raws[1])
	}
	limits := inbox.DefaultLimits()
	limits.Bytes = 1000
	mail := inbox.Parse(inbox.Beyond(raws[1]), limits)
	if mail.Kind != program.KindOversized || mail.MessageID != "l@example.org" || !strings.HasPrefix(mail.Reason, "2047 bytes, more than") {
		t.Errorf("what is kept reads as %v %q %q", mail.Kind, mail.MessageID, mail.Reason)
	}
}

func TestFile(t *testing.T) {
	for _, c := range []struct {
		rule                    string
		caps                    []imap.Cap
		inboxLeft, filed, again int
	}{
		{"with MOVE the mails change their folder", []imap.Cap{imap.CapMove, imap.CapUIDPlus}, 2, 2, 1},
		{"with UIDPLUS they are copied, then expunged", []imap.Cap{imap.CapUIDPlus}, 2, 2, 1},
		{"with neither they stay, and are passed over from then on", nil, 4, 0, 1},
	} {
		t.Run(c.rule, func(t *testing.T) {
			server := newMemory(t, c.caps...)
			for n := 1; n <= 3; n++ {
				server.put(t, letter(n))
			}
			// Somebody else's \Deleted mail must survive all of it.
			server.put(t, letter(4), imap.FlagDeleted)
			client := dial(t, server.options())
			for range 2 { // filing is safe to repeat
				if err := client.File(t.Context(), []uint32{1, 3}, inbox.FolderProcessed); err != nil {
					t.Fatal(err)
				}
			}
			if got := server.count(t, "INBOX"); got != c.inboxLeft {
				t.Errorf("%d mails in the mailbox, want %d", got, c.inboxLeft)
			}
			if got := server.count(t, inbox.FolderProcessed); got != c.filed {
				t.Errorf("%d mails filed, want %d", got, c.filed)
			}
			if got := fetch(t, client, 0, 0); len(got) != c.again || got[0].UID != 2 {
				t.Errorf("fetched %v, want the one that was not filed", uidsOf(got))
			}
			if client.Moves() != (c.filed > 0) {
				t.Errorf("Moves says %t", client.Moves())
			}
		})
	}
}

func TestFileMakesAFolderThatWasDeleted(t *testing.T) {
	for _, c := range []imap.Cap{imap.CapMove, imap.CapUIDPlus} {
		t.Run("with "+string(c), func(t *testing.T) {
			server := newMemory(t, c)
			server.put(t, letter(1))
			client := dial(t, server.options())
			if err := server.user.Delete(inbox.FolderProcessed); err != nil {
				t.Fatal(err)
			}
			if err := client.File(t.Context(), []uint32{1}, inbox.FolderProcessed); err != nil {
				t.Fatal(err)
			}
			if got := server.count(t, inbox.FolderProcessed); got != 1 {
				t.Errorf("%d mails filed, want 1", got)
			}
		})
	}
}

func TestIdleWakesForMail(t *testing.T) {
	server := newMemory(t)
	client := dial(t, server.options())
	fetch(t, client, 0, 0)
	for n := 1; n <= 5; n++ {
		woken := make(chan error, 1)
		go func() { woken <- client.Idle(t.Context(), time.Minute) }()
		server.put(t, letter(n))
		if err := <-woken; err != nil {
			t.Fatal(err)
		}
		if got := uidsOf(fetch(t, client, uint32(n-1), 0)); !slices.Equal(got, []uint32{uint32(n)}) {
			t.Fatalf("after waking: %v, want %d", got, n)
		}
	}
}

func TestIdleEnds(t *testing.T) {
	server := newMemory(t)
	client := dial(t, server.options())
	t.Run("without mail after the longest wait", func(t *testing.T) {
		if err := client.Idle(t.Context(), 20*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("with its context, and the connection can be used on", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- client.Idle(ctx, time.Hour) }()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
	})
}

func TestDialRefuses(t *testing.T) {
	server := newMemory(t)
	for _, c := range []struct {
		rule, url, password string
		kind                error
	}{
		{"a wrong password", "imap://mentor%40example.org@" + server.addr, "guess", inbox.ErrSignIn},
		{"no encryption on the way to another machine", "imap://mentor@imap.example.org", "", inbox.ErrInsecure},
		{"another scheme", "http://mentor@" + server.addr, "", inbox.ErrAddress},
		{"a URL without a user", "imaps://" + server.addr, "", inbox.ErrAddress},
		{"a URL that is none", "imaps://user:pass word@%zz", "", inbox.ErrAddress},
	} {
		t.Run(c.rule, func(t *testing.T) {
			client, err := inbox.Dial(t.Context(), inbox.ClientOptions{URL: c.url, Password: c.password, Timeout: 10 * time.Second})
			if !errors.Is(err, c.kind) {
				t.Errorf("got %v, want %v", err, c.kind)
			}
			if client != nil {
				t.Error("a client came with the error")
			}
			if strings.Contains(fmt.Sprint(err), "pass word") {
				t.Errorf("the error shows the password: %v", err)
			}
		})
	}
}

// script is a server that says what a test tells it to, and then keeps silent.
func script(t *testing.T, answers func(line string) string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				talk(conn, answers)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		serving.Wait()
	})
	return listener.Addr().String()
}

func talk(conn net.Conn, answers func(string) string) {
	fmt.Fprint(conn, "* OK ready\r\n")
	buffer, line := make([]byte, 1), []byte(nil)
	for {
		if _, err := conn.Read(buffer); err != nil {
			return
		}
		if line = append(line, buffer...); buffer[0] != '\n' {
			continue
		}
		tag, command, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
		line = nil
		fmt.Fprint(conn, strings.ReplaceAll(answers(command), "TAG", tag))
	}
}

// ordinary answers what Dial asks.
func ordinary(command string) string {
	switch word, _, _ := strings.Cut(command, " "); word {
	case "CAPABILITY":
		return "* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n"
	case "LOGIN", "LOGOUT", "NOOP":
		return "TAG OK done\r\n"
	case "SELECT":
		return "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\nTAG OK done\r\n"
	case "LIST":
		name := strings.Trim(command[strings.LastIndexByte(command, ' ')+1:], `"`)
		return fmt.Sprintf("* LIST () \"/\" %s\r\nTAG OK done\r\n", name)
	}
	return "TAG BAD unknown\r\n"
}

func TestASilentServerIsLeftInTime(t *testing.T) {
	for _, silent := range []string{"CAPABILITY", "LOGIN", "SELECT", "LIST", "UID SEARCH", "IDLE"} {
		t.Run("at "+silent, func(t *testing.T) {
			addr := script(t, func(command string) string {
				if strings.HasPrefix(command, silent) {
					return ""
				}
				return ordinary(command)
			})
			o := inbox.ClientOptions{URL: "imap://mentor@" + addr, Password: "secret", Timeout: 100 * time.Millisecond}
			client, err := inbox.Dial(t.Context(), o)
			if err == nil {
				defer client.Close()
				if silent == "IDLE" {
					err = client.Idle(t.Context(), time.Hour)
				} else {
					_, err = client.Fetch(t.Context(), 0, 0)
				}
			}
			if !errors.Is(err, inbox.ErrSilent) {
				t.Errorf("got %v, want ErrSilent", err)
			}
		})
	}
}

func TestAMailThatTheServerCannotGiveBlocksNoOther(t *testing.T) {
	addr := script(t, func(command string) string {
		switch {
		case strings.HasPrefix(command, "UID SEARCH"):
			return "* SEARCH 9 8\r\nTAG OK done\r\n"
		case strings.Contains(command, "RFC822.SIZE"):
			return "* 1 FETCH (UID 8 INTERNALDATE \"25-Jan-2027 09:30:00 +0000\" RFC822.SIZE 5)\r\n" +
				"* 2 FETCH (UID 9 INTERNALDATE \"25-Jan-2027 09:30:00 +0000\" RFC822.SIZE 5)\r\nTAG OK done\r\n"
		case strings.HasPrefix(command, "UID FETCH 9 (UID BODY.PEEK[])"):
			return "* 2 FETCH (UID 9 BODY[] {5}\r\nA: b\n)\r\nTAG OK done\r\n"
		case strings.HasPrefix(command, "UID FETCH"):
			return "TAG NO the disk is bad\r\n"
		}
		return ordinary(command)
	})
	client := dial(t, inbox.ClientOptions{URL: "imap://mentor@" + addr, Timeout: 10 * time.Second})
	raws := fetch(t, client, 0, 0)
	if got := uidsOf(raws); !slices.Equal(got, []uint32{8, 9}) {
		t.Fatalf("got %v", got)
	}
	if raws[0].Bytes != nil || string(raws[1].Bytes) != "A: b\n" {
		t.Errorf("got %+v", raws)
	}
	if mail := inbox.Parse(inbox.Beyond(raws[0]), inbox.DefaultLimits()); mail.Kind != program.KindOversized {
		t.Errorf("what is kept of the bad one is of kind %v", mail.Kind)
	}
}

func TestIdleWithoutIDLESearches(t *testing.T) {
	searches := 0
	addr := script(t, func(command string) string {
		switch {
		case strings.HasPrefix(command, "CAPABILITY"):
			return "* CAPABILITY IMAP4rev1\r\nTAG OK done\r\n"
		case strings.HasPrefix(command, "UID SEARCH"):
			searches++
			return "* SEARCH 8\r\nTAG OK done\r\n"
		}
		return ordinary(command)
	})
	client := dial(t, inbox.ClientOptions{URL: "imap://mentor@" + addr, Timeout: 10 * time.Second})
	if err := client.Idle(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if searches != 1 {
		t.Errorf("searched %d times", searches)
	}
}

func TestFoldersLieInThePersonalNamespace(t *testing.T) {
	var made []string
	addr := script(t, func(command string) string {
		word, rest, _ := strings.Cut(command, " ")
		switch word {
		case "CAPABILITY":
			return "* CAPABILITY IMAP4rev1 NAMESPACE\r\nTAG OK done\r\n"
		case "NAMESPACE":
			return "* NAMESPACE ((\"INBOX.\" \".\")) NIL NIL\r\nTAG OK done\r\n"
		case "LIST":
			return "TAG OK done\r\n"
		case "CREATE":
			made = append(made, strings.Trim(rest, `"`))
			return "TAG OK done\r\n"
		}
		return ordinary(command)
	})
	dial(t, inbox.ClientOptions{URL: "imap://mentor@" + addr, Timeout: 10 * time.Second})
	if want := []string{"INBOX.Processed", "INBOX.Quarantine"}; !slices.Equal(made, want) {
		t.Errorf("made %q, want %q", made, want)
	}
}

func TestATokenIsSentAndARefusalKnown(t *testing.T) {
	const proof = "dXNlcj1tZW50b3IBYXV0aD1CZWFyZXIgZnJlc2gBAQ==" // user=mentor^Aauth=Bearer fresh^A^A
	for _, c := range []struct {
		rule, answer string
		kind         error
	}{
		{"a good token signs in", "TAG OK done\r\n", nil},
		{"a stale one is refused with its status", "+ eyJzdGF0dXMiOiI0MDAifQ==\r\n", inbox.ErrSignIn},
		{"a plain NO is a refusal too", "TAG NO no\r\n", inbox.ErrSignIn},
	} {
		t.Run(c.rule, func(t *testing.T) {
			var sent string
			addr := script(t, func(command string) string {
				switch {
				case strings.HasPrefix(command, "CAPABILITY"):
					return "* CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2\r\nTAG OK done\r\n"
				case strings.HasPrefix(command, "AUTHENTICATE XOAUTH2 "):
					sent = strings.TrimPrefix(command, "AUTHENTICATE XOAUTH2 ")
					return c.answer
				}
				return ordinary(command)
			})
			client, err := inbox.Dial(t.Context(), inbox.ClientOptions{
				URL: "imap://mentor@" + addr, Timeout: 10 * time.Second,
				Token: func(context.Context) (string, error) { return "fresh", nil },
			})
			if !errors.Is(err, c.kind) {
				t.Fatalf("got %v, want %v", err, c.kind)
			}
			if client != nil {
				client.Close()
			}
			if sent != proof {
				t.Errorf("sent %q, want %q", sent, proof)
			}
			if err != nil && strings.Contains(err.Error(), "fresh") {
				t.Errorf("the error shows the token: %v", err)
			}
		})
	}
}

func TestWatchComesBackAfterFailures(t *testing.T) {
	server := newMemory(t, imap.CapMove)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	dials, failed := 0, 0
	caught := make(chan []uint32, 10)
	done := make(chan error, 1)
	go func() {
		done <- inbox.Watch(ctx, func(ctx context.Context) (*inbox.Client, error) {
			if dials++; dials%2 == 1 {
				return nil, errors.New("the network is away")
			}
			return inbox.Dial(ctx, server.options())
		}, func(ctx context.Context, client *inbox.Client) error {
			raws, err := client.Fetch(ctx, 0, 0)
			if err != nil || len(raws) == 0 {
				return err
			}
			if err := client.File(ctx, uidsOf(raws), inbox.FolderProcessed); err != nil {
				return err
			}
			caught <- uidsOf(raws)
			return errors.New("the database is away")
		}, inbox.Backoff{First: time.Millisecond, Most: 2 * time.Millisecond, Wait: time.Minute,
			Failed: func(err error, wait time.Duration) {
				if failed++; wait > 2*time.Millisecond {
					t.Errorf("waits %v after %v", wait, err)
				}
			}})
	}()
	for n := 1; n <= 3; n++ {
		server.put(t, letter(n))
		if got := <-caught; !slices.Equal(got, []uint32{uint32(n)}) {
			t.Fatalf("caught %v, want %d", got, n)
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
	if failed < 5 {
		t.Errorf("told of %d failures: each lost connection and each failed dial is one", failed)
	}
}

func dovecotOptions(d *servers.Dovecot) inbox.ClientOptions {
	return inbox.ClientOptions{
		URL: "imaps://mentor%40example.org@" + d.Addr + "/INBOX", Password: servers.DovecotPassword,
		TLS: &tls.Config{RootCAs: d.Pool}, Timeout: 20 * time.Second,
	}
}

func TestDovecot(t *testing.T) {
	d := servers.StartDovecot(t)
	d.User(t, mentor)
	ahead := time.Now().Add(30 * 24 * time.Hour).Truncate(time.Second)
	for n := 1; n <= 4; n++ {
		d.Lay(t, mentor, "INBOX", []byte(letter(n)), ahead.Add(time.Duration(n)*time.Second))
	}
	client := dial(t, dovecotOptions(d))
	raws := fetch(t, client, 0, 0)
	if got := uidsOf(raws); !slices.Equal(got, []uint32{1, 2, 3, 4}) {
		t.Fatalf("fetched %v", got)
	}
	if string(raws[3].Bytes) != letter(4) || !raws[3].InternalDate.Equal(ahead.Add(4*time.Second)) {
		t.Errorf("fetched %+v", raws[3])
	}
	for range 2 {
		if err := client.File(t.Context(), []uint32{1, 2, 4}, inbox.FolderProcessed); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.File(t.Context(), []uint32{3}, "Set aside/Größe"); err != nil {
		t.Fatal(err)
	}
	if got := fetch(t, client, 0, 0); len(got) != 0 {
		t.Errorf("%v are left", uidsOf(got))
	}
	t.Run("IDLE wakes for a mail that is laid", func(t *testing.T) {
		woken := make(chan error, 1)
		go func() { woken <- client.Idle(t.Context(), time.Minute) }()
		d.Lay(t, mentor, "INBOX", []byte(letter(5)), ahead)
		if err := <-woken; err != nil {
			t.Fatal(err)
		}
		if got := uidsOf(fetch(t, client, 4, 0)); !slices.Equal(got, []uint32{5}) {
			t.Errorf("fetched %v", got)
		}
	})
	t.Run("filed mail is in its folder, unseen", func(t *testing.T) {
		o := dovecotOptions(d)
		o.URL = strings.TrimSuffix(o.URL, "INBOX") + inbox.FolderProcessed
		other := dial(t, o)
		if got := fetch(t, other, 0, 0); len(got) != 3 || other.UIDValidity() == 0 {
			t.Errorf("%d mails filed", len(got))
		}
	})
	t.Run("a certificate that nobody vouches for is refused", func(t *testing.T) {
		o := dovecotOptions(d)
		o.TLS = nil
		if client, err := inbox.Dial(t.Context(), o); err == nil {
			client.Close()
			t.Error("connected")
		}
	})
}

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}
