package ticket

import (
	"net/http"
	"net/url"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/id"
	"openweek/internal/unit"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// visitForm is the form for a class, or why there is none.
type visitForm struct {
	Scene     scene
	Opening   visit.Opening
	Action    string
	Values    url.Values
	Schools   []visit.SchoolFound // that may be meant, where the typed name is none of them
	Regions   []ui.Option         // prefectures, for a school that is not registered
	Slip      string
	KeepUntil string
	Mail      bool
	Invited   *visit.Allotment // the invitation that is filled in, nil of a class that nobody has invited
}

// otherSchool is the choice of a school that is not registered.
const otherSchool = "other"

// getVisitSchools gives registered schools to the field in which a name is typed.
func (t *Ticket) getVisitSchools(w http.ResponseWriter, r *httpx.Request) error {
	list, err := t.Visits.FindSchools(r.Context(), r.Input().Raw("school"))
	if err != nil {
		return err
	}
	return ui.Render(w, r, http.StatusOK, schoolOptions(list))
}

func (t *Ticket) getVisitForm(w http.ResponseWriter, r *httpx.Request) error {
	return t.visitForm(w, r, http.StatusOK, url.Values{"language": {string(visit.Mandarin)}}, nil, nil)
}

// postVisitForm books a class.
func (t *Ticket) postVisitForm(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	if err := in.Err(); err != nil {
		return err
	}
	school, meant, err := t.schoolOf(r, in)
	if err != nil && !httpx.IsProblem(err) {
		return err
	}
	if err == nil {
		err = t.person(r, in, r.PathID("id"))
	}
	ask := readClass(r, in)
	ask.SessionID, ask.School = r.PathID("id"), school
	if err == nil {
		err = in.Err()
	}
	var receipt booking.Receipt
	if err == nil {
		receipt, err = t.Visits.Ask(r.Context(), r.Actor, ask)
	}
	if httpx.IsProblem(err) {
		return t.visitForm(w, r, httpx.Status(errs.As(err)), in.Values(), meant, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, askedKey(receipt.Status))
	return httpx.Redirect(w, r, visitHrefOf(receipt.ManageToken, ""), "/")
}

func askedKey(s booking.Status) string {
	switch s {
	case booking.Confirmed:
		return "visit.done_confirmed"
	case booking.Waitlisted:
		return "visit.done_waitlisted"
	}
	return "visit.done_asked"
}

// readClass reads what both forms of a class have.
func readClass(r *httpx.Request, in *httpx.Input) visit.Request {
	return visit.Request{
		Class: visit.Class{
			Grade: in.Raw("grade"), Pupils: in.Number("pupils", 0, 1_000_000), Adults: in.Number("adults", 0, 1_000_000), Needs: in.Raw("needs"),
			Transport: visit.Transport(in.Raw("transport")), Language: visit.Language(in.Raw("language")),
		},
		Contact: booking.Contact{Name: in.Raw("contact.name"), Phone: in.Raw("contact.phone"), Mail: in.Raw("contact.mail")},
		Consent: in.Yes("consent"), Locale: string(r.Locale),
	}
}

// schoolOf tells which school is meant: the one with the typed name, one of those that were offered for
// that name, or one that is not registered. Where it cannot tell, it gives those that may be meant.
func (t *Ticket) schoolOf(r *httpx.Request, in *httpx.Input) (s visit.School, meant []visit.SchoolFound, err error) {
	name := strings.Join(strings.Fields(in.Raw("school")), " ")
	list, err := t.Visits.FindSchools(r.Context(), name)
	if err != nil {
		return visit.School{}, nil, err
	}
	chosen := in.Raw("school_id")
	if in.Raw("school_seen") != in.Raw("school") {
		chosen = "" // those that were offered were offered for another name
	}
	typed := visit.School{Name: name, Region: in.Raw("region")}
	switch {
	case chosen == otherSchool, len(list) == 0:
		return typed, list, nil
	case id.Valid(chosen):
		return visit.School{ID: chosen}, list, nil
	}
	var exact []visit.SchoolFound
	for _, one := range list {
		if one.Name == name {
			exact = append(exact, one)
		}
	}
	if len(exact) == 1 {
		return exact[0].School, nil, nil
	}
	return typed, list, errs.Invalid("visit.school_choose").On("school_id")
}

// visitForm shows the form with what was typed and what is wrong with it.
func (t *Ticket) visitForm(w http.ResponseWriter, r *httpx.Request, status int, typed url.Values, meant []visit.SchoolFound, problem error) error {
	o, err := t.Visits.Open(r.Context(), r.PathID("id"))
	if err != nil {
		return err
	}
	s, err := t.scene(r, o.Session)
	if err != nil {
		return err
	}
	v := t.view(w, r, r.T("visit.form_title")).Under(ui.Crumb{Href: s.href(), Text: s.title()})
	p := t.classForm(v, s, o, visitHref(o.ID), typed)
	if problem != nil {
		p.Schools = meant
		if typed.Get("school") != "" { // only then it is known whether the school is registered
			p.Regions = prefectures(v, s)
		}
	}
	if p.Slip = typed.Get("slip"); t.Bookings.CheckSlip(o.ID, p.Slip) != nil {
		p.Slip = t.Bookings.Slip(o.ID)
	}
	return ui.Render(w, r, status, showVisitForm(v.WithProblems(problem, visitLabels(v)...), p))
}

// classForm is what both forms of a class have.
func (t *Ticket) classForm(v ui.View, s scene, o visit.Opening, action string, typed url.Values) visitForm {
	return visitForm{
		Scene: s, Opening: o, Action: action, Values: typed, KeepUntil: i18n.Day(v.Locale, booking.KeepUntil(o.Session, booking.KeepDays)), Mail: t.Bookings.SendsMail(),
	}
}

func visitLabels(v ui.View) []string {
	return []string{
		"school", v.T("visit.school"), "school_id", v.T("visit.school"), "region", v.T("visit.region"), "grade", v.T("visit.grade"), "pupils", v.T("visit.pupils"),
		"adults", v.T("visit.adults"), "needs", v.T("visit.needs"), "transport", v.T("visit.transport"), "language", v.T("visit.language"),
		"contact.name", v.T("visit.teacher"), "contact.phone", v.T("ticket.phone"), "contact.mail", v.T("ticket.mail"),
	}
}

// prefectures are the regions in which a school that is not registered may stand.
func prefectures(v ui.View, s scene) (list []ui.Option) {
	for _, g := range s.regions {
		if g.Level == unit.LevelPrefecture {
			name, lang := i18n.Pick(v.Locale, g.Name, g.NameEN)
			list = append(list, ui.Option{Value: g.Code, Text: name, Lang: lang})
		}
	}
	return sorted(list)
}

//i18n:prefix visit.transport_
func transports(v ui.View) (list []ui.Option) {
	for _, one := range visit.Transports {
		list = append(list, ui.Option{Value: string(one), Text: v.T("visit.transport_" + string(one))})
	}
	return list
}

//i18n:prefix visit.language_
func languages(v ui.View) (list []ui.Option) {
	for _, one := range visit.Languages {
		list = append(list, ui.Option{Value: string(one), Text: v.T("visit.language_" + string(one))})
	}
	return list
}

// schools are those to choose from, with where they stand.
func (p visitForm) schools(v ui.View) (list []ui.Option) {
	for _, one := range p.Schools {
		name, lang := i18n.Pick(v.Locale, one.Name, one.NameEN)
		place, _ := i18n.Pick(v.Locale, one.RegionName, one.RegionNameEN)
		list = append(list, ui.Option{Value: one.ID, Text: name, Lang: lang, Help: place})
	}
	return append(list, ui.Option{Value: otherSchool, Text: v.T("visit.school_other")})
}

// left says how much room there is.
func (p visitForm) left(v ui.View) string {
	if p.Opening.GroupUnit == activity.CountGroups {
		return v.T("visit.left_groups", "count", p.Opening.Availability.Left)
	}
	return v.T("visit.left_people", "count", p.Opening.Availability.Left)
}

// adultsHelp says how many adults must come.
func (p visitForm) adultsHelp(v ui.View) string {
	if p.Opening.Rule.AdultsPer > 0 {
		return v.T("visit.adults_help_per", "per", p.Opening.Rule.AdultsPer)
	}
	return v.T("visit.adults_help")
}

// confirms says who confirms.
func (p visitForm) confirms(v ui.View) string {
	if p.Opening.Rule.AutoMax > 0 {
		return v.T("visit.confirm_rule", "limit", p.Opening.Rule.AutoMax)
	}
	return v.T("visit.confirm_host")
}
