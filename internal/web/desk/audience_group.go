package desk

import (
	"net/http"
	"slices"

	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// What a form of a group does.
const (
	groupAdd    = "add"
	groupRemove = "remove"
	groupRename = "rename"
)

// foundUnits is how many units a search for members shows.
const foundUnits = 100

type groupDetail struct {
	Group    edition.Group
	Filter   unit.Filter
	Line     string // of the filter, as the form sends it
	Searched bool
	Found    []ui.Option // that are no members yet
	More     bool
	Rename   bool // the form of the names is what went wrong
}

func (d *Desk) groupOf(r *httpx.Request, e editionView) (edition.Group, error) {
	g, ok := e.group(r.PathValue("group"))
	if !ok {
		return g, errs.NotFound("audience.group_not_found")
	}
	return g, nil
}

// GetGroup shows the members of a group and, to whoever may fill it, a search for more.
func (d *Desk) GetGroup(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.editionOf(r)
	if err != nil {
		return err
	}
	g, err := d.groupOf(r, e)
	if err != nil {
		return err
	}
	return d.showGroup(w, r, http.StatusOK, e, groupDetail{Group: g}, nil)
}

func (d *Desk) showGroup(w http.ResponseWriter, r *httpx.Request, status int, e editionView, page groupDetail, problem error) error {
	in := r.Input()
	title, _ := i18n.Pick(r.Locale, page.Group.Name, page.Group.NameEN)
	v := d.editionPage(r, e, title, ui.Crumb{Href: e.path() + "/groups", Text: r.T("editing.tab_groups")}).
		WithProblems(problem, "name", r.T("editing.group_name"), "name_en", r.T("editing.name_en"), "units", r.T("editing.members"))
	if r.Method == http.MethodGet && e.MayEdit {
		page.Filter, page.Line = unitFilter(in), in.Raw("line")
		page.Filter.Limit = foundUnits
		f := page.Filter
		page.Searched = f.Text != "" || len(f.Lines)+len(f.Tiers)+len(f.Kinds) > 0
		if err := in.Err(); err != nil {
			return err
		}
	}
	if page.Searched {
		found, err := d.Units.Find(r.Context(), r.Actor, page.Filter)
		if err != nil {
			return err
		}
		page.More = found.Next != ""
		for _, u := range found.Items {
			if !slices.ContainsFunc(page.Group.Members, func(m edition.Member) bool { return m.UnitID == u.ID }) {
				name, lang := i18n.Pick(r.Locale, u.Name, u.NameEN)
				region, _ := i18n.Pick(r.Locale, u.RegionName, u.RegionNameEN)
				page.Found = append(page.Found, ui.Option{Value: u.ID, Text: name, Lang: lang, Help: region + " · " + kindName(v, u.Place.Kind)})
			}
		}
	}
	return ui.Render(w, r, status, groupPage(v, e, page))
}

// members gives the ids of a group with some added or some taken out.
func members(g edition.Group, op string, units []string) (ids []string) {
	for _, m := range g.Members {
		if op != groupRemove || !slices.Contains(units, m.UnitID) {
			ids = append(ids, m.UnitID)
		}
	}
	if op == groupAdd {
		ids = append(ids, units...)
	}
	return ids
}

// PostGroup fills or renames a group.
func (d *Desk) PostGroup(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	g, err := d.groupOf(r, e)
	if err != nil {
		return err
	}
	in := r.Input()
	op, version, units := in.Choice("op", groupAdd, groupRemove, groupRename), in.Version(), in.IDs("units")
	told := "editing.group_filled"
	if op != groupRename && len(units) == 0 {
		in.Problem(errs.Invalid("editing.units_missing").On("units"))
	}
	page := groupDetail{Group: g, Rename: op == groupRename}
	switch err = in.Err(); {
	case err != nil:
	case op == groupRename:
		told = "editing.saved"
		page.Group.Name, page.Group.NameEN = in.Text("name", maxEditionName), in.Text("name_en", maxEditionName)
		if err = in.Err(); err == nil {
			_, err = d.Editions.RenameGroup(r.Context(), r.Actor, e.ID, version, g.ID, page.Group.Name, page.Group.NameEN)
		}
	default:
		_, err = d.Editions.FillGroup(r.Context(), r.Actor, e.ID, version, g.ID, members(g, op, units))
	}
	if httpx.IsProblem(err) {
		return d.showGroup(w, r, httpx.Status(errs.As(err)), e, page, err)
	}
	return d.edited(w, r, err, told, e.groupPath(g))
}

// GetNewGroup shows the form of a new group.
func (d *Desk) GetNewGroup(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	return d.newGroupForm(w, r, http.StatusOK, e, "", "", nil)
}

func (d *Desk) newGroupForm(w http.ResponseWriter, r *httpx.Request, status int, e editionView, name, nameEN string, problem error) error {
	v := d.editionPage(r, e, r.T("editing.add_group"), ui.Crumb{Href: e.path() + "/groups", Text: r.T("editing.tab_groups")}).
		WithProblems(problem, "name", r.T("editing.group_name"), "name_en", r.T("editing.name_en"))
	return ui.Render(w, r, status, newGroupPage(v, e, name, nameEN))
}

// PostNewGroup makes a group.
func (d *Desk) PostNewGroup(w http.ResponseWriter, r *httpx.Request) error {
	e, err := d.changeable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	name, nameEN, version := in.Text("name", maxEditionName), in.Text("name_en", maxEditionName), in.Version()
	var after edition.Edition
	if err = in.Err(); err == nil {
		after, err = d.Editions.CreateGroup(r.Context(), r.Actor, e.ID, version, name, nameEN)
	}
	if httpx.IsProblem(err) {
		return d.newGroupForm(w, r, httpx.Status(errs.As(err)), e, name, nameEN, err)
	}
	if err != nil {
		return err
	}
	return d.edited(w, r, nil, "editing.saved", e.groupPath(after.Groups[len(after.Groups)-1]))
}
