package inbox_test

import (
	"crypto/tls"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/inbox"
)

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
