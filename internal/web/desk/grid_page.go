package desk

import (
	"bytes"
	"net/http"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/sheet"
	"openweek/internal/web/ui"
)

// presentGridPath leads to the grid of the edition that staff work on.
const presentGridPath = "/desk/grid"

func gridPath(editionID string) string { return editionPath(editionID) + "/grid" }

// gridPage is what an edition's activities cover.
type gridPage struct {
	weekFacts
	Table activity.GridTable
	Look  gridLook
	Third activity.Axis
	Only  []ui.Option // places on the third axis
	Ask   bool        // the reader asks prefectures about gaps
	Grid  activity.Grid
}

// gridLook is how the reader looks at the grid.
type gridLook struct {
	Rows, Cols activity.Axis
	Only       string
	Order      string
}

// Orders of the rows.
const (
	gapsFirst = "gaps"
	axisOrder = "axis"
)

func readGridLook(in *httpx.Input) gridLook {
	l := gridLook{
		Rows: activity.Axis(in.Choice("rows", names(activity.Axes)...)), Cols: activity.Axis(in.Choice("cols", names(activity.Axes)...)),
		Only: in.Text("only", 40), Order: in.Choice("order", gapsFirst, axisOrder),
	}
	if region := in.Text("region", 6); region != "" { // as a message leads here
		l.Rows, l.Cols, l.Only = activity.ByTopic, activity.ByMethod, region
	}
	if l.Rows == "" {
		l.Rows = activity.ByRegion
	}
	if l.Cols == "" || l.Cols == l.Rows {
		l.Cols = activity.ByMethod
		if l.Rows == activity.ByMethod {
			l.Cols = activity.ByRegion
		}
	}
	if l.Order == "" {
		l.Order = gapsFirst
	}
	return l
}

// query is the look as parts of an address.
func (l gridLook) query() []string {
	return []string{"rows", string(l.Rows), "cols", string(l.Cols), "only", l.Only, "order", l.Order}
}

func (l gridLook) at(path string, kv ...string) string {
	return httpx.WithQuery(httpx.WithQuery(path, l.query()...), kv...)
}

// GetPresentGrid leads to the grid of the present edition; without one, to the list of editions.
func (d *Desk) GetPresentGrid(w http.ResponseWriter, r *httpx.Request) error {
	current, err := d.Editions.Current(r.Context())
	switch {
	case errs.Is(err, "edition.none_published"):
		return httpx.Redirect(w, r, editionsPath, editionsPath)
	case err != nil:
		return err
	}
	return httpx.Redirect(w, r, gridPath(current.ID), editionsPath)
}

// gridOf gets the grid of the path's edition as the reader looks at it; a draft has none.
func (d *Desk) gridOf(r *httpx.Request) (page gridPage, err error) {
	ctx, in := r.Context(), r.Input()
	page.Look = readGridLook(in)
	if err := in.Err(); err != nil {
		return page, err
	}
	if page.weekFacts, err = d.weekFacts(ctx, r, r.PathID("id")); err != nil {
		return page, err
	}
	if page.Status == edition.StatusDraft || !readsLedgers(r.Actor) {
		return page, errs.NotFound("activity.edition_not_found")
	}
	if page.Grid, err = d.Activities.Grid(ctx, r.Actor, activity.GridQuery{EditionID: page.ID}); err != nil {
		return page, err
	}
	page.Third = activity.Third(page.Look.Rows, page.Look.Cols)
	places := page.Grid.Places[page.Third]
	if !slices.ContainsFunc(places, func(one activity.Named) bool { return one.ID == page.Look.Only }) {
		page.Look.Only = "" // of an axis that was the third before
	}
	for _, one := range places {
		text, lang := i18n.Pick(r.Locale, one.Name, one.NameEN)
		page.Only = append(page.Only, ui.Option{Value: one.ID, Text: text, Lang: lang})
	}
	page.Ask = page.Status == edition.StatusPublished && activity.MayAsk(r.Actor)
	page.Table, err = page.Grid.Pivot(page.Look.Rows, page.Look.Cols, page.Look.Only, page.Look.Order == gapsFirst)
	return page, err
}

// GetGrid shows what is covered and what is a gap.
func (d *Desk) GetGrid(w http.ResponseWriter, r *httpx.Request) error {
	page, err := d.gridOf(r)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, gridTablePage(d.gridView(r, page.weekFacts, ""), page))
}

// gridView begins a page of a grid; title "" is the grid's own page.
func (d *Desk) gridView(r *httpx.Request, f weekFacts, title string) ui.View {
	name, _ := i18n.Pick(r.Locale, f.Name, f.NameEN)
	way := []ui.Crumb{{Href: editionsPath, Text: r.T("editing.editions")}, {Href: editionPath(f.ID), Text: name}}
	if title == "" {
		return d.view(r, r.T("grid.title"), way...)
	}
	return d.view(r, title, append(way, ui.Crumb{Href: gridPath(f.ID), Text: r.T("grid.title")})...)
}

//i18n:prefix grid.axis_
func axisWord(v ui.View, x activity.Axis) string { return v.T("grid.axis_" + string(x)) }

func axisOptions(v ui.View) []ui.Option { return options(v, activity.Axes, axisWord) }

func orderOptions(v ui.View) []ui.Option {
	return []ui.Option{{Value: gapsFirst, Text: v.T("grid.order_gaps")}, {Value: axisOrder, Text: v.T("grid.order_axis")}}
}

// cellHref leads from a cell to its activities.
func (p gridPage) cellHref(s activity.Spot) string {
	region := s.Region
	if region == p.Territory {
		region = ""
	}
	return httpx.WithQuery(activitiesPath, "edition", p.ID, "whose", whoseAll, "method", s.Method, "topic", s.Topic, "region", region)
}

// askHref leads from a cell to the question to its prefecture, "" where nobody is asked.
func (p gridPage) askHref(s activity.Spot) string {
	if !p.Ask || s.Region == "" || s.Region == p.Territory {
		return ""
	}
	return httpx.WithQuery(gridPath(p.ID)+"/ask", "topic", s.Topic, "method", s.Method, "region", s.Region)
}

// GetGridExport gives the grid as an Excel file: the table as it is looked at, and every cell of it.
func (d *Desk) GetGridExport(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.gridOf(r)
	if err != nil {
		return err
	}
	v := d.gridView(r, p.weekFacts, "")
	cells, err := p.cellSheet(v)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	if err := sheet.Write(&body, sheet.Book{Sheets: []sheet.Sheet{p.tableSheet(v), cells}}); err != nil {
		return err
	}
	return d.workbook(w, r, r.T("grid.title"), body.Bytes())
}

func placeName(v ui.View, n activity.Named) string {
	name, _ := i18n.Pick(v.Locale, n.Name, n.NameEN)
	return name
}

// cellText says in one line what is in a cell.
func cellText(v ui.View, c activity.GridCell) string {
	if c.Gap() {
		return v.T("grid.gap")
	}
	return v.T("grid.cell", "held", c.Held, "published", c.Published, "planned", c.Planned)
}

func (p gridPage) tableSheet(v ui.View) sheet.Sheet {
	heads := []sheet.Head{{Title: axisWord(v, p.Table.Rows), Width: 34}}
	for _, one := range p.Table.Heads {
		heads = append(heads, sheet.Head{Title: placeName(v, one), Width: 24})
	}
	heads = append(heads, sheet.Head{Title: v.T("grid.total"), Width: 24}, sheet.Head{Title: v.T("grid.gaps_head"), Width: 10})
	row := func(name string, cells []activity.GridCell, total activity.GridCell, gaps int) []any {
		line := []any{name}
		for _, c := range cells {
			line = append(line, cellText(v, c))
		}
		return append(line, cellText(v, total), gaps)
	}
	var rows [][]any
	for _, line := range p.Table.Lines {
		rows = append(rows, row(placeName(v, line.Named), line.Cells, line.Total, line.Gaps))
	}
	rows = append(rows, row(v.T("grid.total"), p.Table.Total, p.Table.All, p.Table.Gaps))
	return sheet.Sheet{Name: v.T("grid.title"), Columns: heads, Rows: sheet.RowsOf(rows...)}
}

// cellSheet lists every topic, method and prefecture with its counts, as numbers.
func (p gridPage) cellSheet(v ui.View) (sheet.Sheet, error) {
	var rows [][]any
	for _, topic := range p.Grid.Places[activity.ByTopic] {
		t, err := p.Grid.Pivot(activity.ByMethod, activity.ByRegion, topic.ID, false)
		if err != nil {
			return sheet.Sheet{}, err
		}
		for _, line := range t.Lines {
			for i, c := range line.Cells {
				var asked any
				if len(c.Asks) > 0 {
					asked = c.Asks[0].At
				}
				rows = append(rows, []any{placeName(v, topic), placeName(v, line.Named), placeName(v, t.Heads[i]), c.Held, c.Published, c.Planned, c.Gap(), asked})
			}
		}
	}
	heads := []sheet.Head{
		{Title: axisWord(v, activity.ByTopic), Width: 40}, {Title: axisWord(v, activity.ByMethod), Width: 16}, {Title: axisWord(v, activity.ByRegion), Width: 14},
		{Title: v.T("grid.held")}, {Title: v.T("grid.published")}, {Title: v.T("grid.planned")}, {Title: v.T("grid.gap")}, {Title: v.T("grid.asked_at"), Width: 18},
	}
	return sheet.Sheet{Name: v.T("grid.cells"), Columns: heads, Rows: sheet.RowsOf(rows...)}, nil
}

// gridAsk is the form in which a prefecture is asked about a cell.
type gridAsk struct {
	weekFacts
	Cell     activity.GridCell
	Words    string
	Bureau   string // name of the prefecture
	Subjects []string
	Names    people
}

// Longest words of a question, in characters; package activity has the last word.
const maxGridAsk = 500

// askedCell gets the cell that a prefecture is asked about.
func (d *Desk) askedCell(r *httpx.Request) (page gridAsk, err error) {
	in := r.Input()
	at := activity.Spot{Topic: in.ID("topic"), Method: in.ID("method"), Region: in.Text("region", 6)}
	if err := in.Err(); err != nil {
		return page, err
	}
	if page.weekFacts, err = d.weekFacts(r.Context(), r, r.PathID("id")); err != nil {
		return page, err
	}
	if page.Status != edition.StatusPublished {
		return page, errs.NotFound("activity.edition_not_found")
	}
	if !activity.MayAsk(r.Actor) {
		return page, errs.Forbidden("grid.forbidden")
	}
	g, err := d.Activities.Grid(r.Context(), r.Actor, activity.GridQuery{EditionID: page.ID})
	if err != nil {
		return page, err
	}
	var known bool
	if page.Cell, known = g.In(at); !known || at.Region == "" || at.Region == page.Territory {
		return page, errs.NotFound("activity.edition_not_found")
	}
	page.Bureau = page.Places[at.Region]
	for _, itemID := range []string{at.Method, at.Topic} {
		if one := page.item(itemID); one.ID != "" {
			name, _ := i18n.Pick(r.Locale, one.Name, one.NameEN)
			page.Subjects = append(page.Subjects, name)
		}
	}
	return page, nil
}

// GetGridAsk shows the form with what there is and what was asked before.
func (d *Desk) GetGridAsk(w http.ResponseWriter, r *httpx.Request) error {
	page, err := d.askedCell(r)
	if err != nil {
		return err
	}
	return d.showGridAsk(w, r, http.StatusOK, page, nil)
}

func (d *Desk) showGridAsk(w http.ResponseWriter, r *httpx.Request, status int, page gridAsk, problem error) (err error) {
	v := d.gridView(r, page.weekFacts, r.T("grid.ask_title", "region", page.Bureau)).WithProblems(problem, "words", r.T("grid.ask_words"))
	var ids []string
	for _, one := range page.Cell.Asks {
		ids = append(ids, one.By)
	}
	if page.Names, err = d.namePeople(r.Context(), r, v, ids...); err != nil {
		return err
	}
	return ui.Render(w, r, status, gridAskPage(v, page))
}

// PostGridAsk asks.
func (d *Desk) PostGridAsk(w http.ResponseWriter, r *httpx.Request) error {
	page, err := d.askedCell(r)
	if err != nil {
		return err
	}
	in := r.Input()
	page.Words = in.Text("words", maxGridAsk)
	if err = in.Err(); err == nil {
		_, err = d.Activities.AskPrefecture(r.Context(), r.Actor, page.ID, page.Cell.Spot, page.Words)
	}
	if httpx.IsProblem(err) {
		return d.showGridAsk(w, r, httpx.Status(errs.As(err)), page, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "grid.asked")
	return httpx.Redirect(w, r, gridPath(page.ID), editionsPath)
}
