package web

import (
	"errors"
	"net/http"

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
	if _, ok := s.reader(r); !ok {
		s.notFound(w)
		return
	}
	s.say(w, http.StatusOK, notice{
		Title: "Stop mails from " + s.Name + "?",
		Text: []string{
			"You will get no more mails, except where a session that is already booked is cancelled.",
			"Booked sessions stand. You can also just answer any mail with STOP.",
		},
		Button: "Stop all mails",
	})
}

// unsubscribe does what STOP in a mail does (RFC 8058 §3.1). The mail program
// sends the field List-Unsubscribe=One-Click, and neither cookie nor password.
func (s site) unsubscribe(w http.ResponseWriter, r *http.Request) {
	person, ok := s.reader(r)
	if !ok {
		s.notFound(w)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxFormBytes)
	if r.PostFormValue("List-Unsubscribe") != "One-Click" {
		s.say(w, http.StatusBadRequest, notice{Title: "Nothing has changed", Text: []string{
			"The request was not List-Unsubscribe=One-Click."}})
		return
	}
	switch err := s.Source.Unsubscribe(r.Context(), person); {
	case errors.Is(err, ErrNotFound):
		s.notFound(w)
	case err != nil:
		s.fail(w, "unsubscribe a person", err)
	default:
		s.say(w, http.StatusOK, notice{Title: "You will get no more mails", Text: []string{
			"Only if a session that is already booked is cancelled will we still tell you.",
			"Changed your mind? Write to your coordinator."}})
	}
}
