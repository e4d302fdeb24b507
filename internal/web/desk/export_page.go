package desk

import (
	"bytes"
	"net/http"
	"strings"

	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/export"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/paper"
	"openweek/internal/web/ui"
)

const exportsPath = "/desk/exports"

// directFilings is how many filings a workbook may hold that is made while the reader waits; a larger
// one is made as a job.
const directFilings = 200

func dayCell(d form.Day) any { return clock.Day(d) }

// PostFilingsExport gives all filings of an obligation as a workbook: at once, or from directFilings on
// as a job that is watched on its page.
func (d *Desk) PostFilingsExport(w http.ResponseWriter, r *httpx.Request) error {
	l, err := d.ledgerOf(r, tabColumns)
	if err != nil {
		return err
	}
	o, err := d.columnOf(r, l)
	if err != nil {
		return err
	}
	title, _ := i18n.Pick(r.Locale, o.What, o.WhatEN)
	request := export.Request{
		Kind: ExportFilings, SubjectID: o.ID, Locale: string(r.Locale), Name: fileTitle(r.T("ledger.filings")+"-"+title) + "-" + dayDigits(d.today()) + ".xlsx",
	}
	filed, err := d.Duties.Find(r.Context(), r.Actor, duty.Filter{
		ObligationID: o.ID, States: []duty.State{duty.StateFiled, duty.StateReturned, duty.StateAccepted}, Limit: directFilings,
	})
	if err != nil {
		return err
	}
	if filed.Next != "" {
		e, err := d.Exports.Ask(r.Context(), r.Actor, request)
		if err != nil {
			return err
		}
		return httpx.Redirect(w, r, exportsPath+"/"+e.ID, exportsPath)
	}
	var body bytes.Buffer
	books := FilingBooks{Duties: d.Duties, Filings: d.Filings, Files: d.Files, Units: d.Units}
	if err := books.Make(r.Context(), r.Actor, request, &body, func(int, int) error { return nil }); err != nil {
		return err
	}
	return httpx.WriteFile(w, r, request.Name, excel, body.Bytes())
}

// maxFileTitle bounds the name of a file, in characters: an obligation is a sentence.
const maxFileTitle = 40

// fileTitle makes a name that every file system takes.
func fileTitle(s string) string {
	s = strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`+"\n\t", c) {
			return '-'
		}
		return c
	}, s)
	if runes := []rune(s); len(runes) > maxFileTitle {
		s = string(runes[:maxFileTitle])
	}
	return strings.TrimSpace(s)
}

// GetExports lists what the reader has asked for.
func (d *Desk) GetExports(w http.ResponseWriter, r *httpx.Request) error {
	list, err := d.Exports.Find(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, exportListPage(d.view(r, r.T("ledger.exports")), list))
}

// GetExport shows how far an export is, again and again until it is ready.
func (d *Desk) GetExport(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.Exports.Get(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	v := d.view(r, r.T("ledger.exporting"), ui.Crumb{Href: exportsPath, Text: r.T("ledger.exports")})
	if r.IsHTMX() {
		return ui.Render(w, r, http.StatusOK, exportProgress(v, e))
	}
	return ui.Render(w, r, http.StatusOK, exportDetailPage(v, e))
}

// GetExportFile gives the file of an export, which is never held whole.
func (d *Desk) GetExportFile(w http.ResponseWriter, r *httpx.Request) error {
	e, content, err := d.Exports.Open(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	defer content.Close() //nolint:errcheck // only read
	save(w, r, e.Name, excel, content)
	return nil
}

// GetFilingWord gives a filing as a Word file.
func (d *Desk) GetFilingWord(w http.ResponseWriter, r *httpx.Request) error {
	return d.printFiling(w, r, "docx")
}

// GetFilingPDF gives a filing as a PDF.
func (d *Desk) GetFilingPDF(w http.ResponseWriter, r *httpx.Request) error {
	return d.printFiling(w, r, "pdf")
}

// printFiling prints the latest version of a filing; of the own unit its draft, where nothing was handed in.
func (d *Desk) printFiling(w http.ResponseWriter, r *httpx.Request, as string) error {
	ctx := r.Context()
	f, err := d.Filings.Get(ctx, r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	values, version := f.Draft.Values, 0
	if latest, ok := f.Latest(); ok {
		values, version = latest.Values, latest.N
	} else if !f.Own || f.Draft.Version == 0 {
		return errs.NotFound("filing.not_found")
	}
	about, err := d.aboutDuty(ctx, r, f.Duty)
	if err != nil {
		return err
	}
	v := d.dutyView(r, f.Duty, "")
	named, err := d.namePeople(ctx, r, v, personsIn(f)...)
	if err != nil {
		return err
	}
	read, err := d.readFiled(ctx, r.Actor, f.Form.Definition, values)
	if err != nil {
		return err
	}
	pick := func(name, nameEN string) string {
		text, _ := i18n.Pick(r.Locale, name, nameEN)
		return text
	}
	doc := paper.Filing{
		Locale: r.Locale, Edition: pick(about.Edition.Name, about.Edition.NameEN), Clause: f.Duty.Obligation.Clause,
		Obligation: pick(f.Duty.Obligation.What, f.Duty.Obligation.WhatEN), Unit: pick(f.Duty.Unit.Name, f.Duty.Unit.NameEN),
		State: f.Duty.State, Late: f.Duty.Late, Due: f.Duty.LastDay(), Form: f.Form.Definition, Values: values, Version: version,
		Files: map[string]paper.File{}, Printed: paper.Printed{By: v.Person, At: d.Clock.Now()},
	}
	for id, one := range read.Files {
		doc.Files[id] = paper.File{Name: one.Name, Bytes: one.Bytes}
	}
	for _, one := range f.Versions {
		doc.Versions = append(doc.Versions, paper.Handing{Version: one.N, By: named[one.By], At: one.At, Late: one.Late(), Outcome: one.Outcome})
	}
	for _, s := range f.Steps {
		if s.DecidedBy != "" {
			doc.Readings = append(doc.Readings, paper.Reading{
				Version: int(s.Subject.Version), Unit: about.unitName(s.UnitID), By: named[s.DecidedBy], At: s.DecidedAt, Outcome: s.State, Comment: s.Comment, Marks: s.Marks,
			})
		}
	}
	return d.document(w, r, fileTitle(doc.Unit+"-"+label(v, f.Form.Title)), as, doc.Document())
}
