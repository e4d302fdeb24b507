package desk

import (
	"bytes"
	"net/http"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

const peoplePath = "/desk/people"

// rolelessPath lists those who hold no role at all, for the security administrator.
const rolelessPath = peoplePath + "/without-role"

func personPath(id string) string { return peoplePath + "/" + id }

type personList struct {
	Unit   unit.Unit // zero in the list of all units
	Path   string
	Filter unit.PeopleFilter
	Role   string // of the filter: a role in a unit or a platform role
	People []unit.Person
	Pages  ui.Pages
	Export string
	New    string // where a new person is made, or ""
}

func (p personList) filtered() bool {
	return p.Filter.Text != "" || p.Role != "" || p.Filter.State != unit.Open
}

// roleOptions are the roles in a unit and the platform roles.
func roleOptions(v ui.View) []ui.Option {
	var out []ui.Option
	for _, role := range slices.Concat(names(actor.UnitRoles), names(actor.Platforms)) {
		out = append(out, ui.Option{Value: role, Text: roleName(v, role)})
	}
	return out
}

// peopleFilter reads the filter bar of a list of people; role is as the form sends it.
func peopleFilter(in *httpx.Input, unitID string) (f unit.PeopleFilter, role string) {
	f = unit.PeopleFilter{UnitID: unitID, Text: in.Text("q", 120), State: parseState(in), After: in.Raw("after")}
	role = in.Choice("role", slices.Concat(names(actor.UnitRoles), names(actor.Platforms))...)
	if slices.Contains(actor.Platforms, actor.Platform(role)) {
		f.Platform = actor.Platform(role)
	} else {
		f.Role = actor.Role(role)
	}
	return f, role
}

// GetPeople lists all people whom the reader may see, masked.
func (d *Desk) GetPeople(w http.ResponseWriter, r *httpx.Request) error {
	return d.listPeople(w, r, unit.Unit{})
}

// GetUnitPeople lists the people of one unit, masked.
func (d *Desk) GetUnitPeople(w http.ResponseWriter, r *httpx.Request) error {
	u, err := d.Units.Get(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	if !actor.Can(r.Actor, actor.PersonRead, u.Target()) {
		return errs.Forbidden("person.forbidden")
	}
	return d.listPeople(w, r, u)
}

func (d *Desk) listPeople(w http.ResponseWriter, r *httpx.Request, u unit.Unit) error {
	if !readsPeople(r.Actor) {
		return errs.Forbidden("person.forbidden")
	}
	in := r.Input()
	filter, role := peopleFilter(in, u.ID)
	if err := in.Err(); err != nil {
		return err
	}
	found, err := d.Units.FindPeople(r.Context(), r.Actor, filter)
	if err != nil {
		return err
	}
	page := personList{Unit: u, Path: peoplePath, Filter: filter, Role: role, People: found.Items}
	v := d.view(r, r.T("nav.people"))
	if u.ID != "" {
		page.Path = unitPath(u.ID) + "/people"
		v = d.view(r, r.T("nav.people"), d.unitCrumbs(r, u)...)
		if !u.Closed && actor.Can(r.Actor, actor.PersonManage, u.Target()) {
			page.New = page.Path + "/new"
		}
	} else if managesPeople(r.Actor) && r.Actor.UnitID != "" {
		page.New = unitPath(r.Actor.UnitID) + "/people/new"
	}
	if revealsPeople(r.Actor) {
		page.Export = peoplePath + "/export"
		if u.ID != "" {
			page.Export += "?unit=" + u.ID
		}
	}
	page.Pages = ui.PagesOf(v, in, found.Next, v.T("people.page_summary", "count", len(found.Items)))
	return ui.Render(w, r, http.StatusOK, personListPage(v, page))
}

// GetRoleless lists those who hold no role at all.
func (d *Desk) GetRoleless(w http.ResponseWriter, r *httpx.Request) error {
	list, err := d.Units.FindRoleless(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	v := d.view(r, r.T("people.roleless"), ui.Crumb{Href: peoplePath, Text: r.T("nav.people")})
	return ui.Render(w, r, http.StatusOK, rolelessPage(v, list))
}

// GetPeopleExport asks before people leave the product in clear.
func (d *Desk) GetPeopleExport(w http.ResponseWriter, r *httpx.Request) error {
	if !revealsPeople(r.Actor) {
		return errs.Forbidden("person.forbidden")
	}
	v := d.view(r, r.T("people.export"), ui.Crumb{Href: peoplePath, Text: r.T("nav.people")})
	unitID := r.Input().ID("unit")
	if err := r.Input().Err(); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, exportPeoplePage(v, unitID))
}

// PostPeopleExport gives people in clear as an Excel file; the use case records it.
func (d *Desk) PostPeopleExport(w http.ResponseWriter, r *httpx.Request) error {
	unitID := r.Input().ID("unit")
	if err := r.Input().Err(); err != nil {
		return err
	}
	var body bytes.Buffer
	if err := d.Units.ExportPeople(r.Context(), r.Actor, unit.PeopleFilter{UnitID: unitID}, &body); err != nil {
		return err
	}
	return d.workbook(w, r, r.T("nav.people"), body.Bytes())
}

// newPerson is the form of a new person of a unit.
type newPerson struct {
	Unit  unit.Unit
	Draft unit.PersonDraft
}

// GetNewPerson shows the form of a new person.
func (d *Desk) GetNewPerson(w http.ResponseWriter, r *httpx.Request) error {
	u, err := d.staffed(r)
	if err != nil {
		return err
	}
	return d.newPersonForm(w, r, http.StatusOK, newPerson{Unit: u}, nil)
}

// PostNewPerson makes a person and shows the initial password once.
func (d *Desk) PostNewPerson(w http.ResponseWriter, r *httpx.Request) error {
	u, err := d.staffed(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form := newPerson{Unit: u, Draft: unit.PersonDraft{
		UnitID: u.ID, SignIn: in.Needed("sign_in", 32), Name: in.Needed("name", 80), Phone: in.Text("phone", 40), Email: in.Text("email", 120),
	}}
	var made unit.Person
	if err = in.Err(); err == nil {
		made, err = d.Units.CreatePerson(r.Context(), r.Actor, form.Draft)
	}
	if httpx.IsProblem(err) {
		return d.newPersonForm(w, r, httpx.Status(errs.As(err)), form, err)
	}
	if err != nil {
		return err
	}
	return d.giveInitialPassword(w, r, made, r.T("people.created"))
}

// giveInitialPassword gives a person a first password and shows it once, on the answer itself: nothing
// that could be read later holds it.
func (d *Desk) giveInitialPassword(w http.ResponseWriter, r *httpx.Request, p unit.Person, title string) error {
	initial, err := d.Logins.ResetPassword(r.Context(), r.Actor, p.ID)
	if err != nil {
		return err
	}
	v := d.view(r, title, d.personCrumbs(r, p, true)...)
	return ui.Render(w, r, http.StatusOK, initialPasswordPage(v, p, initialPassword{p.SignIn, initial}))
}

// staffed gets the unit of the path for a page that is for those who manage its people.
func (d *Desk) staffed(r *httpx.Request) (unit.Unit, error) {
	u, err := d.Units.Get(r.Context(), r.Actor, r.PathID("id"))
	if err == nil && !actor.Can(r.Actor, actor.PersonManage, u.Target()) {
		err = errs.Forbidden("person.forbidden")
	}
	if err == nil && u.Closed {
		err = errs.Conflict("unit.closed")
	}
	return u, err
}

func (d *Desk) newPersonForm(w http.ResponseWriter, r *httpx.Request, status int, form newPerson, problem error) error {
	crumbs := append(d.unitCrumbs(r, form.Unit), ui.Crumb{Href: unitPath(form.Unit.ID) + "/people", Text: r.T("nav.people")})
	v := d.view(r, r.T("people.new"), crumbs...).WithProblems(problem,
		"sign_in", r.T("account.name"), "name", r.T("people.name"), "phone", r.T("people.phone"), "email", r.T("people.email"))
	name, _ := i18n.Pick(r.Locale, form.Unit.Name, form.Unit.NameEN)
	return ui.Render(w, r, status, newPersonPage(v, form, name))
}
