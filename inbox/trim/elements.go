package trim

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Classes and identifiers by which mail programs mark their elements. They
// match as parts of words, because other programs prefix them when they quote
// or paste ("x_gmail_quote", "ydp1a2byahoo_quoted").
var (
	// Gmail, Thunderbird, older Outlook: the line above a quote.
	attributionNames = []string{"gmail_attr", "moz-cite-prefix", "moz-email-headers-table", "outlookmessageheader"}
	// Proton: a container that begins with the attribution.
	untilQuoteNames = []string{"protonmail_quote"}
	// Yahoo and others: a container that is all quote.
	quoteNames = []string{"yahoo_quoted", "tutanota_quote", "gmx_quote", "zmail_extra", "mailru-blockquote", "cidumailquote", "olk_src_body_section", "quoted-reply", "freebirdquote"}
	// Gmail, Thunderbird, Proton, Outlook, Apple, Tuta, Yahoo.
	signatureNames = []string{"gmail_signature", "moz-signature", "protonmail_signature_block", "ms-outlook-mobile-signature", "applemailsignature", "tutanota_signature", "yahoo-signature", "ydpsignature", "mailsignature"}
	// Outlook: below this element stands the quoted mail.
	referenceNames = []string{"divrplyfwdmsg", "mail-editor-reference-message-container", "ms-outlook-mobile-reference-message", "outlookmobilereference"}
)

// effectOf reads an element's attributes.
func effectOf(t html.Token) effect {
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Title, atom.Template, atom.Noscript, atom.Textarea, atom.Iframe, atom.Object, atom.Svg:
		return effectHidden
	case atom.Pre:
		return effectPre
	}
	names, style := namesOf(t)
	switch {
	case isHidden(style):
		return effectHidden
	case t.DataAtom == atom.Blockquote:
		if names == "" && isIndent(style) {
			return effectNone
		}
		return effectQuote
	case names == "":
		return effectNone
	case containsAny(names, quoteNames):
		return effectQuote
	case containsAny(names, attributionNames):
		return effectAttribution
	case containsAny(names, untilQuoteNames):
		return effectUntilQuote
	case containsAny(names, signatureNames) || names == "signature" || names == "x_signature":
		return effectSignature
	}
	return effectNone
}

// isReference tells Outlook's element above the quoted mail.
func isReference(t html.Token) bool {
	names, _ := namesOf(t)
	return names != "" && containsAny(names, referenceNames)
}

// longestNames bounds what is read of an attribute.
const longestNames = 400

// namesOf returns class and identifier in lower case, and the style without
// blanks.
func namesOf(t html.Token) (names, style string) {
	for _, a := range t.Attr {
		value := a.Val[:min(len(a.Val), longestNames)]
		switch a.Key {
		case "class", "id":
			names = strings.TrimSpace(names + " " + strings.ToLower(value))
		case "style":
			style = strings.ReplaceAll(strings.ToLower(value), " ", "")
		case "hidden":
			style += ";display:none"
		}
	}
	return names, style
}

// isIndent tells a blockquote that a writer made with the indent button.
func isIndent(style string) bool {
	return strings.Contains(style, "border:none") || strings.Contains(style, "border-width:initial") || strings.Contains(style, "border:0")
}

// isHidden tells text that nobody sees.
func isHidden(style string) bool {
	return strings.Contains(style, "display:none") || strings.Contains(style, "mso-hide:all")
}

func containsAny(names string, list []string) bool {
	for _, name := range list {
		if strings.Contains(names, name) {
			return true
		}
	}
	return false
}
