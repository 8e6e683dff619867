package postoffice

import (
	"bufio"
	"bytes"
	"maps"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-message/textproto"
)

func (s *session) Fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	picked, flags := s.prepare(set, options)
	for _, m := range picked {
		if err := m.write(w.CreateMessage(m.sequence), options, flags); err != nil {
			return err
		}
	}
	return nil
}

// prepare picks the mails and marks them \Seen where the client does not
// peek. It hands out copies: writing to a slow client must not hold the mutex.
func (s *session) prepare(set imap.NumSet, options *imap.FetchOptions) (picked []numbered, flags bool) {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	marks := false
	for _, section := range options.BodySection {
		marks = marks || !section.Peek
	}
	for _, section := range options.BinarySection {
		marks = marks || !section.Peek
	}
	changed := false
	picked = s.pick(set)
	for i, m := range picked {
		if marks && !m.has(imap.FlagSeen) {
			m.flags[imap.FlagSeen] = struct{}{}
			s.folder.tracker.QueueMessageFlags(m.sequence, m.uid, m.flagList(), s.view)
			changed = true
		}
		twin := *m.message
		twin.flags = maps.Clone(m.flags)
		picked[i].message = &twin
	}
	if changed {
		s.folder.wake()
		s.folder.save() // a flag that could not be kept is no reason to keep the mail back
	}
	return picked, options.Flags || changed
}

// write answers FETCH for one mail.
func (m numbered) write(w *imapserver.FetchResponseWriter, options *imap.FetchOptions, flags bool) error {
	w.WriteUID(m.uid)
	if flags {
		w.WriteFlags(m.flagList())
	}
	if options.InternalDate {
		w.WriteInternalDate(m.at)
	}
	if options.RFC822Size {
		w.WriteRFC822Size(m.size)
	}
	if !options.Envelope && options.BodyStructure == nil && len(options.BodySection) == 0 {
		return w.Close()
	}
	raw, err := m.raw()
	if err != nil {
		return w.Close() // moved or expunged by another session just now
	}
	if options.Envelope {
		header, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			header = textproto.Header{}
		}
		w.WriteEnvelope(imapserver.ExtractEnvelope(header))
	}
	if options.BodyStructure != nil {
		w.WriteBodyStructure(imapserver.ExtractBodyStructure(bytes.NewReader(raw)))
	}
	for _, section := range options.BodySection {
		content := section2bytes(raw, section)
		literal := w.WriteBodySection(section, int64(len(content)))
		if _, err := literal.Write(content); err != nil {
			return err
		}
		if err := literal.Close(); err != nil {
			return err
		}
	}
	return w.Close()
}

// section2bytes cuts a body section out of a mail. The whole mail is given
// octet by octet, without a parser in between.
func section2bytes(raw []byte, section *imap.FetchItemBodySection) []byte {
	whole := section.Specifier == imap.PartSpecifierNone && len(section.Part) == 0 && section.Partial == nil
	if whole {
		return raw
	}
	return imapserver.ExtractBodySection(bytes.NewReader(raw), section)
}
