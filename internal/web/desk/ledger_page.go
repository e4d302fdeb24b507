package desk

import (
	"net/http"
	"strings"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// The views of an edition's ledger.
const (
	tabMatrix   = "ledger"
	tabReceipts = "receipts"
	tabColumns  = "ledger/obligations"
	tabRequests = "requests"
	tabChasing  = "chasing"
)

// presentLedgerPath leads to the ledger of the edition that staff work on.
const presentLedgerPath = "/desk/ledger"

func ledgerPath(editionID string) string { return editionPath(editionID) + "/" + tabMatrix }

// ledgerView is what every page of a ledger knows of its edition.
type ledgerView struct {
	edition.Face
	Tab     string
	Regions []unit.Region
	Places  places
	// MayLead tells whether the reader heads the office that leads the edition.
	MayLead bool
}

func (l ledgerView) path(tab string) string { return editionPath(l.ID) + "/" + tab }

// clause leads to a clause of the edition's notice.
func (l ledgerView) clause(clause string) string {
	return clauseHref(edition.Edition{Summary: l.Summary}, clause)
}

// readsLedgers tells who has a ledger of more than their own unit's duties.
func readsLedgers(a actor.Actor) bool {
	return a.IsStaff() && a.Platform != actor.Auditor && (a.Platform != actor.NoPlatform || a.Place.Kind == actor.KindDepartment)
}

// ledgerOf gets the edition of the path; a draft has no ledger.
func (d *Desk) ledgerOf(r *httpx.Request, tab string) (l ledgerView, err error) {
	l.Tab = tab
	if l.Face, err = d.Editions.Face(r.Context(), r.Actor, r.PathID("id")); err != nil {
		return l, err
	}
	if l.Status == edition.StatusDraft || !readsLedgers(r.Actor) {
		return l, errs.NotFound("duty.edition_not_found")
	}
	l.MayLead = l.Status == edition.StatusPublished && actor.Can(r.Actor, actor.EditionPublish, actor.Office(l.Territory))
	if l.Regions, err = d.Units.Regions(r.Context()); err != nil {
		return l, err
	}
	l.Places = namePlaces(r.Locale, l.Regions)
	return l, nil
}

// ledgerPage begins a page of a ledger; crumbs lead on from the matrix.
func (d *Desk) ledgerPage(r *httpx.Request, l ledgerView, title string, crumbs ...ui.Crumb) ui.View {
	name, _ := i18n.Pick(r.Locale, l.Name, l.NameEN)
	way := []ui.Crumb{{Href: editionsPath, Text: r.T("editing.editions")}, {Href: editionPath(l.ID), Text: name}}
	if l.Tab != tabMatrix || len(crumbs) > 0 || title != r.T("ledger.title") {
		way = append(way, ui.Crumb{Href: l.path(tabMatrix), Text: r.T("ledger.title")})
	}
	return d.view(r, title, append(way, crumbs...)...)
}

// ledgerFilter is what the filter bar of a matrix asks for.
type ledgerFilter struct {
	duty.MatrixQuery
	LineForm string // as the form sends it
}

func readLedgerFilter(in *httpx.Input, editionID string) ledgerFilter {
	f := ledgerFilter{LineForm: in.Choice("line", formLines()...)}
	f.MatrixQuery = duty.MatrixQuery{
		EditionID: editionID, Region: in.Text("region", 6), Tier: actor.Tier(in.Choice("tier", names(actor.Tiers)...)),
		ObligationID: in.ID("obligation"), Own: in.Yes("own"), State: duty.State(in.Choice("state", names(duty.States)...)),
		Late: in.Yes("late"), After: in.ID("after"),
	}
	if f.LineForm != "" {
		line := parseLine(f.LineForm)
		f.Line = &line
	}
	return f
}

// query is the filter as parts of an address, without the page.
func (f ledgerFilter) query() []string {
	list := []string{"region", f.Region, "line", f.LineForm, "tier", string(f.Tier), "obligation", f.ObligationID, "state", string(f.State)}
	if f.Own {
		list = append(list, "own", "1")
	}
	if f.Late {
		list = append(list, "late", "1")
	}
	return list
}

// pairs are the parts of the filter that say something.
func (f ledgerFilter) pairs() (list [][2]string) {
	for q := f.query(); len(q) > 0; q = q[2:] {
		if q[1] != "" {
			list = append(list, [2]string{q[0], q[1]})
		}
	}
	return list
}

// at is an address with the filter, changed by pairs of name and value.
func (f ledgerFilter) at(path string, kv ...string) string {
	return httpx.WithQuery(httpx.WithQuery(path, f.query()...), kv...)
}

func (f ledgerFilter) filtered() bool {
	return f.Region != "" || f.Line != nil || f.Tier != "" || f.ObligationID != "" || f.State != "" || f.Late || f.Own
}

// ledgerPart is a page of the matrix.
type ledgerPart struct {
	ledgerView
	Filter ledgerFilter
	duty.Matrix
	Obligations []duty.Obligation // all that there are, for the filter
	MayAct      bool              // the reader chases and gives leave
}

// mayAct tells whether the reader may decide on any duty at all; on which, the use case says.
func mayAct(a actor.Actor) bool {
	return a.Place.Kind == actor.KindDepartment && a.Has(actor.RoleReviewer, actor.RoleHead)
}

// GetPresentLedger leads to the ledger of the present edition; without one, to the list of editions.
func (d *Desk) GetPresentLedger(w http.ResponseWriter, r *httpx.Request) error {
	current, err := d.Editions.Current(r.Context())
	switch {
	case errs.Is(err, "edition.none_published"):
		return httpx.Redirect(w, r, editionsPath, editionsPath)
	case err != nil:
		return err
	}
	return httpx.Redirect(w, r, ledgerPath(current.ID), editionsPath)
}

// GetLedger shows units × obligations as a matrix, the first rows of it. With htmx and "after" it gives
// the rows that follow.
func (d *Desk) GetLedger(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.ledgerPart(r)
	if err != nil {
		return err
	}
	v := d.ledgerPage(r, p.ledgerView, r.T("ledger.title"))
	if r.IsHTMX() && p.Filter.After != "" {
		return ui.Render(w, r, http.StatusOK, ledgerRows(v, p))
	}
	return ui.Render(w, r, http.StatusOK, ledgerMatrixPage(v, p))
}

func (d *Desk) ledgerPart(r *httpx.Request) (p ledgerPart, err error) {
	if p.ledgerView, err = d.ledgerOf(r, tabMatrix); err != nil {
		return p, err
	}
	in := r.Input()
	p.Filter = readLedgerFilter(in, p.ID)
	if err := in.Err(); err != nil {
		return p, err
	}
	if p.Matrix, err = d.Duties.Matrix(r.Context(), r.Actor, p.Filter.MatrixQuery); err != nil {
		return p, err
	}
	if err := d.narrow(r, &p); err != nil {
		return p, err
	}
	p.MayAct = p.Status == edition.StatusPublished && mayAct(r.Actor)
	p.Obligations, err = d.Duties.Obligations(r.Context(), r.Actor, p.ID)
	return p, err
}

// narrow leaves out the columns in which no unit has what is asked for. Later pages have no totals; they
// take the columns of the first.
func (d *Desk) narrow(r *httpx.Request, p *ledgerPart) error {
	if !p.Filter.narrowed() || p.Filter.ObligationID != "" {
		return nil
	}
	columns := p.Columns
	if p.Filter.After != "" {
		query := p.Filter.MatrixQuery
		query.After, query.Limit = "", 1
		first, err := d.Duties.Matrix(r.Context(), r.Actor, query)
		if err != nil {
			return err
		}
		columns = first.Columns
	}
	m := &p.Matrix
	kept := 0
	for i, t := range columns {
		if !p.Filter.asksFor(t) {
			continue
		}
		m.Obligations[kept], m.Columns[kept] = m.Obligations[i], m.Columns[i]
		for _, row := range m.Rows {
			row.Duties[kept] = row.Duties[i]
		}
		kept++
	}
	m.Obligations, m.Columns = m.Obligations[:kept], m.Columns[:kept]
	for i := range m.Rows {
		m.Rows[i].Duties = m.Rows[i].Duties[:kept]
	}
	return nil
}

// asksFor tells whether a tally holds anything that the filter asks for.
func (f ledgerFilter) asksFor(t duty.Tally) bool {
	n := map[duty.State]int{
		"": t.Duties, duty.StateOpen: t.Open, duty.StateDraft: t.Draft, duty.StateFiled: t.Filed, duty.StateReturned: t.Returned,
		duty.StateAccepted: t.Accepted, duty.StateNil: t.Nil, duty.StateExempt: t.Exempt,
	}[f.State]
	return n > 0 && (!f.Late || t.Late > 0)
}

// cellClass chooses shape and colour of a cell by one letter, as there are tens of thousands of cells.
func cellClass(e duty.Entry, asked bool) string {
	class := map[duty.State]string{
		duty.StateOpen: "o", duty.StateDraft: "d", duty.StateFiled: "f", duty.StateReturned: "r",
		duty.StateAccepted: "a", duty.StateNil: "n", duty.StateExempt: "x",
	}[e.State]
	if asked && !e.Match {
		class += " dim"
	}
	return class
}

// narrowed tells whether cells are asked for by their state: the others stand back.
func (f ledgerFilter) narrowed() bool { return f.State != "" || f.Late }

// rateWords writes a rate as 40.0 %, or a dash where there is nothing to speak of.
func rateWords(v ui.View, r duty.Rate) string {
	if !r.Known() {
		return v.T("ledger.no_rate")
	}
	n := r.Permille()
	return itoa(n/10) + "." + itoa(n%10) + "%"
}

// shortWhat is what stands in the head of a column.
func shortWhat(v ui.View, o duty.Obligation) (text, lang string) {
	text, lang = i18n.Pick(v.Locale, o.What, o.WhatEN)
	most := 34
	if lang == "" && v.Locale == i18n.English {
		most = 70
	}
	if r := []rune(text); len(r) > most {
		text = string(r[:most-1]) + "…"
	}
	return text, lang
}

func (p ledgerPart) obligationOptions(v ui.View) []ui.Option {
	var out []ui.Option
	for _, o := range p.Obligations {
		text, lang := shortWhat(v, o)
		if o.Clause != "" {
			text = "〔" + o.Clause + "〕" + text
		}
		out = append(out, ui.Option{Value: o.ID, Text: text, Lang: lang})
	}
	return out
}

func (l ledgerView) regionOptions(v ui.View, chosen string) []ui.Option {
	sight := actor.Sight(v.Actor)
	return regionOptions(v, l.Regions, func(code string) (int, bool) {
		inside := code != l.Territory && actor.RegionWithin(code, l.Territory)
		if len(sight.Regions) == 1 {
			inside = inside && actor.RegionWithin(code, sight.Regions[0])
		}
		return -1, inside || code == chosen
	})
}

func dutyStateOptions(v ui.View) []ui.Option { return options(v, duty.States, dutyStateWord) }

// placed names a place in the words of the page; what stands above the prefectures is the province's.
func (l ledgerView) placed(v ui.View, code string) string {
	if code == l.Territory {
		return v.T("ledger.at_province", "region", l.Places[code])
	}
	if l.Places[code] == "" {
		return code
	}
	return l.Places[code]
}

// moment writes an instant, or a dash for none.
func momentOr(v ui.View, at clock.Instant) string {
	if at.IsZero() {
		return v.T("ledger.not_yet")
	}
	return i18n.Moment(v.Locale, at)
}

// instantCell is an instant in a workbook, an empty cell for none.
func instantCell(at clock.Instant) any {
	if at.IsZero() {
		return nil
	}
	return at
}

// dayDigits is a day as it stands in the name of a file.
func dayDigits(d clock.Day) string { return strings.ReplaceAll(string(d), "-", "") }
