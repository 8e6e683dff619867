package dav

import (
	"strings"
	"testing"
)

// The two answers of RFC 7616 §3.9.1.
func TestTheRFCsOwnDigests(t *testing.T) {
	const sha = `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	const nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
	for name, c := range map[string]struct{ field, want string }{
		"SHA-256": {sha, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
		"MD5":     {strings.Replace(sha, "SHA-256", "MD5", 1), "8ca523f5e9506fed4657c9700eebdbec"},
	} {
		d, ok := ParseDigest([]string{c.field})
		got := d.Authorization("Mufasa", "Circle of Life", "GET", "/dir/index.html", nonce, 1)
		if !ok || !strings.Contains(got, `response="`+c.want+`"`) || !strings.Contains(got, "nc=00000001") {
			t.Errorf("%s: %v %s", name, ok, got)
		}
	}
}

func TestParseDigest(t *testing.T) {
	for name, c := range map[string]struct {
		fields []string
		want   Digest
		ok     bool
	}{
		"none":                             {nil, Digest{}, false},
		"Basic alone":                      {[]string{`Basic realm="x, nonce=y"`}, Digest{}, false},
		"after Basic in one field":         {[]string{`Basic realm="a", Digest realm="b", nonce="n", qop="auth"`}, Digest{Realm: "b", Nonce: "n", Quality: true}, true},
		"the stronger of two":              {[]string{`Digest realm="a", nonce="1", algorithm=MD5`, `Digest realm="a", nonce="2", algorithm=SHA-256`}, Digest{Realm: "a", Nonce: "2", SHA256: true}, true},
		"quotation marks within":           {[]string{`digest REALM="a \"b\"",nonce=n`}, Digest{Realm: `a "b"`, Nonce: "n"}, true},
		"a whole body to be digested":      {[]string{`Digest realm="a", nonce="n", qop="auth-int"`}, Digest{}, false},
		"a way to digest that is not ours": {[]string{`Digest realm="a", nonce="n", algorithm=SHA-512-256`}, Digest{}, false},
		"without a nonce":                  {[]string{`Digest realm="a"`}, Digest{}, false},
		"a quotation that does not end":    {[]string{`Digest nonce="n`}, Digest{Nonce: "n"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := ParseDigest(c.fields)
			if ok != c.ok || ok && got != c.want {
				t.Errorf("%+v %v, want %+v %v", got, ok, c.want, c.ok)
			}
		})
	}
}

func FuzzParseDigest(f *testing.F) {
	f.Add(`Basic realm="a", Digest realm="b", nonce="n", qop="auth"`)
	f.Add(`Digest nonce="\`)
	f.Add("=,=,a b=c")
	f.Fuzz(func(t *testing.T, field string) {
		d, ok := ParseDigest([]string{field})
		if value := d.Authorization("a", "b", "GET", "/", "c", 1); ok && strings.ContainsAny(value, "\r\n\x00") {
			t.Errorf("%q", value)
		}
	})
}
