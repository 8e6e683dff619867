package program

import (
	"maps"
	"strings"
	"time"
)

// firstCheckIn is how long a pair is left alone before its first check-in.
const firstCheckIn = 3 * 24 * time.Hour

// kickOffTimer begins what a pair does besides its sessions, once in its life.
func (d *decision) kickOffTimer() {
	d.timer(Timer{
		Key: string(d.Pair.ID) + "/" + string(TimerKickOff), Kind: TimerKickOff, Due: d.now, Pair: d.Pair.ID,
	})
}

// kickOff asks both for goals, timeline and rhythm. Nothing waits for the
// answers.
func (d *decision) kickOff() {
	if d.Pair.ID == "" || d.Pair.Status == PairEnded {
		return
	}
	for _, to := range []Person{d.Mentor, d.Mentee} {
		d.nextCheckIn(to, later(d.now, d.Pair.begins(d.Mentee.Location())).Add(firstCheckIn))
		if d.Mentor.Status == PersonActive && d.Mentee.Status == PersonActive {
			d.postKickOff(to, "")
			d.kickOffChase(to, d.now.Add(chaseFirst), 1)
		}
	}
}

func (d *decision) postKickOff(to Person, reason string) {
	l := d.letter(LetterKickOff, to, Ref{RefPair, d.Pair.ID})
	l.Purpose, l.Facts.Reason = AboutCharter, reason
	d.post(l)
}

func (d *decision) kickOffChase(to Person, due time.Time, count int) {
	d.timer(Timer{
		Key:  string(d.Pair.ID) + "/" + string(TimerKickOff) + "/" + string(to.ID) + "/" + due.UTC().Format(time.RFC3339),
		Kind: TimerKickOff, Due: due, Person: to.ID, Pair: d.Pair.ID, Count: count,
	})
}

// chaseKickOff asks somebody who has not said what they expect a second and a
// third time, in one mail with a chase for times where both are due; then the
// coordinator is told.
func (d *decision) chaseKickOff(t Timer) {
	to := d.Person
	_, said := d.Pair.Charter.Said[to.ID]
	switch reachable := to.reachable(d.now); {
	case said || d.Pair.Status == PairEnded || d.Mentor.Status == PersonLeft || d.Mentee.Status == PersonLeft:
	case t.Count > maxChases:
		d.tellSilent(to)
	case reachable.After(d.now):
		d.kickOffChase(to, reachable, t.Count)
	case d.Pair.Status != PairActive: // paused, or one has taken back that they joined
		d.kickOffChase(to, d.now.Add(chaseFirst), t.Count)
	case len(d.gathered) == 0 && d.postponed(t):
	default:
		d.postKickOff(to, "chase")
		d.kickOffChase(to, d.now.Add(chaseAfter(t.Count)), t.Count+1)
	}
}

// tellSilent tells the coordinators of a pair in which somebody has not said
// what they expect: where both have not, once, as the mentor's time is up,
// unless that waits for their return.
func (d *decision) tellSilent(to Person) {
	var silent []string
	for _, p := range []Person{d.Mentor, d.Mentee} {
		if _, said := d.Pair.Charter.Said[p.ID]; !said {
			silent = append(silent, p.named())
		}
	}
	if len(silent) < 2 || to.ID == d.Mentor.ID || d.Mentor.reachable(d.now).After(d.now) {
		d.tellCoordinators("no-kick-off", Person{}, silent...)
	}
}

// inPair carries out a request that concerns the pair, not one session.
func (d *decision) inPair(q Request, act func(Request)) {
	if d.Pair.ID == "" {
		d.withoutPair(q)
		return
	}
	act(q)
}

// charter keeps what the writer expects. The first text of each makes the
// charter, which is then put to both; any later text is a revision, to which
// both must agree anew. What both had agreed to stands until then.
func (d *decision) charter(q Request) {
	me, partner := d.Person.ID, d.partner().ID
	charter := d.Pair.Charter
	charter.Said = maps.Clone(charter.Said)
	if charter.Said == nil {
		charter.Said = map[ID]string{}
	}
	charter.Said[me] = revised(charter.Said[me], q.Text)
	_, answered := charter.Said[partner]
	reason := ""
	if charter.Revision > 0 {
		reason = "revised"
	}
	if answered {
		charter.Revision++
		charter.Agreed = nil
	}
	d.Pair.Charter = charter
	d.keepPair()
	if !answered || d.Pair.charterText(charter.Said, d, longCharter) == "" {
		d.line(Line{Code: "charter-kept"})
		return
	}
	d.postCharter(charter.Said, reason)
}

func (d *decision) postCharter(said map[ID]string, reason string) {
	for _, to := range []Person{d.Mentor, d.Mentee} {
		l := d.letter(LetterCharter, to, Ref{RefPair, d.Pair.ID})
		l.Purpose = AboutCharter
		l.Facts.Note, l.Facts.Reason = d.Pair.charterText(said, d, longCharter), reason
		d.post(l)
	}
}

// aboutCharter reports whether an AGREE means the charter: where that was
// asked, or where nothing else was and the writer's word is still wanted.
func (d *decision) aboutCharter() bool {
	if asked := d.in.Asked; asked != nil && asked.Purpose != "" && asked.Purpose != AboutNothing {
		return asked.Purpose == AboutCharter
	}
	return d.Pair.Charter.Revision > 0 && !d.Pair.Charter.Agreed[d.Person.ID]
}

// agree is the writer's yes to the charter. Said to the first questions, it
// leaves the words to the partner.
func (d *decision) agree(q Request) {
	charter := d.Pair.Charter
	if charter.Revision == 0 {
		if _, said := charter.Said[d.Person.ID]; !said {
			d.charter(q)
			return
		}
		d.line(Line{Code: "charter-kept"})
		return
	}
	if charter.Agreed[d.Person.ID] {
		d.line(Line{Code: "nothing-changed"})
		return
	}
	charter.Agreed = maps.Clone(charter.Agreed)
	if charter.Agreed == nil {
		charter.Agreed = map[ID]bool{}
	}
	charter.Agreed[d.Person.ID] = true
	both := charter.Agreed[d.partner().ID]
	if both {
		charter.Stands = maps.Clone(charter.Said)
	}
	d.Pair.Charter = charter
	d.keepPair()
	if both {
		d.postCharter(charter.Stands, "agreed")
		return
	}
	d.line(Line{Code: "charter-agreed"})
}

// How much of a charter is shown, in characters for each of the two.
const (
	longCharter  = 2000 // in a mail of its own
	shortCharter = 240  // in the calendar entry
)

// charterText is what both have said, each under their name; empty where
// nobody has.
func (p Pair) charterText(said map[ID]string, d *decision, most int) string {
	var parts []string
	for _, id := range []ID{p.Mentor, p.Mentee} {
		if text := strings.TrimSpace(said[id]); text != "" {
			parts = append(parts, d.person(id).First()+": "+shorten(text, most))
		}
	}
	return strings.Join(parts, "\n")
}

// shorten cuts a text after a word.
func shorten(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	cut := string(runes[:most])
	if i := strings.LastIndexAny(cut, " \n"); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " \n,;:") + "…"
}

// revised brings an earlier text up to what is written now. A part that is
// named, as in "Rhythm: monthly", takes the place of the part of that name;
// other words are added.
func revised(earlier, now string) string {
	earlier, now = strings.TrimSpace(earlier), strings.TrimSpace(now)
	if earlier == "" || now == "" {
		return earlier + now
	}
	old := partsOf(earlier)
	for _, part := range partsOf(now) {
		replaced := false
		for i := range old {
			if part.name != "" && strings.EqualFold(old[i].name, part.name) {
				old[i], replaced = part, true
			}
		}
		if !replaced {
			old = append(old, part)
		}
	}
	var lines []string
	for _, part := range old {
		lines = append(lines, part.text)
	}
	return strings.Join(lines, "\n")
}

// namedPart is a stretch of a charter, with the name that it begins with.
type namedPart struct{ name, text string }

// partsOf cuts a text before every "Name: …" that begins a line or a sentence.
func partsOf(text string) []namedPart {
	var parts []namedPart
	begin := 0
	cut := func(end int) {
		if piece := strings.TrimSpace(text[begin:end]); piece != "" {
			parts = append(parts, namedPart{partName(piece), piece})
		}
		begin = end
	}
	for i := 1; i < len(text); i++ {
		opens := text[i-1] == '\n' || text[i-1] == ' ' && i > 1 && strings.IndexByte(".!?;", text[i-2]) >= 0
		if opens && partName(text[i:]) != "" {
			cut(i)
		}
	}
	cut(len(text))
	return parts
}

// partName is the one or two words before a colon that a part begins with.
func partName(text string) string {
	const longest = 40
	if len(text) > longest {
		text = text[:longest]
	}
	name, _, found := strings.Cut(text, ":")
	if words := strings.Fields(name); !found || len(words) == 0 || len(words) > 2 || strings.ContainsAny(name, ".!?;,/\n") {
		return ""
	}
	return strings.TrimSpace(name)
}
