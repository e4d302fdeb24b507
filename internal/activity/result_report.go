package activity

import (
	"context"
	"fmt"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/change"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// Reported is what reporting gives.
type Reported struct {
	Result Result
	AtOnce bool // it stands at once: so few need nobody above to read it
	Before bool // the same was reported already
}

// Report hands in the result of a session that has begun, over the one that stands at version
// (Result.Version, 0 before the first): by an editor or the head of the unit. Above the edition's
// Rule.VerifyOver the unit above reads it, else it stands at once as the unit's own word. One that was
// accepted is corrected in the same way; until the correction is accepted the earlier one stands, but
// a photo that lost its consent is gone at once. Reporting the same twice is reporting it once.
//
// Errors: activity.session_not_found, also for another unit's; activity.forbidden,
// activity.edition_closed, activity.session_cancelled, results.not_begun, activity.changed_meanwhile,
// activity.no_reviewer (Conflict); a form of results.attendance, results.online_many,
// results.photo_twice, activity.text_missing, activity.text_long, activity.list_long,
// activity.file_unknown, activity.file_type.
func (s *Service) Report(ctx context.Context, a actor.Actor, sessionID string, version int64, d ResultDraft) (done Reported, err error) {
	defer errs.Wrap(&err, "activity.Report(%s)", shorten(sessionID))
	d = d.tidy()
	if err := d.check(); err != nil {
		return Reported{}, err
	}
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		done = Reported{}
		r, one, err := s.reportable(ctx, tx, a, sessionID)
		if err != nil {
			return err
		}
		if done.Before, err = reportedBefore(ctx, tx, sessionID, d); err != nil {
			return err
		}
		if !done.Before {
			if done.AtOnce, err = s.reportTx(ctx, tx, a, r, one, version, d); err != nil {
				return err
			}
		}
		done.Result, err = s.result(ctx, tx, a, sessionID)
		return err
	})
	if err != nil {
		return Reported{}, err
	}
	return done, nil
}

// reportable holds the activity of a session whose unit may report on it now. An activity that was
// cancelled half-way keeps the results of what was held.
func (s *Service) reportable(ctx context.Context, tx *sqldb.Tx, a actor.Actor, sessionID string) (r row, one Session, err error) {
	if one, err = sessionByID(ctx, tx, sessionID); err != nil {
		return row{}, Session{}, err
	}
	if r, err = lock(ctx, tx, one.ActivityID); err != nil {
		return row{}, Session{}, err
	}
	if err := mayEnter(a, r); errs.Is(err, "activity.not_found") {
		return row{}, Session{}, errSessionNotFound()
	} else if err != nil {
		return row{}, Session{}, err
	}
	if one, err = sessionByID(ctx, tx, sessionID); err != nil { // as it stands under the lock
		return row{}, Session{}, err
	}
	switch {
	case r.State == Unpublished:
		err = errSessionNotFound()
	case r.status != string(statusOpen):
		err = errs.Conflict("activity.edition_closed")
	case one.Cancelled():
		err = errs.Conflict("activity.session_cancelled")
	case one.Starts > s.deps.Clock.Now():
		err = errs.Conflict("results.not_begun")
	}
	return r, one, err
}

// reportedBefore tells whether what was handed in last says the same and was not sent back: the button
// was pressed twice, or the answer got lost.
func reportedBefore(ctx context.Context, q sqldb.Querier, sessionID string, d ResultDraft) (bool, error) {
	list, err := listResultVersions(ctx, q, sessionID)
	if err != nil || len(list) == 0 {
		return false, err
	}
	last := list[len(list)-1]
	return last.State != ResultReturned && last.same(d), nil
}

func (s *Service) reportTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, one Session, version int64, d ResultDraft) (atOnce bool, err error) {
	head, err := resultHead(ctx, tx, one.ID)
	if err != nil {
		return false, err
	}
	if head.version != version {
		return false, errChanged()
	}
	counts, err := s.counted(ctx, tx, one.ID)
	if err != nil {
		return false, err
	}
	v := ResultVersion{N: head.n + 1, ResultDraft: d, Counted: counts[one.ID], State: ResultReview, By: a.PersonID, At: s.deps.Clock.Now()}
	if v.Hash, err = s.resultHash(one.ID, d, v.Counted); err != nil {
		return false, err
	}
	if err := beginVersion(ctx, tx, one, version, v); err != nil {
		return false, err
	}
	if err := s.attachPhotosTx(ctx, tx, a, one.ID, d); err != nil {
		return false, err
	}
	if err := s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: "result.report", Subject: "session", SubjectID: one.ID, UnitID: r.Unit.ID}); err != nil {
		return false, err
	}
	if err := change.Touch(ctx, tx, TopicOf(r.EditionID)); err != nil { // a photo may be gone, whoever reads the rest
		return false, err
	}
	rule, err := ruleOf(ctx, tx, r.EditionID)
	if err != nil {
		return false, err
	}
	if d.Attendance <= int64(rule.VerifyOver) {
		if _, err := s.deps.Reviews.WithdrawTx(ctx, tx, ResultKind, one.ID); err != nil { // of a version that it replaces
			return false, err
		}
		return true, s.standTx(ctx, tx, a, r, one, v, false)
	}
	return false, s.openResultTx(ctx, tx, a, r, one, v)
}

// beginVersion writes a version over the result that stands at version.
func beginVersion(ctx context.Context, tx *sqldb.Tx, one Session, version int64, v ResultVersion) error {
	var n int64
	var err error
	if version == 0 {
		n, err = tx.Exec(ctx, insertResult, one.ID, one.ActivityID)
	} else {
		n, err = tx.Exec(ctx, reviseResult, one.ID, version)
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return errChanged()
	}
	if _, err := tx.Exec(ctx, replaceResults, one.ID, int64(v.At)); err != nil {
		return err
	}
	return writeResultVersion(ctx, tx, one.ID, v)
}

// openResultTx lets the unit above read a result.
func (s *Service) openResultTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, one Session, v ResultVersion) error {
	step, err := s.verifier(ctx, tx, r, a.PersonID)
	if err != nil {
		return err
	}
	subject := review.Subject{Kind: ResultKind, ID: one.ID, Version: int64(v.N), Hash: v.Hash, AuthorID: a.PersonID}
	steps, err := s.deps.Reviews.OpenTx(ctx, tx, subject, []review.Step{step})
	if err != nil {
		return err
	}
	_, _, err = s.deps.Messages.TellTx(ctx, tx, a, message.Message{
		Dedupe: fmt.Sprintf("result:%s:%d:step", one.ID, v.N), ToUnit: step.UnitID, Key: "results.told_reported",
		Args: resultArgs(r, one), Link: "/desk/reviews/" + steps[0].ID,
	})
	return err
}

// resultArgs name a session in a message.
func resultArgs(r row, one Session) map[string]string {
	return map[string]string{"activity": r.ID, "due": string(one.Day())}
}

// verifier is the unit above, in the role that it reviews in. Whoever has nobody above them is read by
// somebody else of their own.
func (s *Service) verifier(ctx context.Context, q sqldb.Querier, r row, author string) (step review.Step, err error) {
	departments, err := departmentsAbove(ctx, q, r.Unit.Place.Region, r.Territory)
	if err != nil {
		return review.Step{}, err
	}
	units := readers(r.Unit, r.Territory, departments, 2)
	for _, role := range []actor.Role{actor.RoleReviewer, actor.RoleHead} {
		step = review.Step{UnitID: units[len(units)-1], Role: role}
		has, err := mayRead(ctx, q, r, step, author)
		if err != nil || has {
			return step, err
		}
	}
	if step.UnitID == r.Unit.ID {
		return review.Step{}, errs.Conflict("activity.no_reviewer")
	}
	return step, nil // its head, once it has one
}

// standTx makes a version the one that the public reads and figures count, and lets it discharge what
// the unit owes.
func (s *Service) standTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, one Session, v ResultVersion, verified bool) error {
	if err := settleVersion(ctx, tx, one.ID, v.N, ResultAccepted, verified, s.deps.Clock.Now()); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, acceptResult, one.ID); err != nil {
		return err
	}
	if err := s.showPhotosTx(ctx, tx, one.ID, v); err != nil {
		return err
	}
	return s.proveTx(ctx, tx, a, r, one)
}

// attachPhotosTx attaches the photos of a draft that are not attached yet, and takes those from the
// public that it does not name any more or not with consent.
func (s *Service) attachPhotosTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, sessionID string, d ResultDraft) error {
	has, err := s.photoFiles(ctx, tx, sessionID)
	if err != nil {
		return err
	}
	subject := file.Subject{Kind: ResultReviewKind, ID: sessionID}
	var bad problems
	for i, p := range d.Photos {
		if _, kept := has[p.FileID]; kept {
			continue
		}
		field := fmt.Sprintf("photos.%d.file", i)
		if err := s.files.AttachTx(ctx, tx, a, p.FileID, subject); err != nil {
			if e := errs.As(err); e.Kind == errs.KindNotFound || e.Kind == errs.KindConflict {
				bad.add(errs.Invalid("activity.file_unknown").On(field).Because(err))
				continue
			}
			return err
		}
	}
	if len(bad) > 0 {
		return errs.Join(bad...)
	}
	for fileID, f := range has {
		if f.Subject.Kind == ResultKind && !slices.ContainsFunc(d.Photos, func(p Photo) bool { return p.FileID == fileID && p.Consent }) {
			if err := s.hidePhotoTx(ctx, tx, sessionID, fileID); err != nil {
				return err
			}
		}
	}
	if has, err = s.photoFiles(ctx, tx, sessionID); err != nil {
		return err
	}
	for i, p := range d.Photos {
		if f := has[p.FileID]; !f.Type.Picture() {
			bad.add(errs.Invalid("activity.file_type", "name", f.Name).On(fmt.Sprintf("photos.%d.file", i)))
		}
	}
	return errs.Join(bad...)
}

// photoFiles gives all photos that were ever handed in for a session.
func (s *Service) photoFiles(ctx context.Context, q sqldb.Querier, sessionID string) (map[string]file.File, error) {
	all := map[string]file.File{}
	for _, kind := range []string{ResultKind, ResultReviewKind} {
		list, err := s.files.Attached(ctx, q, file.Subject{Kind: kind, ID: sessionID})
		if err != nil {
			return nil, err
		}
		for _, f := range list {
			all[f.ID] = f
		}
	}
	return all, nil
}

func (s *Service) hidePhotoTx(ctx context.Context, tx *sqldb.Tx, sessionID, fileID string) error {
	if _, err := tx.Exec(ctx, hidePhoto, sessionID, fileID); err != nil {
		return err
	}
	return s.moveFileTx(ctx, tx, fileID, sessionID, ResultKind, ResultReviewKind)
}

// showPhotosTx makes the photos of a version public that may be, and no others.
func (s *Service) showPhotosTx(ctx context.Context, tx *sqldb.Tx, sessionID string, v ResultVersion) error {
	if _, err := tx.Exec(ctx, hidePhotos, sessionID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, showPhotos, sessionID, v.N); err != nil {
		return err
	}
	has, err := s.photoFiles(ctx, tx, sessionID)
	if err != nil {
		return err
	}
	for fileID, f := range has {
		public := slices.ContainsFunc(v.Photos, func(p Photo) bool { return p.FileID == fileID && p.Consent })
		switch {
		case public && f.Subject.Kind == ResultReviewKind:
			err = s.moveFileTx(ctx, tx, fileID, sessionID, ResultReviewKind, ResultKind)
		case !public && f.Subject.Kind == ResultKind:
			err = s.moveFileTx(ctx, tx, fileID, sessionID, ResultKind, ResultReviewKind)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
