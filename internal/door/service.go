package door

import (
	"openweek/internal/activity"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
)

// Deps are what a door is made with.
type Deps struct {
	DB         *sqldb.DB
	Ring       *seal.Ring
	Clock      clock.Clock
	Log        *audit.Log
	Activities *activity.Service
	Bookings   *booking.Service
}

// Service holds the use cases of checking in. It is safe for concurrent use.
type Service struct{ deps Deps }

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{deps: d} }
