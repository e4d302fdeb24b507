package desk

import (
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/notice"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

const editionsPath = "/desk/editions"

func editionPath(id string) string { return editionsPath + "/" + id }

type editionList struct {
	Editions  []edition.Summary
	Today     clock.Day
	MayUpload bool
}

// GetEditions lists the editions that the reader may see.
func (d *Desk) GetEditions(w http.ResponseWriter, r *httpx.Request) error {
	list, err := d.Editions.Find(r.Context(), r.Actor, edition.Filter{})
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, editionListPage(d.view(r, r.T("editing.editions")), editionList{list, d.today(), draftsEditions(r.Actor)}))
}

// editionTab is one of the views of an edition.
type editionTab string

const (
	tabOverview    editionTab = ""
	tabContents    editionTab = "contents"
	tabObligations editionTab = "obligations"
	tabGroups      editionTab = "groups"
	tabAmendments  editionTab = "amendments"
	tabThemes      editionTab = "themes"
)

// editionView is what every page of an edition knows of it.
type editionView struct {
	edition.Edition
	Tab    editionTab
	Today  clock.Day
	Source source // the text that its facts come from
	Places places
	// What the reader may do with it as it stands.
	MayEdit, MayPublish bool
}

// source is the notice of an edition, or of the one it was copied from.
type source struct {
	NoticeID  string // "" where the reader may not see it
	Inherited bool
	Draft     notice.Draft
}

// clause leads to a clause of the notice, "" where there is no notice to lead to.
func (s source) clause(clause string) string {
	if s.NoticeID == "" {
		return ""
	}
	return noticePath(s.NoticeID) + "#" + ui.ClauseAnchor(clause)
}

// at leads to a place of the notice.
func (s source) at(span notice.Span) string {
	return noticePath(s.NoticeID) + "?at=" + formatAt(span) + "#" + ui.SpanAnchor(span)
}

// tag gives clause and address for a fact of the notice; no clause where it is not known.
func (s source) tag(span notice.Span) (clause, href string) {
	if s.NoticeID == "" || span.Empty() {
		return "", ""
	}
	return clauseAt(s.Draft.Sections, span), s.at(span)
}

// owed gives clause and address for an obligation.
func (s source) owed(o edition.Obligation) (clause, href string) {
	switch {
	case s.NoticeID == "" || o.Clause == "":
		return "", ""
	case o.Span.Empty():
		return o.Clause, s.clause(o.Clause)
	}
	return o.Clause, s.at(o.Span)
}

func (e editionView) path() string { return editionPath(e.ID) }

func (e editionView) draft() bool { return e.Status == edition.StatusDraft }

// editionOf gets the edition of the path with what its pages show around it.
func (d *Desk) editionOf(r *httpx.Request) (e editionView, err error) {
	if e.Edition, err = d.Editions.Get(r.Context(), r.Actor, r.PathID("id")); err != nil {
		return e, err
	}
	e.Today = d.today()
	office := actor.Office(e.Territory)
	e.MayEdit = e.Status != edition.StatusArchived && actor.Can(r.Actor, actor.EditionDraft, office)
	e.MayPublish = actor.Can(r.Actor, actor.EditionPublish, office)
	text, err := d.Editions.PublicNotice(r.Context(), r.Actor, e.ID)
	if err != nil {
		return e, err
	}
	e.Source.Inherited = text.Inherited
	n, err := d.Editions.GetNotice(r.Context(), r.Actor, text.NoticeID)
	switch {
	case err == nil:
		e.Source.NoticeID, e.Source.Draft = n.ID, n.Draft.Draft
	case errs.KindOf(err) != errs.KindNotFound: // staff of elsewhere read the edition, not the notice
		return e, err
	}
	regions, err := d.Units.Regions(r.Context())
	if err != nil {
		return e, err
	}
	e.Places = namePlaces(r.Locale, regions)
	return e, nil
}

func namePlaces(l i18n.Locale, regions []unit.Region) places {
	named := make(places, len(regions))
	for _, g := range regions {
		named[g.Code], _ = i18n.Pick(l, g.Name, g.NameEN)
	}
	return named
}

// editionFor is editionOf for a page of those who have a right over the edition.
func (d *Desk) editionFor(r *httpx.Request, right actor.Right) (editionView, error) {
	e, err := d.editionOf(r)
	if err == nil && !actor.Can(r.Actor, right, actor.Office(e.Territory)) {
		err = errs.Forbidden("edition.forbidden")
	}
	return e, err
}

// changeable is editionOf for a page of those who may change what stands in it.
func (d *Desk) changeable(r *httpx.Request) (editionView, error) {
	e, err := d.editionFor(r, actor.EditionDraft)
	if err == nil && e.Status == edition.StatusArchived {
		err = errs.Conflict("edition.archived")
	}
	return e, err
}

// editionPage begins a page of an edition; crumbs lead on from the edition itself.
func (d *Desk) editionPage(r *httpx.Request, e editionView, title string, crumbs ...ui.Crumb) ui.View {
	name, _ := i18n.Pick(r.Locale, e.Name, e.NameEN)
	way := []ui.Crumb{{Href: editionsPath, Text: r.T("editing.editions")}}
	if title == "" {
		return d.view(r, name, way...)
	}
	return d.view(r, title, append(append(way, ui.Crumb{Href: e.path(), Text: name}), crumbs...)...)
}

// showTab renders one of an edition's tabs.
func (d *Desk) showTab(w http.ResponseWriter, r *httpx.Request, tab editionTab, page func(ui.View, editionView) error) error {
	e, err := d.editionOf(r)
	if err != nil {
		return err
	}
	e.Tab = tab
	return page(d.editionPage(r, e, ""), e)
}

// GetEdition shows an edition's facts and what is missing before it can be published.
func (d *Desk) GetEdition(w http.ResponseWriter, r *httpx.Request) error {
	return d.showTab(w, r, tabOverview, func(v ui.View, e editionView) error {
		return ui.Render(w, r, http.StatusOK, editionOverviewPage(v, e))
	})
}

// GetContents shows topics, methods, genres and channels.
func (d *Desk) GetContents(w http.ResponseWriter, r *httpx.Request) error {
	return d.showTab(w, r, tabContents, func(v ui.View, e editionView) error {
		return ui.Render(w, r, http.StatusOK, editionContentsPage(v, e))
	})
}

// GetGroups shows the named groups and the addressees.
func (d *Desk) GetGroups(w http.ResponseWriter, r *httpx.Request) error {
	return d.showTab(w, r, tabGroups, func(v ui.View, e editionView) error {
		return ui.Render(w, r, http.StatusOK, editionGroupsPage(v, e))
	})
}

// GetAmendments shows every amending notice beside the original, which stays as it is.
func (d *Desk) GetAmendments(w http.ResponseWriter, r *httpx.Request) error {
	return d.showTab(w, r, tabAmendments, func(v ui.View, e editionView) error {
		text, err := d.Editions.PublicNotice(r.Context(), r.Actor, e.ID)
		if err != nil {
			return err
		}
		return ui.Render(w, r, http.StatusOK, editionAmendmentsPage(v, e, text))
	})
}

// GetThemes shows the prefectures' own themes.
func (d *Desk) GetThemes(w http.ResponseWriter, r *httpx.Request) error {
	return d.showTab(w, r, tabThemes, func(v ui.View, e editionView) error {
		regions, err := d.Units.Regions(r.Context())
		if err != nil {
			return err
		}
		return ui.Render(w, r, http.StatusOK, editionThemesPage(v, e, prefectures(e.Edition, regions), setsTheme(r.Actor, e.Edition)))
	})
}

// themed is a prefecture with its own theme, if it has set one.
type themed struct {
	unit.Region
	Theme edition.LocalTheme
}

func prefectures(e edition.Edition, regions []unit.Region) (list []themed) {
	own := map[string]edition.LocalTheme{}
	for _, t := range e.LocalThemes {
		own[t.Region] = t
	}
	for _, g := range regions {
		if g.Level == unit.LevelPrefecture && g.Code != e.Territory && actor.RegionWithin(g.Code, e.Territory) {
			list = append(list, themed{g, own[g.Code]})
		}
	}
	return list
}

// setsTheme tells whether the actor's own office sets a local theme in the edition.
func setsTheme(a actor.Actor, e edition.Edition) bool {
	region := a.Place.Region
	return e.Status != edition.StatusArchived && region != e.Territory && actor.RegionWithin(region, e.Territory) &&
		actor.Can(a, actor.LocalThemeSet, actor.Target{Place: actor.Place{Region: region, Tier: actor.TierPrefecture}})
}

func themeTiles(list []themed) []ui.Tile {
	tiles := make([]ui.Tile, len(list))
	for i, t := range list {
		tiles[i] = ui.Tile{X: t.TileX, Y: t.TileY, Name: t.Short, NameEN: t.NameEN, Note: t.Theme.Theme, NoteEN: t.Theme.ThemeEN, Href: "#t-" + t.Code}
	}
	return tiles
}

// week shows the days of the week as tiles; a long period is told in words only.
func (e editionView) week() ui.Week {
	const most = 10
	var week ui.Week
	if e.Start == "" || e.Start.DaysUntil(e.End) >= most {
		return week
	}
	for day := e.Start; day <= e.End; day = day.AddDays(1) {
		week.Days = append(week.Days, ui.WeekDay{Day: day, Today: day == e.Today})
	}
	return week
}

// missingThing is something that stands between a draft and the public.
type missingThing struct{ Text, Href string }

// missing lists what must be done before a draft can be published, and what may stay open.
func (e editionView) missing(v ui.View) (list []missingThing) {
	for _, p := range e.Missing() {
		href := e.path() + "/edit"
		switch p.Field {
		case "topics", "methods":
			href = e.path() + "/contents"
		case "issuers":
			href = e.path() + "/issuers"
		}
		list = append(list, missingThing{Text: v.T("ui.problem_of", "field", fieldWord(v, p.Field), "problem", i18n.Error(v.Locale, p)), Href: href})
	}
	return list
}

//i18n:prefix editing.field_
func fieldWord(v ui.View, field string) string { return v.T("editing.field_" + field) }

// obligationFilter narrows the table of obligations.
type obligationFilter struct {
	Required  string // yes, no or ""
	Discharge notice.Discharge
	Line      actor.Line
	LineForm  string
	Kind      actor.Kind
	Open      bool
}

func readObligationFilter(in *httpx.Input) obligationFilter {
	f := obligationFilter{
		Required: in.Choice("required", "yes", "no"), Discharge: notice.Discharge(in.Choice("discharge", names(discharges)...)),
		Kind: actor.Kind(in.Choice("kind", names(actor.Kinds)...)), LineForm: in.Choice("line", names(actor.Lines)...), Open: in.Yes("open"),
	}
	f.Line = actor.Line(f.LineForm)
	return f
}

// of keeps the obligations that the filter lets through. A line or kind means: units of it owe the
// obligation, or may owe it because a scope leaves it open.
func (f obligationFilter) of(list []edition.Obligation) (kept []edition.Obligation) {
	for _, o := range list {
		switch {
		case f.Required != "" && o.Required != (f.Required == "yes"),
			f.Discharge != "" && o.Discharge != f.Discharge,
			f.Open && o.Open == 0,
			!f.reaches(o):
			continue
		}
		kept = append(kept, o)
	}
	return kept
}

func (f obligationFilter) reaches(o edition.Obligation) bool {
	if f.Line == "" && f.Kind == "" {
		return true
	}
	for _, a := range o.Audiences {
		for _, s := range a.Scopes {
			line := f.Line == "" || contains(s.Lines, f.Line)
			kind := f.Kind == "" || contains(s.Kinds, f.Kind)
			if line && kind {
				return true
			}
		}
	}
	return false
}

// contains tells whether a dimension of a scope lets a value through.
func contains[T comparable](values []T, value T) bool {
	for _, v := range values {
		if v == value {
			return true
		}
	}
	return len(values) == 0
}

type obligationList struct {
	Filter obligationFilter
	Shown  []edition.Obligation
}

// GetObligations shows who owes what by when.
func (d *Desk) GetObligations(w http.ResponseWriter, r *httpx.Request) error {
	filter := readObligationFilter(r.Input())
	if err := r.Input().Err(); err != nil {
		return err
	}
	return d.showTab(w, r, tabObligations, func(v ui.View, e editionView) error {
		return ui.Render(w, r, http.StatusOK, editionObligationsPage(v, e, obligationList{filter, filter.of(e.Obligations)}))
	})
}
