package program

import (
	"strings"
	"time"
)

const (
	agendaAskAt   = 72 * time.Hour // before the start
	agendaChase   = 24 * time.Hour // of silence, before the one reminder
	agendaAt      = 24 * time.Hour // before the start: the mentor gets it
	agendaLeast   = 3 * time.Hour  // before the start: the last moment to ask
	longestAgenda = 4000           // characters
)

// agendaTimers set the question for the agenda, at once where the session is
// near, and its way to the mentor.
func (d *decision) agendaTimers(s Session) {
	ask := s.Start.Add(-agendaAskAt)
	if ask.Before(d.now) && s.AgendaState == AgendaUnasked {
		ask = d.now
	}
	d.sessionTimer(s, TimerAgendaRequest, ask, 0)
	d.sessionTimer(s, TimerAgenda, s.Start.Add(-agendaAt), 0)
}

// askAgenda asks the mentee what the session shall be about, and once more
// where nothing comes.
func (d *decision) askAgenda(t Timer, s Session) {
	answered := s.AgendaState == AgendaAnswered || s.AgendaState == AgendaSent
	if answered || d.now.After(s.Start.Add(-agendaLeast)) {
		return
	}
	l := d.sessionLetter(LetterAgendaRequest, d.Mentee, s)
	l.Purpose = AboutAgenda
	l.Facts.Rows = actionRows(d.openActions())
	l.Facts.Reason = d.agendaReason(s)
	d.post(l)
	s.AgendaState = AgendaAsked
	d.keepSession(s)
	if t.Count == 0 {
		d.sessionTimer(s, TimerAgendaRequest, d.now.Add(agendaChase), 1)
	}
}

// agendaReason is how the question is worded: as a reminder, and without
// asking what has happened since a session that there was not yet.
func (d *decision) agendaReason(s Session) string {
	var words []string
	if s.AgendaState == AgendaAsked {
		words = append(words, "chase")
	}
	if d.Pair.FirstHeld.IsZero() {
		words = append(words, "first")
	}
	return strings.Join(words, " ")
}

// agenda keeps what the writer wants to talk about, after what they have said
// before. Their own calendar entry shows it at once, the mentor's from the
// day before on.
func (d *decision) agenda(q Request, s Session) {
	text := strings.TrimSpace(q.Text)
	switch {
	case !s.Booked():
		d.line(Line{Code: "no-session"})
		return
	case !s.Start.After(d.at):
		d.line(Line{Code: "past", Start: s.Start})
		return
	case text == "":
		return
	}
	s.Agenda = shorten(strings.TrimSpace(s.Agenda+"\n"+text), longestAgenda)
	s.AgendaState = AgendaAnswered
	d.keepSession(s)
	d.line(Line{Code: "agenda-kept", Start: s.Start, End: s.End})
	l := d.sessionLetter(LetterReceipt, d.Person, s)
	l.Event = d.event("REQUEST", s)
	d.post(l)
	if !d.now.Before(s.Start.Add(-agendaAt)) {
		d.sendAgenda(s)
	}
}

// noAgenda notes that the mentee has answered, if only that there is nothing:
// nobody is asked twice who has said so.
func (d *decision) noAgenda() {
	asked := d.in.Asked
	if asked == nil || asked.Purpose != AboutAgenda {
		return
	}
	if s, ok := d.session(asked.About.ID); ok && s.AgendaState == AgendaAsked {
		s.AgendaState = AgendaAnswered
		d.keepSession(s)
	}
}

// sendAgenda brings the agenda to the mentor, with the calendar entry that
// shows it: the same SEQUENCE and the answers as they are known, so that no
// answer is asked for anew (RFC 5546 §2.1.4).
func (d *decision) sendAgenda(s Session) {
	if s.Agenda == "" || s.AgendaState == AgendaSent || !d.now.Before(s.Start) {
		return
	}
	s.AgendaState = AgendaSent
	d.keepSession(s)
	l := d.sessionLetter(LetterAgenda, d.Mentor, s)
	l.Purpose = AboutSession
	l.Event = d.event("REQUEST", s)
	d.post(l)
}
