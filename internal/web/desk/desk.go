package desk

import (
	"context"
	"net/http"
	"strings"

	"openweek/internal/activity"
	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/edition"
	"openweek/internal/export"
	"openweek/internal/file"
	"openweek/internal/filing"
	"openweek/internal/form"
	"openweek/internal/httpx"
	"openweek/internal/login"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/unit"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
	"openweek/internal/workday"
)

// Desk answers the staff's pages; the composition root fills it in.
type Desk struct {
	Shell      *ui.Shell
	Units      *unit.Service
	Logins     *login.Service
	Audit      *audit.Log
	Editions   *edition.Service
	Duties     *duty.Service
	Filings    *filing.Service
	Activities *activity.Service
	Forms      *form.Service
	Reviews    *review.Service
	Files      *file.Service
	Messages   *message.Service
	Workdays   *workday.Service
	Visits     *visit.Service
	Exports    *export.Service
	Clock      clock.Clock
	// FormByID gives a version of a form; see form.Service.Get.
	FormByID func(ctx context.Context, formID string) (form.Form, error)
	// MessageLetters gives what became of the letters of messages; see message.Service.Evidence.
	MessageLetters func(ctx context.Context, messageIDs []string) (map[string][]message.Delivery, error)
	// MessageWords gives the names for which a message's arguments stand; see duty.Service.Words.
	MessageWords func(ctx context.Context, args map[string]string) (words map[string]string, err error)
}

// SignInPath and PasswordPath are where httpx sends those who must sign in or change an initial password.
const (
	SignInPath   = "/desk/sign-in"
	PasswordPath = "/desk/password"
)

const firstRunPath = "/desk/first-run" // web.FirstRunPath; web imports this package

// Nav is the navigation on the left, by job. It offers what the actor can use and nothing else.
var Nav = []ui.NavGroup{
	{Items: []ui.NavItem{
		{Key: "nav.home", Href: "/desk", Icon: "checklist"},
		{Key: "nav.dispatches", Href: dispatchesPath, Icon: "mail-opened", Allowed: belongs},
		{Key: "nav.duties", Href: dutiesPath, Icon: "clipboard-list", Allowed: belongs},
		{Key: "nav.reviews", Href: reviewsPath, Icon: "rubber-stamp", Allowed: reviews},
		{Key: "nav.inbox", Href: inboxPath, Icon: "inbox"},
	}},
	{Key: "nav.week", Items: []ui.NavItem{
		{Key: "nav.editions", Href: "/desk/editions", Icon: "calendar-week", Allowed: readsEditions},
		{Key: "nav.activities", Href: activitiesPath, Icon: "calendar-event", Allowed: readsEditions},
		{Key: "nav.results", Href: resultsPath, Icon: "clipboard-check", Allowed: readsEditions},
		{Key: "nav.grid", Href: presentGridPath, Icon: "grid-4x4", Allowed: readsLedgers, Also: []string{"/desk/editions/*/grid"}},
		{Key: "nav.ledger", Href: presentLedgerPath, Icon: "table", Allowed: readsLedgers, Also: []string{
			"/desk/editions/*/" + tabMatrix, "/desk/editions/*/" + tabReceipts, "/desk/editions/*/" + tabRequests, "/desk/editions/*/" + tabChasing,
		}},
		{Key: "nav.notices", Href: "/desk/notices", Icon: "file-text", Allowed: draftsEditions},
		{Key: "nav.forms", Href: formsPath, Icon: "forms", Allowed: readsForms},
		{Key: "nav.calendar", Href: calendarPath, Icon: "calendar-cog", Allowed: workday.MayReplace},
		{Key: "nav.exports", Href: exportsPath, Icon: "download", Allowed: readsLedgers},
	}},
	{Key: "nav.register", Items: []ui.NavItem{
		{Key: "nav.units", Href: "/desk/units", Icon: "building-community", Allowed: readsUnits},
		{Key: "nav.people", Href: "/desk/people", Icon: "users", Allowed: readsPeople},
		{Key: "nav.regions", Href: "/desk/regions", Icon: "map-2", Allowed: managesRegions},
	}},
	{Key: "nav.oversight", Items: []ui.NavItem{
		{Key: "nav.audit", Href: "/desk/audit", Icon: "shield-check", Allowed: readsAudit},
	}},
	{Key: "nav.self", Items: []ui.NavItem{{Key: "nav.me", Href: "/desk/me", Icon: "user-circle"}}},
}

func readsEditions(a actor.Actor) bool {
	return a.IsStaff() && a.Platform != actor.Auditor
}

// belongs leaves out platform roles, whose unit owes nothing through them.
func belongs(a actor.Actor) bool { return a.UnitID != "" && a.Platform == actor.NoPlatform }

func reviews(a actor.Actor) bool { return belongs(a) && a.Has(actor.RoleReviewer, actor.RoleHead) }

func draftsEditions(a actor.Actor) bool {
	return actor.Can(a, actor.EditionDraft, actor.Office(a.Place.Region))
}

func readsUnits(a actor.Actor) bool { return !actor.Sight(a).None }

// readsPeople leaves out whoever sees nobody, such as an auditor without a unit.
func readsPeople(a actor.Actor) bool { return len(actor.PeopleSight(a)) > 0 }

func managesRegions(a actor.Actor) bool { return actor.Can(a, actor.UnitManage, actor.Target{}) }

func readsAudit(a actor.Actor) bool { return actor.Can(a, actor.AuditRead, actor.Target{}) }

// managesUnits tells whether there is any place in which the actor may manage units.
func managesUnits(a actor.Actor) bool {
	return managesRegions(a) || a.Has(actor.RoleHead) && len(actor.Command(a)) > 0
}

// managesPeople tells whether there are any people whom the actor may manage.
func managesPeople(a actor.Actor) bool {
	return actor.Can(a, actor.PersonManage, actor.Target{}) || a.Has(actor.RoleHead)
}

func revealsPeople(a actor.Actor) bool { return len(actor.RevealSight(a)) > 0 }

func grantsRoles(a actor.Actor) bool { return actor.Can(a, actor.RoleGrant, actor.Target{}) }

// view begins a page of the Desk below its home.
func (d *Desk) view(r *httpx.Request, title string, crumbs ...ui.Crumb) ui.View {
	return d.Shell.View(r, title).Under(ui.Crumb{Href: "/desk", Text: r.T("nav.home")}).Under(crumbs...)
}

func (d *Desk) today() clock.Day { return d.Clock.Now().Day() }

// excel is the media type of .xlsx (ECMA-376).
const excel = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// workbook answers with an .xlsx file named after a key of the catalogue and today.
func (d *Desk) workbook(w http.ResponseWriter, r *httpx.Request, title string, body []byte) error {
	return httpx.WriteFile(w, r, title+"-"+strings.ReplaceAll(string(d.today()), "-", "")+".xlsx", excel, body)
}

// localThemePath is where a prefecture's education bureau sets its own theme.
func localThemePath(editionID string) string { return editionPath(editionID) + "/" + string(tabThemes) }

// clauseHref leads to a clause of an edition's notice: of a draft on the Desk, else where everybody
// reads it, with what amends it. "" while there is no text to lead to.
func clauseHref(e edition.Edition, clause string) string {
	switch {
	case clause == "" || e.NoticeID == "" && (e.CopiedFrom == "" || e.Status == edition.StatusDraft):
		return ""
	case e.Status == edition.StatusDraft:
		return noticePath(e.NoticeID) + "#" + ui.ClauseAnchor(clause)
	}
	return "/editions/" + e.ID + "/notice#" + ui.ClauseAnchor(clause)
}

// toneName is the part of a class name that stands for a tone.
func toneName(t httpx.Tone) string {
	if t == ui.Plain {
		return "plain"
	}
	return string(t)
}
