package words

import (
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// Tuesday 24 November 2026, ten in the morning.
var tuesday = time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)

// say writes the times in short: "Thu 26 Nov 15:00", "…-16:00" for an end on
// the same day, "not …" where denied, "… | …" for other readings.
func say(times []program.When) string {
	var all []string
	for _, w := range times {
		s := span(program.Span{Start: w.Start, End: w.End})
		if w.Negated {
			s = "not " + s
		}
		for _, a := range w.Alternatives {
			s += " | " + span(a)
		}
		all = append(all, s)
	}
	return strings.Join(all, ", ")
}

func span(s program.Span) string {
	const layout = "Mon 2 Jan 15:04"
	from := strings.TrimSuffix(s.Start.Format(layout), " 00:00")
	switch {
	case s.End.IsZero(), s.End.Equal(s.Start.AddDate(0, 0, 1)) && s.Start.Hour() == 0:
		return from
	case s.End.Day() == s.Start.Day():
		return from + s.End.Format("-15:04")
	case s.Start.Hour() == 0 && s.End.Hour() == 0:
		return from + " to " + s.End.AddDate(0, 0, -1).Format("Mon 2 Jan")
	}
	return from + " to " + s.End.Format(layout)
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"a weekday is the next one", "Thursday at 15:00", "Thu 26 Nov 15:00"},
		{"bare hours from one to six are in the afternoon", "Friday at 3", "Fri 27 Nov 15:00"},
		{"bare hours from eight to eleven are in the morning", "Friday at 9", "Fri 27 Nov 09:00"},
		{"twelve is noon", "Friday at 12", "Fri 27 Nov 12:00"},
		{"noon behind twelve is the same time", "Friday at 12:00 noon", "Fri 27 Nov 12:00"},
		{"seven could be either", "Friday at 7", "Fri 27 Nov 07:00 | Fri 27 Nov 19:00"},
		{"a part of the day settles seven", "Friday evening at 7", "Fri 27 Nov 19:00"},
		{"two digits with a nought are on the 24-hour clock", "Friday at 07:00", "Fri 27 Nov 07:00"},
		{"next with the coming one still in this week is asked about", "next Friday", "Fri 4 Dec | Fri 27 Nov"},
		{"next with the coming one in the next week is that one", "next Monday", "Mon 30 Nov"},
		{"a weekday that contradicts its date is asked about", "Monday 1 December at 10", "Tue 1 Dec 10:00 | Mon 30 Nov 10:00"},
		{"a weekday that agrees with its date is not", "Tuesday 1 December at 10", "Tue 1 Dec 10:00"},
		{"but takes a day out of a week", "any morning next week but Wednesday", "Mon 30 Nov 08:00-12:00, Tue 1 Dec 08:00-12:00, Wed 2 Dec 08:00-12:00, Thu 3 Dec 08:00-12:00, Fri 4 Dec 08:00-12:00, not Wed 2 Dec"},
		{"but sets a day against a week that is denied", "not next week but Wednesday 9 December", "not Mon 30 Nov to Sun 6 Dec, Wed 9 Dec"},
		{"an hour later on a list keeps the date", "Thursday at 3 or 4", "Thu 26 Nov 15:00, Thu 26 Nov 16:00"},
		{"pm reaches back over a list", "Thursday at 3 or 4pm", "Thu 26 Nov 15:00, Thu 26 Nov 16:00"},
		{"a clock time reaches back over dates", "Monday or Wednesday at 2pm", "Mon 30 Nov 14:00, Wed 2 Dec 14:00"},
		{"a month reaches back over days", "the 2nd, 3rd or 4th of March", "Tue 2 Mar, Wed 3 Mar, Thu 4 Mar"},
		{"a month reaches forward over days", "March 2nd or 3rd", "Tue 2 Mar, Wed 3 Mar"},
		{"a week reaches back over weekdays", "Monday at 10 or Wednesday at 11 next week", "Mon 30 Nov 10:00, Wed 2 Dec 11:00"},
		{"a list of weekdays goes on in time", "Monday or Tuesday at 2pm", "Mon 30 Nov 14:00, Tue 1 Dec 14:00"},
		{"a run of weekdays shares its hours", "Mon-Wed next week between 12 and 2",
			"Mon 30 Nov 12:00-14:00, Tue 1 Dec 12:00-14:00, Wed 2 Dec 12:00-14:00"},
		{"not denies what follows", "not Thursday", "not Thu 26 Nov"},
		{"off denies what stands before", "Thursday is off, Friday instead?", "not Thu 26 Nov, Fri 27 Nov"},
		{"what is denied is a whole list", "Thursday or Friday don't work", "not Thu 26 Nov, not Fri 27 Nov"},
		{"works takes the denial back", "I can't do Thursday, Friday works", "not Thu 26 Nov, Fri 27 Nov"},
		{"but ends a denial", "I can't do Thursday but Friday at 11 is fine", "not Thu 26 Nov, Fri 27 Nov 11:00"},
		{"except takes hours out of a day", "Anytime Thursday except 11-12", "Thu 26 Nov, not Thu 26 Nov 11:00-12:00"},
		{"rather than denies one time", "Wed at 15:00 rather than 14:00", "Wed 25 Nov 15:00, not Wed 25 Nov 14:00"},
		{"not before is after", "Friday not before 10", "Fri 27 Nov 10:00-18:00"},
		{"after leaves the end of the working day open", "Friday after 4pm", "Fri 27 Nov 16:00-18:00"},
		{"after five leaves the evening open", "Friday after 5", "Fri 27 Nov 17:00-21:00"},
		{"before leaves the start of the working day open", "Friday before 11", "Fri 27 Nov 08:00-11:00"},
		{"a range shares its half of the day", "Thu 2-4pm", "Thu 26 Nov 14:00-16:00"},
		{"a range over noon does not", "Thu 11-1pm", "Thu 26 Nov 11:00-13:00"},
		{"a length gives the end", "Friday 3pm for 45 minutes", "Fri 27 Nov 15:00-15:45"},
		{"a part of the day has the program's bounds", "Friday morning", "Fri 27 Nov 08:00-12:00"},
		{"a date goes on to its part over other words", "I can make 26/11 or 27/11, ideally late afternoon",
			"Thu 26 Nov 15:00-18:00, Fri 27 Nov 15:00-18:00"},
		{"a week waits for its day", "next week, how about 3pm Thursday?", "Thu 3 Dec 15:00"},
		{"the first weeks of a month are counted like its first", "first two weeks of December", "Tue 1 Dec to Sun 13 Dec"},
		{"and so are its last", "last two weeks of December", "Mon 21 Dec to Sun 3 Jan"},
		{"the first week of a month has most of its working days", "first week of December", "Tue 1 Dec to Sun 6 Dec"},
		{"a week on Thursday is a week later", "a week on Thursday at 3pm", "Thu 3 Dec 15:00"},
		{"Thursday week is too", "Thursday week", "Thu 3 Dec"},
		{"half past, quarter to, ish", "half past two tomorrow or quarter to four or 5ish",
			"Wed 25 Nov 14:30, Wed 25 Nov 15:45, Wed 25 Nov 17:00"},
		{"the 14th is the next one", "the 14th", "Mon 14 Dec"},
		{"a clock time alone is today", "at 3pm", "Tue 24 Nov 15:00"},
		{"a clock time that has passed is tomorrow's", "at 9am", "Wed 25 Nov 09:00"},
		{"a habit starts in the coming week", "Mondays at 9", "Mon 30 Nov 09:00"},
		{"a habit leaves out what is denied", "any day after 4pm except Monday", "Tue 1 Dec 16:00-18:00, not Mon 30 Nov"},
		{"a list on lines is a list", "Thu 26 Nov 10:00\nFri 27 Nov 11:00", "Thu 26 Nov 10:00, Fri 27 Nov 11:00"},
		{"a comma sets the next time against a denied one", "Not Thursday, Friday at 3?", "not Thu 26 Nov, Fri 27 Nov 15:00"},
		{"a denied list stays denied", "I can't do Thursday, Friday or Monday", "not Thu 26 Nov, not Fri 27 Nov, not Mon 30 Nov"},
		{"yes to and no to", "no to Thursday, yes to Friday", "not Thu 26 Nov, Fri 27 Nov"},
		{"a semicolon keeps the date", "Thursday at 3 doesn't work; 4:30 does.", "not Thu 26 Nov 15:00, Thu 26 Nov 16:30"},
		{"do with a bare number is an hour after an hour", "I can't make 3pm on Thursday, could we do 4?", "not Thu 26 Nov 15:00, Thu 26 Nov 16:00"},
		{"days share the month before them", "Dec 5, 6 or 7", "Sat 5 Dec, Sun 6 Dec, Mon 7 Dec"},
		{"days share the month behind them", "5, 6 or 7 December", "Sat 5 Dec, Sun 6 Dec, Mon 7 Dec"},
		{"moving from one time denies it", "can we move it from Thursday to Friday at 4?", "not Thu 26 Nov, Fri 27 Nov 16:00"},
		{"a time in two zones is one time", "9am EST / 2pm GMT on Friday", "Fri 27 Nov 09:00"},
		{"an early day is its morning", "early Friday", "Fri 27 Nov 08:00-10:00"},
		{"a length may stand first", "for 45 minutes on Friday at 2pm", "Fri 27 Nov 14:00-14:45"},
		{"before a day leaves it out", "before Friday", "Tue 24 Nov 10:00 to Fri 27 Nov 00:00"},
		{"a later weekday of this week may stand first", "Friday at 10 or Thursday at 2", "Fri 27 Nov 10:00, Thu 26 Nov 14:00"},
		{"a bare hour before its weekday is an hour where it is asked about", "Would 11 on Thursday work instead of 10?", "Thu 26 Nov 11:00, not Thu 26 Nov 10:00"},
		{"a bare hour behind do and before its weekday is an hour", "Can we do 11 on Thursday?", "Thu 26 Nov 11:00"},
		{"a clock time may have a full stop", "I'll take the 14.30", "Tue 24 Nov 14:30"},
		{"better … than wants the first", "Thursday better at 4 than at 3", "Thu 26 Nov 16:00, not Thu 26 Nov 15:00"},
		{"the week after follows what was named", "not this week, the week after?", "not Mon 23 Nov to Sun 29 Nov, Mon 30 Nov to Sun 6 Dec"},
		{"the day before goes back from what was named", "Friday 4 December or the day before", "Fri 4 Dec, Thu 3 Dec"},
		{"the day after keeps its own clock time", "4 December at 10 or the day after at 11", "Fri 4 Dec 10:00, Sat 5 Dec 11:00"},
		{"a numbered week is the calendar's", "week 50", "Mon 7 Dec to Sun 13 Dec"},
		{"a numbered week takes a weekday", "Thursday of week 50", "Thu 10 Dec"},
		{"every second is a habit", "every second Tuesday at 10", "Tue 1 Dec 10:00"},
		{"about noon is noon", "Thursday noonish", "Thu 26 Nov 12:00"},
		{"am and pm alone are parts of the day", "Thurs am or Fri pm", "Thu 26 Nov 08:00-12:00, Fri 27 Nov 12:00-18:00"},
		{"an hour with ish is no day of the month", "thurs 3ish", "Thu 26 Nov 15:00"},
		{"business hours are the working day", "Thursday business hours", "Thu 26 Nov 08:00-18:00"},
		{"close of play is the end of the day", "close of play Friday", "Fri 27 Nov 17:00-18:00"},
		{"a T stands between an ISO date and its time", "2026-11-27T15:00Z", "Fri 27 Nov 15:00"},
		{"between may have its and as a mark", "Thu 3/12 btw 14 & 16", "Thu 3 Dec 14:00-16:00"},
		{"a length before a clock time counts from it", "an hour before 3pm tomorrow, or ten minutes after noon on Friday", "Wed 25 Nov 14:00, Fri 27 Nov 12:10"},
		{"dates with hours of their own stay apart", "1 December at 9, 2 December at 11 or 4 December at 16:00", "Tue 1 Dec 09:00, Wed 2 Dec 11:00, Fri 4 Dec 16:00"},
		{"between takes its and in dates, too", "between December 9 and 11", "Wed 9 Dec to Fri 11 Dec"},
		{"hours joined by or share the day behind them", "either 9 or 10 on Friday morning", "Fri 27 Nov 09:00, Fri 27 Nov 10:00"},
		{"a clock time behind a replaced day is the wanted day's", "Monday instead of Thursday, at 11", "not Thu 26 Nov, Mon 30 Nov 11:00"},
		{"an apostrophe may deny", "Friday's out, Monday at 3", "not Fri 27 Nov, Mon 30 Nov 15:00"},
		{"am apart from a date's day is its morning", "Dec 9 am", "Wed 9 Dec 08:00-12:00"},
		{"a week of the ISO calendar", "2026-W50 or 2026-W51-3", "Mon 7 Dec to Sun 13 Dec, Wed 16 Dec"},
		{"the rest of a week starts today", "the rest of this week", "Tue 24 Nov to Sun 29 Nov"},
		{"a quarter is no day", "3rd quarter", ""},
		{"a length may have minutes without their word", "Friday 4pm for 1h30", "Fri 27 Nov 16:00-17:30"},
		{"a day's weekday may be today or in a week", "Tuesday at 3pm", "Tue 24 Nov 15:00 | Tue 1 Dec 15:00"},
		{"a weekday's part that has begun is in a week", "Tuesday morning", "Tue 1 Dec 08:00-12:00"},
		{"tomorrow week is a week later", "tomorrow week at 9", "Wed 2 Dec 09:00"},
		{"eom is the end of the month", "eom", "Sat 21 Nov to Mon 30 Nov"},
		{"an American weekday may settle the order", "Wed 9/12 at 10", "Wed 9 Dec 10:00"},
		{"a greeting is no time", "Happy Friday! Monday at 3 suits. Have a great Tuesday, enjoy the rest of your Thursday", "Mon 30 Nov 15:00"},
		{"happy about a day is no greeting", "I'd be happy Friday at 3", "Fri 27 Nov 15:00"},
		{"what is moved to a bare hour is moved to it", "can we push Thursday to 5?", "Thu 26 Nov 17:00"},
		{"please makes no weekday another word", "Fri please", "Fri 27 Nov"},
		{"till is until", "away till the 30th", "not Tue 24 Nov 10:00 to Tue 1 Dec 00:00"},
		{"who is elsewhere may mean either place's clock", "I'm in Nairobi this month, Thursday at 4pm works", "Thu 26 Nov 16:00 | Thu 26 Nov 16:00"},
		{"my time is that of where the writer is", "Thursday at 4pm my time, I'm in Nairobi this month", "Thu 26 Nov 16:00"},
		{"a bare hour that opens its clause stands on the day behind it", "11 on Thursday would be perfect", "Thu 26 Nov 11:00"},
		{"military hours stand before a weekday, too", "0800 Friday", "Fri 27 Nov 08:00"},
		{"an @ makes a short name a weekday", "fri @ 1", "Fri 27 Nov 13:00"},
		{"one and a half are ninety minutes", "in one and a half hours", "Tue 24 Nov 11:30"},
		{"two weekdays share the month of the second", "Monday 7 to Friday 11 December", "Mon 7 Dec to Fri 11 Dec"},
		{"a wrapped line goes on", "how about Thursday\nat 3pm", "Thu 26 Nov 15:00"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := say(Read(c.text, Context{At: tuesday, Locale: "en-GB"}))
			if got != c.want {
				t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
			}
		})
	}
}

func TestNumbersThatAreNoTimes(t *testing.T) {
	for _, text := range []string{
		"I have 3 questions.", "We sit in room 12.", "Version 2.5 is out.", "Call me: +49 30 1234567, or 555-0123.",
		"It costs $30 or 25 €.", "We spent 2 or 3 hours on it.", "Section 4.2 covers it.", "Top 3 of 10 goals are done.",
		"Our 1:1s have been great.", "March to your own drum.", "The sun was out and I sat down.", "May I ask you something?",
		"The second point is the one I care about.", "Option 2 please.", "Read pages 3-4.", "Support is there 24/7.",
		"1. First things\n2. Second things", "We grew by 10 percent in 2026.", "He is 24.", "See https://example.org/2027/01/02",
		"Ich habe 3 Fragen zu Kapitel 4.2.", "J'ai lu 3 chapitres.", "Tengo 3 preguntas.", "Tenho 2 dúvidas.", "Ho 3 domande.", "Ik heb 3 vragen.",
		"ip 192.168.10.12", "half of it is done", "Good morning Ada!", "have a nice weekend", "Guten Morgen!", "Buenas tardes", "Bom dia", "Buona giornata",
		"April will join us.", "between 2 and 3 people came", "from 3 to 5 people", "before two of us spoke", "SW1A 1AA", "after 3 attempts",
		"9 out of 10", "a 5-minute walk", "We won 3-2.", "5555 0100", "0171 234 5678", "I'm 30", "order #4521", "ratio 3:1",
	} {
		if got := Read(text, Context{At: tuesday, Locale: "en-GB"}); len(got) > 0 {
			t.Errorf("%q: %s from %q", text, say(got), got[0].Text)
		}
	}
}

func TestLanguages(t *testing.T) {
	for _, c := range []struct{ locale, text, want string }{
		{"de", "Donnerstag geht leider nicht, wie wäre es mit Freitag, 27.11., um halb drei?", "not Thu 26 Nov, Fri 27 Nov 14:30"},
		{"de", "fünf vor halb drei am Freitag", "Fri 27 Nov 14:25"},
		{"de", "Freitagnachmittag um 3", "Fri 27 Nov 15:00"},
		{"de", "Montags bis 14 Uhr, an den anderen Tagen erst ab 17 Uhr.", "Mon 30 Nov 08:00-14:00, Tue 1 Dec 17:00-21:00"},
		{"fr", "jeudi ne me convient pas, vendredi à 11h plutôt ?", "not Thu 26 Nov, Fri 27 Nov 11:00"},
		{"fr", "le 14 décembre à trois heures moins le quart", "Mon 14 Dec 14:45"},
		{"es", "pasado mañana entre las 14 y las 16", "Thu 26 Nov 14:00-16:00"},
		{"es", "mañana por la mañana", "Wed 25 Nov 08:00-12:00"},
		{"pt", "não posso na quinta, pode ser sexta às 11h?", "not Thu 26 Nov, Fri 27 Nov 11:00"},
		{"it", "giovedì o venerdì dalle 15 alle 17", "Thu 26 Nov 15:00-17:00, Fri 27 Nov 15:00-17:00"},
		{"it", "dal 7 all'11 dicembre", "Mon 7 Dec to Fri 11 Dec"},
		{"it", "non posso né lunedì né martedì", "not Mon 30 Nov, not Tue 1 Dec"},
		{"es", "de lunes a jueves", "Mon 30 Nov to Thu 3 Dec"},
		{"pt", "às terças e quintas à tarde", "Tue 1 Dec 12:00-18:00, Thu 3 Dec 12:00-18:00"},
		{"fr", "je suis libre du 7 au 11 décembre", "Mon 7 Dec to Fri 11 Dec"},
		{"de", "heute in einer Woche um dreiviertel vier", "Tue 1 Dec 15:45"},
		{"nl", "Woensdag kan niet, maar vrijdag om half vier wel.", "not Wed 25 Nov, Fri 27 Nov 15:30"},
		{"nl", "tien voor half drie morgen", "Wed 25 Nov 14:20"},
		{"it", "giovedì 10 alle 12", "Thu 10 Dec 12:00"},
		{"it", "il 3 dicembre alle 9.15", "Thu 3 Dec 09:15"},
		{"it", "il primo martedì di dicembre", "Tue 1 Dec"},
		{"it", "giovedì alle 16 e 30", "Thu 26 Nov 16:30"},
		{"it", "giovedì meglio alle 17 che alle 16", "Thu 26 Nov 17:00, not Thu 26 Nov 16:00"},
		{"fr", "jeudi 26 à 16h", "Thu 26 Nov 16:00"},
		{"fr", "vendredi à 10h ou jeudi à 14h", "Fri 27 Nov 10:00, Thu 26 Nov 14:00"},
		{"fr", "jeudi plutôt 15h que 14h", "Thu 26 Nov 15:00, not Thu 26 Nov 14:00"},
		{"fr", "jeudi en huit à 10h", "Thu 3 Dec 10:00"},
		{"es", "el jueves mejor a las 5 que a las 4", "Thu 26 Nov 17:00, not Thu 26 Nov 16:00"},
		{"pt", "quinta prefiro às 16h do que às 15h", "Thu 26 Nov 16:00, not Thu 26 Nov 15:00"},
		{"nl", "donderdag liever 15:00 dan 14:00", "Thu 26 Nov 15:00, not Thu 26 Nov 14:00"},
		{"de", "KW 50", "Mon 7 Dec to Sun 13 Dec"},
		{"es", "¿lo cambiamos al jueves?", "Thu 26 Nov"},
		{"es", "el jueves no, mejor el viernes a las 10", "not Thu 26 Nov, Fri 27 Nov 10:00"},
		{"de", "Donnerstag nicht, Freitag um 10", "not Thu 26 Nov, Fri 27 Nov 10:00"},
		{"de", "Donnerstag um zehn Uhr fünfundvierzig", "Thu 26 Nov 10:45"},
		{"es", "el jueves a las diez y cuarenta y cinco", "Thu 26 Nov 10:45"},
		{"fr", "vendredi à midi et demi", "Fri 27 Nov 12:30"},
		{"it", "giovedì no, venerdì alle 10 sì", "not Thu 26 Nov, Fri 27 Nov 10:00"},
		{"it", "no, giovedì va bene", "Thu 26 Nov"},
		{"fr", "lundi en quinze à 10h", "Mon 14 Dec 10:00"},
		{"it", "possiamo spostare a venerdì?", "Fri 27 Nov"},
		{"fr", "on peut décaler à vendredi 11h ?", "Fri 27 Nov 11:00"},
		{"de", "Donnerstag, den 26. um halb vier", "Thu 26 Nov 15:30"},
		{"de", "Montag 30. oder Dienstag 1. um 10 Uhr", "Mon 30 Nov 10:00, Tue 1 Dec 10:00"},
		// The text says which language it is in, not the locale.
		{"de", "could we do Thursday at half past two?", "Thu 26 Nov 14:30"},
		{"en", "nächsten Montag um halb drei", "Mon 30 Nov 14:30"},
	} {
		if got := say(Read(c.text, Context{At: tuesday, Locale: c.locale})); got != c.want {
			t.Errorf("%s %q\n got %s\nwant %s", c.locale, c.text, got, c.want)
		}
	}
}

func TestSessionRelative(t *testing.T) {
	// Wednesday 25 November, four in the afternoon in Berlin.
	berlin := loadZone("Europe/Berlin")
	start := time.Date(2026, time.November, 25, 16, 0, 0, 0, berlin)
	c := Context{At: tuesday, Zone: berlin, Locale: "en-GB", Session: program.Span{Start: start, End: start.Add(time.Hour)}}
	for text, want := range map[string]string{
		"same time next week":     "Wed 2 Dec 16:00",
		"an hour later":           "Wed 25 Nov 17:00",
		"30 minutes earlier":      "Wed 25 Nov 15:30",
		"push it an hour":         "Wed 25 Nov 17:00",
		"same time on Friday":     "Fri 27 Nov 16:00",
		"an hour later on Friday": "Fri 27 Nov 17:00",
		"push it back by a week":  "Wed 2 Dec 16:00",
		"a week later":            "Wed 2 Dec 16:00",
		"same day next week at 3": "Wed 2 Dec 15:00",
		"in an hour":              "Tue 24 Nov 12:00", // counted from now
		"two hours from now":      "Tue 24 Nov 13:00",
	} {
		if got := say(Read(text, c)); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

func TestZones(t *testing.T) {
	c := Context{At: tuesday, Zone: loadZone("Europe/London"), Locale: "en-GB", PartnerZone: loadZone("Asia/Tokyo")}
	for text, want := range map[string]string{
		"Friday 9am ET":                               "2026-11-27T14:00:00Z",
		"Friday at 15:00 Berlin time":                 "2026-11-27T14:00:00Z",
		"Friday 3pm UTC+2":                            "2026-11-27T13:00:00Z",
		"Friday 10:00 (IST)":                          "2026-11-27T04:30:00Z",
		"2026-11-27T15:00:00+02:00":                   "2026-11-27T13:00:00Z",
		"2026-11-27T15:00:00-0500":                    "2026-11-27T20:00:00Z",
		"Friday 10:00 my time":                        "2026-11-27T10:00:00Z",
		"Friday 10:00 your time":                      "2026-11-27T01:00:00Z",
		"Friday 4pm Europe/Lisbon":                    "2026-11-27T16:00:00Z",
		"Friday 10am Central European Time":           "2026-11-27T09:00:00Z",
		"Friday 10:00 eastern european time":          "2026-11-27T08:00:00Z",
		"Friday 3pm indian time":                      "2026-11-27T09:30:00Z",
		"Friday 3pm Central":                          "2026-11-27T21:00:00Z",
		"Friday 3pm Central Park":                     "2026-11-27T15:00:00Z",
		"Friday 3pm West Wing":                        "2026-11-27T15:00:00Z",
		"Fri, 27 Nov 2026 14:00:00 +0100":             "2026-11-27T13:00:00Z",
		"Friday at 3 or 4pm Paris time":               "2026-11-27T14:00:00Z",
		"I'm in Nairobi, so 4pm here is ok on Friday": "2026-11-27T13:00:00Z",
	} {
		got := Read(text, c)
		if len(got) == 0 || got[0].Start.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q: got %s, want %s", text, say(got), want)
		}
	}
}

func TestAbbreviationOutOfSeason(t *testing.T) {
	c := Context{At: time.Date(2027, time.July, 5, 9, 0, 0, 0, time.UTC), Zone: loadZone("Europe/London"), Locale: "en-GB"}
	got := Read("Friday 3pm PST", c)
	if len(got) != 1 || len(got[0].Alternatives) != 1 || got[0].Start.Sub(got[0].Alternatives[0].Start) != time.Hour {
		t.Errorf("winter time named in summer has two readings: %+v", got)
	}
	if got := Read("Friday 3pm PDT", c); len(got) != 1 || got[0].Ambiguous() {
		t.Errorf("summer time named in summer has one: %+v", got)
	}
	c.Zone = loadZone("America/Los_Angeles")
	if got := Read("Friday 3pm PT", c); len(got) != 1 || got[0].Ambiguous() {
		t.Errorf("a region's time has one: %+v", got)
	}
}

func TestClockChanges(t *testing.T) {
	london := loadZone("Europe/London")
	at := time.Date(2027, time.March, 22, 9, 0, 0, 0, london)
	skipped := Read("Sunday 28 March at 01:30", Context{At: at, Zone: london, Locale: "en-GB"})
	if len(skipped) != 1 || len(skipped[0].Alternatives) != 1 || !strings.Contains(skipped[0].Why, "skipped") {
		t.Errorf("a wall time that is skipped has two readings: %+v", skipped)
	}
	at = time.Date(2026, time.October, 21, 9, 0, 0, 0, london)
	twice := Read("Sunday 25 October at 01:30", Context{At: at, Zone: london, Locale: "en-GB"})
	if len(twice) != 1 || len(twice[0].Alternatives) != 1 || !strings.Contains(twice[0].Why, "twice") {
		t.Fatalf("a wall time that comes twice has two readings: %+v", twice)
	}
	if gap := twice[0].Start.Sub(twice[0].Alternatives[0].Start).Abs(); gap != time.Hour {
		t.Errorf("the two are %v apart, want 1h", gap)
	}
	after := Read("Sunday 25 October at 9", Context{At: at, Zone: london, Locale: "en-GB"})
	if len(after) != 1 || after[0].Ambiguous() {
		t.Errorf("a wall time that exists once has one reading: %+v", after)
	}
}

func TestDayMonthOrder(t *testing.T) {
	for _, c := range []struct{ rule, locale, text, want string }{
		{"Europe writes the day first", "en-GB", "3/12 at 10", "Thu 3 Dec 10:00"},
		{"America writes the month first", "en-US", "12/3 at 10", "Thu 3 Dec 10:00"},
		{"in America a near other reading is asked about", "en-US", "3/12 at 10", "Fri 12 Mar 10:00 | Thu 3 Dec 10:00"},
		{"without a region both readings are there", "en", "3/4 at 10", "Thu 4 Mar 10:00 | Sat 3 Apr 10:00"},
		{"a number above twelve is the day", "en-US", "26/11 at 10", "Thu 26 Nov 10:00"},
		{"a weekday settles the order", "en", "Thursday 3/12 at 10", "Thu 3 Dec 10:00"},
	} {
		if got := say(Read(c.text, Context{At: tuesday, Locale: c.locale})); got != c.want {
			t.Errorf("%s: %s %q: got %s, want %s", c.rule, c.locale, c.text, got, c.want)
		}
	}
}

func TestFindZone(t *testing.T) {
	for text, want := range map[string]string{
		"Yes, I'm in! I'm in Lisbon, mornings work best": "Europe/Lisbon",
		"¡Sí, cuenten conmigo! Estoy en Medellín":        "America/Bogota",
		"Lagos here, happy to join":                      "Africa/Lagos",
		"I've moved to São Paulo":                        "America/Sao_Paulo",
		"Ich bin jetzt in München":                       "Europe/Berlin",
		"je suis à Genève":                               "Europe/Zurich",
		"Europe/Lisbon":                                  "Europe/Lisbon",
		"America/Argentina/Buenos_Aires":                 "America/Argentina/Buenos_Aires",
		"New York":                                       "America/New_York",
		"CET":                                            "Europe/Paris",
		"UTC+2":                                          "Etc/GMT-2",
		"i'm in lisbon this week":                        "Europe/Lisbon",
		"Ik woon in Den Haag":                            "Europe/Amsterdam",
		"Paris was lovely, and the talk about it went very well": "",
		"no thanks": "",
	} {
		if got, _ := FindZone(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestReadHours(t *testing.T) {
	for text, want := range map[string]string{
		"9-17": "09:00-17:00", "09:00-17:30": "09:00-17:30", "7am to 3pm": "07:00-15:00", "9 to 5": "09:00-17:00",
		"mornings": "08:00-12:00", "from 10 until 4": "10:00-16:00", "My working day is now 7am to 3pm": "07:00-15:00",
		"von 8 bis 16 Uhr": "08:00-16:00", "de 9h à 18h": "09:00-18:00", "8:30 - 16": "08:30-16:00",
	} {
		from, to, ok := ReadHours(text)
		if got := from + "-" + to; !ok || got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if _, _, ok := ReadHours("no idea"); ok {
		t.Error("no hours are read from a text without any")
	}
}
