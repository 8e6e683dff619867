package program

// Entries are the sessions of the case's pair that belong into the calendar of
// its person, oldest first, each as the invitation to it: those that are booked
// and those that were held. The same sessions always give the same entries, so
// that a subscriber can tell whether anything has changed.
func (c Case) Entries() []Letter {
	var entries []Letter
	for _, s := range c.Sessions {
		if s.Start.IsZero() || !s.Booked() && s.Status != SessionHeld {
			continue
		}
		d := newDecision(c, string(s.ID), s.Created)
		l := d.sessionLetter(LetterInvite, c.Person, s)
		l.Event = d.event("REQUEST", s)
		entries = append(entries, l)
	}
	return entries
}
