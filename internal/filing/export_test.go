package filing

import "openweek/internal/clock"

// At gives the service by another clock.
func (s *Service) At(c clock.Clock) *Service {
	deps := s.deps
	deps.Clock = c
	return &Service{deps}
}
