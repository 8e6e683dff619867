package main

import (
	"context"
	"fmt"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// token is where a connection gets its access token from, nil where it signs
// in by password. Tokens are kept until shortly before they run out, an hour
// mostly, and asked for anew at the next dial.
func (c Config) token(auth string) func(context.Context) (string, error) {
	if auth != "xoauth2" {
		return nil
	}
	source := c.tokenSource(context.Background())
	return func(context.Context) (string, error) {
		token, err := source.Token()
		if err != nil {
			return "", fmt.Errorf("get an access token from oauth.token_url: %w", err)
		}
		return token.AccessToken, nil
	}
}

// tokenSource signs in as the mailbox's owner where there is a refresh token
// (Google), else as the application itself (Microsoft 365).
func (c Config) tokenSource(ctx context.Context) oauth2.TokenSource {
	o := c.OAuth
	if o.RefreshToken != "" {
		config := oauth2.Config{
			ClientID: o.ClientID, ClientSecret: o.ClientSecret, Scopes: o.Scopes,
			Endpoint: oauth2.Endpoint{TokenURL: o.TokenURL},
		}
		return config.TokenSource(ctx, &oauth2.Token{RefreshToken: o.RefreshToken})
	}
	config := clientcredentials.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, Scopes: o.Scopes, TokenURL: o.TokenURL,
	}
	return config.TokenSource(ctx)
}
