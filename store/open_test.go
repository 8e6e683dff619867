package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOpenSaysWhatToDo(t *testing.T) {
	text := filepath.Join(t.TempDir(), "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, url, says string }{
		{"no url", "", `the url must be "sqlite:FILE"`},
		{"another database", "mysql://localhost/x", `the url must be "sqlite:FILE"`},
		{"a file without scheme", "mentorpost.db", `the url must be "sqlite:FILE"`},
		{"no file name", "sqlite:", `the url must be "sqlite:FILE"`},
		{"a folder that is not there", "sqlite:/no/such/folder/x.db", `there is no folder "/no/such/folder"`},
		{"a folder as file", "sqlite:" + filepath.Dir(text), "open database sqlite:"},
		{"a file that holds something else", "sqlite:" + text, "the file holds something else"},
		{"nobody listens", "postgres://ada:secret@127.0.0.1:1/x?sslmode=disable", "check that PostgreSQL runs there"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := Open(context.Background(), c.url)
			if err == nil {
				_ = s.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %q, want it to say %q", err, c.says)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the password stands in %q", err)
			}
		})
	}
}

func TestOpenNamesAMissingPostgreSQLDatabase(t *testing.T) {
	url := kinds()["PostgreSQL"](t)
	before, _, _ := strings.Cut(url, "?")
	_, err := Open(context.Background(), before+"_missing?sslmode=disable")
	if err == nil || !strings.Contains(err.Error(), "create the database first") {
		t.Errorf("got %v, want the advice to create it", err)
	}
	if _, err = Open(context.Background(), before); err == nil || !strings.Contains(err.Error(), "sslmode=disable") {
		t.Errorf("got %v, want the advice about sslmode", err)
	}
}

func TestSQLiteIsSetUpAsPromised(t *testing.T) {
	url := sqliteFile(t)
	s := migrated(t, url)
	file := strings.TrimPrefix(url, "sqlite:")
	for _, name := range []string{file, file + "-wal"} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v, want it readable by its owner alone", filepath.Base(name), info.Mode(), err)
		}
	}
	for pragma, value := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "10000"} {
		var got string
		if err := s.write.Get(&got, "PRAGMA "+pragma); err != nil || got != value {
			t.Errorf("%s is %q, want %q: %v", pragma, got, value, err)
		}
	}
	if _, err := s.read.Exec(`DELETE FROM people`); err == nil {
		t.Error("a connection for reading could write")
	}
}

func TestOpenedIsReached(t *testing.T) {
	onEach(t, func(t *testing.T, s *testStore) { want(t, nil, s.Ping(context.Background())) })
}
