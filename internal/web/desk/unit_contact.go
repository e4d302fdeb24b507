package desk

import (
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

// contactForm is what a unit's own head may change of it.
type contactForm struct {
	Unit    unit.Unit
	Version int64
	unit.Contact
}

// GetUnitContact shows the form of a unit's address and telephone.
func (d *Desk) GetUnitContact(w http.ResponseWriter, r *httpx.Request) error {
	u, err := d.contacted(r)
	if err != nil {
		return err
	}
	return d.contactForm(w, r, http.StatusOK, contactForm{Unit: u, Version: u.Version, Contact: unit.Contact{Address: u.Address, Phone: u.Phone}}, nil)
}

// PostUnitContact changes a unit's address and telephone.
func (d *Desk) PostUnitContact(w http.ResponseWriter, r *httpx.Request) error {
	u, err := d.contacted(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form := contactForm{Unit: u, Version: in.Version(), Contact: unit.Contact{Address: in.Text("address", 200), Phone: in.Text("phone", 60)}}
	if err = in.Err(); err == nil {
		_, err = d.Units.ChangeContact(r.Context(), r.Actor, u.ID, form.Version, form.Contact)
	}
	if httpx.IsProblem(err) {
		return d.contactForm(w, r, httpx.Status(errs.As(err)), form, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "desk.unit_changed")
	return httpx.Redirect(w, r, unitPath(u.ID), unitsPath)
}

func (d *Desk) contacted(r *httpx.Request) (unit.Unit, error) {
	u, err := d.Units.Get(r.Context(), r.Actor, r.PathID("id"))
	if err == nil && !actor.Can(r.Actor, actor.UnitContact, u.Target()) {
		err = errs.Forbidden("unit.forbidden")
	}
	if err == nil && u.Closed {
		err = errs.Conflict("unit.closed")
	}
	return u, err
}

func (d *Desk) contactForm(w http.ResponseWriter, r *httpx.Request, status int, form contactForm, problem error) error {
	v := d.view(r, r.T("desk.contact_edit"), d.unitCrumbs(r, form.Unit)...).WithProblems(problem,
		"address", r.T("desk.address"), "phone", r.T("desk.office_phone"))
	return ui.Render(w, r, status, contactPage(v, form))
}
