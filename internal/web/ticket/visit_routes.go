package ticket

import (
	"time"

	"openweek/internal/httpx"
	"openweek/internal/visit"
)

// Where a teacher follows a class visit, and where a school answers an invitation.
const (
	visitPath      = "/visits/m/"
	invitationPath = "/visits/i/"
)

// schoolRate bounds what is asked while somebody types the name of a school.
var schoolRate = httpx.Rate{Every: 100 * time.Millisecond, Burst: 100}

// rosterBody is the largest form with a roster in bytes.
const rosterBody = visit.RosterBytes + formBody

// visitHrefOf is a page of the holder of a visit's manage token.
func visitHrefOf(token, page string) string { return below(visitPath+token, page) }

// invitationHref is a page of the holder of an invitation's token.
func invitationHref(token, page string) string { return below(invitationPath+token, page) }

func below(at, page string) string {
	if page == "" {
		return at
	}
	return at + "/" + page
}

// visitRoutes are the pages of class visits. Tokens stand in the addresses: nothing of them is kept.
func (t *Ticket) visitRoutes() []httpx.Route {
	const m, i = visitPath + "{token}", invitationPath + "{token}"
	routes := []httpx.Route{
		{Pattern: "GET /visits/schools", Handle: t.getVisitSchools, Rate: schoolRate},
		{Pattern: "GET /sessions/{id}/visit", Handle: t.getVisitForm},
		{Pattern: "POST /sessions/{id}/visit", Handle: t.postVisitForm, Rate: bookRate},
		{Pattern: "GET " + m, Handle: t.getVisit},
		{Pattern: "GET " + m + "/change", Handle: t.getVisitChange},
		{Pattern: "POST " + m + "/change", Handle: t.postVisitChange, Rate: changeRate},
		{Pattern: "GET " + m + "/cancel", Handle: t.getVisitCancel},
		{Pattern: "POST " + m + "/cancel", Handle: t.postVisitCancel, Rate: changeRate},
		{Pattern: "GET " + m + "/accept", Handle: t.getVisitAccept},
		{Pattern: "POST " + m + "/accept", Handle: t.postVisitAccept, Rate: changeRate},
		{Pattern: "GET " + m + "/roster", Handle: t.getRoster},
		{Pattern: "POST " + m + "/roster", Handle: t.postRoster, Rate: changeRate, Body: rosterBody},
		{Pattern: "GET " + m + "/roster/erase", Handle: t.getRosterErase},
		{Pattern: "POST " + m + "/roster/erase", Handle: t.postRosterErase, Rate: changeRate},
		{Pattern: "GET " + i, Handle: t.getInvitation},
		{Pattern: "POST " + i, Handle: t.postInvitation, Rate: changeRate},
		{Pattern: "GET " + i + "/class", Handle: t.getInvitedClass},
		{Pattern: "POST " + i + "/class", Handle: t.postInvitedClass, Rate: bookRate},
		{Pattern: "GET " + i + "/decline", Handle: t.getInvitationDecline},
		{Pattern: "POST " + i + "/decline", Handle: t.postInvitationDecline, Rate: changeRate},
	}
	for n := range routes {
		routes[n].Who = httpx.Anyone
		if routes[n].Method() == "POST" && routes[n].Body == 0 {
			routes[n].Body = formBody
		}
	}
	return routes
}
