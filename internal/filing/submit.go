package filing

import (
	"context"
	"fmt"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/form"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// Submit hands in the draft that stands at version: by an editor or the head of the unit. Everything
// that is wrong with it is told at once. Handing in the same draft twice is handing it in once. It is
// judged by the instant at which Submit was called, not by when the store was free for it.
//
// Errors: duty.not_found, also for another unit's; filing.forbidden, filing.empty, filing.no_reviewer,
// filing.changed_meanwhile, duty.state_… and filing.state_… (Conflict); a form of the problems of
// form.Validate for handing in, and filing.file_unknown, filing.file_type on their fields.
func (s *Service) Submit(ctx context.Context, a actor.Actor, dutyID string, version int64) (r Receipt, err error) {
	defer errs.Wrap(&err, "filing.Submit(%s)", shorten(dutyID))
	at := s.deps.Clock.Now()
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		r = Receipt{}
		d, err := s.deps.Duties.LockTx(ctx, tx, a, dutyID)
		if err != nil {
			return err
		}
		if err := mayWrite(a, d); err != nil {
			return err
		}
		living, ok, err := livingOf(ctx, tx, dutyID)
		if err != nil {
			return err
		}
		if !ok {
			return errs.Conflict("filing.empty")
		}
		if r.Before, err = s.filedBefore(ctx, tx, living, version); err != nil {
			return err
		}
		if !r.Before {
			if r.Signed, err = s.submitTx(ctx, tx, a, d, living, version, at); err != nil {
				return err
			}
		}
		if r.Filing, err = s.get(ctx, tx, a, dutyID); err != nil {
			return err
		}
		r.Late = r.Filing.Duty.Cell.Late(at)
		return nil
	})
	if err != nil {
		return Receipt{}, err
	}
	return r, nil
}

// filedBefore tells whether the draft is under review already: the button was pressed twice, or the
// answer got lost.
func (s *Service) filedBefore(ctx context.Context, q sqldb.Querier, living stored, version int64) (bool, error) {
	if living.state != StateFiled || living.version != version {
		return false, nil
	}
	versions, err := listVersions(ctx, q, living.id)
	if err != nil || len(versions) == 0 {
		return false, err
	}
	return versions[len(versions)-1].draft == version, nil
}

func (s *Service) submitTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d duty.Duty, living stored, version int64, at clock.Instant) (signed int, err error) {
	switch {
	case living.state != StateDraft && living.state != StateReturned:
		return 0, errState(living.state)
	case living.version != version:
		return 0, errChanged()
	}
	f, err := s.deps.Forms.Get(ctx, tx, living.form)
	if err != nil {
		return 0, err
	}
	values, err := s.finished(ctx, tx, d, living, f)
	if err != nil {
		return 0, err
	}
	if signed, err = s.deps.Duties.FileTx(ctx, tx, a, d, at); err != nil {
		return 0, err
	}
	n := living.versions + 1
	open, sealed, err := s.lock(f.Definition, values, bindVersion(living.id, n))
	if err != nil {
		return 0, err
	}
	hash, err := s.hash(f.ID, values)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, insertVersion, living.id, n, open, sealed, hash, version, a.PersonID, int64(at), int64(d.DueAt())); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, setFiled, living.id, n); err != nil {
		return 0, err
	}
	if err := s.handOverTx(ctx, tx, a, living.id, f.Definition, values); err != nil {
		return 0, err
	}
	if err := s.openReviewTx(ctx, tx, a, d, living.id, n, hash); err != nil {
		return 0, err
	}
	return signed, s.record(ctx, tx, a, "filing.submit", living.id, d)
}

// finished gives the values as they are handed in: with the product's own figures, without what is not
// shown, and sound.
func (s *Service) finished(ctx context.Context, tx *sqldb.Tx, d duty.Duty, living stored, f form.Form) (form.Values, error) {
	values, err := s.open(f.Definition, living.open, living.sealed, bindDraft(living.id))
	if err != nil {
		return nil, err
	}
	figures, err := f.Definition.Figures(ctx, s.source(tx, d))
	if err != nil {
		return nil, err
	}
	values = f.Definition.Prune(f.Definition.Compute(values, figures))
	var bad []*errs.Error
	if err := f.Definition.Validate(values, form.Final); err != nil {
		e := errs.As(err)
		if e.Key != "error.form" {
			return nil, err
		}
		bad = e.Problems
	}
	more, err := s.fileProblems(ctx, tx, living.id, f.Definition, values)
	if err != nil {
		return nil, err
	}
	return values, errs.Join(append(bad, more...)...)
}

// source asks the figure ports about a duty.
func (s *Service) source(q sqldb.Querier, d duty.Duty) form.Source {
	return func(ctx context.Context, key string) (form.Figure, bool, error) {
		for _, port := range s.deps.Figures {
			if f, known, err := port.Figure(ctx, q, d, key); err != nil || known {
				return f, known, err
			}
		}
		return form.Figure{}, false, nil
	}
}

// Figures gives the product's own figures for a duty's form, by field, for the page on which it is
// filled in. Errors: duty.not_found, form.not_found.
func (s *Service) Figures(ctx context.Context, a actor.Actor, dutyID string) (figures map[string]form.Figure, err error) {
	defer errs.Wrap(&err, "filing.Figures(%s)", shorten(dutyID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		f, err := s.get(ctx, q, a, dutyID)
		if err != nil {
			return err
		}
		figures, err = f.Form.Definition.Figures(ctx, s.source(q, f.Duty))
		return err
	})
	return figures, err
}

// fileProblems tells which files are not there, or of a type that the field does not take.
func (s *Service) fileProblems(ctx context.Context, q sqldb.Querier, filingID string, d form.Definition, v form.Values) (bad []*errs.Error, err error) {
	list := filesIn(d, v)
	if len(list) == 0 {
		return nil, nil
	}
	draft, err := s.attached(ctx, q, DraftKind, filingID)
	if err != nil {
		return nil, err
	}
	filed, err := s.attached(ctx, q, Kind, filingID)
	if err != nil {
		return nil, err
	}
	for _, n := range list {
		f, ok := draft[n.id]
		if !ok {
			f, ok = filed[n.id]
		}
		field, _ := d.Field(n.field)
		switch {
		case !ok:
			bad = append(bad, errs.Invalid("filing.file_unknown").On(n.field))
		case len(field.Types) > 0 && !slices.Contains(field.Types, f.Type.Extension()):
			bad = append(bad, errs.Invalid("filing.file_type", "name", f.Name).On(n.field))
		}
	}
	return bad, nil
}

// handOverTx makes files of the draft files of the filing, which its reviewers may read.
func (s *Service) handOverTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, filingID string, d form.Definition, v form.Values) error {
	list := filesIn(d, v)
	if len(list) == 0 {
		return nil
	}
	filed, err := s.attached(ctx, tx, Kind, filingID)
	if err != nil {
		return err
	}
	for _, n := range list {
		if _, done := filed[n.id]; done {
			continue
		}
		if err := s.deps.Files.DetachTx(ctx, tx, a, n.id, file.Subject{Kind: DraftKind, ID: filingID}); err != nil {
			return err
		}
		if err := s.deps.Files.AttachTx(ctx, tx, a, n.id, file.Subject{Kind: Kind, ID: filingID}); err != nil {
			return err
		}
	}
	return nil
}

// openReviewTx opens the chain of the duty. A step is for the unit's reviewers, where it has any, else
// for its head.
func (s *Service) openReviewTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d duty.Duty, filingID string, n int, hash string) error {
	units, err := s.deps.Duties.Reviewers(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if len(units) == 0 {
		return errs.Conflict("filing.no_reviewer")
	}
	chain := make([]review.Step, len(units))
	for i, unitID := range units {
		chain[i] = review.Step{UnitID: unitID, Role: actor.RoleHead}
		var reviewers bool
		if err := tx.QueryRow(ctx, listHolders, unitID).Scan(&reviewers); err != nil {
			return err
		}
		if reviewers {
			chain[i].Role = actor.RoleReviewer
		}
	}
	writers, err := texts(ctx, tx, listWriters, filingID)
	if err != nil {
		return err
	}
	steps, err := s.deps.Reviews.OpenTx(ctx, tx, review.Subject{Kind: Kind, ID: filingID, Version: int64(n), Hash: hash, AuthorID: a.PersonID, CoAuthorIDs: writers}, chain)
	if err != nil {
		return err
	}
	return s.tellStep(ctx, tx, a, d, steps[0])
}

// tellStep tells a unit that it has something to review.
func (s *Service) tellStep(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d duty.Duty, step review.Step) error {
	_, _, err := s.deps.Messages.TellTx(ctx, tx, a, message.Message{
		Dedupe: fmt.Sprintf("filing:%s:%d:step:%d", step.Subject.ID, step.Subject.Version, step.Position), ToUnit: step.UnitID,
		Key: "filing.told_submitted", Args: map[string]string{"duty": d.ID}, Link: "/desk/reviews/" + step.ID,
	})
	return err
}
