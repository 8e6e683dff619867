package program

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"
)

// ID identifies a person, pair, session, change or letter: 12 lower-case
// base32 characters, 60 bits.
type ID string

const idLength = 12

var base32Lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Mint makes identifiers from a seed. The same seed gives the same sequence,
// so that a decision taken twice after a crash names the same things.
type Mint struct {
	seed string
	n    int
}

// NewMint starts a sequence. The seed must be unguessable and unique to the
// occasion (an inbound mail, a timer, one row of an import).
func NewMint(seed string) *Mint { return &Mint{seed: seed} }

// ID returns the next identifier.
func (m *Mint) ID() ID {
	m.n++
	var room [96]byte
	input := append(append(room[:0], m.seed...), 0)
	sum := sha256.Sum256(strconv.AppendInt(input, int64(m.n), 10))
	var text [idLength + 1]byte // of eight octets
	base32Lower.Encode(text[:], sum[:8])
	return ID(text[:idLength])
}

// RefKind says what a letter is about.
type RefKind string

// The subjects of letters.
const (
	RefPerson  RefKind = "p"
	RefPair    RefKind = "q"
	RefSession RefKind = "s"
)

// Ref names the person, pair or session that a letter is about.
type Ref struct {
	Kind RefKind `json:"kind"`
	ID   ID      `json:"id"`
}

// Sealer makes and opens the sealed tags of reply addresses. A tag is made
// for one person and one subject; nobody without the key can make another.
type Sealer struct{ key []byte }

// NewSealer derives the sealing key from the program's secret.
func NewSealer(secret []byte) Sealer {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("mentorpost reply address"))
	return Sealer{mac.Sum(nil)}
}

const sealLength = 16 // base32 characters, 80 bits

// TagLength is the length of a tag in octets.
const TagLength = 1 + idLength + idLength + sealLength

// Tag is the sealed tag for letters to the person about the subject.
// It is lower-case, TagLength long, and the same whenever it is asked for.
func (s Sealer) Tag(person ID, about Ref) string {
	open := string(about.Kind) + string(about.ID) + string(person)
	return open + s.seal(open)
}

// Open returns whom a tag was made for and what it is about. Case does not
// matter, since some mail programs change it. ok is false for any tag that
// this key has not made.
func (s Sealer) Open(tag string) (person ID, about Ref, ok bool) {
	tag = strings.ToLower(tag)
	if len(tag) != TagLength {
		return "", Ref{}, false
	}
	open := tag[:1+2*idLength]
	if !hmac.Equal([]byte(tag[len(open):]), []byte(s.seal(open))) {
		return "", Ref{}, false
	}
	return ID(open[1+idLength:]), Ref{RefKind(open[:1]), ID(open[1 : 1+idLength])}, true
}

func (s Sealer) seal(open string) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(open))
	return base32Lower.EncodeToString(mac.Sum(nil))[:sealLength]
}

const (
	feedPrefix     = "f"
	feedSealLength = 26 // base32 characters, 130 bits: a feed's address is all that protects it
)

// Feed is the sealed token of the person's calendar feed. It opens nothing
// else, and no tag of a reply address opens a feed.
func (s Sealer) Feed(person ID) string { return feedPrefix + string(person) + s.sealFeed(person) }

// FeedPath is the path of the person's calendar feed below the public address.
func (s Sealer) FeedPath(person ID) string { return "/calendar/" + s.Feed(person) + ".ics" }

// OpenFeed returns whose feed a token opens. ok is false for any token that
// this key has not made.
func (s Sealer) OpenFeed(token string) (person ID, ok bool) {
	if len(token) != len(feedPrefix)+idLength+feedSealLength {
		return "", false
	}
	person = ID(token[len(feedPrefix):][:idLength])
	return person, hmac.Equal([]byte(token), []byte(s.Feed(person)))
}

// sealFeed is over what no tag can begin with, so that neither seal says
// anything about the other.
func (s Sealer) sealFeed(person ID) string {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte("calendar feed\x00" + string(person)))
	return base32Lower.EncodeToString(mac.Sum(nil))[:feedSealLength]
}

// Address puts a tag into an address: mentor@example.org becomes
// mentor+tag@example.org (RFC 5233 subaddressing).
func Address(base, tag string) string {
	local, domain, _ := strings.Cut(base, "@")
	return local + "+" + tag + "@" + domain
}

// TagOf returns the tag that an address of base carries, or "".
func TagOf(base, address string) string {
	local, domain, _ := strings.Cut(strings.ToLower(base), "@")
	gotLocal, gotDomain, _ := strings.Cut(strings.ToLower(address), "@")
	tag, found := strings.CutPrefix(gotLocal, local+"+")
	if !found || gotDomain != domain {
		return ""
	}
	return tag
}
