package portal

import (
	"slices"

	"openweek/internal/form"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// details are the values of a kind's form in the words of the page. Files of a form are for its readers
// on the Desk, and what identifies persons does not come this far.
func details(v ui.View, d form.Definition, values form.Values) (list []ui.Detail) {
	visible := d.Visible(values)
	for _, s := range d.Sections {
		for _, f := range s.Fields {
			value, ok := values[f.Code]
			if !ok || !visible[f.Code] || f.Identifies() || f.Kind == form.KindFiles {
				continue
			}
			text, lang := i18n.Pick(v.Locale, f.Label.Zh, f.Label.En)
			wide := slices.Contains([]form.Kind{form.KindTable, form.KindLongText}, f.Kind)
			list = append(list, ui.Detail{Label: text, Lang: lang, Wide: wide, Body: showValue(v, f, value)})
		}
	}
	return list
}

// columns are those of a table that the public reads.
func columns(f form.Field) (list []form.Field) {
	for _, c := range f.Columns {
		if !c.Identifies() && c.Kind != form.KindFiles {
			list = append(list, c)
		}
	}
	return list
}

// option is the label of a choice.
func option(f form.Field, code string) ui.Named {
	o, ok := f.Option(code)
	if !ok {
		return ui.Named{Name: code, NameEN: code}
	}
	return ui.Named{Name: o.Label.Zh, NameEN: o.Label.En}
}

//i18n:prefix ui.evidence_
func provenanceWord(v ui.View, p ui.Provenance) string { return v.T("ui.evidence_" + string(p)) }
