package trim

import "strings"

// language holds the words by which mail programs of one language mark what
// they quote. Everything is in lower case.
type language struct {
	name string
	// leads are the words with which an attribution begins: "On … wrote:".
	leads []string
	// verbs are the words that make a line an attribution.
	verbs []string
	// openers begin an attribution and are its verb: "Quoting Ada <…>:".
	openers []string
	// The labels of the header lines above a quoted mail.
	from, sent, to, copies, subject []string
	// originals stand between dashes above a quoted mail, forwards above a
	// forwarded one.
	originals, forwards []string
	// devices begin the line that a telephone or mail program appends.
	devices []string
}

// languages is the whole knowledge of languages here; adding one is adding a
// row. Weekdays also begin attributions.
var languages = []language{
	{
		name:      "English",
		leads:     []string{"on", "at", "in"},
		verbs:     []string{"wrote", "writes", "sent"},
		openers:   []string{"quoting"},
		from:      []string{"from", "reply-to", "sender", "from address"},
		sent:      []string{"sent", "date", "sent on", "sent at", "date sent"},
		to:        []string{"to", "to address"},
		copies:    []string{"cc", "bcc", "importance", "attachments", "priority", "organization"},
		subject:   []string{"subject", "re"},
		originals: []string{"original message", "original", "reply message", "original email", "original mail", "original appointment", "reply above this line", "quoted message", "message original"},
		forwards:  []string{"forwarded message", "forwarded by", "begin forwarded message", "start of forwarded message", "fwd"},
		devices: []string{
			"sent from ", "sent with ", "sent via ", "sent using ", "sent by ", "sent on my ", "sent on the go", "sent through ", "sent mobile", "sent while on the go", "sent securely with",
			"get outlook for", "download outlook for", "get bluemail for", "get typeapp for", "composed on my ", "typed on my ", "written on my ", "secured with proton", "securely sent with",
		},
	},
	{
		name:      "German",
		leads:     []string{"am", "von", "um"},
		openers:   []string{"zitat"},
		verbs:     []string{"schrieb", "schrieben", "geschrieben", "schreibt", "verfasst"},
		from:      []string{"von", "absender", "antwort an"},
		sent:      []string{"gesendet", "datum", "gesendet am", "versendet"},
		to:        []string{"an", "empfänger"},
		copies:    []string{"kopie", "cc", "bcc", "wichtigkeit", "anlagen"},
		subject:   []string{"betreff", "betrifft"},
		originals: []string{"ursprüngliche nachricht", "original-nachricht", "originalnachricht", "original nachricht", "antwort nachricht", "urspruengliche nachricht", "ursprüngliche mail", "originalmail", "ursprünglicher termin"},
		forwards:  []string{"weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitet von", "weitergeleitete mail"},
		devices:   []string{"von meinem ", "von meiner ", "gesendet von ", "gesendet mit ", "gesendet über ", "gesendet aus ", "gesendet vom ", "diese nachricht wurde von mein", "diese nachricht wurde gesendet", "hol dir outlook", "outlook für ", "holen sie sich outlook", "von unterwegs gesendet", "von unterwegs", "mobil gesendet", "verschickt mit ", "verschickt von ", "versendet mit ", "versendet von ", "sichere e-mail mit "},
	},
	{
		name:      "French",
		leads:     []string{"le", "de"},
		openers:   []string{"quotant", "citant"},
		verbs:     []string{"écrit", "écrivait", "écrivit", "ecrit"},
		from:      []string{"de", "expéditeur", "répondre à"},
		sent:      []string{"envoyé", "date", "envoyé le", "envoye"},
		to:        []string{"à", "a", "pour"},
		copies:    []string{"cc", "cci", "copie à", "importance", "copie"},
		subject:   []string{"objet", "sujet"},
		originals: []string{"message d'origine", "message d’origine", "message original", "message initial", "courriel original", "mail original"},
		forwards:  []string{"message transféré", "message transmis", "début du message réexpédié", "début du message transféré", "message réexpédié", "transféré par"},
		devices:   []string{"envoyé de ", "envoyé depuis ", "envoyé à partir d", "envoyé avec ", "envoyé via ", "envoyé par ", "obtenez outlook", "obtenir outlook", "télécharger outlook", "provenance : ", "provenance: "},
	},
	{
		name:      "Spanish",
		leads:     []string{"el", "en", "a la", "a las", "con"},
		openers:   []string{"citando"},
		verbs:     []string{"escribió", "escribio", "escribía", "escrito", "escribe"},
		from:      []string{"de", "remitente", "desde"},
		sent:      []string{"enviado", "fecha", "enviado el", "enviada"},
		to:        []string{"para", "a", "destinatario"},
		copies:    []string{"cc", "cco", "copia", "importancia"},
		subject:   []string{"asunto"},
		originals: []string{"mensaje original", "correo original", "mensaje enviado"},
		forwards:  []string{"mensaje reenviado", "mensaje remitido", "inicio del mensaje reenviado", "forwarded message", "reenviado por"},
		devices:   []string{"enviado desde ", "enviado con ", "enviado de ", "enviado a través ", "enviado por ", "enviado vía ", "obtener outlook", "obtén outlook", "descargar outlook"},
	},
	{
		name:      "Portuguese",
		leads:     []string{"em", "no dia", "a", "às", "no"},
		openers:   []string{"citando"},
		verbs:     []string{"escreveu", "escreveram", "escrito", "escreve"},
		from:      []string{"de", "remetente"},
		sent:      []string{"enviado", "enviada", "data", "enviado em", "enviada em"},
		to:        []string{"para"},
		copies:    []string{"cc", "cco", "com cópia", "prioridade"},
		subject:   []string{"assunto"},
		originals: []string{"mensagem original", "mensagem enviada", "email original"},
		forwards:  []string{"mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada", "início da mensagem reencaminhada"},
		devices:   []string{"enviado do ", "enviado da ", "enviado a partir ", "enviado pelo ", "enviada do ", "enviado via ", "obter o outlook", "obtenha o outlook", "enviado através "},
	},
	{
		name:      "Italian",
		leads:     []string{"il", "in data", "il giorno", "alle", "nel", "da"},
		openers:   []string{"quoto", "citazione"},
		verbs:     []string{"scritto", "scrisse", "scrive", "scriveva"},
		from:      []string{"da", "mittente", "risposta", "rispondi a"},
		sent:      []string{"inviato", "data", "inviata", "data invio"},
		to:        []string{"a", "per"},
		copies:    []string{"cc", "ccn", "priorità"},
		subject:   []string{"oggetto"},
		originals: []string{"messaggio originale", "messaggio originario", "messaggio inviato", "e-mail originale"},
		forwards:  []string{"messaggio inoltrato", "inizio messaggio inoltrato", "inizio del messaggio inoltrato", "inoltrato da"},
		devices:   []string{"inviato da ", "inviato dal ", "inviata da ", "inviato con ", "inviato tramite ", "ottieni outlook", "scarica outlook", "inviato dall'"},
	},
	{
		name:      "Dutch",
		leads:     []string{"op", "om", "van"},
		openers:   []string{"citeren"},
		verbs:     []string{"schreef", "geschreven", "schreven", "schrijft"},
		from:      []string{"van", "afzender"},
		sent:      []string{"verzonden", "datum", "verstuurd", "verzonden op"},
		to:        []string{"aan"},
		copies:    []string{"cc", "bcc", "urgentie", "prioriteit"},
		subject:   []string{"onderwerp", "betreft"},
		originals: []string{"oorspronkelijk bericht", "origineel bericht", "oorspronkelijke bericht", "originele bericht", "oorspronkelijke afspraak"},
		forwards:  []string{"doorgestuurd bericht", "begin doorgestuurd bericht", "doorgezonden bericht", "begin van doorgestuurd bericht"},
		devices:   []string{"verstuurd vanaf ", "verzonden vanaf ", "verstuurd van ", "verzonden met ", "verstuurd met ", "verstuurd via ", "verzonden via ", "verzonden vanuit ", "outlook voor ", "download outlook voor", "vanaf mijn "},
	},
	{
		name:      "Swedish",
		leads:     []string{"den", "på", "kl"},
		verbs:     []string{"skrev", "skriver", "skrivit"},
		from:      []string{"från", "avsändare"},
		sent:      []string{"skickat", "datum", "skickades"},
		to:        []string{"till"},
		copies:    []string{"kopia", "kopia till", "prioritet"},
		subject:   []string{"ämne"},
		originals: []string{"ursprungligt meddelande", "originalmeddelande", "ursprungligt möte"},
		forwards:  []string{"vidarebefordrat meddelande", "vidarebefordrat brev", "börja vidarebefordrat meddelande", "vidarebefordrat mail"},
		devices:   []string{"skickat från ", "skickat med ", "skickat via ", "hämta outlook", "skaffa outlook", "från min "},
	},
	{
		name:      "Norwegian",
		leads:     []string{"den", "på", "kl."},
		verbs:     []string{"skrev", "skreiv", "skrevet"},
		from:      []string{"fra", "avsender"},
		sent:      []string{"sendt", "dato"},
		to:        []string{"til"},
		copies:    []string{"kopi", "kopi til"},
		subject:   []string{"emne"},
		originals: []string{"opprinnelig melding", "original melding", "opprinnelig avtale"},
		forwards:  []string{"videresendt melding", "videresendt e-post", "start på videresendt melding", "begynn på videresendt melding"},
		devices:   []string{"sendt fra ", "sendt med ", "sendt via ", "få outlook", "hent outlook", "last ned outlook"},
	},
	{
		name:      "Danish",
		leads:     []string{"den", "d.", "på", "kl."},
		verbs:     []string{"skrev", "skrevet", "skriver"},
		from:      []string{"fra", "afsender"},
		sent:      []string{"sendt", "dato"},
		to:        []string{"til"},
		copies:    []string{"cc", "kopi", "prioritet"},
		subject:   []string{"emne"},
		originals: []string{"oprindelig meddelelse", "original meddelelse", "oprindelig besked", "original besked", "oprindelig aftale"},
		forwards:  []string{"videresendt meddelelse", "videresendt besked", "start på videresendt besked", "begynd på videresendt besked"},
		devices:   []string{"sendt fra ", "sendt med ", "sendt via ", "hent outlook"},
	},
	{
		name:      "Finnish",
		verbs:     []string{"kirjoitti"},
		leads:     []string{"klo", "pe", "ma", "ti", "ke", "to", "la", "su"},
		from:      []string{"lähettäjä"},
		sent:      []string{"lähetetty", "päivämäärä", "päiväys"},
		to:        []string{"vastaanottaja"},
		copies:    []string{"kopio"},
		subject:   []string{"aihe"},
		originals: []string{"alkuperäinen viesti"},
		forwards:  []string{"välitetty viesti", "edelleenlähetetty viesti"},
		devices:   []string{"lähetetty ", "hanki outlook"},
	},
	{
		name:      "Polish",
		leads:     []string{"dnia", "w dniu", "w"},
		openers:   []string{"cytowanie", "cytat"},
		verbs:     []string{"napisał", "napisała", "napisał(a)", "napisał/a", "pisze", "napisano", "napisali"},
		from:      []string{"od", "nadawca"},
		sent:      []string{"wysłano", "data", "wysłane", "wysłany", "wysłana"},
		to:        []string{"do", "adresat"},
		copies:    []string{"dw", "do wiadomości", "kopia", "priorytet"},
		subject:   []string{"temat"},
		originals: []string{"wiadomość oryginalna", "oryginalna wiadomość", "wiadomość pierwotna", "oryginalny e-mail", "treść oryginalnej wiadomości"},
		forwards:  []string{"wiadomość przekazana", "przekazana wiadomość", "wiadomość przekazana dalej", "przesłana wiadomość"},
		devices:   []string{"wysłane z ", "wysłano z ", "wysłane przez ", "wysłane za pomocą ", "wysłana z ", "pobierz outlook", "pobierz program outlook"},
	},
	{
		name:      "Czech and Slovak",
		leads:     []string{"dne", "dňa", "v"},
		verbs:     []string{"napsal", "napsala", "napsal(a)", "napísal", "napísala", "napísal(a)", "napísal/a", "napsal/a", "píše"},
		from:      []string{"od", "odesílatel", "odosielateľ"},
		sent:      []string{"odesláno", "datum", "odoslané", "dátum"},
		to:        []string{"komu", "pro"},
		copies:    []string{"kopie", "kópia"},
		subject:   []string{"předmět", "predmet"},
		originals: []string{"původní zpráva", "původní e-mail", "pôvodná správa"},
		forwards:  []string{"přeposlaná zpráva", "preposlaná správa"},
		devices:   []string{"odesláno z ", "odoslané z ", "získat outlook", "odesláno pomocí "},
	},
	{
		name:      "Hungarian",
		leads:     []string{"ekkor"},
		verbs:     []string{"írta", "ezt írta", "irta"},
		from:      []string{"feladó"},
		sent:      []string{"dátum", "küldve", "elküldve"},
		to:        []string{"címzett"},
		copies:    []string{"másolat", "másolatot kap"},
		subject:   []string{"tárgy"},
		originals: []string{"eredeti üzenet"},
		forwards:  []string{"továbbított üzenet", "továbbított levél"},
		devices:   []string{"elküldve ", "az iphone-omról küldve", "outlook beszerzése"},
	},
	{
		name:      "Romanian",
		leads:     []string{"în", "pe", "la"},
		verbs:     []string{"scris"},
		from:      []string{"de la", "expeditor"},
		sent:      []string{"trimis", "data", "dată"},
		to:        []string{"către", "catre", "la"},
		subject:   []string{"subiect"},
		originals: []string{"mesaj original", "mesajul original"},
		forwards:  []string{"mesaj redirecționat", "mesaj redirectionat", "mesaj retransmis"},
		devices:   []string{"trimis de pe ", "trimis din ", "trimis de la ", "obțineți outlook"},
	},
	{
		name:      "Croatian, Serbian and Slovene",
		leads:     []string{"dana", "u", "je", "dne"},
		verbs:     []string{"napisao", "napisala", "napisao/la", "napisao(la)", "napisal", "je napisal/-a", "piše", "написао", "написала"},
		from:      []string{"od", "šalje", "шаље"},
		sent:      []string{"poslano", "poslato", "datum", "датум"},
		to:        []string{"za", "prima", "прима"},
		subject:   []string{"predmet", "zadeva", "naslov", "наслов"},
		originals: []string{"izvorna poruka", "originalna poruka", "izvirno sporočilo", "оригинална порука"},
		forwards:  []string{"proslijeđena poruka", "prosleđena poruka", "posredovano sporočilo"},
		devices:   []string{"poslano s ", "poslano sa ", "poslato sa ", "poslano iz ", "poslano z "},
	},
	{
		name:      "Russian",
		leads:     []string{"от", "в", "on"},
		verbs:     []string{"написал", "написала", "написал(а)", "пишет", "писал", "писала", "написали", "написано"},
		from:      []string{"от", "отправитель", "от кого"},
		sent:      []string{"отправлено", "дата", "отправлен", "послано"},
		to:        []string{"кому"},
		copies:    []string{"копия", "важность"},
		subject:   []string{"тема"},
		originals: []string{"исходное сообщение", "исходное письмо", "оригинальное сообщение", "первоначальное сообщение", "первоначальное письмо"},
		forwards:  []string{"пересылаемое сообщение", "пересылаемое письмо", "переадресованное сообщение", "начало переадресованного сообщения", "конец пересылаемого сообщения"},
		devices:   []string{"отправлено с ", "отправлено из ", "отправлено от ", "отправлено через ", "послано с ", "скачать outlook", "получить outlook", "написано с "},
	},
	{
		name:      "Ukrainian",
		leads:     []string{"від", "у", "в"},
		verbs:     []string{"пише", "написав", "написала", "написав(ла)", "написав(-ла)"},
		from:      []string{"від", "від кого", "відправник"},
		sent:      []string{"надіслано", "дата", "відправлено"},
		to:        []string{"кому"},
		copies:    []string{"копія"},
		subject:   []string{"тема"},
		originals: []string{"вихідне повідомлення", "оригінальне повідомлення", "початкове повідомлення"},
		forwards:  []string{"переслане повідомлення", "переслане сповіщення", "перенаправлене повідомлення"},
		devices:   []string{"надіслано з ", "відправлено з ", "надіслано через ", "надіслано від ", "отримати outlook"},
	},
	{
		name:      "Bulgarian",
		leads:     []string{"на", "в"},
		verbs:     []string{"написа", "пише"},
		from:      []string{"от"},
		sent:      []string{"изпратено", "дата"},
		to:        []string{"до"},
		subject:   []string{"относно", "тема"},
		originals: []string{"оригинално съобщение"},
		forwards:  []string{"препратено съобщение"},
		devices:   []string{"изпратено от "},
	},
	{
		name:      "Greek",
		leads:     []string{"στις", "την", "ο", "η"},
		verbs:     []string{"έγραψε", "έγραψαν"},
		from:      []string{"από"},
		sent:      []string{"στάλθηκε", "ημερομηνία", "εστάλη"},
		to:        []string{"προς"},
		copies:    []string{"κοιν"},
		subject:   []string{"θέμα"},
		originals: []string{"αρχικό μήνυμα"},
		forwards:  []string{"προωθημένο μήνυμα", "προωθούμενο μήνυμα"},
		devices:   []string{"στάλθηκε από ", "εστάλη από ", "αποστολή από "},
	},
	{
		name:      "Turkish",
		leads:     []string{"tarihinde"},
		verbs:     []string{"yazdı", "yazdi", "yazmış"},
		from:      []string{"kimden", "gönderen"},
		sent:      []string{"gönderildi", "tarih", "gönderme tarihi"},
		to:        []string{"kime", "alıcı"},
		copies:    []string{"bilgi"},
		subject:   []string{"konu"},
		originals: []string{"özgün ileti", "orijinal mesaj", "orijinal ileti", "asıl mesaj"},
		forwards:  []string{"iletilen mesaj", "yönlendirilen mesaj", "iletilmiş mesaj"},
		devices:   []string{"iphone'umdan gönderildi", "iphone’umdan gönderildi", "ipad'imden gönderildi", "android için outlook", "ios için outlook", "samsung cihazımdan gönderildi"},
	},
	{
		name:      "Vietnamese",
		leads:     []string{"vào", "lúc", "ngày"},
		verbs:     []string{"viết", "đã viết"},
		from:      []string{"từ", "người gửi"},
		sent:      []string{"đã gửi", "ngày", "gửi", "date"},
		to:        []string{"đến", "tới", "người nhận"},
		subject:   []string{"chủ đề", "tiêu đề"},
		originals: []string{"thư gốc", "tin nhắn gốc"},
		forwards:  []string{"thư được chuyển tiếp", "tin nhắn chuyển tiếp"},
		devices:   []string{"đã gửi từ ", "được gửi từ ", "gửi từ ", "tải outlook"},
	},
	{
		name:      "Thai",
		leads:     []string{"ในวันที่", "เมื่อ"},
		verbs:     []string{"เขียนว่า", "เขียน"},
		from:      []string{"จาก"},
		sent:      []string{"ส่ง", "วันที่", "ส่งเมื่อ"},
		to:        []string{"ถึง"},
		subject:   []string{"เรื่อง", "หัวเรื่อง"},
		originals: []string{"ข้อความต้นฉบับ"},
		forwards:  []string{"ข้อความที่ส่งต่อ"},
		devices:   []string{"ส่งจาก"},
	},
	{
		name:      "Indonesian and Malay",
		leads:     []string{"pada"},
		verbs:     []string{"menulis"},
		from:      []string{"dari", "daripada"},
		sent:      []string{"dikirim", "tanggal", "terkirim", "dihantar"},
		to:        []string{"kepada", "ke"},
		subject:   []string{"perihal", "subjek", "judul"},
		originals: []string{"pesan asli", "mesej asal"},
		forwards:  []string{"pesan terusan", "pesan yang diteruskan"},
		devices:   []string{"dikirim dari ", "dihantar daripada ", "dapatkan outlook"},
	},
	{
		name:      "Catalan",
		leads:     []string{"el", "en", "missatge de"},
		verbs:     []string{"escrigué", "escrit", "escriure"},
		from:      []string{"de"},
		sent:      []string{"enviat", "data"},
		to:        []string{"per a", "a"},
		subject:   []string{"assumpte", "tema"},
		originals: []string{"missatge original"},
		forwards:  []string{"missatge reenviat"},
		devices:   []string{"enviat des d", "enviat amb "},
	},
	{
		name:      "Hebrew and Arabic",
		leads:     []string{"ב", "في", "בתאריך"},
		verbs:     []string{"כתב", "כתבה", "מאת", "كتب", "كتبت", "كتب/ت"},
		from:      []string{"מאת", "من"},
		sent:      []string{"נשלח", "תאריך", "تاريخ", "التاريخ", "أُرسلت", "تم الإرسال"},
		to:        []string{"אל", "إلى"},
		subject:   []string{"נושא", "الموضوع"},
		originals: []string{"הודעה מקורית", "الرسالة الأصلية", "رسالة أصلية"},
		forwards:  []string{"הודעה שהועברה", "رسالة معاد توجيهها"},
		devices:   []string{"נשלח מה", "נשלח מ", "أُرسلت من", "تم الإرسال من"},
	},
	{
		name:      "Chinese",
		leads:     []string{"在", "于", "於"},
		verbs:     []string{"写道", "寫道", "写到", "寫到", "来信", "撰寫"},
		from:      []string{"发件人", "寄件者", "寄件人", "发信人", "發件人"},
		sent:      []string{"发送时间", "日期", "发送日期", "寄件日期", "發送時間", "已发送", "時間", "时间", "傳送時間"},
		to:        []string{"收件人", "收件者"},
		copies:    []string{"抄送", "副本"},
		subject:   []string{"主题", "主題", "主旨", "标题"},
		originals: []string{"原始邮件", "原始郵件", "原邮件", "原郵件", "原始訊息"},
		forwards:  []string{"转发的邮件", "转发邮件信息", "轉寄郵件", "转发邮件", "轉寄的郵件"},
		devices:   []string{"发自我的", "從我的", "发送自", "來自我的", "从我的", "發自我的", "获取 outlook", "取得 outlook", "传送自", "傳送自", "通过我的", "发自"},
	},
	{
		name:      "Japanese",
		verbs:     []string{"のメール", "のメッセージ", "は書きました", "が書きました", "さんは書きました", "より", "wrote"},
		from:      []string{"差出人", "送信者", "from"},
		sent:      []string{"送信日時", "日付", "日時", "送信日"},
		to:        []string{"宛先", "受信者"},
		copies:    []string{"cc", "ｃｃ"},
		subject:   []string{"件名", "題名"},
		originals: []string{"元のメッセージ", "original message", "元のメール", "オリジナルメッセージ"},
		forwards:  []string{"転送されたメッセージ", "転送メッセージ", "転送メール"},
		devices:   []string{"iphoneから送信", "iphone から送信", "ipadから送信", "androidから送信", "outlook for", "私のiphone", "スマートフォンから送信", "my iphone から"},
	},
	{
		name:      "Korean",
		verbs:     []string{"작성", "씀", "작성함", "님이", "썼습니다"},
		from:      []string{"보낸 사람", "보낸사람", "발신"},
		sent:      []string{"보낸 날짜", "날짜", "보낸날짜"},
		to:        []string{"받는 사람", "받는사람", "수신"},
		copies:    []string{"참조"},
		subject:   []string{"제목"},
		originals: []string{"원본 메시지", "원본 메일"},
		forwards:  []string{"전달된 메시지", "전달된 메일"},
		devices:   []string{"내 iphone에서 보냄", "나의 iphone에서 보냄", "iphone에서 보냄", "android용 outlook"},
	},
}

// weekdays begin many attributions: "пн, 3 февр. 2027 г. …".
var weekdays = strings.Fields(`
	mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday
	mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag sonnabend
	lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche
	mié jue vie sáb dom lunes martes miércoles jueves viernes sábado domingo
	seg ter qua qui sex segunda-feira terça-feira quarta-feira quinta-feira sexta-feira
	gio lunedì martedì mercoledì giovedì venerdì sabato domenica
	ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
	mån tis ons tors fre lör sön måndag tisdag onsdag torsdag fredag lördag söndag
	man tir tor lør søn mandag tirsdag lørdag søndag
	pon wt śr czw pt sob niedz poniedziałek wtorek środa czwartek piątek sobota niedziela
	po út st čt pá ne pondělí úterý středa čtvrtek pátek neděle
	пн вт ср чт пт сб вс понедельник вторник среда четверг пятница суббота воскресенье
	нд понеділок вівторок середа четвер п'ятниця п’ятниця субота неділя
	pzt sal çar per cum cmt paz pazartesi salı çarşamba perşembe cuma cumartesi pazar
	dl dt dc dj dv ds dg dilluns dimarts dimecres dijous divendres dissabte diumenge
	maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
`)

// pronouns stand beside the verb in a writer's own sentence, never in an
// attribution.
var pronouns = wordSet(`
	i we you she he they it who ich wir sie er du ihr es je nous vous tu il elle ils on yo nosotros
	tú usted ella él ellos eu nós você ele ela io noi lui lei ik wij we jij hij zij jag vi du han hon
	jeg hun de ja my ty on ona я мы ты вы он она они ми ви він вона вони 我 我们 你 他 她
`)

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// products are what sends mail on its own account.
var products = strings.Fields(`
	phone ipad ipod mac android galaxy samsung xiaomi redmi huawei pixel xperia nokia htc motorola oneplus oppo honor lumia
	blackberry windows surface outlook mail gmail yahoo proton tuta spark polymail acompli superhuman thunderbird zoho hey.com
	device mobile mobil handy telefon telefono teléfono telefoon téléphone smartphone tablet wireless móvil movil celular cellulare
	gerät apparaat appareil dispositivo enhet enhed laite telefonu telefonul komórk cihaz телефон смартфон устройств пристро
	app myspace unterwegs 手机 手機 携帯 スマートフォン 휴대폰
`)

// possessives say whose device it is.
var possessives = []string{" my ", " mein", " mon ", " ma ", " mi ", " meu ", " mio ", " mia ", " mijn ", " min ", " mitt ", " mojego ", " moj", " мо", "我的", "내 ", "나의"}
