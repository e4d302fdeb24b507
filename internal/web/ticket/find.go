package ticket

import (
	"net/http"
	"net/url"
	"time"

	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/web/ui"
)

// findRate bounds how often one address tries codes and telephone numbers: after some tries it must wait
// longer than is worth anybody's while who guesses.
var findRate = httpx.Rate{Every: 15 * time.Second, Burst: 20}

// GetFind asks for the code and the telephone number of a booking.
func (t *Ticket) GetFind(w http.ResponseWriter, r *httpx.Request) error {
	return t.find(w, r, http.StatusOK, nil, nil)
}

func (t *Ticket) find(w http.ResponseWriter, r *httpx.Request, status int, typed url.Values, problem error) error {
	v := t.view(w, r, r.T("ticket.find_title")).WithProblems(problem, "code", r.T("ticket.code"), "phone", r.T("ticket.phone"))
	return ui.Render(w, r, status, showFind(v, typed))
}

// PostFind leads to the booking.
func (t *Ticket) PostFind(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	code, phone := in.Needed("code", 20), in.Needed("phone", 40)
	err := in.Err()
	token := ""
	if err == nil {
		token, err = t.Bookings.Find(r.Context(), code, phone)
	}
	if httpx.IsProblem(err) {
		return t.find(w, r, httpx.Status(errs.As(err)), in.Values(), err)
	}
	if err != nil {
		return err
	}
	return httpx.Redirect(w, r, manageHref(token, ""), "/")
}
