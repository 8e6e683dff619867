// Package trim finds the text that the writer of a mail added: without what
// they quoted, the headers of quoted mails, signatures, and the lines that
// telephones and companies append. Answers between quoted lines are kept, each
// with what it answers to. When in doubt, text is kept.
//
// Bytes in, values out; no input takes more than linear time.
package trim

// Answer is a piece of new text and the quoted text that stands before it.
type Answer struct {
	// Quoted is what the answer stands under, without quote marks; empty for
	// text before the first quote.
	Quoted string
	// Text is what the writer added there.
	Text string
}

// Result is the new text of a mail.
type Result struct {
	// Text is all that the writer added. Quoted lines stay in it, marked with
	// ">", only where nothing tells whose they are.
	Text string
	// Answers has one entry for each piece of new text where the writer
	// answered between the lines; nil for a reply in one piece.
	Answers []Answer
}
