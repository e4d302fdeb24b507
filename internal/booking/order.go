package booking

import (
	"context"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// Orders is what offices have ordered for sessions; it stands to the right of this package.
type Orders interface {
	// ContactRequiredTx tells whether everybody who comes to a session must leave a telephone number.
	ContactRequiredTx(ctx context.Context, q sqldb.Querier, sessionID string) (bool, error)
	// HeldAfar tells which of sessions are held from afar.
	HeldAfar(ctx context.Context, sessionIDs []string) (map[string]bool, error)
}

// UseOrders names who tells what is ordered. It is called once while the product is put together: orders are
// carried out with bookings.
func (s *Service) UseOrders(o Orders) { s.orders = o }

// orderedTx refuses a claim without a contact where a contact is ordered. A class is exempt, whose teacher
// has not answered yet.
func (s *Service) orderedTx(ctx context.Context, q sqldb.Querier, r Request) error {
	if s.orders == nil || r.Group || r.Contact != (Contact{}) {
		return nil
	}
	required, err := s.orders.ContactRequiredTx(ctx, q, r.SessionID)
	if err == nil && required {
		err = errs.Join(errs.Invalid("booking.contact_ordered").On("contact.phone"))
	}
	return err
}

// afar tells whether a session is held from afar by order.
func (s *Service) afar(ctx context.Context, sessionID string) (bool, error) {
	if s.orders == nil {
		return false, nil
	}
	is, err := s.orders.HeldAfar(ctx, []string{sessionID})
	return is[sessionID], err
}
