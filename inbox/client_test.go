package inbox_test

import (
	"bytes"
	"context"
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

func TestAMailboxMadeAnewHasAnotherUIDValidity(t *testing.T) {
	server := newMemory(t)
	before := dial(t, server.options()).UIDValidity()
	if err := server.user.Delete("INBOX"); err != nil {
		t.Fatal(err)
	}
	if err := server.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	client := dial(t, server.options())
	server.put(t, letter(1))
	raws := fetch(t, client, 0, 0)
	if client.UIDValidity() == before || len(raws) != 1 || raws[0].UIDValidity != client.UIDValidity() {
		t.Errorf("UIDVALIDITY was %d, is %d; fetched %+v", before, client.UIDValidity(), raws)
	}
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

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}
