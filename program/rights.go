package program

import "time"

// export sends everything that is held about the writer.
func (d *decision) export() {
	l := d.letter(LetterExport, d.Person, Ref{RefPerson, d.Person.ID})
	l.Attach = []string{AttachEverything}
	d.post(l)
}

// forgetConfirmed marks the second of the two mails that forgetting takes.
const forgetConfirmed = "confirmed"

// forget asks once more, and then lets nothing of the writer be left.
func (d *decision) forget(q Request) {
	if q.Value != forgetConfirmed {
		l := d.letter(LetterConfirm, d.Person, Ref{RefPerson, d.Person.ID})
		l.Purpose = AboutNothing
		l.Choices = []Choice{{Label: "1", Requests: []Request{{Type: Forget, Value: forgetConfirmed}}}}
		l.HeldFrom = d.at
		l.Facts.Reason = "forget"
		d.post(l)
		return
	}
	d.forgetNow()
}

// ForgetPerson lets nothing of a person be left, as the coordinator decides.
func (c Case) ForgetPerson(seed string, now time.Time) Outcome {
	d := newDecision(c, seed, now)
	d.forgetNow()
	return d.out
}

func (d *decision) forgetNow() {
	p := d.Person
	p.Status, d.forgets = PersonLeft, true
	d.keepPerson(p)
	d.forgetLast()
	l := d.letter(LetterGoodbye, p, Ref{RefPerson, p.ID})
	l.Facts.Reason = "forgotten"
	d.out.Letters = append(d.out.Letters, l) // the last one, whatever they had stopped
	for _, pair := range d.LivePairs {
		d.timer(Timer{
			Key: string(pair) + "/" + string(TimerErase), Kind: TimerErase, Due: d.now, Pair: pair, Person: p.ID,
		})
	}
	d.eraseLater(p, 0)
}

// eraseLater sets the erasure, which waits until the last letters are out.
func (d *decision) eraseLater(p Person, count int) {
	const again = 15 * time.Minute
	d.timer(Timer{
		Key:  string(p.ID) + "/" + string(TimerErase) + "/" + d.now.Format(time.RFC3339),
		Kind: TimerErase, Due: d.now.Add(again), Person: p.ID, Count: count,
	})
}

// erase ends the pairs of somebody who is forgotten, and then erases them.
func (d *decision) erase(t Timer) {
	const patience = 4 * 24 * 4 // four days of quarter hours: undeliverable by then
	switch {
	case d.Person.ID == "" || d.Person.Status != PersonLeft:
	case t.Pair != "":
		d.endPair() // and its goodbye tells the partner
	case d.Unsent > 0 && t.Count < patience:
		d.eraseLater(d.Person, t.Count+1)
	default:
		d.out.Erase = d.Person.ID
	}
}
