// Package ticket is the face of those who book: a resident's booking, ticket and changes, and a teacher's
// class visit. Nobody signs in; who holds the manage link, or knows code and telephone, is the booker.
package ticket

import (
	"openweek/internal/activity"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/measure"
	"openweek/internal/unit"
	"openweek/internal/visit"
	"openweek/internal/web/ui"
)

// Ticket answers the pages of those who book; the composition root fills it in.
type Ticket struct {
	Shell      *ui.Shell
	Editions   *edition.Service
	Units      *unit.Service
	Activities *activity.Service
	Bookings   *booking.Service
	Visits     *visit.Service
	Measures   *measure.Service
	Clock      clock.Clock
	Base       string // the site's public address without a slash at its end, for links that leave it
	Unguarded  bool   // programs book, too: in load tests, which lift the rate limits
}
