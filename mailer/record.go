package mailer

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"fmt"
)

// Record is what the TXT record at SELECTOR._domainkey.DOMAIN must say for
// receivers to find the public key (RFC 6376 §3.6.1, RFC 8463 §4).
func (s *Signer) Record() (string, error) {
	public := s.options.Signer.Public()
	if key, ok := public.(ed25519.PublicKey); ok {
		return "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key), nil
	}
	key, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", fmt.Errorf("write public key: %w", err)
	}
	return "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(key), nil
}
