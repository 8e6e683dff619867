package templates

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mentorpost/mentorpost/program"
)

// nodeKind says how a node of a rendered letter looks.
type nodeKind int

const (
	nodeParagraph nodeKind = iota
	nodeHeading
	nodeList
	nodeAnswer
	nodeSlots // lettered or numbered choices
	nodeCard  // labelled facts, as of a session
	nodeQuote
	nodeButton
)

// node is one block of a letter in words, from which both parts are written.
type node struct {
	kind  nodeKind
	spans []span   // paragraph, heading
	items [][]span // list, answer panel
	rows  []row    // slots, card
	lines []string // quotation
	url   string   // button
}

// row is one labelled entry: a lettered slot or a fact of a card.
type row struct {
	label  string
	main   []span
	second string // the same on the partner's clock
	url    string
}

// span is a stretch of text that looks alike.
type span struct {
	text   string
	strong bool
	person bool
	// quote opens or closes an example of an answer: its text is the mark that
	// the text part shows, where the HTML part has strong type instead.
	quote bool
}

// Render puts a letter into words, in the language of its reader or else in
// English. It fails only for a letter without a kind.
func (s *Set) Render(l program.Letter) (Text, error) {
	if l.Kind == "" {
		return Text{}, fmt.Errorf("render letter %q: it has no kind", l.ID)
	}
	voice, page := s.chooseAll(l)
	v := newView(&l, voice)
	subject := flat(v.spans(pick(page.subjects, v)))
	nodes := v.nodes(page.blocks)
	if len(l.Parts) > 0 {
		nodes = voice.joined(l)
	}
	if !page.says["lines"] {
		nodes = append(v.receipt(), nodes...)
	}
	text := Text{Subject: subject, Plain: v.plain(nodes), HTML: v.html(subject, nodes)}
	if l.SessionUID != "" || l.Event != nil {
		text.Summary, text.Description = s.event(v, l.Facts.Locale)
	}
	return text, nil
}

// chooseAll chooses the language of a letter that may join several: one that
// has a page for each of them.
func (s *Set) chooseAll(l program.Letter) (*catalogue, *page) {
	voice, page := s.choose(string(l.Kind), l.Facts.Locale)
	for _, part := range l.Parts {
		if voice.pages[string(part.Kind)] == nil {
			return s.choose(string(l.Kind), DefaultLocale)
		}
	}
	return voice, page
}

// joined writes each part of a letter below the one before, under its own
// subject as a heading. Each says how it is answered.
func (c *catalogue) joined(l program.Letter) []node {
	var nodes []node
	for i, part := range l.Parts {
		one := l
		one.Kind, one.Facts, one.Parts = part.Kind, part.Facts, nil
		v, page := newView(&one, c), c.pages[string(part.Kind)]
		if i > 0 {
			nodes = append(nodes, node{kind: nodeHeading, spans: v.spans(pick(page.subjects, v))})
		}
		nodes = append(nodes, v.nodes(page.blocks)...)
	}
	return nodes
}

// said are the receipt lines that the text of a kind says itself.
var said = map[program.Kind][]string{
	program.LetterInvite:  {"booked", "booked-crossing", "accepted", "picked", "calendar-clash"},
	program.LetterUpdate:  {"moved", "booked", "accepted", "picked"},
	program.LetterCancel:  {"cancelled", "cancelled-late"},
	program.LetterOffer:   {"declined", "constrained", "taken", "past"},
	program.LetterGoodbye: {"stopped", "refused"},
	program.LetterHelp:    {"coordinator-told"},
}

// receipt says first what was understood of the reader's mail. The receipt
// lines of a mail travel in whatever letter answers it.
func (v *view) receipt() []node {
	own := said[v.letter.Kind]
	n := node{kind: nodeList}
	var lines []program.Line
	for _, line := range v.facts.Lines {
		if !slices.Contains(own, line.Code) {
			lines = append(lines, line)
		}
	}
	if n.items = v.sentences(lines); len(n.items) == 0 {
		return nil
	}
	return []node{{spans: []span{{text: v.voice.words["receipt"]}}}, n}
}

// event writes what stands in the calendar entry.
func (s *Set) event(v *view, locale string) (summary, description string) {
	voice, page := s.choose(eventPage, locale)
	if voice != v.voice {
		entry := *v
		entry.voice, v = voice, &entry
	}
	var paragraphs []string
	for _, n := range v.nodes(page.blocks) {
		paragraphs = append(paragraphs, n.unwrapped())
	}
	return flat(v.spans(pick(page.subjects, v))), strings.Join(paragraphs, "\n\n")
}

// nodes turns the blocks whose conditions hold into nodes. Neighbouring list
// items become one list, neighbouring answers one panel.
func (v *view) nodes(blocks []block) []node {
	out := make([]node, 0, len(blocks))
	used := false // whether a block of the present chain of conditions was used
	for i := range blocks {
		b := &blocks[i]
		if !b.when.chained {
			used = false
		}
		if used && b.when.chained || !b.when.holds(v) {
			continue
		}
		used = true
		switch b.kind {
		case item:
			out = gather(out, nodeList, v.spans(b.phrase))
		case answer:
			out = gather(out, nodeAnswer, v.spans(b.phrase))
		case insert:
			if n, ok := insertions[b.insert](v); ok {
				out = append(out, n)
			}
		case heading:
			out = append(out, node{kind: nodeHeading, spans: v.spans(b.phrase)})
		default:
			out = append(out, node{spans: v.spans(b.phrase)})
		}
	}
	return out
}

func gather(nodes []node, kind nodeKind, spans []span) []node {
	if last := len(nodes) - 1; last >= 0 && nodes[last].kind == kind {
		nodes[last].items = append(nodes[last].items, spans)
		return nodes
	}
	return append(nodes, node{kind: kind, items: [][]span{spans}})
}

// spans fills a phrase.
func (v *view) spans(p phrase) []span {
	out := make([]span, 0, len(p))
	for i := range p {
		s := &p[i]
		if s.quote != "" {
			out = append(out, span{text: v.voice.quote(s.quote), quote: true})
			continue
		}
		if s.value == nil {
			out = append(out, span{text: s.text, strong: s.strong})
			continue
		}
		text := s.value(v)
		person := s.person && text != ""
		if text == "" {
			text = s.fallback
		}
		out = append(out, span{text: text, strong: s.strong, person: person})
	}
	return out
}

// flat is the text of spans on one line.
func flat(spans []span) string {
	if len(spans) == 1 {
		return spans[0].text
	}
	var out strings.Builder
	for _, s := range spans {
		out.WriteString(s.text)
	}
	return out.String()
}

// insertions are the blocks that facts fill. Each reports whether there is
// anything to show.
var insertions = map[string]func(*view) (node, bool){
	"slots":    (*view).slotNode,
	"choices":  (*view).choiceNode,
	"lines":    (*view).lineNode,
	"rows":     func(v *view) (node, bool) { return listOf(v.facts.Rows) },
	"settings": (*view).settingsNode,
	"numbers":  func(v *view) (node, bool) { return numbersOf(v.facts.Rows) },
	"words":    func(v *view) (node, bool) { return quoteOf(v.facts.Words) },
	"note":     func(v *view) (node, bool) { return quoteOf(v.facts.Note) },
	"agenda":   func(v *view) (node, bool) { return quoteOf(v.facts.Agenda) },
	"charter":  func(v *view) (node, bool) { return quoteOf(v.facts.Charter) },
	"session":  (*view).sessionNode,
	"change":   (*view).changeNode,
	"old":      (*view).oldNode,
	"join":     (*view).joinNode,
}

func (v *view) slotNode() (node, bool) {
	n := node{kind: nodeSlots}
	for _, s := range v.facts.Slots {
		n.rows = append(n.rows, v.timeRow(s.Label, s.Start, s.End))
	}
	return n, len(n.rows) > 0
}

func (v *view) choiceNode() (node, bool) {
	n := node{kind: nodeSlots}
	for _, c := range v.facts.Choices {
		text := c.Text
		if words, ok := v.voice.words["choice."+c.Text]; ok {
			text = words
		}
		r := row{label: c.Label, main: []span{{text: text}}}
		if !c.Start.IsZero() {
			r = v.timeRow(c.Label, c.Start, c.End)
			if text != "" {
				r.main = append(r.main, span{text: ": " + text})
			}
		}
		n.rows = append(n.rows, r)
	}
	return n, len(n.rows) > 0
}

func (v *view) timeRow(label string, start, end time.Time) row {
	return row{label: label, main: []span{{text: v.moment(start, end)}}, second: v.partnerMoment(start, end)}
}

// lineNode says each receipt line in its sentence.
func (v *view) lineNode() (node, bool) {
	items := v.sentences(v.facts.Lines)
	return node{kind: nodeList, items: items}, len(items) > 0
}

// sentences says receipt lines. Neighbours that differ in nothing but their
// time share one sentence, where that names the time: three slots that were
// proposed are one thing done.
func (v *view) sentences(lines []program.Line) [][]span {
	var items [][]span
	for len(lines) > 0 {
		at, words := v.sentence(lines[0])
		alike := 1
		for namesTimes(words) && alike < len(lines) && differOnlyInTime(lines[0], lines[alike]) {
			alike++
		}
		at.more, lines = lines[1:alike], lines[alike:]
		items = append(items, at.spans(words))
	}
	return items
}

// sentence finds the words for one receipt line; a code without a sentence of
// its own is said as something noted.
func (v *view) sentence(line program.Line) (*view, phrase) {
	sentences, ok := v.voice.lines[line.Code]
	if !ok {
		sentences = v.voice.lines["other"]
	}
	at := *v
	at.line = line
	return &at, pick(sentences, &at)
}

func namesTimes(p phrase) bool {
	return slices.ContainsFunc(p, func(s segment) bool { return s.times })
}

func differOnlyInTime(a, b program.Line) bool {
	if a.Start.IsZero() || b.Start.IsZero() || a.Start.Equal(b.Start) {
		return false
	}
	return a.Code == b.Code && a.Value == b.Value && a.Late == b.Late && a.Short == b.Short && a.Old.Equal(b.Old)
}

func listOf(rows []string) (node, bool) {
	n := node{kind: nodeList}
	for _, r := range rows {
		n.items = append(n.items, []span{{text: r}})
	}
	return n, len(rows) > 0
}

// numbersOf is a list whose items can be named by their number.
func numbersOf(rows []string) (node, bool) {
	n := node{kind: nodeSlots}
	for i, r := range rows {
		label, text := numbered(i, r)
		n.rows = append(n.rows, row{label: label, main: []span{{text: text}}})
	}
	return n, len(rows) > 0
}

// numbered takes a row apart into its number and its words. A row that brings
// its number ("3. Read the book") keeps it, since an action keeps its number
// while others are done; any other is numbered by its place.
func numbered(n int, r string) (label, text string) {
	if number, rest, found := strings.Cut(r, ". "); found && isNumber(number) {
		return number, rest
	}
	return strconv.Itoa(n + 1), r
}

// settingsNode is the card of a person's settings: a row that is a zone, hours,
// a status, a choice of holidays or an absence is said as such.
func (v *view) settingsNode() (node, bool) {
	n := node{kind: nodeCard}
	w := v.voice.words
	for _, setting := range v.facts.Rows {
		label, text := w["setting.other"], setting
		kind, rest, _ := strings.Cut(setting, " ")
		switch status, known := w["status."+setting]; {
		case kind == "holidays":
			label, text = w["setting.holidays"], v.holidaysOf(rest)
		case kind == "away":
			first, last, _ := strings.Cut(rest, " ")
			label, text = w["setting.away"], v.day(first)+" – "+v.day(last)
		case known:
			label, text = w["setting.status"], status
		case setting == "UTC" || strings.Contains(setting, "/") && location(setting) != nil:
			label, text = w["setting.zone"], v.zoneName(setting)
		case v.hours(setting) != setting:
			label, text = w["setting.hours"], v.hours(setting)
		}
		n.rows = append(n.rows, row{label: label, main: []span{{text: text}}})
	}
	return n, len(n.rows) > 0
}

// holidaysOf says whose public holidays are kept free.
func (v *view) holidaysOf(setting string) string {
	switch setting {
	case "":
		return v.voice.words["holidays.zone"]
	case program.HolidaysOff:
		return v.voice.words["holidays.off"]
	}
	return v.countryName(setting)
}

func isNumber(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != "" && len(s) < 6
}

func quoteOf(text string) (node, bool) {
	return node{kind: nodeQuote, lines: strings.Split(text, "\n")}, text != ""
}

// sessionNode is the card of the session: when, on both clocks, with whom and
// where.
func (v *view) sessionNode() (node, bool) {
	n := node{kind: nodeCard}
	w := v.voice.words
	if start := v.facts.Start; !start.IsZero() {
		n.rows = append(n.rows, v.timeRow(w["when"], start, v.facts.End))
	}
	return v.whereRows(n), !v.facts.Start.IsZero()
}

// changeNode is the card of a session that has moved.
func (v *view) changeNode() (node, bool) {
	n := node{kind: nodeCard}
	w := v.voice.words
	if !v.facts.Start.IsZero() {
		n.rows = append(n.rows, v.timeRow(w["now"], v.facts.Start, v.facts.End))
	}
	if !v.facts.Old.IsZero() {
		n.rows = append(n.rows, v.timeRow(w["before"], v.facts.Old, v.facts.OldEnd))
	}
	return v.whereRows(n), !v.facts.Start.IsZero()
}

// oldNode is the card of the time that stands while a move is asked for.
func (v *view) oldNode() (node, bool) {
	start, end := v.facts.Old, v.facts.OldEnd
	if start.IsZero() {
		start, end = v.facts.Start, v.facts.End
	}
	return node{kind: nodeCard, rows: []row{v.timeRow(v.voice.words["standing"], start, end)}}, !start.IsZero()
}

func (v *view) whereRows(n node) node {
	w := v.voice.words
	if v.facts.Partner != "" {
		n.rows = append(n.rows, row{label: w["with"], main: []span{{text: v.facts.Partner, person: true}}})
	}
	if v.facts.Link != "" {
		n.rows = append(n.rows, row{label: w["where"], main: []span{{text: v.facts.Link}}, url: webURL(v.facts.Link)})
	}
	return n
}

// joinNode is the button that opens the call.
func (v *view) joinNode() (node, bool) {
	url := webURL(v.facts.Link)
	return node{kind: nodeButton, spans: []span{{text: v.voice.words["join"]}}, url: url}, url != ""
}

// webURL returns a link that is safe to be followed, or "".
func webURL(link string) string {
	lower := strings.ToLower(link)
	if !strings.HasPrefix(lower, "https://") && !strings.HasPrefix(lower, "http://") || strings.ContainsAny(link, " \"<>\\") {
		return ""
	}
	return link
}

// greeting, sender and footer frame every letter.
func (v *view) greeting() []span {
	if v.facts.Name == "" {
		return []span{{text: v.voice.words["greeting.none"]}}
	}
	before, after, _ := strings.Cut(v.voice.words["greeting"], "{name}")
	return []span{{text: before}, {text: v.facts.Name, person: true}, {text: after}}
}

func (v *view) sender() string {
	return fill(v.voice.words["sender"], "program", v.programName())
}

func (v *view) footer() string {
	if v.facts.Role == "coordinator" {
		return fill(v.voice.words["footer.coordinator"], "program", v.programName())
	}
	return fill(v.voice.words["footer"], "program", v.programName())
}

func (v *view) programName() string {
	if v.facts.Program == "" {
		return "Mentorpost"
	}
	return v.facts.Program
}
