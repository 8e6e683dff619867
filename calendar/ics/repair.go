package ics

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// repaired is a calendar made fit for go-ical: one VCALENDAR with only the
// components and properties that are read here, each line regular and short.
type repaired struct {
	text  []byte
	notes []string
}

// repairer walks the lines of a calendar once.
type repairer struct {
	out    []byte
	open   []component
	prop   property
	single bool            // keep only the first of each attendable kind
	seen   map[string]bool // attendable kinds that were kept already
	stray  int             // lines that are no content lines
	loose  int             // END lines that match no BEGIN
	found  bool            // whether there was any component that is known
}

type component struct {
	name string // canonical where kept
	kept bool
}

// repair brings raw into order. With single, of several events only the first
// is kept (RFC 5546 §3.2: one reply is about one event, or instances of it).
func repair(raw []byte, single bool) (repaired, error) {
	if len(raw) > maxSize {
		return repaired{}, fmt.Errorf("repair %d bytes: %w", len(raw), ErrTooLarge)
	}
	text, notes := plainText(raw)
	r := &repairer{out: make([]byte, 0, min(len(text), 16<<10)), single: single, seen: map[string]bool{}}
	r.out = append(r.out, "BEGIN:VCALENDAR\r\n"...)
	for all := newLines(text); ; {
		line, ok := all.next()
		if !ok {
			break
		}
		if err := r.line(line); err != nil {
			return repaired{}, err
		}
	}
	if !r.found {
		return repaired{}, ErrNotCalendar
	}
	if len(r.open) > 0 {
		notes = append(notes, "closed components that had no end")
	}
	r.closeTo(0)
	r.out = append(r.out, "END:VCALENDAR\r\n"...)
	if r.stray > 0 {
		notes = append(notes, fmt.Sprintf("left out %d lines that are no properties", r.stray))
	}
	if r.loose > 0 {
		notes = append(notes, fmt.Sprintf("left out %d ends without beginning", r.loose))
	}
	return repaired{text: r.out, notes: notes}, nil
}

func (r *repairer) line(line []byte) error {
	name, rest, ok := splitName(line)
	switch {
	case !ok:
		if len(bytes.TrimSpace(line)) > 0 {
			r.stray++
		}
		return nil
	case equalName(name, "BEGIN"):
		return r.begin(bytes.TrimSpace(rest[1:]))
	case equalName(name, "END"):
		r.end(bytes.TrimSpace(rest[1:]))
		return nil
	}
	r.keep(name, rest)
	return nil
}

func equalName(name []byte, want string) bool {
	return len(name) == len(want) && bytes.EqualFold(name, []byte(want))
}

// begin opens a component, kept or not.
func (r *repairer) begin(value []byte) error {
	if len(r.open) >= maxDepth {
		return fmt.Errorf("repair calendar: %w", ErrTooDeep)
	}
	name := componentName(value)
	r.found = r.found || name != ""
	parent := ""
	if n := len(r.open); n > 0 {
		parent = r.open[n-1].name
	}
	kept := name != "" && belongs(name, parent)
	if kept && r.single && attendable(name) {
		kept = !r.seen[name]
		r.seen[name] = true
	}
	if !kept {
		// What stands inside belongs to it and is not read either.
		if name = "-"; len(value) <= 64 {
			name += strings.ToUpper(string(value))
		}
	}
	r.open = append(r.open, component{name, kept})
	if kept && name != "VCALENDAR" {
		r.out = append(r.out, "BEGIN:"...)
		r.out = append(r.out, name...)
		r.out = append(r.out, "\r\n"...)
	}
	return nil
}

// end closes the component that the line names, and those left open inside it.
func (r *repairer) end(value []byte) {
	for i, c := range slices.Backward(r.open) {
		if equalName(value, strings.TrimPrefix(c.name, "-")) {
			r.closeTo(i)
			return
		}
	}
	r.loose++
}

func (r *repairer) closeTo(depth int) {
	for _, c := range slices.Backward(r.open[depth:]) {
		if c.kept && c.name != "VCALENDAR" {
			r.out = append(r.out, "END:"...)
			r.out = append(r.out, c.name...)
			r.out = append(r.out, "\r\n"...)
		}
	}
	r.open = r.open[:depth]
}

// keep copies a property that is read from the component it stands in.
func (r *repairer) keep(name, rest []byte) {
	if len(r.open) == 0 || !r.open[len(r.open)-1].kept {
		return
	}
	known := propertyName(r.open[len(r.open)-1].name, name, r.single)
	if known == "" {
		return
	}
	r.prop.name = known
	if !r.prop.splitRest(rest) {
		r.stray++
		return
	}
	r.out = r.prop.appendTo(r.out)
}
