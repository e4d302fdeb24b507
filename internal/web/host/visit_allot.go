package host

import (
	"net/http"
	"net/url"

	"openweek/internal/activity"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/httpx"
	"openweek/internal/i18n"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// allotForm is the form by which a bureau invites a school.
type allotForm struct {
	Edition string
	School  *visit.SchoolRow // that was chosen; nil of one that is not registered
	Day     clock.Day
	Query   string
	Rooms   []visit.Room
	Values  url.Values
	Today   clock.Day
}

// mostInvited bounds the number in the form; package visit has the last word.
const mostInvited = 1_000_000

func (h *Host) getAllot(w http.ResponseWriter, r *httpx.Request) error {
	return h.allot(w, r, http.StatusOK, nil, nil)
}

func (h *Host) allot(w http.ResponseWriter, r *httpx.Request, status int, typed url.Values, problem error) (err error) {
	ctx, in := r.Context(), r.Input()
	if !visit.Organises(r.Actor) {
		return errs.Forbidden("visit.forbidden")
	}
	p := allotForm{Values: typed, Today: h.Clock.Now().Day()}
	if p.Values == nil {
		p.Values = in.Values()
	}
	filter := httpx.WithQuery(allotPath, "school", in.Raw("school"))
	schoolID := in.ID("school")
	p.Day, p.Query = in.Day("day"), in.Text("q", 60)
	if err := in.Err(); err != nil && problem == nil {
		return err
	}
	if p.Edition, err = h.edition(r); err != nil {
		return err
	}
	if p.Edition == "" {
		return httpx.Redirect(w, r, schoolsPath, schoolsPath)
	}
	if schoolID != "" {
		school, err := h.Visits.GetSchool(ctx, r.Actor, p.Edition, schoolID)
		if err != nil {
			return err
		}
		p.School = &school
	}
	if p.Rooms, err = h.Visits.FindRooms(ctx, r.Actor, visit.RoomFilter{EditionID: p.Edition, Day: p.Day, Text: p.Query}); err != nil {
		return err
	}
	v := h.visitView(r, r.T("visit.allot_title"), ui.Crumb{Href: schoolsPath, Text: r.T("visit.schools_title")})
	v = v.WithProblems(problem, "school_name", r.T("visit.school"), "session", r.T("visit.session"), "people", r.T("visit.held"), "note", r.T("visit.note"), "deadline", r.T("visit.deadline_field"))
	return ui.Render(w, r, status, allotPage(v, p, filter))
}

// postAllot invites a school.
func (h *Host) postAllot(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	d := visit.Allotting{
		SchoolID: in.ID("school"), School: in.Raw("school_name"), SessionID: in.ID("session"), People: in.Number("people", 0, mostInvited), Note: in.Raw("note"), Deadline: in.Day("deadline"),
	}
	if d.SessionID == "" {
		in.Problem(errs.Invalid("visit.session_choose").On("session"))
	}
	err := in.Err()
	var allotmentID string
	if err == nil {
		allotmentID, err = h.Visits.Allot(r.Context(), r.Actor, d)
	}
	if httpx.IsProblem(err) {
		return h.allot(w, r, httpx.Status(errs.As(err)), in.Values(), onField(err, "school", "school_name", "pupils", "people", "party_size", "people"))
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "visit.host_allotted")
	return httpx.Redirect(w, r, allotmentPath(allotmentID), schoolsPath)
}

// room says how much room a session has.
func room(v ui.View, one visit.Room) string {
	if one.GroupUnit == activity.CountGroups {
		return v.T("visit.room_groups", "left", one.Left, "least", one.GroupMin, "most", one.GroupMax)
	}
	return v.T("visit.room_people", "left", one.Left, "least", one.GroupMin, "most", one.Most())
}

// busy tells whether the school has a visit at the time of a session.
func (p allotForm) busy(one visit.Room) bool {
	if p.School == nil {
		return false
	}
	for _, has := range p.School.Visits {
		if has.Starts < one.Ends && one.Starts < has.Ends {
			return true
		}
	}
	return false
}

// allotmentView is an invitation with what the reader can do.
type allotmentView struct {
	visit.Allotment
	Link      string // for the school, "" for whom it is not
	Withdraws bool
	Answers   bool
	Open      bool
}

// allotmentOf gets the invitation of the address.
func (h *Host) allotmentOf(r *httpx.Request) (p allotmentView, err error) {
	if p.Allotment, err = h.Visits.GetAllotment(r.Context(), r.Actor, r.PathID("id")); err != nil {
		return allotmentView{}, err
	}
	p.Open = p.Allotment.Open(h.Clock.Now())
	p.Withdraws, p.Answers = p.Allotment.Withdraws(r.Actor), p.Allotment.Answers(r.Actor)
	if p.Withdraws && p.Open {
		p.Link = h.Base + h.invitationLink(p.ID)
	}
	return p, nil
}

// invitationLink leads to the public page of an invitation.
func (h *Host) invitationLink(allotmentID string) string {
	return publicInvitation + h.Visits.Invitation(allotmentID)
}

// allotmentCrumb is the list that an invitation stands in.
func allotmentCrumb(r *httpx.Request) ui.Crumb {
	if visit.Oversees(r.Actor) {
		return ui.Crumb{Href: schoolsPath, Text: r.T("visit.schools_title")}
	}
	return ui.Crumb{Href: ownVisitsPath, Text: r.T("visit.own_title")}
}

func (h *Host) getAllotment(w http.ResponseWriter, r *httpx.Request) error {
	p, err := h.allotmentOf(r)
	if err != nil {
		return err
	}
	v := h.visitView(r, r.T("visit.invite_title"), allotmentCrumb(r))
	return ui.Render(w, r, http.StatusOK, allotmentPage(v, p))
}

// askAllotment asks before something is done about an invitation.
func (h *Host) askAllotment(w http.ResponseWriter, r *httpx.Request, status int, action, title, says string, reason *string, problem error) error {
	p, err := h.allotmentOf(r)
	if err != nil {
		return err
	}
	if may := p.Answers && action != "withdraw" || p.Withdraws && action == "withdraw"; !may {
		return errs.Forbidden("visit.forbidden")
	}
	v := h.visitView(r, title, allotmentCrumb(r), ui.Crumb{Href: allotmentPath(p.ID), Text: r.T("visit.invite_title")}).WithProblems(problem, "reason", r.T("visit.reason_optional"))
	name, _ := i18n.Pick(v.Locale, p.Visit.Title, p.Visit.TitleEN)
	c := ui.Confirmation{
		Title: title, Action: allotmentPath(p.ID) + "/" + action, Submit: title, Danger: action != "accept", Back: allotmentPath(p.ID),
		Says: []string{v.T("visit.invite_which", "school", p.Visit.School.Name, "title", name, "when", visitWhen(v, p.Visit)), v.T(says, "people", p.Seats)},
	}
	return ui.Render(w, r, status, askAllotmentPage(v, c, reason))
}

func (h *Host) getWithdraw(w http.ResponseWriter, r *httpx.Request) error {
	return h.askAllotment(w, r, http.StatusOK, "withdraw", r.T("visit.withdraw"), "visit.withdraw_says", nil, nil)
}

func (h *Host) postWithdraw(w http.ResponseWriter, r *httpx.Request) error {
	err := h.Visits.Withdraw(r.Context(), r.Actor, r.PathID("id"))
	if httpx.IsProblem(err) {
		return h.askAllotment(w, r, httpx.Status(errs.As(err)), "withdraw", r.T("visit.withdraw"), "visit.withdraw_says", nil, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "visit.host_withdrawn")
	return httpx.Redirect(w, r, allotmentPath(r.PathID("id")), schoolsPath)
}

func (h *Host) getAcceptInvitation(w http.ResponseWriter, r *httpx.Request) error {
	return h.askAllotment(w, r, http.StatusOK, "accept", r.T("visit.invite_accept"), "visit.invite_accept_says", nil, nil)
}

// postAcceptInvitation accepts for the school and leads to the form for its class.
func (h *Host) postAcceptInvitation(w http.ResponseWriter, r *httpx.Request) error {
	err := h.Visits.Accept(r.Context(), r.Actor, visit.Answer{AllotmentID: r.PathID("id")})
	if httpx.IsProblem(err) {
		return h.askAllotment(w, r, httpx.Status(errs.As(err)), "accept", r.T("visit.invite_accept"), "visit.invite_accept_says", nil, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "visit.done_accepted")
	return httpx.Redirect(w, r, h.invitationLink(r.PathID("id"))+"/class", ownVisitsPath)
}

func (h *Host) getDeclineInvitation(w http.ResponseWriter, r *httpx.Request) error {
	reason := ""
	return h.askAllotment(w, r, http.StatusOK, "decline", r.T("visit.invite_decline"), "visit.invite_decline_says", &reason, nil)
}

func (h *Host) postDeclineInvitation(w http.ResponseWriter, r *httpx.Request) error {
	in := r.Input()
	reason := in.Raw("reason")
	err := in.Err()
	if err == nil {
		err = h.Visits.Refuse(r.Context(), r.Actor, visit.Answer{AllotmentID: r.PathID("id")}, reason)
	}
	if httpx.IsProblem(err) {
		return h.askAllotment(w, r, httpx.Status(errs.As(err)), "decline", r.T("visit.invite_decline"), "visit.invite_decline_says", &reason, err)
	}
	if err != nil {
		return err
	}
	r.Tell(w, httpx.Good, "visit.done_refused")
	return httpx.Redirect(w, r, allotmentPath(r.PathID("id")), ownVisitsPath)
}
