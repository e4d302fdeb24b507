package visit

import (
	"openweek/internal/activity"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/message"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
	"openweek/internal/unit"
)

// Deps are what visits are made with.
type Deps struct {
	DB         *sqldb.DB
	Ring       *seal.Ring
	Clock      clock.Clock
	Log        *audit.Log
	Units      *unit.Service
	Activities *activity.Service
	Bookings   *booking.Service
	Messages   *message.Service
}

// Service holds the use cases of class visits. It is safe for concurrent use.
type Service struct{ deps Deps }

// NewService makes the service.
func NewService(d Deps) *Service { return &Service{deps: d} }
