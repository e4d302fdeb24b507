package door

import "openweek/internal/httpx"

// Routes is the table of the pages.
func (d *Door) Routes() []httpx.Route {
	return []httpx.Route{}
}
