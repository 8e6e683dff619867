package main

import (
	"context"
	"slices"

	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/store"
)

// receive brings in everything that lies in the mailbox: keeps it, decides
// about it and files it. Each step can be cut off anywhere and done again.
func (s *service) receive(ctx context.Context, client *inbox.Client) error {
	if err := s.takeIn(ctx, client); err != nil {
		return err
	}
	return s.fileAll(ctx, client)
}

// takeIn fetches, and meanwhile decides about what is kept: first about what
// an earlier run has kept and not come to, and last about what had to wait for
// earlier mails of its senders.
func (s *service) takeIn(ctx context.Context, client *inbox.Client) error {
	if err := s.decideAll(ctx); err != nil {
		return err
	}
	err := s.decideFrom(ctx, func(ctx context.Context, claimed chan<- []store.Inbound) error {
		return s.fetchAll(ctx, client, claimed)
	})
	if err != nil {
		return err
	}
	return s.decideAll(ctx)
}

// fetchAll keeps the raw bytes of what is new, before anything is decided, and
// hands on what of it is claimed.
func (s *service) fetchAll(ctx context.Context, client *inbox.Client, claimed chan<- []store.Inbound) error {
	after, err := s.store.HighestUID(ctx, client.Mailbox(), client.UIDValidity())
	if err != nil {
		return err
	}
	for {
		raws, err := client.Fetch(ctx, after, batch)
		if err != nil {
			return err
		}
		if len(raws) == 0 {
			return nil
		}
		fresh, err := s.store.Keep(ctx, s.inbounds(raws), keepLease)
		if err != nil {
			return err
		}
		s.counts.add(&s.counts.kept, len(fresh))
		ours := slices.DeleteFunc(fresh, func(in store.Inbound) bool { return in.Term == 0 })
		select {
		case claimed <- ours:
		case <-ctx.Done():
			return ctx.Err()
		}
		after = raws[len(raws)-1].UID
	}
}

func (s *service) inbounds(raws []inbox.Raw) []store.Inbound {
	kept := make([]store.Inbound, len(raws))
	for i, raw := range raws {
		content := raw.Bytes
		if content == nil {
			content = inbox.Beyond(raw) // too large: the header alone is kept
		}
		kept[i] = store.Inbound{
			Mailbox: raw.Mailbox, UIDValidity: raw.UIDValidity, UID: raw.UID,
			At: raw.InternalDate, Raw: content,
			Sender: inbox.Sender(content, s.limits), Hash: inbox.Identity(content),
		}
	}
	return kept
}

// fileAll moves what has been decided out of the mailbox, after its commit.
func (s *service) fileAll(ctx context.Context, client *inbox.Client) error {
	for {
		filings, err := s.store.ClaimUnfiled(ctx, client.Mailbox(), client.UIDValidity(), batch, decideLease)
		if err != nil || len(filings) == 0 {
			return err
		}
		var ids []int64
		folders := map[string][]uint32{}
		for _, f := range filings {
			folder := inbox.FolderProcessed
			if f.Quarantine {
				folder = inbox.FolderQuarantine
			}
			folders[folder] = append(folders[folder], f.UID)
			ids = append(ids, f.ID)
		}
		for folder, uids := range folders {
			if err := client.File(ctx, uids, folder); err != nil {
				return err
			}
		}
		if err := s.store.Filed(ctx, ids); err != nil {
			return err
		}
	}
}
