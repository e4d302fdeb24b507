package measure

import (
	"openweek/internal/activity"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/sqldb"
)

// Deps are what measures are made with.
type Deps struct {
	DB         *sqldb.DB
	Clock      clock.Clock
	Log        *audit.Log
	Editions   *edition.Service
	Activities *activity.Service
	Bookings   *booking.Service
}

// Service holds the use cases of measures. It is safe for concurrent use.
type Service struct{ deps Deps }

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{deps: d} }
