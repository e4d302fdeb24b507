package activity

import (
	"context"
	"fmt"
	"strconv"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/edition"
	"openweek/internal/errs"
	"openweek/internal/message"
	"openweek/internal/sqldb"
)

var _ edition.Follower = (*Service)(nil)

// PublishTx makes the edition's rule.
func (s *Service) PublishTx(ctx context.Context, tx *sqldb.Tx, _ actor.Actor, e edition.Edition) (err error) {
	defer errs.Wrap(&err, "activity.PublishTx(%s)", e.ID)
	return insertRuleTx(ctx, tx, e.ID)
}

// PreviewRedate counts the sessions that move with the week, and the activities that they belong to.
func (s *Service) PreviewRedate(ctx context.Context, q sqldb.Querier, e edition.Edition, m edition.Move) (list []edition.Consequence, err error) {
	defer errs.Wrap(&err, "activity.PreviewRedate(%s)", e.ID)
	from, until := s.oldWeek(m)
	var sessions, activities int
	if err := q.QueryRow(ctx, countWeek, e.ID, int64(from), int64(until)).Scan(&sessions, &activities); err != nil {
		return nil, err
	}
	if sessions == 0 || m.Days == 0 {
		return nil, nil
	}
	return []edition.Consequence{{Key: "activity.redate_moved", Args: map[string]any{"count": sessions, "activities": activities}, Count: sessions}}, nil
}

// oldWeek is when the sessions begin that a move takes along: in the week as it was, and not yet.
func (s *Service) oldWeek(m edition.Move) (from, until clock.Instant) {
	return max(m.OldStart.Start(), s.deps.Clock.Now()+1), m.OldEnd.End()
}

// RedateTx moves the sessions that have not begun by as many days as the week, at the same hours, and
// tells their units. What is being read for the first time comes back to its unit: the reader would
// decide on other days than they have read.
func (s *Service) RedateTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, e edition.Edition, m edition.Move) (err error) {
	defer errs.Wrap(&err, "activity.RedateTx(%s)", e.ID)
	if m.Days == 0 {
		return nil
	}
	from, until := s.oldWeek(m)
	sessions, err := listSessions(ctx, tx, sessionsOfWeek, e.ID, int64(from), int64(until))
	if err != nil {
		return err
	}
	moved := map[string]int{} // sessions by unit
	var units []string
	for len(sessions) > 0 {
		n := 1
		for n < len(sessions) && sessions[n].ActivityID == sessions[0].ActivityID {
			n++
		}
		r, err := s.redateTx(ctx, tx, a, sessions[:n], m.Days)
		if err != nil {
			return err
		}
		if moved[r.Unit.ID] == 0 {
			units = append(units, r.Unit.ID)
		}
		moved[r.Unit.ID] += n
		sessions = sessions[n:]
	}
	for _, unitID := range units {
		if _, _, err := s.deps.Messages.TellTx(ctx, tx, a, message.Message{
			Dedupe: fmt.Sprintf("activity:redate:%s:%d:%s", e.ID, len(e.Amendments), unitID), ToUnit: unitID, Key: "activity.told_redated",
			Args: map[string]string{"count": strconv.Itoa(moved[unitID]), "days": strconv.Itoa(m.Days)}, Link: "/desk/activities",
		}); err != nil {
			return err
		}
	}
	return nil
}

// redateTx moves sessions of one activity.
func (s *Service) redateTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, list []Session, days int) (row, error) {
	r, err := lock(ctx, tx, list[0].ActivityID)
	if err != nil {
		return row{}, err
	}
	if r.State == Unpublished && r.draft == DraftReview {
		if err := s.takeBackTx(ctx, tx, r, false); err != nil {
			return row{}, err
		}
	}
	for _, before := range list {
		if before.Seat, err = lockSeat(ctx, tx, before.ID); err != nil {
			return row{}, err
		}
		d := before.SessionDraft.moved(days)
		d.Capacity = before.Seat.Capacity
		if _, err := s.moveTx(ctx, tx, a, before, d, r.State == Published); err != nil {
			return row{}, err
		}
	}
	if _, err := tx.Exec(ctx, raiseVersion, r.ID); err != nil {
		return row{}, err
	}
	if r.State == Published {
		if err := s.shownTx(ctx, tx, r); err != nil {
			return row{}, err
		}
	}
	return r, s.record(ctx, tx, a, "activity.redate", r)
}
