package activity

import (
	"context"
	"encoding/json"
	"fmt"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/id"
	"openweek/internal/sqldb"
)

// AddSessions adds runs to an activity that stands at version (Activity.Version): by an editor or the
// head of the unit. Of a published activity they are public at once.
//
// Errors: activity.not_found, activity.forbidden, activity.edition_closed, activity.state_cancelled,
// activity.draft_review and draft_declined before the first acceptance, activity.changed_meanwhile; a
// form of activity.session_… and activity.sessions_many problems on "sessions.0.starts" and the like.
func (s *Service) AddSessions(ctx context.Context, a actor.Actor, activityID string, version int64, list []SessionDraft) (act Activity, err error) {
	defer errs.Wrap(&err, "activity.AddSessions(%s)", shorten(activityID))
	if len(list) > MaxSessions { // before anything is looked at: ten thousand are a mistake or a malice
		return Activity{}, errs.Join(errSessionsMany(len(list)))
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		r, err := s.begin(ctx, tx, a, activityID)
		switch {
		case err != nil:
			return err
		case r.Version != version:
			return errChanged()
		}
		if err := r.schedulable(); err != nil {
			return err
		}
		if err := s.addSessionsTx(ctx, tx, r, list); err != nil {
			return err
		}
		if err := s.scheduledTx(ctx, tx, a, r, "activity.sessions_add", ""); err != nil {
			return err
		}
		act, err = s.afterTx(ctx, tx, a, activityID)
		return err
	})
	if err != nil {
		return Activity{}, err
	}
	return act, nil
}

func errSessionsMany(count int) *errs.Error {
	return errs.Invalid("activity.sessions_many", "limit", MaxSessions, "count", count).On("sessions")
}

// addSessionsTx checks and writes new runs of an activity that is held.
func (s *Service) addSessionsTx(ctx context.Context, tx *sqldb.Tx, r row, list []SessionDraft) error {
	has, err := listSessions(ctx, tx, sessionsOf, r.ID)
	if err != nil {
		return err
	}
	var bad problems
	if len(has)+len(list) > MaxSessions {
		bad.add(errSessionsMany(len(has) + len(list)))
	}
	now := s.deps.Clock.Now()
	for i, d := range list {
		list[i] = d.tidy()
		field := fmt.Sprintf("sessions.%d", i)
		bad.add(list[i].problems(field, r.start, r.end)...)
		if r.State == Published && list[i].Starts <= now {
			bad.add(errs.Invalid("activity.session_past").On(field + ".starts"))
		}
	}
	if err := errs.Join(bad...); err != nil {
		return err
	}
	for _, d := range list {
		if err := insertSessionTx(ctx, tx, Session{ID: id.New(), ActivityID: r.ID, SessionDraft: d}); err != nil {
			return err
		}
	}
	return nil
}

// schedulable tells whether the sessions may be changed now: before the first acceptance not while they
// are being read, since what a reviewer reads covers them.
func (r row) schedulable() error {
	if r.State == Unpublished {
		return r.writable()
	}
	return nil
}

// scheduledTx notes a change of the schedule: of one session, or of several with "".
func (s *Service) scheduledTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, action, sessionID string) error {
	if _, err := tx.Exec(ctx, raiseVersion, r.ID); err != nil {
		return err
	}
	if r.State == Unpublished {
		if _, err := tx.Exec(ctx, insertWriter, r.ID, a.PersonID); err != nil {
			return err
		}
	} else if err := s.shownTx(ctx, tx, r); err != nil {
		return err
	}
	if sessionID == "" {
		return s.record(ctx, tx, a, action, r)
	}
	return s.recordSession(ctx, tx, a, action, r, sessionID)
}

// recordSession writes an audit entry about one session.
func (s *Service) recordSession(ctx context.Context, tx *sqldb.Tx, a actor.Actor, action string, r row, sessionID string) error {
	return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: action, Subject: "session", SubjectID: sessionID, UnitID: r.Unit.ID})
}

// beginSession holds the activity of a session for a change by its host.
func (s *Service) beginSession(ctx context.Context, tx *sqldb.Tx, a actor.Actor, sessionID string) (r row, one Session, err error) {
	if one, err = sessionByID(ctx, tx, sessionID); err != nil {
		return row{}, Session{}, err
	}
	r, err = s.begin(ctx, tx, a, one.ActivityID)
	if errs.Is(err, "activity.not_found") {
		return row{}, Session{}, errSessionNotFound() // another unit's
	}
	if err != nil {
		return row{}, Session{}, err
	}
	if err := r.schedulable(); err != nil {
		return row{}, Session{}, err
	}
	if _, err := lockSeat(ctx, tx, sessionID); err != nil {
		return row{}, Session{}, err
	}
	one, err = sessionByID(ctx, tx, sessionID) // as it stands under the locks
	if err == nil && one.Cancelled() {
		err = errs.Conflict("activity.session_cancelled")
	}
	return r, one, err
}

// ChangeSession writes over a run that stands at version: its times, booking window, seats and group
// rules. Of a published activity the change is public at once, and whoever booked follows.
//
// Errors: activity.session_not_found, also for another unit's; activity.forbidden,
// activity.edition_closed, activity.state_cancelled, activity.session_cancelled, activity.draft_…,
// activity.changed_meanwhile, activity.seats_below_taken (Conflict, with taken) also where a run with
// seats gone becomes free entry; activity.session_past (Conflict) for one that has begun; a form of
// activity.session_… on "session.starts" and the like.
func (s *Service) ChangeSession(ctx context.Context, a actor.Actor, sessionID string, version int64, d SessionDraft) (after Session, err error) {
	defer errs.Wrap(&err, "activity.ChangeSession(%s)", shorten(sessionID))
	d = d.tidy()
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		r, before, err := s.beginSession(ctx, tx, a, sessionID)
		switch {
		case err != nil:
			return err
		case before.Version != version:
			return errChanged()
		}
		if err := s.mayMove(r, before, d); err != nil {
			return err
		}
		after, err = s.moveTx(ctx, tx, a, before, d, r.State == Published)
		if err != nil {
			return err
		}
		return s.scheduledTx(ctx, tx, a, r, "activity.session_change", sessionID)
	})
	if err != nil {
		return Session{}, err
	}
	return after, nil
}

func (s *Service) mayMove(r row, before Session, d SessionDraft) error {
	bad := d.problems("session", r.start, r.end)
	now := s.deps.Clock.Now()
	if r.State == Published && d.Starts != before.Starts && d.Starts <= now {
		bad.add(errs.Invalid("activity.session_past").On("session.starts"))
	}
	if err := errs.Join(bad...); err != nil {
		return err
	}
	switch {
	case r.State == Published && before.Starts <= now && (d.Starts != before.Starts || d.Ends < before.Starts):
		return errs.Conflict("activity.session_past")
	case d.Capacity < before.Seat.gone():
		return errBelowTaken(before.Seat)
	}
	return nil
}

func errBelowTaken(seat Seat) *errs.Error {
	return errs.Conflict("activity.seats_below_taken", "taken", seat.gone()).On("session.capacity")
}

// moveTx writes over a session whose seats are held, and lets the followers know.
func (s *Service) moveTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, before Session, d SessionDraft, public bool) (Session, error) {
	after := before
	after.SessionDraft, after.Seat.Capacity, after.Version = d, d.Capacity, before.Version+1
	if err := updateSessionTx(ctx, tx, after, before.Version); err != nil {
		return Session{}, err
	}
	if err := writeSeat(ctx, tx, after.Seat); err != nil {
		return Session{}, err
	}
	if !public {
		return after, nil
	}
	if timed(before) != timed(after) {
		for _, f := range s.deps.Followers {
			if err := f.MovedTx(ctx, tx, a, before, after); err != nil {
				return Session{}, err
			}
		}
	}
	return after, s.freedTx(ctx, tx, a, after, after.Seat.Left()-before.Seat.Left())
}

// timed is what those who booked must know of a session.
func timed(s Session) [4]clock.Instant { return [4]clock.Instant{s.Starts, s.Ends, s.Opens, s.Closes} }

// freedTx lets the followers know of seats that became free.
func (s *Service) freedTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, one Session, freed int64) error {
	if freed <= 0 {
		return nil
	}
	for _, f := range s.deps.Followers {
		if err := f.SeatsTx(ctx, tx, a, one, freed); err != nil {
			return err
		}
	}
	return nil
}

// RemoveSession takes a run out of an activity that was never published.
//
// Errors: as ChangeSession; activity.state_published (Conflict): what the public has seen is cancelled.
func (s *Service) RemoveSession(ctx context.Context, a actor.Actor, sessionID string, version int64) (err error) {
	defer errs.Wrap(&err, "activity.RemoveSession(%s)", shorten(sessionID))
	return s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		r, one, err := s.beginSession(ctx, tx, a, sessionID)
		switch {
		case err != nil:
			return err
		case r.State != Unpublished:
			return errState(r.State)
		case one.Version != version:
			return errChanged()
		}
		if err := deleteSessionTx(ctx, tx, one); err != nil {
			return err
		}
		return s.scheduledTx(ctx, tx, a, r, "activity.session_remove", sessionID)
	})
}

func deleteSessionTx(ctx context.Context, tx *sqldb.Tx, one Session) error {
	if _, err := tx.Exec(ctx, deleteSeat, one.ID); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, deleteSession, one.ID, one.Version)
	if err == nil && n == 0 {
		return errChanged()
	}
	return err
}

// CancelSession cancels a run of a published activity, with a reason that those who booked are told.
//
// Errors: as ChangeSession; activity.state_unpublished (Conflict); a form of activity.text_missing and
// activity.text_long on reason.
func (s *Service) CancelSession(ctx context.Context, a actor.Actor, sessionID string, version int64, reason string) (after Session, err error) {
	defer errs.Wrap(&err, "activity.CancelSession(%s)", shorten(sessionID))
	if reason, err = given(reason); err != nil {
		return Session{}, err
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		r, before, err := s.beginSession(ctx, tx, a, sessionID)
		switch {
		case err != nil:
			return err
		case r.State != Published:
			return errState(r.State)
		case before.Version != version:
			return errChanged()
		case before.Ends <= s.deps.Clock.Now():
			return errs.Conflict("activity.session_past")
		}
		if after, err = s.cancelSessionTx(ctx, tx, a, before, reason); err != nil {
			return err
		}
		return s.scheduledTx(ctx, tx, a, r, "activity.session_cancel", sessionID)
	})
	if err != nil {
		return Session{}, err
	}
	return after, nil
}

// given tidies a reason and refuses none.
func given(reason string) (string, error) {
	reason = line(reason)
	var bad problems
	bad.text("reason", reason, maxReason, true)
	return reason, errs.Join(bad...)
}

func (s *Service) cancelSessionTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, one Session, reason string) (Session, error) {
	now := s.deps.Clock.Now()
	n, err := tx.Exec(ctx, cancelSession, one.ID, int64(now), reason)
	if err != nil {
		return Session{}, err
	}
	if n == 0 {
		return Session{}, errs.Conflict("activity.session_cancelled")
	}
	one.CancelledAt, one.CancelReason, one.Version = now, reason, one.Version+1
	for _, f := range s.deps.Followers {
		if err := f.CancelledTx(ctx, tx, a, one, reason); err != nil {
			return Session{}, err
		}
	}
	return one, nil
}

// SetSeats sets how many seats a run has.
//
// Errors: as ChangeSession; activity.session_free (Conflict) for free entry, which counts none.
func (s *Service) SetSeats(ctx context.Context, a actor.Actor, sessionID string, capacity int64) (seat Seat, err error) {
	defer errs.Wrap(&err, "activity.SetSeats(%s)", shorten(sessionID))
	return s.seats(ctx, a, sessionID, "activity.seats_set", func(tx *sqldb.Tx, one Session) (Seat, error) {
		if capacity < 1 || capacity > maxSeats {
			return Seat{}, errs.Join(errs.Invalid("activity.session_capacity", "limit", maxSeats).On("session.capacity"))
		}
		if capacity < one.Seat.gone() {
			return Seat{}, errBelowTaken(one.Seat)
		}
		one.Seat.Capacity = capacity
		return one.Seat, writeSeat(ctx, tx, one.Seat)
	})
}

// BlockSeats keeps n seats of a run back for the host's own use, or releases them with a negative n.
//
// Errors: as SetSeats; activity.seats_short (Conflict, with left), activity.seats_blocked (Conflict,
// with blocked) where fewer are kept back than are released.
func (s *Service) BlockSeats(ctx context.Context, a actor.Actor, sessionID string, n int64) (seat Seat, err error) {
	defer errs.Wrap(&err, "activity.BlockSeats(%s)", shorten(sessionID))
	return s.seats(ctx, a, sessionID, "activity.seats_block", func(tx *sqldb.Tx, one Session) (Seat, error) {
		switch {
		case n < -maxSeats || n > maxSeats:
			return Seat{}, errs.Join(errs.Invalid("activity.session_capacity", "limit", maxSeats).On("seats"))
		case one.Seat.Blocked+n < 0:
			return Seat{}, errs.Conflict("activity.seats_blocked", "blocked", one.Seat.Blocked)
		}
		list, err := s.TakeSeatsTx(ctx, tx, []Claim{{SessionID: sessionID, Block: n}})
		if err != nil {
			return Seat{}, err
		}
		return list[0], nil
	})
}

// seats runs a change of the seats of one session whose seats are held. Seat counts are no topic.
func (s *Service) seats(ctx context.Context, a actor.Actor, sessionID, action string, change func(tx *sqldb.Tx, one Session) (Seat, error)) (seat Seat, err error) {
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		r, one, err := s.beginSession(ctx, tx, a, sessionID)
		if err != nil {
			return err
		}
		if !one.Bookable {
			return errs.Conflict("activity.session_free")
		}
		if seat, err = change(tx, one); err != nil {
			return err
		}
		before := one.Seat.Left()
		one.Seat, one.Capacity = seat, seat.Capacity
		if r.State == Published {
			if err := s.freedTx(ctx, tx, a, one, seat.Left()-before); err != nil {
				return err
			}
		}
		return s.recordSession(ctx, tx, a, action, r, sessionID)
	})
	if err != nil {
		return Seat{}, err
	}
	return seat, nil
}

// scheduleText is the schedule as a reviewer reads it, for a version and its hash.
func scheduleText(list []Session) (string, error) {
	type run struct {
		ID string `json:"id"`
		SessionDraft
	}
	runs := make([]run, len(list))
	for i, one := range list {
		runs[i] = run{one.ID, one.SessionDraft}
	}
	text, err := json.Marshal(runs)
	return string(text), err
}
