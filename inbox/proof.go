package inbox

import (
	"fmt"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// AuthResult is one method's result out of an Authentication-Results field
// (RFC 8601 §2.2).
type AuthResult struct {
	Authserv   string            // who says so, "" where the field does not tell
	Method     string            // dkim, spf, dmarc, …
	Result     string            // pass, fail, none, …
	Properties map[string]string // "header.d": "example.org"
	Field      int               // which Authentication-Results field, from the top
	Hops       int               // Received fields above it
}

// Limits on what is read of authentication results.
const (
	maxAuthFields  = 20
	maxAuthResults = 100
)

// authResults reads all Authentication-Results fields, topmost first. That
// they stand in the mail proves nothing: Authenticated weighs them.
func authResults(h header) []AuthResult {
	var list []AuthResult
	hops, fields := 0, 0
	for _, f := range h {
		switch f.name {
		case "received":
			hops++
		case "authentication-results":
			if fields == maxAuthFields {
				return list
			}
			for _, r := range readAuthResults(f.value) {
				if len(list) == maxAuthResults {
					return list
				}
				r.Field, r.Hops = fields, hops
				list = append(list, r)
			}
			fields++
		}
	}
	return list
}

// readAuthResults reads one field's value. A field that cannot be read to its
// end gives nothing: half a field could be made to say the opposite.
func readAuthResults(value string) []AuthResult {
	tokens, ok := tokenise(value)
	if !ok {
		return nil
	}
	statements := splitStatements(tokens)
	authserv := ""
	if len(statements) > 0 && !isMethod(statements[0]) {
		// RFC 8601 §2.2: authserv-id [ version ]. Microsoft leaves it out.
		if len(statements[0]) == 0 || statements[0][0].special {
			return nil
		}
		authserv = strings.ToLower(statements[0][0].text)
		statements = statements[1:]
	}
	var list []AuthResult
	for _, s := range statements {
		if r, ok := readStatement(s); ok {
			r.Authserv = authserv
			list = append(list, r)
		}
	}
	return list
}

// authToken is a word, a quoted string or one of ; = / of the field.
type authToken struct {
	text    string
	special bool
	joined  bool // nothing stood between it and the token before
}

// tokenise splits a value into its tokens: comments go (RFC 5322 §3.2.2, they
// nest), quoted strings are one token whatever they hold.
func tokenise(value string) ([]authToken, bool) {
	var tokens []authToken
	joined := false
	for i := 0; i < len(value); {
		switch c := value[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i, joined = i+1, false
		case c == '(':
			end, ok := commentEnd(value, i)
			if !ok {
				return nil, false
			}
			i, joined = end, false
		case c == '"':
			text, end, ok := quotedString(value, i)
			if !ok {
				return nil, false
			}
			tokens = append(tokens, authToken{text: text, joined: joined})
			i, joined = end, true
		case c == ';' || c == '=':
			tokens = append(tokens, authToken{text: string(c), special: true, joined: joined})
			i, joined = i+1, true
		case c == ')':
			return nil, false
		default:
			end := i
			for end < len(value) && !strings.ContainsRune(" \t\r\n();=\"", rune(value[end])) {
				end++
			}
			tokens = append(tokens, authToken{text: value[i:end], joined: joined})
			i, joined = end, true
		}
	}
	return tokens, true
}

// commentEnd returns where the comment at i ends.
func commentEnd(value string, i int) (int, bool) {
	depth := 0
	for ; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1, true
			}
		}
	}
	return 0, false
}

// quotedString returns the content of the quoted string at i and its end.
func quotedString(value string, i int) (string, int, bool) {
	var text strings.Builder
	for i++; i < len(value); i++ {
		switch value[i] {
		case '\\':
			if i++; i < len(value) {
				text.WriteByte(value[i])
			}
		case '"':
			return text.String(), i + 1, true
		default:
			text.WriteByte(value[i])
		}
	}
	return "", 0, false
}

func splitStatements(tokens []authToken) [][]authToken {
	var list [][]authToken
	start := 0
	for i, t := range tokens {
		if t.special && t.text == ";" {
			list = append(list, tokens[start:i])
			start = i + 1
		}
	}
	if start < len(tokens) {
		list = append(list, tokens[start:])
	}
	return list
}

// isMethod reports whether a statement is "method = result …".
func isMethod(s []authToken) bool {
	return len(s) >= 3 && !s[0].special && s[1].special && s[1].text == "=" && !s[2].special
}

// readStatement reads "method[/version] = result [reason=…] [ptype.property=value …]".
func readStatement(s []authToken) (AuthResult, bool) {
	if !isMethod(s) {
		return AuthResult{}, false
	}
	method, _, _ := strings.Cut(strings.ToLower(s[0].text), "/")
	r := AuthResult{Method: method, Result: strings.ToLower(s[2].text), Properties: make(map[string]string)}
	for i := 3; i < len(s); i++ {
		if s[i].special || i+2 >= len(s) || !s[i+1].special || s[i+1].text != "=" || s[i+2].special {
			continue
		}
		name, value := strings.ToLower(s[i].text), s[i+2].text
		// A quoted local part and its domain are two tokens, one value.
		for i+3 < len(s) && s[i+3].joined && !s[i+3].special {
			value += s[i+3].text
			i++
		}
		if _, seen := r.Properties[name]; !seen {
			r.Properties[name] = strings.ToLower(value)
		}
		i += 2
	}
	return r, true
}

// Authenticated reports whether the receiving server trustedAuthserv has
// proved that the From domain sent this mail: by DMARC, or by a DKIM signature
// whose domain is aligned with it (RFC 7489 §3.1.1, relaxed). why says it in
// words for the record.
//
// Only the topmost field of that server is believed, and only where no other
// server than ours had the mail after it: what a sender wrote into their own
// header stands further down (RFC 8601 §5, §7.1).
func (m Mail) Authenticated(trustedAuthserv string) (ok bool, why string) {
	trusted := strings.ToLower(strings.TrimSpace(trustedAuthserv))
	if trusted == "" {
		return false, "no server is trusted to authenticate"
	}
	from := domainOf(m.From.Address)
	if from == "" || len(m.header.all("from")) != 1 || len(addresses(m.header.get("from"))) != 1 {
		return false, "the mail has not exactly one author"
	}
	results := m.believed(trusted)
	if len(results) == 0 {
		return false, fmt.Sprintf("no result from %s above the first foreign hop", trusted)
	}
	for _, r := range results {
		if r.Method != "dmarc" {
			continue
		}
		if author := addressDomain(r.Properties["header.from"]); r.Result == "pass" && author == from {
			return true, fmt.Sprintf("dmarc=pass for %s by %s", from, trusted)
		}
		if r.Result == "fail" {
			return false, fmt.Sprintf("dmarc=fail for %s by %s", from, trusted)
		}
	}
	for _, r := range results {
		if r.Method == "dkim" && r.Result == "pass" && aligned(signer(r), from) {
			return true, fmt.Sprintf("dkim=pass by %s for %s by %s", signer(r), from, trusted)
		}
	}
	return false, fmt.Sprintf("%s proved nothing for %s", trusted, from)
}

// believed returns the results of the topmost field that the trusted server
// wrote, none where it stands below a foreign hop.
func (m Mail) believed(trusted string) []AuthResult {
	limit := m.trustedHops(trusted)
	var list []AuthResult
	field := -1
	for _, r := range m.AuthResults {
		if r.Hops > limit {
			break
		}
		if !sameServer(r.Authserv, trusted) || field >= 0 && r.Field != field {
			continue
		}
		field = r.Field
		list = append(list, r)
	}
	return list
}

// trustedHops counts the Received fields, from the top, down to the last one
// that the trusted server's domain wrote in one run: below the next one stands
// what came from outside. Servers behind it (delivery agents, mailboxes of
// another name) have prepended theirs above.
func (m Mail) trustedHops(trusted string) int {
	count, hops := 0, 1
	found := false
	for _, value := range m.header.all("received") {
		count++
		ours := aligned(receivedBy(value), trusted) || isMicrosoft(trusted) && isMicrosoft(receivedBy(value))
		if found && !ours {
			break
		}
		if ours {
			found, hops = true, count
		}
	}
	return hops
}

// receivedBy returns the host that wrote a Received field (RFC 5321 §4.4).
func receivedBy(value string) string {
	words := strings.Fields(value)
	for i, word := range words {
		if strings.EqualFold(word, "by") && i+1 < len(words) {
			return strings.ToLower(strings.Trim(words[i+1], "();,[]"))
		}
	}
	return ""
}

// sameServer compares authserv identifiers. Microsoft 365 writes none.
func sameServer(authserv, trusted string) bool {
	return authserv == trusted || authserv == "" && isMicrosoft(trusted)
}

func isMicrosoft(host string) bool {
	for _, domain := range []string{"outlook.com", "office365.com", "exchangelabs.com", "microsoft.com"} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

// signer returns the domain that a DKIM result speaks of.
func signer(r AuthResult) string {
	if d := r.Properties["header.d"]; d != "" {
		return d
	}
	return addressDomain(r.Properties["header.i"])
}

// addressDomain takes the domain of a value that may be a whole address.
func addressDomain(value string) string {
	return strings.Trim(value[strings.LastIndexByte(value, '@')+1:], "<>. ")
}

// aligned compares domains by their organisation (RFC 7489 §3.2).
func aligned(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	return a == b || organisation(a) == organisation(b)
}

func organisation(domain string) string {
	if org, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return org
	}
	return domain
}

func domainOf(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}
