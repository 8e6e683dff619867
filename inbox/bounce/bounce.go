// Package bounce reads what servers say about mail that they could not
// deliver: delivery status notifications (RFC 3464), the older bounces in
// words, and complaints (RFC 5965).
package bounce

import "github.com/mentorpost/mentorpost/program"

// Mail is what the reader sees of a mail.
type Mail struct{}

// Report is what a bounce or complaint says.
type Report struct {
	program.Bounce
	Complaint bool
}

// Read reads a report, false where the mail is none.
func Read(m Mail) (Report, bool) { return Report{}, false }
