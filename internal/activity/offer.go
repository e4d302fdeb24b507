package activity

import (
	"context"

	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Offer is a session that the public sees, for whoever books it.
type Offer struct {
	Session
	EditionID string
	UnitID    string // the unit that answers for it
}

// GetOffer gets a session that the public sees, cancelled ones included.
//
// Errors: activity.session_not_found, also for one of an activity that was never published.
func (s *Service) GetOffer(ctx context.Context, sessionID string) (o Offer, err error) {
	defer errs.Wrap(&err, "activity.GetOffer(%s)", shorten(sessionID))
	if !id.Valid(sessionID) {
		return Offer{}, errSessionNotFound()
	}
	list, err := listOffers(ctx, s.deps.DB, []string{sessionID})
	if err != nil {
		return Offer{}, err
	}
	if len(list) == 0 {
		return Offer{}, errSessionNotFound()
	}
	return list[0], nil
}

// LockOffersTx holds the seats of sessions until the end of the transaction and then reads what the
// public sees of them, by their ids; who changes or cancels a session holds its seats, too. Sessions that
// the public does not see are not among them.
func (s *Service) LockOffersTx(ctx context.Context, tx *sqldb.Tx, sessionIDs []string) (byID map[string]Offer, err error) {
	defer errs.Wrap(&err, "activity.LockOffersTx")
	if _, err := lockSeatRows(ctx, tx, sessionIDs); err != nil {
		return nil, err
	}
	byID = make(map[string]Offer, len(sessionIDs))
	list, err := listOffers(ctx, tx, sessionIDs)
	for _, o := range list {
		byID[o.ID] = o
	}
	return byID, err
}
