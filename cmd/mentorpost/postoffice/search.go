package postoffice

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	gomessage "github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
)

func (s *session) Search(kind imapserver.NumKind, criteria *imap.SearchCriteria, _ *imap.SearchOptions) (*imap.SearchData, error) {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	s.resolveCriteria(criteria)
	var data imap.SearchData
	var sequences imap.SeqSet
	var uids imap.UIDSet
	for i, m := range s.folder.messages {
		sequence := s.view.EncodeSeqNum(uint32(i) + 1)
		if sequence == 0 || !(&match{message: m, sequence: sequence}).all(criteria) {
			continue
		}
		number := sequence
		if kind == imapserver.NumKindUID {
			number = uint32(m.uid)
		}
		sequences.AddNum(sequence)
		uids.AddNum(m.uid)
		if data.Min == 0 {
			data.Min = number
		}
		data.Max = number
		data.Count++
	}
	data.All = sequences
	if kind == imapserver.NumKindUID {
		data.All = uids
	}
	return &data, nil
}

// resolveCriteria replaces "*" in every number set of a search.
func (s *session) resolveCriteria(c *imap.SearchCriteria) {
	for i := range c.SeqNum {
		if set, ok := s.resolve(c.SeqNum[i]).(imap.SeqSet); ok {
			c.SeqNum[i] = set
		}
	}
	for i := range c.UID {
		if set, ok := s.resolve(c.UID[i]).(imap.UIDSet); ok {
			c.UID[i] = set
		}
	}
	for i := range c.Not {
		s.resolveCriteria(&c.Not[i])
	}
	for i := range c.Or {
		s.resolveCriteria(&c.Or[i][0])
		s.resolveCriteria(&c.Or[i][1])
	}
}

// match holds one mail against search criteria; it is parsed only when one of
// them looks inside.
type match struct {
	*message
	sequence uint32
}

// all tells whether the mail meets every criterion (RFC 9051 §6.4.4).
func (m *match) all(c *imap.SearchCriteria) bool {
	return m.numbers(c) && m.marks(c) && m.contents(c) && m.combined(c)
}

func (m *match) numbers(c *imap.SearchCriteria) bool {
	for _, set := range c.SeqNum {
		if !set.Contains(m.sequence) {
			return false
		}
	}
	for _, set := range c.UID {
		if !set.Contains(m.uid) {
			return false
		}
	}
	return true
}

func (m *match) marks(c *imap.SearchCriteria) bool {
	for _, flag := range c.Flag {
		if !m.has(flag) {
			return false
		}
	}
	for _, flag := range c.NotFlag {
		if m.has(flag) {
			return false
		}
	}
	if c.Larger != 0 && m.size <= c.Larger || c.Smaller != 0 && m.size >= c.Smaller {
		return false
	}
	return within(m.at, c.Since, c.Before)
}

// within compares dates without regard to time and zone (RFC 9051 §6.4.4).
func within(at, since, before time.Time) bool {
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	return (since.IsZero() || !day.Before(since)) && (before.IsZero() || day.Before(before))
}

func (m *match) contents(c *imap.SearchCriteria) bool {
	if len(c.Header)+len(c.Body)+len(c.Text) == 0 && c.SentSince.IsZero() && c.SentBefore.IsZero() {
		return true
	}
	for _, field := range c.Header {
		if !fieldContains(m.entity().Header.FieldsByKey(field.Key), field.Value) {
			return false
		}
	}
	if !c.SentSince.IsZero() || !c.SentBefore.IsZero() {
		header := mail.Header{Header: m.entity().Header}
		sent, err := header.Date()
		if err != nil || !within(sent, c.SentSince, c.SentBefore) {
			return false
		}
	}
	for _, words := range c.Body {
		if !entityContains(m.entity(), words, false) {
			return false
		}
	}
	for _, words := range c.Text {
		if !entityContains(m.entity(), words, true) {
			return false
		}
	}
	return true
}

func (m *match) combined(c *imap.SearchCriteria) bool {
	for i := range c.Not {
		if m.all(&c.Not[i]) {
			return false
		}
	}
	for i := range c.Or {
		if !m.all(&c.Or[i][0]) && !m.all(&c.Or[i][1]) {
			return false
		}
	}
	return true
}

// entity parses the mail; one that cannot be read is an empty one.
func (m *match) entity() *gomessage.Entity {
	raw, err := m.raw()
	if err == nil {
		if e, _ := gomessage.Read(bytes.NewReader(raw)); e != nil {
			return e
		}
	}
	e, _ := gomessage.New(gomessage.Header{}, strings.NewReader(""))
	return e
}

func fieldContains(fields gomessage.HeaderFields, words string) bool {
	for fields.Next() {
		value, _ := fields.Text()
		if contains(value, words) {
			return true
		}
	}
	return false
}

// entityContains looks for words in the text of a mail, part by part.
func entityContains(e *gomessage.Entity, words string, header bool) bool {
	found := false
	e.Walk(func(_ []int, part *gomessage.Entity, err error) error {
		if err != nil {
			return nil
		}
		if header && fieldContains(part.Header.Fields(), words) {
			found = true
			return io.EOF
		}
		if kind, _, _ := part.Header.ContentType(); !strings.HasPrefix(kind, "text/") {
			return nil
		}
		text, _ := io.ReadAll(part.Body)
		if contains(string(text), words) {
			found = true
			return io.EOF
		}
		return nil
	})
	return found
}

func contains(text, words string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(words))
}
