package desk

import (
	"net/http"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/login"
	"openweek/internal/web/ui"
)

type firstRun struct {
	Token    string
	Founders []founder
}

// founder is one of the first three people in the form.
type founder struct {
	Role actor.Platform
	login.Founder
}

// initialPassword is shown once, on the page that answers the change that made it.
type initialPassword struct{ SignIn, Password string }

// GetFirstRun shows the form that makes the first three people, only while there is nobody.
func (d *Desk) GetFirstRun(w http.ResponseWriter, r *httpx.Request) error {
	empty, err := d.Logins.FirstRun.Needed(r.Context())
	if err != nil {
		return err
	}
	if !empty {
		return httpx.Redirect(w, r, SignInPath, SignInPath)
	}
	return d.firstRunForm(w, r, http.StatusOK, firstRun{Token: r.Input().Raw("token"), Founders: founders(r.Input())}, nil)
}

// PostFirstRun makes the first three people and shows their initial passwords once.
func (d *Desk) PostFirstRun(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	form := firstRun{Token: in.Needed("token", 200), Founders: founders(in)}
	err := in.Err()
	var made login.Initials
	if err == nil {
		made, err = d.Logins.FirstRun.Complete(r.Context(), form.Token, login.Setup{
			SystemAdmin: form.Founders[0].Founder, SecurityAdmin: form.Founders[1].Founder, Auditor: form.Founders[2].Founder,
		})
	}
	switch {
	case errs.Is(err, "login.first_run_done"):
		r.Tell(w, httpx.Notice, "login.first_run_done")
		return httpx.Redirect(w, r, SignInPath, SignInPath)
	case errs.Is(err, "login.first_run_token"):
		e := errs.As(err)
		return d.firstRunForm(w, r, httpx.Status(e), form, errs.Invalid(e.Key).On("token"))
	case httpx.IsProblem(err):
		return d.firstRunForm(w, r, httpx.Status(errs.As(err)), form, err)
	case err != nil:
		return err
	}
	v := d.Shell.View(r, r.T("account.first_run_done"))
	return ui.Render(w, r, http.StatusOK, firstRunDonePage(v, []initialPassword{
		{form.Founders[0].SignIn, made.SystemAdmin}, {form.Founders[1].SignIn, made.SecurityAdmin}, {form.Founders[2].SignIn, made.Auditor},
	}))
}

// founders reads the three people; the fields' names are those that login.FirstRun.Complete names in errors.
func founders(in *httpx.Input) []founder {
	list := make([]founder, len(actor.Platforms))
	for i, role := range actor.Platforms {
		field := func(name string, max int) string { return in.Text(string(role)+"."+name, max) }
		list[i] = founder{Role: role, Founder: login.Founder{
			SignIn: field("sign_in", 32), Name: field("name", 80), Phone: field("phone", 40), Email: field("email", 120),
		}}
	}
	return list
}

func (d *Desk) firstRunForm(w http.ResponseWriter, r *httpx.Request, status int, form firstRun, problem error) error {
	v := d.Shell.View(r, r.T("account.first_run"))
	labels := []string{"token", v.T("account.token")}
	for _, f := range form.Founders {
		for _, l := range [][2]string{
			{"sign_in", v.T("account.name")}, {"name", v.T("people.name")}, {"phone", v.T("people.phone")}, {"email", v.T("people.email")},
		} {
			labels = append(labels, string(f.Role)+"."+l[0], roleName(v, string(f.Role))+" · "+l[1])
		}
	}
	return ui.Render(w, r, status, firstRunPage(v.WithProblems(problem, labels...), form))
}
