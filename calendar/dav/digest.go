package dav

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// Digest is a challenge to sign in without sending the password (RFC 7616).
type Digest struct {
	Realm, Nonce, Opaque string
	SHA256               bool // else MD5
	Quality              bool // qop=auth; without it the older form of RFC 2069
}

// ParseDigest finds the strongest Digest challenge among the values of
// WWW-Authenticate fields, each of which may hold several challenges (RFC 9110
// §11.6.1). ok is false where there is none that can be answered.
func ParseDigest(fields []string) (found Digest, ok bool) {
	for _, field := range fields {
		for _, challenge := range challenges(field) {
			d, usable := challenge.digest()
			if usable && (!ok || d.SHA256 && !found.SHA256) {
				found, ok = d, true
			}
		}
	}
	return found, ok
}

// challenge is a scheme with its parameters, names in small letters.
type challenge struct {
	scheme string
	params map[string]string
}

// challenges takes a field apart. A word that no "=" follows begins the next.
func challenges(field string) []challenge {
	var all []challenge
	for field != "" {
		field = strings.TrimLeft(field, ", \t")
		end := strings.IndexAny(field, "=, \t")
		if end < 0 {
			end = len(field)
		}
		word := strings.ToLower(field[:end])
		rest := strings.TrimLeft(field[end:], " \t")
		if !strings.HasPrefix(rest, "=") {
			if word != "" {
				all = append(all, challenge{word, map[string]string{}})
			}
			field = rest
			continue
		}
		var value string
		value, field = parameter(strings.TrimLeft(rest[1:], " \t"))
		if len(all) > 0 && word != "" {
			all[len(all)-1].params[word] = value
		}
	}
	return all
}

// parameter reads a token or a quoted string (RFC 9110 §5.6.4).
func parameter(text string) (value, rest string) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexAny(text, ", \t")
		if end < 0 {
			end = len(text)
		}
		return text[:end], text[end:]
	}
	var out strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return out.String(), text[i+1:]
		case text[i] == '\\' && i+1 < len(text):
			i++
		}
		out.WriteByte(text[i])
	}
	return out.String(), ""
}

func (c challenge) digest() (Digest, bool) {
	d := Digest{Realm: c.params["realm"], Nonce: c.params["nonce"], Opaque: c.params["opaque"]}
	switch strings.ToUpper(c.params["algorithm"]) {
	case "", "MD5":
	case "SHA-256":
		d.SHA256 = true
	default:
		return d, false
	}
	if qop, named := c.params["qop"]; named {
		d.Quality = slices.Contains(strings.FieldsFunc(strings.ToLower(qop), func(r rune) bool { return r == ',' || r == ' ' }), "auth")
		if !d.Quality {
			return d, false // auth-int alone
		}
	}
	return d, c.scheme == "digest" && d.Nonce != ""
}

// Authorization is the value of the field that answers the challenge for one
// request (RFC 7616 §3.4). uri is what stands in its request line, cnonce the
// client's own random text, count how often the challenge has been answered,
// this answer included.
func (d Digest) Authorization(user, password, method, uri, cnonce string, count int) string {
	secret := d.hash(user + ":" + d.Realm + ":" + password)
	request := d.hash(method + ":" + uri)
	number := fmt.Sprintf("%08x", count)
	answer := d.hash(secret + ":" + d.Nonce + ":" + request)
	if d.Quality {
		answer = d.hash(strings.Join([]string{secret, d.Nonce, number, cnonce, "auth", request}, ":"))
	}
	var out strings.Builder
	fmt.Fprintf(&out, `Digest username=%s, realm=%s, nonce=%s, uri=%s, response="%s"`,
		quoted(user), quoted(d.Realm), quoted(d.Nonce), quoted(uri), answer)
	if d.SHA256 {
		out.WriteString(", algorithm=SHA-256")
	}
	if d.Opaque != "" {
		out.WriteString(", opaque=" + quoted(d.Opaque))
	}
	if d.Quality {
		fmt.Fprintf(&out, `, qop=auth, nc=%s, cnonce=%s`, number, quoted(cnonce))
	}
	return out.String()
}

// hash is hexadecimal, in small letters.
func (d Digest) hash(text string) string {
	if d.SHA256 {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// quoted is a quoted string; what could end the field is left out.
func quoted(text string) string {
	text = strings.NewReplacer("\r", "", "\n", "", "\x00", "", `\`, `\\`, `"`, `\"`).Replace(text)
	return `"` + text + `"`
}
