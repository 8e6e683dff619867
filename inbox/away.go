package inbox

import "time"

// awayUntil finds the return date that an absence notice states simply.
func awayUntil(text string, sent time.Time) string {
	return ""
}
