package ticket

import "openweek/internal/httpx"

// Routes is the table of the pages.
func (t *Ticket) Routes() []httpx.Route {
	return []httpx.Route{}
}
