package desk

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"openweek/internal/clock"
	"openweek/internal/form"
	"openweek/internal/web/ui"
)

// fillForm is a form as it is filled in.
type fillForm struct {
	aboutDuty
	Form    form.Form
	Version int64 // of the draft
	SavedAt clock.Instant
	SavedBy string
	Values  form.Values
	Raw     url.Values // as it was sent, where something of it could not be read
	Visible map[string]bool
	Figures map[string]form.Figure
	Files   attachments
	// Returned is why the version before came back, nil for a first filing.
	Returned *stepLine
	Marks    marks
	Extra    string // table that is shown with further empty rows
	Clash    *fillClash
	Checked  bool // the check found nothing wrong
}

// fillClash is what somebody else has saved meanwhile.
type fillClash struct {
	By      string
	At      clock.Instant
	Changes []form.FieldChange // from what they saved to what the reader has filled in
	Files   attachments
}

func (p fillForm) shownSection(s form.Section) bool {
	return slices.ContainsFunc(s.Fields, func(f form.Field) bool { return p.Visible[f.Code] })
}

// text is what stands in an input: what was sent, where that could not be read, else the value.
func (p fillForm) text(v ui.View, path string, value form.Value) string {
	if p.Raw.Has(path) && v.Problem(path) != "" {
		return p.Raw.Get(path)
	}
	part := path[strings.LastIndexByte(path, '.')+1:]
	switch value := value.(type) {
	case form.Text:
		return string(value)
	case form.Number:
		return value.String()
	case form.Figure:
		return value.Value.String()
	case form.Money:
		return value.String()
	case form.Day:
		return string(value)
	case form.Person:
		if part == "phone" {
			return value.Phone
		}
		return value.Name
	}
	return ""
}

func (p fillForm) chosen(code string) []string {
	chosen, _ := p.Values[code].(form.Choices)
	return chosen
}

func (p fillForm) choice(code string) string {
	text, _ := p.Values[code].(form.Text)
	return string(text)
}

func (p fillForm) provenance(code string) string {
	figure, ok := p.Values[code].(form.Figure)
	if !ok {
		return string(form.Reported)
	}
	return string(figure.Provenance)
}

func (p fillForm) attached(code string) form.Files {
	ids, _ := p.Values[code].(form.Files)
	return ids
}

// Empty rows at the end of a table: one to go on with, more when they were asked for.
const (
	spareRows = 1
	extraRows = 5
)

// rows are those of a table, with empty ones at its end as far as it takes more.
func (p fillForm) rows(f form.Field) form.Rows {
	filled, _ := p.Values[f.Code].(form.Rows)
	spare := spareRows
	if p.Extra == f.Code {
		spare = extraRows
	}
	rows := slices.Clone(filled)
	for range max(0, min(max(spare, f.MinRows-len(filled)), f.RowLimit()-len(filled))) {
		rows = append(rows, form.Values{})
	}
	return rows
}

func cellPath(code string, row int, column string) string {
	return code + "." + strconv.Itoa(row) + "." + column
}

// fieldLabel is a field's label with its unit.
func fieldLabel(v ui.View, f form.Field) string {
	if f.Unit.Zh == "" {
		return label(v, f.Label)
	}
	return v.T("duties.label_unit", "label", label(v, f.Label), "unit", label(v, f.Unit))
}

func optionsOf(v ui.View, f form.Field) []ui.Option {
	list := make([]ui.Option, len(f.Options))
	for i, o := range f.Options {
		list[i] = ui.Option{Value: o.Code, Text: label(v, o.Label), Lang: labelLang(v, o.Label)}
	}
	return list
}

// provenanceOptions are what a unit can say of its own figure: nobody verifies it themselves, and
// counted is only what the product has counted.
//
//i18n:prefix ui.evidence_
func (p fillForm) provenanceOptions(v ui.View, f form.Field) []ui.Option {
	list := []form.Provenance{form.Reported, form.Estimated}
	if _, counted := p.Figures[f.Code]; counted {
		list = append([]form.Provenance{form.Counted}, list...)
	}
	options := make([]ui.Option, len(list))
	for i, one := range list {
		options[i] = ui.Option{Value: string(one), Text: v.T("ui.evidence_" + string(one))}
	}
	return options
}

// accepts is which files a browser offers for a field.
func accepts(f form.Field) string {
	types := f.Types
	if len(types) == 0 {
		types = form.FileTypes
	}
	list := make([]string, len(types))
	for i, t := range types {
		list[i] = "." + t
	}
	if slices.Contains(types, "jpg") {
		list = append(list, ".jpeg")
	}
	return strings.Join(list, ",")
}

// renumber takes empty rows out of what was sent and numbers the others anew, as reading a form does,
// so that what cannot be read stays beside its problem.
func renumber(sent url.Values, def form.Definition) url.Values {
	out := maps.Clone(sent)
	for _, s := range def.Sections {
		for _, f := range s.Fields {
			if f.Kind == form.KindTable {
				renumberTable(out, f)
			}
		}
	}
	return out
}

func renumberTable(sent url.Values, f form.Field) {
	rows := map[int]map[string][]string{}
	for name, values := range sent {
		parts := strings.Split(name, ".")
		if len(parts) != 3 || parts[0] != f.Code {
			continue
		}
		n, err := strconv.Atoi(parts[1])
		if err != nil || n < 0 {
			continue
		}
		if rows[n] == nil {
			rows[n] = map[string][]string{}
		}
		rows[n][parts[2]] = values
		delete(sent, name)
	}
	next := 0
	for _, n := range slices.Sorted(maps.Keys(rows)) {
		if !slices.ContainsFunc(f.Columns, func(c form.Field) bool {
			return len(rows[n][c.Code]) > 0 && strings.TrimSpace(rows[n][c.Code][0]) != ""
		}) {
			continue
		}
		for column, values := range rows[n] {
			sent[cellPath(f.Code, next, column)] = values
		}
		next++
	}
}

// Buttons of the form beside those that save, check and submit: each edits what was sent before it is
// saved.
const (
	opSave   = "save"
	opCheck  = "check"
	opSubmit = "submit"
	opUpload = "upload"
	opAdd    = "add"    // add.<table>
	opDrop   = "drop"   // drop.<table>.<row>
	opUnfile = "unfile" // unfile.<field>.<file>
	opAdopt  = "adopt"  // adopt.<field>
)

// edit does what a button of the form says, and gives the field at which the page goes on.
func edit(sent url.Values, op string, figures map[string]form.Figure) (field string) {
	parts := strings.Split(op, ".")
	if len(parts) < 2 {
		return ""
	}
	field = parts[1]
	switch {
	case parts[0] == opDrop && len(parts) == 3:
		for name := range sent {
			if strings.HasPrefix(name, field+"."+parts[2]+".") {
				delete(sent, name)
			}
		}
	case parts[0] == opUnfile && len(parts) == 3:
		sent[field] = slices.DeleteFunc(slices.Clone(sent[field]), func(fileID string) bool { return fileID == parts[2] })
	case parts[0] == opAdopt:
		if counted, ok := figures[field]; ok {
			sent.Set(field, counted.Value.String())
			sent.Set(field+".provenance", string(counted.Provenance))
		}
	}
	return field
}

// cellType is the type of a cell's input.
func cellType(c form.Field) string {
	switch c.Kind {
	case form.KindDate:
		return "date"
	case form.KindLink:
		return "url"
	}
	return "text"
}

// cellAttributes name a cell, whose label stands in the table's head.
func cellAttributes(v ui.View, c form.Field, row int, path, problem string) templ.Attributes {
	a := templ.Attributes{"aria-label": v.T("duties.cell_label", "column", fieldLabel(v, c), "row", row+1)}
	if problem != "" {
		a["aria-invalid"], a["aria-describedby"] = "true", "f-"+path+"-problem"
	}
	return a
}
