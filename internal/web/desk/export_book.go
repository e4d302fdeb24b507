package desk

import (
	"context"
	"io"
	"slices"
	"strconv"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/export"
	"openweek/internal/file"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/i18n"
	"openweek/internal/sheet"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// FilingBooks writes all filings of an obligation as one workbook: a row per unit that owes it, the
// tables of the form on sheets of their own. It is the maker of exports of the kind ExportFilings.
type FilingBooks struct {
	Duties  *duty.Service
	Filings *filing.Service
	Files   *file.Service
	Units   *unit.Service
}

// ExportFilings is the kind of export; its subject is an obligation.
const ExportFilings = "filings"

var _ export.Maker = FilingBooks{}

// Make implements export.Maker. Errors: those of duty.Find and filing.Filed; duty.obligation_not_found.
func (b FilingBooks) Make(ctx context.Context, a actor.Actor, r export.Request, w io.Writer, progress func(done, total int) error) (err error) {
	defer errs.Wrap(&err, "desk.FilingBooks.Make(%s)", r.SubjectID)
	book := filingBook{v: ui.View{Locale: i18n.Locale(r.Locale)}, handed: map[string]filing.Handed{}, places: places{}, files: map[string]string{}}
	regions, err := b.Units.Regions(ctx)
	if err != nil {
		return err
	}
	book.places = namePlaces(book.v.Locale, regions)
	for after := ""; ; {
		page, err := b.Duties.Find(ctx, a, duty.Filter{ObligationID: r.SubjectID, After: after})
		if err != nil {
			return err
		}
		book.duties = append(book.duties, page.Items...)
		if after = page.Next; after == "" {
			break
		}
	}
	if len(book.duties) == 0 {
		return errs.NotFound("duty.obligation_not_found")
	}
	total := 0
	for _, d := range book.duties {
		if d.State == duty.StateFiled || d.State == duty.StateReturned || d.State == duty.StateAccepted {
			total++
		}
	}
	const atOnce = 50
	for after := ""; ; {
		if err := progress(len(book.handed), total); err != nil {
			return err
		}
		list, next, err := b.Filings.Filed(ctx, a, r.SubjectID, after, atOnce)
		if err != nil {
			return err
		}
		for _, one := range list {
			book.handed[one.Duty.ID] = one
			book.learn(one.Form.Definition)
			if err := b.nameFiles(ctx, a, book.files, one.Version.Values); err != nil {
				return err
			}
		}
		if after = next; after == "" {
			break
		}
	}
	if err := sheet.Write(w, sheet.Book{Sheets: book.sheets()}); err != nil {
		return err
	}
	return progress(total, total)
}

func (b FilingBooks) nameFiles(ctx context.Context, a actor.Actor, known map[string]string, values form.Values) error {
	for _, value := range values {
		ids, _ := value.(form.Files)
		for _, fileID := range ids {
			f, err := b.Files.Get(ctx, a, fileID)
			if err != nil && errs.KindOf(err) != errs.KindNotFound {
				return err
			}
			known[fileID] = f.Name
		}
	}
	return nil
}

// filingBook is what goes into the workbook.
type filingBook struct {
	v      ui.View
	places places
	duties []duty.Duty
	handed map[string]filing.Handed // by duty
	fields []form.Field             // of all versions of the form that were filled in, the latest's first
	files  map[string]string        // names by id
}

// learn adds the fields of a form that are not known yet: units fill in different versions.
func (b *filingBook) learn(d form.Definition) {
	for _, s := range d.Sections {
		for _, f := range s.Fields {
			if i := slices.IndexFunc(b.fields, func(g form.Field) bool { return g.Code == f.Code }); i < 0 {
				b.fields = append(b.fields, f)
			} else if f.Kind == form.KindTable {
				for _, c := range f.Columns {
					if _, known := b.fields[i].Column(c.Code); !known {
						b.fields[i].Columns = append(slices.Clone(b.fields[i].Columns), c)
					}
				}
			}
		}
	}
}

func (b *filingBook) sheets() []sheet.Sheet {
	v := b.v
	heads := []sheet.Head{
		{Title: v.T("ledger.unit"), Width: 34}, {Title: v.T("desk.region"), Width: 14}, {Title: v.T("desk.line"), Width: 14}, {Title: v.T("desk.tier")},
		{Title: v.T("ledger.state"), Width: 14}, {Title: v.T("ledger.due"), Width: 12}, {Title: v.T("ledger.filed_at"), Width: 18}, {Title: v.T("ledger.version")},
	}
	for _, f := range b.fields {
		if f.Kind == form.KindTable {
			continue
		}
		heads = append(heads, sheet.Head{Title: fieldLabel(v, f), Width: fieldWidth(f)})
		if f.Provenance || f.Kind == form.KindComputed {
			heads = append(heads, sheet.Head{Title: v.T("ledger.source_of", "field", label(v, f.Label)), Width: 14})
		}
	}
	title := columnTitle(v, b.duties[0].Obligation)
	list := []sheet.Sheet{{Name: v.T("ledger.filings"), Title: title, Columns: heads, Rows: b.rows()}}
	for _, f := range b.fields {
		if f.Kind == form.KindTable {
			list = append(list, b.tableSheet(f))
		}
	}
	return list
}

func fieldWidth(f form.Field) float64 {
	switch f.Kind {
	case form.KindLongText:
		return 60
	case form.KindNumber, form.KindMoney, form.KindComputed, form.KindDate:
		return 14
	}
	return 24
}

func (b *filingBook) rows() func(yield func([]any, error) bool) {
	return func(yield func([]any, error) bool) {
		for _, d := range b.duties {
			if !yield(b.row(d), nil) {
				return
			}
		}
	}
}

func (b *filingBook) row(d duty.Duty) []any {
	v := b.v
	name, _ := i18n.Pick(v.Locale, d.Unit.Name, d.Unit.NameEN)
	state := dutyStateWord(v, d.State)
	if d.Late {
		state = v.T("ledger.state_late", "state", state)
	}
	row := []any{name, b.places[d.Unit.Place.Region], lineName(v, d.Unit.Place.Line), tierName(v, d.Unit.Place.Tier), state, d.LastDay()}
	if d.LastDay() == "" {
		row[len(row)-1] = nil
	}
	one, filed := b.handed[d.ID]
	if !filed {
		return append(row, nil, nil)
	}
	row = append(row, one.Version.At, one.Version.N)
	for _, f := range b.fields {
		if f.Kind == form.KindTable {
			continue
		}
		value := one.Version.Values[f.Code]
		row = append(row, b.cell(f, value))
		if f.Provenance || f.Kind == form.KindComputed {
			row = append(row, provenanceCell(v, value))
		}
	}
	return row
}

// tableSheet has a row for each row of a table, with its unit.
func (b *filingBook) tableSheet(f form.Field) sheet.Sheet {
	v := b.v
	heads := []sheet.Head{{Title: v.T("ledger.unit"), Width: 34}, {Title: v.T("desk.region"), Width: 14}, {Title: v.T("ledger.row")}}
	for _, c := range f.Columns {
		heads = append(heads, sheet.Head{Title: fieldLabel(v, c), Width: fieldWidth(c)})
	}
	rows := func(yield func([]any, error) bool) {
		for _, d := range b.duties {
			table, _ := b.handed[d.ID].Version.Values[f.Code].(form.Rows)
			name, _ := i18n.Pick(v.Locale, d.Unit.Name, d.Unit.NameEN)
			for i, values := range table {
				row := []any{name, b.places[d.Unit.Place.Region], i + 1}
				for _, c := range f.Columns {
					row = append(row, b.cell(c, values[c.Code]))
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
	return sheet.Sheet{Name: label(v, f.Label), Title: label(v, f.Label), Columns: heads, Rows: rows}
}

// cell is a value as a workbook holds it: numbers and days as such, all else as text.
func (b *filingBook) cell(f form.Field, value form.Value) any {
	switch value := value.(type) {
	case form.Text:
		switch f.Kind {
		case form.KindChoice:
			return optionLabel(b.v, f, string(value))
		case form.KindLongText:
			return form.Plain(value)
		}
		return string(value)
	case form.Number:
		return numberCell(value)
	case form.Figure:
		return numberCell(value.Value)
	case form.Money:
		n, err := strconv.ParseFloat(value.String(), 64)
		if err != nil {
			return value.String()
		}
		return n
	case form.Day:
		return dayCell(value)
	case form.Choices:
		words := ""
		for i, code := range value {
			if i > 0 {
				words += b.v.T("duties.comma")
			}
			words += optionLabel(b.v, f, code)
		}
		return words
	case form.Person:
		return who(value.Name, value.Phone)
	case form.Files:
		list := ""
		for i, fileID := range value {
			if i > 0 {
				list += "\n"
			}
			list += b.files[fileID]
		}
		return list
	}
	return nil
}

func numberCell(n form.Number) any {
	f, err := strconv.ParseFloat(n.String(), 64)
	if err != nil {
		return n.String()
	}
	return f
}

// provenanceCell says where a figure comes from.
//
//i18n:prefix ui.evidence_
func provenanceCell(v ui.View, value form.Value) any {
	figure, ok := value.(form.Figure)
	if !ok {
		return nil
	}
	return v.T("ui.evidence_" + string(figure.Provenance))
}
