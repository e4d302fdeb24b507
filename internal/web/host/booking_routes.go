package host

import (
	"openweek/internal/httpx"
)

// bookingRoutes are the pages of bookings. What stands at a session is checked by its unit; see
// rights_host_test.go.
func (h *Host) bookingRoutes() []httpx.Route {
	const one = bookingsPath + "/{session}"
	const booked = one + "/list/{booking}"
	const rule = rulesPath + "/{activity}"
	routes := []httpx.Route{
		{Pattern: "GET " + bookingsPath, Handle: h.getBookings},
		{Pattern: "GET " + rule, Handle: h.getRule},
		{Pattern: "POST " + rule, Handle: h.postRule},
		{Pattern: "GET " + one, Handle: h.getBooked},
		{Pattern: "GET " + one + "/reveal", Handle: h.getReveal},
		{Pattern: "POST " + one + "/reveal", Handle: h.postReveal},
		{Pattern: "GET " + one + "/export", Handle: h.getExport},
		{Pattern: "POST " + one + "/export", Handle: h.postExport},
		{Pattern: "GET " + one + "/print", Handle: h.getPrint},
		{Pattern: "GET " + one + "/calls", Handle: h.getCalls},
		{Pattern: "POST " + one + "/calls", Handle: h.postCalls},
		{Pattern: "GET " + one + "/calls/{booking}", Handle: h.getCallsBack},
		{Pattern: "POST " + one + "/calls/{booking}", Handle: h.postCalled},
		{Pattern: "GET " + one + "/calls/{booking}/again", Handle: h.getCallsBack},
		{Pattern: "POST " + one + "/calls/{booking}/again", Handle: h.postTellAgain},
		{Pattern: "GET " + one + "/message", Handle: h.getMessage},
		{Pattern: "POST " + one + "/message", Handle: h.postMessage},
		{Pattern: "GET " + one + "/seats", Handle: h.getSeats},
		{Pattern: "POST " + one + "/seats", Handle: h.postSeats},
		{Pattern: "GET " + one + "/move", Handle: h.getMove},
		{Pattern: "POST " + one + "/move", Handle: h.postMove},
		{Pattern: "GET " + one + "/cancel", Handle: h.getCancelSession},
		{Pattern: "POST " + one + "/cancel", Handle: h.postCancelSession},
		{Pattern: "GET " + one + "/new", Handle: h.getNewBooking},
		{Pattern: "POST " + one + "/new", Handle: h.postNewBooking},
		{Pattern: "GET " + booked, Handle: h.getBooking},
		{Pattern: "POST " + booked, Handle: h.postBooking},
		{Pattern: "GET " + booked + "/confirm", Handle: h.getConfirm},
		{Pattern: "POST " + booked + "/confirm", Handle: h.postConfirm},
		{Pattern: "GET " + booked + "/cancel", Handle: h.getCancelBooking},
		{Pattern: "POST " + booked + "/cancel", Handle: h.postCancelBooking},
	}
	for i := range routes {
		routes[i].Who = httpx.SignedIn
	}
	return routes
}
