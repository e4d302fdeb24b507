package host

import (
	"slices"

	"openweek/internal/httpx"
)

// Routes is the table of the pages.
func (h *Host) Routes() []httpx.Route {
	return slices.Concat(h.bookingRoutes(), h.visitRoutes(), h.doorRoutes(), h.measureRoutes())
}
