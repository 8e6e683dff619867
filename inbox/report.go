package inbox

import (
	"github.com/mentorpost/mentorpost/inbox/bounce"
)

// bounceView shows a mail to the reader of bounces.
func bounceView(t tree, c content, limits Limits) bounce.Mail {
	return bounce.Mail{}
}
