package templates

import (
	"html"
	"strings"
)

// The parts of the document that are the same in every mail. Outlook draws
// with Word: it knows tables and inline styles, but neither max-width nor
// media queries, so the width comes from a table that only it sees. Colours of
// the light scheme stand inline; the dark scheme is laid over them by classes.
const (
	htmlHead = `<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 0; -webkit-text-size-adjust: 100%; }
table { border-collapse: separate; }
@media (max-width: 480px) {
  .frame { padding: 0 !important; }
  .card { padding: 24px 20px !important; border-radius: 0 !important; }
}
@media (prefers-color-scheme: dark) {
  body, .page { background-color: #171a19 !important; }
  .card { background-color: #212625 !important; border-color: #343b39 !important; }
  .ink { color: #e9edeb !important; }
  .soft { color: #a9b4b0 !important; }
  .link { color: #7fd1b9 !important; }
  .panel { background-color: #1b3a33 !important; border-color: #4fa98f !important; }
  .quote { border-color: #56625e !important; }
  .rule { border-color: #343b39 !important; }
  .badge { background-color: #7fd1b9 !important; color: #10211c !important; }
}
</style>
<!--[if mso]><style>table { border-collapse: collapse; } td, p, h2, li { font-family: Segoe UI, Arial, sans-serif !important; }</style><![endif]-->
</head>
`
	fontStack = `font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif`
	htmlOpen  = `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="page" style="background-color:#f4f5f2">
<tr><td class="frame" align="center" style="padding:24px 12px">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">
<tr><td class="card" style="background-color:#ffffff;border:1px solid #e3e6e1;border-radius:12px;padding:32px 36px;` + fontStack + `;font-size:16px;line-height:1.55;color:#1f2a27">
`
	htmlClose = `</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`
	tableOpen = `<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%" style="margin:0 0 20px">` + "\n"
)

// html writes the text/html part: one document without anything to be loaded.
func (v *view) html(subject string, nodes []node) string {
	w := &markup{}
	w.Grow(6 << 10)
	w.WriteString(`<!DOCTYPE html>` + "\n" + `<html lang="` + v.voice.locale + `">` + "\n<head>\n<title>")
	w.text(subject)
	w.WriteString("</title>\n" + htmlHead + `<body class="page" style="margin:0;padding:0;background-color:#f4f5f2">` + "\n" + htmlOpen)
	w.paragraph(v.greeting())
	for i := range nodes {
		w.node(&nodes[i], v.voice.words["answer"])
	}
	w.paragraph([]span{{text: v.sender()}})
	w.WriteString(`<p class="soft rule" style="margin:28px 0 0;padding:16px 0 0;border-top:1px solid #e3e6e1;font-size:13px;line-height:1.5;color:#5c6a65">`)
	w.text(v.footer())
	w.WriteString("</p>\n" + htmlClose)
	return w.String()
}

// markup writes HTML.
type markup struct{ strings.Builder }

// text writes a text, escaped.
func (w *markup) text(s string) { w.WriteString(html.EscapeString(s)) }

// spans writes running text. Names are isolated, so that one written from
// right to left does not reorder its neighbours.
func (w *markup) spans(spans []span) {
	for _, s := range spans {
		if s.quote {
			continue
		}
		if s.strong {
			w.WriteString("<strong>")
		}
		if s.person {
			w.WriteString("<bdi>")
		}
		w.text(s.text)
		if s.person {
			w.WriteString("</bdi>")
		}
		if s.strong {
			w.WriteString("</strong>")
		}
	}
}

func (w *markup) paragraph(spans []span) {
	w.WriteString(`<p class="ink" style="margin:0 0 16px;color:#1f2a27">`)
	w.spans(spans)
	w.WriteString("</p>\n")
}

func (w *markup) node(n *node, answerTitle string) {
	switch n.kind {
	case nodeHeading:
		w.WriteString(`<h2 class="ink" style="margin:24px 0 8px;font-size:17px;line-height:1.4;font-weight:600;color:#1f2a27">`)
		w.spans(n.spans)
		w.WriteString("</h2>\n")
	case nodeList:
		w.list(n.items)
	case nodeAnswer:
		w.answer(n.items, answerTitle)
	case nodeSlots:
		w.slots(n.rows)
	case nodeCard:
		w.card(n.rows)
	case nodeQuote:
		w.quote(n.lines)
	case nodeButton:
		w.button(flat(n.spans), n.url)
	default:
		w.paragraph(n.spans)
	}
}

func (w *markup) list(items [][]span) {
	w.WriteString(`<ul style="margin:0 0 20px;padding:0 0 0 22px">` + "\n")
	for _, it := range items {
		w.WriteString(`<li class="ink" style="margin:0 0 8px;color:#1f2a27">`)
		w.spans(it)
		w.WriteString("</li>\n")
	}
	w.WriteString("</ul>\n")
}

// answer is the panel that says in examples what can be answered.
func (w *markup) answer(items [][]span, title string) {
	w.WriteString(tableOpen + `<tr><td class="panel" style="background-color:#eef6f2;border-left:4px solid #2f7d67;border-radius:6px;padding:14px 18px">` + "\n")
	w.WriteString(`<p class="soft" style="margin:0 0 6px;font-size:13px;line-height:1.5;color:#4a5a55">`)
	w.text(title)
	w.WriteString("</p>\n")
	for i, it := range items {
		margin := "0 0 8px"
		if i == len(items)-1 {
			margin = "0"
		}
		w.WriteString(`<p class="ink" style="margin:` + margin + `;color:#1f2a27">`)
		w.spans(it)
		w.WriteString("</p>\n")
	}
	w.WriteString("</td></tr>\n</table>\n")
}

// slots are rows of at least 44 pixels, each with its letter or number.
func (w *markup) slots(rows []row) {
	w.WriteString(tableOpen)
	for i, r := range rows {
		border := ""
		if i > 0 {
			border = "border-top:1px solid #e3e6e1;"
		}
		w.WriteString(`<tr><td class="rule" width="44" valign="top" style="` + border + `width:44px;padding:10px 0"><table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td class="badge" align="center" width="32" height="32" style="width:32px;height:32px;border-radius:16px;background-color:#2f7d67;color:#ffffff;font-weight:600;line-height:32px">`)
		w.text(r.label)
		w.WriteString(`</td></tr></table></td><td class="rule ink" valign="middle" style="` + border + `padding:12px 0;height:24px;color:#1f2a27">`)
		w.rowText(r)
		w.WriteString("</td></tr>\n")
	}
	w.WriteString("</table>\n")
}

// card shows labelled facts: when, with whom, where.
func (w *markup) card(rows []row) {
	w.WriteString(tableOpen)
	for i, r := range rows {
		border := ""
		if i > 0 {
			border = "border-top:1px solid #e3e6e1;"
		}
		w.WriteString(`<tr><td class="rule soft" width="76" valign="top" style="` + border + `width:76px;padding:10px 12px 10px 0;font-size:14px;line-height:25px;color:#5c6a65">`)
		w.text(r.label)
		padding := "10px"
		if r.url != "" {
			padding = "0" // the link brings its own, so that all of it can be touched
		}
		w.WriteString(`</td><td class="rule ink" valign="top" style="` + border + `padding:` + padding + ` 0;color:#1f2a27">`)
		w.rowText(r)
		w.WriteString("</td></tr>\n")
	}
	w.WriteString("</table>\n")
}

func (w *markup) rowText(r row) {
	if r.url != "" {
		w.WriteString(`<a class="link" href="`)
		w.text(r.url)
		w.WriteString(`" style="display:inline-block;padding:10px 0;min-height:24px;color:#1d6b55;word-break:break-word">`)
		w.spans(r.main)
		w.WriteString("</a>")
		return
	}
	w.spans(r.main)
	if r.second != "" {
		w.WriteString(`<br><span class="soft" style="font-size:14px;color:#5c6a65">`)
		w.text(r.second)
		w.WriteString("</span>")
	}
}

func (w *markup) quote(lines []string) {
	w.WriteString(`<blockquote class="quote ink" style="margin:0 0 20px;padding:2px 0 2px 16px;border-left:3px solid #c9d2cd;color:#1f2a27">`)
	for i, line := range lines {
		if i > 0 {
			w.WriteString("<br>\n")
		}
		w.text(line)
	}
	w.WriteString("</blockquote>\n")
}

// button is a link 48 pixels high. The cell carries the colour, because Word
// gives an inline link no padding.
func (w *markup) button(label, url string) {
	w.WriteString(`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 20px"><tr><td class="badge" bgcolor="#2f7d67" style="border-radius:8px;background-color:#2f7d67"><a class="badge" href="`)
	w.text(url)
	w.WriteString(`" style="display:inline-block;padding:12px 24px;font-size:16px;line-height:24px;min-width:44px;font-weight:600;color:#ffffff;text-decoration:none;border-radius:8px">`)
	w.text(label)
	w.WriteString("</a></td></tr></table>\n")
}
