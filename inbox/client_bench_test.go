package inbox_test

import (
	"strings"
	"testing"

	"github.com/mentorpost/mentorpost/cmd/servers"
	"github.com/mentorpost/mentorpost/inbox"
)

// benchmarkMails is how many mails of 2 kB one round fetches and files.
const benchmarkMails = 2000

// BenchmarkDovecot reads and files a mailbox over TLS; mails/s is the figure.
func BenchmarkDovecot(b *testing.B) {
	d := servers.StartDovecot(b)
	d.User(b, mentor)
	raw := []byte("Subject: mail\r\n\r\n" + strings.Repeat(strings.Repeat("x", 70)+"\r\n", 28))
	client, err := inbox.Dial(b.Context(), dovecotOptions(d))
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	b.Run("fetch", func(b *testing.B) {
		fill(b, d, raw)
		fetched := 0
		for b.Loop() {
			fetched += fetchAll(b, client)
		}
		b.ReportMetric(float64(fetched)/b.Elapsed().Seconds(), "mails/s")
	})
	b.Run("fetch and file", func(b *testing.B) {
		filed := 0
		for b.Loop() {
			b.StopTimer()
			fill(b, d, raw)
			b.StartTimer()
			filed += fileAll(b, client)
		}
		b.ReportMetric(float64(filed)/b.Elapsed().Seconds(), "mails/s")
	})
}

// fill lays a round's mails into the mailbox.
func fill(b *testing.B, d *servers.Dovecot, raw []byte) {
	b.Helper()
	for range benchmarkMails {
		d.Lay(b, mentor, "INBOX", raw, arrival)
	}
}

// fetchAll reads the whole mailbox, page by page.
func fetchAll(b *testing.B, client *inbox.Client) int {
	b.Helper()
	after, seen := uint32(0), 0
	for {
		raws, err := client.Fetch(b.Context(), after, 0)
		if err != nil {
			b.Fatal(err)
		}
		if len(raws) == 0 {
			break
		}
		after, seen = raws[len(raws)-1].UID, seen+len(raws)
	}
	if seen < benchmarkMails {
		b.Fatalf("%d mails fetched", seen)
	}
	return seen
}

// fileAll fetches and files until the mailbox is empty.
func fileAll(b *testing.B, client *inbox.Client) int {
	b.Helper()
	filed := 0
	for {
		raws, err := client.Fetch(b.Context(), 0, 0)
		if err != nil {
			b.Fatal(err)
		}
		if len(raws) == 0 {
			return filed
		}
		if err := client.File(b.Context(), uidsOf(raws), inbox.FolderProcessed); err != nil {
			b.Fatal(err)
		}
		filed += len(raws)
	}
}
