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

// demoScript is the story, from the import to the second session.
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
		expect: []string{"welcome>tomas", "ask-times>tomas"},
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
		what: "the mentor asks in time for another day; the old time stands until he agrees", at: "2027-01-05T09:10:00Z",
		do:     reply(ada, program.LetterInvite, "Sorry, something came up at work. Could we do Tuesday 12 January at 15:00 instead?"),
		expect: []string{"move-request>tomas", "receipt>ada"},
	},
	{
		what: "the mentee agrees: same UID, next SEQUENCE, both calendars updated", at: "2027-01-05T12:00:00Z",
		do:     reply(tomas, program.LetterMoveRequest, "Works for me."),
		expect: []string{"update>ada", "update>tomas"},
	},
	{
		what: "26 hours before: changes are free until", at: "2027-01-11T12:30:00Z",
		expect: []string{"free-until>ada", "free-until>tomas"},
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
		what: "the mentee says that it did", at: "2027-01-13T18:00:00Z",
		do:     reply(tomas, program.LetterTookPlace, "Yes, we met, it went really well."),
		expect: []string{"receipt>tomas"},
	},
	{
		what: "the search for the next session begins by itself", at: "2027-01-15T12:00:00Z",
		expect: []string{"ask-times>tomas"},
	},
}
