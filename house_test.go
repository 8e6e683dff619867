// Package house has no code, only the test that holds the repository to its
// plan: which room may import which, and which folders stand at the top.
package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/mentorpost/mentorpost"

// servers start real mail and database servers: for tests only.
const servers = module + "/cmd/servers"

// arrows says which rooms a room may import beside itself. The one that is
// not named, cmd, may import all.
var arrows = map[string][]string{
	"program":   {},
	"calendar":  {"program"},
	"templates": {"program"},
	"store":     {"program"},
	"inbox":     {"calendar", "program"},
	"mailer":    {"calendar", "templates", "program"},
	"web":       {"calendar", "program"},
}

// folders may stand at the top of the repository, and no others.
var folders = []string{
	".ci", ".git", "cmd", "docs",
	"program", "calendar", "templates", "store", "inbox", "mailer", "web",
}

func TestArrowsGoDown(t *testing.T) {
	files := 0
	eachFile(t, func(file, room string, imports []string) {
		files++
		for _, imported := range imports {
			if reason := forbidden(room, imported, strings.HasSuffix(file, "_test.go")); reason != "" {
				t.Errorf("%s imports %s: %s", file, imported, reason)
			}
		}
	})
	if files == 0 {
		t.Fatal("no Go file was found")
	}
}

// forbidden says why a room may not import a package; empty: it may.
func forbidden(room, imported string, test bool) string {
	below, ours := strings.CutPrefix(imported, module+"/")
	target, _, _ := strings.Cut(below, "/")
	allowed, named := arrows[room]
	switch {
	case !named:
		return "" // cmd, and this test, see all rooms
	case !ours && room == "program" && !test && strings.Contains(strings.Split(imported, "/")[0], "."):
		return "program imports only the standard library"
	case !ours || target == room || slices.Contains(allowed, target):
		return ""
	case test && imported == servers:
		return ""
	}
	return "no arrow leads from " + room + " to " + target
}

func TestForbidden(t *testing.T) {
	for _, c := range []struct {
		rule, room, imported string
		test, ok             bool
	}{
		{"a room imports what is below it", "inbox", module + "/calendar/words", false, true},
		{"a room imports its own sub-rooms", "inbox", module + "/inbox/trim", false, true},
		{"rooms of one floor stay apart", "inbox", module + "/store", false, false},
		{"rooms of one floor stay apart in tests too", "mailer", module + "/inbox", true, false},
		{"nothing points up", "program", module + "/calendar", false, false},
		{"program needs the standard library only", "program", "pgregory.net/rapid", false, false},
		{"program's tests may use a library", "program", "pgregory.net/rapid", true, true},
		{"tests start servers", "store", servers, true, true},
		{"the product does not know its tests", "store", servers, false, false},
		{"cmd sees all", "cmd", module + "/web", false, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if reason := forbidden(c.room, c.imported, c.test); (reason == "") != c.ok {
				t.Errorf("%s → %s: %q", c.room, c.imported, reason)
			}
		})
	}
}

func TestProgramTouchesNothing(t *testing.T) {
	// What would read the world: program is told all of it.
	world := []string{"os", "net", "net/http", "io/fs", "os/exec", "database/sql", "log", "log/slog", "math/rand", "math/rand/v2", "crypto/rand"}
	eachFile(t, func(file, room string, imports []string) {
		if room != "program" || strings.HasSuffix(file, "_test.go") {
			return
		}
		for _, imported := range imports {
			if slices.Contains(world, imported) {
				t.Errorf("%s imports %s", file, imported)
			}
		}
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range []string{"time.Now(", "time.Since(", "time.Until("} {
			if strings.Contains(string(source), call) {
				t.Errorf("%s calls %s…)", file, call)
			}
		}
	})
}

func TestTopFolders(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() && !slices.Contains(folders, entry.Name()) && !ignored(entry.Name()) {
			t.Errorf("the folder %s stands at the top", entry.Name())
		}
	}
}

// ignored tells whether git leaves a folder out: what a program made is not
// part of the house.
func ignored(folder string) bool {
	rules, _ := os.ReadFile(".gitignore")
	for rule := range strings.Lines(string(rules)) {
		pattern := strings.Trim(strings.TrimSpace(rule), "/")
		if hit, _ := path.Match(pattern, folder); hit {
			return true
		}
	}
	return false
}

// eachFile parses the imports of every Go file of the repository.
func eachFile(t *testing.T, visit func(file, room string, imports []string)) {
	t.Helper()
	set := token.NewFileSet()
	err := fs.WalkDir(os.DirFS("."), ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == ".git") {
			return fs.SkipDir
		}
		if entry.IsDir() || path.Ext(file) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(set, file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imports []string
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, imported)
		}
		room, _, _ := strings.Cut(file, "/")
		visit(file, room, imports)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
