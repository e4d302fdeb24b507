package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"openweek/internal/errs"
)

var codeShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// Parse reads a definition and checks all of it. Problems stand on their path in the document, such as
// "sections.0.fields.2.when".
//
// Errors: form.definition_large, form.definition_unreadable; a form of form.definition_… and
// form.expression_… problems. A cycle of conditions is form.definition_cycle.
func Parse(data []byte) (d Definition, err error) {
	defer errs.Wrap(&err, "form.Parse")
	return parse(data, FileTypes)
}

// parse reads a definition whose files fields may name some types, nil for any: what was published in a
// time that took other types stays readable in its version.
func parse(data []byte, types []string) (d Definition, err error) {
	if len(data) > maxDefinition {
		return Definition{}, errs.Invalid("form.definition_large", "limit_kb", maxDefinition>>10)
	}
	if !utf8.Valid(data) {
		return Definition{}, errs.Invalid("form.definition_unreadable").Because(errors.New("not UTF-8"))
	}
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	if err := in.Decode(&d); err != nil {
		return Definition{}, errs.Invalid("form.definition_unreadable").Because(err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return Definition{}, errs.Invalid("form.definition_unreadable").Because(errors.New("something follows the document"))
	}
	c := checker{types: types, rules: &rules{fields: map[string]*Field{}, when: map[string][]*expression{}}}
	c.definition(&d)
	if err := errs.Join(c.bad...); err != nil {
		return Definition{}, err
	}
	d.rules = c.rules
	return d, nil
}

// rules are the conditions and checks of a form after parsing.
type rules struct {
	fields map[string]*Field
	when   map[string][]*expression // all of them must hold for the field to be shown
	order  []string                 // of the fields with conditions: what a condition looks at comes first
	checks []*expression            // beside Definition.Checks
}

// checker collects what is wrong with a definition.
type checker struct {
	bad   []*errs.Error
	types []string // of files, nil for any
	rules *rules
	codes []string          // of the fields, in order
	paths map[string]string // of the fields
}

func (c *checker) add(path string, e *errs.Error) { c.bad = append(c.bad, e.On(path)) }

func (c *checker) definition(d *Definition) {
	if !codeShape.MatchString(d.Code) {
		c.add("code", errs.Invalid("form.definition_code"))
	}
	if d.Version < 1 || d.Version > 1_000_000 {
		c.add("version", errs.Invalid("form.definition_version"))
	}
	c.label("title", d.Title, maxLabel, true)
	c.label("help", d.Help, maxHelp, false)
	if n := len(d.Sections); n == 0 || n > maxSections {
		c.add("sections", errs.Invalid("form.definition_number", "min", 1, "max", maxSections))
	}
	c.paths = map[string]string{}
	for i := range d.Sections {
		s := &d.Sections[i]
		path := fmt.Sprintf("sections.%d", i)
		c.label(path+".title", s.Title, maxLabel, true)
		c.label(path+".help", s.Help, maxHelp, false)
		if len(s.Fields) == 0 {
			c.add(path+".fields", errs.Invalid("form.definition_number", "min", 1, "max", maxFields))
		}
		for j := range s.Fields {
			f := &s.Fields[j]
			at := fmt.Sprintf("%s.fields.%d", path, j)
			c.field(at, f, false)
			if _, twice := c.rules.fields[f.Code]; twice {
				c.add(at+".code", errs.Invalid("form.definition_twice", "code", f.Code))
				continue
			}
			c.rules.fields[f.Code] = f
			c.paths[f.Code] = at
			c.codes = append(c.codes, f.Code)
		}
	}
	if len(c.codes) > maxFields {
		c.add("sections", errs.Invalid("form.definition_number", "min", 1, "max", maxFields))
	}
	if len(c.bad) > 0 {
		return // conditions that name a field of no sound kind would only be complained about again
	}
	c.conditions(d)
	c.arrange()
	c.checks(d)
}

func (c *checker) label(path string, l Label, limit int, required bool) {
	switch {
	case l.Zh == "" && (required || l.En != ""):
		c.add(path, errs.Invalid("form.definition_label"))
	case odd(l.Zh), odd(l.En):
		c.add(path, errs.Invalid("form.text_broken"))
	case utf8.RuneCountInString(l.Zh) > limit, utf8.RuneCountInString(l.En) > limit:
		c.add(path, errs.Invalid("form.definition_label_long", "limit", limit))
	}
}

// odd tells whether a text holds what no text may: broken UTF-8, or control characters other than
// line ends and tabs.
func odd(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' })
}

func (c *checker) field(path string, f *Field, column bool) {
	if !codeShape.MatchString(f.Code) || slices.Contains(reserved, f.Code) {
		c.add(path+".code", errs.Invalid("form.definition_code"))
	}
	if !column && !slices.Contains(Kinds, f.Kind) || column && !slices.Contains(columnKinds, f.Kind) {
		c.add(path+".kind", errs.Invalid("form.definition_kind", "kind", cut(string(f.Kind))))
		return
	}
	c.label(path+".label", f.Label, maxLabel, true)
	c.label(path+".help", f.Help, maxHelp, false)
	c.label(path+".unit", f.Unit, maxLabel, false)
	for _, attribute := range f.foreign(column) {
		c.add(path+"."+attribute, errs.Invalid("form.definition_attribute", "attribute", attribute, "kind", string(f.Kind)))
	}
	between := func(attribute string, n, min, max int) {
		if n < min || n > max {
			c.add(path+"."+attribute, errs.Invalid("form.definition_number", "min", min, "max", max))
		}
	}
	between("max_length", f.MaxLength, 0, f.lengthLimit())
	between("decimals", f.Decimals, 0, decimals)
	between("max_rows", f.MaxRows, 0, rowsLimit)
	between("min_rows", f.MinRows, 0, f.RowLimit())
	between("max_files", f.MaxFiles, 0, fileLimit)
	if f.Min != nil && f.Max != nil && *f.Min > *f.Max {
		c.add(path+".max", errs.Invalid("form.definition_bounds"))
	}
	if f.Figure != "" && !codeShape.MatchString(f.Figure) || f.Figure == "" && f.Kind == KindComputed ||
		f.Figure != "" && f.Kind == KindNumber && !f.Provenance {
		c.add(path+".figure", errs.Invalid("form.definition_figure"))
	}
	for i, t := range f.Types {
		if c.types != nil && !slices.Contains(c.types, t) {
			c.add(fmt.Sprintf("%s.types.%d", path, i), errs.Invalid("form.definition_type", "type", cut(t)))
		}
	}
	c.parts(path, f)
}

// parts checks a choice's options and a table's columns.
func (c *checker) parts(path string, f *Field) {
	if f.Kind == KindChoice || f.Kind == KindChoices {
		if n := len(f.Options); n < 1 || n > maxOptions {
			c.add(path+".options", errs.Invalid("form.definition_number", "min", 1, "max", maxOptions))
		}
	}
	seen := map[string]bool{}
	for i, o := range f.Options {
		at := fmt.Sprintf("%s.options.%d", path, i)
		if !codeShape.MatchString(o.Code) {
			c.add(at+".code", errs.Invalid("form.definition_code"))
		} else if seen[o.Code] {
			c.add(at+".code", errs.Invalid("form.definition_twice", "code", o.Code))
		}
		seen[o.Code] = true
		c.label(at+".label", o.Label, maxLabel, true)
	}
	if f.Kind != KindTable {
		return
	}
	if n := len(f.Columns); n < 1 || n > maxColumns {
		c.add(path+".columns", errs.Invalid("form.definition_number", "min", 1, "max", maxColumns))
	}
	seen = map[string]bool{}
	for i := range f.Columns {
		column := &f.Columns[i]
		at := fmt.Sprintf("%s.columns.%d", path, i)
		c.field(at, column, true)
		if seen[column.Code] {
			c.add(at+".code", errs.Invalid("form.definition_twice", "code", column.Code))
		}
		seen[column.Code] = true
	}
}

// foreign lists the attributes that the field's kind does not have: a max_length on a number is a
// mistake that would otherwise show when the form is filled in, by its absence.
func (f *Field) foreign(column bool) (attributes []string) {
	for _, a := range []struct {
		name  string
		set   bool
		kinds []Kind
	}{
		{"when", f.When != "" && column, nil},
		{"required", f.Required, slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool { return k == KindComputed })},
		{"personal", f.Personal && !column, []Kind{KindText, KindPerson}},
		{"personal", f.Personal && column, nil}, // a table is stored whole
		{"max_length", f.MaxLength != 0, []Kind{KindText, KindLongText}},
		{"unit", f.Unit != Label{}, []Kind{KindNumber, KindComputed}},
		{"min", f.Min != nil, []Kind{KindNumber, KindMoney}},
		{"max", f.Max != nil, []Kind{KindNumber, KindMoney}},
		{"decimals", f.Decimals != 0, []Kind{KindNumber}},
		{"provenance", f.Provenance && !column, []Kind{KindNumber}},
		{"provenance", f.Provenance && column, nil},
		{"figure", f.Figure != "" && !column, []Kind{KindNumber, KindComputed}},
		{"figure", f.Figure != "" && column, nil},
		{"options", f.Options != nil, []Kind{KindChoice, KindChoices}},
		{"columns", f.Columns != nil, []Kind{KindTable}},
		{"min_rows", f.MinRows != 0, []Kind{KindTable}},
		{"max_rows", f.MaxRows != 0, []Kind{KindTable}},
		{"max_files", f.MaxFiles != 0, []Kind{KindFiles}},
		{"types", f.Types != nil, []Kind{KindFiles}},
	} {
		if a.set && !slices.Contains(a.kinds, f.Kind) {
			attributes = append(attributes, a.name)
		}
	}
	return attributes
}

// conditions parses the conditions of sections and fields.
func (c *checker) conditions(d *Definition) {
	in := scope{fields: c.rules.fields}
	for i, s := range d.Sections {
		var whole []*expression
		if s.When != "" {
			e, err := parseExpression(s.When, in)
			if err != nil {
				c.add(fmt.Sprintf("sections.%d.when", i), err)
			} else {
				whole = append(whole, e)
			}
		}
		for _, f := range s.Fields {
			conditions := slices.Clone(whole)
			if f.When != "" {
				e, err := parseExpression(f.When, in)
				if err != nil {
					c.add(c.paths[f.Code]+".when", err)
					continue
				}
				conditions = append(conditions, e)
			}
			if len(conditions) > 0 {
				c.rules.when[f.Code] = conditions
			}
		}
	}
}

// arrange orders the fields so that what a condition looks at is decided before it, and refuses a
// circle of conditions, in which nothing could be decided first.
func (c *checker) arrange() {
	const visiting, done = 1, 2
	state := map[string]int{}
	var trail []string
	var visit func(code string) bool
	visit = func(code string) bool {
		switch state[code] {
		case done:
			return true
		case visiting:
			circle := append(slices.Clone(trail[slices.Index(trail, code):]), code)
			c.add(c.paths[code]+".when", errs.Invalid("form.definition_cycle", "fields", strings.Join(circle, " → ")))
			return false
		}
		state[code] = visiting
		trail = append(trail, code)
		for _, e := range c.rules.when[code] {
			for _, needed := range e.fields() {
				if !visit(needed) {
					return false
				}
			}
		}
		trail = trail[:len(trail)-1]
		state[code] = done
		if len(c.rules.when[code]) > 0 {
			c.rules.order = append(c.rules.order, code)
		}
		return true
	}
	for _, code := range c.codes {
		if !visit(code) {
			return
		}
	}
}

func (c *checker) checks(d *Definition) {
	if len(d.Checks) > maxChecks {
		c.add("checks", errs.Invalid("form.definition_number", "min", 0, "max", maxChecks))
		return
	}
	for i, check := range d.Checks {
		path := fmt.Sprintf("checks.%d", i)
		c.label(path+".message", check.Message, maxLabel, true)
		in := scope{fields: c.rules.fields}
		if check.Each != "" {
			table, ok := c.rules.fields[check.Each]
			if !ok || table.Kind != KindTable {
				c.add(path+".each", errs.Invalid("form.expression_name", "name", cut(check.Each)))
				continue
			}
			in.columns = table.Columns
		}
		if check.Field != "" {
			if f, _ := in.find(check.Field); f == nil {
				c.add(path+".field", errs.Invalid("form.expression_name", "name", cut(check.Field)))
			}
		}
		e, err := parseExpression(check.Expr, in)
		if err != nil {
			c.add(path+".expr", err)
		} else if check.Field == "" && e.first() == "" {
			c.add(path+".field", errs.Invalid("form.definition_check")) // it would stand nowhere
		}
		c.rules.checks = append(c.rules.checks, e)
	}
}

// cut keeps what a message quotes of the input short.
func cut(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if runes := []rune(s); len(runes) > 50 {
		return string(runes[:50]) + "…"
	}
	return s
}
