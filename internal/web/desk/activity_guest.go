package desk

import (
	"net/http"
	"slices"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/web/ui"
)

func guestsPath(editionID string) string { return editionPath(editionID) + "/guests" }

// vouches tells who brings in hosts from outside: departments of industry, state assets and the trade union.
func vouches(a actor.Actor) bool {
	return a.IsStaff() && actor.Can(a, actor.GuestVouch, actor.Target{UnitID: a.UnitID, Place: a.Place})
}

// guestList are the guest hosts of an edition in sight.
type guestList struct {
	weekFacts
	Guests []activity.Guest
	Names  people
	May    bool // the reader vouches for guests, and the edition is open
}

// guestForm is a guest host as it is filled in.
type guestForm struct {
	Guest activity.Guest // zero for a new one
	Draft activity.GuestDraft
}

func (d *Desk) guestView(r *httpx.Request, f weekFacts, title string) ui.View {
	name, _ := i18n.Pick(r.Locale, f.Name, f.NameEN)
	way := []ui.Crumb{{Href: editionsPath, Text: r.T("editing.editions")}, {Href: editionPath(f.ID), Text: name}}
	if title == "" {
		return d.view(r, r.T("activities.guests"), way...)
	}
	return d.view(r, title, append(way, ui.Crumb{Href: guestsPath(f.ID), Text: r.T("activities.guests")})...)
}

// GetGuests lists the guest hosts of an edition.
func (d *Desk) GetGuests(w http.ResponseWriter, r *httpx.Request) error {
	ctx := r.Context()
	facts, err := d.weekFacts(ctx, r, r.PathID("id"))
	if err != nil {
		return err
	}
	page := guestList{weekFacts: facts, May: vouches(r.Actor) && facts.Status == edition.StatusPublished}
	if page.Guests, err = d.Activities.Guests(ctx, r.Actor, facts.ID); err != nil {
		return err
	}
	v := d.guestView(r, facts, "")
	ids := make([]string, len(page.Guests))
	for i, g := range page.Guests {
		ids[i] = g.VouchedBy
	}
	if page.Names, err = d.namePeople(ctx, r, v, ids...); err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, guestListPage(v, page))
}

// guestOf gets the edition, and the guest that the path names for the unit that vouches for it.
func (d *Desk) guestOf(r *httpx.Request) (f weekFacts, p guestForm, err error) {
	if f, err = d.weekFacts(r.Context(), r, r.PathID("id")); err != nil {
		return f, p, err
	}
	if !vouches(r.Actor) {
		return f, p, errs.Forbidden("activity.guest_forbidden")
	}
	if f.Status != edition.StatusPublished {
		return f, p, errs.Conflict("activity.edition_closed")
	}
	guestID := r.PathID("guest")
	if r.PathValue("guest") == "" {
		return f, p, nil
	}
	list, err := d.Activities.Guests(r.Context(), r.Actor, f.ID)
	if err != nil {
		return f, p, err
	}
	i := slices.IndexFunc(list, func(g activity.Guest) bool { return g.ID == guestID && g.Unit.ID == r.Actor.UnitID })
	if i < 0 {
		return f, p, errs.NotFound("activity.guest_not_found")
	}
	p.Guest = list[i]
	p.Draft = activity.GuestDraft{Name: p.Guest.Name, NameEN: p.Guest.NameEN, Contact: p.Guest.Contact}
	return f, p, nil
}

// GetGuest shows the form of a guest host: of the one in the path, else of a new one.
func (d *Desk) GetGuest(w http.ResponseWriter, r *httpx.Request) error {
	f, p, err := d.guestOf(r)
	if err != nil {
		return err
	}
	return d.showGuest(w, r, http.StatusOK, f, p, nil)
}

func (d *Desk) showGuest(w http.ResponseWriter, r *httpx.Request, status int, f weekFacts, p guestForm, problem error) error {
	title := r.T("activities.guest_new")
	if p.Guest.ID != "" {
		title = p.Guest.Name
	}
	v := d.guestView(r, f, title)
	v = v.WithProblems(problem, "name", v.T("activities.guest_name"), "name_en", v.T("activities.guest_name_en"), "contact.name", v.T("activities.guest_contact"), "contact.phone", v.T("activities.guest_phone"))
	return ui.Render(w, r, status, guestFormPage(v, f, p))
}

// PostGuest adds or changes a guest host.
func (d *Desk) PostGuest(w http.ResponseWriter, r *httpx.Request) error {
	f, p, err := d.guestOf(r)
	if err != nil {
		return err
	}
	in := r.Input()
	p.Draft = activity.GuestDraft{
		Name: in.Text("name", maxActivityVenue), NameEN: in.Text("name_en", maxActivityPlace),
		Contact: form.Person{Name: in.Text("contact.name", 40), Phone: in.Text("contact.phone", 40)},
	}
	version, told := in.Version(), "activities.guest_added"
	err = in.Err()
	switch {
	case err != nil:
	case p.Guest.ID == "":
		_, err = d.Activities.AddGuest(r.Context(), r.Actor, f.ID, p.Draft)
	default:
		told = "activities.guest_changed"
		_, err = d.Activities.ChangeGuest(r.Context(), r.Actor, p.Guest.ID, version, p.Draft)
	}
	if httpx.IsProblem(err) {
		return d.showGuest(w, r, httpx.Status(errs.As(err)), f, p, err)
	}
	return d.edited(w, r, err, told, guestsPath(f.ID))
}
