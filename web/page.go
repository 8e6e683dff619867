package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
)

//go:embed style.css
var style string

// styleHash is how the Content-Security-Policy names the one stylesheet that
// is let through (CSP Level 3 §2.3.1).
var styleHash = func() string {
	sum := sha256.Sum256([]byte(style))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}()

//go:embed pages.html
var pageSource string

var pages = template.Must(template.New("pages").
	Funcs(template.FuncMap{"style": func() template.CSS { return template.CSS(style) }}).
	Parse(pageSource))

// head is what every page begins with.
type head struct{ Language, Title string }

// Head is the page's own.
func (n notice) Head() head { return head{n.Language, n.Title} }

// Head is the page's own, which is in English.
func (r report) Head() head { return head{spoken[0].language, r.Program} }

// notice is a page that says one thing, and may offer one button.
type notice struct {
	Language string
	Title    string
	Text     []string
	Button   string // posts List-Unsubscribe=One-Click to the page's own address
}

// coordinator shows the state of the program.
func (s site) coordinator(w http.ResponseWriter, r *http.Request) {
	overview, err := s.Source.Overview(r.Context())
	if err != nil {
		s.fail(w, spoken[0], "read the overview", err)
		return
	}
	s.page(w, http.StatusOK, "coordinator", newReport(overview, s.Name, s.Zone, s.Now()))
}

// say shows a page that says one thing.
func (s site) say(w http.ResponseWriter, status int, n notice) { s.page(w, status, "notice", n) }

func (s site) notFound(w http.ResponseWriter, in words) {
	s.say(w, http.StatusNotFound, notice{Language: in.language, Title: in.nowhere, Text: []string{in.nowhereWhy}})
}

// page writes a page whole or not at all.
func (s site) page(w http.ResponseWriter, status int, name string, content any) {
	var body bytes.Buffer
	if err := pages.ExecuteTemplate(&body, name, content); err != nil {
		s.Log.Error("write page "+name, "error", err)
		http.Error(w, "the page could not be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}
