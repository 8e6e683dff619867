package templates

import (
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// Sample is a letter of a kind with facts as a program would have them, for
// previews and for the golden files. It is addressed to Tomás in São Paulo,
// whose mentor Ada lives in Berlin.
func Sample(kind program.Kind, locale string) program.Letter {
	start := time.Date(2027, 1, 27, 15, 30, 0, 0, time.UTC)
	l := program.Letter{
		ID: "sampleletter", MessageID: "sample." + string(kind) + "@example.org", Kind: kind,
		To: "sampleperson", Address: "tomas@example.net", Name: "Tomás Oliveira",
		About:   program.Ref{Kind: program.RefPair, ID: "samplepair22"},
		Created: time.Date(2027, 1, 18, 9, 0, 0, 0, time.UTC),
		Facts: program.Facts{
			Program: "Mentor Everywhere", Name: "Tomás", Role: "mentee", Zone: "America/Sao_Paulo", Locale: locale,
			Partner: "Ada Krüger", PartnerZone: "Europe/Berlin", Notice: 24 * time.Hour,
		},
	}
	if fill, ok := samples[kind]; ok {
		fill(&l, start)
	}
	return l
}

// samples fill in what a kind needs beyond the two people.
var samples = map[program.Kind]func(l *program.Letter, start time.Time){
	program.LetterWelcome: func(l *program.Letter, _ time.Time) {
		l.Facts.Lines = []program.Line{{Code: "joined"}, {Code: "hours", Value: "09:00-17:30"}}
		l.Facts.Asks = []string{"zone", "hours"}
	},
	program.LetterCharter: func(l *program.Letter, _ time.Time) {
		l.Facts.Note = "Goals: give a first talk.\nTimeline: until the end of June.\nRhythm: every two weeks, 60 minutes."
	},
	program.LetterAskTimes: func(l *program.Letter, start time.Time) { offer(l, start, 3) },
	program.LetterOffer: func(l *program.Letter, start time.Time) {
		offer(l, start, 3)
		l.Facts.Reason = "constrained"
	},
	program.LetterProposal: func(l *program.Letter, start time.Time) { offer(l, start, 2) },
	program.LetterChoices: func(l *program.Letter, start time.Time) {
		booked(l, start)
		l.Facts.Words, l.Facts.Reason = "Could we do next Thursday at 6?", "which-time"
		for i, label := range []string{"1", "2", "3"} {
			at := start.Add(time.Duration(i)*12*time.Hour + 30*time.Minute)
			l.Facts.Choices = append(l.Facts.Choices, program.Choice{Label: label, Start: at, End: at.Add(time.Hour)})
		}
		l.Facts.Choices[2] = program.Choice{Label: "3", Text: "none-fit"}
	},
	program.LetterReceipt: func(l *program.Letter, start time.Time) {
		l.Facts.Lines = []program.Line{
			{Code: "proposed", Start: start, End: start.Add(time.Hour)},
			{Code: "zone", Value: "Europe/Lisbon"},
		}
		l.Facts.Undo = true
	},
	program.LetterInvite: booked,
	program.LetterUpdate: moved,
	program.LetterCancel: booked,
	program.LetterMoveRequest: func(l *program.Letter, start time.Time) {
		moved(l, start)
		l.Facts.Start, l.Facts.End = l.Facts.Old, l.Facts.OldEnd
		offer(l, start, 2)
		l.Facts.Given, l.Facts.Short = 23*time.Hour+59*time.Minute, time.Minute
	},
	program.LetterMoveRefused: func(l *program.Letter, start time.Time) {
		booked(l, start)
		l.Facts.Old, l.Facts.OldEnd, l.Facts.Reason = l.Facts.Start, l.Facts.End, "partner"
	},
	program.LetterMoveLate: func(l *program.Letter, start time.Time) {
		moved(l, start)
		offer(l, start, 1)
		l.Facts.Short = time.Minute
	},
	program.LetterCancelLate: func(l *program.Letter, start time.Time) {
		booked(l, start)
		l.Facts.Short = time.Minute
	},
	program.LetterNoAnswer:      booked,
	program.LetterAgendaRequest: func(l *program.Letter, start time.Time) { booked(l, start); actions(l) },
	program.LetterAgenda: func(l *program.Letter, start time.Time) {
		booked(l, start)
		l.Facts.Agenda = "The talk went well.\nI am stuck on how to say no to my manager."
	},
	program.LetterFreeUntil: func(l *program.Letter, start time.Time) {
		booked(l, start)
		l.Facts.Deadline = start.Add(-24 * time.Hour)
	},
	program.LetterReminder:  booked,
	program.LetterTookPlace: booked,
	program.LetterActions:   func(l *program.Letter, _ time.Time) { actions(l) },
	program.LetterCheckIn:   func(l *program.Letter, _ time.Time) { actions(l) },
	program.LetterJournalNudge: func(l *program.Letter, _ time.Time) {
		l.Facts.Note = "Tell the story of something that went wrong, and what it taught you."
	},
	program.LetterDigest: func(l *program.Letter, start time.Time) { booked(l, start); actions(l) },
	program.LetterConfirm: func(l *program.Letter, _ time.Time) {
		l.Facts.Words, l.Facts.Reason = "cancel tomorrow please", "unproven"
		l.Facts.Rows = []string{"tomas@mail.example.com"} // the From that it came with
	},
	program.LetterStatus: func(l *program.Letter, start time.Time) {
		booked(l, start)
		l.Facts.Rows = []string{"America/Sao_Paulo", "09:00-17:30", "active"}
	},
	program.LetterPreferences: func(l *program.Letter, _ time.Time) {
		l.Facts.Lines = []program.Line{
			{Code: "zone", Value: "Europe/Lisbon"}, {Code: "hours", Value: "09:00-17:30"},
			{Code: "language", Value: "pt"}, {Code: "paused", Value: "2027-02-03"},
		}
		l.Facts.Undo = true
	},
	program.LetterGoodbye: func(l *program.Letter, _ time.Time) { l.Facts.Reason = "stopped" },
	program.LetterCoordinatorDigest: func(l *program.Letter, _ time.Time) {
		coordinator(l)
		l.Facts.Rows = []string{"12 sessions held, 2 missed", "Late changes: 1", "Stalled: Ada Krüger and Tomás Oliveira"}
	},
	program.LetterCoordinatorPrompt: func(l *program.Letter, _ time.Time) {
		coordinator(l)
		l.Facts.Reason, l.Facts.Note = "help", "We cannot find a time that suits us both. Could you help?"
		l.Facts.Rows = []string{"Tomás Oliveira <tomas@example.net>"}
	},
}

// booked makes the letter one about a booked session.
func booked(l *program.Letter, start time.Time) {
	l.About = program.Ref{Kind: program.RefSession, ID: "samplesessio"}
	l.SessionUID = "samplesession@example.org"
	l.Facts.Start, l.Facts.End = start, start.Add(time.Hour)
	l.Facts.Length = time.Hour
	l.Facts.Link = "https://meet.example.org/ada-and-tomas"
}

// moved makes the letter one about a session that was a day earlier before.
func moved(l *program.Letter, start time.Time) {
	booked(l, start)
	l.Facts.Old, l.Facts.OldEnd = start.Add(-24*time.Hour), start.Add(-23*time.Hour)
}

// offer adds lettered slots, two days apart.
func offer(l *program.Letter, start time.Time, count int) {
	for i := range count {
		at := start.Add(time.Duration(i) * 47 * time.Hour)
		l.Facts.Slots = append(l.Facts.Slots, program.Slot{Label: string(rune('A' + i)), Start: at, End: at.Add(time.Hour)})
	}
}

func actions(l *program.Letter) {
	l.Facts.Rows = []string{"2. Read the chapter on feedback", "3. Write to the organisers"}
}

func coordinator(l *program.Letter) {
	l.To, l.Address, l.Name, l.About = "", "ops@example.org", "", program.Ref{}
	l.Facts.Name, l.Facts.Role, l.Facts.Zone = "", "coordinator", "UTC"
	l.Facts.Partner, l.Facts.PartnerZone = "Tomás Oliveira", ""
}
