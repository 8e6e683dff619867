package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/mentorpost/mentorpost/program"
)

// maxFormBytes is far more than the one field of the form.
const maxFormBytes = 4 << 10

// reader is the person for whom an unsubscribe address was made. It is the
// sealed tag for mail to a person about that person, the same as in the
// List-Unsubscribe field of their mails.
func (s site) reader(r *http.Request) (program.ID, bool) {
	person, about, ok := s.Sealer.Open(r.PathValue("token"))
	return person, ok && about.Kind == program.RefPerson && about.ID == person
}

// offerUnsubscribe shows a button. It changes nothing: mail scanners follow
// every address that they find.
func (s site) offerUnsubscribe(w http.ResponseWriter, r *http.Request) {
	person, ok := s.reader(r)
	in := s.wordsFor(r, person)
	if !ok {
		s.notFound(w, in)
		return
	}
	s.say(w, http.StatusOK, notice{
		Language: in.language,
		Title:    strings.Replace(in.ask, "%s", s.Name, 1),
		Text:     []string{in.askWhat, in.askInstead},
		Button:   in.button,
	})
}

// unsubscribe does what STOP in a mail does (RFC 8058 §3.1). The mail program
// sends the field List-Unsubscribe=One-Click, and neither cookie nor password.
func (s site) unsubscribe(w http.ResponseWriter, r *http.Request) {
	person, ok := s.reader(r)
	in := s.wordsFor(r, person)
	if !ok {
		s.notFound(w, in)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	if r.PostFormValue("List-Unsubscribe") != "One-Click" {
		s.say(w, http.StatusBadRequest, notice{Language: in.language, Title: in.unchanged, Text: []string{in.unchangedWhy}})
		return
	}
	switch err := s.Source.Unsubscribe(r.Context(), person); {
	case errors.Is(err, ErrNotFound):
		s.notFound(w, in)
	case err != nil:
		s.fail(w, in, "unsubscribe a person", err)
	default:
		s.say(w, http.StatusOK, notice{Language: in.language, Title: in.done, Text: []string{in.doneBut, in.doneBack}})
	}
}
