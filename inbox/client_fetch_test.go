package inbox

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// sized makes mails of these sizes, in MiB.
func sized(mebibytes ...int64) []*wanted {
	var raws []*wanted
	for i, size := range mebibytes {
		raws = append(raws, &wanted{Raw: Raw{UID: uint32(i + 1), Size: size << 20}})
	}
	return raws
}

func uids(raws []*wanted) (all []uint32) {
	for _, raw := range raws {
		all = append(all, raw.UID)
	}
	return all
}

func TestBatches(t *testing.T) {
	const most = 20 << 20
	for _, c := range []struct {
		rule string
		in   []*wanted
		want string
	}{
		{"small mails share a command", sized(1, 2, 3), "[[1 2 3]]"},
		{"exactly 8 MiB is one command", sized(4, 4, 1), "[[1 2] [3]]"},
		{"a mail above 8 MiB goes alone", sized(1, 9, 1), "[[1] [2] [3]]"},
		{"one beyond the bound goes alone, even between small ones", sized(1, 21, 1, 1), "[[1] [2] [3 4]]"},
		{"two beyond the bound do not share", sized(30, 30), "[[1] [2]]"},
		{"no mails are no command", nil, "[]"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := [][]uint32{}
			for batch := range batches(c.in, most) {
				got = append(got, uids(batch))
			}
			if fmt.Sprint(got) != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

func TestOneCallStaysWithinItsMemory(t *testing.T) {
	c := &Client{options: ClientOptions{MaxBytes: 26 << 20}}
	for _, row := range []struct {
		rule string
		in   []*wanted
		want []uint32
	}{
		{"64 MiB are the bound", sized(20, 20, 20, 4, 1), []uint32{1, 2, 3, 4}},
		{"what is not fetched counts as the most that would be", sized(500, 500, 500), []uint32{1, 2}},
		{"a first mail is fetched whatever its size", sized(500), []uint32{1}},
	} {
		t.Run(row.rule, func(t *testing.T) {
			if got := uids(c.within(row.in)); !slices.Equal(got, row.want) {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}

func TestParseMailboxURL(t *testing.T) {
	for _, c := range []struct {
		rule, url string
		want      place
	}{
		{"the user is decoded", "imaps://mentor%40example.org@imap.example.org:1993/INBOX",
			place{secure: true, host: "imap.example.org", port: "1993", user: "mentor@example.org", mailbox: "INBOX"}},
		{"port and mailbox have defaults", "imaps://mentor@imap.example.org",
			place{secure: true, host: "imap.example.org", port: "993", user: "mentor", mailbox: "INBOX"}},
		{"without TLS the port is 143", "imap://mentor@localhost/",
			place{host: "localhost", port: "143", user: "mentor", mailbox: "INBOX"}},
		{"a mailbox may lie below another", "imaps://mentor@[::1]:993/Program%20A/In",
			place{secure: true, host: "::1", port: "993", user: "mentor", mailbox: "Program A/In"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got, err := parseMailboxURL(c.url); err != nil || got != c.want {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestBackoffDoublesUpToItsMost(t *testing.T) {
	b := DefaultBackoff()
	for failures := range 40 {
		most := min(b.First<<min(failures, 20), b.Most)
		for range 20 {
			if wait := b.after(failures); wait < most/2 || wait > most {
				t.Fatalf("after %d failures: %v, want between half of %v and all of it", failures, wait, most)
			}
		}
	}
}

func TestRefusedIsForGood(t *testing.T) {
	if refused(errors.New("connection reset")) || refused(nil) {
		t.Error("a broken connection is no refusal")
	}
}
