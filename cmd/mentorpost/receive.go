package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mentorpost/mentorpost/calendar/ics"
	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// receive brings in everything that lies in the mailbox: keeps it, decides
// about it and files it. Each step can be cut off anywhere and done again.
func (s *service) receive(ctx context.Context, client *inbox.Client) error {
	if err := s.fetchAll(ctx, client); err != nil {
		return err
	}
	if err := s.decideAll(ctx); err != nil {
		return err
	}
	return s.fileAll(ctx, client)
}

// fetchAll keeps the raw bytes of what is new, before anything is decided.
func (s *service) fetchAll(ctx context.Context, client *inbox.Client) error {
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
		kept, err := s.store.Keep(ctx, inbounds(raws))
		if err != nil {
			return err
		}
		s.counts.add(&s.counts.kept, kept)
		after = raws[len(raws)-1].UID
	}
}

func inbounds(raws []inbox.Raw) []store.Inbound {
	kept := make([]store.Inbound, len(raws))
	for i, raw := range raws {
		content := raw.Bytes
		if content == nil {
			content = inbox.Beyond(raw) // too large: the header alone is kept
		}
		kept[i] = store.Inbound{
			Mailbox: raw.Mailbox, UIDValidity: raw.UIDValidity, UID: raw.UID,
			At: raw.InternalDate, Raw: content, Hash: inbox.Identity(content),
		}
	}
	return kept
}

// decideAll decides about every mail that waits, oldest first.
func (s *service) decideAll(ctx context.Context) error {
	for {
		claimed, err := s.store.ClaimInbound(ctx, batch, decideLease)
		if err != nil || len(claimed) == 0 {
			return err
		}
		err = s.eachOf(len(claimed), func(i int) error {
			if err := s.decide(ctx, claimed[i]); err != nil {
				return fmt.Errorf("decide about inbound mail %d: %w", claimed[i].ID, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// mostClaims is how often a mail is tried. One on which the program stumbles
// each time, or falls, must not keep it from all the others.
const mostClaims = 10

// decide understands one mail and applies what follows, once.
func (s *service) decide(ctx context.Context, in store.Inbound) error {
	if in.Term > mostClaims {
		return s.giveUp(ctx, in)
	}
	mail := inbox.Parse(in.Raw, s.limits)
	sender, err := s.recognise(ctx, mail)
	if err != nil {
		return err
	}
	const attempts = 10 // each is lost only to another decision on the same pair
	for range attempts {
		case_, err := s.caseOf(ctx, sender, mail.Kind)
		if err != nil {
			return err
		}
		received := s.understand(in, mail, sender, case_)
		err = s.store.Apply(ctx, store.Source{Inbound: in.ID, Term: in.Term}, case_.Answer(received, s.now()))
		switch {
		case errors.Is(err, store.ErrStale):
			continue
		case errors.Is(err, store.ErrLeaseLost):
			return nil // another worker has decided about it
		case err == nil:
			s.counts.add(&s.counts.decided, 1)
		}
		return err
	}
	return fmt.Errorf("decide: %w", store.ErrStale)
}

// giveUp sets a mail aside, where a person can read it.
func (s *service) giveUp(ctx context.Context, in store.Inbound) error {
	s.log.Error("a mail cannot be decided about, see mentorpost quarantine", "mail", in.ID)
	aside := program.Outcome{Record: program.Record{
		Result: program.ResultAside, Reason: fmt.Sprintf("no decision in %d attempts", mostClaims), Quarantine: true,
	}}
	return s.settled(s.store.Apply(ctx, store.Source{Inbound: in.ID, Term: in.Term}, aside))
}

// caseOf loads what must be known about the sender; an unknown one has none.
func (s *service) caseOf(ctx context.Context, who sender, kind program.MailKind) (program.Case, error) {
	if who.person == "" {
		return program.Case{Settings: s.settings}, nil
	}
	case_, err := s.store.LoadCase(ctx, who.person, who.about, s.settings, s.now())
	if err != nil {
		return case_, err
	}
	if who.proof != program.ProofNone && kind != program.KindCalendar {
		return case_, nil // nothing that would be confirmed
	}
	const day = 24 * time.Hour
	case_.Unconfirmed, err = s.store.Unconfirmed(ctx, who.person, s.now().Add(-day))
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return case_, err
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

// sender is who a mail is from, as far as it can be told.
type sender struct {
	person program.ID
	about  program.Ref
	asked  *program.Letter
	proof  program.Proof
}

// recognise finds the sender by the sealed address that the mail came to, by
// the Message-ID that it answers, by an aligned signature, or by its From
// alone, which proves nothing.
func (s *service) recognise(ctx context.Context, mail inbox.Mail) (sender, error) {
	who, err := s.bySeal(ctx, mail)
	if err != nil {
		return sender{}, err
	}
	letter, err := s.answered(ctx, mail)
	if err != nil {
		return sender{}, err
	}
	if who.person == "" && letter != nil {
		if who, err = s.byReference(ctx, mail, letter); err != nil {
			return sender{}, err
		}
	}
	if who.person == "" {
		if who, err = s.byFrom(ctx, mail); err != nil {
			return sender{}, err
		}
	}
	if who.person == "" {
		return who, nil
	}
	return s.withQuestion(ctx, who, letter)
}

// automatic mail names no person in From; what it is about must do.
func automatic(kind program.MailKind) bool {
	return kind == program.KindBounce || kind == program.KindAutoReply || kind == program.KindComplaint
}

// bySeal recognises the sealed reply address. Words that come to it from a
// foreign address prove nothing: letters are forwarded.
func (s *service) bySeal(ctx context.Context, mail inbox.Mail) (sender, error) {
	for _, address := range mail.Recipients {
		person, about, ok := s.sealer.Open(program.TagOf(s.settings.Address, address))
		if !ok {
			continue
		}
		p, err := s.store.FindPerson(ctx, person)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return sender{}, err
		}
		who := sender{person: p.ID, about: about, proof: program.ProofSeal}
		if !p.Owns(mail.From.Address) && !automatic(mail.Kind) && mail.Kind != program.KindCalendar {
			who.proof = program.ProofNone
		}
		return who, nil
	}
	return sender{}, nil
}

// answered finds the letter that the mail answers or returns.
func (s *service) answered(ctx context.Context, mail inbox.Mail) (*program.Letter, error) {
	var ids []string
	ids = append(ids, mail.InReplyTo...)
	for i := len(mail.References) - 1; i >= 0; i-- {
		ids = append(ids, mail.References[i])
	}
	if mail.Bounce != nil && mail.Bounce.MessageID != "" {
		ids = append(ids, mail.Bounce.MessageID)
	}
	const most = 50
	if len(ids) > most {
		ids = ids[:most]
	}
	if len(ids) == 0 {
		return nil, nil
	}
	letter, err := s.store.LetterByMessageID(ctx, ids)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	// An answer shows that a letter whose fate was unknown has arrived.
	if err := s.store.Arrived(ctx, ids); err != nil {
		return nil, err
	}
	return &letter, nil
}

func (s *service) byReference(ctx context.Context, mail inbox.Mail, letter *program.Letter) (sender, error) {
	if letter.To == "" {
		return sender{}, nil
	}
	p, err := s.store.FindPerson(ctx, letter.To)
	if errors.Is(err, store.ErrNotFound) {
		return sender{}, nil
	}
	if err != nil {
		return sender{}, err
	}
	if !p.Owns(mail.From.Address) && !automatic(mail.Kind) {
		return sender{}, nil
	}
	return sender{person: p.ID, about: letter.About, proof: program.ProofReference}, nil
}

func (s *service) byFrom(ctx context.Context, mail inbox.Mail) (sender, error) {
	address := mail.From.Address
	if mail.Kind == program.KindBounce && mail.Bounce != nil {
		address = mail.Bounce.Recipient
	}
	p, err := s.store.FindPersonByAddress(ctx, address)
	if errors.Is(err, store.ErrNotFound) {
		return sender{}, nil
	}
	if err != nil {
		return sender{}, err
	}
	who := sender{person: p.ID, about: program.Ref{Kind: program.RefPerson, ID: p.ID}, proof: program.ProofNone}
	if ok, _ := mail.Authenticated(s.config.IMAP.TrustedAuthserv); ok && s.config.IMAP.TrustedAuthserv != "" {
		who.proof = program.ProofDomain
	}
	return who, nil
}

// withQuestion finds what the sender was asked: by the letter that they
// answer, else by the last question on the subject.
func (s *service) withQuestion(ctx context.Context, who sender, letter *program.Letter) (sender, error) {
	if letter != nil && letter.To == who.person && letter.Purpose != "" {
		who.asked = letter
		return who, nil
	}
	latest, err := s.store.LatestQuestion(ctx, who.person, who.about)
	if errors.Is(err, store.ErrNotFound) {
		return who, nil
	}
	if err != nil {
		return sender{}, err
	}
	who.asked = &latest
	return who, nil
}

// understand reads the mail as the writer of an answer to what was asked.
func (s *service) understand(in store.Inbound, mail inbox.Mail, who sender, case_ program.Case) program.Received {
	received := program.Received{
		Seed: in.Seed, At: in.At, Written: written(mail.Date, in.At),
		MessageID: mail.MessageID, References: append(mail.References, mail.MessageID), From: mail.From.Address,
		Proof: who.proof, About: who.about, Asked: who.asked,
		Kind: mail.Kind, Text: mail.Text, Bounce: mail.Bounce, AwayUntil: mail.AwayUntil,
	}
	if case_.Person.ID == "" {
		return received
	}
	zone := case_.Person.Location()
	switch mail.Kind {
	case program.KindCalendar:
		part, err := ics.Decode(mail.Calendar, ics.Options{Method: mail.CalendarMethod, Zone: zone, From: mail.From.Address})
		if err == nil {
			received.Calendar = &part
		}
	case program.KindAnswer:
		if who.asked != nil && who.asked.Purpose == program.AboutJournal {
			received.Files = entryFiles(in.Raw, s.limits)
		}
		received.Understanding = inbox.Read(mail.Text, mail.Quoted, inbox.Reader{
			At: received.Written, Zone: zone, Locale: case_.Person.Locale,
			Question: case_.Question(who.asked, who.about), Length: case_.Pair.Length,
		})
	}
	return received
}

// entryFiles are the attachments of a journal entry.
func entryFiles(raw []byte, limits inbox.Limits) []program.EntryFile {
	const most = 10 << 20
	var files []program.EntryFile
	for _, f := range inbox.Files(raw, limits, most) {
		files = append(files, program.EntryFile{Name: f.Name, Type: f.Type, Content: f.Content})
	}
	return files
}

// written is when the writer says the mail was sent, where that can be: not
// after it was received, nor more than a week before. Words such as "tomorrow"
// are read from it; the notice rule never looks at it.
func written(date, received time.Time) time.Time {
	if date.IsZero() || date.After(received.Add(5*time.Minute)) || received.Sub(date) > 7*24*time.Hour {
		return received
	}
	return date
}
