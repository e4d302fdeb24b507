package host

import "openweek/internal/httpx"

// Where class visits are received, organised and answered.
const (
	visitsPath       = "/desk/visits"
	schoolsPath      = visitsPath + "/schools"
	ownVisitsPath    = visitsPath + "/own"
	visitDaysPath    = visitsPath + "/calendar"
	allotPath        = visitsPath + "/allot"
	allotmentsPath   = "/desk/allotments"
	publicInvitation = "/visits/i/"
)

func classVisitPath(visitID string) string { return visitsPath + "/" + visitID }

func allotmentPath(allotmentID string) string { return allotmentsPath + "/" + allotmentID }

// visitRoutes are the pages of class visits: of hosts, of education bureaus and of schools. Who may what is
// package visit's to say; see rights_visit_test.go.
func (h *Host) visitRoutes() []httpx.Route {
	const one, invitation = visitsPath + "/{id}", allotmentsPath + "/{id}"
	routes := []httpx.Route{
		{Pattern: "GET " + visitsPath, Handle: h.getVisits},
		{Pattern: "GET " + visitDaysPath, Handle: h.getVisitDays},
		{Pattern: "GET " + schoolsPath, Handle: h.getSchools},
		{Pattern: "GET " + allotPath, Handle: h.getAllot},
		{Pattern: "POST " + allotPath, Handle: h.postAllot},
		{Pattern: "GET " + ownVisitsPath, Handle: h.getOwnVisits},
		{Pattern: "GET " + one, Handle: h.getClassVisit},
		{Pattern: "GET " + one + "/confirm", Handle: h.getConfirmVisit},
		{Pattern: "POST " + one + "/confirm", Handle: h.postConfirmVisit},
		{Pattern: "GET " + one + "/decline", Handle: h.getDeclineVisit},
		{Pattern: "POST " + one + "/decline", Handle: h.postDeclineVisit},
		{Pattern: "GET " + one + "/reveal", Handle: h.getRevealVisit},
		{Pattern: "POST " + one + "/reveal", Handle: h.postRevealVisit},
		{Pattern: "GET " + one + "/roster", Handle: h.getVisitRoster},
		{Pattern: "POST " + one + "/roster", Handle: h.postVisitRoster},
		{Pattern: "GET " + invitation, Handle: h.getAllotment},
		{Pattern: "GET " + invitation + "/withdraw", Handle: h.getWithdraw},
		{Pattern: "POST " + invitation + "/withdraw", Handle: h.postWithdraw},
		{Pattern: "GET " + invitation + "/accept", Handle: h.getAcceptInvitation},
		{Pattern: "POST " + invitation + "/accept", Handle: h.postAcceptInvitation},
		{Pattern: "GET " + invitation + "/decline", Handle: h.getDeclineInvitation},
		{Pattern: "POST " + invitation + "/decline", Handle: h.postDeclineInvitation},
	}
	for i := range routes {
		routes[i].Who = httpx.SignedIn
	}
	return routes
}
