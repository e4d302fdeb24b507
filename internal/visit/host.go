package visit

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/booking"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// Filter chooses among the visits to a unit's activities; empty fields do not restrict.
type Filter struct {
	State      State
	ActivityID string
	Day        clock.Day
	From       clock.Instant // those that end later
	After      string        // Page.Next of the page before
	Limit      int           // at most 100; 0 takes 30
}

// Page is a part of a list. Next continues it and is "" at the end.
type Page struct {
	Items []Visit
	Next  string
}

const (
	usualRows = 30
	mostRows  = 100
)

// Find lists the visits to the activities of the actor's unit: those first that wait for the host, then
// by time. Contacts are masked, and nobody reads a class's needs in a list.
//
// Errors: visit.forbidden for somebody without a role in a unit; visit.filter_unknown, visit.page_malformed.
func (s *Service) Find(ctx context.Context, a actor.Actor, f Filter) (page Page, err error) {
	defer errs.Wrap(&err, "visit.Find")
	if !Hosts(a) {
		return Page{}, errForbidden()
	}
	w, err := f.where(a.UnitID)
	if err != nil {
		return Page{}, err
	}
	if f.After != "" {
		c, err := parseCursor(f.After)
		if err != nil {
			return Page{}, err
		}
		visitsAfter(w, c)
	}
	limit := min(max(f.Limit, 0), mostRows)
	if limit == 0 {
		limit = usualRows
	}
	list, err := listVisits(ctx, s.deps.DB, w, limit+1)
	if err != nil {
		return Page{}, err
	}
	if len(list) > limit {
		list = list[:limit]
		last := list[limit-1]
		page.Next = cursor{rankOf(last.State), last.Starts, last.ID}.String()
	}
	ids := make([]string, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	contacts, err := s.deps.Bookings.Contacts(ctx, s.deps.DB, ids)
	if err != nil {
		return Page{}, err
	}
	for _, r := range list {
		r.Contact = contacts[r.ID].Masked()
		page.Items = append(page.Items, r.Visit)
	}
	return page, nil
}

// rankOf is the place of a state in the order of Find.
func rankOf(s State) int64 {
	if s == Pending || s == Offered {
		return 0
	}
	return 1
}

// Count counts by state what Find would list without its state.
//
// Errors: as Find.
func (s *Service) Count(ctx context.Context, a actor.Actor, f Filter) (counts map[State]int, err error) {
	defer errs.Wrap(&err, "visit.Count")
	if !Hosts(a) {
		return nil, errForbidden()
	}
	f.State = ""
	w, err := f.where(a.UnitID)
	if err != nil {
		return nil, err
	}
	return countStates(ctx, s.deps.DB, w)
}

// readable gets a visit to an activity of the actor's unit.
func (s *Service) readable(ctx context.Context, q sqldb.Querier, a actor.Actor, visitID string) (row, error) {
	if !id.Valid(visitID) {
		return row{}, errNotFound()
	}
	v, err := visitByID(ctx, q, visitID)
	if err != nil {
		return row{}, err
	}
	if !mayRead(a, v.Host.ID) {
		return row{}, errNotFound()
	}
	return v, nil
}

// Get gets a visit to an activity of the actor's unit, the contact masked. What the class needs, which may
// say something of a child's health, only those read who decide about the visit.
//
// Errors: visit.not_found, also for another unit's.
func (s *Service) Get(ctx context.Context, a actor.Actor, visitID string) (v Visit, err error) {
	defer errs.Wrap(&err, "visit.Get")
	r, err := s.readable(ctx, s.deps.DB, a, visitID)
	if err != nil {
		return Visit{}, err
	}
	if v = r.Visit; mayDecide(a, v.Host.ID) {
		if v, err = s.opened(r); err != nil {
			return Visit{}, err
		}
	}
	contacts, err := s.deps.Bookings.Contacts(ctx, s.deps.DB, []string{visitID})
	v.Contact = contacts[visitID].Masked()
	return v, err
}

// Decides tells whether the actor confirms and declines the visit, and may see its contact.
func Decides(a actor.Actor, v Visit) bool { return mayDecide(a, v.Host.ID) }

// RosterReadable tells whether the host reads the names on a day.
func (v Visit) RosterReadable(day clock.Day) bool {
	return v.Roster.Shown && v.State == Confirmed && v.Starts.Day() <= day && day <= v.Ends.Day()
}

// decidedTx gets a visit for a decision of its host.
func (s *Service) decidedTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, visitID string) (row, error) {
	v, err := s.readable(ctx, tx, a, visitID)
	if err == nil && !mayDecide(a, v.Host.ID) {
		return row{}, errForbidden()
	}
	return v, err
}

// Confirm confirms a visit that waits for its host; the teacher is told. One that is confirmed already
// stays so.
//
// Errors: visit.not_found, visit.forbidden; visit.cannot_… (Conflict) in another state; booking.over
// (Conflict).
func (s *Service) Confirm(ctx context.Context, a actor.Actor, visitID string) (err error) {
	defer errs.Wrap(&err, "visit.Confirm")
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		v, err := s.decidedTx(ctx, tx, a, visitID)
		if err != nil {
			return err
		}
		if v.State == Confirmed {
			return nil
		}
		if v.State != Pending {
			return errState(v.State)
		}
		if _, err := s.deps.Bookings.ConfirmTx(ctx, tx, visitID); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, decideVisit, visitID, "", a.PersonID, int64(s.deps.Clock.Now())); err != nil {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "visit.confirm", Subject: "visit", SubjectID: visitID})
	})
}

// Decline refuses a visit with a reason that the teacher reads, also one that was confirmed before: hosts
// fall ill. Its seats go to the waitlist and its roster is erased.
//
// Errors: visit.not_found, visit.forbidden; visit.text_… on reason; visit.cannot_… (Conflict) where it is
// not active; booking.over (Conflict).
func (s *Service) Decline(ctx context.Context, a actor.Actor, visitID, reason string) (err error) {
	defer errs.Wrap(&err, "visit.Decline")
	var bad problems
	reason = bad.text("reason", reason, maxReason, true, false)
	if err := errs.Join(bad...); err != nil {
		return err
	}
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		v, err := s.decidedTx(ctx, tx, a, visitID)
		if err != nil {
			return err
		}
		if !v.State.Active() {
			return errState(v.State)
		}
		if _, err := s.deps.Bookings.CancelTx(ctx, tx, visitID, booking.ByHost, booking.UntoldDeclined); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, decideVisit, visitID, reason, a.PersonID, int64(s.deps.Clock.Now())); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, eraseRoster, visitID); err != nil {
			return err
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "visit.decline", Subject: "visit", SubjectID: visitID})
	})
}

// Reveal gives the contact of a visit in clear to those who decide about it; that they saw it is recorded.
//
// Errors: visit.not_found, visit.forbidden; visit.no_contact (Conflict) where there is none any more.
func (s *Service) Reveal(ctx context.Context, a actor.Actor, visitID string) (c booking.Contact, err error) {
	defer errs.Wrap(&err, "visit.Reveal")
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		if _, err := s.decidedTx(ctx, tx, a, visitID); err != nil {
			return err
		}
		contacts, err := s.deps.Bookings.Contacts(ctx, tx, []string{visitID})
		if err != nil {
			return err
		}
		known := false
		if c, known = contacts[visitID]; !known {
			return errs.Conflict("visit.no_contact")
		}
		return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "visit.reveal", Subject: "visit", SubjectID: visitID, Fields: []string{"name", "phone", "mail"}})
	})
	if err != nil {
		return booking.Contact{}, err
	}
	return c, nil
}
