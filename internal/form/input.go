package form

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"openweek/internal/clock"
	"openweek/internal/errs"
)

// Read reads what a page has sent: inputs named like the fields ("funds"), a table's cells
// ("schedule.0.day"), a person's parts ("liaison.name", "liaison.phone") and a figure's provenance
// ("visitors.provenance"). Rows need not be numbered without gaps, and those with nothing in them are
// dropped; the others are numbered anew, so a problem stands on the row as it is in the values. What
// cannot be read or stored is missing in the values, and is told in the error beside them: they are a
// sound draft in any case, which keeps the rest. Computed fields are not read, and nobody claims a
// figure as verified.
//
// Errors: as Validate for a draft, and form.number_unreadable, form.date_unreadable.
func (d Definition) Read(in map[string][]string) (v Values, err error) {
	defer errs.Wrap(&err, "form.Read(%s)", d.Code)
	v = Values{}
	var bad problems
	tables := tablesOf(in)
	d.each(func(f *Field) {
		if f.Kind == KindTable {
			v.set(f.Code, bad.readRows(f, tables[f.Code]))
		} else {
			v.set(f.Code, bad.read(f.Code, f, func(part string) []string { return in[f.Code+part] }))
		}
	})
	unread := map[string]bool{}
	for _, e := range bad {
		unread[e.Field] = true
	}
	if err := d.Validate(v, Draft); err != nil {
		for _, e := range errs.As(err).Problems {
			v.drop(e.Field)
			if !unread[e.Field] {
				bad = append(bad, e)
			}
		}
	}
	return v, errs.Join(bad...)
}

// drop takes away the field or the table's cell at a path.
func (v Values) drop(path string) {
	parts := strings.Split(path, ".")
	rows, _ := v[parts[0]].(Rows)
	if len(parts) == 3 && rows != nil {
		if n, err := strconv.Atoi(parts[1]); err == nil && n < len(rows) {
			delete(rows[n], parts[2])
		}
		return
	}
	delete(v, parts[0])
}

// tablesOf sorts the inputs of tables: table → row → column.
func tablesOf(in map[string][]string) map[string]map[int]map[string][]string {
	tables := map[string]map[int]map[string][]string{}
	for name, sent := range in {
		parts := strings.Split(name, ".")
		if len(parts) != 3 {
			continue
		}
		row, err := strconv.Atoi(parts[1])
		if err != nil || row < 0 {
			continue
		}
		if tables[parts[0]] == nil {
			tables[parts[0]] = map[int]map[string][]string{}
		}
		if tables[parts[0]][row] == nil {
			tables[parts[0]][row] = map[string][]string{}
		}
		tables[parts[0]][row][parts[2]] = sent
	}
	return tables
}

func (bad *problems) readRows(f *Field, sent map[int]map[string][]string) Rows {
	var rows Rows
	for _, number := range slices.Sorted(maps.Keys(sent)) {
		cells := sent[number]
		filled := slices.ContainsFunc(f.Columns, func(c Field) bool { return tidy(first(cells[c.Code]), false) != "" })
		if !filled {
			continue
		}
		row, path := Values{}, f.Code+"."+strconv.Itoa(len(rows))+"."
		for i := range f.Columns {
			column := &f.Columns[i]
			row.set(column.Code, bad.read(path+column.Code, column, func(string) []string { return cells[column.Code] }))
		}
		rows = append(rows, row)
	}
	return rows
}

// read reads one field or cell. get gives what was sent for it, or for a part such as ".name".
func (bad *problems) read(path string, f *Field, get func(part string) []string) Value {
	s := first(get(""))
	if strings.ContainsRune(s, 0) || !utf8.ValidString(s) {
		bad.add(path, errs.Invalid("form.text_broken"))
		return nil
	}
	switch f.Kind {
	case KindComputed:
		return nil
	case KindLongText:
		return Text(tidy(s, true))
	case KindChoices:
		return bad.readChoices(path, f, get(""))
	case KindFiles:
		var files Files
		for _, fileID := range get("") {
			if fileID != "" && !slices.Contains(files, fileID) {
				files = append(files, fileID)
			}
		}
		return files
	case KindPerson:
		return Person{Name: tidy(first(get(".name")), false), Phone: norm.NFKC.String(tidy(first(get(".phone")), false))}
	}
	s = tidy(s, false)
	if s == "" {
		return nil
	}
	switch f.Kind {
	case KindNumber:
		n, err := ParseNumber(digits(s))
		if err != nil {
			bad.unreadable(path, f, s, err)
			return nil
		}
		if f.Provenance {
			return Figure{Value: n, Provenance: bad.provenance(path, f, first(get(".provenance")))}
		}
		return n
	case KindMoney:
		m, err := ParseMoney(strings.TrimSuffix(strings.TrimPrefix(digits(s), "¥"), "元"))
		if err != nil {
			bad.unreadable(path, f, s, err)
			return nil
		}
		return m
	case KindDate:
		day, ok := readDay(s)
		if !ok {
			bad.add(path, errs.Invalid("form.date_unreadable", "label", f.Label, "value", cut(s)))
			return nil
		}
		return Day(day)
	}
	return Text(s)
}

func (bad *problems) unreadable(path string, f *Field, s string, err error) {
	if errors.Is(err, errRange) {
		bad.add(path, errs.Invalid("form.number_range", "label", f.Label))
		return
	}
	bad.add(path, errs.Invalid("form.number_unreadable", "label", f.Label, "value", cut(s)))
}

// provenance reads where a unit says that its figure comes from. What a unit fills in is reported
// unless it says otherwise; whether a counted one is still what was counted is for Definition.Compute,
// and verified is said by the upper unit.
func (bad *problems) provenance(path string, f *Field, s string) Provenance {
	switch p := Provenance(s); p {
	case "":
		return Reported
	case Reported, Estimated, Counted:
		return p
	}
	bad.add(path+".provenance", errs.Invalid("form.provenance_unknown", "label", f.Label))
	return Reported
}

// readChoices gives the options taken in the form's order.
func (bad *problems) readChoices(path string, f *Field, sent []string) Choices {
	var taken Choices
	for _, o := range f.Options {
		if slices.Contains(sent, o.Code) {
			taken = append(taken, o.Code)
		}
	}
	for _, code := range sent {
		if _, ok := f.Option(code); code != "" && !ok {
			bad.add(path, errs.Invalid("form.option_unknown", "label", f.Label))
			break
		}
	}
	return taken
}

func first(sent []string) string {
	if len(sent) == 0 {
		return ""
	}
	return sent[0]
}

// digits folds full-width forms and takes grouping and blanks out: 1,200 and １２００ are 1200.
func digits(s string) string {
	return strings.NewReplacer(",", "", " ", "", "\u2212", "-").Replace(norm.NFKC.String(s))
}

var daySeparators = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$`)

func readDay(s string) (clock.Day, bool) {
	found := daySeparators.FindStringSubmatch(norm.NFKC.String(s))
	if found == nil {
		return "", false
	}
	var parts [3]int
	for i := range parts {
		n, err := strconv.Atoi(found[i+1])
		if err != nil {
			return "", false
		}
		parts[i] = n
	}
	return clock.DayOf(parts[0], parts[1], parts[2])
}
