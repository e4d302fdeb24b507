// Package host is the face of those who receive visitors: their bookings, class visits and doors, and the
// measures of their office.
package host

import (
	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/door"
	"openweek/internal/edition"
	"openweek/internal/export"
	"openweek/internal/measure"
	"openweek/internal/unit"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// Host answers the pages of hosts; the composition root fills it in.
type Host struct {
	Shell      *ui.Shell
	Editions   *edition.Service
	Units      *unit.Service
	Activities *activity.Service
	Bookings   *booking.Service
	Visits     *visit.Service
	Doors      *door.Service
	Measures   *measure.Service
	Exports    *export.Service
	Clock      clock.Clock
	Base       string // the site's public address without a slash at its end, for links that leave it
}
