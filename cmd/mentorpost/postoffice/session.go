package postoffice

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// session is one IMAP connection. Its methods come from one goroutine, but
// for Idle, which may outlive the connection for a moment.
type session struct {
	office  *Office
	account *account                   // nil before LOGIN
	folder  *folder                    // nil while nothing is selected
	view    *imapserver.SessionTracker // what this client was told of folder
}

var (
	_ imapserver.Session            = (*session)(nil)
	_ imapserver.SessionMove        = (*session)(nil)
	_ imapserver.SessionNamespace   = (*session)(nil)
	_ imapserver.SessionAppendLimit = (*session)(nil)
)

// answer turns an error into the NO that a client understands.
func answer(err error) error {
	if err == nil {
		return nil
	}
	code := imap.ResponseCode("")
	switch {
	case errors.Is(err, errNoFolder):
		code = imap.ResponseCodeNonExistent
	case errors.Is(err, errFolderExists):
		code = imap.ResponseCodeAlreadyExists
	}
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: code, Text: err.Error()}
}

// tryCreate is answer for COPY, MOVE and APPEND: RFC 9051 §7.1 wants TRYCREATE
// where the destination is missing.
func tryCreate(err error) error {
	if errors.Is(err, errNoFolder) {
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeTryCreate, Text: err.Error()}
	}
	return answer(err)
}

func (s *session) Login(name, password string) error {
	if !s.office.opens(name, password) {
		return imapserver.ErrAuthFailed
	}
	var err error
	s.account, err = s.office.account(name)
	return answer(err)
}

func (s *session) Close() error {
	if s.view != nil {
		s.view.Close()
	}
	return nil
}

// AppendLimit is the largest mail that APPEND takes (RFC 7889).
func (s *session) AppendLimit() uint32 { return uint32(min(s.office.options.MaxBytes, 1<<31)) }

func (s *session) Namespace() (*imap.NamespaceData, error) {
	return &imap.NamespaceData{Personal: []imap.NamespaceDescriptor{{Delim: delimiter}}}, nil
}

func (s *session) Select(name string, _ *imap.SelectOptions) (*imap.SelectData, error) {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	f, err := s.account.folder(name)
	if err != nil {
		return nil, answer(err)
	}
	s.folder, s.view = f, f.tracker.NewSession()
	flags := slices.Clone(systemFlags)
	for _, m := range f.messages {
		for flag := range m.flags {
			if !slices.Contains(flags, flag) {
				flags = append(flags, flag)
			}
		}
	}
	return &imap.SelectData{
		Flags:          flags,
		PermanentFlags: append(slices.Clone(flags), imap.FlagWildcard),
		NumMessages:    uint32(len(f.messages)),
		UIDNext:        f.next,
		UIDValidity:    f.validity,
	}, nil
}

func (s *session) Unselect() error {
	s.view.Close()
	s.folder, s.view = nil, nil
	return nil
}

func (s *session) Create(name string, _ *imap.CreateOptions) error {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	return answer(s.account.create(name))
}

func (s *session) Delete(name string) error {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	return answer(s.account.remove(name))
}

func (s *session) Rename(name, newName string, _ *imap.RenameOptions) error {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	return answer(s.account.rename(name, newName))
}

func (s *session) Subscribe(name string) error   { return s.subscribe(name, true) }
func (s *session) Unsubscribe(name string) error { return s.subscribe(name, false) }

func (s *session) subscribe(name string, wanted bool) error {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	f, err := s.account.folder(name)
	if err != nil {
		return answer(err)
	}
	f.subscribed = wanted
	return answer(f.save())
}

func (s *session) List(w *imapserver.ListWriter, ref string, patterns []string, options *imap.ListOptions) error {
	if len(patterns) == 0 { // RFC 9051 §6.3.9: an empty pattern asks for the delimiter
		return w.WriteList(&imap.ListData{Attrs: []imap.MailboxAttr{imap.MailboxAttrNoSelect}, Delim: delimiter})
	}
	for _, data := range s.list(ref, patterns, options) {
		if err := w.WriteList(&data); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) list(ref string, patterns []string, options *imap.ListOptions) []imap.ListData {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	var found []imap.ListData
	for name, f := range s.account.folders {
		matches := func(pattern string) bool { return imapserver.MatchList(name, delimiter, ref, pattern) }
		if options.SelectSubscribed && !f.subscribed || !slices.ContainsFunc(patterns, matches) {
			continue
		}
		data := imap.ListData{Mailbox: name, Delim: delimiter}
		if f.subscribed && (options.SelectSubscribed || options.ReturnSubscribed) {
			data.Attrs = append(data.Attrs, imap.MailboxAttrSubscribed)
		}
		found = append(found, data)
	}
	slices.SortFunc(found, func(a, b imap.ListData) int { return strings.Compare(a.Mailbox, b.Mailbox) })
	return found
}

func (s *session) Status(name string, _ *imap.StatusOptions) (*imap.StatusData, error) {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	f, err := s.account.folder(name)
	if err != nil {
		return nil, answer(err)
	}
	var unseen, deleted, recent uint32
	var size int64
	for _, m := range f.messages {
		size += m.size
		if !m.has(imap.FlagSeen) {
			unseen++
		}
		if m.has(imap.FlagDeleted) {
			deleted++
		}
	}
	count := uint32(len(f.messages))
	return &imap.StatusData{
		Mailbox: f.name, NumMessages: &count, NumRecent: &recent, UIDNext: f.next,
		UIDValidity: f.validity, NumUnseen: &unseen, NumDeleted: &deleted, Size: &size,
	}, nil
}

func (s *session) Append(name string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	at := options.Time
	if at.IsZero() {
		at = s.office.options.Now()
	}
	data, err := s.account.add(name, raw, at, options.Flags)
	return data, tryCreate(err)
}

func (s *session) Poll(w *imapserver.UpdateWriter, allowExpunge bool) error {
	if s.view == nil {
		return nil
	}
	return s.view.Poll(w, allowExpunge)
}

// Idle registers before it looks: what arrives in between cannot be missed.
func (s *session) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	f, view := s.folder, s.view
	if f == nil {
		<-stop
		return nil
	}
	waker := make(chan struct{}, 1)
	s.account.mutex.Lock()
	f.wakers[waker] = struct{}{}
	s.account.mutex.Unlock()
	defer func() {
		s.account.mutex.Lock()
		delete(f.wakers, waker)
		s.account.mutex.Unlock()
	}()
	for {
		if err := view.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-waker:
		case <-stop:
			return nil
		}
	}
}

// numbered is a mail with the sequence number that this client knows it by.
type numbered struct {
	*message
	sequence uint32
}

// pick resolves a number set to mails. Those that the client was not told of
// yet have no sequence number and are left out. The caller holds the mutex.
func (s *session) pick(set imap.NumSet) []numbered {
	set = s.resolve(set)
	var found []numbered
	for i, m := range s.folder.messages {
		sequence := s.view.EncodeSeqNum(uint32(i) + 1)
		if sequence == 0 {
			continue
		}
		inside := false
		switch set := set.(type) {
		case imap.UIDSet:
			inside = set.Contains(m.uid)
		case imap.SeqSet:
			inside = set.Contains(sequence)
		}
		if inside {
			found = append(found, numbered{message: m, sequence: sequence})
		}
	}
	return found
}

// resolve replaces "*", the highest number there is (RFC 9051 §9, seq-number).
func (s *session) resolve(set imap.NumSet) imap.NumSet {
	count := len(s.folder.messages)
	if count == 0 {
		return set
	}
	switch set := set.(type) {
	case imap.UIDSet:
		highest := s.folder.messages[count-1].uid
		resolved := imap.UIDSet{}
		for _, r := range set {
			resolved.AddRange(star(r.Start, highest), star(r.Stop, highest))
		}
		return resolved
	case imap.SeqSet:
		resolved := imap.SeqSet{}
		for _, r := range set {
			resolved.AddRange(star(r.Start, uint32(count)), star(r.Stop, uint32(count)))
		}
		return resolved
	}
	return set
}

func star[N ~uint32](n, highest N) N {
	if n == 0 {
		return highest
	}
	return n
}

func (s *session) Expunge(_ *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	f := s.folder
	gone := func(m *message) bool {
		return m.has(imap.FlagDeleted) && (uids == nil || uids.Contains(m.uid))
	}
	if err := f.save(); err != nil { // UIDNEXT first: an expunged UID is never given again
		return answer(err)
	}
	for _, m := range f.messages {
		if gone(m) && m.path != "" {
			if err := os.Remove(m.path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return answer(fmt.Errorf("expunge mail %d: %w", m.uid, err))
			}
		}
	}
	f.drop(gone) // the poll after the command tells the client
	return nil
}

func (s *session) Store(w *imapserver.FetchWriter, set imap.NumSet, change *imap.StoreFlags, _ *imap.StoreOptions) error {
	s.account.mutex.Lock()
	picked := s.pick(set)
	for _, m := range picked {
		m.change(change)
		s.folder.tracker.QueueMessageFlags(m.sequence, m.uid, m.flagList(), s.view)
	}
	s.folder.wake()
	err := s.folder.save()
	s.account.mutex.Unlock()
	if err != nil || change.Silent {
		return answer(err)
	}
	return s.Fetch(w, set, &imap.FetchOptions{Flags: true})
}

// change applies one STORE to a mail's flags.
func (m *message) change(change *imap.StoreFlags) {
	if change.Op == imap.StoreFlagsSet {
		m.flags = flagSet(change.Flags)
		return
	}
	for flag := range flagSet(change.Flags) {
		if change.Op == imap.StoreFlagsAdd {
			m.flags[flag] = struct{}{}
		} else {
			delete(m.flags, flag)
		}
	}
}

func (s *session) Copy(set imap.NumSet, to string) (*imap.CopyData, error) {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	dest, err := s.account.folder(to)
	if err != nil {
		return nil, tryCreate(err)
	}
	data := &imap.CopyData{UIDValidity: dest.validity}
	for _, m := range s.pick(set) {
		raw, err := m.raw()
		if err != nil {
			return nil, answer(fmt.Errorf("read mail %d: %w", m.uid, err))
		}
		twin := &message{at: m.at, size: m.size, bytes: raw, flags: flagSet(m.flagList())}
		if twin.path = dest.path(dest.next); twin.path != "" {
			twin.bytes = nil
			if err := writeFile(twin.path, raw, m.at); err != nil {
				return nil, answer(err)
			}
		}
		dest.enter(twin)
		data.SourceUIDs.AddNum(m.uid)
		data.DestUIDs.AddNum(twin.uid)
	}
	if len(data.SourceUIDs) == 0 {
		return nil, nil // COPYUID cannot name nothing (RFC 4315 §4)
	}
	return data, answer(dest.save())
}

// Move renames each mail's file into the other folder: at no instant is it in
// neither or in both (RFC 6851 §3.3).
func (s *session) Move(w *imapserver.MoveWriter, set imap.NumSet, to string) error {
	data, err := s.move(set, to)
	if err != nil || len(data.SourceUIDs) == 0 {
		return err
	}
	return w.WriteCopyData(data)
}

func (s *session) move(set imap.NumSet, to string) (*imap.CopyData, error) {
	s.account.mutex.Lock()
	defer s.account.mutex.Unlock()
	dest, err := s.account.folder(to)
	if err != nil {
		return nil, tryCreate(err)
	}
	if dest == s.folder {
		return nil, answer(errSameFolder)
	}
	if err := s.folder.save(); err != nil { // UIDNEXT first, as in Expunge
		return nil, answer(err)
	}
	data := &imap.CopyData{UIDValidity: dest.validity}
	moved := map[*message]bool{}
	for _, m := range s.pick(set) {
		twin := *m.message
		if twin.path = dest.path(dest.next); twin.path != "" {
			if err = os.Rename(m.path, twin.path); err != nil {
				err = fmt.Errorf("move mail %d: %w", m.uid, err)
				break
			}
		}
		dest.enter(&twin)
		moved[m.message] = true
		data.SourceUIDs.AddNum(m.uid)
		data.DestUIDs.AddNum(twin.uid)
	}
	s.folder.drop(func(m *message) bool { return moved[m] }) // the poll after the command tells the client
	return data, answer(errors.Join(err, dest.save()))
}
