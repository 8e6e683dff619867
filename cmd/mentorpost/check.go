package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mentorpost/mentorpost/cmd/mentorpost/oauth"
	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/mailer"
	"github.com/mentorpost/mentorpost/store"
)

// level says how a check came out.
type level string

const (
	ok      level = "ok"
	warning level = "warning"
	failed  level = "failed"
)

// finding is one line of the check: what was found, and what to do about it.
type finding struct {
	check string
	level level
	text  string
	do    string
}

// findingView is a finding as scripts see it.
type findingView struct {
	Check string `json:"check"`
	Level string `json:"level"`
	Text  string `json:"text"`
	Do    string `json:"do"`
}

// checkFlags are what the command line says.
type checkFlags struct {
	noSend bool
	wait   time.Duration
}

func (m Main) checkCommand() *cobra.Command {
	var flags checkFlags
	command := &cobra.Command{
		Use:   "check",
		Short: "Check the configuration, database, servers and DNS, and say what to do",
		Long: `Checks configuration, key, database, IMAP, SMTP, TLS certificates, whether mail
to a plus-address comes back to the mailbox (it sends one), and the DNS records
SPF, DKIM and DMARC. It prints one line for each: ok, warning or failed, and
what to do. It exits with 1 if anything failed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if flags.wait <= 0 {
				return usagef("--wait %s: must be more than nothing", flags.wait)
			}
			config, err := m.config(cmd)
			if err != nil {
				return err
			}
			report := &report{out: m, json: wantsJSON(cmd), views: []findingView{}}
			runChecks(cmd.Context(), config, flags, net.DefaultResolver.LookupTXT, report.add)
			return report.close()
		},
	}
	command.Flags().Bool("json", false, "print one JSON value")
	command.Flags().BoolVar(&flags.noSend, "no-send", false, "do not send a mail to a plus-address")
	command.Flags().DurationVar(&flags.wait, "wait", time.Minute, "how long that mail may take")
	return command
}

// report prints findings as they come, or all together as JSON.
type report struct {
	out    Main
	json   bool
	views  []findingView
	failed int
}

func (r *report) add(found ...finding) {
	for _, f := range found {
		if f.level == failed {
			r.failed++
		}
		r.views = append(r.views, findingView{f.check, string(f.level), f.text, f.do})
		if r.json {
			continue
		}
		fmt.Fprintf(r.out.Stdout, "%-8s %-14s %s", f.level, f.check, oneCell(f.text))
		if f.do != "" {
			fmt.Fprintf(r.out.Stdout, "; %s", f.do)
		}
		fmt.Fprintln(r.out.Stdout)
	}
}

func (r *report) close() error {
	if r.json {
		if err := writeJSON(r.out.Stdout, r.views); err != nil {
			return err
		}
	}
	if r.failed > 0 {
		return fmt.Errorf("%d of %d checks failed", r.failed, len(r.views))
	}
	return nil
}

// runChecks goes from what is near to what is far, and tells each finding at once.
func runChecks(ctx context.Context, c Config, flags checkFlags, lookup lookupTXT, tell func(...finding)) {
	tell(checkConfiguration(c)...)
	database, found := checkDatabase(ctx, c)
	tell(found)
	if database != nil {
		defer database.Close()
	}
	tell(checkKey(ctx, c, database))
	tell(checkTemplates(c))
	if c.Embedded {
		tell(finding{"servers", warning, "none are named: serve brings its own, and mail never leaves this machine", "set imap.url and smtp.url for the real thing"})
		return
	}
	tokens := oauth.NewSource(c.OAuth, database)
	signsIn := true
	if c.usesOAuth() {
		found := checkOAuth(ctx, c, tokens, database)
		tell(found)
		signsIn = found.level != failed
	}
	imap, smtp := true, true
	if signsIn {
		imap, smtp = checkServers(ctx, c, tokens, flags, tell)
	}
	tell(checkTLS(ctx, c, imap, smtp)...)
	tell(checkDNS(ctx, c, lookup)...)
}

// checkServers signs in to both servers, sends a mail from the one to the other,
// and returns which of them can be used.
func checkServers(ctx context.Context, c Config, tokens *oauth.Source, flags checkFlags, tell func(...finding)) (imap, smtp bool) {
	in, found := checkIMAP(ctx, c, tokens)
	tell(found)
	if in != nil {
		defer in.Close()
	}
	out, found := checkSMTP(ctx, c, tokens)
	tell(found)
	if out != nil {
		defer out.Close()
	}
	if in != nil && out != nil && !flags.noSend {
		tell(checkPlusAddress(ctx, c, in, out, tokens, flags.wait))
	}
	return in != nil, out != nil
}

// checkOAuth gets an access token, as each connection does.
func checkOAuth(ctx context.Context, c Config, tokens *oauth.Source, database *store.Store) finding {
	if database == nil && c.OAuth.Flow != oauth.FlowApp {
		return finding{"oauth", failed, "the sign-in is kept in the database", "see the database first"}
	}
	token, err := tokens.Current(ctx)
	switch {
	case errors.Is(err, oauth.ErrSignInAgain):
		return finding{"oauth", failed, err.Error(), "run mentorpost auth on a terminal"}
	case err != nil:
		return finding{"oauth", failed, err.Error(), "see [oauth]"}
	}
	return finding{"oauth", ok, "the provider gave an access token that holds until " + token.Expiry.Local().Format("15:04"), ""}
}

func checkConfiguration(c Config) []finding {
	found := []finding{{"configuration", ok, c.name() + " is read", ""}}
	if len(c.Program.Coordinators) == 0 {
		found = append(found, finding{"coordinators", warning, "nobody is told when a person is needed", "set program.coordinators"})
	}
	if c.Rehearsal {
		found = append(found, finding{"rehearsal", warning, "tick --now may set the clock", "set rehearsal = false for the real thing"})
	}
	return append(found, checkWeb(c)...)
}

// checkWeb looks at what the web part would do; it connects to nothing.
func checkWeb(c Config) []finding {
	h := c.HTTP
	var found []finding
	if h.PublicURL != "" && h.Listen == "" {
		found = append(found, finding{"web", failed, "mails would offer one-click unsubscribe at " + h.PublicURL + ", which nothing answers", "set http.listen, or leave http.public_url empty"})
	}
	if h.Listen != "" && !c.Embedded && h.CoordinatorPassword == "" && h.TrustedHeader == "" {
		found = append(found, finding{"web", warning, "nobody can see the coordinator's page", "set http.coordinator_password_file or http.trusted_header"})
	}
	return found
}

// checkDatabase opens the database. It is nil where it cannot be used.
func checkDatabase(ctx context.Context, c Config) (*store.Store, finding) {
	database, err := store.Open(ctx, c.Database.URL)
	if err != nil {
		return nil, finding{"database", failed, err.Error(), "see database.url"}
	}
	have, want, err := database.Version(ctx)
	found := finding{"database", ok, fmt.Sprintf("answers, with schema %d", have), ""}
	switch {
	case err != nil:
		found = finding{"database", failed, err.Error(), "see database.url"}
	case have == 0:
		return database, finding{"database", ok, "new; the first start makes its schema", ""}
	case have < want:
		found = finding{"database", failed, fmt.Sprintf("has schema %d, this program works with %d", have, want), "run mentorpost migrate"}
	case have > want:
		found = finding{"database", failed, fmt.Sprintf("has schema %d, this program knows only %d", have, want), "run the newer program"}
	}
	if found.level == failed {
		_ = database.Close()
		return nil, found
	}
	return database, found
}

// checkKey sees whether the key file is there, and is the database's; then the
// database can be read. It is nil where it could not be opened.
func checkKey(ctx context.Context, c Config, database *store.Store) finding {
	info, err := os.Stat(c.Secrets.KeyFile)
	if errors.Is(err, fs.ErrNotExist) && isNew(ctx, database) {
		return finding{"key", ok, c.Secrets.KeyFile + " will be made by the first start", ""}
	}
	if err != nil {
		return finding{"key", failed, err.Error(), "put the key back from a backup: without it no earlier mail can be answered"}
	}
	secrets, err := readKeys(c.Secrets.KeyFile)
	if err != nil {
		return finding{"key", failed, err.Error(), "see secrets.key_file"}
	}
	unfinished := false
	if have, _ := schemaOf(ctx, database); have > 0 {
		keys, err := database.Keys(ctx, secrets)
		if errors.Is(err, store.ErrKey) {
			return finding{"key", failed, c.Secrets.KeyFile + " does not fit the database", "put the file there that belongs to the database, from a backup or from the machine where mentorpost key rotate ran"}
		}
		if err != nil {
			return finding{"key", failed, err.Error(), "see database.url"}
		}
		database.Seal(keys.Present, append(keys.Earlier, keys.Fresh...)...)
		unfinished = keys.Unfinished || len(keys.Fresh) > 0
	}
	switch {
	case info.Mode().Perm()&0o077 != 0:
		return finding{"key", warning, fmt.Sprintf("others can read %s", c.Secrets.KeyFile), "run chmod 600 on it"}
	case unfinished:
		return finding{"key", warning, "a change of the key was not finished", "stop the service and run mentorpost key rotate"}
	}
	return finding{"key", ok, c.Secrets.KeyFile + " is read; have a copy of it somewhere safe", ""}
}

// schemaOf is the schema of a database that could be opened, 0 of a new one.
func schemaOf(ctx context.Context, database *store.Store) (int64, error) {
	if database == nil {
		return 0, nil
	}
	have, _, err := database.Version(ctx)
	return have, err
}

// isNew reports whether nothing was sealed in the database yet.
func isNew(ctx context.Context, database *store.Store) bool {
	if database == nil {
		return false
	}
	if have, err := schemaOf(ctx, database); err == nil && have == 0 {
		return true
	}
	empty, err := database.IsNew(ctx)
	return err == nil && empty
}

func checkTemplates(c Config) finding {
	set, err := c.loadTemplates()
	if err != nil {
		return finding{"templates", failed, err.Error(), "see templates.dir"}
	}
	return finding{"templates", ok, "in " + strings.Join(set.Locales(), ", "), ""}
}

// checkIMAP signs in and looks at what the server can do. The client is nil
// where that failed.
func checkIMAP(ctx context.Context, c Config, tokens *oauth.Source) (*inbox.Client, finding) {
	client, err := dialMailbox(ctx, c, tokens, c.IMAP.URL)
	if err != nil {
		return nil, finding{"imap", failed, err.Error(), adviceFor(err, "imap")}
	}
	capabilities := client.Capabilities()
	can := func(name string) bool { return slices.Contains(capabilities, name) }
	text := "signed in to " + client.Mailbox()
	switch {
	case !can("IDLE"):
		return client, finding{"imap", warning, text + "; the server has no IDLE", "answers take up to a poll's interval; no harm otherwise"}
	case !can("MOVE") && !can("UIDPLUS") && !can("IMAP4rev2"):
		return client, finding{"imap", warning, text + "; the server has neither MOVE nor UIDPLUS", "mails that are dealt with are copied to Processed and stay where they are"}
	}
	return client, finding{"imap", ok, text + ", with IDLE", ""}
}

// checkSMTP signs in. The pool is nil where that failed.
func checkSMTP(ctx context.Context, c Config, tokens *oauth.Source) (*mailer.Pool, finding) {
	trust, err := trusted(c.SMTP.CertificatesFile)
	if err != nil {
		return nil, finding{"smtp", failed, err.Error(), "see smtp.certificates_file"}
	}
	pool, err := mailer.NewPool(mailer.PoolOptions{
		URL: c.SMTP.URL, Password: c.SMTP.Password, TLS: trust, Token: token(c.SMTP.Auth, tokens),
		Connections: 1, Timeout: serverPatience,
	})
	if err != nil {
		return nil, finding{"smtp", failed, err.Error(), "see smtp.url"}
	}
	if err := pool.Check(ctx); err != nil {
		_ = pool.Close()
		return nil, finding{"smtp", failed, err.Error(), adviceFor(err, "smtp")}
	}
	text := "the server takes mail"
	if userOf(c.SMTP.URL) != "" {
		text = "signed in, " + text
	}
	return pool, finding{"smtp", ok, text, ""}
}
