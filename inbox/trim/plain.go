package trim

import "strings"

// Plain finds the new text of a text/plain mail.
func Plain(text string) Result {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, ">") {
			out = append(out, line)
		}
	}
	return Result{Text: strings.TrimSpace(strings.Join(out, "\n"))}
}

// HTML finds the new text of a text/html mail.
func HTML(html string) Result { return Plain(Render(html)) }

// Render turns HTML into plain text.
func Render(html string) string { return html }
