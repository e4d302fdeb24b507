package host

import (
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// schoolList are the schools of an education department's region with their visits.
type schoolList struct {
	Parts   []ui.Tab
	Tabs    []ui.Tab
	Edition string
	Filter  visit.SchoolFilter
	Items   []visit.SchoolRow
	Typed   []visit.Visit // of schools that are not registered
	Regions []ui.Option
	Pages   ui.Pages
	Invites bool // the reader invites
}

func (p schoolList) filtered() bool {
	return p.Filter.Text != "" || p.Filter.Region != "" || p.Filter.Show != ""
}

var schoolShows = []visit.SchoolShow{visit.AllSchools, visit.WithoutVisit, visit.WithVisit, visit.WithClash, visit.Unregistered}

// getSchools lists the schools of the reader's region: those without a visit first.
func (h *Host) getSchools(w http.ResponseWriter, r *httpx.Request) error {
	ctx, in := r.Context(), r.Input()
	if !visit.Oversees(r.Actor) {
		return errs.Forbidden("visit.forbidden")
	}
	page := schoolList{Invites: visit.Organises(r.Actor), Filter: visit.SchoolFilter{
		Region: in.Text("region", 6), Text: in.Text("q", 60), Show: visit.SchoolShow(in.Choice("show", names(schoolShows)...)), After: in.Raw("after"),
	}}
	if err := in.Err(); err != nil {
		return err
	}
	v := h.visitView(r, r.T("visit.schools_title"))
	page.Parts = visitParts(v, schoolsPath)
	var err error
	if page.Edition, err = h.edition(r); err != nil {
		return err
	}
	if page.Edition == "" {
		return ui.Render(w, r, http.StatusOK, schoolListPage(v, page))
	}
	page.Filter.EditionID = page.Edition
	counts, err := h.Visits.CountSchools(ctx, r.Actor, page.Filter)
	if err != nil {
		return err
	}
	next := ""
	if page.Filter.Show == visit.Unregistered {
		page.Typed, err = h.Visits.FindUnregistered(ctx, r.Actor, page.Filter)
	} else {
		var found visit.SchoolPage
		found, err = h.Visits.FindSchoolVisits(ctx, r.Actor, page.Filter)
		page.Items, next = found.Items, found.Next
	}
	if err != nil {
		return err
	}
	for _, show := range schoolShows {
		n := map[visit.SchoolShow]int{
			visit.AllSchools: counts.All, visit.WithoutVisit: counts.Without, visit.WithVisit: counts.With, visit.WithClash: counts.Clash, visit.Unregistered: counts.Unregistered,
		}[show]
		if n == 0 && show != page.Filter.Show && (show == visit.WithClash || show == visit.Unregistered) {
			continue // rare
		}
		page.Tabs = append(page.Tabs, ui.Tab{Href: v.With("show", string(show), "after", "", "trail", ""), Text: showWord(v, show), Count: n, Current: show == page.Filter.Show})
	}
	if page.Regions, err = h.regionsWithin(r, v); err != nil {
		return err
	}
	page.Pages = ui.PagesOf(v, in, next, v.T("visit.schools_summary", "shown", len(page.Items)+len(page.Typed)))
	return ui.Render(w, r, http.StatusOK, schoolListPage(v, page))
}

//i18n:prefix visit.show_
func showWord(v ui.View, s visit.SchoolShow) string {
	if s == visit.AllSchools {
		return v.T("visit.show_all")
	}
	return v.T("visit.show_" + string(s))
}

// regionsWithin are the regions right inside of the reader's.
func (h *Host) regionsWithin(r *httpx.Request, v ui.View) (list []ui.Option, err error) {
	regions, err := h.Units.Regions(r.Context())
	for _, g := range regions {
		if g.Parent == r.Actor.Place.Region {
			name, lang := i18n.Pick(v.Locale, g.Name, g.NameEN)
			list = append(list, ui.Option{Value: g.Code, Text: name, Lang: lang})
		}
	}
	return list, err
}

// allotTo is where a school is invited.
func allotTo(schoolID string) string { return httpx.WithQuery(allotPath, "school", schoolID) }

// ownVisits are the visits that the reader's unit makes as a school.
type ownVisits struct {
	Parts   []ui.Tab
	Open    []visit.Visit // invitations to be answered
	Rest    []visit.Visit
	Answers bool // the reader answers
}

// getOwnVisits lists the invitations and visits of the reader's unit.
func (h *Host) getOwnVisits(w http.ResponseWriter, r *httpx.Request) error {
	if !visit.Belongs(r.Actor) {
		return errs.Forbidden("visit.forbidden")
	}
	v := h.visitView(r, r.T("visit.own_title"))
	page := ownVisits{Parts: visitParts(v, ownVisitsPath), Answers: r.Actor.Has(actor.RoleEditor, actor.RoleHead)}
	edition, err := h.edition(r)
	if err != nil {
		return err
	}
	if edition != "" {
		list, err := h.Visits.FindOwn(r.Context(), r.Actor, edition)
		if err != nil {
			return err
		}
		for _, one := range list {
			if one.State == visit.Invited || one.State == visit.Accepted {
				page.Open = append(page.Open, one)
			} else {
				page.Rest = append(page.Rest, one)
			}
		}
	}
	return ui.Render(w, r, http.StatusOK, ownVisitsPage(v, page))
}
