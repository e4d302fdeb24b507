package desk

import (
	"bytes"
	"iter"
	"net/http"

	"openweek/internal/duty"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/sheet"
	"openweek/internal/web/ui"
)

// GetLedgerExport gives the matrix as the filter shows it, all rows, with the rates and their formula,
// as an Excel file.
func (d *Desk) GetLedgerExport(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.ledgerPart(r)
	if err != nil {
		return err
	}
	v := d.ledgerPage(r, p.ledgerView, r.T("ledger.title"))
	first := p.Matrix
	if p.Filter.After != "" { // the totals come with the first page
		p.Filter.After = ""
		if first, err = d.Duties.Matrix(r.Context(), r.Actor, p.Filter.MatrixQuery); err != nil {
			return err
		}
	}
	p.Matrix = first
	rows := func(yield func([]any, error) bool) {
		for m := first; ; {
			for _, row := range m.Rows {
				if !yield(p.exportRow(v, row), nil) {
					return
				}
			}
			if m.Next == "" {
				return
			}
			query := p.Filter.MatrixQuery
			query.After = m.Next
			var err error
			if m, err = d.Duties.Matrix(r.Context(), r.Actor, query); err != nil {
				yield(nil, err)
				return
			}
		}
	}
	var body bytes.Buffer
	if err := sheet.Write(&body, sheet.Book{Sheets: p.exportSheets(v, rows)}); err != nil {
		return err
	}
	return d.workbook(w, r, r.T("ledger.title"), body.Bytes())
}

func (p ledgerPart) exportSheets(v ui.View, rows iter.Seq2[[]any, error]) []sheet.Sheet {
	name, _ := i18n.Pick(v.Locale, p.Name, p.NameEN)
	heads := []sheet.Head{
		{Title: v.T("ledger.unit"), Width: 34}, {Title: v.T("desk.region"), Width: 14}, {Title: v.T("desk.line"), Width: 14},
		{Title: v.T("desk.tier"), Width: 10}, {Title: v.T("ledger.signed_at"), Width: 18},
	}
	for _, o := range p.Matrix.Obligations {
		heads = append(heads, sheet.Head{Title: columnTitle(v, o), Width: 24})
	}
	heads = append(heads, sheet.Head{Title: v.T("ledger.completeness"), Width: 12}, sheet.Head{Title: v.T("ledger.late"), Width: 8})
	tallies := func(first string) []sheet.Head {
		return []sheet.Head{
			{Title: first, Width: 30}, {Title: v.T("ledger.duties")}, {Title: v.T("state.todo")}, {Title: v.T("state.drafting")}, {Title: v.T("state.sent")},
			{Title: v.T("state.returned")}, {Title: v.T("state.accepted")}, {Title: v.T("state.nil_report")}, {Title: v.T("state.exempt")},
			{Title: v.T("ledger.completeness"), Width: 12}, {Title: v.T("ledger.timeliness"), Width: 12}, {Title: v.T("ledger.late")},
		}
	}
	columns, regions, lines := [][]any{tallyRow(v, v.T("ledger.total"), p.Total)}, [][]any{}, [][]any{}
	for i, o := range p.Matrix.Obligations {
		columns = append(columns, tallyRow(v, columnTitle(v, o), p.Columns[i]))
	}
	for _, t := range p.ByRegion {
		regions = append(regions, tallyRow(v, p.placed(v, t.Region), t.Tally))
	}
	for _, t := range p.ByLine {
		lines = append(lines, tallyRow(v, lineName(v, t.Line), t.Tally))
	}
	formula := v.T("ledger.export_formula", "at", i18n.Moment(v.Locale, p.At))
	return []sheet.Sheet{
		{Name: v.T("ledger.title"), Title: name, Columns: heads, Rows: rows},
		{Name: v.T("ledger.by_obligation"), Title: formula, Columns: tallies(v.T("ledger.obligation")), Rows: sheet.RowsOf(columns...)},
		{Name: v.T("ledger.by_region"), Title: formula, Columns: tallies(v.T("desk.region")), Rows: sheet.RowsOf(regions...)},
		{Name: v.T("ledger.by_line"), Title: formula, Columns: tallies(v.T("desk.line")), Rows: sheet.RowsOf(lines...)},
	}
}

// columnTitle names an obligation with its clause.
func columnTitle(v ui.View, o duty.Obligation) string {
	text, _ := i18n.Pick(v.Locale, o.What, o.WhatEN)
	if o.Clause != "" {
		return "〔" + o.Clause + "〕" + text
	}
	return text
}

func tallyRow(v ui.View, name string, t duty.Tally) []any {
	return []any{name, t.Duties, t.Open, t.Draft, t.Filed, t.Returned, t.Accepted, t.Nil, t.Exempt, rateWords(v, t.Completeness()), rateWords(v, t.Timeliness()), t.Late}
}

func (p ledgerPart) exportRow(v ui.View, row duty.Row) []any {
	name, _ := i18n.Pick(v.Locale, row.Unit.Name, row.Unit.NameEN)
	out := []any{name, p.Places[row.Unit.Place.Region], lineName(v, row.Unit.Place.Line), tierName(v, row.Unit.Place.Tier), instantCell(row.SignedAt)}
	for _, e := range row.Duties {
		switch {
		case e.State == "":
			out = append(out, nil)
		case e.Late:
			out = append(out, v.T("ledger.state_late", "state", dutyStateWord(v, e.State)))
		default:
			out = append(out, dutyStateWord(v, e.State))
		}
	}
	return append(out, rateWords(v, row.Tally.Completeness()), row.Tally.Late)
}
