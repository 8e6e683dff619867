package oauth

import (
	"context"
	"errors"
	"time"

	"golang.org/x/oauth2"
)

// Prompt is what a person types where.
type Prompt struct {
	Address string    // the page to open on any device
	Code    string    // what to type there
	Direct  string    // a page that has the code already; may be empty
	Until   time.Time // zero where the provider says nothing
}

// Device signs a person in who types a code on another device (RFC 8628): show
// is given what to type where. It asks the provider, no more often than the
// provider wants, until the person is done or ctx ends.
func (o Options) Device(ctx context.Context, show func(Prompt)) (*oauth2.Token, error) {
	config := o.config("")
	var secret []oauth2.AuthCodeOption
	if o.ClientSecret != "" { // RFC 8628 §3.1: as at the token endpoint
		secret = append(secret, oauth2.SetAuthURLParam("client_secret", o.ClientSecret))
	}
	started, err := config.DeviceAuth(provider(ctx), secret...)
	if err != nil {
		return nil, o.failure("ask for a code", err)
	}
	show(Prompt{Address: started.VerificationURI, Code: started.UserCode, Direct: started.VerificationURIComplete, Until: started.Expiry})
	token, err := config.DeviceAccessToken(provider(ctx), started)
	late := ctx.Err() != nil || !started.Expiry.IsZero() && time.Now().After(started.Expiry)
	if errors.Is(err, context.DeadlineExceeded) && late {
		return nil, ErrNobody
	}
	if err != nil {
		return nil, o.failure("wait for the sign-in", err)
	}
	return token, nil
}
