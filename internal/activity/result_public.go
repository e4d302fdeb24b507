package activity

import (
	"context"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/form"
	"openweek/internal/sqldb"
)

// PublicResult is what the public reads of a session that was held.
type PublicResult struct {
	SessionID  string
	Starts     clock.Instant
	Attendance int64 // on the spot and online together
	Online     int64
	Counted    int64           // check-ins when it was reported, or NotCounted
	Provenance form.Provenance // of Attendance and Online: form.Reported or form.Verified
	Outcome    string
	Photos     []Photo // those that are public
}

// PublicResults lists the results of an activity that stand, by time. It needs no right, and is empty
// where nothing stands or the activity is not public.
func (s *Service) PublicResults(ctx context.Context, activityID string) (list []PublicResult, err error) {
	defer errs.Wrap(&err, "activity.PublicResults(%s)", shorten(activityID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		if list, err = listPublicResults(ctx, q, activityID); err != nil || len(list) == 0 {
			return err
		}
		photos, err := listPublicPhotos(ctx, q, activityID)
		if err != nil {
			return err
		}
		for i := range list {
			list[i].Photos = photos[list[i].SessionID]
		}
		return nil
	})
	return list, err
}

// photoReader tells who may read photos of sessions. It is the port of package file.
type photoReader struct{ s *Service }

// MayRead: what is shown is for everybody, the rest for whoever may read the result.
func (p photoReader) MayRead(ctx context.Context, q sqldb.Querier, a actor.Actor, subject file.Subject) (may bool, err error) {
	defer errs.Wrap(&err, "activity.MayRead(%s)", subject.Kind)
	one, err := sessionByID(ctx, q, subject.ID)
	if errs.Is(err, "activity.session_not_found") {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	r, err := activityByID(ctx, q, one.ActivityID)
	if err != nil {
		return false, err
	}
	switch {
	case own(a, r.Unit.ID):
		return true, nil
	case subject.Kind == ResultKind && r.State != Unpublished:
		return true, nil
	case actor.Sight(a).Covers(r.Unit.ID, r.Unit.Place):
		return true, nil
	}
	steps, err := p.s.deps.Reviews.History(ctx, q, ResultKind, subject.ID)
	return readsStep(a, steps), err
}
