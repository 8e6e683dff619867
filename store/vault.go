package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

// ErrSealed marks what cannot be opened: the key is not there, or not the one
// that sealed it.
var ErrSealed = errors.New("sealed with another key")

// sealedMark begins what a vault has sealed. No mail begins with it.
const sealedMark = "\x00mp1"

// vault seals bytes with AES-256-GCM under one key, and opens what that or an
// earlier key has sealed. The zero vault has none: it cannot seal, and opens
// only what was never sealed.
type vault struct {
	aead    cipher.AEAD
	earlier []cipher.AEAD
}

func newVault(key []byte, earlier ...[]byte) vault {
	v := vault{aead: newAEAD(key)}
	for _, old := range earlier {
		v.earlier = append(v.earlier, newAEAD(old))
	}
	return v
}

func newAEAD(key []byte) cipher.AEAD {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // every key here is 32 bytes
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}

// derive makes a key for one purpose out of the program's secret.
func derive(secret []byte, purpose string) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}

// seal encrypts; what it belongs to is authenticated with it.
func (v vault) seal(plain []byte, belongs string) []byte {
	nonce := make([]byte, v.aead.NonceSize())
	rand.Read(nonce) // never fails
	out := append([]byte(sealedMark), nonce...)
	return v.aead.Seal(out, nonce, plain, []byte(belongs))
}

// open decrypts. Bytes that are not sealed come back as they are.
func (v vault) open(sealed []byte, belongs string) ([]byte, error) {
	plain, _, err := v.unseal(sealed, belongs)
	return plain, err
}

// unseal decrypts, and tells whether the present key did not seal it.
func (v vault) unseal(sealed []byte, belongs string) (plain []byte, stale bool, err error) {
	if len(sealed) < len(sealedMark) || string(sealed[:len(sealedMark)]) != sealedMark {
		return sealed, len(sealed) > 0, nil
	}
	if v.aead == nil {
		return nil, false, fmt.Errorf("open %s: %w", belongs, ErrSealed)
	}
	rest := sealed[len(sealedMark):]
	if len(rest) < v.aead.NonceSize() {
		return nil, false, fmt.Errorf("open %s: %w", belongs, ErrSealed)
	}
	nonce, rest := rest[:v.aead.NonceSize()], rest[v.aead.NonceSize():]
	if plain, err = v.aead.Open(nil, nonce, rest, []byte(belongs)); err == nil {
		return plain, false, nil
	}
	for _, old := range v.earlier {
		if plain, err = old.Open(nil, nonce, rest, []byte(belongs)); err == nil {
			return plain, true, nil
		}
	}
	return nil, false, fmt.Errorf("open %s: %w", belongs, ErrSealed)
}

// Seal gives the store the program's secret, and earlier ones, which still
// open what they have sealed. From then on raw mails and composed letters are
// sealed as they are kept, and journals can be written and read. Call it
// before the store is used.
func (s *Store) Seal(secret []byte, earlier ...[]byte) {
	all := func(purpose string) vault {
		var old [][]byte
		for _, e := range earlier {
			old = append(old, derive(e, purpose))
		}
		return newVault(derive(secret, purpose), old...)
	}
	s.vault, s.journals, s.tokens = all("mentorpost raw mail"), all("mentorpost journal keys"), all("mentorpost sign-ins")
}

// lock seals raw bytes where there is a key.
func (s *Store) lock(raw []byte, belongs string) []byte {
	if s.vault.aead == nil || len(raw) == 0 {
		return raw
	}
	return s.vault.seal(raw, belongs)
}
