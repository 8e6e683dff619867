package mailer

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// The kinds of failure of Pool.Send. Their text has the server's answer.
var (
	// ErrTemporary: the server asks to come again (4yz), or the connection was
	// lost before the message was handed over. Nothing was delivered.
	ErrTemporary = errors.New("not sent for now")
	// ErrPermanent: the server refuses this message for good (5yz).
	ErrPermanent = errors.New("refused")
	// ErrUnknown: the connection was lost after the final dot, so the server
	// may have the message (RFC 1047). To send it again blindly may double it.
	ErrUnknown = errors.New("sent, but the server's answer was lost")
	// ErrUnreachable: the server could not be used at all: no connection, no
	// TLS, no sign-in. It says nothing about the message.
	ErrUnreachable = errors.New("mail server cannot be used")
	// ErrSignIn comes with ErrUnreachable where the server refused the name,
	// password or token.
	ErrSignIn = errors.New("sign-in refused")
)

// step is how far a message had come when something failed.
type step int

const (
	stepEnvelope step = iota // before the server asked for the message
	stepMessage              // while the message was written
	stepAnswer               // after the final dot
)

// judge gives a failure its kind.
func judge(err error, at step, what string) error {
	if answer, ok := errors.AsType[*smtp.SMTPError](err); ok {
		return fmt.Errorf("%s: %w: %s", what, kindOf(answer, at), answerText(answer))
	}
	if at == stepAnswer {
		return fmt.Errorf("%s: %w: %w", what, ErrUnknown, err)
	}
	return fmt.Errorf("%s: %w: %w", what, ErrTemporary, err)
}

// kindOf reads a reply code (RFC 5321 §4.2.1). A server that wants a sign-in
// (RFC 4954 §6) or TLS (RFC 3207 §4) first says so about every message alike.
func kindOf(answer *smtp.SMTPError, at step) error {
	switch {
	case at == stepEnvelope && (answer.Code == 530 || answer.Code == 534 || answer.Code == 535 || answer.Code == 538):
		return ErrUnreachable
	case answer.Code/100 == 5:
		return ErrPermanent
	case answer.Code/100 == 4:
		return ErrTemporary
	case at == stepAnswer:
		return ErrUnknown
	}
	return ErrTemporary
}

// answerText is the server's answer on one line, with its enhanced status code
// (RFC 3463) where it gave one.
func answerText(answer *smtp.SMTPError) string {
	text := strings.Join(strings.Fields(answer.Message), " ")
	if code := answer.EnhancedCode; code[0] > 0 {
		text = fmt.Sprintf("%d.%d.%d %s", code[0], code[1], code[2], text)
	}
	return fmt.Sprintf("%d %s", answer.Code, text)
}

// MaxAttempts is how often a message is tried before it is given up: with the
// waits of Backoff this takes about four days, as RFC 5321 §4.5.4.1 asks.
const MaxAttempts = 24

// The waits between two attempts.
const (
	firstWait = time.Minute
	longest   = 6 * time.Hour
)

// Backoff is how long to wait after a number of attempts: a minute after the
// first, twice as long after each further one, and never more than six hours.
func Backoff(attempts int) time.Duration {
	wait := firstWait
	for range min(attempts, MaxAttempts) - 1 {
		if wait *= 2; wait >= longest {
			return longest
		}
	}
	return wait
}
