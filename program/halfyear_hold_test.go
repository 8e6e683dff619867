package program

import (
	"fmt"
	"slices"
	"time"
)

// held is what must hold at every moment of a life. It judges by the
// mails and rows alone, not by how they were decided.
type held struct {
	w           *world
	sessions    map[ID]Session
	uids        map[string]ID
	once        map[string]int
	unsolicited map[ID][]time.Time
	urgent      map[string]time.Time // by person and session: the last mail that could not wait
	booked      map[string]time.Time // by session and sequence: when that was booked
	zones       map[ID]string
	mover       map[ID]time.Time // when a person last changed zone
	sequence    map[ID]int       // by letter: its session's when it was decided
	answered    map[ID]bool      // letters that answer their reader's own mail
	faults      int
}

func newHeld(w *world) held {
	h := held{
		w: w, sessions: map[ID]Session{}, uids: map[string]ID{}, once: map[string]int{}, unsolicited: map[ID][]time.Time{},
		urgent: map[string]time.Time{}, booked: map[string]time.Time{}, answered: map[ID]bool{},
		zones: map[ID]string{}, mover: map[ID]time.Time{}, sequence: map[ID]int{},
	}
	for id, p := range w.People {
		h.zones[id] = p.Zone
	}
	return h
}

func (h *held) fault(format string, args ...any) {
	h.w.t.Helper()
	if h.faults++; h.faults < 20 {
		h.w.t.Errorf("%s: %s", h.w.Now.Format(time.RFC3339), fmt.Sprintf(format, args...))
	}
}

// outcome holds what every decision must leave behind.
func (h *held) outcome(out Outcome) {
	for _, s := range out.Sessions {
		h.session(s)
	}
	h.follow(out)
}

// follow notes what the mails are judged by.
func (h *held) follow(out Outcome) {
	for _, s := range out.Sessions {
		h.sessions[s.ID], h.uids[s.UID] = s, s.ID
	}
	for _, p := range out.People {
		if zone, known := h.zones[p.ID]; known && zone != p.Zone {
			h.mover[p.ID] = h.w.Now
		}
		h.zones[p.ID] = p.Zone
	}
	for _, l := range out.Letters {
		h.answered[l.ID] = l.InReplyTo != "" || l.Kind == LetterConfirm // which starts no thread
		h.sequence[l.ID] = h.sessions[h.uids[l.SessionUID]].Sequence
	}
}

// session holds a pair's history together: one UID for life, a SEQUENCE that
// never falls and rises with every change of time, and a booked time only by
// the consent of both.
func (h *held) session(s Session) {
	before, known := h.sessions[s.ID]
	h.sessions[s.ID] = s
	if owner, taken := h.uids[s.UID]; taken && owner != s.ID {
		h.fault("UID %s is that of two sessions", s.UID)
	}
	h.uids[s.UID] = s.ID
	moved := known && !before.Start.IsZero() && !before.Start.Equal(s.Start)
	switch {
	case known && before.UID != s.UID:
		h.fault("session %s has changed its UID", s.ID)
	case known && s.Sequence < before.Sequence:
		h.fault("SEQUENCE of %s fell from %d to %d", s.ID, before.Sequence, s.Sequence)
	case moved && s.Sequence <= before.Sequence:
		h.fault("session %s moved with the same SEQUENCE", s.ID)
	case known && !before.Open() && s.Open():
		h.fault("session %s is %s after it was %s", s.ID, s.Status, before.Status)
	}
	if s.Booked() && (!known || !before.Start.Equal(s.Start)) {
		h.booked[fmt.Sprint(s.ID, s.Sequence)] = h.w.Now
		h.consent(s)
	}
}

// consent holds that a new time is one that both have said yes to, or one
// that was found in the hours that both have given and one of them picked.
func (h *held) consent(s Session) {
	pair := h.w.Pairs[s.Pair]
	yes := 0
	for _, id := range []ID{pair.Mentor, pair.Mentee} {
		if s.Answers[id].PartStat == Accepted {
			yes++
		}
	}
	free := true
	for _, id := range []ID{pair.Mentor, pair.Mentee} {
		free = free && h.w.People[id].worksAt(Span{s.Start, s.End})
	}
	if yes == 0 || yes == 1 && !free {
		h.fault("session %s was booked for %s with the yes of %d", s.ID, s.Start, yes)
	}
	if !s.Start.After(h.w.Now) {
		h.fault("session %s was booked for the past", s.ID)
	}
}

// letter holds what every mail must respect.
func (h *held) letter(l Letter) {
	if l.To == "" {
		return
	}
	h.quiet(l)
	h.week(l)
	h.repeats(l)
}

// quiet holds the night free of everything but answers, the mail an hour
// before, and changes of sessions less than a day away.
func (h *held) quiet(l Letter) {
	p := h.w.People[l.To]
	about := string(l.To) + l.SessionUID
	near := false
	for _, start := range append([]time.Time{l.Facts.Start, l.Facts.Old}, startsOf(l.Facts.Slots)...) {
		near = near || start.After(l.Created) && start.Sub(l.Created) <= 24*time.Hour
	}
	exempt := h.answered[l.ID] || l.Kind == LetterReminder || near && l.SessionUID != "" && !around[l.Kind]
	if exempt && l.SessionUID != "" {
		h.urgent[about] = h.w.Now // what waited about the same session comes with it
	}
	local := h.w.Now.In(p.Location())
	if !p.Quiet.Holds(local.Hour()*60+local.Minute()) || exempt || h.mover[p.ID].After(l.Created.Add(-time.Minute)) {
		return
	}
	if !h.released(about) {
		h.fault("%s to %s at %s", l.Kind, l.Address, local.Format("Mon 15:04 MST"))
	}
}

// around are the mails that only come because a session comes near.
var around = map[Kind]bool{
	LetterAgendaRequest: true, LetterAgenda: true, LetterFreeUntil: true, LetterTookPlace: true, LetterActions: true, LetterAskTimes: true,
}

// released reports whether a mail about the session goes now that cannot wait.
func (h *held) released(about string) bool {
	return h.urgent[about].Equal(h.w.Now) || slices.ContainsFunc(h.w.World.letters.items, func(q queued[Letter]) bool {
		return q.at.Equal(h.w.Now) && string(q.item.To)+q.item.SessionUID == about
	})
}

func startsOf(slots []Slot) []time.Time {
	var starts []time.Time
	for _, s := range slots {
		starts = append(starts, s.Start)
	}
	return starts
}

// week holds that at most two mails that nobody asked for come in any seven
// days of the reader's calendar.
func (h *held) week(l Letter) {
	asked := l.Kind == LetterCheckIn || l.Kind == LetterFeedbackRequest || l.Kind == LetterJournalNudge || l.Kind == LetterDigest
	if !asked || h.answered[l.ID] {
		return
	}
	zone := h.w.People[l.To].Location()
	since := h.w.Now.In(zone).AddDate(0, 0, -6).Format(time.DateOnly)
	h.unsolicited[l.To] = append(h.unsolicited[l.To], h.w.Now)
	recent := slices.DeleteFunc(slices.Clone(h.unsolicited[l.To]), func(t time.Time) bool { return t.In(zone).Format(time.DateOnly) < since })
	if len(recent) > 2 {
		h.fault("%s is the third unsolicited mail of the week to %s: %v", l.Kind, l.Address, recent)
	}
}

// repeats holds that nothing that is due comes twice.
func (h *held) repeats(l Letter) {
	most := map[Kind]int{LetterReminder: 1, LetterFreeUntil: 1, LetterTookPlace: 1, LetterAgendaRequest: 2}
	parts := []Kind{l.Kind}
	for i, part := range l.Parts {
		if i == 0 {
			parts = nil
		}
		parts = append(parts, part.Kind)
	}
	for _, kind := range parts {
		if most[kind] == 0 || l.Kind == LetterTookPlace && l.Facts.Reason != "" {
			continue
		}
		s := h.sessions[h.uids[l.SessionUID]]
		key := fmt.Sprint(kind, " ", l.To, s.ID, h.sequence[l.ID])
		if h.once[key]++; h.once[key] > most[kind] {
			h.fault("%s to %s for the same session at the same time, %d times", kind, l.Address, h.once[key])
		}
	}
}

// atEnd holds that nothing that was due was left out: of every session that
// was not called off both were reminded, and both were asked about it.
func (h *held) atEnd() {
	sessions := 0
	for _, s := range h.sessions {
		asked := s.End.Add(tookPlaceAt + 13*time.Hour).Before(h.w.Now)
		if s.Start.IsZero() || s.Status == SessionCancelled || !asked {
			continue
		}
		sessions++
		pair := h.w.Pairs[s.Pair]
		for _, id := range []ID{pair.Mentor, pair.Mentee} {
			in := s.Start.Sub(h.booked[fmt.Sprint(s.ID, s.Sequence)]) > reminderAt
			reminded := h.once[fmt.Sprint(LetterReminder, " ", id, s.ID, s.Sequence)]
			if in && h.w.People[id].Status != PersonLeft && reminded != 1 {
				h.fault("%s of a session at %s was reminded %d times", h.w.People[id].Email, s.Start, reminded)
			}
			if n := h.once[fmt.Sprint(LetterTookPlace, " ", id, s.ID, s.Sequence)]; n != 1 && h.w.People[id].Status != PersonLeft {
				h.fault("%s was asked %d times whether the session at %s took place", h.w.People[id].Email, n, s.Start)
			}
		}
	}
	if sessions < 100 {
		h.fault("only %d sessions came about", sessions)
	}
	h.w.t.Logf("%d sessions came about", sessions)
}
