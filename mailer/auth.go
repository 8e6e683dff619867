package mailer

import (
	"context"
	"errors"
	"fmt"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

var errNoMechanism = errors.New("the server offers no way to sign in that can be used here")

// signIn authenticates with what the server offers (RFC 4954 §4): a fresh
// token where there are tokens, else the password.
func (p *Pool) signIn(ctx context.Context, client *smtp.Client) error {
	if p.server.user == "" {
		return nil
	}
	mechanism, err := p.mechanism(ctx, client)
	if err != nil {
		return err
	}
	if err := client.Auth(mechanism); err != nil {
		if answer, ok := errors.AsType[*smtp.SMTPError](err); ok {
			return fmt.Errorf("sign in as %s: %w: %s", p.server.user, ErrSignIn, answerText(answer))
		}
		return fmt.Errorf("sign in as %s: %w", p.server.user, err)
	}
	return nil
}

func (p *Pool) mechanism(ctx context.Context, client *smtp.Client) (sasl.Client, error) {
	user := p.server.user
	if p.options.Token != nil {
		token, err := p.options.Token(ctx)
		if err != nil {
			return nil, fmt.Errorf("fetch token for %s: %w", user, err)
		}
		if client.SupportsAuth("XOAUTH2") || !client.SupportsAuth(sasl.OAuthBearer) {
			return &xoauth2{user: user, token: token}, nil
		}
		return sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: user, Token: token, Host: p.server.host}), nil
	}
	switch {
	case client.SupportsAuth(sasl.Plain):
		return sasl.NewPlainClient("", user, p.options.Password), nil
	case client.SupportsAuth(sasl.Login):
		return sasl.NewLoginClient(user, p.options.Password), nil
	}
	return nil, fmt.Errorf("sign in as %s: %w", user, errNoMechanism)
}

// xoauth2 is the mechanism that Google and Microsoft offer; OAUTHBEARER (RFC
// 7628) is its standard, which Microsoft's servers lack.
type xoauth2 struct{ user, token string }

func (x *xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers the server's account of an error with an empty line, upon which
// the server says that the sign-in failed.
func (x *xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }
