package main

import (
	"context"
	"slices"
	"strings"

	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/program"
	"github.com/mentorpost/mentorpost/store"
)

// sender is who a mail is from, as far as it can be told.
type sender struct {
	person program.ID
	about  program.Ref
	asked  *program.Letter
	proof  program.Proof
}

// recognise finds the sender of each mail by the sealed address that it came
// to, by the Message-ID that it answers, by an aligned signature, or by its
// From alone, which proves nothing.
func (s *service) recognise(ctx context.Context, arrivals []incoming) ([]sender, error) {
	letters, err := s.lettersOf(ctx, arrivals)
	if err != nil {
		return nil, err
	}
	people, err := s.peopleOf(ctx, arrivals, letters)
	if err != nil {
		return nil, err
	}
	senders := make([]sender, len(arrivals))
	for i, a := range arrivals {
		senders[i] = s.identify(a, letters[i], people)
	}
	return senders, s.findQuestions(ctx, senders, letters)
}

// answered are the Message-IDs that the mail answers or returns.
func answered(mail inbox.Mail) []string {
	ids := slices.Clone(mail.InReplyTo)
	for _, id := range slices.Backward(mail.References) {
		ids = append(ids, id)
	}
	if mail.Bounce != nil && mail.Bounce.MessageID != "" {
		ids = append(ids, mail.Bounce.MessageID)
	}
	const most = 50
	return ids[:min(len(ids), most)]
}

// lettersOf finds the letter that each mail answers or returns, the latest
// where it names several; nil where it names none.
func (s *service) lettersOf(ctx context.Context, arrivals []incoming) ([]*program.Letter, error) {
	letters := make([]*program.Letter, len(arrivals))
	var ids []string
	for _, a := range arrivals {
		ids = append(ids, a.answers...)
	}
	if len(ids) == 0 {
		return letters, nil
	}
	found, err := s.store.LettersByMessageID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var unsettled []string
	place := map[string]int{}
	for n, q := range found {
		place[q.Letter.MessageID] = n + 1
		if q.Settled.IsZero() {
			unsettled = append(unsettled, q.Letter.MessageID)
		}
	}
	for i, a := range arrivals {
		latest := 0
		for _, id := range a.answers {
			latest = max(latest, place[id])
		}
		if latest > 0 {
			letters[i] = &found[latest-1].Letter
		}
	}
	// An answer shows that a letter whose fate was unknown has arrived.
	return letters, s.store.Arrived(ctx, unsettled)
}

// acquaintances are people by their identifiers and by all their addresses.
type acquaintances struct {
	byID      map[program.ID]program.Person
	byAddress map[string]program.Person
}

// peopleOf finds everyone whom the mails name in one of the ways.
func (s *service) peopleOf(ctx context.Context, arrivals []incoming, letters []*program.Letter) (acquaintances, error) {
	people := acquaintances{map[program.ID]program.Person{}, map[string]program.Person{}}
	var ids []program.ID
	var addresses []string
	for i, a := range arrivals {
		for _, sealed := range a.sealed {
			ids = append(ids, sealed.person)
		}
		if letters[i] != nil && letters[i].To != "" {
			ids = append(ids, letters[i].To)
		}
		addresses = append(addresses, claimed(a.mail))
	}
	found, err := s.store.FindPeople(ctx, ids, addresses)
	for _, p := range found {
		people.byID[p.ID] = p
		for _, address := range append([]string{p.Email}, p.Aliases...) {
			people.byAddress[address] = p
		}
	}
	return people, err
}

// claimed is the address that a mail says it is from, in lower case; of a
// bounce, the address that it is about.
func claimed(mail inbox.Mail) string {
	address := mail.From.Address
	if mail.Kind == program.KindBounce && mail.Bounce != nil {
		address = mail.Bounce.Recipient
	}
	return strings.ToLower(strings.TrimSpace(address))
}

// identify finds the sender of one mail.
func (s *service) identify(a incoming, letter *program.Letter, people acquaintances) sender {
	if who := bySeal(a, people); who.person != "" {
		return who
	}
	if who := byReference(a.mail, letter, people); who.person != "" {
		return who
	}
	return s.byFrom(a.mail, people)
}

// automatic mail names no person in From; what it is about must do.
func automatic(kind program.MailKind) bool {
	return kind == program.KindBounce || kind == program.KindAutoReply || kind == program.KindComplaint
}

// seal is for whom a sealed address was made, and for what subject.
type seal struct {
	person program.ID
	about  program.Ref
}

// openSeals opens the sealed addresses that a mail came to.
func (s *service) openSeals(mail inbox.Mail) []seal {
	var opened []seal
	for _, address := range mail.Recipients {
		if person, about, ok := s.sealer.Open(program.TagOf(s.settings.Address, address)); ok {
			opened = append(opened, seal{person, about})
		}
	}
	return opened
}

// bySeal recognises the sealed reply address. Words that come to it from a
// foreign address prove nothing: letters are forwarded. A calendar may answer
// from another account; how much such an answer counts is decided later.
func bySeal(a incoming, people acquaintances) sender {
	for _, sealed := range a.sealed {
		p, ok := people.byID[sealed.person]
		if !ok {
			continue
		}
		who := sender{person: p.ID, about: sealed.about, proof: program.ProofSeal}
		if p.Owns(a.mail.From.Address) || automatic(a.mail.Kind) {
			return who
		}
		if _, known := people.byAddress[claimed(a.mail)]; known {
			return sender{} // a letter that was forwarded to another of us, who speaks for themselves
		}
		if a.mail.Kind != program.KindCalendar {
			who.proof = program.ProofNone
		}
		return who
	}
	return sender{}
}

func byReference(mail inbox.Mail, letter *program.Letter, people acquaintances) sender {
	if letter == nil || letter.To == "" {
		return sender{}
	}
	p, ok := people.byID[letter.To]
	if !ok || !p.Owns(mail.From.Address) && !automatic(mail.Kind) {
		return sender{}
	}
	return sender{person: p.ID, about: letter.About, proof: program.ProofReference}
}

func (s *service) byFrom(mail inbox.Mail, people acquaintances) sender {
	p, ok := people.byAddress[claimed(mail)]
	if !ok {
		return sender{}
	}
	who := sender{person: p.ID, about: program.Ref{Kind: program.RefPerson, ID: p.ID}, proof: program.ProofNone}
	if !p.Owns(mail.From.Address) {
		return who // a report about them, whose author has proved who they are, not whom it speaks of
	}
	if ok, _ := mail.Authenticated(s.config.IMAP.TrustedAuthserv); ok && s.config.IMAP.TrustedAuthserv != "" {
		who.proof = program.ProofDomain
	}
	return who
}

// findQuestions finds what each sender was asked: by the letter that they
// answer, else by the last question on the subject.
func (s *service) findQuestions(ctx context.Context, senders []sender, letters []*program.Letter) error {
	var open []int
	var subjects []store.Subject
	for i := range senders {
		who, letter := &senders[i], letters[i]
		switch {
		case who.person == "":
		case letter != nil && letter.To == who.person && letter.Purpose != "":
			who.asked = letter
		default:
			open, subjects = append(open, i), append(subjects, store.Subject{Person: who.person, About: who.about})
		}
	}
	if len(open) == 0 {
		return nil
	}
	latest, err := s.store.LatestQuestions(ctx, subjects)
	if err != nil {
		return err
	}
	for n, i := range open {
		senders[i].asked = latest[n]
	}
	return nil
}
