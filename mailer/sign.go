package mailer

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/emersion/go-msgauth/dkim"
)

// ErrKey is returned for a signing key that cannot be used.
var ErrKey = errors.New("not a usable DKIM key")

// Signer makes DKIM signatures (RFC 6376).
type Signer struct {
	options dkim.SignOptions
}

// signedFields are the fields that a signature covers. RFC 8058 §4 asks for
// List-Unsubscribe and List-Unsubscribe-Post. From and Subject stand twice, so
// that nobody can add a second one (RFC 6376 §5.4.2).
var signedFields = []string{
	"From", "From", "Reply-To", "To", "Subject", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
	"MIME-Version", "Content-Type", "Auto-Submitted", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post",
	"Feedback-ID", "Mentorpost-Kind", "Mentorpost-Session",
}

// NewSigner reads a private key in PEM: RSA of at least 1024 bits (RFC 8301
// §3.2) in PKCS #1 or #8, or Ed25519 in PKCS #8 (RFC 8463).
func NewSigner(domain, selector string, keyPEM []byte) (*Signer, error) {
	if domain == "" || selector == "" {
		return nil, fmt.Errorf("sign for domain %q with selector %q: both must be given: %w", domain, selector, ErrKey)
	}
	key, err := parseKey(keyPEM)
	if err != nil {
		return nil, err
	}
	return &Signer{options: dkim.SignOptions{
		Domain: domain, Selector: selector, Signer: key, Hash: crypto.SHA256,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed,
		BodyCanonicalization:   dkim.CanonicalizationRelaxed,
		HeaderKeys:             signedFields,
	}}, nil
}

func parseKey(keyPEM []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(keyPEM)
	if block == nil {
		return nil, fmt.Errorf("no PEM block: %w", ErrKey)
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return checkRSA(key)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("parse private key: %w: %w", ErrKey, err)
	}
	switch key := parsed.(type) {
	case *rsa.PrivateKey:
		return checkRSA(key)
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, fmt.Errorf("a key of type %T: %w", parsed, ErrKey)
}

func checkRSA(key *rsa.PrivateKey) (crypto.Signer, error) {
	if key.N.BitLen() < 1024 {
		return nil, fmt.Errorf("an RSA key of %d bits, 1024 are the least: %w", key.N.BitLen(), ErrKey)
	}
	return key, nil
}

// sign returns the message with its signature on top.
func (s *Signer) sign(raw []byte) ([]byte, error) {
	options := s.options
	var out bytes.Buffer
	out.Grow(len(raw) + 1024)
	if err := dkim.Sign(&out, bytes.NewReader(raw), &options); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
