package main

import (
	"context"
	"fmt"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// The sample program: a mentor in Berlin, a mentee in São Paulo.
var (
	ada   = correspondent{"Ada Lang", "ada@example.net", "Europe/Berlin", "--\nAda Lang"}
	tomas = correspondent{"Tomás Lima", "tomas@example.com", "America/Sao_Paulo", "Sent from my iPhone"}
)

const demoCoordinator = "ops@example.org"

var demoBegins = time.Date(2027, 1, 4, 8, 0, 0, 0, time.UTC)

// demoScript is the story, from the import to the feedback of the first month.
var demoScript = []step{
	{
		what: "the coordinator imports two people and their pair",
		at:   "2027-01-04T11:30:00Z",
		do: func(ctx context.Context, st *stage) error {
			people := "email,name,zone,locale,hours,aliases\n" +
				fmt.Sprintf("%s,%s,Europe/Berlin,en-GB,9-18,\n", ada.address, ada.name) +
				fmt.Sprintf("%s,%s,,en,,\n", tomas.address, tomas.name)
			if err := st.importCSV(ctx, importPeople, people); err != nil {
				return err
			}
			return st.importCSV(ctx, importPairs, "mentor,mentee,session_minutes,cadence,link\n"+
				fmt.Sprintf("%s,%s,45,fortnightly,https://meet.example.org/ada-tomas\n", ada.address, tomas.address))
		},
		expect: []string{"invitation>ada", "invitation>tomas"},
	},
	{
		what: "the mentor joins", at: "2027-01-04T12:40:00Z",
		do:     reply(ada, program.LetterInvitation, "Yes, count me in!"),
		expect: []string{"welcome>ada"},
	},
	{
		what: "the mentee joins and says where he lives", at: "2027-01-04T13:05:00Z",
		do:     reply(tomas, program.LetterInvitation, "I'm in! I live in São Paulo, and I can usually do 9 to 2."),
		expect: []string{"welcome>tomas", "ask-times>tomas", "kick-off>ada", "kick-off>tomas"},
	},
	{
		what: "the mentee says what he expects", at: "2027-01-04T14:00:00Z",
		do:     reply(tomas, program.LetterKickOff, "Goals: give my first conference talk. Timeline: until the end of June."),
		expect: []string{"receipt>tomas"},
	},
	{
		what: "so does the mentor: both get the charter", at: "2027-01-04T15:00:00Z",
		do:     reply(ada, program.LetterKickOff, "Rhythm: every two weeks, 45 minutes. I'll tell you about my failures first."),
		expect: []string{"charter>ada", "charter>tomas"},
	},
	{
		what: "one of them agrees to it", at: "2027-01-04T15:30:00Z",
		do:     reply(tomas, program.LetterCharter, "AGREE"),
		expect: []string{"receipt>tomas"},
	},
	{
		what: "and the other: it counts, and stands in the invitations", at: "2027-01-04T16:00:00Z",
		do:     reply(ada, program.LetterCharter, "I agree!"),
		expect: []string{"charter>ada", "charter>tomas"},
	},
	{
		what: "the mentee picks a slot in his own words", at: "2027-01-04T16:20:00Z",
		do:     reply(tomas, program.LetterAskTimes, "Option B is perfect, thanks!"),
		expect: []string{"invite>ada", "invite>tomas"},
	},
	{
		what: "the mentor presses Accept in her calendar: no mail answers a button", at: "2027-01-04T17:00:00Z",
		do: press(ada, program.LetterInvite, program.Accepted),
	},
	{
		what: "the mentor asks in time for another day; the old time stands until he agrees", at: "2027-01-05T11:10:00Z",
		do:     reply(ada, program.LetterInvite, "Sorry, something came up at work. Could we do Tuesday 12 January at 15:00 instead?"),
		expect: []string{"move-request>tomas", "receipt>ada"},
	},
	{
		what: "the mentee agrees: same UID, next SEQUENCE, both calendars updated", at: "2027-01-05T12:00:00Z",
		do:     reply(tomas, program.LetterMoveRequest, "Works for me."),
		expect: []string{"update>ada", "update>tomas"},
	},
	{
		what: "three days before: what shall it be about?", at: "2027-01-09T15:00:00Z",
		do:     reply(tomas, program.LetterAgendaRequest, "The outline of the talk is done. I'm stuck on how to begin: with a story, or with the result?"),
		expect: []string{"agenda-request>tomas", "receipt>tomas"},
	},
	{
		what: "26 hours before: changes are free until; hers brings the agenda in the same mail, for her calendar too, SEQUENCE unchanged", at: "2027-01-11T12:30:00Z",
		expect: []string{"free-until>ada", "free-until>tomas", "check-in>ada", "check-in>tomas"},
	},
	{
		what: "the mentee asks late; the rule is stated, the mentor is asked", at: "2027-01-11T20:00:00Z",
		do:     reply(tomas, program.LetterFreeUntil, "I'm so sorry, can we push it to Wednesday 13 January at 11:00?"),
		expect: []string{"move-late>tomas", "move-request>ada"},
	},
	{
		what: "the mentor refuses: the old time stands", at: "2027-01-12T07:30:00Z",
		do:     reply(ada, program.LetterMoveRequest, "Sorry, I can't make that."),
		expect: []string{"move-refused>tomas"},
	},
	{
		what: "the mentee asks for another time", at: "2027-01-12T08:00:00Z",
		do:     reply(tomas, program.LetterMoveRefused, "Could we do Wednesday 13 January at 12:00 instead?"),
		expect: []string{"move-late>tomas", "move-request>ada"},
	},
	{
		what: "the mentor consents, and does not mind", at: "2027-01-12T09:00:00Z",
		do:     reply(ada, program.LetterMoveRequest, "No problem, A is fine."),
		expect: []string{"update>ada", "update>tomas"},
	},
	{
		what: "an hour before the session", at: "2027-01-13T14:30:00Z",
		expect: []string{"reminder>ada", "reminder>tomas"},
	},
	{
		what: "an hour after it: did it take place?", at: "2027-01-13T17:00:00Z",
		expect: []string{"took-place>ada", "took-place>tomas"},
	},
	{
		what: "the mentee says that it did, and what was agreed: the actions are numbered", at: "2027-01-13T18:00:00Z",
		do: reply(tomas, program.LetterTookPlace, "Yes, we met, it went really well.\n\n"+
			"1. I begin the talk with the story\n2. Ada introduces me to the organisers"),
		expect: []string{"actions>tomas", "actions>ada"},
	},
	{
		what: "the mentor says so too", at: "2027-01-13T19:00:00Z",
		do:     reply(ada, program.LetterTookPlace, "Yes, it did."),
		expect: []string{"receipt>ada"},
	},
	{
		what: "the search for the next session begins by itself", at: "2027-01-15T12:00:00Z",
		do:     reply(tomas, program.LetterAskTimes, "A would be great"),
		expect: []string{"ask-times>tomas", "invite>ada", "invite>tomas"},
	},
	{
		what: "Friday afternoon where she lives: a moment for the journal", at: "2027-01-15T15:30:00Z",
		expect: []string{"journal-nudge>ada"},
	},
	{
		what: "Friday afternoon where he lives: the reply is the entry, and only its writer can read it", at: "2027-01-15T19:30:00Z",
		do:     reply(tomas, program.LetterJournalNudge, "I was afraid to say that I disagreed. I said it, and it was fine."),
		expect: []string{"journal-nudge>tomas", "receipt>tomas"},
	},
	{
		what: "the journal comes back when its writer asks for it", at: "2027-01-15T21:00:00Z",
		do:     reply(tomas, program.LetterJournalNudge, "JOURNAL EXPORT"),
		expect: []string{"export>tomas"},
	},
	{
		what: "Monday morning: how is it going?", at: "2027-01-18T13:00:00Z",
		do:     reply(tomas, program.LetterCheckIn, "Going well: the beginning works so much better as a story, and I am less nervous now.\n\nDONE 1"),
		expect: []string{"check-in>ada", "check-in>tomas", "receipt>tomas"},
	},
	{
		what: "the mentee wants his mentor to read that", at: "2027-01-18T13:30:00Z",
		do:     reply(tomas, program.LetterCheckIn, "SHARE"),
		expect: []string{"receipt>tomas", "receipt>ada"},
	},
	{
		what: "thirty days after the first session: feedback, and who will read it", at: "2027-02-12T13:00:00Z",
		do:     reply(tomas, program.LetterFeedbackRequest, "5. The questions beforehand help a lot. Longer sessions would be nice."),
		expect: []string{"feedback-request>tomas", "receipt>tomas"},
	},
}
