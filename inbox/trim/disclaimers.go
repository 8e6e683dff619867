package trim

// disclaimers begin the paragraphs that companies and virus scanners append.
var disclaimers = []string{
	// English
	"this email and any attachments", "this e-mail and any attachments", "this email and any files", "this e-mail and any files",
	"this email message and any attachments", "this e-mail message and any attachments", "this message and any attachments",
	"this email is confidential", "this e-mail is confidential", "this message is confidential", "this email is intended", "this e-mail is intended",
	"this message is intended", "this email may contain", "this e-mail may contain", "this message may contain", "this email contains confidential",
	"this e-mail contains confidential", "this message contains confidential", "this communication is confidential", "this communication and any",
	"this transmission is intended", "this transmission may contain", "the information contained in this", "the information in this email", "the information in this e-mail",
	"the information transmitted", "the contents of this email", "the contents of this e-mail", "the content of this email",
	"confidentiality notice", "confidentiality:", "confidentiality note", "confidential notice", "disclaimer:", "legal notice", "legal disclaimer", "important notice", "privileged and confidential",
	"notice: this", "note: this e-mail", "note: this email", "please consider the environment", "consider the environment", "think before you print", "please think of the environment",
	"virus-free", "this email has been checked for viruses", "this e-mail has been checked for viruses", "this email has been scanned", "this message has been scanned", "scanned by", "no virus found",
	"if you are not the intended recipient", "if you have received this email in error", "if you have received this e-mail in error", "any views or opinions",
	// German
	"diese e-mail enthält vertrauliche", "diese e-mail kann vertrauliche", "diese e-mail ist vertraulich", "diese nachricht enthält vertrauliche", "diese nachricht ist vertraulich", "der inhalt dieser e-mail",
	"der inhalt dieser nachricht", "die information in dieser e-mail", "die in dieser e-mail enthaltenen", "diese e-mail wurde von avast", "virenfrei", "bitte denken sie an die umwelt", "bitte prüfen sie", "haftungsausschluss", "vertraulichkeitshinweis",
	// French
	"ce message et toutes les pièces jointes", "ce message est confidentiel", "ce message et ses pièces jointes", "ce message peut contenir", "ce message contient des informations", "ce courriel et", "ce courriel est confidentiel", "le présent message", "les informations contenues dans ce", "l'absence de virus", "l’absence de virus",
	"garanti sans virus", "sans virus", "pensez à l'environnement", "pensez à l’environnement", "avis de confidentialité",
	// Spanish
	"este mensaje y sus archivos", "este mensaje es confidencial", "este mensaje puede contener", "este mensaje contiene información", "este mensaje va dirigido", "este correo electrónico y", "este correo electrónico contiene", "la información contenida en este", "aviso de confidencialidad", "aviso legal", "libre de virus", "antes de imprimir",
	// Portuguese
	"esta mensagem e seus anexos", "esta mensagem é confidencial", "esta mensagem pode conter", "esta mensagem contém", "este e-mail e seus", "este email é confidencial", "as informações contidas", "aviso de confidencialidade", "livre de vírus", "antes de imprimir",
	// Italian
	"questo messaggio è confidenziale", "questo messaggio e i suoi allegati", "questo messaggio di posta", "questo messaggio e' stato analizzato", "le informazioni contenute", "il presente messaggio", "avviso di riservatezza", "privo di virus", "prima di stampare", "ai sensi del",
	// Dutch
	"dit bericht is vertrouwelijk", "dit bericht en eventuele bijlagen", "dit bericht kan", "deze e-mail is vertrouwelijk", "deze e-mail en", "deze e-mail is uitsluitend", "de informatie in dit", "de informatie verzonden", "virusvrij", "denk aan het milieu",
	// Scandinavian and Polish
	"detta meddelande är", "denna e-post", "denne e-post", "denne e-mail", "denne meldingen", "virusfri", "ta wiadomość", "niniejsza wiadomość", "treść tej wiadomości", "informacje zawarte w", "wolny od wirusów",
	// Russian
	"это сообщение и любые", "данное сообщение является", "настоящее сообщение", "без вирусов", "информация, содержащаяся",
}

// listWords stand in the footers of mailing lists.
var listWords = []string{"mailing list", "mailing-list", "mailingliste", "listinfo", "unsubscribe", "abmelden", "désabonner", "darse de baja", "uitschrijven", "liste de diffusion", "lista de correo"}
