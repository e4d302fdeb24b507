package ticket

import "openweek/internal/httpx"

// formBody is the largest body of a form of a booker in bytes.
const formBody = 64 << 10

// Routes is the table of the pages.
func (t *Ticket) Routes() []httpx.Route {
	return append(t.visitRoutes(), []httpx.Route{
		{Pattern: "GET /sessions/{id}/book", Handle: t.GetBook, Who: httpx.Anyone},
		{Pattern: "POST /sessions/{id}/book", Handle: t.PostBook, Who: httpx.Anyone, Rate: bookRate, Body: formBody},
		{Pattern: "GET " + findPath, Handle: t.GetFind, Who: httpx.Anyone},
		{Pattern: "POST " + findPath, Handle: t.PostFind, Who: httpx.Anyone, Rate: findRate, Body: formBody},
		{Pattern: "GET /bookings/m/{token}", Handle: t.GetTicket, Who: httpx.Anyone},
		{Pattern: "GET /bookings/m/{token}/calendar.ics", Handle: t.GetCalendar, Who: httpx.Anyone},
		{Pattern: "GET /bookings/m/{token}/party", Handle: t.GetParty, Who: httpx.Anyone},
		{Pattern: "POST /bookings/m/{token}/party", Handle: t.PostParty, Who: httpx.Anyone, Rate: changeRate, Body: formBody},
		{Pattern: "GET /bookings/m/{token}/session", Handle: t.GetSession, Who: httpx.Anyone},
		{Pattern: "POST /bookings/m/{token}/session", Handle: t.PostSession, Who: httpx.Anyone, Rate: changeRate, Body: formBody},
		{Pattern: "GET /bookings/m/{token}/cancel", Handle: t.GetCancel, Who: httpx.Anyone},
		{Pattern: "POST /bookings/m/{token}/cancel", Handle: t.PostCancel, Who: httpx.Anyone, Rate: changeRate, Body: formBody},
		{Pattern: "POST /bookings/m/{token}/accept", Handle: t.PostAccept, Who: httpx.Anyone, Rate: changeRate, Body: formBody},
		{Pattern: "GET /bookings/m/{token}/data", Handle: t.GetData, Who: httpx.Anyone},
		{Pattern: "GET /bookings/m/{token}/erase", Handle: t.GetErase, Who: httpx.Anyone},
		{Pattern: "POST /bookings/m/{token}/erase", Handle: t.PostErase, Who: httpx.Anyone, Rate: changeRate, Body: formBody},
	}...)
}
