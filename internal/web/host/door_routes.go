package host

import (
	"openweek/internal/httpx"
)

// doorRoutes are the pages of doors. What stands at a session is checked by its unit; see
// rights_door_test.go.
func (h *Host) doorRoutes() []httpx.Route {
	const one = doorsPath + "/{session}"
	const link = one + "/links/{link}"
	routes := []httpx.Route{
		{Pattern: "GET " + one, Handle: h.getDoors},
		{Pattern: "POST " + one, Handle: h.postDoors},
		{Pattern: "GET " + link, Handle: h.getDoorLink},
		{Pattern: "GET " + link + "/end", Handle: h.getEndDoor},
		{Pattern: "POST " + link + "/end", Handle: h.postEndDoor},
		{Pattern: "GET " + one + "/paper", Handle: h.getPaper},
		{Pattern: "POST " + one + "/paper", Handle: h.postPaper},
	}
	for i := range routes {
		routes[i].Who = httpx.SignedIn
	}
	return routes
}
