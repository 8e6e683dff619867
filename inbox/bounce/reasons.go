package bounce

import (
	"strings"
)

// statusCode returns the enhanced status code (RFC 3463 §2) at the beginning
// of a Status field, "" where there is none.
func statusCode(value string) string {
	return codeAt(strings.TrimSpace(value))
}

// codeAt reads class "." subject "." detail.
func codeAt(s string) string {
	if len(s) < 5 || s[1] != '.' || s[0] != '2' && s[0] != '4' && s[0] != '5' {
		return ""
	}
	i := digits(s, 2)
	if i == 2 || i > 5 || i >= len(s) || s[i] != '.' {
		return ""
	}
	j := digits(s, i+1)
	if j == i+1 || j > i+4 || j < len(s) && s[j] == '.' && j+1 < len(s) && '0' <= s[j+1] && s[j+1] <= '9' {
		return ""
	}
	return s[:j]
}

func digits(s string, i int) int {
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return i
}

// findCode looks for an enhanced status code in a server's words.
func findCode(words string) string {
	for i := 0; i+5 <= len(words); i++ {
		if words[i+1] != '.' || words[i] != '4' && words[i] != '5' {
			continue
		}
		if i > 0 && strings.IndexByte(" #(:[-\t=\"'", words[i-1]) < 0 {
			continue
		}
		if code := codeAt(words[i:]); code != "" {
			return code
		}
	}
	return ""
}

// findReply looks for an SMTP reply code of a failure (RFC 5321 §4.2.1).
func findReply(words string) string {
	for i := 0; i+3 <= len(words); i++ {
		if (words[i] != '4' && words[i] != '5') || digits(words, i) != i+3 || words[i+1] > '5' {
			continue
		}
		before := i == 0 || strings.IndexByte(" '\"(:<[", words[i-1]) >= 0
		after := i+3 == len(words) || strings.IndexByte(" -:'\",", words[i+3]) >= 0
		if before && after {
			return words[i : i+3]
		}
	}
	return ""
}

// betterStatus prefers the code that the remote server gave over the general
// one (x.0.0) that the reporting server set.
func betterStatus(status, words string) string {
	if status != "" && !strings.HasSuffix(status, ".0.0") {
		return status
	}
	if found := findCode(words); found != "" {
		return found
	}
	if status != "" {
		return status
	}
	if reply := findReply(words); reply != "" {
		return reply[:1] + ".0.0"
	}
	return "5.0.0"
}

// isPermanent reports whether the address itself is dead, so that nothing may
// be sent to it again: the mailbox or the domain does not exist, has moved, or
// takes no mail. A full mailbox, a refusal for the sender's or the content's
// sake, and anything that gave up waiting may be different tomorrow, whatever
// its code says.
func isPermanent(status, words string) bool {
	words = strings.ToLower(words)
	if strings.HasPrefix(status, "4") {
		return false
	}
	switch status {
	case "5.1.7", "5.1.8", "5.1.9": // about the sender's address
		return false
	case "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.4.310", "5.3.2":
		return !hasAny(words, fullWords)
	}
	if hasAny(words, certainWords) {
		return true
	}
	return !hasAny(words, fullWords) && !hasAny(words, passingWords) && (strings.HasPrefix(status, "5.1.") || hasAny(words, deadWords))
}

// hasVerdict reports whether a server's words tell the reason at all.
func hasVerdict(words string) bool {
	words = strings.ToLower(words)
	return hasAny(words, certainWords) || hasAny(words, deadWords) || hasAny(words, passingWords) || hasAny(words, fullWords)
}

func hasAny(words string, list []string) bool {
	for _, w := range list {
		if strings.Contains(words, w) {
			return true
		}
	}
	return false
}

// certainWords say that an address is dead, whatever else is said with them.
var certainWords = []string{
	"recipient address rejected: access denied", "user unknown", "no such user", "account or domain may not exist", "address couldn't be found", "address couldn’t be found", "address could not be found", "domain is not reachable", "illegal host/domain", "invalid final delivery userid", "リストにありません", "mailbox unavailable or access denied", "in the same domain). please check if address is correct",
}

// deadWords say that there is no such address, and never will be.
var deadWords = []string{
	"user unknown", "unknown user", "no such user", "no such address", "no such mailbox", "no such recipient", "no such person", "no such account", "no such local user", "no such domain", "no such host",
	"does not exist", "doesn't exist", "not exist", "user not found", "mailbox not found", "recipient not found", "address not found", "account not found", "domain not found", "host not found", "was not found", "wasn't found", "wasn’t found", "could not be found", "not found in",
	"unknown recipient", "recipient unknown", "unknown address", "address unknown", "unknown mailbox", "mailbox unknown", "unknown local", "unknown account", "unknown or illegal alias", "unknown virtual", "unknown domain", "domain unknown", "unknown host", "host unknown", "unknown adress",
	"invalid recipient", "invalid mailbox", "invalid address", "invalid user", "recipient is invalid", "bad destination", "bad address", "not a valid mailbox", "not a valid user", "not a valid recipient", "is not valid", "no valid recipients", "not a known user", "not known here", "not our customer", "is not a known", "not listed in", "not recognized", "is unknown", "isn't a", "doesn't have a", "does not have a", "do not have a", "have a yahoo", "no mailbox here", "no account by", "no user by", "no longer valid", "no longer available", "no longer on server", "no longer exists", "no longer active", "no longer in use", "has been terminated", "has left", "no recipient",
	"user doesn't", "unrouteable", "unroutable", "undeliverable address", "no mx", "nullmx", "null mx", "does not accept mail", "doesn't accept mail", "nxdomain", "name service error", "domain name not found", "can't find any host", "couldn't find any host", "host or domain name not found", "has moved", "address has changed", "mailbox unavailable or access denied", "user is terminated",
	"не найден", "не существует", "нет такого пользователя", "n'existe pas", "n’existe pas", "existiert nicht", "unbekannt", "no existe", "não existe", "non esiste", "bestaat niet", "okänd", "ukjent", "ukendt", "未知", "不存在", "見つかりません", "存在しません", "nicht gefunden", "introuvable", "pas été trouvé", "no se encontr", "no se ha encontrado", "não foi encontrad", "não encontrad", "non trovat", "non è stato trovat", "niet gevonden", "hittades inte", "ikke fundet", "ikke funnet", "nie znalezion", "nenalezen", "bulunamadı", "找不到",
}

// fullWords say that the mailbox exists and is full.
var fullWords = []string{
	"quota", "mailbox full", "mailbox is full", "mailbox exceeds", "exceeded storage", "storage limit", "out of storage", "not enough space", "no space left", "insufficient system storage", "mailbox size", "is full", "mailfolder is full", "too much mail",
}

// passingWords say that the failure is not the address's.
var passingWords = []string{
	"over limit", "over the maximum allowed", "maildir delivery failed",
	"spam", "blocked", "blacklist", "black list", "blocklist", "block list", "block-list", "denylist", "dnsbl", "rbl", "reputation", "poor reputation", "banned", "content", "virus", "policy", "dmarc", "spf", "dkim", "not authenticated", "authentication", "unauthenticated", "rejected by", "refused by", "rejected for", "client host rejected", "reverse dns", "ptr record", "rdns", "reverse lookup", "ip address has no",
	"relay", "too large", "too big", "size limit", "exceeds the size", "message size", "maximum size", "exceeds size", "exceeds the maximum", "too many", "rate", "throttl", "greylist", "graylist", "try again", "try later", "temporar", "timed out", "timeout", "connection refused", "connection reset", "connection was dropped", "could not connect", "unable to connect", "couldn't connect", "network is unreachable", "no route to host", "retry", "expired", "giving up after", "too old", "queue too long", "been in the queue", "has been delayed", "for the last", "hop count", "loop", "hops",
	"suspended", "disabled", "inactive", "account is locked", "deactivated", "restricted", "not authorized", "not permitted", "permission", "access denied", "forbidden", "not allowed to", "not accept messages from", "sender address rejected", "sender rejected", "domain of sender", "sender domain", "mail from", "syntax", "malformed", "protocol", "line too long", "header", "secur", "tls", "certificate", "encrypt",
}

// failureSubjects stand in the subjects of bounces.
var failureSubjects = []string{
	"returned mail", "undelivered mail", "undeliverable", "undelivered", "mail delivery failed", "mail delivery failure", "delivery failure", "delivery failed", "delivery has failed", "failed delivery", "failure delivery",
	"delivery status notification", "delivery notification", "delivery status", "delivery report", "failure notice", "mail failure", "mail failed", "mail could not be delivered", "message could not be delivered", "could not send message", "could not be delivered", "not delivered",
	"error sending your mail", "mail system error", "mail error", "delivery error", "error delivering", "message you sent blocked", "mail delivery status", "delivery problem", "delivery delayed", "delivery has been delayed", "delayed mail", "warning: message", "nondeliverable", "non-delivery", "nondelivery", "returned to sender", "returning message to sender", "returned email", "email delivery failure", "message undeliverable", "postmaster notify", "address not found", "message blocked", "bounced mail", "bounce message", "unzustellbar",
	"nicht zustellbar", "unzustellbare", "zustellung fehlgeschlagen", "zustellungsfehler", "fehler bei der zustellung", "rückläufer", "mail konnte nicht zugestellt", "nachricht nicht zugestellt",
	"non remis", "échec de la remise", "message non distribué", "non distribué", "échec de la distribution", "avis de non-remise", "courrier non distribué", "retour à l'expéditeur", "impossible de remettre",
	"no se puede entregar", "no entregado", "correo devuelto", "error de entrega", "no se ha podido entregar", "notificación de estado de entrega", "devuelto al remitente", "correo no entregado",
	"não é possível entregar", "não entregue", "não foi entregue", "falha na entrega", "mensagem não entregue", "devolvido ao remetente",
	"non recapitabile", "non recapitato", "mancata consegna", "consegna fallita", "messaggio non recapitato", "impossibile recapitare",
	"onbestelbaar", "niet bezorgd", "kan niet worden bezorgd", "aflevering mislukt", "onbezorgbaar", "niet afgeleverd",
	"kan inte levereras", "går inte att leverera", "kunne ikke leveres", "kan ikke leveres", "ikke levert", "ikke leveret", "toimitus epäonnistui", "ei voitu toimittaa",
	"nie można dostarczyć", "niedostarczona", "zwrot wiadomości", "nedoručitelné", "nelze doručit", "nem kézbesíthető", "nu poate fi livrat", "teslim edilemedi", "iletilemedi",
	"не доставлено", "недоставленное", "недоставлен", "не удается доставить", "не може бути доставлено", "невдала доставка", "не доставлений",
	"退信", "无法送达", "無法傳遞", "未送达", "无法投递", "配信不能", "配信できません", "送信エラー", "エラーメール", "未配信", "配達できません", "送信できませんでした", "메일 전송 실패", "배달되지 않음", "전달할 수 없",
}

// failureSentences stand in the text of bounces whose subject tells nothing.
var failureSentences = []string{
	"could not be delivered", "cannot be delivered", "can not be delivered", "couldn't be delivered", "could not deliver", "couldn't deliver", "unable to deliver", "was not delivered", "wasn't delivered", "were not delivered", "has not been delivered", "not able to deliver", "wasn't able to deliver", "trouble delivering", "failed to deliver", "delivery to the following", "delivery has failed", "delivery failed", "did not reach the following", "undeliverable", "error occurred while trying to deliver", "error delivering your mail",
	"the following address", "following recipients", "failed permanently", "returned to sender", "permanent fatal errors", "transient non-fatal errors", "reason for failure", "error message below:\n550", "no such user here", "smtp command", "user unknown", "nondeliverable", "non-delivery", "rejected recipient", "your message was automatically rejected", "mailbox is full", "mailbox full", "account is disabled", "your message has been blocked", "blocked by our", "message you sent was blocked", "did not like our rcpt", "no valid recipients",
	"konnte nicht zugestellt", "nicht zugestellt werden", "n'a pas pu être remis", "n’a pas pu être remis", "n'a pu être remis", "n'a pas pu être délivré", "no se pudo entregar", "no ha podido ser entregado", "não pôde ser entregue", "non è stato recapitato", "non è stato possibile recapitare", "kon niet worden bezorgd", "не было доставлено", "не может быть доставлено", "не доставлено", "送信できません", "配信できません", "送信に失敗", "届けることができません", "无法送达", "無法傳送",
}

// returnedLines begin the line above the copy of the returned mail.
var returnedLines = []string{
	"below this line is a copy of the message", "enclosed is a copy of the message", "this is a copy of the message", "this is a copy of your message", "the original message", "original message", "returned message", "returned mail",
	"message header", "message text follows", "message text", "message follows", "unsent message", "unsent mail", "your original message", "a copy of the original message", "copy of the message", "copy of your message", "included is a copy", "here is the returned", "header of the original", "headers of the original", "original mail info", "original mail", "original headers",
	"the body of the message", "the first 100 lines", "body of message generated response", "text of your message", "content of the original", "transcript of the original", "attached is a copy", "the header and top", "the header of the message", "the following is a copy", "undelivered message", "start of original", "begin included", "begin of original", "mail header", "текст исходного", "исходное сообщение", "ursprüngliche nachricht", "es folgt", "the text you sent follows", "kopie der nachricht", "元のメッセージ", "以下、元のメール",
}

// anchors announce the failed addresses in the next lines.
var anchors = []string{
	"following address", "following recipient", "following user", "following e-mail", "following email", "these recipients", "this recipient", "failed addresses follow", "delivery to the", "delivering your", "addresses had", "address(es)", "recipient(s)", "recipients:", "permanent fatal errors", "transient non-fatal errors", "could not be delivered to", "unable to deliver", "not delivered to", "undeliverable to", "rejected recipient", "failed for", "could not deliver", "unable to deliver message to",
	"folgende", "destinataires suivants", "destinataires", "destinatarios", "destinatários", "destinatari", "ontvangers", "получател", "следующ", "адрес", "次のあて先", "以下のメールアドレス", "宛先", "收件人",
}
