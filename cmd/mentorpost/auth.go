package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/oauth2"

	"github.com/mentorpost/mentorpost/cmd/mentorpost/oauth"
	"github.com/mentorpost/mentorpost/store"
)

// authFlags are what the command line says.
type authFlags struct {
	listen string
	wait   time.Duration
}

func (m Main) authCommand() *cobra.Command {
	var flags authFlags
	command := &cobra.Command{
		Use:   "auth",
		Short: "Sign in to the mail servers by OAuth2, once",
		Long: `Signs in as [oauth] says, where auth = "xoauth2". What the provider gives is kept
in the database, encrypted with the program's key, and renewed by the service.

  browser  prints an address to open in a browser, which comes back to this
           machine (Google). If the browser runs elsewhere, paste the address
           of the page that it ends on.
  device   prints a code to type on any device (Microsoft 365, a person's mailbox)
  app      needs nobody and stores nothing: it only tries whether the application
           may sign in (Microsoft 365, IMAP.AccessAsApp and SMTP.SendAsApp)

docs/auth.md tells what to enter at Google and Microsoft.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := m.config(cmd)
			if err != nil {
				return err
			}
			return m.authorize(cmd.Context(), config, flags)
		},
	}
	command.Flags().StringVar(&flags.listen, "listen", "127.0.0.1:0", "loopback `ADDRESS` that the browser comes back to; port 0: any")
	command.Flags().DurationVar(&flags.wait, "wait", 5*time.Minute, "how long to wait for the person")
	return command
}

func (m Main) authorize(ctx context.Context, config Config, flags authFlags) error {
	if !config.usesOAuth() {
		return usagef(`%s: nothing signs in by OAuth2; set auth = "xoauth2" in [imap] and [smtp], and [oauth]`, config.name())
	}
	if config.OAuth.Flow == oauth.FlowApp {
		return m.authorizeApplication(ctx, config)
	}
	if err := config.checkSignIn(flags); err != nil {
		return err
	}
	if !m.onTerminal() {
		return usagef("signing in as %s needs a person: run mentorpost auth on a terminal, such as ssh -t HOST mentorpost auth", config.OAuth.User)
	}
	database, err := openSealed(ctx, config)
	if err != nil {
		return err
	}
	defer database.Close()
	return m.signIn(ctx, config, database, flags)
}

// checkSignIn checks what only this command needs.
func (c Config) checkSignIn(flags authFlags) error {
	host, _, _ := strings.Cut(flags.listen, ":")
	at := func(key string) place { return c.places.of(key, c.name()) }
	switch {
	case c.OAuth.Flow == oauth.FlowBrowser && c.OAuth.AuthURL == "":
		return usagef("%s: oauth.auth_url is missing; it is the page on which the person signs in", at("oauth.auth_url"))
	case c.OAuth.Flow == oauth.FlowDevice && c.OAuth.DeviceURL == "":
		return usagef("%s: oauth.device_url is missing; it is where codes for devices are asked for", at("oauth.device_url"))
	case !isLoopback(host):
		return usagef("--listen %q: write a loopback address, such as 127.0.0.1:8400", flags.listen)
	}
	return nil
}

// openSealed opens the database with the program's key, beside a service that
// may be running.
func openSealed(ctx context.Context, config Config) (*store.Store, error) {
	database, err := store.Open(ctx, config.Database.URL)
	if err != nil {
		return nil, err
	}
	if err = prepare(ctx, config, database); err == nil {
		_, err = config.unlock(ctx, database)
	}
	if err != nil {
		_ = database.Close()
		return nil, err
	}
	return database, nil
}

func (m Main) authorizeApplication(ctx context.Context, config Config) error {
	token, err := oauth.NewSource(config.OAuth, nil).Current(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(m.Stdout, "%s gave the application an access token that holds until %s; nothing needs to be stored\n",
		config.OAuth.TokenURL, token.Expiry.Local().Format("15:04"))
	fmt.Fprintln(m.Stdout, "next: mentorpost check")
	return nil
}

// signIn has a person sign in, and keeps what that gave.
func (m Main) signIn(ctx context.Context, config Config, database *store.Store, flags authFlags) error {
	waiting, cancel := context.WithTimeout(ctx, flags.wait)
	defer cancel()
	until, _ := waiting.Deadline()
	var token *oauth2.Token
	var err error
	if config.OAuth.Flow == oauth.FlowDevice {
		token, err = config.OAuth.Device(waiting, func(p oauth.Prompt) { m.showCode(config, p, until) })
	} else {
		token, err = config.OAuth.Browser(waiting, flags.listen, m.lines(waiting), func(address string) { m.showAddress(config, address, until) })
	}
	if err != nil {
		return err
	}
	if token.RefreshToken == "" {
		return errors.New(withoutRefresh(config.OAuth))
	}
	if lacking := notGranted(config.OAuth.Scopes, token); len(lacking) > 0 {
		fmt.Fprintf(m.Stderr, "mentorpost: the provider did not grant %s; if servers refuse the sign-in, run mentorpost auth again and leave everything ticked\n", strings.Join(lacking, ", "))
	}
	if err := oauth.NewSource(config.OAuth, database).Keep(ctx, token); err != nil {
		return err
	}
	fmt.Fprintf(m.Stdout, "signed in; kept in the database, and renewed by the service\nnext: mentorpost check\n")
	return nil
}

func withoutRefresh(o oauth.Options) string {
	if o.Provider == oauth.Google {
		return "the provider gave no refresh token; take the application's access back at https://myaccount.google.com/connections and run mentorpost auth again"
	}
	return "the provider gave no refresh token; it may want offline_access among oauth.scopes"
}

func (m Main) showAddress(config Config, address string, until time.Time) {
	fmt.Fprintf(m.Stdout, `Open this address in a browser and sign in as %s:

%s

Waiting until %s. If the browser runs on another machine it ends on a page that
cannot be shown: copy that page's address and paste it here.
`, config.OAuth.User, address, until.Local().Format("15:04:05"))
}

func (m Main) showCode(config Config, prompt oauth.Prompt, until time.Time) {
	if !prompt.Until.IsZero() && prompt.Until.Before(until) {
		until = prompt.Until
	}
	fmt.Fprintf(m.Stdout, "Open %s on any device, sign in as %s and type this code:\n\n  %s\n\n", prompt.Address, config.OAuth.User, prompt.Code)
	if prompt.Direct != "" {
		fmt.Fprintf(m.Stdout, "or open %s\n\n", prompt.Direct)
	}
	fmt.Fprintf(m.Stdout, "Waiting until %s.\n", until.Local().Format("15:04:05"))
}

// lines are those that somebody types, until there are no more.
func (m Main) lines(ctx context.Context) <-chan string {
	typed := make(chan string)
	go func() {
		defer close(typed)
		// An authorization code makes an address longer than a Scanner's line.
		in := bufio.NewReader(m.Stdin)
		for {
			line, err := in.ReadString('\n')
			select {
			case typed <- line:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return typed
}

// notGranted are the scopes that the provider says it left out (RFC 6749 §5.1).
// Some say nothing, and none repeats those that only shape the answer.
func notGranted(wanted []string, token *oauth2.Token) []string {
	granted, _ := token.Extra("scope").(string)
	if granted == "" {
		return nil
	}
	var lacking []string
	for _, scope := range wanted {
		has := func(g string) bool { return strings.EqualFold(g, scope) }
		if scope != "offline_access" && scope != "openid" && !slices.ContainsFunc(strings.Fields(granted), has) {
			lacking = append(lacking, scope)
		}
	}
	return lacking
}
