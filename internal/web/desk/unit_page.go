package desk

import (
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

type unitDetail struct {
	Unit      unit.Unit
	People    []unit.Person
	More      bool // there are more people than shown
	MayManage bool
	MayReach  bool // change address and telephone only
	MaySee    bool // the people
	MayAdd    bool // people
}

// unitPath is the page of one unit.
func unitPath(id string) string { return unitsPath + "/" + id }

func (d *Desk) unitCrumbs(r *httpx.Request, u unit.Unit) []ui.Crumb {
	crumbs := []ui.Crumb{{Href: unitsPath, Text: r.T("nav.units")}}
	if u.ID != "" {
		name, _ := i18n.Pick(r.Locale, u.Name, u.NameEN)
		crumbs = append(crumbs, ui.Crumb{Href: unitPath(u.ID), Text: name})
	}
	return crumbs
}

// GetUnit shows one unit and, to whoever may see them, its people.
func (d *Desk) GetUnit(w http.ResponseWriter, r *httpx.Request) error {
	u, err := d.Units.Get(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	page := unitDetail{
		Unit: u, MayManage: !u.Closed && actor.Can(r.Actor, actor.UnitManage, u.Target()),
		MaySee: actor.Can(r.Actor, actor.PersonRead, u.Target()),
		MayAdd: !u.Closed && actor.Can(r.Actor, actor.PersonManage, u.Target()),
	}
	page.MayReach = !page.MayManage && !u.Closed && actor.Can(r.Actor, actor.UnitContact, u.Target())
	if page.MaySee {
		people, err := d.Units.FindPeople(r.Context(), r.Actor, unit.PeopleFilter{UnitID: u.ID, State: unit.All, Limit: 20})
		if err != nil {
			return err
		}
		page.People, page.More = people.Items, people.Next != ""
	}
	name, _ := i18n.Pick(r.Locale, u.Name, u.NameEN)
	return ui.Render(w, r, http.StatusOK, unitPage(d.view(r, name, d.unitCrumbs(r, unit.Unit{})...), page))
}

type unitForm struct {
	ID      string // "" for a new unit
	Version int64
	Draft   unit.Draft
	Line    string // as the form sends it
	Regions []ui.Option
}

func (f unitForm) action() string {
	if f.ID == "" {
		return unitsPath + "/new"
	}
	return unitPath(f.ID) + "/edit"
}

func (f unitForm) back() string {
	if f.ID == "" {
		return unitsPath
	}
	return unitPath(f.ID)
}

// GetNewUnit shows the empty form, standing in the reader's own region.
func (d *Desk) GetNewUnit(w http.ResponseWriter, r *httpx.Request) error {
	if !managesUnits(r.Actor) {
		return errs.Forbidden("unit.forbidden")
	}
	form := unitForm{Draft: unit.Draft{Place: actor.Place{Region: r.Actor.Place.Region}}}
	return d.unitForm(w, r, http.StatusOK, unit.Unit{}, form, nil)
}

// PostNewUnit makes a unit.
func (d *Desk) PostNewUnit(w http.ResponseWriter, r *httpx.Request) error {
	form := readUnitForm(r.Input())
	err := r.Input().Err()
	var made unit.Unit
	if err == nil {
		made, err = d.Units.Create(r.Context(), r.Actor, form.Draft)
	}
	if err != nil {
		return d.refuseUnit(w, r, unit.Unit{}, form, err)
	}
	r.Tell(w, httpx.Good, "desk.unit_created")
	return httpx.Redirect(w, r, unitPath(made.ID), unitsPath)
}

// GetEditUnit shows a unit's form.
func (d *Desk) GetEditUnit(w http.ResponseWriter, r *httpx.Request) error {
	u, err := d.managed(r)
	if err != nil {
		return err
	}
	return d.unitForm(w, r, http.StatusOK, u, unitForm{ID: u.ID, Version: u.Version, Draft: u.Draft(), Line: formLine(u.Place.Line)}, nil)
}

// PostEditUnit changes a unit.
func (d *Desk) PostEditUnit(w http.ResponseWriter, r *httpx.Request) error {
	u, err := d.managed(r)
	if err != nil {
		return err
	}
	form := readUnitForm(r.Input())
	form.ID, form.Version = u.ID, r.Input().Version()
	if err = r.Input().Err(); err == nil {
		_, err = d.Units.Change(r.Context(), r.Actor, u.ID, form.Version, form.Draft)
	}
	if err != nil {
		return d.refuseUnit(w, r, u, form, err)
	}
	r.Tell(w, httpx.Good, "desk.unit_changed")
	return httpx.Redirect(w, r, unitPath(u.ID), unitsPath)
}

// managed gets the unit of the path for a page that is for those who manage it.
func (d *Desk) managed(r *httpx.Request) (unit.Unit, error) {
	u, err := d.Units.Get(r.Context(), r.Actor, r.PathID("id"))
	if err == nil && !actor.Can(r.Actor, actor.UnitManage, u.Target()) {
		err = errs.Forbidden("unit.forbidden")
	}
	if err == nil && u.Closed {
		err = errs.Conflict("unit.closed")
	}
	return u, err
}

func readUnitForm(in *httpx.Input) unitForm {
	line := in.Choice("line", formLines()...)
	return unitForm{Line: line, Draft: unit.Draft{
		Code: in.Text("code", 40), Name: in.Text("name", 100), NameEN: in.Text("name_en", 200), Short: in.Text("short", 40),
		Address: in.Text("address", 200), Phone: in.Text("phone", 40),
		Place: actor.Place{
			Region: in.Text("region", 6), Line: parseLine(line),
			Tier: actor.Tier(in.Choice("tier", names(actor.Tiers)...)), Kind: actor.Kind(in.Choice("kind", names(actor.Kinds)...)),
		},
	}}
}

// refuseUnit shows the form again with what is wrong; a place outside of the reader's is shown beside the region.
func (d *Desk) refuseUnit(w http.ResponseWriter, r *httpx.Request, u unit.Unit, form unitForm, err error) error {
	if errs.Is(err, "unit.place_outside") {
		return d.unitForm(w, r, http.StatusForbidden, u, form, errs.Invalid("unit.place_outside").On("region"))
	}
	if !httpx.IsProblem(err) {
		return err
	}
	return d.unitForm(w, r, httpx.Status(errs.As(err)), u, form, err)
}

func (d *Desk) unitForm(w http.ResponseWriter, r *httpx.Request, status int, u unit.Unit, form unitForm, problem error) error {
	title := r.T("desk.unit_new")
	if form.ID != "" {
		title = r.T("desk.unit_edit")
	}
	v := d.view(r, title, d.unitCrumbs(r, u)...)
	regions, err := d.Units.Regions(r.Context())
	if err != nil {
		return err
	}
	form.Regions = regionOptions(v, regions, d.within(r.Actor, form.Draft.Place.Region))
	v = v.WithProblems(problem,
		"name", v.T("desk.unit_name"), "name_en", v.T("desk.name_en"), "short", v.T("desk.short"), "code", v.T("desk.unit_code"),
		"region", v.T("desk.region"), "line", v.T("desk.line"), "tier", v.T("desk.tier"), "kind", v.T("desk.kind"),
		"address", v.T("desk.address"), "phone", v.T("desk.office_phone"))
	return ui.Render(w, r, status, unitFormPage(v, form))
}

// within offers the regions in which the actor may have units, without counts.
func (d *Desk) within(a actor.Actor, chosen string) func(code string) (int, bool) {
	return func(code string) (int, bool) {
		return -1, managesRegions(a) || actor.RegionWithin(code, a.Place.Region) || code == chosen
	}
}

// GetCloseUnit asks before a unit is closed.
func (d *Desk) GetCloseUnit(w http.ResponseWriter, r *httpx.Request) error {
	u, err := d.managed(r)
	if err != nil {
		return err
	}
	return d.confirmCloseUnit(w, r, http.StatusOK, u, u.Version, nil)
}

// PostCloseUnit closes a unit.
func (d *Desk) PostCloseUnit(w http.ResponseWriter, r *httpx.Request) error {
	unitID := r.PathID("id")
	err := d.Units.Close(r.Context(), r.Actor, unitID, r.Input().Version())
	if httpx.IsProblem(err) {
		u, getErr := d.Units.Get(r.Context(), r.Actor, unitID)
		if getErr != nil {
			return getErr
		}
		return d.confirmCloseUnit(w, r, httpx.Status(errs.As(err)), u, u.Version, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "desk.unit_closed")
	return httpx.Redirect(w, r, unitPath(unitID), unitsPath)
}

func (d *Desk) confirmCloseUnit(w http.ResponseWriter, r *httpx.Request, status int, u unit.Unit, version int64, problem error) error {
	v := d.view(r, r.T("desk.unit_close"), d.unitCrumbs(r, u)...).WithProblems(problem)
	name, _ := i18n.Pick(r.Locale, u.Name, u.NameEN)
	return ui.Render(w, r, status, confirmPage(v, ui.Confirmation{
		Title: v.T("desk.unit_close_title", "name", name), Says: []string{v.T("desk.unit_close_says"), v.T("desk.unit_close_people")},
		Action: unitPath(u.ID) + "/close", Submit: v.T("desk.unit_close"), Danger: true, Back: unitPath(u.ID), Version: version,
	}))
}

type regionList struct{ Regions []unit.Region }

const regionsPath = "/desk/regions"

// GetRegions lists the regions of the territory.
func (d *Desk) GetRegions(w http.ResponseWriter, r *httpx.Request) error {
	if !managesRegions(r.Actor) {
		return errs.Forbidden("unit.forbidden")
	}
	regions, err := d.Units.Regions(r.Context())
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, regionListPage(d.view(r, r.T("nav.regions")), regionList{regions}))
}

// depth tells how deep a region lies below the first of its list.
func (p regionList) depth(g unit.Region) string {
	return map[string]string{unit.LevelProvince: "0", unit.LevelPrefecture: "1", unit.LevelCounty: "2"}[g.Level]
}
