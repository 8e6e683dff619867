package program

// tookPlace keeps the answer to whether a session was held. Both are asked;
// where they say different things both are asked again, and nobody else is
// told.
func (d *decision) tookPlace(q Request, s Session) {
	if s.Status == SessionProposed || s.Status == SessionCancelled || s.Start.After(d.at) {
		d.line(Line{Code: "no-session"})
		return
	}
	said := SessionHeld
	if q.Type == Missed {
		said = SessionMissed
	}
	before, theirs := s.TookPlace[d.Person.ID], s.TookPlace[d.partner().ID]
	s = s.withTookPlace(d.Person.ID, said)
	first := s.Booked()
	d.settlePending(s)
	s.Bids, s.Waiting = nil, ""
	if theirs == "" || theirs == said {
		s.Status = said
	}
	d.keepSession(s)
	if first {
		d.lookAgain(s, true)
	}
	if q.Text != "" {
		d.keepAnswer(Note{Kind: NoteTookPlace, Session: s.ID, Text: q.Text})
	}
	if said == SessionHeld {
		d.firstHeld(s)
		d.takeActions(q.Text, s)
	}
	if theirs != "" && theirs != said && before != said {
		d.askBoth(s)
	}
	if before != said {
		d.line(Line{Code: string(said), Start: s.Start, End: s.End})
	} else if len(d.out.Letters) == 0 {
		d.line(Line{Code: "nothing-changed"})
	}
}

func (s Session) withTookPlace(who ID, said SessionStatus) Session {
	all := map[ID]SessionStatus{who: said}
	for id, earlier := range s.TookPlace {
		if id != who {
			all[id] = earlier
		}
	}
	s.TookPlace = all
	return s
}

// askBoth asks the two who disagree to put it right between them.
func (d *decision) askBoth(s Session) {
	for _, to := range []Person{d.Mentor, d.Mentee} {
		l := d.sessionLetter(LetterTookPlace, to, s)
		l.Purpose = AboutTookPlace
		l.Facts.Reason = "differs"
		d.post(l)
	}
}

// firstHeld begins the questions for feedback with the first session that was
// held.
func (d *decision) firstHeld(s Session) {
	if !d.Pair.FirstHeld.IsZero() {
		return
	}
	d.Pair.FirstHeld = s.Start
	d.keepPair()
	d.feedbackTimer(d.Mentee, 0)
	d.feedbackTimer(d.Mentor, 0)
}

// answeredAlready reports whether a doubtful mail asks for nothing from somebody
// who has said whether the session took place, or only got the list of
// actions: a word of thanks needs no question.
func (d *decision) answeredAlready() bool {
	asked := d.in.Asked
	if asked == nil || asked.Purpose != AboutTookPlace || len(d.in.Requests) > 0 {
		return false
	}
	s, ok := d.session(asked.About.ID)
	return ok && (s.TookPlace[d.Person.ID] != "" || asked.Kind == LetterActions)
}
