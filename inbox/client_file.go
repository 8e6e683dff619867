package inbox

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// mostAtOnce bounds the UIDs of one command: its line stays below the 8,192
// octets that a server has to take (RFC 7162 §4).
const mostAtOnce = 500

// expungeIssued says that another client has expunged what a command is about
// (RFC 5530 §3).
const expungeIssued imap.ResponseCode = "EXPUNGEISSUED"

// Moves tells whether File takes mail out of the mailbox. Where it does not,
// the caller has to remember the highest UID it has seen.
func (c *Client) Moves() bool {
	return c.caps.Has(imap.CapMove) || c.caps.Has(imap.CapUIDPlus)
}

// File puts mails into a folder. It is safe to repeat, and at no instant is a
// mail in no folder at all: with MOVE (RFC 6851) it is one step; with UIDPLUS
// (RFC 4315) a mail is expunged only after the server has named its copy, and
// nothing else with it; without either it stays, marked with a keyword where
// the mailbox keeps one. (The library's own way without MOVE loses mail.)
func (c *Client) File(ctx context.Context, uids []uint32, folder string) error {
	folder = c.path(folder)
	for part := range slices.Chunk(uids, mostAtOnce) {
		set := imap.UIDSet{}
		for _, uid := range part {
			set.AddNum(imap.UID(uid))
		}
		if err := c.filePresent(ctx, set, folder); err != nil {
			return err
		}
	}
	return nil
}

// filePresent files those mails of the set that are there: some servers refuse
// a command about mails that are gone (RFC 2180 §4.4). Where another client
// takes some away in between, it looks again.
func (c *Client) filePresent(ctx context.Context, set imap.UIDSet, folder string) error {
	const attempts = 5
	var err error
	for range attempts {
		there, missing := c.find(ctx, "look which mails are there", &imap.SearchCriteria{UID: []imap.UIDSet{set}})
		if missing != nil {
			return missing
		}
		if len(there) == 0 {
			return nil
		}
		err = c.fileInto(ctx, imap.UIDSetNum(there...), folder)
		var answer *imap.Error
		if !errors.As(err, &answer) || answer.Code != expungeIssued {
			return err
		}
		if err := c.poll(ctx); err != nil {
			return err
		}
	}
	return err
}

// fileInto files one set; a folder that somebody has deleted is made again.
func (c *Client) fileInto(ctx context.Context, set imap.UIDSet, folder string) error {
	err := c.fileOnce(ctx, set, folder)
	var answer *imap.Error
	missing := errors.As(err, &answer) &&
		(answer.Code == imap.ResponseCodeTryCreate || answer.Code == imap.ResponseCodeNonExistent)
	if !missing {
		return err
	}
	if err := c.makeFolder(ctx, folder); err != nil {
		return err
	}
	return c.fileOnce(ctx, set, folder)
}

func (c *Client) fileOnce(ctx context.Context, set imap.UIDSet, folder string) error {
	switch {
	case c.caps.Has(imap.CapMove) && c.imap.Caps().Has(imap.CapMove): // the library's Move looks there
		return c.command(ctx, fmt.Sprintf("move mails %s to %q", set, folder), func() error {
			_, err := c.imap.Move(set, folder).Wait()
			return err
		})
	case c.caps.Has(imap.CapUIDPlus):
		return c.copyAndExpunge(ctx, set, folder)
	default:
		return c.mark(ctx, set)
	}
}

// copyAndExpunge does in three steps what MOVE does in one, each only after
// the one before has been answered.
func (c *Client) copyAndExpunge(ctx context.Context, set imap.UIDSet, folder string) error {
	var copied imap.UIDSet
	err := c.command(ctx, fmt.Sprintf("copy mails %s to %q", set, folder), func() error {
		data, err := c.imap.Copy(set, folder).Wait()
		if err == nil {
			copied = data.SourceUIDs
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(copied) == 0 {
		// No COPYUID: gone already, or copied without proof. What is there
		// still is marked rather than deleted.
		return c.mark(ctx, set)
	}
	if err := c.store(ctx, copied, imap.FlagDeleted); err != nil {
		return err
	}
	return c.command(ctx, fmt.Sprintf("expunge mails %s", copied), func() error {
		return c.imap.UIDExpunge(copied).Close()
	})
}

// mark leaves mails where they are, with our keyword.
func (c *Client) mark(ctx context.Context, set imap.UIDSet) error {
	if !c.keywordKept {
		return nil
	}
	return c.store(ctx, set, keyword)
}

func (c *Client) store(ctx context.Context, set imap.UIDSet, flag imap.Flag) error {
	return c.command(ctx, fmt.Sprintf("flag mails %s with %s", set, flag), func() error {
		return c.imap.Store(set, &imap.StoreFlags{
			Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag},
		}, nil).Close()
	})
}
