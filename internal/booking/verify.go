package booking

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

const verifyBatch = 500

// Verify looks for bookings that contradict themselves or the seats of their sessions: seats that are not
// the sum of the bookings, two active bookings of a contact, a waitlist beside free seats that its head
// would fit into, contacts that do not open or are not what their hash says.
func (s *Service) Verify(ctx context.Context, q sqldb.Querier) (err error) {
	defer errs.Wrap(&err, "booking.Verify")
	var found []error
	for _, c := range checks {
		ids, err := listTexts(ctx, q, c.query)
		if err != nil {
			return err
		}
		for _, one := range ids {
			found = append(found, fmt.Errorf("%s: %s", one, c.what))
		}
	}
	idle, err := listTexts(ctx, q, checkQueue, int64(s.deps.Clock.Now()))
	if err != nil {
		return err
	}
	for _, one := range idle {
		found = append(found, fmt.Errorf("%s: it waits although there are seats for it", one))
	}
	for after := ""; ; {
		list, err := listContacts(ctx, q, after, verifyBatch)
		if err != nil {
			return err
		}
		for _, r := range list {
			if err := s.verifyContact(r); err != nil {
				found = append(found, fmt.Errorf("booking %s: %w", r.id, err))
			}
			after = r.id
		}
		if len(list) < verifyBatch {
			return errors.Join(found...)
		}
	}
}

func (s *Service) verifyContact(r contactRow) error {
	secret, err := s.deps.Ring.Open(contactPurpose, r.sealed, bindContact(r.id))
	if err != nil {
		return err
	}
	var c Contact
	if err := json.Unmarshal(secret, &c); err != nil {
		return err
	}
	if string(s.deps.Ring.Hash(contactPurpose, c.Phone)) != string(r.hash) {
		return errors.New("the contact is not what its hash says")
	}
	if r.answers == nil {
		return nil
	}
	_, err = s.deps.Ring.Open(answersPurpose, r.answers, bindAnswers(r.id))
	return err
}
