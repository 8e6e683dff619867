package program

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// RowError says what is wrong with one row of a CSV file, and what to do.
type RowError struct {
	Line   int    // in the file, from 1
	Column string // "" where the whole row is wrong
	Text   string
}

// Error writes the error with its line first.
func (e RowError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("line %d: %s", e.Line, e.Text)
	}
	return fmt.Sprintf("line %d: %s: %s", e.Line, e.Column, e.Text)
}

// tableLimit is the size of a CSV file beyond which it is not read.
const tableLimit = 16 << 20

// tableRow is one row of a table by the names of its columns.
type tableRow struct {
	line  int
	cells map[string]string
	lines map[string]int // where each cell begins: a quoted one may span lines
}

// wrong names a cell of the row that is not as it should be.
func (r tableRow) wrong(column, format string, args ...any) RowError {
	return RowError{r.lines[column], column, fmt.Sprintf(format, args...)}
}

// readTable reads a CSV file (RFC 4180) with a header row. Columns may come in
// any order; those that are not required may be left out. White space around
// and inside a cell, line breaks with it, counts as one space.
func readTable(text []byte, columns []string, required int) ([]tableRow, []RowError) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if wrong := checkEncoding(text); wrong != nil {
		return nil, []RowError{*wrong}
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, []RowError{{1, "", "the file is empty; its first row names the columns: " + strings.Join(columns, ",")}}
	}
	if err != nil {
		return nil, []RowError{syntaxOf(err)}
	}
	line, _ := reader.FieldPos(0)
	if wrong := checkHeader(header, columns, required, line); wrong != nil {
		return nil, wrong
	}
	return readRows(reader, header)
}

// checkEncoding refuses what is not UTF-8 text, and says where it is not.
func checkEncoding(text []byte) *RowError {
	if len(text) > tableLimit {
		return &RowError{1, "", fmt.Sprintf("the file has more than %d MiB; split it", tableLimit>>20)}
	}
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 || r == 0 {
			line := 1 + bytes.Count(text[:at], []byte("\n"))
			return &RowError{line, "", "not UTF-8; save the file as CSV in UTF-8"}
		}
		at += size
	}
	return nil
}

// checkHeader brings the names of the columns into their one form and refuses
// unknown, double and missing ones.
func checkHeader(header, columns []string, required, line int) (wrong []RowError) {
	all := strings.Join(columns, ",")
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		return []RowError{{line, "", "the columns are separated by something else than commas; save the file with commas: " + all}}
	}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case !slices.Contains(columns, name):
			wrong = append(wrong, RowError{line, "", fmt.Sprintf("unknown column %q; the columns are %s", name, all)})
		case slices.Contains(header[:i], name):
			wrong = append(wrong, RowError{line, "", fmt.Sprintf("column %q stands twice", name)})
		}
		header[i] = name
	}
	for _, name := range columns[:required] {
		if !slices.Contains(header, name) {
			wrong = append(wrong, RowError{line, "", fmt.Sprintf("column %q is missing; the first row names the columns: %s", name, all)})
		}
	}
	return wrong
}

// readRows reads what follows the header. Rows of empty cells, which
// spreadsheets leave at the end, are no rows. A broken quote ends the reading,
// since nothing after it can be trusted.
func readRows(reader *csv.Reader, header []string) (rows []tableRow, wrong []RowError) {
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, wrong
		}
		if err != nil {
			return rows, append(wrong, syntaxOf(err))
		}
		line, _ := reader.FieldPos(0)
		if strings.TrimSpace(strings.Join(record, "")) == "" {
			continue
		}
		if len(record) != len(header) {
			wrong = append(wrong, RowError{line, "", fmt.Sprintf("has %d cells, the first row has %d; put cells with commas in double quotes", len(record), len(header))})
			continue
		}
		row := tableRow{line, map[string]string{}, map[string]int{}}
		for i, cell := range record {
			row.cells[header[i]] = strings.Join(strings.Fields(cell), " ")
			row.lines[header[i]], _ = reader.FieldPos(i)
			if why := unshowable(header[i], strings.TrimSpace(cell)); why != "" {
				wrong = append(wrong, row.wrong(header[i], "%s", why))
			}
		}
		rows = append(rows, row)
	}
}

// unshowable says why a cell cannot be shown as it is, or "". A line break is
// white space, as between aliases (RFC 4180 §2), but a name with one is two
// lines that slipped into one cell. Marks that turn the writing direction (UAX
// #9 §2) could show a name, and what follows it, as another one.
func unshowable(column, cell string) string {
	for _, r := range cell {
		switch {
		case strings.ContainsRune("\r\n\v\f\u0085\u2028\u2029", r):
			if column == "name" {
				return "has a line break; write it on one line"
			}
		case r != '\t' && unicode.IsControl(r):
			return "has a control character; remove it"
		case unicode.Is(unicode.Bidi_Control, r):
			return fmt.Sprintf("has a mark of writing direction, %U; remove it", r)
		}
	}
	return ""
}

func syntaxOf(err error) RowError {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return RowError{1, "", err.Error()}
	}
	if errors.Is(parse.Err, csv.ErrQuote) {
		return RowError{parse.StartLine, "", "a double quote is not closed, or text follows it; the rows from here on were not read"}
	}
	if errors.Is(parse.Err, csv.ErrBareQuote) {
		return RowError{parse.Line, "", "a double quote stands inside a cell; put the cell in quotes and double it; the rows from here on were not read"}
	}
	return RowError{parse.Line, "", parse.Err.Error()}
}
