package activity

import (
	"context"
	"encoding/json"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/sqldb"
)

// publishTx makes a version what the public reads. The draft is not touched: it is that version.
func (s *Service) publishTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, n int) error {
	list, err := listVersions(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	stored := list[n-1]
	f, err := s.deps.Forms.Get(ctx, tx, stored.formID)
	if err != nil {
		return err
	}
	c, err := s.unlock(f.Definition, stored.content, stored.sealed, bindVersion(r.ID, n))
	if err != nil {
		return err
	}
	open, sealed, err := s.lockValues(f.Definition, c.Values, bindPublic(r.ID))
	if err != nil {
		return err
	}
	values, err := json.Marshal(open)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, publishActivity, r.ID, c.Title, c.TitleEN, c.Summary, c.SummaryEN, string(c.Description), string(c.DescriptionEN),
		c.MethodID, f.ID, f.Code, string(values), sealed, string(c.Mode), c.Venue.Region, c.Venue.Name, c.Venue.Address, c.Venue.Point.Lng, c.Venue.Point.Lat,
		c.Link, c.Contact.Office, c.Contact.Phone, c.Safety, c.Access, n, int64(s.deps.Clock.Now())); err != nil {
		return err
	}
	if err := writeListsTx(ctx, tx, r.ID, c); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, deleteWriters, r.ID); err != nil {
		return err
	}
	if err := s.showPicturesTx(ctx, tx, r.ID, c); err != nil {
		return err
	}
	if err := s.shownTx(ctx, tx, r); err != nil {
		return err
	}
	return s.record(ctx, tx, a, "activity.publish", r)
}

// writeListsTx writes topics, audiences and pictures of what the public reads.
func writeListsTx(ctx context.Context, tx *sqldb.Tx, activityID string, c Content) error {
	for _, statement := range []string{deleteTopics, deleteAudiences, deletePictures} {
		if _, err := tx.Exec(ctx, statement, activityID); err != nil {
			return err
		}
	}
	for _, topicID := range c.TopicIDs {
		if _, err := tx.Exec(ctx, insertTopic, activityID, topicID); err != nil {
			return err
		}
	}
	for _, audience := range c.Audience {
		if _, err := tx.Exec(ctx, insertAudience, activityID, string(audience)); err != nil {
			return err
		}
	}
	for i, p := range c.Pictures {
		if _, err := tx.Exec(ctx, insertPicture, activityID, i, p.FileID, p.Alt, p.AltEN); err != nil {
			return err
		}
	}
	return nil
}

// Cancel ends a published activity that stands at version, with a reason that the public reads: by an
// editor or the head of the unit. Its sessions that are not over are cancelled, and a change that is
// pending is given up.
//
// Errors: activity.not_found, also for another unit's; activity.forbidden, activity.edition_closed,
// activity.state_…, activity.changed_meanwhile; a form of activity.text_missing and activity.text_long
// on reason.
func (s *Service) Cancel(ctx context.Context, a actor.Actor, activityID string, version int64, reason string) (act Activity, err error) {
	defer errs.Wrap(&err, "activity.Cancel(%s)", shorten(activityID))
	if reason, err = given(reason); err != nil {
		return Activity{}, err
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		r, err := s.begin(ctx, tx, a, activityID)
		switch {
		case err != nil:
			return err
		case r.State != Published:
			return errState(r.State)
		case r.Version != version:
			return errChanged()
		}
		if err := s.cancelTx(ctx, tx, a, r, reason); err != nil {
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

func (s *Service) cancelTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, reason string) error {
	if r.draft == DraftReview {
		if err := s.takeBackTx(ctx, tx, r, false); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, setDraft, r.ID, string(DraftNone)); err != nil {
		return err
	}
	sessions, err := listSessions(ctx, tx, sessionsOf, r.ID)
	if err != nil {
		return err
	}
	now := s.deps.Clock.Now()
	sessions = slices.DeleteFunc(sessions, func(one Session) bool { return one.Cancelled() || one.Ends <= now })
	held := make([]string, len(sessions))
	for i, one := range sessions {
		held[i] = one.ID
	}
	if _, err := s.LockSeatsTx(ctx, tx, held); err != nil { // in their order, before followers hold one after the other
		return err
	}
	for _, one := range sessions {
		if _, err := s.cancelSessionTx(ctx, tx, a, one, reason); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, cancelActivity, r.ID, int64(now), reason); err != nil {
		return err
	}
	if err := s.shownTx(ctx, tx, r); err != nil {
		return err
	}
	return s.record(ctx, tx, a, "activity.cancel", r)
}
