package desk

import (
	"bytes"
	"context"
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/paper"
	"openweek/internal/sheet"
	"openweek/internal/web/ui"
)

// Media types of what a page gives to be saved.
const (
	wordType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	pdfType  = "application/pdf"
)

// receiptPage is who has a notice.
type receiptPage struct {
	ledgerView
	Query    duty.ReceiptQuery
	LineForm string
	Notices  []duty.Sent
	Overview duty.Overview
	Lines    []actor.Line // of the overview, in the order of the lines
	List     []duty.Dispatch
	Names    people
	Pages    ui.Pages
}

func (d *Desk) receiptPage(r *httpx.Request) (p receiptPage, err error) {
	if p.ledgerView, err = d.ledgerOf(r, tabReceipts); err != nil {
		return p, err
	}
	in := r.Input()
	p.LineForm = in.Choice("line", formLines()...)
	p.Query = duty.ReceiptQuery{
		EditionID: p.ID, NoticeID: in.ID("notice"), Region: in.Text("region", 6), Reason: duty.Reason(in.Choice("reason", names(reasons)...)),
		Unsigned: in.Yes("unsigned"), PassedBy: in.Yes("passed"), After: in.ID("after"),
	}
	if p.LineForm != "" {
		line := parseLine(p.LineForm)
		p.Query.Line = &line
	}
	if err := in.Err(); err != nil {
		return p, err
	}
	if p.Notices, err = d.Duties.SentNotices(r.Context(), r.Actor, p.ID); err != nil {
		return p, err
	}
	if p.Query.NoticeID == "" {
		p.Query.NoticeID = p.NoticeID
	}
	return p, nil
}

var reasons = []duty.Reason{duty.Addressed, duty.Obliged, duty.PassedOn}

//i18n:prefix ledger.reason_
func dispatchReason(v ui.View, r duty.Reason) string { return v.T("ledger.reason_" + string(r)) }

// at is the address of the list with other values of the filter, of the same notice.
func (p receiptPage) at(kv ...string) string {
	return httpx.WithQuery(httpx.WithQuery(p.path(tabReceipts), "notice", p.Query.NoticeID), kv...) + "#list"
}

// address is the address of the page's filter under another path.
func (p receiptPage) address(path string, kv ...string) string {
	list := []string{"notice", p.Query.NoticeID, "region", p.Query.Region, "line", p.LineForm, "reason", string(p.Query.Reason)}
	if p.Query.Unsigned {
		list = append(list, "unsigned", "1")
	}
	if p.Query.PassedBy {
		list = append(list, "passed", "1")
	}
	return httpx.WithQuery(httpx.WithQuery(path, list...), kv...)
}

// GetReceipts shows who has received, opened, signed and passed on a notice: counts by region and line,
// and the units.
func (d *Desk) GetReceipts(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.receiptPage(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := d.ledgerPage(r, p.ledgerView, r.T("ledger.receipts"))
	whole := duty.ReceiptQuery{EditionID: p.ID, NoticeID: p.Query.NoticeID}
	if p.Overview, err = d.Duties.Overview(ctx, r.Actor, whole); err != nil {
		return err
	}
	for _, line := range append([]actor.Line{actor.LineNone}, actor.Lines...) {
		for _, one := range p.Overview.ByLine {
			if one.Line == line {
				p.Lines = append(p.Lines, line)
			}
		}
	}
	list, next, err := d.Duties.ReceiptList(ctx, r.Actor, p.Query)
	if err != nil {
		return err
	}
	p.List = list
	if p.Names, err = d.signers(ctx, r, v, list); err != nil {
		return err
	}
	p.Pages = ui.PagesOf(v, r.Input(), next, v.T("ledger.receipts_shown", "count", len(list)))
	return ui.Render(w, r, http.StatusOK, receiptListPage(v, p))
}

func (d *Desk) signers(ctx context.Context, r *httpx.Request, v ui.View, list []duty.Dispatch) (people, error) {
	ids := make([]string, len(list))
	for i, one := range list {
		ids[i] = one.SignedBy
	}
	return d.namePeople(ctx, r, v, ids...)
}

// crossed finds the counts of a region and line.
func (p receiptPage) crossed(region string, line actor.Line) duty.Receipts {
	for _, one := range p.Overview.Rows {
		if one.Region == region && one.Line == line {
			return one
		}
	}
	return duty.Receipts{}
}

// notice is the notice that is shown.
func (p receiptPage) notice() duty.Sent {
	for _, one := range p.Notices {
		if one.NoticeID == p.Query.NoticeID {
			return one
		}
	}
	return duty.Sent{}
}

// GetReceiptsExport gives the receipt list as the filter shows it, all pages, as Excel or PDF.
func (d *Desk) GetReceiptsExport(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.receiptPage(r)
	if err != nil {
		return err
	}
	as := r.Input().Choice("as", "xlsx", "pdf")
	if err := r.Input().Err(); err != nil {
		return err
	}
	v := d.ledgerPage(r, p.ledgerView, r.T("ledger.receipts"))
	for p.Query.After = ""; ; {
		list, next, err := d.Duties.ReceiptList(r.Context(), r.Actor, p.Query)
		if err != nil {
			return err
		}
		p.List = append(p.List, list...)
		if p.Query.After = next; next == "" {
			break
		}
	}
	if p.Names, err = d.signers(r.Context(), r, v, p.List); err != nil {
		return err
	}
	if as == "pdf" {
		return d.receiptsPDF(w, r, v, p)
	}
	return d.receiptsSheet(w, r, v, p)
}

func (d *Desk) receiptsPDF(w http.ResponseWriter, r *httpx.Request, v ui.View, p receiptPage) error {
	list := paper.ReceiptList{
		Locale: r.Locale, Number: p.notice().DocNumber, Notice: p.notice().Title, Sender: v.Unit,
		Printed: paper.Printed{By: v.Person, At: d.Clock.Now()},
	}
	for _, one := range p.List {
		name, _ := i18n.Pick(r.Locale, one.Unit.Name, one.Unit.NameEN)
		list.Rows = append(list.Rows, paper.Receipt{
			Region: p.Places[one.Unit.Place.Region], Line: one.Unit.Place.Line, Unit: name, Sent: one.SentAt, Opened: one.OpenedAt,
			Signed: one.SignedAt, SignedBy: p.Names[one.SignedBy], Implicit: one.Implicit, PassedOn: one.PassedOn,
		})
	}
	return d.document(w, r, r.T("ledger.receipts"), "pdf", list.Document())
}

// document answers with a printed document as docx or pdf, named after a title and today.
func (d *Desk) document(w http.ResponseWriter, r *httpx.Request, title, as string, documents ...paper.Document) error {
	var body bytes.Buffer
	write, mediaType := paper.PDF, pdfType
	if as == "docx" {
		write, mediaType = paper.Docx, wordType
	}
	if err := write(&body, documents...); err != nil {
		return errs.Internal(err)
	}
	return httpx.WriteFile(w, r, title+"-"+dayDigits(d.today())+"."+as, mediaType, body.Bytes())
}

func (d *Desk) receiptsSheet(w http.ResponseWriter, r *httpx.Request, v ui.View, p receiptPage) error {
	rows := make([][]any, len(p.List))
	for i, one := range p.List {
		name, _ := i18n.Pick(r.Locale, one.Unit.Name, one.Unit.NameEN)
		rows[i] = []any{
			name, p.Places[one.Unit.Place.Region], lineName(v, one.Unit.Place.Line), tierName(v, one.Unit.Place.Tier), dispatchReason(v, one.Reason), one.From.Name,
			one.SentAt, instantCell(one.OpenedAt), instantCell(one.SignedAt), p.Names[one.SignedBy], signedHow(v, one), one.PassedOn,
		}
	}
	heads := []sheet.Head{
		{Title: v.T("ledger.unit"), Width: 34}, {Title: v.T("desk.region"), Width: 14}, {Title: v.T("desk.line"), Width: 14}, {Title: v.T("desk.tier")},
		{Title: v.T("ledger.why_sent"), Width: 12}, {Title: v.T("ledger.sent_from"), Width: 24}, {Title: v.T("ledger.received"), Width: 18},
		{Title: v.T("ledger.opened"), Width: 18}, {Title: v.T("ledger.signed"), Width: 18}, {Title: v.T("ledger.signed_by"), Width: 12},
		{Title: v.T("ledger.signed_how"), Width: 14}, {Title: v.T("ledger.passed_on"), Width: 10},
	}
	var body bytes.Buffer
	err := sheet.Write(&body, sheet.Book{Sheets: []sheet.Sheet{{
		Name: v.T("ledger.receipts"), Title: p.notice().Title + " " + p.notice().DocNumber, Columns: heads, Rows: sheet.RowsOf(rows...),
	}}})
	if err != nil {
		return err
	}
	return d.workbook(w, r, r.T("ledger.receipts"), body.Bytes())
}

// signedHow says how a unit has signed.
func signedHow(v ui.View, one duty.Dispatch) string {
	switch {
	case one.SignedAt.IsZero():
		return v.T("ledger.unsigned")
	case one.Implicit:
		return v.T("ledger.implicit")
	}
	return v.T("ledger.explicit")
}
