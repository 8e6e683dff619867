package inbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// What one FETCH and one call of Fetch may hold in memory, and how slow a
// line may be before it counts as dead.
const (
	batchBytes  = 8 << 20
	callBytes   = 64 << 20
	headerBytes = 256 << 10
	bytesPerSec = 32 << 10
)

// Raw is a mail as it lies in the mailbox.
type Raw struct {
	Mailbox          string
	UIDValidity, UID uint32
	InternalDate     time.Time // when the server received it (RFC 9051 §2.3.3)
	Size             int64     // in bytes, as the server counts
	Bytes            []byte    // nil: beyond MaxBytes, or the server cannot give it
	Header           []byte    // where Bytes is nil: the header section, if it could be had
}

// Fetch returns mails with a UID above afterUID in ascending order, at most
// limit of them and at most 500, and fewer where they are large; none means
// that there are no more. Nothing is marked: people may read the same mailbox.
// What is \Deleted, or carries our keyword, is passed over.
func (c *Client) Fetch(ctx context.Context, afterUID uint32, limit int) ([]Raw, error) {
	if limit <= 0 || limit > mostAtOnce {
		limit = mostAtOnce
	}
	if err := c.poll(ctx); err != nil {
		return nil, err
	}
	c.takeNews() // the search sees what was told up to now
	uids, err := c.search(ctx, imap.UID(afterUID))
	if err != nil {
		return nil, err
	}
	c.next = max(c.next, imap.UID(afterUID)+1)
	for page := range slices.Chunk(uids, limit) {
		raws, err := c.fetchPage(ctx, page)
		if err != nil {
			return nil, err
		}
		if len(raws) > 0 {
			c.next = max(c.next, imap.UID(raws[len(raws)-1].UID)+1)
			return raws, nil
		}
		// All of this page was taken away since the search.
	}
	if len(uids) > 0 {
		c.next = max(c.next, uids[len(uids)-1]+1)
	}
	return nil, nil
}

// poll lets the server announce what has arrived (RFC 9051 §6.1.2); it need not
// search what it has not announced.
func (c *Client) poll(ctx context.Context) error {
	return c.command(ctx, "poll for new mail", func() error { return c.imap.Noop().Wait() })
}

// search lists the UIDs above one that are neither \Deleted nor marked. "n:*"
// always names the last mail, even where its UID is below n (RFC 9051
// §6.4.8), so the answer is filtered.
func (c *Client) search(ctx context.Context, after imap.UID) ([]imap.UID, error) {
	above := imap.UIDSet{}
	above.AddRange(after+1, 0)
	criteria := &imap.SearchCriteria{UID: []imap.UIDSet{above}, NotFlag: []imap.Flag{imap.FlagDeleted}}
	if c.keywordKept {
		criteria.NotFlag = append(criteria.NotFlag, keyword)
	}
	uids, err := c.find(ctx, "search for new mail", criteria)
	return slices.DeleteFunc(uids, func(uid imap.UID) bool { return uid <= after }), err
}

// find lists UIDs in ascending order; servers answer in any.
func (c *Client) find(ctx context.Context, act string, criteria *imap.SearchCriteria) ([]imap.UID, error) {
	var uids []imap.UID
	err := c.command(ctx, act, func() error {
		data, err := c.imap.UIDSearch(criteria, nil).Wait()
		if err == nil {
			uids = data.AllUIDs()
		}
		return err
	})
	slices.Sort(uids)
	return slices.Compact(uids), err
}

// fetchPage fetches the mails of one page, as many as fit into memory.
func (c *Client) fetchPage(ctx context.Context, uids []imap.UID) ([]Raw, error) {
	raws, err := c.fetchFacts(ctx, uids)
	if err != nil {
		return nil, err
	}
	raws = c.within(raws)
	for batch := range batches(raws, c.options.MaxBytes) {
		if err := c.fetchBodies(ctx, batch); err != nil {
			return nil, err
		}
	}
	var there []Raw
	for _, raw := range raws {
		if !raw.gone {
			there = append(there, raw.Raw)
		}
	}
	return there, nil
}

// wanted is a mail on its way.
type wanted struct {
	Raw
	gone bool // expunged since it was searched for
}

// fetchFacts learns size and arrival of each mail.
func (c *Client) fetchFacts(ctx context.Context, uids []imap.UID) ([]*wanted, error) {
	var all []*wanted
	err := c.command(ctx, "fetch sizes", func() error {
		set := imap.UIDSetNum(uids...)
		found, err := c.imap.Fetch(set, &imap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true}).Collect()
		for _, data := range found {
			all = append(all, &wanted{Raw: Raw{
				Mailbox: c.mailbox, UIDValidity: c.validity, UID: uint32(data.UID),
				InternalDate: data.InternalDate, Size: data.RFC822Size,
			}})
		}
		return err
	})
	slices.SortFunc(all, func(a, b *wanted) int { return int(int64(a.UID) - int64(b.UID)) })
	return all, err
}

// within cuts the list where it would fill the memory of one call.
func (c *Client) within(raws []*wanted) []*wanted {
	total := int64(0)
	for i, raw := range raws {
		total += min(raw.Size, c.options.MaxBytes)
		if total > callBytes && i > 0 {
			return raws[:i]
		}
	}
	return raws
}

// batches groups mails so that one FETCH stays within batchBytes, and keeps
// those that are too large apart, each for itself.
func batches(raws []*wanted, maxBytes int64) func(func([]*wanted) bool) {
	return func(yield func([]*wanted) bool) {
		var batch []*wanted
		total := int64(0)
		for _, raw := range raws {
			large := raw.Size > maxBytes
			if len(batch) > 0 && (large || total+raw.Size > batchBytes || batch[0].Size > maxBytes) {
				if !yield(batch) {
					return
				}
				batch, total = nil, 0
			}
			batch, total = append(batch, raw), total+raw.Size
		}
		if len(batch) > 0 {
			yield(batch)
		}
	}
}

// fetchBodies fetches a batch. Where the server refuses it, each mail is asked
// for alone, so that one that it cannot read does not block the mailbox.
func (c *Client) fetchBodies(ctx context.Context, batch []*wanted) error {
	if batch[0].Size > c.options.MaxBytes {
		return c.fetchHeader(ctx, batch[0])
	}
	err := c.fetchSection(ctx, batch, &imap.FetchItemBodySection{Peek: true}, c.options.MaxBytes)
	if len(batch) > 1 && refused(err) {
		for _, raw := range batch {
			if err := c.fetchBodies(ctx, []*wanted{raw}); err != nil {
				return err
			}
		}
		return nil
	}
	if refused(err) {
		c.log.Warn("the server cannot give a mail", "uid", batch[0].UID, "error", err)
		return c.fetchHeader(ctx, batch[0])
	}
	if err != nil {
		return err
	}
	for _, raw := range batch {
		if !raw.gone && raw.Bytes == nil { // larger than the server said
			if err := c.fetchHeader(ctx, raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// fetchHeader fetches what is kept of a mail that is not read.
func (c *Client) fetchHeader(ctx context.Context, raw *wanted) error {
	section := &imap.FetchItemBodySection{
		Specifier: imap.PartSpecifierHeader, Peek: true, Partial: &imap.SectionPartial{Size: headerBytes},
	}
	err := c.fetchSection(ctx, []*wanted{raw}, section, headerBytes)
	if refused(err) {
		raw.gone = false // there, and kept without its header
		return nil
	}
	return err
}

// refused tells whether the server answered that it will not, for a reason
// that does not pass (RFC 5530 §3 names those that do).
func refused(err error) bool {
	var answer *imap.Error
	if !errors.As(err, &answer) {
		return false
	}
	switch answer.Code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeLimit, imap.ResponseCodeServerBug:
		return false
	}
	return answer.Type == imap.StatusResponseTypeNo
}

// fetchSection fetches one section of each mail. A mail that does not come was
// expunged meanwhile.
func (c *Client) fetchSection(ctx context.Context, batch []*wanted, section *imap.FetchItemBodySection, limit int64) error {
	byUID := map[imap.UID]*wanted{}
	set := imap.UIDSet{}
	total := int64(0)
	for _, raw := range batch {
		byUID[imap.UID(raw.UID)] = raw
		set.AddNum(imap.UID(raw.UID))
		raw.gone = true
		total += min(raw.Size, limit)
	}
	allowance := c.options.Timeout + time.Duration(total/bytesPerSec)*time.Second
	act := fmt.Sprintf("fetch mails %s", set)
	return c.guard(ctx, allowance, act, func() error {
		command := c.imap.Fetch(set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
		for message := command.Next(); message != nil; message = command.Next() {
			if err := takeSection(message, byUID, section, limit); err != nil {
				command.Close()
				return err
			}
		}
		return command.Close()
	})
}

// takeSection reads one FETCH response. The UID comes before any literal: it
// was asked for first.
func takeSection(message *imapclient.FetchMessageData, byUID map[imap.UID]*wanted, section *imap.FetchItemBodySection, limit int64) error {
	var raw *wanted
	for item := message.Next(); item != nil; item = message.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			if raw = byUID[item.UID]; raw != nil {
				raw.gone = false
			}
		case imapclient.FetchItemDataBodySection:
			if raw == nil || item.Literal == nil || item.Literal.Size() > limit || !item.MatchCommand(section) {
				continue
			}
			content, err := readLiteral(item.Literal)
			if err != nil {
				return err
			}
			if section.Specifier == imap.PartSpecifierHeader {
				raw.Header = content
			} else {
				raw.Bytes = content
			}
		}
	}
	return nil
}

// readLiteral reads a literal of known size in one piece.
func readLiteral(literal imap.LiteralReader) ([]byte, error) {
	content := make([]byte, literal.Size())
	if _, err := io.ReadFull(literal, content); err != nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	return content, nil
}
