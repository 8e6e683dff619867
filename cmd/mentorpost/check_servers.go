package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/mentorpost/mentorpost/cmd/mentorpost/oauth"
	"github.com/mentorpost/mentorpost/inbox"
	"github.com/mentorpost/mentorpost/mailer"
	"github.com/mentorpost/mentorpost/program"
)

// adviceFor says what to do about a server that could not be used.
func adviceFor(err error, section string) string {
	var dns *net.DNSError
	var unknownAuthority x509.UnknownAuthorityError
	var wrongName x509.HostnameError
	var notTLS tls.RecordHeaderError
	switch {
	case errors.As(err, &dns):
		return "the host is not known; see " + section + ".url"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there; see host and port in " + section + ".url"
	case errors.As(err, &unknownAuthority):
		return "name the authority in " + section + ".certificates_file"
	case errors.As(err, &wrongName):
		return "write the host in " + section + ".url as the certificate has it"
	case errors.As(err, &notTLS):
		return "the port does not speak TLS from the start; see " + section + ".url"
	case errors.Is(err, inbox.ErrSignIn), errors.Is(err, mailer.ErrSignIn):
		return "see the user in " + section + ".url and " + section + ".password_file; Gmail and Microsoft 365 want an app password or OAuth2"
	case errors.Is(err, inbox.ErrMailbox):
		return "see what comes after the host in imap.url, mostly INBOX"
	case errors.Is(err, inbox.ErrSilent), errors.Is(err, context.DeadlineExceeded):
		return "the server does not answer; see host and port in " + section + ".url, the firewall, and whether the port wants " + section + "s:// for TLS from the start"
	}
	return "see [" + section + "]"
}

// expiresSoon is how long before its end a certificate is worth a word.
const expiresSoon = 14 * 24 * time.Hour

// checkTLS looks at how long the servers' certificates hold. Whether they are
// valid at all has been seen by signing in; a server that could not be used has
// its own finding already.
func checkTLS(ctx context.Context, c Config, imap, smtp bool) []finding {
	var found []finding
	for _, server := range []struct {
		look                         bool
		name, url, defaultPort, file string
		peer                         func(context.Context, string, *tls.Config) ([]*x509.Certificate, error)
	}{
		{imap, "imap tls", c.IMAP.URL, map[string]string{"imaps": "993"}[schemeOf(c.IMAP.URL)], c.IMAP.CertificatesFile, peerAtOnce},
		{smtp, "smtp tls", c.SMTP.URL, map[string]string{"smtps": "465", "smtp": "587"}[schemeOf(c.SMTP.URL)], c.SMTP.CertificatesFile, peerOfSMTP(c.SMTP.URL)},
	} {
		u, err := url.Parse(server.url)
		if err != nil || server.defaultPort == "" || !server.look {
			continue // imap:// on loopback
		}
		port := u.Port()
		if port == "" {
			port = server.defaultPort
		}
		trust, err := trusted(server.file)
		if err != nil {
			continue // reported by the server's own check
		}
		if trust == nil {
			trust = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		trust.ServerName = u.Hostname()
		peers, err := server.peer(ctx, net.JoinHostPort(u.Hostname(), port), trust)
		if errors.Is(err, errNoTLS) && isLoopback(u.Hostname()) {
			found = append(found, finding{server.name, ok, "none, on loopback", ""})
			continue
		}
		found = append(found, judgeCertificate(server.name, peers, err, time.Now()))
	}
	return found
}

func judgeCertificate(name string, peers []*x509.Certificate, err error, now time.Time) finding {
	if err != nil {
		return finding{name, failed, err.Error(), adviceFor(err, name[:4])}
	}
	if len(peers) == 0 {
		return finding{name, failed, "the server shows no certificate", "see " + name[:4] + ".url"}
	}
	end := peers[0].NotAfter
	text := "the certificate holds until " + end.Format(time.DateOnly)
	if end.Sub(now) < expiresSoon {
		return finding{name, warning, text, "have it renewed"}
	}
	return finding{name, ok, text, ""}
}

func schemeOf(server string) string {
	scheme, _, _ := strings.Cut(server, "://")
	return scheme
}

// serverPatience is how long a server may take for one command.
const serverPatience = 20 * time.Second

func peerAtOnce(ctx context.Context, address string, trust *tls.Config) ([]*x509.Certificate, error) {
	ctx, cancel := context.WithTimeout(ctx, serverPatience)
	defer cancel()
	conn, err := (&tls.Dialer{Config: trust}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("secure the connection to %s: %w", address, err)
	}
	defer conn.Close()
	return conn.(*tls.Conn).ConnectionState().PeerCertificates, nil
}

// errNoTLS marks a server that does not offer STARTTLS.
var errNoTLS = errors.New("the server offers no STARTTLS")

// peerOfSMTP chooses by the URL whether TLS comes at once or by STARTTLS (RFC 3207).
func peerOfSMTP(server string) func(context.Context, string, *tls.Config) ([]*x509.Certificate, error) {
	if schemeOf(server) == "smtps" {
		return peerAtOnce
	}
	return peerByStartTLS
}

func peerByStartTLS(ctx context.Context, address string, trust *tls.Config) ([]*x509.Certificate, error) {
	conn, err := (&net.Dialer{Timeout: serverPatience}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(serverPatience))
	client, err := smtp.NewClient(conn, trust.ServerName)
	if err != nil {
		return nil, fmt.Errorf("greet %s: %w", address, err)
	}
	if offered, _ := client.Extension("STARTTLS"); !offered {
		return nil, fmt.Errorf("secure the connection to %s: %w", address, errNoTLS)
	}
	if err := client.StartTLS(trust); err != nil {
		return nil, fmt.Errorf("secure the connection to %s: %w", address, err)
	}
	state, _ := client.TLSConnectionState()
	return state.PeerCertificates, nil
}

// checkPlusAddress sends a mail to a plus-address and waits until it lies in
// the mailbox, or in a folder to which a running service has moved it.
func checkPlusAddress(ctx context.Context, c Config, in *inbox.Client, out *mailer.Pool, tokens *oauth.Source, wait time.Duration) finding {
	const name = "plus-address"
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	_, domain, _ := strings.Cut(c.Program.Address, "@")
	tag := strings.ToLower(rand.Text())
	id := tag + ".check@" + domain
	to := program.Address(c.Program.Address, "check"+tag)
	sent := time.Now()
	if err := out.Send(ctx, mailer.Message{From: c.Program.Address, To: to, Raw: checkMail(c.Program.Address, to, id, sent)}); err != nil {
		return finding{name, failed, err.Error(), "see whether the SMTP server lets this user send as " + c.Program.Address}
	}
	places := []*inbox.Client{in}
	for _, folder := range []string{inbox.FolderProcessed, inbox.FolderQuarantine} {
		if client, err := dialMailbox(ctx, c, tokens, folderURL(c.IMAP.URL, folder)); err == nil {
			defer client.Close()
			places = append(places, client)
		}
	}
	if err := await(ctx, places, id); err != nil {
		return finding{name, failed, fmt.Sprintf("a mail to %s did not come within %s: %v", to, wait, err),
			"turn on plus-addressing for the mailbox, or have all of " + c.Program.Address + "'s plus-addresses delivered to it"}
	}
	return finding{name, ok, fmt.Sprintf("a mail to it came back in %s", time.Since(sent).Round(100*time.Millisecond)), ""}
}

// checkMail is recognised by a running service as the program's own, and
// answered by nobody (RFC 3834 §5).
func checkMail(from, to, id string, now time.Time) []byte {
	return []byte(strings.Join([]string{
		"From: " + from, "To: " + to, "Subject: Mentorpost checks its plus-addresses",
		"Date: " + now.Format(time.RFC1123Z), "Message-ID: <" + id + ">",
		"Auto-Submitted: auto-generated", "Mentorpost-Kind: check",
		"MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "",
		"mentorpost check sent this mail to see whether it arrives. It can be deleted.", "",
	}, "\r\n"))
}

// dialMailbox opens the mailbox, or another folder beside it.
func dialMailbox(ctx context.Context, c Config, tokens *oauth.Source, mailbox string) (*inbox.Client, error) {
	trust, err := trusted(c.IMAP.CertificatesFile)
	if err != nil {
		return nil, err
	}
	return inbox.Dial(ctx, inbox.ClientOptions{
		URL: mailbox, Password: c.IMAP.Password, TLS: trust, Token: token(c.IMAP.Auth, tokens), Timeout: serverPatience,
	})
}

// folderURL is the URL of another folder of the mailbox's account.
func folderURL(mailbox, folder string) string {
	u, err := url.Parse(mailbox)
	if err != nil {
		return mailbox
	}
	u.Path = "/" + folder
	return u.String()
}

// lookInterval is how often the folders are looked through.
const lookInterval = 500 * time.Millisecond

// await looks through the folders until one has the mail. In the mailbox
// itself it is then filed, so that no service need deal with it.
func await(ctx context.Context, places []*inbox.Client, id string) error {
	ticker := time.NewTicker(lookInterval)
	defer ticker.Stop()
	for {
		for i, place := range places {
			uids, err := place.FindMessage(ctx, id)
			if err != nil && i == 0 {
				return err
			}
			if len(uids) == 0 {
				continue
			}
			if i == 0 {
				return place.File(ctx, uids, inbox.FolderProcessed)
			}
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-ticker.C:
		}
	}
}
