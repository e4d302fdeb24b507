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

// shownHosts bounds the units that a move offers; a longer list is narrowed by searching.
const shownHosts = 20

// movePerson is the form that moves a person to another unit, found by searching.
type movePerson struct {
	Person  unit.Person // masked
	Version int64
	Search  string
	Hosts   []unit.Unit
	Chosen  string // id of a unit
}

// movesPeople tells whether the actor manages the people of more than the own unit.
func movesPeople(a actor.Actor) bool {
	return actor.Can(a, actor.PersonManage, actor.Target{}) || a.Has(actor.RoleHead) && len(actor.Command(a)) > 0
}

// GetMovePerson searches for a unit to move a person to.
func (d *Desk) GetMovePerson(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.editablePerson(r)
	if err != nil {
		return err
	}
	form := movePerson{Person: p, Version: p.Version, Search: r.Input().Text("q", 80)}
	if err := r.Input().Err(); err != nil {
		return err
	}
	return d.moveForm(w, r, http.StatusOK, form, nil)
}

// PostMovePerson moves a person; the roles in the old unit end.
func (d *Desk) PostMovePerson(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.editablePerson(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form := movePerson{Person: p, Version: in.Version(), Search: in.Text("q", 80), Chosen: in.ID("unit")}
	if form.Chosen == "" && in.Err() == nil {
		in.Problem(errs.Invalid("error.required").On("unit"))
	}
	if err = in.Err(); err == nil {
		_, err = d.Units.ChangePerson(r.Context(), r.Actor, p.ID, form.Version, unit.PersonChange{UnitID: &form.Chosen})
	}
	if httpx.IsProblem(err) {
		return d.moveForm(w, r, httpx.Status(errs.As(err)), form, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "people.moved")
	return httpx.Redirect(w, r, personPath(p.ID), peoplePath)
}

func (d *Desk) moveForm(w http.ResponseWriter, r *httpx.Request, status int, form movePerson, problem error) error {
	if form.Search != "" {
		found, err := d.Units.FindHosts(r.Context(), r.Actor, form.Search, shownHosts)
		if err != nil {
			return err
		}
		for _, u := range found {
			if u.ID != form.Person.UnitID {
				form.Hosts = append(form.Hosts, u)
			}
		}
	}
	v := d.view(r, r.T("people.move"), d.personCrumbs(r, form.Person, true)...).WithProblems(problem, "unit", r.T("people.move_to"))
	return ui.Render(w, r, status, movePersonPage(v, form))
}

// unitNameOf is the name of a person's unit in the reader's language.
func unitNameOf(v ui.View, p unit.Person) string {
	name, _ := i18n.Pick(v.Locale, p.UnitName, p.UnitNameEN)
	return name
}

// options are the found units, each with its region, by which two of the same name are told apart.
func (p movePerson) options(v ui.View) []ui.Option {
	out := make([]ui.Option, len(p.Hosts))
	for i, u := range p.Hosts {
		name, lang := i18n.Pick(v.Locale, u.Name, u.NameEN)
		region, _ := i18n.Pick(v.Locale, u.RegionName, u.RegionNameEN)
		out[i] = ui.Option{Value: u.ID, Text: name, Lang: lang, Help: region}
	}
	return out
}
