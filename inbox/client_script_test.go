package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/program"
)

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
