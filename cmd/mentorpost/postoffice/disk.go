package postoffice

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// On disk a mailbox is a folder named after its address, with a folder for
// each IMAP folder. A mail is the file <UID>.eml, its modification time is the
// INTERNALDATE, so that any tool can look at it. What else a folder remembers
// stands in folder.json beside the mails.
const (
	mailSuffix = ".eml"
	stateFile  = "folder.json"
)

// folderState is the content of folder.json.
type folderState struct {
	UIDValidity uint32                   `json:"uidvalidity"`
	UIDNext     imap.UID                 `json:"uidnext"`
	Subscribed  bool                     `json:"subscribed,omitempty"`
	Flags       map[imap.UID][]imap.Flag `json:"flags,omitempty"`
}

// fileName makes a name that is safe on a file system; nameOf turns it back.
func fileName(name string) string {
	return strings.ReplaceAll(url.PathEscape(name), ".", "%2E")
}

func nameOf(file string) (string, bool) {
	name, err := url.PathUnescape(file)
	return name, err == nil
}

// writeFile puts content under its final name only once it is on the disk:
// what was promised with a 250 survives a crash (RFC 5321 §4.2.5).
func writeFile(path string, content []byte, at time.Time) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), "*.tmp")
	if err != nil {
		return fmt.Errorf("make file: %w", err)
	}
	defer os.Remove(temporary.Name()) // gone after the rename
	_, err = temporary.Write(content)
	if err == nil {
		err = temporary.Sync()
	}
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err == nil && !at.IsZero() {
		err = os.Chtimes(temporary.Name(), at, at)
	}
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// syncFolder makes a rename within the folder durable.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// loadFolders reads every folder of a mailbox. A name that no IMAP folder can
// have is left alone.
func loadFolders(dir string) (map[string]*folder, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]*folder{}, nil
	}
	if err != nil {
		return nil, err
	}
	folders := map[string]*folder{}
	for _, entry := range entries {
		name, ok := nameOf(entry.Name())
		if !ok || !entry.IsDir() {
			continue
		}
		if folders[name], err = loadFolder(name, filepath.Join(dir, entry.Name())); err != nil {
			return nil, err
		}
	}
	return folders, nil
}

// loadFolder reads one folder. Where its state is missing or damaged, a new
// UIDVALIDITY tells every client that it has to look anew (RFC 9051 §2.3.1.1).
func loadFolder(name, dir string) (*folder, error) {
	state := folderState{}
	content, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err != nil || json.Unmarshal(content, &state) != nil || state.UIDValidity == 0 {
		state = folderState{UIDValidity: uint32(time.Now().Unix()), UIDNext: 1}
	}
	f := newFolder(name, dir, state.UIDValidity)
	f.next, f.subscribed = max(state.UIDNext, 1), state.Subscribed

	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".tmp") {
			os.Remove(filepath.Join(dir, entry.Name())) // never promised to anyone
			continue
		}
		number, err := strconv.ParseUint(strings.TrimSuffix(entry.Name(), mailSuffix), 10, 32)
		if err != nil || number == 0 || !strings.HasSuffix(entry.Name(), mailSuffix) {
			continue
		}
		info, err := entry.Info()
		if err != nil {
			return nil, err
		}
		uid := imap.UID(number)
		f.messages = append(f.messages, &message{
			uid: uid, at: info.ModTime(), size: info.Size(), path: f.path(uid), flags: flagSet(state.Flags[uid]),
		})
		f.next = max(f.next, uid+1)
	}
	slices.SortFunc(f.messages, func(a, b *message) int { return int(int64(a.uid) - int64(b.uid)) })
	f.tracker.QueueNumMessages(uint32(len(f.messages)))
	return f, nil
}

// save writes what the folder remembers beside its mails.
func (f *folder) save() error {
	if f.dir == "" {
		return nil
	}
	state := folderState{
		UIDValidity: f.validity, UIDNext: f.next, Subscribed: f.subscribed,
		Flags: map[imap.UID][]imap.Flag{},
	}
	for _, m := range f.messages {
		if len(m.flags) > 0 {
			state.Flags[m.uid] = m.flagList()
		}
	}
	content, err := json.Marshal(state)
	if err != nil {
		return fmt.Errorf("encode folder state: %w", err)
	}
	return writeFile(filepath.Join(f.dir, stateFile), content, time.Time{})
}
