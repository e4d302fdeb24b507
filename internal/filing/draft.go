package filing

import (
	"context"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/form"
	"openweek/internal/id"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// SaveDraft writes over the draft that stands at version, 0 before the first: by an editor or the head
// of the unit. The values may be incomplete. Files named in them are attached to the draft. Where
// somebody else has saved meanwhile, nothing is written, and clash tells what stands now and in what
// it differs from what was sent.
//
// Errors: duty.not_found, also for another unit's; filing.forbidden, filing.changed_meanwhile (with
// clash), duty.state_… and filing.state_… where it is not to be written now; those of form.Validate
// for a draft; file.not_found, file.attached on their fields.
func (s *Service) SaveDraft(ctx context.Context, a actor.Actor, dutyID string, version int64, values form.Values) (saved Draft, clash *Clash, err error) {
	defer errs.Wrap(&err, "filing.SaveDraft(%s)", shorten(dutyID))
	err = s.deps.DB.Write(ctx, func(tx *sqldb.Tx) error {
		saved, clash = Draft{}, nil
		d, err := s.deps.Duties.LockTx(ctx, tx, a, dutyID)
		if err != nil {
			return err
		}
		if err := mayWrite(a, d); err != nil {
			return err
		}
		living, ok, err := livingOf(ctx, tx, dutyID)
		switch {
		case err != nil:
			return err
		case ok && living.state != StateDraft && living.state != StateReturned:
			return errState(living.state)
		}
		if err := s.deps.Duties.DraftTx(ctx, tx, d); err != nil {
			return err
		}
		if !ok {
			if version != 0 {
				return errChanged()
			}
			saved, err = s.beginTx(ctx, tx, a, d, values)
			return err
		}
		f, err := s.deps.Forms.Get(ctx, tx, living.form)
		if err != nil {
			return err
		}
		if err := f.Definition.Validate(values, form.Draft); err != nil {
			return err
		}
		before, err := s.open(f.Definition, living.open, living.sealed, bindDraft(living.id))
		if err != nil {
			return err
		}
		changes := form.Diff(before, values, f.Definition)
		if living.version != version {
			clash = &Clash{Current: Draft{Version: living.version, Values: before, By: living.by, At: living.at}, Changes: changes}
			return errChanged()
		}
		saved = Draft{Version: version, Values: before, By: living.by, At: living.at}
		if len(changes) == 0 {
			return nil
		}
		saved, err = s.rewriteTx(ctx, tx, a, d, living, f.Definition, values, changes)
		return err
	})
	if err != nil {
		return Draft{}, clash, err
	}
	return saved, nil, nil
}

// beginTx makes the filing.
func (s *Service) beginTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d duty.Duty, values form.Values) (Draft, error) {
	f, err := s.formFor(ctx, tx, d)
	if err != nil {
		return Draft{}, err
	}
	if err := f.Definition.Validate(values, form.Draft); err != nil {
		return Draft{}, err
	}
	filingID, now := id.New(), s.deps.Clock.Now()
	open, sealed, err := s.lock(f.Definition, values, bindDraft(filingID))
	if err != nil {
		return Draft{}, err
	}
	if _, err := tx.Exec(ctx, insertFiling, filingID, d.ID, d.Unit.ID, f.ID, f.Code, open, sealed, a.PersonID, int64(now)); err != nil {
		return Draft{}, err
	}
	if err := s.attachTx(ctx, tx, a, filingID, f.Definition, values, nil); err != nil {
		return Draft{}, err
	}
	if _, err := tx.Exec(ctx, insertWriter, filingID, a.PersonID); err != nil {
		return Draft{}, err
	}
	return Draft{Version: 1, Values: values, By: a.PersonID, At: now}, s.record(ctx, tx, a, "filing.begin", filingID, d)
}

// rewriteTx writes over a draft; the duty's row is held, so nobody else does.
func (s *Service) rewriteTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, d duty.Duty, living stored, def form.Definition, values form.Values, changes []form.FieldChange) (Draft, error) {
	now := s.deps.Clock.Now()
	open, sealed, err := s.lock(def, values, bindDraft(living.id))
	if err != nil {
		return Draft{}, err
	}
	n, err := tx.Exec(ctx, updateDraft, living.id, living.version, open, sealed, a.PersonID, int64(now))
	if err != nil {
		return Draft{}, err
	}
	if n == 0 {
		return Draft{}, errChanged()
	}
	before, err := s.open(def, living.open, living.sealed, bindDraft(living.id))
	if err != nil {
		return Draft{}, err
	}
	if err := s.attachTx(ctx, tx, a, living.id, def, values, filesIn(def, before)); err != nil {
		return Draft{}, err
	}
	if _, err := tx.Exec(ctx, insertWriter, living.id, a.PersonID); err != nil {
		return Draft{}, err
	}
	fields := make([]string, len(changes))
	for i, c := range changes {
		fields[i] = c.Field.Code
	}
	return Draft{Version: living.version + 1, Values: values, By: a.PersonID, At: now}, s.record(ctx, tx, a, "filing.save", living.id, d, fields...)
}

// named is a file that values name.
type named struct{ field, id string }

func filesIn(d form.Definition, v form.Values) (list []named) {
	for _, section := range d.Sections {
		for _, f := range section.Fields {
			files, _ := v[f.Code].(form.Files)
			for _, fileID := range files {
				list = append(list, named{f.Code, fileID})
			}
		}
	}
	return list
}

func has(list []named, fileID string) bool {
	return slices.ContainsFunc(list, func(n named) bool { return n.id == fileID })
}

// attachTx attaches the files that a draft names and was not handed in with before, and frees those
// that it named before and names no more.
func (s *Service) attachTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, filingID string, d form.Definition, v form.Values, before []named) error {
	now := filesIn(d, v)
	if len(now) == 0 && len(before) == 0 {
		return nil
	}
	filed, err := s.attached(ctx, tx, Kind, filingID)
	if err != nil {
		return err
	}
	draft := file.Subject{Kind: DraftKind, ID: filingID}
	for _, n := range now {
		if _, kept := filed[n.id]; kept || has(before, n.id) {
			continue
		}
		if err := s.deps.Files.AttachTx(ctx, tx, a, n.id, draft); err != nil {
			if e := errs.As(err); e.Kind == errs.KindNotFound || e.Kind == errs.KindConflict {
				return errs.Join(errs.Invalid("filing.file_unknown").On(n.field).Because(err))
			}
			return err
		}
	}
	for _, n := range before {
		if _, kept := filed[n.id]; kept || has(now, n.id) {
			continue
		}
		if err := s.deps.Files.DetachTx(ctx, tx, a, n.id, draft); err != nil && errs.KindOf(err) != errs.KindNotFound {
			return err
		}
	}
	return nil
}

// attached gives the files of a filing or its draft by id.
func (s *Service) attached(ctx context.Context, q sqldb.Querier, kind, filingID string) (map[string]file.File, error) {
	list, err := s.deps.Files.Attached(ctx, q, file.Subject{Kind: kind, ID: filingID})
	files := make(map[string]file.File, len(list))
	for _, f := range list {
		files[f.ID] = f
	}
	return files, err
}

// MayRead tells whether an actor may read the files of a filing: its unit's people always; of what is
// handed in whoever may see the duty, and the people of the units that review it, whose sight need not
// reach as far. What was begun or taken back is the unit's own. It is the port of package file.
func (s *Service) MayRead(ctx context.Context, q sqldb.Querier, a actor.Actor, subject file.Subject) (may bool, err error) {
	defer errs.Wrap(&err, "filing.MayRead(%s)", subject.Kind)
	f, err := filingByID(ctx, q, subject.ID)
	if errs.Is(err, "filing.not_found") {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	switch {
	case a.IsStaff() && a.UnitID == f.unit:
		return true, nil
	case subject.Kind == DraftKind, f.state == StateDraft:
		return false, nil
	}
	if _, err = s.deps.Duties.GetTx(ctx, q, a, f.duty); err == nil || !errs.Is(err, "duty.not_found") {
		return err == nil, err
	}
	if !a.IsStaff() {
		return false, nil
	}
	steps, err := s.deps.Reviews.History(ctx, q, Kind, f.id)
	return slices.ContainsFunc(steps, func(step review.Step) bool { return step.UnitID == a.UnitID }), err
}
