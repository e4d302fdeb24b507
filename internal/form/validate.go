package form

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
)

// Mode tells what values are validated for.
type Mode int

// The modes.
const (
	Draft Mode = iota // may be incomplete and out of bounds: only what could not be stored or shown is refused
	Final             // to be handed in: complete, within bounds, and no check between fields fails
)

// Validate checks values against the form. For Final only the fields that are shown count. Every
// problem stands on its field: "funds", or "schedule.2.day" for a table's cell (rows from 0).
//
// Errors: a form of form.value_unknown, form.value_type, form.required, form.text_…, form.number_…,
// form.date_unreadable, form.option_unknown, form.rows_…, form.files_…, form.file_unknown,
// form.link_malformed, form.person_…, form.check.
func (d Definition) Validate(v Values, m Mode) (err error) {
	defer errs.Wrap(&err, "form.Validate(%s)", d.Code)
	var bad problems
	for _, code := range slices.Sorted(maps.Keys(v)) {
		if _, ok := d.Field(code); !ok {
			bad.add(cut(code), errs.Invalid("form.value_unknown"))
		}
	}
	shown := d.Visible(v)
	d.each(func(f *Field) {
		if m == Draft || shown[f.Code] {
			bad.field(f.Code, f, v[f.Code], m)
		}
	})
	if m == Final {
		d.check(v, shown, &bad)
	}
	return errs.Join(bad...)
}

type problems []*errs.Error

func (bad *problems) add(path string, e *errs.Error) { *bad = append(*bad, e.On(path)) }

// check adds the checks between fields that fail, and only where the fields themselves are sound.
func (d Definition) check(v Values, shown map[string]bool, bad *problems) {
	broken := map[string]bool{}
	for _, e := range *bad {
		broken[e.Field] = true
	}
	w := world{values: v, shown: func(code string) bool { return shown[code] && !broken[code] }}
	for i, c := range d.Checks {
		e := d.rules.checks[i]
		at := c.Field
		if at == "" {
			at = e.first()
		}
		fails := func(path string) {
			if r := e.eval(w); r.known && !r.truth {
				bad.add(path, errs.Invalid("form.check", "message", c.Message))
			}
		}
		if c.Each == "" {
			fails(at)
			continue
		}
		if !shown[c.Each] {
			continue
		}
		table, _ := d.Field(c.Each)
		rows, _ := v[c.Each].(Rows)
		for n, row := range rows {
			path := fmt.Sprintf("%s.%d", c.Each, n)
			if _, ok := table.Column(at); ok {
				path += "." + at
			}
			w.row = row
			fails(path)
		}
		w.row = nil
	}
}

// field checks the value of one field or cell.
func (bad *problems) field(path string, f *Field, v Value, m Mode) {
	if v == nil || v.empty() {
		if m == Final && (f.Required || f.Kind == KindTable && f.MinRows > 0) {
			bad.add(path, errs.Invalid("form.required", "label", f.Label))
		}
		return
	}
	if !f.holds(v) {
		bad.add(path, errs.Invalid("form.value_type", "label", f.Label))
		return
	}
	switch v := v.(type) {
	case Text:
		bad.text(path, f, string(v), m)
	case Day:
		if _, err := clock.ParseDay(string(v)); err != nil {
			bad.add(path, errs.Invalid("form.date_unreadable", "label", f.Label, "value", cut(string(v))))
		}
	case Number:
		bad.number(path, f, v, m)
	case Figure:
		if !slices.Contains(Provenances, v.Provenance) {
			bad.add(path, errs.Invalid("form.provenance_unknown", "label", f.Label))
		}
		bad.number(path, f, v.Value, m)
	case Money:
		if v < -MaxMoney || v > MaxMoney {
			bad.add(path, errs.Invalid("form.number_range", "label", f.Label))
		} else {
			bad.bounds(path, f, Number(v)*(one/100), m)
		}
	case Choices:
		for i, code := range v {
			if _, ok := f.Option(code); !ok || slices.Contains(v[:i], code) {
				bad.add(path, errs.Invalid("form.option_unknown", "label", f.Label))
				return
			}
		}
	case Files:
		bad.files(path, f, v, m)
	case Person:
		bad.person(path, f, v, m)
	case Rows:
		bad.rows(path, f, v, m)
	}
}

// holds tells whether the value is of the type that the field's kind takes.
func (f *Field) holds(v Value) (ok bool) {
	switch f.Kind {
	case KindText, KindLongText, KindChoice, KindLink:
		_, ok = v.(Text)
	case KindNumber:
		if f.Provenance {
			_, ok = v.(Figure)
		} else {
			_, ok = v.(Number)
		}
	case KindComputed:
		_, ok = v.(Figure)
	case KindMoney:
		_, ok = v.(Money)
	case KindDate:
		_, ok = v.(Day)
	case KindChoices:
		_, ok = v.(Choices)
	case KindTable:
		_, ok = v.(Rows)
	case KindFiles:
		_, ok = v.(Files)
	case KindPerson:
		_, ok = v.(Person)
	}
	return ok
}

func (bad *problems) text(path string, f *Field, s string, m Mode) {
	switch f.Kind {
	case KindChoice:
		if _, ok := f.Option(s); !ok {
			bad.add(path, errs.Invalid("form.option_unknown", "label", f.Label))
		}
		return
	case KindLink:
		if m == Final && !isLink(s) || m == Draft && !becomesLink(s) {
			bad.add(path, errs.Invalid("form.link_malformed", "label", f.Label))
		}
		return
	}
	limit := f.Length()
	if m == Draft {
		limit = f.lengthLimit()
	}
	if odd(s) || f.Kind == KindText && strings.ContainsRune(s, '\n') {
		bad.add(path, errs.Invalid("form.text_broken"))
	} else if n := utf8.RuneCountInString(s); n > limit {
		bad.add(path, errs.Invalid("form.text_long", "label", f.Label, "limit", limit, "length", n))
	}
}

// isLink takes addresses that a browser opens and that name a host. User names in an address serve to
// make it look like another.
func isLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= 2048 && !odd(s) && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil
}

// becomesLink takes what may be an address half typed, and nothing that a browser would run.
func becomesLink(s string) bool {
	u, err := url.Parse(s)
	return len(s) <= 2048 && !odd(s) && (err != nil || u.Scheme == "" || u.Scheme == "http" || u.Scheme == "https")
}

func (bad *problems) number(path string, f *Field, n Number, m Mode) {
	switch {
	case n < -MaxNumber || n > MaxNumber:
		bad.add(path, errs.Invalid("form.number_range", "label", f.Label))
	case m == Final && f.Kind == KindNumber && n.places() > f.Decimals:
		if f.Decimals == 0 {
			bad.add(path, errs.Invalid("form.number_whole", "label", f.Label))
		} else {
			bad.add(path, errs.Invalid("form.number_decimals", "label", f.Label, "limit", f.Decimals))
		}
	default:
		bad.bounds(path, f, n, m)
	}
}

func (bad *problems) bounds(path string, f *Field, n Number, m Mode) {
	switch {
	case m == Draft:
	case f.Min != nil && n < *f.Min:
		bad.add(path, errs.Invalid("form.number_small", "label", f.Label, "min", f.Min.String()))
	case f.Max != nil && n > *f.Max:
		bad.add(path, errs.Invalid("form.number_large", "label", f.Label, "max", f.Max.String()))
	}
}

func (bad *problems) files(path string, f *Field, files Files, m Mode) {
	limit := f.FileLimit()
	if m == Draft {
		limit = fileLimit
	}
	if len(files) > limit {
		bad.add(path, errs.Invalid("form.files_many", "label", f.Label, "limit", limit))
	}
	for i, fileID := range files {
		if !id.Valid(fileID) || slices.Contains(files[:i], fileID) {
			bad.add(path, errs.Invalid("form.file_unknown", "label", f.Label))
			return
		}
	}
}

var phoneShape = regexp.MustCompile(`^\+?[0-9][0-9 -]{4,18}[0-9]$`)

func (bad *problems) person(path string, f *Field, p Person, m Mode) {
	if odd(p.Name) || odd(p.Phone) || utf8.RuneCountInString(p.Name) > 50 || len(p.Phone) > 40 {
		bad.add(path, errs.Invalid("form.text_broken"))
		return
	}
	if m == Draft {
		return
	}
	if p.Name == "" {
		bad.add(path+".name", errs.Invalid("form.person_name", "label", f.Label))
	}
	if !phoneShape.MatchString(p.Phone) {
		bad.add(path+".phone", errs.Invalid("form.person_phone", "label", f.Label))
	}
}

func (bad *problems) rows(path string, f *Field, rows Rows, m Mode) {
	limit := f.RowLimit()
	if m == Draft {
		limit = rowsLimit
	}
	if len(rows) > limit {
		bad.add(path, errs.Invalid("form.rows_many", "label", f.Label, "limit", limit))
		return
	}
	if m == Final && len(rows) < f.MinRows {
		bad.add(path, errs.Invalid("form.rows_few", "label", f.Label, "min", f.MinRows))
	}
	for i, row := range rows {
		at := fmt.Sprintf("%s.%d", path, i)
		for _, code := range slices.Sorted(maps.Keys(row)) {
			if _, ok := f.Column(code); !ok {
				bad.add(at+"."+cut(code), errs.Invalid("form.value_unknown"))
			}
		}
		for j := range f.Columns {
			column := &f.Columns[j]
			bad.field(at+"."+column.Code, column, row[column.Code], m)
		}
	}
}
