package desk

import (
	"net/http"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/login"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

type personDetail struct {
	Person      unit.Person // masked unless Revealed
	Revealed    bool
	Self        bool
	MayManage   bool
	MayMove     bool // to another unit
	MayReveal   bool
	MayGrant    bool
	MayControl  bool // lock-outs and logins
	Logins      []login.Login
	LockedUntil clock.Instant // 0 where it is not locked
}

func (d *Desk) personCrumbs(r *httpx.Request, p unit.Person, below bool) []ui.Crumb {
	crumbs := []ui.Crumb{{Href: peoplePath, Text: r.T("nav.people")}}
	if below {
		crumbs = append(crumbs, ui.Crumb{Href: personPath(p.ID), Text: p.SignIn})
	}
	return crumbs
}

// GetPerson shows one person, masked.
func (d *Desk) GetPerson(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.personOf(r)
	if err != nil {
		return err
	}
	return d.showPerson(w, r, p, false)
}

func (d *Desk) personOf(r *httpx.Request) (unit.Person, error) {
	return d.Units.GetPerson(r.Context(), r.Actor, r.PathID("id"))
}

func (d *Desk) showPerson(w http.ResponseWriter, r *httpx.Request, p unit.Person, revealed bool) error {
	page := personDetail{
		Person: p, Revealed: revealed, Self: p.ID == r.Actor.PersonID,
		MayManage:  !p.Closed && actor.Can(r.Actor, actor.PersonManage, p.Target()),
		MayReveal:  !revealed && (p.ID == r.Actor.PersonID || actor.Can(r.Actor, actor.PersonReveal, p.Target())),
		MayGrant:   !p.Closed && actor.Can(r.Actor, actor.RoleGrant, p.Target()),
		MayControl: !p.Closed && actor.Can(r.Actor, actor.LoginControl, p.Target()),
	}
	page.MayMove = page.MayManage && !page.Self && p.UnitID != "" && movesPeople(r.Actor)
	if page.MayControl {
		var err error
		if page.Logins, err = d.Logins.Of(r.Context(), r.Actor, p.ID); err != nil {
			return err
		}
		if page.LockedUntil, err = d.Logins.LockedUntil(r.Context(), r.Actor, p.ID); err != nil {
			return err
		}
	}
	return ui.Render(w, r, http.StatusOK, personPage(d.view(r, p.SignIn, d.personCrumbs(r, p, false)...), page))
}

// GetRevealPerson asks before a person is shown in clear, because that is recorded.
func (d *Desk) GetRevealPerson(w http.ResponseWriter, r *httpx.Request) error {
	return d.askPerson(w, r, actor.PersonReveal, question{
		title: "people.reveal", says: []string{"people.reveal_says"}, path: "/reveal", self: true,
	}, nil)
}

// PostRevealPerson shows a person in clear, on the answer itself; the use case records it.
func (d *Desk) PostRevealPerson(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.Units.RevealPerson(r.Context(), r.Actor, r.PathID("id"))
	if err != nil {
		return err
	}
	return d.showPerson(w, r, p, true)
}

// question is a confirm step about a person: keys of the catalogue and where its form posts to.
type question struct {
	title  string
	says   []string
	path   string
	danger bool
	self   bool // also about oneself
}

func (d *Desk) askPerson(w http.ResponseWriter, r *httpx.Request, right actor.Right, q question, problem error) error {
	p, err := d.personOf(r)
	if err != nil {
		return err
	}
	if !actor.Can(r.Actor, right, p.Target()) && !(q.self && p.ID == r.Actor.PersonID) {
		return errs.Forbidden("person.forbidden")
	}
	v := d.view(r, r.T(q.title), d.personCrumbs(r, p, true)...).WithProblems(problem)
	c := ui.Confirmation{
		Title: v.T("desk.about_person", "action", v.Title, "person", p.SignIn), Action: personPath(p.ID) + q.path,
		Submit: v.Title, Danger: q.danger, Back: personPath(p.ID), Version: p.Version,
	}
	for _, key := range q.says {
		c.Says = append(c.Says, v.T(key))
	}
	status := http.StatusOK
	if problem != nil {
		status = httpx.Status(errs.As(problem))
	}
	return ui.Render(w, r, status, confirmPage(v, c))
}

// done answers a post of a question: back to the person with a message, or the question again with
// what stands in the way.
func (d *Desk) done(w http.ResponseWriter, r *httpx.Request, err error, right actor.Right, q question, told string) error {
	if httpx.IsProblem(err) {
		return d.askPerson(w, r, right, q, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, told)
	return httpx.Redirect(w, r, personPath(r.PathID("id")), peoplePath)
}

var (
	closeQuestion = question{title: "people.close", says: []string{"people.close_says", "people.close_keeps"}, path: "/close", danger: true}
	resetQuestion = question{title: "people.reset", says: []string{"people.reset_says", "people.reset_once"}, path: "/reset-password", danger: true}
	endQuestion   = question{title: "people.sign_out", says: []string{"people.sign_out_says"}, path: "/sign-out", danger: true}
)

// GetClosePerson asks before a person is closed.
func (d *Desk) GetClosePerson(w http.ResponseWriter, r *httpx.Request) error {
	return d.askPerson(w, r, actor.PersonManage, closeQuestion, nil)
}

// PostClosePerson closes a person.
func (d *Desk) PostClosePerson(w http.ResponseWriter, r *httpx.Request) error {
	version := r.Input().Version()
	err := r.Input().Err()
	if err == nil {
		err = d.Units.ClosePerson(r.Context(), r.Actor, r.PathID("id"), version)
	}
	return d.done(w, r, err, actor.PersonManage, closeQuestion, "people.closed")
}

// GetResetPassword asks before a person gets a new initial password.
func (d *Desk) GetResetPassword(w http.ResponseWriter, r *httpx.Request) error {
	return d.askPerson(w, r, actor.PersonManage, resetQuestion, nil)
}

// PostResetPassword gives a person a new initial password and shows it once.
func (d *Desk) PostResetPassword(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.personOf(r)
	if err != nil {
		return err
	}
	err = d.giveInitialPassword(w, r, p, r.T("people.reset_done"))
	if httpx.IsProblem(err) {
		return d.askPerson(w, r, actor.PersonManage, resetQuestion, err)
	}
	return err
}

// GetSignOutPerson asks before all logins of a person are ended.
func (d *Desk) GetSignOutPerson(w http.ResponseWriter, r *httpx.Request) error {
	return d.askPerson(w, r, actor.LoginControl, endQuestion, nil)
}

// PostSignOutPerson ends all logins of a person.
func (d *Desk) PostSignOutPerson(w http.ResponseWriter, r *httpx.Request) error {
	_, err := d.Logins.SignOutPerson(r.Context(), r.Actor, r.PathID("id"))
	return d.done(w, r, err, actor.LoginControl, endQuestion, "people.signed_out")
}

// PostUnlock lifts a person's lock-out. One that has ended meanwhile is as good as lifted.
func (d *Desk) PostUnlock(w http.ResponseWriter, r *httpx.Request) error {
	err := d.Logins.Unlock(r.Context(), r.Actor, r.PathID("id"))
	if err != nil && !errs.Is(err, "login.not_locked") {
		return err
	}
	r.Tell(w, httpx.Good, "people.unlocked")
	return httpx.Redirect(w, r, personPath(r.PathID("id")), peoplePath)
}

// editPerson is the form of a person. It shows masked values beside empty fields: what is left empty stays.
type editPerson struct {
	Person             unit.Person // masked
	Version            int64
	Name, Phone, Email string
	NoPhone, NoEmail   bool
}

// GetEditPerson shows a person's form.
func (d *Desk) GetEditPerson(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.editablePerson(r)
	if err != nil {
		return err
	}
	return d.editPersonForm(w, r, http.StatusOK, editPerson{Person: p, Version: p.Version}, nil)
}

func (d *Desk) editablePerson(r *httpx.Request) (unit.Person, error) {
	p, err := d.personOf(r)
	if err == nil && !actor.Can(r.Actor, actor.PersonManage, p.Target()) {
		err = errs.Forbidden("person.forbidden")
	}
	if err == nil && p.Closed {
		err = errs.Conflict("person.closed")
	}
	return p, err
}

// PostEditPerson changes what was typed anew.
func (d *Desk) PostEditPerson(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.editablePerson(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form := editPerson{
		Person: p, Version: in.Version(), Name: in.Text("name", 80), Phone: in.Text("phone", 40), Email: in.Text("email", 120),
		NoPhone: in.Yes("no_phone"), NoEmail: in.Yes("no_email"),
	}
	if err = in.Err(); err == nil {
		_, err = d.Units.ChangePerson(r.Context(), r.Actor, p.ID, form.Version, form.change())
	}
	if httpx.IsProblem(err) {
		return d.editPersonForm(w, r, httpx.Status(errs.As(err)), form, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "people.changed")
	return httpx.Redirect(w, r, personPath(p.ID), peoplePath)
}

func (f editPerson) change() unit.PersonChange {
	typed := func(value string, clear bool) *string {
		if value == "" && !clear {
			return nil
		}
		return &value
	}
	return unit.PersonChange{Name: typed(f.Name, false), Phone: typed(f.Phone, f.NoPhone), Email: typed(f.Email, f.NoEmail)}
}

func (d *Desk) editPersonForm(w http.ResponseWriter, r *httpx.Request, status int, form editPerson, problem error) error {
	v := d.view(r, r.T("people.edit"), d.personCrumbs(r, form.Person, true)...).WithProblems(problem,
		"name", r.T("people.name"), "phone", r.T("people.phone"), "email", r.T("people.email"))
	return ui.Render(w, r, status, editPersonPage(v, form))
}

// noPlatform stands in the form for actor.NoPlatform.
const noPlatform = "none"

// rolesForm is what a security administrator sets of a person: roles in the unit and the platform role.
type rolesForm struct {
	Person   unit.Person
	Wanted   []string // roles in the unit
	Platform string
}

// GetRoles shows the roles of a person for the security administrator.
func (d *Desk) GetRoles(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.grantable(r)
	if err != nil {
		return err
	}
	return d.rolesForm(w, r, http.StatusOK, rolesForm{Person: p, Wanted: names(p.Roles), Platform: string(p.Platform)}, nil)
}

func (d *Desk) grantable(r *httpx.Request) (unit.Person, error) {
	p, err := d.personOf(r)
	if err == nil && !actor.Can(r.Actor, actor.RoleGrant, p.Target()) {
		err = errs.Forbidden("person.forbidden")
	}
	if err == nil && p.ID == r.Actor.PersonID {
		err = errs.Forbidden("person.grant_self")
	}
	if err == nil && p.Closed {
		err = errs.Conflict("person.closed")
	}
	return p, err
}

// PostRoles grants and withdraws what the form changed. What somebody else changed since the form was
// opened stays, because the form says what it was opened with.
func (d *Desk) PostRoles(w http.ResponseWriter, r *httpx.Request) error {
	p, err := d.grantable(r)
	if err != nil {
		return err
	}
	in := r.Input()
	form := rolesForm{Person: p, Wanted: in.Choices("role", names(actor.UnitRoles)...)}
	form.Platform = in.Choice("platform", append(names(actor.Platforms), noPlatform)...)
	if form.Platform == "" && in.Err() == nil { // a form always says one
		in.Problem(errs.Invalid("error.required").On("platform"))
	}
	if form.Platform == noPlatform {
		form.Platform = ""
	}
	had, hadPlatform := in.Choices("had", names(actor.UnitRoles)...), in.Choice("had_platform", names(actor.Platforms)...)
	if err = in.Err(); err == nil {
		err = d.setRoles(r, p.ID, had, form.Wanted, hadPlatform, form.Platform)
	}
	if refusal := errs.As(err); httpx.IsProblem(err) {
		if form.Person, err = d.grantable(r); err != nil { // what was changed before the refusal stands
			return err
		}
		return d.rolesForm(w, r, httpx.Status(refusal), form, refusal)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "people.roles_changed")
	return httpx.Redirect(w, r, personPath(p.ID), peoplePath)
}

func (d *Desk) setRoles(r *httpx.Request, personID string, had, wanted []string, hadPlatform, platform string) error {
	ctx := r.Context()
	if platform != hadPlatform && hadPlatform != "" {
		if err := d.Units.WithdrawPlatform(ctx, r.Actor, personID); err != nil {
			return err
		}
	}
	if platform != hadPlatform && platform != "" {
		if err := d.Units.GrantPlatform(ctx, r.Actor, personID, actor.Platform(platform)); err != nil {
			return err
		}
	}
	for _, role := range actor.UnitRoles {
		before, after := slices.Contains(had, string(role)), slices.Contains(wanted, string(role))
		var err error
		switch {
		case after && !before:
			err = d.Units.Grant(ctx, r.Actor, personID, role)
		case before && !after:
			err = d.Units.Withdraw(ctx, r.Actor, personID, role)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) rolesForm(w http.ResponseWriter, r *httpx.Request, status int, form rolesForm, problem error) error {
	v := d.view(r, r.T("people.set_roles"), d.personCrumbs(r, form.Person, true)...).WithProblems(problem,
		"role", r.T("people.unit_roles"), "platform", r.T("people.platform"))
	return ui.Render(w, r, status, rolesPage(v, form))
}
