package program

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"slices"
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
type Sealer struct {
	key     []byte
	earlier [][]byte      // opens what was sealed before the key was changed
	kept    map[ID][]byte // the earlier key of a session that began with it
}

// NewSealer derives the sealing key from the program's secret. What earlier
// secrets have sealed opens too, since it stands in old mails and calendars.
func NewSealer(secret []byte, earlier ...[]byte) Sealer {
	s := Sealer{key: addressKey(secret)}
	for _, old := range earlier {
		s.earlier = append(s.earlier, addressKey(old))
	}
	return s
}

// Keeping returns a Sealer that seals tags about these sessions with the
// secret that each began with: a session's organizer has the same address for
// life, or calendars take an update for another event (RFC 5546 §2.1.4).
func (s Sealer) Keeping(sessions map[ID][]byte) Sealer {
	s.kept = make(map[ID][]byte, len(sessions))
	keys := map[string][]byte{}
	for session, secret := range sessions {
		key, known := keys[string(secret)]
		if !known {
			key = addressKey(secret)
			keys[string(secret)] = key
		}
		s.kept[session] = key
	}
	return s
}

func addressKey(secret []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("mentorpost reply address"))
	return mac.Sum(nil)
}

const sealLength = 16 // base32 characters, 80 bits

// TagLength is the length of a tag in octets.
const TagLength = 1 + idLength + idLength + sealLength

// Tag is the sealed tag for letters to the person about the subject.
// It is lower-case, TagLength long, and the same whenever it is asked for.
func (s Sealer) Tag(person ID, about Ref) string {
	open := string(about.Kind) + string(about.ID) + string(person)
	key := s.key
	if earlier, kept := s.kept[about.ID]; kept && about.Kind == RefSession {
		key = earlier
	}
	return open + seal(key, open)
}

// Open returns whom a tag was made for and what it is about. Case does not
// matter, since some mail programs change it. ok is false for any tag that
// neither the key nor an earlier one has made.
func (s Sealer) Open(tag string) (person ID, about Ref, ok bool) {
	tag = strings.ToLower(tag)
	if len(tag) != TagLength {
		return "", Ref{}, false
	}
	open := tag[:1+2*idLength]
	sealed := []byte(tag[len(open):])
	if !s.made(func(key []byte) bool { return hmac.Equal(sealed, []byte(seal(key, open))) }) {
		return "", Ref{}, false
	}
	return ID(open[1+idLength:]), Ref{RefKind(open[:1]), ID(open[1 : 1+idLength])}, true
}

// made reports whether the key or an earlier one fits.
func (s Sealer) made(fits func(key []byte) bool) bool {
	return fits(s.key) || slices.ContainsFunc(s.earlier, fits)
}

func seal(key []byte, open string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(open))
	return base32Lower.EncodeToString(mac.Sum(nil))[:sealLength]
}

const (
	feedPrefix     = "f"
	feedSealLength = 26 // base32 characters, 130 bits: a feed's address is all that protects it
)

// Feed is the sealed token of the person's calendar feed. It opens nothing
// else, and no tag of a reply address opens a feed.
func (s Sealer) Feed(person ID) string { return feed(s.key, person) }

func feed(key []byte, person ID) string { return feedPrefix + string(person) + sealFeed(key, person) }

// FeedPath is the path of the person's calendar feed below the public address.
func (s Sealer) FeedPath(person ID) string { return "/calendar/" + s.Feed(person) + ".ics" }

// OpenFeed returns whose feed a token opens. ok is false for any token that
// neither the key nor an earlier one has made.
func (s Sealer) OpenFeed(token string) (person ID, ok bool) {
	if len(token) != len(feedPrefix)+idLength+feedSealLength {
		return "", false
	}
	person = ID(token[len(feedPrefix):][:idLength])
	return person, s.made(func(key []byte) bool { return hmac.Equal([]byte(token), []byte(feed(key, person))) })
}

// sealFeed is over what no tag can begin with, so that neither seal says
// anything about the other.
func sealFeed(key []byte, person ID) string {
	mac := hmac.New(sha256.New, key)
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
