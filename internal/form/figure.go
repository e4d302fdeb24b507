package form

import (
	"context"

	"openweek/internal/errs"
)

// Source gives a figure of the product's own data by the key that a field names, such as
// "participants"; known is false where the product does not count it. What it is asked about (which
// unit, which edition) the caller has bound to it.
type Source func(ctx context.Context, key string) (f Figure, known bool, err error)

// Figures asks a source for all that the form's fields name, by the field's code: what a page shows
// beside the figure that a unit fills in.
func (d Definition) Figures(ctx context.Context, source Source) (figures map[string]Figure, err error) {
	defer errs.Wrap(&err, "form.Figures(%s)", d.Code)
	figures = map[string]Figure{}
	for _, s := range d.Sections {
		for _, f := range s.Fields {
			if f.Figure == "" {
				continue
			}
			figure, known, err := source(ctx, f.Figure)
			if err != nil {
				return nil, err
			}
			if known {
				figures[f.Code] = figure
			}
		}
	}
	return figures, nil
}

// Compute gives the values with the figures of Figures: computed fields hold them, or nothing. A number
// that a unit calls counted stays so only while it is what was counted; else it is reported.
func (d Definition) Compute(v Values, figures map[string]Figure) Values {
	out := make(Values, len(v))
	for code, value := range v {
		out[code] = value
	}
	d.each(func(f *Field) {
		figure, known := figures[f.Code]
		switch own, _ := v[f.Code].(Figure); {
		case f.Kind == KindComputed && known:
			out[f.Code] = figure
		case f.Kind == KindComputed:
			delete(out, f.Code)
		case own.Provenance == Counted && (!known || figure != own):
			own.Provenance = Reported
			out[f.Code] = own
		}
	})
	return out
}
