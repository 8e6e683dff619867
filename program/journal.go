package program

import "time"

// ignoredNudges in a row halve the rhythm.
const ignoredNudges = 3

// weeks is the distance between two nudges; 0: none.
func (p Person) weeks() int {
	weeks := map[JournalRhythm]int{"": 1, JournalWeekly: 1, JournalFortnightly: 2, JournalMonthly: 4}[p.Journal]
	if p.Ignored >= ignoredNudges {
		weeks *= 2
	}
	return weeks
}

// nudgeTime is the hour of the week that the person chose.
func (p Person) nudgeTime() WeekTime {
	if p.JournalTime == (WeekTime{}) {
		return DefaultJournalTime
	}
	return p.JournalTime
}

// nextNudge sets the person's next nudge, by the rhythm that holds now.
func (d *decision) nextNudge(p Person) {
	if p.weeks() == 0 {
		return
	}
	zone := p.Location()
	due := p.nudgeTime().Next(d.now, zone).In(zone).AddDate(0, 0, 7*(p.weeks()-1))
	d.timer(Timer{
		Key:  string(p.ID) + "/" + string(TimerJournal) + "/" + due.Format(time.DateOnly),
		Kind: TimerJournal, Due: due, Person: p.ID,
	})
}

// nudge asks for a journal entry, in a mail of its own: its reply is the
// entry, and nobody else reads it.
func (d *decision) nudge(t Timer) {
	p := d.Person
	const useful = 24 * time.Hour // after a downtime a nudge is left out
	switch {
	case p.Status == PersonLeft || p.weeks() == 0:
		return
	case p.Status != PersonActive || p.isAway(d.now) || d.now.Sub(t.Due) > useful || d.full(p) || d.early() || len(d.LivePairs) == 0:
		d.nextNudge(p)
		return
	}
	l := d.letter(LetterJournalNudge, p, Ref{RefPerson, p.ID})
	l.Purpose = AboutJournal
	d.post(l)
	p = d.Person // as it has been counted
	p.Nudges++
	p.Ignored++
	d.keepPerson(p)
	d.nextNudge(p)
}

// journal carries out a request about the writer's journal.
func (d *decision) journal(q Request) {
	p := d.Person
	switch rhythm := JournalRhythm(q.Value); {
	case q.Value == "export":
		l := d.letter(LetterExport, p, Ref{RefPerson, p.ID})
		l.Facts.Reason, l.Attach = "journal", []string{AttachJournal}
		d.post(l)
	case q.Value == "delete":
		d.deleteEntries(q.Text)
	case rhythm == JournalOff || rhythm == JournalWeekly || rhythm == JournalFortnightly || rhythm == JournalMonthly:
		p.Journal, p.Ignored = rhythm, 0
		d.set(p, Line{Code: "journal", Value: q.Value})
		d.nextNudge(p)
	default:
		d.write(Entry{Text: d.in.Text, Attachments: d.in.Files})
	}
}

// write keeps an entry; the mail that brought it is destroyed.
func (d *decision) write(e Entry) {
	for _, kept := range d.out.Entries {
		if kept.Wrote == e.Wrote {
			return // one mail is one entry, however many requests it was read as
		}
	}
	e.ID, e.Person, e.Created = d.mint.ID(), d.Person.ID, d.at
	e.Day = d.at.In(d.Person.Location()).Format(time.DateOnly)
	d.out.Entries = append(d.out.Entries, e)
	code := "wrote"
	if !e.Wrote {
		code = "journal-kept"
		d.out.Record.Private = true
	}
	d.line(Line{Code: code, Value: e.Day})
	if p := d.Person; p.Ignored > 0 {
		p.Ignored = 0
		d.keepPerson(p)
	}
}

func (d *decision) deleteEntries(day string) {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		d.line(Line{Code: "not-understood", Value: day})
		return
	}
	d.out.DropEntries = append(d.out.DropEntries, EntryDay{Person: d.Person.ID, Day: day})
	d.line(Line{Code: "journal-deleted", Value: day})
}

// What can be attached to a letter as it is composed.
const (
	AttachJournal    = "journal"
	AttachEverything = "everything"
)
