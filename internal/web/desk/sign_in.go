package desk

import (
	"net/http"

	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/login"
	"openweek/internal/web/ui"
)

// maxSecret bounds a password field in bytes; what is too long for a password is login's to say.
const maxSecret = 1000

type signIn struct {
	Name    string
	Next    string
	Refused string // why the attempt failed, or ""
}

// GetSignIn shows the sign-in form, or sends whoever is signed in on. An empty store is set up first.
func (d *Desk) GetSignIn(w http.ResponseWriter, r *httpx.Request) error {
	next := r.Input().Raw("next")
	if r.Actor.PersonID != "" {
		return httpx.Redirect(w, r, next, "/desk")
	}
	empty, err := d.Logins.FirstRun.Needed(r.Context())
	if err != nil {
		return err
	}
	if empty {
		return httpx.Redirect(w, r, firstRunPath, firstRunPath)
	}
	return ui.Render(w, r, http.StatusOK, signInPage(d.Shell.View(r, r.T("account.sign_in")), signIn{Next: next}))
}

// PostSignIn signs somebody in. A refusal says neither which of name and password was wrong nor
// whether there is such a person.
func (d *Desk) PostSignIn(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	form := signIn{Name: in.Text("name", 100), Next: in.Raw("next")}
	password := in.Secret("password", maxSecret)
	if err := in.Err(); err != nil {
		return d.refuseSignIn(w, r, form, err)
	}
	token, a, err := d.Logins.SignIn(r.Context(), login.Credentials{Name: form.Name, Password: password, Addr: r.Addr, Agent: r.UserAgent()})
	if err != nil {
		return d.refuseSignIn(w, r, form, err)
	}
	r.SetLogin(w, token)
	if a.MustChangePassword {
		return httpx.Redirect(w, r, httpx.WithQuery(PasswordPath, "next", form.Next), PasswordPath)
	}
	return httpx.Redirect(w, r, form.Next, "/desk")
}

func (d *Desk) refuseSignIn(w http.ResponseWriter, r *httpx.Request, form signIn, err error) error {
	e := errs.As(err)
	if e.Kind == errs.KindInternal {
		return err
	}
	form.Refused = i18n.Error(r.Locale, e)
	return ui.Render(w, r, httpx.Status(e), signInPage(d.Shell.View(r, r.T("account.sign_in")), form))
}

// PostSignOut ends the present login. Whoever is not signed in any more has what they wanted.
func (d *Desk) PostSignOut(w http.ResponseWriter, r *httpx.Request) error {
	if r.Actor.PersonID != "" {
		if err := d.Logins.SignOut(r.Context(), r.Actor); err != nil {
			return err
		}
	}
	r.ClearLogin(w)
	r.Tell(w, httpx.Good, "account.signed_out")
	return httpx.Redirect(w, r, SignInPath, SignInPath)
}
