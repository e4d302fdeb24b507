package desk

import (
	"net/http"

	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/login"
	"openweek/internal/unit"
	"openweek/internal/web/ui"
)

const mePath = "/desk/me"

type account struct {
	Person unit.Person // masked
	Logins []login.Login
}

// GetMe shows the reader's own account and where it is signed in.
func (d *Desk) GetMe(w http.ResponseWriter, r *httpx.Request) error {
	person, err := d.Units.GetPerson(r.Context(), r.Actor, r.Actor.PersonID)
	if err != nil {
		return err
	}
	logins, err := d.Logins.Mine(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, accountPage(d.view(r, r.T("nav.me")), account{Person: person, Logins: logins}))
}

// PostEndLogin ends one of the reader's own logins.
func (d *Desk) PostEndLogin(w http.ResponseWriter, r *httpx.Request) error {
	loginID := r.PathID("id")
	if loginID == r.Actor.LoginID {
		return d.PostSignOut(w, r)
	}
	if err := d.Logins.SignOutOther(r.Context(), r.Actor, loginID); err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "account.login_ended")
	return httpx.Redirect(w, r, mePath, mePath)
}

// GetSignOutEverywhere asks before all logins are ended.
func (d *Desk) GetSignOutEverywhere(w http.ResponseWriter, r *httpx.Request) error {
	v := d.view(r, r.T("account.everywhere"), ui.Crumb{Href: mePath, Text: r.T("nav.me")})
	return ui.Render(w, r, http.StatusOK, confirmPage(v, ui.Confirmation{
		Title: v.Title, Says: []string{r.T("account.everywhere_says")}, Action: "/desk/me/sign-out",
		Submit: r.T("account.everywhere"), Danger: true, Back: mePath,
	}))
}

// PostSignOutEverywhere ends all of the reader's logins, the present one too.
func (d *Desk) PostSignOutEverywhere(w http.ResponseWriter, r *httpx.Request) error {
	if _, err := d.Logins.SignOutEverywhere(r.Context(), r.Actor); err != nil {
		return err
	}
	r.ClearLogin(w)
	r.Tell(w, httpx.Good, "account.signed_out")
	return httpx.Redirect(w, r, SignInPath, SignInPath)
}

type passwordForm struct {
	Forced bool // the initial password, which serves for nothing else
	Next   string
}

// GetPassword shows the form that changes the reader's own password.
func (d *Desk) GetPassword(w http.ResponseWriter, r *httpx.Request) error {
	return d.passwordForm(w, r, http.StatusOK, r.Input().Raw("next"), nil)
}

// PostPassword changes the reader's own password; all other logins end.
func (d *Desk) PostPassword(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	old, password, again := in.Secret("old", maxSecret), in.Secret("password", maxSecret), in.Secret("again", maxSecret)
	next := in.Raw("next")
	if in.Err() == nil {
		switch {
		case old == "":
			in.Problem(errs.Invalid("error.required").On("old"))
		case password != again:
			in.Problem(errs.Invalid("account.again_other").On("again"))
		}
	}
	err := in.Err()
	if err == nil {
		err = d.Logins.ChangePassword(r.Context(), r.Actor, old, password)
	}
	if e := errs.As(err); httpx.IsProblem(err) || errs.KindOf(err) == errs.KindBusy {
		return d.passwordForm(w, r, httpx.Status(e), next, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "account.password_changed")
	if r.Actor.MustChangePassword {
		return httpx.Redirect(w, r, next, "/desk")
	}
	return httpx.Redirect(w, r, next, mePath)
}

func (d *Desk) passwordForm(w http.ResponseWriter, r *httpx.Request, status int, next string, problem error) error {
	form := passwordForm{Forced: r.Actor.MustChangePassword, Next: next}
	v := d.Shell.View(r, r.T("account.change_password"))
	if !form.Forced {
		v = d.view(r, v.Title, ui.Crumb{Href: mePath, Text: r.T("nav.me")})
	}
	v = v.WithProblems(problem, "old", v.T("account.old"), "password", v.T("account.new"), "again", v.T("account.again"))
	return ui.Render(w, r, status, passwordPage(v, form))
}
