package host

import "openweek/internal/httpx"

// measureRoutes are the pages of what an office orders. Who may order is checked by region; see
// rights_measure_test.go.
func (h *Host) measureRoutes() []httpx.Route {
	const one = measuresPath + "/{id}"
	routes := []httpx.Route{
		{Pattern: "GET " + measuresPath, Handle: h.getMeasures},
		{Pattern: "GET " + newMeasurePath, Handle: h.getNewMeasure},
		{Pattern: "POST " + newMeasurePath, Handle: h.postNewMeasure},
		{Pattern: "GET " + one, Handle: h.getMeasure},
		{Pattern: "GET " + one + "/end", Handle: h.getEndMeasure},
		{Pattern: "POST " + one + "/end", Handle: h.postEndMeasure},
	}
	for i := range routes {
		routes[i].Who = httpx.SignedIn
	}
	return routes
}
