package inbox_test

import (
	"testing"

	"github.com/mentorpost/mentorpost/program"
)

func TestAbsenceIsToldByItsWordsOnlyWhereThatIsSafe(t *testing.T) {
	for rule, c := range map[string]struct {
		text string
		want program.MailKind
	}{
		"a notice under Re:":             {"Thank you for your message. I am out of the office until 15 February 2027 with limited access to e-mail.", program.KindAutoReply},
		"a German one":                   {"Guten Tag,\n\nich bin bis 15. Februar 2027 im Urlaub. In dringenden Fällen hilft meine Kollegin. Ihre Mail wird nicht weitergeleitet.", program.KindAutoReply},
		"a French one":                   {"Bonjour, je suis en congé jusqu’au 22 février. Votre message sera traité à mon retour.", program.KindAutoReply},
		"a person on holiday who writes": {"I am on vacation until 15 February, so Tuesday does not work for me.", program.KindAnswer},
		"a person who asks":              {"I am out of the office next week with limited access to e-mail. Could we meet on the 22nd?", program.KindAnswer},
		"an answer that comes first":     {"B works for me. I look forward to it a lot. I am on vacation before that, with no access to e-mail.", program.KindAnswer},
	} {
		t.Run(rule, func(t *testing.T) {
			mail := parseMail(rawMail("Subject: Re: Your session\nContent-Type: text/plain; charset=utf-8\n", c.text+"\n"))
			if mail.Kind != c.want {
				t.Errorf("%s, want %s", mail.Kind, c.want)
			}
		})
	}
}

func TestAbsenceNoticeTellsTheReturnWhereItIsSimplyStated(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"English, the last day":          {"Thank you for your e-mail. I am on annual leave until Monday 15 February and will reply on my return.", "2027-02-15"},
		"English, the day of return":     {"I am out of the office with no access to email and will be back on 16 February 2027.", "2027-02-16"},
		"English, both: the return":      {"I am away until 15 February 2027. I will be back on 16 February 2027.", "2027-02-16"},
		"German":                         {"Ich bin bis 15. Februar 2027 nicht im Büro.", "2027-02-15"},
		"German, in digits":              {"Ich bin bis zum 15.02.2027 im Urlaub und ab dem 16.02.2027 wieder erreichbar.", "2027-02-16"},
		"French":                         {"Bonjour, je suis en congé jusqu’au 22 février. Votre message sera traité à mon retour.", "2027-02-22"},
		"Spanish":                        {"Estoy de vacaciones hasta el 22 de febrero de 2027.", "2027-02-22"},
		"Portuguese":                     {"Estou de férias até 22 de fevereiro de 2027.", "2027-02-22"},
		"Italian":                        {"Sono in ferie fino al 22 febbraio 2027.", "2027-02-22"},
		"Dutch":                          {"Bedankt voor je bericht. Ik ben afwezig tot en met vrijdag 19 februari.", "2027-02-19"},
		"ISO date":                       {"Away until 2027-02-19.", "2027-02-19"},
		"no date":                        {"I am away from my desk and will answer soon.", ""},
		"a date of something else":       {"I am away. The office party is on 19 February 2027.", ""},
		"a date gone by":                 {"I was away until 1 February 2027.", ""},
		"a date that can be read in two": {"I am away until 03/04/2027.", ""},
		"a telephone number":             {"I am away. Please ring the ward on 0113 496 0001.", ""},
	} {
		t.Run(name, func(t *testing.T) {
			mail := parseMail(rawMail("Auto-Submitted: auto-replied\nContent-Type: text/plain; charset=utf-8\n", c.text+"\n"))
			if mail.Kind != program.KindAutoReply || mail.AwayUntil != c.want {
				t.Errorf("%s, away until %q, want %q", mail.Kind, mail.AwayUntil, c.want)
			}
		})
	}
}
