package activity

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"openweek/internal/actor"
	"openweek/internal/audit"
	"openweek/internal/change"
	"openweek/internal/clock"
	"openweek/internal/duty"
	"openweek/internal/errs"
	"openweek/internal/file"
	"openweek/internal/form"
	"openweek/internal/message"
	"openweek/internal/review"
	"openweek/internal/seal"
	"openweek/internal/sqldb"
)

// Deps are the services that activities are made with.
type Deps struct {
	DB        *sqldb.DB
	Ring      *seal.Ring
	Clock     clock.Clock
	Log       *audit.Log
	Forms     *form.Service
	Reviews   *review.Service
	Messages  *message.Service
	Duties    *duty.Service     // which what was held discharges
	Counter   Counter           // of check-ins; nil where nobody counts
	Followers []SessionFollower // called in their order
}

// Service holds the use cases of activities. It is safe for concurrent use once it is put together.
type Service struct {
	deps   Deps
	files  *file.Service
	boards boards // what public lists are counted from
}

// NewService makes the service. UseFiles completes it.
func NewService(d Deps) *Service { return &Service{deps: d} }

// UseFiles gives the service the files of pictures and forms, and makes it their reader. It is called
// once while the product is put together: files ask editions what they hold, and editions are
// followed by activities, so files are made after both.
func (s *Service) UseFiles(f *file.Service) {
	s.files = f
	for _, kind := range []string{Kind, ReviewKind, DraftKind} {
		f.Serve(kind, s)
	}
	f.Serve(ResultKind, photoReader{s})
	f.Serve(ResultReviewKind, photoReader{s})
}

// Get gets an activity of the actor's unit, of one in sight, or that the actor's unit reviews. What was
// never handed in is for the unit's own people.
//
// Errors: activity.not_found, also for one out of sight.
func (s *Service) Get(ctx context.Context, a actor.Actor, activityID string) (act Activity, err error) {
	defer errs.Wrap(&err, "activity.Get(%s)", shorten(activityID))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		r, err := activityByID(ctx, q, activityID)
		if err != nil {
			return err
		}
		act, err = s.view(ctx, q, a, r)
		return err
	})
	return act, err
}

// view gives an activity as the actor may see it.
func (s *Service) view(ctx context.Context, q sqldb.Querier, a actor.Actor, r row) (act Activity, err error) {
	act = r.Activity
	if act.Steps, err = s.deps.Reviews.History(ctx, q, Kind, r.ID); err != nil {
		return Activity{}, err
	}
	reviews := slices.ContainsFunc(act.Steps, func(step review.Step) bool { return a.IsStaff() && a.UnitID != "" && step.UnitID == a.UnitID })
	act.Own = own(a, r.Unit.ID)
	clear := act.Own || reviews || a.Class == actor.System
	handedIn := r.versions > 0
	if !clear && (!handedIn || !actor.Sight(a).Covers(r.Unit.ID, r.Unit.Place)) {
		return Activity{}, errNotFound()
	}
	act.Draft = Draft{State: r.draft}
	if act.Own || a.Class == actor.System {
		if act.Draft, err = s.openDraft(ctx, q, r); err != nil {
			return Activity{}, err
		}
	}
	if act.Sessions, err = listSessions(ctx, q, sessionsOf, r.ID); err != nil {
		return Activity{}, err
	}
	if act.Versions, err = s.versions(ctx, q, r, clear, act.Own || a.Class == actor.System); err != nil {
		return Activity{}, err
	}
	for _, v := range act.Versions {
		if v.N == r.published {
			act.Content, act.Form = v.Content, v.Form
		}
	}
	if act.Own && r.published > 0 && r.draft != DraftNone {
		act.Changes = diff(act.Content, act.Draft.Content, act.Draft.Form.Definition)
	}
	if r.Guest.ID != "" {
		act.Guest.Unit, act.Guest.EditionID = r.Unit, r.EditionID
	}
	return act, nil
}

// afterTx gives an activity as a change has left it.
func (s *Service) afterTx(ctx context.Context, tx *sqldb.Tx, a actor.Actor, activityID string) (Activity, error) {
	r, err := activityByID(ctx, tx, activityID)
	if err != nil {
		return Activity{}, err
	}
	return s.view(ctx, tx, a, r)
}

// versions gives what was handed in, with what each changed against what the public read before it.
func (s *Service) versions(ctx context.Context, q sqldb.Querier, r row, clear, withdrawn bool) (list []Version, err error) {
	stored, err := listVersions(ctx, q, r.ID)
	if err != nil {
		return nil, err
	}
	var before *Content
	for _, v := range stored {
		if v.Form, err = s.deps.Forms.Get(ctx, q, v.formID); err != nil {
			return nil, err
		}
		sealed := v.sealed
		if !clear {
			sealed = nil
		}
		if v.Content, err = s.unlock(v.Form.Definition, v.content, sealed, bindVersion(r.ID, v.N)); err != nil {
			return nil, err
		}
		if before != nil {
			v.Changes = diff(*before, v.Content, v.Form.Definition)
		}
		if v.Outcome == Accepted {
			before = &v.Content
		}
		if v.Outcome != Withdrawn || withdrawn {
			list = append(list, v.Version)
		}
	}
	return list, nil
}

func (s *Service) openDraft(ctx context.Context, q sqldb.Querier, r row) (d Draft, err error) {
	d = Draft{State: r.draft, Version: r.draftVersion, By: r.savedBy, At: r.savedAt}
	if r.formID != "" {
		if d.Form, err = s.deps.Forms.Get(ctx, q, r.formID); err != nil {
			return Draft{}, err
		}
	}
	d.Content, err = s.unlock(d.Form.Definition, r.content, r.sealed, bindDraft(r.ID))
	return d, err
}

func own(a actor.Actor, unitID string) bool {
	return a.IsStaff() && a.UnitID != "" && a.UnitID == unitID
}

// mayEnter tells whether the actor writes what the unit of r enters.
func mayEnter(a actor.Actor, r row) error {
	switch {
	case !own(a, r.Unit.ID) && a.Class != actor.System:
		return errNotFound()
	case !actor.Can(a, actor.ActivityEnter, actor.Target{UnitID: r.Unit.ID, Place: r.Unit.Place}):
		return errForbidden()
	}
	return nil
}

// begin holds an activity for a change by its host, in an edition that is open.
func (s *Service) begin(ctx context.Context, tx *sqldb.Tx, a actor.Actor, activityID string) (row, error) {
	r, err := lock(ctx, tx, activityID)
	if err != nil {
		return row{}, err
	}
	if err := mayEnter(a, r); err != nil {
		return row{}, err
	}
	switch {
	case r.State == Cancelled:
		return row{}, errState(Cancelled)
	case r.status != string(statusOpen):
		return row{}, errs.Conflict("activity.edition_closed")
	}
	return r, nil
}

// KindForm gets the form of a kind as it is filled in now in an edition, for a page on which a draft
// begins. A draft that has one keeps its version: Draft.Form. Errors: activity.edition_not_found,
// form.not_found.
func (s *Service) KindForm(ctx context.Context, editionID, code string) (f form.Form, err error) {
	defer errs.Wrap(&err, "activity.KindForm(%s)", shorten(code))
	err = s.deps.DB.Snapshot(ctx, func(q sqldb.Querier) error {
		known, err := readFacts(ctx, q, editionID)
		if err != nil {
			return err
		}
		f, err = s.deps.Forms.Current(ctx, q, known.territory, code)
		return err
	})
	return f, err
}

const sealPurpose = "activity.personal"

func bindDraft(activityID string) string { return "activity:" + activityID + ":draft" }

func bindVersion(activityID string, n int) string {
	return fmt.Sprintf("activity:%s:%d", activityID, n)
}

func bindPublic(activityID string) string { return "activity:" + activityID + ":public" }

// lockValues parts values into what may be stored in clear and what is sealed.
func (s *Service) lockValues(d form.Definition, v form.Values, bind string) (open form.Values, sealed []byte, err error) {
	open, personal := d.Split(v)
	if len(personal) > 0 {
		secret, err := json.Marshal(personal)
		if err != nil {
			return nil, nil, err
		}
		sealed = s.deps.Ring.Seal(sealPurpose, secret, bind)
	}
	return open, sealed, nil
}

// lock gives a content as it is stored.
func (s *Service) lock(d form.Definition, c Content, bind string) (text string, sealed []byte, err error) {
	c.Values, sealed, err = s.lockValues(d, c.Values, bind)
	if err != nil {
		return "", nil, err
	}
	data, err := json.Marshal(c)
	return string(data), sealed, err
}

// unlock is the inverse of lock; without sealed it gives what does not identify persons.
func (s *Service) unlock(d form.Definition, text string, sealed []byte, bind string) (Content, error) {
	var stored struct {
		Content
		Values json.RawMessage `json:"values"` // their types are those of the form
	}
	if err := json.Unmarshal([]byte(text), &stored); err != nil {
		return Content{}, err
	}
	c := stored.Content
	var err error
	if len(stored.Values) > 0 {
		if c.Values, err = d.ParseValues(stored.Values); err != nil {
			return Content{}, err
		}
	}
	if len(sealed) == 0 {
		return c, nil
	}
	secret, err := s.deps.Ring.Open(sealPurpose, sealed, bind)
	if err != nil {
		return Content{}, err
	}
	personal, err := d.ParseValues(secret)
	c.Values = form.Merge(c.Values, personal)
	return c, err
}

// hash is over all that a reviewer reads. It is keyed: without the key nobody can try out who it names.
func (s *Service) hash(formID string, c Content, sessions string) (string, error) {
	text, err := json.Marshal(c)
	return hex.EncodeToString(s.deps.Ring.Hash("activity.version", formID+"\n"+string(text)+"\n"+sessions)), err
}

// record writes an audit entry about an activity.
func (s *Service) record(ctx context.Context, tx *sqldb.Tx, a actor.Actor, action string, r row, fields ...string) error {
	return s.deps.Log.RecordTx(ctx, tx, a, audit.Entry{Action: action, Subject: Kind, SubjectID: r.ID, UnitID: r.Unit.ID, Fields: fields})
}

// shownTx says that what the public sees of an activity has changed.
func (s *Service) shownTx(ctx context.Context, tx *sqldb.Tx, r row) error {
	if err := s.listTx(ctx, tx, r.ID); err != nil {
		return err
	}
	return change.Touch(ctx, tx, TopicOf(r.EditionID))
}
