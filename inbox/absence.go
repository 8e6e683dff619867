package inbox

import "strings"

// Absence notices without any field that says so: some servers put "Re:" before
// the subject and answer as a person would. Two things must come together, and
// nothing that people say in answers: what such a notice opens with, and what
// only somebody says who reads no mail.
var (
	absenceOpenings = []string{
		"out of office", "out of the office", "away from the office", "away from my desk", "on annual leave", "on vacation", "on holiday", "on leave", "on parental leave",
		"nicht im büro", "nicht im haus", "außer haus", "im urlaub", "abwesend", "in elternzeit",
		"absent du bureau", "absente du bureau", "en congé", "en vacances", "absent jusqu", "absente jusqu", "absent(e)",
		"fuera de la oficina", "de vacaciones", "ausente", "fora do escritório", "de férias", "em férias", "ausente do escritório",
		"fuori ufficio", "fuori sede", "in ferie", "assente", "afwezig", "met vakantie", "op vakantie", "niet op kantoor",
	}
	absenceFormulas = []string{
		"limited access", "no access to", "without access to", "in urgent cases", "for urgent matters", "if your matter is urgent", "if it is urgent", "if this is urgent", "in my absence", "during my absence",
		"on my return", "upon my return", "when i return", "when i am back", "when i'm back", "will not be forwarded", "not be read", "will reply as soon as",
		"in dringenden fällen", "in dringenden angelegenheiten", "nicht weitergeleitet", "nach meiner rückkehr", "nur eingeschränkt", "in meiner abwesenheit", "während meiner abwesenheit", "keinen zugriff",
		"en cas d'urgence", "en cas d’urgence", "pour toute urgence", "à mon retour", "pendant mon absence", "en mon absence", "un accès limité",
		"en caso de urgencia", "para asuntos urgentes", "a mi regreso", "a mi vuelta", "durante mi ausencia", "acceso limitado",
		"em caso de urgência", "para assuntos urgentes", "no meu regresso", "quando eu voltar", "durante a minha ausência", "acesso limitado",
		"per urgenze", "per questioni urgenti", "al mio rientro", "al mio ritorno", "in mia assenza", "durante la mia assenza",
		"in dringende gevallen", "voor dringende zaken", "bij mijn terugkeer", "na mijn terugkeer", "tijdens mijn afwezigheid", "beperkt toegang",
	}
)

const (
	absenceBytes    = 900 // notices are short
	absenceOpensBy  = 3   // sentences, greeting and thanks before it
	absenceSentence = ".!\n"
)

// isAbsenceNotice tells a notice by its words alone, where that is safe: it
// asks nothing, opens with the absence, and promises or refuses an answer.
func isAbsenceNotice(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" || len(text) > absenceBytes || strings.ContainsAny(text, "?¿") {
		return false
	}
	return containsAny(opening(text), absenceOpenings) && containsAny(text, absenceFormulas)
}

// opening is the first sentences of a text.
func opening(text string) string {
	end, sentences := 0, 0
	for i := range len(text) {
		if strings.IndexByte(absenceSentence, text[i]) < 0 {
			continue
		}
		if len(strings.Fields(text[end:i])) > 2 { // a greeting is no sentence
			sentences++
		}
		end = i
		if sentences == absenceOpensBy-1 {
			return text[:i]
		}
	}
	return text
}
