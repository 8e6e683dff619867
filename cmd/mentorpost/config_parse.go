package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/v2"
	gotoml "github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// place is where a value was given: a line of the file or a variable.
type place struct {
	file     string
	line     int
	variable string
}

func (p place) String() string {
	if p.variable != "" {
		return "environment variable " + p.variable
	}
	if p.line == 0 {
		return p.file
	}
	return fmt.Sprintf("%s:%d", p.file, p.line)
}

// places maps a dotted key, or a section, to where it was given.
type places map[string]place

// of is the place of a key, else of its section, else the file's beginning.
func (p places) of(key, file string) place {
	if at, ok := p[key]; ok {
		return at
	}
	section, _, _ := strings.Cut(key, ".")
	return cmp.Or(p[section], place{file: file})
}

// textProvider hands koanf a file that has been read already.
type textProvider []byte

func (t textProvider) ReadBytes() ([]byte, error) { return t, nil }
func (t textProvider) Read() (map[string]any, error) {
	return nil, errors.New("a file is read as bytes")
}

// parseConfig merges file and environment into flat keys and their places.
// Keys that no setting has are errors here.
func parseConfig(path string, text []byte, environ []string) (map[string]any, places, error) {
	where, err := keyLines(path, text)
	if err != nil {
		return nil, nil, err
	}
	k := koanf.New(".")
	if err := k.Load(textProvider(text), toml.Parser()); err != nil {
		return nil, nil, syntaxError(path, err)
	}
	if err := checkKeys(k.All(), where, path); err != nil {
		return nil, nil, err
	}
	variables, err := settingVariables(environ)
	if err != nil {
		return nil, nil, err
	}
	provider := env.Provider(".", env.Opt{
		Prefix:      "MENTORPOST_",
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			key := variables[name]
			if key != "" {
				where[key] = place{variable: name}
			}
			return key, value
		},
	})
	if err := k.Load(provider, nil); err != nil {
		return nil, nil, fmt.Errorf("read environment: %w", err)
	}
	return k.All(), where, nil
}

// syntaxError says at which line the TOML could not be read.
func syntaxError(path string, err error) error {
	var decode *gotoml.DecodeError
	if !errors.As(err, &decode) {
		return fmt.Errorf("%s: read configuration: %w", path, err)
	}
	line, column := decode.Position()
	message := strings.TrimPrefix(decode.Error(), "toml: ")
	if key := strings.Join(decode.Key(), "."); key != "" {
		message = key + ": " + message
	}
	return fmt.Errorf("%s:%d:%d: not TOML: %s", path, line, column, message)
}

// keyLines finds the line of every key and section, and refuses what is given
// twice. What cannot be parsed ends the search; the parser proper reports it.
func keyLines(path string, text []byte) (places, error) {
	where := places{}
	parser := unstable.Parser{}
	parser.Reset(text)
	section := ""
	for parser.NextExpression() {
		expression := parser.Expression()
		var names []string
		line := 0
		for key := expression.Key(); key.Next(); {
			names = append(names, string(key.Node().Data))
			line = parser.Shape(key.Node().Raw).Start.Line
		}
		name := strings.Join(names, ".")
		if expression.Kind != unstable.KeyValue {
			section = name
			if first, ok := where[section]; ok && expression.Kind == unstable.Table {
				return nil, fmt.Errorf("%s:%d: section [%s] stands twice, first in line %d; join the two", path, line, section, first.line)
			}
			where[section] = place{file: path, line: line}
			continue
		}
		if section != "" {
			name = section + "." + name
		}
		if first, ok := where[name]; ok {
			return nil, fmt.Errorf("%s:%d: %s is given twice, first in line %d; keep one of the two", path, line, name, first.line)
		}
		where[name] = place{file: path, line: line}
		if expression.Value().Kind == unstable.InlineTable {
			inlineLines(where, &parser, expression.Value(), name, path)
		}
	}
	return where, nil
}

// inlineLines adds the keys of an inline table: section = {key = value}.
func inlineLines(where places, parser *unstable.Parser, table *unstable.Node, section, path string) {
	for children := table.Children(); children.Next(); {
		for key := children.Node().Key(); key.Next(); {
			line := parser.Shape(key.Node().Raw).Start.Line
			where[section+"."+string(key.Node().Data)] = place{file: path, line: line}
		}
	}
}

// checkKeys refuses keys of the file that are no setting.
func checkKeys(values map[string]any, where places, path string) error {
	known := settingKeys()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if slices.Contains(known, key) || isEmptySection(key, values[key]) {
			continue
		}
		return unknownKey(key, where.of(key, path), known)
	}
	return nil
}

// isEmptySection allows a section header under which everything is commented out.
func isEmptySection(key string, value any) bool {
	table, ok := value.(map[string]any)
	return ok && len(table) == 0 && slices.Contains(sectionNames(), key)
}

func unknownKey(key string, at place, known []string) error {
	if near := nearest(key, known); near != "" {
		return fmt.Errorf("%s: unknown key %s; did you mean %s?", at, key, near)
	}
	section, _, dotted := strings.Cut(key, ".")
	var there []string
	for _, k := range known {
		if dotted && strings.HasPrefix(k, section+".") {
			there = append(there, strings.TrimPrefix(k, section+"."))
		}
	}
	if len(there) > 0 {
		return fmt.Errorf("%s: unknown key %s; remove it, [%s] has: %s", at, key, section, strings.Join(there, ", "))
	}
	return fmt.Errorf("%s: unknown key %s; remove it, the sections are: %s", at, key, strings.Join(sectionNames(), ", "))
}

// settingVariables maps each variable that is set to its key. An empty one
// counts as not set, since many launchers cannot unset any. A variable of a known section that is no setting is an error; others, such as
// MENTORPOST_CONFIG, are not settings.
func settingVariables(environ []string) (map[string]string, error) {
	keys := map[string]string{}
	for _, key := range settingKeys() {
		keys[variableOf(key)] = key
	}
	found := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if value == "" {
			continue
		}
		if key, ok := keys[name]; ok {
			found[name] = key
			continue
		}
		for _, section := range sectionNames() {
			if strings.HasPrefix(name, variableOf(section)+"_") {
				near := nearest(name, slices.Collect(maps.Keys(keys)))
				if near != "" {
					near = "; did you mean " + near + "?"
				}
				return nil, fmt.Errorf("environment variable %s: no such setting%s", name, near)
			}
		}
	}
	return found, nil
}

// variableOf is the variable that sets a key: program.notice_policy is
// MENTORPOST_PROGRAM_NOTICE_POLICY.
func variableOf(key string) string {
	return "MENTORPOST_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// nearest is the candidate that a misspelt word most likely meant, or "".
func nearest(word string, candidates []string) string {
	best, distance := "", 4
	for _, candidate := range slices.Sorted(slices.Values(candidates)) {
		if d := editDistance(strings.ToLower(word), strings.ToLower(candidate)); d < distance {
			best, distance = candidate, d
		}
	}
	return best
}

// editDistance counts the letters to insert, delete or replace (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
