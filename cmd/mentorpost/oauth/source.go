package oauth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"golang.org/x/oauth2"

	"github.com/mentorpost/mentorpost/store"
)

const (
	// margin is how long an access token must still hold to be handed out.
	margin = 2 * time.Minute
	// assumed is how long one holds of which the provider says nothing.
	assumed = 10 * time.Minute
	// refreshLease outlasts a refresh and the keeping of what it gave.
	refreshLease = 2 * exchangeTimeout
	// lookAgain is how often a worker looks whether another's refresh is done.
	lookAgain = 100 * time.Millisecond
)

// Source gives access tokens for connections. It is safe for concurrent use,
// and any number of processes may have one for the same sign-in: who finds the
// access token run out refreshes it for all, under a lease, since a provider
// may replace the refresh token as it is used and take each one only once.
type Source struct {
	options  Options
	database *store.Store
	config   *oauth2.Config
	now      func() time.Time
	turn     chan struct{} // of this process: holds one entry while nobody asks
	cached   store.Token
}

// NewSource makes a source of tokens for completed options. Sign-ins of people
// are kept in the database; one of an application needs none.
func NewSource(options Options, database *store.Store) *Source {
	s := &Source{options: options, database: database, config: options.config(""), now: time.Now, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// Token returns an access token that holds for some minutes at least.
func (s *Source) Token(ctx context.Context) (string, error) {
	token, err := s.Current(ctx)
	return token.Access, err
}

// Current returns the access token with its expiry.
func (s *Source) Current(ctx context.Context) (store.Token, error) {
	select {
	case <-s.turn:
	case <-ctx.Done():
		return store.Token{}, ctx.Err()
	}
	defer func() { s.turn <- struct{}{} }()
	if s.good(s.cached) {
		return s.cached, nil
	}
	ask := s.ofPerson
	if s.options.Flow == FlowApp {
		ask = s.ofApplication
	}
	token, err := ask(ctx)
	if err != nil {
		return store.Token{}, err
	}
	s.cached = token
	return token, nil
}

func (s *Source) good(token store.Token) bool {
	return token.Access != "" && token.Expiry.Sub(s.now()) > margin
}

func (s *Source) ofApplication(ctx context.Context) (store.Token, error) {
	token, err := s.options.application().Token(provider(ctx))
	if err != nil {
		return store.Token{}, s.options.failure("sign in as the application", err)
	}
	return s.options.kept(token, s.now()), nil
}

// ofPerson reads the sign-in, and refreshes it where nobody else does.
func (s *Source) ofPerson(ctx context.Context) (store.Token, error) {
	name := s.options.Name()
	for {
		token, err := s.stored(ctx, name)
		if err != nil || s.good(token) {
			return token, err
		}
		token, err = s.database.ClaimToken(ctx, name, refreshLease)
		if err == nil {
			return s.refresh(ctx, name, token)
		}
		if !errors.Is(err, store.ErrLeaseLost) {
			return token, err
		}
		select {
		case <-ctx.Done():
			return token, ctx.Err()
		case <-time.After(lookAgain):
		}
	}
}

// stored returns the sign-in that the database has. A refresh token of the
// configuration begins one, and replaces one that descends from another.
func (s *Source) stored(ctx context.Context, name string) (store.Token, error) {
	for {
		token, err := s.database.Token(ctx, name)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return token, err
		}
		given := s.options.RefreshToken
		if err == nil && (given == "" || token.Origin == origin(given)) {
			return token, nil
		}
		if given == "" {
			return token, fmt.Errorf("find the sign-in for %s: %w", s.options.ClientID, ErrSignInAgain)
		}
		fresh := store.Token{Refresh: given, Origin: origin(given), Version: token.Version}
		if err := s.database.KeepToken(ctx, name, fresh); err != nil && !errors.Is(err, store.ErrStale) {
			return token, err
		}
	}
}

// refresh trades the refresh token for an access token (RFC 6749 §6), and keeps
// the new refresh token where there is one. Once begun it is not broken off:
// the provider may have replaced the token already.
func (s *Source) refresh(ctx context.Context, name string, old store.Token) (store.Token, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshLease)
	defer cancel()
	if s.good(old) { // refreshed between a look and the claim
		return old, s.database.ReleaseToken(ctx, name)
	}
	answer, err := s.config.TokenSource(provider(ctx), &oauth2.Token{RefreshToken: old.Refresh}).Token()
	if err != nil {
		return store.Token{}, errors.Join(s.options.ended(err), s.database.ReleaseToken(ctx, name))
	}
	fresh := s.options.kept(answer, s.now())
	fresh.Origin, fresh.Version = old.Origin, old.Version
	if fresh.Refresh == "" {
		fresh.Refresh = old.Refresh
	}
	return fresh, s.insist(ctx, name, fresh)
}

// insist keeps a sign-in, and tries again while the database is away: the
// provider takes the earlier refresh token no more.
func (s *Source) insist(ctx context.Context, name string, token store.Token) error {
	for {
		err := s.database.KeepToken(ctx, name, token)
		if err == nil || errors.Is(err, store.ErrStale) { // a later sign-in is there
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Second):
		}
	}
}

// Keep keeps what a person's sign-in gave, in the place of an earlier one.
func (s *Source) Keep(ctx context.Context, answer *oauth2.Token) error {
	name := s.options.Name()
	token := s.options.kept(answer, s.now())
	if s.options.RefreshToken != "" {
		token.Origin = origin(s.options.RefreshToken)
	}
	for {
		earlier, err := s.database.Token(ctx, name)
		if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrSealed) {
			return err
		}
		token.Version = earlier.Version
		if err := s.database.KeepToken(ctx, name, token); !errors.Is(err, store.ErrStale) {
			return err
		}
	}
}

// Name is what the sign-in is kept under: a refresh token is good for one
// application of one provider.
func (o Options) Name() string { return o.ClientID + " at " + o.TokenURL }

// kept is a provider's answer as it is stored.
func (o Options) kept(answer *oauth2.Token, now time.Time) store.Token {
	token := store.Token{Refresh: answer.RefreshToken, Access: answer.AccessToken, Expiry: answer.Expiry.UTC()}
	if answer.Expiry.IsZero() {
		token.Expiry = now.Add(assumed).UTC()
	}
	return token
}

// origin tells configured refresh tokens apart.
func origin(refreshToken string) string {
	sum := sha256.Sum256([]byte(refreshToken))
	return hex.EncodeToString(sum[:8])
}
