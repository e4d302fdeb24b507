package activity

import (
	"context"
	"fmt"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/form"
	"openweek/internal/review"
	"openweek/internal/sqldb"
)

// A file of an activity goes three ways: attached to the draft it is for the unit's own people; handed
// in, for those who review and for offices in sight; a picture of the published content is for
// everybody. A picture that was public and is not named any more goes back to the second.

// named is a file that a content names.
type named struct {
	field, id string
	picture   bool
	types     []string // that a field of a form takes
}

func filesIn(d form.Definition, c Content) (list []named) {
	for i, p := range c.Pictures {
		list = append(list, named{field: fmt.Sprintf("pictures.%d.file", i), id: p.FileID, picture: true})
	}
	for _, section := range d.Sections {
		for _, f := range section.Fields {
			files, _ := c.Values[f.Code].(form.Files)
			for _, fileID := range files {
				list = append(list, named{field: "form." + f.Code, id: fileID, types: f.Types})
			}
		}
	}
	return list
}

// attached gives the files of an activity by id, with the kind of subject that each is attached to.
func (s *Service) attached(ctx context.Context, q sqldb.Querier, activityID string) (map[string]file.File, error) {
	all := map[string]file.File{}
	for _, kind := range []string{Kind, ReviewKind, DraftKind} {
		list, err := s.files.Attached(ctx, q, file.Subject{Kind: kind, ID: activityID})
		if err != nil {
			return nil, err
		}
		for _, f := range list {
			all[f.ID] = f
		}
	}
	return all, nil
}

// attachTx attaches the files that a draft names and has not yet, and frees those of the draft that it
// names no more.
func (s *Service) attachTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, activityID string, d form.Definition, c Content) error {
	now := filesIn(d, c)
	has, err := s.attached(ctx, tx, activityID)
	if err != nil {
		return err
	}
	subject := file.Subject{Kind: DraftKind, ID: activityID}
	var bad problems
	for _, n := range now {
		if _, kept := has[n.id]; kept {
			continue
		}
		if err := s.files.AttachTx(ctx, tx, a, n.id, subject); err != nil {
			if e := errs.As(err); e.Kind == errs.KindNotFound || e.Kind == errs.KindConflict {
				bad.add(errs.Invalid("activity.file_unknown").On(n.field).Because(err))
				continue
			}
			return err
		}
	}
	if len(bad) > 0 {
		return errs.Join(bad...)
	}
	for fileID, f := range has {
		if f.Subject == subject && !slices.ContainsFunc(now, func(n named) bool { return n.id == fileID }) {
			if err := s.files.DetachTx(ctx, tx, a, fileID, subject); err != nil {
				return err
			}
		}
	}
	return nil
}

// fileProblems tells which files are not there, or of a type that is not taken.
func (s *Service) fileProblems(ctx context.Context, q sqldb.Querier, activityID string, d form.Definition, c Content) (bad problems, err error) {
	list := filesIn(d, c)
	if len(list) == 0 {
		return nil, nil
	}
	has, err := s.attached(ctx, q, activityID)
	if err != nil {
		return nil, err
	}
	for _, n := range list {
		f, ok := has[n.id]
		switch {
		case !ok:
			bad.add(errs.Invalid("activity.file_unknown").On(n.field))
		case n.picture && !f.Type.Picture(), len(n.types) > 0 && !slices.Contains(n.types, f.Type.Extension()):
			bad.add(errs.Invalid("activity.file_type", "name", f.Name).On(n.field))
		}
	}
	return bad, nil
}

// handOverTx gives the files of a content that is handed in to its reviewers.
func (s *Service) handOverTx(ctx context.Context, tx *sqldb.Tx, activityID string, d form.Definition, c Content) error {
	has, err := s.attached(ctx, tx, activityID)
	if err != nil {
		return err
	}
	for _, n := range filesIn(d, c) {
		if has[n.id].Subject.Kind == DraftKind {
			if err := s.moveFileTx(ctx, tx, n.id, activityID, DraftKind, ReviewKind); err != nil {
				return err
			}
		}
	}
	return nil
}

// showPicturesTx makes the pictures of a content public, and those that it names no more not.
func (s *Service) showPicturesTx(ctx context.Context, tx *sqldb.Tx, activityID string, c Content) error {
	has, err := s.attached(ctx, tx, activityID)
	if err != nil {
		return err
	}
	for fileID, f := range has {
		public := slices.ContainsFunc(c.Pictures, func(p Picture) bool { return p.FileID == fileID })
		switch {
		case public && f.Subject.Kind == ReviewKind:
			err = s.moveFileTx(ctx, tx, fileID, activityID, ReviewKind, Kind)
		case !public && f.Subject.Kind == Kind:
			err = s.moveFileTx(ctx, tx, fileID, activityID, Kind, ReviewKind)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// moveFileTx acts as the system: a reviewer of another unit makes a picture public by accepting it.
func (s *Service) moveFileTx(ctx context.Context, tx *sqldb.Tx, fileID, activityID, from, to string) error {
	if err := s.files.DetachTx(ctx, tx, actor.TheSystem(), fileID, file.Subject{Kind: from, ID: activityID}); err != nil {
		return err
	}
	return s.files.AttachTx(ctx, tx, actor.TheSystem(), fileID, file.Subject{Kind: to, ID: activityID})
}

// MayRead tells whether an actor may read files of an activity: pictures of what is published everybody,
// what was handed in whoever may see that, files of the draft the unit's own people. It is the port of
// package file.
func (s *Service) MayRead(ctx context.Context, q sqldb.Querier, a actor.Actor, subject file.Subject) (may bool, err error) {
	defer errs.Wrap(&err, "activity.MayRead(%s)", subject.Kind)
	r, err := activityByID(ctx, q, subject.ID)
	if errs.Is(err, "activity.not_found") {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	switch {
	case own(a, r.Unit.ID):
		return true, nil
	case subject.Kind == DraftKind:
		return false, nil
	case subject.Kind == Kind && r.State == Published:
		return true, nil
	case actor.Sight(a).Covers(r.Unit.ID, r.Unit.Place):
		return true, nil
	}
	steps, err := s.deps.Reviews.History(ctx, q, Kind, r.ID)
	return slices.ContainsFunc(steps, func(step review.Step) bool { return a.IsStaff() && a.UnitID != "" && step.UnitID == a.UnitID }), err
}
