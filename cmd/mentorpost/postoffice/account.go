package postoffice

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// delimiter separates the levels of a folder's name.
const delimiter = '/'

// inboxName is the folder that every mailbox has; its name is read without
// regard to case (RFC 9051 §5.1).
const inboxName = "INBOX"

var (
	errNoFolder     = errors.New("no such folder")
	errFolderExists = errors.New("folder exists already")
	errSameFolder   = errors.New("the mails are in that folder already")
	errInboxStays   = errors.New("the inbox can be neither deleted nor renamed")
)

// account is the mailbox of one address. Its mutex guards all folders.
type account struct {
	dir string // empty: memory only

	mutex        sync.Mutex
	folders      map[string]*folder
	lastValidity uint32
}

// folder is one IMAP folder, its messages in ascending UID order.
type folder struct {
	name       string
	dir        string
	validity   uint32
	next       imap.UID
	subscribed bool
	messages   []*message
	tracker    *imapserver.MailboxTracker
	wakers     map[chan struct{}]struct{} // sessions in IDLE
}

// message is one mail: on disk under path, or in memory as bytes.
type message struct {
	uid   imap.UID
	at    time.Time
	size  int64
	path  string
	bytes []byte
	flags map[imap.Flag]struct{}
}

func newAccount(dir string) (*account, error) {
	a := &account{dir: dir, folders: map[string]*folder{}}
	if dir != "" {
		var err error
		if a.folders, err = loadFolders(dir); err != nil {
			return nil, err
		}
	}
	for _, f := range a.folders {
		a.lastValidity = max(a.lastValidity, f.validity)
	}
	if a.folders[inboxName] == nil {
		if err := a.create(inboxName); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func newFolder(name, dir string, validity uint32) *folder {
	return &folder{
		name: name, dir: dir, validity: validity, next: 1,
		tracker: imapserver.NewMailboxTracker(0),
		wakers:  map[chan struct{}]struct{}{},
	}
}

// folder finds a folder by name. The caller holds the mutex.
func (a *account) folder(name string) (*folder, error) {
	if strings.EqualFold(name, inboxName) {
		name = inboxName
	}
	if f := a.folders[name]; f != nil {
		return f, nil
	}
	return nil, fmt.Errorf("open folder %q: %w", name, errNoFolder)
}

// create makes a folder and those above it. The caller holds the mutex, or
// is the only one who knows the account.
func (a *account) create(name string) error {
	name = strings.TrimRight(name, string(delimiter))
	if name == "" || strings.EqualFold(name, inboxName) && a.folders[inboxName] != nil || a.folders[name] != nil {
		return fmt.Errorf("make folder %q: %w", name, errFolderExists)
	}
	if above := strings.LastIndexByte(name, delimiter); above > 0 && a.folders[name[:above]] == nil {
		if err := a.create(name[:above]); err != nil && !errors.Is(err, errFolderExists) {
			return err
		}
	}
	// RFC 9051 §2.3.1.1: a folder made anew under an old name must not have
	// its UIDVALIDITY; the clock keeps that promise over restarts too.
	a.lastValidity = max(uint32(time.Now().Unix()), a.lastValidity+1)
	dir := ""
	if a.dir != "" {
		dir = filepath.Join(a.dir, fileName(name))
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make folder %q: %w", name, err)
		}
	}
	f := newFolder(name, dir, a.lastValidity)
	if err := f.save(); err != nil {
		return err
	}
	a.folders[name] = f
	return nil
}

// remove deletes a folder with its mails.
func (a *account) remove(name string) error {
	f, err := a.folder(name)
	if err != nil {
		return err
	}
	if f.name == inboxName {
		return errInboxStays
	}
	if f.dir != "" {
		if err := os.RemoveAll(f.dir); err != nil {
			return fmt.Errorf("delete folder %q: %w", name, err)
		}
	}
	delete(a.folders, f.name)
	return nil
}

// rename gives a folder, and those below it, another name.
func (a *account) rename(name, newName string) error {
	f, err := a.folder(name)
	if err != nil {
		return err
	}
	if f.name == inboxName {
		return errInboxStays
	}
	newName = strings.TrimRight(newName, string(delimiter))
	if a.folders[newName] != nil || strings.EqualFold(newName, inboxName) {
		return fmt.Errorf("rename to %q: %w", newName, errFolderExists)
	}
	for _, each := range a.below(f.name) {
		if err := a.relabel(each, newName+strings.TrimPrefix(each.name, f.name)); err != nil {
			return err
		}
	}
	return nil
}

// below lists a folder and those under it.
func (a *account) below(name string) []*folder {
	var found []*folder
	for _, f := range a.folders {
		if f.name == name || strings.HasPrefix(f.name, name+string(delimiter)) {
			found = append(found, f)
		}
	}
	return found
}

func (a *account) relabel(f *folder, name string) error {
	if f.dir != "" {
		dir := filepath.Join(a.dir, fileName(name))
		if err := os.Rename(f.dir, dir); err != nil {
			return fmt.Errorf("rename folder %q: %w", f.name, err)
		}
		f.dir = dir
		for _, m := range f.messages {
			m.path = f.path(m.uid)
		}
	}
	delete(a.folders, f.name)
	f.name = name
	a.folders[name] = f
	return nil
}

// add puts a mail into a folder and wakes those who watch it.
func (a *account) add(name string, raw []byte, at time.Time, flags []imap.Flag) (*imap.AppendData, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	f, err := a.folder(name)
	if err != nil {
		return nil, err
	}
	m := &message{uid: f.next, at: at, size: int64(len(raw)), bytes: raw, flags: flagSet(flags)}
	if f.dir != "" {
		m.path, m.bytes = f.path(m.uid), nil
		if err := writeFile(m.path, raw, at); err != nil {
			return nil, err
		}
	}
	f.enter(m)
	if len(flags) > 0 {
		if err := f.save(); err != nil {
			return nil, err
		}
	}
	return &imap.AppendData{UIDValidity: f.validity, UID: m.uid}, nil
}

// mails reads a whole folder.
func (a *account) mails(name string) []Mail {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	f, err := a.folder(name)
	if err != nil {
		return nil
	}
	var all []Mail
	for _, m := range f.messages {
		raw, err := m.raw()
		if err != nil {
			continue // taken away behind our back
		}
		all = append(all, Mail{UID: uint32(m.uid), At: m.at, Raw: raw})
	}
	return all
}

// path is where the mail with that UID lies.
func (f *folder) path(uid imap.UID) string {
	if f.dir == "" {
		return ""
	}
	return filepath.Join(f.dir, strconv.FormatUint(uint64(uid), 10)+mailSuffix)
}

// enter takes a mail in under the next UID.
func (f *folder) enter(m *message) {
	m.uid = f.next
	f.next++
	f.messages = append(f.messages, m)
	f.tracker.QueueNumMessages(uint32(len(f.messages)))
	f.wake()
}

// drop takes mails out of the list, the last one first so that the sequence
// numbers told to clients stay right.
func (f *folder) drop(gone func(*message) bool) {
	for i := len(f.messages) - 1; i >= 0; i-- {
		if gone(f.messages[i]) {
			f.messages = slices.Delete(f.messages, i, i+1)
			f.tracker.QueueExpunge(uint32(i) + 1)
		}
	}
	f.wake()
}

// wake tells the sessions in IDLE that the tracker has news.
func (f *folder) wake() {
	for waker := range f.wakers {
		select {
		case waker <- struct{}{}:
		default: // woken already
		}
	}
}

// raw reads the mail's bytes.
func (m *message) raw() ([]byte, error) {
	if m.path == "" {
		return m.bytes, nil
	}
	return os.ReadFile(m.path)
}

func (m *message) has(flag imap.Flag) bool {
	_, ok := m.flags[canonicalFlag(flag)]
	return ok
}

func (m *message) flagList() []imap.Flag {
	list := make([]imap.Flag, 0, len(m.flags))
	for flag := range m.flags {
		list = append(list, flag)
	}
	slices.Sort(list)
	return list
}

func flagSet(flags []imap.Flag) map[imap.Flag]struct{} {
	set := make(map[imap.Flag]struct{}, len(flags))
	for _, flag := range flags {
		set[canonicalFlag(flag)] = struct{}{}
	}
	return set
}

// systemFlags in the spelling of RFC 9051 §2.3.2.
var systemFlags = []imap.Flag{imap.FlagAnswered, imap.FlagDeleted, imap.FlagDraft, imap.FlagFlagged, imap.FlagSeen}

// canonicalFlag gives a flag one spelling: flags are read without regard to
// case (RFC 9051 §2.3.2).
func canonicalFlag(flag imap.Flag) imap.Flag {
	for _, known := range systemFlags {
		if strings.EqualFold(string(known), string(flag)) {
			return known
		}
	}
	return imap.Flag(strings.ToLower(string(flag)))
}
