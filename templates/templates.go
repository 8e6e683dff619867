// Package templates turns a decided letter into words: subject, text and HTML.
//
// One page for each kind and language, written in a small block markup (see
// docs/mail.md), is the only source of both parts, so that text/plain and
// text/html cannot say different things. Pages are parsed and checked when
// they are loaded; rendering cannot fail on a page that was loaded. Nothing
// here reads a clock: the same letter always gives the same bytes.
package templates

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"

	"golang.org/x/text/language"

	"github.com/mentorpost/mentorpost/program"
)

//go:embed */*.txt
var embedded embed.FS

// DefaultLocale is the language that every kind exists in.
const DefaultLocale = "en"

// ErrInvalid is returned by Load for a page or word list that cannot be used;
// the text names the file and line of everything that is wrong.
var ErrInvalid = errors.New("invalid templates")

// Text is a letter in words.
type Text struct {
	Subject string
	Plain   string // lines end in LF, at most 78 columns but for long words
	HTML    string // complete document without remote content
	// Summary and Description are for the calendar entry (RFC 5545 §3.8.1.12
	// and §3.8.1.5); empty for a letter that concerns no session.
	Summary     string
	Description string
}

// Set holds the pages of every language.
type Set struct {
	languages map[string]*catalogue
}

// catalogue is everything that is written for one locale.
type catalogue struct {
	locale string
	tag    language.Tag
	words  words
	lines  map[string][]sentence // receipt sentences by code
	pages  map[string]*page      // by kind, and eventPage
}

// The files of a locale's folder that are no kinds of mail.
const (
	wordsFile = "words.txt" // dates, plurals, greetings
	linesFile = "lines.txt" // receipt sentences
	eventPage = "event"     // summary and description of the calendar entry
)

// kinds lists every kind of mail in the order in which people meet them.
var kinds = []program.Kind{
	program.LetterInvitation, program.LetterWelcome, program.LetterKickOff, program.LetterCharter,
	program.LetterAskTimes, program.LetterOffer, program.LetterProposal, program.LetterChoices,
	program.LetterReceipt, program.LetterInvite, program.LetterUpdate, program.LetterCancel,
	program.LetterMoveRequest, program.LetterMoveRefused, program.LetterMoveLate, program.LetterCancelLate,
	program.LetterNoAnswer, program.LetterAgendaRequest, program.LetterAgenda, program.LetterFreeUntil,
	program.LetterReminder, program.LetterTookPlace, program.LetterActions, program.LetterCheckIn,
	program.LetterFeedbackRequest, program.LetterJournalNudge, program.LetterDigest, program.LetterConfirm,
	program.LetterPreferences, program.LetterStatus, program.LetterExport, program.LetterHelp,
	program.LetterGoodbye, program.LetterCoordinatorDigest, program.LetterCoordinatorPrompt,
}

// Load reads the built-in pages and lays those of overrides over them: a page
// replaces the built-in page of the same locale and kind; words and lines are
// replaced one by one. A new locale may be added in the same way. A nil
// overrides means the built-in pages alone. The error is an ErrInvalid that
// names every fault with its file and line.
func Load(overrides fs.FS) (*Set, error) {
	s := &Set{languages: map[string]*catalogue{}}
	if err := s.read(embedded); err != nil {
		return nil, err
	}
	if overrides != nil {
		if err := s.read(overrides); err != nil {
			return nil, err
		}
	}
	s.complete()
	return s, nil
}

// read takes every <locale>/<page>.txt of a tree.
func (s *Set) read(tree fs.FS) error {
	files, err := fs.Glob(tree, "*/*.txt")
	if err != nil {
		return fmt.Errorf("list templates: %w", err)
	}
	var faults []string
	for _, name := range files {
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return fmt.Errorf("read template %q: %w", name, err)
		}
		locale := path.Dir(name)
		if !isLocale(locale) {
			faults = append(faults, fmt.Sprintf("%s: %q is not a locale such as de or pt-BR", name, locale))
			continue
		}
		faults = append(faults, s.catalogue(locale).take(name, string(data))...)
	}
	if len(faults) > 0 {
		return fmt.Errorf("%w:\n%s", ErrInvalid, strings.Join(faults, "\n"))
	}
	return nil
}

// take parses one file into the language and returns its faults.
func (l *catalogue) take(name, text string) []string {
	p := &parser{file: name}
	switch base := path.Base(name); base {
	case wordsFile:
		p.words(text, l.words)
	case linesFile:
		p.sentences(text, l.lines)
	default:
		kind := strings.TrimSuffix(base, ".txt")
		if kind != eventPage && !isKind(kind) {
			p.fault(1, "%q is not a kind of mail", kind)
			break
		}
		l.pages[kind] = p.page(text)
	}
	return p.faults
}

func (s *Set) catalogue(locale string) *catalogue {
	if s.languages[locale] == nil {
		s.languages[locale] = &catalogue{
			locale: locale, tag: language.Make(locale), words: words{},
			lines: map[string][]sentence{}, pages: map[string]*page{},
		}
	}
	return s.languages[locale]
}

// complete fills the words and lines that a language lacks: those of a region
// (pt-BR) from its language (pt), all others from English.
func (s *Set) complete() {
	for _, locale := range s.Locales() {
		l := s.languages[locale]
		base, _, _ := strings.Cut(locale, "-")
		for _, from := range []*catalogue{s.languages[base], s.languages[DefaultLocale]} {
			if from == nil || from == l {
				continue
			}
			for key, value := range from.words {
				if _, ok := l.words[key]; !ok {
					l.words[key] = value
				}
			}
			for code, sentences := range from.lines {
				if _, ok := l.lines[code]; !ok {
					l.lines[code] = sentences
				}
			}
		}
	}
}

// choose returns the language in which to write a kind for a locale: the
// locale itself, its language, or English. A mail is never half in one
// language and half in another.
func (s *Set) choose(kind, locale string) (*catalogue, *page) {
	locale = canonicalLocale(locale)
	base, _, _ := strings.Cut(locale, "-")
	for _, candidate := range []string{locale, base, DefaultLocale} {
		if l := s.languages[candidate]; l != nil && l.pages[kind] != nil {
			return l, l.pages[kind]
		}
	}
	return s.languages[DefaultLocale], s.languages[DefaultLocale].pages[string(program.LetterReceipt)]
}

// Locales lists the languages that there are pages in, sorted.
func (s *Set) Locales() []string {
	var out []string
	for locale := range s.languages {
		out = append(out, locale)
	}
	sort.Strings(out)
	return out
}

// Kinds lists every kind of mail, in the order in which people meet them.
func (s *Set) Kinds() []program.Kind { return append([]program.Kind(nil), kinds...) }

func isKind(name string) bool {
	for _, k := range kinds {
		if string(k) == name {
			return true
		}
	}
	return false
}

// isLocale accepts a primary language and an optional region (RFC 5646 §2.1).
func isLocale(name string) bool {
	return name != "" && name == canonicalLocale(name)
}

// canonicalLocale writes de_at, DE-at and de-Latn-AT as de-AT; anything that
// is no locale becomes "".
func canonicalLocale(name string) string {
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	if len(parts) == 0 || len(parts[0]) < 2 || len(parts[0]) > 3 || !isLetters(parts[0]) {
		return ""
	}
	out := strings.ToLower(parts[0])
	for _, part := range parts[1:] {
		if len(part) == 2 && isLetters(part) {
			return out + "-" + strings.ToUpper(part)
		}
	}
	return out
}

func isLetters(s string) bool {
	for _, r := range s {
		if (r|0x20) < 'a' || (r|0x20) > 'z' {
			return false
		}
	}
	return s != ""
}
