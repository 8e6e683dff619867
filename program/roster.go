package program

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// PersonRow is one row of people.csv. What its file leaves open is zero.
type PersonRow struct {
	Line    int
	Email   string // lower-case
	Name    string
	Zone    string
	Locale  string
	Hours   Hours
	Aliases []string // lower-case
}

// PairRow is one row of pairs.csv. What its file leaves open is zero.
type PairRow struct {
	Line           int
	Mentor, Mentee string // addresses, lower-case
	Length         time.Duration
	Cadence        Cadence
	Link           string
	Start, End     string // YYYY-MM-DD
}

// DefaultLength is a session's length where its pair states none.
const DefaultLength = 60 * time.Minute

// The lengths that a session may have.
const (
	shortestSession = 10 * time.Minute
	longestSession  = 8 * time.Hour
)

var (
	peopleColumns = []string{"email", "name", "zone", "locale", "hours", "aliases"}
	pairsColumns  = []string{"mentor", "mentee", "session_minutes", "cadence", "link", "start", "end"}
)

// ReadPeople reads people.csv. It returns the rows that can be used,
// and names the others; the program's own address is nobody's.
func ReadPeople(csv []byte, defaults Settings) ([]PersonRow, []RowError) {
	table, wrong := readTable(csv, peopleColumns, 2)
	var rows []PersonRow
	for _, cells := range table {
		row, bad := readPerson(cells, defaults.Address)
		if wrong = append(wrong, bad...); len(bad) == 0 {
			rows = append(rows, row)
		}
	}
	return rows, append(wrong, addressesGivenTwice(rows)...)
}

func readPerson(cells tableRow, own string) (PersonRow, []RowError) {
	row := PersonRow{Line: cells.line}
	var wrong []RowError
	note := func(column string, err error) {
		if err != nil {
			wrong = append(wrong, cells.wrong(column, "%s", err))
		}
	}
	var err error
	row.Email, err = ReadAddress(cells.cells["email"], own)
	note("email", err)
	row.Name, err = readName(cells.cells["name"])
	note("name", err)
	row.Zone, err = readZone(cells.cells["zone"])
	note("zone", err)
	row.Locale, err = readLocale(cells.cells["locale"])
	note("locale", err)
	if hours := cells.cells["hours"]; hours != "" {
		row.Hours, err = ParseHours(hours)
		note("hours", err)
	}
	for _, alias := range strings.Fields(cells.cells["aliases"]) {
		address, err := ReadAddress(alias, own)
		note("aliases", err)
		if err == nil && address != row.Email {
			row.Aliases = append(row.Aliases, address)
		}
	}
	return row, wrong
}

// ReadPairs reads pairs.csv. It returns the rows that can be used, and names
// the others.
func ReadPairs(csv []byte) ([]PairRow, []RowError) {
	table, wrong := readTable(csv, pairsColumns, 2)
	var rows []PairRow
	seen := map[[2]string]int{}
	for _, cells := range table {
		row, bad := readPair(cells)
		if wrong = append(wrong, bad...); len(bad) > 0 {
			continue
		}
		both := [2]string{row.Mentor, row.Mentee}
		if first, again := seen[both]; again {
			wrong = append(wrong, RowError{row.Line, "", fmt.Sprintf("the pair stands in line %d already", first)})
			continue
		}
		seen[both] = row.Line
		rows = append(rows, row)
	}
	return rows, wrong
}

// ReadPair reads one pair whose cells, by the columns of pairs.csv, come from
// elsewhere than a file.
func ReadPair(cells map[string]string) (PairRow, []RowError) {
	return readPair(tableRow{cells: cells})
}

func readPair(cells tableRow) (PairRow, []RowError) {
	row := PairRow{Line: cells.line}
	var wrong []RowError
	note := func(column string, err error) {
		if err != nil {
			wrong = append(wrong, cells.wrong(column, "%s", err))
		}
	}
	var err error
	row.Mentor, err = ReadAddress(cells.cells["mentor"], "")
	note("mentor", err)
	row.Mentee, err = ReadAddress(cells.cells["mentee"], "")
	note("mentee", err)
	if err == nil && row.Mentor == row.Mentee {
		note("mentee", fmt.Errorf("%s cannot be paired with themselves", row.Mentee))
	}
	row.Length, err = readLength(cells.cells["session_minutes"])
	note("session_minutes", err)
	row.Cadence, err = readCadence(cells.cells["cadence"])
	note("cadence", err)
	row.Link, err = readLink(cells.cells["link"])
	note("link", err)
	row.Start, err = readDate(cells.cells["start"])
	note("start", err)
	row.End, err = readDate(cells.cells["end"])
	note("end", err)
	if row.Start != "" && row.End != "" && row.End < row.Start {
		note("end", fmt.Errorf("%s lies before the start, %s", row.End, row.Start))
	}
	return row, wrong
}

// addressesGivenTwice finds addresses that two rows claim.
func addressesGivenTwice(rows []PersonRow) (wrong []RowError) {
	first := map[string]int{}
	for _, row := range rows {
		for i, address := range append([]string{row.Email}, row.Aliases...) {
			line, taken := first[address]
			if !taken {
				first[address] = row.Line
				continue
			}
			column := "email"
			if i > 0 {
				column = "aliases"
			}
			if line != row.Line {
				wrong = append(wrong, RowError{row.Line, column, fmt.Sprintf("%s stands in line %d already", address, line)})
			}
		}
	}
	return wrong
}

// ReadAddress reads one bare mail address of a participant as the program
// keeps it, in lower case. The program's own address, own, is refused.
func ReadAddress(text, own string) (string, error) {
	if text == "" {
		return "", fmt.Errorf("is empty; it must be filled")
	}
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || strings.ContainsAny(text, "\" \t()<>") {
		return "", fmt.Errorf("%q is no mail address", text)
	}
	local, domain, _ := strings.Cut(text, "@")
	if len(local) > 64 || len(domain) > 255 { // RFC 5321 §4.5.3.1
		return "", fmt.Errorf("%q is longer than a mail address may be", text)
	}
	for _, r := range text {
		if r > '~' {
			return "", fmt.Errorf("%q has letters beyond ASCII, which not every mail server takes", text)
		}
	}
	address := strings.ToLower(text)
	if own != "" && (address == strings.ToLower(own) || TagOf(own, address) != "") {
		return "", fmt.Errorf("%s is the program's own address", address)
	}
	return address, nil
}

const longestName = 200 // runes

func readName(text string) (string, error) {
	if text == "" {
		return "", fmt.Errorf("is empty; it must be filled")
	}
	if len([]rune(text)) > longestName {
		return "", fmt.Errorf("has more than %d letters", longestName)
	}
	return text, nil
}

func readZone(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	if _, err := time.LoadLocation(text); err != nil || text == "Local" {
		return "", fmt.Errorf("%q is no IANA zone; write one like Europe/Lisbon", text)
	}
	return text, nil
}

// languageTag is the shape of a BCP 47 tag (RFC 5646 §2.1).
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

func readLocale(text string) (string, error) {
	text = strings.ReplaceAll(text, "_", "-")
	if text != "" && !languageTag.MatchString(text) {
		return "", fmt.Errorf("%q is no language tag; write one like en or pt-BR", text)
	}
	return text, nil
}

func readLength(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	minutes, err := strconv.Atoi(text)
	length := time.Duration(minutes) * time.Minute
	if err != nil || minutes > int(longestSession/time.Minute) || length < shortestSession {
		return 0, fmt.Errorf("%q must be a number of minutes from 10 to 480", text)
	}
	return length, nil
}

func readCadence(text string) (Cadence, error) {
	switch cadence := Cadence(strings.ToLower(text)); cadence {
	case "", Weekly, Fortnightly, Monthly:
		return cadence, nil
	}
	return "", fmt.Errorf("%q must be weekly, fortnightly or monthly", text)
}

func readLink(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	link, err := url.Parse(text)
	if err != nil || link.Host == "" || link.Scheme != "https" && link.Scheme != "http" {
		return "", fmt.Errorf("%q is no web address; write it with https://", text)
	}
	return text, nil
}

func readDate(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", fmt.Errorf("%q is no date; write it like 2027-01-26", text)
	}
	return text, nil
}
