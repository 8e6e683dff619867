package mailer

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/mentorpost/mentorpost/program"
)

// newKey makes a signing key and the TXT record that publishes it.
func newKey(t *testing.T, kind string) (keyPEM []byte, record string) {
	t.Helper()
	var private, public any
	name := "rsa"
	if kind == "Ed25519" {
		name = "ed25519"
		open, secret, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		private, public = secret, open
	} else {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		private, public = key, &key.PublicKey
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	block := &pem.Block{Type: "PRIVATE KEY", Bytes: der}
	if kind == "RSA in PKCS #1" {
		block = &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private.(*rsa.PrivateKey))}
	}
	published, isEdwards := public.(ed25519.PublicKey)
	if !isEdwards {
		if published, err = x509.MarshalPKIXPublicKey(public); err != nil {
			t.Fatal(err)
		}
	}
	return pem.EncodeToMemory(block), "v=DKIM1; k=" + name + "; p=" + base64.StdEncoding.EncodeToString(published)
}

func TestSignaturesAreValid(t *testing.T) {
	for _, kind := range []string{"RSA", "RSA in PKCS #1", "Ed25519"} {
		t.Run(kind, func(t *testing.T) {
			keyPEM, record := newKey(t, kind)
			c := newComposer(t)
			c.PublicURL = "https://mentor.example.org"
			var err error
			if c.Signer, err = NewSigner("example.org", "m2027", keyPEM); err != nil {
				t.Fatal(err)
			}
			for _, kind := range []program.Kind{program.LetterWelcome, program.LetterInvite} {
				m, err := c.Compose(sample(kind))
				if err != nil {
					t.Fatal(err)
				}
				v := verify(t, m.Raw, record)
				if v.Err != nil || v.Domain != "example.org" {
					t.Errorf("%s: %v", kind, v.Err)
				}
				// RFC 8058 §4: both must be covered by the signature.
				signed := strings.ToLower(strings.Join(v.HeaderKeys, " "))
				for _, name := range []string{"from", "list-unsubscribe", "list-unsubscribe-post", "subject", "date", "to"} {
					if !strings.Contains(" "+signed+" ", " "+name+" ") {
						t.Errorf("%s: %s is not signed: %s", kind, name, signed)
					}
				}
				tampered := bytes.Replace(m.Raw, []byte("Subject: "), []byte("Subject: Not "), 1)
				if verify(t, tampered, record).Err == nil {
					t.Errorf("%s: a changed subject passes", kind)
				}
				doubled := append([]byte("From: eve@example.net\r\n"), m.Raw...)
				if verify(t, doubled, record).Err == nil {
					t.Errorf("%s: a second From passes", kind)
				}
			}
		})
	}
}

func verify(t *testing.T, raw []byte, record string) *dkim.Verification {
	t.Helper()
	found, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) {
			if name != "m2027._domainkey.example.org" {
				return nil, errors.New("no record " + name)
			}
			return []string{record}, nil
		},
	})
	if err != nil || len(found) != 1 {
		t.Fatalf("%d signatures, %v", len(found), err)
	}
	return found[0]
}

func TestKeysThatCannotSign(t *testing.T) {
	keyPEM, _ := newKey(t, "Ed25519")
	for name, c := range map[string]struct {
		domain, selector string
		key              []byte
	}{
		"no domain":   {"", "m2027", keyPEM},
		"no selector": {"example.org", "", keyPEM},
		"no PEM":      {"example.org", "m2027", []byte("secret")},
		"no key":      {"example.org", "m2027", []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")},
	} {
		if _, err := NewSigner(c.domain, c.selector, c.key); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
