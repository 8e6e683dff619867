// Package oauth signs in to mail servers by OAuth2 (RFC 6749): as a mailbox's
// owner, who gave consent once in a browser or on another device, or as an
// application. It knows how Google and Microsoft want it.
package oauth

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// The providers that are known by name.
const (
	Google    = "google"
	Microsoft = "microsoft"
)

// The ways to sign in.
const (
	// FlowBrowser has a person consent in a browser, which is sent back to this
	// machine (RFC 8252 §7.3) with a code that only this process can use (RFC 7636).
	FlowBrowser = "browser"
	// FlowDevice has a person type a code on any device (RFC 8628).
	FlowDevice = "device"
	// FlowApp signs in as the application itself (RFC 6749 §4.4).
	FlowApp = "app"
)

// Options say where to sign in, and as whom.
type Options struct {
	Provider string // Google, Microsoft or empty
	Tenant   string // of Microsoft
	Flow     string

	ClientID     string
	ClientSecret string
	AuthURL      string
	DeviceURL    string
	TokenURL     string
	Scopes       []string
	RefreshToken string // one that the operator has; may be empty
	User         string // whose mailbox it is, as a hint to the provider
}

// Complete fills in what follows from the provider and from what is given.
func (o Options) Complete() Options {
	if o.Flow == "" {
		o.Flow = o.likelyFlow()
	}
	switch o.Provider {
	case Google:
		fill(&o.AuthURL, "https://accounts.google.com/o/oauth2/v2/auth")
		fill(&o.TokenURL, "https://oauth2.googleapis.com/token")
		o.scopes("https://mail.google.com/")
	case Microsoft:
		if o.Tenant != "" {
			base := "https://login.microsoftonline.com/" + o.Tenant + "/oauth2/v2.0/"
			fill(&o.AuthURL, base+"authorize")
			fill(&o.DeviceURL, base+"devicecode")
			fill(&o.TokenURL, base+"token")
		}
		if o.Flow == FlowApp {
			o.scopes("https://outlook.office365.com/.default")
		} else {
			o.scopes("https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send", "offline_access")
		}
	}
	return o
}

func (o Options) likelyFlow() string {
	switch {
	case o.Provider == Google, o.RefreshToken != "", o.AuthURL != "":
		return FlowBrowser
	case o.DeviceURL != "", o.Provider == Microsoft && o.ClientSecret == "":
		return FlowDevice
	}
	return FlowApp
}

func fill(value *string, otherwise string) {
	if *value == "" {
		*value = otherwise
	}
}

func (o *Options) scopes(usual ...string) {
	if len(o.Scopes) == 0 {
		o.Scopes = usual
	}
}

// style is how the application proves itself. Where that is not known it is
// tried out, once for each config.
func (o Options) style() oauth2.AuthStyle {
	if o.Provider != "" || o.ClientSecret == "" {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleAutoDetect
}

func (o Options) config(redirect string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, Scopes: o.Scopes, RedirectURL: redirect,
		Endpoint: oauth2.Endpoint{AuthURL: o.AuthURL, DeviceAuthURL: o.DeviceURL, TokenURL: o.TokenURL, AuthStyle: o.style()},
	}
}

func (o Options) application() *clientcredentials.Config {
	return &clientcredentials.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, Scopes: o.Scopes, TokenURL: o.TokenURL, AuthStyle: o.style(),
	}
}

// exchangeTimeout bounds one request to the provider.
const exchangeTimeout = 30 * time.Second

// provider is a context under which the library asks the provider.
func provider(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, &http.Client{Timeout: exchangeTimeout})
}
