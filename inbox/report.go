package inbox

import (
	"strings"

	"github.com/mentorpost/mentorpost/inbox/bounce"
	"github.com/mentorpost/mentorpost/inbox/trim"
)

// reportBytes bounds what the reader of bounces sees of each part; reports are
// short, what they return may be long.
const reportBytes = 64 << 10

// readReport reads the mail as a bounce or complaint, where it may be one.
func readReport(m *Mail, t tree, c content) (bounce.Report, bool) {
	view := bounceHeader(m, t)
	media := make([]string, 0, len(t.parts))
	for _, p := range t.parts {
		media = append(media, p.media)
	}
	if !bounce.Plausible(view, media) {
		return bounce.Report{}, false
	}
	showText(&view, t, c)
	return bounce.Read(view)
}

// bounceHeader shows a mail's header to the reader of bounces.
func bounceHeader(m *Mail, t tree) bounce.Mail {
	view := bounce.Mail{
		Field:      t.header.get,
		From:       m.From.Address,
		FromName:   m.From.Name,
		Subject:    m.Subject,
		Media:      t.media,
		ReportType: strings.ToLower(t.params["report-type"]),
	}
	if view.From == "" {
		view.From, view.FromName = "", senderWords(t.header.get("from"))
	}
	for _, a := range m.To {
		view.To = append(view.To, a.Address)
	}
	return view
}

// showText adds the text and the parts.
func showText(view *bounce.Mail, t tree, c content) {
	view.Text = c.plain
	if strings.TrimSpace(view.Text) == "" && c.html != "" {
		view.Text = trim.Render(c.html[:min(len(c.html), reportBytes)])
	}
	room := 4 * reportBytes
	for _, p := range t.parts {
		if room <= 0 {
			break
		}
		if !strings.HasPrefix(p.media, "text/") && !strings.HasPrefix(p.media, "message/") {
			continue
		}
		text := p.text(min(room, reportBytes))
		room -= len(text)
		view.Parts = append(view.Parts, bounce.Part{Media: p.media, Text: text})
	}
}

// senderWords is what a From field without an address says: some servers write
// nothing but their name.
func senderWords(value string) string {
	return strings.TrimSpace(strings.Trim(oneLine(decodeWords(value)), "<>\" "))
}
