package trim_test

import (
	"strings"
	"testing"
	"time"

	"github.com/mentorpost/mentorpost/inbox/trim"
)

// megabyte repeats a piece to about a megabyte.
func megabyte(piece string) string { return strings.Repeat(piece, (1<<20)/len(piece)) }

// hostile are texts that make trimmers slow that look back or ahead from
// every line.
var hostile = map[string]string{
	"plain sentences":                megabyte("All of this is what the writer wrote, line by line.\n"),
	"quoted lines":                   megabyte("> All of this is what someone else wrote.\n"),
	"blank lines":                    megabyte("\n"),
	"one line":                       megabyte("x"),
	"attributions that are none":     megabyte("On 3 May 2027 a@b.c:\n"),
	"attributions one after another": megabyte("On 3 May 2027 at 10:00 Ada wrote:\n"),
	"lead words":                     megabyte("On\n"),
	"colons":                         megabyte("On:\n"),
	"header lines that are none":     megabyte("From: a\nx\n"),
	"header lines":                   megabyte("To: a@b.c\n"),
	"dashes":                         megabyte("--"),
	"dash lines with attributions":   megabyte("x --On a@b 2027 wrote:\n"),
	"angle brackets":                 megabyte("<\n"),
	"quote marks":                    megabyte(">"),
	"quotes and answers":             megabyte("> a\nb\n"),
	"fences":                         megabyte("```\n"),
	"device lines":                   megabyte("Sent from my phone\n\n"),
	"rules over list lines":          megabyte("--------------------\nunsubscribe\n"),
	"disclaimers":                    megabyte("This email is confidential\nand so on\n\n"),
	"lines without a verb":           megabyte("3 May 2027\n<a@b.c>\n"),
}

func TestTrimmingAMegabyteIsQuick(t *testing.T) {
	for name, text := range hostile {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			result := trim.Plain(text)
			// The aim is 50 ms; a busy machine gets more, quadratic cost would take hours.
			if took := time.Since(start); took > time.Second {
				t.Errorf("%v", took)
			} else {
				t.Logf("%v for %s", took, name)
			}
			if len(result.Text) > len(text) {
				t.Errorf("%d bytes out of %d", len(result.Text), len(text))
			}
		})
	}
}

// hostileHTML are pages that make renderers slow that build trees.
var hostileHTML = map[string]string{
	"paragraphs":                megabyte("<p>All of this is what the writer wrote.</p>\n"),
	"nested blockquotes":        megabyte("<blockquote>x<br>"),
	"nested blocks":             megabyte("<div><p>x"),
	"ends without beginnings":   megabyte("</div></p></blockquote>"),
	"one open, many other ends": "<b>" + megabyte("<i></b>"),
	"line breaks":               megabyte("<br>"),
	"attributes":                "<div " + megabyte("class=gmail_quote ") + ">x",
	"an endless tag":            "<div " + megabyte("a "),
	"entities":                  megabyte("&nbsp;&amp;"),
	"open brackets":             megabyte("<"),
	"open comments":             megabyte("<!--"),
	"scripts":                   megabyte("<script>x</script>"),
	"blanks":                    megabyte(" "),
	"preformatted lines":        "<pre>" + megabyte("x\n"),
}

func TestRenderingAMegabyteIsQuick(t *testing.T) {
	for name, page := range hostileHTML {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			result := trim.HTML(page)
			if took := time.Since(start); took > time.Second {
				t.Errorf("%v", took)
			} else {
				t.Logf("%v for %s", took, name)
			}
			// A list item gets a dash, a rule ten; nothing else grows.
			if len(result.Text) > 4*len(page) {
				t.Errorf("%d bytes out of %d", len(result.Text), len(page))
			}
		})
	}
}

func BenchmarkPlainMegabyte(b *testing.B) {
	for name, text := range hostile {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				trim.Plain(text)
			}
		})
	}
}
