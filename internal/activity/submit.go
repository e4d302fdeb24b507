package activity

import (
	"context"
	"fmt"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/form"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// Problems tells everything for which Submit would refuse the draft as it stands, each on its field:
// for the page on which it is written. It is empty where the draft could be handed in.
//
// Errors: activity.not_found, also for another unit's.
func (s *Service) Problems(ctx context.Context, a actor.Actor, activityID string) (list []*errs.Error, err error) {
	defer errs.Wrap(&err, "activity.Problems(%s)", shorten(activityID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		r, err := activityByID(ctx, q, activityID)
		if err != nil {
			return err
		}
		if !own(a, r.Unit.ID) && a.Class != actor.System {
			return errNotFound()
		}
		d, err := s.openDraft(ctx, q, r)
		if err != nil {
			return err
		}
		list, err = s.problems(ctx, q, r, d)
		return err
	})
	return list, err
}

// problems tells everything that is wrong with a draft and its sessions.
func (s *Service) problems(ctx context.Context, q sqldb.Querier, r row, d Draft) (bad problems, err error) {
	f, err := readFacts(ctx, q, r.EditionID)
	if err != nil {
		return nil, err
	}
	bad = d.Content.check(f, form.Final)
	if d.Form.ID != "" {
		more, err := checkValues(d.Form.Definition, d.Content.Values, form.Final)
		if err != nil {
			return nil, err
		}
		bad.add(more...)
		if more, err = s.fileProblems(ctx, q, r.ID, d.Form.Definition, d.Content); err != nil {
			return nil, err
		}
		bad.add(more...)
	}
	if r.State == Published { // its sessions were read, and change by themselves
		return bad, nil
	}
	sessions, err := listSessions(ctx, q, sessionsOf, r.ID)
	if err != nil {
		return nil, err
	}
	if len(sessions) == 0 {
		bad.add(errs.Invalid("activity.sessions_none").On("sessions"))
	}
	now := s.deps.Clock.Now()
	for i, one := range sessions {
		field := fmt.Sprintf("sessions.%d", i)
		bad.add(one.problems(field, f.start, f.end)...) // the week may have moved since it was written
		if one.Starts <= now {
			bad.add(errs.Invalid("activity.session_past").On(field + ".starts"))
		}
	}
	return bad, nil
}

// Submit hands in the draft that stands at version: by an editor or the head of the unit. Everything
// that is wrong with it is told at once. Handing in the same draft twice is handing it in once. A
// change of a published activity that is small by the edition's rule is public at once; any other
// goes to review, and so does what is entered for the first time.
//
// Errors: activity.not_found, also for another unit's; activity.forbidden, activity.edition_closed,
// activity.state_cancelled, activity.draft_…, activity.changed_meanwhile, activity.unchanged,
// activity.no_reviewer (Conflict); a form of the problems of SaveDraft, and of activity.text_missing,
// activity.method_missing, activity.topic_missing, activity.audience_missing, activity.choice_missing,
// activity.contact_unconfirmed, activity.file_type, activity.sessions_none, activity.session_….
func (s *Service) Submit(ctx context.Context, a actor.Actor, activityID string, version int64) (receipt Receipt, err error) {
	defer errs.Wrap(&err, "activity.Submit(%s)", shorten(activityID))
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		receipt = Receipt{}
		r, err := s.begin(ctx, tx, a, activityID)
		if err != nil {
			return err
		}
		if receipt.Before, err = handedInBefore(ctx, tx, r, version); err != nil {
			return err
		}
		if !receipt.Before {
			if receipt.AtOnce, err = s.submitTx(ctx, tx, a, r, version); err != nil {
				return err
			}
		}
		receipt.Activity, err = s.afterTx(ctx, tx, a, activityID)
		return err
	})
	if err != nil {
		return Receipt{}, err
	}
	return receipt, nil
}

// handedInBefore tells whether the draft was handed in already: the button was pressed twice, or the
// answer got lost.
func handedInBefore(ctx context.Context, q sqldb.Querier, r row, version int64) (bool, error) {
	if r.draft != DraftReview && r.draft != DraftNone || r.draftVersion != version {
		return false, nil
	}
	list, err := listVersions(ctx, q, r.ID)
	if err != nil || len(list) == 0 {
		return false, err
	}
	return list[len(list)-1].draft == version, nil
}

func (s *Service) submitTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, version int64) (atOnce bool, err error) {
	switch {
	case r.draft != DraftEditing && r.draft != DraftReturned:
		return false, errDraft(r.draft)
	case r.draftVersion != version:
		return false, errChanged()
	}
	d, err := s.openDraft(ctx, tx, r)
	if err != nil {
		return false, err
	}
	if d.Form.ID != "" {
		d.Content.Values = d.Form.Definition.Prune(d.Content.Values)
	}
	bad, err := s.problems(ctx, tx, r, d)
	if err != nil {
		return false, err
	}
	if err := errs.Join(bad...); err != nil {
		return false, err
	}
	if r.State == Published {
		if atOnce, err = s.small(ctx, tx, r, d); err != nil {
			return false, err
		}
	}
	n, hash, err := s.keepTx(ctx, tx, a, r, d, atOnce)
	if err != nil {
		return false, err
	}
	if err := s.handOverTx(ctx, tx, r.ID, d.Form.Definition, d.Content); err != nil {
		return false, err
	}
	if err := s.record(ctx, tx, a, "activity.submit", r); err != nil {
		return false, err
	}
	if atOnce {
		return true, s.publishTx(ctx, tx, a, r, n)
	}
	return false, s.openReviewTx(ctx, tx, a, r, n, hash)
}

// small tells whether what a draft changes of a published activity is public at once.
func (s *Service) small(ctx context.Context, q sqldb.Querier, r row, d Draft) (bool, error) {
	public, err := s.publicVersion(ctx, q, r)
	if err != nil {
		return false, err
	}
	changes := diff(public.Content, d.Content, d.Form.Definition)
	if len(changes) == 0 && d.Form.ID == public.Form.ID {
		return false, errs.Conflict("activity.unchanged")
	}
	rule, err := ruleOf(ctx, q, r.EditionID)
	return rule.allSmall(changes) && d.Form.ID == public.Form.ID, err
}

// keepTx keeps what is handed in as a version, word for word.
func (s *Service) keepTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, r row, d Draft, atOnce bool) (n int, hash string, err error) {
	n = r.versions + 1
	sessions := ""
	if r.State == Unpublished {
		list, err := listSessions(ctx, tx, sessionsOf, r.ID)
		if err != nil {
			return 0, "", err
		}
		if sessions, err = scheduleText(list); err != nil {
			return 0, "", err
		}
	}
	if hash, err = s.hash(d.Form.ID, d.Content, sessions); err != nil {
		return 0, "", err
	}
	text, sealed, err := s.lock(d.Form.Definition, d.Content, bindVersion(r.ID, n))
	if err != nil {
		return 0, "", err
	}
	state, outcome := DraftReview, InReview
	if atOnce {
		state, outcome = DraftNone, Accepted
	}
	if _, err := tx.Exec(ctx, insertVersion, r.ID, n, text, sealed, d.Form.ID, sessions, hash, d.Version, a.PersonID, int64(s.deps.Clock.Now()), string(outcome), atOnce); err != nil {
		return 0, "", err
	}
	if _, err := tx.Exec(ctx, setVersions, r.ID, n); err != nil {
		return 0, "", err
	}
	_, err = tx.Exec(ctx, setDraft, r.ID, string(state))
	return n, hash, err
}

// Withdraw takes back what was handed in, before anybody has decided on it: by an editor or the head of
// the unit.
//
// Errors: activity.not_found, activity.forbidden, activity.edition_closed, activity.state_cancelled,
// activity.draft_… unless it is being read, activity.under_review (Conflict).
func (s *Service) Withdraw(ctx context.Context, a actor.Actor, activityID string) (act Activity, err error) {
	defer errs.Wrap(&err, "activity.Withdraw(%s)", shorten(activityID))
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		r, err := s.begin(ctx, tx, a, activityID)
		switch {
		case err != nil:
			return err
		case r.draft != DraftReview:
			return errDraft(r.draft)
		}
		steps, err := s.deps.Reviews.History(ctx, tx, Kind, r.ID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(steps, func(step review.Step) bool { return int(step.Subject.Version) == r.versions && step.DecidedBy != "" }) {
			return errs.Conflict("activity.under_review")
		}
		corrected := slices.ContainsFunc(steps, func(step review.Step) bool {
			return step.State == review.Returned && int(step.Subject.Version) > r.published
		})
		if err := s.takeBackTx(ctx, tx, r, corrected); err != nil {
			return err
		}
		if err := s.record(ctx, tx, a, "activity.withdraw", r); err != nil {
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

// takeBackTx ends the reading of the latest version without a decision.
func (s *Service) takeBackTx(ctx context.Context, tx *sqldb.Tx, r row, corrected bool) error {
	if _, err := s.deps.Reviews.WithdrawTx(ctx, tx, Kind, r.ID); err != nil {
		return err
	}
	state := DraftEditing
	if corrected {
		state = DraftReturned
	}
	return s.closeTx(ctx, tx, r, state, Withdrawn)
}

// closeTx ends the reading of the latest version.
func (s *Service) closeTx(ctx context.Context, tx *sqldb.Tx, r row, state DraftState, outcome Outcome) error {
	if _, err := tx.Exec(ctx, setOutcome, r.ID, r.versions, string(outcome)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, setDraft, r.ID, string(state))
	return err
}
