package inbox

import (
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// TestAbsencesToldAhead reads sentences written on Monday 8 February 2027.
func TestAbsencesToldAhead(t *testing.T) {
	const march = "2027-03-03 2027-03-14"
	for _, c := range []struct{ context, locale, text, want string }{
		{"plain", "en", "I'm on holiday from 3 to 14 March", march},
		{"plain", "en", "Just so you know, I'll be away 3 March to 14 March.", march},
		{"plain", "en", "away 20 Dec to 3 Jan", "2027-12-20 2028-01-03"},
		{"plain", "en", "I'm travelling from 3 Mar to 14 Mar. Best, Ada", march},
		{"plain", "en", "I am out of office 3-14 March", march},
		{"plain", "en", "I'm off from 3 to 14 March", march},
		{"plain", "en", "I'm going on holiday on 3 March and back on 15 March", march},
		{"plain", "en", "I'm away the first two weeks of March", "2027-03-01 2027-03-14"},
		{"plain", "en", "I'm on vacation next week", "2027-02-15 2027-02-21"},
		{"plain", "en", "I'm on leave from March until May", "2027-03-01 2027-04-30"},
		{"plain", "en", "PAUSE 3-14 March", march},
		{"plain", "en", "PAUSE from 3 to 14 March", march},
		{"plain", "en", "Please pause everything from 3 March until 14 March", march},
		{"plain", "de", "Ich bin vom 3. bis 14. März im Urlaub", march},
		{"plain", "de", "Urlaub vom 3. bis 14. März", march},
		{"plain", "de", "Ich bin nächste Woche verreist.", "2027-02-15 2027-02-21"},
		{"plain", "fr", "Je suis en vacances du 3 au 14 mars", march},
		{"plain", "fr", "Je suis absente la semaine prochaine", "2027-02-15 2027-02-21"},
		{"plain", "es", "Estoy de vacaciones del 3 al 14 de marzo", march},
		{"plain", "pt", "Estou de férias de 3 a 14 de março", march},
		{"plain", "it", "Sono in ferie dal 3 al 14 marzo", march},
		{"plain", "nl", "Ik ben op vakantie van 3 tot 14 maart", march},
		{"checkin", "en", "All fine. I'm away from 3 to 14 March.", march},
		{"session", "en", "I'm on holiday from 10 to 20 February", "2027-02-10 2027-02-20"},
		{"session", "de", "Ich bin vom 10. bis 20. Februar im Urlaub", "2027-02-10 2027-02-20"},

		{"plain", "en", "I'm on holiday until 14 March", "until 2027-03-14"},
		{"plain", "de", "Ich bin bis 14. März im Urlaub", "until 2027-03-14"},
		{"plain", "en", "I'm on holiday from today until 14 March", "until 2027-03-14"},
		{"session", "en", "I'm on holiday until 14 March", "until 2027-03-14"},

		{"plain", "en", "I was on holiday from 3 to 14 January", ""},
		{"plain", "en", "How was your holiday from 3 to 14 January?", ""},
		{"plain", "en", "Her holiday is from 3 to 14 March", ""},
		{"plain", "en", "Are you away from 3 to 14 March?", ""},
		{"session", "en", "Can we move it? I'm on holiday from 10 to 20 February", ""},
	} {
		t.Run(c.context+" "+c.text, func(t *testing.T) {
			got := ""
			for _, q := range Read(c.text, nil, readerFor(c.context, c.locale)).Requests {
				switch {
				case q.Type != program.Pause:
				case len(q.Times) == 1:
					got = q.Times[0].Start.Format(time.DateOnly) + " " + q.Until
				default:
					got = "until " + q.Until
				}
			}
			if got != c.want {
				t.Errorf("away %q, want %q", got, c.want)
			}
		})
	}
}

// TestAnAbsenceTravelsWithWhatItIsTheReasonFor reads answers to offers and
// sessions: the days stand with the request as days that do not suit.
func TestAnAbsenceTravelsWithWhatItIsTheReasonFor(t *testing.T) {
	for _, c := range []struct {
		context, locale, text string
		kind                  program.RequestType
		until                 string
	}{
		{"offer", "en", "I'm on holiday from 10 to 20 February", program.Decline, "2027-02-20"},
		{"offer", "en", "I'm away until the 16th", program.Decline, "2027-02-16"},
		{"offer", "fr", "Je suis en vacances du 10 au 20 février", program.Decline, "2027-02-20"},
		{"session", "en", "I have to cancel, I'm on holiday from 10 to 20 February", program.Cancel, "2027-02-20"},
		{"offer", "de", "Da kann ich nicht, ich bin vom 10. bis 20. Februar im Urlaub", program.Decline, "2027-02-20"},
		{"offer", "en", "Not from 10 to 20 February", program.Decline, ""},
	} {
		t.Run(c.context+" "+c.text, func(t *testing.T) {
			got := Read(c.text, nil, readerFor(c.context, c.locale))
			if got.Ask || len(got.Requests) != 1 {
				t.Fatalf("got %s", inWords(got))
			}
			q := got.Requests[0]
			negated := 0
			for _, w := range q.Times {
				if w.Negated {
					negated++
				}
			}
			if q.Until != c.until || c.until != "" && negated != 1 {
				t.Errorf("got %s, want until %q", inWords(got), c.until)
			}
			if q.Type != c.kind && q.Type != program.Constrain {
				t.Errorf("read as %s", q.Type)
			}
		})
	}
}

func TestHolidaysAreASetting(t *testing.T) {
	for _, c := range []struct{ locale, text, want string }{
		{"en", "HOLIDAYS FR", "FR"},
		{"en", "holidays off", "off"},
		{"en", "HOLIDAYS off, please", "off"},
		{"en", "HOLIDAYS France", "FR"},
		{"en", "HOLIDAYS UK", "GB"},
		{"en", "HOLIDAYS Narnia", "? Narnia"},
		{"en", "Please don't skip public holidays for me", "off"},
		{"en", "I work on public holidays", "off"},
		{"en", "My public holidays are those of Brazil", "BR"},
		{"en", "Please skip the public holidays in Germany", "DE"},
		{"de", "FEIERTAGE Österreich", "AT"},
		{"de", "Feiertage aus", "off"},
		{"de", "Ich arbeite auch an Feiertagen", "off"},
		{"de", "Meine Feiertage sind die in Frankreich", "FR"},
		{"fr", "Je travaille les jours fériés", "off"},
		{"es", "FESTIVOS España", "ES"},
		{"es", "Trabajo los festivos", "off"},
		{"pt", "FERIADOS Portugal", "PT"},
		{"pt", "Trabalho nos feriados", "off"},
		{"it", "Lavoro nelle festività", "off"},
		{"nl", "Ik werk op feestdagen", "off"},
		{"en", "Monday is a public holiday here", ""},
		{"en", "Happy holidays to you both!", ""},
		{"en", "Holidays were great, thanks", ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			got := ""
			for _, q := range Read(c.text, nil, readerFor("plain", c.locale)).Requests {
				if q.Type == program.SetHolidays {
					got = q.Value
					if got == "" {
						got = "? " + q.Text
					}
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
