package desk

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

// columnPage lists the obligations of a ledger with their rates, how they are handed in and reviewed.
type columnPage struct {
	ledgerView
	Columns []ledgerColumnLine
	Forms   formTitles
	MayAdd  bool
}

type ledgerColumnLine struct {
	duty.Obligation
	Tally   duty.Tally
	MayRule bool // the reader sets form and chain
	Mine    bool // the reader's unit added it and may take it back
}

// formTitles are the titles of forms by their code.
type formTitles map[string]form.Label

func (d *Desk) formTitles(ctx context.Context, a actor.Actor, territory string) (formTitles, error) {
	list, err := d.Forms.Find(ctx, a, form.Filter{Territory: territory, State: form.StateCurrent})
	if err != nil {
		return nil, err
	}
	titles := formTitles{}
	for _, f := range list {
		if _, known := titles[f.Code]; !known || f.Territory == territory {
			titles[f.Code] = f.Title
		}
	}
	return titles, nil
}

// named is the title of the form that an obligation is handed in with.
func (t formTitles) named(v ui.View, o duty.Obligation) string {
	code := o.Form
	if code == "" {
		code = form.CodeFor(o.FormHint)
	}
	if title, ok := t[code]; ok {
		return label(v, title)
	}
	return code
}

func (t formTitles) options(v ui.View) []ui.Option {
	var out []ui.Option
	for _, code := range slices.Sorted(maps.Keys(t)) {
		out = append(out, ui.Option{Value: code, Text: label(v, t[code]), Lang: labelLang(v, t[code])})
	}
	return out
}

//i18n:prefix ledger.chain_
func chainWord(v ui.View, c duty.Chain) string { return v.T("ledger.chain_" + string(c)) }

//i18n:prefix ledger.chain_help_
func chainHelp(v ui.View, c duty.Chain) string { return v.T("ledger.chain_help_" + string(c)) }

// GetColumns lists the obligations of an edition as columns of its ledger.
func (d *Desk) GetColumns(w http.ResponseWriter, r *httpx.Request) error {
	l, err := d.ledgerOf(r, tabColumns)
	if err != nil {
		return err
	}
	ctx := r.Context()
	p := columnPage{ledgerView: l, MayAdd: l.Status == edition.StatusPublished && addsOwn(r.Actor)}
	if p.Forms, err = d.formTitles(ctx, r.Actor, l.Territory); err != nil {
		return err
	}
	m, err := d.Duties.Matrix(ctx, r.Actor, duty.MatrixQuery{EditionID: l.ID, Own: true, Limit: 1})
	if err != nil {
		return err
	}
	for i, o := range m.Obligations {
		mine := o.OwnerID != "" && o.OwnerID == r.Actor.UnitID && r.Actor.Has(actor.RoleHead)
		p.Columns = append(p.Columns, ledgerColumnLine{Obligation: o, Tally: m.Columns[i], Mine: mine, MayRule: mine || o.OwnerID == "" && l.MayLead})
	}
	return ui.Render(w, r, http.StatusOK, columnListPage(d.ledgerPage(r, l, r.T("ledger.columns")), p))
}

// addsOwn tells who adds obligations for the units under them.
func addsOwn(a actor.Actor) bool { return a.Has(actor.RoleHead) && len(actor.Command(a)) > 0 }

// columnOf gets the obligation of the path among those that the reader may see.
func (d *Desk) columnOf(r *httpx.Request, l ledgerView) (duty.Obligation, error) {
	list, err := d.Duties.Obligations(r.Context(), r.Actor, l.ID)
	if err != nil {
		return duty.Obligation{}, err
	}
	for _, o := range list {
		if o.ID == r.PathID("obligation") {
			return o, nil
		}
	}
	return duty.Obligation{}, errs.NotFound("duty.obligation_not_found")
}

// rulePage is the form of how an obligation is handed in and reviewed.
type rulePage struct {
	ledgerView
	Obligation  duty.Obligation
	Forms       formTitles
	Form, Chain string
}

func (d *Desk) ruleOf(r *httpx.Request) (p rulePage, err error) {
	if p.ledgerView, err = d.ledgerOf(r, tabColumns); err != nil {
		return p, err
	}
	if p.Obligation, err = d.columnOf(r, p.ledgerView); err != nil {
		return p, err
	}
	own := p.Obligation.OwnerID != ""
	if own && (p.Obligation.OwnerID != r.Actor.UnitID || !r.Actor.Has(actor.RoleHead)) || !own && !p.MayLead {
		return p, errs.Forbidden("duty.own_forbidden")
	}
	p.Forms, err = d.formTitles(r.Context(), r.Actor, p.Territory)
	p.Form, p.Chain = p.Obligation.Form, string(p.Obligation.Chain)
	return p, err
}

func (p rulePage) path() string { return p.ledgerView.path(tabColumns) + "/" + p.Obligation.ID }

func (p rulePage) chains(v ui.View) []ui.Option {
	var out []ui.Option
	for _, c := range duty.Chains {
		if c != duty.ChainOwner || p.Obligation.OwnerID != "" {
			out = append(out, ui.Option{Value: string(c), Text: chainWord(v, c), Help: chainHelp(v, c)})
		}
	}
	return out
}

func (d *Desk) columnCrumb(r *httpx.Request, l ledgerView) ui.Crumb {
	return ui.Crumb{Href: l.path(tabColumns), Text: r.T("ledger.columns")}
}

// GetRule shows the form.
func (d *Desk) GetRule(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.ruleOf(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, ruleFormPage(d.ledgerPage(r, p.ledgerView, r.T("ledger.rule"), d.columnCrumb(r, p.ledgerView)), p))
}

// PostRule sets it.
func (d *Desk) PostRule(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.ruleOf(r)
	if err != nil {
		return err
	}
	in := r.Input()
	p.Form, p.Chain = in.Text("form", 40), in.Choice("chain", names(duty.Chains)...)
	version := in.Version()
	err = in.Err()
	if err == nil {
		_, err = d.Duties.SetRule(r.Context(), r.Actor, p.Obligation.ID, version, duty.Rule{Form: p.Form, Chain: duty.Chain(p.Chain)})
	}
	if httpx.IsProblem(err) {
		v := d.ledgerPage(r, p.ledgerView, r.T("ledger.rule"), d.columnCrumb(r, p.ledgerView))
		v = v.WithProblems(err, "form", v.T("ledger.form"), "chain", v.T("ledger.chain"))
		return ui.Render(w, r, httpx.Status(errs.As(err)), ruleFormPage(v, p))
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "ledger.rule_set")
	return httpx.Redirect(w, r, p.ledgerView.path(tabColumns), editionsPath)
}

// ownPage is the form in which a head adds an obligation for the units under it.
type ownPage struct {
	ledgerView
	Forms       formTitles
	Due         string
	What, Form  string
	Chain       string
	Lines       []string
	Tiers       []string
	Kinds       []string
	In          []string // codes of regions
	RegionsHere []ui.Option
}

func (d *Desk) ownPage(r *httpx.Request) (p ownPage, err error) {
	if p.ledgerView, err = d.ledgerOf(r, tabColumns); err != nil {
		return p, err
	}
	switch {
	case !addsOwn(r.Actor):
		return p, errs.Forbidden("duty.own_forbidden")
	case p.Status != edition.StatusPublished:
		return p, errs.Conflict("duty.edition_closed")
	}
	if p.Forms, err = d.formTitles(r.Context(), r.Actor, p.Territory); err != nil {
		return p, err
	}
	for _, g := range p.Regions {
		if g.Parent == r.Actor.Place.Region {
			name, lang := i18n.Pick(r.Locale, g.Name, g.NameEN)
			p.RegionsHere = append(p.RegionsHere, ui.Option{Value: g.Code, Text: name, Lang: lang})
		}
	}
	p.Form, p.Chain = form.Evidence, string(duty.ChainOwner)
	return p, nil
}

// GetNewOwn shows the form.
func (d *Desk) GetNewOwn(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.ownPage(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, ownFormPage(d.ledgerPage(r, p.ledgerView, r.T("ledger.own_new"), d.columnCrumb(r, p.ledgerView)), p))
}

// PostNewOwn adds the obligation and makes its duties.
func (d *Desk) PostNewOwn(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.ownPage(r)
	if err != nil {
		return err
	}
	in := r.Input()
	p.What, p.Due, p.Form = in.Text("what", 500), string(in.Day("due")), in.Text("form", 40)
	p.Chain = in.Choice("chain", string(duty.ChainOwner), string(duty.ChainTiers))
	p.Tiers, p.Kinds, p.Lines = in.Choices("tiers", names(actor.Tiers)...), in.Choices("kinds", names(actor.Kinds)...), in.Choices("lines", formLines()...)
	p.In = in.Values()["regions"]
	scope := actor.Scope{Regions: p.In}
	for _, t := range p.Tiers {
		scope.Tiers = append(scope.Tiers, actor.Tier(t))
	}
	for _, k := range p.Kinds {
		scope.Kinds = append(scope.Kinds, actor.Kind(k))
	}
	for _, l := range p.Lines {
		scope.Lines = append(scope.Lines, parseLine(l))
	}
	err = in.Err()
	if err == nil {
		_, _, err = d.Duties.AddObligation(r.Context(), r.Actor, p.ID, duty.Own{
			What: p.What, Due: clock.Day(p.Due), Form: p.Form, Chain: duty.Chain(p.Chain), Scopes: actor.Scopes{scope},
		})
	}
	if httpx.IsProblem(err) {
		v := d.ledgerPage(r, p.ledgerView, r.T("ledger.own_new"), d.columnCrumb(r, p.ledgerView))
		v = v.WithProblems(err, "what", v.T("ledger.what"), "due", v.T("ledger.due"), "form", v.T("ledger.form"), "chain", v.T("ledger.chain"), "scopes", v.T("ledger.who"))
		return ui.Render(w, r, httpx.Status(errs.As(err)), ownFormPage(v, p))
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "ledger.own_added")
	return httpx.Redirect(w, r, p.path(tabColumns), editionsPath)
}

// GetRemoveOwn asks before an obligation is taken back.
func (d *Desk) GetRemoveOwn(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.ruleOf(r)
	if err != nil {
		return err
	}
	if p.Obligation.OwnerID == "" {
		return errs.Forbidden("duty.own_forbidden")
	}
	return ui.Render(w, r, http.StatusOK, ownRemovePage(d.ledgerPage(r, p.ledgerView, r.T("ledger.own_remove"), d.columnCrumb(r, p.ledgerView)), p))
}

// PostRemoveOwn takes it back with its duties, unless a unit has begun.
func (d *Desk) PostRemoveOwn(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.ruleOf(r)
	if err != nil {
		return err
	}
	err = d.Duties.RemoveObligation(r.Context(), r.Actor, p.Obligation.ID)
	if httpx.IsProblem(err) {
		v := d.ledgerPage(r, p.ledgerView, r.T("ledger.own_remove"), d.columnCrumb(r, p.ledgerView)).WithProblems(err)
		return ui.Render(w, r, httpx.Status(errs.As(err)), ownRemovePage(v, p))
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "ledger.own_removed")
	return httpx.Redirect(w, r, p.ledgerView.path(tabColumns), editionsPath)
}
