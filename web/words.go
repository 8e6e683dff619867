package web

import (
	"net/http"
	"strings"

	"golang.org/x/text/language"

	"github.com/mentorpost/mentorpost/program"
)

// words are what the pages that a participant may see say in one language.
type words struct {
	language string // for the lang attribute (HTML §3.2.6.2)
	// The question, with the name of the program in place of %s.
	ask, askWhat, askInstead, button string
	done, doneBut, doneBack          string
	unchanged, unchangedWhy          string
	nowhere, nowhereWhy              string
	failed, failedWhy                string
}

// spoken are the languages of the mails; the first is for whoever reads none
// of them.
var spoken = []words{
	{
		language: "en",
		ask:      "Stop mails from %s?", askWhat: "You will get no more mails, except where a session that is already booked is cancelled.",
		askInstead: "Booked sessions stand. You can also just answer any mail with STOP.", button: "Stop all mails",
		done: "You will get no more mails", doneBut: "Only if a session that is already booked is cancelled will we still tell you.",
		doneBack:  "Changed your mind? Just answer any of our mails with JOIN.",
		unchanged: "Nothing has changed", unchangedWhy: "The request was not List-Unsubscribe=One-Click.",
		nowhere: "Not here", nowhereWhy: "This address leads nowhere. Perhaps a part of it was lost on the way.",
		failed: "That did not work", failedWhy: "It is our fault, and has been noted. Please try again in a few minutes.",
	},
	{
		language: "de",
		ask:      "Keine Mails von %s mehr?", askWhat: "Du bekommst dann keine Mails mehr, außer wenn ein schon vereinbartes Treffen abgesagt wird.",
		askInstead: "Vereinbarte Treffen bleiben bestehen. Du kannst auch einfach auf eine Mail mit STOP antworten.", button: "Keine Mails mehr",
		done: "Du bekommst keine Mails mehr", doneBut: "Nur wenn ein schon vereinbartes Treffen abgesagt wird, sagen wir dir noch Bescheid.",
		doneBack:  "Anders überlegt? Antworte einfach auf eine unserer Mails mit JOIN.",
		unchanged: "Es hat sich nichts geändert", unchangedWhy: "Die Anfrage war nicht List-Unsubscribe=One-Click.",
		nowhere: "Hier ist nichts", nowhereWhy: "Diese Adresse führt nirgendwohin. Vielleicht ist unterwegs ein Teil davon verloren gegangen.",
		failed: "Das hat nicht geklappt", failedWhy: "Es liegt an uns und ist notiert. Bitte versuch es in ein paar Minuten noch einmal.",
	},
	{
		language: "fr",
		ask:      "Ne plus recevoir les mails de %s ?", askWhat: "Tu ne recevras plus de mails, sauf si une séance déjà convenue est annulée.",
		askInstead: "Les séances convenues restent. Tu peux aussi répondre STOP à n’importe quel mail.", button: "Arrêter tous les mails",
		done: "Tu ne recevras plus de mails", doneBut: "Nous ne t’écrirons plus que si une séance déjà convenue est annulée.",
		doneBack:  "Tu as changé d’avis ? Réponds simplement JOIN à l’un de nos mails.",
		unchanged: "Rien n’a changé", unchangedWhy: "La demande n’était pas List-Unsubscribe=One-Click.",
		nowhere: "Rien ici", nowhereWhy: "Cette adresse ne mène nulle part. Une partie s’est peut-être perdue en route.",
		failed: "Cela n’a pas marché", failedWhy: "C’est de notre faute, et c’est noté. Réessaie dans quelques minutes.",
	},
	{
		language: "es",
		ask:      "¿Dejar de recibir correos de %s?", askWhat: "No recibirás más correos, salvo si se cancela una sesión ya acordada.",
		askInstead: "Las sesiones acordadas siguen en pie. También puedes responder STOP a cualquier correo.", button: "No recibir más correos",
		done: "Ya no recibirás más correos", doneBut: "Solo te avisaremos si se cancela una sesión ya acordada.",
		doneBack:  "¿Has cambiado de idea? Responde JOIN a cualquiera de nuestros correos.",
		unchanged: "No ha cambiado nada", unchangedWhy: "La petición no era List-Unsubscribe=One-Click.",
		nowhere: "Aquí no hay nada", nowhereWhy: "Esta dirección no lleva a ninguna parte. Quizá se perdió una parte por el camino.",
		failed: "No ha funcionado", failedWhy: "Es culpa nuestra y queda anotado. Inténtalo de nuevo en unos minutos.",
	},
	{
		language: "pt",
		ask:      "Parar de receber e-mails de %s?", askWhat: "Você não recebe mais e-mails, exceto se uma sessão já marcada for cancelada.",
		askInstead: "As sessões marcadas continuam valendo. Você também pode responder STOP a qualquer e-mail.", button: "Parar todos os e-mails",
		done: "Você não recebe mais e-mails", doneBut: "Só avisamos se uma sessão já marcada for cancelada.",
		doneBack:  "Mudou de ideia? É só responder JOIN a qualquer e-mail nosso.",
		unchanged: "Nada mudou", unchangedWhy: "O pedido não era List-Unsubscribe=One-Click.",
		nowhere: "Não há nada aqui", nowhereWhy: "Este endereço não leva a lugar nenhum. Talvez uma parte tenha se perdido no caminho.",
		failed: "Não deu certo", failedWhy: "A culpa é nossa e já está anotado. Tente de novo em alguns minutos.",
	},
}

var languages = func() language.Matcher {
	var tags []language.Tag
	for _, w := range spoken {
		tags = append(tags, language.MustParse(w.language))
	}
	return language.NewMatcher(tags)
}()

// wordsIn are those of the first of the locales that is spoken.
func wordsIn(locales ...string) words {
	_, n := language.MatchStrings(languages, locales...)
	return spoken[n]
}

// wordsFor are in the person's own language, as their mails are; where they
// are not known, in one that their browser asks for (RFC 9110 §12.5.4).
func (s site) wordsFor(r *http.Request, person program.ID) words {
	if person != "" {
		if locale, err := s.Source.Locale(r.Context(), person); err == nil && strings.TrimSpace(locale) != "" {
			return wordsIn(locale)
		}
	}
	return wordsIn(r.Header.Get("Accept-Language"))
}
