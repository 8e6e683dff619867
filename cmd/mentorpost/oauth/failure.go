package oauth

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/oauth2"
)

// The kinds of failure that callers tell apart with errors.Is.
var (
	// ErrSignInAgain: a person has to sign in anew, with mentorpost auth.
	ErrSignInAgain = errors.New("the sign-in has ended; run mentorpost auth")
	// ErrDenied: the person, or the provider for them, said no.
	ErrDenied = errors.New("the sign-in was refused")
	// ErrNobody: nobody has signed in in time.
	ErrNobody = errors.New("nobody has signed in in time; run mentorpost auth again")
)

// failure says what an answer of the provider means and what to do about it.
// The provider's own words come along; no token is ever among them.
func (o Options) failure(act string, err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return fmt.Errorf("%s: %w", act, err)
	}
	said := refused.ErrorCode
	if description := oneLine(refused.ErrorDescription); description != "" {
		said += ": " + description
	}
	switch refused.ErrorCode {
	case "":
		return fmt.Errorf("%s: %s answered %s", act, o.TokenURL, refused.Response.Status)
	case "invalid_client", "unauthorized_client":
		return fmt.Errorf("%s: %w (%s); see oauth.client_id and oauth.client_secret_file, and whether the secret has expired", act, ErrDenied, said)
	case "invalid_scope":
		return fmt.Errorf("%s: %w (%s); see oauth.scopes, and what the application may ask for", act, ErrDenied, said)
	case "access_denied", "authorization_declined":
		return fmt.Errorf("%s: %w (%s)", act, ErrDenied, said)
	case "expired_token":
		return fmt.Errorf("%s: %w", act, ErrNobody)
	}
	return fmt.Errorf("%s: %w (%s)", act, ErrDenied, said)
}

// ended is the failure of a refresh. RFC 6749 §5.2: invalid_grant means that
// the refresh token is not valid any more.
func (o Options) ended(err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok || refused.ErrorCode != "invalid_grant" {
		return o.failure("refresh the access token", err)
	}
	why := "it was revoked, was not used for long, or the account's password has changed"
	if o.Provider == Google || strings.Contains(o.TokenURL, "googleapis.com") {
		why += `; those of a Google application whose publishing status is "testing" end after 7 days: publish it`
	}
	return fmt.Errorf("refresh the access token: %w: the provider does not take the refresh token any more (%s); %s",
		ErrSignInAgain, strings.TrimSuffix("invalid_grant: "+oneLine(refused.ErrorDescription), ": "), why)
}

// oneLine is the beginning of what a provider says, fit for a log.
func oneLine(text string) string {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	const most = 200
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}
