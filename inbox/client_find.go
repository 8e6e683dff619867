package inbox

import (
	"context"

	"github.com/emersion/go-imap/v2"
)

// FindMessage lists the UIDs of the mails in the mailbox that carry the
// Message-ID, given without angle brackets.
func (c *Client) FindMessage(ctx context.Context, messageID string) ([]uint32, error) {
	if err := c.poll(ctx); err != nil {
		return nil, err
	}
	found, err := c.find(ctx, "search for a Message-ID", &imap.SearchCriteria{
		Header:  []imap.SearchCriteriaHeaderField{{Key: "Message-ID", Value: messageID}},
		NotFlag: []imap.Flag{imap.FlagDeleted},
	})
	uids := make([]uint32, 0, len(found))
	for _, uid := range found {
		uids = append(uids, uint32(uid))
	}
	return uids, err
}
