package visit

import (
	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
)

// AllotmentState is how an invitation stands.
type AllotmentState string

// The states of an invitation.
const (
	AllotmentInvited   AllotmentState = "invited"
	AllotmentAccepted  AllotmentState = "accepted" // the school comes; its class is not described yet
	AllotmentDeclined  AllotmentState = "declined" // by the school
	AllotmentBooked    AllotmentState = "booked"   // the class is described: the host's to confirm
	AllotmentWithdrawn AllotmentState = "withdrawn"
	AllotmentLapsed    AllotmentState = "lapsed"
)

// Allotment is an education bureau's invitation of a school to a session, with the visit that it holds
// seats for.
type Allotment struct {
	ID        string
	Visit     Visit // without contact and needs
	Bureau    Unit
	Region    string // the bureau's
	Note      string // to the school
	Seats     int64  // people for whom seats were held
	State     AllotmentState
	Deadline  clock.Instant
	Reason    string // of a school that has declined
	CreatedAt clock.Instant
	Answered  clock.Instant
	Version   int64
}

// Open tells whether the school can still answer.
func (l Allotment) Open(now clock.Instant) bool {
	return (l.State == AllotmentInvited || l.State == AllotmentAccepted) && l.Visit.State.Active() && l.Deadline > now
}

// LastDay is the last day on which the school can answer.
func (l Allotment) LastDay() clock.Day { return (l.Deadline - 1).Day() }

// Withdraws tells whether somebody takes it back: the bureau that has invited.
func (l Allotment) Withdraws(a actor.Actor) bool { return Organises(a) && a.UnitID == l.Bureau.ID }

// Answers tells whether somebody accepts and declines it for the school.
func (l Allotment) Answers(a actor.Actor) bool {
	return Belongs(a) && a.UnitID == l.Visit.School.ID && a.Has(actor.RoleEditor, actor.RoleHead)
}

// maySee tells whether somebody sees the invitation: the school, and the education departments above it.
func (l Allotment) maySee(a actor.Actor) bool {
	return Belongs(a) && a.UnitID == l.Visit.School.ID ||
		Oversees(a) && (a.UnitID == l.Bureau.ID || actor.RegionWithin(l.Visit.School.Region, a.Place.Region))
}

const invitationPurpose = "visit.invitation"

// Invitation gives the token of an invitation, which lets its holder answer it for the school.
func (s *Service) Invitation(allotmentID string) string {
	return s.deps.Ring.Token(invitationPurpose, allotmentID)
}

// allotmentOf gives the id that an invitation's token was made for.
func (s *Service) allotmentOf(token string) (allotmentID string, err error) {
	allotmentID, ok := s.deps.Ring.TokenID(invitationPurpose, token)
	if !ok {
		return "", errs.Forbidden("visit.invitation_refused")
	}
	return allotmentID, nil
}
